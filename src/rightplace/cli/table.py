"""Tables for people: columns lined up, numbers to the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """Return lines of a table; numbers stand to the right of their column."""
    shown = [[_cell(value) for value in row] for row in rows]
    widths = [max(len(r[i]) for r in [list(heads), *shown]) for i in range(len(heads))]
    right = [bool(rows) and all(_is_number(r[i]) for r in rows) for i in range(len(heads))]
    return [_line(heads, widths, right), *(_line(row, widths, right) for row in shown)]


def _is_number(value: object) -> bool:
    """Return whether a value is shown as a number; true and false are words."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.2f}"
    return str(value)


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    padded = [
        cell.rjust(width) if to_right else cell.ljust(width)
        for cell, width, to_right in zip(cells, widths, right, strict=True)
    ]
    return "  ".join(padded).rstrip()
