"""What stands apart from the ratios on residents: a year of section 60, and other denominators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.app.searches import disproportion_words as words
from rightplace.app.searches.disproportion_asked import force_words
from rightplace.app.searches.disproportion_lines import Area, Base, base_of, line_of
from rightplace.app.searches.disproportion_result import AnnualLine, BenchmarkTable, RatioLine
from rightplace.powers.searches.ratios_compared import COMPARED, RatioRules, compare
from rightplace.powers.searches.ratios_counted import Described

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rightplace.app.searches.disproportion_asked import Asked
    from rightplace.powers.searches.benchmarks import Benchmark
    from rightplace.powers.searches.pooled import AnnualPooledRatio


def annual_lines(asked: Asked) -> Iterator[AnnualLine]:
    """Yield each force's section 60 ratios of twelve months."""
    from rightplace.powers.searches.denominators import authorities_of
    from rightplace.powers.searches.pooled import annual_pooled_ratio

    residents, rules = asked.against.residents, asked.against.rules
    for force in asked.forces:
        authorities = authorities_of([force], residents.area_codes)
        area = Area(code=None, name=force_words([force]), authorities=authorities)
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


def benchmark_tables(asked: Asked) -> Iterator[BenchmarkTable]:
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


def _benchmark(asked: Asked, benchmark: Benchmark) -> BenchmarkTable:
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
