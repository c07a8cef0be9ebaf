"""Community confidence from a survey's file: shares with people asked, date and interval."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from rightplace.app.evaluation.report_result import AnswerShown, ConfidenceShown
from rightplace.errors import BadInputError
from rightplace.powers.searches.rates import wilson

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rightplace.places.study_area import StudyArea

AFTER: Final = timedelta(days=92)
"""How long after an operation a wave still tells of it: one quarter, as the London survey goes."""
_COLUMNS: Final = {
    "date": ("date", "wave", "period"),
    "ward": ("ward", "ward_name", "wardname"),
    "borough": ("borough", "local_authority"),
    "measure": ("measure", "question"),
    "share": ("proportion", "share"),
    "n": ("n", "base", "unweighted_base", "sample", "respondents"),
}
_DAYS: Final = ("%d/%m/%Y", "%Y-%m-%d")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One share of a survey's file."""

    ward: str
    borough: str
    day: date
    measure: str
    share: float
    n: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Which answers are of interest.

    Parameters
    ----------
    first, last
        First day before the operation, and its last.
    smallest
        Fewest people asked for an answer to be shown.
    """

    first: date
    last: date
    smallest: int


def confidence(
    path: Path | None, area: StudyArea, cells: set[str], sought: Sought
) -> ConfidenceShown:
    """Return what people of the treated places said, at the smallest area with enough of them.

    Parameters
    ----------
    path
        A survey's CSV, plain or zipped: date, borough (and ward), measure, share and people
        asked; semicolons and decimal commas are read too. None where none is given.
    area
        The study area.
    cells
        Its treated cells.
    sought
        Dates and the smallest number asked.
    """
    if path is None:
        return _none("no survey was given.")
    wards, boroughs = _names(area, cells, "ward"), _names(area, cells, "borough")
    rows = [row for row in _rows(path) if sought.first <= row.day <= sought.last + AFTER]
    here = [row for row in rows if row.borough.casefold() in boroughs]
    if not here:
        return _none("the survey has no answer of these places in these windows.")
    if all(row.n is None for row in here):
        return _none(
            "the survey's file does not say how many people were asked, so no interval can be had."
        )
    of_ward = [row for row in here if row.ward.casefold() in wards and row.ward]
    for name, some in (("ward", of_ward), ("borough", [row for row in here if not row.ward])):
        enough = [row for row in some if row.n is not None and row.n >= sought.smallest]
        if enough:
            return _shown(name, enough)
    return _none(f"fewer than {sought.smallest} people were asked in every area of these places.")


def _none(why: str) -> ConfidenceShown:
    return ConfidenceShown(words=f"None: {why}", answers=())


def _names(area: StudyArea, cells: set[str], column: str) -> set[str]:
    pairs = zip(area.cells["cell_id"].to_pylist(), area.cells[column].to_pylist(), strict=True)
    return {str(name).casefold() for cell, name in pairs if cell in cells and name}


def _shown(level: str, rows: list[_Row]) -> ConfidenceShown:
    answers = []
    for row in sorted(rows, key=lambda each: (each.measure, each.ward, each.borough, each.day)):
        asked = row.n or 0
        lo, hi = wilson(round(row.share * asked), asked)
        answers.append(
            AnswerShown(
                area=row.ward or row.borough,
                date=row.day.isoformat(),
                measure=row.measure,
                share=row.share,
                n=asked,
                lo=min(lo, row.share),
                hi=max(hi, row.share),
            )
        )
    words = (
        f"By {level}, the smallest area with enough people asked. It stands beside the operation; "
        "whether the operation changed it is not judged here."
    )
    return ConfidenceShown(words=words, answers=tuple(answers))


def _rows(path: Path) -> Iterator[_Row]:
    """Yield the shares of a file; one that lacks date, borough, measure or share is refused.

    Raises
    ------
    BadInputError
        If a column is missing, or a cell cannot be read.
    """
    text = _text(path)
    head = text.partition("\n")[0]
    delimiter = ";" if head.count(";") > head.count(",") else ","
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    heads = {_folded(name): name for name in reader.fieldnames or ()}
    found = {
        key: next((heads[name] for name in names if name in heads), None)
        for key, names in _COLUMNS.items()
    }
    lacking = [key for key in ("date", "borough", "measure", "share") if found[key] is None]
    if lacking:
        msg = f"The survey's file has no column for {' and '.join(lacking)}."
        raise BadInputError(
            msg, file=path, row=0, remedy="Give date, borough, measure, proportion, n."
        )
    for number, row in enumerate(reader, start=1):
        cells = {key: (row[name] or "").strip() if name else "" for key, name in found.items()}
        try:
            yield _Row(
                ward=cells["ward"],
                borough=cells["borough"],
                day=_day(cells["date"]),
                measure=cells["measure"].replace('"', ""),
                share=_share(cells["share"]),
                n=round(_number(cells["n"])) if cells["n"] else None,
            )
        except ValueError as error:
            msg = f"A row of the survey cannot be read: {error}."
            remedy = "Dates as 31/12/2023 or 2023-12-31, proportions from 0 to 1."
            raise BadInputError(msg, file=path, row=number, remedy=remedy) from error


def _text(path: Path) -> str:
    """Return a survey's file as text, out of its archive where it is in one.

    Raises
    ------
    BadInputError
        If it cannot be read, or the archive does not hold exactly one CSV.
    """
    try:
        if path.suffix.casefold() != ".zip":
            return path.read_text(encoding="utf-8-sig")
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.casefold().endswith(".csv")]
            content = archive.read(names[0]) if len(names) == 1 else b""
    except (OSError, UnicodeDecodeError, zipfile.BadZipFile) as error:
        msg = f"The survey's file cannot be read: {error}."
        raise BadInputError(msg, file=path, remedy="Give one CSV, plain or zipped.") from error
    if not content:
        msg = "The archive does not hold exactly one CSV."
        raise BadInputError(msg, file=path, remedy="Give one CSV, plain or zipped.")
    return content.decode("utf-8-sig", "replace")


def _folded(name: str) -> str:
    return re.sub(r"\W+", "_", name.strip().casefold())


def _day(text: str) -> date:
    for form in _DAYS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    msg = f"{text!r} is not a day"
    raise ValueError(msg)


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def _share(text: str) -> float:
    value = _number(text)
    if not 0 <= value <= 1:
        msg = f"{text!r} is not a share from 0 to 1"
        raise ValueError(msg)
    return value
