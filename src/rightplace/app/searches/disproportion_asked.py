"""What is set against what: searches by both descriptions, areas, and whose residents."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from rightplace.app.searches.disproportion_lines import Area, Base, base_of
from rightplace.errors import NotHeldError
from rightplace.powers.searches.ratios_compared import RatioRules

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from rightplace.powers.searches.benchmarks import Benchmark
    from rightplace.powers.searches.denominators import Residents
    from rightplace.powers.searches.pooled import Explanation
    from rightplace.powers.searches.ratios_counted import CountedSearches

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
class Asked:
    """Searches counted by both descriptions, with the areas and years they are set against."""

    searches: pa.Table
    counted: tuple[CountedSearches, ...]
    against: Against
    forces: tuple[str, ...]
    year: int
    whole: tuple[Area, Base]
    boroughs: tuple[tuple[Area, Base], ...]


def asked_of(searches: pa.Table, counted: tuple[CountedSearches, ...], against: Against) -> Asked:
    """Return what is set against what.

    Parameters
    ----------
    searches
        With the columns of ``columns.SCHEMA``.
    counted
        The same, by each description of the group; one search at least.
    against
        What they are set against.

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
        name=force_words(forces),
        authorities=authorities_of(forces, residents.area_codes),
    )
    areas = [
        Area(code=code, name=name, authorities=(code,))
        for code, name in sorted(found.items(), key=lambda pair: pair[1])
    ]
    return Asked(
        searches=searches,
        counted=counted,
        against=against,
        forces=forces,
        year=year,
        whole=(whole, base_of(whole, residents, year=year)),
        boroughs=tuple((area, base_of(area, residents, year=year)) for area in areas),
    )


def force_words(forces: Sequence[str]) -> str:
    """Return the area that some forces police together, in words."""
    if set(forces) == set(_FORCE_NAMES):
        return "London"
    return " and ".join(_FORCE_NAMES.get(each, f"the area of {each}") for each in forces)


def _end(month: date) -> date:
    """Return the last day of a month, near enough for the middle of a period."""
    return month.replace(day=28)
