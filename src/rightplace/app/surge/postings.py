"""Postings, donors, posts and prices of a solved surge, as the result holds them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from rightplace.app.surge.result import (
    CapacityResult,
    DonorEffect,
    OtherPost,
    Posting,
    PostResult,
    PriceLine,
    Score,
)

if TYPE_CHECKING:
    from rightplace.app.surge.solving import Solved
    from rightplace.deploy.surge.alternatives import NextBest
    from rightplace.deploy.surge.officers import Officer

_NOT_GIVEN = 0.0  # rates and hours below it are not given


def postings_of(solved: Solved) -> tuple[Posting, ...]:
    """Return every posting, by post and officer."""
    case, post_of, mover_of = solved.inputs.case, solved.post_of, solved.mover_of
    counts = Counter(post_of.values())
    fixed = {each.officer_id: each for each in solved.inputs.overrides}
    found = []
    for index, post in sorted(post_of.items(), key=lambda item: (item[1], item[0])):
        officer, want, mover = case.officers[index], case.wants[post], mover_of[index]
        override = fixed.get(officer.officer_id)
        found.append(
            Posting(
                officer_id=officer.officer_id,
                unit=officer.unit,
                borough=want.borough,
                role=want.role,
                reason=_reason(solved, officer, post, counts[post]),
                next_best=_other(solved, solved.next_best[mover]),
                stays_share=None if solved.stays is None else float(solved.stays[mover]),
                score=score_of(solved, index, post),
                actions=_actions(solved, officer, post),
                pair_with=officer.pair_with,
                gaps=_gaps(officer, solved, post),
                override=None if override is None else f"{override.reason} ({override.author})",
            )
        )
    return tuple(found)


def _reason(solved: Solved, officer: Officer, post: int, officers: int) -> str:
    from rightplace.deploy.surge.reasons import posting_reason

    case = solved.inputs.case
    unknown = solved.inputs.curves.increments[post].size == 0
    row = case.harm[post]
    last = None if unknown else float(row[min(officers, row.size) - 1])
    rule = case.terms.rule
    return posting_reason(officer, case.wants[post], rule=rule, posted=officers, last_harm=last)


def _gaps(officer: Officer, solved: Solved, post: int) -> tuple[str, ...]:
    from rightplace.deploy.surge.reasons import gaps_in_data

    return gaps_in_data(officer, solved.inputs.case.wants[post])


def _other(solved: Solved, found: NextBest) -> OtherPost | None:
    if found.post is None or found.worse_lo is None or found.worse_hi is None:
        return None
    want = solved.inputs.case.wants[found.post]
    return OtherPost(
        borough=want.borough, role=want.role, worse_lo=found.worse_lo, worse_hi=found.worse_hi
    )


def score_of(solved: Solved, officer: int, post: int) -> Score:
    """Return what an officer's match with a post is made of.

    Parameters
    ----------
    solved
        The surge.
    officer, post
        Places in the lists.
    """
    terms, case = solved.inputs.case.terms, solved.inputs.case
    borough = case.wants[post].borough.casefold()
    here = [p for p in case.officers[officer].past_postings if p.borough.casefold() == borough]
    rule, at = terms.rule, (officer, post)
    knowledge, role, skills = (float(t[at]) for t in (terms.knowledge, terms.role, terms.skills))
    return Score(
        counted_months=rule.counted_months(here),
        knowledge=knowledge,
        role=role,
        skills=skills,
        match=rule.knowledge * knowledge + rule.role * role + rule.skills * skills,
    )


def _actions(solved: Solved, officer: Officer, post: int) -> tuple[str, ...]:
    levels = solved.inputs.case.actions
    stated = solved.inputs.case.wants[post].actions
    return tuple(action for action in stated if levels[action] <= officer.accreditation)


def posts_of(solved: Solved) -> tuple[PostResult, ...]:
    """Return what each borough gets in each role."""
    case, curves = solved.inputs.case, solved.inputs.curves
    officers = Counter(solved.post_of.values())
    supervisors = Counter(
        post for index, post in solved.post_of.items() if case.officers[index].supervisor
    )
    return tuple(
        PostResult(
            borough=want.borough,
            role=want.role,
            officers=officers[post],
            supervisors=supervisors[post],
            floor=want.floor,
            ceiling=want.ceiling,
            harm_prevented=float(case.harm[post][: officers[post]].sum())
            if curves.treatments[post] is None
            else None,
            source=want.source,
            treatment=curves.treatments[post],
        )
        for post, want in enumerate(case.wants)
    )


def harm_imputed(solved: Solved) -> float:
    """Return harm prevented where there are no data, by the average of other boroughs."""
    officers = Counter(solved.post_of.values())
    case = solved.inputs.case
    return float(
        sum(
            case.harm[post][: officers[post]].sum()
            for post, treatment in enumerate(solved.inputs.curves.treatments)
            if treatment is not None
        )
    )


def donors_of(solved: Solved) -> tuple[DonorEffect, ...]:
    """Return what each unit loses, those that lose nobody too."""
    case, full_time = solved.inputs.case, solved.inputs.settings.full_time_hours
    listed = Counter(officer.unit for officer in case.officers)
    stated = {donor.unit: donor for donor in solved.inputs.limits.donors}
    loses: Counter[str] = Counter()
    hours: Counter[str] = Counter()
    for index in solved.post_of:
        officer = case.officers[index]
        loses[officer.unit] += 1
        own = officer.weekly_hours
        hours[officer.unit] += full_time if own is None else own  # type: ignore[assignment]  # hours are no whole numbers
    found = []
    for unit in sorted(listed):
        donor = stated.get(unit)
        strength = listed[unit] if donor is None else donor.strength
        found.append(
            DonorEffect(
                unit=unit,
                loses=loses[unit],
                strength=strength,
                left=strength - loses[unit],
                keeps_at_least=None if donor is None else donor.floor,
                weekly_hours_lost=float(hours[unit]),
            )
        )
    return tuple(found)


def capacity_of(solved: Solved) -> tuple[CapacityResult, ...]:
    """Return what the officers of each role give in a week."""
    from rightplace.deploy.surge.capacity import capacity
    from rightplace.deploy.surge.officers import PATROL, ROLES

    case = solved.inputs.case
    found = []
    for role in ROLES:
        hours = [
            case.officers[index].weekly_hours
            for index, post in solved.post_of.items()
            if case.wants[post].role == role
        ]
        made = capacity(role, hours, solved.inputs.pattern, on_patrol=role == PATROL)
        names = CapacityResult.__dataclass_fields__
        found.append(CapacityResult(**{name: getattr(made, name) for name in names}))
    return tuple(found)


def prices_of(
    solved: Solved, donors: tuple[DonorEffect, ...]
) -> tuple[tuple[PriceLine, ...], float | None, str]:
    """Return lines of the cost a week, their sum where all are known, and what is not."""
    from rightplace.deploy.surge.capacity import price

    settings, officers = solved.inputs.settings, len(solved.post_of)
    lost = float(np.sum([donor.weekly_hours_lost for donor in donors]))
    lines = []
    for name, rate, share, units in (
        ("overtime", settings.overtime_rate, settings.overtime_hours, float(officers)),
        ("rest days", settings.rest_day_rate, settings.rest_day_hours, float(officers)),
        ("backfill", settings.backfill_rate, settings.backfill_share, lost),
    ):
        hours = None if share < _NOT_GIVEN else share * units
        made = price(name, hours=hours, rate=None if rate < _NOT_GIVEN else rate)
        line = PriceLine(name=name, hours=made.hours, rate=made.rate, pounds=made.pounds)
        lines.append(line)
    missing = [line.name for line in lines if line.pounds is None]
    if not missing:
        return tuple(lines), sum(line.pounds or 0.0 for line in lines), "all rates given"
    what = "no price" if len(missing) == len(lines) else "no total price"
    return tuple(lines), None, f"{what}: rates not given ({', '.join(missing)})"
