"""For how many months in a row a place has been hot, by what is known of each month."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from rightplace.core.time import Month


def months_in_a_row(hot: Mapping[Month, AbstractSet[str]], *, until: Month) -> dict[str, int]:
    """Return how many months in a row, up to one, each place has been hot.

    A month of which nothing is known ends every row: nobody can say that a place stayed hot.

    Parameters
    ----------
    hot
        Cells that were hot, by month; months of which nothing is known are absent.
    until
        The last month; only places hot in it are counted.
    """
    rows = dict.fromkeys(hot.get(until, ()), 1)
    going, month = set(rows), until.plus(-1)
    while going and month in hot:
        going = going & hot[month]
        for cell_id in going:
            rows[cell_id] += 1
        month = month.plus(-1)
    return rows
