"""The first accounts of a service."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from rightplace.app.accounts.first import INSTALLER, WITNESS, begin_accounts
from rightplace.app.accounts.settings import account_settings
from rightplace.app.service.database import create_records, open_records
from rightplace.app.workspace import Workspace
from rightplace.errors import NotHeldError, RefusedError, UsageError
from rightplace.records.accounts.access_tables import RoleGrant
from rightplace.records.accounts.allowed import EVERYWHERE, allowed
from rightplace.records.accounts.log_in import LogInState, Origin, log_in
from rightplace.records.accounts.roles import Permission
from rightplace.records.accounts.sessions import find_session
from rightplace.records.audit.transaction import reading
from tests.records.acting import NOON

if TYPE_CHECKING:
    from pathlib import Path

QUICK = {"passwords.memory_kib": 64, "passwords.passes": 1, "passwords.lanes": 1}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace(root=tmp_path, flags=QUICK)
    create_records(made, INSTALLER, kind="service", at=NOON).close()
    return made


def test_two_administrators_sign_in_and_must_make_their_accounts_safe(
    workspace: Workspace,
) -> None:
    result = begin_accounts(workspace, ("Ada.Admin", "abe.admin"), at=NOON).result
    assert [each.user_name for each in result.accounts] == ["ada.admin", "abe.admin"]
    settings, database = account_settings(workspace), open_records(workspace)
    for each in result.accounts:
        entered = log_in(
            database,
            each.user_name,
            each.first_password,
            origin=Origin(source="10.0.0.1"),
            at=NOON,
            settings=settings,
        )
        assert entered.state is LogInState.IN
        with reading(database) as quiet:
            who = find_session(quiet, entered.session_token or "", at=NOON, settings=settings)
        assert who is not None
        assert allowed(who.standing, Permission.MANAGE_ACCOUNTS, EVERYWHERE, at=NOON)
        assert who.must_change_password
        assert who.must_set_up_codes
    database.close()


def test_each_role_was_granted_and_approved_by_two(workspace: Workspace) -> None:
    begin_accounts(workspace, ("ada.admin", "abe.admin"), at=NOON)
    database = open_records(workspace)
    with reading(database) as quiet:
        grants = quiet.unshown(select(RoleGrant))
        pairs = {(each.granted_by, each.approved_by) for each in grants}
    database.close()
    assert len(grants) == 2
    assert pairs == {(INSTALLER.id, WITNESS.id)}


def test_a_service_begins_once_with_two_people(workspace: Workspace) -> None:
    with pytest.raises(UsageError, match="two people"):
        begin_accounts(workspace, ("ada.admin", " ADA.admin"), at=NOON)
    begin_accounts(workspace, ("ada.admin", "abe.admin"), at=NOON)
    with pytest.raises(RefusedError, match="has accounts already"):
        begin_accounts(workspace, ("eve.intruder", "eva.intruder"), at=NOON)


def test_without_an_operational_database_there_is_nothing_to_begin(tmp_path: Path) -> None:
    with pytest.raises(NotHeldError, match="no operational database"):
        begin_accounts(Workspace(root=tmp_path), ("ada.admin", "abe.admin"), at=NOON)
