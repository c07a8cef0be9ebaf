"""A kept look ahead, read: its result and the tables from which charts are drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from rightplace.app.investigation.result import DetectivesResult
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pyarrow as pa

TABLES = ("backlog", "interviews", "measures", "changes")
"""Of a run, that its report is made from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Points of a kept curve."""

    at: tuple[float, ...]
    value: tuple[float | None, ...]
    lo: tuple[float | None, ...]
    hi: tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KeptLook:
    """A kept look ahead.

    Parameters
    ----------
    record
        Content of its ``run.json``.
    result
        What was found.
    tables
        By name, those of ``TABLES``.
    """

    record: Mapping[str, Any]
    result: DetectivesResult
    tables: Mapping[str, pa.Table]

    def backlog(self, what_if: str, unit: str) -> Curve:
        """Return a unit's backlog in weeks by week under a what-if, with 80 % of futures."""
        return self._curve("backlog", what_if, unit, ("week", "weeks", "lo80", "hi80"))

    def interviews(self, what_if: str, unit: str) -> Curve:
        """Return the share interviewed by day; without points where no stage is an interview."""
        return self._curve("interviews", what_if, unit, ("day", "share", "lo", "hi"))

    def _curve(self, table: str, what_if: str, unit: str, names: tuple[str, ...]) -> Curve:
        import pyarrow.compute as pc

        held = self.tables[table]
        is_it = pc.and_(pc.equal(held["what_if"], what_if), pc.equal(held["unit"], unit))
        at, value, lo, hi = (tuple(held.filter(is_it)[name].to_pylist()) for name in names)
        return Curve(at=at, value=value, lo=lo, hi=hi)


def kept_look(
    record: Mapping[str, Any], table: Callable[[str], pa.Table], *, synthetic: bool | None = None
) -> KeptLook:
    """Return a kept look ahead, parsed; keys that a later version added are left.

    Parameters
    ----------
    record
        Content of its ``run.json``.
    table
        Returns a table of the run by its name.
    synthetic
        Whether anything that it rests on is invented; None leaves what the result says.

    Raises
    ------
    BadInputError
        If it is none, or was kept by an earlier version without curves.
    """
    from pydantic import TypeAdapter, ValidationError

    try:
        result = TypeAdapter(DetectivesResult).validate_python(dict(record["result"]))
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(map(str, fault["loc"]))
        msg = f"The run holds no look ahead that can be reported: {where}, {fault['msg']}."
        remedy = "Simulate again: rightplace detectives simulate."
        raise BadInputError(msg, value=where, remedy=remedy) from error
    if synthetic is not None:
        result = replace(result, synthetic=synthetic)
    return KeptLook(record=record, result=result, tables={name: table(name) for name in TABLES})
