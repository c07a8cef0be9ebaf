"""Publishing runs: a copy that nobody can alter, from which pages are made."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rightplace.core.canonical import bytes_digest, canonical_json, digest
from rightplace.errors import BadInputError, NotHeldError, RefusedError
from rightplace.records.audit.once import keep_once
from rightplace.records.documents.gate import check_documents, subject_of
from rightplace.records.documents.tables import PublishedUnder
from rightplace.records.published.creating import is_demo
from rightplace.records.published.resting import MODEL, rests_on
from rightplace.records.published.tables import PublishedRun, PublishedTable
from rightplace.records.stop.switch import check_running

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rightplace.records.audit.transaction import Reading, Transaction
    from rightplace.records.documents.tables import ModelDocument

WITHOUT_MODEL = frozenset(
    {"area", "picture", "roster", "surge", "investigation", "workforce", "searches"}
    | {"evaluation", "trial"}
)
"""Kinds that may have no model behind them: outlines, counts of what was recorded, operations and
trials judged by such counts, who works when or where by rules, demand and floors that people
stated, what detective units could carry by hours and how strong a force would be by intake that
people stated. None of them foretells what happens where; a surge whose demand comes from a
forecast names that, and the documents of its model stand behind it.
"""
DECIDED = frozenset({"effect_approval"})
"""Kinds that decide on something published: the documents that stood behind it were asked then."""
MADE_AGAIN = ("content", "published_by", "published_at")
"""What differs when the same run is made and published again; the digest leaves out the clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCopy:
    """A run as it lies in the workspace.

    Parameters
    ----------
    record
        Content of its ``run.json``.
    tables
        The bytes of each table that it names.
    rests_on
        Runs it was made from, by id, and the model behind it, as ``model/NAME``.
    is_synthetic
        Whether invented data went into it.
    """

    record: Mapping[str, Any]
    tables: Mapping[str, bytes]
    rests_on: tuple[str, ...] = ()
    is_synthetic: bool = False


def publish(tx: Transaction, copy: RunCopy) -> PublishedRun:
    """Keep a copy of a run; publishing the same run again changes nothing.

    A table that is not the one that the run names, or another run under its id, raises
    ``BadInputError``; a run that is suspended, or rests on something that is, ``RefusedError``,
    and so does one behind whose model not all six documents stand. Which stood is kept with it.

    Raises
    ------
    RefusedError
        If invented data went into it, and this is no database for demos.
    """
    run_id = str(copy.record["id"])
    is_synthetic = copy.is_synthetic or _rests_on_synthetic(tx, copy.rests_on)
    if is_synthetic and not is_demo(tx):
        msg = f"{run_id} is SYNTHETIC: invented data are published only into a demo."
        raise RefusedError(msg, value=run_id, remedy="Create a demo database for it.")
    _check_tables(copy, run_id)
    for each in (run_id, *copy.rests_on):
        check_running(tx, each)
    is_new = tx.unshown_one(PublishedRun, run_id) is None
    documents = _documents(tx, copy, is_synthetic=is_synthetic) if is_new else ()
    lasting = {key: value for key, value in copy.record.items() if key != "made_at"}
    run = PublishedRun(
        id=run_id,
        kind=copy.record["kind"],
        digest=digest(lasting),
        content=canonical_json(copy.record),
        rests_on=canonical_json(sorted(copy.rests_on)),
        is_synthetic=is_synthetic,
        published_by=tx.actor.id,
        published_at=tx.at,
    )
    if not keep_once(tx, run, differing=MADE_AGAIN):
        return _held(tx, run_id)
    for name, table in sorted(copy.tables.items()):
        tx.add(
            PublishedTable(
                run_id=run_id,
                name=name,
                digest=bytes_digest([table]),
                content=table,
                published_at=tx.at,
            )
        )
    for document in documents:
        tx.add(
            PublishedUnder(
                run_id=run_id,
                subject=document.subject,
                kind=document.kind,
                version=document.version,
                published_at=tx.at,
            )
        )
    return run


def _documents(tx: Transaction, copy: RunCopy, *, is_synthetic: bool) -> list[ModelDocument]:
    """Return the documents that stand behind a run, six for each model that it rests on.

    Raises
    ------
    RefusedError
        If it names no model, or not all of them stand.
    """
    run_id, kind = str(copy.record["id"]), copy.record["kind"]
    if kind in DECIDED:
        return []
    named = set(copy.rests_on).union(*(rests_on(tx, each) for each in copy.rests_on))
    models = {subject_of(n.removeprefix(MODEL)) for n in named if n.startswith(MODEL)}
    if not models and kind in WITHOUT_MODEL:
        return []
    if not models:
        msg = f"{run_id} names no model that it rests on, so no document stands behind it."
        raise RefusedError(msg, value=run_id, remedy="Publish first what it was made from.")
    code_version = str(copy.record.get("code_version", ""))
    return [
        document
        for model in sorted(models)
        for document in check_documents(
            tx, run_id, model, code_version=code_version, is_synthetic=is_synthetic
        )
    ]


def _rests_on_synthetic(tx: Transaction, rests_on: tuple[str, ...]) -> bool:
    held = (tx.unshown_one(PublishedRun, each) for each in rests_on)
    return any(run is not None and run.is_synthetic for run in held)


def _check_tables(copy: RunCopy, run_id: str) -> None:
    """Check that the tables are those that the run names.

    Raises
    ------
    BadInputError
        If one is missing, too many or another.
    """
    named = dict(copy.record.get("tables", {}))
    given = {name: bytes_digest([table]) for name, table in copy.tables.items()}
    wrong = sorted(
        name for name in named.keys() | given.keys() if named.get(name) != given.get(name)
    )
    if wrong:
        msg = f"The table {wrong[0]!r} is not the one that run {run_id} names."
        raise BadInputError(msg, value=wrong[0], remedy="Make the run again.")


def _held(tx: Reading, run_id: str) -> PublishedRun:
    """Return a published run.

    Raises
    ------
    NotHeldError
        If it is not published.
    """
    run = tx.unshown_one(PublishedRun, run_id)
    if run is None:
        msg = f"{run_id} is not published."
        raise NotHeldError(msg, value=run_id, remedy="Publish it first.")
    return run


def check_published(tx: Reading, run_id: str, *, kind: str) -> None:
    """Check that a run is published and of a kind.

    Raises
    ------
    NotHeldError
        If it is not.
    """
    run = _held(tx, run_id)
    if run.kind != kind:
        msg = f"{run_id} is a {run.kind}, not a {kind}."
        raise NotHeldError(msg, value=run_id, remedy=f"Name a published {kind}.")


def view_run(tx: Transaction, run_id: str) -> dict[str, Any]:
    """Return the record of a published run, to be shown; one that is not published is not held."""
    content: dict[str, Any] = json.loads(tx.view_one(PublishedRun, run_id).content)
    return content


def view_table(tx: Transaction, run_id: str, name: str) -> bytes:
    """Return the bytes of a table of a published run, to be shown."""
    return tx.view_one(PublishedTable, run_id, name).content
