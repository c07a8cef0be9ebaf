"""Fetching from a server on this machine that answers, and fails, as the real one does."""

from __future__ import annotations

import io
import json
import os
import resource
import socket
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from pytest_socket import SocketConnectBlockedError

from rightplace.core.canonical import file_digest
from rightplace.core.time import Month, months_between
from rightplace.crime.fetch.fetching import (
    Fetched,
    PoliceUkService,
    Progress,
    Transfer,
    Wanted,
    fetch_api,
    fetch_archive,
    fetch_police_uk,
    open_client,
)
from rightplace.errors import BadInputError, OfflineError, StaleDataError, StorageError, UsageError
from tests.police_uk_server import PoliceUkServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rightplace.crime.fetch.polygons import Ring

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

JUNE, MAY = Month(2018, 6), Month(2018, 5)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CITY = Wanted.span("city-of-london", JUNE, last=JUNE)
SQUARE: Ring = ((0.0, 51.0), (1.0, 51.0), (1.0, 52.0), (0.0, 52.0))


class Errand:
    """A transfer whose clock moves only when it sleeps, and what it told of its progress."""

    def __init__(self, service: PoliceUkService) -> None:
        self.now, self.slept, self.told = 0.0, list[float](), list[Progress]()
        self.client = open_client(service)
        self.transfer = Transfer(
            client=self.client,
            service=service,
            rng=np.random.default_rng(0),
            elapsed=lambda: self.now,
            sleep=self.sleep,
            progress=self.told.append,
        )

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def archive(self, into: Path, wanted: Wanted = CITY, release: Month = JUNE) -> Fetched:
        return fetch_archive(self.transfer, wanted, release=release, into=into, fetched_at=NOON)

    def api(self, into: Path, wanted: Wanted = CITY, **polygons: Ring) -> Fetched:
        return fetch_api(self.transfer, wanted, polygons=polygons, into=into, fetched_at=NOON)


