"""Whether a publication is whole: what is missing is said, and never taken for a fall.

A month is compared with the months held before it that were whole. Where residual categories
("not stated", "any other ...", officer-defined "other", searches of vehicles) are gone together,
or one of them with a large part of all searches, the month was published incompletely (quirk 21):
its counts and rates speak of the rest alone. All thresholds are settings of ours, no known rule.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from rightplace.core.time import Month, months_between

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from rightplace.powers.searches.facts import MonthFacts
    from rightplace.powers.searches.settings import SearchSettings

RESIDUAL = (
    "self_defined: not stated",
    "self_defined: any other",
    "officer_defined: other",
    "type: vehicle",
)
TITLES = {
    "type": "type of search",
    "power": "power",
    "object": "object of search",
    "outcome": "outcome",
    "age": "age",
    "sex": "sex",
    "self_defined": "self-defined ethnicity",
    "officer_defined": "officer-defined ethnicity",
    "place": "place",
}
"""Columns in words."""
EPISODIC = ("power: cjpoa-60", "power: ta-47a")
"""Powers that need an authorisation: they come and go by law."""
FEWEST_EARLIER = 3


class Kind(StrEnum):
    """What is wrong with a publication, the gravest first."""

    INCOMPLETE = "incomplete publication"
    MISSING = "missing month"
    STUB = "nearly empty month"
    VANISHED = "vanished category"
    NOT_YET = "category not yet there"
    BLANK = "blank column"
    NO_TIME = "days without times"
    DROP = "sudden drop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that a publication lacks.

    Parameters
    ----------
    kind
        What is wrong.
    what
        Which column, category or categories; empty where it is the month itself.
    first_month, last_month
        First days of the first and the last month held that it concerns.
    searches
        Searches held of these months.
    usual
        Searches a month before, or the share 0 to 1 that a category had; None where neither fits.
    message
        In a sentence, with its numbers.
    """

    kind: Kind
    what: str
    force: str
    first_month: date
    last_month: date
    searches: int
    usual: float | None
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldMonth:
    """One month of a force as far as completeness is judged.

    Parameters
    ----------
    facts
        What its searches hold.
    categories
        Searches by category, ``column: our word``.
    """

    facts: MonthFacts
    categories: Mapping[str, int]

    @property
    def month(self) -> date:
        """First day of the month."""
        return self.facts.month

    @property
    def searches(self) -> int:
        """Searches in it."""
        return self.facts.searches

    def share(self, category: str) -> float:
        """Return a category's share, 0 to 1, of the searches that hold a word of its column."""
        given = self.facts.given[category.partition(":")[0]]
        return self.categories.get(category, 0) / given if given else 0.0


@dataclass
class _Past:
    """The months before one that were whole, and what has vanished since which shares."""

    settings: SearchSettings
    whole: list[HeldMonth] = field(default_factory=list)
    gone: dict[str, float] = field(default_factory=dict)

    @property
    def usual(self) -> float | None:
        """Median searches a month before, None where too few months are held."""
        recent = self.whole[-self.settings.earlier_months :]
        if len(recent) < FEWEST_EARLIER:
            return None
        return float(median(each.searches for each in recent))

    def vanished(self, held: HeldMonth) -> dict[str, float]:
        """Return what is not in a month and was before, with the share that it had."""
        for category in [c for c in self.gone if held.categories.get(c)]:
            del self.gone[category]
        for category, share in self._shares().items():
            column = category.partition(":")[0]
            expected = share * held.facts.given[column]
            if (
                share >= self.settings.vanished_share
                and expected >= self.settings.least_expected
                and not held.categories.get(category)
            ):
                self.gone.setdefault(category, share)
        return {c: s for c, s in self.gone.items() if held.facts.given[c.partition(":")[0]]}

    def _shares(self) -> dict[str, float]:
        """Return the share that each category had in the months before."""
        recent = self.whole[-self.settings.earlier_months :]
        if len(recent) < FEWEST_EARLIER:
            return {}
        names = {c for each in recent for c in each.categories} - set(EPISODIC)
        return {
            name: median(each.share(name) for each in recent)
            for name in sorted(names)
            if not name.endswith(": not given")
        }


