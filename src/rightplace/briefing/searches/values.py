"""What a scrutiny pack says, section by section, in words and numbers ready to be set.

Every section has the same parts, so that page, paper and the service show the same: what was
found as a sentence, charts, the table of the same numbers beside each, and how it is counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rightplace.briefing.stamp import require_words
from rightplace.errors import BadInputError

Kind = Literal["bars", "months", "intervals"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One bar, point or month of a chart.

    Parameters
    ----------
    label
        What it is of; of a month its first day, as YYYY-MM-DD.
    value
        Its length or height; None where it is withheld or not known: nothing is drawn.
    words
        The number as it is written beside it.
    lo, hi
        Ends of its interval, where it has one.
    is_before
        Whether it is of the months it is compared with: drawn hollow.
    """

    label: str
    value: float | None
    words: str
    lo: float | None = None
    hi: float | None = None
    is_before: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One chart.

    Parameters
    ----------
    ident
        Its name within the pack, of letters, digits and hyphens.
    kind
        ``bars`` lie and carry their numbers; ``months`` stand in a line of time; ``intervals``
        are points with the span in which the truth may lie.
    title
        What it shows.
    unit
        What the axis counts.
    marks
        From first to last.
    reference
        A value that is marked by a broken line, such as 1 for a ratio; None for none.
    """

    ident: str
    kind: Kind
    title: str
    unit: str
    marks: tuple[Mark, ...]
    reference: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table: the first column names the row, all others are numbers or words.

    Parameters
    ----------
    caption, header, rows
        As they are shown.
    wordy
        Positions of columns that hold words and not numbers, beside the first.
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    wordy: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Check that each row has as many cells as the header.

        Raises
        ------
        BadInputError
            If not.
        """
        wrong = [row for row in self.rows if len(row) != len(self.header)]
        if wrong:
            msg = f"The table {self.caption!r} has {len(self.header)} columns; a row has others."
            raise BadInputError(msg, value=wrong[0][0] if wrong[0] else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One question of the panel and what the records answer.

    Parameters
    ----------
    key
        Its name within the pack, of letters, digits and hyphens.
    heading
        What it is about.
    findings
        What was found, a sentence each, with what chance could do.
    charts, tables
        The same numbers drawn and written.
    refusals
        What cannot be told from these files, and why.
    counting
        How the numbers are counted, and after which definition.
    """

    key: str
    heading: str
    findings: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()
    refusals: tuple[str, ...] = ()
    counting: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A scrutiny pack.

    Parameters
    ----------
    run_id
        ``rightplace explain`` leads back from it.
    title, period, compared
        Whose searches, of which months, and with which months they are compared.
    marking
        Protective marking.
    summary
        What a reader must know if they read nothing else, a sentence each.
    warnings
        What is missing from the files; stands first.
    sections
        In a panel member's order.
    limits
        What no number of this pack can tell.
    foot
        Run, data, code, a line each.
    synthetic
        Whether the searches are invented.
    """

    run_id: str
    title: str
    period: str
    compared: str
    marking: str
    summary: tuple[str, ...]
    warnings: tuple[str, ...]
    sections: tuple[Section, ...]
    limits: tuple[str, ...]
    foot: tuple[str, ...]
    synthetic: bool

    def __post_init__(self) -> None:
        """Refuse empty texts and two sections of one key with BadInputError.

        Raises
        ------
        BadInputError
            If two sections or charts share a key.
        """
        require_words(
            "A scrutiny pack",
            run_id=self.run_id,
            title=self.title,
            period=self.period,
            marking=self.marking,
        )
        keys = [section.key for section in self.sections]
        keys += [chart.ident for section in self.sections for chart in section.charts]
        if len(set(keys)) < len(keys):
            msg = "Two parts of the pack share a name."
            raise BadInputError(msg, value=max(keys, key=keys.count))

    def chart(self, ident: str) -> Chart | None:
        """Return a chart by its name, or None where the pack has none such."""
        charts = (chart for section in self.sections for chart in section.charts)
        return next((chart for chart in charts if chart.ident == ident), None)
