"""Use cases: the violence picture as a chart and as a table to take away."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rightplace.app.service.figures import moment_words
from rightplace.app.service.listing import Origin, listing_csv
from rightplace.app.service.picture_seen import look
from rightplace.app.service.picture_units import months_of, unit_line

if TYPE_CHECKING:
    from datetime import date, datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.picture_change import Asked
    from rightplace.app.service.shelf import Shelf

CHARTS_KEPT = 64
"""Drawings that stay in memory; a choice of ours: about 10 kB each, a second to draw."""
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
    seen = look(shelf, picture_id, person=person, asked=asked, at=at)
    _, name, boroughs = seen.unit(unit)
    months = tuple((m.first, m.count, m.period) for m in months_of(seen, boroughs))
    return _drawn(name, months, seen.periods.after_words, seen.periods.before_words)


@lru_cache(maxsize=CHARTS_KEPT)
def _drawn(
    name: str, months: tuple[tuple[date, int | None, str], ...], later: str, earlier: str
) -> str:
    """Return the drawing of some counts; the same counts are drawn once."""
    from rightplace.briefing.charts import Panel
    from rightplace.briefing.month_chart import MonthCount, month_chart

    panel = Panel(ident="months", title=name, description="The table beside it holds the same.")
    counts = [MonthCount(month=m.isoformat(), count=n, period=p) for m, n, p in months]
    return month_chart(panel, counts, later=later, earlier=earlier)


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
