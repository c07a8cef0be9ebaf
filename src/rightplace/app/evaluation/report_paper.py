"""From the result of a report to what page and paper show; the service uses the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rightplace.app.evaluation.report_parts import (
    checks_part,
    confidence_part,
    counts_table,
    delivery_part,
    design_words,
    harm_part,
    others_part,
    places_table,
    registered_part,
    share_words,
)
from rightplace.briefing.evaluation.values import (
    Effect,
    EffectsChart,
    OperationReport,
    Place,
    PlacesMap,
    SeriesChart,
)
from rightplace.briefing.stamp import day_in_words
from rightplace.evaluate.designs.verdict import CANNOT_TELL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from rightplace.app.evaluation.report_result import PartShown, ReportResult
    from rightplace.app.evaluation.result import EvaluationResult

MOST_NUMBERED: Final = 24
"""Treated places that carry a number on the map."""
IS_NOT: Final = (
    "It is not a judgement on any officer or unit, and nobody is ranked by it.",
    "It is not a table of areas set against each other: places differ, and so do operations.",
    "It is no licence to repeat the operation elsewhere: what worked there need not work here.",
    "A result that cannot be told from chance is no proof that nothing happened.",
    "Planned patrol, cost or prevention is planned, not achieved.",
)


def paper_of(
    result: ReportResult,
    *,
    marking: str,
    places: Sequence[Mapping[str, Any]],
    boroughs: Sequence[tuple[str, bytes]],
    code_version: str,
) -> OperationReport:
    """Return a report as it is set.

    Parameters
    ----------
    result
        What was found.
    marking
        Protective marking.
    places
        Rows of the run's table ``places``.
    boroughs
        Names and outlines (WKB, metres) of the boroughs that hold them.
    code_version
        Of the code that made the run.
    """
    finding = result.finding
    return OperationReport(
        run_id=result.report_id,
        operation_id=result.operation_id,
        title=result.plan.title,
        question=result.plan.question,
        period=_period(result),
        marking=marking,
        verdict=result.verdict,
        level=0 if _cannot_tell(result) else result.evidence_level,
        level_words=finding.evidence_words,
        level_reasons=finding.evidence_reasons,
        flags=tuple(each.words for each in result.flags),
        series=_series(result),
        effects=_effects(result),
        places=_map(result, places, boroughs),
        counts_table=counts_table(result),
        places_table=places_table(places, most=MOST_NUMBERED),
        parts=(
            checks_part(finding),
            others_part(result),
            harm_part(result),
            delivery_part(result),
            confidence_part(result),
            registered_part(result),
        ),
        is_not=IS_NOT,
        foot=_foot(result, code_version),
        synthetic=result.synthetic,
    )


def _period(result: ReportResult) -> str:
    first, last = _day(result.windows.starts), _day(result.windows.ends)
    return f"{first} to {last}, compared with the time from {_day(result.windows.before_from)}"


def _day(iso: str) -> str:
    from datetime import date

    return day_in_words(date.fromisoformat(iso))


def _series(result: ReportResult) -> SeriesChart | None:
    shown = result.finding.series
    if shown is None or not shown.starts:
        return None
    return SeriesChart(
        title=comparison(result),
        unit=f"Recorded in the {result.windows.step}, treated places together",
        starts=shown.starts,
        counted=shown.observed,
        expected=shown.expected,
        lo=shown.lo,
        hi=shown.hi,
        first_treated=shown.first_treated,
    )


def _cannot_tell(result: ReportResult) -> bool:
    return any(flag.code == CANNOT_TELL for flag in result.flags)


def comparison(result: ReportResult) -> str:
    """Return the comparison that matters as a sentence: treated, compared, and chance."""
    by_part = {part.part: part for part in result.parts}
    treated = _moved(by_part["treated"])
    barred = _cannot_tell(result)
    if "control" in by_part:
        other = _moved(by_part["control"])
        if treated.split()[0] == other.split()[0] and "%" in treated and "%" in other:
            other = f"and {other.partition(' ')[2]}"
        joined = " " if other.startswith("and") else ", "
        told = f"It {treated} in treated places{joined}{other} in the others"
    else:
        told = f"It {treated} in treated places; nothing is set beside it"
    excludes = result.lo95 is not None and result.hi95 is not None
    excludes = excludes and ((result.lo95 or 0) > 0 or (result.hi95 or 0) < 0)
    if barred or "cannot tell" in result.verdict:
        return f"{told}; these data cannot tell why"
    return f"{told}; chance {'hardly does' if excludes else 'could do'} this"


def _moved(part: PartShown) -> str:
    """Return how the rate of a part moved: "fell 12 %", "rose 3 %"."""
    if part.before_rate == 0:
        return "rose from none" if part.during_rate else "stayed at none"
    change = part.during_rate / part.before_rate - 1
    if round(100 * change) == 0:
        return "stayed level"
    return f"{'fell' if change < 0 else 'rose'} {abs(change):.0%}".replace("%", " %")


def _effects(result: ReportResult) -> EffectsChart | None:
    found = [
        _effect(each, is_plans=each is result.finding) for each in (result.finding, *result.others)
    ]
    effects = tuple(each for each in found if each is not None)
    if not effects:
        return None
    title = "The plan's design is filled; the others stand beside it and never in its place"
    return EffectsChart(title=title, effects=effects)


def _effect(each: EvaluationResult, *, is_plans: bool) -> Effect | None:
    if each.scale == "share":
        value, lo, hi = each.estimate, each.lo95, each.hi95
    elif each.relative is not None:
        value, lo, hi = each.relative.value, each.relative.lo, each.relative.hi
    else:
        return None
    both = lo is not None and hi is not None
    return Effect(
        label=design_words(each.design),
        share=value,
        lo=lo if both else None,
        hi=hi if both else None,
        is_plans=is_plans,
        words=share_words(value, lo, hi),
    )


def _map(
    result: ReportResult,
    places: Sequence[Mapping[str, Any]],
    boroughs: Sequence[tuple[str, bytes]],
) -> PlacesMap | None:
    if not places:
        return None
    treated = [row["cell_id"] for row in places if row["part"] == "treated"]
    numbers = (
        {cell: number for number, cell in enumerate(treated, start=1)}
        if len(treated) <= MOST_NUMBERED
        else {}
    )
    return PlacesMap(
        title=f"Where {result.plan.title} was, and what it is compared with",
        places=tuple(
            Place(part=row["part"], outline=row["geometry"], number=numbers.get(row["cell_id"]))
            for row in places
        ),
        boroughs=tuple(boroughs),
    )


def _foot(result: ReportResult, code_version: str) -> tuple[str, ...]:
    releases = ", ".join(result.releases) or "none declared"
    explained = f"`rightplace explain {result.report_id}` leads back to data, code and settings"
    counted = f"{result.counted_from.capitalize()} of {', '.join(result.populations)}"
    return (
        f"Report {result.report_id} of operation {result.operation_id}; {explained}.",
        f"{counted}; releases: {releases}; they reach to {_day(result.windows.data_to)}.",
        f"Harm weights: {result.harm_version}. Code {code_version}.",
    )
