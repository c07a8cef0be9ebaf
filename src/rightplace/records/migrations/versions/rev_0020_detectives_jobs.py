"""Jobs may look ahead at detective units too."""

from __future__ import annotations

from rightplace.records.migrations.versions import rev_0018_evaluate_jobs as jobs
from rightplace.records.migrations.versions.rev_0019_effect_decisions import VERBS as BEFORE

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

AFTER = f"{BEFORE.removesuffix(')')}, 'detectives')"


def upgrade() -> None:
    """Take jobs that look ahead at detective units."""
    jobs.allow_verbs(AFTER)


def downgrade() -> None:
    """Take them no more; where one was asked for already, the database refuses to go back."""
    jobs.allow_verbs(BEFORE)
