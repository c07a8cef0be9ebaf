"""What somebody has to be asked or told now: pure functions of a history and a moment.

Nothing here extends or revokes: a prompt that nobody answers is shown to somebody higher, and the
authorisation runs on to its end, or until a person revokes it.

Source: DOMAIN 1.7.44-45 and 1.8.54; NEEDS D (part 5, periodic review).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from rightplace.powers.law.limits import CIVIL
from rightplace.powers.ranks import Rank
from rightplace.powers.section_60.authorisation import Authorisation, authorisation_of
from rightplace.powers.section_60.grounds import Form
from rightplace.powers.section_60.questions import must_inform
from rightplace.powers.section_60.rules import clock
from rightplace.powers.section_60.settings import Section60Settings
from rightplace.powers.section_60.states import RUNNING, State, state_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rightplace.powers.section_60.history import History


CLOSED = frozenset({State.REVIEWED, State.PUBLISHED})
"""States in which nothing of what is asked for can be entered any more: it is a breach by then."""


class What(StrEnum):
    """What a prompt asks for."""

    INFORM = "inform-superintendent"
    WRITE = "write-down"
    TELL = "tell-public"
    NECESSITY = "still-needed"
    ESCALATED = "still-needed-unanswered"
    REVOKE = "revoke"
    HAND_OVER = "hand-over"
    ENDING = "ending"
    REVIEW = "review"


class Whom(StrEnum):
    """Whom a prompt is for."""

    AUTHORISER = "authoriser"
    DUTY_OFFICER = "duty officer"
    SUPERINTENDENT = "superintendent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """Something to be done by somebody.

    Parameters
    ----------
    what, whom
        What is asked, and of whom.
    words
        In a sentence.
    due_at
        By when.
    overdue
        Whether that has passed.
    point
        The review point it is about, as ``NecessityAnswered.due_at`` names it; else None.
    """

    what: What
    whom: Whom
    words: str
    due_at: datetime
    overdue: bool
    point: datetime | None = None


def prompts(
    history: History, at: datetime, *, settings: Section60Settings | None = None
) -> tuple[Prompt, ...]:
    """Return what is to be done, the most urgent first; empty where nothing is.

    Parameters
    ----------
    history
        What was entered so far.
    at
        Now.
    settings
        Lengths of the clocks.
    """
    view = authorisation_of(history)
    chosen = Section60Settings() if settings is None else settings
    state = state_of(history, at)
    if view.given is None or at < view.given.at or state in CLOSED:
        return ()
    found = [*_inform(view, at, chosen), *_write(view, at, chosen), *_tell(view, at, chosen)]
    if state in RUNNING:
        found += _necessity(view, at, chosen)
        found += _ending(view, at, chosen)
        found += _hand_over(view, at, chosen)
    if state in (State.ENDED, State.REVOKED):
        found += _review(view, at, chosen)
    return tuple(sorted(found, key=lambda each: (each.due_at, each.what, each.whom)))


def review_points(view: Authorisation, *, settings: Section60Settings) -> tuple[datetime, ...]:
    """Return when it is asked whether it is still needed: every few hours until its end.

    Parameters
    ----------
    view
        With its start and end; none of them where it has none.
    settings
        How many hours lie between two; elapsed hours, also where clocks change.
    """
    start, end = view.runs_from, view.end
    if start is None or end is None:
        return ()
    step = timedelta(hours=settings.necessity_hours)
    return tuple(
        start + k * step for k in range(1, int((end - start) / step) + 1) if start + k * step < end
    )


def answers_to(
    view: Authorisation, point: datetime, *, settings: Section60Settings
) -> tuple[datetime, ...]:
    """Return when a review point was answered: an answer long before it is none to it.

    Parameters
    ----------
    view
        With its answers.
    point
        Which.
    settings
        How long before it is due an answer counts.
    """
    earliest = point - timedelta(minutes=settings.answer_early_minutes)
    return tuple(each.at for each in view.answers if each.due_at == point and each.at >= earliest)


def _inform(view: Authorisation, at: datetime, settings: Section60Settings) -> Iterator[Prompt]:
    if view.given is None or not must_inform(view):
        return
    high = Rank.SUPERINTENDENT.height
    if any(each.whom.rank is not None and each.whom.rank.height >= high for each in view.informed):
        return
    due = view.given.at + timedelta(minutes=settings.inform_minutes)
    words = f"Tell a superintendent as soon as practicable, at the latest by {clock(due)}."
    yield _made(What.INFORM, Whom.AUTHORISER, words, due=due, at=at)


def _write(view: Authorisation, at: datetime, settings: Section60Settings) -> Iterator[Prompt]:
    spoken = [each for each in (view.given, *view.extensions) if each and each.form is Form.ORAL]
    for each in spoken[len(view.written_down) :]:
        due = each.at + timedelta(minutes=settings.write_minutes)
        what = "authorisation" if each is view.given else "extension"
        words = f"Write the oral {what} of {clock(each.at)} down as soon as practicable; sign it."
        yield _made(What.WRITE, Whom.AUTHORISER, words, due=due, at=at)


def _tell(view: Authorisation, at: datetime, settings: Section60Settings) -> Iterator[Prompt]:
    if view.told or view.runs_from is None:
        return
    due = tell_due(view.runs_from, settings=settings)
    words = "Tell the public where that helps the operation, or write why it is not told."
    yield _made(What.TELL, Whom.AUTHORISER, words, due=due, at=at)


def tell_due(start: datetime, *, settings: Section60Settings) -> datetime:
    """Return by when it should be written whether the public was told: soon after the start."""
    return start + timedelta(minutes=settings.inform_minutes)


def _necessity(view: Authorisation, at: datetime, settings: Section60Settings) -> Iterator[Prompt]:
    points = review_points(view, settings=settings)
    past = [each for each in points if each <= at]
    coming = [each for each in points if each > at]
    for point in [*past[-1:], *coming[:1]]:
        if answers_to(view, point, settings=settings):
            continue
        words = f"Is it still needed? Answer at {clock(point)}, or revoke it."
        for whom in (Whom.AUTHORISER, Whom.DUTY_OFFICER):
            yield _made(What.NECESSITY, whom, words, due=point, at=at, point=point)
    yield from _escalated(view, past, at, settings)
    answered = [each for each in view.answers if each.at <= at]
    if answered and not answered[-1].still_needed:
        said = answered[-1]
        words = f"{said.by.name} said at {clock(said.at)} that it is no longer needed: revoke it."
        for whom in Whom:
            yield _made(What.REVOKE, whom, words, due=said.at, at=at)


def _escalated(
    view: Authorisation, past: list[datetime], at: datetime, settings: Section60Settings
) -> Iterator[Prompt]:
    """Yield the question that has been open longest: the next one does not take it away."""
    since = None
    for point in reversed(past):
        if answers_to(view, point, settings=settings):
            break
        since = point
    if since is None:
        return
    late = since + timedelta(minutes=settings.escalate_minutes)
    if at >= late:
        words = f"Nobody has said since {clock(since)} whether it is still needed."
        yield _made(What.ESCALATED, Whom.SUPERINTENDENT, words, due=late, at=at, point=since)


def _ending(view: Authorisation, at: datetime, settings: Section60Settings) -> Iterator[Prompt]:
    end = view.end
    if end is None or end - at > timedelta(minutes=settings.ending_minutes):
        return
    words = f"It ends at {clock(end)} by itself; only a person extends it, and for offences only."
    for whom in (Whom.AUTHORISER, Whom.DUTY_OFFICER):
        yield _made(What.ENDING, whom, words, due=end, at=at)


def _hand_over(view: Authorisation, at: datetime, settings: Section60Settings) -> Iterator[Prompt]:
    start, end = view.runs_from, view.end
    if start is None or end is None:
        return
    before = timedelta(minutes=settings.hand_over_minutes)
    changes = [each for each in _shift_changes(start, end, settings) if each - before <= at]
    if not changes:
        return
    newest = changes[-1]
    if any(newest - before <= each.at for each in view.handed_over):
        return
    words = f"Shifts change at {clock(newest)}: hand it over to the oncoming duty officer."
    for whom in (Whom.AUTHORISER, Whom.DUTY_OFFICER):
        yield _made(What.HAND_OVER, whom, words, due=newest, at=at)


def _shift_changes(
    start: datetime, end: datetime, settings: Section60Settings
) -> tuple[datetime, ...]:
    """Return changes of shift while it runs, in order; local clock, so that nights stay nights."""
    first, last = start.astimezone(CIVIL).date(), end.astimezone(CIVIL).date()
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    found = [_at(day, each) for day in days for each in settings.shift_times]
    return tuple(sorted(each for each in found if start < each < end))


def _at(day: date, local: time) -> datetime:
    return datetime.combine(day, local, tzinfo=CIVIL).astimezone(UTC)


def _review(view: Authorisation, at: datetime, settings: Section60Settings) -> Iterator[Prompt]:
    if view.end is None:
        return
    due = review_due(view.end, settings=settings)
    words = f"Review it by {clock(due)}: what came of it, what was found, what is learnt."
    yield _made(What.REVIEW, Whom.AUTHORISER, words, due=due, at=at)


def review_due(end: datetime, *, settings: Section60Settings | None = None) -> datetime:
    """Return by when the review is due: so many days after the end (DOMAIN 1.8.54)."""
    chosen = Section60Settings() if settings is None else settings
    return end + timedelta(days=chosen.review_days)


def _made(
    what: What,
    whom: Whom,
    words: str,
    *,
    due: datetime,
    at: datetime,
    point: datetime | None = None,
) -> Prompt:
    return Prompt(what=what, whom=whom, words=words, due_at=due, overdue=at > due, point=point)
