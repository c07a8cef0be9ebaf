"""A tiny force to be counted: squares of 250 m, a late shift, crews of two with a ping a minute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from rightplace.core import Clock
from rightplace.engines.engine import Engine
from rightplace.evaluate.dosage import delivered, sums_by_place_and_slot, total
from rightplace.evaluate.geofence import Placed
from rightplace.evaluate.pings import read_pings
from rightplace.evaluate.rules import DwellRules, Window
from rightplace.evaluate.tasks import Tasks

if TYPE_CHECKING:
    from collections import Counter
    from pathlib import Path

    from numpy.typing import NDArray

    from rightplace.evaluate.dosage import Delivered, Sums
    from rightplace.evaluate.logs import Logged
    from rightplace.evaluate.pings import Pings

HEAD = "crew_id,officer_id,time,lon,lat"
CELLS = ("west", "middle", "east")
SLOTS = tuple(Clock().slots(date(2018, 7, 2), 2))
LATE = SLOTS[1]
RULES = DwellRules()
ENGINE = Engine(threads=1)


@dataclass(frozen=True, slots=True)
class Degrees:
    """A geofence that needs no map: a cell for each hundredth of a degree east of 0."""

    def place(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Placed:
        cell = np.floor(lon * 100).astype(np.int32)
        cell[(cell < 0) | (cell >= len(CELLS))] = -1
        return Placed(x=lon * 70_000, y=lat * 111_000, cell=cell)


def at(hour: int, minute: float = 0, *, day: int = 2) -> datetime:
    """A moment of July 2018, British Summer Time."""
    return datetime(2018, 7, day, hour - 1, tzinfo=UTC) + timedelta(minutes=minute)


def ping(crew: str, officer: str, when: datetime | str, cell: float = 0) -> str:
    said = when if isinstance(when, str) else when.isoformat()
    return f"{crew},{officer},{said},{cell / 100 + 0.005:.6f},51.5"


def stay(crew: str, officers: str, start: datetime, minutes: int, cell: float = 0) -> list[str]:
    """Pings a minute apart, from the first to the last minute."""
    moments = [start + timedelta(minutes=m) for m in range(minutes + 1)]
    return [ping(crew, crew + officer, when, cell) for officer in officers for when in moments]


def planned(*visits: tuple[str, int, str], arm: str = "none") -> list[dict[str, Any]]:
    """Visits by crew, slot and cell."""
    return [
        {
            "visit_id": f"v-{number:06d}",
            "cell_id": cell,
            "slot_start": SLOTS[slot].start,
            "crew_id": crew,
            "arm": arm,
        }
        for number, (crew, slot, cell) in enumerate(visits, start=1)
    ]


def tasks_of(visits: list[dict[str, Any]], excused: tuple[str, ...] = ()) -> Tasks:
    table = pa.Table.from_pylist(visits)
    return Tasks.of(table, cell_ids=CELLS, slots=SLOTS, excused=excused)


@dataclass(frozen=True)
class Counted:
    """Everything that comes of a ping file."""

    pings: Pings
    done: Delivered
    sums: dict[tuple[int, int], Sums]
    whole: Sums

    @property
    def minutes(self) -> list[float]:
        return [self.whole.officer_seconds / 60, self.whole.patrol_seconds / 60]

    @property
    def left_out(self) -> Counter[str]:
        return self.pings.left_out


def window(tasks: Tasks, *, now: datetime | None = None) -> Window:
    moment = tasks.closes if now is None else int(now.timestamp())
    return Window(opens=tasks.opens, closes=tasks.closes, now=moment, oldest=tasks.opens)


def count(  # noqa: PLR0913 - one parameter for each thing that a test varies
    path: Path,
    rows: list[str],
    visits: list[dict[str, Any]],
    *,
    head: str = HEAD,
    excused: tuple[str, ...] = (),
    logged: tuple[Logged, ...] = (),
    now: datetime | None = None,
) -> Counted:
    """Write pings to a file and count them as the product does."""
    path.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    tasks = tasks_of(visits, excused)
    pings = read_pings(
        ENGINE, path, fence=Degrees(), window=window(tasks, now=now), rules=RULES, crews=tasks.crews
    )
    done = delivered(ENGINE, pings, logged=logged, tasks=tasks, cell_ids=CELLS, rules=RULES)
    sums = sums_by_place_and_slot(done.visits, tasks, RULES)
    return Counted(pings, done, sums, total(sums.values()))
