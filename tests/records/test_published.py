"""Published runs cannot be altered, and SYNTHETIC ones stay in demos."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from rightplace.errors import BadInputError, NotHeldError, RefusedError
from rightplace.records.audit.look_up import by_product
from rightplace.records.audit.transaction import reading, transaction
from rightplace.records.audit.verifying import verify
from rightplace.records.database.migrate import check_models, downgrade, upgrade
from rightplace.records.published.creating import create, is_demo
from rightplace.records.published.publishing import (
    check_published,
    publish,
    view_run,
    view_table,
)
from rightplace.records.published.resting import rests_on
from tests.document_world import file_six
from tests.records.acting import ANALYST, COMMANDER, NOON, OFFICER_OF_DATA
from tests.records.published_world import (
    CELLS,
    FORECAST,
    FORECAST_COPY,
    PLAN,
    PLAN_COPY,
    publish_all,
    run_copy,
)

if TYPE_CHECKING:
    from rightplace.records.database.front import Database
    from rightplace.records.published.publishing import RunCopy


def lines(database: Database) -> int:
    return verify(database).lines


def file_examples(database: Database) -> None:
    with transaction(database, ANALYST, purpose="Demo.", at=NOON) as tx:
        file_six(tx, status="SYNTHETIC")


def try_publishing(database: Database, copy: RunCopy) -> None:
    with transaction(database, ANALYST, purpose="Weekly tasking.", at=NOON) as tx:
        publish(tx, copy)


def test_what_is_published_reads_back_byte_for_byte_and_each_look_is_logged(
    database: Database,
) -> None:
    publish_all(database)
    before = lines(database)
    with transaction(database, COMMANDER, purpose="Read the plan.", at=NOON) as tx:
        assert view_run(tx, PLAN) == PLAN_COPY.record
        assert view_table(tx, FORECAST, "cells.parquet") == CELLS
        with pytest.raises(NotHeldError):
            view_run(tx, "p-ffffffffffff")
    assert lines(database) == before + 2
    with transaction(database, OFFICER_OF_DATA, purpose="Review.", at=NOON) as tx:
        acts = [act for act in by_product(tx, PLAN) if act.operation == "consultation"]
    assert [(act.actor_id, act.record_type) for act in acts] == [("u-002", "published_run")]


def test_publishing_again_changes_nothing_even_made_at_another_time(database: Database) -> None:
    publish_all(database)
    before = lines(database)
    again = replace(PLAN_COPY, record={**PLAN_COPY.record, "made_at": "later"})
    try_publishing(database, again)
    assert lines(database) == before


def test_another_run_under_the_same_id_is_refused(database: Database) -> None:
    publish_all(database)
    with pytest.raises(BadInputError):
        try_publishing(database, run_copy(PLAN, "plan", visits=b"others"))


def test_a_table_that_is_not_the_runs_own_is_refused(database: Database) -> None:
    create(database, ANALYST, kind="service", at=NOON)
    for tables in ({"visits.parquet": b"others"}, {}, {**PLAN_COPY.tables, "x.parquet": b""}):
        with pytest.raises(BadInputError):
            try_publishing(database, replace(PLAN_COPY, tables=tables))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE published_run SET content = '{}'",
        "DELETE FROM published_table",
        "UPDATE published_table SET digest = ''",
        "UPDATE origin SET kind = 'demo'",
        "DELETE FROM origin",
        "DELETE FROM published_run WHERE id = 'f-000000000001'",
    ],
)
def test_the_database_itself_refuses_to_alter_what_is_published(
    database: Database, statement: str
) -> None:
    publish_all(database)
    with pytest.raises(IntegrityError), database.writing.begin() as connection:
        connection.exec_driver_sql(statement)


def test_synthetic_runs_are_published_only_into_a_demo(database: Database) -> None:
    create(database, ANALYST, kind="service", at=NOON)
    invented = replace(FORECAST_COPY, is_synthetic=True)
    with pytest.raises(RefusedError, match="SYNTHETIC"):
        try_publishing(database, invented)
    with pytest.raises(RefusedError, match="stays"):
        create(database, ANALYST, kind="demo", at=NOON)


def test_what_rests_on_synthetic_is_synthetic_whatever_it_says(database: Database) -> None:
    create(database, ANALYST, kind="demo", at=NOON)
    create(database, ANALYST, kind="demo", at=NOON)
    file_examples(database)
    try_publishing(database, replace(FORECAST_COPY, is_synthetic=True))
    with transaction(database, ANALYST, purpose="Weekly tasking.", at=NOON) as tx:
        assert is_demo(tx)
        assert publish(tx, PLAN_COPY).is_synthetic


def test_what_a_plan_rests_on_is_found_at_whatever_depth(database: Database) -> None:
    publish_all(database)
    with reading(database) as quiet:
        assert rests_on(quiet, PLAN) == {FORECAST, "model/additive_memory"}
        assert rests_on(quiet, "p-ffffffffffff") == set()
        with pytest.raises(NotHeldError, match="forecast"):
            check_published(quiet, FORECAST, kind="plan")


def held(database: Database, table: str) -> list[dict[str, Any]]:
    every = sa.select(sa.text("*")).select_from(sa.table(table))
    with database.engine.connect() as connection:
        return [dict(row) for row in connection.execute(every).mappings()]


def test_tables_go_down_and_up_with_data_in_place(bare: Database) -> None:
    publish_all(bare)
    kept = {table: held(bare, table) for table in ("audit_line", "audit_head", "record_key")}
    downgrade(bare, to="0001")
    assert {table: held(bare, table) for table in kept} == kept
    assert verify(bare).is_intact
    upgrade(bare)
    check_models(bare)
    assert {table: held(bare, table) for table in kept} == kept
    publish_all(bare)
    assert verify(bare).is_intact
