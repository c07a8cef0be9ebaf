"""Other things that searches may be set against, each with its bias, none merged with another.

Residents are not the people who were out and could be searched. Whoever sets searches against
suspects, victims or the people present instead trades one bias for another; which one stands
beside every such ratio. Nothing is computed without a file that names its source.

References
----------
DOMAIN 2.6.26-27; Miller (2000), Profiling Populations Available for Stops and Searches, Police
Research Series 131, Home Office (available population).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rightplace.errors import BadInputError
from rightplace.powers.searches.columns import STATED, Ethnicity

if TYPE_CHECKING:
    from collections.abc import Sequence


class BenchmarkKind(StrEnum):
    """What searches are set against beside residents."""

    SUSPECTS = "violent-crime suspects"
    VICTIMS = "victims of violence"
    AVAILABLE = "available population"


BIAS = {
    BenchmarkKind.SUSPECTS: (
        "Suspects are those whom the police recorded as suspects. If recording is biased, this "
        "ratio inherits the bias and makes searching look more equal than it is."
    ),
    BenchmarkKind.VICTIMS: (
        "This ratio assumes that offenders are of the same groups as victims. Nobody can check "
        "that where offenders are not known, and where it is wrong the ratio is wrong."
    ),
    BenchmarkKind.AVAILABLE: (
        "The people present in a place depend on how, where and when they were counted, and on "
        "where officers chose to go: searching where one group is present makes that group look "
        "available."
    ),
}
"""Why each ratio may mislead, in words for its reader (DOMAIN 2.6.27: state this on screen)."""
UNITS = {
    BenchmarkKind.SUSPECTS: "suspect of violent crime",
    BenchmarkKind.VICTIMS: "victim of violence",
    BenchmarkKind.AVAILABLE: "person counted as present",
}
"""One of those counted, to follow "for each"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkCount:
    """How many of one group a benchmark counts in one area.

    Parameters
    ----------
    kind
        What is counted.
    area
        A force as in the table of searches, or the official code of a local authority.
    period
        When, as the publisher words it, such as ``April 2020 to March 2021``.
    group
        Broad ethnic group.
    count
        0 or more.
    source
        Who published it, with its table.
    """

    kind: BenchmarkKind
    area: str
    period: str
    group: Ethnicity
    count: int
    source: str

    def __post_init__(self) -> None:
        """Check that it is a count with its source.

        Raises
        ------
        BadInputError
            If the group is none that is compared, the count is below 0, or a word is blank.
        """
        named = all(text.strip() for text in (self.area, self.period, self.source))
        if self.group not in STATED or self.count < 0 or not named:
            msg = f"{self.count} {self.kind} of {self.group!r} in {self.area!r} is no benchmark."
            remedy = "Give a count of a named group, with area, period and source."
            raise BadInputError(msg, value=self.area, remedy=remedy)


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """One denominator for one area: every group counted once, by one source, in one period.

    Parameters
    ----------
    counts
        All groups.

    Raises
    ------
    BadInputError
        If a group is missing or stands twice, or kinds, areas, periods or sources are mixed.
    """

    counts: tuple[BenchmarkCount, ...]

    def __post_init__(self) -> None:
        """Check that nothing is mixed and nothing is missing.

        Raises
        ------
        BadInputError
            If a group is missing or stands twice, or kinds, areas, periods or sources are mixed.
        """
        groups = Counter(each.group for each in self.counts)
        if groups != Counter(STATED):
            lacking = ", ".join(group for group in STATED if groups[group] != 1)
            msg = f"A benchmark needs each group once; look at {lacking}."
            raise BadInputError(msg, value=lacking, remedy="Give all five groups; 0 is a count.")
        if len({(each.kind, each.area, each.period, each.source) for each in self.counts}) > 1:
            first = self.counts[0]
            msg = f"The {first.kind} of {first.area} mix kinds, areas, periods or sources."
            raise BadInputError(msg, value=first.area, remedy="Keep one of each.")

    @property
    def kind(self) -> BenchmarkKind:
        """What is counted."""
        return self.counts[0].kind

    @property
    def area(self) -> str:
        """Where."""
        return self.counts[0].area

    @property
    def period(self) -> str:
        """When."""
        return self.counts[0].period

    @property
    def source(self) -> str:
        """Who published it."""
        return self.counts[0].source

    @property
    def bias(self) -> str:
        """Why a ratio on it may mislead."""
        return BIAS[self.kind]

    @property
    def unit(self) -> str:
        """One of those counted, in words."""
        return UNITS[self.kind]

    @property
    def by_group(self) -> dict[Ethnicity, int]:
        """How many of each group."""
        return {each.group: each.count for each in self.counts}


def benchmarks_of(counts: Sequence[BenchmarkCount]) -> tuple[Benchmark, ...]:
    """Return one benchmark for each kind and area, in the order they come.

    Two periods or sources of one kind and area are refused, never added up or averaged.

    Parameters
    ----------
    counts
        In any order.
    """
    found: dict[tuple[BenchmarkKind, str], list[BenchmarkCount]] = {}
    for each in counts:
        found.setdefault((each.kind, each.area), []).append(each)
    return tuple(Benchmark(counts=tuple(several)) for several in found.values())
