"""Changes that people asked for of published plans."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from rightplace.records.database.append_only import drop_functions, no_delete, no_update

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

PERMIT = (
    "EXISTS (SELECT 1 FROM deletion_permit AS permit "
    "WHERE permit.record_type = 'plan_change' AND permit.record_id = OLD.id)"
)


def upgrade() -> None:
    """Make the table and its triggers."""
    op.create_table(
        "plan_change",
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("id", "plan_id", "bcu", "items", "reason", "asked_by")
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("trim(reason) <> ''", name="ck_plan_change_reason"),
        sa.PrimaryKeyConstraint("id", name="pk_plan_change"),
    )
    op.create_index("ix_plan_change_plan_id", "plan_change", ["plan_id"])
    dialect = op.get_context().dialect.name
    for statement in (
        *no_update(dialect, "plan_change"),
        *no_delete(dialect, "plan_change", unless=PERMIT),
    ):
        op.execute(statement)


def downgrade() -> None:
    """Drop it."""
    op.drop_table("plan_change")
    for statement in drop_functions(op.get_context().dialect.name, "plan_change"):
        op.execute(statement)
