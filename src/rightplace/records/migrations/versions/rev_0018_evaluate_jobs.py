"""Jobs may judge an operation too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from rightplace.records.database.append_only import no_delete
from rightplace.records.migrations.versions.rev_0006_jobs import CHECKS, MOMENT, PERMIT

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BEFORE = CHECKS["verb"]
AFTER = "verb IN ('ingest', 'forecast', 'plan', 'backtest', 'publish', 'evaluate')"
NEEDED = ("id", "verb", "arguments", "asked_by", "state")
TEXTS = ("worker", "outcome", "run_id", "cancel_asked_by")


def upgrade() -> None:
    """Take jobs that judge an operation."""
    allow_verbs(AFTER)


def downgrade() -> None:
    """Take them no more; where one was asked for already, the database refuses to go back."""
    allow_verbs(BEFORE)


def allow_verbs(rule: str) -> None:
    """Let another list of verbs stand in the table of jobs."""
    dialect = op.get_context().dialect.name
    if dialect != "sqlite":
        op.drop_constraint(op.f("ck_job_ck_job_verb"), "job")  # as the naming rule made it
        op.create_check_constraint("ck_job_verb", "job", rule)
        return
    op.drop_index("ix_job_state_asked_at", "job")  # SQLite alters no check: the table is made anew
    op.rename_table("job", "job_before")
    op.create_table(
        "job",
        *(sa.Column(name, sa.Text(), nullable=False) for name in NEEDED),
        *(sa.Column(name, sa.Text(), nullable=True) for name in TEXTS),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        *(
            sa.Column(name, MOMENT, nullable=True)
            for name in ("started_at", "ended_at", "cancel_asked_at")
        ),
        *(
            sa.CheckConstraint(check, name=f"ck_job_{name}")
            for name, check in (CHECKS | {"verb": rule}).items()
        ),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
    )
    names = ", ".join(
        [*NEEDED, *TEXTS, "asked_at", "attempts", "started_at", "ended_at", "cancel_asked_at"]
    )
    op.execute(f"INSERT INTO job ({names}) SELECT {names} FROM job_before")  # noqa: S608 - names written above
    op.drop_table("job_before")
    op.create_index("ix_job_state_asked_at", "job", ["state", "asked_at"])
    for statement in no_delete(dialect, "job", unless=PERMIT):
        op.execute(statement)
