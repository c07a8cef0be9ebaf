"""Sections of the pack on what searches of groups led to, and on what turns round when split."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.app.searches.pack_counting import WHOLE, Counts, Key
from rightplace.app.searches.pack_numbers import percents, ratio_span, signed
from rightplace.app.searches.pack_slice import NOW, WITHHELD
from rightplace.app.searches.pack_words import value_words
from rightplace.briefing.searches.values import Section, Table
from rightplace.powers.searches.measures import MEASURES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rightplace.app.searches.disproportion_result import (
        Disproportion,
        OutcomeLine,
        ReversalLine,
    )
    from rightplace.app.searches.pack_made import PackCounts

DESCRIBED = {"self_defined": "the person", "officer_defined": "the officer"}
SMALLEST = 5
DO_NOT_RELY = "do not rely"
TITLES = {each.name: each.title for each in MEASURES}


def relied(told: str, *, turns: bool) -> str:
    """Return a number, marked where it turns round when it is split."""
    return f"{told}, {DO_NOT_RELY}" if turns and told else told


def outcomes_section(held: Disproportion, counts: PackCounts) -> Section:
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
            "(infra-marginality)."),
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
        relied(signed(line.difference), turns=line.do_not_rely),
        f"{signed(line.difference_lo95 or 0)} to {signed(line.difference_hi95 or 0)}",
    )


def _is_small(line: OutcomeLine) -> bool:
    """Return whether a share would tell a small count."""
    if line.found is None:
        return False
    return any(0 < n < SMALLEST for n in (line.found, line.of - line.found))


def reversals_section(lines: Iterable[ReversalLine]) -> Section:
    """Return what turns round when it is split, shown split."""
    tables = tuple(
        Table(
            caption=f"{value_words('self_defined', line.group)} against White, described by "
            f"{DESCRIBED[line.described]}, "
            f"{value_words('power', line.power) if line.power else 'all powers'}: "
            f"{measure_words(line.measure)} by {line.by}",
            header=(line.by.capitalize(), "Ratio"),
            rows=(
                (
                    "All together",
                    f"{line.pooled:.2f} ({ratio_span(line.pooled_lo95, line.pooled_hi95)})",
                ),
                (
                    f"Common to each {line.by}",
                    f"{line.common:.2f} ({ratio_span(line.common_lo95, line.common_hi95)})",
                ),
                *((value_words(line.by, part.part), f"{part.ratio:.2f}") for part in line.parts),
            ),
        )
        for line in lines
    )
    return Section(
        key="reversals",
        heading="Ratios that turn round when they are split",
        findings=tuple(
            f"{value_words('power', line.power) if line.power else 'All powers'}, by "
            f"{DESCRIBED[line.described]}. {line.reading}"
            for line in lines
        ),
        tables=tables,
        counting=(
            (
                "A ratio of the whole can point one way while the ratios of its parts point the "
                "other (Simpson's paradox). Where it does, do not rely on the whole."
            ),
        ),
    )


def measure_words(measure: str) -> str:
    """Return the name of a rate in words; searches for each resident as such."""
    return TITLES.get(measure, "searches for each resident").lower()
