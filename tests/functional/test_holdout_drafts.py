"""Drafts: a hold-out whose price a commander sees before anybody signs, and that no crew sees."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import click
import pytest
from jsonschema import Draft202012Validator

from rightplace.app.brief.use_case import BriefOptions, brief
from rightplace.app.feedback.arms import arms_of_plans
from rightplace.app.forecast.outlook import read_outlook
from rightplace.app.holdout.earlier import earlier_of
from rightplace.app.holdout.options import HoldOutOptions
from rightplace.app.holdout.releases import Asked, release
from rightplace.app.holdout.settings import HoldOutSettings
from rightplace.app.holdout.sign_off import SignFiles, sign
from rightplace.app.plan.making import PlanOptions
from rightplace.app.plan.use_case import plan
from rightplace.app.plan.visits import crew_visits, visits_with_arms
from rightplace.app.runs import keep
from rightplace.cli.main import cli
from rightplace.cli.schemas import verb_schema
from rightplace.core.canonical import file_digest
from rightplace.core.runs import RunInput, RunRecipe, read_run
from rightplace.errors import RefusedError, RightplaceError
from tests.command import Told, rightplace
from tests.holdout_world import AS_OF, NEVER_HEAD, TOGETHER, Force
from tests.holdout_world import TERMS as WORLD_TERMS
from tests.walks import NOON
from tests.worlds import DAYS

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.app.answer import Answer
    from rightplace.app.plan.result import PlanResult


BEFORE = AS_OF - timedelta(days=DAYS)
FIRST = BEFORE + timedelta(days=1)
TERMS = WORLD_TERMS.replace("until = 2018-12-31", "until = 2018-11-30")


@dataclass(frozen=True)
class Week:
    """A force, the forecast of a week, and a draft for it that nobody ever signs."""

    force: Force
    forecast_id: str
    told: Told

    @property
    def draft(self) -> str:
        return str(self.told.json["id"])

    def planned(
        self, *, seed: int, never: Path | None = None, terms: Path | None = None
    ) -> Answer[PlanResult]:
        """Plan the week with 0.4 of its near-equals held out."""
        options = PlanOptions(
            crews_file=self.force.crews(),
            holdout=HoldOutOptions(share=0.4, never_file=never, terms_file=terms),
            seed=seed,
        )
        days: dict[str, Any] = {"as_of": BEFORE, "days": DAYS}
        return plan(self.force.workspace, self.forecast_id, **days, options=options, made_at=NOON)

    def held(self, plan_id: str, arm: str = "holdout") -> set[str]:
        rows = self.force.table(plan_id, "holdout").to_pylist()
        return {row["cell_id"] for row in rows if row["arm"] == arm}

    def files(self) -> SignFiles:
        return SignFiles(terms=self.force.terms, never=self.force.never)

    def run(self, *words: object) -> Told:
        return rightplace(*words, workspace=self.force.workspace.root)

    def fault(self, *words: object) -> RightplaceError | click.ClickException:
        """Return what the command line raises, in this process."""
        before = ["--workspace", self.force.workspace.root]
        try:
            cli.main([str(word) for word in (*before, *words)], standalone_mode=False)
        except (RightplaceError, click.ClickException) as fault:
            return fault
        pytest.fail("nothing was wrong")


def new_force(folder: Path) -> Force:
    """Return a force whose week is the one before that of its world."""
    force = Force(folder / "force")
    force.as_of = BEFORE
    force.terms.write_text(TERMS, encoding="utf-8")
    return force


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Week:
    force = new_force(tmp_path_factory.mktemp("drafts"))
    forecast_id = force.forecast()
    words = ("plan", "--as-of", BEFORE, "--crews", force.crews(), "--forecast", forecast_id)
    told = rightplace(
        *(*words, "--holdout", 0.2, "--seed", 3, "--json"), workspace=force.workspace.root
    )
    assert told.exit_code == 0, told.stderr
    return Week(force, forecast_id, told)


@pytest.fixture(scope="module")
def pair(week: Week) -> str:
    """A draft that holds out the two places that lie side by side."""
    ids = (str(week.planned(seed=seed).id) for seed in range(20))
    return next(plan_id for plan_id in ids if week.held(plan_id) >= TOGETHER)


@pytest.fixture(scope="module")
def signed(week: Week) -> tuple[str, str]:
    """A draft that was signed, and its sign-off."""
    plan_id = str(week.planned(seed=77).id)
    return plan_id, str(sign(week.force.workspace, plan_id, week.files(), made_at=NOON).id)


def never_file(folder: Path, *cells: str) -> Path:
    path = folder / "never.csv"
    rows = [f"{cell},live_threat,told so,Desk,2018-12-31\n" for cell in cells]
    path.write_text(NEVER_HEAD + "".join(rows), encoding="utf-8")
    return path


class TestPlanning:
    """Without either file the plan is made and kept, priced, and says that it is a draft."""

    def test_a_draft_says_its_price_what_it_lacks_and_how_to_go_on(self, week: Week) -> None:
        Draft202012Validator(verb_schema("plan")).validate(week.told.json)
        held = week.told.json["result"]["holdout"]
        assert (held["status"], held["signed"]) == ("draft", False)
        assert (held["reason"], held["until"], held["signed_by"]) == (None, None, [])
        assert held["price"]["hi"] > 0
        assert held["places_held_out"] == len(week.held(week.draft)) > 0
        said = {each["code"]: each["message"] for each in week.told.json["warnings"]}
        message = said["holdout-not-signed"]
        for words in (
            "sign-off by commander and ethics",
            "list of places never held out",
            f"rightplace holdout sign {week.draft} --terms FILE --never-hold-out FILE",
        ):
            assert words in message

    def test_the_lot_of_a_draft_is_that_of_the_plan_signed_at_once(self, week: Week) -> None:
        draft = week.planned(seed=5)
        at_once = week.planned(seed=5, never=week.force.never, terms=week.force.terms)
        assert draft.id != at_once.id
        one, other = (week.force.table(str(each.id), "holdout") for each in (draft, at_once))
        assert one.equals(other)
        codes = {notice.code for notice in at_once.warnings}
        assert "holdout-not-signed" not in codes
        assert crew_visits(week.force.workspace, str(at_once.id)).num_rows > 0

    def test_one_file_alone_leaves_it_a_draft_that_lacks_the_other(
        self, week: Week, tmp_path: Path
    ) -> None:
        listed = week.held(week.draft)
        half = week.planned(seed=3, never=never_file(tmp_path, *listed))
        other = week.planned(seed=3, terms=week.force.terms)
        lacks = ["sign-off by commander and ethics", "list of places never held out"]
        for answer, missing in zip((half, other), lacks, strict=True):
            held = answer.result.holdout
            assert held is not None
            assert (held.signed, held.missing) == (False, (missing,))
            with pytest.raises(RefusedError, match="draft"):
                crew_visits(week.force.workspace, str(answer.id))
        # What the list says holds in a draft too.
        drawn = week.held(str(half.id)) | week.held(str(half.id), "treat")
        assert not drawn & listed

    def test_the_lines_for_people_say_that_it_is_a_draft(self, week: Week) -> None:
        crews = ("--crews", week.force.crews(), "--forecast", week.forecast_id)
        told = week.run("plan", "--as-of", BEFORE, *crews, "--holdout", 0.2, "--dry-run")
        assert told.exit_code == 0, told.stderr
        for words in ("its price", "draft, not signed", "No crew has it until it is signed"):
            assert words in told.stdout


class TestGate:
    """Nothing that crews see is made from a draft."""

    @pytest.mark.parametrize(
        "words",
        [
            ("brief", "PLAN", "--out", "OUT"),
            ("routes", "PLAN", "--out", "OUT"),
            ("explain", "PLAN:v-000001"),
            ("explain", "PLAN:Central North"),
            ("dosage", "--plan", "PLAN", "--pings", "NONE"),
            ("hot-spots", "score", "PLAN", "--as-of", "2018-07-05"),
        ],
    )
    def test_verbs_refuse_it_and_say_how_it_is_signed(
        self, week: Week, tmp_path: Path, words: tuple[str, ...]
    ) -> None:
        out, pings = tmp_path / "out", tmp_path / "pings.csv"
        pings.write_text("crew_id,officers,time,lon,lat\n", encoding="utf-8")
        stands = {"OUT": str(out), "NONE": str(pings)}
        asked = [stands.get(word, word.replace("PLAN", week.draft)) for word in words]
        fault = week.fault(*asked)
        assert fault.exit_code == 20, str(fault)
        sign_it = f"rightplace holdout sign {week.draft} --terms FILE --never-hold-out FILE"
        assert sign_it in str(fault)
        assert not out.exists()

    def test_neither_door_to_the_visits_opens(self, week: Week) -> None:
        for door in (crew_visits, visits_with_arms):
            with pytest.raises(RefusedError) as caught:
                door(week.force.workspace, week.draft)
            assert caught.value.fault.value == week.draft

    def test_sheets_would_be_made_of_it_if_the_gate_were_gone(
        self, week: Week, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        out = tmp_path / "out"
        options = BriefOptions(out=out, day=FIRST)
        with pytest.raises(RefusedError):
            brief(week.force.workspace, week.draft, options, printed_at=NOON)
        assert not out.exists()
        monkeypatch.setattr("rightplace.app.plan.visits.check_signed", lambda *_: None)
        brief(week.force.workspace, week.draft, options, printed_at=NOON)
        assert any(out.iterdir())


class TestAnalysts:
    def test_a_draft_can_be_seen_as_what_it_is(self, week: Week) -> None:
        told = week.run("holdout", "show", week.draft, "--json")
        assert told.exit_code == 0, told.stderr
        Draft202012Validator(verb_schema("holdout")).validate(told.json)
        shown = told.json["result"]
        assert (shown["status"], shown["signed"], shown["until"]) == ("draft", False, None)
        assert (shown["signed_by"], shown["sign_off_id"]) == ([], None)
        assert len(shown["places"]) == week.told.json["result"]["holdout"]["places"]
        lines = " ".join(week.run("holdout", "show", week.draft).stdout.split())
        assert "A draft that nobody has signed: crews have nothing of it." in lines

    def test_the_monitor_takes_no_draft_for_carried_out(
        self, week: Week, signed: tuple[str, str]
    ) -> None:
        workspace = week.force.workspace
        area = read_outlook(workspace, week.forecast_id).area
        with pytest.raises(RefusedError, match="draft"):
            arms_of_plans(workspace, area, (week.draft,))
        (arms,) = arms_of_plans(workspace, area, (signed[0],))
        assert arms.plan_id == signed[0]

    def test_visits_of_a_draft_are_not_carried_over_into_the_next_plan(
        self, tmp_path: Path
    ) -> None:
        force = new_force(tmp_path)
        week = Week(force, force.forecast(), Told(exit_code=0, stdout="{}", stderr=""))
        workspace = week.force.workspace
        week.force.as_of = AS_OF
        outlook = read_outlook(workspace, week.force.forecast())
        week.force.as_of = BEFORE
        draft = str(week.planned(seed=3).id)
        area = outlook.area
        assert earlier_of(workspace, outlook, HoldOutSettings()).plan_id is None
        assert arms_of_plans(workspace, area, ()) == ()
        # Another is made after the draft, and then the draft is signed: it is the one that holds.
        options = PlanOptions(crews_file=week.force.crews())
        later = NOON + timedelta(hours=1)
        days: dict[str, Any] = {"as_of": BEFORE, "days": DAYS, "options": options}
        without = plan(workspace, week.forecast_id, **days, made_at=later)
        assert earlier_of(workspace, outlook, HoldOutSettings()).plan_id == without.id
        sign(workspace, draft, week.files(), made_at=NOON + timedelta(hours=2))
        found = earlier_of(workspace, outlook, HoldOutSettings())
        assert found.plan_id == draft
        assert "holdout" in found.arms.values()
        (arms,) = arms_of_plans(workspace, area, ())
        assert arms.plan_id == draft

    def test_releasing_a_place_of_a_draft_does_no_harm_and_says_so(self, week: Week) -> None:
        cell = min(week.held(week.draft))
        asked = Asked(cell_id=cell, reason="stabbing", released_by="Inspector")
        answer = release(week.force.workspace, week.draft, asked, made_at=NOON, dry_run=True)
        assert "holdout-not-signed" in {notice.code for notice in answer.warnings}


class TestSigning:
    def test_a_signed_draft_opens_the_gate_and_stays_as_it_was(
        self, week: Week, tmp_path: Path
    ) -> None:
        plan_id = str(week.planned(seed=78).id)
        workspace, folder = week.force.workspace, week.force.workspace.runs / plan_id
        before = {path.name: path.read_bytes() for path in folder.iterdir()}
        files = ("--terms", week.force.terms, "--never-hold-out", week.force.never)
        words = ("holdout", "sign", plan_id, *files)
        rehearsed = week.run(*words, "--dry-run", "--json")
        with pytest.raises(RefusedError):
            crew_visits(workspace, plan_id)
        told = week.run(*words, "--json")
        assert told.exit_code == 0, told.stderr
        Draft202012Validator(verb_schema("holdout-sign")).validate(told.json)
        assert told.json["result"] == rehearsed.json["result"]
        assert (told.json["result"]["until"], told.json["result"]["already"]) == (
            "2018-11-30",
            False,
        )
        assert told.json["result"]["places_held_out"] == len(week.held(plan_id))
        assert told.json["id"].startswith("g-")
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == before

        record = read_run(workspace.runs, told.json["id"])
        named = {each["source"]: each["sha256"] for each in record["inputs"]}
        for path in (week.force.terms, week.force.never):
            assert named[str(path)] == file_digest(path)
        assert named[plan_id] == read_run(workspace.runs, plan_id)["settings_hash"]
        made = {row["cell_id"] for row in crew_visits(workspace, plan_id).to_pylist()}
        assert made
        assert not made & week.held(plan_id)
        brief(workspace, plan_id, BriefOptions(out=tmp_path / "out", day=FIRST), printed_at=NOON)
        explained = week.run("explain", told.json["id"], "--json").json["result"]
        assert explained["kind"] == "sign_off"

    def test_who_signed_until_when_is_shown(self, week: Week, signed: tuple[str, str]) -> None:
        plan_id, sign_off_id = signed
        shown = week.run("holdout", "show", plan_id, "--json").json["result"]
        assert (shown["status"], shown["signed"], shown["until"]) == ("signed", True, "2018-11-30")
        assert shown["sign_off_id"] == sign_off_id
        assert [each["name"] for each in shown["signed_by"]] == ["Ada Commander", "Bo Chair"]
        lines = " ".join(week.run("holdout", "show", plan_id).stdout.split())
        assert "Until 2018-11-30; signed by Ada Commander (Chief Super" in lines
        assert f"kept as {sign_off_id}" in lines

    def test_signing_again_does_no_harm_and_the_first_stands(
        self, week: Week, signed: tuple[str, str], tmp_path: Path
    ) -> None:
        plan_id, sign_off_id = signed
        workspace, later = week.force.workspace, NOON + timedelta(days=1)
        kept = sorted(path.name for path in workspace.runs.glob("g-*"))
        again = sign(workspace, plan_id, week.files(), made_at=later)
        assert (again.id, again.result.already) == (sign_off_id, True)
        terms = tmp_path / "terms.toml"
        terms.write_text(TERMS.replace("2018-11-30", "2018-09-30"), encoding="utf-8")
        other = sign(workspace, plan_id, replace(week.files(), terms=terms), made_at=later)
        assert (other.id, other.result.until) == (sign_off_id, "2018-11-30")
        (notice,) = other.warnings
        assert "These files are not those" in notice.message
        assert "These files" not in again.warnings[0].message
        assert sorted(path.name for path in workspace.runs.glob("g-*")) == kept

    def test_a_place_held_out_that_stands_on_the_list_is_refused_by_name_with_its_unit(
        self, week: Week, pair: str, tmp_path: Path
    ) -> None:
        one, other = sorted(TOGETHER)
        files = replace(week.files(), never=never_file(tmp_path, one))
        with pytest.raises(RefusedError) as caught:
            sign(week.force.workspace, pair, files, made_at=NOON)
        assert caught.value.fault.value == one
        said = str(caught.value)
        for words in (f"{one} (a live threat, in one unit with {other})", "Plan anew with"):
            assert words in said
        with pytest.raises(RefusedError):
            crew_visits(week.force.workspace, pair)

    def test_a_place_of_a_signed_plan_that_comes_on_the_list_is_one_to_release(
        self, week: Week, signed: tuple[str, str], tmp_path: Path
    ) -> None:
        files = replace(week.files(), never=never_file(tmp_path, min(week.held(signed[0]))))
        with pytest.raises(RefusedError, match=f"holdout release {signed[0]} --cell"):
            sign(week.force.workspace, signed[0], files, made_at=NOON)

    def test_listed_places_that_the_lot_treats_are_told(self, week: Week, tmp_path: Path) -> None:
        listed = min(week.held(week.draft, "treat"))
        files = replace(week.files(), never=never_file(tmp_path, listed))
        answer = sign(week.force.workspace, week.draft, files, made_at=NOON, dry_run=True)
        assert [notice.code for notice in answer.warnings] == ["holdout-listed-drawn"]
        assert answer.result.never_held_out == 1

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ("Bo Chair", "Ada Commander", "signed both"),
            ("share_most = 0.4", "share_most = 0.1", "more than the 0.1"),
            ("until = 2018-11-30", "until = 2018-07-04", "the plan ends on 2018-07-05"),
            ("until = 2018-11-30", "until = 2018-12-29", "183 days after the plan begins"),
            ("signed_on = 2018-06-27", "signed_on = 2018-06-30", "signed on 2018-06-30"),
        ],
    )
    def test_what_was_not_signed_for_is_refused_as_when_planning(
        self, week: Week, tmp_path: Path, old: str, new: str, said: str
    ) -> None:
        terms = tmp_path / "terms.toml"
        assert TERMS.count(old) == 1
        terms.write_text(TERMS.replace(old, new), encoding="utf-8")
        words = ("--terms", terms, "--never-hold-out", week.force.never)
        fault = week.fault("holdout", "sign", week.draft, *words)
        assert (fault.exit_code, said in str(fault)) == (20, True), str(fault)

    def test_what_cannot_be_signed_is_said(
        self, week: Week, signed: tuple[str, str], tmp_path: Path
    ) -> None:
        terms, never = week.force.terms, week.force.never
        unknown = never_file(tmp_path, "E01000000")
        options = PlanOptions(crews_file=week.force.crews())
        days: dict[str, Any] = {"as_of": BEFORE, "days": DAYS, "options": options}
        best = plan(week.force.workspace, week.forecast_id, **days, made_at=NOON).id
        at_once = week.planned(seed=5, never=never, terms=terms).id
        cases = [
            ((week.draft, "--terms", tmp_path / "none", "--never-hold-out", never), 11),
            ((week.draft, "--terms", terms, "--never-hold-out", unknown), 10),
            ((week.draft, "--terms", terms), 2),
            ((at_once, "--terms", terms, "--never-hold-out", never), 2),
            ((best, "--terms", terms, "--never-hold-out", never), 21),
            ((signed[1], "--terms", terms, "--never-hold-out", never), 11),
        ]
        for words, code in cases:
            fault = week.fault("holdout", "sign", *words)
            assert fault.exit_code == code, str(fault)


class TestPlansMadeAnew:
    """A plan made anew in its week keeps the lot, and what was signed for it."""

    @staticmethod
    def anew(week: Week, plan_id: str, source: RunInput, **settings: object) -> str:
        content = read_run(week.force.workspace.runs, plan_id)
        recipe = RunRecipe(
            kind="plan",
            settings=content["settings"] | settings,
            inputs=(source,),
            as_of=date.fromisoformat(content["as_of"]),
            known_at=None,
            seed=0,
        )
        record = recipe.record(NOON, result=content["result"])
        keep(week.force.workspace, record, {"visits": week.force.table(plan_id, "visits")})
        return recipe.id

    def test_the_sign_off_of_the_first_holds_for_it(
        self, week: Week, signed: tuple[str, str]
    ) -> None:
        workspace = week.force.workspace
        for first, may in ((signed[0], True), (week.draft, False)):
            settings_hash = read_run(workspace.runs, first)["settings_hash"]
            source = RunInput(source=first, release=None, sha256=settings_hash)
            anew = self.anew(week, first, source, made_anew=True)
            if may:
                assert crew_visits(workspace, anew).num_rows > 0
            else:
                with pytest.raises(RefusedError):
                    crew_visits(workspace, anew)

    def test_a_file_that_bears_the_name_of_a_signed_plan_signs_nothing(
        self, week: Week, signed: tuple[str, str]
    ) -> None:
        source = RunInput(source=signed[0], release=None, sha256="0" * 64)
        anew = self.anew(week, signed[0], source, made_anew="of a file")
        with pytest.raises(RefusedError):
            crew_visits(week.force.workspace, anew)
