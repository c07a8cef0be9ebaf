"""Use case: read the violence picture: what changed, where, for whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.app.service.figures import NO_DATA
from rightplace.app.service.picture import FORMS, form_words
from rightplace.app.service.picture_change import known_boroughs, month_words
from rightplace.app.service.picture_seen import look
from rightplace.app.service.picture_units import form_line, months_of, places_of, unit_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.picture_change import Asked
    from rightplace.app.service.picture_seen import Seen
    from rightplace.app.service.picture_units import FormLine, MonthLine, PlaceLine, UnitLine
    from rightplace.app.service.shelf import Shelf

NO_RESULTS = (
    "No evaluated result is published. A change in counts beside patrol does not say that patrol "
    "caused it."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitPage:
    """One BCU or borough in full.

    Parameters
    ----------
    title
        The comparison that matters, as a sentence.
    forms
        Domestic abuse left out; ``domestic`` is that, in all its forms; None where none is known.
    places
        Where most was recorded in the street in the later period.
    months
        What the chart shows.
    boroughs
        Of a BCU, each of its boroughs.
    """

    name: str
    kind: str
    title: str
    forms: tuple[FormLine, ...]
    domestic: FormLine | None
    places: tuple[PlaceLine, ...]
    months: tuple[MonthLine, ...]
    boroughs: tuple[UnitLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PicturePage:
    """The violence picture as its page shows it.

    Parameters
    ----------
    units
        One line for each BCU, or borough where the person's area is no whole BCU.
    chosen
        The BCU or borough asked for, in full; None where none is.
    choices
        Kind and name of what may be chosen.
    month_choices
        Each month held, as YYYY-MM and in words, newest first.
    scatter
        How chance was reckoned, in a sentence.
    """

    id: str
    title: str
    area: str
    as_of: str
    data_cut_off: str
    is_synthetic: bool
    harm_version: str
    until: str
    months: int
    against: str
    after_words: str
    before_words: str
    units: tuple[UnitLine, ...]
    chosen: UnitPage | None
    choices: tuple[tuple[str, str], ...]
    month_choices: tuple[tuple[str, str], ...]
    scatter: str
    unknown_setting: str
    results: str
    no_data: tuple[str, ...]
    warnings: tuple[str, ...]


def read_picture(
    shelf: Shelf,
    picture_id: str,
    *,
    person: Person,
    asked: Asked,
    at: datetime,
    unit: str = "",
) -> PicturePage:
    """Return the violence picture as its page shows it.

    Parameters
    ----------
    shelf, picture_id, person, asked, at
        As in ``look``.
    unit
        A BCU or borough to show in full; empty for none.
    """
    seen = look(shelf, picture_id, person=person, asked=asked, at=at)
    picture, periods = seen.picture, seen.periods
    result = picture.result
    choices = [(kind, name) for kind, name, _ in seen.units]
    boroughs = [("borough", picture.boroughs[n]) for n in seen.boroughs if picture.boroughs[n]]
    return PicturePage(
        id=str(picture.record["id"]),
        title=result["title"],
        area=str(picture.area.record["name"]),
        as_of=picture.record["as_of"],
        data_cut_off=result["trained_to"],
        is_synthetic=picture.is_synthetic,
        harm_version=result["harm_version"],
        until=str(periods.until),
        months=len(periods.after),
        against=str(periods.against),
        after_words=periods.after_words,
        before_words=periods.before_words,
        units=_known_first([unit_line(seen, *each) for each in seen.units]),
        chosen=_unit_page(seen, *seen.unit(unit)) if unit else None,
        choices=tuple(dict.fromkeys(choices + boroughs)),
        month_choices=tuple((str(m), month_words(m)) for m in reversed(picture.months)),
        scatter=_scatter(seen),
        unknown_setting=f"{result['unknown_setting_share']:.0%}"
        if result["unknown_setting_share"]
        else "",
        results=NO_RESULTS,
        no_data=tuple(
            name
            for n, name in enumerate(picture.boroughs)
            if name and n in seen.boroughs and not known_boroughs(picture, periods, [n])
        ),
        warnings=tuple(
            w["message"]
            for w in picture.record["warnings"]
            if w["code"] not in {"no-data", "setting-unknown"}
        ),
    )


def _known_first(units: Sequence[UnitLine]) -> tuple[UnitLine, ...]:
    return tuple(sorted(units, key=lambda line: line.after == NO_DATA))


def _scatter(seen: Seen) -> str:
    if not seen.can_tell:
        return "Chance is reckoned as if each incident came by itself (Poisson)."
    if seen.dispersion == 1:
        return "Months scatter no more than if each incident came by itself (Poisson)."
    return (
        f"Months scatter {seen.dispersion:.1f} times as much as if each incident came by itself; "
        f"intervals are that much wider (quasi-Poisson)."
    )


def _unit_page(seen: Seen, kind: str, name: str, boroughs: Sequence[int]) -> UnitPage:
    picture = seen.picture
    held = known_boroughs(picture, seen.periods, boroughs)
    line = unit_line(seen, kind, name, boroughs)
    others = [
        form_line(seen, held, form_words(form), form=form, domestic=False)
        for form in range(len(FORMS) + 1)
    ]
    return UnitPage(
        name=name,
        kind=kind,
        title=line.sentence.partition(". ")[0],
        forms=tuple(each for each in others if each is not None),
        domestic=form_line(seen, held, "Domestic abuse, in all its forms", domestic=True),
        places=tuple(places_of(seen, held)),
        months=months_of(seen, boroughs),
        boroughs=tuple(
            unit_line(seen, "borough", picture.boroughs[n], [n])
            for n in boroughs
            if kind == "BCU" and picture.boroughs[n]
        ),
    )
