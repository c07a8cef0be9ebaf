"""Taking a file in: all of it or nothing, and every row accounted for.

read = stored + quarantined + superseded, for each file, at any time. A file whose rows differ
from what is held for the same population and months, with no release to say which is newer, is
refused and named beside the other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import ibis

from rightplace.core.canonical import digest
from rightplace.core.runs import code_version
from rightplace.crime import normalise, quarantine, search_rows, totals
from rightplace.crime.conflicts import declare, settle_rivals
from rightplace.crime.holdings import Entry, Partition, entries_of, holdings
from rightplace.crime.mapping import recognise, shipped
from rightplace.crime.offences import CategoryWords, category_words
from rightplace.crime.points import with_degrees
from rightplace.crime.reading import columns_of, read
from rightplace.crime.wide import lengthen
from rightplace.errors import BadInputError, RightplaceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date
    from pathlib import Path

    from rightplace.crime.mapping import Mapping
    from rightplace.crime.reading import RawTable
    from rightplace.crime.sources import SourceFile
    from rightplace.engines.engine import Engine
    from rightplace.engines.store import Store, Writer

WITH_CRIMES = frozenset({"outcomes", "area_counts"})
SORT = ("month", "lsoa", "row_number", "cell")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of one file.

    Parameters
    ----------
    entry
        As the manifest holds it; None where the file was passed over or refused.
    error
        Why it was refused, or None.
    passed_over
        Why it was not for this command, or None.
    """

    source: SourceFile
    entry: Entry | None = None
    held_already: bool = False
    error: RightplaceError | None = None
    passed_over: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """How files are to be taken in.

    Parameters
    ----------
    kind
        ``crimes``, ``searches`` or ``strength``; ``crimes`` takes outcomes and counts by area too.
    mapping
        The mapping that the user named, or None to recognise each file.
    release
        The release that the user declared for these files, or None.
    """

    store: Store
    engine: Engine
    kind: str
    mapping: Mapping | None = None
    release: date | None = None

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of file that belong to this command."""
        return WITH_CRIMES | {self.kind} if self.kind == "crimes" else frozenset({self.kind})


def take_in(
    intake: Intake,
    sources: Iterable[SourceFile],
    *,
    progress: Callable[[SourceFile], None] = lambda _: None,
) -> list[Taken]:
    """Take files in, one whole file at a time; return what became of each.

    A refused file does not stop the others. Each file is committed before the next is begun.
    """
    done = []
    with intake.store.writing() as writer:
        for source in sources:
            progress(source)
            done.append(_take_one(intake, source, writer))
    return done


def choose_mapping(intake: Intake, source: SourceFile) -> Mapping:
    """Return the mapping for a file: the one named, else the one its columns are recognised by.

    Raises
    ------
    BadInputError
        If no shipped mapping fits the columns.
    """
    if intake.mapping is not None:
        if intake.mapping.format != source.form:
            msg = f"Mapping {intake.mapping.name} reads {intake.mapping.format}, not {source.form}."
            raise BadInputError(msg, file=source.name, remedy="Name another mapping.")
        return intake.mapping
    columns = columns_of(source)
    found = recognise(columns, form=source.form)
    if found is None:
        candidates = [m for m in shipped().values() if m.format == source.form and m.recognise]
        closest = max(candidates, key=lambda m: len(set(m.recognise) & set(columns)))
        missing = [c for c in closest.recognise if c not in columns]
        msg = f"No shipped mapping fits its columns ({', '.join(columns[:6])}, ...)."
        if len(missing) < len(closest.recognise):
            msg += f" The closest, {closest.name}, misses {', '.join(map(repr, missing))}."
        remedy = "Write a mapping (docs/mappings.md) and name it with --mapping."
        raise BadInputError(msg, file=source.name, row=0, remedy=remedy)
    return found


def _take_one(intake: Intake, source: SourceFile, writer: Writer) -> Taken:
    try:
        mapping = choose_mapping(intake, source)
        if mapping.kind not in intake.kinds:
            verb = "crimes" if mapping.kind in WITH_CRIMES else mapping.kind
            reason = f"it holds {mapping.kind}; take it in with `rightplace ingest {verb}`"
            return Taken(source=source, passed_over=reason)
        return _store_file(intake, source, mapping, writer=writer)
    except BadInputError as error:
        _remember_refusal(intake, source, error, writer=writer)
        return Taken(source=source, error=error)


def _remember_refusal(
    intake: Intake, source: SourceFile, error: BadInputError, *, writer: Writer
) -> None:
    """Keep in the manifest that a file was refused, so that ``status`` can say so."""
    entry = Entry(
        entry_id="refused-" + digest([source.name, intake.kind])[:16],
        kind=intake.kind,
        path=source.name,
        sha256="",
        mapping="",
        mapping_sha256="",
        publisher="",
        release=intake.release,
        upsert=False,
        dense=False,
        read=0,
        quarantined={},
        superseded={},
        partitions=(),
        refused=str(error),
    )
    _commit(intake.store, writer, entry)


def _commit(store: Store, writer: Writer, entry: Entry) -> None:
    """Put an entry in the manifest, in the place it had, without a refusal of its path."""
    manifest = store.manifest()
    content = entry.to_json()
    kept = [
        content if e["entry_id"] == entry.entry_id else e
        for e in manifest
        if e["entry_id"] == entry.entry_id or not (e["refused"] and e["path"] == entry.path)
    ]
    entries = kept if content in kept else [*kept, content]
    if entries != manifest:
        writer.commit(entries)


def _entry_id(source: SourceFile, mapping: Mapping) -> str:
    return digest([source.sha256, mapping.digest])[:16]


def _store_file(intake: Intake, source: SourceFile, mapping: Mapping, *, writer: Writer) -> Taken:
    held = entries_of(intake.store.manifest())
    entry_id = _entry_id(source, mapping)
    known = next((e for e in held if e.entry_id == entry_id), None)
    if known is not None:
        return _held_already(intake, source, known, writer=writer)
    raw = read(source, mapping)
    if mapping.kind == "area_counts":
        raw = lengthen(raw, mapping, file=source.name)
    blank = _blank_entry(intake, source, mapping, entry_id=entry_id, raw=raw)
    part = writer.part(intake.store.table_path(entry_id))
    try:
        return _store_rows(intake, source, mapping, raw=raw, entry=blank, part=part, writer=writer)
    finally:
        part.unlink(missing_ok=True)


def _held_already(intake: Intake, source: SourceFile, known: Entry, *, writer: Writer) -> Taken:
    """Answer for a file whose very bytes are held; a release declared only now is noted."""
    if intake.release is not None and intake.release != known.release:
        known = declare(
            known,
            intake.release,
            entries=entries_of(intake.store.manifest()),
            engine=intake.engine,
            store=intake.store,
        )
    _commit(intake.store, writer, known)
    return Taken(source=source, entry=known, held_already=True)


def _blank_entry(
    intake: Intake, source: SourceFile, mapping: Mapping, *, entry_id: str, raw: RawTable
) -> Entry:
    return Entry(
        entry_id=entry_id,
        kind=mapping.kind,
        path=source.name,
        sha256=source.sha256,
        mapping=mapping.name,
        mapping_sha256=mapping.digest,
        publisher=mapping.publisher,
        release=intake.release,
        upsert=mapping.upsert,
        dense=mapping.dense,
        read=raw.read,
        quarantined={},
        superseded={},
        partitions=(),
        extent=_extent(source, mapping, raw),
        code_version=code_version(),
    )


def _extent(source: SourceFile, mapping: Mapping, raw: RawTable) -> tuple[str, ...]:
    """Return the areas a polygon extract covers, from its column or its members' names."""
    rule = mapping.population
    if rule.extent_column is not None:
        areas = raw.rows[rule.extent_column].unique().to_pylist()
        return tuple(sorted(str(area) for area in areas if area))
    if rule.extent_pattern is not None:
        found = [re.search(rule.extent_pattern, member.name) for member in source.members]
        return tuple(sorted({match[1] for match in found if match}))
    return ()


