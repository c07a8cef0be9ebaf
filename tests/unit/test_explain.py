"""From a printed number back to how it came about."""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rightplace.app.backtest.use_case import BacktestOptions, backtest, origin_days, read_origins
from rightplace.app.evidence import Question
from rightplace.app.explain import explain
from rightplace.cli.explain import lines
from rightplace.core.canonical import digest, file_digest
from rightplace.core.runs import code_version
from rightplace.errors import BadInputError, NotHeldError, UsageError
from tests.walks import NOON, Kept, kept
from tests.worlds import AS_OF, HOT, Published, publish

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return publish(tmp_path_factory.mktemp("monthly"))


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory, world: Published) -> Kept:
    return kept(tmp_path_factory.mktemp("kept") / "workspace", world, AS_OF)


def test_a_forecast_leads_to_files_settings_code_and_time(held: Kept, world: Published) -> None:
    found = explain(held.workspace, held.made.record.id).result
    assert found.kind == "forecast"
    assert found.code_version == code_version()
    assert found.settings_hash == digest(found.settings)
    assert (found.as_of, found.known_at, found.seed) == ("2018-06-30", None, 0)
    assert found.made_at == NOON.isoformat()
    digests = {file_digest(path) for path in world.crimes.iterdir()}
    assert digests == {each.sha256 for each in found.inputs[:-1]}
    assert found.inputs[-1].sha256 == file_digest(world.outlines)
    assert found.facts == {}


def test_a_visit_leads_to_its_row_and_to_the_forecast_of_its_place(held: Kept) -> None:
    plan_id = held.plan.result.plan_id
    visit = next(r for r in held.facts.visits.to_pylist() if r["cell_id"] == HOT.code)
    found = explain(held.workspace, f"{plan_id}:{visit['visit_id']}").result
    assert found.kind == "visit"
    assert found.facts["forecast_id"] == held.made.record.id
    assert found.facts["visit"]["crew_id"] == visit["crew_id"]
    (place,) = found.facts["forecast"]
    assert (place["cell_id"], place["rank"]) == (HOT.code, 1)


def test_the_pages_of_a_plan_add_up_to_it(held: Kept) -> None:
    plan_id, result = held.plan.result.plan_id, held.plan.result
    pages = [explain(held.workspace, f"{plan_id}:{bcu}").result.facts for bcu in held.facts.bcus]
    assert sum(page["visits"] for page in pages) == result.visits
    assert sum(page["places"] for page in pages) == result.places
    total = math.fsum(page["expected_prevented"] for page in pages)
    assert total == pytest.approx(result.objective)
    assert [page["no_data"] for page in pages] == [["Hackney"], [], ["Enfield"]]


@pytest.mark.parametrize(
    ("item", "remedy"),
    [
        ("{plan}:v-999999", "visits table"),
        ("{plan}:Atlantis", "Central East, Central North, North"),
        ("{forecast}:North", "Name a plan"),
        ("{forecast}:v-000001", "visits table"),
        ("p-ffffffffffff", "It holds"),
        ("../{plan}", "It holds"),
    ],
)
def test_what_is_not_held_is_said_with_what_is(held: Kept, item: str, remedy: str) -> None:
    named = item.format(plan=held.plan.result.plan_id, forecast=held.made.record.id)
    with pytest.raises(NotHeldError) as refused:
        explain(held.workspace, named)
    assert remedy in str(refused.value.fault.remedy)


def test_a_backtest_is_kept_and_explained_too(held: Kept) -> None:
    options = BacktestOptions(
        methods=("last_12_months", "uniform"),
        origins=origin_days(date(2018, 3, 1), date(2018, 5, 2), step_days=31),
        shares=(0.25,),
        seed=7,
    )
    made = backtest(held.workspace, Question(as_of=AS_OF), options, made_at=NOON)
    assert made.id is not None
    found = explain(held.workspace, made.id).result
    assert (found.kind, found.seed) == ("backtest", 7)
    assert found.settings["methods"] == ["last_12_months", "uniform"]
    assert found.settings["published_cells_share"] == 0.5
    # 1 March, 1 April and 2 May: the last is not the first day of a month, and moved there.
    assert made.result.origins == ("2018-03-01", "2018-04-01", "2018-05-01")
    (moved,) = (n.message for n in made.warnings if n.code == "origins-moved")
    assert moved.startswith("1 origins are not the first day of a month")
    assert np.isfinite(made.result.methods["uniform"].log_score)


def test_the_account_names_every_input_line_by_line(held: Kept) -> None:
    found = explain(held.workspace, held.made.record.id).result
    said = "\n".join(lines(found))
    for each in found.inputs:
        assert each.source in said
        assert each.sha256 in said
    assert "release unknown" in said
    assert "method = additive_memory" in said


def test_origins_are_days_in_order(tmp_path: Path) -> None:
    days = origin_days(date(2018, 1, 1), date(2018, 1, 20), step_days=7)
    assert days == (date(2018, 1, 1), date(2018, 1, 8), date(2018, 1, 15))
    with pytest.raises(UsageError, match="lies before"):
        origin_days(date(2018, 1, 2), date(2018, 1, 1), step_days=7)
    path = tmp_path / "origins.csv"
    path.write_text("\ufefforigin,note\n2018-01-01,a\n2018-02-01,b\n", encoding="utf-8")
    assert read_origins(path) == (date(2018, 1, 1), date(2018, 2, 1))


@pytest.mark.parametrize(
    ("text", "row"), [("origin\n2018-01-01\n01/02/2018\n", 2), ("day\n2018-01-01\n", 0)]
)
def test_a_file_of_origins_that_is_none_is_refused_with_its_row(
    tmp_path: Path, text: str, row: int
) -> None:
    path = tmp_path / "origins.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInputError) as refused:
        read_origins(path)
    assert refused.value.fault.row == row


def test_a_file_of_origins_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(NotHeldError):
        read_origins(tmp_path / "nowhere.csv")


@pytest.mark.parametrize(
    "content", [b"\xff\xfeo\x00", b"origin\n\xe9\n", b"x,origin\n2018-01-01\n"]
)
def test_origins_that_are_no_csv_or_lack_a_cell_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "origins.csv"
    path.write_bytes(content)
    with pytest.raises(BadInputError):
        read_origins(path)