def zipped(members: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return held.getvalue()


def national(*months: str) -> bytes:
    rng = np.random.default_rng(7)
    members = {
        f"{month}/{month}-{force}-{kind}.csv": f"{month},{force},{kind}\n".encode()
        + rng.bytes(9000)
        for month in months
        for force in ("city-of-london", "kent", "metropolitan")
        for kind in ("street", "outcomes", "stop-and-search")
        if (force, kind) != ("kent", "stop-and-search")
    }
    return zipped(members)


def crime(number: int, lon: float, lat: float) -> dict[str, Any]:
    place = {"latitude": f"{lat:.6f}", "longitude": f"{lon:.6f}", "street": {"id": 1, "name": ""}}
    return {"id": number, "category": "violent-crime", "month": "2018-06", "location": place}


def names_in(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def note_on(path: Path) -> dict[str, Any]:
    note: dict[str, Any] = json.loads(path.with_name(f"{path.name}.provenance.json").read_text())
    return note


@pytest.fixture
def server() -> Iterator[PoliceUkServer]:
    with PoliceUkServer(archives={"2018-06": national("2018-05", "2018-06")}) as running:
        yield running


@pytest.fixture
def errand(server: PoliceUkServer) -> Iterator[Errand]:
    made = Errand(server.service())
    with made.client:
        yield made


@pytest.mark.filterwarnings("ignore:A test tried to use socket")
def test_nothing_but_this_machine_can_be_reached_from_these_tests() -> None:
    with pytest.raises(SocketConnectBlockedError), socket.socket() as tried:
        tried.connect(("192.0.2.1", 443))  # kept free for documentation, RFC 5737


# --- the archive


def test_one_force_and_month_is_taken_out_of_the_archive_as_published(
    errand: Errand, server: PoliceUkServer, tmp_path: Path
) -> None:
    fetched = errand.archive(tmp_path)
    stem = "2018-06/2018-06-city-of-london"
    kinds = ["street", "outcomes", "stop-and-search"]
    assert fetched.files == tuple(tmp_path / f"{stem}-{kind}.csv" for kind in kinds)
    with zipfile.ZipFile(io.BytesIO(server.archives["2018-06"])) as archive:
        for path in fetched.files:
            assert path.read_bytes() == archive.read(path.relative_to(tmp_path).as_posix())
    notes = [f"{stem}-{kind}.csv.provenance.json" for kind in kinds]
    held = ["archives/2018-06.zip", "archives/2018-06.zip.provenance.json"]
    assert names_in(tmp_path) == sorted([*(f"{stem}-{k}.csv" for k in kinds), *notes, *held])
    assert (fetched.missing, fetched.release) == ((), JUNE)
    assert fetched.transferred == len(server.archives["2018-06"])


def test_each_file_has_a_note_of_where_it_comes_from(
    errand: Errand, server: PoliceUkServer, tmp_path: Path
) -> None:
    path = errand.archive(tmp_path).files[0]
    note = note_on(path)
    assert note["url"] == f"{server.address}/data/archive/2018-06.zip"
    assert note["fetched_at"] == "2026-03-02T12:00:00+00:00"
    assert note["etag"].startswith('"')
    assert note["release"] == "2018-06"
    assert note["member"] == "2018-06/2018-06-city-of-london-street.csv"
    assert note["sha256"] == file_digest(path)


def test_a_moment_without_a_zone_is_refused(errand: Errand, tmp_path: Path) -> None:
    naive = NOON.replace(tzinfo=None)
    with pytest.raises(ValueError, match="no zone"):
        fetch_archive(errand.transfer, CITY, release=JUNE, into=tmp_path, fetched_at=naive)


def test_an_archive_that_is_held_is_not_fetched_again(
    errand: Errand, server: PoliceUkServer, tmp_path: Path
) -> None:
    errand.archive(tmp_path)
    again = errand.archive(tmp_path, Wanted.span("metropolitan", MAY, last=JUNE))
    assert len(server.seen) == 1
    assert again.transferred == 0
    assert len(again.files) == 6
    assert note_on(again.files[0])["etag"] == note_on(tmp_path / "archives/2018-06.zip")["etag"]


def test_after_two_cuts_only_the_missing_bytes_are_fetched(
    errand: Errand, server: PoliceUkServer, tmp_path: Path
) -> None:
    whole = len(server.archives["2018-06"])
    server.cuts = [20_000, 30_000]
    fetched = errand.archive(tmp_path)
    assert server.sent(".zip") == whole == fetched.transferred
    assert [seen.range for seen in server.seen] == [None, "bytes=20000-", "bytes=50000-"]
    assert len(errand.slept) == 2
    assert (tmp_path / "archives/2018-06.zip").read_bytes() == server.archives["2018-06"]


def test_a_later_call_goes_on_where_the_first_one_gave_up(
    server: PoliceUkServer, tmp_path: Path
) -> None:
    server.cuts = [20_000]
    impatient = Errand(server.service(tries=1))
    with impatient.client, pytest.raises(OfflineError, match=r"20,000 bytes of 2018-06\.zip"):
        impatient.archive(tmp_path)
    assert not (tmp_path / "archives/2018-06.zip").exists()
    later = Errand(server.service())
    with later.client:
        later.archive(tmp_path)
    whole = len(server.archives["2018-06"])
    assert server.sent(".zip") == whole
    assert server.seen[1].range == "bytes=20000-"
    assert (server.seen[1].if_range or "").startswith('"')
    assert "archives/2018-06.zip.part" not in names_in(tmp_path)
    assert "archives/2018-06.zip.part.json" not in names_in(tmp_path)


def test_a_file_that_changed_meanwhile_starts_again(server: PoliceUkServer, tmp_path: Path) -> None:
    server.cuts = [20_000]
    impatient = Errand(server.service(tries=1))
    with impatient.client, pytest.raises(OfflineError):
        impatient.archive(tmp_path)
    server.archives["2018-06"] = national("2018-06")
    later = Errand(server.service())
    with later.client:
        later.archive(tmp_path)
    assert (tmp_path / "archives/2018-06.zip").read_bytes() == server.archives["2018-06"]


@pytest.mark.parametrize("trouble", ["ignores ranges", "gives no mark", "shifts the range"])
def test_bytes_that_cannot_be_joined_safely_are_fetched_anew(
    errand: Errand, server: PoliceUkServer, tmp_path: Path, trouble: str
) -> None:
    server.cuts = [20_000]
    server.honours_ranges = trouble != "ignores ranges"
    server.marks = trouble != "gives no mark"
    server.shifted_range = 5 if trouble == "shifts the range" else 0
    errand.archive(tmp_path)
    assert (tmp_path / "archives/2018-06.zip").read_bytes() == server.archives["2018-06"]


def test_a_part_nobody_vouches_for_is_not_continued(
    errand: Errand, server: PoliceUkServer, tmp_path: Path
) -> None:
    part = tmp_path / "archives/2018-06.zip.part"
    part.parent.mkdir()
    part.write_bytes(b"something else" * 100)
    errand.archive(tmp_path)
    assert server.seen[0].range is None


def test_a_length_that_never_comes_true_ends_in_an_error_not_in_a_file(
    errand: Errand, server: PoliceUkServer, tmp_path: Path
) -> None:
    server.stated_extra = 10
    with pytest.raises(OfflineError) as failed:
        errand.archive(tmp_path)
    assert failed.value.exit_code == 50
    assert not (tmp_path / "archives/2018-06.zip").exists()
    assert len(server.seen) == 6


@pytest.mark.parametrize("content", [b"<html>Please log in</html>", b""])
def test_what_is_no_archive_is_thrown_away(
    errand: Errand, server: PoliceUkServer, tmp_path: Path, content: bytes
) -> None:
    server.archives["2018-06"] = content
    with pytest.raises(BadInputError, match="not a whole zip archive"):
        errand.archive(tmp_path)
    assert names_in(tmp_path) == []


def test_a_damaged_member_is_found_before_the_archive_gets_its_name(
    errand: Errand, server: PoliceUkServer, tmp_path: Path
) -> None:
    damaged = bytearray(server.archives["2018-06"])
    damaged[5000] ^= 0xFF
    server.archives["2018-06"] = bytes(damaged)
    with pytest.raises(BadInputError, match="thrown away"):
        errand.archive(tmp_path)
    assert names_in(tmp_path) == []


def test_a_member_damaged_on_this_disk_leaves_no_half_file(errand: Errand, tmp_path: Path) -> None:
    errand.archive(tmp_path, Wanted.span("metropolitan", MAY, last=MAY))
    archive = tmp_path / "archives/2018-06.zip"
    with zipfile.ZipFile(archive) as held:
        start = held.getinfo("2018-06/2018-06-city-of-london-street.csv").header_offset
    rotten = bytearray(archive.read_bytes())
    rotten[start + 2000] ^= 0xFF
    archive.write_bytes(rotten)
    with pytest.raises(BadInputError, match="damaged at this member"):
        errand.archive(tmp_path)
    assert not list((tmp_path / "2018-06").iterdir())


def test_members_cannot_write_outside_the_folder(
    errand: Errand, server: PoliceUkServer, tmp_path: Path
) -> None:
    home = tmp_path / "deep" / "home"
    street = "2018-06/2018-06-city-of-london-street.csv"
    strange = ["../../evil.csv", "/evil.csv", f"../{street}", f"../../{street}", "C:\\evil.csv"]
    server.archives["2018-06"] = zipped({street: b"Month\n"} | dict.fromkeys(strange, b"evil"))
    fetched = errand.archive(home)
    assert fetched.files == (home / street,)
    assert fetched.files[0].read_bytes() == b"Month\n"
    assert {p.parent for p in tmp_path.rglob("*.csv")} == {home / "2018-06"}


def test_files_a_force_does_not_publish_are_named_as_missing(
    errand: Errand, tmp_path: Path
) -> None:
    fetched = errand.archive(tmp_path, Wanted.span("kent", JUNE, last=JUNE))
    assert [path.name for path in fetched.files] == [
        "2018-06-kent-street.csv",
        "2018-06-kent-outcomes.csv",
    ]
    assert fetched.missing == ("2018-06-kent-stop-and-search",)


def test_a_force_that_is_not_in_the_archive_is_refused_with_the_nearest(
    errand: Errand, tmp_path: Path
) -> None:
    with pytest.raises(StaleDataError, match="Did you mean 'metropolitan'") as refused:
        errand.archive(tmp_path, Wanted.span("metropolitan-police", JUNE, last=JUNE))
    assert refused.value.exit_code == 30


def test_a_month_without_archive_is_said_so(errand: Errand, tmp_path: Path) -> None:
    with pytest.raises(StaleDataError, match="404"):
        errand.archive(tmp_path, release=Month(2009, 1))
    assert names_in(tmp_path) == []


def test_a_disk_that_takes_no_more_is_said_so_and_what_it_took_is_not_fetched_again(
    errand: Errand, server: PoliceUkServer, tmp_path: Path
) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, most))
    try:
        with pytest.raises(StorageError, match="The disk refused to take it") as failed:
            errand.archive(tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    assert failed.value.exit_code == 70
    assert "Free some space" in str(failed.value)
    assert not (tmp_path / "archives/2018-06.zip").exists()
    errand.archive(tmp_path)
    assert server.seen[1].range == "bytes=50000-"
    assert (tmp_path / "archives/2018-06.zip").read_bytes() == server.archives["2018-06"]


def test_a_full_disk_leaves_no_half_member_and_no_half_reply(
    errand: Errand, server: PoliceUkServer, tmp_path: Path
) -> None:
    folder = tmp_path / "2018-06"
    folder.mkdir()
    stem = "2018-06-city-of-london"
    (folder / f"{stem}-outcomes.csv.part").symlink_to("/dev/full")
    with pytest.raises(StorageError, match=r"outcomes\.csv.*No space left on device"):
        errand.archive(tmp_path)
    assert not (folder / f"{stem}-outcomes.csv").exists()
    server.searches = {("city-of-london", "2018-06"): []}
    aside = f".{stem}-stop-and-search.json.part-{os.getpid()}"
    (folder / aside).symlink_to("/dev/full")
    with pytest.raises(StorageError, match=r"stop-and-search\.json.*No space left on device"):
        errand.api(tmp_path)
    assert not (folder / f"{stem}-stop-and-search.json").exists()


def test_a_folder_that_cannot_be_made_is_said_so(errand: Errand, tmp_path: Path) -> None:
    (tmp_path / "archives").write_text("a file stands here")
    with pytest.raises(StorageError, match="refused to take archives"):
        errand.archive(tmp_path)


def test_progress_is_told_up_to_the_whole(
    errand: Errand, server: PoliceUkServer, tmp_path: Path
) -> None:
    errand.archive(tmp_path)
    whole = len(server.archives["2018-06"])
    loading = [told for told in errand.told if told.unit == "bytes"]
    assert [told.done for told in loading] == sorted(told.done for told in loading)
    assert (loading[-1].done, loading[-1].total) == (whole, whole)
    assert loading[-1].step == "Downloading 2018-06.zip"
    checking = [told for told in errand.told if told.unit == "files"]
    assert (checking[-1].done, checking[-1].total) == (16, 16)


def test_a_span_longer_than_an_archive_is_taken_from_two(
    errand: Errand, server: PoliceUkServer, tmp_path: Path
) -> None:
    server.archives = {
        "2018-05": national("2015-06", "2018-05"),
        "2018-06": national("2018-05", "2018-06"),
    }
    wanted = Wanted.span("metropolitan", Month(2015, 6), last=JUNE)
    found = fetch_police_uk(errand.transfer, wanted, into=tmp_path, fetched_at=NOON)
    assert [each.release for each in found] == [MAY, JUNE]
    assert [len(each.files) for each in found] == [6, 3]
    assert found[0].missing[0] == "2015-07-metropolitan-street"
    assert len(found[0].missing) == 34 * 3


# --- patience


def test_the_wait_a_server_asks_for_is_kept(
    errand: Errand, server: PoliceUkServer, tmp_path: Path
) -> None:
    server.scripted["2018-06.zip"] = [(429, {"Retry-After": "7"}, b"")]
    server.scripted["crime-last-updated"] = [(429, {"Retry-After": "9"}, b""), (502, {}, b"")]
    fetch_police_uk(errand.transfer, CITY, into=tmp_path, fetched_at=NOON)
    assert errand.slept[0] == 9
    assert 1 <= errand.slept[1] <= 2
    assert errand.slept[2:] == [7]


def test_a_server_that_stays_down_is_given_up_after_the_allowed_tries(
    errand: Errand, server: PoliceUkServer, tmp_path: Path
) -> None:
    server.scripted["2018-06.zip"] = [(500, {}, b"")] * 20
    with pytest.raises(OfflineError, match="status 500"):
        errand.archive(tmp_path)
    assert len(server.seen) == 6
    assert len(errand.slept) == 5
    for slept, whole in zip(errand.slept, [1, 2, 4, 8, 16], strict=True):
        assert whole / 2 <= slept <= whole


@pytest.mark.parametrize(
    "answer", [(429, {"Retry-After": "3600"}, b""), (403, {}, b"")], ids=["an hour", "forbidden"]
)
@pytest.mark.parametrize("end", ["2018-06.zip", "crime-last-updated"])
def test_what_waiting_cannot_mend_is_not_waited_for(
    errand: Errand,
    server: PoliceUkServer,
    tmp_path: Path,
    answer: tuple[int, dict[str, str], bytes],
    end: str,
) -> None:
    server.scripted[end] = [answer] * 20
    with pytest.raises(OfflineError, match=f"status {answer[0]}"):
        fetch_police_uk(errand.transfer, CITY, into=tmp_path, fetched_at=NOON)
    assert errand.slept == []
    assert len(server.asked(end)) == 1


def test_without_a_connection_host_holdings_and_way_out_are_named(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))  # bound but not listening: connections are refused
        port = free.getsockname()[1]
        service = PoliceUkService(archive_url=f"http://127.0.0.1:{port}/{{month}}.zip", tries=2)
        offline = Errand(service)
        with offline.client, pytest.raises(OfflineError) as failed:
            offline.archive(tmp_path)
    said = str(failed.value)
    assert failed.value.exit_code == 50
    for part in (
        f"127.0.0.1:{port}",
        "no connection",
        "no complete file yet",
        "in a browser from https://data.police.uk/data/",
        "`rightplace ingest crimes FILE`",
    ):
        assert part in said
    assert names_in(tmp_path) == []


