"""Routes that act on a section 60 authorisation: the form of each act, and sending it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from rightplace.app.service.section_60_act_fields import Act
from rightplace.app.service.section_60_acts import (
    ActWanted,
    DefectiveError,
    do_act,
    read_act_page,
)
from rightplace.errors import BadInputError, NotHeldError, RightplaceError, UsageError
from rightplace.web.data import is_synthetic
from rightplace.web.forms import new_token
from rightplace.web.pages import render
from rightplace.web.section_60 import HERE
from rightplace.web.sessions import session_of
from rightplace.web.typed import Typed, new_form, sent_fields

if TYPE_CHECKING:
    from collections.abc import Mapping

router = APIRouter(default_response_class=Response)


def act_of(name: str) -> Act:
    """Return the act of an address.

    Raises
    ------
    NotHeldError
        If there is none.
    """
    try:
        return Act(name)
    except ValueError as error:
        msg = f"Nothing called {name!r} is done with an authorisation."
        raise NotHeldError(msg, value=name, remedy="Start from its page.") from error


@router.get("/section-60/{reference}/acts/{act}")
def ask(request: Request, reference: str, act: str) -> Response:
    """Show the form of an act, with what would refuse it."""
    session_of(request)  # whoever is not signed in is told that, whatever the address
    return _page(request, reference, act_of(act), new_form(request))


def _page(
    request: Request, reference: str, act: Act, form: Typed, *, status: int = 200
) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    shown = read_act_page(
        desk.shelf,
        reference,
        act,
        person=session.person,
        at=desk.now(),
        rules=desk.section_60,
    )
    return render(
        request,
        "section_60_act.html.j2",
        status=status,
        shown=shown,
        form=form,
        here=HERE,
        is_synthetic=is_synthetic(request),
    )


@router.post("/section-60/{reference}/acts/{act}")
async def do(request: Request, reference: str, act: str) -> Response:
    """Do an act and show the authorisation, or show the form again with what is wrong."""
    fields = await sent_fields(request)
    return await run_in_threadpool(_do, request, reference, act_of(act), fields)


def _do(request: Request, reference: str, act: Act, fields: Mapping[str, str]) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    wanted = ActWanted(
        reference=reference,
        act=act,
        fields=fields,
        form_id=request.state.form.id,
        at=desk.now(),
    )
    try:
        done = do_act(desk.shelf, wanted, person=session.person, rules=desk.section_60)
    except (DefectiveError, BadInputError, UsageError) as error:
        return _again(request, wanted, (("top", _said(error)),))
    if done.faults:
        return _again(request, wanted, done.faults)
    return RedirectResponse(f"/section-60/{quote(reference)}#now", status_code=303)


def _said(error: RightplaceError) -> str:
    return error.fault.said


def _again(request: Request, wanted: ActWanted, faults: tuple[tuple[str, str], ...]) -> Response:
    form = Typed(token=new_token(request), values=dict(wanted.fields), faults=faults)
    return _page(request, wanted.reference, wanted.act, form, status=422)
