"""The find rates of a pack: what followed from searches, with what is not known beside it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from rightplace.app.searches.pack_counting import OTHER_POWERS, POWERS, SECTION_60, WHOLE
from rightplace.app.searches.pack_slice import BEFORE, NOW, TOO_FEW, WITHHELD, shown_number
from rightplace.briefing.searches.values import Chart, Mark, Section, Table
from rightplace.core.time import Month
from rightplace.evaluate.rate_ratio import rate_ratio
from rightplace.powers.searches.columns import Power
from rightplace.powers.searches.measures import FIND_RATES, MEASURES, PARTS
from rightplace.powers.searches.rates import Counted, Group, rates, together

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rightplace.app.searches.pack_periods import PackMonths
    from rightplace.app.searches.pack_slice import Slice, Span
    from rightplace.powers.searches.rates import Rate

BY = ("month", "power", "borough")
"""How searches are grouped in the run's table of measures."""
TITLES = {each.name: each.title for each in MEASURES}
OF_FIGURES = {"any_outcome_rate": "any_outcome", "arrest_rate": "arrests"}
"""Find rates whose counts stand in the other tables too."""
POWER_TOLD = {WHOLE: "All powers", SECTION_60: "Section 60", OTHER_POWERS: "Other powers"}
NOT_COMPUTABLE = "not computable"

SHORT = {
    "any_outcome_rate": "Any outcome",
    "linked_find_rate": "Linked",
    "arrest_rate": "Arrest",
    "weapon_yield": "Weapon found",
}


def measures_table(groups: Sequence[Group]) -> pa.Table:
    """Return counted groups as a table of the run: ``BY``, searches, each measure's parts."""
    columns: dict[str, list[object]] = {name: [g.key[name] for g in groups] for name in BY}
    columns["searches"] = [g.searches for g in groups]
    for measure in MEASURES:
        for part in PARTS:
            counts = [getattr(g.counted[measure.name], part) for g in groups]
            columns[f"{measure.name}/{part}"] = list(counts)
    return pa.table(
        {
            name: pa.array(values, pa.string() if name in BY else pa.int64())
            for name, values in columns.items()
        }
    )


