"""From the table and the findings of an operation to the result that scripts and pages read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rightplace.app.evaluation.beside import cost_of, dosage_of
from rightplace.app.evaluation.limits import EXPLORATORY, told_verdict
from rightplace.app.evaluation.report_result import (
    LeftOutShown,
    PartShown,
    PlannedShown,
    RegisteredShown,
    ReportResult,
    WindowsShown,
)
from rightplace.app.evaluation.result import EstimateShown, EvaluationResult
from rightplace.app.evaluation.survey import Sought, confidence
from rightplace.crime.offences import in_words
from rightplace.evaluate.designs.panel import Part

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.app.evaluation.beside import Beside
    from rightplace.app.evaluation.counted import CountedPanel
    from rightplace.app.evaluation.judging import Judgement
    from rightplace.app.workspace import Workspace
    from rightplace.evaluate.designs.finding import Finding
    from rightplace.evaluate.operations.plan import LockedPlan

RATE_DAYS: Final = 28
"""Rates are told for so many days, so that windows of unlike length can be compared."""
SYNTHETIC: Final = "demo/"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Made:
    """What a report is made of.

    Parameters
    ----------
    locked
        The plan.
    counted
        Its table.
    judgement
        What the designs found.
    beside, survey
        What the user gave.
    harm_version
        Which weights were summed.
    smallest_survey
        As in the settings.
    """

    locked: LockedPlan
    counted: CountedPanel
    judgement: Judgement
    beside: Beside
    survey: Path | None
    harm_version: str
    smallest_survey: int


def made_result(workspace: Workspace, made: Made, *, report_id: str) -> ReportResult:
    """Return the result of a report; no file is written yet."""
    plan, counted, finding = made.locked.plan, made.counted, made.judgement.finding
    shown = _shown(finding)
    sought = Sought(first=plan.when.before_from, last=plan.when.ends, smallest=made.smallest_survey)
    return ReportResult(
        report_id=report_id,
        operation_id=plan.id,
        estimate=shown.estimate,
        lo95=shown.lo95,
        hi95=shown.hi95,
        p=shown.p,
        design=shown.design,
        evidence_level=shown.evidence_level,
        flags=shown.flags,
        verdict=shown.verdict,
        finding=shown,
        others=tuple(_shown(each) for each in made.judgement.others),
        not_run=made.judgement.not_run,
        plan=_planned(made.locked, counted),
        registered=_registered(made.locked),
        windows=_windows(made.locked, counted),
        parts=tuple(_part(counted, part) for part in Part if counted.panel.rows(part).size),
        harm=None if made.judgement.harm is None else EstimateShown.of(made.judgement.harm),
        harm_version=made.harm_version,
        dosage=dosage_of(workspace, plan.delivery, made.beside),
        cost=cost_of(finding, plan.delivery, made.beside),
        complaints=made.beside.complaints,
        confidence=confidence(made.survey, counted.area, set(plan.where.treated), sought),
        left_out=tuple(
            LeftOutShown(reason=reason, records=n) for reason, n in counted.tally.left_out.items()
        ),
        counted_from=counted.tally.kind,
        populations=counted.tally.populations,
        releases=counted.tally.releases,
        area_id=counted.area.area_id,
        synthetic=any(each.startswith(SYNTHETIC) for each in counted.tally.populations),
        trained_to=str(counted.panel.ends[-1] - 1),
        outputs=(),
    )


def _shown(finding: Finding) -> EvaluationResult:
    """Return a finding as it is printed, its verdict with what must not be read past."""
    from dataclasses import replace

    shown = EvaluationResult.of(finding)
    return replace(shown, verdict=told_verdict(finding, shown.verdict))


def _planned(locked: LockedPlan, counted: CountedPanel) -> PlannedShown:
    plan = locked.plan
    return PlannedShown(
        title=plan.title,
        unit_id=plan.unit_id,
        question=plan.question,
        outcome=plan.outcome.words,
        classes=in_words(counted.classes),
        tactics=plan.delivery.tactics,
        chosen_by=plan.chosen_by.value,
        chosen_because=plan.chosen_because,
        elsewhere=plan.elsewhere,
        smallest_change=plan.judged.smallest_change,
        looks=plan.judged.looks,
        stop_rule=plan.judged.stop_rule,
    )


def _registered(locked: LockedPlan) -> RegisteredShown:
    held = locked.results_held_to
    return RegisteredShown(
        sha256=locked.sha256,
        locked_at=locked.locked_at.isoformat(),
        locked_by=locked.locked_by,
        results_held_to=None if held is None else held.isoformat(),
        exploratory=locked.results_could_be_seen,
        supersedes=locked.plan.supersedes,
        because=locked.plan.because,
    )


def _windows(locked: LockedPlan, counted: CountedPanel) -> WindowsShown:
    when, cut = locked.plan.when, counted.first_treated
    return WindowsShown(
        before_from=when.before_from.isoformat(),
        starts=when.starts.isoformat(),
        ends=when.ends.isoformat(),
        step=when.step.value,
        periods_before=cut,
        periods_during=counted.panel.shape[1] - cut,
        data_to=counted.tally.data_to.isoformat(),
        so_far=counted.so_far,
        unknown=tuple(day.isoformat() for day in counted.unknown),
        part_days=counted.part_days,
    )


def _part(counted: CountedPanel, part: Part) -> PartShown:
    days = (counted.panel.ends - counted.panel.starts).astype(float)
    cut = counted.first_treated
    (before, during), (harm_before, harm_during) = (
        counted.sums(part),
        counted.sums(part, harm=True),
    )
    return PartShown(
        part=part.value,
        cells=tuple(counted.panel.units[row] for row in counted.panel.rows(part).tolist()),
        before=before,
        during=during,
        before_rate=RATE_DAYS * before / float(days[:cut].sum()),
        during_rate=RATE_DAYS * during / float(days[cut:].sum()),
        harm_before=harm_before,
        harm_during=harm_during,
    )


__all__ = ["EXPLORATORY", "Made", "made_result"]
