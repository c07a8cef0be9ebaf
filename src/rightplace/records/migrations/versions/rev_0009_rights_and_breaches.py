"""Rights of data subjects, restricted records, personal data breaches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import op

from rightplace.records.database.append_only import drop_functions, no_delete

if TYPE_CHECKING:
    from sqlalchemy.schema import SchemaItem

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

PARTS = ("field_ruling", "recipient_told", "erasure_proposed")
"""Tables whose rows are parts of a request."""
TABLES = (*PARTS, "restriction", "breach", "subject_request")
NOW = sa.text("lifted_at IS NULL")


def _text(*names: str, null: bool = False) -> list[SchemaItem]:
    return [sa.Column(name, sa.Text(), nullable=null) for name in names]


def _moment(*names: str, null: bool = False) -> list[SchemaItem]:
    return [sa.Column(name, sa.DateTime(timezone=True), nullable=null) for name in names]


def _make(table: str, *items: SchemaItem, **checks: str) -> None:
    """Make a table with its primary key and its checks."""
    key = ("request_id", "id") if table in PARTS else ("id",)
    op.create_table(
        table,
        *_text(*key),
        *items,
        *(sa.CheckConstraint(rule, name=name) for name, rule in checks.items()),
        sa.PrimaryKeyConstraint(*key, name=f"pk_{table}"),
    )


def upgrade() -> None:
    """Make the tables and their triggers."""
    _make_request()
    _make_parts()
    _make_restriction()
    _make_breach()
    dialect = op.get_context().dialect.name
    for table in TABLES:
        identity = "OLD.request_id || '/' || OLD.id" if table in PARTS else "OLD.id"
        permit = (
            "EXISTS (SELECT 1 FROM deletion_permit AS permit "  # noqa: S608 - names of this module
            f"WHERE permit.record_type = '{table}' AND permit.record_id = {identity})"
        )
        for statement in no_delete(dialect, table, unless=permit):
            op.execute(statement)


def _make_request() -> None:
    moments = ("identity_asked_at", "identity_shown_at", "more_asked_at", "more_told_at")
    _make(
        "subject_request",
        *_text("asked_right", "subject_name"),
        *_text("subject_id", null=True),
        *_text("contact", "asked"),
        *_moment("received_at"),
        *_text("received_by"),
        *_moment(*moments, "extended_at", null=True),
        *_text("extension_reason", "outcome", "answer", "answered_by", null=True),
        *_moment("answered_at", null=True),
        asked_right="asked_right IN ('access', 'rectification', 'erasure', 'restriction')",
        outcome="outcome IN ('granted', 'granted in part', 'refused')",
        subject_name="trim(subject_name) <> ''",
        asked="trim(asked) <> ''",
        extended="(extended_at IS NULL) = (extension_reason IS NULL)",
        answered="(answered_at IS NULL) = (answered_by IS NULL)",
        answered_outcome="(answered_at IS NULL) = (outcome IS NULL)",
        answered_words="(answered_at IS NULL) = (answer IS NULL)",
    )


def _make_parts() -> None:
    _make(
        "field_ruling",
        *_text("record_type"),
        *_text("record_id", null=True),
        *_text("field"),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        *_text("reason", "ruled_by"),
        *_moment("ruled_at"),
        reason="trim(reason) <> ''",
    )
    _make(
        "recipient_told",
        *_text("recipient", "told_what", "told_by"),
        *_moment("told_at"),
        recipient="trim(recipient) <> ''",
    )
    _make(
        "erasure_proposed",
        *_text("record_type", "record_id", "grounds", "proposed_by"),
        *_moment("proposed_at"),
        *_text("approved_by", null=True),
        *_moment("approved_at", null=True),
        *_text("certificate_id", null=True),
        grounds="trim(grounds) <> ''",
        second_person="approved_by <> proposed_by",
        approved="(approved_at IS NULL) = (approved_by IS NULL)",
    )


def _make_restriction() -> None:
    _make(
        "restriction",
        *_text("request_id", "record_type", "record_id", "reason", "placed_by"),
        *_moment("placed_at"),
        *_text("lifted_by", "lift_reason", null=True),
        *_moment("lifted_at", null=True),
        reason="trim(reason) <> ''",
        lifted="(lifted_at IS NULL) = (lifted_by IS NULL)",
        lift_reason="(lifted_at IS NULL) = (lift_reason IS NULL)",
    )
    op.create_index(
        "uq_restriction_now",
        "restriction",
        ["record_type", "record_id"],
        unique=True,
        sqlite_where=NOW,
        postgresql_where=NOW,
    )


def _make_breach() -> None:
    _make(
        "breach",
        *_text("what", "happened"),
        *_moment("aware_at"),
        sa.Column("people_affected", sa.Integer(), nullable=True),
        *_text("effects", "action", "recorded_by"),
        *_moment("recorded_at"),
        *_text("likelihood", "assessment", "assessed_by", null=True),
        *_moment("assessed_at", "ico_told_at", null=True),
        *_text("ico_reference", "late_reason", "ico_not_told_reason", null=True),
        *_moment("subjects_told_at", null=True),
        *_text("subjects_told_how", "subjects_not_told_reason", "closed_by", null=True),
        *_moment("closed_at", null=True),
        what="trim(what) <> ''",
        people_affected="people_affected >= 0",
        likelihood="likelihood IN ('unlikely', 'risk', 'high risk')",
        assessed="(assessed_at IS NULL) = (likelihood IS NULL)",
        assessment="(assessed_at IS NULL) = (assessment IS NULL)",
        ico_told_or_not="ico_told_at IS NULL OR ico_not_told_reason IS NULL",
        subjects_told_or_not="subjects_told_at IS NULL OR subjects_not_told_reason IS NULL",
        closed="(closed_at IS NULL) = (closed_by IS NULL)",
    )


def downgrade() -> None:
    """Drop it all."""
    dialect = op.get_context().dialect.name
    for table in TABLES:
        op.drop_table(table)
        for statement in drop_functions(dialect, table):
            op.execute(statement)