def read_groups(table: pa.Table) -> list[Group]:
    """Return the groups of a run's table of measures."""
    return [
        Group(
            key={name: row[name] for name in BY},
            searches=row["searches"],
            counted={
                each.name: Counted(**{part: row[f"{each.name}/{part}"] for part in PARTS})
                for each in MEASURES
            },
        )
        for row in table.to_pylist()
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Every rate of a pack, by span, place and kind of power.

    Parameters
    ----------
    groups
        Searches counted together, by span, place and one of ``POWERS``.
    least
        Fewest searches of which a rate is given.
    """

    groups: Mapping[tuple[str, str, str], Group]
    least: int

    def of(self, span: str, place: str, power: str) -> dict[str, Rate]:
        """Return each measure of some searches by its name; empty where there was no search."""
        group = self.groups.get((span, place, power))
        if group is None:
            return {}
        return {rate.measure: rate for rate in rates(group, least=self.least)}


def rates_of(groups: Iterable[Group], months: PackMonths, *, least: int) -> Rates:
    """Return the rates of a pack.

    Parameters
    ----------
    groups
        By ``BY``.
    months
        The months of the pack.
    least
        Fewest searches of which a rate is given.
    """
    spans = {str(m): NOW for m in months.period} | {str(m): BEFORE for m in months.before}
    parts: defaultdict[tuple[str, str, str], list[Group]] = defaultdict(list)
    for group in groups:
        span = spans.get(str(Month.parse(group.key["month"])))
        if span is None:
            continue
        apart = SECTION_60 if group.key["power"] == Power.SECTION_60 else OTHER_POWERS
        for place in (WHOLE, group.key["borough"]):
            for power in (WHOLE, apart):
                parts[span, place, power].append(group)
    return Rates(groups={key: together(some) for key, some in parts.items()}, least=least)


def rates_section(seen: Slice, held: Rates, *, true_counts: bool) -> Section:
    """Return the four find rates, each with its interval and unknown share, or why not.

    Parameters
    ----------
    seen
        Whose place, power and withheld figures.
    held
        From ``rates_of``.
    true_counts
        Whether small counts stand.
    """
    powers = (seen.power,) if seen.power else POWERS
    told = _Told(seen=seen, held=held, true_counts=true_counts)
    rows, marks = [], []
    for name in FIND_RATES:
        if told.lacks(name):
            rows.append((TITLES[name], POWER_TOLD[powers[0]], *told.cells(name, powers[0])))
            continue
        for power in powers:
            rows.append((TITLES[name], POWER_TOLD.get(power, power), *told.cells(name, power)))
            marks += told.marks(name, power)
    header = ["Rate", "Power", "Share", "95 % interval", "So many", "Of searches", "Not known"]
    header += ["A year before", "95 % interval then"] if seen.is_compared else []
    chart = Chart(
        ident="find-rates",
        kind="intervals",
        title="Share of searches, with 95 % intervals",
        unit="% of searches",
        marks=tuple(marks),
    )
    return Section(
        key="rates",
        heading="What searches led to",
        findings=tuple(told.finding(name) for name in OF_FIGURES if told.finding(name)),
        charts=(chart,) if marks else (),
        tables=(
            Table(
                caption=f"Four find rates: {seen.months.words}",
                header=tuple(header),
                rows=tuple(rows),
                wordy=(1,),
            ),
        ),
        refusals=told.refusals(FIND_RATES),
        counting=(
            *(f"{m.title}: {m.definition}." for m in MEASURES if m.name in FIND_RATES),
            (
                "Intervals are Wilson's (95 %). “Not known” is the share of the searches concerned "
                "of which nobody recorded it; they are in no rate but that of any outcome and of "
                "arrest, which count all searches of which outcomes are recorded."
            ),
        ),
    )


def conduct_section(seen: Slice, held: Rates, *, true_counts: bool) -> Section:
    """Return how searches were done: clothing, handcuffs, video, children's safeguards."""
    told = _Told(seen=seen, held=held, true_counts=true_counts)
    # Ages stand in tables of their own, of which some are withheld: a share here would tell them.
    names = [each.name for each in MEASURES if each.name not in {*FIND_RATES, "children"}]
    rows = [
        (TITLES[name], *told.cells(name, seen.power))
        for name in names
        if told.rate(name, seen.power) is not None and not told.lacks(name)
    ]
    header = ["Measure", "Share", "95 % interval", "So many", "Of searches", "Not known"]
    header += ["A year before", "95 % interval then"] if seen.is_compared else []
    return Section(
        key="conduct",
        heading="How searches were done",
        tables=(
            Table(
                caption=f"How searches were done: {seen.months.words}",
                header=tuple(header),
                rows=tuple(rows),
            ),
        )
        if rows
        else (),
        refusals=told.refusals(names),
        counting=tuple(f"{m.title}: {m.definition}." for m in MEASURES if m.name in names),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """Rates in words, for one reader."""

    seen: Slice
    held: Rates
    true_counts: bool

    def rate(self, name: str, power: str, span: Span = NOW) -> Rate | None:
        return self.held.of(span, self.seen.place, power).get(name)

    def is_withheld(self, name: str, power: str, span: Span = NOW) -> bool:
        """Return whether a rate would tell a small count, or one that is withheld elsewhere."""
        if self.true_counts:
            return False
        related = POWERS if power else (WHOLE,)
        if any(self._is_small(name, each, span) for each in related):
            return True
        figure = OF_FIGURES.get(name)
        return figure is not None and not self.seen.is_shown(
            span=span, power=power or self.seen.power, measure=figure
        )

    def _is_small(self, name: str, power: str, span: Span) -> bool:
        rate = self.rate(name, power, span)
        if rate is None or rate.found is None or rate.of is None:
            return False
        return any(0 < n < self.seen.smallest for n in (rate.found, rate.of - rate.found))

    def cells(self, name: str, power: str) -> tuple[str, ...]:
        """Return value, interval, counts and unknown share of now, and of the year before."""
        share, interval, found, of = self._span(name, power, NOW)
        rate = self.rate(name, power)
        unknown = "" if rate is None or rate.unknown_share is None else _percent(rate.unknown_share)
        cells = [share, interval, found, of, unknown]
        if self.seen.is_compared:
            cells += self._span(name, power, BEFORE)[:2]
        return tuple(cells)

    def _span(self, name: str, power: str, span: Span) -> tuple[str, str, str, str]:
        rate = self.rate(name, power, span)
        if rate is None:
            return ("no search", "", "", "")
        if rate.found is None:
            return (NOT_COMPUTABLE, "", "", "")
        if self.is_withheld(name, power, span):
            return (WITHHELD, "", "", "")
        if rate.value is None:
            return (TOO_FEW, "", "", "")
        ends = f"{100 * (rate.lo95 or 0.0):.1f} to {_percent(rate.hi95 or 0.0)}"
        return (_percent(rate.value), ends, shown_number(rate.found), shown_number(rate.of))

    def marks(self, name: str, power: str) -> list[Mark]:
        """Return points of now and of the year before, where there is a rate."""
        made: list[Mark] = []
        for span in (NOW, BEFORE):
            rate = self.rate(name, power, span)
            if rate is None or rate.value is None or self.is_withheld(name, power, span):
                continue
            label = f"{SHORT[name]}, {POWER_TOLD[power].lower()}"
            made.append(
                Mark(
                    label=label if span == NOW else "a year before" if made else f"{label} before",
                    value=100 * rate.value,
                    lo=100 * (rate.lo95 or 0.0),
                    hi=100 * (rate.hi95 or 0.0),
                    words=_percent(rate.value),
                    is_before=span == BEFORE,
                )
            )
        return made

    def finding(self, name: str) -> str:
        """Return the comparison with the year before as a sentence, with what chance could do."""
        power = self.seen.power
        now, before = self.rate(name, power), self.rate(name, power, BEFORE)
        if now is None or now.value is None or self.is_withheld(name, power):
            return ""
        what = {
            "any_outcome_rate": "led to an outcome other than no further action",
            "arrest_rate": "led to an arrest",
        }[name]
        told = f"{_percent(now.value)} of searches {what}"
        if before is None or before.value is None or self.is_withheld(name, power, BEFORE):
            return f"{told}."
        ratio = rate_ratio(
            before.found or 0,
            now.found or 0,
            exposure_before=before.of or 1,
            exposure_after=now.of or 1,
        )
        chance = "chance could do this" if ratio.chance_could else "more than chance alone does"
        return f"{told}, {_percent(before.value)} in the same months a year before ({chance})."

    def lacks(self, name: str) -> bool:
        """Return whether the file has nothing to compute a measure from."""
        rate = self.rate(name, self.seen.power)
        return rate is not None and rate.found is None

    def refusals(self, names: Sequence[str]) -> tuple[str, ...]:
        """Return what the file does not let anybody compute, and why; like reasons together."""
        told: list[str] = []
        without: list[str] = []
        for name in (name for name in names if self.lacks(name)):
            rate, title = self.rate(name, self.seen.power), TITLES[name].lower()
            reason = "" if rate is None else rate.reason or ""
            if reason.endswith(f"does not record: {title}"):
                without.append(title)
            else:
                told.append(f"{TITLES[name]}: {reason}.")
        if without:
            told.append(
                f"Not computable from this file, which holds no word of it: {', '.join(without)}."
            )
        return tuple(told)


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
