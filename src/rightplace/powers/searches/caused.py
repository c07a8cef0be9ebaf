"""Searches that a plan causes: how often, per hour of patrol, its visits turn into searches.

A plan sends crews to places; searches made there come back as records of those places. Without
this comparison that loop is unseen. It compares places and times, never crews or officers, and
says nothing about whether a search was lawful. Source: NEEDS A2.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from rightplace.errors import BadInputError, UnsupportedByDataError
from rightplace.evaluate.rate_ratio import rate_ratio
from rightplace.powers.searches.columns import Outcome

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from rightplace.evaluate.rate_ratio import RateRatio

NOT_RECORDED: Final = (
    "not computable from these records: neither weapons found nor a link of outcome and object "
    "is recorded"
)
GROUPS: Final = (
    ("all", None),
    ("power", "power"),
    ("age", "age"),
    ("ethnicity, self-defined", "self_defined"),
)
"""How the comparison is split: in words, and by which column."""


class Where(StrEnum):
    """Where and when a search was made, as the plan sees it."""

    VISIT = "in a place of the plan, in a slot with a visit there"
    PLACE = "in a place of the plan, at another time"
    ELSEWHERE = "elsewhere"
    UNPLACED = "no point recorded"


@dataclass(frozen=True, slots=True, kw_only=True)
class CausedSettings:
    """When visits are said to turn into searches without finds.

    Parameters
    ----------
    least_searches
        Searches during visits below which no alarm is raised; a choice of ours.
    ratio_above
        The lower end of the interval of the rate ratio must lie above this; a choice of ours: 1 is
        more often than elsewhere, beyond chance.
    find_ratio_below
        The find rate during visits by that elsewhere must lie below this; a choice of ours: 1 is
        fewer finds for each search than elsewhere.
    level
        Of the intervals, above 0 and below 1; a choice of ours.
    """

    least_searches: int = 20
    ratio_above: float = 1.0
    find_ratio_below: float = 1.0
    level: float = 0.95


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Visits:
    """Planned visits: which cell, and from when until when in seconds since 1970, half-open.

    Parameters
    ----------
    cell
        Shape (n,). Row of the study area's cells.
    opens, closes
        Shape (n,). Of the slot of each visit.

    Raises
    ------
    BadInputError
        If there is none, or their shapes differ.
    """

    cell: NDArray[np.int64]
    opens: NDArray[np.int64]
    closes: NDArray[np.int64]

    def __post_init__(self) -> None:
        """Check that there are visits.

        Raises
        ------
        BadInputError
            If there is none, or their shapes differ.
        """
        if not self.cell.size or len({x.shape for x in (self.cell, self.opens, self.closes)}) > 1:
            msg = f"{self.cell.size} visits with {self.opens.size} times are no plan's."
            raise BadInputError(msg, remedy="Name a plan with visits.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Patrol, in hours with at least one officer there.

    Parameters
    ----------
    visits
        In visits of the plan's crews to its places, as dosage counts them; above 0.
    elsewhere
        Everywhere else, above 0; None where nobody counted it.
    """

    visits: float
    elsewhere: float | None = None

    def __post_init__(self) -> None:
        """Check that there was patrol.

        Raises
        ------
        BadInputError
            If hours are not above 0.
        """
        if self.visits <= 0 or (self.elsewhere is not None and self.elsewhere <= 0):
            msg = (
                f"Searches are not set against {self.visits} and {self.elsewhere} hours of patrol."
            )
            raise BadInputError(msg, remedy="Give hours above 0, or none for elsewhere.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CausedLine:
    """Searches of one group at one kind of place and time.

    Parameters
    ----------
    split, group, where
        By what, which group, and where.
    searches
        How many.
    per_hour
        For each hour of patrol; None where the hours are not known.
    found, found_known
        Searches with a find, and of how many it is known: a weapon found, or an outcome linked
        to the object.
    """

    split: str
    group: str
    where: Where
    searches: int
    per_hour: float | None
    found: int
    found_known: int

    @property
    def find_rate(self) -> float | None:
        """Finds by searches of which it is known, 0 to 1; None where none is known."""
        return None if self.found_known == 0 else self.found / self.found_known


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """Searches per patrol-hour during visits, relative to elsewhere, for one group.

    Parameters
    ----------
    ratio
        None where it cannot be computed.
    reason
        Why not; empty where it can.
    """

    split: str
    group: str
    ratio: RateRatio | None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Whether visits turn into searches without finds.

    Parameters
    ----------
    raised
        None where it cannot be judged.
    words
        By which rule, or why it cannot be judged.
    """

    raised: bool | None
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Caused:
    """Searches during visits set beside searches elsewhere."""

    lines: tuple[CausedLine, ...]
    contrasts: tuple[Contrast, ...]
    alarm: Alarm


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Facts:
    """What is known of each search, in step."""

    where: NDArray[np.object_]
    found: NDArray[np.bool_]
    known: NDArray[np.bool_]
    values: dict[str, NDArray[np.object_]] = field(default_factory=dict)


def check_exact_points(searches: pa.Table) -> None:
    """Check that points of searches are the force's own, and not moved to anonymous map points.

    Raises
    ------
    UnsupportedByDataError
        If a search has no reference: it comes from open files, whose points are approximate.
    """
    snapped = searches["reference"].null_count
    if snapped:
        msg = (
            f"{snapped:,} of {searches.num_rows:,} searches come from open files, whose points are "
            "moved to anonymous map points: whether they lie inside a place cannot be told within "
            "about 200 m."
        )
        raise UnsupportedByDataError(msg, remedy="Use the force's own records, with references.")


def where_made(
    cell: NDArray[np.int64], at: NDArray[np.int64], visits: Visits
) -> NDArray[np.object_]:
    """Return where each search was made, as the plan sees it; shape (n,) of ``Where``.

    Parameters
    ----------
    cell
        Shape (n,). Row of the cell that holds the search, -1 outside all, -2 without a point.
    at
        Shape (n,). Seconds since 1970.
    visits
        Of the plan.
    """
    in_plan = np.isin(cell, visits.cell)
    found = np.full(cell.shape, Where.ELSEWHERE, dtype=object)
    found[cell == NO_POINT] = Where.UNPLACED
    for n in np.flatnonzero(in_plan):
        there = (visits.cell == cell[n]) & (visits.opens <= at[n]) & (at[n] < visits.closes)
        found[n] = Where.VISIT if there.any() else Where.PLACE
    return found


NO_POINT: Final = -2
"""Cell of a search whose point is not recorded."""


def caused(
    searches: pa.Table,
    where: NDArray[np.object_],
    *,
    hours: Hours,
    settings: CausedSettings,
) -> Caused:
    """Return searches per patrol-hour during visits and elsewhere, by group, and the alarm.

    Parameters
    ----------
    searches
        With the columns of ``columns.SCHEMA``, of the plan's period, with exact points.
    where
        Shape (n,). From ``where_made``.
    hours
        Of patrol.
    settings
        When the alarm is raised.
    """
    check_exact_points(searches)
    facts = _facts(searches, where)
    lines: list[CausedLine] = []
    contrasts: list[Contrast] = []
    for split, column in GROUPS:
        groups = ["all"] if column is None else sorted(set(facts.values[column].tolist()))
        for group in groups:
            mine = np.ones(len(where), dtype=bool)
            if column is not None:
                mine = facts.values[column] == group
            of_group = [_line(facts, mine, split, group, at, hours) for at in Where]
            lines += of_group
            contrasts.append(_contrast(of_group, hours, level=settings.level))
    whole = {each.where: each for each in lines if each.split == "all"}
    return Caused(
        lines=tuple(lines),
        contrasts=tuple(contrasts),
        alarm=_alarm(whole, contrasts[0], settings),
    )


def _facts(searches: pa.Table, where: NDArray[np.object_]) -> _Facts:
    weapon = _tried(searches, "weapon_found")
    linked = _tried(searches, "linked")
    outcome = np.array(searches["outcome"].to_pylist(), dtype=object)
    linked_find = (linked == True) & (outcome != Outcome.NO_FURTHER_ACTION)  # noqa: E712 - of three values
    return _Facts(
        where=where,
        found=((weapon == True) | linked_find).astype(bool),  # noqa: E712 - of three values
        known=np.array(
            [w is not None or n is not None for w, n in zip(weapon, linked, strict=True)],
            dtype=bool,
        ),
        values={
            column: np.array(searches[column].to_pylist(), dtype=object)
            for _, column in GROUPS
            if column is not None
        },
    )


def _tried(searches: pa.Table, column: str) -> NDArray[np.object_]:
    """Return a column that is true, false or None."""
    return np.array(searches[column].to_pylist(), dtype=object)


def _line(
    facts: _Facts, mine: NDArray[np.bool_], split: str, group: str, at: Where, hours: Hours
) -> CausedLine:
    here = mine & (facts.where == at)
    patrol = {Where.VISIT: hours.visits, Where.ELSEWHERE: hours.elsewhere}.get(at)
    searches = int(here.sum())
    return CausedLine(
        split=split,
        group=group,
        where=at,
        searches=searches,
        per_hour=None if patrol is None else searches / patrol,
        found=int((here & facts.found).sum()),
        found_known=int((here & facts.known).sum()),
    )


def _contrast(lines: list[CausedLine], hours: Hours, *, level: float) -> Contrast:
    """Return the rate during visits relative to elsewhere, or why there is none."""
    count = {each.where: each.searches for each in lines}
    told = {"split": lines[0].split, "group": lines[0].group}
    if hours.elsewhere is None:
        return Contrast(**told, ratio=None, reason="hours of patrol elsewhere are not known")
    if count[Where.VISIT] + count[Where.ELSEWHERE] == 0:
        return Contrast(**told, ratio=None, reason="no search during visits or elsewhere")
    ratio = rate_ratio(
        count[Where.ELSEWHERE],
        count[Where.VISIT],
        exposure_before=hours.elsewhere,
        exposure_after=hours.visits,
        level=level,
    )
    return Contrast(**told, ratio=ratio)


def _alarm(whole: dict[Where, CausedLine], contrast: Contrast, settings: CausedSettings) -> Alarm:
    """Return whether visits turn into searches without finds, by the stated rule."""
    there, elsewhere = whole[Where.VISIT], whole[Where.ELSEWHERE]
    if there.searches < settings.least_searches:
        words = (
            f"{there.searches} searches during visits; below {settings.least_searches} no alarm."
        )
        return Alarm(raised=False, words=words)
    if contrast.ratio is None:
        return Alarm(raised=None, words=f"Cannot be judged: {contrast.reason}.")
    if contrast.ratio.lo <= settings.ratio_above:
        words = "Searches per patrol-hour are not more frequent during visits beyond chance."
        return Alarm(raised=False, words=words)
    here, there_else = there.find_rate, elsewhere.find_rate
    if here is None or there_else is None:
        return Alarm(raised=None, words=f"Cannot be judged: finds are {NOT_RECORDED}.")
    if here < settings.find_ratio_below * there_else or here == 0:
        words = (
            f"Visits turn into searches without finds: {contrast.ratio.value:.1f} times as many "
            f"searches per patrol-hour as elsewhere (at least {contrast.ratio.lo:.1f}), and finds "
            f"in {here:.0%} of them against {there_else:.0%}."
        )
        return Alarm(raised=True, words=words)
    words = f"More searches during visits, and finds in {here:.0%} against {there_else:.0%}."
    return Alarm(raised=False, words=words)
