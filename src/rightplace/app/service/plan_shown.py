"""What the page of a plan asks for and shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from rightplace.app.service.changes import ChangeLine
    from rightplace.app.service.plan_routes import RoutesBox

LONGEST_SEARCH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitsWanted:
    """Which visits the address of a plan's page asks for.

    Parameters
    ----------
    bcu
        The BCU whose visits are listed; empty lists none.
    slot
        Position of one slot; None is the whole plan.
    search
        Part of a place's name or a crew's; empty is any.
    page
        Page of the list, from 1.

    Raises
    ------
    BadInputError
        If the page is below 1 or the search too long.
    """

    bcu: str = ""
    slot: int | None = None
    search: str = ""
    page: int = 1

    def __post_init__(self) -> None:
        """Check that it can be shown.

        Raises
        ------
        BadInputError
            If the page is below 1 or the search too long.
        """
        if self.page < 1 or len(self.search) > LONGEST_SEARCH:
            msg = f"Page {self.page} of a search of {len(self.search)} characters is not shown."
            remedy = f"Start at page 1; search for at most {LONGEST_SEARCH} characters."
            raise BadInputError(msg, value=self.page, remedy=remedy)


@dataclass(frozen=True, slots=True, kw_only=True)
class BcuLine:
    """What a plan does in one BCU, and what stands there.

    Parameters
    ----------
    prevented
        Planned, not achieved.
    decision
        The last decision on this plan for the BCU in words; empty where none was taken.
    in_force
        The plan in force there now, or why none is.
    other_in_force
        Another plan that is in force when this one begins, to compare it with; empty where none.
    """

    bcu: str
    visits: int
    places: int
    minutes: int
    prevented: str
    decision: str
    reason: str
    in_force: str
    other_in_force: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CostLine:
    """What one more of something would prevent."""

    name: str
    worth: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLine:
    """Patrol minutes of a group of residents beside the violence recorded where it lives."""

    group: str
    minutes: str
    ratio: str
    recorded: str
    expected: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRow:
    """One visit as crews make it; its number is that on the map."""

    number: int
    visit_id: str
    place: str
    borough: str
    slot: str
    crew: str
    minutes: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPage:
    """A plan as its page shows it.

    Parameters
    ----------
    prevented, prevented_harm
        For the whole plan with 80 % interval; planned, not achieved.
    crew_time, gap
        In words.
    equality
        Effect on groups of residents in words, or that it is not known.
    parent
        The plan that it was changed from; empty where it was made by itself.
    wanted
        What the address asks for.
    slots
        Each slot in words, in order.
    found
        Visits that the search and filters leave.
    bounds
        West, south, east, north of the visits listed, in degrees; None where there are none.
    is_over
        Whether all of its slots are past.
    routes
        Rounds of its crews; None where no routes are published for it.
    others
        Newest other plans, to compare it with.
    changes
        Changes of it that were asked for in the BCU, the newest first.
    """

    id: str
    forecast_id: str
    area: str
    as_of: str
    data_cut_off: str
    is_synthetic: bool
    period: str
    prevented: str
    prevented_harm: str
    expected: str
    crew_time: str
    gap: str
    status: str
    effect: str
    shifts: str
    bcus: tuple[BcuLine, ...]
    costs: tuple[CostLine, ...]
    cost_unit: str
    equality: tuple[str, ...]
    groups: tuple[GroupLine, ...]
    warnings: tuple[str, ...]
    no_data: tuple[str, ...]
    parent: str
    wanted: VisitsWanted
    slots: tuple[str, ...]
    visits: tuple[VisitRow, ...]
    found: int
    pages: int
    bounds: tuple[float, float, float, float] | None
    is_over: bool
    may_decide: bool
    may_change: bool
    routes: RoutesBox | None = None
    others: tuple[str, ...] = ()
    changes: tuple[ChangeLine, ...] = ()
