"""Complaints about searches: counted by quarter from references alone, a rise to be explained."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date  # noqa: TC003 - a record names the types that it holds
from typing import TYPE_CHECKING

from sqlalchemy import select

from rightplace.errors import BadInputError
from rightplace.records.audit.once import keep_once
from rightplace.records.database.words import client_id, written
from rightplace.records.panel.tables import Complaint, ComplaintExplanation
from rightplace.records.searches.log import reference_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rightplace.records.audit.transaction import Reading, Transaction

_QUARTER = re.compile(r"[0-9]{4}-Q[1-4]")


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintSettings:
    """When a rise of complaints is to be explained.

    Parameters
    ----------
    rise_percent
        A quarter's complaints above those of the quarter before by more than this are to be
        explained (DOMAIN 2.6.34: 10, practice of the Metropolitan Police in 2019).
    """

    rise_percent: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarterOfComplaints:
    """Complaints of a quarter beside those of the quarter before.

    Parameters
    ----------
    quarter
        As ``2026-Q2``.
    complaints, before
        Counts; ``before`` is None for the first quarter of which anything is recorded.
    must_explain
        Whether they rose by more than the setting says.
    """

    quarter: str
    complaints: int
    before: int | None
    must_explain: bool

    @property
    def rise_percent(self) -> float | None:
        """By how much they rose, in percent; None where the quarter before had none."""
        return None if not self.before else 100 * (self.complaints - self.before) / self.before


def quarter_of(day: date) -> str:
    """Return the quarter that a day lies in, as ``2026-Q2``."""
    return f"{day.year}-Q{(day.month - 1) // 3 + 1}"


def quarters(
    received: Iterable[date], *, until: date, settings: ComplaintSettings
) -> tuple[QuarterOfComplaints, ...]:
    """Return each quarter from the first complaint to a day, oldest first, those without too.

    Parameters
    ----------
    received
        When each complaint came in.
    until
        The last day that is looked at.
    settings
        When a rise is to be explained.
    """
    counts = Counter(quarter_of(each) for each in received if each <= until)
    if not counts:
        return ()
    found: list[QuarterOfComplaints] = []
    name, last, before = min(counts), quarter_of(until), None
    while name <= last:
        now = counts[name]
        rose = before is not None and now > before * (1 + settings.rise_percent / 100)
        found.append(
            QuarterOfComplaints(quarter=name, complaints=now, before=before, must_explain=rose)
        )
        name, before = _next(name), now
    return tuple(found)


def _next(quarter: str) -> str:
    year, number = int(quarter[:4]), int(quarter[-1])
    return f"{year + 1}-Q1" if number == 4 else f"{year}-Q{number + 1}"  # noqa: PLR2004 - quarters of a year


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintGiven:
    """A complaint, by reference: who complained and about whom is in the complaint system.

    Parameters
    ----------
    reference
        Of the complaint system or the IOPC.
    received_on
        When it came in.
    bcu
        About a search where.
    authorisation
        Of the section 60 under which it was; empty for none.
    """

    reference: str
    received_on: date
    bcu: str
    authorisation: str = ""


def keep_complaint(tx: Transaction, given: ComplaintGiven) -> bool:
    """Keep a complaint; return whether it is new. Another under the same reference is refused.

    Raises
    ------
    BadInputError
        If the reference or the BCU is missing, or it came in on a day to come.
    """
    reference = reference_of(given.reference)
    if not reference or not given.bcu.strip():
        msg = "The reference of the complaint, or its BCU, is missing."
        raise BadInputError(msg, value=reference, remedy="Give both.")
    if given.received_on > tx.at.date():
        msg = f"It would be received on {given.received_on}, which is still to come."
        raise BadInputError(msg, value=given.received_on, remedy="Check the day.")
    row = Complaint(
        reference=reference,
        received_on=given.received_on,
        bcu=given.bcu,
        authorisation=reference_of(given.authorisation) or None,
        entered_at=tx.at,
        entered_by=tx.actor.id,
    )
    return keep_once(tx, row, differing=("entered_at", "entered_by"))


def explain(tx: Transaction, quarter: str, words: str, *, form_id: str) -> int:
    """Keep how the force explains a rise of complaints; return its number.

    Raises
    ------
    BadInputError
        If it names no quarter.
    """
    form = client_id(form_id)
    if not _QUARTER.fullmatch(quarter):
        msg = f"{quarter!r} is no quarter."
        raise BadInputError(msg, value=quarter, remedy="Write it as 2026-Q2.")
    sent = tx.unshown(select(ComplaintExplanation).where(ComplaintExplanation.form_id == form))
    if sent:
        return sent[0].number
    row = ComplaintExplanation(
        quarter=quarter,
        number=1 + len([each for each in explanations(tx) if each.quarter == quarter]),
        words=written(words, what="The explanation"),
        explained_at=tx.at,
        explained_by=tx.actor.id,
        form_id=form,
    )
    return tx.add(row).number


def all_complaints(quiet: Reading) -> Sequence[Complaint]:
    """Return every complaint, oldest first, for a check."""
    return quiet.unshown(select(Complaint).order_by(Complaint.received_on, Complaint.reference))


def complaints_of_authorisation(quiet: Reading, reference: str) -> int:
    """Return how many complaints name a section 60 authorisation, for a check."""
    wanted = select(Complaint).where(Complaint.authorisation == reference)
    return len(quiet.unshown(wanted))


def explanations(quiet: Reading) -> Sequence[ComplaintExplanation]:
    """Return every explanation, by quarter and oldest first, for a check."""
    order = ComplaintExplanation.quarter, ComplaintExplanation.number
    return quiet.unshown(select(ComplaintExplanation).order_by(*order))