def findings(
    held: Iterable[HeldMonth], settings: SearchSettings, *, first: date | None, last: date | None
) -> tuple[Finding, ...]:
    """Return what the publications lack, the gravest first, each run of months once.

    Parameters
    ----------
    held
        Every month held of every force, so that each can be compared with those before.
    settings
        When something counts as missing.
    first, last
        First days of the first and last month asked for; what lies outside is left out.
    """
    by_force: dict[str, list[HeldMonth]] = defaultdict(list)
    for each in held:
        by_force[each.facts.force].append(each)
    found: list[Finding] = []
    for months in by_force.values():
        months.sort(key=lambda each: each.month)
        found += _missing(months, first=first, last=last)
        found += _against_the_past(months, settings)
        found += _not_yet(months, settings)
        found += _blank(months, settings)
    order = list(Kind)
    asked = [f for f in found if _overlaps(f, first, last)]
    return tuple(sorted(asked, key=lambda f: (order.index(f.kind), f.force, f.first_month, f.what)))


def incomplete_months(found: Iterable[Finding]) -> set[tuple[str, Month]]:
    """Return the force and month of every incomplete or nearly empty publication.

    A comparison with such a month tells of the publication and not of the police.
    """
    return {
        (each.force, month)
        for each in found
        if each.kind in {Kind.INCOMPLETE, Kind.STUB}
        for month in months_between(Month.of(each.first_month), Month.of(each.last_month))
    }


def _overlaps(found: Finding, first: date | None, last: date | None) -> bool:
    return (first is None or found.last_month >= first) and (
        last is None or found.first_month <= last
    )


def months_in_words(force: str, first: date, last: date) -> str:
    """Return a force and its months, as ``metropolitan, 2018-02 to 2018-03``."""
    span = f"{first:%Y-%m}" if first == last else f"{first:%Y-%m} to {last:%Y-%m}"
    return f"{force}, {span}"


def _missing(
    months: Sequence[HeldMonth], *, first: date | None, last: date | None
) -> list[Finding]:
    """Return each gap between months held, and between them and the months asked for."""
    force = months[0].facts.force
    known = [Month.of(each.month) for each in months]
    if first is not None:
        known.append(Month.of(first).plus(-1))
    if last is not None:
        known.append(Month.of(last).plus(1))
    gaps = [(a.plus(1), b.plus(-1)) for a, b in pairwise(sorted(set(known)))]
    return [
        Finding(
            kind=Kind.MISSING,
            what="",
            force=force,
            first_month=start.first,
            last_month=end.first,
            searches=0,
            usual=None,
            message=(
                f"{months_in_words(force, start.first, end.first)}: no file is held, which is no "
                "data and not no searches."
            ),
        )
        for start, end in gaps
        if start.index <= end.index
    ]


def _against_the_past(months: Sequence[HeldMonth], settings: SearchSettings) -> list[Finding]:
    """Return what each month lacks of what the months before it had."""
    past, runs = _Past(settings), _Runs(months)
    for each in months:
        usual = past.usual
        if usual is not None and each.searches < settings.stub_share * usual:
            runs.add(Kind.STUB, "", each, usual)
            continue
        gone = past.vanished(each)
        residual = [category for category in RESIDUAL if category in gone]
        dropped = usual is not None and each.searches < settings.drop_share * usual
        if len(residual) > 1 or (residual and dropped):
            runs.add(Kind.INCOMPLETE, "; ".join(residual), each, usual)
            runs.shares |= {category: gone[category] for category in residual}
            continue
        for category, share in gone.items():
            runs.add(Kind.VANISHED, category, each, share)
        if dropped:
            runs.add(Kind.DROP, "", each, usual)
        past.whole.append(each)
    return runs.findings()


def _not_yet(months: Sequence[HeldMonth], settings: SearchSettings) -> list[Finding]:
    """Return categories that are in no month up to some month and in all those after it."""
    past, lacking = _Past(settings), defaultdict[str, list[HeldMonth]](list)
    for each in reversed(months):
        for category in past.vanished(each):
            lacking[category].append(each)
        for category in [c for c in lacking if c not in past.gone]:
            del lacking[category]  # it was there before: it vanished, and came back
        past.whole.append(each)
    runs = _Runs(months)
    for category, without in lacking.items():
        for each in reversed(without):
            runs.add(Kind.NOT_YET, category, each, past.gone[category])
    return runs.findings()


