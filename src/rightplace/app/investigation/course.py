"""Units simulated one question after the other, the same cases coming in each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rightplace.app.investigation.described import unit_end, unit_result
from rightplace.app.investigation.result import WhatIfResult
from rightplace.deploy.investigation.horizon import Horizon, Support
from rightplace.deploy.investigation.moving import after, end_of
from rightplace.deploy.investigation.unit import MONTH_DAYS
from rightplace.deploy.investigation.what_if_file import NO_CHANGE
from rightplace.errors import BadInputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rightplace.app.investigation.asked import Asked
    from rightplace.app.investigation.result import UnitEnd, UnitResult
    from rightplace.app.investigation.settings import DetectiveSettings
    from rightplace.deploy.investigation.setup import SetUnit, Setup
    from rightplace.deploy.investigation.simulated import Simulated
    from rightplace.deploy.investigation.unit import Unit
    from rightplace.deploy.investigation.what_if import WhatIf

DAYS_A_YEAR: Final = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What is simulated, and how.

    Parameters
    ----------
    setup, asked
        The units, and what is asked of them.
    settings
        What counts as too much.
    supports
        Officers of a surge who help, by the name of the what-if.
    years, replications, seed
        How far ahead, how often, and by which draws.
    """

    setup: Setup
    asked: Asked
    settings: DetectiveSettings
    supports: Mapping[str, Support]
    years: int
    replications: int
    seed: int


def supports_of(
    setup: Setup, what_ifs: tuple[WhatIf, ...], *, actions: Mapping[str, int]
) -> dict[str, Support]:
    """Return the officers of a surge who help, by the name of the what-if.

    Raises
    ------
    BadInputError
        If some help and the setup does not say when they are there.
    """
    found = {}
    for each in what_ifs:
        if each.surge is None:
            continue
        duty = setup.surge_duty
        if duty is None:
            msg = f"{each.name}: the setup does not say when officers of a surge are there."
            remedy = "Add [surge_duty] with hours_a_day, duty_days_a_week, absent and origin."
            raise BadInputError(msg, file=setup.files[0], value=each.name, remedy=remedy)
        found[each.name] = Support(
            officers_by_level=each.surge.officers_by_level,
            hours_a_day=duty.hours_a_day,
            duty_days_a_week=duty.duty_days_a_week,
            absent=duty.absent,
            actions=actions,
        )
    return found


def can_help(unit: Unit, support: Support) -> bool:
    """Return whether officers who help may do any work of a unit."""
    highest = max((level for level, n in enumerate(support.officers_by_level) if n), default=-1)
    named = {work.action for stage in unit.stages for work in stage.work}
    return any(name in named and level <= highest for name, level in support.actions.items())


def check_size(world: World) -> None:
    """Check that no unit takes more than is simulated at once.

    Raises
    ------
    UsageError
        If one does.
    """
    most = world.settings.most_steps
    for given in world.setup.units:
        unit, horizon = given.unit, horizon_of(given, world)
        cases = sum(unit.waiting) + unit.arrivals.a_month * horizon.all_days / MONTH_DAYS
        pieces = sum(work.together for stage in unit.stages for work in stage.work)
        steps = world.replications * (cases * max(pieces, 1) + horizon.weeks * len(unit.teams))
        if steps > most:
            msg = (
                f"{unit.title}: {world.replications:,} futures of {horizon.all_days:,} days and "
                f"about {cases:,.0f} cases each are {steps:,.0f} steps, above {most:,}."
            )
            remedy = "Ask for fewer futures or years, or set investigation.most_steps higher."
            raise UsageError(msg, value=f"{steps:.0f}", remedy=remedy)


def horizon_of(given: SetUnit, world: World) -> Horizon:
    """Return how a unit is looked at: cases at the start that are known need no warm-up."""
    is_known = sum(given.unit.waiting) > 0
    return Horizon(
        days=world.years * DAYS_A_YEAR,
        warm_up_days=0 if is_known else world.settings.warm_up_days,
        replications=world.replications,
        seed=world.seed,
    )


class Course:
    """Simulations of one question after the other; results and futures are kept for the tables."""

    def __init__(self, world: World, tell: Callable[[str], None]) -> None:
        self.world, self.tell = world, tell
        self.results: list[tuple[str, UnitResult]] = []
        self.simulated: list[tuple[str, Simulated]] = []
        self.base: dict[str, Simulated] = {}

    def as_it_is(self, given: SetUnit) -> UnitResult:
        """Return a unit as it is."""
        simulated, result = self._one(given, NO_CHANGE)
        self.base[given.unit.key] = simulated
        return result

    def what_if(self, what_if: WhatIf) -> WhatIfResult:
        """Return both ends of a what-if."""
        changed, ends = after(self.world.setup.units, what_if)
        moved = {end.unit for end in ends}
        helped = None if what_if.surge is None else what_if.surge.taker
        found = []
        for before, will in zip(self.world.setup.units, changed, strict=True):
            if will.unit.key in moved or will.unit.key == helped:
                found.append(self._end(before, will, what_if))
        asked = [each.words for each in what_if.changes]
        asked += [] if what_if.surge is None else [what_if.surge.words]
        surge_origin = "" if what_if.surge is None else what_if.surge.origin
        origins = [each for each in (what_if.origin, surge_origin) if each]
        return WhatIfResult(
            name=what_if.name, asked=tuple(asked), origin="; ".join(origins), ends=tuple(found)
        )

    def _end(self, before: SetUnit, will: SetUnit, what_if: WhatIf) -> UnitEnd:
        from rightplace.deploy.investigation.comparing import compare

        support = self.world.supports.get(what_if.name)
        if what_if.surge is None or what_if.surge.taker != will.unit.key:
            support = None
        simulated, result = self._one(will, what_if.name, support=support, before=before.unit)
        differences = compare(self.base[will.unit.key], simulated, self.world.settings)
        helped_by = 0 if support is None else sum(support.officers_by_level)
        return unit_end(end_of(before, will, what_if), differences, result, helped_by=helped_by)

    def _one(
        self,
        given: SetUnit,
        name: str,
        *,
        support: Support | None = None,
        before: Unit | None = None,
    ) -> tuple[Simulated, UnitResult]:
        from rightplace.deploy.investigation.measures import measure
        from rightplace.deploy.investigation.simulation import simulate

        horizon = horizon_of(given, self.world)
        self.tell(f"{name}: {given.unit.title}, {horizon.replications:,} futures")
        simulated = simulate(given.unit, horizon, support=support, before=before)
        measures = measure(simulated, self.world.settings)
        result = unit_result(given, measures, warm_up_days=horizon.warm_up_days)
        self.simulated.append((name, simulated))
        self.results.append((name, result))
        return simulated, result
