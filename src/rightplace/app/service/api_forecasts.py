"""Use cases of programs: a published forecast and its places, in numbers."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from rightplace.app.service.api_runs import Estimate, Part
from rightplace.app.service.forecast_page import Measure, Shown, Wanted, found_cells, shown
from rightplace.app.service.own_area import own_bcus
from rightplace.app.service.person import Person
from rightplace.app.service.shelf import PublishedForecast, Shelf
from rightplace.records.accounts.roles import Permission
from rightplace.records.audit.transaction import transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotOfForecast:
    """One slot: its position, and from when until when (half-open); its shift where it is one."""

    slot: int
    start: datetime
    end: datetime
    policing_day: str | None
    shift: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareOfDriver:
    """How much of the expected count comes from where, 0 to 1."""

    driver: str
    share: float
    lo80: float
    hi80: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastFacts:
    """A published forecast.

    Parameters
    ----------
    title
        What was counted.
    as_of, data_cut_off
        Days up to which events were known, and came from the data.
    expected_count, expected_harm
        Of all places that the asker may see, over all slots.
    bcus
        BCUs of which the asker may see a part or the whole.
    places
        How many the asker may see.
    no_data
        Boroughs without data: they are not zero.
    verdict
        Of the last backtest that is published, in one line; empty where none is.
    place_not_person
        What a listing is, and what it is no ground for.
    """

    id: str
    title: str
    area: str
    as_of: str
    data_cut_off: str
    is_synthetic: bool
    harm_version: str
    expected_count: Estimate
    expected_harm: Estimate
    slots: tuple[SlotOfForecast, ...]
    bcus: tuple[str, ...]
    places: int
    drivers: tuple[ShareOfDriver, ...]
    no_data: tuple[str, ...]
    warnings: tuple[str, ...]
    verdict: str
    place_not_person: str


def forecast_facts(
    shelf: Shelf, forecast_id: str, *, person: Person, at: datetime
) -> ForecastFacts:
    """Return a published forecast in numbers; the look is written in the audit chain.

    Parameters
    ----------
    shelf
        Where it is published.
    forecast_id
        The forecast.
    person
        Who looks: only places of theirs are counted.
    at
        The time now.
    """
    from rightplace.app.service.verdict import last_verdict
    from rightplace.briefing.stamp import PLACE_NOT_PERSON

    person.check(Permission.SEE_FORECAST)
    with transaction(shelf.database, person.actor, purpose="Read a forecast.", at=at) as tx:
        forecast = shelf.forecast(tx, forecast_id)
        verdict = last_verdict(tx)
    cut, result = shown(forecast, person, Wanted()), forecast.result
    count, harm = _totals(cut)
    return ForecastFacts(
        id=str(forecast.record["id"]),
        title=result["title"],
        area=str(forecast.area.record["name"]),
        as_of=forecast.record["as_of"],
        data_cut_off=result["trained_to"],
        is_synthetic=forecast.is_synthetic,
        harm_version=result["harm_version"],
        expected_count=count,
        expected_harm=harm,
        slots=_slots(forecast),
        bcus=tuple(own_bcus(forecast.area, person, Permission.SEE_FORECAST)),
        places=int(cut.mine.sum()),
        drivers=tuple(
            ShareOfDriver(
                driver=each["of"], share=each["share"], lo80=each["lo80"], hi80=each["hi80"]
            )
            for each in result.get("shares") or ()
        ),
        no_data=tuple(result["masked_boroughs"]),
        warnings=tuple(each["message"] for each in forecast.record["warnings"]),
        verdict=verdict,
        place_not_person=PLACE_NOT_PERSON,
    )


def _slots(forecast: PublishedForecast) -> tuple[SlotOfForecast, ...]:
    spans = zip(forecast.times, forecast.slots, strict=True)
    return tuple(
        SlotOfForecast(
            slot=nth,
            start=start,
            end=end,
            policing_day=None if slot is None else slot.policing_day.isoformat(),
            shift=None if slot is None else slot.shift,
        )
        for nth, ((start, end), slot) in enumerate(spans)
    )


def _totals(cut: Shown) -> tuple[Estimate, Estimate]:
    """Return count and harm of the places shown, each with the interval of the sum."""
    from rightplace.forecast import ForecastDistribution, Noise

    mean = np.where(cut.mine, cut.count, np.nan)
    if not np.isfinite(mean).any():
        nothing = Estimate(mean=None, lo80=None, hi80=None)
        return nothing, nothing
    noise = Noise(**cut.forecast.result["noise"])
    distribution = ForecastDistribution(mean=mean, noise=noise)
    with np.errstate(invalid="ignore", divide="ignore"):
        each = np.nan_to_num(cut.harm / cut.count)
    count_lo, count_hi = distribution.interval_of_sum(level=0.8)
    harm_lo, harm_hi = distribution.interval_of_sum(each, level=0.8)
    return (
        Estimate(mean=float(np.nansum(mean)), lo80=float(count_lo), hi80=float(count_hi)),
        Estimate(mean=float(np.nansum(mean * each)), lo80=float(harm_lo), hi80=float(harm_hi)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOfForecast:
    """One place of a forecast, in the slot or the whole period asked for.

    Parameters
    ----------
    lon, lat
        A point of it, in degrees.
    expected_count
        With its interval; null without data.
    expected_harm
        Null without data.
    drivers
        What drives it most.
    """

    rank: int
    cell_id: str
    place: str
    borough: str
    bcu: str
    lon: float
    lat: float
    expected_count: Estimate
    expected_harm: float | None
    drivers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceList:
    """Places of a forecast, those with most first; those without data are last.

    Parameters
    ----------
    measure
        By what they are ordered.
    start, end
        From when until when is expected what they say.
    total
        How many places the filters leave.
    next_offset
        Offset of the next part; null at the end.
    """

    forecast_id: str
    is_synthetic: bool
    measure: Measure
    start: datetime
    end: datetime
    items: tuple[PlaceOfForecast, ...]
    total: int
    next_offset: int | None
    place_not_person: str


def forecast_places(
    shelf: Shelf,
    forecast_id: str,
    *,
    person: Person,
    wanted: Wanted,
    part: Part,
    at: datetime,
) -> PlaceList:
    """Return places of a published forecast; the look is written in the audit chain.

    Parameters
    ----------
    shelf, forecast_id, person, at
        As in ``forecast_facts``.
    wanted
        Slot, measure, BCU and search.
    part
        Which part of the list.
    """
    from rightplace.briefing.stamp import PLACE_NOT_PERSON

    person.check(Permission.SEE_FORECAST)
    with transaction(shelf.database, person.actor, purpose="Read a forecast.", at=at) as tx:
        forecast = shelf.forecast(tx, forecast_id)
    cut = shown(forecast, person, wanted)
    order = found_cells(cut, wanted)
    here = part.of(order)
    first, last = (
        (forecast.times[0], forecast.times[-1])
        if wanted.slot is None
        else (forecast.times[wanted.slot],) * 2
    )
    return PlaceList(
        forecast_id=str(forecast.record["id"]),
        is_synthetic=forecast.is_synthetic,
        measure=wanted.measure,
        start=first[0],
        end=last[1],
        items=tuple(
            place_of(cut, int(cell), rank=here.start + nth)
            for nth, cell in enumerate(order[here], start=1)
        ),
        total=len(order),
        next_offset=part.then(len(order)),
        place_not_person=PLACE_NOT_PERSON,
    )


def place_of(cut: Shown, cell: int, *, rank: int) -> PlaceOfForecast:
    """Return one place of a forecast in numbers."""
    cells = cut.forecast.area.cells
    return PlaceOfForecast(
        rank=rank,
        cell_id=cells["cell_id"][cell].as_py(),
        place=cut.forecast.words[cell],
        borough=cut.forecast.area.borough_names[cell] or "",
        bcu=cut.forecast.area.commands[cell] or "",
        lon=cells["lon"][cell].as_py(),
        lat=cells["lat"][cell].as_py(),
        expected_count=Estimate(
            mean=_known(cut.count[cell]), lo80=_known(cut.lo80[cell]), hi80=_known(cut.hi80[cell])
        ),
        expected_harm=_known(cut.harm[cell]),
        drivers=cut.forecast.drivers[cell],
    )


def _known(value: np.float64) -> float | None:
    return None if np.isnan(value) else float(value)
