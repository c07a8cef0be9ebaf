"""What the report of an operation says, in words and numbers ready to be set."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from rightplace.briefing.searches.values import Table  # noqa: TC001 - read at run time
from rightplace.briefing.stamp import require_words
from rightplace.errors import BadInputError

HIGHEST_LEVEL = 5
"""Steps of the scale of evidence."""

PartName = Literal["treated", "control", "ring", "ring-control"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesChart:
    """Counted beside what was expected without the operation, period by period.

    Parameters
    ----------
    title
        The comparison that matters, as a sentence.
    unit
        What the axis counts, in words.
    starts
        First day of each period as YYYY-MM-DD, or a running number.
    counted, expected, lo, hi
        None where there is no number: the line breaks there.
    first_treated
        Index of the first period of the operation.
    """

    title: str
    unit: str
    starts: tuple[str, ...]
    counted: tuple[float | None, ...]
    expected: tuple[float | None, ...]
    lo: tuple[float | None, ...]
    hi: tuple[float | None, ...]
    first_treated: int

    def __post_init__(self) -> None:
        """Check that every line has a value for each period.

        Raises
        ------
        BadInputError
            If not, or the operation starts in none of them.
        """
        lines = (self.counted, self.expected, self.lo, self.hi)
        n = len(self.starts)
        if any(len(line) != n for line in lines) or not 0 <= self.first_treated < max(n, 1):
            msg = f"A chart of {n} periods has lines of {[len(line) for line in lines]} points."
            raise BadInputError(msg, value=self.first_treated)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A relative change by one design, as a share; ends are None where there are none."""

    label: str
    share: float
    lo: float | None
    hi: float | None
    is_plans: bool
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectsChart:
    """What each design makes of it, the plan's own first."""

    title: str
    effects: tuple[Effect, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One cell of the operation: what it is, and its outline (WKB, metres)."""

    part: PartName
    outline: bytes = field(repr=False)
    number: int | None = None
    """In the table beside the map; None where it is not numbered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacesMap:
    """Where it was: places by what they are, and the boroughs round them (WKB, metres).

    Parameters
    ----------
    title
        What is shown.
    boroughs
        Name, empty where it is not lettered, and outline.
    """

    title: str
    places: tuple[Place, ...]
    boroughs: tuple[tuple[str, bytes], ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One heading of the report with its sentences and tables.

    Parameters
    ----------
    key
        Its name within the report, of letters, digits and hyphens.
    """

    key: str
    heading: str
    words: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationReport:
    """The report of an operation.

    Parameters
    ----------
    run_id, operation_id
        ``rightplace explain`` leads back from the first; the second is the locked plan.
    title, question, period
        Of the operation, in words.
    marking
        Protective marking.
    verdict
        The plain sentences; they stand first.
    level, level_words, level_reasons
        1 to 5, or 0 where the data cannot tell; the sentence of it, and how it came about.
    flags
        What must be known beside the number, a sentence each.
    series, effects
        Charts; None where there is nothing to draw.
    places
        The map; None where there are no outlines.
    counts_table
        What was counted in each part.
    places_table
        The treated places by name, as the map numbers them; without rows where they are many.
    parts
        What follows, in order.
    is_not
        What the report is not, a sentence each.
    foot
        Run, data, code, a line each.
    synthetic
        Whether the data are invented.
    """

    run_id: str
    operation_id: str
    title: str
    question: str
    period: str
    marking: str
    verdict: str
    level: int
    level_words: str
    level_reasons: tuple[str, ...]
    flags: tuple[str, ...]
    series: SeriesChart | None
    effects: EffectsChart | None
    places: PlacesMap | None
    counts_table: Table
    places_table: Table
    parts: tuple[Part, ...]
    is_not: tuple[str, ...]
    foot: tuple[str, ...]
    synthetic: bool

    def __post_init__(self) -> None:
        """Refuse empty texts with BadInputError, and a level outside the scale.

        Raises
        ------
        BadInputError
            If the level is not 0 to 5, or two parts share a key.
        """
        require_words(
            "The report of an operation",
            run_id=self.run_id,
            operation_id=self.operation_id,
            title=self.title,
            marking=self.marking,
            verdict=self.verdict,
        )
        keys = [part.key for part in self.parts]
        if not 0 <= self.level <= HIGHEST_LEVEL or len(set(keys)) < len(keys):
            msg = f"A report of level {self.level} with parts {keys} cannot be shown."
            raise BadInputError(msg, value=self.level)
