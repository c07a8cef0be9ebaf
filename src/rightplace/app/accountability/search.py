"""Asking the audit chain: by the person looked at, by officer, by product, by record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - schemas are made from the annotations
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from rightplace.errors import BadInputError, UsageError

if TYPE_CHECKING:
    from rightplace.records.audit.look_up import LoggedAct
    from rightplace.records.audit.transaction import Transaction


class AskedBy(StrEnum):
    """What the audit chain is asked by."""

    PERSON = "person"
    """Whose records were looked at or changed."""
    OFFICER = "officer"
    """Who looked or changed."""
    PRODUCT = "product"
    """A forecast, plan or other product."""
    RECORD = "record"
    """One record: its type, a slash, its id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditQuery:
    """What the audit chain is asked.

    Parameters
    ----------
    by
        By what.
    name
        Id of the person, officer or product; or type and id of the record, with a slash between.
    since, until
        Only acts of this half-open time; None for no bound.
    most
        How many acts are shown, the newest.

    Raises
    ------
    UsageError
        If nothing is named, or the time ends before it begins.
    BadInputError
        If a record is not named by type and id.
    """

    by: AskedBy
    name: str
    since: datetime | None = None
    until: datetime | None = None
    most: int = 200

    def __post_init__(self) -> None:
        """Check that something is asked.

        Raises
        ------
        UsageError
            If nothing is named, or the time ends before it begins.
        BadInputError
            If a record is not named by type and id.
        """
        if not self.name.strip():
            msg = f"No {self.by} is named."
            raise UsageError(msg, remedy="Name one by its id.")
        if self.by is AskedBy.RECORD and not all(self.name.partition("/")):
            msg = f"{self.name!r} names no record."
            raise BadInputError(msg, value=self.name, remedy="Write its type and id: decision/ID.")
        if self.since is not None and self.until is not None and self.until <= self.since:
            msg = f"No time lies from {self.since} until {self.until}."
            raise UsageError(msg, value=self.until, remedy="Give an end after the start.")

    def __str__(self) -> str:
        return f"{self.by} {self.name}"

    def covers(self, at: datetime) -> bool:
        """Whether a moment lies in the time that is asked for."""
        is_late = self.since is None or self.since <= at
        return is_late and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActShown:
    """One line of the audit chain, as it is shown.

    Parameters
    ----------
    number
        Its place in the chain.
    at
        When.
    operation
        What was done.
    actor_id, actor_name
        Who; the name is null where the record was erased and its key destroyed.
    record_type, record_id, product
        To which record, and the product that it is about.
    purpose
        Why, in the actor's words; null as above.
    detail
        What else is sealed: the fields that changed, recipients; never their values.
    """

    number: int
    at: datetime
    operation: str
    actor_id: str
    actor_name: str | None
    record_type: str
    record_id: str
    product: str | None
    purpose: str | None
    detail: str


def search_chain(
    tx: Transaction, query: AuditQuery, *, skip: int = 0
) -> tuple[int, tuple[ActShown, ...]]:
    """Return how many acts a query finds, and the newest of them; the look is written down.

    Parameters
    ----------
    tx
        The transaction of whoever asks.
    query
        What is asked, and how many are shown at most.
    skip
        Newest ones that are left out: those of the pages before.
    """
    from rightplace.records.audit.look_up import Slice, newest
    from rightplace.records.audit.pen import Subject

    if query.by is AskedBy.PERSON:
        acts = [act for act in reversed(_of_person(tx, query.name)) if query.covers(act.at)]
        return len(acts), tuple(act_shown(each) for each in acts[skip : skip + query.most])
    record_type, _, record_id = query.name.partition("/")
    asked = {
        AskedBy.OFFICER: Subject(record_type="actor", record_id=query.name),
        AskedBy.PRODUCT: Subject(record_type="product", record_id=query.name, product=query.name),
    }.get(query.by, Subject(record_type=record_type, record_id=record_id))
    wanted = Slice(since=query.since, until=query.until, skip=skip, most=query.most)
    found, acts = newest(tx, asked=asked, by=query.by.value, wanted=wanted)
    return found, tuple(act_shown(each) for each in acts)


def _of_person(tx: Transaction, person_id: str) -> list[LoggedAct]:
    from rightplace.records.audit.look_up import by_person
    from rightplace.records.rights.finding import records_about

    records = {(each.__tablename__, each.identity) for each in records_about(tx, person_id)}
    return by_person(tx, person_id, records=records)


def act_shown(act: LoggedAct) -> ActShown:
    """Return a line of the chain as it is shown: names of what changed, never the values."""
    content = act.content or {}
    return ActShown(
        number=act.number,
        at=act.at,
        operation=act.operation.value,
        actor_id=act.actor_id,
        actor_name=content.get("actor"),
        record_type=act.record_type,
        record_id=act.record_id,
        product=act.product,
        purpose=content.get("purpose"),
        detail=_detail(act.content),
    )


def _detail(content: dict[str, Any] | None) -> str:
    if content is None:
        return "erased: its key is destroyed"
    said = []
    if "old" in content:
        said.append(f"changed {', '.join(sorted(content['new']))}")
    if content.get("recipients"):
        said.append(f"given to {', '.join(content['recipients'])}")
    if content.get("into"):
        said.append(f"combined into {content['into']}")
    if content.get("audit_log_by"):
        said.append(f"asked the audit chain by {content['audit_log_by']}")
    return "; ".join(said)
