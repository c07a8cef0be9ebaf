"""The form of a search: its words, and what somebody typed as facts or as faults by field."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar

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
from rightplace.records.searches.given import REQUIRED, SearchGiven

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import StrEnum

    from rightplace.app.service.searches_places import Places

W = TypeVar("W", bound="StrEnum")

CHOOSE: Final = ("", "Choose")
POWER_WORDS: Final = {
    Power.PACE_1: "PACE 1984, section 1 (stolen or prohibited articles)",
    Power.DRUGS_23: "Misuse of Drugs Act 1971, section 23",
    Power.FIREARMS_47: "Firearms Act 1968, section 47",
    Power.SECTION_60: "Criminal Justice and Public Order Act 1994, section 60",
    Power.TERRORISM_43: "Terrorism Act 2000, section 43",
    Power.TERRORISM_47A: "Terrorism Act 2000, section 47A",
    Power.SCHOOL_139B: "Criminal Justice Act 1988, section 139B (schools)",
    Power.PUBLIC_ORDER_11: "Public Order Act 2023, section 11",
    Power.VIOLENCE_REDUCTION_342E: "Sentencing Act 2020, section 342E",
    Power.OTHER: "another power",
}
POWER_SHORT: Final = {
    Power.PACE_1: "PACE section 1",
    Power.DRUGS_23: "drugs section 23",
    Power.FIREARMS_47: "firearms section 47",
    Power.SECTION_60: "section 60",
    Power.TERRORISM_43: "terrorism section 43",
    Power.TERRORISM_47A: "terrorism section 47A",
    Power.SCHOOL_139B: "schools section 139B",
    Power.PUBLIC_ORDER_11: "public order section 11",
    Power.VIOLENCE_REDUCTION_342E: "sentencing section 342E",
    Power.OTHER: "another power",
}
TYPES: Final = (SearchType.PERSON, SearchType.VEHICLE, SearchType.PERSON_AND_VEHICLE)
TRIED: Final = (
    "linked",
    "weapon_found",
    "more_than_outer",
    "intimate_parts",
    "appropriate_adult",
    "parent_told",
    "handcuffs",
    "body_worn_video",
    "in_uniform",
    "record_offered",
    "intelligence_led",
)
"""Fields answered yes or no; nothing chosen is not recorded."""
ANSWERS: Final = {"yes": True, "no": False}


def capital(words: str) -> str:
    """Return words with a capital first, as a choice is shown."""
    return words[:1].upper() + words[1:]


def choices(closed: type[StrEnum], *, unsaid: str) -> list[tuple[str, str]]:
    """Return value and words of a closed list, first what nobody chose."""
    listed = [(each.value, capital(each.value)) for each in closed if each.value != "not given"]
    return [("", unsaid), *listed]


def options() -> dict[str, list[tuple[str, str]]]:
    """Return the choices of each field of the form, value and words."""
    self_defined = choices(Ethnicity, unsaid="Choose")
    officer = [each for each in choices(Ethnicity, unsaid="The same") if each[0] != "not stated"]
    return {
        "type": [(each.value, capital(each.value)) for each in TYPES],
        "power": [CHOOSE, *((each.value, capital(words)) for each, words in POWER_WORDS.items())],
        "object": choices(Object, unsaid="Choose"),
        "outcome": choices(Outcome, unsaid="Not recorded yet"),
        "self_defined": self_defined,
        "officer_defined": officer,
        "age": choices(Age, unsaid="Not recorded"),
        "sex": choices(Sex, unsaid="Not recorded"),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What was typed: facts and officer, or what is wrong by field."""

    given: SearchGiven | None
    officer: str
    faults: tuple[tuple[str, str], ...] = ()


