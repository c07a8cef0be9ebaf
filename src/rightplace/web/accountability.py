"""Routes of accountability: what needs somebody now, the stop switch, the audit chain, holds."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from rightplace.app.accountability.chain import chain_verdict
from rightplace.app.accountability.keeping import keep_on, let_go, place, read_keeping
from rightplace.app.accountability.office import Office
from rightplace.app.accountability.overview import close_break_glass, read_overview
from rightplace.app.accountability.search_page import SearchAsked, read_search, search_csv
from rightplace.app.accountability.stopping import let_run, stop
from rightplace.errors import BadInputError, RightplaceError
from rightplace.records.accounts.roles import Permission
from rightplace.records.retention.holds import HoldWanted
from rightplace.web.downloads import csv_file
from rightplace.web.pages import render
from rightplace.web.sessions import session_of
from rightplace.web.typed import Typed, failed_form, new_form, sent_fields

if TYPE_CHECKING:
    from collections.abc import Callable

router = APIRouter(default_response_class=Response)
HERE = "accountability"
NEEDED = {
    "verify": Permission.READ_AUDIT,
    "stop": Permission.STOP,
    "restart": Permission.RESTART,
    "review": Permission.REVIEW_BREAK_GLASS,
    "place-hold": Permission.HOLD,
    "keep-hold": Permission.HOLD,
    "release-hold": Permission.HOLD,
}
"""What one must be allowed for each act; without it the act is refused, not its form."""
Short = Annotated[str, Query(max_length=200)]


def office_of(request: Request) -> Office:
    """Return what pages of accountability work with, for whoever is signed in."""
    desk, session = request.app.state.desk, session_of(request)
    return Office(
        database=desk.shelf.database,
        person=session.person,
        at=desk.now(),
        retention=desk.retention,
        anomalies=desk.anomalies,
    )


def day_of(text: str, *, what: str) -> date:
    """Return the day that was typed.

    Raises
    ------
    BadInputError
        If it is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        msg = f"{what} is missing or no day."
        raise BadInputError(msg, value=text, remedy="Choose a day.") from error


@router.get("/accountability")
def overview(request: Request) -> Response:
    """Show what needs the person now, and the stop switch."""
    return _overview(request, new_form(request))


def _overview(request: Request, form: Typed, *, status: int = 200) -> Response:
    page = read_overview(office_of(request))
    return render(
        request,
        "accountability.html.j2",
        status=status,
        page=page,
        form=form,
        blank=Typed(token=form.token),
        here=HERE,
    )


@router.post("/accountability/acts/{act}")
async def act(request: Request, act: str) -> Response:
    """Stop, restart, or review a log-in by break-glass; then show the page again."""
    return await run_in_threadpool(_act, request, act, await sent_fields(request))


def _act(request: Request, act: str, fields: dict[str, str]) -> Response:
    """Do one act.

    Raises
    ------
    BadInputError
        If there is no such act.
    """
    if act not in NEEDED:
        msg = f"Nothing is done by {act!r}."
        raise BadInputError(msg, value=act, remedy="Use the page of accountability.")
    office = office_of(request)
    office.person.check(NEEDED[act])
    if act == "verify":
        return _verify(request)
    if act in KEEPING:
        return _keep(request, fields, act, lambda: KEEPING[act](office, fields))
    return _do(request, fields, act, lambda: SWITCHING[act](office, fields))


def _keep_on(office: Office, fields: dict[str, str]) -> None:
    day = day_of(fields.get("next_review", ""), what="The next review")
    keep_on(office, fields.get("id", ""), reason=fields.get("reason", ""), next_review=day)


def _review(office: Office, fields: dict[str, str]) -> None:
    was_proper, review = fields.get("proper") == "yes", fields.get("reason", "")
    close_break_glass(office, fields.get("id", ""), was_proper=was_proper, review=review)


