"""Runs: every forecast, plan or backtest as one folder that says how it came about.

``runs/<id>/`` holds ``run.json`` and Parquet tables. The id is a kind prefix and 12 hex digits
of a digest over code version, settings, inputs, seed and as-of date: the same inputs give the
same id and the same bytes. Only ``made_at`` knows the clock, and it stands outside the digest.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rightplace._version import __version__
from rightplace.core.canonical import bytes_digest, canonical_json, digest, file_digest, plain
from rightplace.errors import BadInputError, NotHeldError, RightplaceError, StorageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

PREFIXES = {
    "forecast": "f",
    "plan": "p",
    "backtest": "b",
    "association": "a",
    "aftermath": "m",
    "dosage": "d",
    "monitor": "w",
    "surge": "s",
    "routes": "r",
    "roster": "o",
    "hot_spots": "t",
    "release": "x",
    "sign_off": "g",
    "picture": "c",
    "searches": "q",
    "evaluation": "e",
    "trial": "n",
    "effect_proposal": "u",
    "effect_approval": "v",
    "investigation": "i",
    "workforce": "h",
}
_ID_DIGITS = 12
MAKE_AGAIN = "Make the run again: the same inputs give the same run."


@cache
def code_version() -> str:
    """Return the package version and a digest of the source that is really running."""
    root = Path(__file__).resolve().parent.parent
    sources = sorted(
        path
        for path in root.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
    )
    pieces = (
        piece
        for path in sources
        for piece in (path.relative_to(root).as_posix().encode(), path.read_bytes())
    )
    return f"{__version__}+{bytes_digest(pieces)[:12]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunInput:
    """One thing a run was made from.

    Parameters
    ----------
    source
        The file as the user named it, or the id of the run or study area read.
    release
        Date on which the publisher released it, or None where that was never declared.
    sha256
        Digest of its bytes.
    """

    source: str
    release: date | None
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """How a result came about: enough to make it again, byte for byte."""

    id: str
    kind: str
    code_version: str
    settings: dict[str, Any]
    inputs: tuple[RunInput, ...]
    as_of: date
    known_at: date | None
    seed: int
    made_at: datetime
    warnings: tuple[dict[str, str], ...] = ()
    result: dict[str, Any] | None = None

    @property
    def settings_hash(self) -> str:
        """Digest of the settings, 64 hex digits."""
        return digest(self.settings)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecipe:
    """Everything that decides the bytes of a run, and nothing else."""

    kind: str
    settings: dict[str, Any]
    inputs: tuple[RunInput, ...]
    as_of: date
    known_at: date | None
    seed: int

    @property
    def id(self) -> str:
        """Kind prefix and 12 hex digits."""
        return f"{PREFIXES[self.kind]}-{digest([plain(self), code_version()])[:_ID_DIGITS]}"

    def record(
        self,
        made_at: datetime,
        *,
        result: dict[str, Any],
        warnings: tuple[dict[str, str], ...] = (),
    ) -> RunRecord:
        """Return the record of a run made by this recipe."""
        return RunRecord(
            id=self.id,
            kind=self.kind,
            code_version=code_version(),
            settings=self.settings,
            inputs=self.inputs,
            as_of=self.as_of,
            known_at=self.known_at,
            seed=self.seed,
            made_at=made_at,
            warnings=warnings,
            result=result,
        )


def write_run(runs: Path, record: RunRecord, *, tables: Callable[[Path], None]) -> Path:
    """Write a run aside and rename it into place; return its folder.

    Parameters
    ----------
    runs
        Folder that holds all runs.
    record
        What ``run.json`` will hold.
    tables
        Called with a folder in which to write the run's tables.

    Raises
    ------
    RightplaceError
        If ``tables`` raises one; no part of the run is left.
    StorageError
        If the disk refuses a write; no part of the run is left.

    Notes
    -----
    A run that already stands is replaced: same id means same inputs, so same tables.
    """
    final = runs / record.id
    # Not a temporary folder of the system's: those are closed to the rest of the team.
    aside, old = (runs / f".{what}-{record.id}-{os.getpid()}" for what in ("part", "old"))
    try:
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        tables(aside)
        content = plain(record) | {
            "settings_hash": record.settings_hash,
            "tables": {path.name: file_digest(path) for path in sorted(aside.iterdir())},
        }
        (aside / "run.json").write_text(canonical_json(content) + "\n", encoding="utf-8")
        if final.exists():
            final.replace(old)
        aside.replace(final)
    except RightplaceError:
        raise
    except OSError as error:
        msg = f"The disk refused to take run {record.id}: {error.strerror}."
        remedy = "Free some space and run the command again; what was held before is untouched."
        raise StorageError(msg, file=runs, remedy=remedy) from error
    finally:
        if old.exists() and not final.exists():
            old.replace(final)
        shutil.rmtree(aside, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
    return final


def read_run(runs: Path, run_id: str) -> dict[str, Any]:
    """Return the content of a run's ``run.json``.

    Raises
    ------
    NotHeldError
        If no run has that id.
    BadInputError
        If it is damaged, or what decides its id was changed.
    """
    path = runs / run_id / "run.json"
    if Path(run_id).name != run_id or not path.is_file():
        held = sorted(p.name for p in runs.glob("[!.]*-*") if p.is_dir())
        shown = f"It holds {', '.join(held[-5:])}." if held else "It holds no run yet."
        msg = f"No run {run_id!r} in this workspace."
        raise NotHeldError(msg, value=run_id, remedy=shown)
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        msg = f"The record of run {run_id} is damaged: {error}."
        raise BadInputError(msg, file=path, remedy=MAKE_AGAIN) from error
    if not _is_of_its_id(content, run_id):
        msg = f"The record of run {run_id} was changed since it was made."
        raise BadInputError(msg, file=path, remedy=MAKE_AGAIN)
    return content


def read_run_of(runs: Path, run_id: str, *, kind: str) -> dict[str, Any]:
    """Return the content of a run's ``run.json``, if the run is of a kind.

    Raises
    ------
    NotHeldError
        If it is of another.
    """
    record = read_run(runs, run_id)
    if record["kind"] != kind:
        msg = f"{run_id} is a {record['kind']}, not a {kind}."
        remedy = f"Name a {kind} ({PREFIXES[kind]}-...)."
        raise NotHeldError(msg, value=run_id, remedy=remedy)
    return record


def check_table(runs: Path, run_id: str, name: str) -> Path:
    """Return the path of a run's table, which is as it was when the run was made.

    Raises
    ------
    BadInputError
        If it is missing, or not the one that the record names.
    """
    path = runs / run_id / name
    made = read_run(runs, run_id).get("tables", {}).get(name)
    if not path.is_file() or file_digest(path) != made:
        what = "was changed since it was made" if path.is_file() else "is missing"
        msg = f"The table {name!r} of run {run_id} {what}."
        raise BadInputError(msg, file=path, remedy=MAKE_AGAIN)
    return path


def _is_of_its_id(content: object, run_id: str) -> bool:
    """Return whether what decides a run's id still gives this one."""
    names = [field.name for field in fields(RunRecipe)]
    if not isinstance(content, dict) or not {*names, "code_version"} <= content.keys():
        return False
    recipe = {name: content[name] for name in names}
    return run_id.partition("-")[2] == digest([recipe, content["code_version"]])[:_ID_DIGITS]
