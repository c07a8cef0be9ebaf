"""Use case: look ahead at units of detectives, as they are and under what-ifs, and keep the run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from rightplace.app.answer import Answer, Notice, untold
from rightplace.app.investigation.result import DetectivesResult, ExampleSetup, OriginResult
from rightplace.app.investigation.settings import DetectiveSettings
from rightplace.core.canonical import file_digest, plain
from rightplace.core.files import write_whole
from rightplace.core.runs import RunInput, RunRecipe
from rightplace.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime
    from pathlib import Path

    import pyarrow as pa

    from rightplace.app.investigation.asked import DetectiveOptions
    from rightplace.app.investigation.course import World
    from rightplace.app.workspace import Workspace

CANNOT: Final = (
    "It does not say that a case will be solved, or who did it: cases are numbers with stages.",
    "It cannot check the hours of the stages: compare them with hours booked before you act.",
    "Detectives who move are taken to work as well as those they join from the first day.",
    "Staff who are not officers, overtime and shifts within a day are left out.",
    "Who stands in does so for whole weeks; without one, work of a role that is away waits.",
    "Cases open at the start have the share left of their stage that the setup gives, else all.",
    "Arrivals are taken to go on as in the months they come from: there is no forecast in them.",
)
_TABLES: Final = ("measures", "changes", "weeks", "backlog", "interviews")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When it is asked: the day it is as of, and the time for the run's record alone."""

    as_of: date
    made_at: datetime


def example_setup(path: Path | None) -> Answer[ExampleSetup]:
    """Return the example of a setup file, and write it where a path is given.

    Raises
    ------
    UsageError
        If a file stands there already.
    """
    from rightplace.deploy.investigation.setup_file import EXAMPLE

    text = EXAMPLE.read_text(encoding="utf-8")
    if path is not None and path.exists():
        msg = "A file stands there already, and is left as it is."
        raise UsageError(msg, file=path, remedy="Name another with --out.")
    if path is not None:
        write_whole(path, text.encode())
    result = ExampleSetup(toml=text, path=None if path is None else str(path))
    return Answer(verb="detectives-example", result=result)


def look_ahead(
    workspace: Workspace,
    options: DetectiveOptions,
    *,
    moment: Moment,
    tell: Callable[[str], None] = untold,
) -> Answer[DetectivesResult]:
    """Simulate the units of a setup, as they are and under each what-if, and keep the run.

    Parameters
    ----------
    workspace
        Where the run goes.
    options
        What was asked.
    moment
        When.
    tell
        Called with lines of progress.
    """
    from rightplace.app.investigation.course import Course
    from rightplace.app.investigation.curve_tables import backlog_table, interviews_table
    from rightplace.app.investigation.tables import changes_table, measures_table, weeks_table
    from rightplace.app.runs import keep

    world = _world(workspace, options)
    recipe = _recipe(world, options, moment)
    course = Course(world, tell)
    units = tuple(course.as_it_is(each) for each in world.setup.units)
    what_ifs = tuple(course.what_if(each) for each in world.asked.what_ifs)
    run = workspace.runs / recipe.id
    result = DetectivesResult(
        investigation_id=recipe.id,
        title=world.setup.title,
        synthetic=world.setup.synthetic or world.asked.synthetic,
        years=world.years,
        replications=world.replications,
        seed=world.seed,
        amber=world.settings.amber,
        level=world.settings.level,
        units=units,
        what_ifs=what_ifs,
        origins=_origins(world),
        cannot=CANNOT,
        **{f"{name}_path": str(run / f"{name}.parquet") for name in _TABLES},
    )
    tables: dict[str, pa.Table] = {
        "measures": measures_table(course.results),
        "changes": changes_table(what_ifs),
        "weeks": weeks_table(course.simulated),
        "backlog": backlog_table(course.simulated),
        "interviews": interviews_table(course.simulated, world.settings),
    }
    notices = _notices(world, result)
    if not options.dry_run:
        warnings = tuple({"code": each.code, "message": each.message} for each in notices)
        record = recipe.record(moment.made_at, result=plain(result), warnings=warnings)
        keep(workspace, record, tables)
    return Answer(
        verb="detectives", result=result, id=recipe.id, as_of=recipe.as_of, warnings=notices
    )


