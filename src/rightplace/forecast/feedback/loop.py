"""The loop of forecast, patrol and record, simulated.

Incidents happen at true rates. Part of them the public reports, wherever they happen; of the rest
a patrol discovers some where it goes, and nobody the others. What is counted is forecast from,
the forecast is planned from, the plan decides what is discovered, and so round again.

References
----------
Ensign, Friedler, Neville, Scheidegger and Venkatasubramanian (2018), Runaway feedback loops in
predictive policing, Proceedings of Machine Learning Research 81, 160-171. There, officers go where
an urn sends them; here, where the product's own forecast and plan do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from rightplace.errors import BadInputError, UsageError
from rightplace.forecast.history import DAYS_PER_WEEK, History
from rightplace.forecast.registry import forecaster

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FIRST_WEEK_ENDS: Final = np.datetime64("2001-01-08")  # any Monday will do
_METRES_APART: Final = 1000.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Town:
    """An invented town whose true rates are known.

    Parameters
    ----------
    name
        What to call it.
    rate
        Shape (n_cells,). Incidents that truly happen in a week, more than 0.
    reported_share
        Share of incidents that the public reports, the same everywhere: 0 to 1.
    found_per_visit
        Chance that a visit discovers an incident of its place and week that nobody reported.
    leaders
        How many places count as the top, at least 1 and fewer than all.
    """

    name: str
    rate: NDArray[np.float64]
    reported_share: float
    found_per_visit: float
    leaders: int

    def __post_init__(self) -> None:
        """Check that such a town can be.

        Raises
        ------
        BadInputError
            If a rate is not above 0, a share not from 0 to 1, or the top is everything.
        """
        facts = {
            "every rate must be a number above 0": self.rate.ndim == 1
            and bool(np.isfinite(self.rate).all() and (self.rate > 0).all()),
            "shares must lie between 0 and 1": 0 <= self.reported_share <= 1
            and 0 <= self.found_per_visit <= 1,
            "the top must be some places, not all": 1 <= self.leaders < self.rate.size,
        }
        wrong = [fact for fact, holds in facts.items() if not holds]
        if wrong:
            msg = f"There is no town like {self.name!r}: {'; '.join(wrong)}."
            raise BadInputError(msg)

    @property
    def n_cells(self) -> int:
        """Places."""
        return int(self.rate.size)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """What is counted as demand, and how much of patrol is left to chance.

    Parameters
    ----------
    name, words
        Short name for tables; what it stands for, in words.
    counts_reported, counts_discovered
        Which records the forecast is made from, at least one of them.
    by_lot_share
        Share of visits that a lot sends anywhere, whatever the plan says; 0 to 1.
    """

    name: str
    words: str
    counts_reported: bool
    counts_discovered: bool
    by_lot_share: float = 0.0

    def __post_init__(self) -> None:
        """Check that something is counted.

        Raises
        ------
        UsageError
            If nothing is, or the share is none.
        """
        if not (self.counts_reported or self.counts_discovered) or not 0 <= self.by_lot_share <= 1:
            msg = f"The arm {self.name!r} counts no record, or its share by lot is not 0 to 1."
            raise UsageError(msg)


SHIPPED: Final = Arm(
    name="reported",
    words="shipped settings: only what the public reports is counted",
    counts_reported=True,
    counts_discovered=False,
)
DISCOVERED: Final = Arm(
    name="discovered",
    words="safeguard off: only what patrols discover is counted",
    counts_reported=False,
    counts_discovered=True,
)
MIXED: Final = Arm(
    name="mixed",
    words="safeguard off: reported and discovered incidents are counted alike",
    counts_reported=True,
    counts_discovered=True,
)
BY_LOT: Final = Arm(
    name="discovered-by-lot",
    words="safeguard off as in “discovered”, but one visit in five is sent by lot",
    counts_reported=False,
    counts_discovered=True,
    by_lot_share=0.2,
)
ARMS: Final = (SHIPPED, DISCOVERED, MIXED, BY_LOT)


class Planner(Protocol):
    """Decides where a week's visits go."""

    @property
    def visits_a_week(self) -> int:
        """Visits that can be made in a week."""
        ...

    def visits(
        self, expected: NDArray[np.float64], *, rng: np.random.Generator
    ) -> NDArray[np.int64]:
        """Return the visits to each place in a week, shape (n_cells,)."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """How the loop runs.

    Parameters
    ----------
    town
        Where it runs.
    method
        Specification of the forecaster, as for `registry.forecaster`.
    planner
        Sends the visits.
    warm_up_weeks
        Weeks before the loop in which every visit goes by lot, so that all arms start alike.
    weeks
        Weeks in which forecast and plan decide.
    """

    town: Town
    method: str
    planner: Planner
    warm_up_weeks: int = 52
    weeks: int = 156

    def __post_init__(self) -> None:
        """Check that there are weeks.

        Raises
        ------
        UsageError
            If not.
        """
        if self.warm_up_weeks < 1 or self.weeks < 1:
            msg = f"A loop needs weeks before and in it, not {self.warm_up_weeks}, {self.weeks}."
            raise UsageError(msg)

    @property
    def all_weeks(self) -> int:
        """Weeks simulated, the warm-up among them."""
        return self.warm_up_weeks + self.weeks


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Incidents:
    """What truly happens, whoever learns of it; shapes (n_cells, all weeks)."""

    reported: NDArray[np.int64]
    unreported: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LoopRun:
    """One run of the loop, week by week after the warm-up; shapes (n_cells, weeks).

    Parameters
    ----------
    expected
        What the forecast expected to be counted.
    visits
        Visits made.
    discovered
        Incidents that patrols discovered.
    """

    expected: NDArray[np.float64]
    visits: NDArray[np.int64]
    discovered: NDArray[np.int64]


def incidents_of(loop: Loop, *, rng: np.random.Generator) -> Incidents:
    """Return a draw of what happens: Poisson counts at the true rates."""
    town = loop.town
    rate = np.repeat(town.rate[:, None], loop.all_weeks, axis=1)
    return Incidents(
        reported=rng.poisson(rate * town.reported_share),
        unreported=rng.poisson(rate * (1 - town.reported_share)),
    )


def run_loop(loop: Loop, arm: Arm, incidents: Incidents, *, rng: np.random.Generator) -> LoopRun:
    """Return what an arm makes of the same incidents.

    Parameters
    ----------
    loop, arm
        The town, its forecaster and planner; what is counted.
    incidents
        From ``incidents_of``: give every arm the same, so that they differ by the loop alone.
    rng
        Chance of discovery, of the lot and of ties.
    """
    shape = incidents.reported.shape
    counted, visits, found = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    expected = np.zeros(shape)
    for week in range(loop.all_weeks):
        if week < loop.warm_up_weeks:
            visits[:, week] = _anywhere(loop, loop.planner.visits_a_week, rng=rng)
        else:
            expected[:, week] = _forecast(loop, counted[:, :week])
            planned = loop.planner.visits(expected[:, week], rng=rng)
            visits[:, week] = _partly_by_lot(loop, planned, share=arm.by_lot_share, rng=rng)
        chance = 1 - (1 - loop.town.found_per_visit) ** visits[:, week]
        found[:, week] = rng.binomial(incidents.unreported[:, week], chance)
        counted[:, week] = (
            arm.counts_reported * incidents.reported[:, week]
            + arm.counts_discovered * found[:, week]
        )
    looped = np.s_[:, loop.warm_up_weeks :]
    return LoopRun(expected=expected[looped], visits=visits[looped], discovered=found[looped])


def _forecast(loop: Loop, counted: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return what the coming week should bring, from all that was counted before it."""
    n_cells, weeks = counted.shape
    history = History(
        events=counted,
        exposure=np.full(weeks, float(DAYS_PER_WEEK)),
        observed=np.ones(counted.shape, dtype=np.bool_),
        period_ends=_FIRST_WEEK_ENDS + DAYS_PER_WEEK * np.arange(weeks),
        kind="week",
        area_km2=np.ones(n_cells),
        xy=np.column_stack([_METRES_APART * np.arange(n_cells), np.zeros(n_cells)]),
    )
    return forecaster(loop.method).fit(history).predict(float(DAYS_PER_WEEK))


def _anywhere(loop: Loop, visits: int, *, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return so many visits shared out by lot, every place with the same chance."""
    n_cells = loop.town.n_cells
    return np.asarray(rng.multinomial(visits, np.full(n_cells, 1 / n_cells)))


def _partly_by_lot(
    loop: Loop, planned: NDArray[np.int64], *, share: float, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return the visits when each is sent by lot with a chance."""
    if share == 0:
        return planned
    kept = rng.binomial(planned, 1 - share)
    return np.asarray(kept + _anywhere(loop, int((planned - kept).sum()), rng=rng))
