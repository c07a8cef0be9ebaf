"""Published runs as pages read them: looked at with an audit line, parsed once."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import shapely

from rightplace.app.service.figures import span_words
from rightplace.app.service.kept_runs import KeptRuns
from rightplace.app.service.opened import OpenedRun, behind, looked_at, table_bytes, table_of
from rightplace.core.time import Clock, Shift

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    import pyarrow as pa
    from numpy.typing import NDArray

    from rightplace.core.time import Slot
    from rightplace.records.audit.transaction import Reading, Transaction
    from rightplace.records.database.front import Database
    from rightplace.records.published.tables import PublishedRun

Made = TypeVar("Made")

PLAIN_POINTS = 8
"""Outlines of no more points on average are not made simpler: squares and hexagons."""
METRES_OF_OUTLINE = 15.0
"""How far an outline on a screen may stray from the true one; a choice of ours."""


@dataclass(frozen=True, kw_only=True, eq=False)
class PublishedArea:
    """A study area that is published.

    Parameters
    ----------
    record
        What ``area.json`` says.
    cells
        Its cells.
    """

    record: dict[str, Any]
    cells: pa.Table

    @cached_property
    def clock(self) -> Clock:
        """How it keeps time."""
        given = self.record["clock"]
        shifts = tuple(
            Shift(
                name=each["name"],
                starts=time.fromisoformat(each["starts"]),
                ends=time.fromisoformat(each["ends"]),
            )
            for each in given["shifts"]
        )
        return Clock(zone=given["zone"], shifts=shifts)

    @cached_property
    def commands(self) -> tuple[str | None, ...]:
        """BCU of each cell; its borough where no cell of the area has a BCU."""
        bcus = self.cells["bcu"].to_pylist()
        return tuple(bcus if any(bcus) else self.cells["borough"].to_pylist())

    @cached_property
    def borough_names(self) -> tuple[str | None, ...]:
        """Borough of each cell."""
        return tuple(self.cells["borough"].to_pylist())

    @cached_property
    def places(self) -> tuple[tuple[tuple[str | None, str | None], ...], NDArray[np.int64]]:
        """Each BCU with borough that there is, once, and which of them each cell lies in."""
        rows = list(zip(self.commands, self.borough_names, strict=True))
        at = {place: n for n, place in enumerate(dict.fromkeys(rows))}
        return tuple(at), np.array([at[row] for row in rows], dtype=np.int64)

    @cached_property
    def shapes(self) -> NDArray[np.object_]:
        """Outlines as a screen shows them, in degrees."""
        from rightplace.places.projection import to_degrees

        metres = shapely.from_wkb(self.cells["geometry"].to_pylist())
        is_plain = shapely.get_num_coordinates(metres).mean() <= PLAIN_POINTS
        plain = metres if is_plain else shapely.coverage_simplify(metres, METRES_OF_OUTLINE)
        crs = int(self.record["crs"])
        return np.asarray(
            shapely.transform(plain, lambda x, y: to_degrees(crs, x, y), interleaved=False)
        )

    @cached_property
    def outlines(self) -> tuple[str, ...]:
        """GeoJSON of each cell's outline."""
        rounded = shapely.set_precision(self.shapes, 1e-5, mode="pointwise")
        return tuple(shapely.to_geojson(rounded).tolist())

    @cached_property
    def boroughs(self) -> dict[str, tuple[str, tuple[float, float]]]:
        """GeoJSON of each borough's outline and where its name stands, by name."""
        names = np.array([name or "" for name in self.cells["borough"].to_pylist()])
        found = {}
        for name in sorted(set(names.tolist()) - {""}):
            union = shapely.union_all(shapely.make_valid(self.shapes[names == name]))
            at = shapely.point_on_surface(union)
            found[name] = (shapely.to_geojson(union), (round(at.x, 5), round(at.y, 5)))
        return found


