"""Lines of ratios: areas x powers x who described the group x group, each with all it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.app.searches.disproportion_result import RatioLine, YearRatio
from rightplace.app.searches.disproportion_words import (
    PEOPLE,
    ROUGH_BOROUGH,
    capital,
    cautions,
    other_year_words,
    reading,
    refused,
)
from rightplace.powers.searches.ratios_compared import COMPARED, compare

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from rightplace.powers.searches.columns import Ethnicity, Power
    from rightplace.powers.searches.denominators import Residents
    from rightplace.powers.searches.ratios_compared import Compared, RatioRules
    from rightplace.powers.searches.ratios_counted import CountedSearches, Described, Slice

Turned = frozenset[tuple[str | None, str, str]]
"""Power, who described the group, and group of the ratios that turn round when split."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """An area that searches are counted in.

    Parameters
    ----------
    code
        Of a borough; None for the whole area of the forces.
    name
        For its reader.
    authorities
        Whose residents searches there are set against; None where they are not all held.
    """

    code: str | None
    name: str
    authorities: tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What searches of an area are set against.

    Parameters
    ----------
    denominator
        What it is and who published it.
    unit
        One of those counted, in words.
    year
        Of a census; None for another denominator.
    by_group
        How many; None where they are not held.
    other_years
        The same in other years.
    """

    denominator: str
    unit: str
    year: int | None
    by_group: Mapping[Ethnicity, int] | None
    other_years: Mapping[int, Mapping[Ethnicity, int]]


def base_of(area: Area, residents: Residents, *, year: int) -> Base:
    """Return the residents that searches of an area are set against."""

    def held(asked: int) -> dict[Ethnicity, int] | None:
        codes = area.authorities
        if not codes or not all(residents.holds(code, year=asked) for code in codes):
            return None
        return residents.of(codes, year=asked)

    others = {other: held(other) for other in residents.years if other != year}
    return Base(
        denominator=f"residents: {residents.source(year)}",
        unit="resident",
        year=year,
        by_group=held(year),
        other_years={other: counts for other, counts in others.items() if counts is not None},
    )


def ratio_lines(
    counted: CountedSearches,
    areas: Sequence[tuple[Area, Base]],
    *,
    powers: Sequence[Power | None],
    rules: RatioRules,
    turned: Turned = frozenset(),
) -> Iterator[RatioLine]:
    """Yield every group beside the reference, by area and power.

    Parameters
    ----------
    counted
        Searches of people by one description of the group.
    areas
        Each with what its searches are set against.
    powers
        None for all together.
    rules
        When a ratio is given.
    turned
        Ratios of the whole area that turn round when they are split.
    """
    words = counted.words
    for area, base in areas:
        for power in powers:
            part = counted.of(None if area.code is None else [area.code], power=power)
            for group in COMPARED:
                found = compare(part, base.by_group, group=group, words=words, rules=rules)
                key = (power, counted.described.value, group.value)
                do_not_rely = area.code is None and key in turned
                yield line_of(
                    found,
                    part,
                    where=(area, base, power),
                    described=counted.described,
                    rules=rules,
                    do_not_rely=do_not_rely,
                )


def line_of(
    found: Compared,
    part: Slice,
    *,
    where: tuple[Area, Base, Power | None],
    described: Described,
    rules: RatioRules,
    do_not_rely: bool = False,
) -> RatioLine:
    """Return one group beside the reference with every number it rests on.

    Parameters
    ----------
    found
        The comparison.
    part
        The searches it is of.
    where
        The area, what its searches are set against, and the power; None for all powers.
    described
        Who described the group.
    rules
        When a ratio is given.
    do_not_rely
        Whether the ratio turns round when it is split.
    """
    area, base, power = where
    estimate = found.estimate
    printed = None if estimate is None else estimate.printed
    said = [*cautions(found, part, do_not_rely=do_not_rely)]
    years = () if estimate is None else tuple(_other_years(found, base))
    said += [other_year_words(each) for each in years]
    if area.code is not None and estimate is not None:
        said.append(ROUGH_BOROUGH)
    return RatioLine(
        area_code=area.code,
        area=area.name,
        power=None if power is None else power.value,
        described=described.value,
        group=found.group.value,
        reference=found.reference.value,
        all_searches=part.total,
        searches=found.searches,
        reference_searches=found.reference_searches,
        not_stated_share=part.not_stated_share,
        missing_share=part.missing_share,
        denominator=base.denominator,
        census_year=base.year,
        base=found.residents,
        reference_base=found.reference_residents,
        rate_per_1000=found.rate_per_1000,
        reference_rate_per_1000=found.reference_rate_per_1000,
        ratio=None if printed is None else printed.value,
        lo95=None if printed is None else printed.lo,
        hi95=None if printed is None else printed.hi,
        interval=_interval(found),
        chance_lo95=None if estimate is None else estimate.chance.lo,
        chance_hi95=None if estimate is None else estimate.chance.hi,
        dispersion=_dispersion(found),
        bound_low=None if estimate is None else estimate.bounds.lower.value,
        bound_high=None if estimate is None else estimate.bounds.upper.value,
        other_years=years,
        do_not_rely=do_not_rely and estimate is not None,
        refused=_refused(found, described=described, rules=rules),
        reading=reading(found, base=base.unit),
        cautions=tuple(f"{capital(PEOPLE[found.group])}: {each}" for each in said),
    )


def _interval(found: Compared) -> str | None:
    if found.estimate is None:
        return None
    return found.estimate.spell.value if found.estimate.allows_for_scatter else "chance"


def _dispersion(found: Compared) -> float | None:
    if found.estimate is None or found.estimate.spells is None:
        return None
    return found.estimate.spells.dispersion


def _refused(found: Compared, *, described: Described, rules: RatioRules) -> str | None:
    if found.refusal is None:
        return None
    return refused(found.refusal, group=found.group, described=described, rules=rules)


def _other_years(found: Compared, base: Base) -> Iterator[YearRatio]:
    for year, counts in sorted(base.other_years.items()):
        here, there = counts[found.group], counts[found.reference]
        if here and there:
            ratio = (found.searches / here) / (found.reference_searches / there)
            yield YearRatio(year=year, ratio=ratio)


def powers_told(
    counted: CountedSearches, extra: Collection[Power] = ()
) -> tuple[Power | None, ...]:
    """Return all powers together, then each that was used."""
    return (None, *dict.fromkeys((*counted.powers, *extra)))