def test_a_connection_lost_half_way_says_what_is_already_kept(
    errand: Errand, server: PoliceUkServer, tmp_path: Path
) -> None:
    server.searches = {
        ("city-of-london", m): [{"type": "Person search"}] for m in ("2018-05", "2018-06")
    }
    server.scripted["stops-force"] = [(200, {}, b"[]"), *[(500, {}, b"")] * 6]
    wanted = Wanted(force="city-of-london", months=(MAY, JUNE), kinds=("stop-and-search",))
    with pytest.raises(OfflineError) as failed:
        errand.api(tmp_path, wanted)
    kept = tmp_path / "2018-05/2018-05-city-of-london-stop-and-search.json"
    assert kept.read_bytes() == b"[]"
    assert f"Kept: 1 complete file, the last {kept}." in str(failed.value)


# --- the API


def test_searches_are_stored_byte_for_byte_with_a_note(
    errand: Errand, server: PoliceUkServer, tmp_path: Path
) -> None:
    body = b'[{"type": "Person search",  "location": null}]\n'
    server.searches = {("city-of-london", "2018-06"): []}
    server.scripted["stops-force"] = [(200, {"ETag": '"abc"'}, body)]
    fetched = errand.api(tmp_path)
    (path,) = fetched.files
    assert path == tmp_path / "2018-06/2018-06-city-of-london-stop-and-search.json"
    assert path.read_bytes() == body
    assert note_on(path) == {
        "url": f"{server.address}/api/stops-force",
        "parameters": {"force": "city-of-london", "date": "2018-06"},
        "release": "2018-06",
        "fetched_at": "2026-03-02T12:00:00+00:00",
        "etag": '"abc"',
        "sha256": file_digest(path),
    }
    assert fetched.transferred == len(body)


