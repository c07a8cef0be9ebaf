"""The places of a forecast as a table to take away."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from tests.web.published import AS_OF, FORECAST
from tests.web.signed_in import cookie

if TYPE_CHECKING:
    from starlette.testclient import TestClient

FILE = f"/forecasts/{FORECAST}/places.csv"


def rows_of(client: TestClient, address: str, who: str = "ann") -> list[dict[str, str]]:
    told = client.get(address, headers=cookie(who))
    assert told.status_code == 200
    assert told.headers["content-disposition"].startswith("attachment; filename=")
    assert "\u202e" not in told.text
    return list(csv.DictReader(io.StringIO(told.content.decode("utf-8-sig"))))


def test_every_place_of_the_table_is_in_the_file_and_no_data_is_empty(client: TestClient) -> None:
    rows = rows_of(client, f"{FILE}?slot=0")
    assert [row["rank"] for row in rows] == ["1", "2", "3", "4"]
    assert [row["expected_count"] for row in rows] == ["0.9", "0.2", "0.01", ""]
    assert (rows[0]["lo80"], rows[0]["hi80"], rows[0]["expected_harm"]) == ("0.0", "2.0", "450.0")
    assert rows[0]["data_cut_off"] == AS_OF.isoformat()
    assert all("not reasonable grounds" in row["notice"] for row in rows)


def test_the_file_holds_what_the_address_asks_for_and_the_role_shows(client: TestClient) -> None:
    assert len(rows_of(client, f"{FILE}?search=street+1")) == 1
    assert {row["borough"] for row in rows_of(client, FILE, "nora")} == {"Northbank"}
    assert client.get(FILE, headers=cookie("nick")).status_code == 403
    assert client.get(f"{FILE}?bcu=Southbank", headers=cookie("nora")).status_code == 403
    assert client.get(f"{FILE}?slot=99", headers=cookie("ann")).status_code == 422
