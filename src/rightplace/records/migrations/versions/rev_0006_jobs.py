"""Jobs, and how far each running one is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from rightplace.records.database.append_only import drop_functions, no_delete

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
PERMIT = (
    "EXISTS (SELECT 1 FROM deletion_permit AS permit "
    "WHERE permit.record_type = 'job' AND permit.record_id = OLD.id)"
)
CHECKS = {
    "verb": "verb IN ('ingest', 'forecast', 'plan', 'backtest', 'publish')",
    "state": "state IN ('queued', 'running', 'done', 'failed', 'cancelled')",
    "attempts": "attempts >= 0",
    "worker": "(state = 'running') = (worker IS NOT NULL)",
    "ended_at": "(state IN ('done', 'failed', 'cancelled')) = (ended_at IS NOT NULL)",
    "outcome": "(ended_at IS NULL) = (outcome IS NULL)",
    "run_id": "state = 'done' OR run_id IS NULL",
    "cancel_asked": "(cancel_asked_at IS NULL) = (cancel_asked_by IS NULL)",
}


def upgrade() -> None:
    """Make the tables and their trigger."""
    op.create_table(
        "job",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("arguments", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("run_id", sa.Text(), nullable=True),
        sa.Column("cancel_asked_by", sa.Text(), nullable=True),
        sa.Column("cancel_asked_at", MOMENT, nullable=True),
        *(sa.CheckConstraint(rule, name=f"ck_job_{name}") for name, rule in CHECKS.items()),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
    )
    op.create_index("ix_job_state_asked_at", "job", ["state", "asked_at"])
    op.create_table(
        "job_progress",
        sa.Column("job_id", sa.Text(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("beat_at", MOMENT, nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("job_id", name="pk_job_progress"),
    )
    for statement in no_delete(op.get_context().dialect.name, "job", unless=PERMIT):
        op.execute(statement)


def downgrade() -> None:
    """Drop it all."""
    op.drop_table("job_progress")
    op.drop_table("job")
    for statement in drop_functions(op.get_context().dialect.name, "job"):
        op.execute(statement)
