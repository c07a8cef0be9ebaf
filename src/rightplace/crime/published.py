"""What a publisher wrote in a cell: as trimmed text, as a word of ours, as a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from collections.abc import Mapping as Dict

MOST_VICTIMS = 9_999


def text(table: ibis.Table, column: str | None) -> ibis.ir.StringValue:
    """Return a column as trimmed text, blank as null; null throughout where there is none."""
    if column is None or column not in table.columns:
        return ibis.null("string")
    return table[column].cast("string").strip().nullif("")


OURS = "our_"


def once_per_value(
    raw: ibis.Table,
    columns: Sequence[str | None],
    make: Callable[[ibis.Table], Dict[str, ibis.Value]],
) -> ibis.Table:
    """Add columns worked out once for each distinct value, and not for each row.

    Publishers repeat themselves: two million rows hold thirty months and fourteen categories.
    On the London file this is several times faster than the same work row by row.

    Parameters
    ----------
    raw
        Columns as published.
    columns
        What the work depends on; None stands for a column the mapping does not have.
    make
        Returns the new columns, by name; they are added with ``our_`` before it.
    """
    keys = sorted({c for c in columns if c is not None and c in raw.columns})
    if not keys:
        return raw.mutate(**{OURS + name: value for name, value in make(raw).items()})
    distinct = raw.select(keys).distinct()
    made = distinct.select(
        **{f"key_{i}": distinct[key] for i, key in enumerate(keys)},
        **{OURS + name: value for name, value in make(distinct).items()},
    )
    same = [raw[key].identical_to(made[f"key_{i}"]) for i, key in enumerate(keys)]
    return raw.left_join(made, same).drop(*[f"key_{i}" for i in range(len(keys))])


def degrees(table: ibis.Table, column: str | None) -> tuple[ibis.Value, ibis.Value]:
    """Return a coordinate as a finite number, and whether anything was published for it."""
    if column is not None and column in table.columns and table[column].type().is_floating():
        given = table[column].notnull() & ~table[column].isnan()
        value = table[column].cast("float64")
        return ibis.ifelse(given & ~value.isinf(), value, ibis.null("float64")), given
    written = text(table, column)
    return number(written), written.notnull()


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
