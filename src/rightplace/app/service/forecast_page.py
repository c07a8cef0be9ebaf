"""Use case: read a published forecast: where and when it is expected, and how sure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from rightplace.app.service.figures import count_words, harm_words, moment_words, span_words
from rightplace.app.service.own_area import check_own_bcu, own_bcus, own_cells
from rightplace.briefing.shades import class_of, legend_words, round_edges
from rightplace.errors import BadInputError
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import PublishedForecast, Shelf

ROWS_SHOWN = 25
"""Places in one page of the table."""
LONGEST_SEARCH = 100


class Measure(StrEnum):
    """What the map shades."""

    COUNT = "count"
    HARM = "harm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the address of the page asks for.

    Parameters
    ----------
    slot
        Position of one slot; None is the whole period.
    measure
        What the map shades and the table is ordered by.
    bcu
        One BCU; empty is all of the person's area.
    search
        Part of a place's or borough's name; empty is any.
    page
        Page of the table, from 1.

    Raises
    ------
    BadInputError
        If the page is below 1 or the search too long.
    """

    slot: int | None = None
    measure: Measure = Measure.COUNT
    bcu: str = ""
    search: str = ""
    page: int = 1

    def __post_init__(self) -> None:
        """Check that it can be shown.

        Raises
        ------
        BadInputError
            If the page is below 1 or the search too long.
        """
        if self.page < 1 or len(self.search) > LONGEST_SEARCH:
            msg = f"Page {self.page} of a search of {len(self.search)} characters is not shown."
            remedy = f"Start at page 1; search for at most {LONGEST_SEARCH} characters."
            raise BadInputError(msg, value=self.page, remedy=remedy)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRow:
    """One place of the table: the same facts as its cell on the map."""

    rank: int
    cell_id: str
    place: str
    borough: str
    count: str
    harm: str
    drivers: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverShare:
    """How much of the forecast comes from where."""

    driver: str
    share: str
    interval: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastPage:
    """A forecast as its page shows it.

    Parameters
    ----------
    title
        What was counted.
    slots
        Each slot in words, in order.
    period
        The slot chosen, or the whole period, in words.
    count, harm
        Totals of the places shown, with their 80 % interval.
    rows
        Places of this page of the table.
    found
        Places that the search and filters leave.
    legend
        The five classes in words, the lightest first.
    verdict
        Of the last backtest that is published, in one line; empty where none is.
    on_map
        Places on the map.
    bounds
        West, south, east, north in degrees.
    """

    id: str
    title: str
    area: str
    as_of: str
    data_cut_off: str
    is_synthetic: bool
    slots: tuple[str, ...]
    period: str
    wanted: Wanted
    bcus: tuple[str, ...]
    count: str
    harm: str
    harm_version: str
    rows: tuple[PlaceRow, ...]
    found: int
    pages: int
    legend: tuple[str, ...]
    drivers: tuple[DriverShare, ...]
    no_data: tuple[str, ...]
    warnings: tuple[str, ...]
    verdict: str
    on_map: int
    bounds: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shown:
    """A forecast cut to what is asked for and to what the person may see.

    Parameters
    ----------
    mine
        Shape (n_cells,). Cells in the person's area and the BCU asked for.
    count, harm, lo80, hi80
        Shape (n_cells,). NaN without data.
    period
        What a chance refers to.
    """

    forecast: PublishedForecast
    mine: NDArray[np.bool_]
    count: NDArray[np.float64]
    harm: NDArray[np.float64]
    lo80: NDArray[np.float64]
    hi80: NDArray[np.float64]
    period: str

    def shaded(self, measure: Measure) -> NDArray[np.float64]:
        """Return the values that the map shades."""
        return self.harm if measure is Measure.HARM else self.count

    def edges(self, measure: Measure) -> tuple[float, float, float, float]:
        """Return the bounds of the five classes."""
        values = self.shaded(measure)[self.mine]
        return round_edges(np.sort(values[np.isfinite(values)]).tolist())

    def place_words(self, cell: int) -> str:
        """Return count with interval, and harm, of one place."""
        mean, lo, hi = float(self.count[cell]), float(self.lo80[cell]), float(self.hi80[cell])
        return count_words(mean, lo, hi, period=self.period)


def shown(forecast: PublishedForecast, person: Person, wanted: Wanted) -> Shown:
    """Return a forecast cut to what is asked for and to what a person may see.

    Raises
    ------
    BadInputError
        If the forecast has no such slot or the area no such BCU.
    """
    commands = forecast.area.commands
    if wanted.bcu and wanted.bcu not in commands:
        msg = f"The study area has no BCU {wanted.bcu!r}."
        raise BadInputError(msg, value=wanted.bcu, remedy="Choose one of the list.")
    if wanted.bcu:
        check_own_bcu(forecast.area, person, Permission.SEE_FORECAST, bcu=wanted.bcu)
    mine = own_cells(forecast.area, person, Permission.SEE_FORECAST)
    if wanted.bcu:
        mine &= np.array([name == wanted.bcu for name in commands])
    if wanted.slot is None:
        count, harm, lo80, hi80 = forecast.whole
        period = "in the whole period"
    elif 0 <= wanted.slot < len(forecast.times):
        at = wanted.slot
        count, harm = forecast.expected[:, at], forecast.harm[:, at]
        lo80, hi80, period = forecast.lo80[:, at], forecast.hi80[:, at], "in this slot"
    else:
        msg = f"The forecast has no slot {wanted.slot}; it has 0 to {len(forecast.times) - 1}."
        raise BadInputError(msg, value=wanted.slot, remedy="Choose one of the list.")
    return Shown(
        forecast=forecast, mine=mine, count=count, harm=harm, lo80=lo80, hi80=hi80, period=period
    )


