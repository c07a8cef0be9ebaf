"""The register's file only grows: a kill, a second writer or a hand in it loses nothing unseen."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

from rightplace.app.evaluation.register import locked_plan, note_result, read_register
from rightplace.app.evaluation.register.kept import register_path, tell
from rightplace.app.workspace import Workspace
from rightplace.errors import BadInputError, BusyWorkspaceError, RefusedError, StorageError
from rightplace.evaluate.operations.entries import Locked, Registered, UnitTold
from rightplace.evaluate.operations.units import Formed
from tests.unit.test_operation_plan import PLAN

if TYPE_CHECKING:
    from pathlib import Path

BY = "A Analyst"
AT = datetime(2018, 6, 20, 12, tzinfo=UTC)
UNIT = UnitTold(event=Formed(on=date(2018, 1, 1), unit_id=PLAN.unit_id, name="The taskforce"))
LOCK = Locked(op_id=PLAN.id, sha256=PLAN.sha256, locked_at=AT, locked_by=BY, results_held_to=None)


def formed(number: int) -> UnitTold:
    return UnitTold(event=Formed(on=date(2018, 1, 1), unit_id=f"u{number}", name=f"Unit {number}"))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace(root=tmp_path)
    for number, content in enumerate((UNIT, Registered(plan=PLAN))):
        tell(made, lambda _, c=content: [c], at=AT - timedelta(days=2 - number), by=BY)  # type: ignore[misc]  # a default binds the loop's value
    tell(made, lambda _: [LOCK], at=AT, by=BY)
    return made


def lines(workspace: Workspace) -> list[bytes]:
    return register_path(workspace).read_bytes().splitlines(keepends=True)


def test_what_was_told_is_read_again(workspace: Workspace) -> None:
    assert len(read_register(workspace).entries) == 3
    assert locked_plan(workspace, PLAN.id).plan == PLAN


def test_a_new_workspace_has_an_empty_register(tmp_path: Path) -> None:
    assert read_register(Workspace(root=tmp_path)).entries == ()


def test_a_rehearsal_adds_nothing_and_a_refusal_neither(workspace: Workspace) -> None:
    before = register_path(workspace).read_bytes()
    assert len(tell(workspace, lambda _: [formed(1)], at=AT, by=BY, dry_run=True).entries) == 4
    with pytest.raises(RefusedError, match="is locked since"):
        tell(workspace, lambda _: [formed(1), LOCK], at=AT, by=BY)
    assert register_path(workspace).read_bytes() == before


def test_a_result_is_noted_once_and_stays(workspace: Workspace) -> None:
    for _ in range(2):
        register = note_result(
            workspace, PLAN.id, "e-000000000001", verdict="No fall.", at=AT, by=BY
        )
    assert [each.verdict for each in register.operation(PLAN.id).results] == ["No fall."]
    assert read_register(workspace) == register


def test_a_line_cut_off_by_a_kill_is_left_out_and_mended_by_the_next_writer(
    workspace: Workspace,
) -> None:
    path, whole = register_path(workspace), register_path(workspace).read_bytes()
    for kept in (1, 40, len(lines(workspace)[-1]) - 1):
        path.write_bytes(whole + lines(workspace)[-1][:kept])
        assert len(read_register(workspace).entries) == 3
        path.write_bytes(whole)
    path.write_bytes(whole + b'{"at":')
    tell(workspace, lambda _: [formed(1)], at=AT, by=BY)
    assert len(read_register(workspace).entries) == 4
    assert path.read_bytes().startswith(whole + b'{"at":"2018')


def test_a_writer_killed_between_line_and_head_loses_nothing(workspace: Workspace) -> None:
    head = register_path(workspace).with_name("register.head")
    before = head.read_bytes()
    tell(workspace, lambda _: [formed(1)], at=AT, by=BY)
    head.write_bytes(before)
    assert len(read_register(workspace).entries) == 4
    tell(workspace, lambda _: [formed(2)], at=AT, by=BY)
    assert json.loads(head.read_bytes())["number"] == 5


def test_entries_cut_off_the_end_are_missed(workspace: Workspace) -> None:
    register_path(workspace).write_bytes(b"".join(lines(workspace)[:2]))
    with pytest.raises(BadInputError, match="Entry 3 of the register is missing"):
        read_register(workspace)
    with pytest.raises(BadInputError, match="Entry 3 of the register is missing"):
        tell(workspace, lambda _: [formed(1)], at=AT, by=BY)


def test_a_last_line_without_its_end_was_cut_by_hand_if_it_had_been_written(
    workspace: Workspace,
) -> None:
    register_path(workspace).write_bytes(b"".join(lines(workspace))[:-1])
    with pytest.raises(BadInputError, match="Entry 3 of the register is missing"):
        tell(workspace, lambda _: [formed(1)], at=AT, by=BY)


def test_a_register_begun_anew_is_missed(workspace: Workspace) -> None:
    path = register_path(workspace)
    path.unlink()
    with pytest.raises(BadInputError, match="Entries 1 to 3"):
        read_register(workspace)
    others = Workspace(root=workspace.root / "other")
    for number in range(3):
        tell(others, lambda _, n=number: [formed(n)], at=AT, by=BY)  # type: ignore[misc]  # as above
    path.write_bytes(register_path(others).read_bytes())
    with pytest.raises(BadInputError, match="it and what follows were replaced"):
        read_register(workspace)


def test_a_register_without_its_head_is_not_believed(workspace: Workspace) -> None:
    register_path(workspace).with_name("register.head").unlink()
    with pytest.raises(BadInputError, match="more than 0 entries is missing or older"):
        read_register(workspace)


def test_a_writer_waits_for_another_and_then_says_so(workspace: Workspace) -> None:
    impatient = replace(workspace, flags={"store.wait_seconds": 0.1})
    with (
        FileLock(register_path(workspace).with_suffix(".lock")),
        pytest.raises(BusyWorkspaceError, match="writing to the register"),
    ):
        tell(impatient, lambda _: [formed(1)], at=AT, by=BY)


def test_a_disk_that_refuses_says_so(tmp_path: Path) -> None:
    workspace = Workspace(root=tmp_path)
    register_path(workspace).mkdir(parents=True)
    with pytest.raises(StorageError, match=r"refused to take register\.jsonl"):
        tell(workspace, lambda _: [formed(1)], at=AT, by=BY)


WRITER = """
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from rightplace.app.evaluation.register.kept import tell
from rightplace.app.workspace import Workspace
from rightplace.evaluate.operations.entries import UnitTold
from rightplace.evaluate.operations.units import Formed

