"""``rightplace searches rates`` on small files, as a user and as a script see it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from rightplace.app.searches.rates import RatesOptions, searches_rates
from rightplace.app.workspace import Workspace
from rightplace.cli.schemas import verb_schema
from rightplace.errors import (
    NotHeldError,
    RightplaceError,
    UnsupportedByDataError,
    UsageError,
)
from tests.functional.four_cells import Ran, rightplace
from tests.functional.test_schemas import check, requires
from tests.search_rows import search, write_searches
from tests.small_files import World

if TYPE_CHECKING:
    from pathlib import Path

SECTION_60 = "Criminal Justice and Public Order Act 1994 (section 60)"
WEAPONS = {"Object of search": "Anything to threaten or harm anyone"}
KEYS = (
    "rows[].month rows[].force rows[].power rows[].searches rows[].found rows[].found_reason "
    "rows[].small rows[].rates[].measure rows[].rates[].value rows[].rates[].lo95 "
    "rows[].rates[].hi95 rows[].rates[].unknown_share rows[].rates[].reason total findings[].kind "
    "not_recorded[].column unknown_words[].remedy drift[].ours inputs[].sha256"
)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("searches")
    rows = [
        search(Outcome="Arrest" if n < 15 else "Nothing found - no further action")
        for n in range(60)
    ]
    rows += [search(Legislation=SECTION_60, Outcome="Released with a word") | WEAPONS] * 3
    file = write_searches(folder, rows)
    World(folder).ingest(file, kind="searches")
    return folder / "workspace"


def rates(workspace: Path, *words: str) -> Ran:
    return rightplace(workspace, "searches", "rates", *words)


@pytest.fixture(scope="module")
def told(workspace: Path) -> dict[str, Any]:
    ran = rates(workspace, "--json")
    assert ran.code == 0, ran.err
    return dict(ran.json)


def test_the_answer_keeps_to_its_schema_and_the_schema_to_the_contract(
    told: dict[str, Any],
) -> None:
    schema = verb_schema("searches-rates")
    check(schema, told)
    assert told["schema"] == "rightplace/searches-rates/1"
    result = schema["properties"]["result"]
    assert [key for key in KEYS.split() if not requires(schema, key, result)] == []


def test_rows_are_by_london_month_force_and_power(told: dict[str, Any]) -> None:
    rows = [(r["month"], r["force"], r["power"], r["searches"]) for r in told["result"]["rows"]]
    assert rows == [
        ("2018-08", "metropolitan", "cjpoa-60", 3),
        ("2018-08", "metropolitan", "mda-23", 60),
    ]


def test_what_the_file_lacks_is_null_with_its_reason(told: dict[str, Any]) -> None:
    for row in told["result"]["rows"]:
        assert row["found"] is None
        assert row["found_reason"].startswith("not computable from this file")


def test_a_rate_of_sixty_stands_and_of_three_does_not(told: dict[str, Any]) -> None:
    section_60, drugs = (
        {rate["measure"]: rate for rate in row["rates"]} for row in told["result"]["rows"]
    )
    assert drugs["arrest_rate"]["value"] == 0.25
    assert drugs["arrest_rate"]["lo95"] < 0.25 < drugs["arrest_rate"]["hi95"]
    assert section_60["arrest_rate"]["value"] is None
    assert "no rate is given of fewer than 50" in section_60["arrest_rate"]["reason"]
    assert [row["small"] for row in told["result"]["rows"]] == [True, False]


def test_an_unknown_word_is_a_warning_with_file_row_and_remedy(told: dict[str, Any]) -> None:
    (word,) = told["result"]["unknown_words"]
    assert (word["word"], word["searches"], word["row"]) == ("Released with a word", 3, 61)
    (warning,) = [w for w in told["warnings"] if w["code"] == "unknown-word"]
    assert "search_words.csv" in warning["message"]


def test_people_read_what_cannot_be_computed(workspace: Path) -> None:
    ran = rates(workspace, "--by", "power")
    assert ran.code == 0
    assert "not computable from this file: it has no column for weapons found" in ran.out
    assert "25.0% (15.8% to 37.2%)" in ran.out  # Wilson's interval of 15 in 60
    assert "not for a panel or the public" in ran.out


def test_drift_shows_each_word_and_what_it_was_read_as(workspace: Path) -> None:
    ran = rates(workspace, "--drift")
    (line,) = [line for line in ran.out.splitlines() if "Nothing found" in line]
    assert line.split()[-6:] == ["no", "further", "action", "2018-08", "2018-08", "45"]
    assert "UNKNOWN" in ran.out


@pytest.mark.parametrize(
    ("asked", "kind", "said"),
    [
        (RatesOptions(by=("officer",)), UsageError, "grouped by officer"),
        (RatesOptions(by=("borough",)), UnsupportedByDataError, "areas define"),
        (RatesOptions(force="kent"), NotHeldError, "metropolitan"),
        (RatesOptions(known_at=date(2017, 1, 1)), NotHeldError, "released by 2017-01-01"),
    ],
)
def test_what_cannot_be_answered_says_why(
    asked: RatesOptions, kind: type[RightplaceError], said: str, workspace: Path
) -> None:
    with pytest.raises(kind, match=said):
        searches_rates(Workspace(root=workspace), asked)
