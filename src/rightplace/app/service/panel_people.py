"""Who sees the pages of a panel, and for which searches: who scrutinises, and who answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rightplace.errors import RefusedError
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from rightplace.app.service.person import Person
    from rightplace.records.searches.log import SearchKept

OF_PANEL: Final = (Permission.SCRUTINISE, Permission.ANSWER_PANEL)
"""Who sees the panel's pages: who scrutinises, and who answers."""


def check_panel(person: Person) -> None:
    """Check that somebody is of the panel or answers it.

    Raises
    ------
    RefusedError
        If neither.
    """
    if not any(person.may(each) for each in OF_PANEL):
        msg = f"Your roles ({person.role}) neither scrutinise nor answer the panel."
        raise RefusedError(msg, remedy="Ask the administrator, if it is part of your task.")


def in_area(person: Person, kept: SearchKept) -> bool:
    """Whether a search lies in the area of somebody of the panel, or of who answers it."""
    bcu, borough = [kept.facts.bcu or None], [kept.facts.borough or None]
    return any(person.within(each, bcu, borough)[0] for each in OF_PANEL)
