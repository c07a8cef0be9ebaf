"""A run says how it came about, and stands whole or not at all."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from rightplace.app.runs import keep, read_table
from rightplace.app.workspace import Workspace
from rightplace.core.runs import (
    RunInput,
    RunRecipe,
    code_version,
    read_run,
    write_run,
)
from rightplace.errors import BadInputError, NotHeldError, StorageError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RECIPE = RunRecipe(
    kind="forecast",
    settings={"method": "uniform", "days": 7},
    inputs=(RunInput(source="a.csv", release=date(2018, 8, 1), sha256="00"),),
    as_of=date(2018, 6, 30),
    known_at=None,
    seed=0,
)
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 1, 2, 12, tzinfo=UTC)


def table(text: str) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / "cells.csv").write_text(text, encoding="utf-8")

    return write


def stand(runs: Path, text: str, made_at: datetime = NOON) -> Path:
    record = RECIPE.record(made_at, result={"n": 1})
    return write_run(runs, record, tables=table(text))


def test_the_same_recipe_has_the_same_id_whenever_it_is_made() -> None:
    assert RECIPE.id == replace(RECIPE).id
    assert RECIPE.record(NOON, result={}).id == RECIPE.record(LATER, result={}).id
    assert RECIPE.id.startswith("f-")
    assert len(RECIPE.id) == len("f-") + 12


@pytest.mark.parametrize(
    "other",
    [
        replace(RECIPE, seed=1),
        replace(RECIPE, as_of=date(2018, 7, 1)),
        replace(RECIPE, known_at=date(2018, 8, 1)),
        replace(RECIPE, settings={"method": "uniform", "days": 8}),
        replace(RECIPE, inputs=()),
        replace(RECIPE, kind="plan"),
    ],
)
def test_anything_that_decides_the_result_changes_the_id(other: RunRecipe) -> None:
    assert other.id.split("-")[1] != RECIPE.id.split("-")[1]


def test_the_clock_is_written_and_decides_nothing(tmp_path: Path) -> None:
    first = stand(tmp_path / "one", "x", NOON)
    second = stand(tmp_path / "two", "x", LATER)
    assert (first / "cells.csv").read_bytes() == (second / "cells.csv").read_bytes()
    one, two = (json.loads((run / "run.json").read_text()) for run in (first, second))
    assert one.pop("made_at") != two.pop("made_at")
    assert one == two
    assert one["code_version"] == code_version()


def test_a_run_made_again_replaces_the_one_that_stands(tmp_path: Path) -> None:
    stand(tmp_path, "old")
    final = stand(tmp_path, "new")
    assert (final / "cells.csv").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == [RECIPE.id]


def test_a_run_that_fails_leaves_nothing_and_loses_nothing(tmp_path: Path) -> None:
    def refuse(folder: Path) -> None:
        (folder / "cells.csv").write_text("half", encoding="utf-8")
        msg = "No."
        raise UsageError(msg)

    def fill_the_disk(folder: Path) -> None:
        (folder / "cells.csv").write_text("half", encoding="utf-8")
        raise OSError(28, "No space left on device")

    final = stand(tmp_path, "old")
    record = RECIPE.record(LATER, result={})
    with pytest.raises(UsageError):
        write_run(tmp_path, record, tables=refuse)
    with pytest.raises(StorageError, match="No space left on device"):
        write_run(tmp_path, record, tables=fill_the_disk)
    assert (final / "cells.csv").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == [RECIPE.id]


def test_reading_names_what_is_held(tmp_path: Path) -> None:
    with pytest.raises(NotHeldError, match="holds no run yet"):
        read_run(tmp_path, "f-000000000000")
    stand(tmp_path, "x")
    (tmp_path / ".part-f-killed-1").mkdir()
    assert read_run(tmp_path, RECIPE.id)["result"] == {"n": 1}
    for wrong in ("f-000000000000", "..", "", f"../{tmp_path.name}/{RECIPE.id}"):
        with pytest.raises(NotHeldError, match=f"It holds {RECIPE.id}[.]"):
            read_run(tmp_path, wrong)


@pytest.mark.parametrize("left", [0, 1, 60])
def test_a_record_cut_short_is_said_to_be_damaged(tmp_path: Path, left: int) -> None:
    record = stand(tmp_path, "x") / "run.json"
    record.write_bytes(record.read_bytes()[:left])
    with pytest.raises(BadInputError, match=r"is damaged.*Make the run again"):
        read_run(tmp_path, RECIPE.id)


@pytest.mark.parametrize(
    "changes",
    [{"as_of": "2018-06-29"}, {"seed": 1}, {"settings": {}}, {"inputs": []}, {"code_version": "9"}],
)
def test_a_record_changed_by_hand_is_not_believed(
    tmp_path: Path, changes: dict[str, object]
) -> None:
    record = stand(tmp_path, "x") / "run.json"
    record.write_text(json.dumps(json.loads(record.read_bytes()) | changes), encoding="utf-8")
    with pytest.raises(BadInputError, match="was changed since it was made"):
        read_run(tmp_path, RECIPE.id)


@pytest.mark.parametrize("text", ["[]", "null", "{}"])
def test_a_record_that_says_nothing_is_not_believed(tmp_path: Path, text: str) -> None:
    (stand(tmp_path, "x") / "run.json").write_text(text, encoding="utf-8")
    with pytest.raises(BadInputError, match="was changed since it was made"):
        read_run(tmp_path, RECIPE.id)


def kept(root: Path, value: int) -> Path:
    table = pa.table({"n": [value]})
    record = RECIPE.record(NOON, result={})
    return keep(Workspace(root=root), record, {"cells": table})


def test_a_table_reads_as_it_was_kept(tmp_path: Path) -> None:
    kept(tmp_path, 7)
    assert read_table(Workspace(root=tmp_path), RECIPE.id, "cells").to_pylist() == [{"n": 7}]


def test_a_table_that_is_gone_is_named(tmp_path: Path) -> None:
    (kept(tmp_path, 7) / "cells.parquet").unlink()
    with pytest.raises(BadInputError, match=r"'cells.parquet' of run f-.* is missing"):
        read_table(Workspace(root=tmp_path), RECIPE.id, "cells")


def test_a_table_that_is_not_the_one_made_is_not_believed(tmp_path: Path) -> None:
    """Damaged, or a sound table with another number: both are refused."""
    table = kept(tmp_path, 7) / "cells.parquet"
    other = kept(tmp_path / "other", 8) / "cells.parquet"
    for content in (b"PAR1 and no more", other.read_bytes()):
        table.write_bytes(content)
        with pytest.raises(BadInputError, match=r"'cells.parquet' of run f-.* was changed"):
            read_table(Workspace(root=tmp_path), RECIPE.id, "cells")
