"""Accounts, roles, ranks, sessions and break-glass."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import op

from rightplace.records.database.append_only import drop_functions, no_delete

if TYPE_CHECKING:
    from sqlalchemy.schema import SchemaItem

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

PARTS = (
    "known_device",
    "recovery_code",
    "log_in_session",
    "session_seen",
    "role_grant",
    "rank_held",
)
"""Tables whose rows are parts of an account."""
TABLES = ("break_glass", "break_glass_code", "log_in_tries", *PARTS, "account")
REMOVED_BY_PERMIT = {
    "account": "OLD.id",
    "break_glass": "OLD.id",
    "break_glass_code": "OLD.id",
    "log_in_session": "OLD.account_id || '/' || OLD.id",
    "role_grant": "OLD.account_id || '/' || OLD.id",
    "rank_held": "OLD.account_id || '/' || OLD.id",
}


def _text(*names: str, null: bool = False) -> list[SchemaItem]:
    return [sa.Column(name, sa.Text(), nullable=null) for name in names]


def _moment(*names: str, null: bool = False) -> list[SchemaItem]:
    return [sa.Column(name, sa.DateTime(timezone=True), nullable=null) for name in names]


def _bytes(name: str, *, null: bool = False) -> SchemaItem:
    return sa.Column(name, sa.LargeBinary(), nullable=null)


def _number(name: str, *, null: bool = False) -> SchemaItem:
    return sa.Column(name, sa.Integer(), nullable=null)


def _flag(name: str, *, null: bool = False) -> SchemaItem:
    return sa.Column(name, sa.Boolean(), nullable=null)


def _make(table: str, *items: SchemaItem, **checks: str) -> None:
    """Make a table with its primary key and its checks."""
    key = ("account_id", "id") if table in PARTS else ("id",)
    if table == "log_in_tries":
        key = ("key",)
    op.create_table(
        table,
        *_text(*key),
        *items,
        *(sa.CheckConstraint(rule, name=name) for name, rule in checks.items()),
        sa.PrimaryKeyConstraint(*key, name=f"pk_{table}"),
    )


def _unique(table: str, column: str) -> SchemaItem:
    return sa.UniqueConstraint(column, name=f"uq_{table}_{column}")


def upgrade() -> None:
    """Make the tables and their triggers."""
    _make_account()
    _make_log_in()
    _make_access()
    _make_break_glass()
    dialect = op.get_context().dialect.name
    for table, identity in REMOVED_BY_PERMIT.items():
        permit = (
            "EXISTS (SELECT 1 FROM deletion_permit AS permit "  # noqa: S608 - names of this module
            f"WHERE permit.record_type = '{table}' AND permit.record_id = {identity})"
        )
        for statement in no_delete(dialect, table, unless=permit):
            op.execute(statement)


def _make_account() -> None:
    _make(
        "account",
        *_text("user_name", "display_name", "family_name"),
        _bytes("password_hash", null=True),
        _flag("must_change"),
        _bytes("totp_secret", null=True),
        *_moment("totp_since", null=True),
        _number("totp_step", null=True),
        _flag("is_synthetic"),
        *_text("created_by"),
        *_moment("created_at"),
        *_moment("left_at", null=True),
        *_text("left_reason", null=True),
        _unique("account", "user_name"),
        user_name="trim(user_name) <> ''",
        display_name="trim(display_name) <> ''",
        left="(left_at IS NULL) = (left_reason IS NULL)",
    )


def _make_log_in() -> None:
    _make(
        "known_device",
        _bytes("token_hash"),
        *_moment("known_until"),
        _unique("known_device", "token_hash"),
    )
    _make("recovery_code", _bytes("code_hash"), *_moment("used_at", null=True))
    _make(
        "log_in_session",
        _bytes("token_hash"),
        *_text("stage", "method"),
        _number("tries"),
        *_text("source"),
        *_moment("started_at", "expires_at"),
        *_moment("ended_at", null=True),
        *_text("ended_because", null=True),
        _unique("log_in_session", "token_hash"),
        stage="stage IN ('code', 'full')",
        expires_at="expires_at > started_at",
        ended="(ended_at IS NULL) = (ended_because IS NULL)",
    )
    _make("session_seen", *_moment("seen_at"))
    _make("log_in_tries", _number("failures"), *_moment("last_at"))


def _make_access() -> None:
    _make(
        "role_grant",
        *_text("role", "scope", "area"),
        *_moment("from_at", "until_at"),
        *_text("reason", "granted_by"),
        *_moment("granted_at"),
        *_text("approved_by", null=True),
        *_moment("approved_at", null=True),
        *_text("ended_by", null=True),
        *_moment("ended_at", null=True),
        scope="scope IN ('everywhere', 'bcu', 'borough')",
        area="(scope = 'everywhere') = (area = '')",
        until_at="until_at > from_at",
        not_to_oneself="granted_by <> account_id",
        second_person="approved_by <> granted_by",
        not_approved_by_oneself="approved_by <> account_id",
        approved="(approved_by IS NULL) = (approved_at IS NULL)",
        ended="(ended_by IS NULL) = (ended_at IS NULL)",
        reason="trim(reason) <> ''",
    )
    _make(
        "rank_held",
        *_text("rank", "kind"),
        *_moment("from_at"),
        *_moment("until_at", null=True),
        *_text("source", "recorded_by"),
        *_moment("recorded_at"),
        kind="kind IN ('substantive', 'temporary', 'acting')",
        until_at="until_at >= from_at",
        source="trim(source) <> ''",
    )


def _make_break_glass() -> None:
    _make(
        "break_glass_code",
        *_text("label"),
        _bytes("code_hash"),
        *_text("for_account", null=True),
        *_text("made_by"),
        *_moment("made_at", "usable_until"),
        *_moment("used_at", null=True),
        not_for_oneself="made_by <> for_account",
        label="trim(label) <> ''",
    )
    _make(
        "break_glass",
        *_text("account_id", "session_id", "code_id", "approved_by", "reason"),
        *_moment("opened_at", "expires_at"),
        *_text("reviewed_by", null=True),
        *_moment("reviewed_at", null=True),
        _flag("was_proper", null=True),
        *_text("review", null=True),
        reason="trim(reason) <> ''",
        expires_at="expires_at > opened_at",
        approved_by="approved_by <> account_id",
        not_reviewed_by_oneself="reviewed_by <> account_id",
        second_person="reviewed_by <> approved_by",
        reviewed="(reviewed_at IS NULL) = (reviewed_by IS NULL)",
        review="(reviewed_at IS NULL) = (review IS NULL)",
        was_proper="(reviewed_at IS NULL) = (was_proper IS NULL)",
    )


def downgrade() -> None:
    """Drop it all."""
    dialect = op.get_context().dialect.name
    for table in TABLES:
        op.drop_table(table)
        for statement in drop_functions(dialect, table):
            op.execute(statement)
