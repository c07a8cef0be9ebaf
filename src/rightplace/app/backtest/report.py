"""Use case: a backtest as a report to read, to compute with and to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import shlex
from typing import TYPE_CHECKING, Any, Final

from rightplace.app.backtest.findings import findings, headline, plainly
from rightplace.app.backtest.numbers import KeptBacktest, Row, report_numbers
from rightplace.app.backtest.rests import compared, reference_words, rough
from rightplace.briefing import Report
from rightplace.briefing.stamp import day_in_words
from rightplace.briefing.text import clean, defused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from rightplace.app.answer import Notice
    from rightplace.app.workspace import Workspace
    from rightplace.places.study_area import StudyArea

TABLES: Final = ("origins", "deciles", "curves", "pit", "intervals")
PAGE: Final = "report.html"
CONTENT: Final = "report.json"
ASKED: Final = "origins_asked.csv"


def write_report(
    workspace: Workspace, run_id: str, folder: Path, *, notices: Iterable[Notice] = ()
) -> tuple[Path, ...]:
    """Write a kept backtest as report.html, report.json and one CSV file for each table.

    The same run gives the same bytes; nothing in them tells when or where they were written.

    Parameters
    ----------
    workspace
        Where the run and its study area are.
    run_id
        A backtest (``b-...``) that was kept.
    folder
        Where the files go; made if need be, older ones of these names are replaced.
    notices
        What its user must know, for the page.
    """
    from rightplace.app.areas import find_area
    from rightplace.app.runs import read_table
    from rightplace.briefing import backtest_page
    from rightplace.core.canonical import canonical_json
    from rightplace.core.files import write_whole
    from rightplace.core.runs import read_run_of

    record = read_run_of(workspace.runs, run_id, kind="backtest")
    tables = {name: read_table(workspace, run_id, name).to_pylist() for name in TABLES}
    kept = KeptBacktest(record=record, tables=tables)
    area = find_area(workspace, record["settings"]["area"])
    report = _report(kept, area, notices=notices, synthetic=is_synthetic(workspace, record))
    texts = {
        PAGE: backtest_page(report),
        CONTENT: canonical_json(_content(record)) + "\n",
        "scores.csv": _csv(_scores(kept)),
        "pairs.csv": _csv(record["result"]["pairs"]),
        ASKED: _csv([{"origin": day} for day in record["settings"]["origins"]]),
    } | {f"{name}.csv": _csv(rows) for name, rows in tables.items()}
    for name, text in texts.items():
        write_whole(folder / name, text.encode())
    return tuple(folder / name for name in texts)


def _report(
    kept: KeptBacktest, area: StudyArea, *, notices: Iterable[Notice], synthetic: bool
) -> Report:
    numbers = report_numbers(kept)
    ends = [row["period_end"] for row in kept.tables["origins"]]
    starts = [row["origin"] for row in kept.tables["origins"]]
    return Report(
        run_id=kept.record["id"],
        area=clean(area.name) or area.area_id,
        period=f"{kept.n_origins} periods forecast, {day_in_words(min(starts))} to before "
        f"{day_in_words(max(ends))}",
        verdict=headline(kept),
        in_full=kept.result["verdict"],
        plainly=plainly(kept, numbers),
        compared=compared(kept, area),
        reference=reference_words(kept),
        findings=findings(kept, numbers),
        numbers=numbers,
        commands=_commands(kept.record),
        notices=(*rough(kept), *(notice.message for notice in notices)),
        synthetic=synthetic,
    )


def is_synthetic(workspace: Workspace, record: Row) -> bool:
    """Return whether any file that the run was made from holds invented records."""
    from rightplace.app.evidence import SYNTHETIC
    from rightplace.crime.holdings import entries_of

    digests = {each["sha256"] for each in record["inputs"]}
    return any(
        part.population.startswith(SYNTHETIC)
        for entry in entries_of(workspace.store.manifest())
        if entry.sha256 in digests
        for part in entry.partitions
    )


def _commands(record: Row) -> tuple[str, ...]:
    """Return what to type to make the run again, and to see how it came about."""
    settings = record["settings"]
    words = ["rightplace", "backtest", "--origins", ASKED, "--as-of", record["as_of"]]
    words += ["--methods", ",".join(settings["methods"])]
    words += ["--shares", ",".join(f"{share:g}" for share in settings["shares"])]
    words += ["--classes", ",".join(settings["classes"])]
    for source in settings["sources"]:
        words += ["--source", source]
    if record["known_at"] is not None:
        words += ["--known-at", record["known_at"]]
    words += ["--reference", settings["reference"] or "none"]
    words += ["--area", settings["area"], "--seed", str(record["seed"]), "--out", "report"]
    return (shlex.join(words), f"rightplace explain {record['id']}")


def _content(record: Row) -> Row:
    """Return the run without where and when it was kept; paths lead to the files beside."""
    result = {
        name: f"{name.removesuffix('_path')}.csv" if name.endswith("_path") else value
        for name, value in record["result"].items()
    }
    said = ("id", "code_version", "settings", "settings_hash", "as_of", "known_at", "seed")
    return {name: record[name] for name in said} | {
        "inputs": [each | {"source": _file_name(each["source"])} for each in record["inputs"]],
        "result": result,
    }


def _file_name(source: str) -> str:
    return source.replace("\\", "/").rsplit("/", 1)[-1]


def _scores(kept: KeptBacktest) -> Iterable[Row]:
    """Yield one row per method: every score that is a number or is kept by share."""
    for name, scores in kept.methods.items():
        row: Row = {"method": name, "reference": name == kept.reference}
        for measure, value in scores.items():
            row |= _flat(measure, value)
        yield row


def _flat(name: str, value: object) -> Row:
    """Return a value as columns: ``pai@0.02`` for what is kept by share."""
    if isinstance(value, dict):
        joint = "@" if all(_is_number(key) for key in value) else "_"
        parts = [_flat(f"{name}{joint}{key}", item) for key, item in sorted(value.items())]
        return {key: item for part in parts for key, item in part.items()}
    return {} if isinstance(value, list) else {name: value}


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()


def _csv(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return rows as CSV; no text in it starts as a spreadsheet formula does."""
    listed = list(rows)
    names = list(dict.fromkeys(name for row in listed for name in row))
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([defused(clean(name)) for name in names])
    writer.writerows([_cell(row.get(name)) for name in names] for row in listed)
    return file.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return defused(clean(value)) if isinstance(value, str) else value
