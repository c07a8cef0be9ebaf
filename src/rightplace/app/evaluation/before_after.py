"""Use case: before and after, less the return to the mean that choosing high places brings."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from rightplace.app.answer import Answer
from rightplace.app.evaluation.design_settings import settings_asked, with_settings
from rightplace.app.evaluation.panel_checks import with_lockdown
from rightplace.app.evaluation.result import EstimateShown, EvaluationResult
from rightplace.evaluate.designs.before_after import beyond_return
from rightplace.evaluate.designs.before_after_settings import BeforeAfterSettings
from rightplace.evaluate.designs.panel_file import read_panel

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from rightplace.app.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class BeforeAfterResult(EvaluationResult):
    """What a comparison of before and after found beyond the return to the mean.

    Parameters
    ----------
    places, treated
        How many places with counts before and after, and how many of them were treated.
    expected_change
        Relative change expected of the treated places without any treatment, by their choice.
    plain
        What a plain comparison would have told, in incidents.
    beside_others
        The effect if the treated had moved as the other places did; null where there are none.
    drift
        By which share other places' own rates moved from before to after.
    mean_per_year, shape
        Of the rates of all places before: a gamma distribution.
    """

    places: int
    treated: int
    expected_change: EstimateShown
    plain: EstimateShown
    beside_others: EstimateShown | None
    drift: float
    mean_per_year: float
    shape: float


def before_after(
    path: Path,
    *,
    treated_from: date | None,
    outcome: str,
    workspace: Workspace,
    asked: Mapping[str, float | None],
) -> Answer[BeforeAfterResult]:
    """Return the change of the treated places beyond their return to the mean.

    Parameters
    ----------
    path
        Of the table of counts: treated units, and as controls the places they were chosen from.
    treated_from
        First day of the operation where the file does not say it.
    outcome
        What was counted, in words.
    workspace
        Whose settings of the design hold.
    asked
        Settings asked for instead; None leaves what is set.
    """
    year_days = 365.25
    settings = settings_asked(workspace, "before_after", BeforeAfterSettings, asked)
    panel = read_panel(path, treated_from=treated_from)
    found = beyond_return(panel, outcome=outcome, settings=settings)
    finding = with_settings(found.finding, "before_after", settings)
    shown = EvaluationResult.of(with_lockdown(finding, panel))
    beside = found.beside_others
    result = BeforeAfterResult(
        **{each.name: getattr(shown, each.name) for each in fields(EvaluationResult)},
        places=found.places,
        treated=found.treated,
        expected_change=EstimateShown.of(found.expected_change),
        plain=EstimateShown.of(found.plain),
        beside_others=None if beside is None else EstimateShown.of(beside),
        drift=found.drift,
        mean_per_year=found.rates.mean * year_days,
        shape=found.rates.shape,
    )
    return Answer(verb="evaluate-before-after", result=result)
