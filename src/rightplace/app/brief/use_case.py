"""Use case: one page per BCU, the plan's index, and the whole plan for maps."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.app.answer import Answer, Notice
from rightplace.app.brief.settings import BriefSettings
from rightplace.core.canonical import file_digest
from rightplace.core.files import make_folder, write_whole
from rightplace.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date, datetime
    from pathlib import Path

    from rightplace.app.brief.facts import PlanFacts, Scope
    from rightplace.app.workspace import Workspace
    from rightplace.briefing import BriefSheet, Link, Stamp

PAGES, TABLES = ("html", "pdf"), ("gpkg", "geojson", "csv")
FORMATS = (*PAGES, *TABLES)


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefOutput:
    """One file written.

    Parameters
    ----------
    kind
        ``html``, ``pdf``, ``gpkg``, ``geojson`` or ``csv``.
    bcu
        The BCU a sheet is for; None for files of the whole plan.
    pages
        Printed pages; None for files that have none.
    """

    path: str
    kind: str
    bcu: str | None
    pages: int | None
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefResult:
    """Every file written for a plan."""

    plan_id: str
    outputs: tuple[BriefOutput, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefOptions:
    """What is to be written.

    Parameters
    ----------
    out
        Folder for the files; None takes one named after the plan in the workspace.
    formats
        Which forms.
    day, shift
        The policing day and shift of the sheets; see ``chosen_slots``.
    """

    out: Path | None = None
    formats: tuple[str, ...] = FORMATS
    day: date | None = None
    shift: str | None = None
    dry_run: bool = False


def file_names(bcus: Sequence[str]) -> dict[str, str]:
    """Return each BCU's name as a file's ("central-north"); a number tells apart those alike."""
    taken = Counter(["index"])  # the plan's own page
    names = {}
    for bcu in bcus:
        stem = re.sub(r"[^a-z0-9]+", "-", bcu.casefold()).strip("-") or "area"
        taken[stem] += 1
        names[bcu] = stem if taken[stem] == 1 else f"{stem}-{taken[stem]}"
    return names


def brief(
    workspace: Workspace,
    plan_id: str,
    options: BriefOptions,
    *,
    printed_at: datetime,
    progress: Callable[[str], None] = lambda _: None,
) -> Answer[BriefResult]:
    """Write the briefs of a plan that is kept.

    Parameters
    ----------
    workspace
        Where the plan is.
    plan_id
        The plan.
    options
        Forms, folder, day and shift.
    printed_at
        The time now, printed on each copy.
    progress
        Called with the name of each BCU as its sheet is made.

    Raises
    ------
    UsageError
        If a form is unknown.
    """
    from rightplace.app.brief.facts import read_facts
    from rightplace.app.brief.sheets import stamp_of

    unknown = [f for f in options.formats if f not in FORMATS]
    if unknown or not options.formats:
        msg = f"Unknown form {', '.join(unknown) or 'none'!r}."
        raise UsageError(msg, value=",".join(unknown), remedy=f"Known: {', '.join(FORMATS)}.")
    facts = read_facts(workspace, plan_id)
    settings = workspace.settings("brief", BriefSettings)
    stamp = stamp_of(facts, settings)
    out = options.out or workspace.root / "briefs" / plan_id
    job = _Job(
        facts=facts,
        options=options,
        stamp=stamp,
        settings=settings,
        out=out,
        printed_at=printed_at,
        progress=progress,
    )
    written: list[BriefOutput] = []
    if not options.dry_run:
        make_folder(out)
        written += _write_pages(job)
        written += _write_tables(facts, options, stamp, out=out)
    return Answer(
        verb="brief",
        result=BriefResult(plan_id=plan_id, outputs=tuple(written)),
        id=plan_id,
        as_of=stamp.as_of,
        data_releases=tuple(
            sorted({i["release"] for i in facts.outlook.record["inputs"] if i["release"]})
        ),
        warnings=tuple(Notice(**each) for each in facts.record["warnings"]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """Everything that the pages of one plan are made from."""

    facts: PlanFacts
    options: BriefOptions
    stamp: Stamp
    settings: BriefSettings
    out: Path
    printed_at: datetime
    progress: Callable[[str], None]


def _scopes(facts: PlanFacts, options: BriefOptions) -> list[Scope]:
    from rightplace.app.brief.facts import Scope, chosen_slots

    slots = chosen_slots(facts, day=options.day, shift=options.shift)
    return [Scope(facts=facts, bcu=bcu, slots=slots) for bcu in facts.bcus]


def _output(path: Path, *, bcu: str | None, pages: int | None) -> BriefOutput:
    kind = path.suffix.removeprefix(".")
    return BriefOutput(path=str(path), kind=kind, bcu=bcu, pages=pages, sha256=file_digest(path))


def _write_pages(job: _Job) -> Iterator[BriefOutput]:
    from rightplace.app.brief.map import borough_outlines
    from rightplace.app.brief.overview import PageLinks, overview_of
    from rightplace.app.brief.sheets import copy_of, sheet_of
    from rightplace.briefing import plan_page, sheet_pdf

    forms = [f for f in PAGES if f in job.options.formats]
    if not forms:
        return
    scopes = _scopes(job.facts, job.options)
    outlines, names = borough_outlines(job.facts), file_names(job.facts.bcus)
    for number, scope in enumerate(scopes, start=1):
        job.progress(scope.bcu)
        copy = copy_of(
            job.settings, scope, number=f"{job.facts.id}/{number}", printed_at=job.printed_at
        )
        page = (number, len(scopes))
        sheet = sheet_of(scope, stamp=job.stamp, outlines=outlines, copy=copy, page=page)
        for form in forms:
            path = job.out / f"{names[scope.bcu]}.{form}"
            links = _links(names[scope.bcu], forms)
            write_whole(path, sheet_pdf(sheet) if form == "pdf" else _page(sheet, links))
            yield _output(path, bcu=scope.bcu, pages=1)
    if "html" in forms:
        path = job.out / "index.html"
        beside = PageLinks(names=names, forms=job.options.formats)
        overview = overview_of(job.facts, scopes, job.stamp, links=beside)
        write_whole(path, plan_page(overview).encode())
        yield _output(path, bcu=None, pages=None)


def _page(sheet: BriefSheet, links: tuple[Link, ...]) -> bytes:
    from rightplace.briefing import sheet_page

    return sheet_page(sheet, links=links).encode()


def _links(name: str, forms: Sequence[str]) -> tuple[Link, ...]:
    """Return the links of a sheet's page: to the index, and to its PDF where there is one."""
    from rightplace.briefing import Link

    index = Link(words="Whole plan", href="index.html")
    pdf = Link(words="This brief as PDF", href=f"{name}.pdf")
    return (index, pdf) if "pdf" in forms else (index,)


def _write_tables(
    facts: PlanFacts, options: BriefOptions, stamp: Stamp, *, out: Path
) -> Sequence[BriefOutput]:
    from rightplace.app.brief.facts import whole_period
    from rightplace.briefing import PlanTables, write_exports

    forms = [f for f in TABLES if f in options.formats]
    if not forms:
        return []
    area = facts.outlook.area
    tables = PlanTables(
        visits=facts.visits,
        forecast=whole_period(facts),
        cells=area.cells.select(["cell_id", "lon", "lat", "geometry"]),
        crs=f"EPSG:{area.crs}",
    )
    paths = write_exports(out, tables, stamp, formats=forms)
    return [_output(path, bcu=None, pages=None) for path in paths]