def test_a_month_a_force_has_not_published_is_missing_not_empty(
    errand: Errand, server: PoliceUkServer, tmp_path: Path
) -> None:
    server.searches = {("city-of-london", "2018-05"): [], ("kent", "2018-06"): []}
    fetched = errand.api(tmp_path, Wanted.span("city-of-london", MAY, last=JUNE))
    assert [path.name for path in fetched.files] == ["2018-05-city-of-london-stop-and-search.json"]
    assert fetched.missing == ("2018-06-city-of-london-stop-and-search",)
    assert [seen.parameters["date"] for seen in server.asked("stops-force")] == ["2018-05"]


def test_a_force_the_api_does_not_know_is_refused_with_the_nearest(
    errand: Errand, server: PoliceUkServer, tmp_path: Path
) -> None:
    server.searches = {("metropolitan", "2018-06"): []}
    with pytest.raises(StaleDataError, match="Did you mean 'metropolitan'"):
        errand.api(tmp_path, Wanted.span("metropolitan-police", JUNE, last=JUNE))


def test_a_polygon_with_too_many_crimes_is_halved_until_every_crime_is_had(
    errand: Errand, server: PoliceUkServer, tmp_path: Path
) -> None:
    rng = np.random.default_rng(3)
    points = rng.uniform((0.001, 51.001), (0.999, 51.999), size=(200, 2)).round(6)
    server.crimes = {"2018-06": [crime(i, lon, lat) for i, (lon, lat) in enumerate(points)]}
    server.most_crimes = 30
    fetched = errand.api(tmp_path, E05000266=SQUARE)
    replies = [json.loads(path.read_bytes()) for path in fetched.files]
    assert max(map(len, replies)) <= 30
    assert {each["id"] for reply in replies for each in reply} == set(range(200))
    stem = "2018-06-city-of-london-street-area_E05000266"
    assert all(path.name.startswith(f"{stem}-") for path in fetched.files)
    assert all(note_on(path)["parameters"]["poly"].count(":") >= 2 for path in fetched.files)


