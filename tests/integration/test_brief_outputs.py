"""Every output, in every form, says what a listing is not, its marking and what is invented."""

from __future__ import annotations

import csv
import html
import json
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from rightplace.briefing import (
    PLACE_NOT_PERSON,
    BcuRow,
    PlanOverview,
    Stamp,
    map_svg,
    plan_page,
    sheet_page,
    sheet_pdf,
    write_exports,
)
from tests.brief_pdf import page_text
from tests.brief_worlds import STAMP, layer, plan_tables, sheet

if TYPE_CHECKING:
    from pathlib import Path

MARKING = "OFFICIAL-SENSITIVE"


def words_of_page(page: str) -> str:
    """Return what a browser shows of a page, the picture's description included."""
    body = re.sub(r"<style>.*?</style>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def plan(stamp: Stamp) -> PlanOverview:
    row = BcuRow(
        bcu="Two Rivers",
        visits=3,
        places=2,
        crew_time_used=0.5,
        expected="about 21 (15 to 28)",
        prevented="about 1 (0 to 2)",
        no_data=(),
    )
    return PlanOverview(
        stamp=stamp,
        area="London",
        period="Mon 2 to Sun 8 July 2018",
        headline="Three visits.",
        rows=(row,),
        facts=(),
        costs=(),
        cost_unit="offences prevented",
        warnings=(),
        no_data=(),
    )


def texts_of_exports(folder: Path, stamp: Stamp) -> dict[str, str]:
    """Return the text of each file, and of each row and layer in it, by name."""
    found: dict[str, str] = {}
    for path in write_exports(folder, plan_tables(), stamp):
        if path.suffix == ".gpkg":
            found |= texts_of_geopackage(path)
            continue
        found[path.name] = path.read_text(encoding="utf-8")
        if path.suffix == ".csv":
            with path.open(encoding="utf-8", newline="") as file:
                rows = list(csv.reader(file))[1:]
            found |= {f"{path.name} row {n}": " ".join(row) for n, row in enumerate(rows, 1)}
        else:
            whole = json.loads(found[path.name])
            features = whole.pop("features")
            found[f"{path.name} head"] = json.dumps(whole)
            found |= {f"{path.name} feature {n}": str(f) for n, f in enumerate(features, 1)}
    return found


def texts_of_geopackage(path: Path) -> dict[str, str]:
    found = {}
    with closing(sqlite3.connect(path)) as base:
        described = base.execute("SELECT table_name, description FROM gpkg_contents").fetchall()
        for name, description in described:
            found[f"layer {name}"] = description
            rows = base.execute(f"SELECT * FROM {name}").fetchall()  # noqa: S608 - our own layers
            found |= {f"layer {name} row {n}": str(row) for n, row in enumerate(rows, 1)}
    return found


def every_output(folder: Path, stamp: Stamp) -> dict[str, str]:
    brief = sheet(2, stamp=stamp)
    svg = map_svg(layer(), stamp, title="Map of Two Rivers")
    return {
        "sheet as HTML": words_of_page(sheet_page(brief)),
        "sheet as PDF": page_text(sheet_pdf(brief)),
        "plan as HTML": words_of_page(plan_page(plan(stamp))),
        "map": html.unescape(svg),
        **texts_of_exports(folder, stamp),
    }


def test_every_output_says_that_a_place_is_no_ground_to_stop_or_search(tmp_path: Path) -> None:
    outputs = every_output(tmp_path, STAMP)
    # 4 pages and pictures; 2 CSV files with 2 + 8 rows; 2 GeoJSON files, their heads, 2 + 8
    # features; 2 layers with 2 + 8 rows.
    assert len(outputs) == 4 + (2 + 10) + (2 + 2 + 10) + (2 + 10)
    assert [name for name, text in outputs.items() if PLACE_NOT_PERSON not in text] == []


def test_every_output_is_marked(tmp_path: Path) -> None:
    outputs = every_output(tmp_path, STAMP)
    assert [name for name, text in outputs.items() if MARKING not in text] == []


def test_every_output_names_its_plan_and_data_cut_off(tmp_path: Path) -> None:
    outputs = every_output(tmp_path, STAMP)
    assert [name for name, text in outputs.items() if "30 June 2018" not in text] == []
    no_plan = [name for name, text in outputs.items() if STAMP.plan_id not in text]
    assert no_plan == []


@pytest.mark.parametrize("synthetic", [True, False])
def test_synthetic_stands_on_every_output_of_invented_data_and_on_no_other(
    tmp_path: Path, *, synthetic: bool
) -> None:
    outputs = every_output(tmp_path, replace(STAMP, synthetic=synthetic))
    assert [name for name, text in outputs.items() if ("SYNTHETIC" in text) != synthetic] == []


def test_what_may_be_prevented_is_never_shown_without_its_label(tmp_path: Path) -> None:
    outputs = every_output(tmp_path, STAMP)
    shown = [text for text in outputs.values() if "about 1 (0 to 2)" in text]
    assert len(shown) == 3
    assert all("planned, not achieved" in text for text in shown)
