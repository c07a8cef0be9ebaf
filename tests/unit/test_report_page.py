"""The backtest report as a page: one file, every chart named and in a table, nothing hidden."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree.ElementTree import fromstring

import pytest

from rightplace.briefing import backtest_page
from rightplace.briefing.charts import Panel, drawn, line_style, of_rows, spread
from rightplace.briefing.numerals import (
    ends,
    fixed,
    percent,
    percent_ends,
    ratio,
    share_words,
    signed,
)
from tests.report_worlds import estimate, numbers, report

HOSTILE = "<script>alert(1)</script>\"'&{{ 7*7 }}\u202e</svg><!--"
MINUS = "\u2212"


class Outline(HTMLParser):
    """Names of elements, identifiers, what points to them, and addresses that are fetched."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.ids: list[str] = []
        self.named_by: set[str] = set()
        self.addresses: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        for name, value in attrs:
            assert not name.startswith("on"), name
            if name == "id":
                self.ids.append(value or "")
            if name == "aria-labelledby":
                self.named_by |= set((value or "").split())
            if name in {"src", "href", "xlink:href", "action"}:
                self.addresses.append(value or "")


@pytest.fixture(scope="module")
def page() -> str:
    return backtest_page(report())


def test_page_is_one_file_without_script_that_fetches_nothing(page: str) -> None:
    outline = Outline(page)
    assert not set(outline.names) & {"script", "link", "iframe", "object", "img", "base", "form"}
    assert not outline.addresses
    assert "default-src 'none'" in page
    assert "@import" not in page
    assert set(re.findall(r"url\(([^)]*)\)", page)) <= {f"#{ident}" for ident in Outline(page).ids}


def test_every_identifier_stands_once_and_every_name_points_to_one(page: str) -> None:
    outline = Outline(page)
    assert len(outline.ids) == len(set(outline.ids))
    assert outline.named_by <= set(outline.ids)


def test_every_chart_has_a_role_a_title_and_a_description(page: str) -> None:
    charts = [svg for svg in re.findall(r"<svg.*?</svg>", page, re.DOTALL) if "xmlns" in svg]
    # 1 measure, 2 curves, 2 over time, 2 x 3 histograms, 3 of tenths, 1 of stability
    assert len(charts) == 15
    for chart in charts:
        root = fromstring(chart)  # noqa: S314 - from the page made above
        assert root.attrib["role"] == "img"
        title, description = root[0], root[1]
        assert (title.text, description.text) != (None, None)
        assert root.attrib["aria-labelledby"] == f"{title.attrib['id']} {description.attrib['id']}"


def test_every_figure_has_its_numbers_in_a_table(page: str) -> None:
    names = Outline(page).names
    # methods by score and by share, differences, curves, origins, PIT, tenths, intervals, stability
    assert names.count("table") == 9


def test_worse_methods_stand_in_every_table(page: str) -> None:
    tables = re.findall(r"<tbody>.*?</tbody>", page, re.DOTALL)
    by_method = [table for table in tables if ">better<" in table]
    assert len(by_method) == 7
    assert all(">worse<" in table for table in by_method)


def test_same_report_gives_the_same_bytes_each_time(page: str) -> None:
    assert backtest_page(report()) == page


def test_clips_inside_a_chart_have_names_of_their_own_and_are_still_found() -> None:
    rows = of_rows([{"x": 1, "y": 1}, {"x": 2, "y": 3}])
    line = rows.mark_line(clip=True).encode(x="x:Q", y="y:Q")
    once, again = (
        drawn(Panel(ident="one", title="t", description="d"), [line], height=100) for _ in range(2)
    )
    assert once == again  # the drawer numbers its clips on and on; the page must not
    named = set(re.findall(r' id="([^"]+)"', once))
    used = set(re.findall(r"url\(#([^)]+)\)", once))
    assert used
    assert used <= named
    assert all(name.startswith("one-") for name in named)


def test_hostile_names_are_shown_and_never_run() -> None:
    shown = backtest_page(
        report((HOSTILE, f"b{HOSTILE}", f"c{HOSTILE}"), area=HOSTILE, verdict=HOSTILE)
    )
    names = Outline(shown).names
    assert "script" not in names
    assert names.count("svg") == Outline(backtest_page(report())).names.count("svg")
    assert "\u202e" not in shown
    assert "49" not in re.findall(r"<h1[^>]*>(.*?)</h1>", shown, re.DOTALL)[0]
    assert "&lt;script&gt;" in shown
    for chart in re.findall(r"<svg xmlns.*?</svg>", shown, re.DOTALL):
        fromstring(chart)  # noqa: S314 - from the page made above


def test_a_part_that_was_not_computed_leaves_no_empty_chart_behind() -> None:
    bare = replace(report(), numbers=replace(numbers(), curves=(), best=(), stability=()))
    page = backtest_page(bare)
    assert 'id="accuracy"' not in page
    assert 'id="stability"' not in page
    assert 'id="calibration"' in page


def test_synthetic_data_are_said_to_be() -> None:
    assert "SYNTHETIC" in backtest_page(replace(report(), synthetic=True))
    assert "SYNTHETIC" not in backtest_page(report())


def test_labels_are_moved_apart_keep_their_order_and_stay_inside() -> None:
    # Three at one place, 10 apart, between 0 and 100: the upper end pushes the others down.
    assert spread([100.0, 100.0, 100.0], apart=10, low=0, high=100) == [80.0, 90.0, 100.0]
    assert spread([50.0, 5.0], apart=10, low=0, high=100) == [50.0, 5.0]


def test_neighbouring_methods_differ_in_colour_dashes_and_point() -> None:
    for number in range(12):
        one, next_one = line_style(number), line_style(number + 1)
        assert one.colour != next_one.colour
        assert one.dash != next_one.dash
        assert one.shape != next_one.shape


def test_numbers_are_written_alike_everywhere() -> None:
    assert fixed(-1234.5, 1) == f"{MINUS}1,234.5"
    assert fixed(-0.0001, 2) == "0.00"  # no minus nought
    assert fixed(None, 2) == "not known"
    assert signed(0.25, 2) == "+0.25"
    assert signed(-0.001, 2) == "0.00"
    assert percent(0.8) == "80.0\u00a0%"
    assert share_words(0.005) == "0.5\u00a0%"
    assert ends(estimate(1.0, 2.0), 1) == f"{MINUS}1.0 to +3.0"
    assert percent_ends(estimate(0.5, 0.25), 0) == "25 to 75\u00a0%"
    assert ratio(estimate(1.0, 0.25)) == "1.00 (0.75 to 1.25)"
