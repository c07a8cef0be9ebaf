"""Writing a pack out: page, paper and data, all as a panel may see it."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from rightplace.app.searches.pack_document import pack_document
from rightplace.app.searches.pack_rates import rates_of
from rightplace.app.searches.pack_slice import SERIES, SPANS
from rightplace.app.searches.pack_withholding import FINDS, is_hidden, is_told
from rightplace.app.searches.pack_words import place_words
from rightplace.app.searches.report_result import PackOutput
from rightplace.briefing.stamp import PLACE_NOT_PERSON, SYNTHETIC_SENTENCE
from rightplace.briefing.text import clean, defused
from rightplace.core.canonical import bytes_digest, plain
from rightplace.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from rightplace.app.searches.pack_counting import Key
    from rightplace.app.searches.pack_made import PackCounts
    from rightplace.app.searches.pack_slice import Slice
    from rightplace.app.workspace import Workspace
    from rightplace.briefing.searches.values import Pack
    from rightplace.core.runs import RunRecord
    from rightplace.powers.searches.rates import Group


@dataclass(frozen=True, slots=True, kw_only=True)
class PackParts:
    """What a pack is written from.

    Parameters
    ----------
    counts
        Every count, and what is withheld.
    groups
        Searches with their measures, by month, power and borough.
    """

    counts: PackCounts
    groups: tuple[Group, ...]


HEADER = ("span", "place", "place_name", "power", "characteristic", "value", "measure", "n")


def write_pack(
    workspace: Workspace,
    record: RunRecord,
    parts: PackParts,
    folder: Path,
    *,
    formats: Sequence[str],
) -> tuple[PackOutput, ...]:
    """Write the pack in the forms asked for and return the files.

    Parameters
    ----------
    workspace
        Whose settings of marking and small counts hold.
    record
        The run.
    parts
        Its counts and measures.
    folder
        Where the files go; made if absent.
    formats
        ``html``, ``pdf``, ``csv``.

    Raises
    ------
    StorageError
        If the disk refuses a file.
    """
    from rightplace.app.brief.settings import BriefSettings
    from rightplace.powers.searches.settings import SearchSettings

    marking = workspace.settings("brief", BriefSettings).marking
    kept = plain(record)
    settings = workspace.settings("searches", SearchSettings)
    seen = replace(
        parts.counts.seen(least_for_rate=settings.least_for_rate), smallest=settings.least_in_cell
    )
    held = rates_of(parts.groups, seen.months, least=settings.least_for_rate)
    document = pack_document(kept, seen, held, marking=marking)
    written: list[PackOutput] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for form in formats:
            for name, content, pages in _contents(form, document, kept, seen):
                path = folder / name
                path.write_bytes(content)
                digest = bytes_digest([content])
                written.append(PackOutput(path=str(path), kind=form, pages=pages, sha256=digest))
    except OSError as error:
        msg = f"The pack cannot be written: {error.strerror}."
        remedy = "Free some space, or choose another --out."
        raise StorageError(msg, file=folder, remedy=remedy) from error
    return tuple(written)


def _contents(
    form: str, document: Pack, record: Mapping[str, Any], seen: Slice
) -> Iterator[tuple[str, bytes, int | None]]:
    """Yield name, content and pages of each file of a form."""
    from rightplace.briefing.searches.page import pack_page
    from rightplace.briefing.searches.paper import pack_pdf

    if form == "html":
        yield "pack.html", pack_page(document).encode(), None
    elif form == "pdf":
        content, pages = pack_pdf(document)
        yield "pack.pdf", content, pages
    else:
        yield "figures.csv", figures_csv(record, seen, marking=document.marking).encode(), None
        yield "tables.csv", tables_csv(document).encode(), None


def figures_csv(
    record: Mapping[str, Any], seen: Slice, *, marking: str, true_counts: bool = False
) -> str:
    """Return counts as CSV; a withheld one has no number and says so.

    Parameters
    ----------
    record
        Content of the run's ``run.json``.
    seen
        What the reader sees; of a borough its own counts alone.
    marking
        Protective marking.
    true_counts
        Whether small counts stand, and characteristics are crossed with powers in boroughs.
    """
    notice = f"{SYNTHETIC_SENTENCE} " if record["result"]["synthetic"] else ""
    origin = (str(record["id"]), clean(marking), f"{notice}{PLACE_NOT_PERSON}")
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\r\n")  # RFC 4180
    writer.writerow((*HEADER, "withheld", "run", "marking", "notice"))
    for row in _figures(seen, true_counts=true_counts):
        writer.writerow(defused(clean(str(each))) for each in (*row, *origin))
    return sink.getvalue()


def tables_csv(pack: Pack) -> str:
    """Return every table of a pack as CSV, one cell a line, as it is printed."""
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\r\n")  # RFC 4180
    writer.writerow(("section", "table", "row", "column", "value", "run", "marking", "notice"))
    notice = f"{SYNTHETIC_SENTENCE} " if pack.synthetic else ""
    origin = (pack.run_id, pack.marking, f"{notice}{PLACE_NOT_PERSON}")
    for section in pack.sections:
        for table in section.tables:
            for row in table.rows:
                for column, value in zip(table.header[1:], row[1:], strict=True):
                    cells = (section.heading, table.caption, row[0], column, value, *origin)
                    writer.writerow(defused(clean(each)) for each in cells)
    return sink.getvalue()


def _figures(seen: Slice, *, true_counts: bool) -> Iterator[tuple[object, ...]]:
    for span in SPANS:
        for key, each in sorted(seen.counts[span].items()):
            if (key.characteristic == "month") != (span == SERIES) or not _is_asked(key, seen):
                continue
            for measure in ("searches", *FINDS):
                told = true_counts or is_told(key, measure)
                if not told or (span == SERIES and measure in FINDS):
                    continue
                hidden = is_hidden(seen.hidden, span, key, measure)
                yield (
                    span,
                    key.place,
                    place_words(key.place) if key.place else "all",
                    key.power or "all",
                    key.characteristic or "all",
                    key.value,
                    measure,
                    "" if hidden else getattr(each, measure),
                    "withheld" if hidden else "",
                )


def _is_asked(key: Key, seen: Slice) -> bool:
    """Return whether a count is of the place and power that the reader asked for."""
    place = not seen.place or key.place == seen.place
    return place and (not seen.power or key.power == seen.power)
