"""A panel's draws, ratings, questions and answers; complaints by reference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from alembic import op

from rightplace.records.database.append_only import drop_functions, no_delete, no_update

if TYPE_CHECKING:
    from collections.abc import Iterable

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
SOME = "EXISTS (SELECT 1 FROM deletion_permit AS permit WHERE permit.record_type = "
PERMITS = {
    "video_draw": f"{SOME}'video_draw' AND permit.record_id = OLD.id)",
    "video_drawn": (
        f"{SOME}'video_drawn' AND permit.record_id = OLD.draw_id || '/' || OLD.reference)"
    ),
    "video_rating": (
        f"{SOME}'video_rating' AND permit.record_id = "
        "OLD.draw_id || '/' || OLD.reference || '/' || OLD.number)"
    ),
    "panel_question": f"{SOME}'panel_question' AND permit.record_id = OLD.id)",
    "panel_answer": (
        f"{SOME}'panel_answer' AND permit.record_id = OLD.question_id || '/' || OLD.number)"
    ),
    "complaint": f"{SOME}'complaint' AND permit.record_id = OLD.reference)",
    "complaint_explanation": (
        f"{SOME}'complaint_explanation' AND permit.record_id = OLD.quarter || '/' || OLD.number)"
    ),
}
"""Which rows a deletion at the end of their period may take."""
WHOLES = {"video_draw", "panel_question"}
"""Tables whose rows note when their newest part was added, and are else never altered."""


def _columns(
    kind: sa.types.TypeEngine[Any], *names: str, nullable: bool = False
) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=nullable) for name in names]


def _number() -> sa.Column[int]:
    return sa.Column("number", sa.Integer(), autoincrement=False, nullable=False)


def _once(table: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint("form_id", name=f"uq_{table}_form_id")


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def upgrade() -> None:
    """Make the tables and their triggers."""
    _make_videos()
    _make_questions()
    _make_complaints()
    dialect = op.get_context().dialect.name
    for table, permitted in PERMITS.items():
        never_altered: Iterable[str] = () if table in WHOLES else no_update(dialect, table)
        for statement in (*never_altered, *no_delete(dialect, table, unless=permitted)):
            op.execute(statement)


def _make_videos() -> None:
    """Make the tables of draws and ratings."""
    op.create_table(
        "video_draw",
        *_columns(sa.Text(), "id", "seed", "settings", "strata", "drawn_by", "form_id"),
        *_columns(MOMENT, "period_start", "period_end", "drawn_at", "newest_at"),
        *_columns(sa.Integer(), "searches"),
        sa.CheckConstraint("period_end > period_start", name="ck_video_draw_period"),
        _key("video_draw", "id"),
        _once("video_draw"),
    )
    op.create_table(
        "video_drawn",
        *_columns(sa.Text(), "draw_id", "reference", "stratum"),
        *_columns(sa.Double(), "chance"),
        *_columns(MOMENT, "drawn_at"),
        sa.CheckConstraint("chance > 0 AND chance <= 1", name="ck_video_drawn_chance"),
        _key("video_drawn", "draw_id", "reference"),
    )
    op.create_table(
        "video_rating",
        *_columns(sa.Text(), "draw_id", "reference"),
        _number(),
        *_columns(sa.Text(), "rating", "reasons", "rated_by", "form_id"),
        *_columns(MOMENT, "rated_at"),
        sa.CheckConstraint("number > 0", name="ck_video_rating_number"),
        _key("video_rating", "draw_id", "reference", "number"),
        _once("video_rating"),
    )


def _make_questions() -> None:
    """Make the tables of questions and answers."""
    op.create_table(
        "panel_question",
        *_columns(sa.Text(), "id", "words", "owner", "asked_by", "form_id"),
        *_columns(sa.Text(), "search_reference", nullable=True),
        *_columns(sa.Date(), "due_on"),
        *_columns(MOMENT, "asked_at", "newest_at"),
        sa.CheckConstraint("trim(owner) <> ''", name="ck_panel_question_owner"),
        _key("panel_question", "id"),
        _once("panel_question"),
    )
    op.create_table(
        "panel_answer",
        *_columns(sa.Text(), "question_id"),
        _number(),
        *_columns(sa.Text(), "words", "answered_by", "form_id"),
        *_columns(MOMENT, "answered_at"),
        sa.CheckConstraint("number > 0", name="ck_panel_answer_number"),
        _key("panel_answer", "question_id", "number"),
        _once("panel_answer"),
    )


def _make_complaints() -> None:
    """Make the tables of complaints and of what explains a rise."""
    op.create_table(
        "complaint",
        *_columns(sa.Text(), "reference", "bcu", "entered_by"),
        *_columns(sa.Text(), "authorisation", nullable=True),
        *_columns(sa.Date(), "received_on"),
        *_columns(MOMENT, "entered_at"),
        sa.CheckConstraint("trim(bcu) <> ''", name="ck_complaint_bcu"),
        _key("complaint", "reference"),
    )
    op.create_table(
        "complaint_explanation",
        *_columns(sa.Text(), "quarter"),
        _number(),
        *_columns(sa.Text(), "words", "explained_by", "form_id"),
        *_columns(MOMENT, "explained_at"),
        sa.CheckConstraint("number > 0", name="ck_complaint_explanation_number"),
        _key("complaint_explanation", "quarter", "number"),
        _once("complaint_explanation"),
    )


def downgrade() -> None:
    """Drop them."""
    for table in reversed(PERMITS):
        op.drop_table(table)
        for statement in drop_functions(op.get_context().dialect.name, table):
            op.execute(statement)
