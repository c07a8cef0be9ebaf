"""Use case: read a published scrutiny pack: whole as panels see it, or one's own area."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rightplace.app.searches.pack_counting import OTHER_POWERS, SECTION_60, WHOLE
from rightplace.app.searches.pack_document import pack_document
from rightplace.app.searches.pack_made import PackCounts, months_of, read_hidden, spans_of
from rightplace.app.searches.pack_rates import rates_of, read_groups
from rightplace.app.searches.pack_slice import NOW
from rightplace.app.searches.pack_words import place_words
from rightplace.app.service.person import place_of
from rightplace.errors import BadInputError, NotHeldError, RefusedError
from rightplace.powers.searches.rates import NO_PLACE
from rightplace.records.accounts.allowed import EVERYWHERE, allowed
from rightplace.records.accounts.roles import MAY, Permission, Role

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rightplace.app.searches.pack_slice import Slice
    from rightplace.app.service.opened import OpenedRun
    from rightplace.app.service.person import Person
    from rightplace.app.service.published_lines import PublishedLine
    from rightplace.app.service.shelf import Shelf
    from rightplace.briefing.searches.values import Pack
    from rightplace.powers.searches.rates import Group
    from rightplace.records.accounts.allowed import Place, Standing

KIND = "searches"
POWER_CHOICES = ((WHOLE, "All powers"), (SECTION_60, "Section 60"), (OTHER_POWERS, "Other powers"))
CROSSED = (
    "A panel sees a borough under all powers together: crossed with powers its counts would be "
    "small. This is all powers."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackAsked:
    """What the address asks for: a borough by its code, a kind of power; empty for all."""

    borough: str = WHOLE
    power: str = WHOLE


@dataclass(frozen=True, kw_only=True, eq=False)
class PublishedPack:
    """A published scrutiny pack, parsed.

    Parameters
    ----------
    record
        Content of its ``run.json``.
    counts
        True counts, and what panels do not see of them.
    groups
        Searches with their measures, by month, power and borough.
    """

    record: dict[str, Any]
    is_synthetic: bool
    counts: PackCounts
    groups: tuple[Group, ...]

    @property
    def least_for_rate(self) -> int:
        """Fewest searches of which a rate is given, as the pack was made."""
        return int(self.record["settings"]["searches"]["least_for_rate"])

    @property
    def smallest(self) -> int:
        """Smallest count above 0 that panels see, as the pack was made."""
        return int(self.record["settings"]["searches"]["least_in_cell"])

    @cached_property
    def boroughs(self) -> tuple[str, ...]:
        """Codes of the boroughs counted, in order of their names."""
        codes = {key.place for key in self.counts.spans[NOW]} - {WHOLE, NO_PLACE}
        return tuple(sorted(codes, key=place_words))


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchesPage:
    """A pack as its page shows it.

    Parameters
    ----------
    pack
        In words, for this reader.
    asked
        What the address asks for.
    borough_choices, power_choices
        Value and words of what may be chosen.
    true_counts
        Whether small counts stand as they are.
    notice
        What the page could not show as it was asked, or empty.
    """

    id: str
    pack: Pack
    as_of: str
    data_cut_off: str
    is_synthetic: bool
    asked: PackAsked
    borough_choices: tuple[tuple[str, str], ...]
    power_choices: tuple[tuple[str, str], ...]
    true_counts: bool
    notice: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SeenPack:
    """A pack as far as somebody may see it.

    Parameters
    ----------
    part
        The counts that they see.
    true_counts
        Whether small counts stand.
    own
        Codes of the boroughs that they may choose.
    notice
        What could not be shown as it was asked.
    """

    published: PublishedPack
    part: Slice
    true_counts: bool
    own: tuple[str, ...]
    notice: str

    def document(self, marking: str) -> Pack:
        """Return what they see in words."""
        held = rates_of(
            self.published.groups, self.part.months, least=self.published.least_for_rate
        )
        return pack_document(
            self.published.record, self.part, held, marking=marking, true_counts=self.true_counts
        )


def read_published_pack(run: OpenedRun) -> PublishedPack:
    """Return a published pack, parsed."""
    months = months_of(run.record["result"])
    spans = spans_of(run.table("counts"), months)
    return PublishedPack(
        record=run.record,
        is_synthetic=run.is_synthetic,
        counts=PackCounts(months=months, spans=spans, hidden=read_hidden(run.table("hidden"))),
        groups=tuple(read_groups(run.table("measures"))),
    )


def inside_standing(standing: Standing) -> Standing:
    """Return a standing without roles from outside the force: these see no small counts."""
    kept = tuple(
        grant
        for grant in standing.grants
        if grant.role is not Role.SCRUTINY_PANEL and Permission.SEE_SEARCHES in MAY[grant.role]
    )
    return replace(standing, grants=kept)


def look(
    shelf: Shelf, pack_id: str, *, person: Person, asked: PackAsked, at: datetime, purpose: str
) -> SeenPack:
    """Return a pack as somebody may see it; the look is written in the audit chain.

    Inside the force one sees true counts of one's own area; everything else as a panel does.

    Parameters
    ----------
    shelf, pack_id
        Where it is published, and which.
    person
        Who looks.
    asked
        Which borough and power.
    at
        The time now.
    purpose
        What for, as the audit chain keeps it.

    Raises
    ------
    BadInputError
        If the address asks for no kind of power.
    RefusedError
        If a borough lies outside the person's area.
    """
    from rightplace.records.audit.transaction import transaction

    person.check(Permission.SEE_SEARCHES)
    if asked.power not in {power for power, _ in POWER_CHOICES}:
        msg = f"{asked.power!r} is no kind of power."
        raise BadInputError(msg, value=asked.power, remedy="Choose one of the list.")
    with transaction(shelf.database, person.actor, purpose=purpose, at=at) as tx:
        pack = shelf.opened(tx, pack_id, kind=KIND, read=read_published_pack)
    own = tuple(code for code in pack.boroughs if _may(person.standing, _place(code), person))
    if asked.borough and asked.borough not in own:
        msg = f"{place_words(asked.borough)} is not in your area ({person.area_words})."
        raise RefusedError(msg, value=asked.borough, remedy="Choose a borough of the list.")
    place = _place(asked.borough) if asked.borough else EVERYWHERE
    true_counts = _may(inside_standing(person.standing), place, person)
    is_crossed = bool(asked.borough and asked.power) and not true_counts
    return SeenPack(
        published=pack,
        part=_part(pack, asked, true_counts=true_counts, is_crossed=is_crossed),
        true_counts=true_counts,
        own=own,
        notice=CROSSED if is_crossed else "",
    )


def _part(pack: PublishedPack, asked: PackAsked, *, true_counts: bool, is_crossed: bool) -> Slice:
    seen = pack.counts.seen(
        place=asked.borough,
        power=WHOLE if is_crossed else asked.power,
        least_for_rate=pack.least_for_rate,
    )
    hidden = frozenset() if true_counts else pack.counts.hidden
    return replace(seen, hidden=hidden, smallest=pack.smallest)


def _may(standing: Standing, place: Place, person: Person) -> bool:
    return allowed(standing, Permission.SEE_SEARCHES, place, at=person.at)


def _place(code: str) -> Place:
    """Return a borough with its BCU; one of no BCU is covered by the whole study area alone."""
    from rightplace.places.hierarchy import boroughs

    known = {each.code: each for each in boroughs()}
    borough = known.get(code)
    return place_of(None, None) if borough is None else place_of(borough.bcu, borough.name)


def read_pack(
    shelf: Shelf, pack_id: str, *, person: Person, asked: PackAsked, at: datetime, marking: str
) -> SearchesPage:
    """Return a pack as its page shows it.

    Parameters
    ----------
    shelf, pack_id, person, asked, at
        As in ``look``.
    marking
        Protective marking.
    """
    purpose = "Read the scrutiny pack."
    seen = look(shelf, pack_id, person=person, asked=asked, at=at, purpose=purpose)
    record = seen.published.record
    boroughs = tuple((code, place_words(code)) for code in seen.own)
    return SearchesPage(
        id=pack_id,
        pack=seen.document(marking),
        as_of=str(record["as_of"]),
        data_cut_off=str(record["result"]["trained_to"]),
        is_synthetic=seen.published.is_synthetic,
        asked=PackAsked(borough=seen.part.place, power=seen.part.power),
        borough_choices=((WHOLE, "Whole force"), *boroughs),
        power_choices=POWER_CHOICES,
        true_counts=seen.true_counts,
        notice=seen.notice,
    )


def pack_chart(
    shelf: Shelf, pack_id: str, ident: str, *, person: Person, asked: PackAsked, at: datetime
) -> str:
    """Return one chart of a pack as an ``<svg>``.

    Parameters
    ----------
    shelf, pack_id, person, asked, at
        As in ``look``.
    ident
        Which chart, by its name.

    Raises
    ------
    NotHeldError
        If what they see of the pack has no such chart.
    """
    from rightplace.briefing.searches.charts import chart_svg

    purpose = "Read the scrutiny pack."
    seen = look(shelf, pack_id, person=person, asked=asked, at=at, purpose=purpose)
    chart = seen.document("-").chart(ident)
    if chart is None:
        msg = f"The pack has no chart {ident!r} here."
        raise NotHeldError(msg, value=ident, remedy="Open the page of the pack again.")
    return chart_svg(chart)


def period_choices(lines: Sequence[PublishedLine]) -> tuple[tuple[str, str], ...]:
    """Return the packs that may be chosen, newest first, by the day up to which they count."""
    from datetime import date

    from rightplace.briefing.stamp import day_in_words

    usable = [line for line in lines if not line.stopped]
    return tuple((line.id, f"to {day_in_words(date.fromisoformat(line.as_of))}") for line in usable)
