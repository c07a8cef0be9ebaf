"""Routes open to anyone: what the service is, and the documents that stand behind it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from rightplace.app.service.about_page import read_about, read_document_page
from rightplace.records.documents.document import without_front_matter
from rightplace.web.marked_up import marked_up
from rightplace.web.pages import render
from rightplace.web.sessions import found_session

router = APIRouter(default_response_class=Response)


@router.get("/about")
def about(request: Request) -> Response:
    """Show what the service is, and what it must not be used for."""
    desk, session = request.app.state.desk, found_session(request)
    person = None if session is None or session.must_first else session.person
    page = read_about(desk.shelf.database, person=person, at=desk.now())
    return render(request, "about.html.j2", page=page, here="about")


@router.get("/about/{subject}/{kind}.md")
def document_file(request: Request, subject: str, kind: str) -> Response:
    """Send one document as it was filed."""
    page = read_document_page(request.app.state.desk.shelf.database, subject, kind)
    return PlainTextResponse(page.text, media_type="text/markdown; charset=utf-8")


@router.get("/about/{subject}/{kind}")
def document(request: Request, subject: str, kind: str) -> Response:
    """Show one document."""
    page = read_document_page(request.app.state.desk.shelf.database, subject, kind)
    body = marked_up(without_front_matter(page.text))
    return render(request, "document.html.j2", page=page, body=body, here="about")