def test_a_crime_on_the_line_between_halves_is_lost_by_neither(
    errand: Errand, server: PoliceUkServer, tmp_path: Path
) -> None:
    # The square is higher than wide on the ground: the line lies at latitude 51.5.
    server.crimes = {"2018-06": [crime(1, 0.5, 51.5), crime(2, 0.5, 51.2), crime(3, 0.5, 51.8)]}
    server.most_crimes = 2
    fetched = errand.api(tmp_path, E1=SQUARE)
    found = [[each["id"] for each in json.loads(p.read_bytes())] for p in fetched.files]
    assert found == [[1, 2], [1, 3]]


def test_pieces_of_an_earlier_release_do_not_stay_beside_the_new_reply(
    errand: Errand, server: PoliceUkServer, tmp_path: Path
) -> None:
    server.crimes = {"2018-06": [crime(1, 0.5, 51.2), crime(2, 0.5, 51.8), crime(3, 0.5, 51.9)]}
    server.most_crimes = 2
    errand.api(tmp_path, E1=SQUARE, E10=SQUARE)
    assert len(list(tmp_path.rglob("*area_E1-*.json"))) == 4
    server.last_updated, server.most_crimes = "2018-07-01", 10
    errand.api(tmp_path, E1=SQUARE)
    stem = "2018-06-city-of-london-street-area_"
    assert sorted(p.name for p in tmp_path.rglob("*area_*") if "provenance" not in p.name) == [
        f"{stem}E1.json",
        f"{stem}E10-a.json",
        f"{stem}E10-b.json",
    ]