def _named(source: SourceFile, pattern: str | None) -> str | None:
    name = source.members[0].name if len(source.members) > 1 else source.name
    match = re.search(pattern, name.rsplit("/", 1)[-1]) if pattern else None
    return match[1] if match else None


def _force(source: SourceFile, mapping: Mapping) -> str | None:
    """Return the force that the file's name or its mapping gives.

    Raises
    ------
    BadInputError
        If the mapping looks for it in the name, and the name does not say.
    """
    rule = mapping.population
    if rule.force_pattern is None:
        return rule.force
    named = _named(source, rule.force_pattern)
    if named is None and rule.force is None:
        msg = "The file's name does not say which force it is of."
        remedy = (
            "Name it as published (2018-08-metropolitan-stop-and-search.csv), or give the force "
            "in a mapping."
        )
        raise BadInputError(msg, file=source.name, remedy=remedy)
    return named or rule.force


def _words(mapping: Mapping) -> dict[str, str]:
    """Return the offence class of each published word, the mapping's own words first."""
    own = dict(CategoryWords.of(mapping.name, mapping.category_words.items()).classes)
    if mapping.categories is None:
        return own
    return dict(category_words(mapping.categories).classes) | own


def normalised(source: SourceFile, mapping: Mapping, raw: RawTable) -> ibis.Table:
    """Return every row of a file as ours, sound or with its reason, not yet computed."""
    table = ibis.memtable(with_degrees(raw.rows, mapping, file=source.name))
    force = _force(source, mapping)
    part = _named(source, mapping.population.part_pattern)
    if mapping.kind == "crimes":
        words = _words(mapping)
        return normalise.crimes(table, mapping, words=words, force=force, part=part)
    if mapping.kind == "area_counts":
        classes = normalise.classes(_words(mapping))
        return totals.area_counts(table, mapping, words=classes, force=force)
    if mapping.kind == "strength":
        return totals.strength(table, mapping, force=force)
    if mapping.kind == "outcomes":
        return normalise.outcomes(table, mapping, force=force, part=part)
    return search_rows.searches(table, mapping, force=force, part=part)


