"""Fetching by the command line from a server on this machine, and without any."""

from __future__ import annotations

import io
import json
import socket
import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from rightplace.crime.fetch.fetching import PoliceUkService, Transfer, open_client
from rightplace.errors import OfflineError
from tests.command import Told, rightplace
from tests.police_uk_server import PoliceUkServer
from tests.worlds import PLACES, STREET_COLUMNS, write_outlines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

MONTHS = ("2018-05", "2018-06")
PLACE = PLACES[0]
SPAN = ("--force", "metropolitan", "--from", MONTHS[0], "--to", MONTHS[1])


def street_file(month: str, rows: int) -> bytes:
    """Return a month's street file with so many robberies in one place."""
    lon, lat = PLACE.point
    force, name = "Metropolitan Police Service", f"On or near {PLACE.street}"
    row = f",{month},{force},{force},{lon},{lat},{name},{PLACE.code},{PLACE.name},Robbery,,"
    return "\n".join([",".join(STREET_COLUMNS), *[row] * rows, ""]).encode()


def archive() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as opened:
        for number, month in enumerate(MONTHS, start=1):
            name = f"{month}/{month}-metropolitan-street.csv"
            opened.writestr(name, street_file(month, rows=number))
            opened.writestr(f"{month}/{month}-kent-street.csv", street_file(month, rows=9))
    return held.getvalue()


def crime(number: int, category: str = "robbery") -> dict[str, Any]:
    lon, lat = PLACE.point
    place = {
        "latitude": f"{lat:.6f}",
        "longitude": f"{lon:.6f}",
        "street": {"id": 7, "name": f"On or near {PLACE.street}"},
    }
    return {
        "id": number,
        "persistent_id": "",
        "category": category,
        "location_type": "Force",
        "location": place,
        "month": "2018-06",
        "outcome_status": None,
        "context": "",
        "location_subtype": "",
    }


@pytest.fixture
def server() -> Iterator[PoliceUkServer]:
    with PoliceUkServer(archives={"2018-06": archive()}) as running:
        yield running


def fetch(address: str, *words: object, workspace: Path) -> Told:
    return rightplace(
        "fetch", "police-uk", "--address", address, *words, "--json", workspace=workspace
    )


def test_a_forces_months_come_out_of_the_archive_and_can_be_taken_in(
    server: PoliceUkServer, tmp_path: Path
) -> None:
    into, workspace = tmp_path / "files", tmp_path / "workspace"
    told = fetch(server.address, *SPAN, "--into", into, workspace=workspace)
    assert told.exit_code == 0, told.stderr
    result = told.json["result"]
    assert (told.json["schema"], result["release"]) == ("rightplace/fetch/1", "2018-06")
    names = [f"{month}/{month}-metropolitan-street.csv" for month in MONTHS]
    assert result["files"] == [str(into / name) for name in names]
    assert result["bytes_transferred"] == len(server.archives["2018-06"])
    assert "2018-06-metropolitan-outcomes" in " ".join(result["missing"])
    assert "Downloading" in told.stderr
    # The archive named after June came out in August, nobody remembers on which day.
    words = ("ingest", "crimes", *result["files"], "--release", "2018-08", "--json")
    taken = rightplace(*words, workspace=workspace)
    assert taken.exit_code == 0, taken.stderr
    assert sum(f["stored"] for f in taken.json["result"]["files"]) == 3  # one in May, two in June
    assert {f["release"] for f in taken.json["result"]["files"]} == {"2018-08-31"}
    again = (*words[:-2], "2018-13", "--json")
    assert "is not a day" in rightplace(*again, workspace=workspace).json["error"]["message"]


def test_what_is_held_is_not_fetched_again(server: PoliceUkServer, tmp_path: Path) -> None:
    first, second = (
        fetch(server.address, *SPAN, "--into", tmp_path, workspace=tmp_path / "w") for _ in range(2)
    )
    assert second.json["result"]["files"] == first.json["result"]["files"]
    assert second.json["result"]["bytes_transferred"] == 0