def _world(workspace: Workspace, options: DetectiveOptions) -> World:
    """Return what is to be simulated; every what-if is tried on the units before time is spent."""
    from rightplace.app.investigation.asked import asked_of
    from rightplace.app.investigation.course import World, check_size, supports_of
    from rightplace.deploy.investigation.moving import after
    from rightplace.deploy.investigation.setup_file import built, read_setup
    from rightplace.deploy.investigation.setup_table import Table
    from rightplace.deploy.surge.actions import read_actions

    settings = workspace.settings("investigation", DetectiveSettings)
    actions = read_actions(options.actions)
    setup, tables = read_setup(options.setup, actions=actions, homicides=options.homicides)
    asked = asked_of(
        workspace,
        options,
        setup,
        tables=tables,
        actions=actions,
        new_team_strength=settings.new_team_strength,
    )
    for each in asked.what_ifs:
        table = Table(where=f"what-if {each.name}", content={}, file=str(options.setup))
        built(table, partial(after, setup.units, each))
    world = World(
        setup=setup,
        asked=asked,
        settings=settings,
        supports=supports_of(setup, asked.what_ifs, actions=actions),
        years=settings.years if options.years is None else options.years,
        replications=(
            settings.replications if options.replications is None else options.replications
        ),
        seed=options.seed,
    )
    check_size(world)
    return world


def _recipe(world: World, options: DetectiveOptions, moment: Moment) -> RunRecipe:
    files = [*world.setup.files, *world.asked.files]
    files += [] if options.actions is None else [options.actions]
    given = [RunInput(source=str(each), release=None, sha256=file_digest(each)) for each in files]
    if world.asked.run is not None:
        # A run's id is the digest of what decides it.
        given.append(RunInput(source=world.asked.run, release=None, sha256=world.asked.run))
    asked = {
        "years": world.years,
        "replications": world.replications,
        "what_ifs": [plain(each) for each in world.asked.what_ifs],
    }
    return RunRecipe(
        kind="investigation",
        settings=plain(world.settings) | asked,
        inputs=tuple(given),
        as_of=moment.as_of,
        known_at=None,
        seed=world.seed,
    )


def _origins(world: World) -> tuple[OriginResult, ...]:
    return tuple(
        OriginResult(
            unit=each.unit,
            numbers=each.numbers,
            origin=each.origin,
            verified=each.verified,
        )
        for each in world.setup.origins
    )


def _notices(world: World, result: DetectivesResult) -> tuple[Notice, ...]:
    from rightplace.app.investigation.course import can_help

    found = []
    unverified = sum(not each.verified for each in result.origins)
    if unverified:
        message = (
            f"{unverified} of {len(result.origins)} tables of the setup do not say that their "
            "numbers were verified: differences between what-ifs bear more weight than the figures."
        )
        found.append(Notice(code="assumed", message=message))
    for name, support in world.supports.items():
        (taker,) = (e.surge.taker for e in world.asked.what_ifs if e.name == name and e.surge)
        unit = world.setup.units[world.setup.place_of(taker)].unit
        if not can_help(unit, support):
            message = (
                f"{name}: no work of {unit.title} is open to the accreditation of the officers who "
                "help: they change nothing there."
            )
            found.append(Notice(code="surge-without-work", message=message))
    for each in world.setup.units:
        if each.learnt is not None and each.learnt.trend_a_year.hi < 0:
            trend = each.learnt.trend_a_year
            message = (
                f"{each.unit.title}: cases fell by {-trend.estimate:.1%} a year over the months "
                "from which arrivals are learnt; fewer may come than is taken here."
            )
            found.append(Notice(code="trend", message=message))
    return tuple(found)
