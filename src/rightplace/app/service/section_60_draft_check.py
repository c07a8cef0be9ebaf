"""Use case: check a draft and submit it; formal defects stop it, questions ask for a reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.app.service.section_60_draft import (
    PURPOSE,
    Kept,
    check_open,
    draft_of,
)
from rightplace.app.service.section_60_draft_typed import Typed60
from rightplace.app.service.section_60_found import found_of
from rightplace.app.service.section_60_held import checked_held, officer_of, view_held
from rightplace.powers.section_60.defects import About
from rightplace.powers.section_60.history import ReasonGiven, Submitted
from rightplace.powers.section_60.questions import open_questions
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.section_60_draft import Draft, Sent
    from rightplace.app.service.section_60_found import Found
    from rightplace.app.service.section_60_held import Held
    from rightplace.app.service.section_60_rules import Section60Rules
    from rightplace.app.service.shelf import Shelf
    from rightplace.powers.section_60.defects import Defect
    from rightplace.powers.section_60.happened import Happened
    from rightplace.powers.section_60.questions import Question
    from rightplace.records.audit.transaction import Transaction

WHERE: dict[About, str] = {
    About.GROUNDS: "grounds",
    About.INCIDENT: "questions/incident",
    About.LOCALITY: "locality",
    About.PERIOD: "questions/period",
    About.OTHER_POWERS: "questions/other-powers",
    About.IMPACT: "questions/impact",
    About.FORM: "",
}
"""Page on which what is wrong is mended; the task list for the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DefectLine:
    """A formal defect, with the page on which it is mended."""

    finding: str
    provision: str
    is_verified: bool
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionLine:
    """A question that asks for a reason.

    Parameters
    ----------
    gate
        Its name.
    words
        What was found.
    reason
        The reason that was given, with who gave it; empty while it is open.
    needs_superintendent
        Whether a superintendent's reason alone answers it.
    """

    gate: str
    words: str
    reason: str
    needs_superintendent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckPage:
    """The page before a draft is submitted.

    Parameters
    ----------
    draft
        Which.
    defects, questions
        What was found.
    none_found
        What is said where no formal defect was found; never that it is lawful.
    """

    draft: Draft
    defects: tuple[DefectLine, ...]
    questions: tuple[QuestionLine, ...]
    none_found: str


def read_check(
    shelf: Shelf, reference: str, *, person: Person, at: datetime, rules: Section60Rules
) -> CheckPage:
    """Return what is found about a draft.

    Parameters
    ----------
    shelf
        Where it is kept.
    reference
        Which.
    person
        Who looks; may draft there.
    at
        The time now.
    rules
        By which the service works.
    """
    from rightplace.records.audit.transaction import transaction

    with transaction(shelf.database, person.actor, purpose=PURPOSE, at=at) as tx:
        held = view_held(tx, reference, person=person, permission=Permission.DRAFT_SECTION_60)
        found = found_of(tx, held, person=person, at=at, rules=rules)
    return CheckPage(
        draft=draft_of(held),
        defects=tuple(_defect(each) for each in found.defects),
        questions=tuple(_question(each) for each in found.questions),
        none_found=found.none_found,
    )


def _defect(found: Defect) -> DefectLine:
    return DefectLine(
        finding=found.finding,
        provision=found.provision,
        is_verified=found.verified,
        path=WHERE.get(found.about, ""),
    )


def _question(found: Question) -> QuestionLine:
    given = found.reason
    return QuestionLine(
        gate=found.gate.value,
        words=found.words,
        reason="" if given is None else f"{given.reason} ({given.by.name})",
        needs_superintendent=found.needs_superintendent,
    )


def submit_draft(
    shelf: Shelf, sent: Sent, *, person: Person, rules: Section60Rules, submits: bool = True
) -> Kept:
    """Keep the reasons that were typed and submit the draft, or return what is wrong.

    A formal defect stops it. A question that asks for a reason stops it too, but for one that
    only a superintendent can answer: that one stays open until the signature.

    Parameters
    ----------
    shelf
        Where it is kept.
    sent
        The page: ``reason-{gate}`` for each question.
    person
        Who submits; may draft there.
    rules
        By which the service works.
    submits
        Whether it is submitted too, and not only the reasons kept.
    """
    from rightplace.records.audit.transaction import transaction
    from rightplace.records.section_60.log import append

    asked = Permission.DRAFT_SECTION_60
    with transaction(shelf.database, person.actor, purpose=PURPOSE, at=sent.at) as tx:
        held = checked_held(tx, sent.reference, person=person, permission=asked)
        check_open(draft_of(held))
        typed = Typed60(fields=sent.fields, at=sent.at, by=officer_of(tx, person, at=sent.at))
        found = found_of(tx, held, person=person, at=sent.at, rules=rules)
        reasons = _reasons(typed, found)
        events: tuple[Happened, ...] = reasons
        if submits:
            _check_ready(tx, held, typed, reasons, person=person, rules=rules)
            gone = Submitted(at=sent.at, entered_at=sent.at, by=typed.by)
            events = (*reasons, gone)
        if typed.faults or not events:
            nothing = () if submits else (("reasons", "No reason was typed."),)
            return Kept(reference=sent.reference, faults=tuple(typed.faults) or nothing)
        for event in events[:-1]:
            append(tx, sent.reference, event)
        append(tx, sent.reference, events[-1], form_id=sent.form_id)
    return Kept(reference=sent.reference)


def _reasons(typed: Typed60, found: Found) -> tuple[ReasonGiven, ...]:
    """Return the reasons that were typed for questions that are open."""
    gates = dict.fromkeys(each.gate.value for each in open_questions(found.questions))
    return tuple(
        ReasonGiven(
            at=typed.at,
            entered_at=typed.at,
            by=typed.by,
            gate=gate,
            reason=typed.words(f"reason-{gate}", what="The reason"),
        )
        for gate in gates
        if typed.fields.get(f"reason-{gate}", "").strip()
    )


def _check_ready(
    tx: Transaction,
    held: Held,
    typed: Typed60,
    reasons: tuple[ReasonGiven, ...],
    *,
    person: Person,
    rules: Section60Rules,
) -> None:
    """Note what stops a draft from being submitted."""
    found = found_of(tx, held, person=person, at=typed.at, rules=rules, ahead=reasons)
    if found.defects:
        n = len(found.defects)
        what = "formal defect stops" if n == 1 else "formal defects stop"
        typed.fault("defects", f"{n} {what} it. Mend what is listed.")
    for each in open_questions(found.questions):
        if not each.needs_superintendent:
            typed.fault(f"reason-{each.gate.value}", f"{each.words}: say why it is needed so.")
