"""Use cases: what the service is, what it must not be used for, and how good it is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from rightplace.core.runs import code_version
from rightplace.errors import NotHeldError, RefusedError
from rightplace.records.accounts.roles import Permission
from rightplace.records.audit.transaction import reading, transaction
from rightplace.records.documents.filing import documents_in_force, subjects
from rightplace.records.documents.kinds import DocumentKind
from rightplace.records.published.creating import is_demo
from rightplace.records.published.tables import PublishedRun
from rightplace.records.stop.switch import check_running

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.records.audit.transaction import Reading
    from rightplace.records.database.front import Database

SHARES = ("0.02", "0.05")
"""Shares of cells whose hit rates the table shows, where a backtest has them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLine:
    """One document of a model, as the list shows it."""

    kind: str
    words: str
    version: int
    dated: str
    review_due: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelLine:
    """A model with its documents, and why it is stopped, if it is."""

    name: str
    stopped: str
    documents: tuple[DocumentLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodRow:
    """How one method did in a backtest.

    Parameters
    ----------
    log_score
        Mean for each cell and period; higher is better.
    hit_rates
        Share of incidents in the top cells, for each share of cells that the table shows.
    judgement
        How it stands against the reference, in words.
    """

    name: str
    log_score: str
    hit_rates: tuple[str, ...]
    judgement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestShown:
    """A published backtest, every method with it, the worse ones too."""

    id: str
    title: str
    verdict: str
    cells: str
    origins: str
    shares: tuple[str, ...]
    rows: tuple[MethodRow, ...]
    is_synthetic: bool


SUSPENDED = "It is suspended."


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutPage:
    """What the page about the service shows.

    Parameters
    ----------
    backtest
        The last one that is published; None where there is none, or who looks may not see it.
    """

    is_demo: bool
    code_version: str
    models: tuple[ModelLine, ...]
    backtest: BacktestShown | None


def read_about(database: Database, *, person: Person | None, at: datetime) -> AboutPage:
    """Return what the service is made of; documents are open to anyone, signed in or not.

    Parameters
    ----------
    database
        The records.
    person
        Who looks, or None; scores are for who may see forecasts.
    at
        The time now.
    """
    with reading(database) as quiet:
        page = AboutPage(
            is_demo=is_demo(quiet),
            code_version=code_version(),
            models=tuple(_model(quiet, name, person=person) for name in subjects(quiet)),
            backtest=None,
        )
        last = _last_backtest(quiet)
    if last is None or person is None or not person.may(Permission.SEE_FORECAST):
        return page
    with transaction(database, person.actor, purpose="Read how good it is.", at=at) as tx:
        run = tx.view_one(PublishedRun, last)
        shown = _backtest(run, json.loads(run.content))
    return AboutPage(
        is_demo=page.is_demo,
        code_version=page.code_version,
        models=page.models,
        backtest=shown,
    )


def _model(quiet: Reading, name: str, *, person: Person | None) -> ModelLine:
    """Return a model; who stopped it, and why, is for those who are signed in."""
    held = documents_in_force(quiet, name)
    stopped = _stopped(quiet, f"model/{name}")
    return ModelLine(
        name=name,
        stopped=SUSPENDED if stopped and person is None else stopped,
        documents=tuple(
            DocumentLine(
                kind=kind.value,
                words=kind.words,
                version=row.version,
                dated=row.dated.isoformat(),
                review_due=row.review_due.isoformat(),
            )
            for kind, row in held.items()
        ),
    )


def _stopped(quiet: Reading, product: str) -> str:
    try:
        check_running(quiet, product)
    except RefusedError as stopped:
        return stopped.fault.message
    return ""


def _last_backtest(quiet: Reading) -> str | None:
    """Return the id of the last backtest that is published and runs."""
    wanted = select(PublishedRun).where(PublishedRun.kind == "backtest")
    found = quiet.unshown(wanted.order_by(PublishedRun.published_at.desc(), PublishedRun.id))
    return next((run.id for run in found if not _stopped(quiet, run.id)), None)


def _backtest(run: PublishedRun, record: Mapping[str, Any]) -> BacktestShown:
    result = record["result"]
    methods: Mapping[str, Any] = result.get("methods", {})
    shares = tuple(
        share for share in SHARES if all(share in scores["hit_rate"] for scores in methods.values())
    )
    said = {each["method"]: each["words"] for each in result.get("judgements", ())}
    reference = (result.get("reference") or {}).get("method", "")
    best_first = sorted(methods.items(), key=lambda item: -item[1]["log_score"])
    return BacktestShown(
        id=run.id,
        title=str(record.get("title", "")),
        verdict=result["verdict"],
        cells=f"{result.get('n_cells', 0):,}",
        origins=str(len(result.get("origins", ()))),
        shares=tuple(f"{float(share):.0%}" for share in shares),
        rows=tuple(
            MethodRow(
                name=name,
                log_score=f"{scores['log_score']:.5f}",
                hit_rates=tuple(f"{scores['hit_rate'][share]:.1%}" for share in shares),
                judgement="the reference" if name == reference else said.get(name, ""),
            )
            for name, scores in best_first
        ),
        is_synthetic=run.is_synthetic,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentPage:
    """One document, whole.

    Parameters
    ----------
    text
        Markdown, as it was filed.
    """

    subject: str
    words: str
    version: int
    dated: str
    review_due: str
    reviewed_by: str
    code_version: str
    digest: str
    is_synthetic: bool
    text: str


def read_document_page(database: Database, subject: str, kind: str) -> DocumentPage:
    """Return the last version of a document, which is open to anyone.

    Parameters
    ----------
    database
        The records.
    subject
        The model that it is about.
    kind
        Which of the six.

    Raises
    ------
    NotHeldError
        If the model has none of that kind.
    """
    with reading(database) as quiet:
        held = documents_in_force(quiet, subject)
        row = next((row for each, row in held.items() if each.value == kind), None)
    if row is None:
        msg = f"There is no document {kind!r} of a model {subject!r}."
        raise NotHeldError(msg, value=kind, remedy="Choose one of the list on the page About.")
    return DocumentPage(
        subject=subject,
        words=DocumentKind(kind).words,
        version=row.version,
        dated=row.dated.isoformat(),
        review_due=row.review_due.isoformat(),
        reviewed_by=row.reviewed_by,
        code_version=row.code_version,
        digest=row.digest,
        is_synthetic=row.is_synthetic,
        text=row.text,
    )
