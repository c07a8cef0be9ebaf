"""Sections of the pack on who is searched, beside who lives there, and with what result.

Everything is computed by ``disproportion``; here it is only put into a panel's tables. Counts of
people stand here, counts of all searches stand elsewhere: where the difference would tell how
many of a small number of vehicles were searched, the count is rounded to tens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.app.searches.pack_counting import SECTION_60, WHOLE, Counts, Key
from rightplace.app.searches.pack_numbers import (
    number,
    rate_words,
    ratio_span,
    ratio_words,
    span,
)
from rightplace.app.searches.pack_outcomes import (
    DESCRIBED,
    DO_NOT_RELY,
    SMALLEST,
    outcomes_section,
    relied,
    reversals_section,
)
from rightplace.app.searches.pack_periods import YEAR
from rightplace.app.searches.pack_slice import NOW, TOO_FEW
from rightplace.app.searches.pack_words import chart_words, value_words
from rightplace.briefing.searches.values import Chart, Mark, Section, Table
from rightplace.powers.searches.columns import Power

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rightplace.app.searches.disproportion_result import (
        AnnualLine,
        BenchmarkTable,
        Disproportion,
        RatioLine,
    )
    from rightplace.app.searches.pack_made import PackCounts
    from rightplace.app.searches.pack_periods import PackMonths

TOLD_POWERS = {None: "All powers", Power.SECTION_60.value: "Section 60"}
"""Powers of which ratios of the whole force stand in the pack; the others are in its data."""
NO_YEAR = "No search is held of the twelve months to the end of the period."


def disproportion_sections(
    held: Disproportion, annual: Disproportion | None, counts: PackCounts
) -> list[Section]:
    """Return what is said of groups, in a panel member's order.

    Parameters
    ----------
    held
        Of the period.
    annual
        Of the twelve months to its end, for the annual ratio under section 60; None where no
        search is held of them.
    counts
        Every count of the pack, beside which these stand.
    """
    made = [_whole(held, counts), _boroughs(held), outcomes_section(held, counts)]
    if held.reversals:
        made.append(reversals_section(held.reversals))
    made.append(_annual(annual.annual_section_60 if annual is not None else ()))
    made.append(_benchmarks(held.benchmarks))
    return made


def _whole(held: Disproportion, counts: PackCounts) -> Section:
    lines = [r for r in held.ratios if r.area_code is None and r.power in TOLD_POWERS]
    given = [line for line in lines if line.ratio is not None]
    of_all = [line for line in given if line.power is None and line.described == "self_defined"]
    by_power = {power: [e for e in given if e.power == power] for power in TOLD_POWERS}
    return Section(
        key="disproportion",
        heading="Who was searched, beside who lives there",
        findings=tuple(_read(line) for line in of_all if line.reading),
        charts=(_chart(given),) if given else (),
        tables=tuple(_table(held, power, e, counts) for power, e in by_power.items() if e),
        refusals=_refused(lines),
        counting=_counting(held, of_all, counts.months),
    )


def _read(line: RatioLine) -> str:
    """Return a ratio in a sentence, with the warning that stands in the table too."""
    warning = " Do not rely on it: it turns round when it is split." if line.do_not_rely else ""
    return f"{line.reading}{warning}"


def _table(
    held: Disproportion, power: str | None, lines: Iterable[RatioLine], counts: PackCounts
) -> Table:
    rows = tuple(
        (
            value_words("self_defined", line.group),
            DESCRIBED[line.described],
            _count(line, counts),
            rate_words(line.rate_per_1000),
            relied(ratio_words(line.ratio, line.hi95), turns=line.do_not_rely),
            ratio_span(line.lo95, line.hi95),
            ratio_span(line.bound_low, line.bound_high),
            f"{100 * line.not_stated_share:.0f} %",
        )
        for line in lines
    )
    return Table(
        caption=f"{TOLD_POWERS[power]}: searches of each group for each resident, White = 1; "
        f"residents of {held.census_year}",
        header=(
            "Group", "As described by", "Searches of people", "Per 1,000 residents",
            "Ratio to White", "95 % interval", "If all unknown were White, or of the group",
            "Not stated",
        ),
        rows=rows,
        wordy=(1,),
    )  # fmt: skip


def _counting(
    held: Disproportion, lines: Iterable[RatioLine], months: PackMonths
) -> tuple[str, ...]:
    n = len(months.held)
    return (
        (
            "Ratio: searches of a group for each of its residents, divided by the same of White "
            "people. It tells how unequal searching was, not why, and not that any search was "
            "unfair or fair."
        ),
        (
            f"Searches per 1,000 residents are those of the {n} months held together"
            f"{'' if n == YEAR else ', and no rate of a year'}."
        ),
        (
            f"“{DO_NOT_RELY.capitalize()}”: the ratio turns round when it is split, and is shown "
            "split below."
        ),
        (
            "Residents are a weak denominator in a city: who is searched is who is out, and "
            "those who are out are not those who live there."
        ),
        *dict.fromkeys(caution for line in lines for caution in line.cautions),
        *(notice.message for notice in held.notices),
    )


def _chart(lines: Iterable[RatioLine]) -> Chart:
    marks = tuple(
        Mark(
            label=f"{chart_words('self_defined', line.group)}, {TOLD_POWERS[line.power].lower()}",
            value=line.ratio,
            lo=line.lo95,
            hi=line.hi95,
            words=relied(ratio_words(line.ratio, line.hi95), turns=line.do_not_rely),
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
    told = f"{number(line.ratio, 1)} ({span(line.lo95, line.hi95, digits=1)})"
    return relied(told, turns=line.do_not_rely)


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
                ratio_words(ratio.ratio, ratio.hi95) or TOO_FEW,
                ratio_span(ratio.lo95, ratio.hi95),
                ratio_span(ratio.bound_low, ratio.bound_high),
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
        refusals=tuple(dict.fromkeys(refusals)) or (() if told else (NO_YEAR,)),
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
