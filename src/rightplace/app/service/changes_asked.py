"""A changed plan as a job: checked values, and the command line that they make.

Why it is changed stays in the record of the change; the job and the run name that record.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from rightplace.app.changed.changes import Changes
from rightplace.errors import BadInputError
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from rightplace.app.workspace import Workspace

PLAN_ID = re.compile(r"p-[0-9a-f]{12}")
CHANGE_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedPlanAsked:
    """A published plan to change and make anew."""

    verb: ClassVar[Literal["plan"]] = "plan"
    permission: ClassVar[Permission] = Permission.CHANGE_PLAN
    change_id: str
    plan_id: str
    by: str
    left_out: tuple[str, ...] = ()
    wanted: tuple[tuple[str, int], ...] = ()
    without: tuple[str, ...] = ()
    minutes: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        """Check each value.

        Raises
        ------
        BadInputError
            If an id is of no plan or change; changes that cannot be meant raise ``UsageError``.
        """
        for pattern, value in ((PLAN_ID, self.plan_id), (CHANGE_ID, self.change_id)):
            if pattern.fullmatch(value) is None:
                msg = "That is no id of a plan or a change."
                raise BadInputError(msg, value=value, remedy="Start from a published plan.")
        self.changes()

    def changes(self) -> Changes:
        """Return what is changed."""
        return Changes(
            left_out=self.left_out,
            wanted=self.wanted,
            without=self.without,
            minutes=self.minutes,
        )

    def words(self, workspace: Workspace) -> list[str]:
        """Return the verb with its options, one word each; a value follows its option by ``=``."""
        del workspace
        return [
            *("change", self.plan_id),
            *(f"--leave-out={cell}" for cell in self.left_out),
            *(f"--want={cell}={visits}" for cell, visits in self.wanted),
            *(f"--without={crew}" for crew in self.without),
            *(f"--shorten={crew}={minutes}" for crew, minutes in self.minutes),
            f"--reason=Change {self.change_id} of the service",
            f"--by={self.by}",
        ]
