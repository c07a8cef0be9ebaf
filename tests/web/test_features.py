"""OGC API - Features against the abstract tests of its standard, and with GDAL as a real client.

The tests of part 1 (17-069r4, annex A) that apply to what this service declares.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import shapely
import uvicorn
from sqlalchemy import select
from starlette.testclient import TestClient

from rightplace.app.service.web_settings import WebSettings
from rightplace.places.projection import to_degrees
from rightplace.records.audit.look_up import by_product
from rightplace.records.audit.transaction import transaction
from rightplace.records.published.tables import PublishedRun
from rightplace.records.stop.switch import Target, TargetKind, suspend
from rightplace.web.application import create_app
from rightplace.web.desk import Desk
from tests.web.published import CELLS, CRS, EVIL, FORECAST, NOW, PLAN, SLOTS, published_shelf
from tests.web.signed_in import KnownCookies, cookie
from tests.web.token_world import ADMIN, Owner, People, people

if TYPE_CHECKING:
    from collections.abc import Iterator

    from httpx import Response

    from rightplace.app.service.shelf import Shelf

ROOT = "/api/features"
LAYERS = ("boroughs", FORECAST, f"{FORECAST}-shifts", PLAN)
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
OPEN = ("", "/", "/conformance", "/api")
CLOSED = (
    "/collections", f"/collections/{FORECAST}", f"/collections/{FORECAST}/items",
    f"/collections/{FORECAST}/items/{CELLS[0]}",
)  # fmt: skip


@pytest.fixture(scope="module")
def looked_at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """A world that its tests leave as it is."""
    shelf = published_shelf(tmp_path_factory.mktemp("looked-at"))
    yield shelf
    shelf.database.close()


@pytest.fixture(scope="module")
def known(looked_at: Shelf) -> People:
    return people(looked_at.database)


@pytest.fixture(scope="module")
def looking_desk(looked_at: Shelf) -> Desk:
    return Desk(settings=WebSettings(), shelf=looked_at, sessions=KnownCookies(), now=lambda: NOW)


@pytest.fixture(scope="module")
def looking(looking_desk: Desk) -> TestClient:
    return TestClient(
        create_app(looking_desk), base_url="https://localhost", follow_redirects=False
    )


def get(client: TestClient, who: Owner, address: str, **asked: Any) -> Response:  # noqa: ANN401 - query
    answer: Response = client.get(f"{ROOT}{address}", params=asked, headers=who.header)
    return answer


def told(client: TestClient, who: Owner, address: str, **asked: Any) -> Any:  # noqa: ANN401 - JSON
    answer = get(client, who, address, **asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def items(client: TestClient, who: Owner, layer: str, **asked: Any) -> Any:  # noqa: ANN401 - JSON
    return told(client, who, f"/collections/{layer}/items", **asked)


def ids(content: dict[str, Any]) -> list[str]:
    return [each["id"] for each in content["features"]]


def rels(content: dict[str, Any]) -> dict[str, dict[str, str]]:
    return {each["rel"]: each for each in content["links"]}


# A.2.2 and A.2.3: landing page, description, conformance


def test_the_landing_page_leads_to_everything_and_each_link_answers(
    looking: TestClient, known: People
) -> None:
    links = rels(told(looking, known.cora, "/"))
    assert {"self", "service-desc", "conformance", "data"} <= set(links)
    for link in links.values():
        answer = looking.get(link["href"], headers=known.cora.header)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == link["type"]
    assert looking.get(ROOT).headers["location"] == f"https://localhost{ROOT}/"


def test_it_declares_core_geojson_and_openapi_and_describes_itself(looking: TestClient) -> None:
    classes = looking.get(f"{ROOT}/conformance").json()["conformsTo"]
    base = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/"
    assert set(classes) == {f"{base}core", f"{base}geojson", f"{base}oas30"}
    content = looking.get(f"{ROOT}/api").json()
    assert content["openapi"].startswith("3.0.")
    assert content["servers"] == [{"url": ROOT}]
    limit = content["components"]["parameters"]["limit"]
    # Requirement 20: the name, place and form of the parameter.
    assert (limit["name"], limit["in"], limit["style"], limit["explode"]) == (
        "limit", "query", "form", False
    )  # fmt: skip
    assert limit["schema"]["minimum"] == 1
    assert "required" not in limit


# A.2.4: collections


def test_layers_are_listed_as_they_are_told_one_by_one(looking: TestClient, known: People) -> None:
    content = told(looking, known.cora, "/collections")
    assert [each["id"] for each in content["collections"]] == list(LAYERS)
    assert "self" in rels(content)
    for each in content["collections"]:
        assert told(looking, known.cora, f"/collections/{each['id']}") == each
        assert each["crs"] == [CRS84]
        assert {"self", "items"} <= set(rels(each))
        assert rels(each)["items"]["type"] == "application/geo+json"
        (box,) = each["extent"]["spatial"]["bbox"]
        assert box == pytest.approx([-0.13, 51.5, -0.07, 51.51], abs=0.02)
        assert EVIL not in each["id"]
    assert "not reasonable grounds" in content["collections"][1]["description"]
    assert "planned, not achieved" in content["collections"][3]["description"].casefold()


@pytest.mark.parametrize("layer", LAYERS)
def test_features_are_geojson_with_all_that_the_standard_wants(
    looking: TestClient, known: People, layer: str
) -> None:
    answer = get(looking, known.cora, f"/collections/{layer}/items")
    assert answer.headers["content-type"] == "application/geo+json"
    content = answer.json()
    assert content["type"] == "FeatureCollection"
    assert content["numberReturned"] == len(content["features"]) == content["numberMatched"] > 0
    assert content["timeStamp"] == "2026-05-05T12:00:00Z"
    assert {"self", "collection"} <= set(rels(content))
    assert "next" not in rels(content)
    assert len(set(ids(content))) == len(content["features"])
    for feature in content["features"]:
        assert feature["type"] == "Feature"
        shape = shapely.from_geojson(json.dumps(feature["geometry"]))
        assert shape.is_valid
        assert shapely.box(-0.2, 51.4, 0, 51.6).contains(shape)
        if shape.geom_type == "Polygon":
            assert shape.exterior.is_ccw
    for feature in content["features"][:4]:
        one = told(looking, known.cora, f"/collections/{layer}/items/{feature['id']}")
        assert {"self", "collection"} <= set(rels(one))
        assert {k: v for k, v in one.items() if k != "links"} == feature


# A.2.7: parameters


@pytest.mark.parametrize("layer", LAYERS)
def test_parts_hold_each_feature_once(looking: TestClient, known: People, layer: str) -> None:
    whole = ids(items(looking, known.cora, layer))
    for limit in (2 if len(whole) < 10 else 10, len(whole)):
        found: list[str] = []
        address: str | None = f"{ROOT}/collections/{layer}/items?limit={limit}"
        while address is not None:
            content = looking.get(address, headers=known.cora.header).json()
            assert content["numberReturned"] <= limit
            assert content["numberMatched"] == len(whole)
            found += ids(content)
            address = rels(content).get("next", {}).get("href")
        assert found == whole


def test_more_than_the_maximum_is_the_maximum_and_no_error(
    looking: TestClient, known: People
) -> None:
    for limit in (10_000, 10_001, 10**17):
        assert items(looking, known.cora, FORECAST, limit=limit)["numberReturned"] == 4


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=-1", "limit=x", "limit=1.5", "limit=", "limit=1e3", "limit=" + "9" * 400,
        "limit=%D9%A1", "limit=1&limit=2", "offset=-1", "offset=x", "unknown=1", "Limit=1", "crs=x",
        "bbox=1,2,3", "bbox=1,2,3,4,5", "bbox=a,b,c,d", "bbox=", "bbox=0,52,1,51", "bbox=nan,0,1,1",
        "bbox=0,0,inf,1", "bbox=-181,0,0,1", "bbox=0,-91,1,1", "bbox=0,0,1,1,", "datetime=",
        "datetime=..", "datetime=2026-05-04", "datetime=2026-05-04T07:00:00",
        "datetime=2026-13-04T07:00:00Z", "datetime=0001-01-01T00:00:00%2B14:00",
        "datetime=2026-05-05T00:00:00Z/2026-05-04T00:00:00Z", "datetime=a/b/c", "f=html",
    ],
)  # fmt: skip
def test_a_parameter_that_is_unknown_or_no_such_value_is_refused(
    looking: TestClient, known: People, query: str
) -> None:
    address = f"{ROOT}/collections/{FORECAST}/items?{query}"
    answer = looking.get(address, headers=known.cora.header)
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]["remedy"]


@pytest.mark.parametrize(
    "address", ["/", "/conformance", "/api", "/collections", "/collections/boroughs"]
)
def test_an_unknown_parameter_is_refused_everywhere(
    looking: TestClient, known: People, address: str
) -> None:
    assert get(looking, known.cora, address, limit=1).status_code == 400
    assert get(looking, known.cora, address, f="json").status_code == 200


def corners(cell: int) -> tuple[float, float, float, float]:
    """A small box in the middle of a cell, in degrees: cells are 1 km wide, side by side."""
    x, y = np.array([530_000.0 + 1000 * cell + 500]), np.array([180_500.0])
    lon, lat = to_degrees(CRS, x, y)
    return lon[0] - 1e-4, lat[0] - 1e-4, lon[0] + 1e-4, lat[0] + 1e-4


@pytest.mark.parametrize("cell", range(4))
def test_a_box_holds_what_meets_it(looking: TestClient, known: People, cell: int) -> None:
    west, south, east, north = corners(cell)
    for box in (f"{west},{south},{east},{north}", f"{west},{south},-5,{east},{north},900"):
        assert ids(items(looking, known.cora, FORECAST, bbox=box)) == [CELLS[cell]]
        assert len(ids(items(looking, known.cora, f"{FORECAST}-shifts", bbox=box))) == len(SLOTS)
        visits = ids(items(looking, known.cora, PLAN, bbox=box))
        assert visits == {0: ["v-000001"], 2: ["v-000002"]}.get(cell, [])


def test_a_box_across_the_antimeridian_goes_round_the_other_side(
    looking: TestClient, known: People
) -> None:
    west, south, _, north = corners(1)
    assert ids(items(looking, known.cora, FORECAST, bbox=f"170,{south},-170,{north}")) == []
    round_the_world = f"{west},{south},{west - 1e-5},{north}"
    assert len(ids(items(looking, known.cora, FORECAST, bbox=round_the_world))) == 4
    assert len(ids(items(looking, known.cora, FORECAST, bbox="-180,-90,180,90"))) == 4


def test_a_time_holds_the_shifts_that_meet_it(looking: TestClient, known: People) -> None:
    def slots(when: str) -> list[int]:
        content = items(looking, known.cora, f"{FORECAST}-shifts", datetime=when)
        found = sorted({int(each["id"].partition("@")[2]) for each in content["features"]})
        assert content["numberMatched"] == 4 * len(found)
        return found

    first, second = SLOTS[0], SLOTS[1]
    moment = (second.start + timedelta(hours=1)).isoformat().replace("+00:00", "Z")
    assert slots(moment) == [1]
    assert slots(second.start.isoformat()) == [1], "a slot is over at its end"
    assert slots(f"../{first.start.isoformat()}") == [0]
    assert slots(f"/{moment}") == [0, 1]
    assert slots(f"{moment}/..") == [1, 2, 3, 4, 5]
    assert slots("../..") == [0, 1, 2, 3, 4, 5]
    assert slots("2020-01-01T00:00:00.5+01:00") == []
    assert ids(items(looking, known.cora, PLAN, datetime=moment)) == ["v-000002"]
    assert ids(items(looking, known.cora, FORECAST, datetime="2020-01-01T00:00:00Z")) == []
    assert len(ids(items(looking, known.cora, "boroughs", datetime=moment))) == 3


def test_the_numbers_are_those_of_the_forecast(looking: TestClient, known: People) -> None:
    first = told(looking, known.cora, f"/collections/{FORECAST}-shifts/items/{CELLS[0]}@1")
    assert first["properties"]["expected_count"] == pytest.approx(0.9 / 2)
    assert first["properties"]["start"] == SLOTS[1].start.isoformat()
    none = told(looking, known.cora, f"/collections/{FORECAST}/items/{CELLS[3]}")
    assert none["properties"]["expected_count"] is None, "no data is not zero"


# Who may


@pytest.mark.parametrize("address", CLOSED)
def test_without_a_token_no_layer_is_told(looking: TestClient, address: str) -> None:
    for headers in ({}, cookie("cora"), {"authorization": "Bearer wrong"}):
        answer = looking.get(f"{ROOT}{address}", headers=headers)
        assert answer.status_code == 401
        assert answer.json()["ok"] is False


def test_nothing_of_another_bcu_is_in_any_layer(looking: TestClient, known: People) -> None:
    nora = known.nora
    assert ids(items(looking, nora, FORECAST)) == list(CELLS[:2])
    shifts = items(looking, nora, f"{FORECAST}-shifts")
    assert {each["properties"]["bcu"] for each in shifts["features"]} == {"Northbank"}
    assert ids(items(looking, nora, PLAN)) == ["v-000001"]
    for layer, other in (
        (FORECAST, CELLS[2]), (f"{FORECAST}-shifts", f"{CELLS[2]}@0"), (PLAN, "v-000002"),
        (PLAN, "v-000003"), (FORECAST, f"{CELLS[0]}@0"), (f"{FORECAST}-shifts", CELLS[0]),
        (f"{FORECAST}-shifts", f"{CELLS[0]}@6"), ("boroughs", "Nowhere"),
    ):  # fmt: skip
        answer = get(looking, nora, f"/collections/{layer}/items/{other}")
        assert answer.status_code == 404, (layer, other)


def test_a_token_sees_the_layers_that_it_was_made_for(looking: TestClient, known: People) -> None:
    content = told(looking, known.reader, "/collections")
    assert [each["id"] for each in content["collections"]] == ["boroughs", PLAN]
    for layer in (FORECAST, f"{FORECAST}-shifts"):
        assert get(looking, known.reader, f"/collections/{layer}").status_code == 404
        assert get(looking, known.reader, f"/collections/{layer}/items").status_code == 404


@pytest.mark.parametrize(
    "layer", ["nowhere", f"{PLAN}-shifts", "p-00000000000f", "a%00b", "..%2fx", "b-000000000001"]
)
def test_a_layer_that_is_none_is_not_there(looking: TestClient, known: People, layer: str) -> None:
    for ending in ("", "/items", "/items/1"):
        assert get(looking, known.cora, f"/collections/{layer}{ending}").status_code == 404


def test_hold_outs_are_in_no_layer(looking: TestClient, known: People) -> None:
    assert ids(items(looking, known.cora, PLAN)) == ["v-000001", "v-000002"]
    assert "holdout" not in get(looking, known.cora, f"/collections/{PLAN}/items").text


def test_what_is_stopped_is_no_layer_any_more(client: TestClient, shelf: Shelf) -> None:
    they = people(shelf.database)
    with transaction(shelf.database, ADMIN, purpose="Stop.", at=NOW) as tx:
        suspend(tx, Target(kind=TargetKind.PRODUCT, name=FORECAST), reason="Bias found.")
    content = told(client, they.cora, "/collections")
    assert [each["id"] for each in content["collections"]] == ["boroughs"]
    for layer in LAYERS[1:]:
        assert get(client, they.cora, f"/collections/{layer}/items").status_code == 403
    with transaction(shelf.database, ADMIN, purpose="Who looked.", at=NOW) as tx:
        assert tx.unshown(select(PublishedRun))
        assert not [e for e in by_product(tx, PLAN) if e.actor_id == they.cora.account_id]


# A real client


@pytest.fixture(scope="module")
def served(looking_desk: Desk) -> Iterator[str]:
    config = uvicorn.Config(create_app(looking_desk), port=0, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}{ROOT}"
    server.should_exit = True
    thread.join(timeout=10)


GDAL = """
import json, sys
import pyogrio, shapely