def test_a_study_area_is_asked_for_cell_by_cell(server: PoliceUkServer, tmp_path: Path) -> None:
    server.crimes = {"2018-06": [crime(1), crime(2, "drugs")]}
    workspace, into = tmp_path / "workspace", tmp_path / "files"
    outlines = write_outlines(tmp_path / "lsoa.geojson")
    area = rightplace("areas", "define", outlines, "--unit", "lsoa", "--json", workspace=workspace)
    june = ("--force", "metropolitan", "--from", "2018-06", "--to", "2018-06")
    told = fetch(
        server.address, *june, "--into", into, "--area", area.json["id"], workspace=workspace
    )
    assert told.exit_code == 0, told.stderr
    replies = [path for path in told.json["result"]["files"] if PLACE.code in path]
    assert len(replies) == 1
    with open(replies[0], encoding="utf-8") as file:  # noqa: PTH123 - a path as it was printed
        assert [each["id"] for each in json.load(file)] == [1, 2]
    # One question for the months there are, one for the newest, and one for each of 16 cells.
    assert len(server.seen) == 2 + len(PLACES)
    taken = rightplace("ingest", "crimes", into, "--json", workspace=workspace)
    assert sum(f["stored"] for f in taken.json["result"]["files"]) == 2


def test_an_area_of_too_many_cells_is_sent_to_the_archive(
    server: PoliceUkServer, tmp_path: Path
) -> None:
    workspace = tmp_path / "workspace"
    outlines = write_outlines(tmp_path / "lsoa.geojson")
    squares = ("areas", "define", outlines, "--unit", "square", "--cell", 60, "--json")
    area = rightplace(*squares, workspace=workspace).json
    assert area["result"]["cells"] > 1000
    told = fetch(server.address, *SPAN, "--area", area["id"], workspace=workspace)
    assert told.exit_code == 2
    assert "leave out --area" in told.json["error"]["remedy"]
    assert server.seen == []


def test_a_force_that_is_not_published_is_named_with_the_nearest(
    server: PoliceUkServer, tmp_path: Path
) -> None:
    words = ("--force", "metropolitn", "--from", "2018-06", "--to", "2018-06")
    told = fetch(server.address, *words, "--into", tmp_path, workspace=tmp_path / "w")
    assert told.exit_code == 30
    assert "metropolitan" in told.json["error"]["remedy"]


def test_a_month_that_is_no_month_is_refused(server: PoliceUkServer, tmp_path: Path) -> None:
    words = ("--force", "metropolitan", "--from", "2018-13", "--to", "2018-06")
    told = fetch(server.address, *words, "--into", tmp_path, workspace=tmp_path / "w")
    assert (told.exit_code, told.json["error"]["value"]) == (10, "2018-13")


def test_without_a_connection_the_exit_is_50_and_the_way_out_is_named(
    tmp_path: Path,
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))  # bound but not listening: connections are refused
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
        told = fetch(address, *SPAN, "--into", tmp_path / "files", workspace=tmp_path / "w")
    assert told.exit_code == 50
    error = told.json["error"]
    assert error["code"] == "offline"
    assert "no connection" in error["message"]
    assert "in a browser" in error["remedy"]
    assert not (tmp_path / "files").exists()


def test_where_nobody_answers_there_are_three_tries_and_not_six() -> None:
    slept: list[float] = []
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        service = PoliceUkService(api_url=f"http://127.0.0.1:{free.getsockname()[1]}/api")
        with open_client(service) as client:
            transfer = Transfer(
                client=client,
                service=service,
                rng=np.random.default_rng(0),
                elapsed=lambda: 0.0,
                sleep=slept.append,
            )
            with pytest.raises(OfflineError, match="no connection"):
                transfer.ask(f"{service.api_url}/crime-last-updated")
    assert (service.connect_tries, service.tries) == (3, 6)
    assert len(slept) == 2
