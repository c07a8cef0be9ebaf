"""Use case: the quarterly scrutiny pack of stop and search, kept as a run and written out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rightplace.app.answer import Answer, Notice
from rightplace.app.searches.pack_counting import SECTION_60, Counts, Key, cube_of
from rightplace.app.searches.pack_made import hidden_table, pack_counts
from rightplace.app.searches.pack_periods import pack_months
from rightplace.app.searches.pack_slice import BEFORE, NOW, SERIES
from rightplace.app.searches.report_result import PackMeasure, PackResult
from rightplace.core.time import Month
from rightplace.errors import UsageError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    import pyarrow as pa

    from rightplace.app.searches.pack_made import PackCounts
    from rightplace.app.workspace import Workspace
    from rightplace.core.runs import RunInput, RunRecipe
    from rightplace.powers.searches.rates import Group
    from rightplace.powers.searches.read import Searches

FORMATS = ("html", "pdf", "csv")
ZONE = "Europe/London"
"""Clock by which months and hours of searches are told, as their publisher does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOptions:
    """Which pack, and where it goes.

    Parameters
    ----------
    force
        Whose searches; None for the only force held.
    first, last
        Months of the period; None for the newest quarter held in full.
    residents
        The user's own counts of residents by group; None takes those that ship.
    out
        Folder; None for ``packs/ID`` in the workspace.
    formats
        Of ``FORMATS``.
    threshold
        Whether the threshold test is run, which takes minutes.
    seed
        Of whatever is drawn by chance.
    dry_run
        Whether nothing is kept or written.
    """

    force: str | None = None
    first: Month | None = None
    last: Month | None = None
    residents: Path | None = None
    out: Path | None = None
    formats: tuple[str, ...] = FORMATS
    threshold: bool = False
    seed: int = 0
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """What a run is made of."""

    searches: Searches
    force: str
    cube: pa.Table
    counts: PackCounts
    groups: list[Group]


def report(
    workspace: Workspace, *, options: ReportOptions, made_at: datetime
) -> Answer[PackResult]:
    """Make the scrutiny pack, keep it as a run, and write it out.

    Parameters
    ----------
    workspace
        Where searches are held and runs go.
    options
        Which pack.
    made_at
        The time now, for the run's record alone.

    Raises
    ------
    UsageError
        If several forces are held and none is named, or a format is unknown.
    """
    from rightplace.app.runs import keep
    from rightplace.app.searches.pack_rates import measures_table
    from rightplace.app.searches.pack_writing import PackParts, write_pack
    from rightplace.core.canonical import plain

    unknown = sorted(set(options.formats) - set(FORMATS))
    if unknown:
        msg = f"{unknown[0]!r} is not a form of the pack."
        raise UsageError(msg, value=unknown[0], remedy=f"Choose from {', '.join(FORMATS)}.")
    made = _made(workspace, options)
    recipe = _recipe(workspace, made, options)
    result = _result(workspace, made, options, pack_id=recipe.id)
    notices = tuple(Notice(code="incomplete", message=words) for words in result.completeness)
    record = recipe.record(
        made_at,
        result=plain(result),
        warnings=tuple({"code": n.code, "message": n.message} for n in notices),
    )
    if not options.dry_run:
        tables = {
            "counts": made.cube,
            "hidden": hidden_table(made.counts),
            "measures": measures_table(made.groups),
        }
        keep(workspace, record, tables)
        folder = options.out or workspace.root / "packs" / recipe.id
        parts = PackParts(counts=made.counts, groups=tuple(made.groups))
        outputs = write_pack(workspace, record, parts, folder, formats=options.formats)
        result = replace(result, outputs=outputs)
    return Answer(
        verb="searches",
        result=result,
        id=recipe.id,
        as_of=recipe.as_of,
        data_releases=made.searches.releases,
        warnings=notices,
    )


def _made(workspace: Workspace, options: ReportOptions) -> _Made:
    from rightplace.app.searches.pack_fixed import of_months
    from rightplace.app.searches.pack_rates import BY
    from rightplace.app.searches.read import read_searches
    from rightplace.powers.searches.rates import count_searches
    from rightplace.powers.searches.settings import SearchSettings

    searches = read_searches(workspace, force=options.force)
    if len(searches.forces) > 1:
        msg = f"Searches of {len(searches.forces)} forces are held; a pack is of one."
        remedy = f"Name it with --force: {', '.join(searches.forces)}."
        raise UsageError(msg, remedy=remedy)
    held = {Month.of(day) for day in searches.table["month"].unique().to_pylist()}
    months = pack_months(held, options.first, options.last)
    table = of_months(searches.table, months.series)
    cube = cube_of(table, zone=ZONE)
    smallest = workspace.settings("searches", SearchSettings).least_in_cell
    return _Made(
        searches=searches,
        force=searches.forces[0],
        cube=cube,
        counts=pack_counts(cube, months, smallest=smallest),
        groups=count_searches(table, BY),
    )


