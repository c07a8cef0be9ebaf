"""What ``detectives arrivals`` answers: how cases come, year by year."""

from __future__ import annotations

from dataclasses import dataclass

from rightplace.app.investigation.result import Figure  # noqa: TC001 - schemas read it


@dataclass(frozen=True, slots=True, kw_only=True)
class YearCount:
    """Cases of a calendar year, or of the months of it that were asked for."""

    year: int
    months: int
    cases: int
    victims: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalsResult:
    """How cases come, learnt from homicides by month; a count of cases, never of persons.

    Parameters
    ----------
    path
        The file.
    rows, rows_alike
        Rows it holds, and those that read exactly as one before: further victims of one case.
    held_from, held_to
        First and last month of the file, as YYYY-MM.
    first, last
        First and last month that were counted.
    months, cases, victims
        How many.
    boroughs
        Only of these; all where empty.
    a_month
        Cases in a mean month, with an interval.
    variance_over_mean
        Of the months; 1 if cases come one by one without any (Poisson).
    dispersion
        What is handed on: never below 1.
    dispersion_p
        Chance of so much spread or more under Poisson.
    is_overdispersed
        Whether that chance is below 0.05.
    trend_a_year
        Change a year as a share, over these months; told, not carried on.
    several, most_victims
        Cases of more than one victim (a lower bound), and the most of one.
    shares_by_victims
        Shares of cases with 1, 2, 3 ... victims.
    solved_share
        Share of cases solved when the file was published.
    whole_years
        Whether the months are whole calendar years.
    years
        Each year.
    toml
        The table for a setup file.
    """

    path: str
    rows: int
    rows_alike: int
    held_from: str
    held_to: str
    first: str
    last: str
    months: int
    cases: int
    victims: int
    boroughs: tuple[str, ...]
    a_month: Figure
    variance_over_mean: float
    dispersion: float
    dispersion_p: float
    is_overdispersed: bool
    trend_a_year: Figure
    several: int
    most_victims: int
    shares_by_victims: tuple[float, ...]
    solved_share: float
    whole_years: bool
    years: tuple[YearCount, ...]
    toml: str
