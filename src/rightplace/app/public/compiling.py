"""Putting a public edition together: figures as they were released, visits of five or more."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from typing import TYPE_CHECKING

from rightplace.app.partners.areas import name_of
from rightplace.app.partners.counting import kinds_of, wards_of
from rightplace.app.partners.products import APART, DOMESTIC, KINDS
from rightplace.app.partners.reading import MAY_BE_ZERO, NOT_KNOWN, WITHHELD
from rightplace.app.public.activity import WardMonth
from rightplace.app.public.edition import ActivityLine, CountLine, Edition, PlaceEdition
from rightplace.core.time import Month
from rightplace.evaluate.small_counts.figures import ALL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from rightplace.app.partners.settings import SharingSettings
    from rightplace.app.public.activity import ActivityGiven
    from rightplace.app.service.picture import PublishedPicture
    from rightplace.evaluate.small_counts.knowledge import Released
    from rightplace.records.released.tables import MonthCounted


def compiled(
    picture: PublishedPicture,
    told: Mapping[str, Released],
    held: Sequence[MonthCounted],
    given: ActivityGiven,
    *,
    settings: SharingSettings,
    made_on: date,
) -> Edition:
    """Return the edition of everything released to the public so far.

    Parameters
    ----------
    picture
        The violence picture published last, which names the area.
    told
        What was released to the public, by family of counts.
    held
        The months kept behind it.
    given
        Visits by ward and month.
    settings
        How few visits are not told.
    made_on
        The day of the export.
    """
    months = sorted({each.month for each in held})
    kinds = sorted({k for f in told for k in (*kinds_of(f), *_sum_of(f))}, key=list(KINDS).index)
    counts = _counts(told)
    places = _places(picture, counts, given, months=months, settings=settings)
    return Edition(
        area=str(picture.area.record.get("name", "Whole area")),
        made_on=made_on.isoformat(),
        is_synthetic=picture.is_synthetic or any(each.is_synthetic for each in held),
        data_releases=tuple(sorted({r for each in held for r in json.loads(each.releases)})),
        months=tuple(_iso(month) for month in months),
        kinds=tuple((kind, KINDS[kind]) for kind in kinds),
        not_known=_not_known(kinds),
        threshold=settings.threshold,
        fewest_visits=settings.fewest_visits,
        delay_days=settings.delay_days,
        places=places,
    )


def _sum_of(family: str) -> tuple[str, ...]:
    return (ALL,) if family.startswith(APART) else ()


def _not_known(kinds: Sequence[str]) -> tuple[str, ...]:
    """Return what the source does not tell, in words."""
    missing = [KINDS[k] for k in ("violence", "threats", "sexual", "robbery") if k not in kinds]
    said = [
        f"{each}: not known apart from the rest, as the source does not tell." for each in missing
    ]
    if DOMESTIC not in kinds:
        said.append(
            "Domestic abuse: not known, because the source does not mark it. It may be among the "
            "other figures."
        )
    return tuple(said)


def _counts(told: Mapping[str, Released]) -> dict[str, list[CountLine]]:
    """Return the lines of each area, in order of month and kind."""
    found: dict[str, list[CountLine]] = defaultdict(list)
    order = list(KINDS)
    for released in told.values():
        every = {*released.shown, *released.withheld, *released.blank}
        for each in sorted(every, key=lambda f: (f.first, f.months, order.index(f.kind))):
            count = released.shown.get(each)
            why = MAY_BE_ZERO if each in released.blank else WITHHELD
            found[each.area].append(
                CountLine(
                    month=_iso(each.first),
                    months=each.months,
                    kind=each.kind,
                    count=count,
                    words=why if count is None else f"{count:,}",
                )
            )
    return found


def _places(
    picture: PublishedPicture,
    counts: Mapping[str, list[CountLine]],
    given: ActivityGiven,
    *,
    months: Sequence[int],
    settings: SharingSettings,
) -> tuple[PlaceEdition, ...]:
    from rightplace.app.partners.areas import WHOLE, bcu_key, borough_key, ward_key

    named = str(picture.area.record.get("name", "Whole area"))
    wards = sorted({pair for pair in wards_of(picture) if all(pair)})
    keys = [WHOLE, *(bcu_key(bcu) for bcu in sorted(set(picture.bcu_of.values())))]
    for borough in filter(None, picture.boroughs):
        keys.append(borough_key(borough))
        keys += [ward_key(*pair) for pair in wards if pair[0] == borough]
    found, taken = [], set[str]()
    for key in keys:
        place = name_of(key)
        activity: tuple[ActivityLine, ...] = ()
        if place.level == "ward":
            ward = (place.borough, place.name)
            activity = tuple(
                activity_line(
                    month,
                    given.wards.get((ward, month)),
                    is_known=month in given.months,
                    fewest=settings.fewest_visits,
                )
                for month in months
            )
        slug = _slug(place.borough if place.level == "ward" else "", place.name, place.level, taken)
        found.append(
            PlaceEdition(
                slug=slug,
                level=place.level,
                name=named if place.level == "area" else place.name,
                borough=place.borough if place.level == "ward" else "",
                bcu=picture.bcu_of.get(place.borough, ""),
                activity=activity,
                counts=tuple(counts.get(key, ())),
            )
        )
    return tuple(found)


def _slug(borough: str, name: str, level: str, taken: set[str]) -> str:
    """Return an address of plain letters that no other place has."""
    text = f"{level} {borough} {name}" if level != "ward" else f"{borough} {name}"
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or level
    number, tried = 2, slug
    while tried in taken:
        tried, number = f"{slug}-{number}", number + 1
    taken.add(tried)
    return tried


def activity_line(
    month: int, held: WardMonth | None, *, is_known: bool, fewest: int
) -> ActivityLine:
    """Return the visits to a ward in a month as they may be told.

    Parameters
    ----------
    month
        Index of the month.
    held
        What was planned and made; None where nothing was.
    is_known
        Whether any plan was in force in that month.
    fewest
        Visits below which they are not told.
    """
    held = held or WardMonth()
    told: dict[str, int | float | None]
    if not is_known:
        told, words = {}, NOT_KNOWN
    elif max(held.planned, held.made) < fewest:
        told, words = {}, f"fewer than {fewest} visits, or none"
    elif held.made < fewest:
        words = f"{held.planned:,} planned, fewer than {fewest} made: target missed"
        told = {"planned": held.planned}
    else:
        missed, hours = max(held.planned - held.made, 0), round(held.minutes / 60, 1)
        target = f"target missed by {missed:,}" if missed else "target met"
        words = f"{held.made:,} of {held.planned:,} planned visits made, {hours:,} hours: {target}"
        told = {"planned": held.planned, "made": held.made, "hours": hours, "missed": missed}
    return ActivityLine(
        month=_iso(month),
        planned=_whole(told.get("planned")),
        made=_whole(told.get("made")),
        hours=told.get("hours"),
        missed=_whole(told.get("missed")),
        words=words,
    )


def _whole(n: float | None) -> int | None:
    return None if n is None else int(n)


def _iso(index: int) -> str:
    return str(Month(index // 12, index % 12 + 1))
