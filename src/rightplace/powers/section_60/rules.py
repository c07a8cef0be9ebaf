"""What law, scheme and policy ask of an authorisation, rule by rule; what is wrong as values.

The same rules judge a draft before it is signed (``gates``) and what happened (``breaches``).
Source: DOMAIN 1.1, 1.2 and 1.7.43; each finding names its own provision.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from rightplace.errors import BadInputError
from rightplace.powers.law.keys import Key
from rightplace.powers.law.limits import CIVIL
from rightplace.powers.ranks import Rank, RankKind
from rightplace.powers.section_60.defects import About, Defect, against, asked_here, defect
from rightplace.powers.section_60.grade import unusable
from rightplace.powers.section_60.grounds import LIMBS, Form, Ground, ImpactPart
from rightplace.powers.section_60.outline import shape_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from rightplace.powers.law.limits import Limits
    from rightplace.powers.law.provisions import Provision
    from rightplace.powers.section_60.authorisation import Authorisation
    from rightplace.powers.section_60.happened import Officer
    from rightplace.powers.section_60.history import Extended, LimbStated

HOUR = timedelta(hours=1)
BEFOREHAND = tuple(
    part for part in ImpactPart if part not in (ImpactPart.CONTACT, ImpactPart.FEEDBACK)
)
"""Parts of the impact assessment that are written before submission.

A missing contact is a question (DOMAIN 1.7.44), and feedback comes afterwards.
"""
_PARTS = {
    "fact": "no fact",
    "source": "no source reference",
    "why_here": "no word on why it needs this area",
    "why_this_long": "no word on why it needs this length",
}


def clock(moment: datetime) -> str:
    """Return a moment as London's clock shows it, with its offset where clocks change."""
    return f"{moment.astimezone(CIVIL):%d %b %Y %H:%M %Z}"


def held_rank(officer: Officer) -> str:
    """Return a rank as held: ``acting inspector``; substantive ranks by their name alone."""
    if officer.rank is None:
        return "nobody with a recorded rank"
    plain = officer.kind is None or officer.kind is RankKind.SUBSTANTIVE
    words = officer.rank.value if plain else f"{officer.kind} {officer.rank.value}"
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def grounds_found(view: Authorisation, limits: Limits) -> Iterator[Defect]:
    """Yield what is wrong with the grounds: none, a limb without evidence, an unusable grade."""
    rule = limits.of(Key.GROUNDS)[0]
    if not view.grounds:
        yield defect(rule, "no ground is stated", about=About.GROUNDS)
    for ground in view.grounds:
        for other in _excluding(ground, limits, Key.GROUNDS):
            finding = f"there was no ground ({ground}) on {limits.day}"
            yield defect(other, finding, about=About.GROUNDS)
        for limb in LIMBS[ground]:
            stated = view.limb(ground, limb)
            name = f"ground ({ground}), {limb.replace('-', ' ')}"
            if stated is None:
                yield defect(rule, f"{name}: nothing is stated", about=About.GROUNDS)
            else:
                for fault in _limb_faults(stated, view):
                    yield defect(rule, f"{name}: {fault}", about=About.GROUNDS)
    for stated in view.limbs:
        if stated.limb not in LIMBS[stated.ground]:
            finding = f"{stated.limb.replace('-', ' ')} is no limb of ground ({stated.ground})"
            yield defect(rule, finding, about=About.GROUNDS)
    if Ground.AFTER_INCIDENT in view.grounds:
        yield from _incident_found(view, limits)


def _excluding(ground: Ground, limits: Limits, key: Key) -> Iterator[Provision]:
    """Yield the rules about grounds that leave one out."""
    for rule in limits.of(key):
        if isinstance(rule.value, tuple) and ground.value not in rule.value:
            yield rule


def _limb_faults(stated: LimbStated, view: Authorisation) -> Iterator[str]:
    for field, fault in _PARTS.items():
        if not _says_something(getattr(stated, field)):
            yield fault
    why = unusable(stated.grade)
    if why is not None:
        yield f"its information {why}"
    believed_at = stated.at if view.given is None else view.given.at
    if stated.learnt_at > believed_at:
        yield f"it was learnt at {clock(stated.learnt_at)}, after {clock(believed_at)}"


