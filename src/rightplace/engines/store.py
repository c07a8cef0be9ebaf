"""The analytical store: immutable Parquet per ingested file and one manifest.

A change is made of new files under names nobody refers to yet, then of one atomic rename of the
manifest under a file lock. A process killed at any moment leaves all of a file or nothing;
files that no manifest names are swept by the next writer.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from rightplace.core.canonical import canonical_json
from rightplace.core.files import storage_faults, sync, write_whole
from rightplace.errors import BadInputError, BusyWorkspaceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCHEMA = "rightplace/manifest/1"
TABLES, QUARANTINE = "tables", "quarantine"


@dataclass(frozen=True, slots=True)
class Store:
    """A workspace's tables on disk.

    Parameters
    ----------
    root
        The workspace folder; made when first written to.
    wait_seconds
        How long a writer waits for another one before it gives up.
    """

    root: Path
    wait_seconds: float = 10.0

    @property
    def manifest_path(self) -> Path:
        """Where the manifest stands."""
        return self.root / "manifest.json"

    def manifest(self) -> list[dict[str, Any]]:
        """Return the entries of the manifest, oldest first; none in a new workspace.

        Raises
        ------
        BadInputError
            If the manifest is damaged, or not in this version's format.
        """
        if not self.manifest_path.exists():
            return []
        try:
            content = json.loads(self.manifest_path.read_text(encoding="utf-8"))
            schema = content.get("schema")
        except (ValueError, AttributeError) as error:
            msg = "The manifest was changed by hand or damaged; it cannot be read."
            remedy = "Bring it back from a backup, or ingest the files into a new workspace."
            raise BadInputError(msg, file=self.manifest_path, remedy=remedy) from error
        if schema != SCHEMA:
            msg = f"The manifest is of schema {schema!r}, not {SCHEMA!r}."
            raise BadInputError(msg, file=self.manifest_path, remedy="Ingest the files anew.")
        entries: list[dict[str, Any]] = content["entries"]
        return entries

    def table_path(self, entry_id: str) -> Path:
        """Return where the stored rows of an entry stand."""
        return self.root / TABLES / f"{entry_id}.parquet"

    def quarantine_path(self, entry_id: str) -> Path:
        """Return where the quarantined rows of an entry stand."""
        return self.root / QUARANTINE / f"{entry_id}.parquet"

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """Hold the workspace for one writer; a folder that cannot be written to says so.

        Raises
        ------
        BusyWorkspaceError
            If another process holds it for longer than ``wait_seconds``.
        """
        lock = FileLock(self.root / ".lock")
        with storage_faults(self.root):
            for folder in (TABLES, QUARANTINE):
                (self.root / folder).mkdir(parents=True, exist_ok=True)
            try:
                lock.acquire(timeout=self.wait_seconds)
            except Timeout as error:
                waited = f"{self.wait_seconds:g} seconds"
                msg = f"Another command has been writing to {self.root} for more than {waited}."
                remedy = "Wait until it is done and run this one again."
                raise BusyWorkspaceError(msg, file=self.root, remedy=remedy) from error
        try:
            writer = Writer(self)
            writer.sweep()
            yield writer
        finally:
            lock.release()


@dataclass(frozen=True, slots=True)
class Writer:
    """The one process that may change the store now."""

    store: Store

    def sweep(self) -> None:
        """Remove files that a killed writer left and no entry names."""
        named = {entry["entry_id"] for entry in self.store.manifest()}
        for folder in (TABLES, QUARANTINE):
            for path in (self.store.root / folder).iterdir():
                if path.stem not in named or path.suffix != ".parquet":
                    path.unlink()
        for path in self.store.root.glob(".manifest.json.part-*"):
            path.unlink()

    def part(self, final: Path) -> Path:
        """Return a name beside a final one, for a file that is not yet whole."""
        return final.with_name(f".{final.stem}.part")

    def settle(self, part: Path, final: Path) -> None:
        """Make a whole file durable under its final name; no manifest names it yet."""
        with storage_faults(final, part):
            sync(part)
            part.replace(final)
            sync(final.parent)

    def commit(self, entries: list[dict[str, Any]]) -> None:
        """Replace the manifest: from here on, what the entries name is held."""
        content = canonical_json({"schema": SCHEMA, "entries": entries})
        write_whole(self.store.manifest_path, f"{content}\n".encode())
