"""Which prompts about section 60 concern somebody now, and what is in force for a briefing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.app.service.section_60_held import Held, as_officer, may
from rightplace.app.service.section_60_words import clock_words, length_words
from rightplace.core.time import Clock
from rightplace.powers.section_60.authorisation import authorisation_of
from rightplace.powers.section_60.prompts import What, Whom, answers_to, prompts, review_points
from rightplace.powers.section_60.states import RUNNING, State, state_of
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.section_60_rules import Section60Rules
    from rightplace.powers.section_60.history import History
    from rightplace.powers.section_60.prompts import Prompt
    from rightplace.records.audit.transaction import Reading

ZONE = Clock().tzinfo


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptLine:
    """Something about an authorisation that waits for somebody.

    Parameters
    ----------
    by
        By when, in words.
    """

    reference: str
    bcu: str
    words: str
    by: str
    overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InForceNow:
    """An authorisation that gives powers now, as a brief tells of it."""

    reference: str
    bcu: str
    streets: str
    left: str
    until: str


def review_point(held: Held, *, at: datetime, rules: Section60Rules) -> datetime:
    """Return the review point that an answer is about: the last one open, or the next."""
    view = authorisation_of(held.history)
    points = review_points(view, settings=rules.settings)
    past = [each for each in points if each <= at]
    still_open = [each for each in past if not answers_to(view, each, settings=rules.settings)]
    coming = [each for each in points if each > at]
    return next(iter([*still_open[-1:], *coming[:1], *past[-1:]]), at)


def prompt_lines(
    quiet: Reading, *, person: Person, at: datetime, rules: Section60Rules
) -> tuple[PromptLine, ...]:
    """Return what about section 60 waits for somebody, the most urgent first.

    Parameters
    ----------
    quiet
        A look, or the transaction in which a page is shown.
    person
        Who.
    at
        The time now.
    rules
        Lengths of the clocks.
    """
    found: list[tuple[datetime, PromptLine]] = []
    for held in _all(quiet, person):
        asked = {
            (each.what, each.due_at): each
            for each in prompts(held.history, at, settings=rules.settings)
            if _concerns(each, held, person=person, at=at)
        }
        found += [(each.due_at, _line(held, each)) for each in asked.values()]
        if state_of(held.history, at) is State.SUBMITTED and may(
            person, Permission.AUTHORISE_SECTION_60, held
        ):
            since = authorisation_of(held.history).submitted
            words = "It waits for a signature, or to be refused."
            due = at if since is None else since.at
            line = PromptLine(
                reference=held.reference,
                bcu=held.bcu,
                words=words,
                by=f"since {clock_words(due, ZONE)}",
                overdue=False,
            )
            found.append((due, line))
    return tuple(line for _, line in sorted(found, key=lambda each: (each[0], each[1].reference)))


def in_force_now(
    quiet: Reading, *, person: Person, at: datetime, bcu: str = ""
) -> tuple[InForceNow, ...]:
    """Return the authorisations that give powers now where somebody may know of them.

    Parameters
    ----------
    quiet
        A look, or the transaction in which a page is shown.
    person
        Who: also somebody who reads briefs there, for it is what they are briefed on.
    at
        The time now.
    bcu
        Of one BCU alone; empty for all.
    """
    found = []
    for reference, history in _open(quiet).items():
        held = Held(reference=reference, history=history)
        view = authorisation_of(history)
        if state_of(history, at) not in RUNNING or view.end is None or bcu not in {"", held.bcu}:
            continue
        if not _is_briefed(person, held):
            continue
        found.append(
            InForceNow(
                reference=reference,
                bcu=held.bcu,
                streets="" if view.locality is None else view.locality.words,
                left=f"{length_words(view.end - at)} left",
                until=clock_words(view.end, ZONE),
            )
        )
    return tuple(sorted(found, key=lambda each: each.reference))


def _is_briefed(person: Person, held: Held) -> bool:
    places = [(held.bcu, None), *((held.bcu, borough) for borough in held.boroughs)]
    asked = (Permission.SEE_SECTION_60, Permission.SEE_BRIEF)
    who = as_officer(person)
    return any(who.allowed(each, bcu=b, borough=o) for each in asked for b, o in places)


def _open(quiet: Reading) -> dict[str, History]:
    """Return the histories of those with which something is still to be done."""
    from sqlalchemy import select

    from rightplace.records.section_60.log import histories_of
    from rightplace.records.section_60.tables import Section60

    wanted = select(Section60).where(Section60.closed_at.is_(None))
    return histories_of(quiet, [each.reference for each in quiet.unshown(wanted)])


def _all(quiet: Reading, person: Person) -> Iterator[Held]:
    who = as_officer(person)
    if not who.may(Permission.SEE_SECTION_60):
        return
    for reference, history in _open(quiet).items():
        held = Held(reference=reference, history=history)
        if may(who, Permission.SEE_SECTION_60, held):
            yield held


def _concerns(prompt: Prompt, held: Held, *, person: Person, at: datetime) -> bool:
    """Whether a prompt is for somebody: one that nobody in particular has is every officer's.

    What is asked of whoever gave it is asked of whoever it was handed over to as well, but for a
    signature under what was spoken, which nobody else can give.
    """
    view = authorisation_of(held.history)
    if prompt.whom is Whom.SUPERINTENDENT:
        return may(person, Permission.EXTEND_SECTION_60, held)
    giver = None if view.given is None else view.given.by
    owner = view.looked_after_by(at)
    if prompt.what is not What.WRITE and owner is not None and owner.id == person.actor.id:
        return True
    wanted = giver if prompt.whom is Whom.AUTHORISER else owner
    is_known = wanted is not None and bool(wanted.id)
    if is_known and wanted is not None and wanted.id == person.actor.id:
        return True
    nobody = not is_known or (prompt.whom is Whom.DUTY_OFFICER and not view.handed_over)
    return nobody and may(person, Permission.AUTHORISE_SECTION_60, held)


def _line(held: Held, prompt: Prompt) -> PromptLine:
    return PromptLine(
        reference=held.reference,
        bcu=held.bcu,
        words=prompt.words,
        by=f"{'was due' if prompt.overdue else 'by'} {clock_words(prompt.due_at, ZONE)}",
        overdue=prompt.overdue,
    )
