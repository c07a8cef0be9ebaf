"""Use case: the page of the locality, smallest first, with what each further place takes in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import shapely

from rightplace.app.service.section_60_draft import PURPOSE, viewed_draft
from rightplace.app.service.section_60_draft_typed import LONDON
from rightplace.app.service.section_60_locality_ground import people_words, places_of
from rightplace.app.service.section_60_locality_past import (
    known_to,
    other_histories,
    past_uses,
)
from rightplace.app.service.section_60_locality_shown import (
    LocalityPage,
    LocalityWanted,
    PastLine,
    PlaceLine,
    TakenLine,
)
from rightplace.app.service.section_60_words import clock_words, length_words
from rightplace.errors import BadInputError, NotHeldError
from rightplace.powers.section_60.locality import (
    PastUse,
    Taken,
    candidates,
    cell_at,
    geojson_of,
    hours_at,
    next_to,
    outline_of,
    same_place,
    share_smaller,
    taken_by_cells,
    taken_by_outline,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.section_60_draft import Draft
    from rightplace.app.service.section_60_locality_ground import Places60
    from rightplace.app.service.shelf import Shelf
    from rightplace.powers.section_60.settings import Section60Settings
    from rightplace.records.audit.transaction import Transaction

MOST_FOUND = 20
"""Places that a search shows; a choice of ours."""
MOST_NEXT = 30
"""Places next to a locality that are shown; a choice of ours."""
KINDS = {"cell": "This place alone", "ward": "The ward", "borough": "The whole borough"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What was authorised before.

    Parameters
    ----------
    past
        Every other authorisation that was given.
    known
        References of those that whoever looks may be told.
    settings
        What the same place is, and what is soon after.
    at
        The time now.
    """

    past: tuple[PastUse, ...]
    known: frozenset[str]
    settings: Section60Settings
    at: datetime


def read_locality(
    shelf: Shelf,
    reference: str,
    *,
    person: Person,
    wanted: LocalityWanted,
    at: datetime,
    settings: Section60Settings,
) -> LocalityPage:
    """Return the page of the locality of a draft.

    Parameters
    ----------
    shelf
        Where draft and study area are kept.
    reference
        Of the draft.
    person
        Who looks; may draft there.
    wanted
        What is picked, looked for or drawn.
    at
        The time now.
    settings
        From which share on two localities are one place, and what is soon after.
    """
    from rightplace.records.audit.transaction import transaction

    with transaction(shelf.database, person.actor, purpose=PURPOSE, at=at) as tx:
        draft = viewed_draft(tx, reference, person=person)
        places = places_for(shelf, tx)
        histories = other_histories(tx, reference)
    before = Before(
        past=past_uses(histories), known=known_to(person, histories), settings=settings, at=at
    )
    try:
        return _page(draft, places, wanted, before)
    except BadInputError as error:
        name = "outline" if wanted.outline.strip() else "near"
        said = error.fault.said
        return LocalityPage(draft=draft, wanted=wanted, fault=(name, said))


def places_for(shelf: Shelf, tx: Transaction) -> Places60:
    """Return the study area that localities are picked on.

    Raises
    ------
    NotHeldError
        If none is published.
    """
    area = shelf.newest_area(tx)
    if area is None:
        msg = "No study area is published, so there is no map to choose a locality on."
        raise NotHeldError(msg, remedy="Use the paper form (/section-60/form.pdf).")
    return places_of(shelf, tx, area)


def _page(draft: Draft, places: Places60, wanted: LocalityWanted, before: Before) -> LocalityPage:
    rows = places.rows_of(wanted.cells)
    found = _found(places, wanted, bcu=draft.bcu)
    if not rows and not wanted.outline.strip():
        return LocalityPage(draft=draft, wanted=wanted, found=found)
    taken = taken_of(places, rows, wanted.outline)
    outline = geojson_of(taken.shape, places.ground.crs)
    earlier = same_place(outline, before.past, share=before.settings.same_place_share)
    picked = () if wanted.outline.strip() else rows
    return LocalityPage(
        draft=draft,
        wanted=wanted,
        found=found,
        offered=_offered(places, picked),
        taken=_taken_line(places, taken, before.past, is_drawn=not picked),
        picked=tuple(_line(places, (row,), _without(places, picked, row)) for row in picked),
        further=_further(places, picked),
        past=tuple(_past_line(each, before) for each in earlier),
        hours=length_words(hours_at(earlier, until=before.at)) if earlier else "",
        bounds=_bounds(outline),
    )


