"""Restricted records on pages: they are counted where everybody counts, and name nobody."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from rightplace.app.accountability.office import names_of
from rightplace.app.accounts.listing import list_accounts
from rightplace.app.changed.changes import Changes
from rightplace.app.service.board import BoardWanted, acknowledge_brief, read_board
from rightplace.app.service.changes import ChangeWanted, ask_for_change
from rightplace.errors import RefusedError
from rightplace.records.accounts.roles import Role
from rightplace.records.audit.look_up import by_record
from rightplace.records.audit.transaction import reading, transaction
from rightplace.records.delivery.tables import Acknowledgement
from rightplace.records.stop.switch import Target, TargetKind, check_running, suspend
from tests.web.published import CELLS, NOW, PLAN
from tests.web.shift_world import ADMIN, KEY, NOON, SHIFT_PLAN, World, shift_world
from tests.web.signed_in import COMMANDER, cookie, person
from tests.web.test_deciding import restriction

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.testclient import TestClient

    from rightplace.app.service.board_acknowledged import Acknowledged
    from rightplace.app.service.shelf import Shelf
    from rightplace.records.database.front import Database

BOARD = BoardWanted(bcu="Northbank", shift=KEY, names=True)
MANAGER = person("u-020", "Mo Manager", Role.ADMINISTRATOR)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    yield from shift_world(tmp_path / "records")


def restrict(database: Database, record_type: str, record_id: str) -> None:
    with transaction(database, ADMIN, purpose="It was not me.", at=NOON) as tx:
        tx.add(restriction(record_type, record_id))


def told(world: World) -> Acknowledged:
    sam = world.accounts.person("sam")
    brief = read_board(world.shelf, BOARD, person=sam, at=NOON).brief
    assert brief is not None
    assert brief.acknowledged is not None
    return brief.acknowledged


def acknowledge(world: World, name: str) -> str:
    form_id = str(uuid.uuid4())
    who = world.accounts.person(name)
    acknowledge_brief(world.shelf, BOARD, plan_id=SHIFT_PLAN, form_id=form_id, person=who, at=NOON)
    return form_id


def test_a_restricted_acknowledgement_is_counted_and_names_nobody(world: World) -> None:
    kept = acknowledge(world, "olga")
    assert told(world).names == ("Olga Officer, 12:00",)
    restrict(world.shelf.database, "acknowledgement", kept)
    seen = told(world)
    assert (seen.has, seen.has_not) == (1, 1)
    assert (seen.names, seen.missing) == ((), ("Omar Officer",))


@pytest.mark.parametrize("name", ["olga", "omar"])
def test_the_board_names_nobody_whose_account_is_restricted(world: World, name: str) -> None:
    acknowledge(world, "olga")
    restrict(world.shelf.database, "account", world.accounts.ids[name])
    seen = told(world)
    assert (seen.has, seen.has_not) == (1, 1)
    assert name.title() not in f"{seen.names} {seen.missing}"


def test_only_acknowledgements_whose_names_are_shown_are_looks(world: World) -> None:
    mine, of_another_area = acknowledge(world, "olga"), str(uuid.uuid4())
    with transaction(world.shelf.database, ADMIN, purpose="x", at=NOON) as tx:
        (kept,) = tx.unshown(select(Acknowledgement))
        values = {key.key: getattr(kept, key.key) for key in kept.__mapper__.column_attrs}
        other = {"id": of_another_area, "acknowledged_by": world.accounts.ids["oz"]}
        tx.add(Acknowledgement(**values | other))
    told(world)
    with transaction(world.shelf.database, ADMIN, purpose="x", at=NOON) as tx:
        looks = [
            by_record(tx, record_type="acknowledgement", record_id=each)[1:]
            for each in (mine, of_another_area)
        ]
    assert [[act.operation.value for act in each] for each in looks] == [["consultation"], []]


def test_the_list_of_accounts_leaves_a_restricted_one_out(world: World) -> None:
    database = world.shelf.database
    shown = list_accounts(database, MANAGER, search="officer", at=NOON)
    assert "Olga Officer" in {line.display_name for line in shown.lines}
    restrict(database, "account", world.accounts.ids["olga"])
    shown = list_accounts(database, MANAGER, search="officer", at=NOON)
    assert [line.display_name for line in shown.lines] == ["Omar Officer", "Oz Officer"]


def test_who_acted_is_named_by_an_id_where_the_account_is_restricted(world: World) -> None:
    database, sam = world.shelf.database, world.accounts.person("sam")
    restrict(database, "account", sam.actor.id)
    with transaction(database, sam.actor, purpose="Stop.", at=NOON) as tx:
        suspend(tx, Target(kind=TargetKind.PLAN, name=SHIFT_PLAN), reason="Wrong crews.")
    with reading(database) as quiet:
        assert names_of(quiet, {sam.actor.id}) == {}
        with pytest.raises(RefusedError, match=sam.actor.id) as refused:
            check_running(quiet, SHIFT_PLAN)
    assert "Sam" not in str(refused.value)


def test_a_restricted_change_is_on_no_page_and_a_look_at_one_is_written(
    client: TestClient, shelf: Shelf
) -> None:
    change = str(uuid.uuid4())
    wanted = ChangeWanted(
        id=change,
        plan_id=PLAN,
        bcu="Northbank",
        changes=Changes(left_out=(CELLS[0],)),
        reason="A fair is there.",
    )
    ask_for_change(shelf, wanted, person=COMMANDER, at=NOW)
    address = f"/plans/{PLAN}?bcu=Northbank"
    assert "A fair is there." in client.get(address, headers=cookie("ann")).text
    with transaction(shelf.database, ADMIN, purpose="x", at=NOW) as tx:
        acts = by_record(tx, record_type="plan_change", record_id=change)
        assert [act.actor_id for act in acts if act.operation == "consultation"] == ["u-001"]
    restrict(shelf.database, "plan_change", change)
    assert "A fair is there." not in client.get(address, headers=cookie("ann")).text
