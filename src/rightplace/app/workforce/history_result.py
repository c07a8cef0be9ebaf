"""What ``workforce history`` answers: the series, what is missing, and heads beside full time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryMonth:
    """Strength at the end of a month, as published.

    Parameters
    ----------
    net_change
        Officers more than the month before; None where that is not held.
    """

    month: str
    officers: int
    net_change: int | None
    staff: int
    pcsos: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GapFound:
    """Months that are missing.

    Parameters
    ----------
    row
        The row of the file after which they are missing.
    """

    first: str
    last: str
    file: str
    row: int
    finding: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakNamed:
    """A programme that strength did not go on as before in.

    Parameters
    ----------
    where
        ``history`` where months that were seen lie in it, ``window`` where months foretold do.
    """

    name: str
    first: str
    last: str
    where: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RankNumbers:
    """Officers of a rank of the whole force.

    Parameters
    ----------
    fte_ratio
        Full-time equivalents for each officer, 0 to 1; None where there is no officer.
    """

    rank: str
    headcount: int
    fte: float
    fte_ratio: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeOfficeYear:
    """The Home Office's table beside the strength of the same month.

    Parameters
    ----------
    headcount, fte, fte_ratio
        People, full-time equivalents, and these for each officer.
    officers
        Of the monthly file; None where it does not have the month.
    above_headcount, above_fte
        ``officers`` less the Home Office's; below 0 the monthly file has fewer.
    """

    month: str
    headcount: int
    fte: float
    fte_ratio: float
    officers: int | None
    above_headcount: int | None
    above_fte: float | None
    ranks: tuple[RankNumbers, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryResult:
    """Strength of a force month by month.

    Parameters
    ----------
    set_aside
        Rows of the files that could not be used.
    gaps
        Months missing between the first and the last.
    what_is_counted
        Whether the monthly numbers are of people or of full-time equivalents, as far as is known.
    cannot_know
        What such data do not tell.
    """

    history_id: str
    force: str
    first_month: str
    last_month: str
    months: tuple[HistoryMonth, ...]
    set_aside: int
    gaps: tuple[GapFound, ...]
    breaks: tuple[BreakNamed, ...]
    home_office: tuple[HomeOfficeYear, ...]
    what_is_counted: str
    cannot_know: str
    months_path: str
