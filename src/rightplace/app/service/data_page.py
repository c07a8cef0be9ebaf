"""Use case: what is held, what is missing, what was refused: month by month and file by file."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePath
from threading import Lock
from typing import TYPE_CHECKING

from rightplace.app.service.jobs_inbox import without_folders
from rightplace.app.status import StatusResult, months_in_words, status
from rightplace.core.time import Month
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from rightplace.app.held import FileReport
    from rightplace.app.service.person import Person
    from rightplace.app.status import SourceCoverage
    from rightplace.app.workspace import Workspace

SHADES = 5
FILES_ON_A_PAGE = 50
MONTHS = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip
OTHER_REASONS = {
    "newer_release": "a newer release of the same months stands instead",
    "same_release": "the same bytes are held already",
    "same_record": "the same record stands once",
    "refused": "the whole file was refused",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthCell:
    """A month of a source.

    Parameters
    ----------
    words
        How many rows, or that there is no data; empty outside the source's first and last month.
    note
        What is odd about it: nearly empty, or categories that it lacks.
    shade
        ``1`` (few rows) to ``5`` (as many as its fullest month), ``no-data``, or empty.
    """

    month: str
    words: str
    note: str
    shade: str


@dataclass(frozen=True, slots=True, kw_only=True)
class YearRow:
    """A year of a source: twelve months."""

    year: int
    cells: tuple[MonthCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCard:
    """A source: its calendar, newest year first, and what is missing, in sentences."""

    name: str
    summary: str
    years: tuple[YearRow, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLine:
    """What became of one file: read = stored + quarantined + superseded.

    Parameters
    ----------
    name
        Without the folders that it lay in.
    adds_up
        Whether the sum is right.
    reasons
        Why rows were not stored, with counts; never what a row says.
    refused
        Why the whole file was refused; to who may not take files in, only that it was.
    """

    name: str
    kind: str
    release: str
    read: int
    stored: int
    quarantined: int
    superseded: int
    adds_up: bool
    reasons: tuple[str, ...]
    refused: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonLine:
    """Rows of all files that share a reason."""

    words: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DataWanted:
    """What the page's address asks for.

    Parameters
    ----------
    source
        One source; empty for all.
    search
        Part of a file's name.
    only
        ``refused`` or ``quarantined``: files of which not all stands; empty for all.
    """

    source: str = ""
    search: str = ""
    only: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DataPage:
    """What is held, what is missing, what was refused."""

    sources: tuple[SourceCard, ...]
    names: tuple[str, ...]
    files: tuple[FileLine, ...]
    n_files: int
    page: int
    pages: int
    quarantined: tuple[ReasonLine, ...]
    sums: tuple[int, int, int, int]
    n_missing: int
    n_refused: int
    wanted: DataWanted
    may_ingest: bool
    is_synthetic: bool


@dataclass(slots=True)
class HeldData:
    """What a workspace holds, worked out once for each state of its manifest.

    Parameters
    ----------
    workspace
        Whose data.
    """

    workspace: Workspace
    lock: Lock = field(default_factory=Lock)
    known: tuple[tuple[int, int, int], StatusResult] | None = None

    def status(self) -> StatusResult:
        """Return what is held now."""
        with self.lock:
            state = self._state()
            if self.known is None or self.known[0] != state:
                self.known = state, status(self.workspace).result
            return self.known[1]

    def _state(self) -> tuple[int, int, int]:
        path = self.workspace.store.manifest_path
        if not path.exists():
            return (0, 0, 0)
        about = path.stat()
        return (about.st_ino, about.st_mtime_ns, about.st_size)

    @property
    def is_synthetic(self) -> bool:
        """Whether invented records are held."""
        from rightplace.app.evidence import SYNTHETIC

        return any(each.source.startswith(SYNTHETIC) for each in self.status().sources)

    def newest_day(self) -> str:
        """Return the last day of the newest month of recorded crime; empty where none is held."""
        ends = [each.to for each in self.status().sources if "crimes" in each.source.split("/")]
        ends = ends or [each.to for each in self.status().sources]
        return Month.parse(max(ends)).last.isoformat() if ends else ""


def read_data(held: HeldData, *, person: Person, wanted: DataWanted) -> DataPage:
    """Return what is held, missing and refused; counts only, never what a row says.

    Parameters
    ----------
    held
        The workspace's data.
    person
        Who asks: their role must let them see data.
    wanted
        Which sources and files.
    """
    person.check(Permission.SEE_DATA)
    found = held.status()
    may_ingest = person.may(Permission.INGEST)
    cards = tuple(_card(each) for each in found.sources if wanted.source in {"", each.source})
    files = [each for each in found.files if _is_wanted(each, wanted)]
    pages = max(1, -(-len(files) // FILES_ON_A_PAGE))
    page = min(wanted.page, pages)
    shown = files[(page - 1) * FILES_ON_A_PAGE : page * FILES_ON_A_PAGE]
    taken = [each for each in files if not each.refused]
    return DataPage(
        sources=cards,
        names=tuple(each.source for each in found.sources),
        files=tuple(_file(each, _refusal(each, held, may_ingest=may_ingest)) for each in shown),
        n_files=len(files),
        page=page,
        pages=pages,
        quarantined=_reasons(taken),
        sums=(
            sum(each.read for each in taken),
            sum(each.stored for each in taken),
            sum(each.quarantined for each in taken),
            sum(each.superseded for each in taken),
        ),
        n_missing=sum(len(card.missing) for card in cards),
        n_refused=sum(each.refused for each in files),
        wanted=wanted,
        may_ingest=may_ingest,
        is_synthetic=held.is_synthetic,
    )


def _is_wanted(file: FileReport, wanted: DataWanted) -> bool:
    if wanted.search.strip().casefold() not in _name(file).casefold():
        return False
    if wanted.only == "refused":
        return file.refused
    return bool(file.quarantined) if wanted.only == "quarantined" else True


def _name(file: FileReport) -> str:
    return PurePath(file.path).name or file.path


def _refusal(file: FileReport, held: HeldData, *, may_ingest: bool) -> str:
    """Return why a whole file was refused, which may tell of a row; empty where it was not."""
    if not file.refused:
        return ""
    if not may_ingest or not file.message:
        return "refused whole"
    return without_folders(file.message, held.workspace)


def _file(file: FileReport, refused: str) -> FileLine:
    return FileLine(
        name=_name(file),
        kind=file.kind,
        release=file.release or "",
        read=file.read,
        stored=file.stored,
        quarantined=file.quarantined,
        superseded=file.superseded,
        adds_up=file.read == file.stored + file.quarantined + file.superseded,
        reasons=tuple(f"{each.count:,}: {reason_words(each.code)}" for each in file.reasons),
        refused=refused,
    )


def reason_words(code: str) -> str:
    """Return why rows do not stand, in words; the code itself where there are none."""
    from rightplace.crime.normalise import REASONS

    return (OTHER_REASONS | REASONS).get(code, code.replace("_", " "))


def _reasons(files: list[FileReport]) -> tuple[ReasonLine, ...]:
    """Return why rows were quarantined, over all files, the most frequent first."""
    from rightplace.crime.normalise import REASONS

    counts: dict[str, int] = {}
    for each in files:
        for reason in each.reasons:
            if reason.code in REASONS:
                counts[reason.code] = counts.get(reason.code, 0) + reason.count
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(ReasonLine(words=reason_words(code), count=n) for code, n in ordered)


def _card(source: SourceCoverage) -> SourceCard:
    setting = source.unknown_setting_share
    unknown = "" if setting is None else f", {setting:.1%} of unknown setting"
    return SourceCard(
        name=source.source,
        summary=f"{source.rows:,} rows, {source.from_} to {source.to}; "
        f"{source.without_place_share:.1%} without a place{unknown}",
        years=_years(source),
        missing=tuple(_missing(source)),
    )


def _missing(source: SourceCoverage) -> list[str]:
    found = []
    if source.gaps:
        found.append(f"No data (not zero): {months_in_words(source.gaps)}.")
    if source.stubs:
        found.append(f"Nearly empty: {months_in_words(source.stubs)}.")
    lacking: dict[str, list[str]] = {}
    for each in source.missing_categories:
        lacking.setdefault(each.category, []).append(each.month)
    found += [f"{name} is missing in {months_in_words(m)}." for name, m in lacking.items()]
    return found


def _years(source: SourceCoverage) -> tuple[YearRow, ...]:
    rows = {each.month: each.rows for each in source.months}
    most = max(rows.values(), default=1)
    first, last = Month.parse(source.from_).year, Month.parse(source.to).year
    notes = _notes(source)
    return tuple(
        YearRow(
            year=year,
            cells=tuple(
                _cell(str(Month(year, number)), rows, most, notes, source)
                for number in range(1, len(MONTHS) + 1)
            ),
        )
        for year in range(last, first - 1, -1)
    )


def _notes(source: SourceCoverage) -> dict[str, str]:
    lacking: dict[str, int] = {}
    for each in source.missing_categories:
        lacking[each.month] = lacking.get(each.month, 0) + 1
    words = {
        month: f"lacks {n} {'category' if n == 1 else 'categories'}" for month, n in lacking.items()
    }
    return words | dict.fromkeys(source.stubs, "nearly empty")


def _cell(
    month: str, rows: dict[str, int], most: int, notes: dict[str, str], source: SourceCoverage
) -> MonthCell:
    if month in rows:
        shade = max(1, -(-rows[month] * SHADES // most))
        note = notes.get(month, "")
        return MonthCell(month=month, words=f"{rows[month]:,}", note=note, shade=str(shade))
    inside = source.from_ < month < source.to
    words, shade_name = ("no data", "no-data") if inside else ("", "")
    return MonthCell(month=month, words=words, note="", shade=shade_name)
