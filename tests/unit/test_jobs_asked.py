"""What can be asked of the service: checked values, one word each, and names of the inbox alone."""

from __future__ import annotations

import os
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from rightplace.app.service.detectives_asked import DetectivesAsked
from rightplace.app.service.jobs_asked import (
    KINDS,
    BacktestAsked,
    EvaluateAsked,
    ForecastAsked,
    IngestAsked,
    PlanAsked,
    PublishAsked,
    as_arguments,
    asked_again,
    products_of,
)
from rightplace.app.service.jobs_inbox import inbox_files, inbox_path, without_folders
from rightplace.app.service.jobs_process import command_line
from rightplace.app.workspace import Workspace
from rightplace.core.canonical import canonical_json
from rightplace.errors import BadInputError, NotHeldError

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.app.service.jobs_asked import Asked

DAY = date(2018, 6, 30)
ASKED: list[Asked] = [
    ForecastAsked(as_of=DAY, by="shift", method="fading@half_life_weeks=52"),
    PlanAsked(as_of=DAY, crews="crews.csv", cover="-x.csv", forecast_id="f-0123456789ab"),
    BacktestAsked(first=date(2018, 1, 1), last=DAY),
    IngestAsked(kind="crimes", names=("--out=x", "street.csv"), release=DAY),
    PublishAsked(run_id="p-0123456789ab"),
    PublishAsked(run_id="e-0123456789ab"),
    EvaluateAsked(operation_id="op-0123456789ab", as_of=DAY, own_only=True),
]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for name in ("crews.csv", "-x.csv", "--out=x", "street.csv", ".hidden"):
        (inbox / name).write_text("a\n")
    (inbox / "folder").mkdir()
    (tmp_path / "secret.csv").write_text("b\n")
    (inbox / "link.csv").symlink_to(tmp_path / "secret.csv")
    return Workspace(root=tmp_path)


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: asked.verb)
def test_what_is_kept_asks_the_same_again(asked: Asked) -> None:
    assert asked_again(asked.verb, canonical_json(as_arguments(asked))) == asked
    assert KINDS[asked.verb] is type(asked)


def test_each_value_becomes_a_word_of_its_own(workspace: Workspace) -> None:
    inbox = workspace.root / "inbox"
    assert ASKED[0].words(workspace) == [
        "forecast", "--as-of", "2018-06-30", "--days", "7", "--by", "shift",
        "--method", "fading@half_life_weeks=52",
    ]  # fmt: skip
    assert ASKED[1].words(workspace) == [
        "plan", "--as-of", "2018-06-30", "--days", "7", "--crews", str(inbox / "crews.csv"),
        "--cover", str(inbox / "-x.csv"), "--forecast", "f-0123456789ab",
    ]  # fmt: skip
    files = [str(inbox / "--out=x"), str(inbox / "street.csv")]
    assert ASKED[3].words(workspace) == [
        "ingest", "crimes", "--release", "2018-06-30", "--", *files
    ]  # fmt: skip
    line = command_line(workspace, ASKED[4].words(workspace))
    assert line[1:] == [
        "-m", "rightplace", "--workspace", str(workspace.root), "publish", "--json",
        "p-0123456789ab",
    ]  # fmt: skip
    assert command_line(workspace, ASKED[6].words(workspace))[5:] == [
        "evaluate", "report", "--json", "op-0123456789ab", "--as-of", "2018-06-30",
        "--format", "json", "--publish", "--own-only",
    ]  # fmt: skip


def test_a_look_ahead_names_its_setup_last_so_that_no_name_is_an_option(
    workspace: Workspace,
) -> None:
    asked = DetectivesAsked(setup="--out=x", years=2, futures=50)
    assert command_line(workspace, asked.words(workspace))[5:] == [
        "detectives", "simulate", "--json", "--years", "2", "--replications", "50",
        "--", str(workspace.root / "inbox" / "--out=x"),
    ]  # fmt: skip


def test_only_plain_files_of_the_inbox_are_listed(workspace: Workspace) -> None:
    names = [each.name for each in inbox_files(workspace)]
    assert names == ["--out=x", "-x.csv", "crews.csv", "street.csv"]
    assert inbox_files(workspace)[0].size_bytes == 2
    assert inbox_files(Workspace(root=workspace.root / "nowhere")) == ()


