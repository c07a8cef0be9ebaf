"""What the routes of a draft share: the draft that is shown, a page as sent, where to go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from starlette.responses import RedirectResponse

from rightplace.app.service.section_60_draft import Kept, Sent, keep_answer, read_draft
from rightplace.app.service.section_60_draft_law import law_beside
from rightplace.powers.law.limits import limits_on
from rightplace.web.data import is_synthetic
from rightplace.web.forms import FIELD
from rightplace.web.pages import render
from rightplace.web.sessions import session_of
from rightplace.web.typed import Typed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import HTMLResponse

    from rightplace.app.service.section_60_draft import Draft
    from rightplace.app.service.section_60_draft_law import LawLine
    from rightplace.app.service.section_60_draft_typed import Typed60
    from rightplace.app.service.section_60_rules import Section60Rules
    from rightplace.powers.section_60.happened import Happened


def draft_page(
    request: Request,
    name: str,
    *,
    form: Typed,
    **content: Any,  # noqa: ANN401 - documented dataclasses of the page
) -> HTMLResponse:
    """Return a page of a draft; a form with faults makes it one that failed.

    Parameters
    ----------
    request
        What is answered.
    name
        Of the template, after ``section_60_draft_``.
    form
        What its form holds.
    content
        What the template shows.
    """
    return render(
        request,
        f"section_60_draft_{name}.html.j2",
        status=422 if form.faults else 200,
        form=form,
        here="section-60",
        is_synthetic=is_synthetic(request),
        **content,
    )


def law_for(request: Request, draft: Draft, question: str) -> tuple[LawLine, ...]:
    """Return the law beside a question: of the day on which it starts, or of today."""
    period, now = draft.answers.period, request.app.state.desk.now()
    starts = now if period is None else period.starts
    policy = rules_of(request).policy
    own = policy if policy is not None and policy.force == draft.force else None
    return law_beside(question, limits_on(starts, force=draft.force, policy=own))


def rules_of(request: Request) -> Section60Rules:
    """Return the rules that the service keeps to beside the law."""
    rules: Section60Rules = request.app.state.desk.section_60
    return rules


def shown_draft(request: Request, reference: str) -> Draft:
    """Return a draft that whoever is signed in goes on with."""
    desk, session = request.app.state.desk, session_of(request)
    return read_draft(desk.shelf, reference, person=session.person, at=desk.now())


def keep(
    request: Request,
    reference: str,
    fields: Mapping[str, str],
    read: Callable[[Typed60, Draft], Happened | None],
) -> Kept:
    """Keep one answer of whoever is signed in, or return what is wrong with it."""
    desk, session = request.app.state.desk, session_of(request)
    sent = sent_page(request, reference, fields)
    return keep_answer(desk.shelf, sent, person=session.person, read=read)


def sent_page(request: Request, reference: str, fields: Mapping[str, str]) -> Sent:
    """Return a page of a draft as it was sent."""
    now = request.app.state.desk.now()
    return Sent(reference=reference, fields=fields, form_id=request.state.form.id, at=now)


def failed(fields: Mapping[str, str], kept: Kept) -> Typed:
    """Return a page as it was typed, with what is wrong."""
    return Typed(token=fields.get(FIELD, ""), values=fields, faults=kept.faults)


def to_draft(reference: str, path: str = "") -> RedirectResponse:
    """Go to a page of a draft; to its task list where none is named."""
    address = f"/section-60/{quote(reference)}/draft"
    return RedirectResponse(f"{address}/{path}" if path else address, status_code=303)
