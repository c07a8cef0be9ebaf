"""Two files of one population and month never add up: which stands, and what is refused."""

from __future__ import annotations

import zipfile
from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.small_files import (
    FEED,
    World,
    csv_bytes,
    record,
    reply,
    street,
    write,
    write_replies,
)

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.app.answer import Answer
    from rightplace.app.ingest import IngestResult

AUGUST, SEPTEMBER, OCTOBER = date(2018, 8, 1), date(2018, 9, 1), date(2018, 10, 1)
OLD = [street(1, Last_outcome_category="Under investigation"), street(2)]
NEW = [street(1, Last_outcome_category="Suspect charged"), street(2), street(3)]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def refusal(answer: Answer[IngestResult]) -> str:
    assert answer.exit_code == 10
    assert answer.error is not None
    return f"{answer.error.file}: {answer.error.message} {answer.error.remedy}"


def reasons(world: World, name: str) -> dict[str, int]:
    return {reason.code: reason.count for reason in world.files()[name].reasons}


@pytest.mark.parametrize("order", [("old", "new"), ("new", "old")])
def test_a_later_declared_release_supersedes_in_whatever_order_it_comes(
    order: tuple[str, str], world: World
) -> None:
    given = {"old": (OLD, AUGUST), "new": (NEW, SEPTEMBER)}
    for name in order:
        rows, release = given[name]
        answer = world.ingest(write(world.root / f"{name}.csv", rows), release=release)
        assert answer.exit_code == 0
    assert {r["outcome"] for r in world.standing() if r["reference"] == "id1"} == {
        "Suspect charged"
    }
    assert (world.stored(), reasons(world, "old.csv")) == (3, {"newer_release": 2})


def test_known_at_brings_the_older_release_back(world: World) -> None:
    world.ingest(write(world.root / "old.csv", OLD), release=AUGUST)
    world.ingest(write(world.root / "new.csv", NEW), release=SEPTEMBER)
    assert len(world.standing(known_at=date(2018, 7, 31))) == 0
    assert len(world.standing(known_at=date(2018, 8, 31))) == 2
    assert len(world.standing(known_at=SEPTEMBER)) == 3


def test_a_release_that_goes_back_to_older_rows_stands(world: World) -> None:
    world.ingest(write(world.root / "one.csv", OLD), release=AUGUST)
    world.ingest(write(world.root / "two.csv", NEW), release=SEPTEMBER)
    world.ingest(write(world.root / "three.csv", OLD[::-1]), release=OCTOBER)
    assert len(world.standing()) == 2
    assert len(world.standing(known_at=SEPTEMBER)) == 3
    assert reasons(world, "two.csv") == {"newer_release": 3}


def test_the_same_rows_in_a_later_release_outlast_one_that_comes_between(world: World) -> None:
    world.ingest(write(world.root / "one.csv", OLD), release=AUGUST)
    world.ingest(write(world.root / "three.csv", OLD[::-1]), release=OCTOBER)
    world.ingest(write(world.root / "two.csv", NEW), release=SEPTEMBER)
    assert {r["reference"] for r in world.standing()} == {"id1", "id2"}
    assert world.stored() == 2


@pytest.mark.parametrize("releases", [(None, None), (AUGUST, AUGUST), (AUGUST, None)])
def test_other_rows_of_unknown_order_are_refused_naming_both_files(
    releases: tuple[date | None, date | None], world: World
) -> None:
    world.ingest(write(world.root / "one.csv", OLD), release=releases[0])
    said = refusal(world.ingest(write(world.root / "two.csv", NEW), release=releases[1]))
    assert "two.csv" in said
    assert "one.csv" in said
    assert "city-of-london/crimes for 2018-06" in said
    assert "--release" in said
    assert (world.stored(), world.files()["two.csv"].refused) == (2, True)


def test_a_refused_file_is_taken_once_its_release_is_declared(world: World) -> None:
    world.ingest(write(world.root / "one.csv", OLD))
    path = write(world.root / "two.csv", NEW)
    assert world.ingest(path).exit_code == 10
    assert world.ingest(path, release=SEPTEMBER).exit_code == 0
    assert (world.stored(), world.files()["two.csv"].refused) == (3, False)


