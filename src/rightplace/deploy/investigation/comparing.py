"""Two questions about units side by side, with the same draws in each replication."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rightplace.deploy.investigation.intervals import half_width, mean_interval
from rightplace.deploy.investigation.measured import (
    Difference,
    Differences,
    InvestigationSettings,
)
from rightplace.deploy.investigation.measures import by_replication, has_interview, waits_of
from rightplace.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.deploy.investigation.simulated import Simulated


def compare(
    base: Simulated, other: Simulated, settings: InvestigationSettings | None = None
) -> Differences:
    """Return what changes from one question to another, replication by replication.

    Both have the same cases with the same hours (common random numbers), so that most of what
    chance does falls out of the difference.

    Raises
    ------
    UsageError
        If they do not look ahead alike or by the same seed.

    References
    ----------
    Law (2015), Simulation Modeling and Analysis, 5th ed., section 11.2.
    """
    if base.horizon != other.horizon:
        msg = f"{base.unit.title} and {other.unit.title} do not have the same horizon and seed."
        raise UsageError(msg, remedy="Simulate both with one horizon.")
    chosen = InvestigationSettings() if settings is None else settings
    one, two = by_replication(base), by_replication(other)
    figures = tuple(
        paired(name, one[name], two[name], level=chosen.level) for name in one if name in two
    )
    return Differences(
        figures=figures,
        median_days=_days("median_days", base, other, share=0.5, settings=chosen),
        ninetieth_days=_days("ninetieth_days", base, other, share=0.9, settings=chosen),
    )


def paired(
    name: str, base: NDArray[np.float64], other: NDArray[np.float64], *, level: float
) -> Difference:
    """Return the mean difference of two figures, each pair of one replication."""
    change = other - base
    alone = half_width(base, level=level) ** 2 + half_width(other, level=level) ** 2
    narrowed = half_width(change, level=level) / np.sqrt(alone) if alone > 0 else None
    return Difference(
        name=name,
        base=float(base.mean()),
        other=float(other.mean()),
        change=mean_interval(change, level=level),
        narrowed_to=None if narrowed is None else float(narrowed),
    )


def _days(
    name: str,
    base: Simulated,
    other: Simulated,
    *,
    share: float,
    settings: InvestigationSettings,
) -> Difference | None:
    """Return the change of the days by which a share had the interview, by group."""
    if not (has_interview(base.unit) and has_interview(other.unit)):
        return None
    pairs = [waits_of(each, sections=settings.sections).parts(share) for each in (base, other)]
    known = [[day for day in parts if day is not None] for parts in pairs]
    if len(known[0]) < len(pairs[0]) or len(known[1]) < len(pairs[1]):
        return None
    return paired(name, np.array(known[0]), np.array(known[1]), level=settings.level)
