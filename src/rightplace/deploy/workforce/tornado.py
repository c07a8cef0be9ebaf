"""Which input matters most: each moved one step down and up, with the same chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.deploy.workforce.checks import check_number, check_whole
from rightplace.deploy.workforce.targets import reached
from rightplace.deploy.workforce.what_ifs import Change, changed, difference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rightplace.deploy.workforce.growth import Growth
    from rightplace.deploy.workforce.stock import Projection
    from rightplace.deploy.workforce.targets import Reached, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """How far each input is moved; choices of ours, 0 leaves an input out.

    Parameters
    ----------
    attrition_points, filled_points
        Percentage points.
    intake_factor, places_factor, tutors_factor, leave_factor
        Shares by which it is more or less.
    training_months
        Months.
    """

    attrition_points: float = 1.0
    filled_points: float = 5.0
    intake_factor: float = 0.1
    places_factor: float = 0.1
    tutors_factor: float = 0.1
    leave_factor: float = 0.1
    training_months: int = 1

    def __post_init__(self) -> None:
        """Check the steps; what cannot be raises ``BadInputError``."""
        for name in ("attrition_points", "filled_points"):
            check_number(f"step of {name}", getattr(self, name), most=100)
        for name in ("intake_factor", "places_factor", "tutors_factor", "leave_factor"):
            check_number(f"step of {name}", getattr(self, name), most=1)
        check_whole("step of training_months", self.training_months, most=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """What a target makes of one input moved.

    Parameters
    ----------
    name
        Field of ``Change``.
    down, up
        What was changed.
    reached_down, reached_up
        When the target is reached then.
    end_down, end_up
        How much more strength there is in the last month, in the target's measure, on average.
    deployable_down, deployable_up
        How many more officers can be deployed then.
    """

    name: str
    down: Change
    up: Change
    reached_down: Reached
    reached_up: Reached
    end_down: float
    end_up: float
    deployable_down: float
    deployable_up: float

    @property
    def swing(self) -> float:
        """Distance between the two ends in the last month's strength."""
        return abs(self.end_up - self.end_down)


def tornado(
    base: Projection, target: Target, *, follow: Callable[[Growth], Projection], steps: Steps
) -> tuple[Moves, ...]:
    """Return what a target makes of each input moved, the strongest first.

    Parameters
    ----------
    base, target
        What is looked at.
    follow
        What projects a workforce with the same chance as ``base``.
    steps
        How far inputs are moved.
    """
    moves = [
        _moves(base, target, follow, name=name, ends=(down, up))
        for name, down, up in _ends(base.growth, steps)
    ]
    return tuple(sorted(moves, key=lambda each: -each.swing))


def _ends(growth: Growth, steps: Steps) -> Iterator[tuple[str, Change, Change]]:
    for name in ("attrition_points", "filled_points"):
        step = getattr(steps, name)
        if step:
            yield name, Change(**{name: -step}), Change(**{name: step})
    no_places = growth.places_a_month is None and growth.places_at_once is None
    for name in ("intake_factor", "places_factor", "tutors_factor", "leave_factor"):
        step = getattr(steps, name)
        if step and not (name == "places_factor" and no_places):
            yield name, Change(**{name: 1 - step}), Change(**{name: 1 + step})
    least = min((r.training_months for r in growth.routes if r.training_months), default=0)
    step = min(steps.training_months, max(least - 1, 0))
    if step:
        yield "training_months", Change(training_months=-step), Change(training_months=step)


def _moves(
    base: Projection,
    target: Target,
    follow: Callable[[Growth], Projection],
    *,
    name: str,
    ends: tuple[Change, Change],
) -> Moves:
    down, up = (follow(changed(base.growth, end)) for end in ends)
    return Moves(
        name=name,
        down=ends[0],
        up=ends[1],
        reached_down=reached(down, target),
        reached_up=reached(up, target),
        end_down=float(difference(base, down, target.measure).mean[-1]),
        end_up=float(difference(base, up, target.measure).mean[-1]),
        deployable_down=float(difference(base, down, "deployable").mean[-1]),
        deployable_up=float(difference(base, up, "deployable").mean[-1]),
    )
