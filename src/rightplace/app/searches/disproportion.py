"""Use case: how unequally groups were searched, by area and power, with how sure that is.

Everything is computed from the table of searches and a table of residents; what either cannot
give is refused with its reason (DOMAIN 2.6, NEEDS D, METHODS D11). Nothing is ever given below a
borough, of an officer, or of one authorisation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.app.answer import Notice
from rightplace.app.searches import disproportion_words as words
from rightplace.app.searches.disproportion_apart import annual_lines, benchmark_tables
from rightplace.app.searches.disproportion_asked import Against, asked_of
from rightplace.app.searches.disproportion_lines import powers_told, ratio_lines
from rightplace.app.searches.disproportion_result import (
    Disproportion,
    OutcomeLine,
    RatioLine,
    ReversalLine,
)
from rightplace.app.searches.disproportion_split import SPLIT_BY, outcomes, turned_ratios
from rightplace.errors import NotHeldError, UnsupportedByDataError
from rightplace.powers.searches.ratios_counted import (
    Described,
    Spell,
    count_people,
    people_searched,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    import pyarrow as pa

    from rightplace.app.searches.disproportion_asked import Asked

__all__ = ["AREAS", "Against", "check_area", "disproportion"]

AREAS = ("force", "borough")
"""Areas that ratios are given of; smaller ones are refused."""


def disproportion(searches: pa.Table, against: Against) -> Disproportion:
    """Return how unequally groups were searched, and what cannot be said of it.

    Parameters
    ----------
    searches
        With the columns of ``columns.SCHEMA``.
    against
        What they are set against.

    Raises
    ------
    NotHeldError
        If there is no search of a person, or no residents of the year asked for.
    """
    months = set(searches["month"].drop_null().to_pylist())
    spell = Spell.MONTH if len(months) >= against.rules.fewest_months else Spell.WEEK
    counted = tuple(count_people(searches, described=each, spell=spell) for each in Described)
    if not counted[0].months:
        msg = "There is no search of a person in the table."
        raise NotHeldError(msg, remedy="Take files in with `rightplace ingest searches`.")
    asked = asked_of(searches, counted, against)
    ratios, turned = _ratios(asked)
    tested, turned_rates = _outcomes(asked)
    held = counted[0].months
    total = counted[0].of().total
    return Disproportion(
        forces=asked.forces,
        first_month=held[0],
        last_month=held[-1],
        months_held=len(held),
        months_missing=_missing(held),
        searches=total,
        vehicles_only=counted[0].vehicles_only,
        without_borough=total - counted[0].of([str(a.code) for a, _ in asked.boroughs]).total,
        census_year=asked.year,
        residents_source=against.residents.source(asked.year),
        attribution=against.attribution,
        ratios=ratios,
        outcomes=tested,
        reversals=(*turned, *turned_rates),
        annual_section_60=tuple(annual_lines(asked)),
        benchmarks=tuple(benchmark_tables(asked)),
        notices=tuple(_notices(asked, total)),
    )


def check_area(unit: str) -> None:
    """Check that ratios are given of areas of this kind.

    Parameters
    ----------
    unit
        Such as ``force``, ``borough`` or ``ward``.

    Raises
    ------
    UnsupportedByDataError
        If they are not: they are smaller than a borough.
    """
    from rightplace.powers.searches.denominators import BELOW_BOROUGH

    if unit not in AREAS:
        remedy = f"Ask for one of {', '.join(AREAS)}."
        raise UnsupportedByDataError(BELOW_BOROUGH, value=unit, remedy=remedy)


def _missing(months: Sequence[date]) -> tuple[date, ...]:
    """Return the first days of months without searches between the first and the last."""
    from rightplace.core.time import Month, months_between

    first, last = Month.of(months[0]), Month.of(months[-1])
    held = set(months)
    return tuple(each.first for each in months_between(first, last) if each.first not in held)


def _ratios(asked: Asked) -> tuple[tuple[RatioLine, ...], tuple[ReversalLine, ...]]:
    """Return the ratios of the whole area and of boroughs, and which turn round."""
    rules = asked.against.rules
    lines: list[RatioLine] = []
    turned: list[ReversalLine] = []
    for counted in asked.counted:
        powers = powers_told(counted)
        found = [*turned_ratios(counted, asked.boroughs, powers=powers, rules=rules)]
        keys = frozenset((each.power, each.described, each.group) for each in found)
        areas = (asked.whole, *asked.boroughs)
        lines += ratio_lines(counted, areas, powers=powers, rules=rules, turned=keys)
        turned += found
    return tuple(lines), tuple(turned)


def _outcomes(asked: Asked) -> tuple[tuple[OutcomeLine, ...], tuple[ReversalLine, ...]]:
    """Return the outcome test over the whole area, and which rates turn round."""
    from rightplace.powers.searches.measures import FIND_RATES, MEASURES
    from rightplace.powers.searches.rates import count_searches

    measures = [each for each in MEASURES if each.name in FIND_RATES]
    people = people_searched(asked.searches)
    lines: list[OutcomeLine] = []
    turned: list[ReversalLine] = []
    for counted in asked.counted:
        groups = count_searches(people, (counted.described.value, *SPLIT_BY))
        found = outcomes(
            groups,
            measures,
            described=counted.described,
            powers=powers_told(counted),
            rules=asked.against.rules,
        )
        lines += found[0]
        turned += found[1]
    return tuple(lines), tuple(turned)


def _notices(asked: Asked, total: int) -> Iterator[Notice]:
    """Yield what a reader must know: what these files lack first, then what always holds."""
    counted, against = asked.counted[0], asked.against
    first, last = counted.months[0], counted.months[-1]
    missing = _missing(counted.months)
    without = total - counted.of([str(area.code) for area, _ in asked.boroughs]).total
    if missing:
        yield Notice(code="months-missing", message=words.missing_months_words(missing))
    if not asked.boroughs:
        yield Notice(code="no-boroughs", message=words.NO_BOROUGHS)
    elif without:
        yield Notice(code="no-borough", message=words.place_words(without, total))
    if asked.whole[1].by_group is None:
        yield Notice(code="residents-lacking", message=words.RESIDENTS_LACKING)
    if counted.vehicles_only:
        yield Notice(code="vehicles-only", message=words.vehicles_words(counted.vehicles_only))
    chosen = against.census_year is not None
    said = words.census_words(asked.year, period=(first, last), chosen=chosen)
    yield Notice(code="residents-of-a-year", message=said)
    if against.attribution:
        yield Notice(code="attribution", message=against.attribution)
    yield from words.standing_notices(against.rules)
