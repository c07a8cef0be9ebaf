"""Use case: keep the locality of a draft, as it was picked or drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.app.service.section_60_draft import PURPOSE, keep_answer
from rightplace.app.service.section_60_locality import places_for, taken_of
from rightplace.errors import BadInputError
from rightplace.powers.section_60.history import LocalityChosen
from rightplace.powers.section_60.locality import geojson_of
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from rightplace.app.service.person import Person
    from rightplace.app.service.section_60_draft import Kept, Sent
    from rightplace.app.service.section_60_draft_typed import Typed60
    from rightplace.app.service.section_60_locality_ground import Places60
    from rightplace.app.service.shelf import Shelf


def keep_locality(shelf: Shelf, sent: Sent, *, person: Person) -> Kept:
    """Keep the locality that was chosen, or return what is wrong with it.

    Parameters
    ----------
    shelf
        Where draft and study area are kept.
    sent
        The page: ``cells`` (ids between commas) or ``outline``, and ``words``.
    person
        Who chose; may draft there.
    """
    from rightplace.records.audit.transaction import transaction

    person.check(Permission.DRAFT_SECTION_60)
    with transaction(shelf.database, person.actor, purpose=PURPOSE, at=sent.at) as tx:
        places = places_for(shelf, tx)
    return keep_answer(shelf, sent, person=person, read=lambda typed, _: read_chosen(typed, places))


def read_chosen(typed: Typed60, places: Places60) -> LocalityChosen | None:
    """Return the locality that was chosen, or None with the faults noted.

    Parameters
    ----------
    typed
        The page: ``cells`` (ids between commas) or ``outline``, and ``words``.
    places
        The study area.
    """
    words = typed.words("words", what="The words that officers are told")
    rows = places.rows_of(typed.fields.get("cells", "").split(","))
    outline = typed.fields.get("outline", "")
    try:
        taken = taken_of(places, rows, outline)
    except BadInputError as error:
        said = error.fault.said
        typed.fault("outline" if outline.strip() else "find", said)
        return None
    if typed.faults:
        return None
    return LocalityChosen(
        at=typed.at,
        entered_at=typed.at,
        by=typed.by,
        outline=geojson_of(taken.shape, places.ground.crs),
        words=words,
        boroughs=taken.boroughs,
        whole_boroughs=taken.whole_boroughs,
        area_km2=round(taken.area_km2, 6),
        residents=taken.residents,
        schools=None,
    )
