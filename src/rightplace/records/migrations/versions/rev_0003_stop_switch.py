"""Suspensions of models, plans and products."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from rightplace.records.database.append_only import drop_functions, no_delete

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("restarted_at IS NULL")
PERMIT = (
    "EXISTS (SELECT 1 FROM deletion_permit AS permit "
    "WHERE permit.record_type = 'suspension' AND permit.record_id = OLD.id)"
)


def upgrade() -> None:
    """Make the table and its trigger."""
    op.create_table(
        "suspension",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("target_kind", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("suspended_by", sa.Text(), nullable=False),
        sa.Column("suspended_at", MOMENT, nullable=False),
        sa.Column("restarted_by", sa.Text(), nullable=True),
        sa.Column("restart_reason", sa.Text(), nullable=True),
        sa.Column("restarted_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "target_kind IN ('model', 'plan', 'product')", name="ck_suspension_target_kind"
        ),
        sa.CheckConstraint("trim(reason) <> ''", name="ck_suspension_reason"),
        sa.CheckConstraint("restarted_by <> suspended_by", name="ck_suspension_second_person"),
        sa.CheckConstraint(
            "(restarted_at IS NULL) = (restarted_by IS NULL)", name="ck_suspension_restarted"
        ),
        sa.CheckConstraint(
            "(restarted_at IS NULL) = (restart_reason IS NULL)",
            name="ck_suspension_restart_reason",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_suspension"),
    )
    op.create_index(
        "uq_suspension_now",
        "suspension",
        ["target_kind", "target"],
        unique=True,
        sqlite_where=NOW,
        postgresql_where=NOW,
    )
    for statement in no_delete(op.get_context().dialect.name, "suspension", unless=PERMIT):
        op.execute(statement)


def downgrade() -> None:
    """Drop it."""
    op.drop_table("suspension")
    for statement in drop_functions(op.get_context().dialect.name, "suspension"):
        op.execute(statement)
