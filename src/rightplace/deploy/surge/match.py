"""How well an officer matches a post: from past postings, role and skills asked for, nothing else.

    months     = sum over past postings in the borough of months * 2^(-months since / half-life)
    knowledge  = min(1, months / full_months)
    role       = the same over past postings in the role, wherever they were
    skills     = share of the skills that the post asks for, with its reason, that the officer has
    match      = weights (knowledge, role, skills), 0 to 1

A language counts only where a post states the need; ethnicity, home and social ties never do
(DOMAIN 6.2.7, NEEDS C9).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.deploy.surge.officers import ROLES
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from rightplace.deploy.surge.demand import Want
    from rightplace.deploy.surge.officers import Officer, PastPosting

_DIGITS = 9  # so that equal matches are equal to the bit


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchRule:
    """How the terms of a match are reckoned and weighed.

    Parameters
    ----------
    half_life_months
        Months since a posting's end after which it counts half.
    full_months
        Months, so counted, that are full knowledge.
    knowledge, role, skills
        Weights of the terms; 0 or more, summing to 1.
    """

    half_life_months: float
    full_months: float
    knowledge: float
    role: float
    skills: float

    def __post_init__(self) -> None:
        """Check that it weighs.

        Raises
        ------
        BadInputError
            If a time is not above 0, or weights do not sum to 1.
        """
        weights = (self.knowledge, self.role, self.skills)
        if min(weights) < 0 or not math.isclose(sum(weights), 1, abs_tol=1e-9):
            msg = f"The weights of the match, {weights}, must be 0 or more and sum to 1."
            raise BadInputError(msg, remedy="Mend surge.weight_knowledge and the two beside it.")
        if not (self.half_life_months > 0 and self.full_months > 0):
            msg = "surge.half_life_months and surge.full_months must be above 0."
            raise BadInputError(msg, remedy="Correct the settings.")

    def counted_months(self, postings: Sequence[PastPosting]) -> float:
        """Return months with each posting's age taken off."""
        halves = [each.months_since / self.half_life_months for each in postings]
        return math.fsum(each.months * 2**-h for each, h in zip(postings, halves, strict=True))

    def share(self, postings: Sequence[PastPosting]) -> float:
        """Return how near counted months come to full knowledge, 0 to 1."""
        return min(1.0, self.counted_months(postings) / self.full_months)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MatchTerms:
    """The terms of every officer's match with every post, each (n_officers, n_posts), 0 to 1."""

    rule: MatchRule
    knowledge: NDArray[np.float64]
    role: NDArray[np.float64]
    skills: NDArray[np.float64]

    def total(self) -> NDArray[np.float64]:
        """Return the match, (n_officers, n_posts), 0 to 1."""
        rule = self.rule
        total = rule.knowledge * self.knowledge + rule.role * self.role + rule.skills * self.skills
        return np.round(total, _DIGITS)


def match_terms(officers: Sequence[Officer], wants: Sequence[Want], rule: MatchRule) -> MatchTerms:
    """Return the terms of the match of officers with posts.

    Parameters
    ----------
    officers, wants
        Who, and where.
    rule
        How terms are reckoned.
    """
    shape = (len(officers), len(wants))
    knowledge, role, skills = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    posts_of = _posts_by(wants, lambda want: want.borough.casefold())
    roles_of = _posts_by(wants, lambda want: want.role)
    asked = [(post, frozenset(want.skills)) for post, want in enumerate(wants) if want.skills]
    for index, officer in enumerate(officers):
        past = officer.past_postings
        for borough in {each.borough.casefold() for each in past}:
            here = [each for each in past if each.borough.casefold() == borough]
            knowledge[index, posts_of.get(borough, [])] = rule.share(here)
        for name in ROLES:
            before = [each for each in past if each.role == name]
            if before:
                role[index, roles_of.get(name, [])] = rule.share(before)
        if officer.skills:
            for post, needed in asked:
                skills[index, post] = len(needed & officer.skills) / len(needed)
    return MatchTerms(rule=rule, knowledge=knowledge, role=role, skills=skills)


def _posts_by(wants: Sequence[Want], key: Callable[[Want], str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for post, want in enumerate(wants):
        found.setdefault(key(want), []).append(post)
    return found
