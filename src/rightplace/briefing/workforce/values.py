"""What the report of a workforce says, section by section, in words and numbers ready to be set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rightplace.briefing.searches.values import Table  # noqa: TC001 - read at run time
from rightplace.briefing.stamp import require_words
from rightplace.errors import BadInputError

Style = Literal["main", "second", "third", "past", "came"]
"""How a line is drawn; each differs in dashes and width, so that grey print can tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A number by month, with a band where it has one.

    Parameters
    ----------
    name
        Written at its end.
    style
        How it is drawn.
    months
        As YYYY-MM, in order.
    values
        One for each month; None breaks the line.
    lo, hi
        Ends of its band, one for each month; empty where it has none.
    """

    name: str
    style: Style
    months: tuple[str, ...]
    values: tuple[float | None, ...]
    lo: tuple[float, ...] = ()
    hi: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        """Check that there is one value for each month.

        Raises
        ------
        BadInputError
            If not.
        """
        lengths = {len(self.months), len(self.values)}
        lengths |= {len(ends) for ends in (self.lo, self.hi) if ends}
        if len(lengths) != 1 or bool(self.lo) != bool(self.hi):
            msg = f"The line {self.name!r} has {sorted(lengths)} months and values."
            raise BadInputError(msg, value=self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A number that is looked for, drawn across."""

    value: float
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Months that something lasted, first and last as YYYY-MM, shaded."""

    first: str
    last: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChart:
    """Lines by month.

    Parameters
    ----------
    ident
        Its name within the report, of letters, digits and hyphens.
    title, unit
        What it shows, and what its axis counts.
    lines
        From the most important on.
    levels, spans
        Targets drawn across, and programmes shaded.
    from_zero
        Whether its axis begins at 0; where not, the axis says so.
    """

    ident: str
    title: str
    unit: str
    lines: tuple[Line, ...]
    levels: tuple[Level, ...] = ()
    spans: tuple[Span, ...] = ()
    from_zero: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowChart:
    """Who comes, above the line, and who goes, below it, by month (YYYY-MM)."""

    ident: str
    title: str
    unit: str
    months: tuple[str, ...]
    comes: tuple[float, ...]
    goes: tuple[float, ...]
    comes_words: str
    goes_words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A number more or less than the plan's, with the ends of its interval where it has one."""

    label: str
    value: float
    words: str
    lo: float | None = None
    hi: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceChart:
    """Differences from none: points with intervals, or bars."""

    ident: str
    title: str
    unit: str
    kind: Literal["intervals", "bars"]
    rows: tuple[Difference, ...]


Chart = LineChart | FlowChart | DifferenceChart


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One question and its answer.

    Parameters
    ----------
    key
        Its name within the report, of letters, digits and hyphens.
    heading
        What it is about.
    words
        What was found, a sentence each.
    charts, tables
        The same numbers drawn and written.
    points
        A list of sentences after them.
    """

    key: str
    heading: str
    words: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()
    points: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StrengthReport:
    """The report of a workforce.

    Parameters
    ----------
    run_id
        ``rightplace explain`` leads back from it.
    kind
        What of: ``Strength to come``, say.
    title, period
        Whose, and of when.
    marking
        Protective marking.
    answer
        The sentence that stands first.
    flags
        What must be known beside it, a sentence each.
    sections
        In order.
    foot
        Run, data, code, a line each.
    synthetic
        Whether the numbers are invented.
    """

    run_id: str
    kind: str
    title: str
    period: str
    marking: str
    answer: str
    flags: tuple[str, ...]
    sections: tuple[Section, ...]
    foot: tuple[str, ...]
    synthetic: bool

    def __post_init__(self) -> None:
        """Refuse empty texts with BadInputError, and names that stand twice.

        Raises
        ------
        BadInputError
            If two sections or two charts share a name.
        """
        require_words(
            "The report of a workforce",
            run_id=self.run_id,
            title=self.title,
            marking=self.marking,
            answer=self.answer,
        )
        names = [each.key for each in self.sections] + [each.ident for each in self.charts]
        if len(set(names)) < len(names):
            msg = f"The report {self.run_id} has two parts of one name: {sorted(names)}."
            raise BadInputError(msg, value=self.run_id)

    @property
    def charts(self) -> tuple[Chart, ...]:
        """All charts, in order."""
        return tuple(chart for section in self.sections for chart in section.charts)
