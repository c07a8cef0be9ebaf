"""A search is recorded by reference, without who was searched, and corrected by new entries."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from rightplace.errors import BadInputError, NotHeldError, UsageError
from rightplace.powers.searches.columns import SCHEMA, Ethnicity, Object, Power, SearchType
from rightplace.records.audit.look_up import by_record
from rightplace.records.audit.transaction import Transaction, reading, transaction
from rightplace.records.database.base import models
from rightplace.records.retention.deleting import delete_expired
from rightplace.records.retention.periods import RetentionSettings
from rightplace.records.searches.log import (
    correct_search,
    keep_search,
    search_by_reference,
    searches_between,
    searches_of_authorisation,
    view_search,
)
from rightplace.records.searches.no_identity import identity_columns, names_identity
from rightplace.records.searches.table import searches_table
from tests.records.acting import NOON, SERGEANT
from tests.records.search_world import GIVEN, OFFICER, given, under_section_60

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from datetime import datetime

    from rightplace.records.database.front import Database

LONDON = ZoneInfo("Europe/London")


def acting(database: Database, at: datetime = NOON) -> AbstractContextManager[Transaction]:
    return transaction(database, SERGEANT, purpose="Record a search.", at=at)


def test_what_is_read_is_what_was_recorded_and_never_who_searched(database: Database) -> None:
    with acting(database) as tx:
        made = keep_search(tx, GIVEN, officer=OFFICER)
        own = keep_search(tx, given(reference=" 26-0044 "), officer=OFFICER)
    assert made.startswith("SS-2026-")
    assert own == "26-0044"
    with reading(database) as quiet:
        kept = search_by_reference(quiet, made)
        assert search_by_reference(quiet, "none") is None
    assert kept is not None
    assert kept.facts == given(reference=made)
    assert (kept.number, kept.correction, kept.entered_at) == (1, None, NOON)
    assert OFFICER not in repr(kept)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"object": Object.NOT_GIVEN}, r"The object of the search \(PACE s3\(6\)\(a\)\(i\)\)"),
        ({"grounds": " "}, "The grounds"),
        ({"power": Power.NOT_GIVEN}, "Under which power"),
        ({"place": ""}, "The place"),
        ({"self_defined": Ethnicity.NOT_GIVEN}, "ethnicity as the person described it"),
        ({"grounds": "", "place": ""}, "The grounds.*; The place"),
    ],
)
def test_what_a_record_must_hold_is_refused_by_name(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        given(**changes)


def test_a_vehicle_alone_has_no_ethnicity_to_ask_for() -> None:
    nobody = given(type=SearchType.VEHICLE, self_defined=Ethnicity.NOT_GIVEN)
    assert nobody.self_defined is Ethnicity.NOT_GIVEN


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"weapons": 2}, "2 weapons are counted"),
        ({"weapon_found": True}, "0 are counted"),
        ({"weapons": -1}, "-1 weapons"),
        ({"lon": None}, "no point"),
        ({"lat": 91.0}, "no point"),
        ({"intimate_parts": True, "more_than_outer": False}, "no more than outer clothing"),
        ({"started_at": NOON.replace(tzinfo=None)}, "no zone"),
    ],
)
def test_what_cannot_have_happened_is_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInputError, match=words):
        given(**changes)


def test_a_search_needs_its_officer_a_past_moment_and_a_reference_of_its_own(
    database: Database,
) -> None:
    with acting(database) as tx:
        with pytest.raises(UsageError, match=r"officer who searched \(PACE s3\(6\)\(b\)\)"):
            keep_search(tx, GIVEN, officer=" ")
        with pytest.raises(BadInputError, match="still to come"):
            keep_search(tx, given(started_at=NOON + timedelta(minutes=1)), officer=OFFICER)
        with pytest.raises(BadInputError, match="no reference"):
            keep_search(tx, given(reference="a/1"), officer=OFFICER)
        keep_search(tx, given(reference="26-1"), officer=OFFICER)
        with pytest.raises(BadInputError, match="recorded already"):
            keep_search(tx, given(reference="26-1"), officer=OFFICER)
        with pytest.raises(NotHeldError, match="26-2"):
            correct_search(tx, given(reference="26-2"), officer=OFFICER, reason="Wrong place.")


def test_a_form_sent_twice_is_kept_once(database: Database) -> None:
    form = "6f2c1b36-64ba-4b5a-bb0e-1f9b8f9d6c11"
    with acting(database) as tx:
        reference = keep_search(tx, GIVEN, officer=OFFICER, form_id=form)
        assert keep_search(tx, GIVEN, officer=OFFICER, form_id=form) == reference
    with reading(database) as quiet:
        assert len(searches_between(quiet)) == 1


def test_a_correction_is_a_new_entry_and_what_stood_before_stays(database: Database) -> None:
    with acting(database) as tx:
        reference = keep_search(tx, under_section_60("S60-1"), officer=OFFICER)
    later, right = NOON + timedelta(hours=2), under_section_60("S60-2", reference=reference)
    form = "0d7c5c0e-7f0e-4b34-9d5c-8a9f2c8d3a11"
    with acting(database, later) as tx:
        sent = {"officer": OFFICER, "reason": "Wrong number typed.", "form_id": form}
        assert correct_search(tx, right, **sent) == 2
        assert correct_search(tx, right, **sent) == 2
        entries, officers = view_search(tx, reference)
    assert [each.facts.authorisation for each in entries] == ["S60-1", "S60-2"]
    assert [each.correction for each in entries] == [None, "Wrong number typed."]
    assert officers == [OFFICER, OFFICER]
    with acting(database, later) as quiet:
        kept = search_by_reference(quiet, reference)
        assert kept is not None
        assert kept.number == 2
        assert searches_of_authorisation(quiet, "S60-1") == []
        assert searches_of_authorisation(quiet, "S60-2") == [kept]
        looks = by_record(quiet, record_type="search_entry", record_id=f"{reference}/1")
    assert [each.operation for each in looks] == ["collection", "consultation"]


def test_a_correction_moves_a_search_between_periods(database: Database) -> None:
    hour = timedelta(hours=1)
    with acting(database) as tx:
        reference = keep_search(tx, GIVEN, officer=OFFICER)
        moved = given(reference=reference, started_at=NOON - 5 * hour)
        correct_search(tx, moved, officer=OFFICER, reason="Wrong hour.")
    with reading(database) as quiet:
        assert searches_between(quiet, start=NOON - 2 * hour) == []
        (kept,) = searches_between(quiet, start=NOON - 5 * hour, end=NOON - 4 * hour)
        assert searches_between(quiet, end=NOON - 5 * hour) == []
    assert kept.number == 2


def test_no_entry_is_altered_or_removed(database: Database) -> None:
    with acting(database) as tx:
        reference = keep_search(tx, GIVEN, officer=OFFICER)
    for change in (
        "UPDATE search_entry SET outcome = 'arrest'",
        "DELETE FROM search_entry",
        "DELETE FROM search",
        "UPDATE search_entry SET officer = ''",
    ):
        with (
            pytest.raises(sa.exc.DBAPIError, match="rows are not for"),
            database.writing.connect() as connection,
            connection.begin(),
        ):
            connection.execute(sa.text(change))
    with reading(database) as quiet:
        assert search_by_reference(quiet, reference) is not None


def test_a_search_leaves_whole_from_its_newest_entry(database: Database) -> None:
    settings, week = RetentionSettings(powers_days=10), timedelta(days=7)
    with acting(database) as tx:
        reference = keep_search(tx, GIVEN, officer=OFFICER)
    with acting(database, NOON + week) as tx:
        right = given(reference=reference)
        correct_search(tx, right, officer=OFFICER, reason="Looked at again.")
    delete_expired(database, SERGEANT, at=NOON + 2 * week, settings=settings)
    with acting(database, NOON + 2 * week) as tx:
        assert len(view_search(tx, reference)[0]) == 2
    report = delete_expired(database, SERGEANT, at=NOON + 3 * week, settings=settings)
    gone = {each.record_type: each.records for each in report.certificates}
    assert (gone["search"], gone["search_entry"]) == (1, 2)


def test_the_table_has_the_columns_of_every_measure(database: Database) -> None:
    midnight = NOON.replace(month=4, day=30, hour=23, minute=30)  # 1 May on London's clock
    with acting(database) as tx:
        keep_search(tx, given(started_at=midnight, reference="26-1"), officer=OFFICER)
        keep_search(tx, given(borough="", bcu="", lon=None, lat=None), officer=OFFICER)
    with reading(database) as quiet:
        table = searches_table(quiet, zone=LONDON)
        assert searches_table(quiet, zone=LONDON, end=midnight).schema == SCHEMA
    assert table.schema == SCHEMA
    first, second = table.to_pylist()
    assert first["month"] == date(2026, 5, 1)
    assert (first["reference"], first["row_number"]) == ("26-1", 1)
    assert (first["borough"], second["borough"]) == ("E09000007", None)  # Camden's code
    assert first["self_defined"] == "not stated"
    assert first["handcuffs"] is None
    assert first["body_worn_video"] is True
    assert "officer" not in first


def test_no_table_of_searches_has_a_column_for_who_was_searched() -> None:
    """NEEDS B7: the day somebody adds ``name`` or ``date_of_birth``, this fails."""
    told = ("search", "weapon", "video", "panel", "complaint")
    found = [each for each in models() if each.__tablename__.startswith(told)]
    assert {"search", "search_entry", "weapon_seized"} <= {each.__tablename__ for each in found}
    for model in found:
        assert identity_columns(each.name for each in model.__table__.columns) == []


@pytest.mark.parametrize(
    "column",
    ["name", "full_name", "Surname", "home address", "DateOfBirth", "DOB", "postcode", "vrm"],
)
def test_words_that_tell_who_somebody_is_are_known(column: str) -> None:
    assert names_identity(column)


def test_words_of_a_search_record_are_not_taken_for_an_identity() -> None:
    assert identity_columns(SCHEMA.names) == []
