"""How strong the evidence of a finding is: a rule table, which nobody can raise by hand.

The levels are those of the Maryland scale (Sherman, Farrington, Welsh and MacKenzie 2002,
Evidence-Based Crime Prevention, chapter 2; DOMAIN 10.4.17, unverified there). Which checks a
design must have passed, and that each one missing, and each check of any kind that failed, takes
a level away, is a choice of ours (NEEDS D, part 6).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rightplace.evaluate.designs.finding import Check, Design

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rightplace.evaluate.designs.finding import Diagnostic, Finding

LOWEST: Final = 1
WORDS: Final[Mapping[int, str]] = {
    1: "1 of 5: two things went together; what caused what cannot be said",
    2: "2 of 5: before and after, without a comparison that could show what else changed",
    3: "3 of 5: before and after, beside a comparison",
    4: "4 of 5: several treated places beside several comparable ones",
    5: "5 of 5: chance decided who was treated",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a design is worth at best.

    Parameters
    ----------
    level
        On the scale, 1 to 5, where several units are treated and several are not.
    level_of_one
        The same where a single unit is treated or compared.
    required
        Checks that must have passed; each that could not be made takes a level away too.
    """

    level: int
    level_of_one: int
    required: frozenset[Check] = frozenset()


RULES: Final[Mapping[Design, Rule]] = {
    Design.CLAIM: Rule(level=2, level_of_one=2),
    Design.BEFORE_AFTER: Rule(level=2, level_of_one=2, required=frozenset({Check.ENOUGH_COUNTS})),
    Design.INTERRUPTED_SERIES: Rule(
        level=2, level_of_one=2, required=frozenset({Check.RESIDUALS, Check.PLACEBO_TIME})
    ),
    Design.DISPLACEMENT_DIFFERENCE: Rule(
        level=3, level_of_one=3, required=frozenset({Check.ENOUGH_COUNTS, Check.COMPARABLE})
    ),
    Design.DIFFERENCE: Rule(
        level=4,
        level_of_one=3,
        required=frozenset({Check.PRE_TREND, Check.PLACEBO_TIME, Check.CLUSTERS}),
    ),
    Design.SYNTHETIC_CONTROL: Rule(
        level=4,
        level_of_one=3,
        required=frozenset({Check.FIT, Check.PLACEBO_SPACE, Check.PLACEBO_TIME}),
    ),
    Design.PLACE_DAY: Rule(
        level=5,
        level_of_one=3,
        required=frozenset({Check.BALANCE, Check.SEPARATION, Check.CARRY_OVER}),
    ),
    Design.WEEK_BLOCK: Rule(
        level=5, level_of_one=3, required=frozenset({Check.BALANCE, Check.SEPARATION})
    ),
    Design.CROSSOVER: Rule(
        level=5,
        level_of_one=3,
        required=frozenset({Check.BALANCE, Check.SEPARATION, Check.CARRY_OVER}),
    ),
    Design.RANDOMISED_UNITS: Rule(
        level=5, level_of_one=3, required=frozenset({Check.BALANCE, Check.SEPARATION})
    ),
}
"""Place-days of a single place are no trial: what chance decided there is only when."""

ABOUT_PRECISION: Final = frozenset({Check.POWER})
"""Checks that take no level away: what they find stands in the width of the interval already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The level of a finding, and how it came about.

    Parameters
    ----------
    level
        1 to 5.
    words
        The level in words.
    reasons
        One sentence for where it started and one for each level taken away.
    """

    level: int
    words: str
    reasons: tuple[str, ...]


def evidence_of(finding: Finding) -> Evidence:
    """Return the evidence level of a finding, from its design and its diagnostics alone."""
    rule = RULES[finding.design]
    start = rule.level if finding.replicated else rule.level_of_one
    many = "several treated and compared units" if finding.replicated else "one comparison"
    made = {each.check: each for each in finding.diagnostics}
    lowered = [*_missing(rule, made), *_failed(rule, made)]
    level = max(LOWEST, start - len(lowered))
    reasons = (f"{finding.design.value} with {many} starts at {start}.", *lowered)
    return Evidence(level=level, words=WORDS[level], reasons=reasons)


def _missing(rule: Rule, made: Mapping[Check, Diagnostic]) -> list[str]:
    return [
        f"One less: {check.value} was not checked."
        for check in sorted(rule.required)
        if check not in made
    ]


def _failed(rule: Rule, made: Mapping[Check, Diagnostic]) -> list[str]:
    """Return a reason for each check that failed, and each required one that could not be made."""
    told = []
    for check, each in sorted(made.items()):
        if each.passed is False and check not in ABOUT_PRECISION:
            told.append(f"One less: {check.value} failed.")
        elif each.passed is None and check in rule.required:
            told.append(f"One less: {check.value} could not be checked.")
    return told
