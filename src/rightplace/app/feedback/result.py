"""What ``feedback simulate`` and ``feedback monitor`` answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """Over the runs: the median, and what a tenth are below and a tenth above."""

    lo10: float
    median: float
    hi90: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopWeek:
    """One week of an arm, over its runs.

    Parameters
    ----------
    week
        Counted from 1, after the weeks by lot.
    exaggeration
        How many times their true share the forecast holds the top places for; 1 is the truth.
    visit_share
        Share of visits made to the top places, 0 to 1.
    """

    week: int
    exaggeration: Ends
    visit_share: Ends


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmResult:
    """What became of one way of counting.

    Parameters
    ----------
    name, words
        What is counted.
    outcome
        ``stays bounded``, ``is drawn off`` or ``runs away``.
    exaggeration
        At the end: the forecast's share of the top places by their true share.
    expected_share, true_share
        The two shares, medians over runs, 0 to 1.
    visit_share
        Share of visits made to the top places in the last quarter.
    newcomers_per_year
        Places that come among the highest forecasts in a year of the second half.
    first_place_shares
        Share of the last quarter's visits that went to the first place, run by run.
    weeks
        The same over time, every fourth week.
    first_place_by_run
        The first place's share of a quarter's visits, run by run, at the same weeks.
    """

    name: str
    words: str
    outcome: str
    exaggeration: Ends
    expected_share: float
    true_share: float
    visit_share: Ends
    newcomers_per_year: Ends
    first_place_shares: tuple[float, ...]
    weeks: tuple[LoopWeek, ...]
    first_place_by_run: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TownResult:
    """One invented town in which the loop ran.

    Parameters
    ----------
    rates
        Incidents that truly happen in a week, by place.
    reported_share
        Share of them that the public reports.
    found_per_visit
        Chance that a visit discovers one that nobody reported.
    top
        How many places count as the top.
    """

    name: str
    words: str
    rates: tuple[float, ...]
    reported_share: float
    found_per_visit: float
    visits_a_week: int
    top: int
    arms: tuple[ArmResult, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulationResult:
    """What comes of counting what patrols discover, in two invented towns.

    Parameters
    ----------
    method
        Whose forecast closes the loop; the plan is the product's, solved to its optimum.
    warm_up_weeks
        Weeks before, in which every visit goes by lot.
    """

    verdict: str
    method: str
    weeks: int
    warm_up_weeks: int
    runs: int
    seed: int
    code_version: str
    towns: tuple[TownResult, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContrastResult:
    """Later records of one kind in places a lot sent patrols to, against places it held out.

    Parameters
    ----------
    records
        ``police_generated`` or ``victim_reported``.
    treated, held_out
        Places in each arm, counted once for each plan.
    treated_mean, held_out_mean
        Records for each place and plan, every place weighed by the inverse of its arm's chance.
    effect, lo, hi
        Difference of the two, with its interval of ``level``.
    p
        Chance of such a difference or a greater one if patrol changed no record.
    would_be_seen
        Smallest true rise that eight such monitors in ten would alert at.
    alert
        Whether ``lo`` is above 0.
    """

    records: str
    treated: int
    held_out: int
    treated_mean: float
    held_out_mean: float
    effect: float
    lo: float
    hi: float
    level: float
    p: float
    would_be_seen: float
    alert: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociationResult:
    """How minutes of patrol go with records of one kind in the next period, by ranks.

    Parameters
    ----------
    units
        Places times periods.
    plain
        Correlation, -1 to 1.
    given_forecast, lo, hi
        The same among places of equal forecast, with its interval of ``level``.
    alert
        Whether ``lo`` is above 0. A loop and good targeting look alike here.
    """

    records: str
    units: int
    plain: float
    given_forecast: float
    lo: float
    hi: float
    level: float
    alert: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorResult:
    """Whether recorded crime follows patrol in real use.

    Parameters
    ----------
    rests_on
        ``hold-out`` where places were held out by chance, else ``association``, which cannot
        tell a loop from good targeting.
    alert
        Whether anything that ``rests_on`` names alerted.
    contrasts, associations
        One for each kind of records; contrasts are empty without a hold-out.
    minutes_treated, minutes_held_out
        Minutes delivered for each place and plan by arm; null without a hold-out.
    plans
        Plans whose arms were compared.
    police_generated, victim_reported
        Records read, in the periods looked at. The former are watched here and never counted
        in demand.
    period
        ``week`` or ``month``: what the associations compare.
    units_path
        The table of places by plan, or null.
    """

    monitor_id: str
    verdict: str
    rests_on: str
    alert: bool
    contrasts: tuple[ContrastResult, ...]
    associations: tuple[AssociationResult, ...]
    minutes_treated: float | None
    minutes_held_out: float | None
    plans: tuple[str, ...]
    visits: int
    minutes: float
    first_day: str
    last_day: str
    police_generated: int
    victim_reported: int
    police_classes: tuple[str, ...]
    demand_classes: tuple[str, ...]
    period: str
    units_path: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackResult:
    """What ``feedback simulate`` or ``feedback monitor`` found; the other is null."""

    simulation: SimulationResult | None = None
    monitoring: MonitorResult | None = None
