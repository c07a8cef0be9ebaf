"""Use cases of a draft: begin it, look at it, keep an answer; several people may go on with one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.app.service.own_area import check_own_bcu, own_bcus
from rightplace.app.service.section_60_draft_answers import Answers, answers_of
from rightplace.app.service.section_60_draft_typed import Typed60
from rightplace.app.service.section_60_held import checked_held, officer_of, view_held
from rightplace.errors import NotHeldError, RefusedError
from rightplace.powers.section_60.history import Drafted
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.section_60_held import Held
    from rightplace.app.service.shelf import PublishedArea, Shelf
    from rightplace.powers.section_60.happened import Happened
    from rightplace.records.audit.transaction import Transaction

PURPOSE = "Draft a section 60 authorisation."
FORCES = {
    "metropolitan": "Metropolitan Police Service",
    "city-of-london": "City of London Police",
}
"""Forces that a draft can be for, as records of searches name them. The British Transport Police is
left out: its localities are railway places, section 60(9A)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A page of a draft as it was sent.

    Parameters
    ----------
    reference
        Of the draft; empty before it is begun.
    fields
        What was typed.
    form_id
        Of the form: what is sent twice is kept once.
    at
        The time now.
    """

    reference: str = ""
    fields: Mapping[str, str]
    form_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What came of a page that was sent: the draft's reference, or what is wrong by field."""

    reference: str
    faults: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A draft that is shown.

    Parameters
    ----------
    reference
        Of the authorisation.
    force, force_name, bcu
        Which force (as the law's tables name it, and as people do) and BCU it is for.
    begun_by, begun_at
        Name of who began it, and when.
    answers
        What it says now.
    writers
        Names of everybody who wrote in it.
    """

    reference: str
    force: str
    force_name: str
    bcu: str
    begun_by: str
    begun_at: datetime
    answers: Answers
    writers: tuple[str, ...]


def begin_choices(shelf: Shelf, *, person: Person, at: datetime) -> tuple[str, ...]:
    """Return the BCUs for which somebody may begin a draft.

    Parameters
    ----------
    shelf
        Where the study area is published.
    person
        Who.
    at
        The time now.
    """
    from rightplace.records.audit.transaction import transaction

    person.check(Permission.DRAFT_SECTION_60)
    with transaction(shelf.database, person.actor, purpose=PURPOSE, at=at) as tx:
        return tuple(own_bcus(_area(shelf, tx), person, Permission.DRAFT_SECTION_60))


def begin_draft(shelf: Shelf, sent: Sent, *, person: Person) -> Kept:
    """Begin a draft for a BCU of somebody's own; one of another area is refused.

    Parameters
    ----------
    shelf
        Where it is kept.
    sent
        The form: ``force`` and ``bcu``.
    person
        Who begins it.
    """
    from rightplace.records.audit.transaction import transaction
    from rightplace.records.section_60.log import begin

    person.check(Permission.DRAFT_SECTION_60)
    with transaction(shelf.database, person.actor, purpose=PURPOSE, at=sent.at) as tx:
        area = _area(shelf, tx)
        typed = _typed(tx, sent, person=person)
        bcus = dict.fromkeys((each for each in area.commands if each), "")
        force = typed.chosen("force", FORCES, ask="Choose the force.")
        bcu = typed.chosen("bcu", bcus, ask="Choose the BCU.")
        if typed.faults:
            return Kept(reference="", faults=tuple(typed.faults))
        check_own_bcu(area, person, Permission.DRAFT_SECTION_60, bcu=bcu)
        drafted = Drafted(at=sent.at, entered_at=sent.at, by=typed.by, force=force, bcu=bcu)
        return Kept(reference=begin(tx, drafted, form_id=sent.form_id))


def read_draft(shelf: Shelf, reference: str, *, person: Person, at: datetime) -> Draft:
    """Return a draft that somebody goes on with; the look is written in the audit chain.

    Parameters
    ----------
    shelf
        Where it is kept.
    reference
        Which.
    person
        Who looks; may draft there.
    at
        The time now.
    """
    from rightplace.records.audit.transaction import transaction

    with transaction(shelf.database, person.actor, purpose=PURPOSE, at=at) as tx:
        return viewed_draft(tx, reference, person=person)


def viewed_draft(tx: Transaction, reference: str, *, person: Person) -> Draft:
    """Return a draft that will be shown, in a transaction that looks at more.

    Parameters
    ----------
    tx
        The transaction.
    reference, person
        As in ``read_draft``.
    """
    held = view_held(tx, reference, person=person, permission=Permission.DRAFT_SECTION_60)
    return draft_of(held)


def draft_of(held: Held) -> Draft:
    """Return the draft of an authorisation."""
    first = held.drafted
    return Draft(
        reference=held.reference,
        force=first.force,
        force_name=FORCES.get(first.force, first.force),
        bcu=first.bcu,
        begun_by=first.by.name,
        begun_at=first.at,
        answers=answers_of(held.history),
        writers=tuple(dict.fromkeys(each.by.name for each in held.history)),
    )


def keep_answer(
    shelf: Shelf,
    sent: Sent,
    *,
    person: Person,
    read: Callable[[Typed60, Draft], Happened | None],
) -> Kept:
    """Keep one answer in the log, or return what is wrong with it; nothing is kept of half.

    What was submitted is a draft no more: that is refused.

    Parameters
    ----------
    shelf
        Where the draft is kept.
    sent
        The page as it was sent.
    person
        Who answers; may draft there.
    read
        Reads the fields, notes faults, and returns what is to be kept.
    """
    from rightplace.records.audit.transaction import transaction
    from rightplace.records.section_60.log import append

    with transaction(shelf.database, person.actor, purpose=PURPOSE, at=sent.at) as tx:
        asked = Permission.DRAFT_SECTION_60
        held = checked_held(tx, sent.reference, person=person, permission=asked)
        check_open(draft_of(held))
        typed = _typed(tx, sent, person=person)
        event = read(typed, draft_of(held))
        if typed.faults or event is None:
            return Kept(reference=sent.reference, faults=tuple(typed.faults))
        append(tx, sent.reference, event, form_id=sent.form_id)
    return Kept(reference=sent.reference)


def check_open(draft: Draft) -> None:
    """Check that a draft may still be written in.

    Raises
    ------
    RefusedError
        If it was given to the authorising officer, given or refused.
    """
    if not draft.answers.is_open:
        msg = f"{draft.reference} is a draft no more: it was submitted."
        remedy = "Its page says what came of it. What was missed belongs in a draft of its own."
        raise RefusedError(msg, value=draft.reference, remedy=remedy)


def _typed(tx: Transaction, sent: Sent, *, person: Person) -> Typed60:
    return Typed60(fields=sent.fields, at=sent.at, by=officer_of(tx, person, at=sent.at))


def _area(shelf: Shelf, tx: Transaction) -> PublishedArea:
    area = shelf.newest_area(tx)
    if area is None:
        msg = "No study area is published, so there is no BCU to draft for."
        remedy = "Use the paper form (/section-60/form.pdf) and have it entered later."
        raise NotHeldError(msg, remedy=remedy)
    return area
