"""How each stored field is handled and how long it is kept: declared on the column itself."""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class Handling(StrEnum):
    """Whom a field is about.

    Open: no person and no tactic. Personal: it tells of a person, staff included. Sensitive: it
    tells where police will or will not be, or what was written in free text.
    """

    OPEN = "open"
    PERSONAL = "personal"
    SENSITIVE = "sensitive"


class Period(StrEnum):
    """Which retention period a field falls under; its length is a setting."""

    LASTING = "lasting"
    """As long as the database itself: heads, keys, migrations."""
    AUDIT = "audit"
    PUBLISHED = "published"
    DECISIONS = "decisions"
    DELIVERY = "delivery"
    CONTROL = "control"
    """Holds, suspensions and certificates of deletion."""
    ACCOUNTS = "accounts"
    RIGHTS = "rights"
    """Requests of data subjects, restrictions, and the log of breaches."""
    JOBS = "jobs"
    POWERS = "powers"
    """Section 60 logs, searches, panel questions and complaints."""


def open_field(period: Period) -> dict[str, Any]:
    """Return what a column says of itself that tells of no person and no tactic."""
    return {"handling": Handling.OPEN, "period": period}


def personal(period: Period) -> dict[str, Any]:
    """Return what a column says of itself that tells of a person."""
    return {"handling": Handling.PERSONAL, "period": period}


def sensitive(period: Period) -> dict[str, Any]:
    """Return what a column says of itself that tells of tactics, or is free text."""
    return {"handling": Handling.SENSITIVE, "period": period}
