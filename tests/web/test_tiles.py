"""Tiles of the forecast map: the same facts as its table, for the same people, without delay."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pyogrio
import pytest
import shapely
from starlette.testclient import TestClient

from rightplace.app.service.tiles import Sheet, TileSettings, TileShelf
from rightplace.errors import BadInputError
from rightplace.records.audit.look_up import by_product
from rightplace.records.audit.transaction import transaction
from rightplace.records.stop.switch import Target, TargetKind, suspend
from rightplace.web.application import create_app
from tests.web.published import FORECAST, NOW
from tests.web.signed_in import COMMANDER, cookie

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from rightplace.app.service.shelf import Shelf
    from rightplace.web.desk import Desk

# The four cells lie side by side at 0.1 degrees west, 51.5 degrees north: one tile at zoom 10.
TILE = f"/forecasts/{FORECAST}/tiles/10/511/340.mvt"


def shades(folder: Path, content: bytes) -> dict[int, int]:
    """Shade of each cell of a tile, by GDAL."""
    path = folder / "tile.mvt"
    path.write_bytes(content)
    meta, _, geometry, fields = pyogrio.raw.read(
        path, layer="cells", X="511", Y="340", Z="10", CLIP="NO"
    )
    named = dict(zip(list(meta["fields"]), fields, strict=True))
    assert set(named) == {"mvt_id", "shade"}
    assert all(each.area > 0 for each in shapely.from_wkb(geometry))
    return dict(zip(named["mvt_id"].tolist(), named["shade"].tolist(), strict=True))


def layer(client: TestClient, name: str, query: str = "") -> list[dict[str, Any]]:
    address = f"/forecasts/{FORECAST}/cells.geojson{query}"
    content: dict[str, Any] = client.get(address, headers=cookie(name)).json()
    return [each["properties"] for each in content["features"]]


@pytest.mark.parametrize("query", ["", "?measure=harm", "?slot=2"])
def test_a_tile_shades_each_place_as_the_file_of_outlines_does(
    client: TestClient, tmp_path: Path, query: str
) -> None:
    for _ in range(2):  # made, then kept
        told = client.get(TILE + query, headers=cookie("cora"))
        assert told.status_code == 200
        assert told.headers["content-type"] == "application/vnd.mapbox-vector-tile"
        assert told.headers["cache-control"] == "no-store"
        wanted = [each["shade"] for each in layer(client, "cora", query)]
        assert shades(tmp_path, told.content) == dict(enumerate(wanted))
    assert -1 in wanted


def test_nobody_gets_what_was_kept_for_somebody_else(client: TestClient, tmp_path: Path) -> None:
    assert len(shades(tmp_path, client.get(TILE, headers=cookie("cora")).content)) == 4
    for name, mine in (("nora", {0, 1}), ("cora", {0, 1, 2, 3}), ("nora", {0, 1})):
        assert set(shades(tmp_path, client.get(TILE, headers=cookie(name)).content)) == mine
    assert client.get(f"{TILE}?bcu=Southbank", headers=cookie("nora")).status_code == 403
    assert client.get(TILE, headers=cookie("nick")).status_code == 403
    assert client.get(TILE).status_code == 401


def test_nobody_gets_outlines_that_were_kept_for_somebody_else(client: TestClient) -> None:
    for name, mine in (("cora", 4), ("nora", 2), ("cora", 4), ("nora", 2)):
        assert len(layer(client, name)) == mine
        assert len(layer(client, name, "?bcu=Northbank")) == 2
    assert len(layer(client, "cora", "?bcu=Southbank")) == 1
    file = f"/forecasts/{FORECAST}/cells.geojson"
    assert client.get(f"{file}?bcu=Southbank", headers=cookie("nora")).status_code == 403
    assert client.get(file, headers=cookie("nick")).status_code == 403
    assert client.get(file).status_code == 401


def test_each_map_has_outlines_of_its_own(client: TestClient) -> None:
    maps = ["", "?measure=harm", "?slot=0", "?slot=1", "?slot=1&measure=harm"]
    alone = [layer(client, "cora", query) for query in maps]
    assert alone == [layer(client, "cora", query) for query in maps]  # from what is kept
    words = [[each["words"] for each in properties] for properties in alone]
    assert words[0] != words[2]
    assert words[2] != words[3]


def test_a_stop_holds_for_outlines_that_are_kept_and_each_look_is_written(
    client: TestClient, shelf: Shelf
) -> None:
    layer(client, "cora")
    layer(client, "cora")
    assert looks(shelf) == ["u-002", "u-002"]
    with transaction(shelf.database, COMMANDER.actor, purpose="Stop.", at=NOW) as tx:
        suspend(tx, Target(kind=TargetKind.PRODUCT, name=FORECAST), reason="Bias found.")
    told = client.get(f"/forecasts/{FORECAST}/cells.geojson", headers=cookie("cora"))
    assert told.status_code == 403


@pytest.mark.parametrize("takes", ["gzip", "identity"])
def test_outlines_are_sent_as_the_browser_takes_them(client: TestClient, takes: str) -> None:
    headers = {**cookie("cora"), "accept-encoding": takes}
    told = client.get(f"/forecasts/{FORECAST}/cells.geojson", headers=headers)
    assert told.headers["content-type"] == "application/geo+json"
    assert told.headers.get("content-encoding", "identity") == takes
    assert len(told.json()["features"]) == 4


def test_a_tile_of_a_bcu_holds_its_places_alone(client: TestClient, tmp_path: Path) -> None:
    told = client.get(f"{TILE}?bcu=Southbank", headers=cookie("cora"))
    assert set(shades(tmp_path, told.content)) == {2}


def test_a_tile_that_holds_nothing_has_no_content(client: TestClient) -> None:
    told = client.get(f"/forecasts/{FORECAST}/tiles/10/0/0.mvt", headers=cookie("cora"))
    assert (told.status_code, told.content) == (204, b"")


@pytest.mark.parametrize(
    ("address", "status"),
    [
        (f"/forecasts/{FORECAST}/tiles/10/1024/0.mvt", 404),
        (f"/forecasts/{FORECAST}/tiles/15/0/0.mvt", 404),
        (f"/forecasts/{FORECAST}/tiles/99/0/0.mvt", 404),
        (f"/forecasts/{FORECAST}/tiles/1/{10**40}/0.mvt", 422),
        (f"/forecasts/{FORECAST}/tiles/1/-1/0.mvt", 422),
        (f"/forecasts/{FORECAST}/tiles/a/0/0.mvt", 422),
        (f"{TILE}?slot=6", 422),
        (f"{TILE}?bcu=Nowhere", 422),
        ("/forecasts/f-00000000000f/tiles/1/0/0.mvt", 404),
        (f"/forecasts/{FORECAST}/cells/4.json", 404),
        (f"/forecasts/{FORECAST}/cells/{10**30}.json", 422),
    ],
)
def test_an_address_of_no_tile_is_refused(client: TestClient, address: str, status: int) -> None:
    assert client.get(address, headers=cookie("cora")).status_code == status


def test_a_stop_holds_for_tiles_that_are_kept(client: TestClient, shelf: Shelf) -> None:
    assert client.get(TILE, headers=cookie("cora")).status_code == 200
    with transaction(shelf.database, COMMANDER.actor, purpose="Stop.", at=NOW) as tx:
        suspend(tx, Target(kind=TargetKind.PRODUCT, name=FORECAST), reason="Bias found.")
    assert client.get(TILE, headers=cookie("cora")).status_code == 403


def looks(shelf: Shelf) -> list[str]:
    with transaction(shelf.database, COMMANDER.actor, purpose="Who looked.", at=NOW) as tx:
        acts = by_product(tx, FORECAST)
    return [
        act.actor_id
        for act in acts
        if act.content is not None and act.content["purpose"] == "Draw the forecast map."
    ]


def test_one_look_is_written_for_the_tiles_of_a_while_and_for_each_person(
    desk: Desk, shelf: Shelf
) -> None:
    moment: list[datetime] = [NOW]
    client = TestClient(
        create_app(replace(desk, now=lambda: moment[0])), base_url="https://localhost"
    )
    for minutes, names, lines in (
        (0, ("cora", "cora", "nora"), ["u-002", "u-003"]),
        (9, ("cora",), ["u-002", "u-003"]),
        (10, ("cora", "cora"), ["u-002", "u-003", "u-002"]),
    ):
        moment[0] = NOW + timedelta(minutes=minutes)
        for name in names:
            client.get(TILE, headers=cookie(name))
        assert looks(shelf) == lines


def test_a_map_of_many_cells_is_drawn_by_tiles_and_of_few_by_one_file(desk: Desk) -> None:
    page = f"/forecasts/{FORECAST}"
    for most, by_tiles in ((3, True), (4, False)):
        tiles = TileShelf(settings=TileSettings(cells_from=most))
        client = TestClient(create_app(replace(desk, tiles=tiles)), base_url="https://localhost")
        text = client.get(page, headers=cookie("cora")).text
        assert (f'data-tiles="{page}/tiles/{{z}}/{{x}}/{{y}}.mvt?' in text) == by_tiles
        assert ("data-cells=" in text) != by_tiles


def test_the_place_pointed_at_is_told_in_the_words_of_its_row(client: TestClient) -> None:
    told = client.get(f"/forecasts/{FORECAST}/cells/0.json", headers=cookie("nora"))
    first = layer(client, "nora")[0]
    assert told.json() == {"name": first["name"], "words": first["words"]}
    other = client.get(f"/forecasts/{FORECAST}/cells/2.json", headers=cookie("nora"))
    assert other.status_code == 404
    assert "Street" not in other.text


def test_what_is_kept_never_outgrows_its_room() -> None:
    tiles = TileShelf(settings=TileSettings(kept_mib=1))
    for nth in range(40):
        assert tiles.get((nth,), lambda nth=nth: bytes([nth]) * 100_000)[0] == nth  # type: ignore[misc]  # the default is its own number
        assert tiles.get((0,), lambda: b"\x00" * 100_000)[0] == 0
    assert (0,) in tiles.kept, "what is asked for often stays"
    assert len(tiles.kept) == 10
    assert sum(len(each) for each in tiles.kept.values()) <= 1 << 20
    assert not any(isinstance(each, Sheet) for each in tiles.kept.values())
    with pytest.raises(BadInputError):
        TileSettings(look_minutes=0)
