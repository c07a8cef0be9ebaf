"""Templates: every value is escaped, an unknown name fails, hidden direction marks are dropped."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from rightplace.briefing.stamp import (
    NOT_ABOUT_PERSON,
    PLACE_NOT_PERSON,
    PLANNED_NOT_ACHIEVED,
    SYNTHETIC_SENTENCE,
    day_in_words,
)
from rightplace.briefing.text import clean
from rightplace.records.accounts.roles import Permission
from rightplace.web.forms import new_token
from rightplace.web.sessions import found_session

if TYPE_CHECKING:
    from starlette.requests import Request

    from rightplace.app.service.person import Person

NAVIGATION: tuple[tuple[str, str, str, Permission | None], ...] = (
    ("today", "Today", "/", None),
    ("picture", "Violence picture", "/pictures", Permission.SEE_PICTURE),
    ("forecast", "Forecast", "/forecasts", Permission.SEE_FORECAST),
    ("plan", "Plan", "/plans", Permission.SEE_PLAN),
    ("roster", "Roster", "/rosters", Permission.SEE_ROSTER),
    ("surge", "Surge", "/surges", Permission.SEE_SURGE),
    ("detectives", "Detectives", "/detectives", Permission.SEE_INVESTIGATION),
    ("workforce", "Workforce", "/workforce", Permission.SEE_WORKFORCE),
    ("board", "Briefing board", "/board", Permission.SEE_BRIEF),
    ("shift", "My shift", "/shift", Permission.LOG_VISITS),
    ("operations", "Operations", "/operations", Permission.SEE_OPERATIONS),
    ("section-60", "Section 60", "/section-60", Permission.SEE_SECTION_60),
    ("statements", "Statements", "/section-60/statements", Permission.GIVE_STATEMENTS),
    ("delivery", "Delivery", "/delivery", Permission.SEE_DELIVERY),
    ("search-records", "Search records", "/search-records", Permission.RECORD_SEARCHES),
    ("weapons", "Weapons ledger", "/weapons", Permission.SEE_SEARCHES),
    ("panel", "Panel", "/panel", Permission.SCRUTINISE),
    ("panel-answers", "Panel questions", "/panel/questions", Permission.ANSWER_PANEL),
    ("searches", "Stop and search", "/searches", Permission.SEE_SEARCHES),
    ("data", "Data", "/data", Permission.SEE_DATA),
    ("jobs", "Jobs", "/jobs", Permission.RUN_JOBS),
    ("partners", "Partner products", "/partners", Permission.SEE_PARTNER_PRODUCTS),
    ("accountability", "Accountability", "/accountability", Permission.STOP),
    ("accounts", "Accounts", "/accounts", Permission.APPROVE_GRANTS),
    ("break-glass", "Break-glass", "/break-glass", Permission.APPROVE_BREAK_GLASS),
)
"""Key, words and address of each page of the menu, and what one must be allowed to see it."""


@cache
def environment() -> Environment:
    """Return the templates, compiled when first used."""
    made = Environment(
        loader=PackageLoader("rightplace.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    made.filters["day"] = lambda day: day_in_words(date.fromisoformat(day))
    made.globals.update(
        place_not_person=PLACE_NOT_PERSON,
        not_about_person=NOT_ABOUT_PERSON,
        planned_not_achieved=PLANNED_NOT_ACHIEVED,
        synthetic_sentence=SYNTHETIC_SENTENCE,
    )
    return made


def _shown(value: object) -> object:
    """Return a value as it is shown: plain text loses control and direction characters."""
    return clean(value) if type(value) is str and value.strip() else value


def menu(person: Person) -> list[tuple[str, str, str]]:
    """Return key, words and address of the pages that somebody may see."""
    return [
        (key, words, address)
        for key, words, address, needed in NAVIGATION
        if (needed is None or person.may(needed)) and not _is_linked(key, person)
    ]


def _is_linked(key: str, person: Person) -> bool:
    """Whether another page of somebody's menu leads there: section 60 to its statements."""
    return key == "statements" and person.may(Permission.SEE_SECTION_60)


def render(request: Request, name: str, *, status: int = 200, **content: Any) -> HTMLResponse:  # noqa: ANN401 - documented dataclasses
    """Return a page.

    Parameters
    ----------
    request
        What is answered.
    name
        The template.
    status
        HTTP status.
    content
        What the template shows: documented dataclasses of ``app.service``.
    """
    state = request.app.state
    session = found_session(request)
    html = (
        environment()
        .get_template(name)
        .render(
            content,
            assets=state.assets,
            marking=state.desk.settings.marking,
            person=None if session is None else session.person,
            navigation=() if session is None or session.must_first else menu(session.person),
            sign_out=None if session is None else new_token(request),
            provider=None if state.desk.provider is None else state.desk.provider.settings.name,
        )
    )
    return HTMLResponse(html, status_code=status)
