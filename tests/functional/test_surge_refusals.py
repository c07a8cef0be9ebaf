"""``rightplace surge`` refuses numbers and choices that cannot be, each in one clear error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rightplace.deploy.surge.actions import SHIPPED
from tests.functional.four_cells import rightplace

if TYPE_CHECKING:
    from pathlib import Path

    from tests.functional.four_cells import Ran

DATA = SHIPPED.parent
OFFICERS = (DATA / "example_officers.csv").read_text(encoding="utf-8")
DEMAND = (DATA / "example_demand.csv").read_text(encoding="utf-8")
DONORS = (DATA / "example_donors.csv").read_text(encoding="utf-8")
NO_DATA = "borough,role,expected_harm,floor,ceiling\nBrent,patrol,no data,,8\n"


def surge(
    folder: Path, *words: object, demand: str = DEMAND, settings: str = "", **files: str
) -> Ran:
    workspace = folder / "workspace"
    workspace.mkdir()
    (workspace / "rightplace.toml").write_text(f"[surge]\ndraws = 0\n{settings}\n")
    given = {"officers": OFFICERS, "demand": demand, **files}
    named: list[object] = []
    for name, text in given.items():
        path = folder / f"{name}.csv"
        path.write_text(text, encoding="utf-8")
        named += [f"--{name}", path]
    as_of = ("--as-of", "2026-11-22", "--dry-run", "--json")
    return rightplace(workspace, "surge", *named, *as_of, *words)


@pytest.mark.parametrize(
    ("old", "new", "row", "value"),
    [
        ("no data,2,8", "no data,999999999999,", 4, "999999999999"),
        ("Brent,patrol,37,,8", "Brent,patrol,1e308,,8", 1, "1e308"),
        ("Brent,patrol,37,,8,", "Brent,patrol,,,8,1e307;1", 1, "1e307;1"),
        ("language_pl:1", "language_pl:1e300", 5, "language_pl:1e300"),
    ],
)
def test_a_number_that_no_borough_can_have_is_named(
    tmp_path: Path, old: str, new: str, row: int, value: str
) -> None:
    ran = surge(tmp_path, "--count", "4", demand=DEMAND.replace(old, new))
    assert ran.code == 10, ran.err
    error = ran.json["error"]
    assert (error["file"], error["row"]) == (str(tmp_path / "demand.csv"), row)
    assert error["value"] == value


def test_a_unit_stronger_than_any_force_is_named(tmp_path: Path) -> None:
    donors = DONORS.replace("60,50", "99999999999999999999999999,5")
    ran = surge(tmp_path, "--count", "4", donors=donors)
    assert ran.code == 10, ran.err
    assert (ran.json["error"]["row"], ran.json["error"]["value"][:5]) == (1, "99999")


def test_more_asked_for_than_listed_takes_no_memory_for_them(tmp_path: Path) -> None:
    demand = "borough,role,expected_harm,floor,ceiling\nBrent,patrol,5,,\nCamden,patrol,5,,\n"
    ran = surge(tmp_path, "--count", "1000000", demand=demand)
    assert ran.code == 0, ran.err
    assert ran.json["result"]["posted"] == OFFICERS.count("\n") - 1 - 5  # five are not available


@pytest.mark.parametrize(
    "words",
    [
        ("--count", "99999999999999"),
        ("--match-weight", "1e300"),
        ("--effective", "2020-01-01"),
    ],
)
def test_a_choice_that_cannot_be_is_refused(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert surge(tmp_path, *words).code == 2


@pytest.mark.parametrize(
    "setting",
    [
        "match_weight = -1.0",  # would post those who match least
        "patrol_effect_most = 5.0",  # would prevent five times what there is
        "patrol_half_officers = 0.0",
        "visits_per_place_slot = 0",
        "demand_spread = nan",
        "backfill_share = 7.0",
        "overtime_rate = nan",
        "seconds = -1.0",
    ],
)
def test_a_setting_that_cannot_be_is_named(tmp_path: Path, setting: str) -> None:
    ran = surge(tmp_path, "--count", "4", settings=setting)
    assert ran.code == 2, ran.out
    assert f"surge.{setting.split(maxsplit=1)[0]}" in ran.json["error"]["message"]


def test_an_average_of_no_borough_is_no_reason_to_leave_one_out(tmp_path: Path) -> None:
    ran = surge(tmp_path, "--no-data", "average", demand=NO_DATA)
    assert ran.code == 21, ran.out
    assert ran.json["error"]["value"] == "Brent patrol"
    assert "leave-out" in ran.json["error"]["remedy"]


def test_an_override_that_takes_along_a_partner_who_cannot_go_names_the_partner(
    tmp_path: Path,
) -> None:
    overrides = "officer_id,borough,role,reason,author\nSYN-022,Brent,patrol,Knows it,Commander\n"
    ran = surge(tmp_path, "--count", "4", overrides=overrides)
    assert ran.code == 20, ran.err
    error = ran.json["error"]
    assert "SYN-021 is not available" in error["message"]
    assert (error["file"], error["row"]) == (str(tmp_path / "overrides.csv"), 1)


def test_a_skill_that_nobody_has_is_named_with_its_file(tmp_path: Path) -> None:
    ran = surge(tmp_path, "--count", "4", demand=DEMAND.replace("language_pl", "language_zz"))
    assert ran.code == 10
    assert ran.json["error"]["file"] == str(tmp_path / "demand.csv")
    assert ran.json["error"]["row"] == 5
