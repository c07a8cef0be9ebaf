"""``rightplace evaluate before-after``: the fall of high places, less their return to the mean."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from rightplace.cli.main import cli
from rightplace.cli.schemas import verb_schema
from rightplace.errors import UnsupportedByDataError
from rightplace.evaluate.designs.before_after_worlds import ChosenWorld, chosen_world

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Return a table of 300 places of which the 30 highest were treated, to no effect."""
    world = ChosenWorld(places=300, treated=30)
    panel, _ = chosen_world(world, rng=np.random.default_rng(12))
    lines = ["unit,part,period_start,period_end,count"]
    for unit, part, counts in zip(panel.units, panel.parts, panel.counts, strict=True):
        lines += [
            f"{unit},{part.value},{year},{year},{count:.0f}"
            for year, count in zip(("2018", "2019"), counts, strict=True)
        ]
    path = tmp_path / "places.csv"
    path.write_text("\n".join(lines).replace(",2018,2018,", ",2018-01,2018-12,").replace(
        ",2019,2019,", ",2019-01,2019-12,"))  # fmt: skip
    return path


def told(*words: object) -> str:
    """Return what the verb prints for people."""
    asked = ["evaluate", "before-after", *(str(word) for word in words)]
    done = CliRunner().invoke(cli, asked, standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return done.stdout


def test_a_table_keeps_to_the_contract_and_tells_the_expected_fall(table: Path) -> None:
    asked = (table, "--treated-from", "2019-01-01", "--outcome", "Robberies")
    content = json.loads(told(*asked, "--json"))
    Draft202012Validator(verb_schema("evaluate-before-after")).validate(content)
    result = content["result"]
    text = told(*asked)

    assert (result["design"], result["evidence_level"]) == ("before-after", 2)
    assert (result["places"], result["treated"]) == (300, 30)
    assert -0.2 < result["expected_change"]["value"] < -0.05
    assert result["plain"]["value"] < result["estimate"]
    assert text.startswith("No effect could be told from chance. Robberies:")
    assert "30 treated of 300 places: by their choice alone" in " ".join(text.split())


def test_a_lockdown_in_the_windows_leaves_nothing_to_be_told(table: Path) -> None:
    later = table.read_text().replace("2019-", "2020-").replace("2018-", "2019-")
    table.write_text(later)

    result = json.loads(told(table, "--treated-from", "2020-01-01", "--json"))["result"]

    assert result["verdict"].startswith("These data cannot tell whether it worked: the windows run")
    assert result["evidence_level"] == 1


def test_too_few_places_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "few.csv"
    path.write_text(
        "unit,part,period_start,count,treated_from\n"
        "a,treated,2018-01,9,2018-02-01\na,treated,2018-02,5,2018-02-01\n"
        "b,control,2018-01,3,\nb,control,2018-02,4,\n"
    )
    with pytest.raises(UnsupportedByDataError, match="2 places"):
        told(path)


def test_settings_of_the_workspace_hold_and_those_that_differ_are_flagged(table: Path) -> None:
    (table.parent / "rightplace.toml").write_text("[before_after]\nfewest_places = 301\n")
    asked = ["--workspace", str(table.parent), "evaluate", "before-after", str(table)]
    asked += ["--treated-from", "2019-01-01"]
    refused = CliRunner().invoke(cli, asked, standalone_mode=False)
    assert isinstance(refused.exception, UnsupportedByDataError)

    (table.parent / "rightplace.toml").write_text("[before_after]\nfewest_places = 300\n")
    text = CliRunner().invoke(cli, asked, standalone_mode=False).stdout
    assert "before_after.fewest_places 300 (20)" in " ".join(text.split())
