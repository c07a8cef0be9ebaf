"""What was published, decided, done and deleted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from rightplace.records.database.append_only import drop_functions, no_delete, no_update

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
TABLES = (
    "deletion_permit",
    "deletion_certificate",
    "legal_hold",
    "visit_log",
    "acknowledgement",
    "in_force",
    "decision",
    "published_table",
    "published_run",
    "origin",
)
"""In the order in which they can be dropped."""
NEVER_ALTERED = (
    "origin",
    "published_run",
    "published_table",
    "decision",
    "acknowledgement",
    "visit_log",
    "deletion_certificate",
)
REMOVED_BY_PERMIT = (
    "published_run",
    "decision",
    "in_force",
    "acknowledgement",
    "visit_log",
    "legal_hold",
    "deletion_certificate",
)


def _permit(table: str, identity: str) -> str:
    """Return the condition that a row's removal was permitted in this transaction."""
    return (
        "EXISTS (SELECT 1 FROM deletion_permit AS permit "  # noqa: S608 - names of this module
        f"WHERE permit.record_type = '{table}' AND permit.record_id = {identity})"
    )


def upgrade() -> None:
    """Make the tables and their triggers."""
    _make_published()
    _make_decided()
    _make_delivery()
    _make_retention()
    dialect = op.get_context().dialect.name
    for table in NEVER_ALTERED:
        _execute(no_update(dialect, table))
    for table in REMOVED_BY_PERMIT:
        _execute(no_delete(dialect, table, unless=_permit(table, "OLD.id")))
    of_table = _permit("published_table", "OLD.run_id || '/' || OLD.name")
    _execute(no_delete(dialect, "published_table", unless=of_table))
    _execute(no_delete(dialect, "origin"))


def _execute(statements: tuple[str, ...]) -> None:
    for statement in statements:
        op.execute(statement)


def _make_published() -> None:
    op.create_table(
        "origin",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("kind IN ('demo', 'service')", name="ck_origin_kind"),
        sa.CheckConstraint("id = 1", name="ck_origin_one_row"),
        sa.PrimaryKeyConstraint("id", name="pk_origin"),
    )
    op.create_table(
        "published_run",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("rests_on", sa.Text(), nullable=False),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.Column("published_by", sa.Text(), nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_published_run"),
    )
    op.create_table(
        "published_table",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["published_run.id"], name="fk_published_table_run_id_published_run"
        ),
        sa.PrimaryKeyConstraint("run_id", "name", name="pk_published_table"),
    )


def _make_decided() -> None:
    op.create_table(
        "decision",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("bcu", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("changed_to", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("seconds_reading", sa.Integer(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "(verdict = 'changed') = (changed_to IS NOT NULL)", name="ck_decision_changed_to"
        ),
        sa.CheckConstraint("trim(reason) <> ''", name="ck_decision_reason"),
        sa.CheckConstraint(
            "verdict IN ('accepted', 'changed', 'rejected')", name="ck_decision_verdict"
        ),
        sa.CheckConstraint("seconds_reading >= 0", name="ck_decision_seconds_reading"),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
    )
    op.create_index("ix_decision_plan_id", "decision", ["plan_id"])
    op.create_table(
        "in_force",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("bcu", sa.Text(), nullable=False),
        sa.Column("slot_start", MOMENT, nullable=False),
        sa.Column("slot_end", MOMENT, nullable=False),
        sa.Column("plan_id", sa.Text(), nullable=True),
        sa.Column("decision_id", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("set_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint("plan_id IS NOT NULL OR trim(reason) <> ''", name="ck_in_force_reason"),
        sa.CheckConstraint(
            "(plan_id IS NULL) = (decision_id IS NULL)", name="ck_in_force_decision"
        ),
        sa.CheckConstraint("slot_end > slot_start", name="ck_in_force_slot"),
        sa.PrimaryKeyConstraint("id", name="pk_in_force"),
    )
    op.create_index(
        "uq_in_force_now",
        "in_force",
        ["bcu", "slot_start"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _make_delivery() -> None:
    op.create_table(
        "acknowledgement",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("bcu", sa.Text(), nullable=False),
        sa.Column("slot_start", MOMENT, nullable=False),
        sa.Column("acknowledged_by", sa.Text(), nullable=False),
        sa.Column("acknowledged_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_acknowledgement"),
    )
    op.create_index("ix_acknowledgement_plan_id", "acknowledgement", ["plan_id"])
    op.create_table(
        "visit_log",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("visit_id", sa.Text(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=False),
        sa.Column("activity", sa.Text(), nullable=False),
        sa.Column("called_away", sa.Text(), nullable=False),
        sa.Column("logged_by", sa.Text(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "called_away IN ('no', 'unsafe', 'urgent')", name="ck_visit_log_called_away"
        ),
        sa.CheckConstraint("ended_at >= started_at", name="ck_visit_log_ended_at"),
        sa.PrimaryKeyConstraint("id", name="pk_visit_log"),
    )
    op.create_index("ix_visit_log_plan_id", "visit_log", ["plan_id"])


def _make_retention() -> None:
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("record_type", sa.Text(), nullable=True),
        sa.Column("record_id", sa.Text(), nullable=True),
        sa.Column("about", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("placed_by", sa.Text(), nullable=False),
        sa.Column("placed_at", MOMENT, nullable=False),
        sa.Column("released_by", sa.Text(), nullable=True),
        sa.Column("release_reason", sa.Text(), nullable=True),
        sa.Column("released_at", MOMENT, nullable=True),
        sa.CheckConstraint("trim(owner) <> ''", name="ck_legal_hold_owner"),
        sa.CheckConstraint("trim(reason) <> ''", name="ck_legal_hold_reason"),
        sa.CheckConstraint(
            "(released_at IS NULL) = (release_reason IS NULL)", name="ck_legal_hold_release_reason"
        ),
        sa.CheckConstraint(
            "(released_at IS NULL) = (released_by IS NULL)", name="ck_legal_hold_released"
        ),
        sa.CheckConstraint(
            "record_type IS NOT NULL OR about IS NOT NULL", name="ck_legal_hold_scope"
        ),
        sa.CheckConstraint(
            "record_type IS NOT NULL OR record_id IS NULL", name="ck_legal_hold_record_type"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_legal_hold"),
    )
    op.create_table(
        "deletion_certificate",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("record_type", sa.Text(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("grounds", sa.Text(), nullable=False),
        sa.Column("before", MOMENT, nullable=True),
        sa.Column("certified_at", MOMENT, nullable=False),
        sa.CheckConstraint("records > 0", name="ck_deletion_certificate_records"),
        sa.PrimaryKeyConstraint("id", name="pk_deletion_certificate"),
    )
    op.create_table(
        "deletion_permit",
        sa.Column("record_type", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("record_type", "record_id", name="pk_deletion_permit"),
    )


def downgrade() -> None:
    """Drop it all."""
    dialect = op.get_context().dialect.name
    for table in TABLES:
        op.drop_table(table)
        _execute(drop_functions(dialect, table))
