"""What a what-if makes of units; both ends are told.

Nobody is made here: who comes to one unit leaves another, or is said to be appointed from outside.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from rightplace.deploy.investigation.unit import ROLES, Role, Team
from rightplace.deploy.investigation.what_if import AddTeams, Move
from rightplace.errors import BadInputError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rightplace.deploy.investigation.setup import SetUnit
    from rightplace.deploy.investigation.what_if import WhatIf

NEW_TEAM: Final = "New team"


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """What a what-if does to the officers of a unit.

    Parameters
    ----------
    unit, title
        Which.
    before, after
        Officers by role, in the order of ``ROLES``.
    teams_before, teams_after
        How many teams.
    appointed
        Of those after, how many came from no unit of the setup.
    """

    unit: str
    title: str
    before: tuple[int, ...]
    after: tuple[int, ...]
    teams_before: int
    teams_after: int
    appointed: int


def team_of_strength(strength: int, template: Team) -> Team:
    """Return a team of so many officers in a template's proportions, each of its roles kept.

    Seats are given by largest remainder; a role that the template has gets one at least.

    Parameters
    ----------
    strength
        All officers of the team.
    template
        Its proportions.

    Raises
    ------
    BadInputError
        If there are fewer officers than roles.
    """
    roles = [role for role in ROLES if template.officers.get(role, 0)]
    if strength < len(roles):
        msg = f"A team of {strength} cannot have {len(roles)} roles."
        raise BadInputError(msg, value=str(strength), remedy=f"Give {len(roles)} or more.")
    fair = {role: strength * template.officers[role] / template.strength for role in roles}
    seats = {role: max(1, int(fair[role])) for role in roles}
    while (left := strength - sum(seats.values())) != 0:
        step = 1 if left > 0 else -1
        open_ = [role for role in roles if step > 0 or seats[role] > 1]
        seats[max(open_, key=lambda role: step * (fair[role] - seats[role]))] += step
    return Team(officers=seats)


def after(units: Sequence[SetUnit], what_if: WhatIf) -> tuple[tuple[SetUnit, ...], tuple[End, ...]]:
    """Return the units as a what-if leaves them, and what it does to each that changes.

    Parameters
    ----------
    units
        As they are.
    what_if
        What is asked; its units must be among them.

    Raises
    ------
    BadInputError
        If nothing is changed in the end.

    Notes
    -----
    Refused is what would leave a team without who must be in it, or a unit below its floor; bad
    input, to take more of a role than a unit has.
    """
    now = {each.unit.key: each for each in units}
    for change in what_if.changes:
        if isinstance(change, Move):
            leaving = {change.role: change.number}
            now[change.giver] = _without(now[change.giver], leaving, team=change.team)
            now[change.taker] = _joined(now[change.taker], leaving)
        else:
            made, leaving = _new_teams(now[change.taker], change)
            now[change.giver] = _without(now[change.giver], leaving, team=None)
            now[change.taker] = _with_teams(now[change.taker], made)
    changed = tuple(now[each.unit.key] for each in units)
    for each in changed:
        _check_floor(each, what_if)
    pairs = zip(units, changed, strict=True)
    ends = tuple(end_of(was, will, what_if) for was, will in pairs if was != will)
    if what_if.surge is None and all(end.before == end.after for end in ends):
        msg = f"{what_if.name}: in the end every unit has the officers that it had."
        remedy = "Leave out what is undone again."
        raise BadInputError(msg, value=what_if.name, remedy=remedy)
    return changed, ends


def end_of(was: SetUnit, will: SetUnit, what_if: WhatIf) -> End:
    """Return what a what-if does to the officers of a unit."""
    made = [each for each in what_if.changes if isinstance(each, AddTeams)]
    appointed = [each.appointed for each in made if each.taker == was.unit.key]
    return End(
        unit=was.unit.key,
        title=was.unit.title,
        before=by_role(was),
        after=by_role(will),
        teams_before=len(was.unit.teams),
        teams_after=len(will.unit.teams),
        appointed=sum(sum(each.values()) for each in appointed if each is not None),
    )


def by_role(given: SetUnit) -> tuple[int, ...]:
    """Return the officers of a unit by role, in the order of ``ROLES``."""
    teams = given.unit.teams
    return tuple(sum(team.officers.get(role, 0) for team in teams) for role in ROLES)


def _least(given: SetUnit) -> dict[Role, int]:
    """Return how many of each role a team of the unit must keep."""
    unit = given.unit
    led = {Role.SIO, Role.DI} if unit.needs_command else set()
    needed = led | {work.role for stage in unit.stages for work in stage.work}
    return {role: int(role in needed) for role in ROLES}


def _without(given: SetUnit, leaving: Mapping[Role, int], *, team: int | None) -> SetUnit:
    """Return a unit without officers who leave, one by one from the team with the most of a role.

    Raises
    ------
    BadInputError
        If there is no such team, or there are not so many.
    RefusedError
        If a team would keep none of a role that it must have.
    """
    unit, least = given.unit, _least(given)
    if team is not None and not 1 <= team <= len(unit.teams):
        msg = f"{unit.title} has {len(unit.teams)} teams; there is no team {team}."
        raise BadInputError(msg, value=str(team), remedy="Count them from 1.")
    officers = [dict(each.officers) for each in unit.teams]
    places = range(len(officers)) if team is None else [team - 1]
    for role, number in leaving.items():
        there = sum(officers[place].get(role, 0) for place in places)
        where = unit.title if team is None else f"{unit.title}, {given.team_names[places[0]]},"
        if there < number:
            msg = f"{where} has {there} {role.value.upper()}; {number} cannot leave."
            raise BadInputError(msg, value=str(number), remedy=f"Ask for {there} at most.")
        for _ in range(number):
            # The last of those with the most: who leads the rota is touched last.
            place = max(places, key=lambda each: (officers[each].get(role, 0), each))
            if officers[place].get(role, 0) <= least[role]:
                msg = (
                    f"{where} cannot give {number} {role.value.upper()}: "
                    f"{given.team_names[place]} would be left without one."
                )
                spare = there - least[role] * len(places)
                remedy = f"Each team keeps one {role.value.upper()}; it can give {max(spare, 0)}."
                raise RefusedError(msg, value=str(number), remedy=remedy)
            officers[place][role] -= 1
    return _of_teams(given, tuple(Team(officers=each) for each in officers), given.team_names)


def _joined(given: SetUnit, joining: Mapping[Role, int]) -> SetUnit:
    """Return a unit with officers who join, one by one to the team with the fewest of a role."""
    officers = [dict(each.officers) for each in given.unit.teams]
    for role, number in joining.items():
        for _ in range(number):
            team = min(officers, key=lambda each: each.get(role, 0))
            team[role] = team.get(role, 0) + 1
    return _of_teams(given, tuple(Team(officers=each) for each in officers), given.team_names)


def _new_teams(taker: SetUnit, change: AddTeams) -> tuple[tuple[Team, ...], dict[Role, int]]:
    """Return the new teams, and who leaves the giver for them.

    Raises
    ------
    BadInputError
        If more are appointed than the teams have of a role.
    RefusedError
        If a new team would lack who must be in it.
    """
    own = None if change.officers is None else Team(officers=change.officers)
    team = own or team_of_strength(change.strength, taker.unit.teams[0])
    for role, number in _least(taker).items():
        if team.officers.get(role, 0) < number:
            msg = f"A new team of {taker.unit.title} would have no {role.value.upper()}."
            remedy = f"Give it at least one {role.value.upper()}."
            raise RefusedError(msg, value=str(dict(team.officers)), remedy=remedy)
    leaving = {role: n * change.number for role, n in team.officers.items()}
    for role, number in (change.appointed or {}).items():
        if number > leaving.get(role, 0):
            there = leaving.get(role, 0)
            msg = f"{number} {role.value.upper()} are appointed; the teams have {there}."
            raise BadInputError(msg, value=str(number), remedy="Appoint no more than that.")
        leaving[role] -= number
    return (team,) * change.number, leaving


def _with_teams(given: SetUnit, teams: tuple[Team, ...]) -> SetUnit:
    before = sum(name.startswith(NEW_TEAM) for name in given.team_names)
    names = tuple(f"{NEW_TEAM} {before + n}" for n in range(1, len(teams) + 1))
    return _of_teams(given, given.unit.teams + teams, given.team_names + names)


def _of_teams(given: SetUnit, teams: tuple[Team, ...], names: tuple[str, ...]) -> SetUnit:
    return replace(given, unit=replace(given.unit, teams=teams), team_names=names)


def _check_floor(given: SetUnit, what_if: WhatIf) -> None:
    """Check that a unit keeps what was set for it.

    Raises
    ------
    RefusedError
        If it would not.
    """
    floor = given.floor
    if floor is None or given.unit.strength >= floor.officers:
        return
    msg = (
        f"{what_if.name}: {given.unit.title} would keep {given.unit.strength} officers, "
        f"below its floor of {floor.officers} (set by {floor.set_by})."
    )
    remedy = "Ask for fewer, or have the floor set anew by who set it."
    raise RefusedError(msg, value=str(given.unit.strength), remedy=remedy)