def _found(places: Places60, wanted: LocalityWanted, *, bcu: str) -> tuple[PlaceLine, ...]:
    ground = places.ground
    if wanted.near.strip():
        row = _row_near(places, wanted.near)
        return (_line(places, (row,), (ground.ids[row],)),)
    words = wanted.find.casefold().split()
    if not words:
        return ()
    rows = (
        row
        for row, cell in enumerate(ground.ids)
        if places.bcus[row] == bcu
        and all(
            word in f"{cell} {places.words[row]} {ground.wards[row] or ''}".casefold()
            for word in words
        )
    )
    lines = (_line(places, (row,), (ground.ids[row],)) for row in rows)
    return tuple(line for line, _ in zip(lines, range(MOST_FOUND), strict=False))


def _row_near(places: Places60, near: str) -> int:
    try:
        lon, lat = (float(part) for part in near.replace(",", " ").split())
    except ValueError as error:
        msg = "The point is not a longitude and a latitude."
        raise BadInputError(msg, remedy="Write it as -0.1150, 51.4613.") from error
    row = cell_at(places.ground, lon, lat)
    if row is None:
        msg = "The point lies outside the study area."
        raise BadInputError(msg, remedy="Longitude stands before latitude.")
    return row


def taken_of(places: Places60, rows: Sequence[int], outline: str) -> Taken:
    """Return what is drawn or, where nothing is, picked; bad outlines are bad input."""
    if outline.strip():
        return taken_by_outline(places.ground, outline_of(outline, places.ground.crs))
    return taken_by_cells(places.ground, rows)


def _taken_line(
    places: Places60, taken: Taken, past: Sequence[PastUse], *, is_drawn: bool
) -> TakenLine:
    areas = [each.area_km2 for each in past]
    smaller = share_smaller(taken.area_km2, areas)
    return TakenLine(
        area=f"{taken.area_km2:.2f} km²",
        people=people_words(taken.residents),
        schools="not held",
        boroughs=", ".join(taken.boroughs),
        whole=", ".join(taken.whole_boroughs),
        streets=places.streets(taken.cells),
        larger_than="No past locality is held to compare it with."
        if smaller is None
        else f"Larger than {smaller:.0%} of the {len(areas)} past localities held here.",
        is_drawn=is_drawn,
    )


def _offered(places: Places60, rows: Sequence[int]) -> tuple[tuple[str, PlaceLine], ...]:
    if not rows:
        return ()
    ids = places.ground.ids
    return tuple(
        (KINDS[each.kind], _line(places, each.cells, tuple(ids[row] for row in each.cells)))
        for each in candidates(places.ground, rows[0])
        if each.kind == "cell" or len(each.cells) > 1
    )


def _further(places: Places60, rows: Sequence[int]) -> tuple[PlaceLine, ...]:
    if not rows:
        return ()
    chosen = tuple(places.ground.ids[row] for row in rows)
    extra = next_to(places.ground, rows)[:MOST_NEXT]
    return tuple(_line(places, (row,), (*chosen, places.ground.ids[row])) for row in extra)


def _without(places: Places60, rows: Sequence[int], row: int) -> tuple[str, ...]:
    return tuple(places.ground.ids[each] for each in rows if each != row)


def _line(places: Places60, rows: Sequence[int], ids: tuple[str, ...]) -> PlaceLine:
    taken = taken_by_cells(places.ground, rows)
    return PlaceLine(
        ids=ids,
        words=places.streets(rows),
        area=f"{taken.area_km2:.2f} km²",
        people=people_words(taken.residents),
    )


def _past_line(past: PastUse, before: Before) -> PastLine:
    soon = timedelta(hours=before.settings.again_hours)
    return PastLine(
        reference=past.reference if past.reference in before.known else "",
        when=f"{clock_words(past.starts, LONDON)} to {clock_words(past.ends, LONDON)}",
        is_recent=past.ends > before.at - soon,
    )


def _bounds(outline: str) -> tuple[float, float, float, float]:
    west, south, east, north = shapely.from_geojson(outline).bounds
    margin = 0.2 * max(east - west, north - south)
    return west - margin, south - margin, east + margin, north + margin


def read_locality_layer(
    shelf: Shelf, reference: str, *, person: Person, cells: tuple[str, ...], at: datetime
) -> str:
    """Return GeoJSON of the places that are picked and of those next to them, for the map.

    Parameters
    ----------
    shelf, reference, person, at
        As in ``read_locality``.
    cells
        Ids of the cells that are picked.
    """
    from rightplace.records.audit.transaction import transaction

    with transaction(shelf.database, person.actor, purpose=PURPOSE, at=at) as tx:
        viewed_draft(tx, reference, person=person)
        places = places_for(shelf, tx)
    rows = places.rows_of(cells)
    near = next_to(places.ground, rows) if rows else ()
    features = [
        {
            "type": "Feature",
            "properties": {"cell": ground_id, "words": places.words[row], "picked": row in rows},
            "geometry": json.loads(geojson_of(places.ground.shapes[row], places.ground.crs)),
        }
        for row in (*rows, *near)
        for ground_id in (places.ground.ids[row],)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})
