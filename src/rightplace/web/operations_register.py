"""Routes of what is laid down: a new plan, a changed one, and what became of units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from rightplace.app.service.operations_register import PlanSent, read_form, register_plan
from rightplace.app.service.operations_units import KINDS, read_units, tell_unit
from rightplace.errors import BadInputError, NotHeldError, RefusedError
from rightplace.records.accounts.roles import Permission
from rightplace.web.forms import new_token
from rightplace.web.operations_shared import asking, asking_beside, shown
from rightplace.web.sessions import session_of
from rightplace.web.typed import Typed, new_form, sent_fields

if TYPE_CHECKING:
    from collections.abc import Mapping

router = APIRouter(default_response_class=Response)


@router.get("/operations/new")
def new(
    request: Request, instead_of: Annotated[str, Query(alias="instead-of", max_length=40)] = ""
) -> Response:
    """Show the form of a plan; filled with a locked one's where it takes that one's place."""
    return _form_page(request, None, instead_of=instead_of)


def _form_page(
    request: Request, form: Typed | None, *, instead_of: str, status: int = 200
) -> Response:
    shelf = request.app.state.desk.shelf
    page = read_form(shelf, **asking_beside(request), supersedes=instead_of)
    form = form or new_form(request, **page.starts_with)
    return shown(request, "operation_new.html.j2", status=status, page=page, form=form)


@router.post("/operations/new")
async def register(request: Request) -> Response:
    """Keep a plan as a draft and show it, or show the form again with what is wrong."""
    return await run_in_threadpool(_register, request, await sent_fields(request))


def _register(request: Request, fields: Mapping[str, str]) -> Response:
    instead_of = fields.get("instead_of", "")
    sent = PlanSent(fields=fields, form_id=request.state.form.id, supersedes=instead_of)
    try:
        kept = register_plan(request.app.state.desk.shelf, sent, **asking_beside(request))
    except (BadInputError, NotHeldError, RefusedError) as error:
        return _again(request, fields, (("title", error.fault.said),), instead_of)
    if kept.faults:
        return _again(request, fields, kept.faults, instead_of)
    return RedirectResponse(f"/operations/{quote(kept.op_id)}", status_code=303)


def _again(
    request: Request,
    fields: Mapping[str, str],
    faults: tuple[tuple[str, str], ...],
    instead_of: str,
) -> Response:
    form = Typed(token=new_token(request), values=dict(fields), faults=faults)
    return _form_page(request, form, instead_of=instead_of, status=422)


@router.get("/operations/units")
def units(request: Request) -> Response:
    """Show units and what became of them, with the form to tell more."""
    return _units_page(request, None)


def _units_page(request: Request, form: Typed | None, *, status: int = 200) -> Response:
    page = read_units(request.app.state.desk.shelf, **asking_beside(request))
    form = form or new_form(request, on=page.today)
    return shown(
        request, "operation_units.html.j2", status=status, page=page, form=form, kinds=KINDS
    )


@router.post("/operations/units")
async def tell(request: Request) -> Response:
    """Keep what became of a unit, or show the form again with what is wrong."""
    return await run_in_threadpool(_tell, request, await sent_fields(request))


def _tell(request: Request, fields: Mapping[str, str]) -> Response:
    session_of(request).person.check_everywhere(Permission.REGISTER_OPERATIONS)
    shelf, form_id = request.app.state.desk.shelf, request.state.form.id
    try:
        tell_unit(shelf, fields, form_id=form_id, **asking(request))
    except (BadInputError, RefusedError) as error:
        form = Typed(
            token=new_token(request), values=dict(fields), faults=(("kind", error.fault.said),)
        )
        return _units_page(request, form, status=422)
    return RedirectResponse("/operations/units", status_code=303)
