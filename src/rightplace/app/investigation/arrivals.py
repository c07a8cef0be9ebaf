"""Use case: how cases come, from a published file of homicide victims."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rightplace.app.answer import Answer, Notice
from rightplace.app.investigation.arrivals_result import ArrivalsResult, YearCount
from rightplace.app.investigation.result import Figure
from rightplace.app.investigation.settings import DetectiveSettings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from rightplace.app.workspace import Workspace
    from rightplace.crime.homicides import Homicide
    from rightplace.deploy.investigation.arrivals import CaseMonths, Interval, Learnt

RARE: Final = 0.05
"""Chance below which months vary more than Poisson says; custom."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalsOptions:
    """What was asked of a file of homicides.

    Parameters
    ----------
    path
        The file.
    years
        How many years; None for the setting.
    last
        First day of the last month; None for the newest held.
    boroughs
        Only of these; of all where empty.
    """

    path: Path
    years: int | None = None
    last: date | None = None
    boroughs: tuple[str, ...] = ()


def learn_arrivals(workspace: Workspace, options: ArrivalsOptions) -> Answer[ArrivalsResult]:
    """Return how cases come, from months of homicides; nothing is kept.

    Parameters
    ----------
    workspace
        Whose settings hold.
    options
        What was asked.
    """
    from rightplace.crime.homicides import read_homicides
    from rightplace.deploy.investigation.arrivals import MONTHS_A_YEAR, cases_by_month, learn
    from rightplace.deploy.investigation.setup_file import built
    from rightplace.deploy.investigation.setup_table import Table

    years = options.years or workspace.settings("investigation", DetectiveSettings).arrival_years
    homicides = read_homicides(options.path)
    of_file = Table(where="cases by month", content={}, file=str(options.path))
    months, last, boroughs = years * MONTHS_A_YEAR, options.last, options.boroughs
    found = built(
        of_file, lambda: cases_by_month(homicides, months=months, last=last, boroughs=boroughs)
    )
    learnt = built(of_file, lambda: learn(found, origin=""))
    result = _result(options, homicides, found, learnt)
    return Answer(verb="detectives-arrivals", result=result, warnings=_notices(result))


def _result(
    options: ArrivalsOptions, homicides: Sequence[Homicide], found: CaseMonths, learnt: Learnt
) -> ArrivalsResult:
    months = [each.month for each in homicides]
    return ArrivalsResult(
        path=str(options.path),
        rows=len(homicides),
        rows_alike=sum(each.case != each.row for each in homicides),
        held_from=f"{min(months):%Y-%m}",
        held_to=f"{max(months):%Y-%m}",
        first=f"{learnt.first:%Y-%m}",
        last=f"{learnt.last:%Y-%m}",
        months=learnt.months,
        cases=learnt.cases,
        victims=learnt.victims,
        boroughs=options.boroughs,
        a_month=_figure(learnt.a_month),
        variance_over_mean=learnt.variance_over_mean,
        dispersion=learnt.arrivals.dispersion,
        dispersion_p=learnt.dispersion_p,
        is_overdispersed=learnt.dispersion_p < RARE,
        trend_a_year=_figure(learnt.trend_a_year),
        several=learnt.several,
        most_victims=learnt.most_victims,
        shares_by_victims=learnt.arrivals.victims,
        solved_share=learnt.solved_share,
        whole_years=learnt.whole_years,
        years=_years(found),
        toml=_toml(options, learnt),
    )


def _figure(given: Interval) -> Figure:
    return Figure(mean=given.estimate, lo=given.lo, hi=given.hi)


def _years(found: CaseMonths) -> tuple[YearCount, ...]:
    months = Counter(month.year for month in found.months)
    cases: Counter[int] = Counter()
    victims: Counter[int] = Counter()
    counted = zip(found.months, found.cases.tolist(), found.victims.tolist(), strict=True)
    for month, of_cases, of_victims in counted:
        cases[month.year] += of_cases
        victims[month.year] += of_victims
    return tuple(
        YearCount(year=year, months=months[year], cases=cases[year], victims=victims[year])
        for year in sorted(months)
    )


def _toml(options: ArrivalsOptions, learnt: Learnt) -> str:
    """Return the arrivals as a table of a setup file."""
    shares = [round(share, 4) for share in learnt.arrivals.victims]
    # What rounding leaves over goes to cases of one victim, so that the shares sum to 1.
    shares[0] = round(1 - sum(shares[1:]), 4)
    where = f" of {' and '.join(options.boroughs)}" if options.boroughs else ""
    origin = (
        f"{options.path.name}{where}, {learnt.first:%Y-%m} to {learnt.last:%Y-%m}: "
        f"{learnt.cases} cases of {learnt.victims} victims"
    )
    quoted = "".join(c for c in origin if c.isprintable()).replace("\\", "/").replace('"', "'")
    return (
        "[unit.arrivals]\n"
        f"a_month = {learnt.arrivals.a_month:.3f}\n"
        f"dispersion = {learnt.arrivals.dispersion:.3f}\n"
        f"victims = {shares}\n"
        f'origin = "{quoted}"\n'
    )


def _notices(result: ArrivalsResult) -> tuple[Notice, ...]:
    found = [
        Notice(
            code="cases-are-a-lower-bound",
            message="Victims count as one case only where their rows are alike in every column; "
            "victims of one case who differ in age or sex count as cases of their own, and two "
            "cases that are alike in all columns would count as one.",
        )
    ]
    if not result.whole_years:
        found.append(
            Notice(
                code="part-years",
                message=f"{result.first} to {result.last} are not whole calendar years: the "
                "season weighs in, and nothing in the file says whether its last month is whole.",
            )
        )
    trend = result.trend_a_year
    if trend.lo > 0 or trend.hi < 0:
        way = "rose" if trend.lo > 0 else "fell"
        message = (
            f"Over these months cases {way} by {abs(trend.mean):.1%} a year "
            f"({trend.lo:+.1%} to {trend.hi:+.1%}): their mean is not today's rate. The trend is "
            "told and not carried on; ask for fewer years, or put in what you expect."
        )
        found.append(Notice(code="trend", message=message))
    return tuple(found)
