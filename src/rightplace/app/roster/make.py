"""Use case: who works when in the coming weeks, proven as far as it is, and kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from rightplace.app.answer import Answer, Notice
from rightplace.app.roster.inputs import RosterFiles, RosterOptions, read_inputs
from rightplace.app.roster.result import (
    CostResult,
    RefusedWish,
    RosterResult,
    ShortNotice,
    TeamResult,
    UncoveredDemand,
)
from rightplace.app.workforce.deployable import deployable_notices, read_deployable, taken_of
from rightplace.core.canonical import file_digest, plain
from rightplace.core.runs import RunInput, RunRecipe
from rightplace.errors import InfeasibleError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from rightplace.app.roster.inputs import RosterInputs
    from rightplace.app.roster.tables import RosterTables
    from rightplace.app.workforce.deployable import DeployableTaken
    from rightplace.app.workspace import Workspace
    from rightplace.deploy.roster.people import Duty
    from rightplace.deploy.roster.solve import TeamRoster

_MOST_NAMED = 12


def roster(
    workspace: Workspace, files: RosterFiles, options: RosterOptions, *, made_at: datetime
) -> Answer[RosterResult]:
    """Make a roster, check it by every rule, keep it, and write it for people if asked.

    Parameters
    ----------
    workspace
        Where settings and study areas are, and the roster goes.
    files
        Officers, demand, absences, wishes, the roster in force.
    options
        Days, what is allowed, where to write.
    made_at
        The time now.
    """
    from rightplace.app.roster.outputs import write_outputs
    from rightplace.app.roster.tables import roster_tables
    from rightplace.app.runs import keep

    inputs = read_inputs(workspace, files, options)
    taken, sources = _taken(workspace, inputs, options)
    parts = _solved(inputs, options, threads=_threads(workspace))
    duties = [duty for part in parts for duty in part.duties]
    tables = roster_tables(inputs.problem, duties)
    recipe = _recipe(inputs, files, options, sources=sources)
    path = workspace.runs / recipe.id / "roster.parquet"
    result = _result(inputs, parts, tables, roster_id=recipe.id, path=str(path))
    result = replace(result, deployable=taken)
    notices = (*inputs.notices, *_notices(result, inputs), *deployable_notices(taken))
    if not options.dry_run:
        warnings = tuple({"code": n.code, "message": n.message} for n in notices)
        record = recipe.record(made_at, result=plain(result), warnings=warnings)
        keep(workspace, record, tables.by_name())
        result = write_outputs(result, inputs.problem, tables, options)
    return Answer(verb="roster", result=result, id=recipe.id, as_of=recipe.as_of, warnings=notices)


def _taken(
    workspace: Workspace, inputs: RosterInputs, options: RosterOptions
) -> tuple[DeployableTaken | None, tuple[RunInput, ...]]:
    """Return what the officers take of deployable strength, and the forecast it was read from."""
    if options.workforce is None:
        return None, ()
    month = read_deployable(workspace, options.workforce, first=options.first, last=options.last)
    officers = len(inputs.problem.officers)
    return taken_of(month, officers=officers, what="The roster is of"), (month.as_input(),)


def _threads(workspace: Workspace) -> int:
    from rightplace.app.workspace import EngineSettings

    return workspace.settings("engine", EngineSettings).threads


def _solved(inputs: RosterInputs, options: RosterOptions, *, threads: int) -> list[TeamRoster]:
    """Return the roster of each group of teams that share demand, found side by side.

    Raises
    ------
    InfeasibleError
        If demand cannot be met; what is in conflict is named, team by team.
    """
    from concurrent.futures import ThreadPoolExecutor

    from rightplace.deploy.roster.conflicts import conflicts
    from rightplace.deploy.roster.solve import INFEASIBLE, Search, solve_roster

    share = inputs.settings.effort / max(1, len(inputs.problem.officers))
    effort = min(share, inputs.settings.effort_each)
    search = Search(effort=effort, seed=options.seed, may_lack=options.may_lack)
    parts = inputs.problem.apart()
    with ThreadPoolExecutor(max(1, threads)) as pool:
        found = list(pool.map(lambda part: solve_roster(part, inputs.weights, search), parts))
    failed = [each.problem for each in found if each.status == INFEASIBLE]
    if failed:
        named = [
            f"{', '.join(part.teams())}: {conflict}"
            for part in failed
            for conflict in conflicts(part, effort=effort, seed=options.seed)
        ]
        more = [f"and {len(named) - _MOST_NAMED} more."] if len(named) > _MOST_NAMED else []
        msg = "\n".join(["No roster meets all demand.", *named[:_MOST_NAMED], *more])
        remedy = (
            "Lower a demand that is named, borrow officers, or see what would lack with "
            "--allow-uncovered."
        )
        raise InfeasibleError(msg, remedy=remedy)
    return found


def _recipe(
    inputs: RosterInputs,
    files: RosterFiles,
    options: RosterOptions,
    *,
    sources: tuple[RunInput, ...],
) -> RunRecipe:
    clock = inputs.problem.calendar.clock
    return RunRecipe(
        kind="roster",
        settings=plain(inputs.settings)
        | {
            "first_day": options.first.isoformat(),
            "days": options.days,
            "area": options.area_id,
            "zone": clock.zone,
            "shifts": [[s.name, str(s.starts), str(s.ends)] for s in clock.shifts],
            "allow_uncovered": options.may_lack,
            "without_balances": options.without_balances.strip(),
        },
        inputs=(
            *(
                RunInput(source=str(path), release=None, sha256=file_digest(path))
                for path in files.given
            ),
            *sources,
        ),
        as_of=options.published_on,
        known_at=None,
        seed=options.seed,
    )


def _result(
    inputs: RosterInputs,
    parts: list[TeamRoster],
    tables: RosterTables,
    *,
    roster_id: str,
    path: str,
) -> RosterResult:
    problem = inputs.problem
    objective, bound = sum(p.objective for p in parts), sum(p.bound for p in parts)
    wishes = tables.wishes.to_pylist()
    busiest_day, busiest = _busiest(tables)
    return RosterResult(
        roster_id=roster_id,
        first_day=problem.calendar.first.isoformat(),
        days=problem.calendar.days,
        officers=len(problem.officers),
        shifts=tables.roster.num_rows,
        status="optimal" if objective <= bound else "feasible",
        objective=objective,
        bound=bound,
        gap=(objective - bound) / objective if objective else 0.0,
        uncovered=_uncovered(parts),
        wishes=len(wishes),
        wishes_granted=sum(wish["granted"] for wish in wishes),
        wishes_refused=tuple(_refused(wish) for wish in wishes if not wish["granted"]),
        short_notice=_short_notice(inputs, [duty for part in parts for duty in part.duties]),
        cost=_cost(parts),
        teams=tuple(_team(part, tables) for part in parts),
        limits=inputs.limits,
        without_balances=inputs.without_balances,
        roster_path=path,
        outputs=(),
        busiest_day=busiest_day,
        busiest_day_officers=busiest,
    )


def _busiest(tables: RosterTables) -> tuple[str | None, int]:
    """Return the first day on which most officers work, and how many."""
    at_work = Counter(tables.roster["day"].to_pylist())
    if not at_work:
        return None, 0
    day, officers = min(at_work.items(), key=lambda each: (-each[1], each[0]))
    return day.isoformat(), officers


def _uncovered(parts: list[TeamRoster]) -> tuple[UncoveredDemand, ...]:
    from rightplace.deploy.roster.verify import breaches

    found = [breach for part in parts for breach in breaches(part.problem, part.duties)]
    return tuple(
        UncoveredDemand(
            day=breach.day.isoformat(),
            teams=breach.who,
            finding=breach.finding,
            row=breach.row or 0,
        )
        for breach in _only_demand(found)
    )


def _only_demand(found: list[Any]) -> list[Any]:
    """Return the breaches, each of which must be of demand: a solver may break no other rule.

    Raises
    ------
    AssertionError
        If the verifier finds another; then the model is wrong, and nothing is kept.
    """
    others = [breach for breach in found if breach.rule != "demand"]
    if others:
        msg = f"The roster that was found breaks {others[0].rule} ({others[0].finding})."
        raise AssertionError(msg)
    return sorted(found, key=lambda breach: (breach.day, breach.who, breach.finding))


def _refused(wish: dict[str, Any]) -> RefusedWish:
    kept = {field.name: wish[field.name] for field in fields(RefusedWish)}
    return RefusedWish(**{**kept, "day": wish["day"].isoformat()})


def _short_notice(inputs: RosterInputs, duties: list[Duty]) -> tuple[ShortNotice, ...]:
    from rightplace.deploy.roster.costs import late_changes
    from rightplace.deploy.roster.people import OFF

    problem = inputs.problem
    if problem.published is None or problem.notice_until is None:
        return ()
    shifts = {(duty.officer_id, duty.day): duty.shift for duty in duties}
    return tuple(
        ShortNotice(
            officer_id=who,
            day=day.isoformat(),
            before=problem.published[who, day],
            after=shifts.get((who, day), OFF),
            notice_days=problem.rules.notice_days - (problem.notice_until - day).days,
        )
        for who, day in late_changes(problem, shifts)
    )


def _cost(parts: list[TeamRoster]) -> CostResult:
    from rightplace.deploy.roster.costs import cost_of

    costs = [cost_of(part.problem, part.duties) for part in parts]

    def total(name: str) -> int:
        return sum(getattr(cost, name) for cost in costs)

    return CostResult(
        wish_weight_refused=total("wish"),
        nights_above=total("night"),
        weekends_above=total("weekend"),
        idle_shifts=total("idle"),
        backward=total("back"),
        short_notice=total("change"),
        officers_lacking=total("uncovered"),
    )


def _team(part: TeamRoster, tables: RosterTables) -> TeamResult:
    teams = set(part.problem.teams())
    rows = [row for row in tables.officers.to_pylist() if row["team"] in teams]
    most = max((row["contract_hours"] for row in rows), default=0.0)
    whole = [row for row in rows if row["contract_hours"] == most]
    nights = [row["nights"] for row in whole if row["fair_nights"]]
    weekends = [row["weekend_shifts"] for row in whole if row["fair_weekend_shifts"]]
    return TeamResult(
        teams=", ".join(sorted(teams)),
        officers=len(part.problem.officers),
        shifts=len(part.duties),
        status=part.status,
        objective=part.objective,
        bound=part.bound,
        gap=part.gap,
        nights_least=min(nights, default=0),
        nights_most=max(nights, default=0),
        nights_fair=_largest(row["fair_nights"] for row in rows),
        weekends_least=min(weekends, default=0),
        weekends_most=max(weekends, default=0),
        weekends_fair=_largest(row["fair_weekend_shifts"] for row in rows),
    )


def _largest(values: Iterable[int]) -> int:
    return max(values, default=0)


def _notices(result: RosterResult, inputs: RosterInputs) -> tuple[Notice, ...]:
    if not result.short_notice:
        return ()
    days = inputs.problem.rules.notice_days
    message = (
        f"{len(result.short_notice)} shifts as published are changed with less than {days} days' "
        "notice; that needs the exigencies of duty, and their names on it."
    )
    return (Notice(code="short-notice", message=message),)
