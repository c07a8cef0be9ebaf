"""Routes of the register of operations: the list, one operation, its map, its acts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from rightplace.app.service.operations_acts import ActSent, check_act, do_act, read_act
from rightplace.app.service.operations_list import (
    WORDS,
    ListWanted,
    list_operations,
    operations_csv,
)
from rightplace.app.service.operations_page import locked_file, read_operation
from rightplace.app.service.operations_places import operation_map
from rightplace.errors import BadInputError, RefusedError
from rightplace.web.downloads import csv_file
from rightplace.web.forms import new_token
from rightplace.web.operations_shared import asking_beside, shown
from rightplace.web.sessions import session_of
from rightplace.web.typed import Typed, new_form, sent_fields

if TYPE_CHECKING:
    from collections.abc import Mapping

router = APIRouter(default_response_class=Response)
STANDINGS = frozenset(each.value for each in WORDS)


def wanted_of(
    standing: Annotated[str, Query(max_length=20)] = "",
    borough: Annotated[str, Query(max_length=200)] = "",
    search: Annotated[str, Query(max_length=100)] = "",
) -> ListWanted:
    """Return what the address of the list asks for; a standing that there is not is no filter."""
    known = standing if standing in STANDINGS else ""
    return ListWanted(standing=known, borough=borough, search=search)


@router.get("/operations")
def listed(request: Request, wanted: Annotated[ListWanted, Depends(wanted_of)]) -> Response:
    """Show every operation, those whose result is owed first."""
    page = list_operations(request.app.state.desk.shelf, wanted, **asking_beside(request))
    asked = {"standing": wanted.standing, "borough": wanted.borough, "search": wanted.search}
    return shown(request, "operations.html.j2", page=page, kept=urlencode(asked))


@router.get("/operations/register.csv")
def list_table(request: Request, wanted: Annotated[ListWanted, Depends(wanted_of)]) -> Response:
    """Send the list."""
    desk = request.app.state.desk
    marking = desk.settings.marking
    text = operations_csv(desk.shelf, wanted, **asking_beside(request), marking=marking)
    return csv_file(text, name="operations")


@router.get("/operations/{op_id}")
def one(request: Request, op_id: str) -> Response:
    """Show one operation: its verdict or its lock, its plan, its history, where it was."""
    page = read_operation(request.app.state.desk.shelf, op_id, **asking_beside(request))
    return shown(request, "operation.html.j2", page=page)


@router.get("/operations/{op_id}/map.svg")
def drawn(request: Request, op_id: str) -> Response:
    """Send the map of an operation's places as a drawing."""
    svg = operation_map(request.app.state.desk.shelf, op_id, **asking_beside(request))
    return Response(svg, media_type="image/svg+xml")


@router.get("/operations/{op_id}/plan.json")
def plan_file(request: Request, op_id: str) -> Response:
    """Send a locked plan as the file that a workspace takes in."""
    text = locked_file(request.app.state.desk.shelf, op_id, **asking_beside(request))
    headers = {"content-disposition": 'attachment; filename="locked-plan.json"'}
    return Response(text.encode(), media_type="application/json", headers=headers)


@router.get("/operations/{op_id}/acts/{act}")
def ask(request: Request, op_id: str, act: str) -> Response:
    """Show the page of an act."""
    session_of(request)  # whoever is not signed in is told that, whatever the address
    return _act_page(request, op_id, act, new_form(request))


def _act_page(
    request: Request, op_id: str, act: str, form: Typed, *, status: int = 200
) -> Response:
    page = read_act(request.app.state.desk.shelf, op_id, act, **asking_beside(request))
    return shown(request, "operation_act.html.j2", status=status, page=page, form=form)


@router.post("/operations/{op_id}/acts/{act}")
async def do(request: Request, op_id: str, act: str) -> Response:
    """Do an act and show the operation, or show the page again with what is wrong."""
    check_act(act)
    fields = await sent_fields(request)
    return await run_in_threadpool(_do, request, op_id, act, fields)


def _do(request: Request, op_id: str, act: str, fields: Mapping[str, str]) -> Response:
    sent = ActSent(op_id=op_id, act=act, fields=fields, form_id=request.state.form.id)
    try:
        do_act(request.app.state.desk.shelf, sent, **asking_beside(request))
    except (BadInputError, RefusedError) as error:
        faults = ((_field(act), error.fault.said),)
        form = Typed(token=new_token(request), values=dict(fields), faults=faults)
        return _act_page(request, op_id, act, form, status=422)
    return RedirectResponse(f"/operations/{quote(op_id)}", status_code=303)


def _field(act: str) -> str:
    return {"lock": "top", "withdraw": "because"}.get(act, "on")
