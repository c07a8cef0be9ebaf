"""No text that reaches a brief can break an output or be run by whatever opens it."""

from __future__ import annotations

import csv
import json
import tempfile
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Final
from xml.parsers import expat

import pyogrio
from hypothesis import given, settings
from hypothesis import strategies as st

from rightplace.briefing import (
    PLACE_NOT_PERSON,
    BriefSheet,
    Copy,
    InForceItem,
    MapBorough,
    MapLabel,
    Totals,
    map_svg,
    sheet_page,
    sheet_pdf,
    write_exports,
)
from rightplace.briefing.text import clean, font_characters, printable
from tests.brief_pdf import page_count, page_text
from tests.brief_worlds import STAMP, layer, line, plan_tables, sheet

ATTACKS: Final = (
    "<script>alert(1)</script>",
    "</title></style><img src=x onerror=alert(1)>",
    "</desc></svg><script>",
    '" onmouseover="alert(1)',
    "]]>",
    "<!--",
    "{{ 7 * 7 }}{% raw %}",
    '#eval("1 + 1")',
    "#panic() $ x $ @label <label> \\ _a_ *b* `c` // d",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "@SUM(A1)",
    "-2+3",
    "\t=1+1",
    "'; DROP TABLE visits; --",
    "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch" * 3,
    "شارع الملك",
    "\u202egnp.exe",
    "😀🚓 \U0001d518\U0001d52b",
    "a\x00b\x1b[31mc\r\nd\u2028e",
    "\ud800",
    "%s %n {0} ${x}",
)
hostile = st.one_of(
    st.sampled_from(ATTACKS),
    st.tuples(st.sampled_from(ATTACKS), st.sampled_from(ATTACKS)).map(" ".join),
    st.text(max_size=60),
).map(lambda text: f"Road {text}" if not clean(text) else text)

ALLOWED: Final = frozenset(
    "html head meta title style body div header h1 p main strong section h2 dl dt dd table caption "
    "thead tr th tbody td span footer svg desc defs pattern path circle text rect".split()
)


def hostile_sheet(text: str) -> BriefSheet:
    """Return a sheet with the text in every field that takes words."""
    west, east = layer().boroughs
    labels = (MapLabel(text=text, x=530_500, y=181_500, kind="street"),)
    boroughs = (west, MapBorough(name=text, outline=east.outline, no_data=True))
    short = clean(text)[:40] or "x"
    return replace(
        sheet(2),
        stamp=replace(STAMP, handling=text, learnt_from=text, left_out=text, profile=text),
        bcu=text,
        period=text,
        headline=text,
        lines=tuple(
            line(n, place=text, window=text, why=(text, text), do=text, avoid=text) for n in (1, 2)
        ),
        layer=replace(layer(), quantity=text, labels=labels, boroughs=boroughs),
        totals=Totals(expected=text, in_visited=text, prevented=text, crew_time=text),
        in_force=(InForceItem(kind=short, words=short, expires=short),),
        no_data=(text,),
        drivers=(text,),
        copy=Copy(number=text, printed_by=text, printed_at=text, destroy_by=text),
    )


class Elements(HTMLParser):
    """The elements that a browser would make of a page, and the handlers among attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.handlers: set[str] = set()
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.handlers |= {name for name, _ in attrs if name.startswith("on")}


@settings(max_examples=60, deadline=None)
@given(hostile)
def test_no_text_becomes_an_element_or_a_handler_of_a_page(text: str) -> None:
    page = sheet_page(hostile_sheet(text))
    elements = Elements(page)
    assert elements.names <= ALLOWED
    assert elements.handlers == set()
    assert PLACE_NOT_PERSON in page
    page.encode()


@settings(max_examples=60, deadline=None)
@given(hostile)
def test_map_is_well_formed_whatever_its_names(text: str) -> None:
    brief = hostile_sheet(text)
    names: set[str] = set()
    reader = expat.ParserCreate()
    reader.StartElementHandler = lambda name, _: names.add(name)
    reader.Parse(map_svg(brief.layer, brief.stamp, title=text).encode(), True)  # noqa: FBT003 - expat takes it by position
    assert names <= {"svg", "title", "desc", "defs", "pattern", "path", "circle", "text", "rect"}


@settings(max_examples=25, deadline=None)
@given(hostile)
def test_text_is_printed_as_text_on_one_page(text: str) -> None:
    pdf = sheet_pdf(hostile_sheet(text))
    words = page_text(pdf)
    assert page_count(pdf) == 1
    assert PLACE_NOT_PERSON in words
    assert words.endswith("Page 1 of 12")
    assert b"/JavaScript" not in pdf
    assert b"/URI" not in pdf


def test_typesetter_runs_nothing_that_a_street_name_says() -> None:
    attack = '#eval("1+1") #read("x") *b* $x$'
    words = page_text(sheet_pdf(sheet(1, headline=attack)))
    assert attack in words


def test_every_attack_is_set_by_the_typesetter() -> None:
    for attack in ATTACKS:
        assert page_count(sheet_pdf(hostile_sheet(f"x {attack}"))) == 1


@settings(max_examples=25, deadline=None)
@given(hostile)
def test_no_text_breaks_a_file_or_starts_a_formula(text: str) -> None:
    stamp = replace(STAMP, handling=text)
    text = text.encode("utf-8", "ignore").decode()  # a table holds no unpaired surrogate
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_exports(folder, plan_tables(reason=text, arm=text), stamp)
        with (folder / "visits.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        whole = json.loads((folder / "visits.geojson").read_text(encoding="utf-8"))
        _, table = pyogrio.read_arrow(folder / "plan.gpkg", layer="visits")
    assert len(rows) == len(whole["features"]) == table.num_rows == 2
    assert all(row["reason"][:1] not in {"=", "+", "-", "@"} for row in rows)
    assert all(PLACE_NOT_PERSON in row["notice"] for row in rows)
    assert whole["features"][0]["properties"]["reason"] == clean(text)
    assert table["reason"].to_pylist() == [clean(text)] * 2


@given(st.text())
def test_printed_text_stays_in_the_font(text: str) -> None:
    assert {ord(c) for c in printable(text)} <= font_characters() | {0xA0}


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert "\n" not in clean(text)
