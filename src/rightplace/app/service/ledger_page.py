"""Use cases of the ledger of weapons: read it with what it is set against, enter a weapon."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from rightplace.app.service.figures import moment_words
from rightplace.app.service.listing import Origin, listing_csv
from rightplace.app.service.searches_places import places_of
from rightplace.app.service.searches_record import SearchAnswer
from rightplace.app.service.searches_typed import POWER_WORDS, capital, choices
from rightplace.errors import BadInputError, UsageError
from rightplace.powers.searches.columns import Power
from rightplace.powers.searches.ledger import (
    NOT_PREVENTED,
    Ledger,
    LedgerLine,
    WeaponKind,
    hidden_groups,
    ledger,
)
from rightplace.records.accounts.roles import Permission
from rightplace.records.audit.transaction import transaction
from rightplace.records.searches.log import searches_between
from rightplace.records.searches.table import table_of
from rightplace.records.searches.weapons import WeaponGiven, keep_weapon, seizure_of, weapon_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rightplace.app.service.person import Person
    from rightplace.app.service.searches_places import Places
    from rightplace.app.service.searches_record import SearchSent
    from rightplace.app.service.shelf import Shelf
    from rightplace.records.audit.transaction import Transaction

SMALLEST: Final = 5
"""The smallest count that a panel is shown beside 0 (DOMAIN 2.6.32)."""
PERIOD_DAYS: Final = 365
"""How far back the ledger looks; a choice of ours: the year behind which seasons do not show."""
WITHHELD: Final = "withheld"
HEADER: Final = ("breakdown", "group", "weapons", "searches_that_found_them", "searches", "per_100")


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """A line of the ledger in words; ``withheld`` where a figure is not shown."""

    group: str
    weapons: str
    yielding: str
    searches: str
    per_100: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WeaponLine:
    """A weapon in the audit list."""

    property_reference: str
    search_reference: str
    kind: str
    object: str
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerPage:
    """Weapons seized in a year, and the searches they are set against.

    Parameters
    ----------
    period
        From when until when, in words.
    headline
        All of it in a sentence.
    tables
        Each breakdown with its lines.
    apart
        Weapons that are not counted as found by a search, in sentences.
    weapons
        The audit list; empty for those who are not shown it.
    entered_again
        Property references that were entered more than once.
    hides_small
        Whether small figures are withheld from whoever looks.
    may_enter
        Whether they may enter a weapon.
    """

    is_synthetic: bool
    period: str
    headline: str
    tables: tuple[tuple[str, tuple[LedgerRow, ...]], ...]
    apart: tuple[str, ...]
    weapons: tuple[WeaponLine, ...]
    entered_again: tuple[str, ...]
    hides_small: bool
    may_enter: bool
    not_prevented: str = NOT_PREVENTED


def read_ledger(shelf: Shelf, *, person: Person, at: datetime) -> LedgerPage:
    """Return the ledger of the last year for somebody's own area.

    Parameters
    ----------
    shelf
        Where records are kept.
    person
        Who asks: the force's own roles see true counts of their area and the audit list, a panel
        sees figures, small ones withheld.
    at
        The time now.
    """
    person.check(Permission.SEE_SEARCHES)
    hides_small = not person.may(Permission.RECORD_SEARCHES)
    start = at - timedelta(days=PERIOD_DAYS)
    with transaction(shelf.database, person.actor, purpose="Weapons ledger.", at=at) as tx:
        places = places_of(shelf, tx)
        found, shown = _own_ledger(tx, places, person, start=start, listed=not hides_small)
    return LedgerPage(
        is_synthetic=places.is_synthetic,
        period=f"{moment_words(start, places.zone)} to {moment_words(at, places.zone)}",
        headline=_headline(found.whole, hides_small=hides_small),
        tables=_tables(found, hides_small=hides_small),
        apart=_apart(found, hides_small=hides_small),
        weapons=tuple(shown),
        entered_again=() if hides_small else tuple(_again(found)),
        hides_small=hides_small,
        may_enter=person.may(Permission.RECORD_SEARCHES),
    )


def _again(found: Ledger) -> list[str]:
    return [f"{reference} ({n} times)" for reference, n in found.entered_again]


def _own_ledger(
    tx: Transaction, places: Places, person: Person, *, start: datetime, listed: bool
) -> tuple[Ledger, list[WeaponLine]]:
    """Return the ledger of somebody's area, and its weapons where they are listed."""
    see = Permission.SEE_SEARCHES
    kept = searches_between(tx, start=start)
    searches_mine = person.within(
        see, [e.facts.bcu or None for e in kept], [e.facts.borough or None for e in kept]
    )
    rows = weapon_rows(tx, start=start)
    rows_mine = person.within(
        see, [each.bcu or None for each in rows], [each.borough or None for each in rows]
    )
    own = [each for each, is_mine in zip(rows, rows_mine, strict=True) if is_mine]
    searches = [each for each, is_mine in zip(kept, searches_mine, strict=True) if is_mine]
    found = ledger(
        (seizure_of(each) for each in own),
        table_of(searches, zone=places.zone, names_boroughs=True),
    )
    if not listed:
        return found, []
    tx.consult(own)
    return found, [
        WeaponLine(
            property_reference=each.property_reference,
            search_reference=each.search_reference or "none: not found by a search",
            kind=each.kind.value,
            object=each.object,
            when=moment_words(each.seized_at, places.zone),
        )
        for each in reversed(found.weapons)
    ]


