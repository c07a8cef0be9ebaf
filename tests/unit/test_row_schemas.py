"""What stands of each file's columns is what its reader asks for, and the examples keep to it."""

from __future__ import annotations

import csv
from importlib import resources

import pytest

from rightplace.cli.row_schemas import FILES
from rightplace.cli.schemas import all_schemas
from rightplace.deploy.holdout.never_file import NEVER_COLUMNS
from rightplace.deploy.nominated.file import NOMINATED_COLUMNS
from rightplace.deploy.replan import abstractions, done_file
from rightplace.deploy.weekly.limit_files import (
    COVER_COLUMNS,
    FAIRNESS_COLUMNS,
    PLACE_COLUMNS,
    RESIDENTS_COLUMNS,
)
from rightplace.deploy.workforce.first_postings import POSTING_COLUMNS
from rightplace.evaluate.logs import EXCUSE_COLUMNS, LOG_COLUMNS

READERS = {
    "plan-cover": COVER_COLUMNS,
    "plan-fairness": FAIRNESS_COLUMNS,
    "plan-residents": RESIDENTS_COLUMNS,
    "plan-place-limits": PLACE_COLUMNS,
    "plan-nominated": NOMINATED_COLUMNS,
    "plan-never-hold-out": NEVER_COLUMNS,
    "replan-done": done_file.COLUMNS,
    "replan-abstractions": abstractions.COLUMNS,
    "dosage-logs": LOG_COLUMNS,
    "dosage-excused": EXCUSE_COLUMNS,
    "workforce-first-postings": POSTING_COLUMNS,
}
EXAMPLES = {
    "plan-cover": "example_cover.csv",
    "plan-fairness": "example_fairness.csv",
    "plan-nominated": "example_nominated.csv",
    "plan-never-hold-out": "example_never_hold_out.csv",
    "replan-abstractions": "example_abstractions.csv",
    "replan-done": "example_done.csv",
    "workforce-first-postings": "example_first_postings.csv",
}


@pytest.mark.parametrize("name", sorted(FILES))
def test_each_column_that_a_reader_asks_for_is_explained(name: str) -> None:
    schema = all_schemas()[name]
    assert list(schema["properties"]) == list(READERS[name])
    assert all(each["description"] for each in schema["properties"].values())


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_the_example_that_ships_has_these_columns(name: str) -> None:
    file = resources.files("rightplace.deploy") / "data" / EXAMPLES[name]
    (head, *rows) = csv.reader(file.read_text("utf-8").splitlines())
    assert head == list(READERS[name])
    assert rows
