"""Hold-outs end to end: drawn with a plan, hidden from crews, kept from some places, released."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click
import pytest
from jsonschema import Draft202012Validator

from rightplace.app.brief.use_case import BriefOptions, brief
from rightplace.app.holdout.options import HoldOutOptions
from rightplace.app.holdout.releases import held_out_now, released
from rightplace.app.plan.limits import LimitOptions
from rightplace.app.plan.making import PlanOptions
from rightplace.app.plan.places import PlaceOptions
from rightplace.app.plan.use_case import plan
from rightplace.app.plan.visits import crew_visits, visits_with_arms
from rightplace.cli.main import cli
from rightplace.cli.schemas import verb_schema
from rightplace.core.time import Clock
from rightplace.errors import RightplaceError
from tests.command import Told, rightplace
from tests.holdout_world import (
    AS_OF,
    NEVER_HEAD,
    PLACES,
    TOGETHER,
    Force,
)
from tests.outputs import every_text
from tests.walks import NOON
from tests.worlds import DAYS

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.app.holdout.result import HoldOutResult
    from rightplace.app.plan.result import PlanResult


STREETS = {place.code: place.street for place in PLACES}
FIRST = AS_OF + timedelta(days=1)


@dataclass(frozen=True)
class Drawn:
    """A force, a plan with a hold-out and what it answered, and the plan without."""

    force: Force
    plan_id: str
    result: dict[str, Any]
    best: PlanResult
    forecast_id: str

    def rows(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.force.table(self.plan_id, "holdout").to_pylist()
        return found

    def arm(self, name: str) -> set[str]:
        return {row["cell_id"] for row in self.rows() if row["arm"] == name}

    def fault(self, *words: object) -> RightplaceError | click.ClickException:
        """Return what the command line raises, in this process."""
        before = ["--workspace", self.force.workspace.root]
        try:
            cli.main([str(word) for word in (*before, *words)], standalone_mode=False)
        except (RightplaceError, click.ClickException) as fault:
            return fault
        pytest.fail("nothing was wrong")

    def run(self, *words: object) -> Told:
        return rightplace(*words, workspace=self.force.workspace.root)

    def plan_words(self, *more: object) -> tuple[object, ...]:
        week = ("--as-of", AS_OF, "--crews", self.force.crews(), "--forecast", self.forecast_id)
        return ("plan", *week, *more)

    def files(self) -> tuple[object, ...]:
        return ("--never-hold-out", self.force.never, "--holdout-terms", self.force.terms)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    force = Force(tmp_path_factory.mktemp("holdout") / "force")
    forecast_id = force.forecast()
    best = plan(
        force.workspace,
        forecast_id,
        as_of=AS_OF,
        days=DAYS,
        options=PlanOptions(crews_file=force.crews()),
        made_at=NOON,
    ).result
    world = Drawn(force, "", {}, best, forecast_id)
    told = world.run(*world.plan_words("--holdout", 0.2, "--seed", 3, *world.files(), "--json"))
    assert told.exit_code == 0, told.stderr
    return Drawn(force, told.json["id"], told.json["result"], best, forecast_id)


class TestWhatIsDrawn:
    """The plan, its table of visits and its table of the lot say the same."""

    def test_each_place_is_in_one_arm_and_neighbours_are_in_the_same(self, drawn: Drawn) -> None:
        rows = drawn.rows()
        assert len({row["cell_id"] for row in rows}) == len(rows)
        assert not drawn.arm("treat") & drawn.arm("holdout")
        units = Counter(row["unit"] for row in rows)
        assert sorted(units.values())[-2:] == [1, 2]
        (pair,) = (unit for unit, places in units.items() if places == 2)
        assert {row["cell_id"] for row in rows if row["unit"] == pair} == TOGETHER
        assert len({row["arm"] for row in rows if row["unit"] == pair}) == 1

    def test_chances_are_those_of_drawing_so_many_of_a_stratum(self, drawn: Drawn) -> None:
        rows = drawn.rows()
        for stratum in {row["stratum"] for row in rows}:
            mine = [row for row in rows if row["stratum"] == stratum]
            every = {row["unit"] for row in mine}
            held = {row["unit"] for row in mine if row["arm"] == "holdout"}
            assert held
            chances = {row["probability"] for row in mine}
            assert list(chances) == [pytest.approx(1 - len(held) / len(every))]

    def test_places_held_out_get_no_visit_and_treated_ones_at_least_one(self, drawn: Drawn) -> None:
        made = {
            row["cell_id"] for row in crew_visits(drawn.force.workspace, drawn.plan_id).to_pylist()
        }
        assert drawn.arm("holdout")
        assert not drawn.arm("holdout") & made
        assert drawn.arm("treat") <= made

    def test_rows_not_to_be_made_stand_where_the_best_plan_would_have_gone(
        self, drawn: Drawn
    ) -> None:
        def where(plan_id: str, cells: set[str]) -> Counter[tuple[str, Any]]:
            rows = drawn.force.table(plan_id, "visits").to_pylist()
            return Counter(
                (row["cell_id"], row["slot_start"]) for row in rows if row["cell_id"] in cells
            )

        held = drawn.arm("holdout")
        assert where(drawn.plan_id, held) == where(drawn.best.plan_id, held)
        rows = drawn.force.table(drawn.plan_id, "visits").to_pylist()
        out = [row for row in rows if row["arm"] == "holdout"]
        assert {row["cell_id"] for row in out} == held
        for row in out:
            assert row["crew_id"] is None
            assert (row["minutes"], row["prevented_mean"]) == (0, 0.0)
        assert len({row["visit_id"] for row in rows}) == len(rows)
        chance = {row["cell_id"]: row["probability"] for row in drawn.rows()}
        for row in rows:
            assert row["probability"] == chance.get(row["cell_id"], 1.0)
            assert (row["arm"] == "none") == (row["cell_id"] not in chance)

    def test_the_answer_counts_what_the_tables_hold_and_prices_it(self, drawn: Drawn) -> None:
        held, rows = drawn.result["holdout"], drawn.rows()
        assert held["places"] == len(rows)
        assert held["places_held_out"] == len(drawn.arm("holdout"))
        assert held["units"] == len({row["unit"] for row in rows})
        left = sum(each["places"] for each in held["left_out"])
        assert held["eligible"] <= drawn.best.places
        assert held["places"] + left == drawn.best.places
        assert drawn.result["visits"] == crew_visits(drawn.force.workspace, drawn.plan_id).num_rows
        price = held["price"]
        difference = drawn.best.objective - drawn.result["objective"]
        assert difference > 0
        assert price["lo"] - 1e-9 <= difference <= price["hi"] + 1e-9
        there = sum(row["expected_count"] for row in rows if row["arm"] == "holdout")
        assert held["expected_in_held_out"] == pytest.approx(there)
        assert held["until"] == "2018-12-31"
        assert (held["signed"], held["status"], held["missing"]) == (True, "signed", [])
        assert [each["name"] for each in held["signed_by"]] == ["Ada Commander", "Bo Chair"]
        assert "top places" in held["estimand"]
        Draft202012Validator(verb_schema("plan")).validate(
            json.loads(
                json.dumps(
                    {
                        "schema": "rightplace/plan/1",
                        "id": "p",
                        "ok": True,
                        "as_of": None,
                        "data_releases": [],
                        "warnings": [],
                        "result": drawn.result,
                    }
                )
            )
        )

    def test_the_same_seed_draws_the_same_lot_and_another_draws_another(self, drawn: Drawn) -> None:
        lots = []
        for seed in (3, 4, 5, 6):
            answer = plan(
                drawn.force.workspace,
                drawn.forecast_id,
                as_of=AS_OF,
                days=DAYS,
                options=PlanOptions(
                    crews_file=drawn.force.crews(),
                    holdout=HoldOutOptions(
                        share=0.2, never_file=drawn.force.never, terms_file=drawn.force.terms
                    ),
                    seed=seed,
                    dry_run=seed != 3,
                ),
                made_at=NOON,
            )
            assert answer.result.holdout is not None
            lots.append((answer.id, answer.result.holdout.expected_in_held_out))
        assert lots[0] == (drawn.plan_id, drawn.result["holdout"]["expected_in_held_out"])
        assert len({expected for _, expected in lots}) > 1

    def test_the_lines_for_people_tell_price_terms_and_999(self, drawn: Drawn) -> None:
        told = drawn.run(
            *drawn.plan_words("--holdout", 0.2, "--seed", 3, *drawn.files(), "--dry-run")
        )
        assert told.exit_code == 0, told.stderr
        for words in ("held out by lot", "its price", "signed by Ada Commander", "999"):
            assert words in told.stdout
        assert not any(cell in told.stdout for cell in drawn.arm("holdout"))


class TestRefusals:
    """Exit 20 for what was not signed for, 2 and 21 for what cannot be asked; drafts alike."""

    @pytest.mark.parametrize(
        ("given", "code", "said"),
        [
            (("--holdout", "0.45", "never", "terms"), 20, "more than the 0.4"),
            (("--holdout", "0.45", "terms"), 20, "more than the 0.4"),
            (("--holdout", "0.6", "never", "terms"), 2, "0.5 at most"),
            (("--holdout", "0.6"), 2, "0.5 at most"),
            (("--holdout", "0", "never", "terms"), 2, "must lie above 0"),
            (("never", "terms"), 2, "with --holdout SHARE alone"),
            (("--holdout", "0.01", "never", "terms"), 21, "No visited place can be held out"),
            (("--holdout", "0.01"), 21, "No visited place can be held out"),
        ],
    )
    def test_what_is_missing_is_said(
        self, drawn: Drawn, given: tuple[str, ...], code: int, said: str
    ) -> None:
        files = dict(zip(("never", "terms"), (drawn.files()[:2], drawn.files()[2:]), strict=True))
        words = [word for each in given for word in files.get(each, (each,))]
        fault = drawn.fault(*drawn.plan_words(*words))
        assert (fault.exit_code, said in str(fault)) == (code, True), str(fault)


class TestWhoIsNeverHeldOut:
    """Each reason for which a visited place is out of reach of the lot."""

    @staticmethod
    def planned(
        drawn: Drawn,
        *,
        never: Path | None = None,
        places: Path | None = None,
        nominated: Path | None = None,
        **policy: float,
    ) -> tuple[str, HoldOutResult]:
        flags = {f"holdout.{name}": value for name, value in policy.items()}
        answer = plan(
            replace(drawn.force.workspace, flags=flags),
            drawn.forecast_id,
            as_of=AS_OF,
            days=DAYS,
            options=PlanOptions(
                crews_file=drawn.force.crews(),
                limits=LimitOptions(places_file=places),
                places=PlaceOptions(nominated_file=nominated),
                holdout=HoldOutOptions(
                    share=0.2, never_file=never or drawn.force.never, terms_file=drawn.force.terms
                ),
                seed=3,
            ),
            made_at=NOON,
        )
        assert answer.result.holdout is not None
        return str(answer.id), answer.result.holdout

    @staticmethod
    def left(held: HoldOutResult) -> dict[str, int]:
        return {each.reason: each.places for each in held.left_out}

    def test_places_of_the_file_keep_their_visits(self, drawn: Drawn, tmp_path: Path) -> None:
        once = sorted(drawn.arm("holdout"))
        rows = [f"{cell},live_threat,told so,Desk,2018-07-08\n" for cell in once]
        path = tmp_path / "never.csv"
        path.write_text(NEVER_HEAD + "".join(rows), encoding="utf-8")
        plan_id, held = self.planned(drawn, never=path)
        assert self.left(held)["a live threat"] == len(once)
        visits = drawn.force.table(plan_id, "visits").to_pylist()
        assert set(once) <= {row["cell_id"] for row in visits if row["arm"] == "none"}

    def test_places_with_a_floor_of_visits_keep_them(self, drawn: Drawn, tmp_path: Path) -> None:
        cell = max(drawn.arm("holdout"))
        path = tmp_path / "places.csv"
        path.write_text(
            "cell_id,day_least,day_most,plan_least,plan_most,specialist_share,reason,set_by,until\n"
            f"{cell},,,2,,,market,Inspector,2018-12-31\n",
            encoding="utf-8",
        )
        plan_id, held = self.planned(drawn, places=path)
        assert self.left(held)["with a floor of visits"] == 1
        assert cell not in drawn.force.table(plan_id, "holdout")["cell_id"].to_pylist()

    def test_places_that_people_nominated_keep_their_visits(
        self, drawn: Drawn, tmp_path: Path
    ) -> None:
        cell = max(drawn.arm("holdout"))
        path = tmp_path / "nominated.csv"
        path.write_text(
            "cell_id,lon,lat,kind,visits,minutes,reason,author,expires\n"
            f"{cell},,,shop,1,,asked by traders,Sgt Example,2018-12-31\n",
            encoding="utf-8",
        )
        plan_id, held = self.planned(drawn, nominated=path)
        assert self.left(held)["nominated in this plan"] == 1
        assert cell not in drawn.force.table(plan_id, "holdout")["cell_id"].to_pylist()

    def test_places_above_the_set_rate_keep_their_visits(self, drawn: Drawn) -> None:
        demand = drawn.force.table(drawn.best.plan_id, "demand").to_pylist()
        expected: Counter[str] = Counter()
        for row in demand:
            expected[row["cell_id"]] += row["expected_count"]
        # Four weeks of what is expected in one; a rate that half of the places exceed.
        rates = sorted(4 * value for value in expected.values())
        rate = (rates[11] + rates[12]) / 2
        plan_id, held = self.planned(drawn, rate_most=rate)
        assert self.left(held)["above the set rate"] == 12
        for row in drawn.force.table(plan_id, "holdout").to_pylist():
            assert 4 * row["expected_count"] < rate

    def test_too_many_neighbours_keep_their_visits(self, drawn: Drawn) -> None:
        plan_id, held = self.planned(drawn, unit_places_most=1)
        assert self.left(held) == {"in a group of too many neighbours": 2}
        cells = drawn.force.table(plan_id, "holdout")["cell_id"].to_pylist()
        assert not TOGETHER & set(cells)

    def test_places_above_the_band_keep_their_visits(self, drawn: Drawn) -> None:
        _, wide = self.planned(drawn)
        plan_id, held = self.planned(drawn, near_equal_band=0.2)
        above = self.left(held)["above the near-equal band"]
        assert held.eligible == wide.eligible - above
        assert above > 0
        assert drawn.force.table(plan_id, "holdout").num_rows == held.places


def leaks(drawn: Drawn, folder: Path) -> list[str]:
    """Return what briefs of the plan tell of its lot, file by file.

    The sheets are of the day on which the best plan goes to most of the places held out.
    """
    held, slots = drawn.arm("holdout"), Clock().slots(FIRST, DAYS)
    day_of = {slot.start: slot.policing_day for slot in slots}
    rows = drawn.force.table(drawn.plan_id, "visits").to_pylist()
    days = Counter(day_of[row["slot_start"]] for row in rows if row["arm"] == "holdout")
    options = BriefOptions(out=folder, day=days.most_common(1)[0][0])
    brief(drawn.force.workspace, drawn.plan_id, options, printed_at=NOON)
    words = ("holdout", "held out", "hold-out", "probability", "treat")
    found = [
        f"{name}: {word}"
        for name, text in every_text(folder).items()
        for word in words
        if word in text.casefold()
    ]
    for name in ("visits.csv", "visits.geojson"):
        text = (folder / name).read_text(encoding="utf-8")
        found += [f"{name}: {cell}" for cell in sorted(held) if cell in text]
        names = {*text.partition("\n")[0].split(","), *re.findall(r'"(\w+)":', text)}
        found += [f"{name}: {column}" for column in sorted(names & {"arm", "probability"})]
    with closing(sqlite3.connect(folder / "plan.gpkg")) as base:
        cursor = base.execute("SELECT * FROM visits")
        names = {column[0] for column in cursor.description}
        cells = {row[0] for row in base.execute("SELECT cell_id FROM visits")}
    found += [
        f"plan.gpkg: {what}" for what in sorted((names & {"arm", "probability"}) | (cells & held))
    ]
    for path in [*folder.glob("*.html"), *folder.glob("*.pdf")]:
        text = " ".join(text for name, text in every_text(folder).items() if name == path.name)
        found += [f"{path.name}: {STREETS[cell]}" for cell in sorted(held) if STREETS[cell] in text]
    return found


class TestWhatCrewsSee:
    def test_no_brief_tells_of_the_lot_or_of_a_place_held_out(
        self, drawn: Drawn, tmp_path: Path
    ) -> None:
        assert leaks(drawn, tmp_path / "out") == []

    def test_the_same_check_finds_the_places_once_the_door_is_open(
        self, drawn: Drawn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("rightplace.app.brief.facts.visits_to_come", visits_with_arms)
        found = leaks(drawn, tmp_path / "out")
        assert any(".html: " in each and "Lane" in each for each in found)
        assert any(".pdf: " in each and "Lane" in each for each in found)

    def test_explaining_a_visit_tells_no_arm_and_knows_no_visit_held_out(
        self, drawn: Drawn
    ) -> None:
        told = drawn.run("explain", f"{drawn.plan_id}:v-000001", "--json")
        assert "arm" not in told.json["result"]["facts"]["visit"]
        assert "probability" not in told.json["result"]["facts"]["visit"]
        rows = drawn.force.table(drawn.plan_id, "visits").to_pylist()
        out = next(row["visit_id"] for row in rows if row["arm"] == "holdout")
        assert drawn.fault("explain", f"{drawn.plan_id}:{out}").exit_code == 11


class TestRelease:
    def test_a_release_frees_the_unit_and_leaves_the_plan_as_it_was(self, drawn: Drawn) -> None:
        cell = min(drawn.arm("holdout"))
        before = drawn.force.table(drawn.plan_id, "visits")
        words = ("holdout", "release", drawn.plan_id, "--cell", cell, "--by", "Duty Inspector")
        when = ("--at", "2018-07-08T22:40:00+00:00")
        told = drawn.run(*words, "--reason", "stabbing at 22:15", *when, "--json")
        assert told.exit_code == 0, told.stderr
        Draft202012Validator(verb_schema("holdout-release")).validate(told.json)
        assert told.json["result"]["at"] == "2018-07-08T23:40:00+01:00"
        unit = next(row["unit"] for row in drawn.rows() if row["cell_id"] == cell)
        together = {row["cell_id"] for row in drawn.rows() if row["unit"] == unit}
        freed = released(drawn.force.workspace, drawn.plan_id)
        assert set(freed) == together
        assert freed[cell].reason == "stabbing at 22:15"
        left = held_out_now(drawn.force.workspace, drawn.plan_id)
        assert left == drawn.arm("holdout") - together
        assert held_out_now(drawn.force.workspace, drawn.best.plan_id) == frozenset()
        assert drawn.force.table(drawn.plan_id, "visits").equals(before)

        again = drawn.run(*words, "--reason", "another", "--json").json
        assert again["result"]["already"]
        assert again["id"] == told.json["id"]
        shown = drawn.run("holdout", "show", drawn.plan_id, "--json")
        Draft202012Validator(verb_schema("holdout")).validate(shown.json)
        (each,) = shown.json["result"]["releases"]
        assert each["released_by"] == "Duty Inspector"
        places = {place["cell_id"]: place for place in shown.json["result"]["places"]}
        assert places[cell]["released_at"] == "2018-07-08T23:40:00+01:00"
        assert drawn.run("explain", told.json["id"], "--json").json["result"]["kind"] == "release"

    @pytest.mark.parametrize(
        ("words", "code", "said"),
        [
            (("--cell", "nowhere", "--reason", "x", "--by", "y"), 2, "is not held out"),
            (("--cell", "treated", "--reason", "x", "--by", "y"), 2, "is not held out"),
            (("--cell", "held", "--reason", " ", "--by", "y"), 10, "--reason"),
            (("--cell", "held", "--reason", "a\x1b[2Jb", "--by", "y"), 10, "one line"),
            (("--cell", "held", "--reason", "x", "--by", "y", "--at", "2018-07-08"), 2, "offset"),
            (
                ("--cell", "held", "--reason", "x", "--by", "y", "--at", "2999-01-01T00:00:00Z"),
                2,
                "lies ahead",
            ),
        ],
    )
    def test_what_cannot_be_released_is_said(
        self, drawn: Drawn, words: tuple[str, ...], code: int, said: str
    ) -> None:
        names = {"held": max(drawn.arm("holdout")), "treated": min(drawn.arm("treat"))}
        asked = [names.get(word, word) for word in words]
        fault = drawn.fault("holdout", "release", drawn.plan_id, *asked)
        assert (fault.exit_code, said in str(fault)) == (code, True), str(fault)

    def test_a_plan_without_a_hold_out_has_nothing_to_show(self, drawn: Drawn) -> None:
        fault = drawn.fault("holdout", "show", drawn.best.plan_id)
        assert fault.exit_code == 21
        assert "held no place out" in str(fault)
