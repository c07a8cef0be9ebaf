"""Routes of partner products: asked for, approved, read, taken away as CSV, ended."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from rightplace.app.partners.public import approve_public_edition
from rightplace.app.partners.reading import product_csv, read_product
from rightplace.app.partners.requests import (
    BASES,
    ask_for_product,
    decide_on_sharing,
    end_sharing,
    read_sharing,
    read_sharings,
)
from rightplace.core.time import Month
from rightplace.errors import BadInputError, NotHeldError, RightplaceError, StaleDataError
from rightplace.records.released.sharing import Basis, Ruling, SharingAsked
from rightplace.web.downloads import csv_file
from rightplace.web.pages import render
from rightplace.web.sessions import session_of
from rightplace.web.typed import Typed, failed_form, new_form, sent_fields

if TYPE_CHECKING:
    from rightplace.web.forms import OpenedForm

router = APIRouter(default_response_class=Response)
HERE = "partners"


@router.get("/partners")
def sharings(request: Request) -> Response:
    """Show what is shared, and the form to ask for more."""
    session_of(request)
    return _list(request, new_form(request))


def _list(request: Request, form: Typed, *, status: int = 200) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    shown = read_sharings(desk.shelf, person=session.person, at=desk.now())
    return render(
        request,
        "partners.html.j2",
        status=status,
        page=shown,
        form=form,
        bases=tuple(BASES.items()),
        longest=_last_day(request).isoformat(),
        here=HERE,
    )


def _last_day(request: Request) -> datetime:
    desk = request.app.state.desk
    return (desk.now() + timedelta(days=desk.sharing.longest_days - 1)).date()  # type: ignore[no-any-return]  # state carries no types


@router.post("/partners/requests")
async def ask(request: Request) -> Response:
    """Keep a request, or show the form again with what is wrong."""
    return await run_in_threadpool(_ask, request, await sent_fields(request))


def _ask(request: Request, fields: dict[str, str]) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    opened: OpenedForm = request.state.form
    at_field = "item"
    try:
        at_field = "from_month"
        from_month = _month(fields.get("from_month", "")).index
        at_field = "to_month"
        to_month = _month(fields.get("to_month", "")).index
        at_field = "purpose"
        asked = SharingAsked(
            id=opened.id,
            item=fields.get("item", ""),
            organisation=fields.get("organisation", ""),
            basis=_basis(fields.get("basis", "")),
            purpose=fields.get("purpose", ""),
            borough=fields.get("borough", ""),
            from_month=from_month,
            to_month=to_month,
        )
        at_field = "item"
        ask_for_product(desk.shelf, asked, person=session.person, at=desk.now())
    except BadInputError as error:
        return _list(request, failed_form(fields, error, at_field=at_field), status=422)
    except RightplaceError as error:
        status = error.http_status if error.http_status != 400 else 422  # noqa: PLR2004 - HTTP
        return _list(request, failed_form(fields, error, at_field=at_field), status=status)
    return RedirectResponse(f"/partners/{quote(opened.id)}", status_code=303)


def _month(text: str) -> Month:
    """Return the month that was typed.

    Raises
    ------
    BadInputError
        If nothing was typed, or no month.
    """
    if not text.strip():
        msg = "A month is missing."
        raise BadInputError(msg, remedy="Write it as YYYY-MM.")
    return Month.parse(text.strip())


def _basis(text: str) -> Basis:
    """Return the purpose that was chosen.

    Raises
    ------
    BadInputError
        If none was.
    """
    if text not in BASES:
        msg = "No purpose of the list is chosen."
        raise BadInputError(msg, value=text, remedy="Choose one.")
    return Basis(text)


@router.post("/partners/public-edition")
async def approve_public(request: Request) -> Response:
    """Approve the public edition until a day."""
    return await run_in_threadpool(_approve_public, request, await sent_fields(request))


def _approve_public(request: Request, fields: dict[str, str]) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    opened: OpenedForm = request.state.form
    try:
        ruling = Ruling(
            approved=True,
            reason=fields.get("public_reason", ""),
            until_at=_until(request, fields.get("public_until", "")),
        )
        approve_public_edition(
            desk.shelf,
            opened.id,
            ruling,
            person=session.person,
            at=desk.now(),
            settings=desk.sharing,
        )
    except (RightplaceError, ValueError) as error:
        return _list(request, _failed(fields, error, at_field="public_until"), status=422)
    return RedirectResponse("/partners", status_code=303)


@router.get("/partners/{sharing_id}")
def sharing(request: Request, sharing_id: str) -> Response:
    """Show one sharing, with the form to decide on it or to end it."""
    session_of(request)
    return _sharing(request, sharing_id, new_form(request))


def _sharing(request: Request, sharing_id: str, form: Typed, *, status: int = 200) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    shown = read_sharing(desk.shelf, sharing_id, person=session.person, at=desk.now())
    return render(
        request,
        "partner_sharing.html.j2",
        status=status,
        page=shown,
        form=form,
        longest=_last_day(request).isoformat(),
        here=HERE,
    )


@router.post("/partners/{sharing_id}/decision")
async def decide(request: Request, sharing_id: str) -> Response:
    """Approve or refuse a request."""
    return await run_in_threadpool(_decide, request, sharing_id, await sent_fields(request))


def _decide(request: Request, sharing_id: str, fields: dict[str, str]) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    approved = fields.get("verdict") == "approved"
    at_field = "verdict"
    try:
        if fields.get("verdict") not in {"approved", "refused"}:
            msg = "Neither approve nor refuse is chosen."
            raise BadInputError(msg, remedy="Choose one.")  # noqa: TRY301 - shown with the form
        at_field = "until"
        until = _until(request, fields.get("until", "")) if approved else None
        at_field = "reason"
        ruling = Ruling(approved=approved, reason=fields.get("reason", ""), until_at=until)
        at_field = "until"
        decide_on_sharing(
            desk.shelf,
            sharing_id,
            ruling,
            person=session.person,
            at=desk.now(),
            settings=desk.sharing,
        )
    except (BadInputError, NotHeldError, StaleDataError, ValueError) as error:
        return _sharing(request, sharing_id, _failed(fields, error, at_field=at_field), status=422)
    return RedirectResponse(f"/partners/{quote(sharing_id)}", status_code=303)


def _failed(fields: dict[str, str], error: Exception, *, at_field: str) -> Typed:
    if not isinstance(error, RightplaceError):
        error = BadInputError(str(error))
    return failed_form(fields, error, at_field=at_field)


def _until(request: Request, text: str) -> datetime:
    """Return the end of a day on the clock of the study area.

    Raises
    ------
    BadInputError
        If it is no date.
    """
    zone = request.app.state.desk.now().tzinfo
    try:
        day = datetime.strptime(text, "%Y-%m-%d").date() + timedelta(days=1)  # noqa: DTZ007 - a day
    except (ValueError, OverflowError) as error:
        msg = f"{text!r} is no date."
        raise BadInputError(msg, value=text, remedy="Write the last day as 2026-12-31.") from error
    return datetime.combine(day, time(), tzinfo=zone)


@router.post("/partners/{sharing_id}/end")
async def stop(request: Request, sharing_id: str) -> Response:
    """End a sharing at once."""
    return await run_in_threadpool(_end, request, sharing_id, await sent_fields(request))


def _end(request: Request, sharing_id: str, fields: dict[str, str]) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    reason = fields.get("end_reason", "")
    try:
        end_sharing(desk.shelf, sharing_id, reason=reason, person=session.person, at=desk.now())
    except ValueError as error:
        form = _failed(fields, error, at_field="end_reason")
        return _sharing(request, sharing_id, form, status=422)
    return RedirectResponse(f"/partners/{quote(sharing_id)}", status_code=303)


@router.get("/partners/{sharing_id}/product")
def product(
    request: Request,
    sharing_id: str,
    span: Annotated[str, Query(pattern=r"^(\d{1,6}-\d{1,3})?$")] = "",
) -> Response:
    """Show a product, one span of months at a time."""
    desk, session = request.app.state.desk, session_of(request)
    shown = read_product(desk.shelf, sharing_id, person=session.person, span=span, at=desk.now())
    return render(request, "partner_product.html.j2", page=shown, here=HERE)


@router.get("/partners/{sharing_id}/product.csv")
def product_file(request: Request, sharing_id: str) -> Response:
    """Send a product as it was released, to be saved."""
    desk, session = request.app.state.desk, session_of(request)
    name, text = product_csv(desk.shelf, sharing_id, person=session.person, at=desk.now())
    return csv_file(text, name=name)
