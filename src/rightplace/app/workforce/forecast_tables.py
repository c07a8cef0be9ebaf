"""Tables of a workforce forecast, as they are kept and exported."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from rightplace.app.surge.tables import export_csv
from rightplace.briefing.stamp import SYNTHETIC_SENTENCE
from rightplace.briefing.text import clean, defused
from rightplace.core.files import write_whole
from rightplace.deploy.workforce.stock import MEASURES
from rightplace.deploy.workforce.targets import reached
from rightplace.deploy.workforce.what_ifs import difference

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from rightplace.app.workforce.forecast import Case, Followed
    from rightplace.app.workforce.result import StrengthMonth, WorkforceResult

DEPLOYABLE_COLUMNS: Final = ("month", "headcount", "fte", "deployable", "lo80", "hi80")
"""What surges and rosters read: means, and the middle 80 % of draws of the deployable."""
_PLAIN: Final = (
    "joiners",
    "leavers",
    "in_training",
    "waiting_for_tutor",
    "tutored",
    "on_probation",
    "established",
    "on_leave",
    "put_off",
    "tutors_needed",
    "tutors_available",
    "tutor_gap_share",
)
_LONGEST_CELL: Final = 60


def tables_of(result: WorkforceResult, case: Case, followed: Followed) -> dict[str, pa.Table]:
    """Return the tables of a run: months, targets, what-ifs and first postings.

    Parameters
    ----------
    result
        What was found.
    case, followed
        The workforce, and its draws.
    """
    targets = list(_targets(case, followed))
    what_ifs = list(_what_ifs(case, followed))
    tables = {
        "months": pa.Table.from_pylist([_month(each) for each in result.strength]),
        "targets": pa.Table.from_pylist(
            targets, schema=_schema("target", "reached_by", "at_or_above")
        ),
        "what_ifs": pa.Table.from_pylist(
            what_ifs, schema=_schema("what_if", "measure", "difference", "lo80", "hi80")
        ),
        "origins": pa.table(
            {
                name: pa.array([getattr(each, name) for each in result.origins], pa.string())
                for name in ("table", "numbers", "origin")
            }
            | {"verified": pa.array(["yes" if each.verified else "no" for each in result.origins])}
        ),
    }
    if result.first_postings:
        names = tuple(type(result.first_postings[0]).__dataclass_fields__)
        rows = [{name: getattr(each, name) for name in names} for each in result.first_postings]
        tables["first_postings"] = pa.Table.from_pylist(rows)
    return tables


def _schema(*names: str) -> pa.Schema:
    words = {"target", "what_if", "measure"}
    first = [(name, pa.string()) for name in names if name in words]
    rest = [(name, pa.float64()) for name in names if name not in words]
    return pa.schema([*first, ("month", pa.string()), *rest])


def _month(each: StrengthMonth) -> dict[str, Any]:
    row: dict[str, Any] = {
        "month": each.month,
        "headcount": each.headcount.mean,
        "fte": each.fte.mean,
        "deployable": each.deployable.mean,
        "lo80": each.deployable.lo80,
        "hi80": each.deployable.hi80,
        "lo95": each.deployable.lo95,
        "hi95": each.deployable.hi95,
    }
    for measure in ("headcount", "fte"):
        spread = getattr(each, measure)
        for end in ("lo80", "hi80", "lo95", "hi95"):
            row[f"{measure}_{end}"] = getattr(spread, end)
    return row | {name: getattr(each, name) for name in _PLAIN}


def _targets(case: Case, followed: Followed) -> Iterator[dict[str, Any]]:
    for target in case.targets:
        found = reached(followed.base, target)
        for i in range(case.growth.months + 1):
            yield {
                "target": target.name,
                "month": str(case.growth.month(i)),
                "reached_by": float(found.by_month[i]),
                "at_or_above": float(found.at_month[i]),
            }


def _what_ifs(case: Case, followed: Followed) -> Iterator[dict[str, Any]]:
    for what_if, other in zip(case.what_ifs, followed.others, strict=True):
        for measure in MEASURES:
            found = difference(followed.compared, other, measure)
            for i in range(case.growth.months + 1):
                yield {
                    "what_if": what_if.name,
                    "measure": measure,
                    "month": str(case.growth.month(i)),
                    "difference": float(found.mean[i]),
                    "lo80": float(found.lo80[i]),
                    "hi80": float(found.hi80[i]),
                }


def exported(out: Path, result: WorkforceResult, tables: dict[str, pa.Table]) -> tuple[str, ...]:
    """Write tables as CSV and as one workbook into a folder; return the paths.

    Parameters
    ----------
    out
        The folder.
    result
        What was found.
    tables
        Of ``tables_of``.
    """
    csvs = {
        "deployable": tables["months"].select(DEPLOYABLE_COLUMNS),
        **{name: table for name, table in tables.items() if table.num_rows},
    }
    paths = [export_csv(out / f"{name}.csv", table) for name, table in csvs.items()]
    workbook = out / "workforce.xlsx"
    write_whole(workbook, _workbook(result, tables))
    return tuple(str(path) for path in (*paths, workbook))


def _workbook(result: WorkforceResult, tables: dict[str, pa.Table]) -> bytes:
    """Return the tables as a workbook, what was found first; the same result, the same bytes."""
    import xlsxwriter

    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC)})
    bold, number = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.0"})
    front = book.add_worksheet("read first")
    for row, text in enumerate(_front(result)):
        front.write_string(row, 0, defused(clean(text)), bold if row == 0 else None)
    front.set_column(0, 0, 2 * _LONGEST_CELL)
    for name, table in tables.items():
        if not table.num_rows:
            continue
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 1)
        for column, head in enumerate(table.column_names):
            values: Sequence[Any] = table.column(head).to_pylist()
            sheet.write_string(0, column, head, bold)
            width = max(len(head), *(len(str(v)) for v in values if isinstance(v, str)), 8)
            sheet.set_column(column, column, min(width, _LONGEST_CELL) + 1)
            for row, value in enumerate(values, 1):
                if isinstance(value, str):
                    sheet.write_string(row, column, defused(clean(value)))
                elif value is not None:
                    sheet.write_number(row, column, value, number)
    book.close()
    return content.getvalue()


def _front(result: WorkforceResult) -> Iterator[str]:
    yield f"{result.title}, {result.start_month} to {result.last_month}"
    if result.synthetic:
        yield SYNTHETIC_SENTENCE
    for target in result.targets:
        yield target.words
    yield result.tutors_words
    yield result.places_words
    yield from result.assumed
    yield f"Run {result.workforce_id}: `rightplace explain {result.workforce_id}` says whence."
