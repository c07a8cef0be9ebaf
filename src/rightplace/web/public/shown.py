"""Public pages as HTML: templates of their own, no script, no cookie, nobody signed in."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from rightplace.app.public.pages import month_words
from rightplace.briefing.stamp import (
    NOT_ABOUT_PERSON,
    PLACE_NOT_PERSON,
    SYNTHETIC_SENTENCE,
    day_in_words,
)
from rightplace.briefing.text import clean

if TYPE_CHECKING:
    from starlette.requests import Request


@cache
def environment() -> Environment:
    """Return the templates, compiled when first used."""
    made = Environment(
        loader=PackageLoader("rightplace.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: clean(value) if type(value) is str and value.strip() else value,
    )
    made.filters["day"] = lambda day: day_in_words(date.fromisoformat(day))
    made.filters["month"] = month_words
    made.globals.update(
        place_not_person=PLACE_NOT_PERSON,
        not_about_person=NOT_ABOUT_PERSON,
        synthetic_sentence=SYNTHETIC_SENTENCE,
    )
    return made


def page(request: Request, name: str, *, status: int = 200, **content: Any) -> HTMLResponse:  # noqa: ANN401 - documented dataclasses
    """Return a public page.

    Parameters
    ----------
    request
        What is answered.
    name
        The template.
    status
        HTTP status.
    content
        What the template shows.
    """
    state = request.app.state
    html = environment().get_template(name).render(content, assets=state.assets)
    return HTMLResponse(html, status_code=status)
