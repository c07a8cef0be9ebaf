"""Use cases: published looks ahead at detective units: the list, one with its charts, its files.

A look ahead is of units, not of places: whoever may see such looks anywhere sees each whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rightplace.app.investigation.report_document import document_of
from rightplace.app.investigation.report_reading import kept_look
from rightplace.briefing.investigation.values import Answered
from rightplace.errors import BadInputError, NotHeldError
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.investigation.report_reading import KeptLook
    from rightplace.app.service.opened import OpenedRun
    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import Shelf
    from rightplace.briefing.investigation.values import LookAhead
    from rightplace.records.audit.transaction import Transaction

KIND: Final = "investigation"
MOST_LISTED: Final = 25
"""Newest looks ahead that the list shows; a choice of ours."""
LOOK: Final = "Look at what detective units can carry."
TAKE_AWAY: Final = "Take a look ahead at detective units away."


@dataclass(frozen=True, slots=True, kw_only=True)
class LookLine:
    """A look ahead in the list: of which units, and the first answer."""

    id: str
    title: str
    period: str
    answer: Answered
    others: int
    is_synthetic: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LookPage:
    """A look ahead as its page shows it."""

    id: str
    look: LookAhead
    as_of: str
    is_synthetic: bool


def read_published_look(run: OpenedRun) -> KeptLook:
    """Return a published look ahead, parsed."""
    return kept_look(run.record, run.table, synthetic=run.is_synthetic)


def seen_look(
    shelf: Shelf, look_id: str, *, person: Person, at: datetime, purpose: str
) -> KeptLook:
    """Return a look ahead to somebody who may see it; the look is written in the audit chain.

    Parameters
    ----------
    shelf, look_id
        Where it is published, and which.
    person
        Who looks.
    at
        The time now.
    purpose
        What for, as the audit chain keeps it.
    """
    from rightplace.records.audit.transaction import transaction

    person.check(Permission.SEE_INVESTIGATION)
    with transaction(shelf.database, person.actor, purpose=purpose, at=at) as tx:
        return shelf.opened(tx, look_id, kind=KIND, read=read_published_look)


def read_look(
    shelf: Shelf, look_id: str, *, person: Person, at: datetime, marking: str
) -> LookPage:
    """Return a look ahead as its page shows it.

    Parameters
    ----------
    shelf, look_id, person, at
        As in ``seen_look``.
    marking
        Protective marking.
    """
    seen = seen_look(shelf, look_id, person=person, at=at, purpose=LOOK)
    return LookPage(
        id=look_id,
        look=document_of(seen, marking=marking),
        as_of=str(seen.record["as_of"]),
        is_synthetic=seen.result.synthetic,
    )


def look_chart(shelf: Shelf, look_id: str, ident: str, *, person: Person, at: datetime) -> str:
    """Return one picture of a look ahead as an ``<svg>``; it carries no marking.

    Parameters
    ----------
    shelf, look_id, person, at
        As in ``seen_look``.
    ident
        Which chart of its page.

    Raises
    ------
    NotHeldError
        If it has no such picture.
    """
    from rightplace.briefing.investigation.charts import picture

    seen = seen_look(shelf, look_id, person=person, at=at, purpose=LOOK)
    for chart in document_of(seen, marking="-").charts:
        if chart.ident == ident:
            return picture(chart)
    msg = f"The look ahead has no picture {ident!r}."
    raise NotHeldError(msg, value=ident, remedy="Open its page again.")


def read_looks(shelf: Shelf, *, person: Person, at: datetime, marking: str) -> tuple[LookLine, ...]:
    """Return the newest looks ahead, the one published last first; suspended ones are left out.

    Parameters
    ----------
    shelf
        Where they are published.
    person
        Who asks.
    at
        The time now.
    marking
        Protective marking.
    """
    from rightplace.app.service.published_lines import newest_runs, why_stopped
    from rightplace.records.audit.transaction import transaction

    person.check(Permission.SEE_INVESTIGATION)
    purpose = "Find looks ahead at detective units."
    with transaction(shelf.database, person.actor, purpose=purpose, at=at) as tx:
        runs = newest_runs(tx, KIND, most=MOST_LISTED)
        ids = [run.id for run in runs if not why_stopped(tx, run.id)]
        return tuple(_line(shelf, tx, each, marking=marking) for each in ids)


def _line(shelf: Shelf, tx: Transaction, look_id: str, *, marking: str) -> LookLine:
    """Return a look ahead in the list; one that an earlier version kept in another form says so."""
    try:
        seen = shelf.opened(tx, look_id, kind=KIND, read=read_published_look)
    except BadInputError as error:
        words = f"{error.fault.message} {error.fault.remedy or ''}".strip()
        answer = Answered(asked="It cannot be shown", told=(words,), part="")
        return LookLine(
            id=look_id,
            title=look_id,
            period="Of an earlier version",
            answer=answer,
            others=0,
            is_synthetic=False,
        )
    look = document_of(seen, marking=marking)
    return LookLine(
        id=look.run_id,
        title=look.title,
        period=look.period,
        answer=look.answers[0],
        others=len(look.answers) - 1,
        is_synthetic=seen.result.synthetic,
    )