def _says_something(text: str) -> bool:
    return any(each.isalnum() for each in text)


def _incident_found(view: Authorisation, limits: Limits) -> Iterator[Defect]:
    rule = limits.of(Key.GROUNDS)[0]
    named = view.incident
    if named is None or not _says_something(named.incident):
        yield defect(rule, "ground (aa): no incident is named", about=About.INCIDENT)
    if named is None or not _says_something(named.weapon):
        finding = "ground (aa): the weapon that is sought is not named"
        yield defect(rule, finding, about=About.INCIDENT)


def locality_found(view: Authorisation, limits: Limits) -> Iterator[Defect]:
    """Yield what is wrong with the locality: none, no words, an outline that cannot be read."""
    if view.locality is None:
        yield against(limits, Key.IN_WRITING, "no locality is specified", about=About.LOCALITY)
        return
    if not _says_something(view.locality.words):
        finding = "the locality is not described in words that officers can be told"
        yield against(limits, Key.IN_WRITING, finding, about=About.LOCALITY)
    try:
        shape_of(view.locality.outline)
    except BadInputError as error:
        finding = f"the locality has no outline: {error.fault.message}"
        yield against(limits, Key.IN_WRITING, finding, about=About.LOCALITY)


def period_found(view: Authorisation, limits: Limits) -> Iterator[Defect]:
    """Yield what is wrong with the first period: none, backwards, too long."""
    if view.period is None:
        yield against(limits, Key.IN_WRITING, "no period is specified", about=About.PERIOD)
        return
    starts, ends = view.period.starts, view.period.ends
    if ends <= starts:
        finding = f"ends {clock(ends)}, not after its start {clock(starts)}"
        yield against(limits, Key.LONGEST_HOURS, finding, about=About.PERIOD)
    for rule in limits.of(Key.LONGEST_HOURS):
        if ends - starts > int(str(rule.value)) * HOUR:
            finding = f"runs {(ends - starts) / HOUR:g} hours; the limit is {rule.value}"
            yield defect(rule, finding, about=About.PERIOD)


def rank_found(officer: Officer, limits: Limits, *, key: Key, verb: str) -> Iterator[Defect]:
    """Yield what is wrong with the rank of who gave or extended it.

    Parameters
    ----------
    officer
        Who, with the rank of that moment.
    limits
        Those in force.
    key
        ``LOWEST_RANK`` or ``EXTENSION_RANK``.
    verb
        ``given`` or ``extended``.
    """
    about = About.RANK if key is Key.LOWEST_RANK else About.EXTENSION
    for rule in limits.of(key):
        least = Rank(str(rule.value))
        if officer.rank is None or officer.rank.height < least.height:
            finding = f"{verb} by {held_rank(officer)}; needs {_article(least)} or above"
            yield defect(rule, finding + _unless_imminent(officer, limits, key), about=about)
    counting = limits.rank_kinds
    if counting is None or officer.rank is None or officer.kind in counting:
        return
    own = limits.of(Key.RANK_KINDS)[-1]
    how = "how the rank is held is not recorded" if officer.kind is None else held_rank(officer)
    kinds = ", ".join(sorted(counting)) or "none"
    yield defect(own, f"{verb} by {how}; of kinds of rank there count: {kinds}", about=about)


def _article(rank: Rank) -> str:
    return f"{'an' if rank.value[0] in 'aeiou' else 'a'} {rank.value}"


def _unless_imminent(officer: Officer, limits: Limits, key: Key) -> str:
    rules = limits.of(Key.LOWEST_RANK_IF_IMMINENT) if key is Key.LOWEST_RANK else ()
    if not rules or officer.rank is None:
        return ""
    if officer.rank.height < Rank(str(rules[0].value)).height:
        return ""
    return (
        f", unless violence was imminent and none was available ({rules[0].provision}), "
        "which the record does not say"
    )


