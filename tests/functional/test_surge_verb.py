"""``rightplace surge`` as a tasking chair calls it, on the invented files that ship."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from rightplace.deploy.surge.actions import SHIPPED
from tests.functional.four_cells import rightplace

if TYPE_CHECKING:
    from pathlib import Path

    from tests.functional.four_cells import Ran

DATA = SHIPPED.parent
AS_OF = ("--as-of", "2026-11-22")


@dataclass(frozen=True)
class World:
    folder: Path
    workspace: Path

    def surge(
        self, *words: object, officers: Path | None = None, demand: Path | None = None
    ) -> Ran:
        files = (
            *("--officers", officers or DATA / "example_officers.csv"),
            *("--demand", demand or DATA / "example_demand.csv"),
        )
        return rightplace(self.workspace, "surge", *files, *AS_OF, *words)

    def table(self, surge_id: str, name: str) -> bytes:
        return (self.workspace / "runs" / surge_id / f"{name}.parquet").read_bytes()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("surge")
    workspace = folder / "workspace"
    workspace.mkdir()
    (workspace / "rightplace.toml").write_text("[surge]\ndraws = 3\n")
    return World(folder, workspace)


@pytest.fixture(scope="module")
def posted(world: World) -> dict[str, Any]:
    donors = ("--donors", DATA / "example_donors.csv")
    ran = world.surge("--count", "24", *donors, "--out", world.folder / "out", "--json")
    assert ran.code == 0, ran.err
    return ran.json


def test_the_contract_holds(posted: dict[str, Any]) -> None:
    assert posted["schema"] == "rightplace/surge/1"
    assert posted["id"].startswith("s-")
    result = posted["result"]
    assert result["bound"] >= result["objective"] > 0
    assert result["gap"] == pytest.approx(0, abs=1e-6)
    assert len(result["postings"]) == result["posted"] == 24
    for posting in result["postings"]:
        assert {"officer_id", "borough", "role", "reason", "next_best"} <= posting.keys()
    assert len({posting["officer_id"] for posting in result["postings"]}) == 24
    assert len({posting["reason"] for posting in result["postings"]}) > 0.8 * 24


def test_nobody_loses_more_than_the_floor_lets(posted: dict[str, Any]) -> None:
    for donor in posted["result"]["donors"]:
        assert donor["left"] == donor["strength"] - donor["loses"] >= donor["keeps_at_least"]
    assert sum(donor["loses"] for donor in posted["result"]["donors"]) == 24


def test_no_data_is_said_and_keeps_its_floor(posted: dict[str, Any]) -> None:
    (croydon,) = [p for p in posted["result"]["posts"] if p["borough"] == "Croydon"]
    assert (croydon["officers"], croydon["harm_prevented"]) == (2, None)
    assert "keeps its floor of 2" in croydon["treatment"]
    assert "no-data" in {warning["code"] for warning in posted["warnings"]}


def test_matching_has_its_price_and_weight_0_prevents_most(posted: dict[str, Any]) -> None:
    result = posted["result"]
    harm = [point["harm_prevented"] for point in result["weights"]]
    assert harm == sorted(harm, reverse=True)
    assert harm[0] == result["unmatched_harm"] >= result["harm_prevented"]


def test_the_files_of_out_are_the_postings(posted: dict[str, Any], world: World) -> None:
    with (world.folder / "out" / "postings.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["officer_id"] for row in rows] == [
        posting["officer_id"] for posting in posted["result"]["postings"]
    ]
    assert posted["result"]["exported"] == [
        str(world.folder / "out" / name) for name in ("postings.csv", "donors.csv")
    ]


def test_the_same_call_gives_the_same_run(posted: dict[str, Any], world: World) -> None:
    before = hashlib.sha256(world.table(posted["id"], "postings")).hexdigest()
    donors = ("--donors", DATA / "example_donors.csv")
    again = world.surge("--count", "24", *donors, "--json")
    assert again.json["id"] == posted["id"]
    assert hashlib.sha256(world.table(posted["id"], "postings")).hexdigest() == before


def test_postings_are_the_same_to_the_byte_whatever_groups_are_declared(
    posted: dict[str, Any], world: World
) -> None:
    ids = [line.split(",")[0] for line in (DATA / "example_officers.csv").read_text().split()]
    ids = [each for each in ids if each.startswith("SYN-")]
    groups = world.folder / "groups.csv"
    rows = [f"{each},{'f' if n % 2 else 'm'},Group{n % 9}" for n, each in enumerate(ids)]
    groups.write_text("\n".join(["officer_id,sex,ethnicity", *rows, ""]))
    donors = ("--donors", DATA / "example_donors.csv")
    ran = world.surge("--count", "24", *donors, "--groups", groups, "--json")
    assert ran.code == 0, ran.err
    for name in ("postings", "donors", "scores"):
        assert world.table(ran.json["id"], name) == world.table(posted["id"], name)
    shown = {share["group"]: share["posted"] for share in ran.json["result"]["groups"]}
    assert shown["m"] + shown["f"] == 24
    # Nine groups of some five officers: none has five posted and five not.
    assert {shown[f"Group{n}"] for n in range(9)} == {None}


def test_an_officer_sees_the_score_and_how_to_contest_it(
    posted: dict[str, Any], world: World
) -> None:
    posting = posted["result"]["postings"][0]
    ran = rightplace(
        world.workspace, "explain", f"{posted['id']}:{posting['officer_id']}", "--json"
    )
    assert ran.json["result"]["kind"] == "posting"
    facts = ran.json["result"]["facts"]
    assert facts["posting"]["borough"] == posting["borough"]
    assert "contests" in facts["who_may_see"]
    here = [score for score in facts["scores"] if score["posted"]]
    assert here[0]["match"] == pytest.approx(
        sum(here[0][term] * here[0][weight] for term, weight in TERMS.items())
    )
    unknown = rightplace(world.workspace, "explain", f"{posted['id']}:nobody")
    assert unknown.code == 11


TERMS = {"knowledge": "knowledge_weight", "role_months": "role_weight", "skills": "skills_weight"}


def test_overrides_are_kept_with_reason_and_price(world: World) -> None:
    overrides = ("--overrides", DATA / "example_overrides.csv")
    ran = world.surge("--count", "20", *overrides, "--json")
    assert ran.code == 0, ran.err
    result = ran.json["result"]
    where = {p["officer_id"]: f"{p['borough']} {p['role']}" for p in result["postings"]}
    assert "SYN-010" not in where
    assert where["SYN-015"] == "Brent patrol"
    assert result["overrides_price_hi"] >= result["overrides_price_lo"] >= 0
    kept = rightplace(world.workspace, "explain", ran.json["id"], "--json").json["result"]
    assert [each["reason"] for each in kept["settings"]["overrides"]] == [
        "Leads the trial that begins this month",
        "Knows the traders of the high road",
    ]


def test_fewer_are_posted_with_why_where_nobody_is_left(world: World) -> None:
    ran = world.surge("--count", "200", "--json")
    assert ran.code == 0, ran.err
    result = ran.json["result"]
    assert result["posted"] < 200
    assert result["fewer_because"]
    (told,) = [w["message"] for w in ran.json["warnings"] if w["code"] == "fewer"]
    assert f"{result['posted']} of 200 officers are posted" in told


def test_a_start_within_90_days_is_flagged(world: World) -> None:
    soon = world.surge("--count", "5", "--effective", "2027-02-19", "--json")
    late = world.surge("--count", "5", "--effective", "2027-02-20", "--json")
    assert soon.json["result"]["notice_days"] == 89
    assert "roster-notice" in {w["code"] for w in soon.json["warnings"]}
    assert "roster-notice" not in {w["code"] for w in late.json["warnings"]}


def test_no_price_is_made_up_and_one_is_reckoned_from_rates(world: World) -> None:
    bare = world.surge("--count", "10", "--json").json["result"]
    assert bare["price_total"] is None
    assert bare["price_note"].startswith("no price: rates not given")
    rates = {
        "overtime_rate": 30,
        "overtime_hours": 2,
        "rest_day_rate": 40,
        "rest_day_hours": 1,
        "backfill_rate": 25,
        "backfill_share": 0.5,
    }
    priced = World(world.folder, world.folder / "priced")
    priced.workspace.mkdir()
    said = "[surge]\n" + "".join(f"{name} = {float(value)}\n" for name, value in rates.items())
    (priced.workspace / "rightplace.toml").write_text(said)
    result = priced.surge("--count", "10", "--json").json["result"]
    lost = sum(donor["weekly_hours_lost"] for donor in result["donors"])
    assert result["price_total"] == pytest.approx(10 * 2 * 30 + 10 * 1 * 40 + lost * 0.5 * 25)


def test_a_borough_without_data_and_floor_is_refused_until_somebody_decides(
    world: World, tmp_path: Path
) -> None:
    demand = tmp_path / "demand.csv"
    text = (DATA / "example_demand.csv").read_text().replace("no data,2,", "no data,,")
    demand.write_text(text)
    refused = world.surge("--count", "10", "--json", demand=demand)
    assert refused.code == 21
    assert "not low demand" in refused.json["error"]["message"]
    assert refused.json["error"]["value"] == "Croydon patrol"
    average = world.surge("--count", "10", "--no-data", "average", "--json", demand=demand)
    assert average.code == 0, average.err
    left = world.surge("--count", "10", "--no-data", "leave-out", "--json", demand=demand)
    for ran, said in ((average, "average"), (left, "not because demand is low")):
        (post,) = [p for p in ran.json["result"]["posts"] if p["borough"] == "Croydon"]
        assert said in post["treatment"]


def test_floors_above_supply_are_exit_40_and_named(world: World, tmp_path: Path) -> None:
    demand = tmp_path / "demand.csv"
    demand.write_text(
        "borough,role,expected_harm,floor,ceiling\nBrent,patrol,5,40,\nCamden,patrol,5,30,\n"
    )
    ran = world.surge("--count", "100", "--json", demand=demand)
    assert ran.code == 40
    assert "Brent patrol needs at least 40 (row 1)" in ran.json["error"]["message"]
    assert "Camden patrol needs at least 30 (row 2)" in ran.json["error"]["message"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--count", "0"), 2),
        (("--investigation-share", "1.5"), 2),
        (("--match-weight", "-1"), 2),
        (("--donors", "absent.csv"), 11),
        (("--no-data", "zero"), 2),
    ],
)
def test_choices_that_cannot_be_are_refused(
    world: World, words: tuple[str, ...], code: int
) -> None:
    assert world.surge(*words).code == code


def test_a_column_of_ethnicity_is_refused(world: World, tmp_path: Path) -> None:
    officers = tmp_path / "officers.csv"
    lines = (DATA / "example_officers.csv").read_text().splitlines()
    officers.write_text("\n".join([f"{lines[0]},ethnicity", *(f"{row},x" for row in lines[1:])]))
    ran = world.surge("--json", officers=officers)
    assert ran.code == 20
    assert ran.json["error"]["value"] == "ethnicity"


def test_the_share_of_investigations_is_kept(world: World) -> None:
    ran = world.surge("--count", "20", "--investigation-share", "0.3", "--json")
    assert ran.code == 0, ran.err
    roles = [posting["role"] for posting in ran.json["result"]["postings"]]
    assert roles.count("investigation") == 6


def test_a_dry_run_keeps_nothing_and_people_read_a_page(world: World) -> None:
    before = sorted((world.workspace / "runs").iterdir())
    ran = world.surge("--count", "7", "--dry-run")
    assert sorted((world.workspace / "runs").iterdir()) == before
    assert ran.out.startswith("SYNTHETIC")
    assert "planned, not achieved" in ran.out
    assert "7 of 7 officers posted, optimal" in ran.out
    assert len(ran.out.splitlines()) < 40
