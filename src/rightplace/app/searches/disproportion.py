"""Use case: how unequally groups were searched, by area and power, with how sure that is.

Everything is computed from the table of searches and a table of residents; what either cannot
give is refused with its reason (DOMAIN 2.6, NEEDS D, METHODS D11). Nothing is ever given below a
borough, of an officer, or of one authorisation.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from rightplace.app.answer import Notice
from rightplace.app.searches import disproportion_words as words
from rightplace.app.searches.disproportion_lines import (
    Area,
    Base,
    base_of,
    line_of,
    powers_told,
    ratio_lines,
)
from rightplace.app.searches.disproportion_result import (
    AnnualLine,
    BenchmarkTable,
    Disproportion,
    OutcomeLine,
    RatioLine,
    ReversalLine,
)
from rightplace.app.searches.disproportion_split import SPLIT_BY, outcomes, turned_ratios
from rightplace.errors import NotHeldError, UnsupportedByDataError
from rightplace.powers.searches.ratios_compared import COMPARED, RatioRules, compare
from rightplace.powers.searches.ratios_counted import (
    CountedSearches,
    Described,
    count_people,
    people_searched,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pyarrow as pa

    from rightplace.powers.searches.benchmarks import Benchmark
    from rightplace.powers.searches.denominators import Residents
    from rightplace.powers.searches.pooled import AnnualPooledRatio, Explanation

AREAS = ("force", "borough")
"""Areas that ratios are given of; smaller ones are refused."""
_FORCE_NAMES = {
    "metropolitan": "the Metropolitan Police's area",
    "city-of-london": "the City of London",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """What searches are set against, and by which rules.

    Parameters
    ----------
    residents
        By local authority, year and group.
    attribution
        The sentence that the licence of the residents asks for; empty for a table of one's own.
    census_year
        Of the residents; None takes the year counted nearest to the middle of the searches.
    benchmarks
        Other denominators, each with its bias.
    explanations
        What forces say of their annual section 60 ratio, by force.
    rules
        When a ratio is given.
    """

    residents: Residents
    attribution: str = ""
    census_year: int | None = None
    benchmarks: tuple[Benchmark, ...] = ()
    explanations: Mapping[str, Explanation] = field(default_factory=dict)
    rules: RatioRules = field(default_factory=RatioRules)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """Searches counted by both descriptions, with the areas and years they are set against."""

    searches: pa.Table
    counted: tuple[CountedSearches, ...]
    against: Against
    forces: tuple[str, ...]
    year: int
    whole: tuple[Area, Base]
    boroughs: tuple[tuple[Area, Base], ...]


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
    counted = tuple(count_people(searches, described=each) for each in Described)
    if not counted[0].months:
        msg = "There is no search of a person in the table."
        raise NotHeldError(msg, remedy="Take files in with `rightplace ingest searches`.")
    asked = _asked(searches, counted, against)
    ratios, turned = _ratios(asked)
    tested, turned_rates = _outcomes(asked)
    months = counted[0].months
    total = counted[0].of().total
    return Disproportion(
        forces=asked.forces,
        first_month=months[0],
        last_month=months[-1],
        months_held=len(months),
        months_missing=_missing(months),
        searches=total,
        vehicles_only=counted[0].vehicles_only,
        without_borough=total - counted[0].of([str(a.code) for a, _ in asked.boroughs]).total,
        census_year=asked.year,
        residents_source=against.residents.source(asked.year),
        attribution=against.attribution,
        ratios=ratios,
        outcomes=tested,
        reversals=(*turned, *turned_rates),
        annual_section_60=tuple(_annual(asked)),
        benchmarks=tuple(_benchmarks(asked)),
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


def _asked(searches: pa.Table, counted: tuple[CountedSearches, ...], against: Against) -> _Asked:
    """Return what is set against what.

    Raises
    ------
    NotHeldError
        If the residents of the year asked for are not held.
    """
    from rightplace.places.hierarchy import boroughs
    from rightplace.powers.searches.denominators import authorities_of

    residents, months = against.residents, counted[0].months
    middle = date.fromordinal((months[0].toordinal() + _end(months[-1]).toordinal()) // 2)
    year = against.census_year or residents.nearest_year(middle)
    if year not in residents.years:
        msg = f"Residents of {year} are not held."
        remedy = f"Choose one of {', '.join(map(str, residents.years))}."
        raise NotHeldError(msg, value=year, remedy=remedy)
    forces = tuple(sorted(set(searches["force"].drop_null().to_pylist())))
    names = {each.code: each.name for each in boroughs()}
    found = {code: names.get(code, code) for code in counted[0].boroughs}
    whole = Area(
        code=None,
        name=_force_words(forces),
        authorities=authorities_of(forces, residents.area_codes),
    )
    areas = [
        Area(code=code, name=name, authorities=(code,))
        for code, name in sorted(found.items(), key=lambda pair: pair[1])
    ]
    return _Asked(
        searches=searches,
        counted=counted,
        against=against,
        forces=forces,
        year=year,
        whole=(whole, base_of(whole, residents, year=year)),
        boroughs=tuple((area, base_of(area, residents, year=year)) for area in areas),
    )


def _force_words(forces: Sequence[str]) -> str:
    if set(forces) == set(_FORCE_NAMES):
        return "London"
    return " and ".join(_FORCE_NAMES.get(each, f"the area of {each}") for each in forces)


def _end(month: date) -> date:
    """Return the last day of a month, near enough for the middle of a period."""
    return month.replace(day=28)


def _missing(months: Sequence[date]) -> tuple[date, ...]:
    """Return the first days of months without searches between the first and the last."""
    from rightplace.core.time import Month, months_between

    first, last = Month.of(months[0]), Month.of(months[-1])
    held = set(months)
    return tuple(each.first for each in months_between(first, last) if each.first not in held)


def _ratios(asked: _Asked) -> tuple[tuple[RatioLine, ...], tuple[ReversalLine, ...]]:
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


def _outcomes(asked: _Asked) -> tuple[tuple[OutcomeLine, ...], tuple[ReversalLine, ...]]:
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


def _annual(asked: _Asked) -> Iterator[AnnualLine]:
    """Yield each force's section 60 ratios of twelve months."""
    from rightplace.powers.searches.denominators import authorities_of
    from rightplace.powers.searches.pooled import annual_pooled_ratio

    residents, rules = asked.against.residents, asked.against.rules
    for force in asked.forces:
        authorities = authorities_of([force], residents.area_codes)
        area = Area(code=None, name=_force_words([force]), authorities=authorities)
        base = base_of(area, residents, year=asked.year)
        for described in Described:
            found = annual_pooled_ratio(
                asked.searches,
                base.by_group,
                force=force,
                described=described,
                rules=rules,
                explanation=asked.against.explanations.get(force),
            )
            if found is not None:
                yield _annual_line(found, area, base, rules=rules)


