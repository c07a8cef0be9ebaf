"""Use cases: difference-in-differences and interrupted time series of a table in a file."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from rightplace.app.answer import Answer
from rightplace.app.evaluation.design_settings import settings_asked, with_settings
from rightplace.app.evaluation.panel_checks import with_lockdown
from rightplace.app.evaluation.result import EstimateShown, EvaluationResult

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from rightplace.app.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class EventShown:
    """Relative change in a block of periods, against the block just before the start.

    Parameters
    ----------
    first, last
        Periods since the start, both ends included; below 0 before it.
    estimate
        A share; before the start it should be about 0.
    """

    first: int
    last: int
    estimate: EstimateShown


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceResult(EvaluationResult):
    """What a difference-in-differences found, and the effect by time since the start.

    Parameters
    ----------
    seed
        Of the draws.
    events
        Block by block, before the start and since.
    """

    seed: int
    events: tuple[EventShown, ...]


def did_answer(
    path: Path,
    *,
    treated_from: date | None,
    outcome: str,
    workspace: Workspace,
    asked: Mapping[str, float | None],
    seed: int,
) -> Answer[DifferenceResult]:
    """Return the change in treated units beside that in controls, of a table in a CSV file.

    Parameters
    ----------
    path
        Of the table of counts.
    treated_from
        First day of the operation where the file does not say it.
    outcome
        What was counted, in words.
    workspace
        Whose settings of the design hold.
    asked
        Settings asked for instead; None leaves what is set.
    seed
        Of the draws.
    """
    import numpy as np

    from rightplace.evaluate.designs.difference.cohorts import cohorts
    from rightplace.evaluate.designs.difference.events import event_study
    from rightplace.evaluate.designs.difference.finding import difference
    from rightplace.evaluate.designs.difference.settings import DifferenceSettings
    from rightplace.evaluate.designs.panel import Part
    from rightplace.evaluate.designs.panel_file import read_panel

    settings = settings_asked(workspace, "difference", DifferenceSettings, asked)
    panel = read_panel(path, treated_from=treated_from)
    rng = np.random.default_rng(seed)
    finding = difference(panel, outcome=outcome, rng=rng, settings=settings)
    of = cohorts(panel, treated=Part.TREATED, control=Part.CONTROL)
    events = event_study(of, settings=settings, rng=np.random.default_rng(seed))
    flagged = with_settings(finding, "difference", settings)
    found = EvaluationResult.of(with_lockdown(flagged, panel))
    result = DifferenceResult(
        **{each.name: getattr(found, each.name) for each in fields(found)},
        seed=seed,
        events=tuple(
            EventShown(first=each.first, last=each.last, estimate=EstimateShown.of(each.estimate))
            for each in events
        ),
    )
    return Answer(verb="evaluate-did", result=result)


def series_answer(
    path: Path,
    *,
    treated_from: date | None,
    outcome: str,
    workspace: Workspace,
    asked: Mapping[str, float | None],
) -> Answer[EvaluationResult]:
    """Return how far treated units' counts left their course, of a table in a CSV file.

    Parameters
    ----------
    path
        Of the table of counts; controls, if it has any, stand beside the treated units.
    treated_from
        First day of the operation where the file does not say it.
    outcome
        What was counted, in words.
    workspace
        Whose settings of the model hold.
    asked
        Settings asked for instead; None leaves what is set.
    """
    from rightplace.evaluate.designs.panel_file import read_panel
    from rightplace.evaluate.designs.series import interrupted_series
    from rightplace.evaluate.designs.series_settings import SeriesSettings

    settings = settings_asked(workspace, "series", SeriesSettings, asked)
    panel = read_panel(path, treated_from=treated_from)
    finding = interrupted_series(panel, outcome=outcome, settings=settings)
    flagged = with_settings(finding, "series", settings)
    result = EvaluationResult.of(with_lockdown(flagged, panel))
    return Answer(verb="evaluate-series", result=result)
