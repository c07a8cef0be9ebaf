"""Use case: a weighted displacement difference, from counts, kinds of offence or a table."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from rightplace.app.answer import Answer
from rightplace.app.evaluation.design_settings import settings_asked, with_settings
from rightplace.app.evaluation.panel_checks import with_lockdown
from rightplace.app.evaluation.result import EstimateShown, EvaluationResult
from rightplace.evaluate.designs.displacement import Comparison, counts_finding, harm_difference
from rightplace.evaluate.designs.displacement_panel import panel_difference
from rightplace.evaluate.designs.displacement_settings import DisplacementSettings
from rightplace.evaluate.designs.finding import Scale

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rightplace.app.workspace import Workspace
    from rightplace.evaluate.designs.displacement import Kind
    from rightplace.evaluate.designs.finding import Estimate, Finding
    from rightplace.evaluate.designs.panel import Panel, Part

VERB = "evaluate-wdd"
SECTION = "displacement"
"""Of ``rightplace.toml``."""


def settings_of(workspace: Workspace, *, level: float | None = None) -> DisplacementSettings:
    """Return a workspace's settings, with the level asked for instead if one was."""
    return settings_asked(workspace, SECTION, DisplacementSettings, {"level": level})


@dataclass(frozen=True, slots=True, kw_only=True)
class WddResult(EvaluationResult):
    """What a weighted displacement difference found.

    Parameters
    ----------
    estimate
        The total: the local difference, and that of the ring where one was given.
    local
        Change of the treated places less that of their control.
    standard_error
        Of the total, in its unit.
    z
        The total in standard errors.
    dispersion
        How many times as much as Poisson chance the difference scattered before the start; null
        where it could not be measured.
    degrees_of_freedom
        From how many periods, less one, the scatter was measured; null where it was not.
    """

    local: EstimateShown
    standard_error: float
    z: float
    dispersion: float | None
    degrees_of_freedom: int | None


def displacement(
    kinds: Sequence[Kind] | Comparison,
    *,
    outcome: str = "Incidents",
    settings: DisplacementSettings,
) -> Answer[WddResult]:
    """Return the difference of counts before and after, under Poisson chance.

    Parameters
    ----------
    kinds
        One comparison, or several kinds of offence with their harm.
    outcome
        What was counted, in words.
    settings
        Level of intervals and checks.
    """
    level = settings.level
    found_by = counts_finding(kinds, outcome=outcome, settings=settings)
    finding = with_settings(found_by, SECTION, settings)
    single = isinstance(kinds, Comparison)
    found = kinds.difference() if isinstance(kinds, Comparison) else harm_difference(kinds)
    local = found.local.estimate(level=level, scale=Scale.INCIDENTS if single else Scale.HARM)
    result = _result(
        finding, local=local, standard_error=found.total.standard_error, dispersion=None, df=None
    )
    return Answer(verb=VERB, result=result)


def displacement_of_panel(
    panel: Panel,
    *,
    weights: Mapping[Part, float],
    outcome: str = "Incidents",
    settings: DisplacementSettings,
) -> Answer[WddResult]:
    """Return the difference of a table of periods, with the scatter that they really have.

    Parameters
    ----------
    panel
        Treated and control units, perhaps a ring with its own control.
    weights
        What the counts of a part are divided by; 1 where it is not named.
    outcome
        What was counted, in words.
    settings
        Level of intervals and checks.
    """
    found = panel_difference(panel, outcome=outcome, weights=weights, settings=settings)
    result = _result(
        with_lockdown(with_settings(found.finding, SECTION, settings), panel),
        local=found.local,
        standard_error=found.standard_error,
        dispersion=found.dispersion,
        df=found.degrees_of_freedom,
    )
    return Answer(verb=VERB, result=result)


def _result(
    finding: Finding,
    *,
    local: Estimate,
    standard_error: float,
    dispersion: float | None,
    df: int | None,
) -> WddResult:
    shown = EvaluationResult.of(finding)
    return WddResult(
        **{each.name: getattr(shown, each.name) for each in fields(EvaluationResult)},
        local=EstimateShown.of(local),
        standard_error=standard_error,
        z=finding.estimate.value / standard_error,
        dispersion=dispersion,
        degrees_of_freedom=df,
    )
