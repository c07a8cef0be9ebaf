"""Use cases of requests of data subjects: their clock, what was found, what is handed over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.app.accountability.breaches import counted
from rightplace.app.accountability.office import named, names_of
from rightplace.briefing.stamp import day_in_words
from rightplace.records.accounts.roles import Permission
from rightplace.records.audit.restricted import Restriction
from rightplace.records.rights.changing import approve_erasure
from rightplace.records.rights.copying import SubjectCopy, copy_for_subject
from rightplace.records.rights.recipients import recipients_to_tell
from rightplace.records.rights.requests import (
    RequestReceived,
    parts_of_request,
    receive_request,
    request_clock,
    requests,
)
from rightplace.records.rights.tables import (
    ErasureProposed,
    FieldRuling,
    RecipientTold,
    SubjectRequest,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from rightplace.app.accountability.office import Office
    from rightplace.records.audit.transaction import Transaction

NEAR_DAYS = 7
"""From how many days before its last a request counts as near its clock; a choice of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLine:
    """A request in a list.

    Parameters
    ----------
    due_on
        Last day for the answer, YYYY-MM-DD; empty while the clock waits, or it was answered.
    clock
        How it stands with the clock, in few words.
    until
        Its last day in words; empty where there is none.
    is_urgent
        Whether that day is near, or past.
    """

    id: str
    right: str
    subject: str
    received_at: str
    due_on: str
    clock: str
    until: str
    is_urgent: bool
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureLine:
    """An erasure that was proposed, and whether the person who looks may approve it."""

    id: str
    record: str
    grounds: str
    proposed_by: str
    state: str
    may_approve: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RestrictionLine:
    """A record that is restricted, and why."""

    id: str
    record: str
    reason: str
    placed_at: str
    is_in_force: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPage:
    """One request with all that was done for it.

    Parameters
    ----------
    facts
        Key and value, in words.
    provision
        By which law its clock counts.
    is_known
        Whether it is known who asks, so that something can be found and given.
    waits_for
        What the subject was asked and has not answered: ``identity``, ``more``, or empty.
    can_extend, can_ask_identity, can_ask_more
        What may still be done with the clock.
    rulings
        What a person ruled of fields, in words.
    untold, told
        Recipients who are to be told of a change, and who were.
    """

    line: RequestLine
    facts: tuple[tuple[str, str], ...]
    provision: str
    is_known: bool
    waits_for: str
    can_extend: bool
    can_ask_identity: bool
    can_ask_more: bool
    rulings: tuple[str, ...]
    untold: tuple[str, ...]
    told: tuple[str, ...]
    erasures: tuple[ErasureLine, ...]
    restrictions: tuple[RestrictionLine, ...]


def request_line(request: SubjectRequest, office: Office) -> RequestLine:
    """Return a request as a list shows it."""
    clock = request_clock(request)
    left = clock.days_left(office.today)
    is_open = request.answered_at is None
    if not is_open:
        words = f"{request.outcome} {office.moment(request.answered_at)}"
    elif clock.due_on is None or left is None:
        words = "waits for the person who asked"
    else:
        words = f"{counted(abs(left), 'day')} {'left' if left >= 0 else 'late'}"
    return RequestLine(
        id=request.id,
        right=request.asked_right,
        subject=request.subject_name,
        received_at=office.moment(request.received_at),
        due_on=clock.due_on.isoformat() if is_open and clock.due_on else "",
        clock=words,
        until=f"until {day_in_words(clock.due_on)}" if is_open and clock.due_on else "",
        is_urgent=is_open and left is not None and left <= NEAR_DAYS,
        is_open=is_open,
    )


def list_requests(office: Office) -> tuple[RequestLine, ...]:
    """Return every request, the newest first."""
    with _answering(office, "See the requests of data subjects.") as tx:
        return tuple(request_line(each, office) for each in requests(tx))


def take_in(office: Office, received: RequestReceived) -> str:
    """Keep a request that came in; return its id."""
    with _answering(office, "Take in a request.") as tx:
        return receive_request(tx, received)


