"""Settings of disproportionality."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rightplace.powers.searches.ratios_compared import RatioRules


@dataclass(frozen=True, slots=True, kw_only=True)
class DisproportionSettings:
    """When a ratio of searches is given, and on which residents.

    Parameters
    ----------
    residents
        Your own table of residents (area_code, year, group, residents, source); a relative path
        starts in the workspace; empty takes the Censuses of 2011 and 2021 for London that ship.
    benchmarks
        Tables of other denominators with ; between (kind, area, period, group, count, source).
    explanations
        A table of what each force says of its annual section 60 ratio (force, by, given_at,
        text).
    census_year
        Residents of which year; 0 takes the year counted nearest to the middle of the period.
    fewest_searches
        Fewest searches of both groups together for a ratio, and of one group for a rate: 50
        (NEEDS D); more may be set, fewer not.
    fewest_of_group
        Fewest searches of either group for a ratio: 5 (DOMAIN 2.6.32); more may be set, fewer
        not.
    fewest_months
        From so many months on it is judged whether they scatter more than chance, and from fewer
        whether weeks do; 2 or more; a choice of ours.
    """

    residents: str = ""
    benchmarks: str = ""
    explanations: str = ""
    census_year: int = 0
    fewest_searches: int = 50
    fewest_of_group: int = 5
    fewest_months: int = 6

    @property
    def rules(self) -> RatioRules:
        """The rules of a ratio; rules that are looser than the least are refused."""
        from rightplace.powers.searches.ratios_compared import RatioRules

        return RatioRules(
            fewest_searches=self.fewest_searches,
            fewest_of_group=self.fewest_of_group,
            fewest_months=self.fewest_months,
        )
