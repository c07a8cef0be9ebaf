"""The ledger of weapons seized: by type, power and place, with what they are set against.

A weapon that no search is named for was not found by a search; one search with two knives is one
search that yielded, and two weapons. That weapons were removed does not say that harm was
prevented. Source: CAPABILITIES S8; DOMAIN 2.5.20.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - a record names the types that it holds
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from rightplace.errors import UndefinedMetricError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pyarrow as pa

NOT_PREVENTED: Final = (
    "A weapon that was taken away is a weapon that was taken away: these figures do not say that "
    "harm was prevented, nor how much."
)
NOWHERE: Final = "no borough recorded"


class WeaponKind(StrEnum):
    """What was seized."""

    BLADE = "knife or other blade"
    FIREARM = "firearm"
    IMITATION = "imitation firearm"
    CORROSIVE = "corrosive substance"
    BLUNT = "blunt instrument"
    OTHER = "other weapon"
    NOT_GIVEN = "not given"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seizure:
    """A weapon that was seized, as it was entered.

    Parameters
    ----------
    property_reference
        Of the property system: one weapon has one.
    search_reference
        Of the search that found it; None where no search did.
    kind, object
        Which type, and what it is in words.
    borough
        Where, as the table of searches names it; None where it is not recorded.
    seized_at, entered_at
        With their zone.
    """

    property_reference: str
    search_reference: str | None
    kind: WeaponKind
    object: str
    borough: str | None
    seized_at: datetime
    entered_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """Weapons of a group, and the searches they are set against.

    Parameters
    ----------
    group
        The type, power or borough.
    weapons
        Found by searches.
    yielding
        Searches that found at least one of them.
    searches
        All searches of the power or borough; for a type, all searches.
    per_100
        Weapons for each 100 searches; None where there is no search.
    """

    group: str
    weapons: int
    yielding: int
    searches: int
    per_100: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Weapons seized, each once.

    Parameters
    ----------
    weapons
        Each once, oldest first: the audit list.
    entered_again
        Property reference and number of entries, of those entered more than once.
    found
        Weapons found by searches that are held.
    no_search, search_not_held
        Weapons that no search is named for, and those whose search is not held here: neither
        counts as found by a search.
    whole
        Found by all searches.
    by_kind, by_power, by_borough
        The same apart.
    """

    weapons: tuple[Seizure, ...]
    entered_again: tuple[tuple[str, int], ...]
    found: int
    no_search: int
    search_not_held: int
    whole: LedgerLine
    by_kind: tuple[LedgerLine, ...]
    by_power: tuple[LedgerLine, ...]
    by_borough: tuple[LedgerLine, ...]


def weapons_per_100(weapons: int, searches: int) -> float:
    """Return weapons for each 100 searches, 0 or more.

    Raises
    ------
    UndefinedMetricError
        If there is no search.
    """
    if searches == 0:
        msg = f"{weapons} weapons by 0 searches is no rate."
        raise UndefinedMetricError(msg, remedy="Name a period with searches.")
    return 100 * weapons / searches


def each_once(entered: Iterable[Seizure]) -> tuple[tuple[Seizure, ...], Counter[str]]:
    """Return each weapon once, as it was entered last, oldest first, and how often it was entered.

    Parameters
    ----------
    entered
        In any order; the property reference says which are the same.
    """
    newest: dict[str, Seizure] = {}
    times: Counter[str] = Counter()
    for each in sorted(entered, key=lambda seizure: seizure.entered_at):
        newest[each.property_reference] = each
        times[each.property_reference] += 1
    in_order = sorted(newest.values(), key=lambda each: (each.seized_at, each.property_reference))
    return tuple(in_order), times


