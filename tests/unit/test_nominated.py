"""Places nominated by people: the file, their share of the crews, which visits are theirs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from importlib import resources
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from rightplace.deploy.nominated import (
    Nomination,
    NominationRules,
    read_nominations,
    with_nominated,
    with_origin,
)
from rightplace.deploy.weekly.conflicts import PlanInfeasibleError
from rightplace.deploy.weekly.problem import PlanProblem, VisitRules
from rightplace.deploy.weekly.solver import solve
from rightplace.errors import BadInputError

HEADER = "cell_id,lon,lat,kind,visits,minutes,reason,author,expires"
RULES = NominationRules(
    barred={"a": "", "b": "", "prison": "it is excluded (prison)", "blank": "it has no data"},
    cell_at=lambda lon, lat: "b" if (lon, lat) == (-0.1, 51.5) else None,
    first_day=date(2018, 7, 1),
    last_day=date(2018, 7, 7),
    visit_minutes=15,
)


def written(folder: Path, *rows: str) -> Path:
    path = folder / "nominated.csv"
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return path


def nomination(cell_id: str, visits: int, *, row: int = 1) -> Nomination:
    return Nomination(
        row=row,
        cell_id=cell_id,
        visits=visits,
        reason="Fights at the market",
        author="Sgt A",
        expires=date(2018, 7, 31),
        kind="market",
    )


def test_a_place_is_named_by_cell_or_point_and_minutes_become_whole_visits(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "a,,,market,2,,Fights at the market,Sgt A,2018-07-31",
        ",-0.1,51.5,,,40,Park after school,Ward panel,2018-07-07",
    )
    held, expired = read_nominations(path, RULES)
    assert expired == ()
    assert [(each.row, each.cell_id, each.visits) for each in held] == [(1, "a", 2), (2, "b", 3)]
    assert held[0].kind == "market"
    assert held[1].author == "Ward panel"


def test_what_ran_out_before_the_plan_is_dropped_even_if_its_place_is_barred(
    tmp_path: Path,
) -> None:
    path = written(
        tmp_path,
        "prison,,,,1,,Old worry,Sgt A,2018-06-30",
        "a,,,,1,,New worry,Sgt A,2018-07-07",
        "a,,,,1,,Old worry,Sgt A,2018-06-01",
    )
    held, expired = read_nominations(path, RULES)
    assert [each.row for each in held] == [2]
    assert [each.row for each in expired] == [1, 3]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("a,,,,1,,,Sgt A,2018-07-31", "reason '' is empty"),
        ("a,,,,1,,Why,,2018-07-31", "author '' is empty"),
        ("a,,,,1,,Why,Sgt A,", "expires '' is no date"),
        ("a,,,,1,,Why,Sgt A,2018-07-03", "runs out within the plan, which ends on 2018-07-07"),
        ("prison,,,,1,,Why,Sgt A,2018-07-31", r"cannot be visited: it is excluded \(prison\)"),
        ("blank,,,,1,,Why,Sgt A,2018-07-31", "cannot be visited: it has no data"),
        ("z,,,,1,,Why,Sgt A,2018-07-31", "is no cell of the study area"),
        (",,,,1,,Why,Sgt A,2018-07-31", "is empty, and so is lon or lat"),
        (",0,0,,1,,Why,Sgt A,2018-07-31", "lie outside the study area"),
        (",abc,51.5,,1,,Why,Sgt A,2018-07-31", "is no number of degrees"),
        ("a,-0.1,51.5,,1,,Why,Sgt A,2018-07-31", "stands beside a cell_id"),
        ("a,,,,,,Why,Sgt A,2018-07-31", "and minutes are both empty"),
        ("a,,,,1,15,Why,Sgt A,2018-07-31", "stands beside minutes"),
        ("a,,,,0,,Why,Sgt A,2018-07-31", "is not above 0"),
        ("a,,,,-1,,Why,Sgt A,2018-07-31", "is no number from 0"),
        (f"a,,,,1,,{'x' * 201},Sgt A,2018-07-31", "longer than 200 characters"),
        ("a,,,,1,,Why\u202etxt,Sgt A,2018-07-31", "cannot be printed"),
    ],
)
def test_a_row_that_cannot_be_is_refused_by_name(tmp_path: Path, row: str, words: str) -> None:
    path = written(tmp_path, "b,,,,1,,Fine,Sgt A,2018-07-31", row)
    with pytest.raises(BadInputError, match=words) as caught:
        read_nominations(path, RULES)
    assert caught.value.fault.row == 2


def test_two_rows_of_one_place_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "b,,,,1,,One,Sgt A,2018-07-31", ",-0.1,51.5,,1,,Two,Sgt B,2018-07-31")
    with pytest.raises(BadInputError, match="is the place of row 1 too"):
        read_nominations(path, RULES)


# Three places of one borough, one of another; two slots of three and one visit.
PROBLEM = PlanProblem(
    demand=np.array([[9.0, 9.0], [5.0, 5.0], [1.0, 0.5], [2.0, 2.0]]),
    gain=np.full((2, 2), [0.1, 0.05]),
    borough=np.array([0, 0, 0, 1]),
    capacity=np.array([[3, 2], [1, 0]]),
    day=np.array([0, 0]),
    visitable=np.ones(4, dtype=np.bool_),
    minimum=np.array([0, 2, 0, 0]),
    cell_ids=("a", "b", "c", "d"),
    borough_names=("Camden", "Enfield"),
    slot_names=("early", "late"),
    rules=VisitRules(cap_per_slot=1, cap_per_day=None),
)


def test_a_nominated_place_has_its_visits_where_they_cost_least() -> None:
    problem, (share,) = with_nominated(PROBLEM, [nomination("c", 1)], share_most=0.2)
    assert (share.borough, share.wanted, share.most, share.crew_visits) == ("Camden", 1, 1, 5)
    assert share.share == 0.2
    assert problem.minimum.tolist() == [0, 2, 1, 0]
    found = solve(problem)
    # The third visit of the early slot is the place's own best; nothing is lost for it.
    assert found.visits[2].tolist() == [1, 0]
    assert found.objective == pytest.approx(solve(PROBLEM).objective)
    # Its second puts a late visit out. That of b must stay, so a gives way: 0.1 x 9 are lost,
    # 0.1 x 0.5 won.
    both, _ = with_nominated(PROBLEM, [nomination("c", 2)], share_most=1)
    assert solve(PROBLEM).objective - solve(both).objective == pytest.approx(0.9 - 0.05)


def test_a_greater_minimum_stands() -> None:
    problem, _ = with_nominated(PROBLEM, [nomination("b", 1)], share_most=0.2)
    assert problem.minimum[1] == 2


def test_more_than_the_share_is_a_conflict_that_names_its_rows() -> None:
    asked = [nomination("a", 1, row=4), nomination("c", 2, row=7), nomination("d", 1, row=8)]
    with pytest.raises(PlanInfeasibleError) as caught:
        with_nominated(PROBLEM, asked, share_most=0.4)
    camden, enfield = caught.value.conflicts
    assert "row 4 (a, 1), row 7 (c, 2)" in camden
    assert "ask for 3 visits" in camden
    assert "They may have 2, 40% of the 5" in camden
    assert "row 8 (d, 1)" in enfield
    assert "may have 0" in enfield
    with pytest.raises(BadInputError, match="no share from 0 to 1"):
        with_nominated(PROBLEM, [], share_most=1.5)


def visits(*rows: tuple[str, int, str]) -> pa.Table:
    cells, hours, arms = zip(*rows, strict=True)
    return pa.table(
        {
            "cell_id": list(cells),
            "slot_start": [datetime(2018, 7, 1, hour, tzinfo=UTC) for hour in hours],
            "arm": list(arms),
            "reason": ["57 in 12 months."] * len(rows),
        }
    )


def test_the_earliest_visits_asked_for_are_nominated_and_the_author_is_not_named() -> None:
    table = visits(
        ("c", 14, "none"),
        ("c", 6, "none"),
        ("a", 6, "none"),
        ("c", 7, "holdout"),
        ("c", 22, "none"),
    )
    found = with_origin(table, [nomination("c", 2)])
    assert found["origin"].to_pylist() == ["nominated", "nominated", "model", "model", "model"]
    reasons = found["reason"].to_pylist()
    assert reasons[0] == "Nominated until 2018-07-31. market: Fights at the market"
    assert reasons[2] == reasons[4] == "57 in 12 months."
    assert not any("Sgt" in reason for reason in reasons)
    plain = replace(nomination("c", 1), kind="")
    assert with_origin(table, [plain])["reason"][1].as_py() == (
        "Nominated until 2018-07-31. Fights at the market"
    )


def test_the_example_file_that_ships_is_read() -> None:
    path = Path(str(resources.files("rightplace.deploy").joinpath("data/example_nominated.csv")))
    rules = replace(
        RULES,
        barred={"E01000842": "", "b": ""},
        cell_at=lambda _lon, _lat: "b",
        last_day=date(2030, 12, 31),
    )
    held, expired = read_nominations(path, rules)
    assert [each.visits for each in held] == [5, 3]
    assert expired == ()
    assert all(each.reason.startswith("SYNTHETIC") for each in held)
