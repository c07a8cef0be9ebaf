"""What is said of disproportionality: every number with what it rests on and what it cannot say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime  # noqa: TC003 - schemas are made from the annotations

from rightplace.app.answer import Notice  # noqa: TC001 - as above


@dataclass(frozen=True, slots=True, kw_only=True)
class YearRatio:
    """The same ratio on residents of another year."""

    year: int
    ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioLine:
    """One group beside the reference, in one area and under one power or all.

    Parameters
    ----------
    area_code, area
        Official code and name of a borough; the code is None for the whole area of the forces.
    power
        As in the table of searches; None for all powers together.
    described
        ``self_defined`` or ``officer_defined``.
    group, reference
        Ethnic groups, such as ``black`` and ``white``.
    all_searches
        Every search of a person there, whatever is known of the group.
    searches, reference_searches
        Of the two groups.
    not_stated_share, missing_share
        Shares of all searches, 0 to 1: the group not stated; and left blank, or not recorded.
    denominator
        What searches are set against, such as ``residents``, and who published it.
    census_year
        Of the residents; None for another denominator.
    base, reference_base
        Residents, or whom else the denominator counts, of the two groups; None where not held.
    rate_per_1000, reference_rate_per_1000
        Searches for each 1,000 of them over the whole period; None where not held.
    ratio, lo95, hi95
        The first rate by the second, with the interval that is printed; None where refused.
    interval
        ``months`` or ``weeks`` where that interval allows for those that differ more than chance
        makes them; ``chance`` where it is that of chance alone; None where refused.
    chance_lo95, chance_hi95
        Ends of the log-normal interval of chance alone.
    dispersion
        How many times chance months or weeks scatter, 1 or more; None where there are too few.
    bound_low, bound_high
        The ratio with all searches of unknown group counted with the reference, and with the
        group.
    other_years
        The same ratio on residents of the other years held.
    do_not_rely
        Whether the ratio turns round when it is split; ``reversals`` then shows it split.
    refused
        Why there is no ratio, in a sentence; None where there is one.
    reading
        The ratio in a sentence; None where refused.
    cautions
        What its reader must know, a sentence each.
    """

    area_code: str | None
    area: str
    power: str | None
    described: str
    group: str
    reference: str
    all_searches: int
    searches: int
    reference_searches: int
    not_stated_share: float
    missing_share: float
    denominator: str
    census_year: int | None
    base: int | None
    reference_base: int | None
    rate_per_1000: float | None
    reference_rate_per_1000: float | None
    ratio: float | None
    lo95: float | None
    hi95: float | None
    interval: str | None
    chance_lo95: float | None
    chance_hi95: float | None
    dispersion: float | None
    bound_low: float | None
    bound_high: float | None
    other_years: tuple[YearRatio, ...]
    do_not_rely: bool
    refused: str | None
    reading: str | None
    cautions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeLine:
    """How often searches of one group led to something, beside the reference.

    Parameters
    ----------
    measure, title, definition
        Which rate, by name, in words, and what is divided by what.
    power, described, group
        As in ``RatioLine``.
    found, of, unknown
        Counts; found is None where it is not computable.
    rate, lo95, hi95
        Share, 0 to 1, with its interval; None where refused.
    difference, difference_lo95, difference_hi95
        From the reference's rate, -1 to 1; None for the reference itself and where refused.
    do_not_rely
        Whether the order of the two rates turns round when it is split.
    refused
        Why there is no rate, in a sentence; None where there is one.
    reading
        The difference in a sentence; None where there is none.
    """

    measure: str
    title: str
    definition: str
    power: str | None
    described: str
    group: str
    found: int | None
    of: int
    unknown: int
    rate: float | None
    lo95: float | None
    hi95: float | None
    difference: float | None
    difference_lo95: float | None
    difference_hi95: float | None
    do_not_rely: bool
    refused: str | None
    reading: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartLine:
    """One part of what is shown split.

    Parameters
    ----------
    part
        Its name: a borough's, a power or an age.
    counted, base, reference_counted, reference_base
        What was counted of the group, and on what; and of the reference.
    ratio
        The group's rate by the reference's.
    """

    part: str
    counted: int
    base: int
    reference_counted: int
    reference_base: int
    ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReversalLine:
    """A pooled ratio that turns round when it is split: do not rely on it.

    Parameters
    ----------
    measure
        ``searches`` on residents, or the name of a find rate.
    power, described, group, reference
        As in ``RatioLine``.
    by
        What it is split by: ``borough``, ``power`` or ``age``.
    pooled, pooled_lo95, pooled_hi95
        The ratio of all parts together, with its interval of chance.
    common, common_lo95, common_hi95
        The ratio common to the parts, likewise.
    parts
        Those with searches enough; the others are in both ratios and not shown.
    smaller_parts
        How many are not shown.
    reading
        What this means, in a sentence.
    """

    measure: str
    power: str | None
    described: str
    group: str
    reference: str
    by: str
    pooled: float
    pooled_lo95: float
    pooled_hi95: float
    common: float
    common_lo95: float
    common_hi95: float
    parts: tuple[PartLine, ...]
    smaller_parts: int
    reading: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnualLine:
    """A force's section 60 ratios of twelve months, and what it says of them.

    Parameters
    ----------
    force, described
        Whose searches, and who described the group.
    first_month, last_month
        First days of the first and the last month.
    months_held
        Of twelve.
    searches
        Under section 60, of people.
    ratios
        One for each group; empty where months are missing.
    refused
        Why there is no annual ratio; None where there is one.
    explanation, explained_by, explained_at
        What the force says of it; None where it has said nothing.
    explanation_asked
        What the field asks of the force, to print beside it, filled or empty.
    """

    force: str
    described: str
    first_month: date
    last_month: date
    months_held: int
    searches: int
    ratios: tuple[RatioLine, ...]
    refused: str | None
    explanation: str | None
    explained_by: str | None
    explained_at: datetime | None
    explanation_asked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkTable:
    """Ratios on another denominator than residents, never mixed with those.

    Parameters
    ----------
    kind, area, period, source
        What is counted, where, when, and by whom; None of them where no file was given.
    bias
        Why such a ratio may mislead.
    ratios
        One for each group; none where no file was given.
    refused
        Why nothing is computed; None where it is.
    """

    kind: str
    area: str | None
    period: str | None
    source: str | None
    bias: str
    ratios: tuple[RatioLine, ...]
    refused: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Disproportion:
    """How unequally groups were searched, with how sure that is and what it cannot say.

    Parameters
    ----------
    forces
        Whose searches.
    first_month, last_month
        First days of the first and the last month that hold searches.
    months_held
        How many do.
    months_missing
        First days of those between that hold none.
    searches
        Searches of people; those of vehicles alone are not among them.
    vehicles_only
        Searches of vehicles alone, left out.
    without_borough
        Searches of people that lie in no borough: no place in the file, or one elsewhere.
    census_year
        Whose residents the ratios are on.
    residents_source, attribution
        Who published them, and the sentence that their licence asks for; empty for a table of
        one's own.
    ratios
        The whole area first, then boroughs by name, which is no order of merit.
    outcomes
        The outcome test, over the whole area.
    reversals
        What turns round when it is split.
    annual_section_60
        By force and who described the group.
    benchmarks
        On other denominators, and which of them nobody gave a file for.
    notices
        What a reader must know of all of it.
    """

    forces: tuple[str, ...]
    first_month: date
    last_month: date
    months_held: int
    months_missing: tuple[date, ...]
    searches: int
    vehicles_only: int
    without_borough: int
    census_year: int
    residents_source: str
    attribution: str
    ratios: tuple[RatioLine, ...]
    outcomes: tuple[OutcomeLine, ...]
    reversals: tuple[ReversalLine, ...]
    annual_section_60: tuple[AnnualLine, ...]
    benchmarks: tuple[BenchmarkTable, ...]
    notices: tuple[Notice, ...]