def _blank(months: Sequence[HeldMonth], settings: SearchSettings) -> list[Finding]:
    """Return columns that are blank in most searches of a month, and days without times."""
    runs = _Runs(months)
    for each in months:
        if each.searches < settings.least_rows:
            continue
        for column, given in each.facts.given.items():
            share = 1 - given / each.searches
            if share >= settings.blank_share:
                runs.add(Kind.BLANK, column, each, share)
        if each.facts.midnight >= settings.midnight_share * each.searches:
            runs.add(Kind.NO_TIME, "", each, each.facts.midnight / each.searches)
    return runs.findings()


class _Runs:
    """Findings of single months, put together where the months held follow each other."""

    def __init__(self, months: Sequence[HeldMonth]) -> None:
        self._place = {each.month: n for n, each in enumerate(months)}
        self.shares: dict[str, float] = {}
        self._runs: dict[tuple[Kind, str], list[tuple[list[HeldMonth], list[float | None]]]] = (
            defaultdict(list)
        )

    def add(self, kind: Kind, what: str, held: HeldMonth, usual: float | None) -> None:
        """Add one month of a finding; months come in order."""
        runs = self._runs[kind, what]
        if runs and self._place[held.month] == self._place[runs[-1][0][-1].month] + 1:
            runs[-1][0].append(held)
            runs[-1][1].append(usual)
        else:
            runs.append(([held], [usual]))

    def findings(self) -> list[Finding]:
        """Return each run as one finding."""
        return [
            _finding(kind, what, months, usual, shares=self.shares)
            for (kind, what), runs in self._runs.items()
            for months, usual in runs
        ]


def _finding(
    kind: Kind,
    what: str,
    months: Sequence[HeldMonth],
    usual: Sequence[float | None],
    *,
    shares: Mapping[str, float],
) -> Finding:
    force, searches = months[0].facts.force, sum(each.searches for each in months)
    known = [value for value in usual if value is not None]
    value = (min(known) if kind is Kind.BLANK else known[0]) if known else None
    when = months_in_words(force, months[0].month, months[-1].month)
    monthly = searches / len(months)
    return Finding(
        kind=kind,
        what=what,
        force=force,
        first_month=months[0].month,
        last_month=months[-1].month,
        searches=searches,
        usual=value,
        message=f"{when}: {_said(kind, what, monthly, value, shares=shares)}",
    )


def category_in_words(category: str) -> str:
    """Return a category as ``"not stated" (self-defined ethnicity)``; a column by its title."""
    column, _, word = category.partition(": ")
    return f'"{word}" ({TITLES[column]})' if word else TITLES.get(column, column)


def _said(
    kind: Kind, what: str, monthly: float, usual: float | None, *, shares: Mapping[str, float]
) -> str:
    """Return what is wrong with some months, in words."""
    before = "" if usual is None else f" against {usual:,.0f} a month before"
    share = "" if usual is None else f"{usual:.0%}"
    blank = "every search" if usual == 1 else f"{share} of searches or more"
    named = category_in_words(what)
    if kind is Kind.INCOMPLETE:
        names = [f"{category_in_words(c)}, {shares.get(c, 0):.0%} before" for c in what.split("; ")]
        return (
            f"incomplete publication, not a fall: {monthly:,.0f} searches a month{before}, and "
            f"none with {'; '.join(names)}. Counts and rates speak of the rest alone."
        )
    return {
        Kind.STUB: f"nearly empty: {monthly:,.0f} searches{before}; it is a stub, not a fall.",
        Kind.VANISHED: f"{named} vanished; it had {share} of searches before.",
        Kind.NOT_YET: f"{named} is in no search; later it has {share}.",
        Kind.BLANK: f"{named} is blank in {blank}.",
        Kind.NO_TIME: f"{share} of searches begin at exactly 00:00: they have a day and no time.",
        Kind.DROP: (
            f"{monthly:,.0f} searches a month{before}; every category is there, so it may be a "
            "fall or a late publication."
        ),
    }[kind]
