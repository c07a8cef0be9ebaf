"""Nothing is published unless its six documents stand: dated, finished, for the same code."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from rightplace.errors import BadInputError, RefusedError
from rightplace.records.audit.look_up import by_product
from rightplace.records.audit.transaction import reading, transaction
from rightplace.records.documents.document import read_document
from rightplace.records.documents.filing import documents_in_force, file_document, subjects
from rightplace.records.documents.kinds import DocumentKind
from rightplace.records.documents.settings import DocumentSettings
from rightplace.records.documents.tables import ModelDocument, PublishedUnder
from rightplace.records.published.creating import create
from rightplace.records.published.publishing import publish
from tests.document_world import CODE, file_six, finished
from tests.records.acting import ANALYST, NOON, OFFICER_OF_DATA
from tests.records.published_world import FORECAST_COPY, PLAN_COPY, run_copy

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.records.database.front import Database
    from rightplace.records.published.publishing import RunCopy

CARD, IMPACT = DocumentKind.CARD, DocumentKind.IMPACT


@pytest.fixture
def service(database: Database) -> Database:
    create(database, ANALYST, kind="service", at=NOON)
    return database


@pytest.fixture
def demo(database: Database) -> Database:
    create(database, ANALYST, kind="demo", at=NOON)
    return database


def file(database: Database, *texts: str, at: datetime = NOON) -> None:
    with transaction(database, OFFICER_OF_DATA, purpose="File.", at=at) as tx:
        for text in texts:
            file_document(tx, read_document(text), settings=DocumentSettings())


def file_all(database: Database, *, code: str = CODE, status: str = "approved") -> None:
    with transaction(database, OFFICER_OF_DATA, purpose="File.", at=NOON) as tx:
        file_six(tx, code=code, status=status)


def publishing(database: Database, *copies: RunCopy, at: datetime = NOON) -> None:
    with transaction(database, ANALYST, purpose="Weekly tasking.", at=at) as tx:
        for copy in copies:
            publish(tx, copy)


def published(database: Database) -> list[str]:
    with database.engine.connect() as connection:
        return sorted(
            connection.scalars(sa.select(sa.column("id")).select_from(sa.table("published_run")))
        )


def put(database: Database, text: str, *, version: int = 2) -> None:
    """Keep a document without the checks of filing, as an older version may have done."""
    told = read_document(text)
    with transaction(database, OFFICER_OF_DATA, purpose="Put.", at=NOON) as tx:
        tx.add(
            ModelDocument(
                subject=told.subject,
                kind=told.kind.value,
                version=version,
                code_version=told.code_version,
                dated=told.dated or date(2026, 5, 1),
                review_due=told.review_due or date(2027, 5, 1),
                reviewed_by=told.reviewed_by or "nobody",
                is_synthetic=told.is_synthetic,
                digest="0" * 64,
                text=told.text,
                filed_at=NOON,
            )
        )


def test_with_all_six_a_forecast_and_its_plan_are_published(service: Database) -> None:
    file_all(service)
    publishing(service, FORECAST_COPY, PLAN_COPY)
    assert published(service) == ["f-000000000001", "p-000000000001"]
    with reading(service) as quiet:
        stood = quiet.unshown(sa.select(PublishedUnder))
    assert {(row.run_id, row.kind, row.version) for row in stood} == {
        (run_id, kind.value, 1)
        for run_id in ("f-000000000001", "p-000000000001")
        for kind in DocumentKind
    }


def test_with_none_nothing_is_published_and_each_missing_one_is_named(service: Database) -> None:
    with pytest.raises(RefusedError) as refused:
        publishing(service, FORECAST_COPY)
    for kind in DocumentKind:
        assert f"{kind.words} is missing" in refused.value.fault.message
    assert "rightplace documents write" in str(refused.value.fault.remedy)
    assert refused.value.exit_code == 20
    assert published(service) == []


@pytest.mark.parametrize("left_out", DocumentKind)
def test_each_of_the_six_is_needed(service: Database, left_out: DocumentKind) -> None:
    file(service, *(finished(kind) for kind in DocumentKind if kind is not left_out))
    with pytest.raises(RefusedError, match=f"1 of the six .*{left_out.words} is missing"):
        publishing(service, FORECAST_COPY)


def test_documents_of_another_code_version_do_not_stand(service: Database) -> None:
    file_all(service)
    file(service, finished(CARD, code="0.1.0+111111111111"))
    with pytest.raises(RefusedError, match=r"1 of the six.*model card is for code 0\.1\.0\+1111"):
        publishing(service, FORECAST_COPY)


def test_documents_of_another_model_do_not_stand(service: Database) -> None:
    with transaction(service, OFFICER_OF_DATA, purpose="File.", at=NOON) as tx:
        file_six(tx, subject="kernel")
    with pytest.raises(RefusedError, match="all six documents of the model additive_memory"):
        publishing(service, FORECAST_COPY)


def test_a_document_stands_until_its_review_and_no_day_longer(service: Database) -> None:
    file_all(service)
    last_day = NOON.replace(year=2027, month=5, day=1)
    with pytest.raises(RefusedError, match="was due for review on 2027-05-01"):
        publishing(service, FORECAST_COPY, at=last_day + timedelta(days=1))
    publishing(service, FORECAST_COPY, at=last_day)


def test_days_are_those_of_london_not_of_utc(service: Database) -> None:
    """At 23:30 UTC in May it is the next day in London."""
    file_all(service)
    late = NOON.replace(year=2027, month=5, day=1, hour=23, minute=30)
    with pytest.raises(RefusedError, match="was due for review"):
        publishing(service, FORECAST_COPY, at=late)


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (("dated = 2026-05-01", 'dated = ""'), "is not dated"),
        (("dated = 2026-05-01", "dated = 2026-06-01"), "is dated 2026-06-01, which is still"),
        (('status = "approved"', 'status = "draft"'), "is a draft"),
        (('reviewed_by = "Head of analysis"', 'reviewed_by = " "'), "names nobody"),
        (("what the force says", "[FILL IN necessity: why]"), r"blanks to fill in \(necessity\)"),
        (("what the force says", "[ fill in ]"), "blanks to fill in"),
        (("## What risk remains", "## Anything"), "lacks the section 'What risk remains'"),
    ],
)
def test_an_unfinished_document_is_neither_filed_nor_stands(
    service: Database, broken: tuple[str, str], said: str
) -> None:
    file_all(service)
    text = finished(IMPACT).replace(*broken)
    with pytest.raises(RefusedError, match=said):
        file(service, text)
    put(service, text)
    with pytest.raises(RefusedError, match=said):
        publishing(service, FORECAST_COPY)
    assert published(service) == []


@pytest.mark.parametrize("nothing", ["", "TBC", "- tbd.", "**To be confirmed**", "---"])
def test_a_section_that_says_nothing_is_not_finished(service: Database, nothing: str) -> None:
    head, section, rest = finished(IMPACT).partition("## Who was consulted\n")
    _, following, tail = rest.partition("## Risks to people\n")
    with pytest.raises(RefusedError, match="says nothing under 'Who was consulted'"):
        file(service, f"{head}{section}\n{nothing}\n\n{following}{tail}")


def test_a_run_that_names_no_model_is_refused(service: Database) -> None:
    file_all(service)
    for copy in (replace(FORECAST_COPY, rests_on=()), PLAN_COPY, run_copy("b-1", "backtest")):
        with pytest.raises(RefusedError, match="names no model"):
            publishing(service, copy)


def test_a_kind_that_nobody_thought_of_needs_documents_and_outlines_do_not(
    service: Database,
) -> None:
    model = ("model/additive_memory",)
    with pytest.raises(RefusedError, match="all six"):
        publishing(service, replace(run_copy("z-1", "prophecy"), rests_on=model))
    publishing(service, run_copy("area-1", "area"))


def test_every_model_of_a_backtest_needs_its_six(service: Database) -> None:
    file_all(service)
    both = ("model/additive_memory", "model/kernel@bandwidth_m=100")
    with pytest.raises(RefusedError, match="model kernel"):
        publishing(service, replace(run_copy("b-1", "backtest"), rests_on=both))
    with transaction(service, OFFICER_OF_DATA, purpose="File.", at=NOON) as tx:
        file_six(tx, subject="kernel")
    publishing(service, replace(run_copy("b-1", "backtest"), rests_on=both))


def test_what_is_published_already_needs_no_documents_again(service: Database) -> None:
    file_all(service)
    publishing(service, FORECAST_COPY)
    file_all(service, code="0.1.0+222222222222")
    newer = replace(PLAN_COPY, record={**PLAN_COPY.record, "code_version": "0.1.0+222222222222"})
    publishing(service, FORECAST_COPY, newer)
    with pytest.raises(RefusedError, match="all six"):
        publishing(service, replace(PLAN_COPY, record={**PLAN_COPY.record, "id": "p-9"}))


# Filing


def test_a_later_version_is_in_force_and_the_earlier_is_kept(service: Database) -> None:
    file_all(service)
    file(service, finished(CARD, code="0.2.0+333333333333", dated=date(2026, 5, 2)))
    with reading(service) as quiet:
        now = documents_in_force(quiet, "additive_memory")
        every = quiet.unshown(sa.select(ModelDocument).where(ModelDocument.kind == CARD.value))
        assert subjects(quiet) == ("additive_memory",)
    assert (now[CARD].version, now[CARD].code_version) == (2, "0.2.0+333333333333")
    assert now[IMPACT].version == 1
    assert sorted(row.version for row in every) == [1, 2]
    assert list(now) == list(DocumentKind)
    with transaction(service, OFFICER_OF_DATA, purpose="Review.", at=NOON) as tx:
        acts = by_product(tx, "model/additive_memory")
    assert [act.operation for act in acts] == ["collection"] * 7


def test_the_same_text_again_changes_nothing(service: Database) -> None:
    file_all(service)
    file_all(service)
    with reading(service) as quiet:
        assert {row.version for row in documents_in_force(quiet, "additive_memory").values()} == {1}


def test_an_older_document_does_not_supersede_a_newer_one(service: Database) -> None:
    file_all(service)
    with pytest.raises(BadInputError, match="before the version in force"):
        file(service, finished(CARD, dated=date(2026, 4, 1)))


def test_a_review_is_never_more_than_a_year_off(service: Database) -> None:
    with pytest.raises(RefusedError, match="more than 366 days on"):
        file(service, finished(CARD, review_days=367))
    file(service, finished(CARD, review_days=366))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE model_document SET text = 'x'",
        "DELETE FROM model_document",
        "UPDATE published_under SET version = 2",
        "DELETE FROM published_under",
    ],
)
def test_the_database_itself_refuses_to_alter_documents(service: Database, statement: str) -> None:
    file_all(service)
    publishing(service, FORECAST_COPY)
    with pytest.raises(IntegrityError), service.writing.begin() as connection:
        connection.exec_driver_sql(statement)


# SYNTHETIC


def test_examples_are_filed_only_in_a_demo(service: Database) -> None:
    with pytest.raises(RefusedError, match="only in a demo"):
        file_all(service, status="SYNTHETIC")
    hidden = finished(CARD, status="SYNTHETIC").replace('"SYNTHETIC"', '"approved"')
    with pytest.raises(RefusedError, match="only in a demo"):
        file(service, hidden)


def test_in_a_demo_examples_stand_behind_invented_data_alone(demo: Database) -> None:
    file_all(demo, status="SYNTHETIC")
    with pytest.raises(RefusedError, match="is SYNTHETIC, the run is not"):
        publishing(demo, FORECAST_COPY)
    publishing(demo, replace(FORECAST_COPY, is_synthetic=True))


def test_an_example_is_not_approved_by_changing_a_word(demo: Database) -> None:
    text = finished(CARD, status="SYNTHETIC")
    with pytest.raises(RefusedError, match="marked as approved"):
        file(demo, text.replace('"SYNTHETIC"', '"approved"'))
    with pytest.raises(RefusedError, match="does not say that it is a SYNTHETIC example"):
        file(demo, finished(CARD).replace('"approved"', '"SYNTHETIC"'))


def test_a_demo_needs_its_six_too(demo: Database) -> None:
    with pytest.raises(RefusedError, match="all six"):
        publishing(demo, replace(FORECAST_COPY, is_synthetic=True))
