"""What is shared with partners and the public, and the memory of every figure released."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from rightplace.records.database.append_only import drop_functions, no_delete, no_update

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
MEMORY = ("month_counted", "figures_released")
SHARING = {
    "sharing_end": (
        "EXISTS (SELECT 1 FROM deletion_permit AS permit "
        "WHERE permit.record_type = 'sharing_end' AND permit.record_id = OLD.sharing_id)"
    ),
    "sharing_decision": (
        "EXISTS (SELECT 1 FROM deletion_permit AS permit "
        "WHERE permit.record_type = 'sharing_decision' AND permit.record_id = OLD.sharing_id)"
    ),
    "sharing": (
        "EXISTS (SELECT 1 FROM deletion_permit AS permit "
        "WHERE permit.record_type = 'sharing' AND permit.record_id = OLD.id)"
    ),
}


def upgrade() -> None:
    """Make the tables and their triggers."""
    _make_sharing()
    _make_memory()
    dialect = op.get_context().dialect.name
    for table, permit in SHARING.items():
        for statement in (*no_update(dialect, table), *no_delete(dialect, table, unless=permit)):
            op.execute(statement)
    for table in MEMORY:
        for statement in (*no_update(dialect, table), *no_delete(dialect, table)):
            op.execute(statement)


def _make_sharing() -> None:
    op.create_table(
        "sharing",
        *(_text(name) for name in ("id", "item", "organisation", "basis", "purpose", "borough")),
        sa.Column("from_month", sa.Integer(), nullable=False),
        sa.Column("to_month", sa.Integer(), nullable=False),
        _text("requested_by"),
        sa.Column("requested_at", MOMENT, nullable=False),
        sa.CheckConstraint("trim(organisation) <> ''", name="ck_sharing_organisation"),
        sa.CheckConstraint("trim(purpose) <> ''", name="ck_sharing_purpose"),
        sa.CheckConstraint("from_month <= to_month", name="ck_sharing_to_month"),
        sa.PrimaryKeyConstraint("id", name="pk_sharing"),
    )
    op.create_index("ix_sharing_requested_by", "sharing", ["requested_by"])
    op.create_table(
        "sharing_decision",
        *(_text(name) for name in ("sharing_id", "reason")),
        sa.Column("until_at", MOMENT, nullable=True),
        _text("decided_by"),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.CheckConstraint("trim(reason) <> ''", name="ck_sharing_decision_reason"),
        sa.CheckConstraint("until_at > decided_at", name="ck_sharing_decision_until_after"),
        sa.PrimaryKeyConstraint("sharing_id", name="pk_sharing_decision"),
    )
    op.create_table(
        "sharing_end",
        *(_text(name) for name in ("sharing_id", "reason", "ended_by")),
        sa.Column("ended_at", MOMENT, nullable=False),
        sa.CheckConstraint("trim(reason) <> ''", name="ck_sharing_end_reason"),
        sa.PrimaryKeyConstraint("sharing_id", name="pk_sharing_end"),
    )


def _make_memory() -> None:
    op.create_table(
        "month_counted",
        _text("family"),
        sa.Column("month", sa.Integer(), nullable=False),
        *(_text(name) for name in ("content", "areas", "picture_id", "releases")),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.Column("counted_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("family", "month", name="pk_month_counted"),
    )
    op.create_table(
        "figures_released",
        *(_text(name) for name in ("id", "sharing_id", "family", "content", "digest")),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.CheckConstraint("threshold >= 1", name="ck_figures_released_threshold"),
        sa.CheckConstraint("width >= 1", name="ck_figures_released_width"),
        sa.PrimaryKeyConstraint("id", name="pk_figures_released"),
    )
    op.create_index("ix_figures_released_sharing_id", "figures_released", ["sharing_id"])


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def downgrade() -> None:
    """Drop it all."""
    dialect = op.get_context().dialect.name
    for table in (*SHARING, *MEMORY):
        op.drop_table(table)
        for statement in drop_functions(dialect, table):
            op.execute(statement)
