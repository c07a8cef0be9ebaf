"""Why an officer is posted where, in one sentence of computed facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rightplace.deploy.surge.demand import Want
    from rightplace.deploy.surge.match import MatchRule
    from rightplace.deploy.surge.officers import Officer, PastPosting

_NOW = 0.5  # months: what ended less long ago than this goes on


def posting_reason(
    officer: Officer, want: Want, *, rule: MatchRule, posted: int, last_harm: float | None
) -> str:
    """Return the reason of a posting: what the officer brings, and what the post is short of.

    Parameters
    ----------
    officer, want
        Who goes where.
    rule
        How past postings count.
    posted
        Officers posted there in all.
    last_harm
        Harm a week that the last of them prevents; None without data.
    """
    brings = [*_knowledge(officer, want, rule), *_skills(officer, want)]
    if not brings:
        brings = [f"no past posting in {want.borough} is stated"]
    return f"{_sentence('; '.join(brings))}; {_short(want, posted, last_harm)}."


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def _knowledge(officer: Officer, want: Want, rule: MatchRule) -> list[str]:
    here = [p for p in officer.past_postings if p.borough.casefold() == want.borough.casefold()]
    facts = []
    if here:
        counted = min(rule.counted_months(here), rule.full_months)
        said = " and ".join(_past(posting) for posting in here)
        facts.append(
            f"{said} in {want.borough} (counts {counted:.0f} of {rule.full_months:.0f} months)"
        )
    elsewhere = [p for p in officer.past_postings if p.role == want.role and p not in here]
    if elsewhere:
        facts.append(f"{sum(p.months for p in elsewhere):.0f} months of {want.role} elsewhere")
    return facts


def _past(posting: PastPosting) -> str:
    if posting.months_since < _NOW:
        return f"{posting.months:.0f} months of {posting.role}, going on"
    ended = f"ended {posting.months_since:.0f} months ago"
    return f"{posting.months:.0f} months of {posting.role}, {ended},"


def _skills(officer: Officer, want: Want) -> list[str]:
    held = sorted(officer.skills & set(want.skills))
    return [f"has {', '.join(held)}, asked for because: {want.need}"] if held else []


def _short(want: Want, posted: int, last_harm: float | None) -> str:
    floor = f", floor {want.floor}" if want.floor else ""
    ceiling = "" if want.ceiling is None else f", ceiling {want.ceiling}"
    within = f"{want.name} gets {posted}{floor}{ceiling}"
    if last_harm is None:
        return f"{within}, by its floor, for no data say what they prevent"
    return f"{within}, the last preventing {last_harm:.3g} of harm a week"


def gaps_in_data(officer: Officer, want: Want) -> tuple[str, ...]:
    """Return what is not known of a posting.

    Parameters
    ----------
    officer, want
        Who goes where.
    """
    found = []
    if not officer.past_postings:
        found.append("no past posting stated")
    if want.expected_harm is None and want.source == "no data":
        found.append(f"no data on {want.name}")
    if want.supervisors is None:
        found.append(f"supervisors of {want.borough} not stated")
    if want.source == "file" and want.effect is None:
        found.append("effect of officers from settings, an assumption")
    return tuple(found)
