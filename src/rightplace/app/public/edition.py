"""The public edition as one file: written inside, read by the public pages and by nothing else.

This module imports neither records nor engines: the process of the public pages knows no more of
the service than the file says.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from rightplace.core.canonical import canonical_json, digest
from rightplace.core.files import write_whole
from rightplace.errors import BadInputError, NotHeldError

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = "rightplace/public-edition/1"
FILE_NAME = "public-edition.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityLine:
    """Visits to a ward in a month.

    Parameters
    ----------
    month
        As 2026-01.
    planned, made, hours
        Visits planned, visits made, and hours of them; None where they are not told.
    missed
        By how many the plan was missed; 0 where it was met, None where it is not told.
    words
        The same in words, or why it is not told.
    """

    month: str
    planned: int | None
    made: int | None
    hours: float | None
    missed: int | None
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CountLine:
    """A recorded count.

    Parameters
    ----------
    month
        The first month, as 2026-01.
    months
        1, or 3 for a quarter.
    kind
        Key of the kind of violence.
    count
        None where it is not told.
    words
        The count, or why it is not told.
    """

    month: str
    months: int
    kind: str
    count: int | None
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceEdition:
    """What is told of a ward, a borough, a BCU or the whole area.

    Parameters
    ----------
    slug
        Its address below ``places/``.
    level
        ``ward``, ``borough``, ``bcu`` or ``area``.
    name, borough, bcu
        What it is called, and what it lies in; empty where it lies in none.
    activity
        Visits by month; of wards alone.
    counts
        Recorded violence, domestic abuse apart.
    """

    slug: str
    level: str
    name: str
    borough: str
    bcu: str
    activity: tuple[ActivityLine, ...]
    counts: tuple[CountLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One public edition.

    Parameters
    ----------
    area
        What the study area is called.
    made_on
        Day of the export.
    is_synthetic
        Whether invented data went into it.
    data_releases
        Releases of data that the counts were taken from.
    months
        Months told of, oldest first, as 2026-01.
    kinds
        Key and words of each kind of violence, in the order in which they are shown.
    not_known
        What the source does not tell, in words.
    threshold, fewest_visits, delay_days
        By which counts and visits are withheld, and how late they go out.
    places
        In order of borough and name.
    """

    area: str
    made_on: str
    is_synthetic: bool
    data_releases: tuple[str, ...]
    months: tuple[str, ...]
    kinds: tuple[tuple[str, str], ...]
    not_known: tuple[str, ...]
    threshold: int
    fewest_visits: int
    delay_days: int
    places: tuple[PlaceEdition, ...]

    @property
    def kind_words(self) -> dict[str, str]:
        """Each kind of violence in words, by its key."""
        return dict(self.kinds)

    def place(self, slug: str) -> PlaceEdition:
        """Return a place by its address.

        Raises
        ------
        NotHeldError
            If there is none.
        """
        found = next((each for each in self.places if each.slug == slug), None)
        if found is None:
            msg = "No ward or borough has this address."
            raise NotHeldError(msg, value=slug, remedy="Search for it by name.")
        return found

    def within(self, place: PlaceEdition) -> tuple[PlaceEdition, ...]:
        """Return the places that a ward lies in, the narrowest first."""
        return tuple(
            each
            for level, name in (("borough", place.borough), ("bcu", place.bcu), ("area", self.area))
            for each in self.places
            if each.level == level and each.name == name and each.slug != place.slug
        )

    def found(self, words: str) -> tuple[PlaceEdition, ...]:
        """Return wards and boroughs whose name holds some words, capitals aside."""
        wanted = words.casefold().split()
        return tuple(
            each
            for each in self.places
            if each.level in {"ward", "borough"}
            and all(word in f"{each.name} {each.borough}".casefold() for word in wanted)
        )


def write_edition(folder: Path, edition: Edition) -> tuple[Path, str]:
    """Write an edition in one step: whoever reads sees the old one or this; return path and digest.

    Parameters
    ----------
    folder
        Where the public pages look for it.
    edition
        What is told.
    """
    content = json.loads(canonical_json(asdict(edition)))
    whole = {"schema": SCHEMA, "digest": digest(content), "content": content}
    path = folder / FILE_NAME
    write_whole(path, (canonical_json(whole) + "\n").encode())
    return path, str(whole["digest"])


def read_edition(path: Path) -> tuple[Edition, str]:
    """Return an edition and its digest.

    Raises
    ------
    NotHeldError
        If there is no such file.
    BadInputError
        If it is no edition, of another version, or not as it was written.
    """
    if not path.is_file():
        msg = "There is no public edition here."
        raise NotHeldError(msg, file=path, remedy="Make one: `rightplace public export TO`.")
    try:
        whole = json.loads(path.read_text("utf-8"))
        content = whole["content"]
        is_whole = whole["schema"] == SCHEMA and whole["digest"] == digest(content)
        edition = _edition(content) if is_whole else None
    except (ValueError, KeyError, TypeError) as error:
        msg = f"This is no public edition: {type(error).__name__}."
        raise BadInputError(msg, file=path, remedy="Export it anew.") from error
    if edition is None:
        msg = "The public edition is of another version, or not as it was written."
        raise BadInputError(msg, file=path, remedy="Export it anew.")
    return edition, str(whole["digest"])


def _edition(content: dict[str, Any]) -> Edition:
    places = tuple(
        PlaceEdition(
            **{
                **each,
                "activity": tuple(ActivityLine(**line) for line in each["activity"]),
                "counts": tuple(CountLine(**line) for line in each["counts"]),
            }
        )
        for each in content["places"]
    )
    lists = ("data_releases", "months", "not_known")
    plain = {key: tuple(content[key]) for key in lists}
    kinds = tuple((str(key), str(words)) for key, words in content["kinds"])
    return Edition(**{**content, **plain, "places": places, "kinds": kinds})
