"""Use cases of searches drawn by lot for a panel: draw them, read them without names, rate them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from rightplace.app.service.ledger_page import SMALLEST, WITHHELD
from rightplace.app.service.panel_asking import QuestionLine, question_lines
from rightplace.app.service.panel_facts import panel_facts
from rightplace.app.service.panel_people import check_panel, in_area
from rightplace.app.service.searches_places import places_of
from rightplace.app.service.searches_typed import POWER_SHORT, capital
from rightplace.briefing.stamp import day_in_words
from rightplace.errors import BadInputError, NotHeldError, RefusedError, RightplaceError
from rightplace.powers.searches.draw import weighted_share
from rightplace.records.accounts.roles import Permission
from rightplace.records.audit.transaction import transaction
from rightplace.records.panel.tables import VideoDraw, VideoDrawn, VideoRating
from rightplace.records.panel.videos import (
    DrawWanted,
    Rating,
    RatingGiven,
    drawn_of,
    keep_rating,
    make_draw,
    ratings_of,
)
from rightplace.records.searches.log import search_by_reference

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from rightplace.app.service.person import Person
    from rightplace.app.service.searches_record import SearchSent
    from rightplace.app.service.shelf import Shelf
    from rightplace.powers.searches.draw import DrawSettings

CONCERNS: Final = frozenset({Rating.CONCERN, Rating.SERIOUS})
SEEN: Final = frozenset({Rating.GOOD, Rating.ACCEPTABLE, Rating.CONCERN, Rating.SERIOUS})
"""Ratings of searches whose video told something."""


def period_words(draw: VideoDraw, zone: ZoneInfo) -> str:
    """Return the days that a draw is of, in words."""
    last = (draw.period_end - timedelta(seconds=1)).astimezone(zone).date()
    return f"{day_in_words(draw.period_start.astimezone(zone).date())} to {day_in_words(last)}"


def draw_searches(
    shelf: Shelf,
    sent: SearchSent,
    *,
    person: Person,
    at: datetime,
    settings: DrawSettings,
) -> str:
    """Draw searches by lot for a panel's own area; return the draw's id.

    Parameters
    ----------
    shelf
        Where records are kept.
    sent
        The form: ``first`` and ``last``, both days included, of the local clock.
    person
        Who scrutinises.
    at
        The time now.
    settings
        How many are drawn.

    Raises
    ------
    BadInputError
        If no days are named.
    """
    person.check(Permission.SCRUTINISE)
    with transaction(shelf.database, person.actor, purpose="Draw by lot.", at=at) as tx:
        zone = places_of(shelf, tx).zone
        try:
            first, last = (
                datetime.fromisoformat(sent.fields.get(name, "")).replace(tzinfo=zone)
                for name in ("first", "last")
            )
            end = last + timedelta(days=1)
        except (ValueError, OverflowError) as error:
            msg = "The first or the last day is missing or no day."
            raise BadInputError(msg, remedy="Give both days.") from error
        wanted = DrawWanted(form_id=sent.form_id, start=first, end=end, settings=settings)
        return make_draw(tx, wanted, zone=zone, among=lambda each: in_area(person, each))


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnLine:
    """A search that was drawn, with its newest rating; empty where it is not rated."""

    reference: str
    stratum: str
    chance: str
    rating: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawPage:
    """A draw with its searches.

    Parameters
    ----------
    rule
        How many were drawn of which, in sentences.
    strata
        Stratum, searches, drawn.
    found
        What the ratings say of all searches, in a sentence; empty while too few are rated.
    """

    is_synthetic: bool
    id: str
    period: str
    drawn_on: str
    seed: str
    rule: str
    strata: tuple[tuple[str, str, str], ...]
    lines: tuple[DrawnLine, ...]
    found: str


def read_draw(shelf: Shelf, draw_id: str, *, person: Person, at: datetime) -> DrawPage:
    """Return a draw with its searches, without anybody's name.

    Parameters
    ----------
    shelf
        Where records are kept.
    draw_id
        The draw; where there is none, that raises ``NotHeldError``.
    person
        Who asks.
    at
        The time now.
    """
    check_panel(person)
    with transaction(shelf.database, person.actor, purpose="Read a draw.", at=at) as tx:
        places = places_of(shelf, tx)
        draw = tx.view_one(VideoDraw, draw_id)
        drawn, ratings = drawn_of(tx, draw_id), ratings_of(tx, draw_id)
        tx.consult(drawn)
    newest = {each.reference: each.rating for each in ratings}
    strata, hides = json.loads(draw.strata), not person.may(Permission.ANSWER_PANEL)
    small = {words for words, n, _ in strata if hides and n < SMALLEST}
    return DrawPage(
        is_synthetic=places.is_synthetic,
        id=draw_id,
        period=period_words(draw, places.zone),
        drawn_on=day_in_words(draw.drawn_at.astimezone(places.zone).date()),
        seed=draw.seed,
        rule=_rule(json.loads(draw.settings), draw.searches, len(drawn)),
        strata=tuple(
            (stratum_words(words), _count(n, hides=hides), _count(of, hides=hides))
            for words, n, of in strata
        ),
        lines=tuple(
            DrawnLine(
                reference=each.reference,
                stratum=stratum_words(each.stratum),
                chance=WITHHELD if each.stratum in small else _chance(each),
                rating=newest.get(each.reference, ""),
            )
            for each in drawn
        ),
        found=_found(drawn, newest),
    )


def stratum_words(stratum: str) -> str:
    """Return a stratum with its power in words."""
    short = {power.value: words for power, words in POWER_SHORT.items()}
    return ", ".join(short.get(each, each) for each in stratum.split(", "))


def _count(n: int, *, hides: bool) -> str:
    return "1 to 4" if hides and 0 < n < SMALLEST else f"{n:,}"


def _chance(drawn: VideoDrawn) -> str:
    return f"{drawn.chance:.0%}" if drawn.chance >= 0.01 else f"{drawn.chance:.1%}"  # noqa: PLR2004 - one per cent


def _rule(settings: dict[str, float], searches: int, drawn: int) -> str:
    """Return how many were drawn of which."""
    return (
        f"{drawn:,} of {searches:,} searches were drawn by lot: {settings['share']:.0%} of each "
        f"stratum, {settings['children_times']:g} times as many where somebody under 18 was "
        f"searched, {settings['more_than_outer_times']:g} times as many where more than outer "
        f"clothing was removed, and at least {settings['least']} of each."
    )


def _found(drawn: Sequence[VideoDrawn], newest: dict[str, str]) -> str:
    """Return what ratings say of all searches of the period, each weighed by its chance."""
    told = {e.reference: e.chance for e in drawn if newest.get(e.reference) in SEEN}
    if len(told) < len(drawn) or not told:
        rated = len([each for each in drawn if each.reference in newest])
        unseen = rated - len(told)
        hidden = f", {unseen:,} of them without a video that tells" if unseen else ""
        return f"{rated:,} of {len(drawn):,} are rated{hidden}; no share of all searches is told."
    of_concern = [each for each in told if newest[each] in CONCERNS]
    share = weighted_share(told, of_concern)
    return (
        f"{len(of_concern):,} of {len(told):,} are of concern. Weighed by the chance of each, that "
        f"is about {share:.0%} of all searches of the period; a draw of this size is uncertain."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RatePage:
    """One search that was drawn, as the panel sees it: facts, and nobody.

    Parameters
    ----------
    stratum
        Searches that it was drawn from.
    facts
        Field and value in words.
    ratings
        Each rating so far: what, why, and on which day.
    follow_ups
        What is to follow from it.
    """

    is_synthetic: bool
    draw_id: str
    reference: str
    stratum: str
    facts: tuple[tuple[str, str], ...]
    ratings: tuple[tuple[str, str, str], ...]
    follow_ups: tuple[QuestionLine, ...]
    may_rate: bool


def read_drawn(
    shelf: Shelf, draw_id: str, reference: str, *, person: Person, at: datetime
) -> RatePage:
    """Return one search that was drawn, without who searched or was searched.

    Parameters
    ----------
    shelf
        Where records are kept.
    draw_id, reference
        Which; what was not drawn raises ``NotHeldError``.
    person
        Who asks.
    at
        The time now.

    Raises
    ------
    NotHeldError
        If its record is gone, at the end of its period.
    RefusedError
        If it lies outside their area.
    """
    check_panel(person)
    with transaction(shelf.database, person.actor, purpose="Review a video.", at=at) as tx:
        places = places_of(shelf, tx)
        drawn = tx.view_one(VideoDrawn, draw_id, reference)
        kept = search_by_reference(tx, reference)
        ratings = [each for each in ratings_of(tx, draw_id) if each.reference == reference]
        tx.consult(ratings)
        asked = question_lines(tx, at=at)
    if kept is None:
        msg = f"The record of the search {reference} is gone, at the end of its period."
        raise NotHeldError(msg, value=reference, remedy="Review another.")
    if not in_area(person, kept):
        msg = f"The search {reference} is not in your area ({person.area_words})."
        raise RefusedError(msg, value=reference, remedy="Ask the panel of its area.")
    return RatePage(
        is_synthetic=places.is_synthetic,
        draw_id=draw_id,
        reference=reference,
        stratum=stratum_words(drawn.stratum),
        facts=panel_facts(kept.facts, places.zone),
        ratings=tuple(_rated(each, places.zone) for each in reversed(ratings)),
        follow_ups=tuple(each for each in asked if each.search_reference == reference),
        may_rate=person.may(Permission.SCRUTINISE),
    )


def _rated(rating: VideoRating, zone: ZoneInfo) -> tuple[str, str, str]:
    day = day_in_words(rating.rated_at.astimezone(zone).date())
    return capital(rating.rating), rating.reasons, day


def rate(
    shelf: Shelf,
    draw_id: str,
    reference: str,
    *,
    sent: SearchSent,
    person: Person,
    at: datetime,
) -> tuple[tuple[str, str], ...]:
    """Keep a rating that was typed; return what is wrong by field, nothing where it is kept.

    Parameters
    ----------
    shelf
        Where records are kept.
    draw_id, reference
        Which search.
    sent
        The form: ``rating`` and ``reasons``.
    person
        Who scrutinises.
    at
        The time now.
    """
    person.check(Permission.SCRUTINISE)
    read_drawn(shelf, draw_id, reference, person=person, at=at)
    chosen, reasons = sent.fields.get("rating", ""), sent.fields.get("reasons", "")
    faults = []
    if chosen not in {each.value for each in Rating}:
        faults.append(("rating", "Choose a rating."))
    if not reasons.strip():
        faults.append(("reasons", "Say why, in your own words."))
    if faults:
        return tuple(faults)
    given = RatingGiven(
        form_id=sent.form_id,
        draw_id=draw_id,
        reference=reference,
        rating=Rating(chosen),
        reasons=reasons,
    )
    try:
        with transaction(shelf.database, person.actor, purpose="Rate a video.", at=at) as tx:
            keep_rating(tx, given)
    except RightplaceError as error:
        return (("reasons", error.fault.said),)
    return ()