@dataclass(frozen=True, kw_only=True, eq=False)
class PublishedForecast:
    """A published forecast with its study area.

    Parameters
    ----------
    expected, harm, lo80, hi80
        Shape (n_cells, n_slots). NaN without data.
    words, short_words
        Street words of each cell, with two streets and with one.
    kinds
        What kind of place each cell is, where its records tell.
    """

    record: dict[str, Any]
    is_synthetic: bool
    area: PublishedArea
    times: tuple[tuple[datetime, datetime], ...]
    expected: NDArray[np.float64]
    harm: NDArray[np.float64]
    lo80: NDArray[np.float64]
    hi80: NDArray[np.float64]
    drivers: tuple[tuple[str, ...], ...]
    words: tuple[str, ...]
    short_words: tuple[str, ...]
    kinds: tuple[str | None, ...]

    @property
    def result(self) -> dict[str, Any]:
        """What the forecast answered."""
        content: dict[str, Any] = self.record["result"]
        return content

    @cached_property
    def whole(self) -> tuple[NDArray[np.float64], ...]:
        """Count, harm, and ends of the 80 % interval in the whole period, of each cell."""
        from rightplace.forecast import ForecastDistribution, Noise

        count, harm = self.expected.sum(axis=1), self.harm.sum(axis=1)
        noise = Noise(**self.result["noise"])
        return count, harm, *ForecastDistribution(mean=count, noise=noise).interval(0.8)

    @cached_property
    def words_of(self) -> dict[str, str]:
        """Street words of each cell, by its id."""
        return dict(zip(self.area.cells["cell_id"].to_pylist(), self.words, strict=True))

    @cached_property
    def slots(self) -> tuple[Slot | None, ...]:
        """The shift of the study area that each time is; None where it is another span."""
        as_of = date.fromisoformat(self.record["as_of"])
        days = int(self.record["settings"]["days"])
        clock = self.area.clock
        named = {(s.start, s.end): s for s in clock.slots(as_of, days + 2)}
        return tuple(named.get(span) for span in self.times)


@dataclass(frozen=True, kw_only=True, eq=False)
class PublishedPlan:
    """A published plan with its forecast.

    Parameters
    ----------
    visits
        The visits that crews make, without the lot.
    """

    record: dict[str, Any]
    is_synthetic: bool
    forecast: PublishedForecast
    visits: pa.Table

    @property
    def result(self) -> dict[str, Any]:
        """What the plan answered."""
        content: dict[str, Any] = self.record["result"]
        return content

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """The visits as rows, in order of time."""
        ordered: list[dict[str, Any]] = self.visits.to_pylist()
        return sorted(ordered, key=lambda row: (row["slot_start"], row["visit_id"]))

    @cached_property
    def by_bcu(self) -> dict[str, list[dict[str, Any]]]:
        """The visits of each BCU, in order of time."""
        area = self.forecast.area
        ids = area.cells["cell_id"].to_pylist()
        command = dict(zip(ids, area.commands, strict=True))
        found: dict[str, list[dict[str, Any]]] = {}
        for row in self.rows:
            found.setdefault(command[row["cell_id"]] or "", []).append(row)
        return found

    @cached_property
    def slot_words(self) -> dict[datetime, str]:
        """Each slot in words, by its start, in order.

        A plan has shifts also where its forecast has none: its minutes are spread over them.
        """
        clock, (starts, ends) = self.forecast.area.clock, self.span
        first = starts.astimezone(clock.tzinfo).date() - timedelta(days=1)
        shifts = {
            (slot.start, slot.end): slot
            for slot in clock.slots(first, (ends - starts).days + 3)
            if starts <= slot.start and slot.end <= ends
        }
        spans = {*shifts, *((row["slot_start"], row["slot_end"]) for row in self.rows)}
        return {
            start: span_words(start, end, slot=shifts.get((start, end)), zone=clock.tzinfo)
            for start, end in sorted(spans)
        }

    @property
    def span(self) -> tuple[datetime, datetime]:
        """When its first slot starts and its last ends."""
        return self.forecast.times[0][0], self.forecast.times[-1][1]


