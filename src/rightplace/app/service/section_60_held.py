"""One section 60 authorisation as somebody may see it, and who they are as an officer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NoReturn

from rightplace.errors import NotHeldError, RefusedError
from rightplace.powers.ranks import RankKind
from rightplace.powers.section_60.happened import Officer
from rightplace.powers.section_60.history import Drafted, LocalityChosen, Published
from rightplace.records.accounts.roles import MAY, Permission

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.powers.section_60.history import History
    from rightplace.records.audit.transaction import Reading, Transaction

IN_PART = frozenset({Permission.SEE_SECTION_60, Permission.DRAFT_SECTION_60})
"""What a role for one borough that the locality touches is enough for; more needs the BCU."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One authorisation with all that happened to it.

    Parameters
    ----------
    reference
        Its reference.
    history
        At least its first draft.
    """

    reference: str
    history: History

    @property
    def drafted(self) -> Drafted:
        """Its first draft: by whom, for which force and BCU."""
        first = self.history[0]
        if not isinstance(first, Drafted):
            _refuse_unknown(self.reference)
        return first

    @property
    def bcu(self) -> str:
        """BCU that it is for."""
        return self.drafted.bcu

    @property
    def boroughs(self) -> tuple[str, ...]:
        """Boroughs that its locality touches; none before one is chosen."""
        chosen = [each for each in self.history if isinstance(each, LocalityChosen)]
        return chosen[-1].boroughs if chosen else ()

    @property
    def is_published(self) -> bool:
        """Whether its review was published."""
        return any(isinstance(each, Published) for each in self.history)


def view_held(
    tx: Transaction,
    reference: str,
    *,
    person: Person,
    permission: Permission = Permission.SEE_SECTION_60,
) -> Held:
    """Return an authorisation that will be shown; the look is written in the audit chain.

    Parameters
    ----------
    tx
        The transaction in which it is shown.
    reference
        Which.
    person
        Who looks: their role must let them, where it is.
    permission
        What they are about to do with it.
    """
    from rightplace.records.section_60.log import view_history

    checked_held(tx, reference, person=person, permission=permission)
    return Held(reference=reference, history=view_history(tx, reference))


def checked_held(quiet: Reading, reference: str, *, person: Person, permission: Permission) -> Held:
    """Return an authorisation for a check, to whoever may do something with it.

    Where there is none that they may know of, that raises ``NotHeldError``: the scrutiny panel
    knows of those that are published.

    Parameters
    ----------
    quiet
        A look, or the transaction that changes it.
    reference
        Which.
    person
        Who asks.
    permission
        What they are about to do with it.

    Raises
    ------
    RefusedError
        If their role does not grant it, or not there.
    """
    from rightplace.records.section_60.log import history_of

    person.check(permission)
    history = history_of(quiet, reference)
    if not history:
        _refuse_unknown(reference)
    held = Held(reference=reference, history=history)
    if not may(person, Permission.SEE_SECTION_60, held) or not knows_of(person, held):
        if person.allowed(Permission.SEE_SECTION_60, bcu=held.bcu):
            _refuse_unknown(reference)
        msg = f"{reference} is not in your area ({person.area_words})."
        raise RefusedError(msg, value=reference, remedy="Ask somebody whose area it is.")
    if not may(person, permission, held):
        msg = f"Your roles ({person.role}) do not include {permission.value!r} for {held.bcu}."
        raise RefusedError(msg, value=permission.value, remedy="Ask somebody whose task it is.")
    return held


def may(person: Person, permission: Permission, held: Held) -> bool:
    """Whether somebody may do something with an authorisation, whoever began it among them."""
    if person.allowed(permission, bcu=held.bcu):
        return True
    if permission not in IN_PART:
        return False
    began = held.drafted.by.id == person.actor.id and person.may(permission)
    return began or any(
        person.allowed(permission, bcu=held.bcu, borough=borough) for borough in held.boroughs
    )


def knows_of(person: Person, held: Held) -> bool:
    """Whether somebody may know that there is such an authorisation."""
    return held.is_published or may(as_officer(person), Permission.SEE_SECTION_60, held)


def check_not_panel(person: Person, held: Held) -> None:
    """Check that somebody may see all of it: the panel sees what is published of it.

    Raises
    ------
    RefusedError
        If they may see it as a panel member alone.
    """
    if not may(as_officer(person), Permission.SEE_SECTION_60, held):
        msg = f"The panel sees what is published of {held.reference}."
        remedy = f"Go to /section-60/{held.reference}/publication."
        raise RefusedError(msg, value=held.reference, remedy=remedy)


def as_officer(person: Person) -> Person:
    """Return somebody without what they may see as a panel member alone."""
    grants = tuple(
        each for each in person.standing.grants if Permission.SCRUTINISE not in MAY[each.role]
    )
    return replace(person, standing=replace(person.standing, grants=grants))


def officer_of(
    quiet: Reading,
    person: Person,
    *,
    at: datetime,
    counting: Collection[RankKind] = frozenset(RankKind),
    number: str = "",
) -> Officer:
    """Return somebody as the log names them, with the rank recorded for that moment.

    Parameters
    ----------
    quiet
        A look, or the transaction in which they act.
    person
        Who.
    at
        The moment.
    counting
        Kinds of rank that count; where none is held by them, the highest held at all is named.
    number
        As on the written authority.
    """
    from rightplace.records.accounts.ranks import ranks_of

    held = [
        each
        for each in ranks_of(quiet, person.actor.id)
        if each.from_at <= at and (each.until_at is None or at < each.until_at)
    ]
    best = max(held, key=lambda each: (each.kind in counting, each.rank.height), default=None)
    return Officer(
        id=person.actor.id,
        name=person.actor.name,
        number=number,
        rank=None if best is None else best.rank,
        kind=None if best is None else best.kind,
    )


def _refuse_unknown(reference: str) -> NoReturn:
    """Refuse an authorisation that is not there, or of which somebody may not know.

    Raises
    ------
    NotHeldError
        Always.
    """
    msg = f"No section 60 authorisation has the reference {reference!r}."
    raise NotHeldError(msg, value=reference, remedy="Check the reference.")
