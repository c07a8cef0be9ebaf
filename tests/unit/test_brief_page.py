from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from rightplace.briefing import (
    PLACE_NOT_PERSON,
    BcuRow,
    ConstraintCost,
    Link,
    Named,
    PlanOverview,
    plan_page,
    sheet_page,
)
from tests.brief_worlds import STAMP, sheet

ROW = BcuRow(
    bcu="Two Rivers",
    visits=66,
    places=12,
    crew_time_used=0.375,
    expected="about 21 (15 to 28)",
    prevented="about 1 (0 to 2)",
    no_data=("East",),
    links=(Link(words="page", href="two-rivers.html"), Link(words="PDF", href="two-rivers.pdf")),
)
PLAN = PlanOverview(
    stamp=STAMP,
    area="London",
    period="Mon 2 to Sun 8 July 2018",
    headline="66 visits may prevent about 1 (0 to 2).",
    rows=(ROW, replace(ROW, bcu="Far North", crew_time_used=None, no_data=(), links=())),
    facts=(Named(name="Status", words="optimal within 0.1 %"),),
    costs=(ConstraintCost(name="at most 3 visits a place", lo=0.2, hi=0.5),),
    cost_unit="offences prevented",
    warnings=("No shift evidence: minutes are spread evenly.",),
    no_data=("East",),
    downloads=(Link(words="GeoPackage", href="plan.gpkg"),),
)


class Outline(HTMLParser):
    """Collects each element's name and attributes, and fails on an element closed out of turn."""

    VOID = frozenset({"meta", "br", "img", "path", "rect", "circle"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.mark.parametrize("page", [sheet_page(sheet(3)), plan_page(PLAN)], ids=["sheet", "plan"])
def test_page_is_one_file_without_script_under_a_strict_policy(page: str) -> None:
    outline = Outline(page)
    names = {name for name, _ in outline.elements}
    policy = [m["content"] for m in outline.all("meta") if m.get("http-equiv")]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]
    assert not names & {"script", "link", "iframe", "object", "img", "base", "form"}
    assert not [a for _, attributes in outline.elements for a in attributes if a.startswith("on")]
    assert not re.findall(r"url\((?!#)", page)
    assert outline.open == []


@pytest.mark.parametrize("page", [sheet_page(sheet(3)), plan_page(PLAN)], ids=["sheet", "plan"])
def test_page_can_be_heard(page: str) -> None:
    outline = Outline(page)
    assert outline.all("html") == [{"lang": "en-GB"}]
    assert len(outline.all("h1")) == 1
    assert len(outline.all("caption")) == len(outline.all("table")) >= 1
    assert all(th.get("scope") in {"col", "row"} for th in outline.all("th"))
    labels = [a["aria-labelledby"] for a in outline.all("section")]
    ids = [a["id"] for _, a in outline.elements if "id" in a]
    assert set(labels) <= set(ids)
    assert len(ids) == len(set(ids))


def test_map_has_a_name_and_the_table_beside_it_has_the_same_numbers() -> None:
    page = sheet_page(sheet(3))
    (svg,) = Outline(page).all("svg")
    assert svg["role"] == "img"
    assert svg["aria-labelledby"] == "map-title map-desc"
    assert re.findall(r'class="disc">(\d+)<', page) == ["1", "2", "3"]


def test_sheet_carries_what_a_sergeant_must_see() -> None:
    page = sheet_page(sheet(2, no_data=("East",)))
    for words in (
        "OFFICIAL-SENSITIVE",
        "SYNTHETIC: invented data",
        PLACE_NOT_PERSON,
        "Recorded violence and sexual offences, and robbery.",
        "May prevent (planned, not achieved)",
        "No data for East.",
        "Data up to 30 June 2018",
        "ONS severity weights 2020",
        "no shift evidence: minutes spread evenly",
        "Printed by PC 1234",
        "Destroy by 9 July 2018 07:00",
        "copy 1 of 6",
        "Page 1 of 12",
        "Plan plan-0123456789ab",
    ):
        assert words in page


def test_full_sheet_of_long_texts_is_set_tight_and_a_short_one_is_not() -> None:
    long = sheet(12)
    lines = tuple(replace(line, do="speak to everybody there " * 3) for line in long.lines)
    assert '<table class="tight">' in sheet_page(replace(long, lines=lines))
    assert '<table class="roomy">' in sheet_page(sheet(6))


def test_links_are_shown_on_the_screen_only() -> None:
    page = sheet_page(sheet(1), links=(Link(words="All BCUs", href="index.html"),))
    assert '<nav class="screen-only"' in page
    assert '<a href="index.html">All BCUs</a>' in page


def test_plan_page_has_a_line_for_each_bcu_and_says_what_is_missing() -> None:
    page = plan_page(PLAN)
    text = " ".join(re.sub(r"<[^>]+>", " ", page).replace("\u00a0", " ").split())
    assert "Two Rivers 66 12 38 % about 21 (15 to 28) about 1 (0 to 2) East page , PDF" in text
    assert "Far North 66 12 no crews given" in text
    assert "all boroughs have data none" in text
    assert "No data for East. That is not the same as quiet" in text
    assert "at most 3 visits a place 0.2 to 0.5" in text
    assert "No shift evidence: minutes are spread evenly." in text
    assert 'aria-label="Two Rivers: PDF"' in page


def test_same_sheet_gives_the_same_page() -> None:
    assert sheet_page(sheet(3)) == sheet_page(sheet(3))