def _annual_line(
    found: AnnualPooledRatio, area: Area, base: Base, *, rules: RatioRules
) -> AnnualLine:
    from rightplace.powers.searches.columns import Power

    said = found.explanation
    return AnnualLine(
        force=found.force,
        described=found.described.value,
        first_month=found.first_month,
        last_month=found.last_month,
        months_held=found.months_held,
        searches=found.part.total,
        ratios=tuple(
            line_of(
                each,
                found.part,
                where=(area, base, Power.SECTION_60),
                described=found.described,
                rules=rules,
            )
            for each in found.compared
        ),
        refused=None if found.is_whole_year else words.not_a_year(found.months_held),
        explanation=None if said is None else said.text,
        explained_by=None if said is None else said.by,
        explained_at=None if said is None else said.given_at,
        explanation_asked=words.EXPLAIN_OR_REFORM,
    )


def _benchmarks(asked: _Asked) -> Iterator[BenchmarkTable]:
    """Yield the ratios on each other denominator; one that says so for each without a file."""
    from rightplace.powers.searches.benchmarks import BIAS

    for kind, bias in BIAS.items():
        own = [each for each in asked.against.benchmarks if each.kind == kind]
        for each in own:
            yield _benchmark(asked, each)
        if not own:
            yield BenchmarkTable(
                kind=kind.value,
                area=None,
                period=None,
                source=None,
                bias=bias,
                ratios=(),
                refused=words.NO_FILE.format(kind=kind.value),
            )


def _benchmark(asked: _Asked, benchmark: Benchmark) -> BenchmarkTable:
    """Return the ratios of one area on another denominator than its residents."""
    rules = asked.against.rules
    area = next((a for a, _ in asked.boroughs if a.code == benchmark.area), None)
    if area is None and asked.forces == (benchmark.area,):
        area = asked.whole[0]
    base = Base(
        denominator=f"{benchmark.kind.value}, {benchmark.period}: {benchmark.source}",
        unit=benchmark.unit,
        year=None,
        by_group=benchmark.by_group,
        other_years={},
    )
    lines: list[RatioLine] = []
    for counted in asked.counted if area is not None else ():
        part = counted.of(None if area is None or area.code is None else [area.code])
        for group in COMPARED:
            found = compare(part, base.by_group, group=group, words=counted.words, rules=rules)
            where = (area or asked.whole[0], base, None)
            lines.append(
                line_of(found, part, where=where, described=counted.described, rules=rules)
            )
    return BenchmarkTable(
        kind=benchmark.kind.value,
        area=benchmark.area,
        period=benchmark.period,
        source=benchmark.source,
        bias=benchmark.bias,
        ratios=tuple(lines),
        refused=None if area is not None else words.NO_SUCH_AREA.format(area=benchmark.area),
    )


def _notices(asked: _Asked, total: int) -> Iterator[Notice]:
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
    others = [year for year in against.residents.years if year != asked.year]
    chosen = against.census_year is not None
    said = words.census_words(asked.year, others, period=(first, last), chosen=chosen)
    yield Notice(code="residents-of-a-year", message=said)
    if against.attribution:
        yield Notice(code="attribution", message=against.attribution)
    yield from words.standing_notices(against.rules)
