"""London with invented incidents: real outlines and published totals, everything else by chance.

The incidents cluster (a few small areas carry many, a few addresses in them), repeat near each
other, follow hours and weekdays, and add up to the published total of every class, borough and
month. They say nothing of what happened in any real street, and every row says SYNTHETIC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.csv as pa_csv

from rightplace.core.time import Clock
from rightplace.crime.simulate.crews import simulate_crews
from rightplace.crime.simulate.events import draw_events
from rightplace.crime.simulate.extract import CANCELLED_ROWS, dirty_rows, extract_table
from rightplace.crime.simulate.outlines import CITY_OF_LONDON, demo_outlines, write_outlines
from rightplace.crime.simulate.places import invent_gazetteer
from rightplace.crime.simulate.totals import ATTRIBUTION, BoroughTotals, read_borough_totals

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    import pyarrow as pa
    from numpy.random import Generator

    from rightplace.crime.simulate.outlines import DemoOutlines

__all__ = [
    "ATTRIBUTION",
    "BoroughTotals",
    "DemoInputs",
    "demo_outlines",
    "read_borough_totals",
    "simulate_crews",
    "simulate_incidents",
    "write_demo_inputs",
]

PLAN_DAYS = 7


def simulate_incidents(
    outlines: DemoOutlines, totals: BoroughTotals, *, generator: Generator, weeks_later: int = 0
) -> pa.Table:
    """Return a force's event extract, invented, that adds up to the totals.

    Its columns are text, as a force would send them: crime_reference, offence, occurred_from,
    occurred_to, reported_at (local time, ``DD/MM/YYYY HH:MM``), easting, northing (blank in
    about 3 % of rows), location, premises, domestic (Y, N or blank), status and synthetic.
    Counted by class, borough and month of ``occurred_from`` the rows equal ``totals``. Beyond
    the totals stand a few cancelled rows, and ``dirty_rows`` at the end.

    Parameters
    ----------
    outlines
        Small areas. A borough without totals gets no incident: no data, not zero. One with totals
        and without an outline is refused.
    totals
        What the rows add up to.
    generator
        Source of chance; the same state gives the same table.
    weeks_later
        How many weeks after the months of the totals the incidents are dated.
    """
    gazetteer = invent_gazetteer(outlines, generator=generator)
    events = draw_events(outlines, totals, gazetteer=gazetteer, generator=generator)
    events = events.later(weeks_later)
    return extract_table(events, outlines=outlines, gazetteer=gazetteer, generator=generator)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoInputs:
    """The files of a demo, and what is known about them.

    Parameters
    ----------
    outlines
        LSOA (2011) outlines of London, GeoJSON, with code, name and borough.
    incidents
        A force's event extract, CSV.
    mapping
        How to read it, TOML.
    crews
        Crews on duty in the week of the plan, CSV.
    as_of
        Last day with incidents.
    first_day, days
        The week of the plan.
    rows
        Rows of ``incidents``, of which ``dirty_rows`` are wrong on purpose and
        ``cancelled_rows`` were cancelled; the others add up to the totals.
    no_data
        Boroughs with outlines and without totals.
    seed
        What chance was seeded with.
    """

    outlines: Path
    incidents: Path
    mapping: Path
    crews: Path
    as_of: date
    first_day: date
    days: int
    rows: int
    dirty_rows: int
    cancelled_rows: int
    no_data: tuple[str, ...]
    seed: int


def weeks_to(today: date, last: date) -> int:
    """Return how many weeks after ``last`` the last day lies whose next seven days hold today."""
    return ((today - last).days - 1) // PLAN_DAYS


def write_demo_inputs(
    folder: Path, *, seed: int, totals: BoroughTotals | None = None, today: date | None = None
) -> DemoInputs:
    """Write outlines, incidents, mapping and crews to a folder; same seed, same bytes.

    Parameters
    ----------
    folder
        Where to; it is made if absent.
    seed
        Zero or more.
    totals
        What the incidents add up to; by default all published totals that ship.
    today
        A day that the week of the plan shall hold: all is dated so many whole weeks later. By
        default the incidents keep the months of the totals.
    """
    totals = totals or read_borough_totals()
    weeks = 0 if today is None else weeks_to(today, totals.months[-1].last)
    outlines = demo_outlines(totals.boroughs)
    for_incidents, for_crews = np.random.default_rng(seed).spawn(2)
    incidents = simulate_incidents(outlines, totals, generator=for_incidents, weeks_later=weeks)
    clock, as_of = Clock(), totals.months[-1].last + timedelta(weeks=weeks)
    first_day = as_of + timedelta(days=1)
    slots = list(clock.slots(first_day, PLAN_DAYS))
    crews = simulate_crews(outlines, totals, slots=slots, clock=clock, generator=for_crews)
    folder.mkdir(parents=True, exist_ok=True)
    write_outlines(outlines, folder / "lsoa_2011.geojson")
    pa_csv.write_csv(incidents, folder / "incidents.csv")
    pa_csv.write_csv(crews, folder / "crews.csv")
    mapping = resources.files("rightplace.crime") / "data/demo_mapping.toml"
    (folder / "mapping.toml").write_bytes(mapping.read_bytes())
    return DemoInputs(
        outlines=folder / "lsoa_2011.geojson",
        incidents=folder / "incidents.csv",
        mapping=folder / "mapping.toml",
        crews=folder / "crews.csv",
        as_of=as_of,
        first_day=first_day,
        days=PLAN_DAYS,
        rows=incidents.num_rows,
        dirty_rows=dirty_rows().num_rows,
        cancelled_rows=min(CANCELLED_ROWS, int(totals.counts.sum())),
        no_data=(CITY_OF_LONDON,),
        seed=seed,
    )
