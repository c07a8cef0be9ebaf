"""From the best plan to one that holds places out by lot, as arrays: nothing is written here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from rightplace.app.holdout.options import allowed_terms
from rightplace.deploy.holdout.lot import LEFT_OUT, Units, draw, strata_of
from rightplace.deploy.holdout.near_equal import eligible_places, first_visit_worth, near_equals
from rightplace.deploy.holdout.neighbours import neighbour_units
from rightplace.deploy.holdout.never_file import KINDS, read_never_held_out
from rightplace.deploy.holdout.price import price_of, with_hold_out
from rightplace.errors import UnsupportedByDataError

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from rightplace.app.holdout.earlier import Earlier
    from rightplace.app.holdout.options import HoldOutOptions
    from rightplace.app.holdout.settings import HoldOutSettings
    from rightplace.app.plan.making import Planned
    from rightplace.deploy.holdout.price import Price
    from rightplace.deploy.holdout.terms import Terms

FOUR_WEEKS = 28
NOMINATED = "nominated in this plan"
RELEASED = "released from a hold-out lately"
ABOVE_RATE = "above the set rate"
FLOOR = "with a floor of visits"
MANY_NEIGHBOURS = "in a group of too many neighbours"
TOO_FEW = "with too few like them"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drawn:
    """The places that a lot decided on; arrays of shape (n_places,).

    Parameters
    ----------
    cells
        Row of each, in order.
    unit
        Number of its unit; neighbours share one.
    stratum
        Index of its stratum.
    held_out
        Whether it gets no visit.
    probability
        Chance with which the lot treats it, above 0 and below 1.
    strata
        Names of the strata.
    eligible
        Places that were near-equal and allowed, those without a stratum among them.
    excluded
        Visited places left out, by reason.
    """

    cells: NDArray[np.int64]
    unit: NDArray[np.int64]
    stratum: NDArray[np.int64]
    held_out: NDArray[np.bool_]
    probability: NDArray[np.float64]
    strata: tuple[str, ...]
    eligible: int
    excluded: dict[str, int]

    @property
    def n_units(self) -> int:
        """Units that the lot decided on."""
        return int(np.unique(self.unit).size)

    @property
    def n_units_held_out(self) -> int:
        """Units that get no visit."""
        return int(np.unique(self.unit[self.held_out]).size)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HeldOut:
    """A plan with places held out, and the best plan without, beside which it stands.

    Parameters
    ----------
    planned
        The plan with the hold-out.
    best
        The plan in which nothing is held out.
    terms
        Who signed, for what; None in a draft.
    """

    planned: Planned
    best: Planned
    drawn: Drawn
    price: Price
    terms: Terms | None
    options: HoldOutOptions
    settings: HoldOutSettings
    earlier: Earlier
    seed: int


def hold_out(
    best: Planned,
    options: HoldOutOptions,
    *,
    settings: HoldOutSettings,
    earlier: Earlier,
    seed: int,
    rng: np.random.Generator,
) -> HeldOut:
    """Return a plan anew with a share of its near-equal places held out by lot.

    Parameters
    ----------
    best
        The plan in which nothing is held out.
    options, settings
        Share, files, policy.
    earlier
        What came before.
    seed, rng
        Seed of the lot, for the record, and the chance made from it.
    """
    from rightplace.deploy import greedy, solve

    outlook = best.outlook
    last_day = outlook.first_day + timedelta(days=outlook.days - 1)
    terms = allowed_terms(
        options, settings=settings, first_day=outlook.first_day, last_day=last_day
    )
    kept = _kept_visits(best, options, settings=settings, earlier=earlier)
    drawn = _drawn(best, kept, share=options.share, settings=settings, rng=rng)
    problem = with_hold_out(
        best.problem,
        held_out=drawn.cells[drawn.held_out],
        treated=drawn.cells[~drawn.held_out],
    )
    solution = solve(problem)
    # The quick preview promises no visit, so it is made without those due to treated places.
    preview = greedy(replace(problem, minimum=np.zeros_like(problem.minimum)))
    return HeldOut(
        planned=replace(best, problem=problem, solution=solution, greedy=preview),
        best=best,
        drawn=drawn,
        price=price_of(best.solution, solution),
        terms=terms,
        options=options,
        settings=settings,
        earlier=earlier,
        seed=seed,
    )


def _kept_visits(
    best: Planned,
    options: HoldOutOptions,
    *,
    settings: HoldOutSettings,
    earlier: Earlier,
) -> dict[str, NDArray[np.bool_]]:
    """Return the places that must keep their visits, by reason, the gravest first."""
    outlook, problem = best.outlook, best.problem
    cell_ids = problem.cell_ids

    def among(names: Collection[str]) -> NDArray[np.bool_]:
        return np.array([cell_id in names for cell_id in cell_ids], dtype=np.bool_)

    path, first_day = options.never_file, outlook.first_day
    rows = () if path is None else read_never_held_out(path, cell_ids=cell_ids, first_day=first_day)
    never = {
        words: among({row.cell_id for row in rows if row.kind == kind})
        for kind, words in KINDS.items()
    }
    in_four_weeks = best.counts.sum(axis=1) * FOUR_WEEKS / outlook.days
    floor = problem.minimum > 0
    if problem.limits is not None:
        floor |= problem.limits.day_least > 0
    return never | {
        NOMINATED: among(() if best.kept is None else best.kept.nominated_cells),
        RELEASED: among(earlier.released),
        ABOVE_RATE: in_four_weeks > settings.rate_most,
        FLOOR: floor,
    }


def _drawn(
    best: Planned,
    never: dict[str, NDArray[np.bool_]],
    *,
    share: float,
    settings: HoldOutSettings,
    rng: np.random.Generator,
) -> Drawn:
    """Return what the lot decides.

    Raises
    ------
    UnsupportedByDataError
        If there are too few near-equal places to hold one out.
    """
    problem, visits = best.problem, best.solution.visits
    forced = never[NOMINATED] | never[FLOOR]
    near = near_equals(problem, visits, band=settings.near_equal_band, forced=forced)
    eligible = eligible_places(np.asarray(visits.any(axis=1)), near, never=never)
    excluded = dict(eligible.excluded)
    outlines = best.outlook.area.shapes[eligible.cells]
    unit = neighbour_units(outlines, metres=settings.neighbour_m)
    small = np.asarray(np.bincount(unit)[unit] <= settings.unit_places_most)
    cells, unit = eligible.cells[small], np.unique(unit[small], return_inverse=True)[1].reshape(-1)
    units = Units.of(unit, borough=problem.borough[cells], worth=first_visit_worth(problem)[cells])
    strata = strata_of(
        units,
        share=share,
        units_each=settings.units_each,
        borough_names=problem.borough_names,
    )
    lot = draw(strata, share=share, rng=rng)
    inside = strata.of_unit[unit] != LEFT_OUT
    left = {MANY_NEIGHBOURS: int((~small).sum()), TOO_FEW: int((~inside).sum())}
    excluded |= {reason: number for reason, number in left.items() if number}
    if not inside.any():
        why = "; ".join(f"{number} {reason}" for reason, number in excluded.items())
        msg = f"No visited place can be held out by lot ({why})."
        remedy = "Widen holdout.near_equal_band or --holdout, or plan a larger area."
        raise UnsupportedByDataError(msg, value=share, remedy=remedy)
    return Drawn(
        cells=cells[inside],
        unit=unit[inside],
        stratum=strata.of_unit[unit[inside]],
        held_out=lot.held_out[unit[inside]],
        probability=lot.probability[unit[inside]],
        strata=strata.names,
        eligible=int(eligible.cells.size),
        excluded=excluded,
    )
