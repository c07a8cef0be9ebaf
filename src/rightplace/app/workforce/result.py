"""What ``workforce forecast`` answers: strength by month, targets, tutors, what-ifs, origins."""

from __future__ import annotations

from dataclasses import dataclass, field

NOT_WITHIN = "not within the horizon"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """A number by month: its mean over draws, and where draws lie.

    Parameters
    ----------
    mean
        Mean over draws.
    lo80, hi80, lo95, hi95
        Ends of the middle 80 and 95 % of draws.
    """

    mean: float
    lo80: float
    hi80: float
    lo95: float
    hi95: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StrengthMonth:
    """Strength at the end of a month, and what came and went in it.

    Parameters
    ----------
    month
        As YYYY-MM; the first is the start.
    headcount, fte, deployable
        All officers; in full-time equivalent; those who can be deployed.
    joiners, leavers
        Mean over draws, in this month; 0 at the start.
    in_training, waiting_for_tutor, tutored, on_probation, established, on_leave
        Mean over draws of officers in each cohort; they sum to the headcount's mean.
    put_off
        Planned joiners for whom there was no training place by the end of the month.
    tutors_needed, tutors_available
        Mean over draws.
    tutor_gap_share
        Share of draws in which students exceed tutors, 0 to 1.
    """

    month: str
    headcount: Spread
    fte: Spread
    deployable: Spread
    joiners: float
    leavers: float
    in_training: float
    waiting_for_tutor: float
    tutored: float
    on_probation: float
    established: float
    on_leave: float
    put_off: int
    tutors_needed: float
    tutors_available: float
    tutor_gap_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachedResult:
    """When a target is first reached.

    Parameters
    ----------
    name, measure, strength
        The target: headcount, fte or deployable, and how many.
    today
        Strength at the start in that measure.
    median_month
        Month by which half of the draws have reached it; null where fewer ever do within the
        horizon.
    lo80_month, hi80_month, lo95_month, hi95_month
        Months between which 80 and 95 % of draws first reach it; null beyond the horizon.
    never_share
        Share of draws that do not reach it within the horizon, 0 to 1.
    reached_by_share
        Share of draws that have reached it by each month of ``strength``.
    reached_by_end_share
        Share of draws that have reached it by the last month.
    at_end_share
        Share of draws that are at it or above in the last month; less where it is lost again.
    words
        The answer as a sentence.
    """

    name: str
    measure: str
    strength: float
    today: float
    median_month: str | None
    lo80_month: str | None
    hi80_month: str | None
    lo95_month: str | None
    hi95_month: str | None
    never_share: float
    reached_by_share: tuple[float, ...]
    reached_by_end_share: float
    at_end_share: float
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedResult:
    """How a change moves the month in which a target is reached, draw by draw.

    Parameters
    ----------
    target
        Its name.
    median_month
        Month by which half of the draws have reached it with the change; null if fewer do.
    lo80_month, hi80_month
        Months between which 80 % of draws reach it then; null beyond the horizon.
    never_share
        Share of draws that do not reach it then.
    median_months_later
        Middle of the months later (below 0: sooner) among draws that reach it both times; null
        where none do.
    sooner, same, later, neither
        Shares of draws; neither are those that never reach it, with or without the change.
    """

    target: str
    median_month: str | None
    lo80_month: str | None
    hi80_month: str | None
    never_share: float
    median_months_later: float | None
    sooner: float
    same: float
    later: float
    neither: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIfResult:
    """A what-if beside the plan as it stands, with the same chance in every draw.

    Parameters
    ----------
    name
        As it is called.
    changes
        What is changed, as name=value with commas between.
    targets
        What becomes of each target.
    headcount_at_end, fte_at_end, deployable_at_end
        Strength in the last month with the change less strength without, paired draw by draw.
    waiting_for_tutor_at_end
        Mean difference of who waits for a tutor then.
    """

    name: str
    changes: str
    targets: tuple[MovedResult, ...]
    headcount_at_end: Spread
    fte_at_end: Spread
    deployable_at_end: Spread
    waiting_for_tutor_at_end: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MovesResult:
    """What one input moved a step down and up makes of the first target.

    Parameters
    ----------
    name
        What is moved.
    down, up
        To what, as name=value.
    median_month_down, median_month_up
        Month by which half of the draws reach the target then; null if fewer do.
    at_end_down, at_end_up
        Mean difference in the last month, in the target's measure.
    deployable_down, deployable_up
        Mean difference of deployable officers then.
    """

    name: str
    down: str
    up: str
    median_month_down: str | None
    median_month_up: str | None
    at_end_down: float
    at_end_up: float
    deployable_down: float
    deployable_up: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginResult:
    """Numbers that were put in, and where they come from.

    Parameters
    ----------
    table, numbers, origin
        Table of the setup file, what it says, and whence.
    verified
        Whether the table says that its numbers were checked.
    """

    table: str
    numbers: str
    origin: str
    verified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingShare:
    """First postings of an area beside its share of established officers.

    Parameters
    ----------
    area
        Borough or BCU.
    first_postings, share_of_postings
        How many, and their share of all; null where withheld.
    share_of_officers
        Its share of established officers.
    ratio, lo95, hi95
        Share of postings by share of officers, with its exact interval; 1 is an even share. Null
        where withheld.
    words
        What that shows.
    """

    area: str
    first_postings: int | None
    share_of_postings: float | None
    share_of_officers: float
    ratio: float | None
    lo95: float | None
    hi95: float | None
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkforceResult:
    """Strength to come, by month, with all that it rests on.

    Parameters
    ----------
    workforce_id
        Id of the run.
    title
        Whose workforce.
    start_month, last_month, months
        Month at whose end officers were counted, the last of the horizon, and its length.
    draws, compared_draws
        Draws of strength, and those in which changes are compared; 0 for expected values alone.
    strength
        By month, the start first.
    targets
        When each is reached.
    what_ifs, moves
        Changes beside the plan, and which input matters most.
    tutors_words, places_words
        What tutors and training places allow.
    first_postings
        Fairness of first postings as an aggregate; empty where no file was given.
    origins
        Every number with its origin.
    assumed
        What the reckoning takes for granted, in sentences.
    synthetic
        Whether the setup says of itself that it is invented.
    strength_path, targets_path, what_ifs_path
        Tables of the run.
    exported
        Files written besides.
    """

    workforce_id: str
    title: str
    start_month: str
    last_month: str
    months: int
    draws: int
    compared_draws: int
    strength: tuple[StrengthMonth, ...]
    targets: tuple[ReachedResult, ...]
    what_ifs: tuple[WhatIfResult, ...]
    moves: tuple[MovesResult, ...]
    tutors_words: str
    places_words: str
    first_postings: tuple[PostingShare, ...]
    origins: tuple[OriginResult, ...]
    assumed: tuple[str, ...]
    synthetic: bool
    strength_path: str
    targets_path: str
    what_ifs_path: str
    exported: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkforceExample:
    """The shipped setup file, to begin with.

    Parameters
    ----------
    toml
        Its text.
    path
        Where it was written; null where it was only shown.
    """

    toml: str
    path: str | None
