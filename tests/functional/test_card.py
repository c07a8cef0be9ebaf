"""The model card of a forecast, as whoever answers for its use reads it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from rightplace.core.runs import read_run
from tests.command import rightplace
from tests.walks import Walk, start
from tests.worlds import AS_OF, publish

if TYPE_CHECKING:
    from pathlib import Path

METHOD = "fading@half_life_weeks=52"


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    root = tmp_path_factory.mktemp("card")
    walk = start(root, publish(root), "--release", "2018-08-01")
    walk.run("forecast", "forecast", "--as-of", AS_OF, "--method", METHOD)
    return walk


def card(walk: Walk, *words: object) -> str:
    told = rightplace("card", walk.answers["forecast"].json["id"], *words, workspace=walk.workspace)
    assert told.exit_code == 0, told.stderr
    return told.stdout


def test_a_card_says_what_the_forecast_rests_on_and_what_it_is_not_for(walk: Walk) -> None:
    made = walk.result("forecast")
    page = card(walk)
    assert f"{made['records']:,} records, {made['trained_from']} to {made['trained_to']}" in page
    assert "release 2018-08-01" in page
    assert "no ground for a stop, a search" in page
    assert "Features of places beside their past: none." in page
    assert "nobody has compared this forecast with Census composition" in page
    assert "No data (not zero) for" in page  # a notice of the forecast itself


def test_without_a_backtest_accuracy_is_not_known_and_with_one_it_is_that_one(walk: Walk) -> None:
    assert "Not known: no backtest" in card(walk)
    span = ("--from", "2018-01-01", "--to", "2018-06-01", "--step", "30")
    walk.run("other", "backtest", *span, "--methods", "uniform")
    assert "Not known: no backtest" in card(walk), "another method's accuracy is not ours"
    walk.run("backtest", "backtest", *span, "--methods", f"{METHOD},uniform")
    result = json.loads(card(walk, "--json"))["result"]["accuracy"]
    scored = walk.result("backtest")
    assert result["backtest_id"] == walk.answers["backtest"].json["id"]
    assert result["log_score"] == scored["methods"][METHOD]["log_score"]
    assert result["verdict"] == scored["verdict"]
    assert scored["verdict"] in card(walk)


def test_a_card_is_written_where_asked_with_names_that_cannot_be_marks(
    walk: Walk, tmp_path: Path
) -> None:
    said = card(walk, "--out", tmp_path / "deep" / "card.md")
    assert str(tmp_path / "deep" / "card.md") in said
    page = (tmp_path / "deep" / "card.md").read_text(encoding="utf-8")
    assert page.startswith("# Model card: ")
    files = read_run(walk.workspace / "runs", walk.answers["forecast"].json["id"])["inputs"]
    assert all(f"`{each['source']}`" in page for each in files[:-1])


def test_only_a_forecast_has_a_card(walk: Walk) -> None:
    told = rightplace("card", "f-000000000000", "--json", workspace=walk.workspace)
    assert told.exit_code == 11
