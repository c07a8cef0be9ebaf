"""What is held, and which of it stands: one population and month is counted once.

A file's months supersede the same months of an earlier release, wherever what they cover
overlaps. What stands is worked out from the manifest for any ``known_at``; nothing is deleted.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NO_RELEASE = date.min


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """The rows of one population and month in one file.

    Parameters
    ----------
    population
        ``publisher/force/kind``, and the part of a split table.
    month
        ``YYYY-MM`` on the local clock.
    rows
        Sound rows of the file in it.
    same_as
        The entry that holds these very rows already, or None; then nothing is stored.
    """

    population: str
    month: str
    rows: int
    same_as: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One ingested file, as the manifest holds it.

    Parameters
    ----------
    extent
        Areas that a polygon extract covers, or empty where it covers all its force.
    superseded
        Rows of the file that were held already when it came, by reason.
    """

    entry_id: str
    kind: str
    path: str
    sha256: str
    mapping: str
    mapping_sha256: str
    publisher: str
    release: date | None
    upsert: bool
    dense: bool
    read: int
    quarantined: dict[str, int]
    superseded: dict[str, int]
    partitions: tuple[Partition, ...]
    extent: tuple[str, ...] = ()
    code_version: str = ""
    refused: str | None = None

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> Self:
        """Return the entry that the manifest writes as JSON."""
        release = content["release"]
        return cls(
            **content
            | {
                "release": None if release is None else date.fromisoformat(release),
                "partitions": tuple(Partition(**p) for p in content["partitions"]),
                "extent": tuple(content["extent"]),
            }
        )

    def to_json(self) -> dict[str, Any]:
        """Return the entry as the manifest writes it."""
        content = asdict(self)
        return content | {"release": None if self.release is None else self.release.isoformat()}

    @property
    def order(self) -> date:
        """Where it stands among releases; one that was never declared comes first."""
        return self.release or NO_RELEASE

    @property
    def is_held(self) -> bool:
        """Whether it was taken in, not refused."""
        return self.refused is None

    def overlaps(self, other: Entry) -> bool:
        """Return whether two files of one population cover common ground."""
        return not self.extent or not other.extent or not set(self.extent).isdisjoint(other.extent)

    def covers(self, other: Entry) -> bool:
        """Return whether this file covers all the ground of the other."""
        return not self.extent or (bool(other.extent) and set(self.extent) >= set(other.extent))


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """What stands of one kind: entries, and the months of each that a later release replaced."""

    entries: tuple[Entry, ...]
    replaced: frozenset[tuple[str, str, str]] = frozenset()
    left_out: tuple[Entry, ...] = ()
    by_reference: dict[str, int] = field(default_factory=dict)

    def rows_standing(self, entry: Entry) -> int:
        """Return how many of a file's rows stand by month; records sent again come off beside."""
        return sum(
            p.rows
            for p in entry.partitions
            if p.same_as is None and (entry.entry_id, p.population, p.month) not in self.replaced
        )

    @property
    def releases(self) -> list[str]:
        """The declared releases among the entries, in order, each once."""
        return sorted({e.release.isoformat() for e in self.entries if e.release is not None})


def entries_of(manifest: Iterable[dict[str, Any]]) -> list[Entry]:
    """Return the manifest's entries."""
    return [Entry.from_json(content) for content in manifest]


def holdings(entries: Sequence[Entry], *, kind: str, known_at: date | None = None) -> Holdings:
    """Return what stands of a kind.

    Parameters
    ----------
    entries
        All entries of the manifest, oldest first.
    kind
        ``crimes``, ``searches`` and so on.
    known_at
        Only releases up to this day; files whose release was never declared are left out then,
        because nobody can say that they were known.
    """
    held = [e for e in entries if e.kind == kind and e.is_held]
    if known_at is None:
        known, left_out = held, []
    else:
        known = [e for e in held if e.release is not None and e.release <= known_at]
        left_out = [e for e in held if e.release is None]
    return Holdings(
        entries=tuple(known), replaced=frozenset(_replaced(known)), left_out=tuple(left_out)
    )


def _replaced(entries: Sequence[Entry]) -> Iterable[tuple[str, str, str]]:
    """Yield (entry, population, month) for each month that a later release replaced."""
    by_month: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        if entry.upsert:
            continue
        for partition in entry.partitions:
            if partition.same_as is None:
                by_month.setdefault((partition.population, partition.month), []).append(entry)
    for (population, month), rivals in by_month.items():
        for older in rivals:
            if any(newer.order > older.order and newer.overlaps(older) for newer in rivals):
                yield older.entry_id, population, month
