"""Which demands cannot be met together: a set from which none can be left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ortools.sat.python import cp_model

from rightplace.deploy.roster.costs import shift_minutes
from rightplace.deploy.roster.model import roster_model
from rightplace.deploy.roster.people import counts_as
from rightplace.deploy.roster.solve import new_solver
from rightplace.deploy.roster.verify import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rightplace.deploy.roster.people import Absence, Need
    from rightplace.deploy.roster.problem import RosterProblem

_PROOF_EFFORT: Final = 4.0
_MOST_NAMED: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One demand: a part of a need, or an absence that is training or court.

    Parameters
    ----------
    need, what
        The need, and which part of it; None and empty for an absence.
    absence
        None for a need.
    can
        Officers who could meet the need, each looked at alone.
    """

    need: Need | None = None
    what: str = ""
    absence: Absence | None = None
    can: int = 0

    def __str__(self) -> str:
        if self.need is not None:
            least = dict(self.need.parts())[self.what]
            return (
                f"{self.need.shift} of {self.need.day:%a} {self.need.day.day} "
                f"{self.need.day:%B %Y} needs {least} {words(self.what)} of "
                f"{', '.join(self.need.teams)}, {self.can} can work "
                f"(demand, row {self.need.row})"
            )
        if self.absence is None:
            return "nothing"
        span = f"{self.absence.first} to {self.absence.last}"
        named = f"{self.absence.kind} of {self.absence.officer_id}, {span}"
        return f"{named} (absences, row {self.absence.row})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Demands of which each can be met without some other, and all cannot.

    Parameters
    ----------
    asked
        The demands.
    irreducible
        Whether it was proven that none can be left out of the set.
    reckoning
        What they ask for together beside what contracts leave, where that alone decides.
    """

    asked: tuple[Asked, ...]
    irreducible: bool
    reckoning: str = ""

    def __str__(self) -> str:
        shown = "; ".join(map(str, self.asked[:_MOST_NAMED]))
        more = len(self.asked) - _MOST_NAMED
        named = f"{shown}; and {more} more" if more > 0 else shown
        head = "cannot be met" if len(self.asked) == 1 else "cannot be met together"
        least = "" if self.irreducible else " A smaller set may be in conflict already."
        return f"{head}: {named}.{self.reckoning}{least}"


def conflicts(problem: RosterProblem, *, effort: float, seed: int = 0) -> tuple[Conflict, ...]:
    """Return sets of demands that cannot be met, each irreducible by itself.

    Demands that nobody could meet even alone come first, all of them; where there are none, one
    set is found that is in conflict with the rules of the officers.

    Parameters
    ----------
    problem
        Teams that are rostered together, and for which no roster exists.
    effort
        As of ``Search``; proofs may take four times as much each.
    seed
        Of the searches.
    """
    every = _demands(problem)
    alone = [a for a in every if a.need is not None and a.can < dict(a.need.parts())[a.what]]
    if alone:
        return tuple(Conflict(asked=(one,), irreducible=True) for one in alone)
    trial = _Trial(problem, effort=effort * len(problem.officers) * _PROOF_EFFORT, seed=seed)
    core = _smallest(trial, [], every, grown=False)
    return (
        Conflict(
            asked=tuple(core),
            irreducible=not trial.gave_up,
            reckoning=_reckoning(problem, core),
        ),
    )


def _demands(problem: RosterProblem) -> list[Asked]:
    """Return training and court first, then demand by day: what stands earlier is kept rather."""
    model = roster_model(problem)
    absences = sorted(model.fixed, key=lambda a: (a.first, a.officer_id))
    needs = sorted(model.asked, key=lambda key: (key[0].day, key[0].row, key[1]))
    return [
        *(Asked(absence=absence) for absence in absences),
        *(Asked(need=need, what=what, can=_can(problem, need, what)) for need, what in needs),
    ]


def _can(problem: RosterProblem, need: Need, what: str) -> int:
    return sum(
        officer.team in need.teams
        and counts_as(officer, what)
        and problem.may_work(officer, need.day, need.shift)
        for officer in problem.officers
    )


class _Trial:
    """Whether some demands can be met together; remembers if a search had to give up."""

    def __init__(self, problem: RosterProblem, *, effort: float, seed: int) -> None:
        self._model = roster_model(problem)
        self._effort, self._seed = effort, seed
        self.gave_up = False

    def fails(self, asked: Sequence[Asked]) -> bool:
        """Return whether it is proven that the demands cannot be met together."""
        trial = self._model.cp.clone()
        for one in asked:
            if one.need is not None:
                switch = self._model.asked[one.need, one.what]
            elif one.absence is not None:
                switch = self._model.fixed[one.absence]
            trial.add_bool_or(trial.get_bool_var_from_proto_index(switch.index))
        solver = new_solver(self._effort, seed=self._seed)
        status = solver.solve(trial)
        self.gave_up = self.gave_up or status == cp_model.UNKNOWN
        return bool(status == cp_model.INFEASIBLE)


def _smallest(trial: _Trial, kept: list[Asked], rest: list[Asked], *, grown: bool) -> list[Asked]:
    """Return those of ``rest`` that are needed, beside ``kept``, for a conflict; none to spare.

    References
    ----------
    Junker (2004), QuickXplain, Proceedings of AAAI, 167-172.
    """
    if grown and trial.fails(kept):
        return []
    if len(rest) == 1:
        return rest
    half = len(rest) // 2
    earlier, later = rest[:half], rest[half:]
    needed = _smallest(trial, [*kept, *earlier], later, grown=bool(earlier))
    return [*_smallest(trial, [*kept, *needed], earlier, grown=bool(needed)), *needed]


def _reckoning(problem: RosterProblem, core: Sequence[Asked]) -> str:
    """Return the sum of officers asked for beside what contracts leave, where it is larger."""
    asked = sum(
        dict(one.need.parts())[one.what]
        for one in core
        if one.need is not None and one.what == "officers"
    )
    slack, one = problem.rules.contract_slack_hours, shift_minutes(problem) / 60
    left = sum(int((problem.contract_hours(o) + slack) // one) for o in problem.officers)
    if asked <= left:
        return ""
    return f" Together they ask for {asked} shifts; contracts leave at most {left}."
