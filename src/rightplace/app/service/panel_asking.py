"""Use cases of a panel's questions and of complaints: asked, answered, counted, explained."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from rightplace.app.service.panel_people import check_panel
from rightplace.app.service.searches_places import places_of
from rightplace.briefing.stamp import day_in_words
from rightplace.errors import RefusedError, RightplaceError
from rightplace.records.accounts.roles import Permission
from rightplace.records.audit.transaction import transaction
from rightplace.records.panel.asking import (
    QuestionGiven,
    all_questions,
    answer,
    answered_ids,
    answers_to,
    ask,
)
from rightplace.records.panel.tables import PanelQuestion

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.searches_record import SearchSent
    from rightplace.app.service.shelf import Shelf
    from rightplace.records.audit.transaction import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionLine:
    """A question in a list.

    Parameters
    ----------
    search_reference
        The search that it follows from; empty for none.
    is_late
        Whether it is due and not answered.
    """

    id: str
    words: str
    owner: str
    asked: str
    due: str
    search_reference: str
    is_answered: bool
    is_late: bool


def question_lines(quiet: Reading, *, at: datetime) -> list[QuestionLine]:
    """Return every question, those due first."""
    answered = answered_ids(quiet)
    return [_line(each, answered=each.id in answered, at=at) for each in all_questions(quiet)]


def _line(question: PanelQuestion, *, answered: bool, at: datetime) -> QuestionLine:
    return QuestionLine(
        id=question.id,
        words=question.words,
        owner=question.owner,
        asked=day_in_words(question.asked_at.date()),
        due=day_in_words(question.due_on),
        search_reference=question.search_reference or "",
        is_answered=answered,
        is_late=not answered and question.due_on < at.date(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionsPage:
    """Questions of the panel: open ones first, then those answered."""

    is_synthetic: bool
    open: tuple[QuestionLine, ...]
    answered: tuple[QuestionLine, ...]
    may_ask: bool


def read_questions(shelf: Shelf, *, person: Person, at: datetime) -> QuestionsPage:
    """Return the questions of the panel.

    Parameters
    ----------
    shelf
        Where records are kept.
    person
        Who asks: of the panel, or who answers it.
    at
        The time now.
    """
    check_panel(person)
    with transaction(shelf.database, person.actor, purpose="Questions of the panel.", at=at) as tx:
        is_synthetic = places_of(shelf, tx).is_synthetic
        tx.consult(all_questions(tx))
        lines = question_lines(tx, at=at)
    return QuestionsPage(
        is_synthetic=is_synthetic,
        open=tuple(each for each in lines if not each.is_answered),
        answered=tuple(each for each in lines if each.is_answered),
        may_ask=person.may(Permission.SCRUTINISE),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionPage:
    """A question with its answers: words, and on which day."""

    is_synthetic: bool
    line: QuestionLine
    answers: tuple[tuple[str, str], ...]
    may_answer: bool


def read_question(shelf: Shelf, question_id: str, *, person: Person, at: datetime) -> QuestionPage:
    """Return a question with its answers; where there is none, that raises ``NotHeldError``.

    Parameters
    ----------
    shelf
        Where records are kept.
    question_id
        The question.
    person
        Who asks.
    at
        The time now.
    """
    check_panel(person)
    with transaction(shelf.database, person.actor, purpose="A question.", at=at) as tx:
        places = places_of(shelf, tx)
        question = tx.view_one(PanelQuestion, question_id)
        answers = answers_to(tx, question_id)
        tx.consult(answers)
    told = [
        (each.words, day_in_words(each.answered_at.astimezone(places.zone).date()))
        for each in answers
    ]
    return QuestionPage(
        is_synthetic=places.is_synthetic,
        line=_line(question, answered=bool(answers), at=at),
        answers=tuple(told),
        may_answer=person.may(Permission.ANSWER_PANEL) and question.asked_by != person.actor.id,
    )


def ask_question(
    shelf: Shelf, sent: SearchSent, *, person: Person, at: datetime
) -> tuple[tuple[str, str], ...]:
    """Keep a question that was typed; return what is wrong by field, nothing where it is kept.

    Parameters
    ----------
    shelf
        Where records are kept.
    sent
        The form: ``words``, ``owner``, ``due_on``, and perhaps ``search_reference``.
    person
        Who scrutinises.
    at
        The time now.
    """
    person.check(Permission.SCRUTINISE)
    asked = {"words": "Write the question.", "owner": "Say who is to answer, by office."}
    faults = [
        (name, words) for name, words in asked.items() if not sent.fields.get(name, "").strip()
    ]
    try:
        due_on = date.fromisoformat(sent.fields.get("due_on", ""))
    except ValueError:
        faults.append(("due_on", "Give the day by which it is to be answered."))
    if faults:
        return tuple(faults)
    given = QuestionGiven(
        form_id=sent.form_id,
        words=sent.fields["words"],
        owner=sent.fields["owner"],
        due_on=due_on,
        search_reference=sent.fields.get("search_reference", ""),
    )
    try:
        with transaction(shelf.database, person.actor, purpose="Ask a question.", at=at) as tx:
            ask(tx, given)
    except RightplaceError as error:
        at_field = "due_on" if error.fault.value == str(due_on) else "words"
        return ((at_field, error.fault.said),)
    return ()


def answer_question(
    shelf: Shelf, question_id: str, sent: SearchSent, *, person: Person, at: datetime
) -> tuple[tuple[str, str], ...]:
    """Keep an answer that was typed; return what is wrong by field, nothing where it is kept.

    Parameters
    ----------
    shelf
        Where records are kept.
    question_id
        The question.
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
        return (("words", "Write the answer."),)
    try:
        with transaction(shelf.database, person.actor, purpose="Answer the panel.", at=at) as tx:
            tx.view_one(PanelQuestion, question_id)
            answer(tx, question_id, words, form_id=sent.form_id)
    except RefusedError as error:
        return (("words", error.fault.said),)
    return ()