@dataclass(slots=True)
class Shelf:
    """Where runs are published, with those looked at last, parsed.

    Runs are immutable, so a parsed one never goes stale.
    """

    database: Database
    kept: KeptRuns = field(default_factory=KeptRuns)

    def forecast(self, tx: Transaction, run_id: str) -> PublishedForecast:
        """Return a published forecast, which will be shown to the actor.

        One that is not published is not held; one suspended is refused.
        """
        run = looked_at(tx, run_id, kind="forecast")
        return self._forecast(tx, run)

    def plan(self, tx: Transaction, run_id: str) -> PublishedPlan:
        """Return a published plan, which will be shown to the actor; as with forecasts."""
        run = looked_at(tx, run_id, kind="plan")
        plan: PublishedPlan = self._kept(run, lambda: self._read_plan(tx, run))
        return plan

    def plan_behind(self, tx: Reading, run_id: str) -> PublishedPlan:
        """Return a published plan to check by it what comes in late; none of it is to be shown.

        One that is suspended is returned: what was done under it stays true.
        """
        from rightplace.records.published.publishing import check_published

        check_published(tx, run_id, kind="plan")
        run = behind(tx, run_id)
        plan: PublishedPlan = self._kept(run, lambda: self._read_plan(tx, run))
        return plan

    def forecast_behind(self, tx: Reading, run_id: str) -> PublishedForecast:
        """Return a published forecast to make it ready; none of it is to be shown."""
        return self._forecast(tx, behind(tx, run_id))

    def newest_area(self, tx: Transaction) -> PublishedArea | None:
        """Return the study area published last, or None where none is."""
        from sqlalchemy import select

        from rightplace.records.published.tables import PublishedRun

        wanted = select(PublishedRun).where(PublishedRun.kind == "area")
        order = PublishedRun.published_at.desc(), PublishedRun.id
        found = tx.unshown(wanted.order_by(*order).limit(1))
        return self._area(tx, found[0]) if found else None

    def area_names(self) -> tuple[tuple[str, str], ...]:
        """Return kind and name of every BCU and borough of the study area published last."""
        from pyarrow import parquet
        from sqlalchemy import select

        from rightplace.records.audit.transaction import reading
        from rightplace.records.published.tables import PublishedRun

        newest = select(PublishedRun).where(PublishedRun.kind == "area")
        with reading(self.database) as quiet:
            runs = quiet.unshown(newest.order_by(PublishedRun.published_at.desc()).limit(1))
            if not runs:
                return ()
            content = table_bytes(quiet, runs[0].id, "cells")
        names = parquet.read_table(io.BytesIO(content), columns=["bcu", "borough"])
        return tuple(
            (kind, name)
            for kind in ("bcu", "borough")
            for name in sorted({each for each in names[kind].to_pylist() if each})
        )

    def opened(
        self, tx: Transaction, run_id: str, *, kind: str, read: Callable[[OpenedRun], Made]
    ) -> Made:
        """Return a published run of another kind, which will be shown, as ``read`` parses it."""
        run = looked_at(tx, run_id, kind=kind)
        made: Made = self._kept(
            run,
            lambda: read(
                OpenedRun(
                    record=json.loads(run.content),
                    is_synthetic=run.is_synthetic,
                    table=lambda name: table_of(tx, run.id, name),
                    area=lambda area_id: self._area(tx, behind(tx, area_id)),
                )
            ),
        )
        return made

    def _kept(self, run: PublishedRun, read: Callable[[], Made]) -> Made:
        return self.kept.get(f"{run.id} {run.digest}", read)

    def _forecast(self, tx: Reading, run: PublishedRun) -> PublishedForecast:
        forecast: PublishedForecast = self._kept(run, lambda: self._read_forecast(tx, run))
        return forecast

    def _area(self, tx: Reading, run: PublishedRun) -> PublishedArea:
        area: PublishedArea = self._kept(
            run,
            lambda: PublishedArea(
                record=json.loads(run.content), cells=table_of(tx, run.id, "cells")
            ),
        )
        return area

    def _read_plan(self, tx: Reading, run: PublishedRun) -> PublishedPlan:
        from rightplace.app.plan.visits import VISITS, crew_visits_of

        record = json.loads(run.content)
        below = behind(tx, str(record["settings"]["forecast"]))
        return PublishedPlan(
            record=record,
            is_synthetic=run.is_synthetic,
            forecast=self._forecast(tx, below),
            visits=crew_visits_of(table_bytes(tx, run.id, VISITS)),
        )

    def _read_forecast(self, tx: Reading, run: PublishedRun) -> PublishedForecast:
        record = json.loads(run.content)
        area = self._area(tx, behind(tx, str(record["settings"]["area"])))
        cells = table_of(tx, run.id, "cells")
        n_cells = area.cells.num_rows
        n_slots = cells.num_rows // n_cells
        spans = zip(cells["slot_start"][:n_slots], cells["slot_end"][:n_slots], strict=True)

        def by_slot(name: str) -> NDArray[np.float64]:
            column = cells[name].to_numpy().astype(np.float64)
            return np.asarray(column.reshape(n_cells, n_slots))

        first = cells.take(np.arange(n_cells) * n_slots)
        places = table_of(tx, run.id, "street_words")
        named = zip(*(first[f"driver_{n}"].to_pylist() for n in (1, 2, 3)), strict=True)
        return PublishedForecast(
            record=record,
            is_synthetic=run.is_synthetic,
            area=area,
            times=tuple((start.as_py(), end.as_py()) for start, end in spans),
            expected=by_slot("expected_count"),
            harm=by_slot("expected_harm"),
            lo80=by_slot("lo80"),
            hi80=by_slot("hi80"),
            drivers=tuple(tuple(each for each in row if each) for row in named),
            words=tuple(places["words"].to_pylist()),
            short_words=tuple(places["short"].to_pylist()),
            kinds=tuple(places["kind"].to_pylist()),
        )
