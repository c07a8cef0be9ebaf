"""Use case: rounds of a plan's crews, base to base, kept as a run and written for them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from rightplace.app.answer import Answer, Notice
from rightplace.app.routes.facts import Limits, replanned_from
from rightplace.app.routes.result import RoutesResult
from rightplace.app.routes.settings import RoutesSettings
from rightplace.core.canonical import file_digest, plain
from rightplace.core.runs import RunInput, RunRecipe
from rightplace.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from rightplace.app.routes.facts import RoundFacts
    from rightplace.app.routes.making import Routed
    from rightplace.app.workspace import Workspace
    from rightplace.places.streets import TravelTimes

FORMATS = ("html", "pdf", "gpx", "geojson")


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutesOptions:
    """What is to be routed and written.

    Parameters
    ----------
    streets
        Street file; None takes straight lines and the stated detour factor.
    mode
        ``foot`` or ``car``; None takes the setting.
    crews_file
        The plan's crew file, if it is not where the plan found it.
    limits
        Which part of the plan.
    out
        Folder for the files; None takes one named after the run in the workspace.
    formats
        Which forms.
    seed
        Seed of the search and of the lot among near-equal routes.
    """

    streets: Path | None = None
    mode: str | None = None
    crews_file: Path | None = None
    limits: Limits = field(default_factory=Limits)
    out: Path | None = None
    formats: tuple[str, ...] = FORMATS
    seed: int = 0

    def __post_init__(self) -> None:
        """Check that the forms are known.

        Raises
        ------
        UsageError
            If one is not.
        """
        unknown = [form for form in self.formats if form not in FORMATS]
        if unknown:
            msg = f"Unknown form {', '.join(unknown)!r}."
            raise UsageError(msg, value=",".join(unknown), remedy=f"Known: {', '.join(FORMATS)}.")


def routes(
    workspace: Workspace,
    plan_id: str,
    options: RoutesOptions,
    *,
    made_at: datetime,
    dry_run: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> Answer[RoutesResult]:
    """Return rounds of a plan's crews, kept and written.

    Parameters
    ----------
    workspace
        Where the plan is and the routes go.
    plan_id
        The plan.
    options
        Streets, mode, part of the plan, forms.
    made_at
        The time now, printed on each copy.
    dry_run
        Whether to keep and write nothing.
    progress
        Called with the name of each borough as its rounds are made.
    """
    from rightplace.app.routes.facts import read_round_facts, travel_of_area
    from rightplace.app.routes.making import all_routes, how_of
    from rightplace.app.routes.sheets import SheetJob, written
    from rightplace.app.routes.tables import dropped_table, stops_table
    from rightplace.app.runs import keep
    from rightplace.places.streets import StreetSettings

    settings = workspace.settings("routes", RoutesSettings)
    settings = replace(settings, mode=options.mode or settings.mode)
    facts = read_round_facts(
        workspace, plan_id, crews_file=options.crews_file, limits=options.limits
    )
    travel = travel_of_area(workspace, facts.plan, streets=options.streets, mode=settings.mode)
    speeds = plain(workspace.settings("streets", StreetSettings))
    recipe = _recipe(facts, options, settings, speeds=speeds)
    found = list(all_routes(facts, travel, how_of(settings, seed=options.seed), progress=progress))
    result = _result(found, facts, settings, travel=travel, folder=workspace.runs / recipe.id)
    notices = notices_of(result, facts, travel)
    if not dry_run:
        warnings = tuple({"code": n.code, "message": n.message} for n in notices)
        record = recipe.record(made_at, result=plain(result), warnings=warnings)
        keep(workspace, record, {"stops": stops_table(found), "dropped": dropped_table(found)})
        job = SheetJob(
            workspace=workspace,
            facts=facts,
            travel=travel,
            result=result,
            formats=options.formats,
            out=options.out or workspace.root / "routes" / recipe.id,
            printed_at=made_at,
        )
        shown, said = _shown(found, options.limits)
        result = replace(result, outputs=tuple(written(job, shown, progress=progress)))
        notices = (*notices, *said)
    return Answer(verb="routes", result=result, id=recipe.id, as_of=recipe.as_of, warnings=notices)


def _recipe(
    facts: RoundFacts,
    options: RoutesOptions,
    settings: RoutesSettings,
    *,
    speeds: dict[str, Any],
) -> RunRecipe:
    record = facts.plan.record
    named = [path for path in (facts.crews_path, options.streets) if path is not None]
    files = [RunInput(source=str(p), release=None, sha256=file_digest(p)) for p in named]
    plan = RunInput(source=record["id"], release=None, sha256=record["settings_hash"])
    return RunRecipe(
        kind="routes",
        settings=plain(settings)
        | {"plan": record["id"], "limits": plain(options.limits), "streets": speeds},
        inputs=(*files, plan),
        as_of=date.fromisoformat(record["as_of"]),
        known_at=None,
        seed=options.seed,
    )


def _result(
    found: Sequence[Routed],
    facts: RoundFacts,
    settings: RoutesSettings,
    *,
    travel: TravelTimes,
    folder: Path,
) -> RoutesResult:
    from rightplace.app.routes.tables import minutes_of, variation_of

    planned, made, bound, _ = (sum(each.prevented[k] for each in found) for k in range(4))
    tight = sum(len(each.rounds.unspaced) for each in found)
    n_planned = sum(map(len, facts.visits.values()))
    n_made = sum(len(each.visit) for each in found)
    return RoutesResult(
        routes_id=folder.name,
        plan_id=facts.plan.id,
        mode=settings.mode,
        travel=travel.description,
        prize=settings.prize,
        slots=len(found),
        slots_whole=sum(not each.dropped for each in found),
        crews=sum(len(each.crews) for each in found),
        crews_out=sum(len(each.drawn.routes) for each in found),
        visits_planned=n_planned,
        visits_made=n_made,
        dropped_time=n_planned - n_made - tight,
        dropped_spacing=tight,
        prevented_planned=planned,
        prevented_made=made,
        prevented_bound=bound,
        **minutes_of(found),
        variation=variation_of(found, settings),
        stops_path=str(folder / "stops.parquet"),
        dropped_path=str(folder / "dropped.parquet"),
        outputs=(),
    )


def notices_of(result: RoutesResult, facts: RoundFacts, travel: TravelTimes) -> tuple[Notice, ...]:
    """Return what whoever uses the routes must know beside them.

    Parameters
    ----------
    result
        What the routes came to.
    facts
        What they were made for.
    travel
        Travel times, with what their street file wants to be known.
    """
    found = [Notice(code=w["code"], message=w["message"]) for w in facts.plan.record["warnings"]]
    lines = getattr(travel, "lines", None)
    if lines is None:
        message = f"No street file was given. {travel.description}"
        found.append(Notice(code="no-streets", message=message))
    else:
        found += [Notice(code=n.code, message=n.message) for n in lines.notices]
    since = replanned_from(facts.plan.record)
    if since is not None:
        message = (
            f"The plan was made anew at {since.isoformat()}: slots under way then are not routed, "
            "and crews taken away in later ones are taken for present."
        )
        found.append(Notice(code="replanned", message=message))
    lost = result.visits_planned - result.visits_made
    if lost:
        share = 1 - result.prevented_made / max(result.prevented_planned, 1e-300)
        message = (
            f"{lost:,} of {result.visits_planned:,} visits find no time on a round; with them "
            f"{share:.1%} of what the plan would prevent ({result.prize})."
        )
        found.append(Notice(code="visits-dropped", message=message))
    return tuple(found)


def _shown(found: Sequence[Routed], limits: Limits) -> tuple[list[Routed], tuple[Notice, ...]]:
    """Return the routes to be written: all that were asked for, or those of the first day."""
    days = sorted({each.of.slot.policing_day for each in found})
    if limits.day is not None or limits.shift is not None or len(days) == 1:
        return list(found), ()
    message = f"Sheets are written for {days[0]}; --day and --shift choose others."
    first = [each for each in found if each.of.slot.policing_day == days[0]]
    return first, (Notice(code="first-day", message=message),)
