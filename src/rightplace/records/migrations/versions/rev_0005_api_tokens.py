"""Tokens of accounts for programs, and when each was last used."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from rightplace.records.database.append_only import drop_functions, no_delete

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables and their trigger."""
    op.create_table(
        "api_token",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("permissions", sa.Text(), nullable=False),
        sa.Column("areas", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_because", sa.Text(), nullable=True),
        sa.CheckConstraint("trim(name) <> ''", name="name"),
        sa.CheckConstraint("trim(permissions) <> ''", name="permissions"),
        sa.CheckConstraint("expires_at > made_at", name="expires_at"),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_because IS NULL)", name="ended"),
        sa.PrimaryKeyConstraint("account_id", "id", name="pk_api_token"),
        sa.UniqueConstraint("token_hash", name="uq_api_token_token_hash"),
    )
    op.create_table(
        "api_token_use",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("used_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "id", name="pk_api_token_use"),
    )
    permit = (
        "EXISTS (SELECT 1 FROM deletion_permit AS permit WHERE permit.record_type = 'api_token' "
        "AND permit.record_id = OLD.account_id || '/' || OLD.id)"
    )
    for statement in no_delete(op.get_context().dialect.name, "api_token", unless=permit):
        op.execute(statement)


def downgrade() -> None:
    """Drop it all."""
    op.drop_table("api_token_use")
    op.drop_table("api_token")
    for statement in drop_functions(op.get_context().dialect.name, "api_token"):
        op.execute(statement)
