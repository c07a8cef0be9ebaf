"""Use cases: the violence picture as a chart and as a table to take away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.app.service.figures import moment_words
from rightplace.app.service.listing import Origin, listing_csv
from rightplace.app.service.picture_seen import look
from rightplace.app.service.picture_units import months_of, unit_line

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.picture_change import Asked
    from rightplace.app.service.shelf import Shelf

COLUMNS = (
    "kind", "name", "later_period", "later", "earlier_period", "earlier", "change",
    "chance", "harm", "harm_change", "known_domestic", "patrol_earlier", "patrol_later",
    "patrol_since", "without",
)  # fmt: skip


def picture_chart(
    shelf: Shelf, picture_id: str, *, person: Person, asked: Asked, at: datetime, unit: str
) -> str:
    """Return the months of a BCU or borough as an ``<svg>``.

    Parameters
    ----------
    shelf, picture_id, person, asked, at
        As in ``look``.
    unit
        The BCU or borough.
    """
    from rightplace.briefing.charts import Panel
    from rightplace.briefing.month_chart import MonthCount, month_chart

    seen = look(shelf, picture_id, person=person, asked=asked, at=at)
    _, name, boroughs = seen.unit(unit)
    months = [
        MonthCount(month=m.first.isoformat(), count=m.count, period=m.period)
        for m in months_of(seen, boroughs)
    ]
    panel = Panel(ident="months", title=name, description="The table beside it holds the same.")
    return month_chart(
        panel, months, later=seen.periods.after_words, earlier=seen.periods.before_words
    )


def picture_csv(
    shelf: Shelf,
    picture_id: str,
    *,
    person: Person,
    asked: Asked,
    at: datetime,
    marking: str,
) -> str:
    """Return every BCU and borough of a person's area in two periods, as CSV.

    Parameters
    ----------
    shelf, picture_id, person, asked, at
        As in ``look``.
    marking
        Protective marking.
    """
    seen = look(shelf, picture_id, person=person, asked=asked, at=at)
    picture, periods = seen.picture, seen.periods
    rows = []
    wanted = {(kind, name): boroughs for kind, name, boroughs in seen.units}
    wanted |= {("borough", picture.boroughs[n]): [n] for n in seen.boroughs if picture.boroughs[n]}
    for (kind, name), boroughs in wanted.items():
        line = unit_line(seen, kind, name, boroughs)
        told = (line.change, line.verdict, line.harm, line.harm_change, line.domestic)
        spans = (periods.after_words, line.after, periods.before_words, line.before)
        rows.append((kind, name, *spans, *told, *line.patrol, "; ".join(line.without)))
    origin = Origin(
        run_id=str(picture.record["id"]),
        marking=marking,
        data_cut_off=picture.result["trained_to"],
        is_synthetic=picture.is_synthetic,
        exported_by=person.actor.name,
        exported_at=moment_words(at, picture.area.clock.tzinfo),
    )
    return listing_csv(COLUMNS, rows, origin=origin)