def test_a_piece_that_stays_too_big_ends_in_an_error(
    server: PoliceUkServer, tmp_path: Path
) -> None:
    server.crimes = {"2018-06": [crime(i, 0.05, 51.05) for i in range(5)]}
    server.most_crimes = 4
    stubborn = Errand(server.service(halvings=3))
    with stubborn.client, pytest.raises(OfflineError, match="status 503 even for a small piece"):
        stubborn.api(tmp_path, E1=SQUARE)
    assert len(server.asked("all-crime")) == 4


def test_a_503_that_names_a_time_is_waited_for_not_halved(
    errand: Errand, server: PoliceUkServer, tmp_path: Path
) -> None:
    server.crimes = {"2018-06": [crime(1, 0.5, 51.2)]}
    server.scripted["all-crime"] = [(503, {"Retry-After": "4"}, b"")]
    fetched = errand.api(tmp_path, E1=SQUARE)
    assert len(fetched.files) == 1
    assert errand.slept == [4]


def test_a_long_polygon_goes_by_post(
    errand: Errand, server: PoliceUkServer, tmp_path: Path
) -> None:
    server.crimes = {"2018-06": [crime(1, 0.5, 51.5)]}
    turns = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    circle = tuple((0.5 + 0.4 * float(np.cos(t)), 51.5 + 0.4 * float(np.sin(t))) for t in turns)
    errand.api(tmp_path, E1=circle, E2=SQUARE)
    assert [seen.method for seen in server.asked("all-crime")] == ["POST", "GET"]
    assert len(list(tmp_path.rglob("*area_E*.json"))) == 4


