"""Use case: synthetic control of a table in a file."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from rightplace.app.answer import Answer
from rightplace.app.evaluation.design_settings import settings_asked, with_settings
from rightplace.app.evaluation.panel_checks import with_lockdown
from rightplace.app.evaluation.result import EvaluationResult
from rightplace.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    import numpy as np

    from rightplace.app.workspace import Workspace
    from rightplace.evaluate.designs.finding import Finding
    from rightplace.evaluate.designs.synthetic.matching import Matching, UnitTable
    from rightplace.evaluate.designs.synthetic.settings import SyntheticSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class SynthResult(EvaluationResult):
    """What a synthetic comparison found.

    Parameters
    ----------
    seed
        Of the placebo groups.
    others
        What was found for further outcomes that were matched, with the same weights.
    """

    seed: int
    others: tuple[EvaluationResult, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SynthQuestion:
    """What is asked of a table.

    Parameters
    ----------
    outcome
        What was counted, in words, where the table holds a single count.
    treated_from
        First day of the operation where a table of counts does not say it.
    match_out
        Outcome columns of a wide table, each perhaps with the number of periods that are matched
        together (``robbery:2``). Empty for a table of counts.
    match_covariates
        Covariate columns of a wide table.
    post_from
        First period of the operation in a wide table, where its rows do not say it.
    """

    outcome: str = "incidents"
    treated_from: date | None = None
    match_out: tuple[str, ...] = ()
    match_covariates: tuple[str, ...] = ()
    post_from: str | None = None

    def __post_init__(self) -> None:
        """Check that it fits one kind of table.

        Raises
        ------
        UsageError
            If covariates or a period of a wide table come without outcomes, or a day of a table
            of counts with them.
        """
        if not self.match_out and (self.match_covariates or self.post_from):
            msg = "Covariates and a first period are of a table with outcomes to match."
            raise UsageError(msg, remedy="Name the outcome columns with --match-out.")
        if self.match_out and self.treated_from is not None:
            msg = "A table with outcomes to match begins at a period, not a day."
            raise UsageError(msg, remedy="Give --post-from instead of --from.")


def synth_answer(
    path: Path,
    question: SynthQuestion,
    *,
    workspace: Workspace,
    asked: Mapping[str, float | None],
    seed: int,
) -> Answer[SynthResult]:
    """Return how far treated units left the comparison made of others, of a table in a CSV file.

    Parameters
    ----------
    path
        Of a table of counts, or of a wide table where outcomes to match are named.
    question
        What to look at.
    workspace
        Whose settings of the design hold.
    asked
        Settings asked for instead; None leaves what is set.
    seed
        Of the placebo groups.
    """
    import numpy as np

    from rightplace.evaluate.designs.synthetic.settings import SyntheticSettings

    settings = settings_asked(workspace, "synthetic", SyntheticSettings, asked)
    rng = np.random.default_rng(seed)
    if question.match_out:
        findings = _of_units(path, question, rng=rng, settings=settings)
    else:
        findings = (_of_counts(path, question, rng=rng, settings=settings),)
    flagged = [with_settings(each, "synthetic", settings) for each in findings]
    first, *others = map(EvaluationResult.of, flagged)
    shown = {each.name: getattr(first, each.name) for each in fields(first)}
    result = SynthResult(**shown, seed=seed, others=tuple(others))
    return Answer(verb="evaluate-synth", result=result)


def _of_counts(
    path: Path, question: SynthQuestion, *, rng: np.random.Generator, settings: SyntheticSettings
) -> Finding:
    from rightplace.evaluate.designs.panel_file import read_panel
    from rightplace.evaluate.designs.synthetic.control import synthetic_control

    panel = read_panel(path, treated_from=question.treated_from)
    finding = synthetic_control(panel, outcome=question.outcome, rng=rng, settings=settings)
    return with_lockdown(finding, panel)


def _of_units(
    path: Path, question: SynthQuestion, *, rng: np.random.Generator, settings: SyntheticSettings
) -> tuple[Finding, ...]:
    from rightplace.evaluate.designs.synthetic.calibrated import calibrated_findings
    from rightplace.evaluate.designs.synthetic.table_file import read_units

    spans = _spans(question.match_out)
    table = read_units(
        path,
        outcomes=tuple(spans),
        covariates=question.match_covariates,
        post_from=question.post_from,
    )
    return calibrated_findings(
        table,
        _matching(table, spans, covariates=question.match_covariates),
        outcomes=tuple(spans),
        settings=settings,
        rng=rng,
    )


def _spans(asked: tuple[str, ...]) -> dict[str, int]:
    """Return the periods matched together by outcome, of words such as ``robbery:2``.

    Raises
    ------
    UsageError
        If words name no outcome or one a second time.
    """
    spans: dict[str, int] = {}
    for words in asked:
        name, _, number = words.rpartition(":") if ":" in words else (words, "", "1")
        if not name or not number.isdecimal() or int(number) < 1 or name in spans:
            msg = f"{words!r} names no outcome, or one a second time."
            remedy = "Write a column, or a column and the periods matched together: robbery:2."
            raise UsageError(msg, remedy=remedy)
        spans[name] = int(number)
    return spans


def _matching(
    table: UnitTable, spans: Mapping[str, int], *, covariates: tuple[str, ...]
) -> Matching:
    """Return what is matched; the earliest periods are left out where they fill no span."""
    from rightplace.evaluate.designs.synthetic.matching import Matching

    first = table.first_treated
    return Matching(
        outcomes={name: (span,) * max(first // span, 1) for name, span in spans.items()},
        covariates=covariates,
    )
