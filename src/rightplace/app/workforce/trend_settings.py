"""Settings of looking ahead from strength alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from rightplace.deploy.workforce.history import Break
    from rightplace.deploy.workforce.trend import TrendPrior


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendSettings:
    """What is held possible of a force's strength before its past is seen, and known breaks.

    Parameters
    ----------
    persistences
        How much of a lasting monthly change may remain after a month, with commas between, each
        above 0 and below 1; equal chances. A choice of ours: from a half-life of one month to one
        of almost six years.
    shares
        Part of the variance of a month's change that may last, with commas between, each above 0
        and at most 1; equal chances. A choice of ours: from almost none to almost all.
    monthly_scale
        Likely size of a month's net change as a share of strength, above 0. A choice of ours:
        three officers in a thousand, about a hundred of a force of 31,000.
    prior_weight
        Above 1; what the scale counts for is as many months as twice this. A choice of ours.
    least_changes
        Monthly changes without a gap from which a trend is learned, 3 or more. A choice of ours:
        ten, so that twelve yearly origins fit into the Metropolitan Police's file (METHODS B15).
    break_name
        A programme that strength did not go on as before in; empty for none. The national
        recruitment programme (DOMAIN 6.5.27).
    break_from
        Its first month. July 2019, when it was announced; not verified.
    break_to
        Its last month. March 2023, when it finished (DOMAIN 6.5.27).
    """

    persistences: str = "0.5, 0.7, 0.8, 0.85, 0.9, 0.925, 0.95, 0.97, 0.98, 0.99"
    shares: str = "0.1, 0.25, 0.5, 0.75, 0.9, 0.99"
    monthly_scale: float = 0.003
    prior_weight: float = 2.0
    least_changes: int = 10
    break_name: str = "Police Uplift Programme"
    break_from: str = "2019-07"
    break_to: str = "2023-03"

    def prior(self) -> TrendPrior:
        """Return what is held possible before a series is seen."""
        from rightplace.deploy.workforce.trend import TrendPrior

        return TrendPrior(
            persistences=_numbers(self.persistences),
            shares=_numbers(self.shares),
            monthly_scale=self.monthly_scale,
            weight=self.prior_weight,
        )

    def breaks(self) -> tuple[Break, ...]:
        """Return the programmes known to have broken what went on before."""
        from rightplace.core.time import Month
        from rightplace.deploy.workforce.history import Break

        if not self.break_name.strip():
            return ()
        first, last = Month.parse(self.break_from), Month.parse(self.break_to)
        return (Break(name=self.break_name, first=first, last=last),)

    def changes_needed(self) -> int:
        """Return from how many monthly changes a trend is learned.

        Raises
        ------
        BadInputError
            If it is fewer than can teach anything.
        """
        from rightplace.deploy.workforce.trend import LEAST_CHANGES

        if self.least_changes < LEAST_CHANGES:
            msg = f"workforce_trend.least_changes is {self.least_changes}."
            remedy = f"Give {LEAST_CHANGES} or more."
            raise BadInputError(msg, value=self.least_changes, remedy=remedy)
        return self.least_changes


def _numbers(text: str) -> tuple[float, ...]:
    """Return the numbers of a setting, with commas between.

    Raises
    ------
    BadInputError
        If one is none.
    """
    try:
        return tuple(float(part) for part in text.split(",") if part.strip())
    except ValueError as error:
        msg = f"{text!r} holds something that is no number."
        remedy = "Write numbers with commas between: 0.5, 0.9."
        raise BadInputError(msg, value=text, remedy=remedy) from error
