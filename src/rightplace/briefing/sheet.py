"""One BCU's brief as plain values: what a sergeant reads aloud in a minute."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rightplace.briefing.stamp import require_words
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from rightplace.briefing.layer import MapLayer
    from rightplace.briefing.stamp import Stamp

MOST_LINES: Final = 12
MOST_IN_FORCE: Final = 4
MOST_DRIVERS: Final = 3
LONGEST_IN_FORCE: Final = 140
"""Characters. What is in force is never cut short on paper, so it must fit from the start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitLine:
    """One place to visit.

    Parameters
    ----------
    number
        Place in the table and on the map, from 1.
    place
        Street words: a constable finds it without a map.
    window
        When, in words of the study area's clock; "not supported by the data" where it is not.
    visits
        Visits in the sheet's period, 1 or more.
    minutes_each
        Minutes of one visit, 1 or more.
    why
        Two computed facts about this place.
    do, avoid
        What to do there, and what not.
    """

    number: int
    place: str
    window: str
    visits: int
    minutes_each: int
    why: tuple[str, str]
    do: str
    avoid: str

    def __post_init__(self) -> None:
        """Check that the line can be acted on.

        Raises
        ------
        BadInputError
            If a text is empty, or a number is below 1.
        """
        owner = f"Visit line {self.number}"
        first, second = self.why
        require_words(owner, place=self.place, window=self.window, do=self.do, avoid=self.avoid)
        require_words(owner, why=first, second_why=second)
        if min(self.number, self.visits, self.minutes_each) < 1:
            msg = (
                f"{owner}: {self.visits} visits of {self.minutes_each} minutes; each must be 1 up."
            )
            raise BadInputError(msg, value=self.place, remedy="Leave out a place without a visit.")


@dataclass(frozen=True, slots=True, kw_only=True)
class InForceItem:
    """A power or note in force during the shift, with its basis and its end in words."""

    kind: str
    words: str
    expires: str

    def __post_init__(self) -> None:
        """Check that it says what it is, and fits on paper uncut.

        Raises
        ------
        BadInputError
            If a text is empty, or all together are over 140 characters.
        """
        require_words("An item in force", kind=self.kind, words=self.words, expires=self.expires)
        length = len(self.kind) + len(self.words) + len(self.expires)
        if length > LONGEST_IN_FORCE:
            msg = f"An item in force has {length} characters; at most {LONGEST_IN_FORCE} fit."
            raise BadInputError(msg, value=self.words, remedy="Say it in fewer words.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What the sheet's visits add up to, in words with intervals.

    Parameters
    ----------
    expected
        Expected count and harm in the BCU over the period.
    in_visited
        How much of it lies in visited places.
    prevented
        What the visits may prevent; printed with "planned, not achieved".
    crew_time
        Crew time used.
    """

    expected: str
    in_visited: str
    prevented: str
    crew_time: str

    def __post_init__(self) -> None:
        """Refuse an empty total with BadInputError."""
        require_words(
            "The totals of a sheet",
            expected=self.expected,
            in_visited=self.in_visited,
            prevented=self.prevented,
            crew_time=self.crew_time,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """Which copy this is, who printed it when, and when it must be destroyed."""

    number: str
    printed_by: str
    printed_at: str
    destroy_by: str

    def __post_init__(self) -> None:
        """Refuse an untraceable copy, one with an empty text, with BadInputError."""
        require_words(
            "A copy",
            number=self.number,
            printed_by=self.printed_by,
            printed_at=self.printed_at,
            destroy_by=self.destroy_by,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefSheet:
    """One A4 page for one BCU.

    Parameters
    ----------
    stamp
        Marking and provenance.
    bcu
        Name of the BCU.
    period, shift
        Days and hours covered, in words.
    headline
        One sentence: what is expected, where mostly, how sure.
    totals
        Sums in words.
    lines
        At most 12, numbered from 1 in order; none means that no visit is planned.
    layer
        The map; its visited places bear the numbers of the lines.
    in_force
        Section 60, safeguarding notes and the like; None when nobody told this system, which
        is not the same as none in force.
    no_data
        Names of boroughs of the BCU without data.
    drivers
        Up to three main drivers of the forecast, in words.
    copy
        Whose copy it is.
    page, pages
        Page x of y.
    """

    stamp: Stamp
    bcu: str
    period: str
    shift: str
    headline: str
    totals: Totals
    lines: tuple[VisitLine, ...]
    layer: MapLayer
    in_force: tuple[InForceItem, ...] | None
    no_data: tuple[str, ...]
    drivers: tuple[str, ...]
    copy: Copy
    page: int
    pages: int

    def __post_init__(self) -> None:
        """Check that the sheet fits a page and agrees with itself.

        Raises
        ------
        BadInputError
            If there are more than 12 lines, 4 items in force or 3 drivers; if lines are not
            numbered from 1 in order, or the map numbers other places; if the page number is
            beyond the last; if a text is empty or calls monthly data serious violence.
        """
        owner = f"The sheet of {self.bcu or 'a BCU'}"
        require_words(
            owner, bcu=self.bcu, period=self.period, shift=self.shift, headline=self.headline
        )
        self.stamp.refuse_serious(self.headline)
        numbers = [line.number for line in self.lines]
        faults = (
            (len(numbers) > MOST_LINES, f"{len(numbers)} lines; at most {MOST_LINES} fit."),
            (numbers != [*range(1, len(numbers) + 1)], f"lines are numbered {numbers}."),
            ([v.number for v in self.layer.visits] != numbers, "map and table differ in numbers."),
            (len(self.in_force or ()) > MOST_IN_FORCE, f"over {MOST_IN_FORCE} items in force."),
            (
                len(self.drivers) > MOST_DRIVERS,
                f"{len(self.drivers)} drivers; at most {MOST_DRIVERS} are shown.",
            ),
            (not 1 <= self.page <= self.pages, f"page {self.page} of {self.pages}."),
        )
        for is_fault, words in faults:
            if is_fault:
                msg = f"{owner}: {words}"
                raise BadInputError(msg, remedy="Give what one page can hold, in order.")
