"""Two questions about units side by side, with the same draws in each replication."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rightplace.deploy.investigation.intervals import paired
from rightplace.deploy.investigation.interviews import change_of, interviews_of
from rightplace.deploy.investigation.measured import Differences, InvestigationSettings
from rightplace.deploy.investigation.measures import by_replication
from rightplace.errors import UsageError

if TYPE_CHECKING:
    from rightplace.deploy.investigation.simulated import Simulated

DAYS: Final = {"median_days": 0.5, "ninetieth_days": 0.9}
"""Shares of cases that come to an interview, by whose days questions are compared."""


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
    waits = [interviews_of(each, sections=chosen.sections) for each in (base, other)]
    days = [
        None
        if waits[0] is None or waits[1] is None
        else change_of(name, waits[0], waits[1], share=share, level=chosen.level)
        for name, share in DAYS.items()
    ]
    return Differences(
        figures=figures,
        median_days=days[0],
        ninetieth_days=days[1],
    )
