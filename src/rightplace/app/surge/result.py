"""What a surge answers."""

from __future__ import annotations

from dataclasses import dataclass

from rightplace.app.workforce.deployable import DeployableTaken  # noqa: TC001 - schemas read it

WHO_MAY_SEE = (
    "The score of an officer is made of past postings, role and skills that a post asks for, and "
    "of nothing else. The officer, the line manager, the tasking chair and the data protection "
    "officer can see it with `rightplace explain`; an officer who contests it has the officers "
    "file corrected and the surge run again. It ranks nobody and is used for nothing else."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherPost:
    """Where an officer would go if not here, and by how much all postings would be worse.

    Parameters
    ----------
    borough, role
        The post.
    worse_lo, worse_hi
        Loss of the objective, as an interval; equal where it is exact.
    """

    borough: str
    role: str
    worse_lo: float
    worse_hi: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What the match of an officer with a post is made of; each 0 to 1.

    Parameters
    ----------
    counted_months
        Months in the borough, less the older they are.
    knowledge, role, skills
        The terms.
    match
        Their weighed sum.
    """

    counted_months: float
    knowledge: float
    role: float
    skills: float
    match: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One officer's posting.

    Parameters
    ----------
    officer_id, unit
        Who, and who loses the officer.
    borough, role
        Where, and as what.
    reason
        One sentence of computed facts.
    next_best
        The best other post; None where there is none.
    stays_share
        Share of draws of the demand in which the posting stays, 0 to 1; None without draws.
    actions
        What the accreditation allows of an investigation's actions.
    gaps
        What is not known.
    override
        Why and by whom it was fixed, or None.
    """

    officer_id: str
    unit: str
    borough: str
    role: str
    reason: str
    next_best: OtherPost | None
    stays_share: float | None
    score: Score
    actions: tuple[str, ...]
    pair_with: str | None
    gaps: tuple[str, ...]
    override: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostResult:
    """What one borough gets in one role.

    Parameters
    ----------
    officers, supervisors
        Posted; supervisors among them.
    harm_prevented
        A week: planned, not achieved. None without data.
    source
        ``file``, ``increments``, ``forecast`` or ``no data``.
    treatment
        What was done where there are no data.
    """

    borough: str
    role: str
    officers: int
    supervisors: int
    floor: int | None
    ceiling: int | None
    harm_prevented: float | None
    source: str
    treatment: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DonorEffect:
    """What one unit loses.

    Parameters
    ----------
    loses
        Officers posted away.
    strength
        Officers it had; those listed where no file states it.
    keeps_at_least
        Its floor; None where none is stated.
    weekly_hours_lost
        Contracted hours.
    """

    unit: str
    loses: int
    strength: int
    left: int
    keeps_at_least: int | None
    weekly_hours_lost: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityResult:
    """What the officers of one role give in a week."""

    role: str
    officers: int
    on_duty_a_day: float
    hours_a_week: float
    patrols_a_day: int | None
    visits_each: int | None
    visits_a_day: int | None
    visits_a_week: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceLine:
    """One line of the cost a week, in pounds; None where rate or hours were not given."""

    name: str
    hours: float | None
    rate: float | None
    pounds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightPoint:
    """The surge at another weight of the match.

    Parameters
    ----------
    match_weight
        Share of an officer's mean harm that a full match counts.
    harm_prevented, match
        A week, and the sum of matches.
    harm_given_up_lo, harm_given_up_hi
        Less than at weight 0, as an interval from the bounds.
    """

    match_weight: float
    harm_prevented: float
    match: float
    harm_given_up_lo: float
    harm_given_up_hi: float
    gap: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupShare:
    """Who gets posted, by a group that officers declared themselves; looked at afterwards only.

    Parameters
    ----------
    attribute, group
        Such as part_time, yes.
    listed, posted
        Officers who could be posted, and who were; None where fewer than five are behind a figure.
    """

    attribute: str
    group: str
    listed: int | None
    posted: int | None
    share_of_listed: float | None
    share_of_posted: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideResult:
    """A posting that a person fixed."""

    officer_id: str
    post: str
    reason: str
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SurgeResult:
    """Postings of a surge: who goes where, why, who loses, and how near to the best it is.

    Parameters
    ----------
    status
        ``optimal`` (proven within 1e-6) or ``gap``.
    objective, bound
        Expected harm prevented a week and the weighed match; no postings exceed the bound.
    gap
        (bound - objective) / bound, 0 to 1.
    asked, posted
        Officers. ``fewer_because`` names what stands in the way where fewer are posted.
    harm_prevented
        A week: planned, not achieved.
    harm_imputed
        Part of it that stands in boroughs without data, by the average of the others.
    match, match_weight, match_worth
        Sum of matches; the weight; what a full match is worth in harm.
    unmatched_harm, unmatched_bound
        Harm prevented at match weight 0, and its bound.
    price_of_match_lo, price_of_match_hi
        Harm that matching gives up, as an interval.
    weights
        The same at other weights.
    overrides_price_lo, overrides_price_hi
        Objective that overrides cost, as an interval; None without any.
    notice_days
        Days from the day asked to the effective date; None where that is not given.
    price_total
        Pounds a week; None where a rate or hours are not given. ``price_note`` says which.
    who_may_see
        Who can see and contest the score.
    deployable
        What the postings take of the officers whom the force can deploy in the month in which they
        begin; None where no workforce forecast was named.
    """

    surge_id: str
    status: str
    objective: float
    bound: float
    gap: float
    asked: int
    posted: int
    fewer_because: tuple[str, ...]
    harm_prevented: float
    harm_imputed: float
    label: str
    match: float
    match_weight: float
    match_worth: float
    unmatched_harm: float
    unmatched_bound: float
    price_of_match_lo: float
    price_of_match_hi: float
    weights: tuple[WeightPoint, ...]
    postings: tuple[Posting, ...]
    posts: tuple[PostResult, ...]
    donors: tuple[DonorEffect, ...]
    capacity: tuple[CapacityResult, ...]
    prices: tuple[PriceLine, ...]
    price_total: float | None
    price_note: str
    groups: tuple[GroupShare, ...]
    overrides: tuple[OverrideResult, ...]
    overrides_price_lo: float | None
    overrides_price_hi: float | None
    notice_days: int | None
    who_may_see: str
    synthetic: bool
    postings_path: str
    donors_path: str
    scores_path: str
    exported: tuple[str, ...] = ()
    deployable: DeployableTaken | None = None
