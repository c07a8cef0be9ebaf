"""Strength looked ahead from its own past: every origin in London, and 42 other forces by year.

Run with ``python -m benchmarks.workforce_trend``; prints Markdown.
"""

from __future__ import annotations

import csv
import gzip
import tempfile
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rightplace.app.workforce.strength import StrengthAsked
from rightplace.app.workforce.trend_backtest import workforce_backtest
from rightplace.app.workforce.trend_settings import TrendSettings
from rightplace.deploy.workforce.trend import candidates
from rightplace.deploy.workforce.trend_backtest import LEVEL, interval_score
from tests.paths import SHARED
from tests.small_files import World

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rightplace.app.workforce.trend_result import (
        OriginRow,
        ScoredWindow,
        StrengthBacktestResult,
    )

MONTHLY = SHARED / "london" / "datastore" / "Police_Force_Strength_2013-05_2026-03.csv"
YEARLY = SHARED / "london" / "home_office" / "lesscrime_police-uplift-2022-data.csv.gz"
LONDON = "Metropolitan Police"
AHEAD = (12, 24)
LEAST_YEARS = 6
PROGRAMME = range(2020, 2023)
MADE_AT = datetime(2026, 4, 20, tzinfo=UTC)
KINDS = {"all": "all", "without": "no break between", "with": "across the break"}
WHY = (
    "A damped local trend on net monthly change, from the past alone, beside two others. Each "
    "origin sees what came before it only; origins are a year apart. k of n: how often the 80 % "
    "interval held what came, with its Clopper-Pearson interval; called wrong only where 80 % lies "
    "outside. Score: interval score, lower is better; beside it less the random walk's at the same "
    "origins, with its 95 % interval (windows of 24 months overlap, which is allowed for). "
    "`picked` takes at each origin the way that scored best where the outcome was known by then. "
    "The form of the trend was chosen knowing this series."
)
OTHERS = (
    "The same form, which was not chosen on them, on the officers of 42 other forces at the end of "
    "each March 2007-2022 (Home Office), a year a step: the settings' persistences to the power of "
    "12, likely change twelve times the monthly one. Origins from the sixth year on. Forces share "
    "budgets and the national programme, so the rows of a year go together: no interval is given. "
    "Targets of March 2020 to 2022 lie in the programme."
)


def london() -> StrengthBacktestResult:
    """Return the back-test on the published strength of the Metropolitan Police."""
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        world.ingest(MONTHLY, kind="strength")
        asked = StrengthAsked()
        return workforce_backtest(
            world.workspace, asked, ahead=AHEAD, made_at=MADE_AT, dry_run=True
        ).result


def _scores(windows: Sequence[ScoredWindow]) -> list[str]:
    lines = [
        (
            "| months ahead | origins | way | inside | 95 % | score | less the random walk's "
            "| 95 % | mean miss | mean width |"
        ),
        "|--:|---|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for window in windows:
        gaps = {each.method: each for each in window.compared}
        for each in window.methods:
            gap = gaps.get(each.method)
            apart = ["", ""]
            if gap is not None:
                apart[0] = f"{gap.difference:+,.0f}"
                if gap.lo95 is not None:
                    apart[1] = f"{gap.lo95:+,.0f} to {gap.hi95:+,.0f}"
            lines.append(
                f"| {window.ahead} | {KINDS[window.breaks]} | {each.method.replace('_', ' ')} "
                f"| {each.inside} of {each.origins} | {each.lo95:.0%} to {each.hi95:.0%} "
                f"| {each.interval_score:,.0f} | {apart[0]} | {apart[1]} "
                f"| {each.absolute_error:,.0f} | {each.width:,.0f} |"
            )
    return lines


def _origins(rows: Sequence[OriginRow]) -> list[str]:
    lines = [
        "| from | to | way | median | 80 % | came | | score | break between |",
        "|---|---|---|--:|--:|--:|---|--:|---|",
    ]
    return lines + [
        f"| {each.origin} | {each.target} | {each.method.replace('_', ' ')} | {each.median:,.0f} "
        f"| {each.lo80:,.0f} to {each.hi80:,.0f} | {each.came:,} "
        f"| {'inside' if each.inside else '**outside**'} | {each.score:,.0f} "
        f"| {'; '.join(each.breaks)} |"
        for each in rows
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class YearScore:
    """One forecast of a force's officers, years ahead, as shares of its strength then."""

    ahead: int
    method: str
    target: int
    inside: bool
    score: float


def other_forces() -> list[YearScore]:
    """Return every way's score at every origin of every force but the Metropolitan Police."""
    officers: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    with gzip.open(YEARLY, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["worker_type"] == "police officer" and row["force_name"] != LONDON:
                officers[row["force_name"]][int(row["date"][:4])] += int(row["total_headcount"])
    monthly = TrendSettings().prior()
    prior = replace(
        monthly,
        persistences=tuple(each**12 for each in monthly.persistences),
        monthly_scale=12 * monthly.monthly_scale,
    )
    found = []
    for by_year in officers.values():
        years = sorted(by_year)
        series = np.array([by_year[year] for year in years], dtype=float)
        for ahead in (1, 2):
            for place in range(LEAST_YEARS - 1, len(years) - ahead):
                came, now = series[place + ahead], series[place]
                for name, method in candidates(prior).items():
                    low, high = method(series[: place + 1], ahead).interval(LEVEL)
                    found.append(
                        YearScore(
                            ahead=ahead,
                            method=name,
                            target=years[place + ahead],
                            inside=bool(low <= came <= high),
                            score=100 * interval_score(low, high, came) / now,
                        )
                    )
    return found


def _others(scores: Sequence[YearScore]) -> list[str]:
    lines = [
        "| years ahead | targets | way | inside | share | score, % of strength |",
        "|--:|---|---|--:|--:|--:|",
    ]
    for ahead in (1, 2):
        for kind in ("all", "before the programme", "in the programme"):
            for method in dict.fromkeys(each.method for each in scores):
                rows = [
                    each
                    for each in scores
                    if (each.ahead, each.method) == (ahead, method)
                    and (kind == "all" or (each.target in PROGRAMME) == kind.startswith("in"))
                ]
                inside, score = sum(r.inside for r in rows), np.mean([r.score for r in rows])
                lines.append(
                    f"| {ahead} | {kind} | {method.replace('_', ' ')} | {inside} of {len(rows)} "
                    f"| {inside / len(rows):.0%} | {score:.2f} |"
                )
    return lines


def main() -> None:
    """Print the page."""
    result = london()
    print(WHY, "\n")
    print("\n".join(f"- {verdict}" for verdict in result.verdicts), "\n")
    print(
        "\n".join(f"- {b.name}, {b.first} to {b.last}, is the break." for b in result.breaks), "\n"
    )
    print("\n".join(_scores(result.windows)))
    print("\n## Other forces, by year\n")
    print(OTHERS, "\n")
    print("\n".join(_others(other_forces())))
    print("\n## Every origin\n")
    print("\n".join(_origins(result.rows)))


if __name__ == "__main__":
    main()
