"""The six documents behind each model, and which of them stood when a run was published."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from rightplace.records.database.append_only import drop_functions, no_delete, no_update

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
TABLES = ("published_under", "model_document")
KINDS = (
    "'data-protection-impact-assessment', 'equality-impact-assessment', "
    "'appropriate-policy-document', 'record-of-processing-activities', 'model-card', "
    "'algorithmic-transparency-record'"
)
PERMIT = (
    "EXISTS (SELECT 1 FROM deletion_permit AS permit "
    "WHERE permit.record_type = 'published_under' AND permit.record_id = "
    "OLD.run_id || '/' || OLD.subject || '/' || OLD.kind)"
)


def upgrade() -> None:
    """Make the tables and their triggers."""
    op.create_table(
        "model_document",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code_version", sa.Text(), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("review_due", sa.Date(), nullable=False),
        sa.Column("reviewed_by", sa.Text(), nullable=False),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("filed_at", MOMENT, nullable=False),
        sa.CheckConstraint(f"kind IN ({KINDS})", name="ck_model_document_kind"),
        sa.CheckConstraint("version >= 1", name="ck_model_document_version"),
        sa.CheckConstraint("trim(subject) <> ''", name="ck_model_document_subject"),
        sa.CheckConstraint("trim(reviewed_by) <> ''", name="ck_model_document_reviewed_by"),
        sa.PrimaryKeyConstraint("subject", "kind", "version", name="pk_model_document"),
    )
    op.create_table(
        "published_under",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["published_run.id"], name="fk_published_under_run_id_published_run"
        ),
        sa.PrimaryKeyConstraint("run_id", "subject", "kind", name="pk_published_under"),
    )
    dialect = op.get_context().dialect.name
    for table, permit in (("model_document", None), ("published_under", PERMIT)):
        for statement in (
            *no_update(dialect, table),
            *no_delete(dialect, table, unless=permit),
        ):
            op.execute(statement)


def downgrade() -> None:
    """Drop it all."""
    dialect = op.get_context().dialect.name
    for table in TABLES:
        op.drop_table(table)
        for statement in drop_functions(dialect, table):
            op.execute(statement)