address, secret, layers, box = json.loads(sys.argv[1])
pyogrio.set_gdal_config_options({"GDAL_HTTP_AUTH": "BEARER", "GDAL_HTTP_BEARER": secret})
source = f"OAPIF:{address}"
found = {"layers": pyogrio.list_layers(source)[:, 0].tolist()}
for layer in layers:
    meta, _, shapes, _ = pyogrio.raw.read(source, layer=layer, PAGE_SIZE="5")
    valid = bool(shapely.is_valid(shapely.from_wkb(shapes)).all())
    found[layer] = [len(shapes), valid, meta["crs"], list(meta["fields"])]
found["box"] = len(pyogrio.raw.read(source, layer=layers[1], bbox=tuple(box))[2])
print(json.dumps(found))
"""


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_gdal_reads_every_layer_in_parts(served: str, known: People) -> None:
    # In a process of its own: while it waits for an answer it lets no other thread run.
    asked = json.dumps([served, known.cora.secret, LAYERS, corners(2)])
    done = subprocess.run(
        [sys.executable, "-c", GDAL, asked], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["layers"] == list(LAYERS)
    for layer, count in zip(LAYERS, (3, 4, 24, 2), strict=True):
        number, is_valid, crs, fields = found[layer]
        assert (number, is_valid) == (count, True)
        assert crs in {"EPSG:4326", "OGC:CRS84"}
        assert ("visit_id" in fields) == (layer == PLAN)
    assert found["box"] == 1
