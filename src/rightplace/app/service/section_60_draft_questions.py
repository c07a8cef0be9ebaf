"""The questions of a draft: what each page starts from, and how its answer is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.app.service.section_60_draft_typed import day_and_time
from rightplace.app.service.section_60_words import IMPACT
from rightplace.powers.section_60.grounds import LIMBS, Ground, ImpactPart, Limb
from rightplace.powers.section_60.history import (
    BriefingNoted,
    GroundDropped,
    ImpactNoted,
    IncidentNamed,
    LimbStated,
    OtherPowersConsidered,
    PeriodChosen,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from rightplace.app.service.section_60_draft import Draft
    from rightplace.app.service.section_60_draft_answers import Answers
    from rightplace.app.service.section_60_draft_typed import Typed60
    from rightplace.powers.section_60.happened import Happened

GIVEN_ALREADY = "given_already"
"""Field by which a period of the past is kept, of what was given orally or on paper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A page of the draft.

    Parameters
    ----------
    title
        The question, as its heading.
    start
        What its fields start from.
    read
        Reads what was typed.
    """

    title: str
    start: Callable[[Answers], dict[str, str]]
    read: Callable[[Typed60, Draft], Happened | None]


def limb_start(answers: Answers, ground: Ground, limb: Limb) -> dict[str, str]:
    """Return what the page of a limb starts from."""
    stated = answers.limbs.get((ground, limb))
    if stated is None:
        return {}
    return {
        "fact": stated.fact,
        "source": stated.source,
        "grade": stated.grade,
        "why_here": stated.why_here,
        "why_this_long": stated.why_this_long,
        **day_and_time(stated.learnt_at, name="learnt"),
    }


def read_limb(typed: Typed60, ground: Ground, limb: Limb) -> LimbStated | None:
    """Return what was stated of a limb, or None with the faults noted."""
    fact = typed.evidence("fact", what="The fact")
    source = typed.evidence("source", what="The reference of the source")
    grade = typed.grade("grade")
    learnt = typed.moment("learnt", what="When it was learnt")
    if learnt is not None and learnt > typed.at:
        typed.fault("learnt_time", "It cannot have been learnt later than now.")
    why_here = typed.evidence("why_here", what="Why here")
    why_this_long = typed.evidence("why_this_long", what="Why this long")
    if learnt is None or typed.faults:
        return None
    return LimbStated(
        at=typed.at,
        entered_at=typed.at,
        by=typed.by,
        ground=ground,
        limb=limb,
        fact=fact,
        source=source,
        grade=grade,
        learnt_at=learnt,
        why_here=why_here,
        why_this_long=why_this_long,
    )


def read_drop(typed: Typed60, draft: Draft, ground: Ground) -> GroundDropped | None:
    """Return that a ground is taken out, or None with the fault noted."""
    if ground not in draft.answers.grounds:
        typed.fault("ground", "This ground is not in the draft.")
        return None
    return GroundDropped(at=typed.at, entered_at=typed.at, by=typed.by, ground=ground)


def _incident_start(answers: Answers) -> dict[str, str]:
    named = answers.incident
    return {} if named is None else {"incident": named.incident, "weapon": named.weapon}


def _read_incident(typed: Typed60, _: Draft) -> IncidentNamed | None:
    incident = typed.evidence("incident", what="The reference of the incident")
    weapon = typed.words("weapon", what="The weapon that is sought")
    if typed.faults:
        return None
    return IncidentNamed(
        at=typed.at, entered_at=typed.at, by=typed.by, incident=incident, weapon=weapon
    )


def _period_start(answers: Answers) -> dict[str, str]:
    if answers.period is None:
        return {}
    starts = day_and_time(answers.period.starts, name="starts")
    if answers.period.starts < answers.period.at.replace(second=0, microsecond=0):
        starts[GIVEN_ALREADY] = "yes"
    return {**starts, **day_and_time(answers.period.ends, name="ends")}


def _read_period(typed: Typed60, _: Draft) -> PeriodChosen | None:
    starts = typed.moment("starts", what="When it starts")
    ends = typed.moment("ends", what="When it ends")
    if starts is None or ends is None:
        return None
    given = typed.fields.get(GIVEN_ALREADY) == "yes"
    if starts < typed.at.replace(second=0, microsecond=0) and not given:
        typed.fault(
            "starts_time",
            "It would start in the past. If it was given already, orally or on paper, say so "
            "below; it is entered late then, and not signed here.",
        )
    if ends <= starts:
        typed.fault("ends_time", "It would end before it starts, or as it starts.")
    if typed.faults:
        return None
    return PeriodChosen(at=typed.at, entered_at=typed.at, by=typed.by, starts=starts, ends=ends)


def _other_powers_start(answers: Answers) -> dict[str, str]:
    noted = answers.other_powers
    return {} if noted is None else {"words": noted.words}


def _read_other_powers(typed: Typed60, _: Draft) -> OtherPowersConsidered | None:
    words = typed.words("words", what="Which other powers were considered")
    if typed.faults:
        return None
    return OtherPowersConsidered(at=typed.at, entered_at=typed.at, by=typed.by, words=words)


def _read_impact(typed: Typed60, _: Draft) -> ImpactNoted | None:
    parts = {part.value: words for part, words in IMPACT.items()}
    part = typed.chosen("part", parts, ask="Choose what it is about.")
    who = typed.optional("who", what="The office")
    words = typed.words("words", what="What was found, said or planned")
    if part in {ImpactPart.OWNER, ImpactPart.CONTACT} and not who:
        typed.fault("who", "Say who, by office: ward panel chair, head teacher, superintendent.")
    if typed.faults:
        return None
    return ImpactNoted(
        at=typed.at,
        entered_at=typed.at,
        by=typed.by,
        part=ImpactPart(part),
        words=words,
        who=who,
    )


def _briefing_start(answers: Answers) -> dict[str, str]:
    noted = answers.briefing
    if noted is None:
        return {}
    return {
        "words": noted.words,
        "body_worn_video": noted.body_worn_video,
        "under_18": noted.under_18,
    }


def _read_briefing(typed: Typed60, _: Draft) -> BriefingNoted | None:
    words = typed.words("words", what="What officers are told")
    video = typed.words("body_worn_video", what="What they are told on body-worn video")
    under_18 = typed.words("under_18", what="What they are told on people under 18")
    if typed.faults:
        return None
    return BriefingNoted(
        at=typed.at,
        entered_at=typed.at,
        by=typed.by,
        words=words,
        body_worn_video=video,
        under_18=under_18,
    )


QUESTIONS = {
    "incident": Question(
        title="Which incident was it, and which weapon is sought?",
        start=_incident_start,
        read=_read_incident,
    ),
    "period": Question(
        title="From when until when is it needed?", start=_period_start, read=_read_period
    ),
    "other-powers": Question(
        title="Which other powers would do, and why do they not?",
        start=_other_powers_start,
        read=_read_other_powers,
    ),
    "impact": Question(
        title="What does it do to the community?", start=lambda _: {}, read=_read_impact
    ),
    "briefing": Question(
        title="What are officers told before they use it?",
        start=_briefing_start,
        read=_read_briefing,
    ),
}
"""Each page with one question, by its address."""


def next_limb(answers: Answers, ground: Ground) -> Limb | None:
    """Return the first limb of a ground that is not evidenced yet; None where all are."""
    return next(iter(answers.missing_limbs(ground)), None)


def limb_of(ground: str, limb: str) -> tuple[Ground, Limb] | None:
    """Return the ground and limb of an address; None where there is no such limb of it."""
    for each, limbs in LIMBS.items():
        if each.value == ground and limb in {one.value for one in limbs}:
            return each, Limb(limb)
    return None
