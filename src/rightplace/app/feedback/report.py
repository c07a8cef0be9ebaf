"""Use case: a simulated loop as a page to read, JSON to compute with and CSV for a spreadsheet."""

from __future__ import annotations

import csv
import io
import shlex
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from rightplace.app.feedback.result import ArmResult, Ends, SimulationResult, TownResult
    from rightplace.briefing.loop_page import LoopLine, LoopReport

PAGE: Final = "feedback.html"
CONTENT: Final = "feedback.json"


def write_loop_report(result: SimulationResult, folder: Path) -> tuple[Path, ...]:
    """Write a simulated loop as feedback.html, feedback.json, weeks.csv and runs.csv.

    The same result gives the same bytes; nothing in them tells when or where they were written.

    Parameters
    ----------
    result
        What was found.
    folder
        Where the files go; made if need be, older ones of these names are replaced.
    """
    from rightplace.briefing.loop_page import loop_page
    from rightplace.core.canonical import canonical_json, plain
    from rightplace.core.files import write_whole

    texts = {
        PAGE: loop_page(_report(result)),
        CONTENT: canonical_json(plain(result)) + "\n",
        "weeks.csv": _csv(_WEEKS, _week_rows(result)),
        "runs.csv": _csv(_RUNS, _run_rows(result)),
    }
    for name, text in texts.items():
        write_whole(folder / name, text.encode())
    return tuple(folder / name for name in texts)


def _report(result: SimulationResult) -> LoopReport:
    from rightplace.briefing.loop_page import LoopReport, LoopTown
    from rightplace.briefing.overview import Named

    facts = {
        "Forecast by": result.method,
        "Plan": "the product's, solved to its proven optimum each week",
        "Time": f"{result.warm_up_weeks} weeks by lot, then {result.weeks} weeks of the loop",
        "Runs": f"{result.runs} for each way of counting, on the same incidents",
        "Chance": f"seed {result.seed}",
        "Code": result.code_version,
    }
    town = result.towns[0]
    facts["Records"] = (
        f"{_percent(town.reported_share)} of incidents are reported; of the others a visit "
        f"discovers {_percent(town.found_per_visit)} of its place and week"
    )
    return LoopReport(
        verdict=result.verdict,
        facts=tuple(Named(name=name, words=words) for name, words in facts.items()),
        towns=tuple(
            LoopTown(name=t.name, words=t.words, lines=tuple(_line(t, a) for a in t.arms))
            for t in result.towns
        ),
        command=_command(result),
    )


def _line(town: TownResult, arm: ArmResult) -> LoopLine:
    from rightplace.briefing.loop_page import LoopLine, LoopPoint

    return LoopLine(
        title=arm.name.replace("-", " "),
        words=arm.words,
        outcome=arm.outcome,
        points=tuple(
            LoopPoint(week=w.week, lo10=e.lo10, median=e.median, hi90=e.hi90)
            for w in arm.weeks
            for e in (w.exaggeration,)
        ),
        visit_share=arm.visit_share.median,
        newcomers=arm.newcomers_per_year.median,
        runs=arm.first_place_by_run if len(set(town.rates)) == 1 else (),
    )


def _percent(share: float) -> str:
    return f"{share:.0%}".replace("%", " %")


def _command(result: SimulationResult) -> str:
    words = ["rightplace", "feedback", "simulate", "--method", result.method]
    words += ["--weeks", str(result.weeks), "--runs", str(result.runs)]
    return shlex.join([*words, "--seed", str(result.seed), "--out", "feedback"])


_WEEKS: Final = ("town", "counted", "week", "measure", "lo10", "median", "hi90")
_RUNS: Final = ("town", "counted", "run", "week", "first_place_share_of_visits")


def _week_rows(result: SimulationResult) -> Iterable[Sequence[Any]]:
    for town in result.towns:
        for arm in town.arms:
            for week in arm.weeks:
                for measure in ("exaggeration", "visit_share"):
                    ends: Ends = getattr(week, measure)
                    yield (
                        town.name, arm.name, week.week, measure, ends.lo10, ends.median, ends.hi90
                    )  # fmt: skip


def _run_rows(result: SimulationResult) -> Iterable[Sequence[Any]]:
    for town in result.towns:
        for arm in town.arms:
            for number, shares in enumerate(arm.first_place_by_run, start=1):
                for week, share in zip(arm.weeks, shares, strict=True):
                    yield town.name, arm.name, number, week.week, share


def _csv(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows(rows)
    return file.getvalue()
