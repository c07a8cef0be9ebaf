"""Sections of the pack on who is searched, beside who lives there, and with what result.

Everything is computed by ``disproportion``; here it is only put into a panel's tables. Counts of
people stand here, counts of all searches stand elsewhere: where the difference would tell how
many of a small number of vehicles were searched, the count is rounded to tens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.app.searches.pack_counting import SECTION_60, WHOLE, Counts, Key
from rightplace.app.searches.pack_numbers import number, percents, rate_words, signed, span
from rightplace.app.searches.pack_slice import NOW, TOO_FEW, WITHHELD
from rightplace.app.searches.pack_words import value_words
from rightplace.briefing.searches.values import Chart, Mark, Section, Table
from rightplace.powers.searches.columns import Power

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rightplace.app.searches.disproportion_result import (
        AnnualLine,
        BenchmarkTable,
        Disproportion,
        OutcomeLine,
        RatioLine,
        ReversalLine,
    )
    from rightplace.app.searches.pack_made import PackCounts

DESCRIBED = {"self_defined": "the person", "officer_defined": "the officer"}
TOLD_POWERS = {None: "All powers", Power.SECTION_60.value: "Section 60"}
"""Powers of which ratios of the whole force stand in the pack; the others are in its data."""
SMALLEST = 5


def disproportion_sections(
    held: Disproportion, annual: Disproportion, counts: PackCounts
) -> list[Section]:
    """Return what is said of groups, in a panel member's order.

    Parameters
    ----------
    held
        Of the period.
    annual
        Of the twelve months to its end, for the annual ratio under section 60.
    counts
        Every count of the pack, beside which these stand.
    """
    made = [_whole(held, counts), _boroughs(held), _outcomes(held, counts)]
    if held.reversals:
        made.append(_reversals(held.reversals))
    made += [_annual(annual.annual_section_60), _benchmarks(held.benchmarks)]
    return made


def _whole(held: Disproportion, counts: PackCounts) -> Section:
    lines = [r for r in held.ratios if r.area_code is None and r.power in TOLD_POWERS]
    given = [line for line in lines if line.ratio is not None]
    of_all = [line for line in given if line.power is None and line.described == "self_defined"]
    rows = tuple(
        (
            value_words("self_defined", line.group),
            DESCRIBED[line.described],
            TOLD_POWERS[line.power],
            _count(line, counts),
            rate_words(line.rate_per_1000),
            number(line.ratio, 2),
            span(line.lo95, line.hi95),
            span(line.bound_low, line.bound_high),
            f"{100 * line.not_stated_share:.0f} %",
        )
        for line in given
    )
    return Section(
        key="disproportion",
        heading="Who was searched, beside who lives there",
        findings=tuple(line.reading for line in of_all if line.reading),
        charts=(_chart(given),) if given else (),
        tables=(
            Table(
                caption=f"Searches of each group for each resident, White = 1; residents of "
                f"{held.census_year}",
                header=(
                    "Group", "As described by", "Power", "Searches of people",
                    "Per 1,000 residents",
                    "Ratio to White", "95 % interval", "If all unknown were White, or of the group",
                    "Not stated",
                ),
                rows=rows,
                wordy=(1, 2),
            ),
        )
        if rows
        else (),
        refusals=_refused(lines),
        counting=(
            ("Ratio: searches of a group for each of its residents, divided by the same of White "
            "people (DOMAIN 2.6.24). It tells how unequal searching was, not why, and not that "
            "any search was unfair or fair."),
            ("Residents are a weak denominator in a city: who is searched is who is out, and "
            "those who are out are not those who live there."),
            *dict.fromkeys(caution for line in of_all for caution in line.cautions),
            *(notice.message for notice in held.notices),
        ),
    )  # fmt: skip


def _chart(lines: Iterable[RatioLine]) -> Chart:
    marks = tuple(
        Mark(
            label=f"{value_words('self_defined', line.group)}, {TOLD_POWERS[line.power].lower()}",
            value=line.ratio,
            lo=line.lo95,
            hi=line.hi95,
            words=number(line.ratio, 2),
        )
        for line in lines
        if line.described == "self_defined"
    )
    return Chart(
        ident="ratios",
        kind="intervals",
        title="Searches for each resident, White = 1",
        unit="Times as often as White people",
        marks=marks,
        reference=1.0,
    )


def _count(line: RatioLine, counts: PackCounts) -> str:
    """Return searches of people of a group, unless what lacks to all searches would be small."""
    power = SECTION_60 if line.power else WHOLE
    key = Key(WHOLE, power, line.described, line.group)
    beside = counts.spans[NOW].get(key, Counts()).searches - line.searches
    if 0 < abs(beside) < SMALLEST:
        return f"about {round(line.searches, -1):,}"
    return f"{line.searches:,}"


def _refused(lines: Iterable[RatioLine]) -> tuple[str, ...]:
    """Return why ratios are not given, each reason once with the groups that it holds for."""
    reasons: dict[str, list[str]] = {}
    for line in lines:
        if line.refused:
            group = value_words("self_defined", line.group)
            named = f"{group} ({TOLD_POWERS[line.power].lower()}, by {DESCRIBED[line.described]})"
            reasons.setdefault(line.refused, []).append(named)
    return tuple(f"{'; '.join(who)}: {reason}" for reason, who in reasons.items())


def _boroughs(held: Disproportion) -> Section:
    """Return the ratios of boroughs side by side, in the order of the alphabet."""
    lines = [
        r
        for r in held.ratios
        if r.area_code is not None and r.power is None and r.described == "self_defined"
    ]
    groups = list(dict.fromkeys(line.group for line in lines))
    names = list(dict.fromkeys(line.area for line in lines))
    by_place = {(line.area, line.group): line for line in lines}
    rows = tuple(
        (name, *(_ratio_words(by_place.get((name, group))) for group in groups)) for name in names
    )
    reasons = dict.fromkeys(
        line.refused for line in lines if line.refused and "fewer than" not in line.refused
    )
    return Section(
        key="disproportion-boroughs",
        heading="The same by borough, A to Z",
        tables=(
            Table(
                caption="Searches for each resident, White = 1, self-defined, with 95 % intervals",
                header=("Borough", *(value_words("self_defined", group) for group in groups)),
                rows=rows,
            ),
        )
        if rows
        else (),
        refusals=tuple(reasons) if rows else ("no search could be given a borough.",),
        counting=(
            (
                "Boroughs stand in the order of the alphabet: a ratio says nothing about how well "
                "a borough is policed. They say even less of who is out in one borough than in "
                "the whole force, so nothing is given below a borough."
            ),
            (
                f"“{TOO_FEW.capitalize()}” means that both groups together were searched fewer "
                "than 50 times, or either fewer than 5 times."
            ),
        ),
    )


def _ratio_words(line: RatioLine | None) -> str:
    if line is None or line.ratio is None:
        return TOO_FEW
    return f"{number(line.ratio, 1)} ({span(line.lo95, line.hi95, digits=1)})"


def _outcomes(held: Disproportion, counts: PackCounts) -> Section:
    """Return the outcome test of the whole force, under all powers."""
    lines = [line for line in held.outcomes if line.power is None]
    rows = tuple(
        (
            value_words("self_defined", line.group),
            DESCRIBED[line.described],
            line.title,
            *_outcome_cells(line, counts),
        )
        for line in lines
        if line.rate is not None
    )
    readings = [
        line.reading
        for line in lines
        if line.reading and line.described == "self_defined" and not _is_small(line)
    ]
    refused = dict.fromkeys(
        f"{line.title}: {line.refused}."
        for line in lines
        if line.refused and "none of these searches" not in line.refused
    )
    return Section(
        key="outcome-test",
        heading="Whether searches of one group lead to less",
        findings=tuple(readings[:4]),
        tables=(
            Table(
                caption="Outcomes by group, and their difference from searches of White people",
                header=(
                    "Group", "As described by", "Rate", "Share", "95 % interval",
                    "Difference, in 100", "95 % interval of it",
                ),
                rows=rows,
                wordy=(1, 2),
            ),
        )
        if rows
        else (),
        refusals=tuple(refused),
        counting=(
            ("If searches of one group lead to an outcome less often, the bar for searching them "
            "may be lower. It may also be that the groups differ in how often there is something "
            "to find: averages can mislead even where every officer uses one bar "
            "(infra-marginality, DOMAIN 2.6.28)."),
        ),
    )  # fmt: skip


def _outcome_cells(line: OutcomeLine, counts: PackCounts) -> tuple[str, str, str, str]:
    measure = {"any_outcome_rate": "any_outcome", "arrest_rate": "arrests"}.get(line.measure)
    key = Key(WHOLE, WHOLE, line.described, line.group)
    beside = 0
    if measure is not None:
        beside = int(getattr(counts.spans[NOW].get(key, Counts()), measure)) - (line.found or 0)
    if _is_small(line) or (line.found is not None and beside < 0):
        return (WITHHELD, "", "", "")
    share = f"{100 * (line.rate or 0):.1f} %"
    if line.difference is None:
        return (share, percents(line.lo95, line.hi95), "reference", "")
    return (
        share,
        percents(line.lo95, line.hi95),
        signed(line.difference),
        f"{signed(line.difference_lo95 or 0)} to {signed(line.difference_hi95 or 0)}",
    )


def _is_small(line: OutcomeLine) -> bool:
    """Return whether a share would tell a small count."""
    if line.found is None:
        return False
    return any(0 < n < SMALLEST for n in (line.found, line.of - line.found))


def _reversals(lines: Iterable[ReversalLine]) -> Section:
    """Return what turns round when it is split, shown split."""
    tables = tuple(
        Table(
            caption=f"{value_words('self_defined', line.group)} against White, described by "
            f"{DESCRIBED[line.described]}, "
            f"{value_words('power', line.power) if line.power else 'all powers'}: "
            f"{line.measure.replace('_', ' ')} by {line.by}",
            header=(line.by.capitalize(), "Ratio"),
            rows=(
                (
                    "All together",
                    f"{line.pooled:.2f} ({span(line.pooled_lo95, line.pooled_hi95)})",
                ),
                (
                    f"Common to each {line.by}",
                    f"{line.common:.2f} ({span(line.common_lo95, line.common_hi95)})",
                ),
                *((part.part, f"{part.ratio:.2f}") for part in line.parts),
            ),
        )
        for line in lines
    )
    return Section(
        key="reversals",
        heading="Ratios that turn round when they are split",
        findings=tuple(line.reading for line in lines),
        tables=tables,
        counting=(
            (
                "A ratio of the whole can point one way while the ratios of its parts point the "
                "other (Simpson's paradox). Where it does, do not rely on the whole."
            ),
        ),
    )


def _annual(lines: Iterable[AnnualLine]) -> Section:
    """Return the annual ratios under section 60, and what the force says of them."""
    told, refusals, rows = [], [], []
    for line in lines:
        if line.refused:
            refusals.append(line.refused)
        said = line.explanation or "The force has said nothing yet."
        told.append(f"{line.explanation_asked} {said}")
        rows += [
            (
                value_words("self_defined", ratio.group),
                DESCRIBED[line.described],
                number(ratio.ratio, 1) if ratio.ratio is not None else TOO_FEW,
                span(ratio.lo95, ratio.hi95, digits=1),
                span(ratio.bound_low, ratio.bound_high, digits=1),
            )
            for ratio in line.ratios
        ]
    header = (
        "Group", "As described by", "Ratio to White", "95 % interval",
        "If all unknown were White, or of the group",
    )  # fmt: skip
    return Section(
        key="annual-section-60",
        heading="Section 60 over a year",
        findings=tuple(dict.fromkeys(told)),
        tables=(
            Table(
                caption="Searches under section 60 for each resident, White = 1, twelve months",
                header=header,
                rows=tuple(rows),
                wordy=(1,),
            ),
        )
        if rows
        else (),
        refusals=tuple(dict.fromkeys(refusals)),
        counting=(
            (
                "Twelve months to the end of the period, pooled over the force: one authorisation "
                "has too few searches for a ratio. A year with a missing month is none."
            ),
        ),
    )


def _benchmarks(tables: Iterable[BenchmarkTable]) -> Section:
    """Return ratios on other denominators, each with its bias, or why there are none."""
    made, refusals, biases = [], [], []
    for each in tables:
        biases.append(f"{each.kind.capitalize()}: {each.bias}")
        if each.refused:
            refusals.append(f"{each.kind}: {each.refused}")
        rows = tuple(
            (value_words("self_defined", line.group), _ratio_words(line)) for line in each.ratios
        )
        if rows:
            caption = f"Against {each.kind} ({each.source}, {each.period}), White = 1"
            made.append(Table(caption=caption, header=("Group", "Ratio"), rows=rows))
    return Section(
        key="benchmarks",
        heading="Set against something other than residents",
        tables=tuple(made),
        refusals=tuple(refusals),
        counting=tuple(biases),
    )
