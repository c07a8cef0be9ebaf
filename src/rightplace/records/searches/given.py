"""What is recorded of a search: facts in closed words, and no identity of who was searched."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime  # noqa: TC003 - a record names the types that it holds
from typing import Final

from rightplace.errors import BadInputError, UsageError
from rightplace.powers.searches.columns import (
    Age,
    Ethnicity,
    Object,
    Outcome,
    Power,
    SearchType,
    Sex,
)
from rightplace.records.database.words import written

REQUIRED: Final = {
    "power": ("Under which power it was made", "PACE s3(6)(a)(ii)"),
    "object": ("The object of the search", "PACE s3(6)(a)(i)"),
    "grounds": ("The grounds", "PACE s3(6)(a)(ii)"),
    "started_at": ("The date and time", "PACE s3(6)(a)(iii)"),
    "place": ("The place", "PACE s3(6)(a)(iv)"),
    "self_defined": ("The ethnicity as the person described it", "PACE s3(6)(a)(v)"),
    "officer": ("The officer who searched", "PACE s3(6)(b)"),
}
"""What a record must hold, by field, in words and with its source (DOMAIN 2.2). That somebody did
not state their ethnicity is an answer; a blank is not."""
CHILDREN: Final = frozenset({Age.UNDER_10, Age.AGE_10_17})
OF_VEHICLES: Final = frozenset({SearchType.VEHICLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchGiven:
    """A search as somebody tells of it; None and ``not given`` are what nobody recorded.

    Whether it was lawful is not asked: what happened is recorded, and its breaches beside it.

    Parameters
    ----------
    reference
        The force's own; empty for one that is made here.
    force, bcu, borough
        Whose search, and where by name; empty for no borough, and for one that no BCU has.
    started_at
        With its zone.
    place
        In words, as on the record.
    lon, lat
        The point, in degrees; None for none.
    grounds
        In the officer's words.
    authorisation
        Reference of the section 60 authorisation; None for none.
    linked
        Whether the outcome is linked to the object.
    weapon_found, weapons
        Whether one was found, and how many.
    more_than_outer, intimate_parts
        Whether more than outer clothing was removed, and intimate parts were exposed.
    appropriate_adult, parent_told, safeguarding
        Of somebody under 18: present, told, and what was done to keep them safe.

    Raises
    ------
    UsageError
        If something is missing that a record must hold; it names all of it.
    BadInputError
        If it contradicts itself, or is no place or moment.
    """

    reference: str = ""
    force: str
    bcu: str
    borough: str
    started_at: datetime
    place: str
    lon: float | None = None
    lat: float | None = None
    type: SearchType
    power: Power
    object: Object
    grounds: str
    authorisation: str | None = None
    intelligence_led: bool | None = None
    outcome: Outcome = Outcome.NOT_GIVEN
    linked: bool | None = None
    weapon_found: bool | None = None
    weapons: int | None = None
    self_defined: Ethnicity
    officer_defined: Ethnicity = Ethnicity.NOT_GIVEN
    age: Age = Age.NOT_GIVEN
    sex: Sex = Sex.NOT_GIVEN
    more_than_outer: bool | None = None
    intimate_parts: bool | None = None
    appropriate_adult: bool | None = None
    parent_told: bool | None = None
    safeguarding: str = ""
    handcuffs: bool | None = None
    body_worn_video: bool | None = None
    in_uniform: bool | None = None
    record_offered: bool | None = None

    def __post_init__(self) -> None:
        """Check that nothing is missing, and that it can have happened.

        Raises
        ------
        UsageError
            If something is missing that a record must hold.
        BadInputError
            If it contradicts itself, or is no place or moment.
        """
        absent = [each for each in self._absent() if each]
        if absent:
            words = "; ".join(f"{REQUIRED[each][0]} ({REQUIRED[each][1]})" for each in absent)
            msg = f"Missing from the record of the search: {words}."
            raise UsageError(msg, value=", ".join(absent), remedy="Record it.")
        if self.started_at.tzinfo is None:
            msg = "The time of the search carries no zone."
            raise BadInputError(msg, value=self.started_at, remedy="Give it with its offset.")
        for found, words in _contradictions(self):
            if found:
                raise BadInputError(words, remedy="Check what is recorded.")

    def _absent(self) -> tuple[str, ...]:
        """Return the fields that are missing."""
        of_person = self.type not in OF_VEHICLES
        return (
            "power" * (self.power is Power.NOT_GIVEN),
            "object" * (self.object is Object.NOT_GIVEN),
            "grounds" * (not self.grounds.strip()),
            "place" * (not self.place.strip()),
            "self_defined" * (of_person and self.self_defined is Ethnicity.NOT_GIVEN),
        )

    @property
    def is_of_child(self) -> bool:
        """Whether somebody under 18 was searched."""
        return self.age in CHILDREN

    def cleaned(self) -> SearchGiven:
        """Return it with its free text checked; what no keyboard writes raises, by ``written``."""
        return replace(
            self,
            grounds=written(self.grounds, what="The grounds"),
            place=written(self.place, what="The place"),
            safeguarding=written(self.safeguarding, what="The safeguarding action")
            if self.safeguarding.strip()
            else "",
        )


def _contradictions(given: SearchGiven) -> tuple[tuple[bool, str], ...]:
    """Return what may contradict itself, and whether it does."""
    counted = given.weapons is not None
    found = given.weapon_found is True
    has_point = given.lon is not None and given.lat is not None
    return (
        (counted and (given.weapons or 0) < 0, f"{given.weapons} weapons were not found."),
        (
            counted and (given.weapons or 0) > 0 and not found,
            f"{given.weapons} weapons are counted, and none is said to have been found.",
        ),
        (given.weapons == 0 and found, "A weapon is said to have been found, and 0 are counted."),
        (
            given.intimate_parts is True and given.more_than_outer is False,
            "Intimate parts were exposed, and no more than outer clothing was removed.",
        ),
        (
            (given.lon is None) != (given.lat is None)
            or (has_point and not _is_point(given.lon or 0.0, given.lat or 0.0)),
            f"{given.lon}, {given.lat} is no point in degrees.",
        ),
    )


def _is_point(lon: float, lat: float) -> bool:
    return -180 <= lon <= 180 and -90 <= lat <= 90  # noqa: PLR2004 - degrees round the earth