@pytest.mark.parametrize(
    "name",
    [
        "../secret.csv", "/etc/passwd", "link.csv", "folder", ".hidden", "", ".", "..",
        "./crews.csv", "folder/../crews.csv", "crews.csv\0", "%2e%2e/secret.csv",
    ],
)  # fmt: skip
def test_no_path_leads_out_of_the_inbox(workspace: Workspace, name: str) -> None:
    with pytest.raises(NotHeldError):
        inbox_path(workspace, name)
    with pytest.raises(NotHeldError):
        IngestAsked(kind="crimes", names=(name,)).words(workspace)


def test_folders_of_the_machine_are_told_to_nobody(workspace: Workspace) -> None:
    root = workspace.root
    said = f"reading {root}/inbox/street.csv, not {root}/secret.csv"
    assert without_folders(said, workspace) == "reading street.csv, not secret.csv"


def test_a_name_that_cannot_be_shown_is_not_listed(workspace: Workspace) -> None:
    name = b"bad\xff\n.csv"
    with open(os.path.join(os.fsencode(workspace.root / "inbox"), name), "w"):  # noqa: PTH118, PTH123 - bytes
        pass
    assert len(inbox_files(workspace)) == 4


@pytest.mark.parametrize(
    ("verb", "wrong"),
    [
        ("forecast", {"as_of": "2018-06-30", "days": 93}),
        ("forecast", {"as_of": "1018-06-30"}),
        ("forecast", {"as_of": "2018-06-30", "method": "x; rm -rf /"}),
        ("forecast", {"as_of": "2018-06-30", "area_id": "--help"}),
        ("forecast", {"as_of": "2018-06-30", "by": "hour"}),
        ("plan", {"as_of": "2018-06-30", "crews": ""}),
        ("plan", {"as_of": "2018-06-30", "crews": "a", "forecast_id": "p-0123456789ab"}),
        ("plan", {"as_of": "2018-06-30", "crews": "a", "days": 0}),
        ("backtest", {"first": "2018-06-30", "last": "2018-06-29"}),
        ("backtest", {"first": "2017-01-01", "last": "2018-06-29", "step": 1}),
        ("backtest", {"first": "2018-01-01", "last": "2018-06-29", "methods": []}),
        ("ingest", {"kind": "people", "names": ["a"]}),
        ("ingest", {"kind": "crimes", "names": []}),
        ("ingest", {"kind": "crimes", "names": ["a", "a"]}),
        ("publish", {"run_id": "../f-0123456789ab"}),
        ("publish", {"run_id": "f-0123456789ab\n"}),
        ("evaluate", {"operation_id": "op-0123456789ab --out=x", "as_of": "2018-06-30"}),
        ("evaluate", {"operation_id": "op-0123456789ab", "as_of": "0018-06-30"}),
        ("detectives", {"setup": "../units.toml"}),
        ("detectives", {"setup": ""}),
        ("detectives", {"setup": "units.toml", "years": 0}),
        ("detectives", {"setup": "units.toml", "futures": 100_000}),
        ("approve-effect", {"decision_id": "--job", "proposal_id": "u-0123456789ab"}),
        (
            "approve-effect",
            {
                "decision_id": "00000000-0000-4000-8000-000000000000",
                "proposal_id": "v-0123456789ab",
            },
        ),
        ("rm", {}),
    ],
)
def test_nothing_else_is_taken(verb: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(BadInputError):
        asked_again(verb, canonical_json(wrong))


def test_a_job_rests_on_its_model_or_run_and_on_jobs_at_large() -> None:
    found = [products_of(asked, method_in_force="additive_memory") for asked in ASKED]
    assert found == [
        ("jobs", "model/fading@half_life_weeks=52", "model/fading"),
        ("jobs", "f-0123456789ab"),
        ("jobs",),
        ("jobs",),
        ("jobs", "p-0123456789ab"),
        ("jobs", "e-0123456789ab"),
        ("jobs",),
    ]
    new = PlanAsked(as_of=DAY, crews="crews.csv")
    assert products_of(new, method_in_force="etas") == ("jobs", "model/etas")
