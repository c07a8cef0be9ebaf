"""A BCU or borough of the violence picture: in a line, a sentence, by form, place and month."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rightplace.app.service.figures import NO_DATA, harm_words
from rightplace.app.service.picture_change import (
    change_of,
    harm_change_words,
    known_boroughs,
    month_words,
)
from rightplace.app.service.picture_patrol import patrol_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import NDArray

    from rightplace.app.service.picture import PublishedPicture
    from rightplace.app.service.picture_change import Change
    from rightplace.app.service.picture_seen import Seen

PLACES_SHOWN = 10
PLACES_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLine:
    """A BCU or borough in one line, and in one sentence.

    Parameters
    ----------
    name, kind
        What it is called; ``BCU`` or ``borough``.
    after, before
        Counts of the two periods; "no data" where nothing is known.
    change
        With its 95 % interval.
    verdict
        Whether chance alone could do it.
    harm, harm_change
        In the later period, and against the earlier.
    domestic
        Of the later period's count, those known to be domestic abuse.
    patrol
        Logged in the earlier period, in the later, and since.
    without
        Boroughs left out because nothing is known of them in a month of either period.
    """

    name: str
    kind: str
    sentence: str
    after: str
    before: str
    change: str
    verdict: str
    harm: str
    harm_change: str
    domestic: str
    patrol: tuple[str, str, str]
    without: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormLine:
    """One form of violence in two periods."""

    form: str
    after: str
    before: str
    change: str
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceLine:
    """A place of the street in two periods; too few for an interval that says anything."""

    cell_id: str
    place: str
    borough: str
    after: int
    before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthLine:
    """A month of the chart."""

    month: str
    first: date
    count: int | None
    period: str


def unit_line(seen: Seen, kind: str, name: str, boroughs: Sequence[int]) -> UnitLine:
    """Return a BCU or borough in one line.

    Parameters
    ----------
    seen
        What the person may see.
    kind, name, boroughs
        The unit.
    """
    picture, periods = seen.picture, seen.periods
    held = known_boroughs(picture, periods, boroughs)
    without = tuple(picture.boroughs[n] for n in boroughs if n not in held)
    patrol = _patrol(seen, boroughs)
    if not held:
        return UnitLine(
            name=name,
            kind=kind,
            sentence=f"{name}: no data in these months, which is not the same as quiet. "
            f"Patrol logged: {patrol[1]}; since then {patrol[2]}.",
            after=NO_DATA,
            before=NO_DATA,
            change=NO_DATA,
            verdict="",
            harm=NO_DATA,
            harm_change=NO_DATA,
            domestic=NO_DATA,
            patrol=patrol,
            without=without,
        )
    change = change_of(picture.by_month(held), periods, dispersion=seen.dispersion)
    harm = [_harm(picture, held, at) for at in (periods.before, periods.after)]
    domestic = picture.by_month(held, domestic=True)[periods.after].sum()
    line = UnitLine(
        name=name,
        kind=kind,
        sentence="",
        after=f"{change.after:,}",
        before=f"{change.before:,}",
        change=change.words,
        verdict=change.verdict,
        harm=harm_words(harm[1]),
        harm_change=harm_change_words(*harm),
        domestic=f"{domestic:,}",
        patrol=patrol,
        without=without,
    )
    return _with_sentence(line, seen, change=change, held=held)


def _with_sentence(line: UnitLine, seen: Seen, *, change: Change, held: Sequence[int]) -> UnitLine:
    periods = seen.periods
    places = [each.place for each in places_of(seen, held)[:PLACES_NAMED]]
    parts = [
        f"{line.name}: {line.after} recorded in {periods.after_words} against {line.before} in "
        f"{periods.before_words}: {change.words}"
        + (f"; {change.verdict}." if change.verdict else "."),
        f"Harm {line.harm}, {line.harm_change}.",
    ]
    if places:
        parts.append(f"Most in the street: {'; '.join(places)}.")
    parts.append(f"Patrol logged: {line.patrol[1]}; since then {line.patrol[2]}.")
    if line.without:
        parts.append(f"Without {', '.join(line.without)}: no data.")
    return replace(line, sentence=" ".join(parts))


def _harm(picture: PublishedPicture, boroughs: Sequence[int], at: NDArray[np.int64]) -> float:
    return float(picture.harm_by_month[np.ix_(np.array(boroughs, dtype=np.int64), at)].sum())


def _patrol(seen: Seen, boroughs: Sequence[int]) -> tuple[str, str, str]:
    periods, names = seen.periods, {seen.picture.boroughs[n] for n in boroughs}
    mine = [each for each in seen.patrol if each.borough in names]
    n = len(periods.after)
    spans = [
        (last.plus(1 - n).first, last.plus(1).first) for last in (periods.against, periods.until)
    ]
    inside = [[v for v in mine if first <= v.day < end] for first, end in spans]
    inside.append([v for v in mine if v.day >= spans[1][1]])
    return patrol_words(inside[0]), patrol_words(inside[1]), patrol_words(inside[2])


def places_of(seen: Seen, boroughs: Sequence[int]) -> list[PlaceLine]:
    """Return the places of the street with most in the later period, most first.

    Parameters
    ----------
    seen
        What the person may see.
    boroughs
        The unit.
    """
    picture, periods = seen.picture, seen.periods
    mine = np.isin(picture.borough_of_cell, boroughs)
    before, after = (
        np.where(mine, picture.street[:, at].sum(axis=1), 0)
        for at in (periods.before, periods.after)
    )
    order = np.lexsort((-before, -after))[:PLACES_SHOWN]
    ids = picture.area.cells["cell_id"]
    return [
        PlaceLine(
            cell_id=ids[cell].as_py(),
            place=picture.words[cell],
            borough=picture.area.borough_names[cell] or "",
            after=int(after[cell]),
            before=int(before[cell]),
        )
        for cell in order.tolist()
        if after[cell]
    ]


def form_line(
    seen: Seen,
    boroughs: Sequence[int],
    words: str,
    *,
    form: int | None = None,
    domestic: bool | None = None,
) -> FormLine | None:
    """Return some records in two periods; None where there are none in either.

    Parameters
    ----------
    seen
        What the person may see.
    boroughs
        The unit.
    words
        What the records are.
    form, domestic
        As in ``PublishedPicture.by_month``.
    """
    months = seen.picture.by_month(boroughs, form=form, domestic=domestic)
    change = change_of(months, seen.periods, dispersion=seen.dispersion)
    if change.ratio is None:
        return None
    return FormLine(
        form=words,
        after=f"{change.after:,}",
        before=f"{change.before:,}",
        change=change.words,
        verdict=change.verdict,
    )


def months_of(seen: Seen, boroughs: Sequence[int]) -> tuple[MonthLine, ...]:
    """Return the counts of a unit month by month; a month of which a borough is not known is None.

    Parameters
    ----------
    seen
        What the person may see.
    boroughs
        The unit; boroughs that are never known are left out.
    """
    picture, periods = seen.picture, seen.periods
    held = known_boroughs(picture, periods, boroughs)
    counts, known = picture.by_month(held), np.asarray(picture.known[held].all(axis=0))
    period = dict.fromkeys(periods.before.tolist(), "earlier") | dict.fromkeys(
        periods.after.tolist(), "later"
    )
    return tuple(
        MonthLine(
            month=month_words(month),
            first=month.first,
            count=int(counts[n]) if held and known[n] else None,
            period=period.get(n, ""),
        )
        for n, month in enumerate(picture.months)
    )
