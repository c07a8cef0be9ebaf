"""Putting an approved effect size into force as a job: checked ids, and their command line.

Who approves, as what, from when and why stays in the record of the decision; the job names it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from rightplace.errors import BadInputError
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from rightplace.app.workspace import Workspace

PROPOSAL_ID = re.compile(r"u-[0-9a-f]{12}")
DECISION_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveEffectAsked:
    """An effect size that somebody approved in the service, to be read by plans."""

    verb: ClassVar[Literal["approve-effect"]] = "approve-effect"
    permission: ClassVar[Permission] = Permission.APPROVE_EFFECT
    decision_id: str
    proposal_id: str

    def __post_init__(self) -> None:
        """Check each value.

        Raises
        ------
        BadInputError
            If an id is of no proposal or decision.
        """
        for pattern, value in ((PROPOSAL_ID, self.proposal_id), (DECISION_ID, self.decision_id)):
            if pattern.fullmatch(value) is None:
                msg = "That is no id of a proposal or a decision on one."
                raise BadInputError(msg, value=value, remedy="Start from a published proposal.")

    def words(self, workspace: Workspace) -> list[str]:
        """Return the verb with its argument."""
        del workspace
        return ["evaluate effect carry", self.decision_id]
