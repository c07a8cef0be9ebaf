"""What a publisher wrote in a cell: as trimmed text, as a word of ours, as a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    from collections.abc import Mapping as Dict

MOST_VICTIMS = 9_999


def text(table: ibis.Table, column: str | None) -> ibis.ir.StringValue:
    """Return a column as trimmed text, blank as null; null throughout where there is none."""
    if column is None or column not in table.columns:
        return ibis.null("string")
    return table[column].cast("string").strip().nullif("")


def lookup(
    value: ibis.ir.StringValue, words: Dict[str, str], otherwise: str | None
) -> ibis.ir.StringValue:
    """Return the word that each value leads to, whatever its case; ``otherwise`` for the rest."""
    cases = [(key.casefold(), to) for key, to in words.items()]
    if not cases:
        return ibis.literal(otherwise, "string")
    return value.lower().cases(*cases, else_=ibis.literal(otherwise, "string"))


def number(value: ibis.ir.StringValue) -> ibis.ir.FloatingValue:
    """Return text as a finite number, null where it is none ("nan" and "inf" are none)."""
    parsed = value.try_cast("float64")
    return ibis.ifelse(parsed.isnan() | parsed.isinf(), ibis.null("float64"), parsed)


def whole_number(value: ibis.ir.StringValue, *, least: int, most: int) -> ibis.ir.IntegerValue:
    """Return text as a whole number in a range, null where it is none ("14.0" is one)."""
    parsed = number(value)
    fits = parsed.between(least, most) & (parsed == parsed.floor())
    return ibis.ifelse(fits, parsed, ibis.null("float64")).cast("int32")
