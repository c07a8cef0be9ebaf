"""A look ahead at detective units as a job: a setup of the inbox, and its command line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from rightplace.app.service.jobs_inbox import inbox_path
from rightplace.errors import BadInputError
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from rightplace.app.workspace import Workspace

MOST_YEARS: Final = 5
MOST_FUTURES: Final = 1_000
"""What a form lets one ask for at once; a choice of ours. The command line takes more."""
LEAST_FUTURES: Final = 20
"""Fewer give hardly an interval; a choice of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectivesAsked:
    """Units of a setup to look ahead at, as they are and under every what-if of it."""

    verb: ClassVar[Literal["detectives"]] = "detectives"
    permission: ClassVar[Permission] = Permission.RUN_JOBS
    setup: str
    years: int = 1
    futures: int = 200

    def __post_init__(self) -> None:
        """Check each value.

        Raises
        ------
        BadInputError
            If one cannot be.
        """
        fine = {
            "setup": bool(self.setup) and self.setup.isprintable() and "/" not in self.setup,
            "years": 1 <= self.years <= MOST_YEARS,
            "futures": LEAST_FUTURES <= self.futures <= MOST_FUTURES,
        }
        for name, is_fine in fine.items():
            if not is_fine:
                msg = f"{name} cannot be so."
                remedy = (
                    f"Name a file of the inbox; look 1 to {MOST_YEARS} years ahead, with "
                    f"{LEAST_FUTURES} to {MOST_FUTURES} futures."
                )
                raise BadInputError(msg, value=str(getattr(self, name)), remedy=remedy)

    def words(self, workspace: Workspace) -> list[str]:
        """Return the verb with the setup; a file that has left the inbox is not held."""
        return [
            *("detectives simulate", "--years", str(self.years)),
            *("--replications", str(self.futures)),
            *("--", str(inbox_path(workspace, self.setup))),
        ]
