"""What of section 60 stands first on Today: what waits for somebody, and what is in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.app.service.section_60_breaches import breach_lines
from rightplace.app.service.section_60_prompts import in_force_now, prompt_lines

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.section_60_prompts import InForceNow, PromptLine
    from rightplace.app.service.section_60_rules import Section60Rules
    from rightplace.records.audit.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Section60Today:
    """What of section 60 concerns somebody now.

    Parameters
    ----------
    waiting
        What is asked of them, the most urgent first.
    in_force
        What gives powers now where they work.
    open_breaches
        Breaches that wait for their decision.
    """

    waiting: tuple[PromptLine, ...]
    in_force: tuple[InForceNow, ...]
    open_breaches: int


def section_60_today(
    tx: Transaction, *, person: Person, at: datetime, rules: Section60Rules
) -> Section60Today:
    """Return what of section 60 concerns somebody now; a look at each that is named.

    Parameters
    ----------
    tx
        The transaction in which it is shown.
    person
        Who.
    at
        The time now.
    rules
        By which prompts come.
    """
    waiting = prompt_lines(tx, person=person, at=at, rules=rules)
    in_force = in_force_now(tx, person=person, at=at)
    named = {each.reference for each in waiting} | {each.reference for each in in_force}
    seen = _seen(tx, named)
    breached = breach_lines(tx, person=person, at=at, rules=rules)
    return Section60Today(
        waiting=tuple(each for each in waiting if each.reference in seen),
        in_force=tuple(each for each in in_force if each.reference in seen),
        open_breaches=sum(each.is_open for each in breached),
    )


def briefed_in_force(
    tx: Transaction, *, person: Person, at: datetime, bcu: str
) -> tuple[InForceNow, ...]:
    """Return what is in force in a BCU, as a brief tells of it; a look at each.

    Parameters
    ----------
    tx, person, at
        As in ``section_60_today``.
    bcu
        Of the brief.
    """
    found = in_force_now(tx, person=person, at=at, bcu=bcu)
    seen = _seen(tx, {each.reference for each in found})
    return tuple(each for each in found if each.reference in seen)


def _seen(tx: Transaction, references: set[str]) -> set[str]:
    """Return which of some authorisations may be shown; it is a look at each."""
    from sqlalchemy import select

    from rightplace.records.section_60.tables import Section60

    wanted = select(Section60).where(Section60.reference.in_(references))
    return {each.reference for each in tx.view(wanted)}
