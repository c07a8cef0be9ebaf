"""How far a ratio could lie off because some ethnicities were not stated.

Nobody knows the groups of those who did not state one. All of them may have been of the group, or
all of the reference; whatever the truth, the ratio of all searches lies between the two bounds.
They are printed beside the estimate, which leaves these searches out of both groups.

References
----------
METHODS D11; Manski (1989), Journal of Human Resources 24, 343-360 (worst-case bounds).
"""

from __future__ import annotations

from dataclasses import dataclass

from rightplace.errors import BadInputError
from rightplace.powers.searches.ratios import Ratio, Scatter, Tally, rate_ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The least and the greatest that a ratio can be, whoever the unknown are.

    Parameters
    ----------
    lower
        All unknown counted with the reference.
    upper
        All unknown counted with the group.
    unknown
        Searches without a stated group, 0 or more.
    """

    lower: Ratio
    upper: Ratio
    unknown: int

    @property
    def hold_one(self) -> bool:
        """Whether who did not state a group could turn the ratio to 1 or past it."""
        return self.lower.value <= 1 <= self.upper.value


def bounds(
    group: Tally,
    reference: Tally,
    *,
    unknown: int,
    scatter: Scatter | None = None,
    level: float = 0.95,
) -> Bounds:
    """Return the bounds of a ratio with all unknown searches to either side.

    Parameters
    ----------
    group, reference
        Searches with a stated group; both above 0, or the ratio is undefined.
    unknown
        Searches without one: not stated, not given, or not recorded; 0 or more.
    scatter
        As for the ratio itself.
    level
        Of the intervals at both bounds.

    Raises
    ------
    BadInputError
        If ``unknown`` is below 0.
    """
    if unknown < 0:
        msg = f"{unknown} searches without a group cannot be."
        raise BadInputError(msg, value=unknown, remedy="Give a count of 0 or more.")
    ends = ((group, _with(reference, unknown)), (_with(group, unknown), reference))
    lower, upper = (rate_ratio(a, b, scatter=scatter, level=level) for a, b in ends)
    return Bounds(lower=lower, upper=upper, unknown=unknown)


def _with(tally: Tally, more: int) -> Tally:
    return Tally(events=tally.events + more, base=tally.base)
