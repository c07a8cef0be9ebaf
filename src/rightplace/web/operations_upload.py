"""Routes of a plan of an operation as a file: the form, and an example to begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from rightplace.app.service.operations_upload import (
    FileSent,
    example_plan,
    register_file,
    text_of,
)
from rightplace.errors import (
    BadInputError,
    NotHeldError,
    RefusedError,
    UnsupportedByDataError,
    UsageError,
)
from rightplace.records.accounts.roles import Permission
from rightplace.web.downloads import saved_as
from rightplace.web.forms import new_token
from rightplace.web.operations_shared import asking_beside, shown
from rightplace.web.sessions import session_of
from rightplace.web.typed import Typed, new_form, sent_fields

if TYPE_CHECKING:
    from collections.abc import Mapping

router = APIRouter(default_response_class=Response)
ADDRESS = "/operations/upload"


@router.get(ADDRESS)
def upload(
    request: Request, instead_of: Annotated[str, Query(alias="instead-of", max_length=40)] = ""
) -> Response:
    """Show the form by which a plan's file is sent."""
    return _page(request, new_form(request, instead_of=instead_of))


def _page(request: Request, form: Typed, *, status: int = 200) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    session.person.check(Permission.REGISTER_OPERATIONS)
    most = desk.settings.most_body_bytes // 1024
    return shown(request, "operation_upload.html.j2", status=status, form=form, most_kilobytes=most)


@router.get("/operations/example.toml")
def example_file(request: Request) -> Response:
    """Send an example of a plan, with what each line means."""
    text = example_plan(person=session_of(request).person)
    return Response(
        text, media_type="text/plain; charset=utf-8", headers=saved_as("operation.toml")
    )


@router.post(ADDRESS)
async def send(request: Request) -> Response:
    """Keep the plan of a file as a draft and show it, or show the form with what is wrong."""
    fields = await sent_fields(request)
    form = await request.form()
    try:
        sent = form.get("file")
        content = await sent.read() if isinstance(sent, UploadFile) else b""
    finally:
        await form.close()
    return await run_in_threadpool(_register, request, fields, content)


def _register(request: Request, fields: Mapping[str, str], content: bytes) -> Response:
    desk, session = request.app.state.desk, session_of(request)
    session.person.check(Permission.REGISTER_OPERATIONS)
    held, at_field = dict(fields), "file" if content else "plan"
    try:
        held["plan"] = text_of(content) if content else fields.get("plan", "")
        if not held["plan"].strip():
            return _again(request, held, "file", "Choose a file, or paste the plan.")
        sent = FileSent(
            text=held["plan"],
            form_id=request.state.form.id,
            supersedes=fields.get("instead_of", "").strip(),
            because=" ".join(fields.get("because", "").split()),
        )
        op_id = register_file(desk.shelf, sent, **asking_beside(request))
    except (
        BadInputError,
        NotHeldError,
        RefusedError,
        UnsupportedByDataError,
        UsageError,
    ) as error:
        return _again(request, held, at_field, error.fault.said)
    return RedirectResponse(f"/operations/{quote(op_id)}", status_code=303)


def _again(request: Request, fields: Mapping[str, str], at_field: str, words: str) -> Response:
    form = Typed(token=new_token(request), values=fields, faults=((at_field, words),))
    return _page(request, form, status=422)
