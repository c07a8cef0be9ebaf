"""What the report of a look ahead says, in words and numbers ready to be set.

Charts of marks, tables and headings are those of the scrutiny pack; lines with bands are added.
"""

from __future__ import annotations

from dataclasses import dataclass

from rightplace.briefing.searches.values import Chart, Table  # noqa: TC001 - read at run time
from rightplace.briefing.stamp import require_words
from rightplace.errors import BadInputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a chart with its band.

    Parameters
    ----------
    name
        As it stands beside the line.
    at
        Where each point stands, in the unit of the chart's axis.
    value, lo, hi
        Middle and ends of the band at each point; None where there is no number.
    is_before
        Whether it is what the other is compared with: drawn broken.
    """

    name: str
    at: tuple[float, ...]
    value: tuple[float | None, ...]
    lo: tuple[float | None, ...]
    hi: tuple[float | None, ...]
    is_before: bool = False

    def __post_init__(self) -> None:
        """Check that each point has a middle and a band.

        Raises
        ------
        BadInputError
            If not.
        """
        lengths = [len(each) for each in (self.value, self.lo, self.hi)]
        if any(length != len(self.at) for length in lengths):
            msg = f"The line {self.name!r} of {len(self.at)} points has numbers for {lengths}."
            raise BadInputError(msg, value=self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinesChart:
    """Lines with bands over one axis; the table beside it holds some of the same numbers.

    Parameters
    ----------
    ident
        Its name within the report, of letters, digits and hyphens.
    title
        What it shows, as a sentence where it compares.
    unit, along
        What the upright and the lying axis count.
    lines
        One or more, what is compared with first.
    is_share
        Whether it is of shares, 0 to 1, written as per cent.
    """

    ident: str
    title: str
    unit: str
    along: str
    lines: tuple[Line, ...]
    is_share: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A chart, or two, and the table of the same numbers beside them.

    Parameters
    ----------
    words
        What they show, a sentence each.
    charts, tables
        Drawn and written.
    """

    words: tuple[str, ...] = ()
    charts: tuple[Chart | LinesChart, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """One unit within a part: its heading and what is shown of it."""

    heading: str
    groups: tuple[Group, ...]
    flags: tuple[str, ...] = ()
    """What is amber, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What was asked, the answer, a sentence for each end, and the part that shows all of it."""

    asked: str
    told: tuple[str, ...]
    part: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One question, and what it does at each end.

    Parameters
    ----------
    key
        Its name within the report, of letters, digits and hyphens.
    origin
        Where the idea comes from; empty where nobody says.
    """

    key: str
    heading: str
    ends: tuple[End, ...]
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAhead:
    """The report of a look ahead.

    Parameters
    ----------
    run_id
        ``rightplace explain`` leads back from it.
    title, period
        Of which units, and how far ahead.
    marking
        Protective marking.
    answers
        In the order asked; they stand first.
    parts
        What follows, in order.
    known
        What the numbers rest on: a sentence, and the table of origins.
    origins
        Which numbers come from where, and which nobody has measured.
    warnings
        What must be known beside it, a sentence each.
    limits
        What it leaves out.
    foot
        Run, settings, code, a line each.
    synthetic
        Whether a unit of it is invented.
    """

    run_id: str
    title: str
    period: str
    marking: str
    answers: tuple[Answered, ...]
    parts: tuple[Part, ...]
    known: str
    origins: Table
    warnings: tuple[str, ...]
    limits: tuple[str, ...]
    foot: tuple[str, ...]
    synthetic: bool

    def __post_init__(self) -> None:
        """Refuse empty texts, names that two parts or charts share, and answers shown nowhere.

        Raises
        ------
        BadInputError
            If there is no answer, or a name stands twice.
        """
        require_words(
            "The report of a look ahead",
            run_id=self.run_id,
            title=self.title,
            period=self.period,
            marking=self.marking,
        )
        parts = [part.key for part in self.parts]
        names = parts + [chart.ident for chart in self.charts]
        lost = [each.part for each in self.answers if each.part not in parts]
        if len(set(names)) < len(names) or lost or not self.answers:
            msg = f"A report with {len(self.answers)} answers and the parts {names} cannot be."
            raise BadInputError(msg, value=max(names, key=names.count, default=""))

    @property
    def charts(self) -> tuple[Chart | LinesChart, ...]:
        """All charts, in the order in which they stand."""
        ends = (end for part in self.parts for end in part.ends)
        return tuple(chart for end in ends for group in end.groups for chart in group.charts)
