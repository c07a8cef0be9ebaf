"""What a trial is judged by that its lot does not settle."""

from __future__ import annotations

from dataclasses import dataclass

from rightplace.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class LotSettings:
    """How trials are judged; each number is a choice of ours unless it says otherwise.

    Parameters
    ----------
    level
        Of the intervals, above 0 and below 1; 0.95 by convention. Hold-outs of plans take that
        of their own settings, or of their look.
    redraws
        How often the lot is drawn again, 99 or more, where not every draw can be listed.
        Hold-outs of plans take their own number.
    listed
        Most draws that are listed one by one instead.
    balance_chance
        The arms count as alike before unless a fair lot makes such a difference more rarely.
    background_share
        Dosage of places left alone, as a share of that of treated ones, up to which they count
        as left alone. Southend saw about 2 minutes against 15 to 20 (DOMAIN 3.4.21).
    carry_periods
        Periods for which an effect may last in place-day designs: Southend's lasted about 3 days
        (ANCHORS 3), Bedfordshire's not one.
    carry_chance
        Carry-over counts as seen where chance alone does as much more rarely.
    full_visit_minutes
        Patrol-minutes of a row, above 0, from which it counts as visited: a visit qualifies from 10
        (DOMAIN 3.4.20).
    adjusted
        Whether counts before sharpen the estimate, by one slope that does not know the arms.
        Decide it before results are seen.
    left_out
        Places with the most incidents that are left out in turn, 0 or more, to see whether one
        makes the result.
    """

    level: float = 0.95
    redraws: int = 1999
    listed: int = 5000
    balance_chance: float = 0.01
    background_share: float = 0.25
    carry_periods: int = 3
    carry_chance: float = 0.05
    full_visit_minutes: float = 10.0
    adjusted: bool = False
    left_out: int = 50

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises
        ------
        UsageError
            If one lies outside its range; all are named.
        """
        least = {"redraws": 99, "listed": 1, "carry_periods": 1, "left_out": 0}
        wrong = [name for name, number in least.items() if getattr(self, name) < number]
        chances = ("level", "balance_chance", "background_share", "carry_chance")
        wrong += [name for name in chances if not 0 < getattr(self, name) < 1]
        wrong += ["full_visit_minutes"] if self.full_visit_minutes <= 0 else []
        if wrong:
            msg = f"{', '.join(wrong)} of the lot lie outside their range."
            raise UsageError(
                msg,
                value=getattr(self, wrong[0]),
                remedy="See the reference of settings for the ranges.",
            )