def test_the_same_rows_count_once_whatever_the_file_looks_like(world: World) -> None:
    world.ingest(write(world.root / "one.csv", OLD))
    crlf = world.root / "crlf.csv"
    crlf.write_bytes(csv_bytes(OLD[::-1], newline="\r\n"))
    with zipfile.ZipFile(world.root / "sample.zip", "w") as archive:
        archive.writestr("2018-06/sample.csv", csv_bytes(OLD) + b"\n")
    answer = world.ingest(crlf, world.root / "sample.zip")
    assert answer.exit_code == 0
    assert [(f.stored, f.superseded) for f in answer.result.files] == [(0, 2), (0, 2)]
    assert reasons(world, "crlf.csv") == reasons(world, "sample.csv") == {"same_release": 2}
    assert world.stored() == 2


def test_one_row_twice_is_not_the_same_as_once(world: World) -> None:
    world.ingest(write(world.root / "one.csv", [street(1), street(1), street(2)]))
    refusal(world.ingest(write(world.root / "two.csv", [street(1), street(2), street(2)])))
    assert world.stored() == 3


def test_the_same_bytes_again_add_nothing_and_change_nothing(world: World) -> None:
    path = write(world.root / "one.csv", OLD)
    world.ingest(path)
    before = world.workspace.store.manifest_path.read_bytes()
    assert world.ingest(path).exit_code == 0
    (world.root / "copy.csv").write_bytes(path.read_bytes())
    (copy,) = world.ingest(world.root / "copy.csv").result.files
    assert (copy.stored, copy.superseded, copy.reasons[0].code) == (0, 2, "same_release")
    assert world.workspace.store.manifest_path.read_bytes() == before


def test_a_release_may_be_declared_for_a_file_that_is_held(world: World) -> None:
    path = write(world.root / "one.csv", OLD)
    world.ingest(path)
    assert world.standing(known_at=OCTOBER) == []
    world.ingest(path, release=AUGUST)
    assert world.files()["one.csv"].release == "2018-08-01"
    assert len(world.standing(known_at=OCTOBER)) == 2


def test_a_release_that_would_count_months_twice_is_not_declared(world: World) -> None:
    path = write(world.root / "one.csv", OLD)
    world.ingest(path)
    world.ingest(write(world.root / "two.csv", NEW), release=AUGUST)
    assert "two.csv" in refusal(world.ingest(path, release=AUGUST))
    assert world.stored() == 3


def test_a_release_is_not_declared_past_a_file_that_shares_its_rows(world: World) -> None:
    path = write(world.root / "one.csv", OLD)
    world.ingest(path, release=AUGUST)
    world.ingest(write(world.root / "twin.csv", OLD[::-1]), release=AUGUST)
    assert "twin.csv" in refusal(world.ingest(path, release=SEPTEMBER))
    assert world.files()["one.csv"].release == "2018-08-01"
    assert len(world.standing(known_at=AUGUST)) == 2


def test_months_of_a_file_are_judged_one_by_one(world: World) -> None:
    july = [street(9, Month="2018-07")]
    world.ingest(write(world.root / "one.csv", OLD))
    (file,) = world.ingest(write(world.root / "two.csv", OLD + july)).result.files
    assert (file.stored, file.superseded) == (1, 2)
    assert {f"{r['month']:%Y-%m}" for r in world.standing()} == {"2018-06", "2018-07"}


def test_an_api_extract_and_a_csv_of_one_force_and_month_never_add_up(world: World) -> None:
    rows = [street(n, Reported_by="Metropolitan Police Service") for n in (1, 2)]
    world.ingest(write(world.root / "one.csv", rows))
    folder = write_replies(world.root / "api", E05000266=[reply(1)])
    said = refusal(world.ingest(folder))
    assert "metropolitan/crimes for 2018-06" in said
    assert "one.csv" in said
    assert world.stored() == 2


def test_a_newer_extract_that_covers_less_ground_is_refused(world: World) -> None:
    rows = [street(n, Reported_by="Metropolitan Police Service") for n in (1, 2)]
    world.ingest(write(world.root / "one.csv", rows), release=AUGUST)
    folder = write_replies(world.root / "api", E05000266=[reply(1)])
    said = refusal(world.ingest(folder, release=SEPTEMBER))
    assert "covers others too, which would be lost" in said
    assert world.stored() == 2


