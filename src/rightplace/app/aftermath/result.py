"""What the verb ``aftermath`` answers with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Initiating:
    """The incident as it was typed in and understood.

    Parameters
    ----------
    x, y
        Metres of the study area's projected system.
    taken_as
        As what the place's two numbers were read: ``metres`` or ``degrees``.
    time
        Local, with the offset.
    learned_as
        The class whose ratios were used: the same, a wider one, or ``other``.
    """

    x: float
    y: float
    lon: float
    lat: float
    taken_as: Literal["metres", "degrees"]
    cell_id: str
    cell_name: str
    time: str
    class_id: str
    class_name: str
    learned_as: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The hours looked at, half-open, with the zone's offset."""

    from_: str
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceExpected:
    """Expected further incidents in the part of a cell that lies in one ring.

    Parameters
    ----------
    distance
        The ring, in words.
    share_of_cell
        Of the cell's ground that lies in the ring.
    ordinary_expected, expected
        Incidents in the window, ordinarily and after the incident; None without data.
    ratio, lo95, hi95
        Of the two, with its 95 % interval.
    finding
        ``raised risk``, ``less than ordinary`` or ``no evidence of raised risk``.
    """

    cell_id: str
    name: str
    distance: str
    share_of_cell: float
    ordinary_expected: float | None
    expected: float | None
    ratio: float
    lo95: float
    hi95: float
    finding: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BandTotal:
    """All places of one ring together; the last total is that of all rings.

    Parameters
    ----------
    incidents, observed, expected_followers
        What the ratio was learned from: incidents of the class, further incidents that followed
        them in the ring, and how many are ordinarily expected. 0 where none was learned, and in
        the total of all rings, whose interval is as wide as if all rings strayed together.
    ordinary_words, expected_words
        The expected counts in words.
    """

    distance: str
    ordinary_expected: float
    expected: float
    expected_lo95: float
    expected_hi95: float
    ratio: float
    lo95: float
    hi95: float
    finding: str
    incidents: int
    observed: int
    expected_followers: float
    ordinary_words: str
    expected_words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fading:
    """The ratio of one ring in one part of the window, as learned."""

    distance: str
    elapsed: str
    ratio: float
    lo95: float
    hi95: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedFrom:
    """What the parameters rest on."""

    run: str
    events: int
    period: tuple[str, str]
    classes: tuple[str, ...]
    join_hours: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AftermathResult:
    """Expected further serious violence by place, against what is ordinary there.

    Parameters
    ----------
    totals
        By ring, then all rings together.
    fading
        The ratios day by day.
    attachable_as_ground
        Always False: it is no ground for a search, nor for an authorisation.
    not_a_ground
        The same in words.
    """

    initiating: Initiating
    window: Window
    verdict: str
    attachable_as_ground: Literal[False]
    not_a_ground: str
    places: tuple[PlaceExpected, ...]
    totals: tuple[BandTotal, ...]
    fading: tuple[Fading, ...]
    learned: LearnedFrom
    notes: tuple[str, ...]
