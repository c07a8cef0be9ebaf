"""What became of each file that is held: read = stored + quarantined + superseded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rightplace.app.workspace import Workspace
    from rightplace.crime.holdings import Entry
    from rightplace.engines.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonCount:
    """Rows that share a reason."""

    code: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """What became of one file: read = stored + quarantined + superseded.

    Parameters
    ----------
    refused
        Whether the whole file was refused; then nothing of it is held.
    reasons
        Why rows were quarantined or superseded, or the file refused.
    """

    path: str
    sha256: str
    mapping: str
    kind: str
    release: str | None
    read: int
    stored: int
    quarantined: int
    superseded: int
    refused: bool
    reasons: tuple[ReasonCount, ...]
    message: str | None = None


def report(entry: Entry, *, standing: int) -> FileReport:
    """Return a held or refused file's account; what does not stand any more is superseded."""
    quarantined = sum(entry.quarantined.values())
    superseded = dict(entry.superseded)
    later = entry.read - quarantined - sum(superseded.values()) - standing
    if later:
        superseded["newer_release"] = later
    reasons = [*entry.quarantined.items(), *superseded.items()]
    if entry.refused is not None:
        reasons = [("refused", entry.read)]
    return FileReport(
        path=entry.path,
        sha256=entry.sha256,
        mapping=entry.mapping,
        kind=entry.kind,
        release=None if entry.release is None else entry.release.isoformat(),
        read=entry.read,
        stored=standing,
        quarantined=quarantined,
        superseded=sum(superseded.values()),
        refused=entry.refused is not None,
        reasons=tuple(ReasonCount(code=code, count=count) for code, count in reasons),
        message=entry.refused,
    )


def standing_rows(workspace: Workspace, store: Store, kind: str) -> dict[str, int]:
    """Return the rows of each entry of a kind that stand now."""
    from rightplace.crime.holdings import entries_of, holdings
    from rightplace.crime.standing import rows_by_entry, standing

    held = holdings(entries_of(store.manifest()), kind=kind)
    if any(entry.upsert for entry in held.entries):
        return rows_by_entry(workspace.engine, standing(workspace.engine, store, held))
    return {entry.entry_id: held.rows_standing(entry) for entry in held.entries}
