"""Who acts, and what is done to a record: the words of the audit chain."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rightplace.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A person, or a job of the machine, who acts.

    Parameters
    ----------
    id
        Lasting identity, which stands in the open in the audit chain: a code, never a name.
    name
        As shown to people; in the audit chain it is sealed.
    by
        By what they act if not in person, as ``token 1a2b``: each purpose then says so.

    Raises
    ------
    UsageError
        If either is empty.
    """

    id: str
    name: str
    by: str = ""

    def said(self, purpose: str) -> str:
        """Return a purpose as the audit chain keeps it: with that by which they act."""
        return f"{purpose} By {self.by}." if self.by else purpose

    def __post_init__(self) -> None:
        """Check that somebody is named.

        Raises
        ------
        UsageError
            If id or name is empty.
        """
        if not self.id.strip() or not self.name.strip():
            msg = "Nobody is named who acts."
            raise UsageError(msg, value=self.id, remedy="Give an id and a name.")


class Operation(StrEnum):
    """What is done. The first six are those of the Data Protection Act 2018, section 62(1)."""

    COLLECTION = "collection"
    ALTERATION = "alteration"
    CONSULTATION = "consultation"
    DISCLOSURE = "disclosure"
    COMBINATION = "combination"
    ERASURE = "erasure"
    LOG_IN = "log-in"
    LOG_OUT = "log-out"
    LOG_IN_REFUSED = "log-in-refused"
    REFUSAL = "refusal"
    MAINTENANCE = "maintenance"
    """Backup, restore, migration, pruning of the chain itself."""


STATUTORY = (
    Operation.COLLECTION,
    Operation.ALTERATION,
    Operation.CONSULTATION,
    Operation.DISCLOSURE,
    Operation.COMBINATION,
    Operation.ERASURE,
)