def totals(cut: Shown) -> tuple[str, str]:
    """Return count and harm of the places shown, each with its 80 % interval, in words."""
    from rightplace.forecast import ForecastDistribution, Noise

    mean = np.where(cut.mine, cut.count, np.nan)
    if not np.isfinite(mean).any():
        return "no data", "no data"
    noise = Noise(**cut.forecast.result["noise"])
    distribution = ForecastDistribution(mean=mean, noise=noise)
    count = count_words(
        float(np.nansum(mean)), *distribution.interval_of_sum(level=0.8), period=cut.period
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        each = np.nan_to_num(cut.harm / cut.count)
    harm = count_words(
        float(np.nansum(mean * each)),
        *distribution.interval_of_sum(each, level=0.8),
        period=cut.period,
    )
    return count, harm


def read_forecast(
    shelf: Shelf,
    forecast_id: str,
    *,
    person: Person,
    wanted: Wanted,
    at: datetime,
) -> ForecastPage:
    """Return a published forecast as its page shows it; the look is written in the audit chain.

    Parameters
    ----------
    shelf
        Where it is published.
    forecast_id
        The forecast.
    person
        Who looks: only places of their area are shown.
    wanted
        What the address asks for.
    at
        The time now.
    """
    from rightplace.app.service.verdict import last_verdict
    from rightplace.records.audit.transaction import transaction

    person.check(Permission.SEE_FORECAST)
    with transaction(shelf.database, person.actor, purpose="Read the forecast page.", at=at) as tx:
        forecast = shelf.forecast(tx, forecast_id)
        verdict = last_verdict(tx)
    return _page(shown(forecast, person, wanted), person, wanted=wanted, verdict=verdict)


def _page(cut: Shown, person: Person, *, wanted: Wanted, verdict: str) -> ForecastPage:
    forecast = cut.forecast
    result, zone = forecast.result, forecast.area.clock.tzinfo
    count, harm = totals(cut)
    order = found_cells(cut, wanted)
    first = (wanted.page - 1) * ROWS_SHOWN
    slots = tuple(
        span_words(start, end, slot=slot, zone=zone)
        for (start, end), slot in zip(forecast.times, forecast.slots, strict=True)
    )
    whole = f"{moment_words(forecast.times[0][0], zone)} to "
    whole += moment_words(forecast.times[-1][1], zone)
    return ForecastPage(
        id=str(forecast.record["id"]),
        title=result["title"],
        area=str(forecast.area.record["name"]),
        as_of=forecast.record["as_of"],
        data_cut_off=result["trained_to"],
        is_synthetic=forecast.is_synthetic,
        slots=slots,
        period=whole if wanted.slot is None else slots[wanted.slot],
        wanted=wanted,
        bcus=tuple(own_bcus(forecast.area, person, Permission.SEE_FORECAST)),
        count=count,
        harm=harm,
        harm_version=result["harm_version"],
        rows=tuple(
            _row(cut, int(cell), rank=first + n)
            for n, cell in enumerate(order[first : first + ROWS_SHOWN], start=1)
        ),
        found=len(order),
        pages=max(1, -(-len(order) // ROWS_SHOWN)),
        legend=legend_words(cut.edges(wanted.measure)),
        drivers=_drivers(forecast),
        no_data=tuple(result["masked_boroughs"]),
        warnings=tuple(w["message"] for w in forecast.record["warnings"] if w["code"] != "no-data"),
        verdict=verdict,
        on_map=int(cut.mine.sum()),
        bounds=_bounds(cut),
    )


def _bounds(cut: Shown) -> tuple[float, float, float, float]:
    """Return the degrees that the map shows; the whole study area where nothing is the person's."""
    import shapely

    shapes = cut.forecast.area.shapes
    mine = shapes[cut.mine] if cut.mine.any() else shapes
    west, south, east, north = (float(each) for each in shapely.total_bounds(mine))
    return west, south, east, north


def found_cells(cut: Shown, wanted: Wanted) -> NDArray[np.int64]:
    """Return the cells of the table, those with most first; those without data are last."""
    found = np.flatnonzero(cut.mine)
    if wanted.search:
        asked = wanted.search.casefold().strip()
        boroughs = cut.forecast.area.cells["borough"].to_pylist()
        named = cut.forecast.words
        said = (f"{named[i]} {boroughs[i] or ''}".casefold() for i in found)
        found = found[np.array([asked in words for words in said], dtype=bool)]
    values = cut.shaded(wanted.measure)[found]
    return found[np.lexsort((found, -np.nan_to_num(values, nan=-1.0)))]


def _row(cut: Shown, cell: int, *, rank: int) -> PlaceRow:
    cells = cut.forecast.area.cells
    return PlaceRow(
        rank=rank,
        cell_id=cells["cell_id"][cell].as_py(),
        place=cut.forecast.words[cell],
        borough=cells["borough"][cell].as_py() or "",
        count=cut.place_words(cell),
        harm=harm_words(float(cut.harm[cell])),
        drivers="; ".join(cut.forecast.drivers[cell]),
    )


def _drivers(forecast: PublishedForecast) -> tuple[DriverShare, ...]:
    return tuple(
        DriverShare(
            driver=each["of"],
            share=f"{each['share']:.0%}",
            interval=f"{each['lo80']:.0%} to {each['hi80']:.0%}",
        )
        for each in forecast.result.get("shares") or ()
    )


def shade_of(value: float, edges: tuple[float, float, float, float]) -> int:
    """Return the shade of a value: 1 (lightest) to 5, 0 blank for zero, -1 hatched for no data."""
    if np.isnan(value):
        return -1
    return 1 + class_of(value, edges) if value > 0 else 0
