"""Routes of requests of data subjects: taken in, worked on, answered, the copy handed over."""

from __future__ import annotations

import json
from datetime import datetime, time
from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from rightplace.app.accountability.requests import (
    erase_for_request,
    list_requests,
    read_copy,
    read_request,
    take_in,
    work_on_request,
)
from rightplace.core.canonical import plain
from rightplace.errors import BadInputError, NotHeldError, RightplaceError
from rightplace.records.rights import changing, requests
from rightplace.records.rights.answering import answer_request
from rightplace.records.rights.recipients import note_told
from rightplace.records.rights.redaction import Ruling, rule
from rightplace.web.accountability import HERE, day_of, office_of
from rightplace.web.pages import render
from rightplace.web.typed import Typed, failed_form, new_form, sent_fields

if TYPE_CHECKING:
    from collections.abc import Callable

    from rightplace.records.audit.transaction import Transaction

router = APIRouter(default_response_class=Response)
ADDRESS = "/accountability/requests"


@router.get(ADDRESS)
def listed(request: Request) -> Response:
    """Show every request, with the form to take one in."""
    return _list(request, new_form(request))


def _list(request: Request, form: Typed, *, status: int = 200) -> Response:
    lines = list_requests(office_of(request))
    return render(
        request,
        "accountability_requests.html.j2",
        status=status,
        lines=lines,
        rights=[(each.value, each.value.capitalize()) for each in requests.Right],
        form=form,
        here=HERE,
    )


@router.post(ADDRESS)
async def receive(request: Request) -> Response:
    """Take a request in and go to it."""
    return await run_in_threadpool(_receive, request, await sent_fields(request))


def _receive(request: Request, fields: dict[str, str]) -> Response:
    office = office_of(request)
    try:
        day = day_of(fields.get("received", ""), what="The day it came in")
        at = office.at if day == office.today else datetime.combine(day, time(12), office.zone)
        request_id = take_in(
            office,
            requests.RequestReceived(
                right=_right(fields),
                subject_name=fields.get("subject_name", ""),
                contact=fields.get("contact", ""),
                asked=fields.get("asked", ""),
                received_at=at,
                subject_id=fields.get("subject_id") or None,
            ),
        )
    except RightplaceError as error:
        return _list(request, failed_form(fields, error, at_field="subject_name"), status=422)
    return RedirectResponse(f"{ADDRESS}/{quote(request_id)}", status_code=303)


def _right(fields: dict[str, str]) -> requests.Right:
    """Return the right that a form chose.

    Raises
    ------
    BadInputError
        If it chose none.
    """
    chosen = fields.get("right", "")
    if chosen not in set(requests.Right):
        msg = "There is no such right."
        raise BadInputError(msg, value=chosen, remedy="Choose one of the four.")
    return requests.Right(chosen)


@router.get(ADDRESS + "/{request_id}")
def one(request: Request, request_id: str) -> Response:
    """Show one request with what may be done for it."""
    return _one(request, request_id, new_form(request))


def _one(request: Request, request_id: str, form: Typed, *, status: int = 200) -> Response:
    page = read_request(office_of(request), request_id)
    return render(
        request,
        "accountability_request.html.j2",
        status=status,
        page=page,
        form=form,
        blank=Typed(token=form.token),
        outcomes=[(each.value, each.value.capitalize()) for each in requests.Outcome],
        rectifiable=[(each, each) for each in changing.RECTIFIABLE["account"]],
        here=HERE,
    )


@router.get(ADDRESS + "/{request_id}/copy")
def prepared(request: Request, request_id: str) -> Response:
    """Show the copy as it would be handed over; each record is written down as looked at."""
    copy = read_copy(office_of(request), request_id, hand_over=False)
    form = new_form(request)
    return render(request, "accountability_copy.html.j2", copy=copy, form=form, here=HERE)


@router.post(ADDRESS + "/{request_id}/{act}")
async def work(request: Request, request_id: str, act: str) -> Response:
    """Do one act to a request, and show it again; or hand its copy over."""
    fields = await sent_fields(request)
    return await run_in_threadpool(_work, request, request_id, act, fields)


