"""What becomes of a unit's cases: a simulation event by event, many times over.

Cases come by months: a Poisson number, whose mean is drawn from a gamma where months vary more than
that, on days spread evenly over the month. The team on call takes them; if it has as many live
cases as the cap, the next team in the rota with fewer does; if none has, the one on call takes them
all the same, which is counted. All work of a stage comes up at once. Each piece has lognormal hours
and falls into as many equal parts as officers may work on it together; one officer does a part.
A stage ends when all parts and the wait beside them are over. Then the case goes into the next one,
or by its share is closed.

Work waits by team and role. Whoever is free takes what belongs to a stage up to the first interview
of a suspect before the rest, and of these what came up first. Nobody leaves a part for one that
came later. Those present change by the week, each officer away or at court by chance; a part of
somebody who goes is put down, waits before the others and is gone on with where it was left: of all
parts at work that one which is not urgent and came up last. An officer present works the hours of a
duty day, spread evenly over the days of the week. Where the unit says who stands in, one officer of
a lower role does for the week the work of a role of which nobody is present. Officers who help take
work of any team that no officer of its own is free for.

What is asked of a unit may begin on the first day that is measured: up to then its officers and
rota are as before, so that both questions begin with the same open cases.

What it leaves out: shifts and nights, overtime, handing a live case from one team to another, staff
who are not officers, the time in which an officer finds into a case, and that officers keep to
their own cases. Hours do not depend on how long a case has waited.

An officer more is worth what means over replications say. In a single future it may let a case end
later: whoever is free first decides what is taken up first, and so which cases meet at the next
stage. With one station and no weeks off no case begins later.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.deploy.investigation.arrays import WEEK, fresh_state, nothing_found
from rightplace.deploy.investigation.draws import draw, rules_of
from rightplace.deploy.investigation.simulated import Cases, Simulated
from rightplace.deploy.investigation.unit import ROLES
from rightplace.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.deploy.investigation.arrays import Drawn, Found, Rules
    from rightplace.deploy.investigation.horizon import Horizon, Support
    from rightplace.deploy.investigation.unit import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class _Course:
    """What is kept of a replication."""

    found: Found
    opened: NDArray[np.float64]
    victims: NDArray[np.int16]
    available: NDArray[np.float64]


def simulate(
    unit: Unit, horizon: Horizon, *, support: Support | None = None, before: Unit | None = None
) -> Simulated:
    """Return what becomes of a unit's cases in each replication.

    The same arguments give the same bytes, whatever the number of processors.

    Parameters
    ----------
    unit
        Whose cases.
    horizon
        How long and how often, and by which draws.
    support
        Officers of a surge who help, from the first day that is measured.
    before
        How the unit is up to that day, if it changes then: its teams are the first of the unit's,
        and cases that are open stay with them. Its cases, stages and duty are the unit's. Those
        present change by whole weeks, so let the warm-up be of whole weeks.

    Raises
    ------
    UsageError
        If the unit has fewer teams than before: somebody must keep their cases.
    """
    from rightplace.deploy.investigation.kernel import run  # noqa: PLC0415 - compiles on demand

    if before is not None and len(before.teams) > len(unit.teams):
        msg = f"{unit.title} has {len(before.teams)} teams before and {len(unit.teams)} then."
        raise UsageError(msg, remedy="Keep each team: somebody must go on with its cases.")
    rules = rules_of(unit, horizon, support=support, before=before)

    def course(replication: int) -> _Course:
        made = draw(unit, horizon, support=support, replication=replication, before=before)
        found = nothing_found(made.drawn, rules)
        run(made.drawn, rules, fresh_state(made.drawn, rules), found)
        opened = np.where(made.victims > 0, made.drawn.opened, np.nan)
        available = hours_available(made.drawn, rules)
        return _Course(found=found, opened=opened, victims=made.victims, available=available)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        courses = list(pool.map(course, range(horizon.replications)))
    return _together(courses, unit=unit, horizon=horizon, support=support)


def hours_available(drawn: Drawn, rules: Rules) -> NDArray[np.float64]:
    """Return the hours of officers present in the days measured, by place."""
    first = np.arange(drawn.present.shape[0]) * WEEK
    days = np.minimum(first + WEEK, rules.ends) - np.maximum(first, rules.starts)
    return np.asarray(np.maximum(days, 0) @ drawn.present * rules.rate)


def _together(
    courses: list[_Course], *, unit: Unit, horizon: Horizon, support: Support | None
) -> Simulated:
    shape = (len(courses), len(unit.teams), len(ROLES))
    inside = len(unit.teams) * len(ROLES)
    found = [each.found for each in courses]
    busy = np.stack([each.busy_hours for each in found])
    available = np.stack([each.available for each in courses])
    return Simulated(
        unit=unit,
        horizon=horizon,
        support=support,
        cases=_all_cases(courses, unit),
        busy_hours=busy[:, :inside].reshape(shape),
        available_hours=available[:, :inside].reshape(shape),
        support_busy_hours=busy[:, inside:],
        support_available_hours=available[:, inside:],
        open_hours=np.stack([each.open_hours for each in found]),
        waiting_hours=np.stack([each.waiting_hours for each in found]),
        live=np.stack([each.live for each in found]),
        live_days=np.stack([each.teams["live_days"] for each in found]),
        over_cap_days=np.stack([each.teams["over_cap_days"] for each in found]),
        waiting_hour_days=np.stack([each.teams["idle_hour_days"] for each in found]),
        waiting_case_days=np.stack([each.teams["idle_case_days"] for each in found]),
        callouts=np.stack([each.callouts for each in found]),
        passed=np.stack([each.passed for each in found]),
    )


def _all_cases(courses: list[_Course], unit: Unit) -> Cases:
    found = [each.found for each in courses]
    ends = np.vstack([each.stage_ends for each in found])
    sizes = [each.opened.size for each in courses]
    marked = [number for number, each in enumerate(unit.stages) if each.is_first_interview]
    interviewed = ends[:, marked[0]] if marked else np.full(ends.shape[0], np.nan)
    return Cases(
        replication=np.repeat(np.arange(len(courses), dtype=np.int32), sizes),
        opened=np.concatenate([each.opened for each in courses]),
        team=np.concatenate([each.team for each in found]).astype(np.int16),
        victims=np.concatenate([each.victims for each in courses]),
        over_cap=np.concatenate([each.over_cap for each in found]),
        stage_ends=ends,
        closed=np.concatenate([each.closed for each in found]),
        interviewed=interviewed,
    )
