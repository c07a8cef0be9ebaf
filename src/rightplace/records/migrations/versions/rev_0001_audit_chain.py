"""The audit chain: its lines, its head, and records' keys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from rightplace.records.database.append_only import (
    create_refusal,
    drop_functions,
    drop_refusal,
    no_delete,
    no_update,
)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

PRUNED = "OLD.number <= (SELECT pruned_lines FROM audit_head WHERE id = 1)"
"""Lines leave only once the head says that the chain begins after them."""


def upgrade() -> None:
    """Make the tables, their triggers, and the head of an empty chain."""
    _make_lines()
    _make_head()
    op.create_table(
        "record_key",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("record_type", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_record_key"),
        sa.UniqueConstraint("record_type", "record_id", name="uq_record_key_record_type_record_id"),
    )
    dialect = op.get_context().dialect.name
    statements = (
        *create_refusal(dialect),
        *no_update(dialect, "audit_line"),
        *no_delete(dialect, "audit_line", unless=PRUNED),
        *no_delete(dialect, "audit_head"),
        *no_update(dialect, "record_key"),
    )
    for statement in statements:
        op.execute(statement)


def _make_lines() -> None:
    op.create_table(
        "audit_line",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.Column("record_type", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=True),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit_line"),
    )
    op.create_index("ix_audit_line_record", "audit_line", ["record_type", "record_id"])
    op.create_index("ix_audit_line_actor", "audit_line", ["actor_id", "at"])
    op.create_index("ix_audit_line_product", "audit_line", ["product"])


def _make_head() -> None:
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("pruned_lines", sa.Integer(), nullable=False),
        sa.Column("pruned_hash", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_audit_head_one_row"),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )
    genesis = "0" * 64
    row = {"id": 1, "lines": 0, "hash": genesis, "pruned_lines": 0, "pruned_hash": genesis}
    op.bulk_insert(head, [row])


def downgrade() -> None:
    """Drop it all."""
    for table in ("record_key", "audit_line", "audit_head"):
        op.drop_table(table)
    dialect = op.get_context().dialect.name
    statements = (
        *drop_functions(dialect, "audit_line"),
        *drop_functions(dialect, "audit_head"),
        *drop_refusal(dialect),
    )
    for statement in statements:
        op.execute(statement)
