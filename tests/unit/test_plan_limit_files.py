"""Files of limits: what they mean in visits, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rightplace import deploy
from rightplace.app.plan.limits import LimitOptions, check_cover
from rightplace.app.plan.making import Planned, PlanOptions, make_plan
from rightplace.app.plan.settings import PlanSettings
from rightplace.app.plan.what_if import what_if
from rightplace.deploy import PlanInfeasibleError
from rightplace.deploy.weekly.breaches import breaches
from rightplace.deploy.weekly.limit_files import cover_minutes, read_cover, read_fairness
from rightplace.deploy.weekly.solution import borough_visits
from rightplace.errors import BadInputError, RefusedError, UnsupportedByDataError
from tests.walks import Kept, kept
from tests.worlds import AS_OF, HOT, Published, publish

COVER = "bcu,weekday,shift,minutes,set_by,until\n"
FAIR = "borough,per,least,most,set_by,until\n"
PLACE = "cell_id,day_least,day_most,plan_least,plan_most,specialist_share,reason,set_by,until\n"
BY = "Chief Inspector,2030-01-01\n"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return publish(tmp_path_factory.mktemp("monthly"))


@pytest.fixture(scope="module")
def monthly(tmp_path_factory: pytest.TempPathFactory, world: Published) -> Kept:
    return kept(tmp_path_factory.mktemp("kept") / "workspace", world, AS_OF)


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def cover_of(minutes: str) -> str:
    names = ("Central East", "Central North", "North")
    shifts = ("early", "late", "night")
    return COVER + "".join(f"{n},,{s},{minutes},{BY}" for n in names for s in shifts)


def planned(
    monthly: Kept, world: Published, limits: LimitOptions, settings: PlanSettings | None = None
) -> Planned:
    options = PlanOptions(crews_file=world.crews, limits=limits)
    made = make_plan(monthly.outlook, options, settings or PlanSettings())
    assert breaches(made.problem, made.solution.visits) == ()
    return made


def test_minutes_kept_for_response_leave_whole_visits_of_a_bcu(
    monthly: Kept, world: Published, tmp_path: Path
) -> None:
    file = written(tmp_path / "cover.csv", cover_of("100"))

    made = planned(monthly, world, LimitOptions(cover_file=file))

    used = borough_visits(made.problem, made.solution.visits)
    names = made.problem.borough_names
    both = used[names.index("Camden")] + used[names.index("Islington")]
    # Two crews of 110 minutes less 100 leave 120: four visits of 25.
    assert both.max() == 4


def test_a_bcu_that_the_cover_file_leaves_out_is_refused(
    monthly: Kept, world: Published, tmp_path: Path
) -> None:
    lines = [line for line in cover_of("0").splitlines(keepends=True) if "North,,late" not in line]
    file = written(tmp_path / "cover.csv", "".join(lines))

    with pytest.raises(
        RefusedError, match="states no response cover for Central North, 2018-07-01 late"
    ):
        planned(monthly, world, LimitOptions(cover_file=file))


def test_cover_beyond_what_crews_have_is_a_conflict_with_both_numbers(
    monthly: Kept, world: Published, tmp_path: Path
) -> None:
    file = written(tmp_path / "cover.csv", cover_of("500"))

    with pytest.raises(PlanInfeasibleError, match="in North, 2018-07-01 early: 500 of"):
        planned(monthly, world, LimitOptions(cover_file=file))


def test_a_plan_that_leaves_nobody_to_respond_needs_a_file_or_a_reason(
    monthly: Kept, world: Published
) -> None:
    crews = planned(monthly, world, LimitOptions()).crews
    whole = [replace(crew, minutes=crew.duty_minutes) for crew in crews]
    settings, outlook = PlanSettings(), monthly.outlook

    check_cover(LimitOptions(), settings=settings, crews=crews, outlook=outlook)
    with pytest.raises(RefusedError, match="offers its whole duty"):
        check_cover(LimitOptions(), settings=settings, crews=whole, outlook=outlook)
    reason = LimitOptions(without_cover="response has crews of its own")
    check_cover(reason, settings=settings, crews=whole, outlook=outlook)
    with pytest.raises(RefusedError, match="is not stated"):
        check_cover(
            LimitOptions(),
            settings=PlanSettings(cover_required=True),
            crews=crews,
            outlook=outlook,
        )


def test_fairness_per_residents_is_a_floor_in_visits(
    monthly: Kept, world: Published, tmp_path: Path
) -> None:
    fair = written(tmp_path / "fair.csv", f"{FAIR}Camden,1000_residents,300,,{BY}")
    people = written(tmp_path / "people.csv", f"cell_id,residents\n{HOT.code},8000\n")

    made = planned(monthly, world, LimitOptions(fairness_file=fair, residents_file=people))

    limits = made.problem.limits
    assert limits is not None
    # 300 minutes for each of 8 thousand in four weeks: 600 in this week, 40 visits of 15.
    assert limits.borough_least[made.problem.borough_names.index("Camden")] == 40
    with pytest.raises(UnsupportedByDataError, match="--residents"):
        planned(monthly, world, LimitOptions(fairness_file=fair))


def test_limits_of_single_places_hold(monthly: Kept, world: Published, tmp_path: Path) -> None:
    row = f"{HOT.code},1,2,,,,licensing,{BY}"
    file = written(tmp_path / "places.csv", PLACE + row)

    made = planned(monthly, world, LimitOptions(places_file=file))

    at = made.problem.cell_ids.index(HOT.code)
    by_day = made.solution.visits[at].reshape(-1, 3).sum(axis=1)
    assert by_day.tolist() == [2] * 7


def test_the_examples_that_ship_are_read(monthly: Kept, world: Published) -> None:
    data = Path(deploy.__file__).parent / "data"
    limits = LimitOptions(cover_file=data / "example_cover.csv")
    first_day, shifts = monthly.outlook.first_day, ("early", "late", "night")

    cover = read_cover(data / "example_cover.csv", shifts=shifts, last_day=first_day)
    fair = read_fairness(data / "example_fairness.csv", boroughs=(), last_day=first_day)

    slots = monthly.outlook.slots
    friday = next(s for s in slots if s.policing_day.weekday() == 4 and s.shift == "late")
    assert cover_minutes(cover, bcu="North", slot=friday) == 100
    assert cover_minutes(cover, bcu="North", slot=slots[0]) == 50
    assert cover_minutes(cover, bcu="Atlantis", slot=slots[0]) is None
    assert [row.per for row in fair] == ["violent_crime"]
    planned(monthly, world, limits)


def test_every_fault_of_a_file_is_named_with_its_row(
    monthly: Kept, world: Published, tmp_path: Path
) -> None:
    text = f"{PLACE}E99,1,2,,,,x,{BY}{HOT.code},-1,many,,,2,,nobody,2001-01-01\n"
    file = written(tmp_path / "places.csv", text)

    with pytest.raises(BadInputError) as caught:
        planned(monthly, world, LimitOptions(places_file=file))

    said = str(caught.value)
    for part in ("row 1: cell_id 'E99'", "row 2: day_least '-1'", "row 2: day_most 'many'",
                 "row 2: specialist_share '2'", "row 2: reason ''", "has run out"):  # fmt: skip
        assert part in said


def test_shares_of_single_places_and_separation_come_from_settings(
    monthly: Kept, world: Published
) -> None:
    made = planned(
        monthly, world, LimitOptions(), PlanSettings(place_share_most=0.1, separation_m=600)
    )

    # A borough's crew makes 4 visits in each of 21 slots; a tenth of 84 is 8.
    assert made.solution.visits.sum(axis=1).max() == 8
    assert made.problem.limits is not None
    assert len(made.problem.limits.apart) > 0


def test_variants_stand_side_by_side_and_more_crews_prevent_no_less(
    monthly: Kept, world: Published
) -> None:
    rows = {row.name: row for row in what_if(planned(monthly, world, LimitOptions()))}

    crews = [rows[f"crew visits x {share}"].objective for share in ("0.8", "0.9", "1.1", "1.2")]
    assert crews == sorted(crews)
    assert crews[1] <= rows["as planned"].bound
    assert rows["to prevent most harm"].unit == "harm"
    assert np.isfinite([row.prevented_harm for row in rows.values()]).all()
