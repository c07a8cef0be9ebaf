"""Published trials as pages read them: locked, looked at, ended; each step as its run keeps it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from rightplace.app.evaluation.trial_register import LOCK, trials_in
from rightplace.app.evaluation.trial_result import TrialResult
from rightplace.app.service.own_area import own_cells
from rightplace.app.service.published_lines import why_stopped
from rightplace.errors import BadInputError, RefusedError
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from rightplace.app.evaluation.trial_register import KeptTrial
    from rightplace.app.service.opened import OpenedRun
    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import PublishedArea, Shelf
    from rightplace.records.audit.transaction import Reading, Transaction

KIND: Final = "trial"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PublishedLook:
    """A look that may be shown.

    Parameters
    ----------
    as_of
        Last day whose records it used, as YYYY-MM-DD.
    """

    run_id: str
    as_of: str
    result: TrialResult
    is_synthetic: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PublishedTrial:
    """A published trial.

    Parameters
    ----------
    trial
        What was locked, and every look that was made at it.
    looks
        Those that may be shown, by how many plans they looked at.
    stopped
        Why each of the others may not, by its run.
    """

    trial: KeptTrial
    looks: tuple[PublishedLook, ...]
    stopped: Mapping[str, str]

    @property
    def is_synthetic(self) -> bool:
        """Whether invented records went into any of its looks."""
        return any(each.is_synthetic for each in self.looks)


def records_of(quiet: Reading, kind: str) -> list[dict[str, Any]]:
    """Return what the published runs of a kind keep, for a check; nothing of it is to be shown."""
    from sqlalchemy import select

    from rightplace.records.published.tables import PublishedRun

    wanted = select(PublishedRun).where(PublishedRun.kind == kind)
    found = quiet.unshown(wanted.order_by(PublishedRun.published_at.desc(), PublishedRun.id))
    return [json.loads(run.content) for run in found]


def published_trials(quiet: Reading) -> tuple[KeptTrial, ...]:
    """Return every published trial, by when it was locked, for a check: suspended ones too."""
    return trials_in(records_of(quiet, KIND))


def trial_id_of(quiet: Reading, run_id: str) -> str:
    """Return the trial that a published run is of: itself, or that of a look or end."""
    from rightplace.app.service.opened import behind
    from rightplace.records.published.publishing import check_published

    check_published(quiet, run_id, kind=KIND)
    settings = json.loads(behind(quiet, run_id).content)["settings"]
    return run_id if settings["step"] == LOCK else str(settings["trial"])


def read_look(run: OpenedRun) -> PublishedLook:
    """Return a look from its published run; keys that a later version added are left.

    Raises
    ------
    BadInputError
        If it is none.
    """
    from pydantic import TypeAdapter, ValidationError

    run_id = str(run.record["id"])
    try:
        result = TypeAdapter(TrialResult).validate_python(run.record["result"])
    except ValidationError as error:
        msg = f"{run_id} holds no look at a trial: {error.errors()[0]['msg']}."
        raise BadInputError(msg, value=run_id, remedy="Make the look again.") from error
    return PublishedLook(
        run_id=run_id,
        as_of=str(run.record["as_of"]),
        result=result,
        is_synthetic=run.is_synthetic,
    )


def open_trial(shelf: Shelf, tx: Transaction, trial_id: str, *, person: Person) -> PublishedTrial:
    """Return a published trial to somebody who may see it; a look at each of its runs.

    Parameters
    ----------
    shelf
        Where it is published.
    tx
        The transaction in which it is shown.
    trial_id
        The run of its lock.
    person
        Who looks.

    Raises
    ------
    RefusedError
        If no place of its study area lies in the person's, or it is suspended.
    """
    area = shelf.opened(tx, trial_id, kind=KIND, read=_area_of)
    if not own_cells(area, person, Permission.SEE_OPERATIONS).any():
        msg = f"No place of this trial is in your area ({person.area_words})."
        raise RefusedError(msg, value=trial_id, remedy="Ask somebody whose area it is.")
    trial = next(each for each in published_trials(tx) if each.trial_id == trial_id)
    stopped = {each.run_id: why_stopped(tx, each.run_id) for each in trial.looks}
    return PublishedTrial(
        trial=trial,
        looks=tuple(
            shelf.opened(tx, each.run_id, kind=KIND, read=read_look)
            for each in trial.looks
            if not stopped[each.run_id]
        ),
        stopped={run_id: why for run_id, why in stopped.items() if why},
    )


def _area_of(run: OpenedRun) -> PublishedArea:
    return run.area(str(run.record["settings"]["area"]))


def look_at_published(
    shelf: Shelf, trial_id: str, *, person: Person, at: datetime, purpose: str
) -> PublishedTrial:
    """Return a published trial; the look is written in the audit chain.

    Parameters
    ----------
    shelf, trial_id
        Where it is published, and which.
    person
        Who looks.
    at
        The time now.
    purpose
        What for, as the audit chain keeps it.
    """
    from rightplace.records.audit.transaction import transaction

    person.check(Permission.SEE_OPERATIONS)
    with transaction(shelf.database, person.actor, purpose=purpose, at=at) as tx:
        return open_trial(shelf, tx, trial_id, person=person)


def read_trials(shelf: Shelf, *, person: Person, at: datetime) -> Sequence[PublishedTrial]:
    """Return the published trials that somebody may see, the one locked last first.

    Those that are suspended are left out.

    Parameters
    ----------
    shelf
        Where they are published.
    person
        Who asks.
    at
        The time now.
    """
    from rightplace.records.audit.transaction import transaction

    person.check(Permission.SEE_OPERATIONS)
    with transaction(shelf.database, person.actor, purpose="Find trials.", at=at) as tx:
        found = []
        for each in reversed(published_trials(tx)):
            if why_stopped(tx, each.trial_id):
                continue
            try:
                found.append(open_trial(shelf, tx, each.trial_id, person=person))
            except RefusedError:
                continue
    return found
