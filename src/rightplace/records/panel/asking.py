"""Questions of a panel, what is to follow from a search, and answers with their dates."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date  # noqa: TC003 - a record names the types that it holds
from typing import TYPE_CHECKING

from sqlalchemy import select

from rightplace.errors import BadInputError, NotHeldError, RefusedError
from rightplace.records.database.words import client_id, written
from rightplace.records.panel.tables import PanelAnswer, PanelQuestion
from rightplace.records.searches.log import search_by_reference

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rightplace.records.audit.transaction import Reading, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionGiven:
    """A question, or what is to follow.

    Parameters
    ----------
    form_id
        UUID of the form.
    words
        In the panel's own words.
    owner
        Who is to answer, by office.
    due_on
        By when.
    search_reference
        The search that it follows from; empty for none.
    """

    form_id: str
    words: str
    owner: str
    due_on: date
    search_reference: str = ""


def ask(tx: Transaction, given: QuestionGiven) -> str:
    """Keep a question; return its id.

    Raises
    ------
    BadInputError
        If it would be due before it is asked.
    NotHeldError
        If it follows from a search that is not recorded.
    """
    form = client_id(given.form_id)
    sent = tx.unshown(select(PanelQuestion).where(PanelQuestion.form_id == form))
    if sent:
        return sent[0].id
    if given.due_on < tx.at.date():
        msg = f"An answer would be due on {given.due_on}, which is past."
        raise BadInputError(msg, value=given.due_on, remedy="Name a day to come.")
    search = given.search_reference.strip()
    if search and search_by_reference(tx, search) is None:
        msg = f"No search has the reference {search!r}."
        raise NotHeldError(msg, value=search, remedy="Check the reference.")
    row = PanelQuestion(
        id=f"Q-{tx.at:%Y}-{secrets.token_hex(3).upper()}",
        search_reference=search or None,
        words=written(given.words, what="The question"),
        owner=written(given.owner, what="Who is to answer"),
        due_on=given.due_on,
        asked_at=tx.at,
        asked_by=tx.actor.id,
        newest_at=tx.at,
        form_id=form,
    )
    return tx.add(row).id


def answer(tx: Transaction, question_id: str, words: str, *, form_id: str) -> int:
    """Keep an answer; return its number. A later answer adds to an earlier one.

    Raises
    ------
    NotHeldError
        If there is no such question.
    RefusedError
        If who asked it would answer it.
    """
    form = client_id(form_id)
    sent = tx.unshown(select(PanelAnswer).where(PanelAnswer.form_id == form))
    if sent:
        return sent[0].number
    question = tx.unshown_one(PanelQuestion, question_id)
    if question is None:
        msg = f"No question has the id {question_id!r}."
        raise NotHeldError(msg, value=question_id, remedy="Check the id.")
    if question.asked_by == tx.actor.id:
        msg = "Who asked a question does not answer it."
        raise RefusedError(msg, value=question_id, remedy="Leave it to its owner.")
    earlier = answers_to(tx, question_id)
    question.newest_at = tx.at
    row = PanelAnswer(
        question_id=question_id,
        number=len(earlier) + 1,
        words=written(words, what="The answer"),
        answered_at=tx.at,
        answered_by=tx.actor.id,
        form_id=form,
    )
    return tx.add(row).number


def all_questions(quiet: Reading) -> Sequence[PanelQuestion]:
    """Return every question, those due first, for a check."""
    return quiet.unshown(select(PanelQuestion).order_by(PanelQuestion.due_on, PanelQuestion.id))


def answers_to(quiet: Reading, question_id: str) -> Sequence[PanelAnswer]:
    """Return the answers to a question, oldest first, for a check."""
    wanted = select(PanelAnswer).where(PanelAnswer.question_id == question_id)
    return quiet.unshown(wanted.order_by(PanelAnswer.number))


def answered_ids(quiet: Reading) -> set[str]:
    """Return the ids of questions that were answered, for a check."""
    return {each.question_id for each in quiet.unshown(select(PanelAnswer))}
