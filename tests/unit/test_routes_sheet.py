"""Sheets of rounds: what they refuse, what they carry, and that hostile text stays text."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from rightplace.briefing import Copy
from rightplace.briefing.routes.geojson import routes_geojson
from rightplace.briefing.routes.gpx import route_gpx
from rightplace.briefing.routes.page import route_pages
from rightplace.briefing.routes.pdf import route_pdf
from rightplace.briefing.routes.sheet import RouteLine, RouteSheet
from rightplace.briefing.stamp import PLACE_NOT_PERSON, SYNTHETIC
from rightplace.errors import BadInputError, UsageError
from tests.brief_pdf import page_count, page_text, type_sizes
from tests.brief_worlds import STAMP

LEAVES = datetime(2018, 7, 2, 15, tzinfo=UTC)
HOSTILE = '<script>alert("1")</script> #eval(1) & \u202e\x07=1+1'


def line(number: int | None, minute: int, **other: object) -> RouteLine:
    starts = LEAVES + timedelta(minutes=minute)
    values: dict[str, Any] = {
        "number": number,
        "place": f"Place {number}",
        "starts": starts,
        "ends": starts + timedelta(minutes=15),
        "way": "Long Road 300 m; 0.3 km, 4 min",
        "why": "47 in 12 months",
        "x": 530_000.0 + minute,
        "y": 180_000.0,
        "lon": -0.1,
        "lat": 51.5,
    }
    return RouteLine(**values | other)


def sheet(lines: tuple[RouteLine, ...] = (line(1, 5), line(None, 30), line(2, 60))) -> RouteSheet:
    path = np.array([[530_000.0, 180_000.0], [530_060.0, 180_000.0], [530_000.0, 180_000.0]])
    return RouteSheet(
        stamp=STAMP,
        routes_id="r-000000000000",
        crew_id="Crew 7",
        borough="Camden",
        period="Monday 2 July 2018",
        shift="late shift, 15:00 to 23:00",
        base="51.5000, -0.1000",
        base_x=530_000.0,
        base_y=180_000.0,
        base_lon=-0.1,
        base_lat=51.5,
        leaves=LEAVES,
        returns=LEAVES + timedelta(minutes=90),
        way_back="0.3 km, 4 min",
        lines=lines,
        path=path,
        path_degrees=np.array([[-0.1, 51.5], [-0.099, 51.5], [-0.1, 51.5]]),
        headline="2 visits on foot.",
        regularity="Of pairs of visits, 8 % begin alike.",
        travel="Travel on foot.",
        copy=Copy(number="1", printed_by="A", printed_at="now", destroy_by="then"),
    )


def test_each_crew_has_a_page_that_says_what_a_listing_is_not() -> None:
    content = route_pdf([sheet(), replace(sheet(), crew_id="Crew 8")])
    assert page_count(content) == 2
    text = page_text(content)
    for words in ("Crew 7", "Crew 8", "Long Road", "Place 2", "15:05 to 15:20"):
        assert words in text
    assert PLACE_NOT_PERSON.split(".")[0] in text
    assert (SYNTHETIC in text) == STAMP.synthetic
    # Letters of the map are set in millimetres: 3.2 of them are 9.07 points.
    assert min(size for size in type_sizes(content) if size != 3.2) >= 9
    assert route_pdf([sheet()]) == route_pdf([sheet()])


def test_a_long_round_goes_on_over_the_page_with_its_foot() -> None:
    many = tuple(line(n, 16 * n) for n in range(1, 21))
    long = replace(sheet(), lines=many, returns=LEAVES + timedelta(minutes=400))
    assert page_count(route_pdf([long])) == 2


def test_hostile_text_stays_text_everywhere() -> None:
    bad = replace(sheet((line(1, 5, place=HOSTILE, way=HOSTILE, why=HOSTILE),)), crew_id=HOSTILE)
    page = route_pages([bad])
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert page_count(route_pdf([bad])) == 1
    gpx = route_gpx(bad)
    names = [node.text or "" for node in ET.fromstring(gpx).iter() if node.tag.endswith("name")]  # noqa: S314 - our own
    assert any("<script>" in name for name in names)
    assert "\u202e" not in gpx
    content = json.loads(routes_geojson([bad], STAMP))
    assert content["features"][0]["properties"]["crew_id"].startswith("<script>")


def test_a_page_without_a_round_is_refused() -> None:
    for make in (route_pages, route_pdf):
        with pytest.raises(UsageError):
            make([])


def test_a_sheet_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(BadInputError, match="out of order"):
        sheet((line(2, 5),))
    with pytest.raises(BadInputError, match="out of order"):
        sheet((line(1, 60), line(2, 5)))
    with pytest.raises(BadInputError, match="out of order"):
        sheet(())
    with pytest.raises(BadInputError, match="is empty"):
        line(1, 5, place=" ")
    with pytest.raises(BadInputError, match="offset"):
        line(1, 5, starts=datetime(2018, 7, 2), ends=datetime(2018, 7, 3))  # noqa: DTZ001 - the fault
    with pytest.raises(BadInputError, match="no line"):
        replace(sheet(), path=np.zeros((1, 2)), path_degrees=np.zeros((1, 2)))
