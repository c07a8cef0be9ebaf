"""What is found about an authorisation beside its log: defects, questions, prompts, breaches."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from rightplace.app.service.section_60_breaches import IN_FORCE, of_authorisation, with_acts
from rightplace.app.service.section_60_locality_past import known_to
from rightplace.app.service.section_60_words import clock_words
from rightplace.core.time import Clock
from rightplace.powers.section_60.authorisation import authorisation_of
from rightplace.powers.section_60.context import context_of
from rightplace.powers.section_60.gates import NONE_FOUND, formal_defects
from rightplace.powers.section_60.history import GroundDropped, LimbStated
from rightplace.powers.section_60.prompts import prompts
from rightplace.powers.section_60.questions import questions
from rightplace.powers.section_60.states import State, state_of

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.section_60_breaches import BreachLine
    from rightplace.app.service.section_60_held import Held
    from rightplace.app.service.section_60_rules import Section60Rules
    from rightplace.powers.section_60.context import Context
    from rightplace.powers.section_60.defects import Defect
    from rightplace.powers.section_60.history import History
    from rightplace.powers.section_60.prompts import Prompt
    from rightplace.powers.section_60.questions import Gate, Question
    from rightplace.records.audit.transaction import Reading

ZONE = Clock().tzinfo
BEFORE = frozenset({State.DRAFT, State.SUBMITTED, State.REFUSED})
"""States in which formal defects may still be mended; afterwards they are breaches."""
BESIDE_DAYS = 366
"""How far back other authorisations are set beside one; a choice of ours: a year."""
OUTSIDE = "an authorisation outside your area"
"""What one is called to somebody who may not know of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptShown:
    """Something to be done, by whom, by when."""

    words: str
    whom: str
    by: str
    overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is found about an authorisation.

    Parameters
    ----------
    judged
        Whether it was looked for formal defects: given, they are breaches instead.
    defects
        Formal defects.
    none_found
        The sentence where none was found; it never says lawful.
    questions
        What asks for a reason, with those that were given.
    prompts
        What is to be done, and by whom.
    breaches
        What was wrong with what happened.
    """

    judged: bool
    defects: tuple[Defect, ...]
    none_found: str
    questions: tuple[Question, ...]
    prompts: tuple[PromptShown, ...]
    breaches: tuple[BreachLine, ...]


def beside(quiet: Reading, held: Held, *, person: Person, at: datetime) -> Context:
    """Return the authorisations that one is judged beside, those of its force in the last year.

    All of them count; those of which somebody may not know are not named to them.

    Parameters
    ----------
    quiet
        A look, or the transaction in which something is done.
    held
        Which is judged.
    person
        To whom what is found is told.
    at
        The time now.
    """
    from rightplace.records.section_60.log import all_references, histories_of

    since = at - timedelta(days=BESIDE_DAYS)
    asked = (*IN_FORCE, LimbStated, GroundDropped)  # what a question may be about
    histories = histories_of(quiet, all_references(quiet, opened_from=since), kinds=asked)
    of_force = {
        reference: history
        for reference, history in histories.items()
        if (drafted := authorisation_of(history).drafted) is not None
        and drafted.force == held.drafted.force
    }
    context, known = context_of(of_force, own=held.reference), known_to(person, of_force)
    named = (
        each if each.reference in known else replace(each, reference=OUTSIDE)
        for each in context.others
    )
    return replace(context, others=tuple(named))


def found_of(
    quiet: Reading,
    held: Held,
    *,
    person: Person,
    at: datetime,
    rules: Section60Rules,
    ahead: History = (),
) -> Found:
    """Return what is found about an authorisation as it stands, or as it would stand.

    Parameters
    ----------
    quiet
        A look, or the transaction in which something is done.
    held
        Which.
    person
        To whom it is told.
    at
        The time now.
    rules
        By which the service works.
    ahead
        What is about to be entered.
    """
    history = (*held.history, *ahead)
    limits = rules.limits(authorisation_of(history), at=at)
    judged = bool(ahead) or state_of(history, at) in BEFORE
    return Found(
        judged=judged,
        defects=defects_of(history, at=at, rules=rules) if judged else (),
        none_found=NONE_FOUND,
        questions=_one_each(
            questions(
                history,
                limits=limits,
                at=at,
                context=beside(quiet, held, person=person, at=at),
                settings=rules.settings,
            )
        ),
        prompts=_prompts(held, at=at, rules=rules),
        breaches=_breaches(quiet, held, at=at, rules=rules),
    )


def _one_each(asked: tuple[Question, ...]) -> tuple[Question, ...]:
    """Return one question for each gate, which one reason answers, with all that was found."""
    by_gate: dict[Gate, list[Question]] = {}
    for each in asked:
        by_gate.setdefault(each.gate, []).append(each)
    return tuple(
        replace(same[0], words="; ".join(dict.fromkeys(each.words for each in same)))
        for same in by_gate.values()
    )


def _breaches(
    quiet: Reading, held: Held, *, at: datetime, rules: Section60Rules
) -> tuple[BreachLine, ...]:
    lines = of_authorisation(held.reference, held.history, at=at, rules=rules)
    return with_acts(quiet, lines, {held.reference: held.history})


def _prompts(held: Held, *, at: datetime, rules: Section60Rules) -> tuple[PromptShown, ...]:
    """Return what is to be done, once for all whom the same is asked of."""
    asked: dict[tuple[str, datetime], list[Prompt]] = {}
    for each in prompts(held.history, at, settings=rules.settings):
        asked.setdefault((each.words, each.due_at), []).append(each)
    return tuple(
        PromptShown(
            words=words,
            whom=", ".join(each.whom.value for each in same),
            by=clock_words(due_at, ZONE),
            overdue=same[0].overdue,
        )
        for (words, due_at), same in asked.items()
    )


def defects_of(history: History, *, at: datetime, rules: Section60Rules) -> tuple[Defect, ...]:
    """Return every formal defect of a history, given or not.

    Parameters
    ----------
    history
        What was entered, perhaps with what is about to be.
    at
        The time now.
    rules
        By which the service works.
    """
    limits = rules.limits(authorisation_of(history), at=at)
    return formal_defects(history, limits=limits, at=at, settings=rules.settings)
