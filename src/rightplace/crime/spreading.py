"""Records dated by an interval, spread over it in proportion to elapsed time.

A burglary between Friday evening and Monday morning happened at one moment that nobody knows.
Each such record is counted once, at one moment of its interval. Moments are not drawn but taken
in turn, at shares of the interval that the golden ratio spaces evenly: of records alike, each
policing day and shift gets as many as its part of the interval, to within a few whatever their
number, and a single record is as likely to be counted early as late (decision record 10).

Ratcliffe (2002), Journal of Quantitative Criminology 18, 23-43, gives each part of an interval
its fraction of the record ("aoristic"); taking the middle of the interval instead, as is often
done, puts every weekend's burglaries on Sunday.
"""

from __future__ import annotations

import ibis

LONGEST_DAYS = 28
LONGEST_SECONDS = LONGEST_DAYS * 24 * 3600
# Multiples of these, less whole numbers, fall evenly into 0 to 1, alone and together (Weyl 1916):
# one step to the next record of a cell, the other to the next cell.
NEXT_RECORD = (5**0.5 - 1) / 2
NEXT_CELL = 2**0.5 - 1


def elapsed_seconds(rows: ibis.Table) -> ibis.ir.IntegerValue:
    """Return how long each row's interval lasts, in seconds that pass."""
    return rows.occurred_to.epoch_seconds() - rows.occurred_from.epoch_seconds()


def with_moment(rows: ibis.Table) -> ibis.Table:
    """Add ``at``, one moment of each row's interval, for rows whose interval is wide.

    Records of a cell take their turn in the order in which their intervals end: what was known
    by a day does not move when later records come. Offences of one incident share its moment.

    Parameters
    ----------
    rows
        Columns ``cell``, ``incident``, ``occurred_from`` and ``occurred_to`` (half-open).

    Returns
    -------
    ibis.Table
        The rows with ``at``: ``occurred_from`` or later, before ``occurred_to``.
    """
    in_turn = ibis.window(
        group_by="cell", order_by=[rows.occurred_to, rows.occurred_from, rows.incident]
    )
    numbered = rows.mutate(turn=ibis.dense_rank().over(in_turn))
    turn, cell = (number.cast("float64") for number in (numbered.turn, numbered.cell + 1))
    share = (turn * NEXT_RECORD + cell * NEXT_CELL) % 1.0
    into = (share * elapsed_seconds(numbered)).floor().cast("int64")
    return numbered.mutate(at=numbered.occurred_from + into.as_interval("s")).drop("turn")
