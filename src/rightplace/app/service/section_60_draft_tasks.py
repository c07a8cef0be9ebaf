"""The task list of a draft: what is answered, what is missing, where to go on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.app.service.section_60_draft_words import period_in_words
from rightplace.app.service.section_60_words import GROUNDS, IMPACT
from rightplace.app.service.section_60_words import LIMBS as LIMB_WORDS
from rightplace.powers.section_60.grounds import LIMBS, Ground, ImpactPart
from rightplace.powers.section_60.rules import BEFOREHAND

if TYPE_CHECKING:
    from rightplace.app.service.section_60_draft import Draft
    from rightplace.app.service.section_60_draft_answers import Answers

DONE, BEGUN, MISSING, LOCKED, OPTIONAL = (
    "Answered", "In part", "To answer", "After the grounds", "If useful"
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A line of the task list.

    Parameters
    ----------
    title
        What is asked.
    path
        Where it is answered, below the draft's address; empty where it cannot be answered yet.
    state
        ``Answered``, ``In part``, ``To answer``, ``After the grounds`` or ``If useful``.
    said
        The answer in short; empty where there is none.
    """

    title: str
    path: str
    state: str
    said: str = ""


def tasks_of(draft: Draft) -> tuple[Task, ...]:
    """Return the task list of a draft, in the order in which it is best answered."""
    answers = draft.answers
    return (
        *_grounds(answers),
        _one("Where is it needed?", "locality", _locality(answers)),
        _one("From when until when?", "questions/period", _period(answers)),
        _one("Other powers considered", "questions/other-powers", _text(answers.other_powers)),
        _impact(answers),
        _one("What officers are told", "questions/briefing", _text(answers.briefing)),
        _aftermath(answers),
    )


def _grounds(answers: Answers) -> tuple[Task, ...]:
    if not answers.grounds:
        return (Task(title="On what does the belief rest?", path="grounds", state=MISSING),)
    found = [Task(title="Grounds", path="grounds", state=_state(answers), said=_named(answers))]
    for ground in answers.grounds:
        if ground is Ground.AFTER_INCIDENT:
            named = answers.incident
            said = "" if named is None else f"{named.incident}: {named.weapon}"
            found.append(_one("The incident and the weapon sought", "questions/incident", said))
        for limb in LIMBS[ground]:
            stated = answers.limbs.get((ground, limb))
            said = "" if stated is None else f"{stated.fact} ({stated.source}, {stated.grade})"
            title = f"({ground.value}) {LIMB_WORDS[limb]}"
            found.append(_one(title, f"grounds/{ground.value}/{limb.value}", said))
    return tuple(found)


def _state(answers: Answers) -> str:
    return DONE if answers.are_grounds_written else BEGUN


def _named(answers: Answers) -> str:
    return "; ".join(f"({each}) {GROUNDS[each]}" for each in answers.grounds)


def _one(title: str, path: str, said: str) -> Task:
    return Task(title=title, path=path, state=DONE if said else MISSING, said=said)


def _text(noted: object) -> str:
    return "" if noted is None else str(getattr(noted, "words", ""))


def _locality(answers: Answers) -> str:
    chosen = answers.locality
    return "" if chosen is None else f"{chosen.words} ({chosen.area_km2:.2f} km²)"


def _period(answers: Answers) -> str:
    if answers.period is None:
        return ""
    words = period_in_words(answers.period)
    return f"{words.starts} to {words.ends}. {words.hours}"


def _impact(answers: Answers) -> Task:
    parts = {line.part for line in answers.impact}
    named = [words for part, words in IMPACT.items() if part in parts]
    state = BEGUN if parts else MISSING
    if not missing_parts(answers):
        state = DONE
    return Task(
        title="Community impact assessment",
        path="questions/impact",
        state=state,
        said="; ".join(named),
    )


def missing_parts(answers: Answers) -> tuple[ImpactPart, ...]:
    """Return the parts of the impact assessment that are asked for and not written yet."""
    written = {line.part for line in answers.impact}
    asked = (ImpactPart.OWNER, ImpactPart.CONTACT, *BEFOREHAND)
    return tuple(part for part in dict.fromkeys(asked) if part not in written)


def _aftermath(answers: Answers) -> Task:
    title = "What might follow nearby (no ground)"
    if not answers.are_grounds_written:
        return Task(title=title, path="", state=LOCKED)
    return Task(title=title, path="aftermath", state=OPTIONAL)


def missing_of(draft: Draft) -> int:
    """Return how many questions are not answered, or in part."""
    return sum(task.state in {MISSING, BEGUN} for task in tasks_of(draft))
