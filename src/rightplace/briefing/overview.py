"""The whole plan in one table, as plain values: one row for each BCU."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.briefing.stamp import require_words
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from rightplace.briefing.stamp import Stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Words under a name."""

    name: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A file beside the page, by its relative name, and what it is."""

    words: str
    href: str

    def __post_init__(self) -> None:
        """Check that the link leads to a file beside the page.

        Raises
        ------
        BadInputError
            If it is empty, names a scheme or host, or climbs out of the folder.
        """
        require_words("A link", words=self.words, href=self.href)
        if ":" in self.href or self.href.startswith(("/", "\\")) or ".." in self.href:
            msg = f"A page links only to files beside it, not to {self.href!r}."
            raise BadInputError(msg, value=self.href, remedy="Give a relative file name.")


@dataclass(frozen=True, slots=True, kw_only=True)
class BcuRow:
    """What the plan does in one BCU.

    Parameters
    ----------
    bcu
        Name.
    visits, places
        Visits and the different places they go to, 0 or more.
    crew_time_used
        Share of crew minutes used, 0 to 1; None where no crew was given.
    expected, prevented
        In words with interval; the page labels the second "planned, not achieved".
    no_data
        Names of boroughs without data.
    links
        The BCU's sheets.
    """

    bcu: str
    visits: int
    places: int
    crew_time_used: float | None
    expected: str
    prevented: str
    no_data: tuple[str, ...]
    links: tuple[Link, ...] = ()

    def __post_init__(self) -> None:
        """Check that the row can be true.

        Raises
        ------
        BadInputError
            If a text is empty, a count is negative, or a share is outside 0 to 1.
        """
        require_words("A BCU's row", bcu=self.bcu, expected=self.expected, prevented=self.prevented)
        share = 0.0 if self.crew_time_used is None else self.crew_time_used
        if not (self.visits >= 0 and self.places >= 0 and 0 <= share <= 1):
            msg = (
                f"{self.bcu}: {self.visits} visits, {self.places} places, "
                f"share of crew time {share}: a count is below 0 or a share outside 0 to 1."
            )
            raise BadInputError(msg, value=self.bcu)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstraintCost:
    """What a constraint costs the plan's objective: an interval, as both solves have a gap."""

    name: str
    lo: float
    hi: float

    def __post_init__(self) -> None:
        """Check that the cost is an interval.

        Raises
        ------
        BadInputError
            If it has no name, or its ends are not finite or out of order.
        """
        require_words("A constraint's cost", name=self.name)
        if not (math.isfinite(self.lo) and math.isfinite(self.hi) and self.lo <= self.hi):
            msg = f"The cost of {self.name!r} runs from {self.lo} to {self.hi}."
            raise BadInputError(msg, value=self.name, remedy="Give a finite interval.")

    @property
    def in_words(self) -> str:
        """The interval, or that the gap of the solves hides it."""
        if self.lo <= 0:
            return f"less than the gap can show (at most {self.hi:.2g})"
        return f"{self.lo:.2g} to {self.hi:.2g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class EqualityLine:
    """What the plan does where a group of residents lives, in words.

    Parameters
    ----------
    group
        Its name.
    residents
        Members in places that are known.
    minutes, recorded
        Patrol minutes and incidents recorded in 12 months, for each 1,000 members, with how many
        times those of all residents.
    minutes_per_recorded
        Minutes for each of those incidents.
    """

    group: str
    residents: str
    minutes: str
    recorded: str
    minutes_per_recorded: str

    def __post_init__(self) -> None:
        """Refuse empty texts with BadInputError."""
        require_words(
            "A line of the equality effect",
            group=self.group,
            residents=self.residents,
            minutes=self.minutes,
            recorded=self.recorded,
            minutes_per_recorded=self.minutes_per_recorded,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EqualityTable:
    """The equality effect of a plan.

    Parameters
    ----------
    lines
        One for each group.
    finding
        Which groups get most and least, in a sentence.
    notes
        Of what part of the plan it is, and that it audits and does not steer.
    """

    lines: tuple[EqualityLine, ...]
    finding: str
    notes: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse empty texts with BadInputError."""
        require_words("The equality effect", finding=self.finding)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOverview:
    """The plan's index page.

    Parameters
    ----------
    stamp
        Marking and provenance.
    area, period
        Study area and days, in words.
    headline
        One sentence: what the plan does, what it may prevent, how sure.
    rows
        One for each BCU, in order.
    facts
        Status, objective, bound, gap and the like, in words.
    costs, cost_unit
        What constraints cost, and in which unit.
    warnings
        What the reader must know before using the plan.
    no_data
        Names of boroughs without data.
    downloads
        Whole-plan files.
    equality
        What the plan does where groups of residents live; None where nobody knows.
    """

    stamp: Stamp
    area: str
    period: str
    headline: str
    rows: tuple[BcuRow, ...]
    facts: tuple[Named, ...]
    costs: tuple[ConstraintCost, ...]
    cost_unit: str
    warnings: tuple[str, ...]
    no_data: tuple[str, ...]
    downloads: tuple[Link, ...] = ()
    equality: EqualityTable | None = None

    def __post_init__(self) -> None:
        """Refuse empty texts, and monthly "serious violence", with BadInputError."""
        require_words(
            "The plan's overview",
            area=self.area,
            period=self.period,
            headline=self.headline,
            cost_unit=self.cost_unit,
        )
        self.stamp.refuse_serious(self.headline)
