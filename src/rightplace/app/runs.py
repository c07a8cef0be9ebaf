"""Keeping runs and reading their tables, which lie beside ``run.json``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.core.runs import RunInput, check_table, write_run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa

    from rightplace.app.workspace import Workspace
    from rightplace.core.runs import RunRecord
    from rightplace.crime.holdings import Entry
    from rightplace.places.study_area import StudyArea


def recipe_inputs(entries: Sequence[Entry], area: StudyArea) -> tuple[RunInput, ...]:
    """Return what a forecast is made from: the files that stand, and the study area."""
    files = [RunInput(source=e.path, release=e.release, sha256=e.sha256) for e in entries]
    drawn = RunInput(source=area.area_id, release=None, sha256=area.source.sha256)
    return (*sorted(files, key=lambda f: (f.sha256, f.source)), drawn)


def keep(workspace: Workspace, record: RunRecord, tables: Mapping[str, pa.Table]) -> Path:
    """Write a run with its tables and return its folder."""
    from pyarrow import parquet

    def write_tables(folder: Path) -> None:
        for name, table in tables.items():
            parquet.write_table(table, folder / f"{name}.parquet", compression="zstd")

    return write_run(workspace.runs, record, tables=write_tables)


def read_table(workspace: Workspace, run_id: str, name: str) -> pa.Table:
    """Return a table of a run by its name, such as ``cells``.

    One that is missing, damaged or changed since the run was made is refused as bad input.
    """
    from pyarrow import parquet

    return parquet.read_table(check_table(workspace.runs, run_id, f"{name}.parquet"))
