"""Use case: post officers to boroughs, prove it, explain each posting, and keep the run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from rightplace.app.answer import Answer
from rightplace.app.surge.inputs import SurgeOptions, read_inputs
from rightplace.app.surge.notices import notices_of
from rightplace.app.surge.result import WHO_MAY_SEE, GroupShare, OverrideResult, SurgeResult
from rightplace.app.surge.settings import SurgeSettings
from rightplace.app.workforce.deployable import deployable_notices, read_deployable, taken_of
from rightplace.core.canonical import file_digest, plain
from rightplace.core.runs import RunInput, RunRecipe
from rightplace.errors import UsageError

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path

    import numpy as np

    from rightplace.app.surge.inputs import SurgeInputs
    from rightplace.app.surge.solving import Solved
    from rightplace.app.workforce.deployable import DeployableMonth
    from rightplace.app.workspace import Workspace

_PROVEN = 1e-6
_TABLES = ("postings", "donors", "scores")
_INVENTED = "SYN-"  # officer numbers that begin so are invented


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When a surge is asked for.

    Parameters
    ----------
    as_of
        The day; months since past postings are as of it.
    made_at
        The time now, for the run's record alone.
    """

    as_of: date
    made_at: datetime


def surge(
    workspace: Workspace, options: SurgeOptions, *, moment: Moment, rng: np.random.Generator
) -> Answer[SurgeResult]:
    """Post officers to boroughs and keep the run.

    Parameters
    ----------
    workspace
        Where the run goes.
    options
        What was asked.
    moment
        When.
    rng
        Of the draws of demand.

    Raises
    ------
    UsageError
        If the postings would begin before the day that they are as of.
    """
    from rightplace.app.runs import keep
    from rightplace.app.surge.solving import solve_case
    from rightplace.app.surge.tables import donors_table, postings_table, scores_table

    if options.effective is not None and options.effective < moment.as_of:
        msg = f"The postings would begin on {options.effective}, before {moment.as_of}."
        raise UsageError(msg, value=options.effective, remedy="Correct --effective or --as-of.")
    settings = workspace.settings("surge", SurgeSettings)
    strength = _strength(workspace, options, moment)
    inputs = read_inputs(workspace, options, settings)
    recipe = _recipe(options, inputs, moment, strength=strength)
    solved = solve_case(inputs, options, rng=rng)
    # Only now, when postings stand: the optimiser has no way to these groups.
    groups = _groups(options, solved)
    result = _result(solved, options, moment=moment, run=workspace.runs / recipe.id)
    result = replace(result, groups=groups)
    if strength is not None:
        taken = taken_of(strength, officers=result.posted, what="The surge posts")
        synthetic = result.synthetic or strength.synthetic
        result = replace(result, deployable=taken, synthetic=synthetic)
    tables = {
        "postings": postings_table(result.postings),
        "donors": donors_table(result.donors),
        "scores": scores_table(solved),
    }
    notices = (*notices_of(result, solved, options), *deployable_notices(result.deployable))
    if not options.dry_run:
        result = replace(result, exported=_exported(options, tables))
        warnings = tuple({"code": n.code, "message": n.message} for n in notices)
        record = recipe.record(moment.made_at, result=plain(result), warnings=warnings)
        keep(workspace, record, tables)
    return Answer(verb="surge", result=result, id=recipe.id, as_of=recipe.as_of, warnings=notices)


def _strength(
    workspace: Workspace, options: SurgeOptions, moment: Moment
) -> DeployableMonth | None:
    """Return the strength of the month in which the postings begin, where one is asked for."""
    if options.workforce is None:
        return None
    day = options.effective or moment.as_of
    return read_deployable(workspace, options.workforce, first=day, last=day)


def _exported(options: SurgeOptions, tables: dict[str, object]) -> tuple[str, ...]:
    from rightplace.app.surge.tables import export_csv

    if options.out is None:
        return ()
    return tuple(
        str(export_csv(options.out / f"{name}.csv", tables[name]))
        for name in ("postings", "donors")
    )


