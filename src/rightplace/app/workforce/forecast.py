"""Use case: follow a workforce month by month, say when targets are met, and keep the run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from rightplace.app.answer import Answer, Notice
from rightplace.app.workforce.result import WorkforceExample, WorkforceResult
from rightplace.app.workforce.settings import WorkforceSettings
from rightplace.core.canonical import file_digest, plain
from rightplace.core.runs import RunInput, RunRecipe
from rightplace.errors import BadInputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    import numpy as np
    import pyarrow as pa

    from rightplace.app.workforce.strength import StrengthHeld
    from rightplace.app.workspace import Workspace
    from rightplace.deploy.workforce.first_postings import AreaPostings
    from rightplace.deploy.workforce.growth import Growth
    from rightplace.deploy.workforce.setup import Setup
    from rightplace.deploy.workforce.stock import Projection
    from rightplace.deploy.workforce.targets import Target
    from rightplace.deploy.workforce.what_ifs import WhatIf


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastAsked:
    """What is asked of a workforce.

    Parameters
    ----------
    setup
        The setup file.
    target, measure
        A strength to look at instead of the file's targets, and what it is counted in.
    months, draws
        Instead of the settings.
    what_ifs
        Changes to look at besides the file's, each as name=value with commas between.
    expected
        Whether to reckon expected values alone, without draws.
    first_postings
        CSV of first postings by area.
    force
        Whose strength of the store to begin from, where the file asks for it.
    out
        Folder for tables as CSV and a workbook.
    seed
        Of all chance.
    dry_run
        Whether to keep nothing.
    """

    setup: Path
    target: float | None = None
    measure: str = "headcount"
    months: int | None = None
    draws: int | None = None
    what_ifs: tuple[str, ...] = ()
    expected: bool = False
    first_postings: Path | None = None
    force: str | None = None
    out: Path | None = None
    seed: int = 0
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A workforce with all that is looked at.

    Parameters
    ----------
    setup, growth
        As read, and over its horizon.
    targets, what_ifs
        What is looked at.
    held
        Strength of the store, where it begins from that.
    postings
        First postings by area; empty where none were given.
    """

    setup: Setup
    growth: Growth
    targets: tuple[Target, ...]
    what_ifs: tuple[WhatIf, ...]
    held: StrengthHeld | None
    postings: tuple[AreaPostings, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A workforce followed, and how changes of it are to be.

    Parameters
    ----------
    base
        In all draws.
    compared
        In those draws in which changes are compared.
    others
        Each what-if in the same draws as ``compared``.
    follow
        What follows a changed one in the same draws with the same chance.
    draws, compared_draws
        How many; 0 for expected values.
    """

    base: Projection
    compared: Projection
    others: tuple[Projection, ...]
    follow: Callable[[Growth], Projection]
    draws: int
    compared_draws: int


def workforce_forecast(
    workspace: Workspace, asked: ForecastAsked, *, made_at: datetime, rng: np.random.Generator
) -> Answer[WorkforceResult]:
    """Return strength by month with its interval, when targets are met, and what would change it.

    Parameters
    ----------
    workspace
        Where the run goes, and where strength is held.
    asked
        What is asked.
    made_at
        The time now, for the run's record alone.
    rng
        Of all draws.
    """
    from rightplace.app.runs import keep
    from rightplace.app.workforce.forecast_parts import result_of
    from rightplace.app.workforce.forecast_tables import exported, tables_of
    from rightplace.deploy.workforce.setup_file import of_file

    settings = workspace.settings("workforce", WorkforceSettings)
    case = _case(workspace, asked, settings)
    followed = _followed(case, asked, settings, rng=rng)
    recipe = _recipe(case, asked, settings, followed)
    run = workspace.runs / recipe.id
    say = partial(result_of, case, followed, steps=settings.steps(), run=run)
    result = say() if asked.target is not None else of_file(asked.setup, say)
    notices = _notices(result, case)
    if not asked.dry_run:
        tables: dict[str, pa.Table] = tables_of(result, case, followed)
        if asked.out is not None:
            result = replace(result, exported=exported(asked.out, result, tables))
        warnings = tuple({"code": n.code, "message": n.message} for n in notices)
        record = recipe.record(made_at, result=plain(result), warnings=warnings)
        keep(workspace, record, tables)
    return Answer(
        verb="workforce",
        result=result,
        id=recipe.id,
        as_of=recipe.as_of,
        data_releases=() if case.held is None else case.held.releases,
        warnings=notices,
    )


def workforce_example(out: Path | None, *, dry_run: bool) -> Answer[WorkforceExample]:
    """Return the shipped setup file, written where asked; nothing that stands is overwritten.

    Raises
    ------
    UsageError
        If something stands there already.
    """
    from rightplace.core.files import write_whole
    from rightplace.deploy.workforce.setup_file import example

    text = example()
    if out is not None and out.exists():
        msg = f"{out} stands already."
        raise UsageError(msg, value=out, remedy="Name a file that does not exist yet.")
    if out is not None and not dry_run:
        write_whole(out, text.encode("utf-8"))
    result = WorkforceExample(toml=text, path=None if out is None else str(out))
    return Answer(verb="workforce-example", result=result)


def _case(workspace: Workspace, asked: ForecastAsked, settings: WorkforceSettings) -> Case:
    from rightplace.app.workforce.strength import StrengthAsked, read_strength
    from rightplace.deploy.workforce.first_postings import read_first_postings
    from rightplace.deploy.workforce.setup_file import of_file, read_change, read_setup
    from rightplace.deploy.workforce.targets import Target

    setup = read_setup(asked.setup)
    postings = () if asked.first_postings is None else read_first_postings(asked.first_postings)
    held = last = None
    if setup.start.month is None:
        held = read_strength(workspace, StrengthAsked(force=asked.force))
        last = (held.history.months[-1].month, held.history.months[-1].officers)
    months = settings.months if asked.months is None else asked.months
    targets = setup.targets
    if asked.target is not None:
        targets = (Target(measure=asked.measure, strength=asked.target, name="the target asked"),)
    return Case(
        setup=setup,
        growth=of_file(asked.setup, partial(setup.growth, months, held=last)),
        targets=targets,
        what_ifs=(*setup.what_ifs, *(read_change(text) for text in asked.what_ifs)),
        held=held,
        postings=postings,
    )


def _followed(
    case: Case,
    asked: ForecastAsked,
    settings: WorkforceSettings,
    *,
    rng: np.random.Generator,
) -> Followed:
    from rightplace.deploy.workforce.stock import check_work, expected, luck, project

    draws = settings.draws if asked.draws is None else asked.draws
    if not asked.expected:
        check_work(draws, case.growth.months)
    chance = luck(draws, rng=rng)
    few = chance.first(settings.compared_draws)

    def follow(other: Growth) -> Projection:
        return expected(other) if asked.expected else project(other, few)

    base = expected(case.growth) if asked.expected else project(case.growth, chance)
    return Followed(
        base=base,
        compared=base.first(few.draws),
        others=tuple(_what_if(case, asked, each, follow=follow) for each in case.what_ifs),
        follow=follow,
        draws=0 if asked.expected else chance.draws,
        compared_draws=0 if asked.expected else few.draws,
    )


def _what_if(
    case: Case, asked: ForecastAsked, what_if: WhatIf, *, follow: Callable[[Growth], Projection]
) -> Projection:
    """Return the workforce followed with a what-if; one that cannot be is named.

    Raises
    ------
    BadInputError
        If it cannot be; with the setup file where it is of that.
    """
    from rightplace.deploy.workforce.what_ifs import changed

    try:
        return follow(changed(case.growth, what_if.change))
    except BadInputError as error:
        fault = error.fault
        msg = f"What if {what_if.name!r}: {fault.message}"
        file = asked.setup if what_if in case.setup.what_ifs else None
        raise BadInputError(msg, file=file, value=fault.value, remedy=fault.remedy) from error


def _recipe(
    case: Case, asked: ForecastAsked, settings: WorkforceSettings, followed: Followed
) -> RunRecipe:
    files = [asked.setup] + ([] if asked.first_postings is None else [asked.first_postings])
    given = tuple(
        RunInput(source=str(path), release=None, sha256=file_digest(path)) for path in files
    )
    looked_at = {
        "of": "forecast",
        "horizon": case.growth.months,
        "drawn": followed.draws,
        "targets": case.targets,
        "what_ifs": case.what_ifs,
    }
    return RunRecipe(
        kind="workforce",
        settings=plain(settings) | plain(looked_at),
        inputs=given if case.held is None else (*case.held.inputs, *given),
        as_of=case.growth.start_month.last,
        known_at=None,
        seed=asked.seed,
    )


def _notices(result: WorkforceResult, case: Case) -> tuple[Notice, ...]:
    """Return what must be said beside the numbers."""
    found = []
    unverified = sum(not each.verified for each in result.origins)
    if unverified:
        message = (
            f"{unverified} of {len(result.origins)} tables of the setup do not say that their "
            "numbers were verified; the result is no surer than they are."
        )
        found.append(Notice(code="assumed", message=message))
    found.extend(
        Notice(code="target-not-within-horizon", message=each.words)
        for each in result.targets
        if each.median_month is None
    )
    if case.growth.places_a_month is None and case.growth.places_at_once is None:
        message = "No training places were given: every planned joiner begins on time."
        found.append(Notice(code="no-training-places", message=message))
    return tuple(found)
