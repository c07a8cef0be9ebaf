"""Use cases: act on a section 60 authorisation; rank and law are asked anew in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar

from rightplace.app.service.section_60_act_events import read_act
from rightplace.app.service.section_60_act_fields import PAGES, Act, ActPage, Field, Kind
from rightplace.app.service.section_60_draft_typed import Typed60
from rightplace.app.service.section_60_found import beside, defects_of, found_of
from rightplace.app.service.section_60_held import checked_held, officer_of, view_held
from rightplace.app.service.section_60_live import WORDS, live_of
from rightplace.app.service.section_60_offered import offered
from rightplace.app.service.section_60_officers import officers_for
from rightplace.app.service.section_60_prompts import review_point
from rightplace.app.service.section_60_rules import counting
from rightplace.app.service.section_60_words import officer_words, summary_rows
from rightplace.errors import RefusedError
from rightplace.powers.section_60.authorisation import authorisation_of
from rightplace.powers.section_60.context import Context
from rightplace.powers.section_60.grounds import Form
from rightplace.powers.section_60.history import Authorised, Extended, ReasonGiven
from rightplace.powers.section_60.questions import (
    Gate,
    likeness_to,
    open_questions,
    questions,
)
from rightplace.powers.section_60.states import check_next, state_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.section_60_found import Found
    from rightplace.app.service.section_60_held import Held
    from rightplace.app.service.section_60_live import Live
    from rightplace.app.service.section_60_rules import Section60Rules
    from rightplace.app.service.shelf import Shelf
    from rightplace.powers.section_60.defects import Defect
    from rightplace.powers.section_60.happened import Happened, Officer
    from rightplace.powers.section_60.history import History
    from rightplace.powers.section_60.questions import Question
    from rightplace.records.audit.transaction import Reading, Transaction

ASKED = frozenset({Act.SIGN, Act.EXTEND})
"""Acts that a formal defect refuses; what happened elsewhere is kept whatever is wrong with it."""

ELSEWHERE = frozenset({Act.LATE_EXTENSION})
"""Acts of which only what happened is kept: that it was too late is a breach, and no reason not
to record it."""

MOST_ALIKE = 3
"""How many earlier authorisations the likeness of grounds is shown to; a choice of ours."""

LAST = frozenset({Act.REFUSE, Act.PUBLISH})
"""Acts after which nothing more is to be done with it: its retention period begins."""


class ActedMeanwhileError(RefusedError):
    """Somebody else acted on it since the page was opened."""

    code: ClassVar[str] = "acted-meanwhile"
    http_status: ClassVar[int] = 409


class DefectiveError(RefusedError):
    """An act would be formally defective; nothing was signed."""

    code: ClassVar[str] = "formally-defective"
    http_status: ClassVar[int] = 422

    def __init__(self, defects: tuple[Defect, ...], *, remedy: str) -> None:
        self.defects = defects
        said = "; ".join(f"{each.finding} ({each.provision})" for each in defects)
        msg = f"It would be formally defective: {said}."
        super().__init__(msg, remedy=f"Nothing was signed. {remedy}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ActWanted:
    """An act as a form sends it.

    Parameters
    ----------
    reference, act
        What, with which authorisation.
    fields
        What was typed.
    form_id
        Of the form: what is sent twice is done once.
    at
        The time now.
    """

    reference: str
    act: Act
    fields: Mapping[str, str]
    form_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ActShown:
    """The page of an act on one authorisation.

    Parameters
    ----------
    page
        The act's own page.
    fields
        What is asked, with what varies filled in.
    defects
        Why it would be refused now; empty where nothing was found.
    questions
        What asks for a reason before it can be done.
    officer_words
        Who would act, with the rank that is recorded for this moment.
    said
        What the authorisation says, in a few lines with a heading each.
    alike
        Authorisations whose grounds are worded most like these, with the share of word triples
        that are in both, most first; None where the act does not rest on the grounds.
    """

    reference: str
    bcu: str
    act: Act
    page: ActPage
    fields: tuple[Field, ...]
    live: Live
    defects: tuple[Defect, ...]
    none_found: str
    questions: tuple[Question, ...]
    officer_words: str
    said: tuple[tuple[str, str], ...]
    alike: tuple[tuple[str, float], ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Acted:
    """What came of an act: what is wrong with each field, or nothing wrong and it is done."""

    faults: tuple[tuple[str, str], ...] = field(default=())


def read_act_page(
    shelf: Shelf,
    reference: str,
    act: Act,
    *,
    person: Person,
    at: datetime,
    rules: Section60Rules,
) -> ActShown:
    """Return the page of an act, with what would refuse it; the look is written.

    Parameters
    ----------
    shelf
        Where it is kept.
    reference, act
        What, with which authorisation.
    person
        Who would act.
    at
        The time now.
    rules
        By which the service works.
    """
    from rightplace.records.audit.transaction import transaction

    page = PAGES[act]
    with transaction(shelf.database, person.actor, purpose=page.question, at=at) as tx:
        held = view_held(tx, reference, person=person, permission=page.permission)
        _check_offered(held, act, person=person, at=at)
        officer = _officer(tx, held, person, at=at, rules=rules)
        ahead = _ahead(act, officer, at=at)
        found = found_of(tx, held, person=person, at=at, rules=rules, ahead=ahead)
        around = beside(tx, held, person=person, at=at) if act in ASKED else None
        officers = officers_for(tx, held, at=at) if act is Act.HAND_OVER else {}
    view = authorisation_of(held.history)
    return ActShown(
        reference=reference,
        bcu=held.bcu,
        act=act,
        page=page,
        fields=_filled(page.fields, officers, found.questions),
        live=live_of(view, state_of(held.history, at), at=at),
        defects=found.defects if ahead else (),
        none_found=found.none_found if ahead else "",
        questions=_asked(act, found.questions)
        if act is Act.SIGN
        else _asked(act, _questions_of_rank(held, officer, act=act, at=at, rules=rules)),
        officer_words=officer_words(officer),
        said=summary_rows(view),
        alike=None if around is None else likeness_to(view, around)[:MOST_ALIKE],
    )


def do_act(shelf: Shelf, wanted: ActWanted, *, person: Person, rules: Section60Rules) -> Acted:
    """Do something with an authorisation, or return what is wrong with the form; never half.

    Parameters
    ----------
    shelf
        Where it is kept.
    wanted
        The form.
    person
        Who acts: their role and, where the law asks it, the rank recorded for this moment.
    rules
        By which the service works.
    """
    from rightplace.records.audit.transaction import transaction
    from rightplace.records.section_60.log import close

    page, at = PAGES[wanted.act], wanted.at
    with transaction(shelf.database, person.actor, purpose=page.question, at=at) as tx:
        held = checked_held(tx, wanted.reference, person=person, permission=page.permission)
        if _was_sent(tx, wanted.form_id):
            return Acted()
        _check_offered(held, wanted.act, person=person, at=at)
        officer = _officer(tx, held, person, at=at, rules=rules)
        typed = Typed60(fields=wanted.fields, at=at, by=officer)
        event = _read(tx, wanted, typed, held, rules=rules)
        reasons = _reasons(typed) if wanted.act in ASKED else ()
        if typed.faults or event is None:
            return Acted(faults=tuple(typed.faults))
        if wanted.act not in ELSEWHERE:
            check_next(held.history, event)
        if wanted.act in ASKED:
            found = found_of(tx, held, person=person, at=at, rules=rules, ahead=(*reasons, event))
            _check_no_defect(held, found, act=wanted.act, at=at, rules=rules)
            if missing := _asked(wanted.act, found.questions):
                return Acted(faults=tuple(_missing(each) for each in missing))
        _keep(tx, held, (*reasons, event), form_id=wanted.form_id)
        if wanted.act in LAST:
            close(tx, held.reference, at=at)
    return Acted()


def _check_offered(held: Held, act: Act, *, person: Person, at: datetime) -> None:
    """Check that an act is for the state in which an authorisation is now.

    Raises
    ------
    ActedMeanwhileError
        If it is not: somebody acted, or time passed, since the page was opened.
    """
    if act in offered(held, person=person, at=at):
        return
    state = state_of(held.history, at)
    offer = PAGES[act].offer
    msg = f"{held.reference} now stands at: {WORDS[state].lower()}. “{offer}” is not for that."
    remedy = f"Nothing was done. Read how it stands at /section-60/{held.reference}, then go on."
    raise ActedMeanwhileError(msg, value=state, remedy=remedy)


def _officer(
    quiet: Reading, held: Held, person: Person, *, at: datetime, rules: Section60Rules
) -> Officer:
    """Return who acts, with the highest rank recorded that counts."""
    limits = rules.limits(authorisation_of(held.history), at=at)
    return officer_of(quiet, person, at=at, counting=counting(limits))


def _asked(act: Act, found: tuple[Question, ...]) -> tuple[Question, ...]:
    """Return the open questions that an act answers: an extension that of its own rank alone."""
    asked = open_questions(found) if act in ASKED else ()
    return tuple(each for each in asked if act is Act.SIGN or each.gate is Gate.RANK_KIND)


def _questions_of_rank(
    held: Held, officer: Officer, *, act: Act, at: datetime, rules: Section60Rules
) -> tuple[Question, ...]:
    """Return what asks for a reason if an officer of that rank extends it."""
    if act is not Act.EXTEND:
        return ()
    who: dict[str, Any] = {"at": at, "entered_at": at, "by": officer}
    direction = Extended(**who, until=at, offences=(), words="", form=Form.WRITTEN, signed_at=at)
    limits = rules.limits(authorisation_of(held.history), at=at)
    history = (*held.history, direction)
    return questions(history, limits=limits, at=at, context=Context(), settings=rules.settings)


def _ahead(act: Act, officer: Officer, *, at: datetime) -> History:
    """Return what an act would enter, as far as it can be judged before its form is filled in."""
    if act is not Act.SIGN:
        return ()
    signed = Authorised(at=at, entered_at=at, by=officer, form=Form.WRITTEN, signed_at=at)
    return (signed,)


def _filled(
    fields: tuple[Field, ...], officers: Mapping[str, Officer], asked: tuple[Question, ...]
) -> tuple[Field, ...]:
    """Return the fields of a form, choices that vary filled in."""
    people = tuple((key, each.name) for key, each in officers.items())
    gates = tuple((each.gate.value, each.words) for each in open_questions(asked))
    varying = {"to": people, "gate": gates}
    return tuple(
        replace(each, options=varying[each.name])
        if each.kind is Kind.CHOICE and not each.options and each.name in varying
        else each
        for each in fields
    )


def _read(
    tx: Transaction, wanted: ActWanted, typed: Typed60, held: Held, *, rules: Section60Rules
) -> Happened | None:
    officers = officers_for(tx, held, at=wanted.at) if wanted.act is Act.HAND_OVER else {}
    due_at = review_point(held, at=wanted.at, rules=rules)
    return read_act(wanted.act, typed, due_at=due_at, officers=officers)


def _reasons(typed: Typed60) -> tuple[ReasonGiven, ...]:
    """Return the reasons typed beside a signature, for questions that ask for one."""
    given = []
    for gate in Gate:
        name = f"reason-{gate.value}"
        if typed.fields.get(name, "").strip():
            reason = typed.words(name, what="The reason")
            given.append(
                ReasonGiven(
                    at=typed.at, entered_at=typed.at, by=typed.by, gate=gate.value, reason=reason
                )
            )
    return tuple(given)


def _check_no_defect(
    held: Held, found: Found, *, act: Act, at: datetime, rules: Section60Rules
) -> None:
    """Check that what is signed here has no formal defect.

    Raises
    ------
    DefectiveError
        If one was found: nothing is signed.
    """
    if act is Act.EXTEND:  # what was wrong before is a breach, and no reason to refuse this
        known = defects_of(held.history, at=at, rules=rules)
        new = tuple(each for each in found.defects if each not in known)
        remedy = "Mend what is typed here; it runs on to its end as it is."
    else:
        new = found.defects
        remedy = "Refuse it, and have a new draft made that mends this."
    if new:
        raise DefectiveError(new, remedy=remedy)


def _missing(asked: Question) -> tuple[str, str]:
    """Return the fault of a question that nobody has answered, at the field of its reason."""
    remedy = "A superintendent gives it." if asked.needs_superintendent else "Write it down."
    return f"reason-{asked.gate.value}", f"A reason is missing: {asked.words}. {remedy}"


def _keep(tx: Transaction, held: Held, events: History, *, form_id: str) -> None:
    """Keep what happened, the form's own event last."""
    from rightplace.records.section_60.log import append

    for each in events[:-1]:
        append(tx, held.reference, each)
    append(tx, held.reference, events[-1], form_id=form_id)


def _was_sent(quiet: Reading, form_id: str) -> bool:
    from sqlalchemy import select

    from rightplace.records.section_60.tables import Section60Event

    wanted = select(Section60Event).where(Section60Event.form_id == form_id)
    return bool(quiet.unshown(wanted))
