"""``rightplace aftermath`` as a duty inspector and an analyst call it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from rightplace.app.aftermath.words import ratio_words
from rightplace.app.service.data_page import HeldData
from rightplace.app.workspace import Workspace
from rightplace.cli.schemas import verb_schema
from tests.command import Told, rightplace
from tests.walks import Walk, start
from tests.web.published import published_shelf
from tests.web.section_60_drafting import LIMB, begun, client_of, get, post
from tests.worlds import HOT, SIDE, TIMED_AS_OF, extract, publish

if TYPE_CHECKING:
    from pathlib import Path

X, Y = (corner + SIDE / 2 for corner in HOT.corner)
# The Friday after the last day that is held: late shifts of Fridays hold ten times the others.
FRIDAY = "2018-07-06T15:30"
GROUND = "not a ground for stop and search, nor by itself for section 60"


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """Sixty weeks of timed records, and parameters learned from them."""
    world = extract(tmp_path_factory.mktemp("timed"))
    walk = start(tmp_path_factory.mktemp("walk"), world, "--mapping", world.mapping)
    walk.run("learn", "aftermath", "--learn", "--as-of", TIMED_AS_OF)
    return walk


def after(held: Walk, *words: object, **typed: object) -> Told:
    said = {"place": f"{X},{Y}", "time": FRIDAY, "class": "robbery"} | typed
    incident = [part for name, value in said.items() for part in (f"--{name}", value)]
    return rightplace("aftermath", *incident, *words, workspace=held.workspace)


@pytest.fixture(scope="module")
def friday(held: Walk) -> dict[str, Any]:
    told = after(held, "--json")
    assert told.exit_code == 0, told.stderr
    return told.json


def test_the_answer_keeps_to_the_schema_and_names_what_it_was_learned_from(
    held: Walk, friday: dict[str, Any]
) -> None:
    Draft202012Validator(verb_schema("aftermath")).validate(friday)
    learned = held.answers["learn"].json
    Draft202012Validator(verb_schema("aftermath-learn")).validate(learned)
    assert friday["schema"] == "rightplace/aftermath/1"
    assert friday["id"] == learned["id"] == friday["result"]["learned"]["run"]
    assert friday["as_of"] == str(TIMED_AS_OF)
    assert friday["warnings"] == []
    explained = rightplace("explain", friday["id"], "--json", workspace=held.workspace).json
    assert explained["result"]["kind"] == "aftermath"
    assert friday["result"]["window"] == {
        "from": "2018-07-06T15:30:00+01:00",
        "to": "2018-07-09T15:30:00+01:00",
    }


def test_every_form_of_the_answer_says_that_it_is_no_ground(
    held: Walk, friday: dict[str, Any]
) -> None:
    texts = [after(held).stdout]
    texts.append(
        rightplace(
            "aftermath", "--learn", "--as-of", TIMED_AS_OF, "--dry-run", workspace=held.workspace
        ).stdout
    )
    for text in texts:
        assert GROUND in " ".join(text.split())
    for result in (friday["result"], held.result("learn")):
        assert result["attachable_as_ground"] is False
        assert GROUND in result["not_a_ground"]
        assert result["not_a_ground"].startswith("An expectation of places, never of persons.")


def test_places_add_up_to_rings_and_rings_to_the_whole(friday: dict[str, Any]) -> None:
    result = friday["result"]
    *rings, whole = result["totals"]
    for ring in rings:
        mine = [p for p in result["places"] if p["distance"] == ring["distance"]]
        without = [p for p in mine if p["expected"] is None]
        assert all(p["ordinary_expected"] is None for p in without)
        mine = [p for p in mine if p not in without]
        for name in ("ordinary_expected", "expected"):
            assert sum(p[name] for p in mine) == pytest.approx(ring[name])
        assert ring["expected"] == pytest.approx(ring["ratio"] * ring["ordinary_expected"])
        assert {(p["ratio"], p["lo95"], p["hi95"]) for p in mine} == {
            (ring["ratio"], ring["lo95"], ring["hi95"])
        }
    for name in ("ordinary_expected", "expected", "expected_lo95", "expected_hi95"):
        assert sum(ring[name] for ring in rings) == pytest.approx(whole[name])


def test_what_is_ordinary_is_that_of_the_hours_and_of_where_incidents_stood(
    held: Walk, friday: dict[str, Any]
) -> None:
    # All records of this place stand on one point. Nine shifts without the late one of Friday are
    # worth 9, with nearly all of it 8 + 10; factors of few events lean on 1, so not quite twice.
    nearest = friday["result"]["totals"][0]
    monday = after(held, "--json", time="2018-07-09T15:30").json["result"]["totals"][0]
    assert nearest["ordinary_expected"] > 1.4 * monday["ordinary_expected"]
    whole = friday["result"]["totals"][-1]
    assert nearest["ordinary_expected"] > 0.5 * whole["ordinary_expected"]


def test_where_nothing_follows_anything_no_evidence_is_found(friday: dict[str, Any]) -> None:
    # The world has a busy hour of the week and a busy place, and no aftermath.
    nearest = friday["result"]["totals"][0]
    assert nearest["lo95"] <= 1 <= nearest["hi95"]
    assert nearest["finding"] == "no evidence of raised risk"
    assert "o evidence of raised risk" in friday["result"]["verdict"]


def test_degrees_and_metres_give_the_same_answer_and_which_was_taken_is_said(
    held: Walk, friday: dict[str, Any]
) -> None:
    initiating = friday["result"]["initiating"]
    assert initiating["taken_as"] == "metres"
    lon, lat = initiating["lon"], initiating["lat"]
    told = after(held, "--json", place=f"{lon:.7f}, {lat:.7f}").json["result"]
    assert told["initiating"]["taken_as"] == "degrees"
    assert told["initiating"]["cell_id"] == initiating["cell_id"] == HOT.code
    for one, other in zip(told["totals"], friday["result"]["totals"], strict=True):
        assert one["expected"] == pytest.approx(other["expected"], rel=0.01)


def test_a_place_outside_is_refused_with_its_distance_and_a_swap_is_noticed(
    held: Walk, friday: dict[str, Any]
) -> None:
    far = after(held, place=f"{X - 20_000},{Y}")
    assert far.exit_code == 10
    assert "km from it" in far.stderr
    about = friday["result"]["initiating"]
    swapped = after(held, place=f"{about['lat']:.4f},{about['lon']:.4f}")
    assert swapped.exit_code == 10
    assert f"Swapped it lies inside: write {about['lon']:.4f}" in swapped.stderr


def test_parameters_from_long_before_are_said_to_be_old(held: Walk) -> None:
    told = after(held, "--json", time="2018-08-10T02:00").json  # 36 days
    assert [w["code"] for w in told["warnings"]] == ["stale"]
    assert "36 days before the incident" in told["warnings"][0]["message"]


def test_without_parameters_the_command_that_learns_them_is_said(
    held: Walk, tmp_path: Path
) -> None:
    bare = tmp_path / "workspace"
    shutil.copytree(held.workspace, bare)
    shutil.rmtree(bare / "runs")
    told = after(Walk(workspace=bare))
    assert told.exit_code == 11
    assert "rightplace aftermath --learn --as-of" in told.stderr


def test_parameters_that_were_changed_are_refused(held: Walk, tmp_path: Path) -> None:
    changed = tmp_path / "workspace"
    shutil.copytree(held.workspace, changed)
    table = next(changed.glob("runs/m-*/ratios.parquet"))
    table.write_bytes(table.read_bytes()[:-1] + b"x")
    assert after(Walk(workspace=changed)).exit_code == 10


def test_half_an_incident_is_no_incident(held: Walk) -> None:
    for words in (
        ("--learn", "--as-of", TIMED_AS_OF, "--class", "robbery"),
        ("--place", f"{X},{Y}", "--time", FRIDAY, "--class", "robbery", "--as-of", TIMED_AS_OF),
    ):
        assert rightplace("aftermath", *words, workspace=held.workspace).exit_code == 2


def test_the_same_records_teach_the_same(held: Walk) -> None:
    words = ("aftermath", "--learn", "--as-of", TIMED_AS_OF, "--dry-run", "--json")
    again = rightplace(*words, workspace=held.workspace).json["result"]
    assert again | {"run": ""} == held.result("learn") | {"run": ""}


def test_months_teach_nothing_and_are_refused(tmp_path: Path) -> None:
    walk = start(tmp_path, publish(tmp_path / "monthly"))
    told = rightplace("aftermath", "--learn", "--as-of", "2018-06-30", workspace=walk.workspace)
    assert told.exit_code == 21
    assert "hour and exact point; those held give a month" in told.stderr
    told = rightplace(
        *("aftermath", "--place", f"{X},{Y}", "--time", FRIDAY, "--class", "robbery"),
        workspace=walk.workspace,
    )
    assert told.exit_code == 21


def test_the_page_of_a_draft_shows_the_same_rings_once_its_grounds_are_written(
    held: Walk, friday: dict[str, Any], tmp_path: Path
) -> None:
    shelf = published_shelf(tmp_path)
    client = client_of(shelf, data=HeldData(Workspace(held.workspace)))
    draft = begun(client)
    asked = f"{draft}/aftermath?place={X},{Y}&time={FRIDAY}&kind=robbery"
    assert get(client, asked).status_code == 403
    post(client, f"{draft}/grounds/b/carried-without-reason", LIMB)
    page = get(client, asked).text
    for total in friday["result"]["totals"]:
        ratio, ends = ratio_words(total["ratio"], total["lo95"], total["hi95"])
        assert f"{ratio} ({ends})" in page
        assert total["finding"] in page
    assert "no evidence of raised risk" in page
    assert "1 to 2 in 100 incidents" in page
    assert get(client, asked.replace(f"{X},{Y}", "nowhere")).status_code == 422
    shelf.database.close()
