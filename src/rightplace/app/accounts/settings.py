"""The settings of accounts that are in force in a workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.records.accounts.settings import (
    AccountSettings,
    GrantSettings,
    LogInSettings,
    PasswordSettings,
    SessionSettings,
    TokenSettings,
)

if TYPE_CHECKING:
    from rightplace.app.workspace import Workspace


def account_settings(workspace: Workspace) -> AccountSettings:
    """Return what passwords, log-in, sessions, grants and tokens keep to."""
    return AccountSettings(
        passwords=workspace.settings("passwords", PasswordSettings),
        log_in=workspace.settings("log_in", LogInSettings),
        sessions=workspace.settings("sessions", SessionSettings),
        grants=workspace.settings("grants", GrantSettings),
        tokens=workspace.settings("tokens", TokenSettings),
    )
