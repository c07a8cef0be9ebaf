"""Entries of the register of operations and units."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from rightplace.records.database.append_only import drop_functions, no_delete, no_update

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TABLE = "operation_entry"


def upgrade() -> None:
    """Make the table and its triggers: no entry is ever altered or removed."""
    told = ("kind", "about", "line", "sha256", "entered_by")
    op.create_table(
        TABLE,
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in told),
        sa.Column("form_id", sa.Text(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number > 0", name="ck_operation_entry_number"),
        sa.PrimaryKeyConstraint("number", name="pk_operation_entry"),
        sa.UniqueConstraint("form_id", name="uq_operation_entry_form_id"),
    )
    op.create_index("ix_operation_entry_about", TABLE, ["about"])
    dialect = op.get_context().dialect.name
    for statement in (*no_update(dialect, TABLE), *no_delete(dialect, TABLE)):
        op.execute(statement)


def downgrade() -> None:
    """Drop it."""
    op.drop_table(TABLE)
    for statement in drop_functions(op.get_context().dialect.name, TABLE):
        op.execute(statement)
