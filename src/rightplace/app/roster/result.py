"""What ``roster`` answers: what lacks first, then wishes refused, then how good the rest is."""

from __future__ import annotations

from dataclasses import dataclass

from rightplace.app.workforce.deployable import DeployableTaken  # noqa: TC001 - schemas read it


@dataclass(frozen=True, slots=True, kw_only=True)
class UncoveredDemand:
    """A part of the demand that is not met.

    Parameters
    ----------
    row
        Of the demand file.
    """

    day: str
    teams: str
    finding: str
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedWish:
    """A wish that is refused.

    Parameters
    ----------
    why
        What granting it would break, all other shifts as they are.
    row
        Of the wishes.
    """

    officer_id: str
    day: str
    shift: str
    weight: int
    why: str
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortNotice:
    """A published shift that is changed with less notice than asked; ``off`` is a day off."""

    officer_id: str
    day: str
    before: str
    after: str
    notice_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamResult:
    """The roster of a team, or of teams that share demand.

    Parameters
    ----------
    status
        ``optimal`` or ``feasible``.
    objective, bound, gap
        Cost, a cost that no roster can be below, and what lies between as a share of the cost.
    nights_least, nights_most, weekends_least, weekends_most
        Shifts of the officers who may work them and have a full contract's hours left.
    nights_fair, weekends_fair
        The largest fair share of an officer.
    """

    teams: str
    officers: int
    shifts: int
    status: str
    objective: int
    bound: int
    gap: float
    nights_least: int
    nights_most: int
    nights_fair: int
    weekends_least: int
    weekends_most: int
    weekends_fair: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CostResult:
    """How much there is of each unwanted thing, before weighing.

    Parameters
    ----------
    wish_weight_refused
        Sum of the weights of wishes refused.
    nights_above, weekends_above
        Shifts above fair shares.
    idle_shifts
        Whole shifts of contracted hours not rostered.
    backward
        Days on which the shift goes back, where that is weighed.
    short_notice
        Officers and days changed with too little notice.
    officers_lacking
        Summed over shifts.
    """

    wish_weight_refused: int
    nights_above: int
    weekends_above: int
    idle_shifts: int
    backward: int
    short_notice: int
    officers_lacking: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitUsed:
    """A legal limit, and the value in force here.

    Parameters
    ----------
    verified
        Whether the text of the provision was read for this program.
    """

    name: str
    value: float
    legal: float
    provision: str
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterResult:
    """Who works when, with what lacks, what is refused, and the bound.

    Parameters
    ----------
    status
        ``optimal`` if every team's is, else ``feasible``.
    objective, bound, gap
        Sums over teams; gap is (objective - bound) / objective.
    uncovered
        Empty unless demand was allowed to lack.
    wishes, wishes_granted
        How many there were in these days, and how many are granted.
    without_balances
        Officers whose opening balances are not known: their weekly average was not checked.
    roster_path
        Every shift (Parquet); officers, wishes and crewing lie beside it.
    outputs
        Files written for people.
    busiest_day, busiest_day_officers
        The first day on which most officers work, and how many; None in an empty roster.
    deployable
        What the roster's officers take of those whom the force can deploy, in the month of the
        roster with fewest; None where no workforce forecast was named.
    """

    roster_id: str
    first_day: str
    days: int
    officers: int
    shifts: int
    status: str
    objective: int
    bound: int
    gap: float
    uncovered: tuple[UncoveredDemand, ...]
    wishes: int
    wishes_granted: int
    wishes_refused: tuple[RefusedWish, ...]
    short_notice: tuple[ShortNotice, ...]
    cost: CostResult
    teams: tuple[TeamResult, ...]
    limits: tuple[LimitUsed, ...]
    without_balances: int
    roster_path: str
    outputs: tuple[str, ...]
    busiest_day: str | None = None
    busiest_day_officers: int = 0
    deployable: DeployableTaken | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachFound:
    """A rule that a published roster breaks.

    Parameters
    ----------
    who
        Officer, or team whose demand is not met.
    row
        Of the demand or the absences, where one is concerned.
    """

    rule: str
    who: str
    day: str
    finding: str
    row: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterCheckResult:
    """What a published roster breaks; nothing is refused for it.

    Parameters
    ----------
    breaches
        Demand first, then by day.
    without_balances
        Officers whose opening balances are not known: what rests on them was not checked.
    """

    path: str
    first_day: str
    days: int
    officers: int
    shifts: int
    breaches: tuple[BreachFound, ...]
    limits: tuple[LimitUsed, ...]
    without_balances: int
