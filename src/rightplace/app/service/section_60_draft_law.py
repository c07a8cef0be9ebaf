"""The law beside a question: provisions in our words, each with its source and whether it was read.

What limits something comes from the dated records of the law; the tests of each ground, which limit
nothing that can be counted, stand here (DOMAIN 1.1.2 to 1.1.12).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.powers.law.keys import MEANINGS, Key
from rightplace.powers.section_60.grounds import Ground

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rightplace.powers.law.keys import Value
    from rightplace.powers.law.limits import Limits
    from rightplace.powers.law.provisions import Provision

_OWN_NOTES = re.compile(r"\s*\((?:DOMAIN|NEEDS)[^)]*\)")
_ACT = "legislation.gov.uk: Act as amended"
_NAME = "Criminal Justice and Public Order Act 1994, section"
_CODE = "PACE Code A, its text not read"


@dataclass(frozen=True, slots=True, kw_only=True)
class LawLine:
    """A provision beside a question.

    Parameters
    ----------
    provision
        To the section.
    words
        What it asks, in our words.
    status
        How far it was verified, in words.
    is_verified
        Whether its text was read.
    source
        Where.
    """

    provision: str
    words: str
    status: str
    is_verified: bool
    source: str


def _read(provision: str, words: str) -> LawLine:
    return LawLine(
        provision=provision, words=words, status="verified", is_verified=True, source=_ACT
    )


def _unread(provision: str, words: str) -> LawLine:
    return LawLine(
        provision=provision, words=words, status="not verified", is_verified=False, source=_CODE
    )


BELIEF = _read(
    "Section 60(1)",
    "The officer who gives it must reasonably believe the ground. Suspicion is not enough.",
)
GROUND_LINES: dict[Ground, LawLine] = {
    Ground.ANTICIPATION: _read(
        "Section 60(1)(a)",
        "Incidents involving serious violence may take place in a locality in the police area, "
        "and it is expedient to authorise to prevent their occurrence. Both are needed.",
    ),
    Ground.AFTER_INCIDENT: _read(
        "Section 60(1)(aa)",
        "An incident involving serious violence has taken place in England and Wales in the "
        "police area; a weapon used in it is being carried in a locality there; and it is "
        "expedient to authorise to find that weapon. All three are needed.",
    ),
    Ground.CARRYING: _read(
        "Section 60(1)(b)",
        "People are carrying dangerous instruments or offensive weapons in a locality in the "
        "police area without good reason.",
    ),
}
NO_WIDER = _unread(
    "PACE Code A, paragraphs 2.13 to 2.14",
    "No longer and no wider than is believed necessary. Officers must be able to be told the edge: "
    "streets, or a map with a defined edge, and not the borough by default.",
)
GRADES = LawLine(
    provision="3x5x2 grading",
    words="Information graded E is suspected to be false and supports no ground. An unreliable "
    "source (3), or information that nobody can place (D), should not stand alone.",
    status="not verified",
    is_verified=False,
    source="a rule of this service, after the national grading of intelligence",
)
_KEYS: dict[str, tuple[Key, ...]] = {
    "locality": (Key.IN_WRITING,),
    "period": (Key.LONGEST_HOURS, Key.EXTENSION_HOURS, Key.TOTAL_HOURS),
    "incident": (Key.ORAL_GROUNDS,),
    "other-powers": (Key.IN_WRITING,),
    "impact": (Key.COMMUNICATE,),
    "briefing": (Key.UNIFORM, Key.WEAPONS_ONLY),
    "check": (Key.LOWEST_RANK, Key.RANK_KINDS, Key.IN_WRITING, Key.INFORM_RANK),
}
_LINES: dict[str, tuple[LawLine, ...]] = {
    "grounds": (BELIEF, *GROUND_LINES.values()),
    "incident": (GROUND_LINES[Ground.AFTER_INCIDENT],),
    "locality": (NO_WIDER,),
    "period": (NO_WIDER,),
}


def law_beside(question: str, limits: Limits) -> tuple[LawLine, ...]:
    """Return the law beside a question.

    Parameters
    ----------
    question
        As in the page's address.
    limits
        Those on the day on which it starts.
    """
    rules = (line for key in _KEYS.get(question, ()) for line in _in_force(limits, key))
    return (*rules, *_LINES.get(question, ()))


def law_of_limb(ground: Ground) -> tuple[LawLine, ...]:
    """Return the law beside a limb of a ground."""
    return BELIEF, GROUND_LINES[ground], GRADES


def _in_force(limits: Limits, key: Key) -> Iterator[LawLine]:
    """Yield the rule about one thing that binds; the stricter one where there are several."""
    rule = limits.narrowest(key) if key is Key.EXTENSION_HOURS else limits.strictest(key)
    if rule is not None:
        yield _line(rule)


def _line(rule: Provision) -> LawLine:
    said = _value(rule.value)
    return LawLine(
        provision=rule.provision.replace(_NAME, "Section"),
        words=_plain(f"{_upper(MEANINGS[rule.limits])}{said}. {rule.note}"),
        status=rule.status,
        is_verified=rule.verified,
        source=_plain(rule.source),
    )


def _plain(words: str) -> str:
    """Return words without the numbers of our own notes, which mean nothing to an officer."""
    return _OWN_NOTES.sub("", words).strip()


def _value(value: Value) -> str:
    """Return a value after what it limits: nothing after what simply holds."""
    if value is True:
        return ""
    if isinstance(value, tuple):
        return f": {', '.join(str(each) for each in value) or 'none'}"
    return f": {value}"


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]
