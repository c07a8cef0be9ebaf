"""Searches under section 60 beside the authorisations: outside in time, place or force, and so on.

A search that was wrong is recorded like any other. Its breach has an owner, notes what the person
may do, and is closed by a decision only (NEEDS D, part 5).

Source: Criminal Justice and Public Order Act 1994, section 60(1), (4) and (5); DOMAIN 1.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - readers of the fields need it
from typing import TYPE_CHECKING

from rightplace.errors import BadInputError
from rightplace.powers.law.keys import Key
from rightplace.powers.law.limits import limits_on
from rightplace.powers.law.provisions import Layer
from rightplace.powers.searches.columns import WEAPON_OBJECTS, Object
from rightplace.powers.section_60.authorisation import Authorisation, authorisation_of
from rightplace.powers.section_60.breaches import Owner
from rightplace.powers.section_60.outline import holds
from rightplace.powers.section_60.rules import clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rightplace.powers.law.limits import Limits
    from rightplace.powers.section_60.history import History

REMEDY = (
    "The person may have a written statement of the search within twelve months, may complain, "
    "and may take advice on a claim."
)
"""What the person who was searched may do; it is noted beside every breach of a search."""
_UNSAID = frozenset({Object.OTHER, Object.NOT_GIVEN})


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchFact:
    """A search that was made under section 60; nothing in it says who was searched.

    Parameters
    ----------
    reference
        Of the search.
    at
        When, with its zone.
    force
        As data.police.uk writes it.
    lon, lat
        Where; None where that is not recorded.
    in_uniform
        Whether the officer was; None where that is not recorded.
    object
        What was looked for.
    authorisation
        Reference that the record cites; empty for none.

    Raises
    ------
    BadInputError
        If the time carries no zone.
    """

    reference: str
    at: datetime
    force: str
    lon: float | None = None
    lat: float | None = None
    in_uniform: bool | None = None
    object: Object = Object.NOT_GIVEN
    authorisation: str = ""

    def __post_init__(self) -> None:
        """Check the time.

        Raises
        ------
        BadInputError
            If it carries no zone.
        """
        if self.at.tzinfo is None:
            msg = f"The time of search {self.reference} carries no zone."
            raise BadInputError(msg, value=self.at, remedy="Give it with its offset.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchBreach:
    """A search that was made otherwise than the law asks.

    Parameters
    ----------
    search
        Reference of the search.
    provision, finding, layer
        The rule, what was found, and what kind of rule it is.
    owner
        Who decides on it.
    remedy
        What the person may do.
    """

    search: str
    provision: str
    finding: str
    layer: Layer = Layer.STATUTE
    owner: Owner = Owner.STANDARDS
    remedy: str = REMEDY


def search_breaches(
    searches: Iterable[SearchFact], authorisations: Mapping[str, History]
) -> tuple[SearchBreach, ...]:
    """Return every breach found in searches, in their order; empty where none was found.

    Parameters
    ----------
    searches
        All of them under section 60.
    authorisations
        Histories by reference.
    """
    views = {reference: authorisation_of(each) for reference, each in authorisations.items()}
    return tuple(found for search in searches for found in _of_search(search, views))


def _of_search(search: SearchFact, views: Mapping[str, Authorisation]) -> Iterator[SearchBreach]:
    limits = limits_on(search.at, force=search.force)
    if search.authorisation:
        yield from _beside_cited(search, views.get(search.authorisation), limits)
    else:
        yield from _beside_all(search, views, limits)
    if search.in_uniform is False:
        yield _breach(search, limits, Key.UNIFORM, "the officer was not in uniform")
    if search.object not in WEAPON_OBJECTS | _UNSAID:
        finding = f"made for {search.object}; the power is for weapons only"
        yield _breach(search, limits, Key.WEAPONS_ONLY, finding)


def _beside_cited(
    search: SearchFact, view: Authorisation | None, limits: Limits
) -> Iterator[SearchBreach]:
    name = search.authorisation
    if view is None or view.given is None:
        what = "which is not recorded" if view is None else "which was not given"
        yield _breach(search, limits, Key.LONGEST_HOURS, f"cites authorisation {name}, {what}")
        return
    if not view.covers(search.at):
        start, end = view.runs_from, view.end
        ran = "no period" if start is None or end is None else f"{clock(start)} to {clock(end)}"
        finding = f"made {clock(search.at)}, outside the period of {name}: {ran}"
        yield _breach(search, limits, Key.LONGEST_HOURS, finding)
    if view.drafted is not None and view.drafted.force != search.force:
        finding = f"made by {search.force}; {name} is of {view.drafted.force}"
        yield _breach(search, limits, Key.LONGEST_HOURS, finding)
    inside = _inside(search, view)
    if inside is None:
        yield _place_unknown(search)
    elif not inside:
        yield _breach(search, limits, Key.LONGEST_HOURS, f"made outside the locality of {name}")


def _beside_all(
    search: SearchFact, views: Mapping[str, Authorisation], limits: Limits
) -> Iterator[SearchBreach]:
    running = [
        view
        for view in views.values()
        if view.covers(search.at)
        and view.drafted is not None
        and view.drafted.force == search.force
    ]
    where = [_inside(search, view) for view in running]
    if running and not any(where) and None in where:
        yield _place_unknown(search)
    elif not any(where):
        finding = f"made {clock(search.at)} where no authorisation of {search.force} was in force"
        yield _breach(search, limits, Key.LONGEST_HOURS, finding)


def _inside(search: SearchFact, view: Authorisation) -> bool | None:
    """Return whether a search lies in a locality; None where one of them has no place."""
    if search.lon is None or search.lat is None or view.locality is None:
        return None
    try:
        return holds(view.locality.outline, lon=search.lon, lat=search.lat)
    except BadInputError:
        return None


def _place_unknown(search: SearchFact) -> SearchBreach:
    return SearchBreach(
        search=search.reference,
        provision="Full record of a search: place",
        finding="whether it lay inside the locality cannot be told: a place is not recorded",
        layer=Layer.SERVICE,
    )


def _breach(search: SearchFact, limits: Limits, key: Key, finding: str) -> SearchBreach:
    rule = limits.of(key)[0]
    return SearchBreach(
        search=search.reference, provision=rule.provision, finding=finding, layer=rule.layer
    )
