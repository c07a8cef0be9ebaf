"""Use case: take files in, and say what became of every row."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rightplace.app.answer import Answer, Notice, Problem
from rightplace.app.held import FileReport, ReasonCount, report, standing_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from rightplace.app.workspace import Workspace
    from rightplace.crime.ingest import Taken
    from rightplace.crime.sources import SourceFile
    from rightplace.engines.store import Store
    from rightplace.errors import RightplaceError


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestResult:
    """What became of every file of the call."""

    files: tuple[FileReport, ...]


def problem(error: RightplaceError) -> Problem:
    """Return an error in the keys of the contract."""
    fault = error.fault
    return Problem(
        code=error.code,
        message=fault.message,
        file=fault.file,
        row=fault.row,
        value=fault.value,
        remedy=fault.remedy,
    )


def _file_report(taken: Taken, standing: dict[str, int], kind: str) -> FileReport:
    source, entry = taken.source, taken.entry
    if entry is None:
        code = taken.error.code if taken.error is not None else "other_kind"
        return FileReport(
            path=source.name,
            sha256="",
            mapping="",
            kind=kind,
            release=None,
            read=0,
            stored=0,
            quarantined=0,
            superseded=0,
            refused=taken.error is not None,
            reasons=(ReasonCount(code=code, count=0),),
            message=taken.passed_over if taken.error is None else str(taken.error),
        )
    if taken.held_already and source.name != entry.path:
        return FileReport(
            path=source.name,
            sha256=entry.sha256,
            mapping=entry.mapping,
            kind=entry.kind,
            release=None if entry.release is None else entry.release.isoformat(),
            read=entry.read,
            stored=0,
            quarantined=0,
            superseded=entry.read,
            refused=False,
            reasons=(ReasonCount(code="same_release", count=entry.read),),
            message=f"the same bytes are held as {entry.path}",
        )
    return report(entry, standing=standing.get(entry.entry_id, 0))


def _standing(workspace: Workspace, store: Store, kinds: Sequence[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for kind in kinds:
        counts |= standing_rows(workspace, store, kind)
    return counts


def ingest(  # noqa: PLR0913 - one parameter for each option of the command
    workspace: Workspace,
    paths: Sequence[Path],
    *,
    kind: str,
    mapping: str | None = None,
    release: date | None = None,
    dry_run: bool = False,
    progress: Callable[[SourceFile], None] = lambda _: None,
) -> Answer[IngestResult]:
    """Take files, folders and archives in.

    Parameters
    ----------
    workspace
        Where to keep them.
    paths
        Files, folders or archives.
    kind
        ``crimes``, ``searches`` or ``strength``.
    mapping
        Name of a shipped mapping or path of a TOML file; None recognises each file.
    release
        When the publisher released these files; None leaves it unknown.
    dry_run
        Report what would become of them and keep nothing.
    """
    from rightplace.crime.ingest import Intake, take_in
    from rightplace.crime.mapping import load
    from rightplace.crime.sources import find_sources

    chosen = None if mapping is None else load(mapping)
    sources = find_sources(paths)
    store = _rehearsal(workspace.store) if dry_run else workspace.store
    try:
        intake = Intake(
            store=store, engine=workspace.engine, kind=kind, mapping=chosen, release=release
        )
        taken = take_in(intake, sources, progress=progress)
        standing = _standing(workspace, store, sorted(intake.kinds))
        missing = _missing(workspace, store, taken)
    finally:
        if dry_run:
            shutil.rmtree(store.root)
    errors = [t.error for t in taken if t.error is not None]
    return Answer(
        verb="ingest",
        result=IngestResult(files=tuple(_file_report(t, standing, kind) for t in taken)),
        data_releases=() if release is None else (release.isoformat(),),
        warnings=(*_notices(taken), *missing),
        error=problem(errors[0]) if errors else None,
        exit_code=errors[0].exit_code if errors else 0,
    )


def _rehearsal(store: Store) -> Store:
    """Return a throw-away store that stands on the real one's tables."""
    from rightplace.engines.store import QUARANTINE, TABLES, Store

    root = Path(tempfile.mkdtemp(prefix="rightplace-dry-run-"))
    rehearsal = Store(root, store.wait_seconds)
    (root / QUARANTINE).mkdir()
    (root / TABLES).mkdir()
    if store.manifest_path.exists():
        shutil.copy(store.manifest_path, rehearsal.manifest_path)
        for path in (store.root / TABLES).glob("*.parquet"):
            (root / TABLES / path.name).symlink_to(path.resolve())
    return rehearsal


def _missing(workspace: Workspace, store: Store, taken: Sequence[Taken]) -> tuple[Notice, ...]:
    """Return what must be said of files of strength that lack months."""
    from rightplace.app.workforce.strength import months_missing

    entries = [t.entry for t in taken if t.entry is not None and t.entry.kind == "strength"]
    return tuple(n for entry in entries for n in months_missing(workspace.engine, store, entry))


def _notices(taken: Sequence[Taken]) -> tuple[Notice, ...]:
    notices = [
        Notice(code="other-kind", message=f"{t.source.name}: passed over: {t.passed_over}.")
        for t in taken
        if t.passed_over is not None
    ]
    undeclared = sum(
        1 for t in taken if t.entry is not None and t.entry.release is None and not t.held_already
    )
    if undeclared:
        notices.append(
            Notice(
                code="release-unknown",
                message=f"{undeclared} files came without a release date; say --release DATE to "
                f"use them with --known-at and to let a later release replace them.",
            )
        )
    return tuple(notices)
