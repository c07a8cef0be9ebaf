"""Use case: a trial judged by its own lot."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rightplace.app.answer import Answer
from rightplace.app.evaluation.design_settings import settings_asked, with_settings
from rightplace.app.evaluation.result import EstimateShown, EvaluationResult
from rightplace.evaluate.designs.finding import Design, Scale

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rightplace.app.workspace import Workspace
    from rightplace.evaluate.designs.finding import Finding
    from rightplace.evaluate.designs.lot.protocol import PerProtocol
    from rightplace.evaluate.designs.lot.rows import TrialRows
    from rightplace.evaluate.designs.lot.settings import LotSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolShown:
    """What the dosage did, with the lot as its instrument.

    Parameters
    ----------
    delivered_share, background_share
        Share, 0 to 1, of rows to be treated, and of rows to be left, that got a full visit.
    delivered
        Incidents more (fewer) in rows that got a full visit because the lot said so; null where
        the lot made no difference.
    per_hour
        Incidents more (fewer) for each patrol-hour; null likewise.
    words
        What came out and what it rests on.
    """

    delivered_share: float
    background_share: float
    delivered: EstimateShown | None
    per_hour: EstimateShown | None
    words: str

    @classmethod
    def of(cls, each: PerProtocol) -> ProtocolShown:
        """Return the effects of dosage as they are printed."""
        return cls(
            delivered_share=each.delivered_share,
            background_share=each.background_share,
            delivered=None if each.delivered is None else EstimateShown.of(each.delivered),
            per_hour=None if each.per_hour is None else EstimateShown.of(each.per_hour),
            words=each.words,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LotResult:
    """What a trial found.

    Parameters
    ----------
    evaluation
        By intention to treat: what the lot's word did, whatever was done then.
    estimand
        What the number is about, in words.
    per_protocol
        By the dosage given; null where none was measured.
    seed
        Of the redraws of the lot.
    """

    evaluation: EvaluationResult
    estimand: str
    per_protocol: ProtocolShown | None
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of a trial.

    Parameters
    ----------
    outcome
        What was counted, in words.
    harm
        Whether the counts are harm weights.
    smallest
        Smallest fall that matters, as a share above 0, at most 1; None if nobody said.
    seed
        Of the redraws.
    """

    outcome: str
    harm: bool = False
    smallest: float | None = None
    seed: int = 0


def judged(
    rows: TrialRows, design: Design, *, question: Question, settings: LotSettings
) -> tuple[Finding, PerProtocol | None]:
    """Return what a trial found, and what its dosage did where it was measured.

    Parameters
    ----------
    rows
        Of the trial.
    design
        Randomised.
    question
        What is asked.
    settings
        How it is judged.
    """
    import numpy as np

    from rightplace.evaluate.designs.lot import designs
    from rightplace.evaluate.designs.lot.protocol import per_protocol
    from rightplace.evaluate.power.check import power_check

    by_design = {
        Design.PLACE_DAY: designs.place_days,
        Design.WEEK_BLOCK: designs.week_blocks,
        Design.CROSSOVER: designs.crossover,
        Design.RANDOMISED_UNITS: designs.randomised_units,
    }
    rng = np.random.default_rng(question.seed)
    scale = Scale.HARM if question.harm else Scale.INCIDENTS
    finding = by_design[design](
        rows, outcome=question.outcome, settings=settings, rng=rng, scale=scale
    )
    if question.smallest is not None:
        check = power_check(finding, question.smallest)
        finding = replace(finding, diagnostics=(*finding.diagnostics, check))
    if rows.minutes is None:
        return finding, None
    rng = np.random.default_rng(question.seed)
    return finding, per_protocol(rows, design=design, settings=settings, rng=rng, scale=scale)


def lot_answer(
    path: Path,
    design: Design,
    *,
    question: Question,
    workspace: Workspace,
    asked: Mapping[str, float | None],
) -> Answer[LotResult]:
    """Return what a trial in a CSV file found.

    Parameters
    ----------
    path
        Its rows.
    design
        Randomised.
    question
        What is asked.
    workspace
        Whose settings of the lot hold.
    asked
        Settings asked for instead; None leaves what is set.
    """
    from rightplace.evaluate.designs.lot.designs import ESTIMAND
    from rightplace.evaluate.designs.lot.settings import LotSettings
    from rightplace.evaluate.designs.lot.trial_file import read_trial

    settings = settings_asked(workspace, "lot", LotSettings, asked)
    rows = read_trial(path, design=design)
    found, protocol = judged(rows, design, question=question, settings=settings)
    finding = with_settings(found, "lot", settings)
    result = LotResult(
        evaluation=EvaluationResult.of(finding),
        estimand=next(flag.words for flag in finding.flags if flag.code == ESTIMAND),
        per_protocol=None if protocol is None else ProtocolShown.of(protocol),
        seed=question.seed,
    )
    return Answer(verb="evaluate-lot", result=result)
