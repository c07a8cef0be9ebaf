"""Suspending a model, plan or product at once, and letting a second person restart it.

What rests on something suspended is stopped with it: a plan with its forecast, a forecast with its
model. Pages, briefs, interfaces and jobs ask ``check_running`` before they use anything.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import select

from rightplace.errors import BadInputError, NotHeldError, RefusedError
from rightplace.records.accounts.tables import known_as
from rightplace.records.database.words import written
from rightplace.records.published.resting import MODEL, rests_on
from rightplace.records.stop.tables import Suspension

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rightplace.records.audit.transaction import Reading, Transaction


class TargetKind(StrEnum):
    """What can be suspended."""

    MODEL = "model"
    PLAN = "plan"
    PRODUCT = "product"
    """A run of any other kind, or a part of the service such as ``briefs``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One model, plan or product.

    Parameters
    ----------
    kind
        What it is.
    name
        A model's name, a plan's id, or a product's id or name.

    Raises
    ------
    BadInputError
        If no name is given.
    """

    kind: TargetKind
    name: str

    def __post_init__(self) -> None:
        """Check that it is named.

        Raises
        ------
        BadInputError
            If no name is given.
        """
        if not self.name.strip():
            msg = f"The {self.kind} to suspend is not named."
            raise BadInputError(msg, remedy="Name it.")

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


def suspend(tx: Transaction, target: Target, *, reason: str) -> str:
    """Suspend something from this moment on; return the suspension's id.

    What is suspended already stays so, with its first reason; its id is returned.
    """
    held = _suspension_of(tx, target)
    if held is not None:
        return held.id
    suspension = Suspension(
        id=str(uuid.uuid4()),
        target_kind=target.kind.value,
        target=target.name,
        reason=written(reason, what="The reason of the suspension"),
        suspended_by=tx.actor.id,
        suspended_at=tx.at,
    )
    return tx.add(suspension).id


def restart(tx: Transaction, target: Target, *, reason: str) -> None:
    """Let something run again.

    Raises
    ------
    NotHeldError
        If it is not suspended.
    RefusedError
        If the person who suspended it would restart it.
    """
    held = _suspension_of(tx, target)
    if held is None:
        msg = f"The {target} is not suspended."
        raise NotHeldError(msg, value=target.name, remedy="Check its name.")
    if held.suspended_by == tx.actor.id:
        msg = f"The {target} was suspended by the person who would restart it."
        raise RefusedError(msg, value=target.name, remedy="Ask a second person.")
    held.restart_reason = written(reason, what="The reason of the restart")
    held.restarted_by, held.restarted_at = tx.actor.id, tx.at
    tx.session.flush()


def suspended(tx: Reading) -> Sequence[Suspension]:
    """Return every suspension in force, oldest first, for a check."""
    wanted = select(Suspension).where(Suspension.restarted_at.is_(None))
    return tx.unshown(wanted.order_by(Suspension.suspended_at, Suspension.id))


def check_running(tx: Reading, product: str | Target) -> None:
    """Check that nothing is suspended of a product, nor of what it rests on.

    Parameters
    ----------
    tx
        A transaction or a reading of the database, now.
    product
        A run's id, a part of the service, ``model/NAME``, or a target by its kind.

    Raises
    ------
    RefusedError
        If it is suspended; with reason and since when.
    """
    stopped = {(each.target_kind, each.target): each for each in suspended(tx)}
    if not stopped:
        return
    named = product.name if isinstance(product, Target) else product
    if isinstance(product, Target) and product.kind is TargetKind.MODEL:
        asked = [(TargetKind.MODEL.value, named)]
    else:
        asked = [key for each in (named, *sorted(rests_on(tx, named))) for key in _keys(each)]
    for key in asked:
        found = stopped.get(key)
        if found is not None:
            since = f"{found.suspended_at:%d %B %Y %H:%M} UTC by {known_as(tx, found.suspended_by)}"
            what = "is suspended" if found.target == named else "cannot be used"
            msg = f"{named} {what}: {' '.join(key)} was suspended on {since}: {found.reason}"
            remedy = "A second person can restart it."
            raise RefusedError(msg, value=named, remedy=remedy)


def _keys(name: str) -> list[tuple[str, str]]:
    """Return under which kinds and name something that a run rests on may be suspended."""
    if name.startswith(MODEL):
        return [(TargetKind.MODEL.value, name.removeprefix(MODEL))]
    return [(TargetKind.PLAN.value, name), (TargetKind.PRODUCT.value, name)]


def _suspension_of(tx: Reading, target: Target) -> Suspension | None:
    found = tx.unshown(
        select(Suspension).where(
            Suspension.target_kind == target.kind.value,
            Suspension.target == target.name,
            Suspension.restarted_at.is_(None),
        )
    )
    return found[0] if found else None