def _work(request: Request, request_id: str, act: str, fields: dict[str, str]) -> Response:
    """Do one act to a request.

    Raises
    ------
    BadInputError
        If there is no such act.
    NotHeldError
        If no such request waits for its answer.
    """
    office = office_of(request)
    if act in {"copy.json", "copy.html"}:
        return _handed(request, request_id, form=act)
    try:
        if act == "approve-erasure":
            erase_for_request(office, request_id, fields.get("id", ""))
        else:
            change = _acts(request_id, fields).get(act)
            if change is None:
                msg = f"Nothing is done to a request by {act!r}."
                raise BadInputError(msg, value=act, remedy="Use the page of the request.")
            work_on_request(office, change)
    except NotHeldError as error:
        if not fields.get("record_id"):
            raise
        return _one(request, request_id, failed_form(fields, error, at_field=act), status=422)
    except RightplaceError as error:
        return _one(request, request_id, failed_form(fields, error, at_field=act), status=422)
    return RedirectResponse(f"{ADDRESS}/{quote(request_id)}", status_code=303)


def _acts(request_id: str, fields: dict[str, str]) -> dict[str, Callable[[Transaction], object]]:
    """Return what each address below a request does."""
    reason, record = fields.get("reason", ""), {
        "record_type": fields.get("record_type", ""),
        "record_id": fields.get("record_id", "").strip(),
    }  # fmt: skip
    return {
        "ask-identity": lambda tx: requests.ask_identity(tx, request_id),
        "confirm-identity": lambda tx: requests.confirm_identity(tx, request_id, subject_id=reason),
        "ask-more": lambda tx: requests.ask_more(tx, request_id),
        "note-more": lambda tx: requests.note_more(tx, request_id),
        "extend": lambda tx: requests.extend(tx, request_id, reason=reason),
        "rule": lambda tx: rule(tx, request_id, _ruling(fields)),
        "rectify": lambda tx: changing.rectify(
            tx, request_id, field=fields.get("field", ""), value=reason
        ),
        "told": lambda tx: note_told(
            tx, request_id, recipient=fields.get("recipient", ""), told_what=reason
        ),
        "restrict": lambda tx: changing.restrict(tx, request_id, **record, reason=reason),
        "lift": lambda tx: changing.lift_restriction(tx, fields.get("id", ""), reason=reason),
        "erase": lambda tx: changing.propose_erasure(tx, request_id, **record, grounds=reason),
        "answer": lambda tx: answer_request(
            tx, request_id, outcome=_outcome(fields), answer=reason
        ),
    }


def _outcome(fields: dict[str, str]) -> requests.Outcome:
    """Return the outcome that a form chose.

    Raises
    ------
    BadInputError
        If it chose none.
    """
    chosen = fields.get("outcome", "")
    if chosen not in set(requests.Outcome):
        msg = "There is no such outcome."
        raise BadInputError(msg, value=chosen, remedy="Choose one of the three.")
    return requests.Outcome(chosen)


def _ruling(fields: dict[str, str]) -> Ruling:
    """Return the ruling that a form asks for."""
    return Ruling(
        record_type=fields.get("record_type", ""),
        field=fields.get("field", ""),
        record_id=fields.get("record_id", "").strip() or None,
        is_shown=fields.get("shown") == "yes",
        reason=fields.get("reason", ""),
    )


def _handed(request: Request, request_id: str, *, form: str) -> Response:
    """Send the copy as a file; each record is written down as given to its subject."""
    copy = read_copy(office_of(request), request_id, hand_over=True)
    if form == "copy.json":
        text = json.dumps(plain(copy), ensure_ascii=False, indent=2)
        media = "application/json"
    else:
        page = render(request, "accountability_copy_file.html.j2", copy=copy)
        text, media = bytes(page.body).decode(), "text/html"
    name = f"copy-{request_id}.{form.rpartition('.')[2]}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type=media, headers=headers)
