"""Soft gates: what may be lawful and asks for a reason, which is kept and shown.

A reason counts if it was given after the choice that it is about: a reason for 16 hours is none
for 24. For a new authorisation soon after the last one at the same place, a superintendent's.

Source: DOMAIN 1.7.44; NEEDS B6, B8 and C3.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from rightplace.powers.ranks import Rank, RankKind
from rightplace.powers.section_60.authorisation import Authorisation, authorisation_of
from rightplace.powers.section_60.context import place_shared
from rightplace.powers.section_60.grounds import ImpactPart
from rightplace.powers.section_60.history import (
    Authorised,
    Extended,
    LimbStated,
    LocalityChosen,
    PeriodChosen,
    ReasonGiven,
)
from rightplace.powers.section_60.likeness import copied_share, words_of
from rightplace.powers.section_60.rules import HOUR, clock, held_rank
from rightplace.powers.section_60.settings import Section60Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from rightplace.powers.law.limits import Limits
    from rightplace.powers.section_60.context import Context
    from rightplace.powers.section_60.happened import Happened, Officer
    from rightplace.powers.section_60.history import History

UNSAID_KINDS = "the force has not said which kinds count"


class Gate(StrEnum):
    """A soft gate, as ``ReasonGiven.gate`` names it."""

    RANK_KIND = "rank-kind"
    LARGE = "large-locality"
    WHOLE_BOROUGH = "whole-borough"
    LONG = "over-long-hours"
    EVIDENCE = "beyond-evidence"
    OVERLAP = "overlap"
    AGAIN = "again-at-same-place"
    LIKENESS = "copied-grounds"
    NO_CONTACT = "no-community-contact"
    NOT_INFORMED = "superintendent-not-informed"


SUPERINTENDENTS = frozenset({Gate.AGAIN})
"""Gates that a superintendent's reason alone answers."""
_ABOUT: dict[Gate, tuple[type[Happened], ...]] = {
    Gate.RANK_KIND: (),
    Gate.LARGE: (LocalityChosen,),
    Gate.WHOLE_BOROUGH: (LocalityChosen,),
    Gate.LONG: (PeriodChosen,),
    Gate.EVIDENCE: (PeriodChosen, LimbStated),
    Gate.OVERLAP: (LocalityChosen, PeriodChosen),
    Gate.AGAIN: (LocalityChosen, PeriodChosen),
    Gate.LIKENESS: (LimbStated,),
    Gate.NO_CONTACT: (),
    Gate.NOT_INFORMED: (Authorised,),
}
"""Choices that each gate is about: a reason given before them is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something that asks for a reason.

    Parameters
    ----------
    gate
        Which soft gate.
    words
        What was found, with its figures.
    reason
        The reason that was given; None while it is open.
    """

    gate: Gate
    words: str
    reason: ReasonGiven | None = None

    @property
    def needs_superintendent(self) -> bool:
        """Whether only a superintendent's reason answers it."""
        return self.gate in SUPERINTENDENTS


def open_questions(found: tuple[Question, ...]) -> tuple[Question, ...]:
    """Return the questions that nobody has answered."""
    return tuple(each for each in found if each.reason is None)


def questions(
    history: History,
    *,
    limits: Limits,
    at: datetime,
    context: Context,
    settings: Section60Settings | None = None,
) -> tuple[Question, ...]:
    """Return every question about an authorisation, each with the reason that was given.

    Parameters
    ----------
    history
        What was entered so far.
    limits
        Those on its start.
    at
        Now.
    context
        Other authorisations.
    settings
        Thresholds.
    """
    view = authorisation_of(history)
    chosen = Section60Settings() if settings is None else settings
    found = [
        *_locality(view, context, chosen),
        *_period(view, context, chosen),
        *_others(view, context, chosen),
        *_copied(view, context, chosen),
        *_people(view, at, limits, chosen),
    ]
    asked = (
        Question(gate=gate, words=words, reason=_reason(history, gate, limits))
        for gate, words in found
    )
    return (*_rank_kinds(history, limits), *asked)


def _reason(history: History, gate: Gate, limits: Limits) -> ReasonGiven | None:
    for each in reversed(history):
        if isinstance(each, ReasonGiven) and each.gate == gate and each.reason.strip():
            answers = gate not in SUPERINTENDENTS or is_superintendent(each.by, limits)
            if answers:
                return each
        if isinstance(each, _ABOUT[gate]):
            return None
    return None


def _rank_kinds(history: History, limits: Limits) -> Iterator[Question]:
    """Yield a question for each act in a rank whose kind may not count, the newest first.

    A reason that was given before the act before it is none: it was about another officer's rank.
    """
    acts = [n for n, each in enumerate(history) if isinstance(each, Authorised | Extended)]
    if limits.rank_kinds is not None:
        return
    for number in reversed(range(len(acts))):
        by = history[acts[number]].by
        since = acts[number - 1] if number else 0
        if by.rank is not None and by.kind is not RankKind.SUBSTANTIVE:
            how = held_rank(by) if by.kind is not None else "a rank of unrecorded kind"
            words = f"{by.name} acted as {how}, and {UNSAID_KINDS}"
            reason = _reason(history[since:], Gate.RANK_KIND, limits)
            yield Question(gate=Gate.RANK_KIND, words=words, reason=reason)


