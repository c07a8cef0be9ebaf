"""How a plan stands over draws of rates and effect, and what that says of each visit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from rightplace.app.plan.making import rate_draws

if TYPE_CHECKING:
    from rightplace.app.plan.making import Planned
    from rightplace.deploy.weekly.robustness import Robustness


def robustness_of(planned: Planned, *, rng: np.random.Generator) -> Robustness | None:
    """Return how the plan stands over draws of rates and effect, or None if none are asked for."""
    from rightplace.deploy.weekly.robustness import robustness

    outlook, draws = planned.outlook, planned.settings.draws
    if draws <= 0:
        return None
    mean = outlook.expected.sum(axis=1)
    rates = rate_draws(outlook, rng=rng)[:draws]
    return robustness(
        planned.problem,
        planned.solution.visits,
        factors=np.divide(rates, mean, out=np.zeros_like(rates), where=mean > 0),
        effect=planned.effect,
        slot_hours=np.array([slot.hours for slot in outlook.slots]),
        rng=rng,
    )


def with_stays(visits: pa.Table, planned: Planned, stands: Robustness | None) -> pa.Table:
    """Return the visits with the share of draws in whose plan each stays; null without draws."""
    cell = {cell_id: i for i, cell_id in enumerate(planned.problem.cell_ids)}
    slot = {slot.start: i for i, slot in enumerate(planned.outlook.slots)}
    pairs = zip(visits["cell_id"].to_pylist(), visits["slot_start"].to_pylist(), strict=True)
    shares = [
        None if stands is None else float(stands.stays_share[cell[place], slot[start]])
        for place, start in pairs
    ]
    return visits.append_column("stays_share", pa.array(shares, pa.float64()))
