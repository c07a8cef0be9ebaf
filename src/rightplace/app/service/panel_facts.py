"""What a panel sees of one search: facts in closed words, and no free text that could name anybody.

Place, grounds and safeguarding action are free text, and the officer is a person: none of them is
here. At a review they are read out by whoever brings the video (NEEDS A12, C1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.app.service.searches_typed import POWER_WORDS, capital
from rightplace.app.service.searches_words import answered
from rightplace.briefing.stamp import day_in_words
from rightplace.powers.searches.flags import citations

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from rightplace.records.searches.given import SearchGiven


def panel_facts(facts: SearchGiven, zone: ZoneInfo) -> tuple[tuple[str, str], ...]:
    """Return field and value of a search as a panel sees it.

    Parameters
    ----------
    facts
        The search as it stands.
    zone
        Of the study area.
    """
    local = facts.started_at.astimezone(zone)
    hour = f"{local.hour:02}:00 to {(local.hour + 1) % 24:02}:00"
    weapons = "" if facts.weapons is None else f", {facts.weapons}"
    cited = citations(facts.grounds)
    told = (
        ("When", f"{day_in_words(local.date())}, between {hour}"),
        ("Where", facts.borough or "no borough recorded"),
        ("What was searched", facts.type.value),
        ("Power", capital(POWER_WORDS.get(facts.power, facts.power.value))),
        ("Section 60 authorisation", facts.authorisation or "none named"),
        ("Object", facts.object.value),
        ("Grounds cite a plan or forecast", ", ".join(cited) or "none was found"),
        ("Self-defined ethnicity", facts.self_defined.value),
        ("Officer-defined ethnicity", facts.officer_defined.value),
        ("Age", facts.age.value),
        ("Sex", facts.sex.value),
        ("In uniform", answered(facts.in_uniform)),
        ("Body-worn video on", answered(facts.body_worn_video)),
        ("Handcuffs", answered(facts.handcuffs)),
        ("More than outer clothing removed", answered(facts.more_than_outer)),
        ("Intimate parts exposed", answered(facts.intimate_parts)),
        ("Outcome", facts.outcome.value),
        ("Outcome linked to the object", answered(facts.linked)),
        ("Weapon found", answered(facts.weapon_found) + weapons),
        ("Record offered", answered(facts.record_offered)),
    )
    return told + _of_child(facts)


def _of_child(facts: SearchGiven) -> tuple[tuple[str, str], ...]:
    """Return what is asked only where somebody under 18 was searched."""
    if not facts.is_of_child:
        return ()
    return (
        ("Appropriate adult there", answered(facts.appropriate_adult)),
        ("Parent or guardian told", answered(facts.parent_told)),
        ("Safeguarding action", "recorded" if facts.safeguarding else "not recorded"),
    )
