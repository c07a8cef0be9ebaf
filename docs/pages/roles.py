"""Roles: what each may do in the service, from the table that permission is judged by."""

from __future__ import annotations

from docs import markdown
from rightplace.records.accounts.roles import (
    GRANTED_BY_TWO,
    MAY,
    NOT_BY_BREAK_GLASS,
    SECOND_PERSON,
    Permission,
    Role,
)

INTRODUCTION = """\
Somebody may do what a role in force grants for the place that it is about: the whole study area,
a BCU or a borough. Whatever no role grants is refused, on pages and in the interface for programs
alike. Two boroughs do not add up to their BCU."""


def page() -> str:
    """Return the page: each role with what it may do, and what takes two people."""
    rows = [(role.value.capitalize(), _words(MAY[role])) for role in Role]
    return markdown.page(
        "Roles",
        INTRODUCTION,
        markdown.table(("role", "may"), rows),
        "## What takes two people",
        f"Together: {_words(SECOND_PERSON)}. Granted by one and approved by another: "
        f"{', '.join(sorted(role.value for role in GRANTED_BY_TWO))}.",
        "## What nobody does by break-glass",
        f"{_words(NOT_BY_BREAK_GLASS).capitalize()}.",
    )


def _words(permissions: frozenset[Permission]) -> str:
    return ", ".join(each.value.replace("-", " ") for each in Permission if each in permissions)
