"""Use cases of complaints: counted by quarter, entered by reference, a rise explained."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from rightplace.app.service.ledger_page import SMALLEST
from rightplace.app.service.panel_people import check_panel
from rightplace.app.service.searches_places import places_of
from rightplace.errors import RightplaceError
from rightplace.records.accounts.roles import Permission
from rightplace.records.audit.transaction import transaction
from rightplace.records.panel.complaints import (
    ComplaintGiven,
    all_complaints,
    explain,
    explanations,
    keep_complaint,
    quarters,
)

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.searches_record import SearchSent
    from rightplace.app.service.shelf import Shelf
    from rightplace.records.panel.complaints import ComplaintSettings, QuarterOfComplaints


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarterLine:
    """A quarter's complaints in words.

    Parameters
    ----------
    must_explain
        Whether a rise is to be explained.
    explained
        What explains it, each; empty where nothing does yet.
    """

    quarter: str
    complaints: str
    change: str
    must_explain: bool
    explained: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintsPage:
    """Complaints about searches by quarter, newest first.

    Parameters
    ----------
    rule
        When a rise is to be explained, in words.
    bcus
        BCUs of whoever enters complaints; empty for others.
    """

    is_synthetic: bool
    rule: str
    lines: tuple[QuarterLine, ...]
    bcus: tuple[str, ...]
    may_answer: bool


def read_complaints(
    shelf: Shelf, *, person: Person, at: datetime, settings: ComplaintSettings
) -> ComplaintsPage:
    """Return complaints about searches in somebody's own area; a panel sees no count from 1 to 4.

    Parameters
    ----------
    shelf
        Where records are kept.
    person
        Of the panel, or who answers it.
    at
        The time now.
    settings
        When a rise is to be explained.
    """
    check_panel(person)
    may_answer = person.may(Permission.ANSWER_PANEL)
    seen_by = Permission.ANSWER_PANEL if may_answer else Permission.SCRUTINISE
    with transaction(shelf.database, person.actor, purpose="Complaints.", at=at) as tx:
        places = places_of(shelf, tx)
        kept = all_complaints(tx)
        mine = person.within(seen_by, [each.bcu for each in kept], [None] * len(kept))
        days = [each.received_on for each, is_mine in zip(kept, mine, strict=True) if is_mine]
        told: dict[str, list[str]] = {}
        shown = explanations(tx)
        tx.consult(shown)
        for each in shown:
            told.setdefault(each.quarter, []).append(each.words)
    today = at.astimezone(places.zone).date()
    found = quarters(days, until=today, settings=settings)
    bcus = sorted({bcu for bcu in places.bcu_of.values() if bcu})
    allowed = person.within(Permission.ANSWER_PANEL, list(bcus), [None] * len(bcus))
    return ComplaintsPage(
        is_synthetic=places.is_synthetic,
        rule=f"A rise of more than {settings.rise_percent:g} % above the quarter before",
        lines=tuple(
            _line(each, tuple(told.get(each.quarter, ())), hides_small=not may_answer)
            for each in reversed(found)
        ),
        bcus=tuple(bcu for bcu, is_mine in zip(bcus, allowed, strict=True) if is_mine),
        may_answer=may_answer,
    )


def _line(
    quarter: QuarterOfComplaints, explained: tuple[str, ...], *, hides_small: bool
) -> QuarterLine:
    counts = [quarter.complaints, quarter.before or 0]
    is_small = [hides_small and 0 < each < SMALLEST for each in counts]
    rise = quarter.rise_percent
    if quarter.before is None:
        change = "the first quarter recorded"
    elif any(is_small):
        change = "withheld: a count from 1 to 4"
    elif rise is None:
        change = "none in the quarter before"
    else:
        change = f"{rise:+.0f} %"
    return QuarterLine(
        quarter=quarter.quarter,
        complaints="1 to 4" if is_small[0] else f"{quarter.complaints:,}",
        change=change,
        must_explain=quarter.must_explain,
        explained=explained,
    )


def enter_complaint(
    shelf: Shelf, sent: SearchSent, *, person: Person, at: datetime
) -> tuple[tuple[str, str], ...]:
    """Keep a complaint that was typed; return what is wrong by field, nothing where it is kept.

    Parameters
    ----------
    shelf
        Where records are kept.
    sent
        The form: ``reference``, ``received_on``, ``bcu``, and perhaps ``authorisation``.
    person
        Who answers the panel for that BCU.
    at
        The time now.
    """
    person.check(Permission.ANSWER_PANEL)
    fields = {name: value.strip() for name, value in sent.fields.items()}
    asked = {"reference": "Give the reference of the complaint.", "bcu": "Choose the BCU."}
    faults = [(name, words) for name, words in asked.items() if not fields.get(name)]
    try:
        received_on = date.fromisoformat(fields.get("received_on", ""))
    except ValueError:
        faults.append(("received_on", "Give the day on which it came in."))
    if faults:
        return tuple(faults)
    person.check(Permission.ANSWER_PANEL, bcu=fields["bcu"])
    given = ComplaintGiven(
        reference=fields["reference"],
        received_on=received_on,
        bcu=fields["bcu"],
        authorisation=fields.get("authorisation", ""),
    )
    try:
        with transaction(shelf.database, person.actor, purpose="Enter a complaint.", at=at) as tx:
            keep_complaint(tx, given)
    except RightplaceError as error:
        at_field = "received_on" if error.fault.value == str(received_on) else "reference"
        return ((at_field, error.fault.said),)
    return ()


def explain_rise(
    shelf: Shelf, quarter: str, sent: SearchSent, *, person: Person, at: datetime
) -> tuple[tuple[str, str], ...]:
    """Keep how the force explains a rise; return what is wrong by field.

    Parameters
    ----------
    shelf
        Where records are kept.
    quarter
        As ``2026-Q2``.
    sent
        The form: ``words``.
    person
        Who answers the panel.
    at
        The time now.
    """
    person.check(Permission.ANSWER_PANEL)
    words = sent.fields.get("words", "")
    if not words.strip():
        return ((f"explain-{quarter}", "Write the explanation."),)
    try:
        with transaction(shelf.database, person.actor, purpose="Explain a rise.", at=at) as tx:
            explain(tx, quarter, words, form_id=sent.form_id)
    except RightplaceError as error:
        said = error.fault.said
        return ((f"explain-{quarter}", said),)
    return ()
