"""``rightplace evaluate lot`` on the file of a trial of place-days."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from rightplace.cli.schemas import verb_schema
from tests.command import rightplace

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return 10 places over 40 days; half are treated each day, with 40 % fewer incidents."""
    rng = np.random.default_rng(11)
    lines = ["unit,period,arm,probability,count,before,minutes"]
    rate = rng.gamma(4, 0.5, 10)
    before = rng.poisson(rate * 40)
    for day in range(40):
        treated = rng.permutation(10) < 5
        counts = rng.poisson(rate * np.where(treated, 0.6, 1.0))
        lines += [
            f"spot {u},{day},{'treat' if treated[u] else 'holdout'},0.5,{counts[u]},{before[u]},"
            f"{15 if treated[u] else 2}"
            for u in range(10)
        ]
    path = tmp_path_factory.mktemp("trial") / "days.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_trial_of_place_days_is_told_with_what_it_is_about_and_what_an_hour_does(
    trial: Path,
) -> None:
    told = rightplace("evaluate", "lot", trial, "--design", "place-day", "--outcome", "Violence")
    assert told.exit_code == 0, told.stderr
    text = " ".join(told.stdout.split())
    assert text.startswith("Violence: ")
    assert "Evidence level 5 of 5" in text
    assert "Intention to treat: the effect of the lot's word on the 400 place-days" in text
    assert "for each patrol-hour" in text
    assert "not about any for which no lot was drawn" in text


def test_the_json_holds_the_contract_and_is_the_same_twice(trial: Path) -> None:
    words = ("evaluate", "lot", trial, "--design", "place-day", "--json")
    first, again = rightplace(*words), rightplace(*words)
    assert first.stdout == again.stdout
    content = first.json
    assert list(Draft202012Validator(verb_schema("evaluate-lot")).iter_errors(content)) == []
    found = content["result"]["evaluation"]
    assert found["design"] == "randomised-place-day"
    assert found["lo95"] < found["estimate"] < found["hi95"] < 0
    hour = content["result"]["per_protocol"]["per_hour"]
    # 13 minutes more a row: the effect of an hour is that of a row by 13/60.
    rows = sum(line.split(",")[2] == "treat" for line in trial.read_text().splitlines())
    assert hour["value"] == pytest.approx(found["estimate"] / rows / (13 / 60))


def test_a_file_without_days_is_refused_for_place_days(tmp_path: Path) -> None:
    path = tmp_path / "bare.csv"
    path.write_text("unit,arm,count\na,treat,1\nb,holdout,2\n", encoding="utf-8")
    told = rightplace("evaluate", "lot", path, "--design", "place-day")
    assert told.exit_code == 10
    assert "no period" in told.stderr


def test_settings_of_the_workspace_hold_and_those_that_differ_are_flagged(trial: Path) -> None:
    toml = trial.parent / "rightplace.toml"
    toml.write_text("[lot]\nredraws = 199\nfull_visit_minutes = 20.0\n", encoding="utf-8")
    words = ("--workspace", trial.parent, "evaluate", "lot", trial, "--design", "place-day")
    try:
        found = rightplace(*words, "--json").json["result"]["evaluation"]
        wrong = rightplace(*words, "--redraws", "98")
    finally:
        toml.unlink()
    (told,) = (each["words"] for each in found["flags"] if each["code"] == "settings-changed")
    assert "199 redraws" in found["method"]
    assert told.endswith("lot.redraws 199 (1999), lot.full_visit_minutes 20.0 (10.0).")
    assert wrong.exit_code == 2
