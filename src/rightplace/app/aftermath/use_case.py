"""Use case: after a serious incident typed in by hand, what to expect nearby for 72 hours.

Everything comes from parameters that were learned before and kept as a run
(`rightplace.app.aftermath.learning`): nothing is fitted and no record is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from rightplace.app.aftermath.expected import ordinary_by_cell, ring_shares
from rightplace.app.aftermath.learning import RATIOS
from rightplace.app.aftermath.result import (
    AftermathResult,
    BandTotal,
    Fading,
    Initiating,
    LearnedFrom,
    PlaceExpected,
    Window,
)
from rightplace.app.aftermath.words import (
    ALWAYS,
    HOURS,
    MONTHLY,
    TIMED_NEEDED,
    band_words,
    chance_words,
    elapsed_words,
    finding,
    notes_of,
    verdict,
)
from rightplace.app.answer import Answer, Notice
from rightplace.app.periods import STALE_AFTER_DAYS
from rightplace.errors import NotHeldError, UnsupportedByDataError, UsageError
from rightplace.forecast.aftermath.counts import DISTANCES_M
from rightplace.forecast.aftermath.ratios import ALL, N_DISTANCES, N_ELAPSED, OTHER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.app.aftermath.place import Rings, TypedPlace
    from rightplace.app.workspace import Workspace
    from rightplace.places.study_area import StudyArea

KIND = "aftermath"


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedIncident:
    """A serious incident as somebody typed it."""

    place: str
    time: str
    class_id: str


Row = dict[str, Any]


def aftermath(
    workspace: Workspace, typed: TypedIncident, *, area_id: str | None = None
) -> Answer[AftermathResult]:
    """Return what to expect within 800 m and 72 hours of an incident.

    Parameters
    ----------
    workspace
        Where the study area and the learned parameters are kept.
    typed
        The incident.
    area_id
        The study area, where there are several.
    """
    from rightplace.app.aftermath.place import rings, typed_place, typed_time
    from rightplace.app.areas import find_area

    area = find_area(workspace, area_id)
    record = learned_run(workspace, area.area_id)
    place = typed_place(typed.place, area)
    start, of_time = typed_time(typed.time, area.clock)
    ratios = _ratios(workspace, record["id"])
    learned_as = learned_class(typed.class_id, {name for name, *_ in ratios})
    of_class = {key[1:]: row for key, row in ratios.items() if key[0] == learned_as}
    parts = rings(area, place, DISTANCES_M)
    ordinary = ordinary_by_cell(workspace, record["id"], area, start)[parts.cell]
    ordinary = ordinary * ring_shares(workspace, record["id"], parts, place)
    totals = _totals(parts, ordinary, of_class)
    learned = _learned_from(record)
    result = AftermathResult(
        initiating=_initiating(typed, place, area, start=start, learned_as=learned_as),
        window=_window(area, start),
        verdict=verdict(totals),
        attachable_as_ground=False,
        not_a_ground=ALWAYS,
        places=_places(area, parts, ordinary, of_class),
        totals=totals,
        fading=_fading(of_class, learned.join_hours),
        learned=learned,
        notes=notes_of(
            learned_as=learned_as,
            class_id=typed.class_id,
            learned=learned,
            outside=parts.outside,
            masked=int((~np.isfinite(ordinary)).sum()),
        ),
    )
    as_of = date.fromisoformat(record["as_of"])
    stale = _stale(as_of, start.astimezone(area.clock.tzinfo).date())
    return Answer(
        verb=KIND,
        result=result,
        id=record["id"],
        as_of=as_of,
        data_releases=tuple(sorted({i["release"] for i in record["inputs"] if i["release"]})),
        warnings=(*of_time, *stale, *_kept(record)),
    )


def _learned_from(record: Row) -> LearnedFrom:
    result = record["result"]
    return LearnedFrom(
        run=record["id"],
        events=result["incidents"],
        period=tuple(result["period"]),
        classes=tuple(result["classes"]),
        join_hours=result["join_hours"],
    )


def learned_run(workspace: Workspace, area_id: str) -> Row:
    """Return the record of the newest parameters learned for a study area.

    Raises
    ------
    NotHeldError
        If none are kept; the remedy is the command to learn them.
    """
    from rightplace.core.runs import PREFIXES, read_run_of

    names = sorted(p.name for p in workspace.runs.glob(f"{PREFIXES[KIND]}-*") if p.is_dir())
    records = [read_run_of(workspace.runs, name, kind=KIND) for name in names]
    mine = [record for record in records if record["settings"]["area"] == area_id]
    if not mine:
        _refuse_months(workspace)
        msg = f"No parameters of aftermath are kept for {area_id}."
        remedy = "Learn them once: `rightplace aftermath --learn --as-of YYYY-MM-DD`."
        raise NotHeldError(msg, value=area_id, remedy=remedy)
    return max(mine, key=lambda record: (record["as_of"], record["made_at"]))


def _refuse_months(workspace: Workspace) -> None:
    """Refuse to send somebody to learn from what can teach nothing.

    Raises
    ------
    UnsupportedByDataError
        If records are held and all give their month alone.
    """
    from rightplace.crime.holdings import entries_of, holdings
    from rightplace.crime.standing import standing

    held = holdings(entries_of(workspace.store.manifest()), kind="crimes", known_at=None)
    rows = standing(workspace.engine, workspace.store, held)
    if rows is None:
        return
    found = workspace.engine.run(rows.select("precision").distinct())["precision"].to_pylist()
    if set(found) == {"month"}:
        raise UnsupportedByDataError(MONTHLY, value="month", remedy=TIMED_NEEDED)


def learned_class(class_id: str, learned: set[str]) -> str:
    """Return the class whose ratios stand for one that was typed in.

    The class itself, else the narrowest wider one that was learned, else ``other`` if it is
    serious violence at all. Police-generated classes are refused (`RefusedError`).

    Raises
    ------
    UsageError
        If there is no such class, or it is no violence.
    """
    from rightplace.crime.offences import demand_classes, offence_classes, parts, wider_classes

    demand_classes((class_id,))
    for name in wider_classes(class_id):
        if name in learned:
            return name
    violent = {name for name, each in offence_classes().items() if each.default_demand}
    if violent & {*wider_classes(class_id), *parts(class_id)}:
        return OTHER
    known = ", ".join(sorted(violent | (learned - {ALL, OTHER})))
    msg = f"{class_id!r} is no serious violence; what follows it was not learned."
    raise UsageError(msg, value=class_id, remedy=f"Name one of {known}.")


def _ratios(workspace: Workspace, run_id: str) -> dict[tuple[str, int, int], Row]:
    from rightplace.app.runs import read_table

    rows = read_table(workspace, run_id, RATIOS).to_pylist()
    return {(row["class"], row["distance"], row["elapsed"]): row for row in rows}


def _places(
    area: StudyArea,
    parts: Rings,
    ordinary: NDArray[np.float64],
    of_class: dict[tuple[int, int], Row],
) -> tuple[PlaceExpected, ...]:
    """Return the parts of cells, the nearest ring first and the busiest part first in it."""
    ids, names = (area.cells[name].to_pylist() for name in ("cell_id", "name"))
    order = np.lexsort((-np.nan_to_num(ordinary), parts.band))
    found = []
    for part in order:
        cell, band = int(parts.cell[part]), int(parts.band[part])
        learned, usual = of_class[band, N_ELAPSED], float(ordinary[part])
        known = bool(np.isfinite(usual))
        found.append(
            PlaceExpected(
                cell_id=ids[cell],
                name=names[cell],
                distance=band_words(band),
                share_of_cell=float(parts.share[part]),
                ordinary_expected=usual if known else None,
                expected=usual * learned["ratio"] if known else None,
                ratio=learned["ratio"],
                lo95=learned["lo95"],
                hi95=learned["hi95"],
                finding=finding(learned["lo95"], learned["hi95"]),
            )
        )
    return tuple(found)


def _totals(
    parts: Rings, ordinary: NDArray[np.float64], of_class: dict[tuple[int, int], Row]
) -> tuple[BandTotal, ...]:
    usual = [float(np.nansum(ordinary[parts.band == band])) for band in range(N_DISTANCES)]
    found = [
        _total(band, usual[band], {name: row[name] * usual[band] for name in _ENDS}, row)
        for band in range(N_DISTANCES)
        for row in (of_class[band, N_ELAPSED],)
    ]
    summed = {
        name: sum(usual[band] * of_class[band, N_ELAPSED][name] for band in range(N_DISTANCES))
        for name in _ENDS
    }
    return (*found, _total(N_DISTANCES, sum(usual), summed, None))


_ENDS = ("ratio", "lo95", "hi95")


def _total(band: int, usual: float, expected: dict[str, float], row: Row | None) -> BandTotal:
    # Where nothing is expected at all, the ratio is still the one that was learned.
    ratio, low, high = (
        expected[name] / usual if row is None and usual > 0 else (row or {}).get(name, 1.0)
        for name in _ENDS
    )
    return BandTotal(
        distance=band_words(band),
        ordinary_expected=usual,
        expected=expected["ratio"],
        expected_lo95=expected["lo95"],
        expected_hi95=expected["hi95"],
        ratio=ratio,
        lo95=low,
        hi95=high,
        finding=finding(low, high),
        incidents=0 if row is None else row["incidents"],
        observed=0 if row is None else row["observed"],
        expected_followers=0.0 if row is None else row["expected"],
        ordinary_words=chance_words(usual),
        expected_words=chance_words(expected["ratio"]),
    )


def _fading(of_class: dict[tuple[int, int], Row], join_hours: float) -> tuple[Fading, ...]:
    return tuple(
        Fading(
            distance=band_words(band),
            elapsed=elapsed_words(part, join_hours),
            **{name: of_class[band, part][name] for name in _ENDS},
        )
        for band in range(N_DISTANCES)
        for part in range(N_ELAPSED)
    )


def _initiating(
    typed: TypedIncident, place: TypedPlace, area: StudyArea, *, start: datetime, learned_as: str
) -> Initiating:
    from rightplace.crime.offences import offence_class

    return Initiating(
        x=place.x,
        y=place.y,
        lon=place.lon,
        lat=place.lat,
        taken_as=place.taken_as,
        cell_id=area.cells["cell_id"][place.cell].as_py(),
        cell_name=area.cells["name"][place.cell].as_py(),
        time=start.astimezone(area.clock.tzinfo).isoformat(),
        class_id=typed.class_id,
        class_name=offence_class(typed.class_id).name,
        learned_as=learned_as,
    )


def _window(area: StudyArea, start: datetime) -> Window:
    zone = area.clock.tzinfo
    end = start + timedelta(hours=HOURS)
    return Window(from_=start.astimezone(zone).isoformat(), to=end.astimezone(zone).isoformat())


def _stale(as_of: date, day: date) -> tuple[Notice, ...]:
    """Return the notice that what is ordinary was learned long before the incident."""
    age = (day - as_of).days
    if age <= STALE_AFTER_DAYS["week"]:
        return ()
    message = (
        f"What is ordinary was learned up to {as_of}, {age:,} days before the incident: the "
        f"expected counts may no longer hold. Learn anew with `rightplace aftermath --learn`."
    )
    return (Notice(code="stale", message=message),)


def _kept(record: Row) -> tuple[Notice, ...]:
    """Return what was said when the parameters were learned and still matters."""
    lasting = {"slipped-hours", "synthetic"}
    return tuple(
        Notice(code=each["code"], message=each["message"])
        for each in record["warnings"]
        if each["code"] in lasting
    )
