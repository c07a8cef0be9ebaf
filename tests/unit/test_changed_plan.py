"""A plan changed within bounds and made anew from what it kept."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from rightplace.app.changed.changes import Changes
from rightplace.app.changed.use_case import ChangeOptions, change_plan
from rightplace.app.replan.running import read_running
from rightplace.app.runs import read_table
from rightplace.core.runs import read_run
from rightplace.deploy.weekly.conflicts import PlanInfeasibleError
from rightplace.errors import BadInputError, UsageError
from tests.walks import NOON, Kept, kept
from tests.worlds import AS_OF, HOT, publish

if TYPE_CHECKING:
    from rightplace.app.answer import Answer
    from rightplace.app.changed.result import ChangedPlan

ELSEWHERE, QUIET = "E01000842", "E01002696"


@pytest.fixture(scope="module")
def monthly(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    root = tmp_path_factory.mktemp("changed")
    return kept(root / "workspace", publish(root / "files"), AS_OF)


def change(monthly: Kept, *, dry_run: bool = False, **what: Any) -> Answer[ChangedPlan]:  # noqa: ANN401 - changes of any kind
    options = ChangeOptions(reason="As agreed.", by="u-002", dry_run=dry_run)
    parent = monthly.plan.result.plan_id
    return change_plan(monthly.workspace, parent, Changes(**what), options, made_at=NOON)


def visited(monthly: Kept, plan_id: str) -> Counter[str]:
    rows = read_table(monthly.workspace, plan_id, "visits").to_pylist()
    return Counter(row["cell_id"] for row in rows)


def test_a_place_left_out_has_no_visit_and_its_price_is_an_interval(monthly: Kept) -> None:
    before = monthly.plan.result
    assert visited(monthly, before.plan_id)[HOT.code] > 0
    told = change(monthly, left_out=(HOT.code,))
    new = told.result
    assert visited(monthly, new.plan_id)[HOT.code] == 0
    assert new.parent_id == before.plan_id
    assert new.plan_id != before.plan_id
    assert new.objective < before.objective
    assert new.cost_lo == pytest.approx(max(0.0, before.objective - new.bound))
    assert new.cost_hi == pytest.approx(before.bound - new.objective)
    assert 0 < new.cost_lo <= new.cost_hi
    record = read_run(monthly.workspace.runs, new.plan_id)
    assert record["settings"]["parent"] == before.plan_id
    assert record["settings"]["changes"]["left_out"] == [HOT.code]
    assert before.plan_id in [each["source"] for each in record["inputs"]]
    assert record["warnings"][0]["code"] == "changed-plan"
    assert "1 place left out" in record["warnings"][0]["message"]


def test_what_is_not_changed_stays_as_it_was(monthly: Kept) -> None:
    """Boroughs share no limit here, so that the visits of others are the same, one by one."""
    before = visited(monthly, monthly.plan.result.plan_id)
    after = visited(monthly, change(monthly, left_out=(HOT.code,)).result.plan_id)
    camden = {f"E0100084{n}" for n in range(2, 6)}
    assert {c: n for c, n in before.items() if c not in camden} == {
        c: n for c, n in after.items() if c not in camden
    }


def test_a_place_that_is_wanted_has_its_visits_and_says_who_wanted_it(monthly: Kept) -> None:
    crews = read_table(monthly.workspace, monthly.plan.result.plan_id, "crews").to_pylist()
    short = tuple(
        (crew, 30) for crew in {c["crew_id"] for c in crews if c["borough"] == "Islington"}
    )
    without = change(monthly, minutes=short).result
    few = visited(monthly, without.plan_id)[QUIET]
    told = change(monthly, minutes=short, wanted=((QUIET, few + 2),)).result
    assert visited(monthly, told.plan_id)[QUIET] == few + 2
    assert told.objective < without.objective
    assert told.nominated is not None
    rows = read_table(monthly.workspace, told.plan_id, "visits").to_pylist()
    mine = [row for row in rows if row["cell_id"] == QUIET]
    assert {row["origin"] for row in mine} == {"nominated"}
    kept_rows = read_table(monthly.workspace, told.plan_id, "nominations").to_pylist()
    assert [(row["cell_id"], row["author"]) for row in kept_rows] == [(QUIET, "u-002")]


def test_places_wanted_take_no_more_than_nominations_may(monthly: Kept) -> None:
    with pytest.raises(PlanInfeasibleError, match="nominated places ask for 99 visits"):
        change(monthly, wanted=((QUIET, 99),))


def test_a_place_that_is_wanted_cannot_be_left_out(monthly: Kept) -> None:
    wanted = change(monthly, wanted=((QUIET, 1),)).result.plan_id
    options = ChangeOptions(reason="No.", by="u-002")
    with pytest.raises(BadInputError, match="must visit"):
        change_plan(monthly.workspace, wanted, Changes(left_out=(QUIET,)), options, made_at=NOON)


def test_a_crew_that_is_taken_away_makes_no_visit_and_a_shorter_one_fewer(monthly: Kept) -> None:
    plan_id = monthly.plan.result.plan_id
    rows = read_table(monthly.workspace, plan_id, "visits").to_pylist()
    crew = rows[0]["crew_id"]
    told = change(monthly, without=(crew,))
    after = read_table(monthly.workspace, told.result.plan_id, "visits").to_pylist()
    assert crew not in {row["crew_id"] for row in after}
    short = change(monthly, minutes=((crew, 30),)).result
    mine = [
        row
        for row in read_table(monthly.workspace, short.plan_id, "visits").to_pylist()
        if row["crew_id"] == crew
    ]
    # A visit takes 25 minutes with the way: one in each duty of 30.
    assert max(Counter(row["slot_start"] for row in mine).values()) == 1
    crews = read_table(monthly.workspace, short.plan_id, "crews").to_pylist()
    assert {row["minutes"] for row in crews if row["crew_id"] == crew} == {30}


def test_a_changed_plan_is_a_plan_that_can_be_changed_again(monthly: Kept) -> None:
    once = change(monthly, left_out=(HOT.code,)).result
    options = ChangeOptions(reason="Again.", by="u-002")
    twice = change_plan(
        monthly.workspace, once.plan_id, Changes(left_out=(ELSEWHERE,)), options, made_at=NOON
    ).result
    assert twice.parent_id == once.plan_id
    found = visited(monthly, twice.plan_id)
    assert (found[ELSEWHERE], found[HOT.code]) == (0, 0)  # what was left out stays out
    assert read_running(monthly.workspace, twice.plan_id).problem.visitable.sum() == 9


def test_the_same_changes_give_the_same_plan_and_a_dry_run_keeps_none(monthly: Kept) -> None:
    first = change(monthly, left_out=(ELSEWHERE,), dry_run=True).result
    assert not (monthly.workspace.runs / first.plan_id).exists()
    assert change(monthly, left_out=(ELSEWHERE,)).result.plan_id == first.plan_id


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ({"left_out": ("E99",)}, "no place"),
        ({"wanted": (("E01001714", 1),)}, "cannot be visited"),
        ({"without": ("nobody",)}, "no crew"),
    ],
)
def test_what_the_plan_does_not_hold_is_refused(
    monthly: Kept, what: dict[str, Any], words: str
) -> None:
    with pytest.raises(BadInputError, match=words):
        change(monthly, **what)


def test_more_minutes_than_a_crew_has_are_refused(monthly: Kept) -> None:
    crew = read_table(monthly.workspace, monthly.plan.result.plan_id, "crews").to_pylist()[0]
    with pytest.raises(BadInputError, match="would be no fewer"):
        change(monthly, minutes=((crew["crew_id"], int(crew["minutes"]) + 1),))


@pytest.mark.parametrize(
    "what",
    [
        {},
        {"left_out": ("a", "a")},
        {"left_out": ("a",), "wanted": (("a", 1),)},
        {"wanted": (("a", 0),)},
        {"minutes": (("c", 0),)},
        {"left_out": tuple(map(str, range(201)))},
    ],
)
def test_changes_that_cannot_be_meant_are_refused(what: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        Changes(**what)
