"""Use case: what waits for a scrutiny panel, and for who answers it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from rightplace.app.service.panel_asking import QuestionLine, question_lines
from rightplace.app.service.panel_draws import period_words
from rightplace.app.service.panel_people import check_panel, in_area
from rightplace.app.service.searches_places import places_of
from rightplace.app.service.searches_typed import POWER_WORDS, capital
from rightplace.briefing.stamp import day_in_words
from rightplace.powers.searches.flags import citations
from rightplace.records.accounts.roles import Permission
from rightplace.records.audit.transaction import transaction
from rightplace.records.panel.videos import all_draws, drawn_of, ratings_of
from rightplace.records.searches.log import searches_between

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from rightplace.app.service.person import Person
    from rightplace.app.service.searches_places import Places
    from rightplace.app.service.shelf import Shelf
    from rightplace.records.audit.transaction import Transaction
    from rightplace.records.panel.tables import VideoDraw

FLAGGED_DAYS: Final = 92
"""How far back searches that cite a plan are listed: a quarter; a choice of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawLine:
    """A draw in the list: how many were drawn of how many, and how many are rated."""

    id: str
    drawn_on: str
    period: str
    searches: int
    drawn: int
    rated: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FlaggedLine:
    """A search whose grounds cite a plan or forecast: what they cite, and none of their words."""

    reference: str
    day: str
    borough: str
    power: str
    cited: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelPage:
    """What waits for the panel and for who answers it.

    Parameters
    ----------
    may_scrutinise, may_answer
        Which of both whoever looks may do.
    first_day, last_day
        Quarter that a new draw starts from, as the form shows it.
    """

    is_synthetic: bool
    may_scrutinise: bool
    may_answer: bool
    draws: tuple[DrawLine, ...]
    flagged: tuple[FlaggedLine, ...]
    questions: tuple[QuestionLine, ...]
    first_day: str
    last_day: str


def read_panel(shelf: Shelf, *, person: Person, at: datetime) -> PanelPage:
    """Return what waits for the panel.

    Parameters
    ----------
    shelf
        Where records are kept.
    person
        Who asks: of the panel, or who answers it.
    at
        The time now.
    """
    check_panel(person)
    with transaction(shelf.database, person.actor, purpose="Scrutiny panel.", at=at) as tx:
        places = places_of(shelf, tx)
        draws = [_draw_line(tx, each, places.zone) for each in all_draws(tx)]
        flagged = _flagged(tx, person, places, at=at)
        questions = question_lines(tx, at=at)
    local = at.astimezone(places.zone).date()
    return PanelPage(
        is_synthetic=places.is_synthetic,
        may_scrutinise=person.may(Permission.SCRUTINISE),
        may_answer=person.may(Permission.ANSWER_PANEL),
        draws=tuple(draws),
        flagged=tuple(flagged),
        questions=tuple(each for each in questions if not each.is_answered),
        first_day=(local - timedelta(days=FLAGGED_DAYS)).isoformat(),
        last_day=(local - timedelta(days=1)).isoformat(),
    )


def _draw_line(tx: Transaction, draw: VideoDraw, zone: ZoneInfo) -> DrawLine:
    rated = {each.reference for each in ratings_of(tx, draw.id)}
    return DrawLine(
        id=draw.id,
        drawn_on=day_in_words(draw.drawn_at.astimezone(zone).date()),
        period=period_words(draw, zone),
        searches=draw.searches,
        drawn=len(drawn_of(tx, draw.id)),
        rated=len(rated),
    )


def _flagged(tx: Transaction, person: Person, places: Places, *, at: datetime) -> list[FlaggedLine]:
    """Return searches of the last quarter whose grounds cite a plan, newest first."""
    kept = searches_between(tx, start=at - timedelta(days=FLAGGED_DAYS))
    cited = [(each, citations(each.facts.grounds)) for each in reversed(kept)]
    return [
        FlaggedLine(
            reference=each.reference,
            day=day_in_words(each.facts.started_at.astimezone(places.zone).date()),
            borough=each.facts.borough or "no borough recorded",
            power=capital(POWER_WORDS.get(each.facts.power, each.facts.power.value)),
            cited=", ".join(words),
        )
        for each, words in cited
        if words and in_area(person, each)
    ]
