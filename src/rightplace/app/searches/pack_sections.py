"""Sections of the pack that count searches: by month, power, object, place, person and hour."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from rightplace.app.searches.pack_breakdowns import BREAKDOWNS, POWERS_TOLD
from rightplace.app.searches.pack_counting import SECTION_60
from rightplace.app.searches.pack_periods import YEAR, month_words, span_words
from rightplace.app.searches.pack_slice import (
    BEFORE,
    NO_DATA,
    NOW,
    shown_estimate,
    shown_number,
    shown_share,
)
from rightplace.app.searches.pack_words import chart_words, in_order, place_words, value_words
from rightplace.briefing.searches.values import Chart, Mark, Section, Table
from rightplace.evaluate.rate_ratio import paired_dispersion, rate_ratio
from rightplace.powers.searches.rates import NO_PLACE, NOT_RECORDED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rightplace.app.searches.pack_breakdowns import Breakdown
    from rightplace.app.searches.pack_slice import Slice

FOUND = "With any outcome (95 % interval)"
NO_OUTCOMES = (
    "shares with any outcome: in some months no outcome at all is recorded, and nobody can say "
    "what followed from the searches of these."
)
NO_BOROUGHS = (
    "no search could be given a borough: no outlines of boroughs are held, or the files have no "
    "places."
)


def month_section(seen: Slice) -> Section:
    """Return searches by month, those under section 60 apart."""
    rows: list[tuple[str, ...]] = []
    marks: list[Mark] = []
    marks_60: list[Mark] = []
    split = not seen.power
    for month in seen.months.series:
        powers = ("", SECTION_60) if split else ("",)
        numbers = [seen.number("month", str(month), power=power) for power in powers]
        absent = month in seen.months.absent
        told = [NO_DATA if absent else shown_number(n) for n in numbers]
        rows.append((month_words(month), *told))
        for into, n, words in zip((marks, marks_60), numbers, told, strict=False):
            value = None if n is None or absent else float(n)
            into.append(
                Mark(
                    label=month.first.isoformat(),
                    value=value,
                    words=words,
                    is_before=month not in seen.months.period,
                )
            )
    title = "All searches by month" if split else f"Searches under {seen.power} by month"
    charts = [_month_chart("by-month", title, marks)]
    if split:
        alone = "Section 60 alone, on its own scale"
        charts.append(_month_chart("by-month-section-60", alone, marks_60))
    header = ("Month", "All powers", "Section 60") if split else ("Month", "Searches")
    return Section(
        key="months",
        heading="Searches by month",
        findings=_totals_told(seen),
        charts=tuple(charts),
        tables=(Table(caption="Searches by month", header=header, rows=tuple(rows)),),
        counting=(
            (
                "Every row of the published files counts once; rows that are equal are kept, "
                "because the files have no record number and two equal rows may be two "
                "searches. Months are those of the clock in London. Filled points are the "
                "period, hollow ones the months before it."
            ),
        ),
    )


def _month_chart(ident: str, title: str, marks: Sequence[Mark]) -> Chart:
    unit = "Searches in the month"
    return Chart(ident=ident, kind="months", title=title, unit=unit, marks=tuple(marks))


def _totals_told(seen: Slice) -> tuple[str, ...]:
    """Return how many searches there were, against the year before, with what chance could do."""
    told = [_total_told(seen, "", "searches under all powers" if not seen.power else "searches")]
    if not seen.power:
        told.append(_total_told(seen, SECTION_60, "searches under section 60"))
    return tuple(told)


def _total_told(seen: Slice, power: str, what: str) -> str:
    now, before = seen.number(power=power), seen.number(span=BEFORE, power=power)
    if now is None:
        return f"The number of {what} is withheld."
    if not seen.is_compared:
        return f"{now:,} {what}; {seen.months.why_alone}."
    if before is None or now + before == 0:
        return f"{now:,} {what}; {shown_number(before)} in the same months a year before."
    return f"{now:,} {what}, {before:,} in the same months a year before: {_change(seen, power)}."


def _change(seen: Slice, power: str) -> str:
    """Return the change in words, by the scatter of pairs of months."""
    now, before = seen.counted(power=power), seen.counted(span=BEFORE, power=power)
    pairs = [
        [seen.counted("month", str(m), power=power).searches for m in (month.plus(-YEAR), month)]
        for month in seen.months.period
    ]  # the scatter of true counts tells none of them
    earlier, later = (np.array(column, dtype=np.int64) for column in zip(*pairs, strict=True))
    squares, freedom = paired_dispersion(earlier, later)
    ratio = rate_ratio(
        before.searches,
        now.searches,
        exposure_before=float(sum(m.days for m in seen.months.before)),
        exposure_after=float(sum(m.days for m in seen.months.period)),
        dispersion=max(1.0, squares / freedom) if freedom else 1.0,
    )
    if before.searches == 0:
        return "there were none to compare with"
    share = ratio.value - 1
    words = f"{abs(share):.0%}".replace("%", " %")
    ends = f"{_signed(ratio.lo - 1)} to {_signed(ratio.hi - 1)}"
    way = "more" if share > 0 else "fewer"
    could = "chance could do this" if ratio.chance_could else "more than chance alone does"
    told = "about as many" if words == "0 %" else f"{words} {way}"
    return f"{told} per day ({ends}; {could})"


def _signed(share: float) -> str:
    return f"{share:+.0%}".replace("%", " %").replace("-", "\u2212")


def power_section(seen: Slice) -> Section:
    """Return searches by the power used."""
    return _breakdown(seen, POWERS_TOLD)


def breakdown_sections(seen: Slice) -> list[Section]:
    """Return a section for each characteristic that the panel asks about."""
    return [_breakdown(seen, each) for each in BREAKDOWNS]


def _breakdown(seen: Slice, of: Breakdown) -> Section:
    name = of.characteristic
    values = in_order(name, seen.values(name))
    apart = not seen.power and name != "power" and not seen.place
    with_finds = not seen.place and name != "outcome" and has_outcomes(seen)
    header = [of.noun, "Searches", "Share"]
    header += ["A year before", "Share then"] if seen.is_compared else []
    header += ["Section 60"] if apart else []
    header += [FOUND] if with_finds else []
    rows = tuple(_row(seen, name, value, apart=apart, with_finds=with_finds) for value in values)
    key = name.replace("_", "-")
    marks = tuple(_bar(seen, name, value) for value in values)
    chart = Chart(
        ident=f"by-{key}",
        kind="bars",
        title=f"{of.heading}: searches",
        unit="Searches",
        marks=marks,
    )
    return Section(
        key=key,
        heading=of.heading,
        charts=(chart,) if marks else (),
        tables=(Table(caption=_caption(seen, of.heading), header=tuple(header), rows=rows),),
        findings=_largest_told(seen, name, values),
        refusals=(NO_OUTCOMES,) if name == "power" and not has_outcomes(seen) else (),
        counting=of.counting,
    )


def _caption(seen: Slice, heading: str) -> str:
    compared = f", and {span_words(seen.months.before)}" if seen.is_compared else ""
    return f"{heading}: {seen.months.words}{compared}"


def has_outcomes(seen: Slice) -> bool:
    """Return whether the outcome is recorded in every month, so that finds are of all searches."""
    return not seen.counted("outcome", NOT_RECORDED).searches


def _row(seen: Slice, name: str, value: str, *, apart: bool, with_finds: bool) -> tuple[str, ...]:
    cells = [value_words(name, value)]
    for span in (NOW, BEFORE) if seen.is_compared else (NOW,):
        n, whole = seen.number(name, value, span=span), seen.number(span=span)
        cells += [shown_number(n), shown_share(n, whole, least=seen.least_for_rate)]
    if apart:
        cells.append(shown_number(seen.number(name, value, power=SECTION_60)))
    if with_finds:
        found = seen.number(name, value, measure="any_outcome")
        cells.append(shown_estimate(found, seen.number(name, value), least=seen.least_for_rate))
    return tuple(cells)


def _bar(seen: Slice, name: str, value: str) -> Mark:
    n = seen.number(name, value)
    return Mark(
        label=chart_words(name, value),
        value=None if n is None else float(n),
        words=shown_number(n),
    )


def _largest_told(seen: Slice, name: str, values: Sequence[str]) -> tuple[str, ...]:
    """Return which value most searches have, and how its share changed."""
    shown = [(n, v) for v in values if (n := seen.number(name, v)) is not None]
    whole = seen.number()
    if not shown or whole is None or whole < seen.least_for_rate:
        return ()
    n, value = max(shown)
    words = value_words(name, value)
    share = f"{100 * n / whole:.0f} %"
    told = f"{words}: {n:,} of {whole:,} searches ({share}), more than any other"
    before, whole_before = (
        seen.number(name, value, span=BEFORE),
        seen.number(span=BEFORE),
    )
    if not seen.is_compared or before is None or not whole_before or not before:
        return (f"{told}.",)
    ratio = rate_ratio(before, n, exposure_before=whole_before, exposure_after=whole)
    chance = "chance could do this" if ratio.chance_could else "more than chance alone does"
    then = f"{100 * before / whole_before:.0f} %"
    return (f"{told}; {then} a year before ({chance}).",)


def borough_section(seen: Slice) -> Section:
    """Return searches by borough, in the order of the alphabet: it is no table of the best."""
    codes = sorted(seen.places(), key=lambda code: (code == NO_PLACE, place_words(code)))
    rows: list[tuple[str, ...]] = []
    marks: list[Mark] = []
    for code in codes:
        there = _of_place(seen, code)
        n, before = there.number(), there.number(span=BEFORE)
        of_60 = there.number(power=SECTION_60)
        found = there.number(measure="any_outcome")
        row = [place_words(code), shown_number(n)]
        row += [shown_number(before)] if seen.is_compared else []
        row += [] if seen.power else [shown_number(of_60)]
        row += [shown_estimate(found, n, least=seen.least_for_rate)] if has_outcomes(seen) else []
        rows.append(tuple(row))
        value = None if n is None else float(n)
        marks.append(Mark(label=place_words(code), value=value, words=shown_number(n)))
    has_places = any(code != NO_PLACE for code in codes)
    header = ["Borough", "Searches"]
    header += ["A year before"] if seen.is_compared else []
    header += [] if seen.power else ["Section 60"]
    header += [FOUND] if has_outcomes(seen) else []
    chart = Chart(
        ident="by-borough",
        kind="bars",
        title="Searches by borough, A to Z",
        unit="Searches",
        marks=tuple(marks),
    )
    return Section(
        key="boroughs",
        heading="Where",
        charts=(chart,) if has_places else (),
        tables=(
            Table(
                caption=_caption(seen, "Searches by borough"),
                header=tuple(header),
                rows=tuple(rows),
            ),
        ),
        refusals=() if has_places else (NO_BOROUGHS,),
        counting=(
            ("The borough is that of the published point, which is moved to the nearest of a "
            "list of anonymous points; searches without a point, or with one outside London, "
            "stand under “no place”. Boroughs stand in the order of the alphabet: numbers of "
            "searches say nothing about which is policed better."),
        ),
    )  # fmt: skip


def _of_place(seen: Slice, code: str) -> Slice:
    return replace(seen, place=code)
