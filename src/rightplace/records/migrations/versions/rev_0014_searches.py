"""Searches and their corrections; weapons seized."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from alembic import op

from rightplace.records.database.append_only import drop_functions, no_delete, no_update

if TYPE_CHECKING:
    from collections.abc import Iterable

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
PERMITS = {
    "search": (
        "EXISTS (SELECT 1 FROM deletion_permit AS permit "
        "WHERE permit.record_type = 'search' AND permit.record_id = OLD.reference)"
    ),
    "search_entry": (
        "EXISTS (SELECT 1 FROM deletion_permit AS permit "
        "WHERE permit.record_type = 'search_entry' "
        "AND permit.record_id = OLD.reference || '/' || OLD.number)"
    ),
    "weapon_seized": (
        "EXISTS (SELECT 1 FROM deletion_permit AS permit "
        "WHERE permit.record_type = 'weapon_seized' AND permit.record_id = OLD.id)"
    ),
}
STATED = ("force", "bcu", "borough", "place", "type", "power", "object", "grounds", "outcome")
ABOUT = ("self_defined", "officer_defined", "age", "sex", "safeguarding", "officer", "entered_by")
TRIED = ("intelligence_led", "linked", "weapon_found", "more_than_outer", "intimate_parts")
DONE = ("appropriate_adult", "parent_told", "handcuffs", "body_worn_video", "in_uniform")


def _columns(
    kind: sa.types.TypeEngine[Any], names: Iterable[str], *, nullable: bool = False
) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=nullable) for name in names]


def upgrade() -> None:
    """Make the tables and their triggers."""
    op.create_table(
        "search",
        *_columns(sa.Text(), ("reference", "origin")),
        *_columns(MOMENT, ("newest_at",)),
        sa.PrimaryKeyConstraint("reference", name="pk_search"),
    )
    op.create_table(
        "search_entry",
        *_columns(sa.Text(), ("reference",)),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        *_columns(MOMENT, ("started_at", "entered_at")),
        *_columns(sa.Text(), (*STATED, *ABOUT)),
        *_columns(sa.Text(), ("correction", "authorisation", "form_id"), nullable=True),
        *_columns(sa.Boolean(), (*TRIED, *DONE, "record_offered"), nullable=True),
        *_columns(sa.Double(), ("lon", "lat"), nullable=True),
        *_columns(sa.Integer(), ("weapons",), nullable=True),
        sa.CheckConstraint("number > 0", name="ck_search_entry_number"),
        sa.CheckConstraint("entered_at >= started_at", name="ck_search_entry_entered_at"),
        sa.CheckConstraint("trim(officer) <> ''", name="ck_search_entry_officer"),
        sa.CheckConstraint("weapons IS NULL OR weapons >= 0", name="ck_search_entry_weapons"),
        sa.PrimaryKeyConstraint("reference", "number", name="pk_search_entry"),
        sa.UniqueConstraint("form_id", name="uq_search_entry_form_id"),
    )
    for column in ("authorisation", "started_at"):
        op.create_index(f"ix_search_entry_{column}", "search_entry", [column])
    _make_weapons()
    dialect = op.get_context().dialect.name
    for table, permitted in PERMITS.items():
        never_altered = () if table == "search" else no_update(dialect, table)
        for statement in (*never_altered, *no_delete(dialect, table, unless=permitted)):
            op.execute(statement)


def _make_weapons() -> None:
    """Make the table of weapons seized."""
    op.create_table(
        "weapon_seized",
        *_columns(
            sa.Text(), ("id", "property_reference", "kind", "object", "place", "bcu", "borough")
        ),
        *_columns(MOMENT, ("seized_at", "entered_at")),
        *_columns(sa.Text(), ("entered_by",)),
        *_columns(sa.Text(), ("search_reference", "form_id"), nullable=True),
        sa.CheckConstraint(
            "trim(property_reference) <> ''", name="ck_weapon_seized_property_reference"
        ),
        sa.CheckConstraint("entered_at >= seized_at", name="ck_weapon_seized_entered_at"),
        sa.PrimaryKeyConstraint("id", name="pk_weapon_seized"),
        sa.UniqueConstraint("form_id", name="uq_weapon_seized_form_id"),
    )
    op.create_index("ix_weapon_seized_property_reference", "weapon_seized", ["property_reference"])


def downgrade() -> None:
    """Drop them."""
    for table in reversed(PERMITS):
        op.drop_table(table)
        for statement in drop_functions(op.get_context().dialect.name, table):
            op.execute(statement)
