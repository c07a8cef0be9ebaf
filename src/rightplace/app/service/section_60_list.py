"""Use case: the list of section 60 authorisations: in force, waiting, ended, published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from rightplace.app.service.figures import moment_words
from rightplace.app.service.listing import Origin, listing_csv
from rightplace.app.service.section_60_breaches import breach_lines
from rightplace.app.service.section_60_held import Held, as_officer, knows_of, may
from rightplace.app.service.section_60_live import COLOURS, WORDS, live_of
from rightplace.app.service.section_60_words import clock_words
from rightplace.core.time import Clock
from rightplace.powers.section_60.authorisation import authorisation_of
from rightplace.powers.section_60.history import (
    Authorised,
    Drafted,
    Extended,
    GroundDropped,
    HandedOver,
    LimbStated,
    LocalityChosen,
    PeriodChosen,
    Published,
    Refused,
    Reviewed,
    Revoked,
    Submitted,
    WrittenDown,
)
from rightplace.powers.section_60.states import State, state_of
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.section_60_rules import Section60Rules
    from rightplace.app.service.shelf import Shelf
    from rightplace.powers.section_60.authorisation import Authorisation
    from rightplace.powers.section_60.happened import Happened
    from rightplace.powers.section_60.history import History
    from rightplace.records.audit.transaction import Transaction

ZONE = Clock().tzinfo
PURPOSE = "Look at the list of section 60 authorisations."
GROUPS: dict[str, tuple[str, tuple[State, ...]]] = {
    "in-force": ("In force now", (State.ACTIVE, State.EXTENDED)),
    "waiting": ("Wait for a signature", (State.SUBMITTED,)),
    "to-begin": ("Given, not begun", (State.AUTHORISED,)),
    "to-review": ("Ended, await their review", (State.ENDED, State.REVOKED)),
    "drafts": ("Drafts", (State.DRAFT,)),
    "reviewed": ("Reviewed, not published", (State.REVIEWED,)),
    "published": ("Published", (State.PUBLISHED,)),
    "refused": ("Refused", (State.REFUSED,)),
}
"""What the list is cut into, by the word of the address, in the order of the page."""
CLOSED = frozenset({"published", "refused"})
"""Groups with which nothing more is to be done: older ones are listed where they are asked for."""
RECENT_DAYS = 90
"""For how long what is published or refused stays in the whole list; a choice of ours. Asked for
by its group, by a day or by words, all of it is listed."""
TOLD: tuple[type[Happened], ...] = (
    Drafted,
    LimbStated,
    GroundDropped,
    LocalityChosen,
    PeriodChosen,
    Submitted,
    Refused,
    Authorised,
    WrittenDown,
    Extended,
    HandedOver,
    Revoked,
    Reviewed,
    Published,
)
"""What of a history a line of the list tells."""
COLUMNS = (
    "reference", "bcu", "state", "grounds", "streets", "from", "until", "looked_after_by",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ListWanted:
    """What the address of the list asks for; empty is no filter.

    Parameters
    ----------
    group
        A key of ``GROUPS``.
    bcu
        A BCU.
    first, last
        Days on which it began or was drafted, both included.
    search
        Part of a reference or of its streets.
    """

    group: str = ""
    bcu: str = ""
    first: date | None = None
    last: date | None = None
    search: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLine:
    """An authorisation in the list.

    Parameters
    ----------
    times
        From when until when, or that no period is chosen.
    sentence
        How long it still runs, or since when it does not.
    """

    reference: str
    bcu: str
    state: State
    state_words: str
    colour: str
    grounds: str
    streets: str
    times: str
    sentence: str
    starts: datetime | None
    ends: datetime | None
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section60List:
    """The list as its page shows it.

    Parameters
    ----------
    groups
        Word of the address, heading and lines of each group that is asked for.
    bcus
        BCUs to choose from: those of authorisations this person may see.
    found
        How many lines there are.
    may_draft, may_give
        Whether this person may begin a draft, or give statements.
    panel_only
        Whether they see what is published alone.
    sees_breaches, open_breaches
        Whether the register of breaches is for them, and how many of it are open.
    """

    wanted: ListWanted
    groups: tuple[tuple[str, str, tuple[ListLine, ...]], ...]
    bcus: tuple[str, ...]
    found: int
    may_draft: bool
    may_give: bool
    panel_only: bool
    sees_breaches: bool
    open_breaches: int


def list_section_60(
    shelf: Shelf, wanted: ListWanted, *, person: Person, at: datetime, rules: Section60Rules
) -> Section60List:
    """Return the authorisations that somebody may know of; a look at each.

    Parameters
    ----------
    shelf
        Where they are kept.
    wanted
        The filters.
    person
        Who looks.
    at
        The time now.
    rules
        By which the service works.
    """
    from rightplace.records.audit.transaction import transaction

    person.check(Permission.SEE_SECTION_60)
    with transaction(shelf.database, person.actor, purpose=PURPOSE, at=at) as tx:
        lines, bcus = _lines(tx, wanted, person=person, at=at)
        breached = breach_lines(tx, person=person, at=at, rules=rules)
    groups = tuple(
        (key, heading, tuple(each for each in lines if each.state in states))
        for key, (heading, states) in GROUPS.items()
        if wanted.group in {"", key}
    )
    return Section60List(
        wanted=wanted,
        groups=groups,
        bcus=bcus,
        found=len(lines),
        may_draft=person.may(Permission.DRAFT_SECTION_60),
        may_give=person.may(Permission.GIVE_STATEMENTS),
        panel_only=not as_officer(person).may(Permission.SEE_SECTION_60),
        sees_breaches=person.may(Permission.EXTEND_SECTION_60),
        open_breaches=sum(each.is_open for each in breached),
    )


def section_60_csv(
    shelf: Shelf, wanted: ListWanted, *, person: Person, at: datetime, marking: str
) -> str:
    """Return the list as CSV; the look is written in the audit chain.

    Parameters
    ----------
    shelf, wanted, person, at
        As in ``list_section_60``.
    marking
        Protective marking.
    """
    from rightplace.records.audit.transaction import transaction
    from rightplace.records.published.creating import is_demo

    person.check(Permission.SEE_SECTION_60)
    purpose = "Take the list of section 60 authorisations away as CSV."
    with transaction(shelf.database, person.actor, purpose=purpose, at=at) as tx:
        lines, _ = _lines(tx, wanted, person=person, at=at)
        synthetic = is_demo(tx)
    origin = Origin(
        run_id="section-60",
        marking=marking,
        data_cut_off=at.astimezone(ZONE).date().isoformat(),
        is_synthetic=synthetic,
        exported_by=person.actor.name,
        exported_at=moment_words(at, ZONE),
    )
    rows = (
        (
            *(each.reference, each.bcu, each.state_words, each.grounds, each.streets),
            *(_iso(each.starts), _iso(each.ends), each.owner),
        )
        for each in lines
    )
    return listing_csv(COLUMNS, rows, origin=origin)


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _lines(
    tx: Transaction, wanted: ListWanted, *, person: Person, at: datetime
) -> tuple[tuple[ListLine, ...], tuple[str, ...]]:
    """Return the lines that the filters leave, and the BCUs of all that may be seen."""
    from sqlalchemy import select

    from rightplace.records.section_60.log import all_references, histories_of
    from rightplace.records.section_60.tables import Section60

    older = wanted.group in CLOSED or wanted.first or wanted.last or wanted.search.strip()
    since = None if older else at - timedelta(days=RECENT_DAYS)
    references = all_references(tx, closed_from=since)
    histories = histories_of(tx, references, kinds=TOLD)
    held = [
        Held(reference=each, history=histories[each]) for each in references if each in histories
    ]
    mine = [
        each
        for each in held
        if may(person, Permission.SEE_SECTION_60, each) and knows_of(person, each)
    ]
    bcus = tuple(sorted({each.bcu for each in mine}))
    lines = [line for each in mine if _keeps(line := _line(each, at=at), each.history, wanted)]
    shown = [each.reference for each in lines]
    seen = {
        each.reference for each in tx.view(select(Section60).where(Section60.reference.in_(shown)))
    }
    return tuple(each for each in lines if each.reference in seen), bcus


def _line(held: Held, *, at: datetime) -> ListLine:
    view, state = authorisation_of(held.history), state_of(held.history, at)
    live = live_of(view, state, at=at)
    return ListLine(
        reference=held.reference,
        bcu=held.bcu,
        state=state,
        state_words=WORDS[state],
        colour=COLOURS[state],
        grounds=", ".join(f"({each})" for each in view.grounds) or "none stated",
        streets="no locality chosen" if view.locality is None else view.locality.words,
        times=_times(view),
        sentence=live.sentence,
        starts=view.runs_from or (None if view.period is None else view.period.starts),
        ends=view.end,
        owner=live.owner,
    )


def _times(view: Authorisation) -> str:
    if view.period is None or view.end is None:
        return "no period chosen"
    starts = view.runs_from or view.period.starts
    return f"{clock_words(starts, ZONE)} to {clock_words(view.end, ZONE)}"


def _keeps(line: ListLine, history: History, wanted: ListWanted) -> bool:
    """Whether the filters leave an authorisation."""
    began = (line.starts or history[0].at).astimezone(ZONE).date()
    states: Sequence[State] = GROUPS[wanted.group][1] if wanted.group else tuple(State)
    sought = wanted.search.casefold().strip()
    return (
        line.state in states
        and wanted.bcu in {"", line.bcu}
        and (wanted.first is None or began >= wanted.first)
        and (wanted.last is None or began < wanted.last + timedelta(days=1))
        and (not sought or sought in f"{line.reference} {line.streets}".casefold())
    )
