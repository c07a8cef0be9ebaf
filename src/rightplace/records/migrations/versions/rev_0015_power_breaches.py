"""What was done about breaches of the law of powers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from rightplace.records.database.append_only import drop_functions, no_delete, no_update

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TABLE = "powers_breach_act"
PERMIT = (
    "EXISTS (SELECT 1 FROM deletion_permit AS permit "
    "WHERE permit.record_type = 'powers_breach_act' AND permit.record_id = OLD.id)"
)


def upgrade() -> None:
    """Make the table and its triggers."""
    told = ("id", "breach", "about", "bcu", "act", "words", "done_by")
    op.create_table(
        TABLE,
        *(sa.Column(name, sa.Text(), nullable=False) for name in told),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("decision", "form_id")),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("act IN ('owned', 'remedy', 'closed')", name="ck_powers_breach_act_act"),
        sa.CheckConstraint("trim(words) <> ''", name="ck_powers_breach_act_words"),
        sa.CheckConstraint(
            "(act = 'closed') = (decision IS NOT NULL)", name="ck_powers_breach_act_decision"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_powers_breach_act"),
        sa.UniqueConstraint("form_id", name="uq_powers_breach_act_form_id"),
    )
    op.create_index("ix_powers_breach_act_breach", TABLE, ["breach"])
    dialect = op.get_context().dialect.name
    for statement in (*no_update(dialect, TABLE), *no_delete(dialect, TABLE, unless=PERMIT)):
        op.execute(statement)


def downgrade() -> None:
    """Drop it."""
    op.drop_table(TABLE)
    for statement in drop_functions(op.get_context().dialect.name, TABLE):
        op.execute(statement)