def read_request(office: Office, request_id: str) -> RequestPage:
    """Return one request with all that was done for it."""
    with _answering(office, "See a request.") as tx:
        request = tx.view_one(SubjectRequest, request_id)
        told = parts_of_request(tx, RecipientTold, request_id)
        rulings = parts_of_request(tx, FieldRuling, request_id)
        is_change = request.asked_right != "access" and request.answered_at is None
        untold = recipients_to_tell(tx, request) if is_change else ()
        erasures = _erasures(tx, office, request_id)
        restrictions = _restrictions(tx, office, request_id)
    clock = request_clock(request)
    waits_identity = request.identity_asked_at is not None and request.identity_shown_at is None
    waits_more = request.more_asked_at is not None and request.more_told_at is None
    extendable = clock.extendable_until
    return RequestPage(
        line=request_line(request, office),
        facts=_facts(request, office),
        provision=clock.provision,
        is_known=request.subject_id is not None and not waits_identity,
        waits_for="identity" if waits_identity else "more" if waits_more else "",
        can_extend=extendable is not None and office.today <= extendable,
        can_ask_identity=request.identity_asked_at is None,
        can_ask_more=request.asked_right == "access" and request.more_asked_at is None,
        rulings=tuple(_ruling_words(each) for each in rulings),
        untold=untold,
        told=tuple(f"{each.recipient}, {office.moment(each.told_at)}" for each in told),
        erasures=erasures,
        restrictions=restrictions,
    )


def _facts(request: SubjectRequest, office: Office) -> tuple[tuple[str, str], ...]:
    rows = (
        ("Who asks", request.subject_name),
        ("Answered by way of", request.contact),
        ("Named in records as", request.subject_id or "not known yet"),
        ("Asks for", request.asked_right),
        ("In their words", request.asked),
        ("Received", office.moment(request.received_at)),
        ("Asked to show who they are", office.moment(request.identity_asked_at)),
        ("Shown", office.moment(request.identity_shown_at)),
        ("Asked what they mean", office.moment(request.more_asked_at)),
        ("Said", office.moment(request.more_told_at)),
        ("Extended", office.moment(request.extended_at)),
        ("Reason of the extension", request.extension_reason or ""),
        ("Outcome", request.outcome or ""),
        ("Answer", request.answer or ""),
    )
    return tuple(row for row in rows if row[1])


def _ruling_words(ruling: FieldRuling) -> str:
    where = f"{ruling.record_type} {ruling.record_id or '(every one)'}"
    what = "shown" if ruling.is_shown else "withheld"
    return f"{where}, {ruling.field}: {what}. {ruling.reason}"


def _erasures(tx: Transaction, office: Office, request_id: str) -> tuple[ErasureLine, ...]:
    found = parts_of_request(tx, ErasureProposed, request_id)
    names = names_of(tx, {each.proposed_by for each in found})
    me, may = office.person.actor.id, office.may(Permission.ERASE)
    return tuple(
        ErasureLine(
            id=each.id,
            record=f"{each.record_type} {each.record_id}",
            grounds=each.grounds,
            proposed_by=named(each.proposed_by, names),
            state="waits for a second person"
            if each.certificate_id is None
            else f"erased, certificate {each.certificate_id}",
            may_approve=may and each.certificate_id is None and each.proposed_by != me,
        )
        for each in found
    )


def _restrictions(tx: Transaction, office: Office, request_id: str) -> tuple[RestrictionLine, ...]:
    from sqlalchemy import select

    wanted = select(Restriction).where(Restriction.request_id == request_id)
    return tuple(
        RestrictionLine(
            id=each.id,
            record=f"{each.record_type} {each.record_id}",
            reason=each.reason,
            placed_at=office.moment(each.placed_at),
            is_in_force=each.lifted_at is None,
        )
        for each in tx.view(wanted.order_by(Restriction.placed_at, Restriction.id))
    )


def read_copy(office: Office, request_id: str, *, hand_over: bool) -> SubjectCopy:
    """Return what is held about the subject of a request, redacted.

    Parameters
    ----------
    office
        Who looks.
    request_id
        The request.
    hand_over
        Whether it is given to the subject: each record is then written down as disclosed.
    """
    purpose = "Hand a copy to a data subject." if hand_over else "Prepare a copy."
    with _answering(office, purpose) as tx:
        return copy_for_subject(tx, request_id, settings=office.retention, hand_over=hand_over)


def work_on_request(office: Office, change: Callable[[Transaction], object]) -> None:
    """Do one act to a request: one of the functions of ``records.rights``."""
    with _answering(office, "Work on a request.") as tx:
        change(tx)


def erase_for_request(office: Office, request_id: str, erasure_id: str) -> None:
    """Erase, as a second person, what another proposed."""
    office.person.check_everywhere(Permission.ERASE)
    approve_erasure(office.database, office.person.actor, request_id, erasure_id, at=office.at)


def _answering(office: Office, purpose: str) -> AbstractContextManager[Transaction]:
    return office.acting(Permission.ANSWER_SUBJECTS, purpose, answers=True)