def test_replies_of_the_same_release_are_not_fetched_again(
    errand: Errand, server: PoliceUkServer, tmp_path: Path
) -> None:
    server.crimes = {"2018-06": [crime(1, 0.5, 51.5)]}
    server.searches = {("city-of-london", "2018-06"): []}
    first = errand.api(tmp_path, E1=SQUARE)
    again = errand.api(tmp_path, E1=SQUARE)
    assert again.files == first.files
    assert again.transferred == 0
    assert len(server.asked("all-crime")) == len(server.asked("stops-force")) == 1
    server.last_updated = "2018-07-01"
    errand.api(tmp_path, E1=SQUARE)
    assert len(server.asked("all-crime")) == 2


def test_a_login_page_in_the_servers_place_is_not_stored(
    errand: Errand, server: PoliceUkServer, tmp_path: Path
) -> None:
    server.searches = {("city-of-london", "2018-06"): []}
    server.scripted["stops-force"] = [(200, {"Content-Type": "text/html"}, b"<html>Hotel</html>")]
    with pytest.raises(OfflineError, match="not JSON"):
        errand.api(tmp_path)
    assert names_in(tmp_path) == []


def test_many_requests_keep_the_published_rate(
    errand: Errand, server: PoliceUkServer, tmp_path: Path
) -> None:
    months = tuple(months_between(Month(2013, 7), JUNE))
    server.searches = {("city-of-london", str(month)): [] for month in months}
    errand.api(tmp_path, Wanted(force="city-of-london", months=months))
    # 60 months and two questions before them: 62 requests, 30 of them in the first burst.
    assert len(server.seen) == 62
    assert errand.now == pytest.approx((62 - 30) / 15)


@pytest.mark.parametrize("name", ["../evil", "a b", "", "E05-1"])
def test_a_polygon_whose_name_cannot_name_a_file_is_refused(
    errand: Errand, server: PoliceUkServer, tmp_path: Path, name: str
) -> None:
    with pytest.raises(UsageError, match="not letters and digits"):
        fetch_api(errand.transfer, CITY, polygons={name: SQUARE}, into=tmp_path, fetched_at=NOON)
    assert server.seen == []


def test_a_redirect_to_where_the_archives_really_lie_is_followed(
    errand: Errand, server: PoliceUkServer, tmp_path: Path
) -> None:
    server.archives["moved"] = server.archives["2018-06"]
    there = f"{server.address}/data/archive/moved.zip"
    server.scripted["2018-06.zip"] = [(302, {"Location": there}, b"")] * 2
    server.cuts = [20_000]
    errand.archive(tmp_path)
    assert [seen.range for seen in server.asked("moved.zip")] == [None, "bytes=20000-"]