def test_extracts_of_other_ground_stand_side_by_side(world: World) -> None:
    one = write_replies(world.root / "one", E05000266=[reply(1)])
    two = write_replies(world.root / "two", E05000267=[reply(2)])
    assert world.ingest(one).exit_code == world.ingest(two).exit_code == 0
    assert world.stored() == 2


def test_a_record_on_the_border_of_two_polygons_counts_once(world: World) -> None:
    folder = write_replies(
        world.root / "api", E05000266=[reply(1), reply(2)], E05000267=[reply(2), reply(3)]
    )
    (file,) = world.ingest(folder).result.files
    assert (file.read, file.stored, file.superseded) == (4, 3, 1)
    assert [(r.code, r.count) for r in file.reasons] == [("same_record", 1)]


def test_transport_police_are_a_population_of_their_own(world: World) -> None:
    folder = write_replies(
        world.root / "api", E05000266=[reply(1), reply(2, location_type="BTP", persistent_id="")]
    )
    world.ingest(folder)
    assert sorted(r["population"].split("/")[1] for r in world.standing()) == [
        "british-transport",
        "metropolitan",
    ]


# Feeds that send single records again.


def feed(world: World, name: str, *rows: dict[str, str], release: date | None) -> int:
    path = write(world.root / name, rows, FEED)
    return world.ingest(path, release=release).exit_code


def test_a_changed_record_replaces_the_one_sent_before_and_no_other(world: World) -> None:
    feed(world, "one.csv", record("R1"), record("R2"), release=AUGUST)
    feed(world, "two.csv", record("R1", offence="Burglary"), release=SEPTEMBER)
    assert {r["reference"]: r["category"] for r in world.standing()} == {
        "R1": "Burglary",
        "R2": "Robbery",
    }
    assert reasons(world, "one.csv") == {"newer_release": 1}
    then = world.standing(known_at=AUGUST)
    assert {r["category"] for r in then} == {"Robbery"}


def test_a_cancelled_record_is_kept_as_cancelled(world: World) -> None:
    feed(world, "one.csv", record("R1"), release=AUGUST)
    feed(world, "two.csv", record("R1", status="No crime"), release=SEPTEMBER)
    assert [r["status"] for r in world.standing()] == ["cancelled"]


def test_a_deleted_record_stands_no_more_even_if_only_its_reference_is_sent(world: World) -> None:
    feed(world, "one.csv", record("R1"), record("R2"), record("R3"), release=AUGUST)
    bare = {"crime_reference": "R1", "status": "Deleted"}
    feed(world, "two.csv", bare, record("R2", status="merged"), release=SEPTEMBER)
    assert [r["reference"] for r in world.standing()] == ["R3"]
    assert len(world.standing(known_at=AUGUST)) == 3
    assert world.files()["two.csv"].quarantined == 0


def test_a_record_moved_to_another_month_and_place_is_counted_there_only(world: World) -> None:
    feed(world, "one.csv", record("R1"), release=AUGUST)
    moved = record(
        "R1", occurred_from="03/07/2018 01:00", occurred_to="", easting="530500", location="Strand"
    )
    feed(world, "two.csv", moved, release=SEPTEMBER)
    assert [(f"{r['month']:%Y-%m}", r["place_name"]) for r in world.standing()] == [
        ("2018-07", "Strand")
    ]


def test_a_moved_record_of_unknown_order_is_refused(world: World) -> None:
    feed(world, "one.csv", record("R1"), release=None)
    moved = record("R1", occurred_from="03/07/2018 01:00", occurred_to="")
    assert feed(world, "two.csv", moved, release=None) == 10
    assert [f"{r['month']:%Y-%m}" for r in world.standing()] == ["2018-06"]


def test_other_records_of_a_feed_need_no_release(world: World) -> None:
    assert feed(world, "one.csv", record("R1"), release=None) == 0
    assert feed(world, "two.csv", record("R2"), release=None) == 0
    assert feed(world, "three.csv", record("R1"), record("R2"), release=None) == 10
    assert world.stored() == 2


def test_several_offences_of_one_reference_are_replaced_together(world: World) -> None:
    feed(world, "one.csv", record("R1"), record("R1", offence="Burglary"), release=AUGUST)
    feed(world, "two.csv", record("R1", offence="Theft"), release=SEPTEMBER)
    assert [r["category"] for r in world.standing()] == ["Theft"]
    assert world.stored() == 1
