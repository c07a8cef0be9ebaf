"""Use cases of the stop switch: one person stops a model, plan or product, a second restarts it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.app.accountability.office import named, names_of
from rightplace.errors import BadInputError
from rightplace.records.accounts.roles import Permission
from rightplace.records.audit.transaction import transaction
from rightplace.records.published.resting import MODEL
from rightplace.records.published.tables import PublishedRun
from rightplace.records.stop.switch import Target, TargetKind, restart, suspend, suspended

if TYPE_CHECKING:
    from rightplace.app.accountability.office import Office
    from rightplace.records.audit.transaction import Reading

OFFERED = 100
"""Newest published runs that the list offers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppedLine:
    """Something that is stopped.

    Parameters
    ----------
    target
        Its kind and name, with a colon between.
    words
        The same in words.
    reason, by, at
        Why, by whom, since when.
    may_restart
        Whether the person who looks may restart it.
    """

    target: str
    words: str
    reason: str
    by: str
    at: str
    may_restart: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Stoppable:
    """Something that can be stopped: its kind and name, and words for it."""

    target: str
    words: str


def read_stopped(quiet: Reading, office: Office) -> tuple[StoppedLine, ...]:
    """Return what is stopped now, oldest first; why is said to whoever meets it."""
    found = suspended(quiet)
    names = names_of(quiet, {each.suspended_by for each in found})
    may = office.may(Permission.RESTART)
    return tuple(
        StoppedLine(
            target=f"{each.target_kind}:{each.target}",
            words=f"{each.target_kind} {each.target}",
            reason=each.reason,
            by=named(each.suspended_by, names),
            at=office.moment(each.suspended_at),
            may_restart=may and each.suspended_by != office.person.actor.id,
        )
        for each in found
    )


def read_stoppable(quiet: Reading) -> tuple[Stoppable, ...]:
    """Return what can be stopped: published models, plans and other products, newest first."""
    from sqlalchemy import select

    order = PublishedRun.published_at.desc(), PublishedRun.id
    runs = quiet.unshown(select(PublishedRun).order_by(*order).limit(OFFERED))
    stopped = {(each.target_kind, each.target) for each in suspended(quiet)}
    models = dict.fromkeys(
        each.removeprefix(MODEL)
        for run in runs
        for each in json.loads(run.rests_on)
        if each.startswith(MODEL)
    )
    offered = [("model", name, f"model {name}, and all that rests on it") for name in models]
    for run in runs:
        kind = "plan" if run.kind == "plan" else "product"
        offered.append((kind, run.id, f"{run.kind} {run.id}"))
    return tuple(
        Stoppable(target=f"{kind}:{name}", words=words)
        for kind, name, words in offered
        if (kind, name) not in stopped
    )


def stop(office: Office, target: str, *, reason: str) -> None:
    """Stop a model, plan or product at once, for everybody.

    Whoever may stop something anywhere may stop it everywhere: a plan is one.
    """
    office.person.check(Permission.STOP)
    at = office.at
    with transaction(office.database, office.person.actor, purpose="Stop switch.", at=at) as tx:
        suspend(tx, target_of(target), reason=reason)


def let_run(office: Office, target: str, *, reason: str) -> None:
    """Let something run again, as a second person."""
    with office.acting(Permission.RESTART, "Restart after the stop switch.") as tx:
        restart(tx, target_of(target), reason=reason)


def target_of(text: str) -> Target:
    """Return what a form names, ``plan:p-000000000001``, say.

    Raises
    ------
    BadInputError
        If it names nothing.
    """
    kind, _, name = text.partition(":")
    if kind not in set(TargetKind) or not name.strip():
        msg = "Nothing is chosen."
        raise BadInputError(msg, value=text, remedy="Choose what to stop.")
    return Target(kind=TargetKind(kind), name=name)
