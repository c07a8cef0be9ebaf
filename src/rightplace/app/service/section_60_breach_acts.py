"""Use case: do something about a breach of section 60: own it, note a remedy, decide on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.app.service.section_60_breaches import breach_by_id
from rightplace.app.service.section_60_held import officer_of
from rightplace.errors import BadInputError, RefusedError
from rightplace.powers.section_60.authorisation import authorisation_of
from rightplace.powers.section_60.history import BreachDecided
from rightplace.powers.section_60.states import check_next
from rightplace.records.accounts.roles import Permission
from rightplace.records.power_breaches.acts import Act, Decision, add_act

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.section_60_breaches import BreachLine
    from rightplace.app.service.section_60_rules import Section60Rules
    from rightplace.app.service.shelf import Shelf
    from rightplace.records.audit.transaction import Reading, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachActWanted:
    """Something done about a breach, as a form sends it.

    Parameters
    ----------
    breach_id
        Which.
    act
        ``owned``, ``remedy`` or ``closed``.
    words
        Who owns it, what remedy there is, or why it is closed.
    decision
        Of a closing.
    form_id
        Of the form.
    """

    breach_id: str
    act: str
    words: str
    decision: str
    form_id: str


def act_on_breach(
    shelf: Shelf, wanted: BreachActWanted, *, person: Person, at: datetime, rules: Section60Rules
) -> None:
    """Keep what was done about a breach; a decision stands in the authorisation's log too.

    Parameters
    ----------
    shelf, person, at, rules
        As in ``list_breaches``.
    wanted
        The form; of a breach of what one gave or extended oneself, another decides.

    Raises
    ------
    BadInputError
        If there is no such act, or no decision is chosen for a closing.
    """
    from rightplace.records.audit.transaction import transaction

    if wanted.act not in set(Act):
        msg = f"Nothing called {wanted.act!r} is done about a breach."
        raise BadInputError(msg, value=wanted.act, remedy="Start from the register.")
    decision = None
    if wanted.act == Act.CLOSED:
        if wanted.decision not in set(Decision):
            msg = "No decision is chosen."
            raise BadInputError(msg, value=wanted.decision, remedy="Choose what follows.")
        decision = Decision(wanted.decision)
    person.check(Permission.EXTEND_SECTION_60)
    purpose = "Act on a breach of section 60."
    with transaction(shelf.database, person.actor, purpose=purpose, at=at) as tx:
        line = breach_by_id(tx, wanted.breach_id, person=person, at=at, rules=rules)
        if decision is not None:
            _check_not_own(tx, line, person)
        add_act(
            tx,
            line.named,
            Act(wanted.act),
            words=wanted.words,
            decision=decision,
            form_id=wanted.form_id,
        )
        if decision is not None and line.authorisation and line.is_open:
            _note_in_log(tx, line, f"{decision}: {wanted.words}", person=person, at=at)


def _check_not_own(quiet: Reading, line: BreachLine, person: Person) -> None:
    """Check that nobody decides on a breach of what they gave or extended themselves.

    Raises
    ------
    RefusedError
        If they did.
    """
    from rightplace.records.section_60.log import history_of

    view = authorisation_of(history_of(quiet, line.authorisation))
    acted = [each.by.id for each in (view.given, *view.extensions) if each is not None]
    if person.actor.id in acted and not line.search:
        msg = "You gave or extended this authorisation, so another decides on its breaches."
        raise RefusedError(msg, value=line.id, remedy="Ask another superintendent.")


def _note_in_log(
    tx: Transaction, line: BreachLine, decision: str, *, person: Person, at: datetime
) -> None:
    """Enter a decision in the log of the authorisation that it is about, where there is one."""
    from rightplace.records.section_60.log import append, history_of

    history = history_of(tx, line.authorisation)
    if not history:
        return
    event = BreachDecided(
        at=at,
        entered_at=at,
        by=officer_of(tx, person, at=at),
        provision=line.provision,
        finding=line.finding,
        search=line.search,
        decision=decision,
    )
    check_next(history, event)
    append(tx, line.authorisation, event)