def _recipe(workspace: Workspace, made: _Made, options: ReportOptions) -> RunRecipe:
    from rightplace.app.searches.disproportion_settings import DisproportionSettings
    from rightplace.core.canonical import plain
    from rightplace.core.runs import RunRecipe
    from rightplace.powers.searches.darkness_settings import DarknessSettings
    from rightplace.powers.searches.settings import SearchSettings
    from rightplace.powers.searches.threshold_settings import ThresholdSettings

    months = made.counts.months
    return RunRecipe(
        kind="searches",
        settings={
            "force": made.force,
            "first_month": str(months.period[0]),
            "last_month": str(months.period[-1]),
            "boroughs_from": made.searches.boroughs_from,
            "threshold": options.threshold,
            "darkness": plain(workspace.settings("darkness", DarknessSettings)),
            "threshold_test": plain(workspace.settings("threshold", ThresholdSettings)),
            "disproportion": plain(workspace.settings("disproportion", DisproportionSettings)),
            "searches": plain(workspace.settings("searches", SearchSettings)),
        },
        inputs=_inputs(workspace, made.searches, options),
        as_of=months.period[-1].last,
        known_at=None,
        seed=options.seed,
    )


def _inputs(
    workspace: Workspace, searches: Searches, options: ReportOptions
) -> tuple[RunInput, ...]:
    """Return every file that was read: searches, residents, denominators, what the force says."""
    from rightplace.app.searches.disproportion_settings import DisproportionSettings
    from rightplace.core.canonical import file_digest
    from rightplace.core.runs import RunInput

    settings = workspace.settings("disproportion", DisproportionSettings)
    named = [settings.benchmarks, settings.explanations]
    if options.residents is None:
        named.append(settings.residents)
    paths = [workspace.root / each.strip() for e in named for each in e.split(";") if each.strip()]
    paths += [] if options.residents is None else [options.residents]
    own = [
        RunInput(source=path.name, release=None, sha256=file_digest(path))
        for path in paths
        if path.is_file()
    ]
    return tuple(sorted([*searches.inputs, *own], key=lambda each: (each.sha256, each.source)))


def _result(
    workspace: Workspace, made: _Made, options: ReportOptions, *, pack_id: str
) -> PackResult:
    from rightplace.app.searches.pack_completeness import completeness_told
    from rightplace.app.searches.pack_fixed import fixed_sections
    from rightplace.powers.searches.settings import SearchSettings

    counts = made.counts
    least = workspace.settings("searches", SearchSettings).least_for_rate
    months, now = counts.months, counts.spans[NOW]
    return PackResult(
        pack_id=pack_id,
        force=made.force,
        first_month=str(months.period[0]),
        last_month=str(months.period[-1]),
        before=(str(months.before[0]), str(months.before[-1])) if months.before else None,
        searches=now.get(Key("", "", "", ""), Counts()).searches,
        section_60=now.get(Key("", SECTION_60, "", ""), Counts()).searches,
        months=tuple(
            (str(month), None, None) if month in months.absent else _monthly(counts, month)
            for month in months.series
        ),
        measures=_measures(made, least=least),
        completeness=completeness_told(made.searches, months),
        sections=tuple(fixed_sections(workspace, made.searches, counts, options=options)),
        withheld=len(counts.hidden),
        synthetic=_is_synthetic(workspace, made.searches),
        trained_to=months.period[-1].last.isoformat(),
        outputs=(),
    )


def _measures(made: _Made, *, least: int) -> tuple[PackMeasure, ...]:
    """Return every rate of the whole force, by span and kind of power."""
    from rightplace.app.searches.pack_counting import POWERS
    from rightplace.app.searches.pack_rates import rates_of

    held = rates_of(made.groups, made.counts.months, least=least)
    return tuple(
        PackMeasure(
            name=rate.measure,
            span=span,
            power=power,
            value=rate.value,
            lo=rate.lo95,
            hi=rate.hi95,
            part=rate.found,
            of=rate.of,
            unknown_share=rate.unknown_share,
            why_not=rate.reason or "",
        )
        for span in (NOW, BEFORE)
        for power in POWERS
        for rate in held.of(span, "", power).values()
    )


def _monthly(counts: PackCounts, month: Month) -> tuple[str, int, int]:
    """Return a month, its searches, and those under section 60."""
    keys = (Key("", power, "month", str(month)) for power in ("", SECTION_60))
    both = [counts.spans[SERIES].get(key, Counts()).searches for key in keys]
    return str(month), both[0], both[1]


def _is_synthetic(workspace: Workspace, searches: Searches) -> bool:
    """Return whether any file that was counted holds invented searches."""
    from rightplace.app.evidence import SYNTHETIC
    from rightplace.crime.holdings import entries_of

    used = {each.sha256 for each in searches.inputs}
    return any(
        partition.population.startswith(SYNTHETIC)
        for entry in entries_of(workspace.store.manifest())
        if entry.sha256 in used
        for partition in entry.partitions
    )
