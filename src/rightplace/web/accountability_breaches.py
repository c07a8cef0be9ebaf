"""Routes of the log of breaches: recorded, assessed, told or not told, closed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from rightplace.app.accountability.breaches import (
    assessed,
    change_breach,
    commissioner_told,
    keep_breach,
    list_breaches,
    read_breach,
)
from rightplace.errors import BadInputError, RightplaceError
from rightplace.records.breaches import log
from rightplace.web.accountability import HERE, office_of
from rightplace.web.pages import render
from rightplace.web.typed import Typed, failed_form, new_form, sent_fields

if TYPE_CHECKING:
    from collections.abc import Callable

    from rightplace.app.accountability.office import Office
    from rightplace.records.audit.transaction import Transaction

router = APIRouter(default_response_class=Response)
ADDRESS = "/accountability/breaches"
LIKELIHOODS = (
    ("", "Choose"),
    ("unlikely", "A risk to people is unlikely"),
    ("risk", "A risk to people is likely"),
    ("high risk", "A high risk to people is likely"),
)


def moment_of(fields: dict[str, str], office: Office, *, what: str) -> datetime:
    """Return the moment that was typed as day and hour of the local clock.

    Raises
    ------
    BadInputError
        If it is none.
    """
    day, hour = fields.get("day", ""), fields.get("time", "")
    try:
        return datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=office.zone)
    except ValueError as error:
        msg = f"{what} is missing or no time."
        raise BadInputError(msg, value=f"{day} {hour}", remedy="Give day and time.") from error


@router.get(ADDRESS)
def listed(request: Request) -> Response:
    """Show the log of breaches, with the form to record one."""
    return _list(request, new_form(request))


def _list(request: Request, form: Typed, *, status: int = 200) -> Response:
    lines = list_breaches(office_of(request))
    return render(
        request,
        "accountability_breaches.html.j2",
        status=status,
        lines=lines,
        form=form,
        here=HERE,
    )


@router.post(ADDRESS)
async def record(request: Request) -> Response:
    """Record a breach and go to it."""
    return await run_in_threadpool(_record, request, await sent_fields(request))


def _record(request: Request, fields: dict[str, str]) -> Response:
    office = office_of(request)
    try:
        affected = fields.get("people_affected", "").strip()
        found = log.BreachFound(
            what=fields.get("what", ""),
            happened=fields.get("happened", ""),
            aware_at=moment_of(fields, office, what="When it became known"),
            effects=fields.get("effects", ""),
            action=fields.get("action", ""),
            people_affected=_number(affected) if affected else None,
        )
        breach_id = keep_breach(office, found)
    except RightplaceError as error:
        return _list(request, failed_form(fields, error, at_field="what"), status=422)
    return RedirectResponse(f"{ADDRESS}/{quote(breach_id)}", status_code=303)


def _number(text: str) -> int:
    """Return a whole number of people.

    Raises
    ------
    BadInputError
        If it is none.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= 9):  # noqa: PLR2004 - digits that a column holds
        msg = f"{text!r} is no number of people."
        raise BadInputError(msg, value=text, remedy="Give digits alone, or leave it empty.")
    return int(text)


@router.get(ADDRESS + "/{breach_id}")
def one(request: Request, breach_id: str) -> Response:
    """Show one breach with what is left to do."""
    return _one(request, breach_id, new_form(request))


def _one(request: Request, breach_id: str, form: Typed, *, status: int = 200) -> Response:
    page = read_breach(office_of(request), breach_id)
    return render(
        request,
        "accountability_breach.html.j2",
        status=status,
        page=page,
        form=form,
        blank=Typed(token=form.token),
        likelihoods=LIKELIHOODS,
        here=HERE,
    )


@router.post(ADDRESS + "/{breach_id}/{act}")
async def work(request: Request, breach_id: str, act: str) -> Response:
    """Do one act to a breach, and show it again."""
    fields = await sent_fields(request)
    return await run_in_threadpool(_work, request, breach_id, act, fields)


def _work(request: Request, breach_id: str, act: str, fields: dict[str, str]) -> Response:
    office = office_of(request)
    try:
        change_breach(office, _change(breach_id, act, fields, office))
    except RightplaceError as error:
        return _one(request, breach_id, failed_form(fields, error, at_field=act), status=422)
    return RedirectResponse(f"{ADDRESS}/{quote(breach_id)}", status_code=303)


def _change(
    breach_id: str, act: str, fields: dict[str, str], office: Office
) -> Callable[[Transaction], None]:
    """Return what an address below a breach does.

    Raises
    ------
    BadInputError
        If it does nothing.
    """
    reason = fields.get("reason", "")
    if act == "assess":
        return assessed(breach_id, likelihood=fields.get("likelihood", ""), assessment=reason)
    if act == "tell-ico":
        return commissioner_told(
            breach_id,
            told_at=moment_of(fields, office, what="When they were told"),
            reference=fields.get("reference", ""),
            late_reason=reason,
        )
    if act == "tell-people":
        at = moment_of(fields, office, what="When they were told")
        return lambda tx: log.tell_subjects(tx, breach_id, told_at=at, how=reason)
    acts: dict[str, Callable[[Transaction], None]] = {
        "leave-ico": lambda tx: log.leave_commissioner_untold(tx, breach_id, reason=reason),
        "leave-people": lambda tx: log.leave_subjects_untold(tx, breach_id, reason=reason),
        "close": lambda tx: log.close_breach(tx, breach_id),
    }
    if act not in acts:
        msg = f"Nothing is done to a breach by {act!r}."
        raise BadInputError(msg, value=act, remedy="Use the page of the breach.")
    return acts[act]