def _recipe(
    options: SurgeOptions,
    inputs: SurgeInputs,
    moment: Moment,
    *,
    strength: DeployableMonth | None,
) -> RunRecipe:
    files = list(options.files) + ([] if options.groups is None else [options.groups])
    given = [RunInput(source=str(path), release=None, sha256=file_digest(path)) for path in files]
    forecast = inputs.curves.forecast
    if forecast is not None:
        source, digest = str(forecast["id"]), str(forecast["settings_hash"])
        given.append(RunInput(source=source, release=None, sha256=digest))
    if strength is not None:
        given.append(strength.as_input())
    asked = {
        "count": options.count,
        "no_data": options.no_data,
        "match_weight_asked": options.match_weight,
        "investigation_share": options.investigation_share,
        "effective": options.effective,
    }
    return RunRecipe(
        kind="surge",
        settings=plain(inputs.settings) | plain(asked) | {"overrides": plain(inputs.overrides)},
        inputs=tuple(given),
        as_of=moment.as_of,
        known_at=None,
        seed=options.seed,
    )


def _groups(options: SurgeOptions, solved: Solved) -> tuple[GroupShare, ...]:
    from rightplace.app.surge.equality import group_shares, read_groups

    if options.groups is None:
        return ()
    officers = solved.inputs.case.officers
    groups = read_groups(options.groups, officer_ids=[each.officer_id for each in officers])
    return group_shares(
        groups,
        listed=[each.officer_id for each in officers if each.available],
        posted=[officers[index].officer_id for index in solved.post_of],
    )


def _result(solved: Solved, options: SurgeOptions, *, moment: Moment, run: Path) -> SurgeResult:
    from rightplace.app.surge.postings import (
        capacity_of,
        donors_of,
        harm_imputed,
        postings_of,
        posts_of,
        prices_of,
    )
    from rightplace.briefing.stamp import PLANNED_NOT_ACHIEVED

    found, best = solved.optimum, solved.optimum.best
    donors = donors_of(solved)
    prices, total, note = prices_of(solved, donors)
    given_up, weight = found.price_of_match, options.match_weight
    return SurgeResult(
        surge_id=run.name,
        status="optimal" if best.gap <= _PROVEN else "gap",
        objective=best.objective,
        bound=best.bound,
        gap=best.gap,
        asked=options.count,
        posted=len(solved.post_of),
        fewer_because=solved.fewer_because,
        harm_prevented=best.harm,
        harm_imputed=harm_imputed(solved),
        label=PLANNED_NOT_ACHIEVED,
        match=best.match,
        match_weight=solved.inputs.settings.match_weight if weight is None else weight,
        match_worth=best.worth,
        unmatched_harm=found.unmatched.harm,
        unmatched_bound=found.unmatched.bound,
        price_of_match_lo=given_up[0],
        price_of_match_hi=given_up[1],
        weights=solved.weights,
        postings=postings_of(solved),
        posts=posts_of(solved),
        donors=donors,
        capacity=capacity_of(solved),
        prices=prices,
        price_total=total,
        price_note=note,
        groups=(),
        **_overridden(solved),
        notice_days=None if options.effective is None else (options.effective - moment.as_of).days,
        who_may_see=WHO_MAY_SEE,
        synthetic=_is_synthetic(solved),
        **_paths(run),
    )


def _paths(run: Path) -> dict[str, Any]:
    return {f"{name}_path": str(run / f"{name}.parquet") for name in _TABLES}


def _is_synthetic(solved: Solved) -> bool:
    """Return whether an officer listed, or what the forecast rests on, is invented."""
    forecast: dict[str, Any] = solved.inputs.curves.forecast or {"result": {}}
    officers = solved.inputs.case.officers
    invented = any(each.officer_id.startswith(_INVENTED) for each in officers)
    return invented or bool(forecast["result"].get("synthetic"))


def _overridden(solved: Solved) -> dict[str, Any]:
    """Return what people fixed, and what it costs, as the result names them."""
    wants, cost = solved.inputs.case.wants, solved.price_of_overrides()
    fixed = tuple(
        OverrideResult(
            officer_id=each.officer_id,
            post="stays" if each.post is None else wants[each.post].name,
            reason=each.reason,
            author=each.author,
        )
        for each in solved.inputs.overrides
    )
    lo, hi = (None, None) if cost is None else cost
    return {"overrides": fixed, "overrides_price_lo": lo, "overrides_price_hi": hi}
