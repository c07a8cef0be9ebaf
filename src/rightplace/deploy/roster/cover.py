"""How many officers one post takes: the arithmetic behind five-team rosters."""

from __future__ import annotations

from rightplace.errors import BadInputError

HOURS_OF_A_WEEK = 168.0


def officers_per_post(
    abstraction_share: float, *, weekly_hours: float = 40.0, post_hours: float = HOURS_OF_A_WEEK
) -> float:
    """Return the officers that keep one post filled, on average over a year.

    It is an average: it knows nothing of skills, rests, or leave taken at the same time, so a
    roster may need more.

    Parameters
    ----------
    abstraction_share
        Share of contracted hours lost to leave, training, court, sickness and the like, 0 to
        below 1.
    weekly_hours
        Contracted hours of an officer in a week.
    post_hours
        Hours of the week in which the post must be filled; 168 is round the clock.

    Raises
    ------
    BadInputError
        If a value makes no sense.

    Examples
    --------
    The four figures of DOMAIN 6.3.15:

    >>> [round(officers_per_post(share), 2) for share in (0.15, 0.20, 0.25, 0.30)]
    [4.94, 5.25, 5.6, 6.0]
    """
    if not 0 <= abstraction_share < 1:
        msg = f"A share of {abstraction_share:g} of the hours cannot be lost."
        raise BadInputError(msg, value=abstraction_share, remedy="Give 0 or more, below 1.")
    if not (weekly_hours > 0 and 0 < post_hours <= HOURS_OF_A_WEEK):
        msg = f"{weekly_hours:g} hours for {post_hours:g} hours a week make no post."
        raise BadInputError(msg, remedy="Give hours above 0, of the post at most 168.")
    return post_hours / weekly_hours / (1 - abstraction_share)
