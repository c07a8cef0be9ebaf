"""Rosters by CP-SAT: the best that was found, how good any could be, and the same every time."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from ortools.sat.python import cp_model

from rightplace.deploy.roster.costs import cost_of
from rightplace.deploy.roster.model import roster_model
from rightplace.deploy.roster.objective import minimise
from rightplace.deploy.roster.people import Duty
from rightplace.errors import UnsupportedByDataError, UsageError

if TYPE_CHECKING:
    from rightplace.deploy.roster.model import RosterModel
    from rightplace.deploy.roster.problem import RosterProblem
    from rightplace.deploy.roster.rules import RosterWeights

OPTIMAL, FEASIBLE, INFEASIBLE = "optimal", "feasible", "infeasible"
_FOUND: Final = {cp_model.OPTIMAL, cp_model.FEASIBLE}
_LONGER: Final = 20.0
_COVERING: Final = 5.0
_IMPROVING: Final = 0.85
_TINY: Final = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """How long and from which seed a roster is looked for.

    Parameters
    ----------
    effort
        Seconds of CP-SAT's own clock for each officer, for improving the first roster found and
        for its bound. That clock counts work and not time (one of its seconds is some three of
        a clock on the wall), so that the same effort gives the same roster on every machine.
    seed
        Of the search.
    may_lack
        Whether demand may be left uncovered at a price.
    """

    effort: float
    seed: int = 0
    may_lack: bool = False

    def __post_init__(self) -> None:
        """Check that something is done.

        Raises
        ------
        UsageError
            If the effort is not above 0.
        """
        if not self.effort > 0:
            msg = f"An effort of {self.effort:g} finds nothing."
            raise UsageError(msg, remedy="Give an effort above 0.")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TeamRoster:
    """The roster of one team, or of teams that share demand.

    Parameters
    ----------
    status
        ``optimal``, ``feasible``, or ``infeasible``, which has no duties.
    objective, bound
        Cost of the roster, and a cost that no roster can be below.
    """

    problem: RosterProblem
    status: str
    duties: tuple[Duty, ...]
    objective: int
    bound: int

    @property
    def gap(self) -> float:
        """How far the objective may lie above the best, as a share of the objective."""
        return (self.objective - self.bound) / self.objective if self.objective else 0.0


def solve_roster(problem: RosterProblem, weights: RosterWeights, search: Search) -> TeamRoster:
    """Return the best roster found for teams that are rostered together.

    First any roster is looked for, then it is improved by setting parts of it free by turns, then
    the rest of the effort goes into a bound.

    Raises
    ------
    UnsupportedByDataError
        If in twenty times the effort neither a roster was found nor that there is none.
    """
    model = roster_model(problem, may_lack=search.may_lack)
    minimise(model, weights)
    for switch in (*model.asked.values(), *model.fixed.values()):
        model.cp.add_bool_or(switch)
    effort = search.effort * max(1, len(problem.officers))
    first, status = _any_roster(model, effort=effort, seed=search.seed)
    if status == cp_model.INFEASIBLE:
        return TeamRoster(problem=problem, status=INFEASIBLE, duties=(), objective=0, bound=0)
    if status not in _FOUND:
        teams = ", ".join(problem.teams())
        msg = f"No roster of {teams} was found in the time given, nor that there is none."
        raise UnsupportedByDataError(msg, remedy="Raise roster.effort, or shorten the roster.")
    better = new_solver(effort * _IMPROVING, seed=search.seed)
    better.parameters.use_lns_only = True
    solved = _solved_from(model, first, better, weights=weights)
    proving = new_solver(effort * (1 - _IMPROVING), seed=search.seed)
    proving.parameters.interleave_search = False
    if solved.status != OPTIMAL:
        known = better if better.response_proto.solution else first
        last = _solved_from(model, known, proving, weights=weights)
        bound = max(solved.bound, last.bound)
        solved = replace(min(last, solved, key=lambda each: each.objective), bound=bound)
    optimal = solved.objective <= solved.bound
    return replace(solved, status=OPTIMAL if optimal else FEASIBLE)


def _any_roster(
    model: RosterModel, *, effort: float, seed: int
) -> tuple[cp_model.CpSolver, cp_model.CpSolverStatus]:
    """Return a solver that holds some roster: where demand may lack, one that lacks little."""
    start = model.cp.clone()
    start.clear_objective()  # type: ignore[no-untyped-call]  # its stub has no types
    if model.short:
        numbers = [lacking.index for lacking in model.short.values()]
        start.minimize(sum(start.get_int_var_from_proto_index(number) for number in numbers))
        quick = new_solver(effort * _COVERING, seed=seed)
        status = quick.solve(start)
        if status != cp_model.UNKNOWN:
            return quick, status
    solver = new_solver(effort * _LONGER, seed=seed)
    solver.parameters.stop_after_first_solution = True
    return solver, solver.solve(start)


def new_solver(effort: float, *, seed: int) -> cp_model.CpSolver:
    """Return a solver that repeats: one worker, its several searches by turns, stopped by work."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.interleave_search = True
    solver.parameters.max_deterministic_time = effort
    solver.parameters.random_seed = seed
    # Symmetries and probing take time anew in each of the many parts, and gain little there.
    solver.parameters.symmetry_level = 0
    solver.parameters.cp_model_probing_level = 0
    return solver


def _solved_from(
    model: RosterModel,
    known: cp_model.CpSolver,
    solver: cp_model.CpSolver,
    *,
    weights: RosterWeights,
) -> TeamRoster:
    """Return what a solver finds that starts from another's roster."""
    start = model.cp.clone()
    for number in range(len(start.proto.variables)):
        variable = start.get_int_var_from_proto_index(number)
        start.add_hint(variable, known.value(variable))
    status = solver.solve(start)
    # So little effort may be left that not even the start is taken in.
    duties = _duties(model, solver if status in _FOUND else known)
    return TeamRoster(
        problem=model.problem,
        status=OPTIMAL if status == cp_model.OPTIMAL else FEASIBLE,
        duties=duties,
        # Counted anew: what the solver found may cost less than it says.
        objective=cost_of(model.problem, duties).total(weights),
        bound=max(0, math.ceil(solver.best_objective_bound - _TINY)),
    )


def _duties(model: RosterModel, solver: cp_model.CpSolver) -> tuple[Duty, ...]:
    shifts = set(model.problem.calendar.shifts)
    return tuple(
        Duty(
            officer_id=who,
            day=model.problem.calendar.day(number),
            shift=option.what,
            start=option.start,
            end=option.end,
        )
        for who, days in model.options.items()
        for number, options in enumerate(days)
        for option in options
        if option.what in shifts and solver.boolean_value(option.switch)
    )
