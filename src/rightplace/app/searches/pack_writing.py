"""Writing a pack out: page, paper and data, all as a panel may see it."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from rightplace.app.searches.pack_document import pack_document
from rightplace.app.searches.pack_rates import rates_of
from rightplace.app.searches.pack_slice import BEFORE, NOW, SERIES
from rightplace.app.searches.pack_withholding import FINDS, Figure, is_told
from rightplace.app.searches.pack_words import place_words
from rightplace.app.searches.report_result import PackOutput
from rightplace.briefing.stamp import PLACE_NOT_PERSON, SYNTHETIC_SENTENCE
from rightplace.briefing.text import clean, defused
from rightplace.core.canonical import bytes_digest, plain
from rightplace.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from rightplace.app.searches.pack_made import PackCounts
    from rightplace.app.workspace import Workspace
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
    from rightplace.briefing.searches.page import pack_page
    from rightplace.briefing.searches.paper import pack_pdf
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
            pages: int | None = None
            if form == "html":
                content = pack_page(document).encode()
            elif form == "pdf":
                content, pages = pack_pdf(document)
            else:
                content = figures_csv(kept, parts.counts, marking=marking).encode()
            path = folder / ("figures.csv" if form == "csv" else f"pack.{form}")
            path.write_bytes(content)
            written.append(
                PackOutput(path=str(path), kind=form, pages=pages, sha256=bytes_digest([content]))
            )
    except OSError as error:
        msg = f"The pack cannot be written: {error.strerror}."
        remedy = "Free some space, or choose another --out."
        raise StorageError(msg, file=folder, remedy=remedy) from error
    return tuple(written)


def figures_csv(record: dict[str, Any], counts: PackCounts, *, marking: str) -> str:
    """Return every figure that panels see as CSV; a withheld one has no number and says so."""
    notice = f"{SYNTHETIC_SENTENCE} " if record["result"]["synthetic"] else ""
    origin = (str(record["id"]), clean(marking), f"{notice}{PLACE_NOT_PERSON}")
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\r\n")  # RFC 4180
    writer.writerow((*HEADER, "withheld", "run", "marking", "notice"))
    for row in _figures(counts):
        writer.writerow([defused(clean(str(each))) if each != "" else "" for each in row]
                        + [defused(each) for each in origin])  # fmt: skip
    return sink.getvalue()


def _figures(counts: PackCounts) -> Iterator[tuple[object, ...]]:
    for span in (NOW, BEFORE, SERIES):
        for key, each in sorted(counts.spans[span].items()):
            if (key.characteristic == "month") != (span == SERIES):
                continue
            for measure in ("searches", *FINDS):
                if not is_told(key, measure) or (span == SERIES and measure in FINDS):
                    continue
                hidden = Figure(span, key, measure) in counts.hidden or (
                    measure in FINDS and Figure(span, key, f"not {measure}") in counts.hidden
                )
                n = "" if hidden else getattr(each, measure)
                name = place_words(key.place) if key.place else "all"
                yield (
                    span, key.place, name, key.power or "all", key.characteristic or "all",
                    key.value, measure, n, "withheld" if hidden else "",
                )  # fmt: skip
