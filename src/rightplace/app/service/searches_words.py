"""A search in words: its facts row by row, and what a supervisor looks at."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from rightplace.app.service.figures import moment_words
from rightplace.app.service.searches_typed import POWER_WORDS, capital
from rightplace.powers.searches.columns import Power

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from rightplace.records.searches.given import SearchGiven


def gaps(facts: SearchGiven) -> tuple[str, ...]:
    """Return what a record leaves unsaid, or says was not done, that a supervisor looks at.

    They are questions, not findings. Source: NEEDS A12; DOMAIN 1.10.63.
    """
    child, bare = facts.is_of_child, facts.more_than_outer or facts.intimate_parts
    found = (
        (facts.body_worn_video is not True, _unsaid("body-worn video on", facts.body_worn_video)),
        (facts.record_offered is not True, _unsaid("a record offered", facts.record_offered)),
        (
            facts.power is Power.SECTION_60 and facts.authorisation is None,
            "section 60, and no authorisation is named",
        ),
        (
            facts.power is Power.SECTION_60 and facts.in_uniform is not True,
            _unsaid("in uniform", facts.in_uniform),
        ),
        (
            child and facts.parent_told is not True,
            _unsaid("parent or guardian told, of somebody under 18", facts.parent_told),
        ),
        (child and not facts.safeguarding, "under 18, and no safeguarding action is recorded"),
        (
            bool(child and bare and facts.appropriate_adult is not True),
            _unsaid("an appropriate adult there, clothing removed", facts.appropriate_adult),
        ),
    )
    return tuple(words for is_gap, words in found if is_gap)


def _unsaid(what: str, answer: bool | None) -> str:  # noqa: FBT001 - an answer of three values
    return f"not recorded: {what}" if answer is None else f"answered no: {what}"


def fact_rows(facts: SearchGiven, zone: ZoneInfo) -> tuple[tuple[str, str], ...]:
    """Return field and value of a search in words, without who searched or was searched."""
    where = ", ".join(each for each in (facts.place, facts.borough, facts.bcu) if each)
    weapons = "" if facts.weapons is None else f", {facts.weapons}"
    return (
        ("When", moment_words(facts.started_at, zone)),
        ("Where", where),
        ("What was searched", facts.type.value),
        ("Power", capital(POWER_WORDS.get(facts.power, facts.power.value))),
        ("Section 60 authorisation", facts.authorisation or "none named"),
        ("Object", facts.object.value),
        ("Grounds", facts.grounds),
        ("Self-defined ethnicity", facts.self_defined.value),
        ("Officer-defined ethnicity", facts.officer_defined.value),
        ("Age", facts.age.value),
        ("Sex", facts.sex.value),
        ("In uniform", answered(facts.in_uniform)),
        ("Body-worn video on", answered(facts.body_worn_video)),
        ("Handcuffs", answered(facts.handcuffs)),
        ("More than outer clothing removed", answered(facts.more_than_outer)),
        ("Intimate parts exposed", answered(facts.intimate_parts)),
        ("Appropriate adult there", answered(facts.appropriate_adult)),
        ("Parent or guardian told", answered(facts.parent_told)),
        ("Safeguarding action", facts.safeguarding or "not recorded"),
        ("Outcome", facts.outcome.value),
        ("Outcome linked to the object", answered(facts.linked)),
        ("Weapon found", answered(facts.weapon_found) + weapons),
        ("Record offered", answered(facts.record_offered)),
    )


def answered(value: bool | None) -> str:  # noqa: FBT001 - an answer of three values
    """Return yes, no, or that nothing is recorded."""
    return {True: "yes", False: "no", None: "not recorded"}[value]


def values_of(facts: SearchGiven, officer: str, zone: ZoneInfo) -> dict[str, str]:
    """Return what the form starts from when a search is corrected."""
    local = facts.started_at.astimezone(zone)
    found = {"day": f"{local:%Y-%m-%d}", "time": f"{local:%H:%M}", "officer": officer}
    for each in fields(facts):
        value = getattr(facts, each.name)
        if isinstance(value, bool):
            found[each.name] = "yes" if value else "no"
        elif value is not None and value != "not given" and each.name != "started_at":
            found[each.name] = str(value)
    return found
