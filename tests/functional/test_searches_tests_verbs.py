"""``rightplace searches darkness`` and ``searches threshold``, as a user and a script see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from rightplace.app.searches.darkness import TestOptions
from rightplace.app.searches.threshold import searches_threshold
from rightplace.app.workspace import Workspace
from rightplace.cli.schemas import verb_schema
from tests.functional.four_cells import rightplace
from tests.functional.test_schemas import check, requires
from tests.search_rows import search, write_searches
from tests.small_files import World

if TYPE_CHECKING:
    from pathlib import Path

KEYS = "forces first_month last_month searches result no_result sentences"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Searches of August between 20:30 and 20:48: light when it begins, dark when it ends."""
    folder = tmp_path_factory.mktemp("searches")
    rows = [
        search(
            Date=f"2018-08-{1 + n % 31:02d}T19:{30 + n % 18}:00+00:00",
            **{
                "Self-defined ethnicity": "White - Irish"
                if n % 3
                else "Asian/Asian British - Indian"
            },
        )
        for n in range(400)
    ]
    World(folder).ingest(write_searches(folder, rows), kind="searches")
    return folder / "workspace"


def test_too_few_searches_have_no_result_and_the_reason_is_the_answer(workspace: Path) -> None:
    ran = rightplace(workspace, "searches", "darkness", "--json")
    assert ran.code == 0, ran.err
    check(verb_schema("searches-darkness"), ran.json)
    schema = verb_schema("searches-darkness")
    result = schema["properties"]["result"]
    assert all(requires(schema, path, result) for path in KEYS.split())
    assert ran.json["result"]["result"] is None
    assert "500 of each are needed" in ran.json["result"]["no_result"]["reason"]
    assert "no result, because" in rightplace(workspace, "searches", "darkness").out


def test_enough_searches_are_compared_with_what_the_test_cannot_tell(workspace: Path) -> None:
    (workspace / "rightplace.toml").write_text("[darkness]\nleast_each = 20\nleast_of_group = 5\n")
    try:
        ran = rightplace(workspace, "searches", "darkness", "--from", "2018-08", "--json")
        told = ran.json["result"]
        said = rightplace(workspace, "searches", "darkness").out
    finally:
        (workspace / "rightplace.toml").unlink()
    assert ran.code == 0, ran.err
    check(verb_schema("searches-darkness"), ran.json)
    assert told["result"]["daylight"] >= 20
    assert told["result"]["dark"] >= 20
    assert "lit at night" in " ".join(told["sentences"])
    assert "White: odds in daylight by the dark" in said


def test_without_boroughs_the_threshold_test_says_what_is_missing(workspace: Path) -> None:
    ran = rightplace(workspace, "searches", "threshold", "--json")
    assert ran.code == 0, ran.err
    check(verb_schema("searches-threshold"), ran.json)
    assert ran.json["result"]["no_result"]["reason"] == "no search has a borough"
    answer = searches_threshold(
        Workspace(root=workspace),
        TestOptions(),
        rng=np.random.default_rng(0),
        progress=lambda _: None,
    )
    assert answer.result.no_result is not None
    assert "Make a study area" in " ".join(answer.result.sentences)


def test_a_word_that_is_no_month_is_refused(workspace: Path) -> None:
    ran = rightplace(workspace, "searches", "darkness", "--from", "2018-13")
    assert ran.code == 2
    assert "YYYY-MM" in ran.err
