"""Routes of the briefing board: read the brief, acknowledge it."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from rightplace.app.service.board import BoardWanted, acknowledge_brief, read_board
from rightplace.web.data import is_synthetic
from rightplace.web.pages import render
from rightplace.web.sessions import session_of
from rightplace.web.typed import new_form, sent_fields

router = APIRouter(default_response_class=Response)


def wanted_of(
    bcu: Annotated[str, Query(max_length=200)] = "",
    shift: Annotated[str, Query(max_length=80)] = "",
    ward: Annotated[str, Query(max_length=200)] = "",
    names: Annotated[str, Query(pattern="^(yes)?$")] = "",
) -> BoardWanted:
    """Return what the address of a board asks for."""
    return BoardWanted(bcu=bcu, shift=shift, ward=ward, names=bool(names))


@router.get("/board")
def board(request: Request, wanted: Annotated[BoardWanted, Depends(wanted_of)]) -> Response:
    """Show the brief of a BCU and shift, and who has acknowledged it."""
    desk, session = request.app.state.desk, session_of(request)
    page = read_board(desk.shelf, wanted, person=session.person, at=desk.now())
    return render(
        request,
        "board.html.j2",
        page=page,
        here="board",
        form=new_form(request),
        is_synthetic=is_synthetic(request),
    )


@router.post("/board/acknowledgements")
async def acknowledge(request: Request) -> Response:
    """Keep that somebody read a brief, and go back to it."""
    fields = await sent_fields(request)
    return await run_in_threadpool(_acknowledge, request, fields)


def _acknowledge(request: Request, fields: dict[str, str]) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    where = {name: fields.get(name, "") for name in ("bcu", "shift", "ward")}
    acknowledge_brief(
        desk.shelf,
        BoardWanted(bcu=where["bcu"], shift=where["shift"], ward=where["ward"]),
        plan_id=fields.get("plan_id", ""),
        form_id=request.state.form.id,
        person=session.person,
        at=desk.now(),
    )
    return RedirectResponse(f"/board?{urlencode(where)}#acknowledged", status_code=303)