def read_search(
    fields: Mapping[str, str],
    places: Places,
    *,
    boroughs: Mapping[str, str],
    force: str,
    reference: str = "",
) -> Read:
    """Return a search as it was typed.

    Parameters
    ----------
    fields
        By the names of ``SearchGiven``, with ``day`` and ``time`` of the local clock; what is
        empty is not recorded.
    places
        Boroughs and clock of the study area.
    boroughs
        In which whoever typed it may record, with their BCU.
    force
        Whose search it is.
    reference
        Of the search that is corrected; empty for a new one, whose field is then read.
    """
    faults: list[tuple[str, str]] = []
    plain = {name: value.strip() for name, value in fields.items()}
    started_at = _moment(plain, places, faults)
    borough = plain.get("borough", "")
    if borough not in boroughs:
        faults.append(("borough", "Choose the borough; it must lie in your area."))
    facts: dict[str, Any] = _closed(plain, faults) | _tried(plain, faults) | _numbers(plain, faults)
    for name in ("power", "object", "self_defined", "grounds", "place", "officer"):
        missing = name == "self_defined" and facts["type"] is SearchType.VEHICLE
        if not plain.get(name) and not missing and name not in dict(faults):
            words, source = REQUIRED[name]
            faults.append((name, f"{words} must be recorded ({source})."))
    if faults or started_at is None:
        return Read(given=None, officer=plain.get("officer", ""), faults=tuple(faults))
    try:
        given = SearchGiven(
            reference=reference or plain.get("reference", ""),
            force=force,
            bcu=boroughs[borough],
            borough=borough,
            started_at=started_at,
            place=plain["place"],
            grounds=plain["grounds"],
            authorisation=plain.get("authorisation") or None,
            safeguarding=plain.get("safeguarding", ""),
            **facts,
        ).cleaned()
    except (BadInputError, UsageError) as error:
        return Read(given=None, officer=plain["officer"], faults=((at_field(error), said(error)),))
    return Read(given=given, officer=plain["officer"])


def said(error: BadInputError | UsageError) -> str:
    """Return an error in words, with what to do about it."""
    return error.fault.said


def at_field(error: BadInputError | UsageError) -> str:
    """Return the field at which an error of a search is shown."""
    words = error.fault.message
    starts = {
        "The grounds": "grounds",
        "The place": "place",
        "The safeguarding": "safeguarding",
        "The officer": "officer",
        "The search would": "time",
        "A search of the reference": "reference",
        "Intimate parts": "intimate_parts",
    }
    found = [field for start, field in starts.items() if words.startswith(start)]
    if found:
        return found[0]
    if "weapon" in words:
        return "weapons"
    return "lat" if "no point" in words else "reference"


def _moment(
    plain: Mapping[str, str], places: Places, faults: list[tuple[str, str]]
) -> datetime | None:
    """Return the moment typed as day and hour of the local clock."""
    day, hour = plain.get("day", ""), plain.get("time", "")
    try:
        return datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=places.zone)
    except ValueError:
        words, source = REQUIRED["started_at"]
        faults.append(("day", f"{words} must be recorded, as day and hour ({source})."))
        return None


def _closed(plain: Mapping[str, str], faults: list[tuple[str, str]]) -> dict[str, Any]:
    """Return the fields of closed words; what is not on its list is a fault."""
    lists: dict[str, type[StrEnum]] = {
        "type": SearchType,
        "power": Power,
        "object": Object,
        "outcome": Outcome,
        "self_defined": Ethnicity,
        "officer_defined": Ethnicity,
        "age": Age,
        "sex": Sex,
    }
    found: dict[str, Any] = {}
    for name, closed in lists.items():
        value = plain.get(name) or ("person" if name == "type" else "not given")
        try:
            found[name] = closed(value)
        except ValueError:
            found[name] = closed("not given")
            faults.append((name, f"{value[:60]!r} is not one of the choices."))
    return found


def _tried(plain: Mapping[str, str], faults: list[tuple[str, str]]) -> dict[str, bool | None]:
    """Return the fields answered yes or no."""
    found: dict[str, bool | None] = {}
    for name in TRIED:
        value = plain.get(name, "").lower()
        found[name] = ANSWERS.get(value)
        if value and value not in ANSWERS:
            faults.append((name, f"{value[:60]!r} is neither yes nor no."))
    return found


def _numbers(plain: Mapping[str, str], faults: list[tuple[str, str]]) -> dict[str, Any]:
    """Return weapons counted and the point; empty is None."""
    found: dict[str, Any] = {"weapons": None, "lon": None, "lat": None}
    weapons = plain.get("weapons", "")
    if weapons and not (weapons.isascii() and weapons.isdigit() and len(weapons) <= 4):  # noqa: PLR2004 - digits of a count
        faults.append(("weapons", "Give the number of weapons in digits, or leave it empty."))
    elif weapons:
        found["weapons"] = int(weapons)
    for name in ("lon", "lat"):
        typed = plain.get(name, "")
        try:
            found[name] = float(typed) if typed else None
        except ValueError:
            faults.append((name, "Give degrees with a point, such as 51.5392."))
        if found[name] is not None and not math.isfinite(found[name]):
            found[name] = None
            faults.append((name, "Give degrees with a point, such as 51.5392."))
    return found
