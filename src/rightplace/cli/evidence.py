"""Options that say what evidence a forecast may rest on, the same for every verb that makes one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from rightplace.cli.verb import DAY

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from rightplace.app.evidence import Grain, Question

Function = TypeVar("Function", bound="Callable[..., Any]")

OPTIONS = (
    click.option("--area", "area_id", help="Study area, where there are several."),
    click.option("--known-at", type=DAY, help="Use only releases up to this day."),
    click.option("--classes", help="Offence classes, separated by commas; default: violence."),
    click.option(
        "--source", "sources", multiple=True, help="Population, by the start of its name."
    ),
    click.option(
        "--harm", "harm_file", type=click.Path(path_type=Path), help="Own sheet of harm weights."
    ),
)


def evidence_options(function: Function) -> Function:
    """Add the options to a verb, in their order."""
    for option in reversed(OPTIONS):
        function = option(function)
    return function


def question_of(
    as_of: date,
    *,
    known_at: date | None,
    classes: str | None,
    sources: tuple[str, ...],
    grain: Grain | None = None,
) -> Question:
    """Return what the options ask for."""
    from rightplace.app.evidence import Question

    return Question(
        as_of=as_of,
        known_at=known_at,
        classes=None if classes is None else tuple(c.strip() for c in classes.split(",")),
        sources=sources or None,
        grain=grain,
    )
