"""Decisions on proposed effect sizes, and jobs that put an approved one into force."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from rightplace.records.database.append_only import drop_functions, no_delete, no_update
from rightplace.records.migrations.versions import rev_0018_evaluate_jobs as before

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TABLE = "effect_decision"
PERMIT = (
    "EXISTS (SELECT 1 FROM deletion_permit AS permit "
    "WHERE permit.record_type = 'effect_decision' AND permit.record_id = OLD.id)"
)
CHECKS = {
    "reason": "trim(reason) <> ''",
    "verdict": "verdict IN ('approved', 'declined')",
    "in_force_from": "(verdict = 'approved') = (in_force_from IS NOT NULL)",
}
VERBS = (
    "verb IN ('ingest', 'forecast', 'plan', 'backtest', 'publish', 'evaluate', 'approve-effect')"
)


def upgrade() -> None:
    """Make the table and its triggers, and take the jobs."""
    op.create_table(
        TABLE,
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("id", "proposal_id", "verdict", "reason", "role", "name", "decided_by")
        ),
        sa.Column("in_force_from", sa.Date(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.CheckConstraint(rule, name=f"ck_{TABLE}_{name}") for name, rule in CHECKS.items()),
        sa.PrimaryKeyConstraint("id", name=f"pk_{TABLE}"),
    )
    op.create_index(f"ix_{TABLE}_proposal_id", TABLE, ["proposal_id"])
    dialect = op.get_context().dialect.name
    for statement in (*no_update(dialect, TABLE), *no_delete(dialect, TABLE, unless=PERMIT)):
        op.execute(statement)
    before.allow_verbs(VERBS)


def downgrade() -> None:
    """Take them no more and drop it; where a job was asked for, the database refuses."""
    before.allow_verbs(before.AFTER)
    op.drop_table(TABLE)
    for statement in drop_functions(op.get_context().dialect.name, TABLE):
        op.execute(statement)
