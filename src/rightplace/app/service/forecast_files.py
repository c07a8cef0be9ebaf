"""Use case: the places of a forecast as a table to take away."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rightplace.app.service.figures import moment_words
from rightplace.app.service.forecast_page import found_cells, shown
from rightplace.app.service.listing import Origin, listing_csv
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.service.forecast_page import Shown, Wanted
    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import Shelf

COLUMNS = (
    "rank", "cell_id", "place", "borough", "from", "until", "expected_count", "lo80", "hi80",
    "expected_harm", "drivers",
)  # fmt: skip


def places_csv(
    shelf: Shelf,
    forecast_id: str,
    *,
    person: Person,
    wanted: Wanted,
    at: datetime,
    marking: str,
) -> str:
    """Return every place that an address asks for as CSV; the look is written in the audit chain.

    A place without data has empty figures, which are not 0.

    Parameters
    ----------
    shelf, forecast_id, person, wanted, at
        As in ``read_forecast``; the page of the table plays no part.
    marking
        Protective marking.
    """
    from rightplace.records.audit.transaction import transaction

    person.check(Permission.SEE_FORECAST)
    purpose = "Take a forecast's places away as CSV."
    with transaction(shelf.database, person.actor, purpose=purpose, at=at) as tx:
        forecast = shelf.forecast(tx, forecast_id)
    cut = shown(forecast, person, wanted)
    origin = Origin(
        run_id=forecast_id,
        marking=marking,
        data_cut_off=forecast.result["trained_to"],
        is_synthetic=forecast.is_synthetic,
        exported_by=person.actor.name,
        exported_at=moment_words(at, forecast.area.clock.tzinfo),
    )
    cells = found_cells(cut, wanted).tolist()
    rows = (_row(cut, cell, wanted, rank=rank) for rank, cell in enumerate(cells, start=1))
    return listing_csv(COLUMNS, rows, origin=origin)


def _row(cut: Shown, cell: int, wanted: Wanted, *, rank: int) -> tuple[object, ...]:
    forecast = cut.forecast
    chosen = slice(None) if wanted.slot is None else slice(wanted.slot, wanted.slot + 1)
    times = forecast.times[chosen]
    figures = (cut.count[cell], cut.lo80[cell], cut.hi80[cell], cut.harm[cell])
    return (
        rank,
        forecast.area.cells["cell_id"][cell].as_py(),
        forecast.words[cell],
        forecast.area.borough_names[cell] or "",
        times[0][0].isoformat(),
        times[-1][1].isoformat(),
        *(None if math.isnan(each) else float(f"{each:.6g}") for each in map(float, figures)),
        "; ".join(forecast.drivers[cell]),
    )