workspace, name = Workspace(root=Path(sys.argv[1])), sys.argv[2]
for number in range(1_000 if name.startswith("endless") else 10):
    unit = Formed(on=date(2018, 1, 1), unit_id=f"{name}-{number}", name=f"{name} {number}")
    tell(workspace, lambda _: [UnitTold(event=unit)], at=datetime(2018, 6, 20, tzinfo=UTC), by="x")
    print(number, flush=True)
"""


def writer(folder: Path, name: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(folder), name]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_two_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    both = [writer(tmp_path, "a"), writer(tmp_path, "b")]
    assert [each.communicate(timeout=60) and each.returncode for each in both] == [0, 0]
    register = read_register(Workspace(root=tmp_path))
    assert len(register.entries) == 20
    assert len(register.units.names) == 20


def test_what_a_killed_writer_had_told_is_there_and_the_next_goes_on(tmp_path: Path) -> None:
    told = 0
    for turn in range(2):
        with writer(tmp_path, f"endless-{turn}") as killed:
            assert killed.stdout is not None
            told += [int(killed.stdout.readline()) for _ in range(3)][-1] + 1
            killed.kill()
    register = tell(Workspace(root=tmp_path), lambda _: [formed(1)], at=AT, by=BY)
    assert len(register.entries) >= told + 1
    assert read_register(Workspace(root=tmp_path)) == register


def test_a_last_entry_rewritten_with_a_digest_of_its_own_is_found(workspace: Workspace) -> None:
    last = read_register(workspace).entries[-1]
    forged = replace(last, content=replace(LOCK, results_held_to=date(2018, 1, 1)))
    whole = b"".join(lines(workspace)[:2])
    register_path(workspace).write_bytes(whole + f"{forged.line}\n".encode())
    with pytest.raises(BadInputError, match="Entry 3 is not the one that was written"):
        read_register(workspace)
