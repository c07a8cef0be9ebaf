"""What a reader of dosage should know beside the figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.app.answer import Notice

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.dosage.result import DosageResult
    from rightplace.evaluate.pings import Pings

OF_UNITS = (
    "Dosage is of units, never of a person: no figure is of fewer than five crews, and none may "
    "serve to rank or judge officers. Pings are not kept."
)
_SAID = {
    "duplicate": "an officer's further pings of one second",
    "too_fast": "places that nobody could have reached in the time",
}


def notices_of(
    result: DosageResult, pings: Pings | None, *, newest: int | None, made_at: datetime
) -> tuple[Notice, ...]:
    """Return the notices of a dosage.

    Parameters
    ----------
    result
        The figures.
    pings
        The ping file's account, or None.
    newest
        Second since 1970 of its newest usable ping.
    made_at
        The time now.
    """
    from rightplace.evaluate.pings import examples_in_words
    from rightplace.evaluate.rules import RETENTION_DAYS

    said = [Notice(code="of-units", message=OF_UNITS)]
    if pings is not None and result.pings is not None:
        said += [Notice(code="pings-left-out", message=text) for text in examples_in_words(pings)]
        for each in result.pings.left_out:
            if each.row is None:
                rows = "1 row" if each.count == 1 else f"{each.count:,} rows"
                text = f"{rows} left out as {each.reason}: {_SAID[each.reason]}."
                said.append(Notice(code="pings-left-out", message=text))
        if pings.unknown_crew:
            text = f"{pings.unknown_crew:,} pings are of crews without a visit in the plan."
            said.append(Notice(code="unknown-crew", message=f"{text} They count as background."))
        if pings.outside_area:
            text = f"{pings.outside_area:,} pings lie outside the study area."
            said.append(Notice(code="outside-area", message=text))
    if newest is not None and made_at.timestamp() - newest > RETENTION_DAYS * 86_400:
        text = (
            f"Every ping of the file is older than {RETENTION_DAYS} days, the longest that raw "
            "pings may be kept. Delete it, unless a legal hold says otherwise."
        )
        said.append(Notice(code="past-retention", message=text))
    if result.rows_withheld:
        text = (
            f"{result.rows_withheld:,} of {result.rows:,} rows are withheld: they are of fewer "
            "than five crews, or would give such a row away."
        )
        said.append(Notice(code="rows-withheld", message=text))
    return tuple(said)
