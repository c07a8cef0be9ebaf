"""Requests of data subjects: taken in, kept to their clock, answered."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import select

from rightplace.errors import BadInputError, NotHeldError, RefusedError
from rightplace.records.database.words import written
from rightplace.records.rights.clock import RequestClock, RequestDays, check_extendable, clock_of
from rightplace.records.rights.tables import OfRequest, SubjectRequest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from rightplace.records.audit.transaction import Reading, Transaction

P = TypeVar("P", bound=OfRequest)
ZONE = "Europe/London"
"""Whose days the law counts."""


class Right(StrEnum):
    """What a data subject may ask (Data Protection Act 2018 ss45-47)."""

    ACCESS = "access"
    RECTIFICATION = "rectification"
    ERASURE = "erasure"
    RESTRICTION = "restriction"


class Outcome(StrEnum):
    """How a request was answered."""

    GRANTED = "granted"
    IN_PART = "granted in part"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestReceived:
    """A request as it came in.

    Parameters
    ----------
    right
        What is asked.
    subject_name, contact
        Who asks, and how they are answered.
    subject_id
        The code by which records name them: an account's id; None while it is not known.
    asked
        In their words.
    received_at
        When, with its zone; the clock counts from that day.
    """

    right: Right
    subject_name: str
    contact: str
    asked: str
    received_at: datetime
    subject_id: str | None = None

    def __post_init__(self) -> None:
        """Check that somebody asks for something; what is missing raises ``UsageError``."""
        written(self.subject_name, what="The name of who asks")
        written(self.contact, what="How they are answered")
        written(self.asked, what="What they ask")


def receive_request(tx: Transaction, received: RequestReceived) -> str:
    """Keep a request; return its id.

    Raises
    ------
    BadInputError
        If it would come in later than now.
    """
    if received.received_at > tx.at:
        msg = f"The request would be received on {received.received_at}, which is to come."
        raise BadInputError(msg, value=received.received_at, remedy="Give the day it came in.")
    clock_of(
        RequestDays(received=_day(received.received_at), is_access=received.right is Right.ACCESS)
    )  # a day before the law was in force is refused
    request = SubjectRequest(
        id=f"sr-{secrets.token_hex(6)}",
        asked_right=received.right.value,
        subject_name=written(received.subject_name, what="The name of who asks"),
        subject_id=(received.subject_id or "").strip() or None,
        contact=written(received.contact, what="How they are answered"),
        asked=written(received.asked, what="What they ask"),
        received_at=received.received_at,
        received_by=tx.actor.id,
    )
    return tx.add(request).id


def ask_identity(tx: Transaction, request_id: str) -> None:
    """Note that the subject was asked to show who they are: the clock waits for it (s52(4)).

    Raises
    ------
    RefusedError
        If they were asked before.
    """
    request = open_request(tx, request_id)
    if request.identity_asked_at is not None:
        msg = "They were asked before to show who they are."
        raise RefusedError(msg, value=request_id, remedy="Note when they have shown it.")
    request.identity_asked_at = tx.at
    tx.session.flush()


def confirm_identity(tx: Transaction, request_id: str, *, subject_id: str) -> None:
    """Note that it is known who asks, and by which code records name them.

    The clock begins with that day, if they had been asked.
    """
    request = open_request(tx, request_id)
    request.subject_id = written(subject_id, what="The id by which records name them")
    if request.identity_asked_at is not None and request.identity_shown_at is None:
        request.identity_shown_at = tx.at
    tx.session.flush()


def ask_more(tx: Transaction, request_id: str) -> None:
    """Note that the subject was asked which information they mean: the clock stands still.

    Raises
    ------
    RefusedError
        If it is no request for access, or they were asked before.
    """
    request = open_request(tx, request_id)
    if request.asked_right != Right.ACCESS or request.more_asked_at is not None:
        msg = "Only once, and only for access, may be asked what is meant (s54(3C))."
        raise RefusedError(msg, value=request_id, remedy="Answer what can be answered.")
    request.more_asked_at = tx.at
    tx.session.flush()


def note_more(tx: Transaction, request_id: str) -> None:
    """Note that the subject said which information they mean: the clock goes on.

    Raises
    ------
    RefusedError
        If they were not asked, or said it before.
    """
    request = open_request(tx, request_id)
    if request.more_asked_at is None or request.more_told_at is not None:
        msg = "Nothing was asked that waits for their word."
        raise RefusedError(msg, value=request_id, remedy="See the days of the request.")
    request.more_told_at = tx.at
    tx.session.flush()


def extend(tx: Transaction, request_id: str, *, reason: str) -> None:
    """Note that the subject had notice of an extension, with its reasons (s54(3A)-(3B)).

    One that comes too late, or that the law does not know, raises ``RefusedError``.
    """
    request = open_request(tx, request_id)
    check_extendable(request_clock(request), today=_day(tx.at))
    request.extension_reason = written(reason, what="The reason of the extension")
    request.extended_at = tx.at
    tx.session.flush()


def request_days(request: SubjectRequest) -> RequestDays:
    """Return the days that the clock of a request counts by."""
    moments = (
        request.identity_asked_at,
        request.identity_shown_at,
        request.more_asked_at,
        request.more_told_at,
    )
    asked, shown, more_asked, more_told = (None if m is None else _day(m) for m in moments)
    return RequestDays(
        received=_day(request.received_at),
        is_access=request.asked_right == Right.ACCESS,
        identity_asked=asked,
        identity_shown=shown,
        more_asked=more_asked,
        more_told=more_told,
        is_extended=request.extended_at is not None,
    )


def request_clock(request: SubjectRequest) -> RequestClock:
    """Return the clock of a request."""
    return clock_of(request_days(request))


def open_request(quiet: Reading, request_id: str) -> SubjectRequest:
    """Return a request that was not answered, for a check.

    Raises
    ------
    NotHeldError
        If there is none.
    """
    request = quiet.unshown_one(SubjectRequest, request_id)
    if request is None or request.answered_at is not None:
        msg = f"No request {request_id!r} waits for its answer."
        raise NotHeldError(msg, value=request_id, remedy="See the list of requests.")
    return request


def requests(tx: Transaction) -> Sequence[SubjectRequest]:
    """Return every request, the newest first, to be shown."""
    order = SubjectRequest.received_at.desc(), SubjectRequest.id
    return tx.view(select(SubjectRequest).order_by(*order))


def parts_of_request(quiet: Reading, model: type[P], request_id: str) -> Sequence[P]:
    """Return a request's rows of a model, for a check."""
    return quiet.unshown(select(model).where(model.request_id == request_id).order_by(model.id))


def _day(moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(ZONE)).date()
