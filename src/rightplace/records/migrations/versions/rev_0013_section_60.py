"""Section 60 authorisations and what happened in the life of each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from rightplace.records.database.append_only import drop_functions, no_delete, no_update

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
PERMITS = {
    "section_60": (
        "EXISTS (SELECT 1 FROM deletion_permit AS permit "
        "WHERE permit.record_type = 'section_60' AND permit.record_id = OLD.reference)"
    ),
    "section_60_event": (
        "EXISTS (SELECT 1 FROM deletion_permit AS permit "
        "WHERE permit.record_type = 'section_60_event' "
        "AND permit.record_id = OLD.reference || '/' || OLD.number)"
    ),
}


def upgrade() -> None:
    """Make the tables and their triggers."""
    op.create_table(
        "section_60",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("reference", "force", "bcu")),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.CheckConstraint("trim(bcu) <> ''", name="ck_section_60_bcu"),
        sa.PrimaryKeyConstraint("reference", name="pk_section_60"),
    )
    op.create_table(
        "section_60_event",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "content")),
        *(sa.Column(name, MOMENT, nullable=False) for name in ("at", "entered_at")),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("form_id", sa.Text(), nullable=True),
        sa.CheckConstraint("number > 0", name="ck_section_60_event_number"),
        sa.CheckConstraint("entered_at >= at", name="ck_section_60_event_entered_at"),
        sa.ForeignKeyConstraint(
            ["reference"],
            ["section_60.reference"],
            name="fk_section_60_event_reference_section_60",
        ),
        sa.PrimaryKeyConstraint("reference", "number", name="pk_section_60_event"),
        sa.UniqueConstraint("form_id", name="uq_section_60_event_form_id"),
    )
    op.create_index("ix_section_60_event_entered_at", "section_60_event", ["entered_at"])
    dialect = op.get_context().dialect.name
    for statement in (
        *no_update(dialect, "section_60_event"),
        *no_delete(dialect, "section_60_event", unless=PERMITS["section_60_event"]),
        *no_delete(dialect, "section_60", unless=PERMITS["section_60"]),
    ):
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    for table in ("section_60_event", "section_60"):
        op.drop_table(table)
        for statement in drop_functions(op.get_context().dialect.name, table):
            op.execute(statement)