def ledger(entered: Iterable[Seizure], searches: pa.Table) -> Ledger:
    """Return the ledger of weapons seized beside the searches of the same period and area.

    Parameters
    ----------
    entered
        Seizures as entered, with duplicates.
    searches
        With the columns of ``columns.SCHEMA``; those without a reference count as searches, and
        no weapon can be found by them.
    """
    weapons, times = each_once(entered)
    held = _held(searches)
    found = [each for each in weapons if each.search_reference in held]
    powers = Counter(searches["power"].to_pylist())
    boroughs = Counter(each or NOWHERE for each in searches["borough"].to_pylist())
    total = searches.num_rows
    by_power = {each: held[each.search_reference or ""][0] for each in found}
    by_borough = {each: held[each.search_reference or ""][1] for each in found}
    kinds = {each: each.kind.value for each in found}
    return Ledger(
        weapons=weapons,
        entered_again=tuple((ref, n) for ref, n in sorted(times.items()) if n > 1),
        found=len(found),
        no_search=sum(each.search_reference is None for each in weapons),
        search_not_held=sum(
            each.search_reference is not None and each.search_reference not in held
            for each in weapons
        ),
        whole=_line("all", found, total),
        by_kind=_lines(kinds, dict.fromkeys(WeaponKind, total)),
        by_power=_lines(by_power, powers),
        by_borough=_lines(by_borough, boroughs),
    )


def _held(searches: pa.Table) -> dict[str, tuple[str, str]]:
    """Return power and borough of each search that has a reference."""
    columns = ("reference", "power", "borough")
    rows = zip(*(searches[each].to_pylist() for each in columns), strict=True)
    return {ref: (power, borough or NOWHERE) for ref, power, borough in rows if ref is not None}


def _lines(group_of: Mapping[Seizure, str], searches: Mapping[str, int]) -> tuple[LedgerLine, ...]:
    """Return a line for each group that has a weapon or a search, by name."""
    grouped: dict[str, list[Seizure]] = defaultdict(list)
    for each, group in group_of.items():
        grouped[group].append(each)
    names = sorted({str(each) for each in searches} | set(grouped))
    return tuple(_line(name, grouped.get(name, []), searches.get(name, 0)) for name in names)


def _line(group: str, weapons: Iterable[Seizure], searches: int) -> LedgerLine:
    listed = list(weapons)
    return LedgerLine(
        group=group,
        weapons=len(listed),
        yielding=len({each.search_reference for each in listed}),
        searches=searches,
        per_100=None if searches == 0 else weapons_per_100(len(listed), searches),
    )


def hidden_groups(lines: Iterable[LedgerLine], *, smallest: int) -> set[str]:
    """Return the groups whose figures do not leave the force: small ones, and what gives them away.

    A line is hidden with all its figures where one of them lies between 1 and ``smallest`` - 1.
    Totals are shown, so a hidden figure must not be the total less what is shown: of each figure
    at least two lines that are not 0 stay hidden, and together they reach ``smallest``.

    Parameters
    ----------
    lines
        Of one breakdown, which add up to a total that is shown.
    smallest
        The smallest count that is shown, 1 or more; 0 is shown too.
    """
    rows = list(lines)
    hidden = {x.group for x in rows if any(0 < n < smallest for n in _figures(x))}
    while True:
        unsafe = [n for n in range(3) if _is_told(rows, hidden, n, smallest)]
        others = [x for x in rows if x.group not in hidden and any(_figures(x)[n] for n in unsafe)]
        if not others:
            return hidden
        least = min(
            others, key=lambda each: (_figures(each)[unsafe[0]] or each.searches, each.group)
        )
        hidden.add(least.group)


def _figures(line: LedgerLine) -> tuple[int, int, int]:
    return line.weapons, line.yielding, line.searches


def _is_told(rows: list[LedgerLine], hidden: set[str], figure: int, smallest: int) -> bool:
    """Whether a hidden figure could be reckoned from the total and what is shown."""
    parts = [n for x in rows if x.group in hidden and (n := _figures(x)[figure])]
    return bool(parts) and (len(parts) == 1 or sum(parts) < smallest)
