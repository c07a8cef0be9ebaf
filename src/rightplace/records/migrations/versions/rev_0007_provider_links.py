"""Links of accounts with people of a provider of OpenID Connect, and sign-ins that were used."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from rightplace.records.database.append_only import drop_functions, no_delete

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables and their trigger."""
    op.create_table(
        "provider_link",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("identity_hash", sa.LargeBinary(), nullable=True),
        sa.Column("keeps_password", sa.Boolean(), nullable=False),
        sa.Column("linked_by", sa.Text(), nullable=False),
        sa.Column("linked_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint("trim(issuer) <> ''", name="issuer"),
        sa.CheckConstraint("trim(subject) <> ''", name="subject"),
        sa.CheckConstraint("(ended_at IS NULL) = (identity_hash IS NOT NULL)", name="ended"),
        sa.PrimaryKeyConstraint("account_id", "id", name="pk_provider_link"),
        sa.UniqueConstraint("identity_hash", name="uq_provider_link_identity_hash"),
    )
    op.create_table(
        "used_sign_in",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("used_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_used_sign_in"),
    )
    permit = (
        "EXISTS (SELECT 1 FROM deletion_permit AS permit WHERE permit.record_type = "
        "'provider_link' AND permit.record_id = OLD.account_id || '/' || OLD.id)"
    )
    for statement in no_delete(op.get_context().dialect.name, "provider_link", unless=permit):
        op.execute(statement)


def downgrade() -> None:
    """Drop it all."""
    op.drop_table("used_sign_in")
    op.drop_table("provider_link")
    for statement in drop_functions(op.get_context().dialect.name, "provider_link"):
        op.execute(statement)
