"""Use case: learn from held incidents what follows serious violence, and keep it as a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from rightplace.app.aftermath.words import (
    ALWAYS,
    band_words,
    elapsed_words,
    slipped_words,
)
from rightplace.app.answer import Answer, Notice
from rightplace.app.evidence import gather

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    import pyarrow as pa
    from numpy.typing import NDArray

    from rightplace.app.aftermath.events import Incidents
    from rightplace.app.evidence import Evidence, Question
    from rightplace.app.workspace import Workspace
    from rightplace.core.runs import RunRecipe
    from rightplace.forecast.aftermath.ratios import Ratio

RATIOS, ORDINARY, SPOTS = "ratios", "ordinary", "spots"
_SPOT_DAYS = 730  # recorded points from which a cell's share of each ring is told
_SPOT_M = 10.0
_WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedRatio:
    """What followed incidents of a class, in a band of distance and of elapsed time.

    Parameters
    ----------
    class_id
        Offence class; ``all`` for every incident, ``other`` for a class that was not learned.
    distance, elapsed
        The bands, in words.
    observed, expected
        Further incidents, and how many are ordinarily expected.
    ratio, lo95, hi95
        Their ratio, leaning on that of all classes where they are few, with its interval.
    scatter
        How many times as much followers scatter as a Poisson count.
    """

    class_id: str
    distance: str
    elapsed: str
    incidents: int
    observed: int
    expected: float
    ratio: float
    lo95: float
    hi95: float
    scatter: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """Parameters that are kept: what they rest on, and all ratios.

    Parameters
    ----------
    records, incidents
        Rows, and incidents once rows of one incident are joined.
    looked_at
        Incidents with published hours after them and published weeks around them.
    join_hours
        Rows at one point so close in time are one incident.
    points
        Different points on which the incidents stand.
    without_hour
        Rows left out because they give no hour.
    attachable_as_ground, not_a_ground
        Always False, and why, in words.
    """

    run: str
    area_id: str
    classes: tuple[str, ...]
    period: tuple[str, str]
    records: int
    incidents: int
    looked_at: int
    points: int
    without_hour: int
    join_hours: float
    method: str
    ratios: tuple[LearnedRatio, ...]
    attachable_as_ground: Literal[False] = False
    not_a_ground: str = ALWAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnOptions:
    """How parameters are learned, beside what may be known."""

    area_id: str | None = None
    seed: int = 0
    dry_run: bool = False


def learn(
    workspace: Workspace, question: Question, options: LearnOptions, *, made_at: datetime
) -> Answer[Learned]:
    """Learn what follows serious violence nearby and keep it as a run.

    Parameters
    ----------
    workspace
        Where the records are held and the run is kept.
    question
        What may be known.
    options
        Area, and whether to keep it.
    made_at
        The time now, for the run's record alone.
    """
    from rightplace.app.aftermath.events import check_supported, incidents_of, published_spells
    from rightplace.app.areas import find_area
    from rightplace.app.forecast.use_case import harm_index
    from rightplace.app.runs import keep
    from rightplace.core.canonical import plain
    from rightplace.forecast.aftermath.counts import followers
    from rightplace.forecast.aftermath.ratios import aftermath_ratios

    area = find_area(workspace, options.area_id)
    evidence = gather(workspace, area, question, harm_index=harm_index(None))
    check_supported(evidence)
    incidents = incidents_of(workspace, evidence)
    found = followers(
        incidents.days,
        incidents.xy,
        spells=published_spells(evidence.history),
        after_hours=incidents.join_hours,
    )
    ratios = aftermath_ratios(found, _with_wider(incidents.classes))
    recipe = _recipe(evidence, options)
    result = _result(recipe, incidents, ratios, looked_at=int(found.used.sum()))
    notices = _notices(incidents, result, evidence)
    warnings = tuple({"code": n.code, "message": n.message} for n in notices)
    if not options.dry_run:
        tables = {
            RATIOS: _ratio_table(ratios),
            ORDINARY: _ordinary(evidence, incidents, method=result.method),
            SPOTS: _spots(incidents),
        }
        keep(workspace, recipe.record(made_at, result=plain(result), warnings=warnings), tables)
    return Answer(
        verb="aftermath-learn",
        result=result,
        id=recipe.id,
        as_of=question.as_of,
        data_releases=evidence.releases,
        warnings=notices,
    )


def _with_wider(classes: Mapping[str, NDArray[np.bool_]]) -> dict[str, NDArray[np.bool_]]:
    """Return the classes, and the wider classes of violence that hold them."""
    from rightplace.crime.offences import offence_class, wider_classes

    found: dict[str, NDArray[np.bool_]] = {}
    for name, chosen in classes.items():
        for wider in wider_classes(name):
            if wider == name or offence_class(wider).default_demand:
                found[wider] = found[wider] | chosen if wider in found else chosen
    return found


def _recipe(evidence: Evidence, options: LearnOptions) -> RunRecipe:
    from rightplace.app.runs import recipe_inputs
    from rightplace.core.runs import RunRecipe
    from rightplace.forecast.registry import PRODUCT_DEFAULT

    question = evidence.question
    return RunRecipe(
        kind="aftermath",
        settings={
            "method": PRODUCT_DEFAULT,
            "classes": list(evidence.classes),
            "sources": list(question.sources or ()),
            "area": evidence.area.area_id,
        },
        inputs=recipe_inputs(evidence.entries, evidence.area),
        as_of=question.as_of,
        known_at=question.known_at,
        seed=options.seed,
    )


def _result(
    recipe: RunRecipe,
    incidents: Incidents,
    ratios: Mapping[tuple[str, int, int], Ratio],
    *,
    looked_at: int,
) -> Learned:
    return Learned(
        run=recipe.id,
        area_id=recipe.settings["area"],
        classes=tuple(recipe.settings["classes"]),
        period=_period(incidents),
        records=incidents.records,
        incidents=incidents.n,
        looked_at=looked_at,
        points=incidents.points,
        without_hour=incidents.without_hour,
        join_hours=incidents.join_hours,
        method=recipe.settings["method"],
        ratios=_rows(ratios, incidents.join_hours),
    )


def _period(incidents: Incidents) -> tuple[str, str]:
    """Return the days of the first and last incident."""
    ends = np.floor([incidents.days.min(), incidents.days.max()]).astype("datetime64[D]")
    return str(ends[0]), str(ends[1])


def _rows(
    ratios: Mapping[tuple[str, int, int], Ratio], join_hours: float
) -> tuple[LearnedRatio, ...]:
    return tuple(
        LearnedRatio(
            class_id=name,
            distance=band_words(distance),
            elapsed=elapsed_words(elapsed, join_hours),
            **{field: getattr(ratio, field) for field in _NUMBERS},
        )
        for (name, distance, elapsed), ratio in ratios.items()
    )


_NUMBERS = ("incidents", "observed", "expected", "ratio", "lo95", "hi95", "scatter")


def _ratio_table(ratios: Mapping[tuple[str, int, int], Ratio]) -> pa.Table:
    import pyarrow as pa

    keys = list(ratios)
    columns: dict[str, Any] = {
        name: [key[position] for key in keys]
        for position, name in enumerate(("class", "distance", "elapsed"))
    }
    return pa.table(columns | {n: [getattr(ratios[k], n) for k in keys] for n in _NUMBERS})


def _ordinary(evidence: Evidence, incidents: Incidents, *, method: str) -> pa.Table:
    """Return ordinarily expected incidents by cell, weekday and shift of an ordinary week.

    The default forecast counts records; the share of incidents among the records held turns
    them into incidents.
    """
    import pyarrow as pa

    from rightplace.app.forecast.foretelling import foretell

    foretold = foretell(evidence, method=method, days=_WEEK)
    n_cells, n_slots = foretold.expected.shape
    joined = incidents.n / incidents.records
    values = (foretold.expected * joined).reshape(-1)
    return pa.table(
        {
            "cell": np.repeat(np.arange(n_cells, dtype=np.int32), n_slots),
            "weekday": np.tile([s.policing_day.weekday() for s in foretold.slots], n_cells),
            "shift": pa.array([s.shift for s in foretold.slots] * n_cells).dictionary_encode(),
            "hours": np.tile([s.hours for s in foretold.slots], n_cells),
            "expected": pa.array(values, mask=~np.isfinite(values)),
        }
    )


def _spots(incidents: Incidents) -> pa.Table:
    """Return how many incidents of the last two years stand at each spot of ten metres."""
    import pyarrow as pa

    recent = incidents.days >= incidents.days.max() - _SPOT_DAYS
    spot = np.rint(incidents.xy[recent] / _SPOT_M).astype(np.int64) * int(_SPOT_M)
    rows, n = np.unique(np.column_stack([incidents.cell[recent], spot]), axis=0, return_counts=True)
    return pa.table({"cell": rows[:, 0], "x": rows[:, 1], "y": rows[:, 2], "incidents": n})


def _notices(incidents: Incidents, result: Learned, evidence: Evidence) -> tuple[Notice, ...]:
    """Return what whoever learns should know."""
    found = []
    if incidents.slipped_hours:
        message = slipped_words(incidents.slipped_hours, incidents.join_hours)
        found.append(Notice(code="slipped-hours", message=message))
    each = result.incidents / result.points
    message = (
        f"{result.incidents:,} incidents stand on {result.points:,} points, {each:.1f} on each: "
        f"where a publisher moves points to a crossing or a block, 'nearby' means that far at best."
    )
    found.append(Notice(code="points", message=message))
    if incidents.without_hour:
        message = f"{incidents.without_hour:,} records give no hour and were left out."
        found.append(Notice(code="hour-unknown", message=message))
    if evidence.synthetic:
        found.append(Notice(code="synthetic", message="Invented data. Not for operational use."))
    return tuple(found)