def _store_rows(  # noqa: PLR0913 - one step of one transaction; all six are its facts
    intake: Intake,
    source: SourceFile,
    mapping: Mapping,
    *,
    raw: RawTable,
    entry: Entry,
    part: Path,
    writer: Writer,
) -> Taken:
    engine, store = intake.engine, intake.store
    rows = normalised(source, mapping, raw)
    sound = rows.filter(rows.reason.isnull()).drop("reason")
    sound = sound.mutate(entry=ibis.literal(entry.entry_id))
    if mapping.record_id is not None:
        sound = _first_of_each_record(sound)
    engine.write(sound.order_by(*(c for c in SORT if c in sound.columns)), part)
    written = engine.parquet([part])
    if mapping.kind == "strength":
        totals.check_months_once(engine, written, file=source.name)
    partitions = _partitions(engine, written)
    all_sound = sum(p.rows for p in partitions) == raw.rows.num_rows
    faulty = None if all_sound else rows.filter(rows.reason.notnull())
    set_aside = quarantine.collect(engine, faulty, raw, source=source.name, mapping=mapping)
    entry = replace(entry, partitions=partitions, quarantined=set_aside.counts)
    entry = _count_repeats(entry)
    held = holdings(entries_of(store.manifest()), kind=entry.kind)
    entry = settle_rivals(entry, written, held=held, engine=engine, store=store)
    stored = [p for p in entry.partitions if p.same_as is None]
    if stored and len(stored) < len(entry.partitions):
        _rewrite_without(engine, part, entry)
    quarantine.write(store, writer, entry.entry_id, set_aside)
    if stored:
        writer.settle(part, store.table_path(entry.entry_id))
    _commit(store, writer, entry)
    return Taken(source=source, entry=entry)


def _first_of_each_record(rows: ibis.Table) -> ibis.Table:
    """Keep the first row of each record id: a record on a border is in both polygons' replies."""
    per_record = ibis.window(group_by="record_id", order_by="row_number")
    numbered = rows.mutate(nth=ibis.row_number().over(per_record))
    kept = numbered.filter((numbered.nth == 0) | numbered.record_id.isnull())
    return kept.drop("nth")


def _count_repeats(entry: Entry) -> Entry:
    """Count the rows that were neither quarantined nor written: records seen already."""
    sound = entry.read - sum(entry.quarantined.values())
    repeats = sound - sum(p.rows for p in entry.partitions)
    return replace(entry, superseded={"same_record": repeats} if repeats else {})


def _partitions(engine: Engine, rows: ibis.Table) -> tuple[Partition, ...]:
    counts = engine.run(
        rows.group_by("population", "month").agg(n=rows.count()).order_by("population", "month")
    )
    return tuple(
        Partition(population=row["population"], month=f"{row['month']:%Y-%m}", rows=row["n"])
        for row in counts.to_pylist()
    )


def _rewrite_without(engine: Engine, part: Path, entry: Entry) -> None:
    """Write the part file anew without the months that are held already."""
    import pyarrow as pa  # noqa: PLC0415 - beside its one use
    import pyarrow.compute as pc  # noqa: PLC0415 - as above

    rows = engine.run(engine.parquet([part]))
    held = [f"{p.population} {p.month}" for p in entry.partitions if p.same_as is not None]
    key = pc.binary_join_element_wise(rows["population"], pc.strftime(rows["month"], "%Y-%m"), " ")
    kept = rows.filter(pc.invert(pc.is_in(key, pa.array(held))))
    engine.write(engine.arrow(kept), part)