Done = dict[str, "Callable[[Office, dict[str, str]], None]"]
KEEPING: Done = {
    "place-hold": lambda office, fields: place(office, _hold_of(fields)),
    "keep-hold": _keep_on,
    "release-hold": lambda office, fields: let_go(
        office, fields.get("id", ""), reason=fields.get("reason", "")
    ),
}
SWITCHING: Done = {
    "stop": lambda office, fields: stop(
        office, fields.get("target", ""), reason=fields.get("reason", "")
    ),
    "restart": lambda office, fields: let_run(
        office, fields.get("target", ""), reason=fields.get("reason", "")
    ),
    "review": _review,
}


def _do(request: Request, fields: dict[str, str], act: str, done: Callable[[], None]) -> Response:
    key = f"{act}-{fields.get('target') or fields.get('id')}" if act != "stop" else act
    try:
        done()
    except RightplaceError as error:
        return _overview(request, failed_form(fields, error, at_field=key), status=422)
    return RedirectResponse("/accountability", status_code=303)


def _verify(request: Request) -> Response:
    """Verify the audit chain and show the verdict."""
    office = office_of(request)
    office.person.check_everywhere(Permission.READ_AUDIT)
    verdict = chain_verdict(office.database)
    status = 200 if verdict.intact else 409
    return render(
        request,
        "accountability_verdict.html.j2",
        status=status,
        verdict=verdict,
        at=office.moment(office.at),
        here=HERE,
    )


def asked_of(
    by: Short = "person",
    name: Short = "",
    since: Annotated[str, Query(max_length=10)] = "",
    until: Annotated[str, Query(max_length=10)] = "",
    why: Annotated[str, Query(max_length=1000)] = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> SearchAsked:
    """Return what the address of the search asks."""
    return SearchAsked(
        by=by,
        name=name,
        since=day_of(since, what="The first day") if since else None,
        until=day_of(until, what="The last day") if until else None,
        why=why,
        page=page,
    )


@router.get("/accountability/search")
def search(request: Request, asked: Annotated[SearchAsked, Depends(asked_of)]) -> Response:
    """Show who looked at what; each look is a line of the chain, the empty form is none."""
    office = office_of(request)
    office.person.check_everywhere(Permission.READ_AUDIT)
    form, found, status = new_form(request), None, 200
    if asked.name or asked.why:
        try:
            found = read_search(office, asked)
        except RightplaceError as error:
            at_field = "why" if not asked.why.strip() else "name"
            form, status = failed_form({}, error, at_field=at_field), 422
    return render(
        request,
        "accountability_search.html.j2",
        status=status,
        asked=asked,
        found=found,
        query=request.url.query,
        form=form,
        here=HERE,
    )


@router.get("/accountability/search.csv")
def search_table(request: Request, asked: Annotated[SearchAsked, Depends(asked_of)]) -> Response:
    """Send all that a search finds as a table."""
    marking = request.app.state.desk.settings.marking
    text = search_csv(office_of(request), asked, marking=marking)
    return csv_file(text, name=f"audit by {asked.by} {asked.name}")


@router.get("/accountability/retention")
def retention(request: Request) -> Response:
    """Show what is kept how long, what was deleted, and holds."""
    return _retention(request, new_form(request))


def _retention(request: Request, form: Typed, *, status: int = 200) -> Response:
    page = read_keeping(office_of(request))
    return render(
        request,
        "accountability_retention.html.j2",
        status=status,
        page=page,
        form=form,
        blank=Typed(token=form.token),
        here=HERE,
    )


def _keep(request: Request, fields: dict[str, str], act: str, done: Callable[[], None]) -> Response:
    key = act if act == "place-hold" else f"{act}-{fields.get('id', '')}"
    try:
        done()
    except RightplaceError as error:
        return _retention(request, failed_form(fields, error, at_field=key), status=422)
    return RedirectResponse("/accountability/retention#holds", status_code=303)


def _hold_of(fields: dict[str, str]) -> HoldWanted:
    """Return the hold that a form asks for."""
    return HoldWanted(
        reason=fields.get("reason", ""),
        owner=fields.get("owner", ""),
        review_on=day_of(fields.get("review_on", ""), what="The day of review"),
        record_type=fields.get("record_type") or None,
        record_id=fields.get("record_id", "").strip() or None,
        about=fields.get("about", "").strip() or None,
    )
