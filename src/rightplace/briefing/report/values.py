"""What a backtest report says, as plain values: findings, tables, limits."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from rightplace.briefing.stamp import require_words
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rightplace.briefing.overview import Named
    from rightplace.briefing.report.rows import (
        BestPoint,
        CurvePoint,
        Difference,
        HeldInterval,
        MethodLine,
        OriginRow,
        PitBars,
        StableShare,
        TenthRow,
    )

    Row = CurvePoint | Difference | HeldInterval | OriginRow | PitBars | StableShare | TenthRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a chart shows, in words, and how to read it."""

    title: str
    reading: str

    def __post_init__(self) -> None:
        """Refuse empty texts with BadInputError."""
        require_words("A finding", title=self.title, reading=self.reading)


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What each chart shows."""

    differences: Finding
    accuracy: Finding
    pit: Finding
    tenths: Finding
    intervals: Finding
    origins: Finding
    stability: Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportNumbers:
    """Every number of the report, by table; one that is empty was not computed."""

    methods: tuple[MethodLine, ...]
    differences: tuple[Difference, ...] = ()
    curves: tuple[CurvePoint, ...] = ()
    pits: tuple[PitBars, ...] = ()
    tenths: tuple[TenthRow, ...] = ()
    origins: tuple[OriginRow, ...] = ()
    stability: tuple[StableShare, ...] = ()
    intervals: tuple[HeldInterval, ...] = ()
    best: tuple[BestPoint, ...] = ()

    def __post_init__(self) -> None:
        """Check that each row belongs to a method of the table.

        Raises
        ------
        BadInputError
            If there is no method, two share a letter, more than one is the reference, or a row
            names a letter that no method has.
        """
        keys = [line.key for line in self.methods]
        if not keys or len(set(keys)) < len(keys):
            msg = f"Methods {keys} need a letter each, all different."
            raise BadInputError(msg)
        if sum(line.is_reference for line in self.methods) > 1:
            msg = "More than one method is the reference."
            raise BadInputError(msg)
        strays = {row.key for rows in self._others() for row in rows} - set(keys)
        if strays:
            msg = f"Rows belong to {sorted(strays)}, which no method is."
            raise BadInputError(msg, remedy="Show every method in the table.")

    def _others(self) -> Iterable[tuple[Row, ...]]:
        return [
            getattr(self, each.name)
            for each in fields(self)
            if each.name not in {"methods", "best"}
        ]

    @property
    def reference(self) -> MethodLine | None:
        """The method that the others are measured against."""
        return next((line for line in self.methods if line.is_reference), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A backtest report.

    Parameters
    ----------
    run_id
        ``rightplace explain`` leads back from it.
    area, period
        Study area and periods forecast, in words.
    verdict
        The result in one short sentence.
    in_full
        The same with every method and interval.
    plainly
        What follows from it, a short sentence each: better, not better, cannot be told.
    compared
        What was compared: cells, periods, classes, data, code, settings, seed.
    reference
        Which method is the reference and how it was chosen, a sentence each.
    findings
        What each chart shows.
    numbers
        Every table.
    commands
        What to type to make it again, a command each.
    notices
        What the reader must know before using it.
    synthetic
        Whether the data are invented.
    """

    run_id: str
    area: str
    period: str
    verdict: str
    in_full: str
    plainly: tuple[str, ...]
    compared: tuple[Named, ...]
    reference: tuple[str, ...]
    findings: Findings
    numbers: ReportNumbers
    commands: tuple[str, ...]
    notices: tuple[str, ...]
    synthetic: bool

    def __post_init__(self) -> None:
        """Refuse empty texts with BadInputError."""
        require_words(
            "A backtest report",
            run_id=self.run_id,
            area=self.area,
            period=self.period,
            verdict=self.verdict,
            in_full=self.in_full,
        )
