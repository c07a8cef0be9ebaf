"""Use case: what came in the places that people nominated, and in those of the model."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from rightplace.app.answer import Answer
from rightplace.app.hot_spots.score_result import ScoreResult, SetOfPlaces, SetRatio
from rightplace.core.canonical import digest, plain
from rightplace.core.runs import RunInput, RunRecipe, read_run_of
from rightplace.core.time import Month

if TYPE_CHECKING:
    from datetime import datetime

    import pyarrow as pa
    from numpy.typing import NDArray

    from rightplace.app.forecast.outlook import Outlook
    from rightplace.app.workspace import Workspace
    from rightplace.evaluate.place_scores import PlaceSetScore

ORIGINS = ("nominated", "term", "model")
CAUTION = (
    "Visits may have prevented some of what was to come, so a low figure is no proof of a bad "
    "choice; intervals take incidents as independent, and those that follow each other make them "
    "too narrow. Sets of few places or short plans are judged over many plans, not one."
)


def score(
    workspace: Workspace, plan_id: str, *, as_of: date, made_at: datetime, dry_run: bool = False
) -> Answer[ScoreResult]:
    """Return what came in the places of a plan by who chose them, and keep the run.

    Parameters
    ----------
    workspace
        Where the plan is.
    plan_id
        The plan.
    as_of
        The last day whose records may be used.
    made_at
        The time now, for the run's record alone.
    dry_run
        Whether to keep nothing.
    """
    import pyarrow as pa

    from rightplace.app.forecast.outlook import read_outlook
    from rightplace.app.plan.visits import crew_visits
    from rightplace.app.runs import keep

    plan = read_run_of(workspace.runs, plan_id, kind="plan")
    outlook = read_outlook(workspace, plan["settings"]["forecast"])
    visits = visits_by_origin(outlook, crew_visits(workspace, plan_id))
    incidents, words = _came(workspace, outlook, as_of=as_of)
    recipe = RunRecipe(
        kind="hot_spots",
        settings={"record": "score", "plan": plan_id},
        inputs=(
            RunInput(source=plan_id, release=None, sha256=plan["settings_hash"]),
            RunInput(source="records", release=None, sha256=_digest(incidents, words)),
        ),
        as_of=as_of,
        known_at=None,
        seed=0,
    )
    sets, ratios = _scored(outlook, visits, incidents)
    result = ScoreResult(
        score_id=recipe.id,
        plan_id=plan_id,
        known=incidents is not None,
        compared=words,
        incidents=None if incidents is None else int(np.nansum(incidents)),
        sets=sets,
        ratios=ratios,
        caution=CAUTION,
    )
    if not dry_run:
        table = pa.Table.from_pylist([asdict(each) for each in sets])
        keep(workspace, recipe.record(made_at, result=plain(result)), {"sets": table})
    return Answer(verb="hot-spots-score", result=result, id=recipe.id, as_of=as_of)


def _digest(incidents: NDArray[np.float64] | None, words: str) -> str:
    """Return a digest of what came, so that later records give another run."""
    known = [] if incidents is None else np.nan_to_num(incidents, nan=-1).tolist()
    return digest([words, known])


def visits_by_origin(outlook: Outlook, visits: pa.Table) -> dict[str, NDArray[np.int64]]:
    """Return visits planned in each cell by origin; a place is of the first origin it has.

    Plans made before origins were told are the model's throughout.

    Parameters
    ----------
    outlook
        The forecast that the plan is for.
    visits
        Those that crews make.
    """
    at = {cell_id: i for i, cell_id in enumerate(outlook.area.cells["cell_id"].to_pylist())}
    told = "origin" in visits.column_names
    origins = visits["origin"].to_pylist() if told else ["model"] * visits.num_rows
    of_place: dict[int, str] = {}
    counts = np.zeros(len(at), dtype=np.int64)
    for cell_id, origin in zip(visits["cell_id"].to_pylist(), origins, strict=True):
        cell = at[cell_id]
        counts[cell] += 1
        of_place[cell] = min(of_place.get(cell, "model"), origin, key=ORIGINS.index)
    found = {origin: np.zeros(len(at), dtype=np.int64) for origin in ORIGINS}
    for cell, origin in of_place.items():
        found[origin][cell] = counts[cell]
    return {origin: here for origin, here in found.items() if here.any()}


def _came(
    workspace: Workspace, outlook: Outlook, *, as_of: date
) -> tuple[NDArray[np.float64] | None, str]:
    """Return incidents by cell in the plan's days and which those are; None while not known."""
    from rightplace.app.association.outcome import what_came

    last = outlook.first_day + timedelta(days=outlook.days - 1)
    until = Month.of(last).last if outlook.grain == "month" else last
    if as_of < until:
        whole = "their whole months, to " if outlook.grain == "month" else ""
        return None, (
            f"Cannot be known yet: the plan's days end on {last} and need records of {whole}"
            f"{until}; the last that may be used are of {as_of}."
        )
    came = what_came(workspace, outlook)
    if not came.known.any():
        return None, f"Cannot be known yet: {came.words}"
    return came.observed, came.words


def _scored(
    outlook: Outlook,
    visits: dict[str, NDArray[np.int64]],
    incidents: NDArray[np.float64] | None,
) -> tuple[tuple[SetOfPlaces, ...], tuple[SetRatio, ...]]:
    from rightplace.evaluate.place_scores import density_ratio, score_places

    km2 = outlook.area.cells["area_km2"].to_numpy()
    scores = {}
    if incidents is not None and np.nansum(incidents) > 0:
        for origin, here in visits.items():
            if np.isfinite(incidents[here > 0]).any():
                scores[origin] = score_places(incidents, km2, chosen=here > 0)
    sets = tuple(
        SetOfPlaces(
            origin=origin,
            places=int((here > 0).sum()),
            area_km2=float(km2[here > 0].sum()),
            visits=int(here.sum()),
            **_figures(scores.get(origin)),
        )
        for origin, here in visits.items()
    )
    compared = {
        origin: density_ratio(scores[origin], scores["model"])
        for origin in scores
        if origin != "model" and "model" in scores
    }
    return sets, tuple(
        SetRatio(origin=origin, ratio=found.ratio, lo95=found.lo95, hi95=found.hi95)
        for origin, found in compared.items()
        if found is not None
    )


def _figures(found: PlaceSetScore | None) -> dict[str, Any]:
    """Return a score by the names under which it is answered; null throughout where it is none."""
    return {
        name: None
        if found is None
        else getattr(found, name.replace("predictive_accuracy_index", "index"))
        for name in _FIGURES
    }


_FIGURES = (
    *("incidents", "incidents_per_place", "incidents_per_km2"),
    *("hit_rate", "hit_rate_lo95", "hit_rate_hi95", "predictive_accuracy_index"),
    *("predictive_accuracy_index_lo95", "predictive_accuracy_index_hi95"),
)
