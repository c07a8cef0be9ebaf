"""The log of personal data breaches: recorded, assessed, told or not told with the reason, closed.

The Commissioner is told within 72 hours of our becoming aware, where that is feasible, unless a
risk to people is unlikely (Data Protection Act 2018 s67(1)-(2)); the people themselves, where the
risk is high (s68).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import select

from rightplace.errors import BadInputError, NotHeldError, RefusedError
from rightplace.records.breaches.tables import Breach
from rightplace.records.database.words import written

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rightplace.records.audit.transaction import Reading, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachLimit:
    """Within what time the Commissioner is told, by law.

    Parameters
    ----------
    provision
        Where it stands.
    within
        Hours that pass, not hours on the clock face.
    source
        Which text was read.
    """

    provision: str
    within: timedelta
    source: str


LIMIT = BreachLimit(
    provision="Data Protection Act 2018 s67(1)",
    within=timedelta(hours=72),
    source="DOMAIN 9.1.9; the Commissioner's guide to law enforcement processing",
)
"""In force since 25 May 2018; the Act has known no other."""


class Likelihood(StrEnum):
    """How likely a breach is a risk to the rights and freedoms of people."""

    UNLIKELY = "unlikely"
    RISK = "risk"
    HIGH = "high risk"


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachFound:
    """A breach as it became known.

    Parameters
    ----------
    what
        Its facts, in words.
    happened
        When it happened, in words.
    aware_at
        When we became aware of it, with its zone.
    effects
        What it did or may do to people.
    action
        What was done about it.
    people_affected
        About how many; None where unknown.
    """

    what: str
    happened: str
    aware_at: datetime
    effects: str
    action: str
    people_affected: int | None = None

    def __post_init__(self) -> None:
        """Check that it says something; what is missing raises ``UsageError``.

        Raises
        ------
        BadInputError
            If fewer than no people are affected.
        """
        written(self.what, what="What happened")
        written(self.happened, what="When it happened")
        written(self.effects, what="The effects")
        written(self.action, what="What was done")
        if self.people_affected is not None and self.people_affected < 0:
            msg = f"{self.people_affected} people cannot be affected."
            raise BadInputError(msg, value=self.people_affected, remedy="Leave it out if unknown.")


def record_breach(tx: Transaction, found: BreachFound) -> str:
    """Keep a breach; return its id.

    Raises
    ------
    BadInputError
        If we would become aware of it later than now.
    """
    if found.aware_at > tx.at:
        msg = f"The breach would become known on {found.aware_at}, which is to come."
        raise BadInputError(msg, value=found.aware_at, remedy="Give when it became known.")
    breach = Breach(
        id=f"br-{secrets.token_hex(6)}",
        what=written(found.what, what="What happened"),
        happened=written(found.happened, what="When it happened"),
        aware_at=found.aware_at,
        people_affected=found.people_affected,
        effects=written(found.effects, what="The effects"),
        action=written(found.action, what="What was done"),
        recorded_by=tx.actor.id,
        recorded_at=tx.at,
    )
    return tx.add(breach).id


def assess(tx: Transaction, breach_id: str, *, likelihood: Likelihood, assessment: str) -> None:
    """Keep how likely a risk to people is, and why; a later assessment takes its place."""
    breach = open_breach(tx, breach_id)
    breach.likelihood = likelihood.value
    breach.assessment = written(assessment, what="The assessment")
    breach.assessed_by, breach.assessed_at = tx.actor.id, tx.at
    tx.session.flush()


def tell_commissioner(
    tx: Transaction, breach_id: str, *, told_at: datetime, reference: str, late_reason: str = ""
) -> None:
    """Note that the Commissioner was told; later than 72 hours only with the reasons (s67(3)).

    Raises
    ------
    BadInputError
        If it was before we were aware, or is to come.
    RefusedError
        If they were told before.
    """
    breach = open_breach(tx, breach_id)
    if not breach.aware_at <= told_at <= tx.at:
        msg = f"The Commissioner was not told on {told_at}."
        raise BadInputError(msg, value=told_at, remedy="Give when they were told.")
    if breach.ico_told_at is not None:
        msg = "The Commissioner was told before."
        raise RefusedError(msg, value=breach_id, remedy="Nothing is left to do.")
    if told_at > due_at(breach):
        breach.late_reason = written(late_reason, what="The reason why they were told late")
    breach.ico_told_at, breach.ico_not_told_reason = told_at, None
    breach.ico_reference = written(reference, what="The Commissioner's reference")
    tx.session.flush()


def leave_commissioner_untold(tx: Transaction, breach_id: str, *, reason: str) -> None:
    """Note why the Commissioner is not told.

    Raises
    ------
    RefusedError
        If they were told, or a risk to people is not assessed as unlikely.
    """
    breach = open_breach(tx, breach_id)
    if breach.ico_told_at is not None or breach.likelihood != Likelihood.UNLIKELY:
        msg = f"The Commissioner is told unless a risk is unlikely ({LIMIT.provision})."
        raise RefusedError(msg, value=breach.likelihood, remedy="Assess the risk, or tell them.")
    breach.ico_not_told_reason = written(reason, what="The reason not to tell")
    tx.session.flush()


def tell_subjects(tx: Transaction, breach_id: str, *, told_at: datetime, how: str) -> None:
    """Note that the people were told, and how.

    Raises
    ------
    BadInputError
        If it was before we were aware, or is to come.
    """
    breach = open_breach(tx, breach_id)
    if not breach.aware_at <= told_at <= tx.at:
        msg = f"The people were not told on {told_at}."
        raise BadInputError(msg, value=told_at, remedy="Give when they were told.")
    breach.subjects_told_at, breach.subjects_not_told_reason = told_at, None
    breach.subjects_told_how = written(how, what="How they were told")
    tx.session.flush()


def leave_subjects_untold(tx: Transaction, breach_id: str, *, reason: str) -> None:
    """Note why the people are not told; where the risk is high, s68(3) and (7) say when.

    Raises
    ------
    RefusedError
        If they were told.
    """
    breach = open_breach(tx, breach_id)
    if breach.subjects_told_at is not None:
        msg = "The people were told."
        raise RefusedError(msg, value=breach_id, remedy="Nothing is left to do.")
    breach.subjects_not_told_reason = written(reason, what="The reason not to tell")
    tx.session.flush()


def close_breach(tx: Transaction, breach_id: str) -> None:
    """Close a breach.

    Raises
    ------
    RefusedError
        If anything is left to do; it says what.
    """
    breach = open_breach(tx, breach_id)
    missing = left_to_do(breach)
    if missing:
        msg = f"Left to do: {'; '.join(missing)}."
        raise RefusedError(msg, value=breach_id, remedy="Do it, then close the breach.")
    breach.closed_by, breach.closed_at = tx.actor.id, tx.at
    tx.session.flush()


def left_to_do(breach: Breach) -> tuple[str, ...]:
    """Return what is left to do before a breach can be closed."""
    missing = []
    if breach.likelihood is None:
        missing.append("assess the risk to people")
    unlikely_by_now = breach.likelihood == Likelihood.UNLIKELY
    is_excused = unlikely_by_now and breach.ico_not_told_reason is not None
    if breach.ico_told_at is None and not is_excused:
        missing.append("tell the Commissioner, or say why a risk is unlikely")
    is_high = breach.likelihood == Likelihood.HIGH
    if is_high and breach.subjects_told_at is None and breach.subjects_not_told_reason is None:
        missing.append("tell the people, or say why not")
    return tuple(missing)


def due_at(breach: Breach) -> datetime:
    """Return until when the Commissioner is to be told."""
    return breach.aware_at + LIMIT.within


def breaches(tx: Transaction) -> Sequence[Breach]:
    """Return every breach, the newest first, to be shown."""
    return tx.view(select(Breach).order_by(Breach.aware_at.desc(), Breach.id))


def open_breach(quiet: Reading, breach_id: str) -> Breach:
    """Return a breach that was not closed, for a check.

    Raises
    ------
    NotHeldError
        If there is none.
    """
    breach = quiet.unshown_one(Breach, breach_id)
    if breach is None or breach.closed_at is not None:
        msg = f"No breach {breach_id!r} is open."
        raise NotHeldError(msg, value=breach_id, remedy="See the log of breaches.")
    return breach