def form_found(view: Authorisation, limits: Limits) -> Iterator[Defect]:
    """Yield what is wrong with how it was given: orally where it may not be, or unsigned."""
    if view.given is None:
        return
    if view.given.form is Form.ORAL:
        for ground in view.grounds:
            for rule in _excluding(ground, limits, Key.ORAL_GROUNDS):
                finding = f"ground ({ground}) was authorised orally; it needs writing"
                yield defect(rule, finding, about=About.FORM)
    elif view.given.signed_at is None:
        finding = "it is not signed by the officer who gave it"
        yield against(limits, Key.IN_WRITING, finding, about=About.FORM)


def fields_found(view: Authorisation) -> Iterator[Defect]:
    """Yield what a full record lacks, which no law asks for in these words (DOMAIN 1.8)."""
    if view.other_powers is None or not _says_something(view.other_powers.words):
        finding = "which other powers were considered, and why they do not do, is not stated"
        yield asked_here("other powers considered", finding, about=About.OTHER_POWERS)
    written = {each.part for each in view.impact if _says_something(each.words)}
    missing = [part.replace("-", " ") for part in BEFOREHAND if part not in written]
    if missing:
        finding = f"the community impact assessment says nothing of: {', '.join(missing)}"
        yield asked_here("community impact assessment", finding, about=About.IMPACT)


def extensions_found(view: Authorisation, limits: Limits) -> Iterator[Defect]:
    """Yield what is wrong with each extension: rank, time, number, length, offences."""
    if view.period is None:
        return
    end = view.period.ends
    for number, each in enumerate(view.extensions):
        yield from rank_found(each.by, limits, key=Key.EXTENSION_RANK, verb="extended")
        yield from _extension_time_found(view, each, limits, end=end)
        yield from _extension_length_found(each, limits, number=number, end=end)
        if not any(_says_something(offence) for offence in each.offences):
            finding = (
                "the extension names no offence committed or reasonably suspected in connection "
                "with activity within the authorisation"
            )
            yield against(limits, Key.EXTENSION_OFFENCES, finding, about=About.EXTENSION)
        end = max(end, each.until)
    yield from _total_found(view, limits, end=end)


def _extension_time_found(
    view: Authorisation, each: Extended, limits: Limits, *, end: datetime
) -> Iterator[Defect]:
    rule = Key.EXTENSION_HOURS
    if each.at >= end:
        finding = f"extended at {clock(each.at)}, after it had ended at {clock(end)}"
        yield against(limits, rule, finding, about=About.EXTENSION)
    elif view.revoked is not None and view.revoked.at <= each.at:
        finding = f"extended at {clock(each.at)}, after it was revoked"
        yield against(limits, rule, finding, about=About.EXTENSION)
    if view.given is not None and each.at < view.given.at:
        finding = f"extended at {clock(each.at)}, before it was given"
        yield against(limits, rule, finding, about=About.EXTENSION)
    if each.until <= end:
        finding = f"extended until {clock(each.until)}, which is no later than its end {clock(end)}"
        yield against(limits, rule, finding, about=About.EXTENSION)


def _extension_length_found(
    each: Extended, limits: Limits, *, number: int, end: datetime
) -> Iterator[Defect]:
    rule, steps = limits.narrowest(Key.EXTENSION_HOURS), limits.extension_steps
    if rule is None:
        return
    if number >= len(steps):
        most = "1 extension" if len(steps) == 1 else f"{len(steps)} extensions"
        finding = f"extension number {number + 1}; there may be {most}"
        yield defect(rule, finding, about=About.EXTENSION)
    elif each.until - end > steps[number]:
        hours = (each.until - end) / HOUR
        finding = f"extended by {hours:g} hours; the limit is {steps[number] / HOUR:g}"
        yield defect(rule, finding, about=About.EXTENSION)


def _total_found(view: Authorisation, limits: Limits, *, end: datetime) -> Iterator[Defect]:
    if view.period is None or not view.extensions:
        return
    for rule in limits.of(Key.TOTAL_HOURS):
        if end - view.period.starts > int(str(rule.value)) * HOUR:
            hours = (end - view.period.starts) / HOUR
            finding = f"runs {hours:g} hours in all; the limit is {rule.value}"
            yield defect(rule, finding, about=About.EXTENSION)
