"""Rosters that were handed out to the officers on them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from rightplace.records.database.append_only import drop_functions, no_delete, no_update

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

PERMIT = (
    "EXISTS (SELECT 1 FROM deletion_permit AS permit "
    "WHERE permit.record_type = 'roster_handed_out' AND permit.record_id = OLD.id)"
)


def upgrade() -> None:
    """Make the table and its triggers."""
    op.create_table(
        "roster_handed_out",
        *(
            sa.Column(name, kind, nullable=False)
            for name, kind in (
                ("id", sa.Text()),
                ("roster_id", sa.Text()),
                ("short_notice", sa.Integer()),
                ("lacking", sa.Integer()),
                ("reason", sa.Text()),
                ("seconds_reading", sa.Integer()),
                ("handed_out_by", sa.Text()),
                ("handed_out_at", sa.DateTime(timezone=True)),
            )
        ),
        sa.CheckConstraint("trim(reason) <> ''", name="ck_roster_handed_out_reason"),
        sa.CheckConstraint("short_notice >= 0 AND lacking >= 0", name="ck_roster_handed_out_flags"),
        sa.CheckConstraint("seconds_reading >= 0", name="ck_roster_handed_out_seconds_reading"),
        sa.PrimaryKeyConstraint("id", name="pk_roster_handed_out"),
        sa.UniqueConstraint("roster_id", name="uq_roster_handed_out_roster_id"),
    )
    dialect = op.get_context().dialect.name
    for statement in (
        *no_update(dialect, "roster_handed_out"),
        *no_delete(dialect, "roster_handed_out", unless=PERMIT),
    ):
        op.execute(statement)


def downgrade() -> None:
    """Drop it."""
    op.drop_table("roster_handed_out")
    for statement in drop_functions(op.get_context().dialect.name, "roster_handed_out"):
        op.execute(statement)