def _headline(whole: LedgerLine, *, hides_small: bool) -> str:
    if whole.per_100 is None:
        return "No search is recorded in this period, so there is no rate."
    if hides_small and any(0 < n < SMALLEST for n in (whole.weapons, whole.yielding)):
        return f"Fewer than {SMALLEST} weapons, or searches that found one, are recorded."
    return (
        f"{whole.weapons:,} weapons found by {whole.yielding:,} of {whole.searches:,} searches of "
        f"every kind: {whole.per_100:.1f} weapons for each 100 searches."
    )


def _tables(found: Ledger, *, hides_small: bool) -> tuple[tuple[str, tuple[LedgerRow, ...]], ...]:
    by_power = [
        replace(x, group=capital(POWER_WORDS.get(Power(x.group), x.group))) for x in found.by_power
    ]
    of_kind = [each for each in found.by_kind if each.weapons]
    breakdowns = (("By type", of_kind), ("By power", by_power), ("By borough", found.by_borough))
    return tuple((words, _rows(lines, hides_small=hides_small)) for words, lines in breakdowns)


def _rows(lines: Sequence[LedgerLine], *, hides_small: bool) -> tuple[LedgerRow, ...]:
    hidden = hidden_groups(lines, smallest=SMALLEST) if hides_small else set()
    return tuple(
        _row(each, is_hidden=each.group in hidden)
        for each in sorted(lines, key=lambda each: each.group)
    )


def _row(line: LedgerLine, *, is_hidden: bool) -> LedgerRow:
    if is_hidden:
        return LedgerRow(
            group=line.group,
            weapons=WITHHELD,
            yielding=WITHHELD,
            searches=WITHHELD,
            per_100=WITHHELD,
        )
    return LedgerRow(
        group=line.group,
        weapons=f"{line.weapons:,}",
        yielding=f"{line.yielding:,}",
        searches=f"{line.searches:,}",
        per_100="no searches" if line.per_100 is None else f"{line.per_100:.1f}",
    )


def _apart(found: Ledger, *, hides_small: bool) -> tuple[str, ...]:
    told = (
        (found.no_search, "for which no search is named: not found by a search"),
        (found.search_not_held, "whose search is not among these: counted as found by none"),
    )
    return tuple(f"{_weapons(n, hides_small=hides_small)} {words}." for n, words in told if n)


def _weapons(n: int, *, hides_small: bool) -> str:
    if hides_small and n < SMALLEST:
        return f"Fewer than {SMALLEST} weapons"
    return "1 weapon" if n == 1 else f"{n:,} weapons"


