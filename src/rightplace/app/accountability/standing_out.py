"""Use case: what stands out in the audit chain of the last days, for a person to ask about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from rightplace.app.accountability.office import named, names_of
from rightplace.records.accounts.anomalies import Known, anomalies
from rightplace.records.accounts.tables import Account
from rightplace.records.audit.actor import Operation
from rightplace.records.audit.look_up import acts_since
from rightplace.records.audit.pen import Subject
from rightplace.records.rights.tables import SubjectRequest

if TYPE_CHECKING:
    from rightplace.app.accountability.office import Office
    from rightplace.records.audit.transaction import Reading, Transaction

WHAT = {
    "own-name": "Own family name",
    "no-task": "No task",
    "night": "At night",
    "volume": "Far more than usual",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AnomalyLine:
    """One thing that stands out: what, whose, when, in a sentence, and how many acts."""

    what: str
    account_id: str
    who: str
    at: str
    said: str
    acts: int


def note_anomalies(tx: Transaction, office: Office) -> None:
    """Write down that somebody is shown what stands out."""
    about = Subject(record_type="audit_line", record_id="anomalies")
    days = office.anomalies.days
    tx.log(Operation.CONSULTATION, about, audit_log_by="what stands out", days=days)


def read_anomalies(quiet: Reading, office: Office) -> tuple[AnomalyLine, ...]:
    """Return what stands out, newest first; others write meanwhile, so it is noted apart."""
    acts = acts_since(quiet, office.at - timedelta(days=office.anomalies.days))
    found = anomalies(acts, known_names(quiet), office.anomalies)
    names = names_of(quiet, {each.account_id for each in found})
    return tuple(
        AnomalyLine(
            what=WHAT[each.kind.value],
            account_id=each.account_id,
            who=named(each.account_id, names),
            at=office.moment(each.at),
            said=each.said,
            acts=len(each.lines),
        )
        for each in reversed(found)
    )


def known_names(quiet: Reading) -> Known:
    """Return whose family name is which, and which records hold one; nobody's tasks are known."""
    from sqlalchemy import select

    accounts = quiet.unshown(select(Account))
    asked = quiet.unshown(select(SubjectRequest))
    names_in = {("account", each.id): (each.family_name,) for each in accounts}
    requests = {("subject_request", each.id): tuple(each.subject_name.split()) for each in asked}
    return Known(
        family_names={each.id: each.family_name for each in accounts},
        names_in={**names_in, **requests},
    )
