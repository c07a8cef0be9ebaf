"""What the page of a locality shows: places, what is picked, what was authorised there before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rightplace.app.service.section_60_draft import Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalityWanted:
    """What the page is asked for.

    Parameters
    ----------
    cells
        Ids of the cells that are picked.
    find
        Street, ward or code to look for.
    near
        Longitude and latitude, or empty.
    outline
        A drawn outline, as typed; stands before the cells.
    """

    cells: tuple[str, ...] = ()
    find: str = ""
    near: str = ""
    outline: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceLine:
    """A place that can be picked.

    Parameters
    ----------
    ids
        Of the cells that would be picked then.
    words, area, people
        Street words, square kilometres, residents.
    """

    ids: tuple[str, ...]
    words: str
    area: str
    people: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenLine:
    """What is picked or drawn now.

    Parameters
    ----------
    area, people, schools
        In words; what is not held says so.
    boroughs, whole
        Boroughs it touches, and those of which it takes in all.
    streets
        Words to start from.
    larger_than
        How it compares with past localities, in a sentence.
    is_drawn
        Whether it was drawn.
    """

    area: str
    people: str
    schools: str
    boroughs: str
    whole: str
    streets: str
    larger_than: str
    is_drawn: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PastLine:
    """An earlier authorisation at the same place; without a reference where it is not one's own."""

    reference: str
    when: str
    is_recent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalityPage:
    """The page of the locality.

    Parameters
    ----------
    draft
        Whose.
    wanted
        What was asked for.
    found
        Places that were found.
    offered
        Localities round the first place, smallest first, each with its kind.
    taken
        What is picked or drawn; None where nothing is.
    picked, further
        The places that are picked (each with what is left without it), and what each further one
        takes in.
    past
        Earlier authorisations at the same place, newest first.
    hours
        Hours of the last 28 days in which any of them held; empty where there is none.
    fault
        What is wrong with what was asked for, by its field; empty words where nothing is.
    """

    draft: Draft
    wanted: LocalityWanted
    found: tuple[PlaceLine, ...] = ()
    offered: tuple[tuple[str, PlaceLine], ...] = ()
    taken: TakenLine | None = None
    picked: tuple[PlaceLine, ...] = ()
    further: tuple[PlaceLine, ...] = ()
    past: tuple[PastLine, ...] = ()
    hours: str = ""
    bounds: tuple[float, float, float, float] | None = None
    fault: tuple[str, str] = ("", "")