def ledger_csv(page: LedgerPage, *, person: Person, at: datetime, marking: str) -> str:
    """Return the breakdowns as CSV, as the page shows them, with where they come from.

    Parameters
    ----------
    page
        What is shown.
    person
        Who takes it out.
    at
        The time now.
    marking
        Protective marking.
    """
    origin = Origin(
        run_id="weapons ledger",
        marking=marking,
        data_cut_off=f"{at:%Y-%m-%d}",
        is_synthetic=page.is_synthetic,
        exported_by=person.actor.name,
        exported_at=f"{at:%Y-%m-%d %H:%M} UTC",
    )
    rows = [
        (words, each.group, each.weapons, each.yielding, each.searches, each.per_100)
        for words, lines in page.tables
        for each in lines
    ]
    note = ("note", page.not_prevented, None, None, None, None)
    return listing_csv(HEADER, [*rows, note], origin=origin)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeaponForm:
    """What the form of a weapon offers."""

    is_synthetic: bool
    boroughs: tuple[str, ...]
    kinds: tuple[tuple[str, str], ...]
    day: str
    time: str


def read_weapon_form(shelf: Shelf, *, person: Person, at: datetime) -> WeaponForm:
    """Return what the form of a weapon offers to somebody who may record searches."""
    person.check(Permission.RECORD_SEARCHES)
    with transaction(shelf.database, person.actor, purpose="Enter a weapon.", at=at) as tx:
        places = places_of(shelf, tx)
    local = at.astimezone(places.zone)
    return WeaponForm(
        is_synthetic=places.is_synthetic,
        boroughs=tuple(places.within(person, Permission.RECORD_SEARCHES)),
        kinds=tuple(choices(WeaponKind, unsaid="Choose")),
        day=f"{local:%Y-%m-%d}",
        time=f"{local:%H:%M}",
    )


def enter_weapon(shelf: Shelf, sent: SearchSent, *, person: Person, at: datetime) -> SearchAnswer:
    """Keep a weapon that was typed; return its property reference, or what is wrong by field.

    Parameters
    ----------
    shelf
        Where records are kept.
    sent
        The form.
    person
        Who typed it.
    at
        The time now.
    """
    person.check(Permission.RECORD_SEARCHES)
    with transaction(shelf.database, person.actor, purpose="Enter a weapon.", at=at) as tx:
        places = places_of(shelf, tx)
        mine = places.within(person, Permission.RECORD_SEARCHES)
        plain = {name: value.strip() for name, value in sent.fields.items()}
        given, faults = _weapon(plain, places, mine)
        if given is None:
            return SearchAnswer(reference="", faults=tuple(faults))
        try:
            keep_weapon(tx, given, form_id=sent.form_id)
        except (BadInputError, UsageError) as error:
            words = error.fault.said
            return SearchAnswer(reference="", faults=(("property_reference", words),))
    return SearchAnswer(reference=given.property_reference)


def _weapon(
    plain: Mapping[str, str], places: Places, mine: Mapping[str, str]
) -> tuple[WeaponGiven | None, list[tuple[str, str]]]:
    """Return a weapon as it was typed, or what is wrong by field."""
    asked = {
        "property_reference": "Give the reference of the property system.",
        "object": "Say what it is, in words.",
        "place": "Say where it was seized.",
    }
    faults = [(name, words) for name, words in asked.items() if not plain.get(name)]
    borough, kind = plain.get("borough", ""), plain.get("kind", "")
    if borough not in mine:
        faults.append(("borough", "Choose the borough; it must lie in your area."))
    if kind not in {each.value for each in WeaponKind}:
        faults.append(("kind", "Choose the type of weapon."))
    try:
        day, hour = plain.get("day", ""), plain.get("time", "")
        seized_at = datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=places.zone)
    except ValueError:
        faults.append(("day", "Give the day and hour it was seized."))
    if faults:
        return None, faults
    return WeaponGiven(
        property_reference=plain["property_reference"],
        search_reference=plain.get("search_reference", ""),
        kind=WeaponKind(kind),
        object=plain["object"],
        place=plain["place"],
        bcu=mine[borough],
        borough=borough,
        seized_at=seized_at,
    ), []