def _locality(
    view: Authorisation, context: Context, settings: Section60Settings
) -> Iterator[tuple[Gate, str]]:
    if view.locality is None:
        return
    areas = [each.view.locality.area_km2 for each in context.given if each.view.locality]
    if len(areas) >= settings.large_least:
        limit = float(np.quantile(areas, settings.large_share))
        if view.locality.area_km2 > limit:
            words = (
                f"The locality is {view.locality.area_km2:.2f} square kilometres; "
                f"{settings.large_share:.0%} of {len(areas):,} past ones are at most {limit:.2f}"
            )
            yield Gate.LARGE, words
    if view.locality.whole_boroughs:
        names = ", ".join(view.locality.whole_boroughs)
        yield Gate.WHOLE_BOROUGH, f"The locality takes in the whole of {names}"


def _period(
    view: Authorisation, context: Context, settings: Section60Settings
) -> Iterator[tuple[Gate, str]]:
    if view.period is None:
        return
    length = view.period.ends - view.period.starts
    if length > settings.long_hours * HOUR:
        words = f"The period is {length / HOUR:g} hours, more than {settings.long_hours}"
        yield Gate.LONG, words
    until = context.evidence_until
    if until is None and view.limbs:
        newest = max(each.learnt_at for each in view.limbs)
        until = newest + settings.evidence_hours * HOUR
    if until is not None and view.period.ends > until:
        words = f"It ends {clock(view.period.ends)}; the intelligence reaches until {clock(until)}"
        yield Gate.EVIDENCE, words


def _others(
    view: Authorisation, context: Context, settings: Section60Settings
) -> Iterator[tuple[Gate, str]]:
    if view.period is None or view.locality is None:
        return
    starts, ends = view.period.starts, view.end or view.period.ends
    for each in context.given:
        first, last = each.view.runs_from, each.view.end
        shared = place_shared(view, each.view)
        if first is None or last is None or shared == 0:
            continue
        if first < ends and starts < last:
            words = f"{each.reference} holds there from {clock(first)} to {clock(last)}"
            yield Gate.OVERLAP, words
        if shared >= settings.same_place_share and _is_before(each.view, view):
            apart = max(starts - last, first - ends, timedelta(0))
            if apart <= settings.again_hours * HOUR:
                how = _apart_words(starts - last, first - ends)
                words = f"{each.reference} {how}; {shared:.0%} of the smaller locality lies in both"
                yield Gate.AGAIN, words


def _is_before(other: Authorisation, view: Authorisation) -> bool:
    """Return whether another was given before this one; whatever was, where this one is not."""
    if view.given is None or other.given is None or not (view.period and other.period):
        return True
    own = (view.given.at, view.period.starts)
    return (other.given.at, other.period.starts) < own


def _apart_words(since: timedelta, until: timedelta) -> str:
    if since >= timedelta(0):
        return f"held at the same place until {since / HOUR:.0f} hours before"
    if until >= timedelta(0):
        return f"holds at the same place from {until / HOUR:.0f} hours after"
    return "holds at the same place at that time"


def _copied(
    view: Authorisation, context: Context, settings: Section60Settings
) -> Iterator[tuple[Gate, str]]:
    own = words_of(view)
    alike = [(copied_share(own, words_of(each.view)), each.reference) for each in context.others]
    most, reference = max(alike, default=(0.0, ""))
    if most >= settings.likeness:
        words = f"{most:.0%} of the grounds' word triples are those of {reference}"
        yield Gate.LIKENESS, words


def _people(
    view: Authorisation, at: datetime, limits: Limits, settings: Section60Settings
) -> Iterator[tuple[Gate, str]]:
    contacts = [each for each in view.impact if each.part is ImpactPart.CONTACT]
    if not any(each.words.strip() for each in contacts):
        yield Gate.NO_CONTACT, "Nobody in the community was contacted"
    if view.given is None or not must_inform(view, limits):
        return
    due = view.given.at + timedelta(minutes=settings.inform_minutes)
    informed = [each.at for each in view.informed if is_superintendent(each.whom, limits)]
    if min(informed, default=at) > due:
        words = f"No superintendent was informed by {clock(due)}"
        yield Gate.NOT_INFORMED, words


def must_inform(view: Authorisation, limits: Limits | None = None) -> bool:
    """Return whether a superintendent is to be informed: it was given by a lower rank.

    The Act asks it of an inspector; of a chief inspector it is asked as policy (DOMAIN 1.1.11).

    Parameters
    ----------
    view
        What was given.
    limits
        Those in force, which may say which kinds of rank count; None: every kind.
    """
    return view.given is not None and not is_superintendent(view.given.by, limits)


def is_superintendent(officer: Officer, limits: Limits | None = None) -> bool:
    """Return whether somebody is a superintendent or above, by a kind of rank that counts.

    Parameters
    ----------
    officer
        Who, with the rank of that moment.
    limits
        As in ``must_inform``.
    """
    kinds = None if limits is None else limits.rank_kinds
    high = officer.rank is not None and officer.rank.height >= Rank.SUPERINTENDENT.height
    return high and (kinds is None or officer.kind in kinds)


def likeness_to(view: Authorisation, context: Context) -> tuple[tuple[str, float], ...]:
    """Return how much of the grounds stands in each other authorisation's, most alike first."""
    own = words_of(view)
    found = [(each.reference, copied_share(own, words_of(each.view))) for each in context.others]
    return tuple(sorted(found, key=lambda each: (-each[1], each[0])))
