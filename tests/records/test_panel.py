"""A panel draws by lot, rates, asks and is answered; complaints count by reference."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from rightplace.errors import BadInputError, NotHeldError, RefusedError, UsageError
from rightplace.powers.searches.columns import Age
from rightplace.powers.searches.draw import DrawSettings
from rightplace.powers.searches.ledger import WeaponKind, ledger
from rightplace.records.audit.transaction import Transaction, reading, transaction
from rightplace.records.panel.asking import (
    QuestionGiven,
    all_questions,
    answer,
    answered_ids,
    answers_to,
    ask,
)
from rightplace.records.panel.complaints import (
    ComplaintGiven,
    ComplaintSettings,
    all_complaints,
    complaints_of_authorisation,
    explain,
    explanations,
    keep_complaint,
    quarters,
)
from rightplace.records.panel.videos import (
    DrawWanted,
    Rating,
    RatingGiven,
    all_draws,
    drawn_of,
    keep_rating,
    make_draw,
    ratings_of,
)
from rightplace.records.retention.deleting import delete_expired
from rightplace.records.retention.periods import RetentionSettings
from rightplace.records.searches.log import keep_search
from rightplace.records.searches.table import searches_table
from rightplace.records.searches.weapons import WeaponGiven, keep_weapon, seizures
from tests.records.acting import COMMANDER, NOON, SERGEANT
from tests.records.search_world import OFFICER, given

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from datetime import datetime

    from rightplace.records.database.front import Database

LONDON = ZoneInfo("Europe/London")
DAY = timedelta(days=1)


def acting(database: Database, at: datetime = NOON) -> AbstractContextManager[Transaction]:
    return transaction(database, COMMANDER, purpose="Scrutiny.", at=at)


def form() -> str:
    return str(uuid.uuid4())


def wanted(**changes: int) -> DrawWanted:
    return DrawWanted(
        form_id=form(), start=NOON - DAY, end=NOON, settings=DrawSettings(share=0.5), **changes
    )


def record(tx: Transaction, n: int = 4) -> list[str]:
    ages = [Age.AGE_10_17, *([Age.AGE_18_24] * (n - 1))]
    return [
        keep_search(tx, given(reference=f"26-{i}", age=age), officer=OFFICER)
        for i, age in enumerate(ages)
    ]


def test_a_draw_is_kept_with_its_seed_and_chances_and_can_be_drawn_again(
    database: Database,
) -> None:
    with acting(database) as tx:
        record(tx)
        first = make_draw(tx, wanted(), zone=LONDON, among=lambda _: True)
        seed = int(all_draws(tx)[0].seed)
        again = make_draw(tx, wanted(seed=seed), zone=LONDON, among=lambda _: True)
        drawn = [(each.reference, each.stratum, each.chance) for each in drawn_of(tx, first)]
        assert drawn == [(e.reference, e.stratum, e.chance) for e in drawn_of(tx, again)]
    by_child = {"under 18" in stratum: chance for _, stratum, chance in drawn}
    assert by_child == {True: 1.0, False: pytest.approx(2 / 3)}  # 4 x 50 % of 1, half of 3
    assert len(drawn) == 3


def test_one_form_draws_once_and_an_empty_period_not_at_all(database: Database) -> None:
    once = wanted()
    with acting(database) as tx:
        record(tx)
        made = make_draw(tx, once, zone=LONDON, among=lambda _: True)
        assert make_draw(tx, once, zone=LONDON, among=lambda _: True) == made
        with pytest.raises(NotHeldError, match="No search"):
            make_draw(tx, wanted(), zone=LONDON, among=lambda _: False)
    with pytest.raises(BadInputError, match="No search began"):
        DrawWanted(form_id=form(), start=NOON, end=NOON, settings=DrawSettings())


def test_ratings_stay_beside_each_other_and_only_what_was_drawn_is_rated(
    database: Database,
) -> None:
    with acting(database) as tx:
        record(tx)
        draw_id = make_draw(tx, wanted(), zone=LONDON, among=lambda _: True)
        reference = drawn_of(tx, draw_id)[0].reference
        said = {"draw_id": draw_id, "reference": reference}
        first = RatingGiven(
            **said, form_id=form(), rating=Rating.CONCERN, reasons="No reason told."
        )
        assert keep_rating(tx, first) == keep_rating(tx, first) == 1
        later = RatingGiven(**said, form_id=form(), rating=Rating.GOOD, reasons="Told at 01:10.")
        assert keep_rating(tx, later) == 2
        assert [each.rating for each in ratings_of(tx, draw_id)] == ["of concern", "good practice"]
        with pytest.raises(UsageError, match="reason of the rating"):
            keep_rating(tx, RatingGiven(**said, form_id=form(), rating=Rating.GOOD, reasons=" "))
        other = RatingGiven(
            draw_id=draw_id, reference="26-99", form_id=form(), rating=Rating.GOOD, reasons="x"
        )
        with pytest.raises(NotHeldError, match="was not drawn"):
            keep_rating(tx, other)


def question(**changes: str | date) -> QuestionGiven:
    plain = {
        "form_id": form(),
        "words": "Why were three in four searched children handcuffed?",
        "owner": "Superintendent, neighbourhoods",
        "due_on": NOON.date() + 14 * DAY,
    }
    return QuestionGiven(**(plain | changes))  # type: ignore[arg-type]  # of whatever field


def test_a_question_has_an_owner_a_day_and_an_answer_by_somebody_else(database: Database) -> None:
    asked, told = question(), form()
    with acting(database) as tx:
        made = ask(tx, asked)
        assert ask(tx, asked) == made
        with pytest.raises(RefusedError, match="does not answer it"):
            answer(tx, made, "Nobody knows.", form_id=form())
    later = NOON + 3 * DAY
    with transaction(database, SERGEANT, purpose="Answer the panel.", at=later) as tx:
        assert answer(tx, made, "Two were recorded wrongly.", form_id=told) == 1
        assert answer(tx, made, "Two were recorded wrongly.", form_id=told) == 1
        (kept,) = answers_to(tx, made)
        assert kept.answered_at == later
        assert answered_ids(tx) == {made}
        with pytest.raises(NotHeldError, match="Q-none"):
            answer(tx, "Q-none", "x", form_id=form())


def test_a_question_that_is_due_already_or_about_no_search_is_refused(database: Database) -> None:
    with acting(database) as tx:
        record(tx, 1)
        with pytest.raises(BadInputError, match="which is past"):
            ask(tx, question(due_on=NOON.date() - DAY))
        with pytest.raises(NotHeldError, match="26-99"):
            ask(tx, question(search_reference="26-99"))
        with pytest.raises(UsageError, match="Who is to answer"):
            ask(tx, question(owner=" "))
        ask(tx, question(search_reference="26-0"))
        assert [each.search_reference for each in all_questions(tx)] == ["26-0"]


def test_complaints_count_once_and_a_rise_above_a_tenth_is_to_be_explained(
    database: Database,
) -> None:
    with acting(database) as tx:
        for n in range(3):
            of = ComplaintGiven(
                reference=f"C-{n}",
                received_on=date(2026, 4, 1 + n),
                bcu="Central North",
                authorisation="S60-1" if n else "",
            )
            assert keep_complaint(tx, of)
            assert not keep_complaint(tx, of)
        assert len(all_complaints(tx)) == 3
        assert complaints_of_authorisation(tx, "S60-1") == 2
        for wrong in ({"reference": " "}, {"received_on": NOON.date() + DAY}, {"bcu": ""}):
            plain = {"reference": "C-9", "received_on": NOON.date(), "bcu": "Central North"}
            with pytest.raises(BadInputError):
                keep_complaint(tx, ComplaintGiven(**(plain | wrong)))  # type: ignore[arg-type]  # of whatever field
        sent = form()
        assert explain(tx, "2026-Q2", "A new way to complain.", form_id=sent) == 1
        assert explain(tx, "2026-Q2", "A new way to complain.", form_id=sent) == 1
        assert explain(tx, "2026-Q2", "And a march.", form_id=form()) == 2
        assert len(explanations(tx)) == 2


def test_quarters_are_set_beside_the_quarter_before_and_none_is_left_out() -> None:
    days = [date(2025, 11, 1)] * 10 + [date(2026, 2, 1)] * 11 + [date(2026, 8, 1)] * 12
    found = quarters(days, until=date(2026, 8, 31), settings=ComplaintSettings())
    assert [(each.quarter, each.complaints, each.before, each.must_explain) for each in found] == [
        ("2025-Q4", 10, None, False),
        ("2026-Q1", 11, 10, False),  # exactly a tenth more is not above it
        ("2026-Q2", 0, 11, False),
        ("2026-Q3", 12, 0, True),
    ]
    assert found[1].rise_percent == pytest.approx(10)
    assert found[3].rise_percent is None
    stricter = quarters(days, until=date(2026, 3, 1), settings=ComplaintSettings(rise_percent=5))
    assert [each.must_explain for each in stricter] == [False, True]
    assert quarters([], until=date(2026, 1, 1), settings=ComplaintSettings()) == ()


def weapon(**changes: str) -> WeaponGiven:
    plain = {
        "property_reference": "P-1",
        "search_reference": "26-0",
        "object": "Kitchen knife, 12 cm",
        "place": "Camden High Street",
        "bcu": "Central North",
        "borough": "Camden",
    }
    return WeaponGiven(kind=WeaponKind.BLADE, seized_at=NOON - DAY, **(plain | changes))


def test_weapons_are_entered_once_by_property_reference_and_count_by_their_search(
    database: Database,
) -> None:
    sent = form()
    with acting(database) as tx:
        record(tx, 2)
        assert keep_weapon(tx, weapon(), form_id=sent) == keep_weapon(tx, weapon(), form_id=sent)
        keep_weapon(tx, weapon(property_reference="P-2"))
        keep_weapon(tx, weapon(property_reference="P-3", search_reference=""))
        with pytest.raises(BadInputError, match="property system"):
            keep_weapon(tx, weapon(property_reference=""))
    with acting(database, NOON + DAY) as tx:
        keep_weapon(tx, weapon(property_reference="P-2", search_reference="26-1"))
    with reading(database) as quiet:
        found = ledger(seizures(quiet), searches_table(quiet, zone=LONDON))
        assert seizures(quiet, start=NOON) == seizures(quiet, end=NOON - DAY) == ()
    assert (found.found, found.no_search, found.whole.yielding) == (2, 1, 2)
    assert found.entered_again == (("P-2", 2),)


def test_what_a_panel_keeps_is_never_altered_and_leaves_whole(database: Database) -> None:
    with acting(database) as tx:
        record(tx, 1)
        draw_id = make_draw(tx, wanted(), zone=LONDON, among=lambda _: True)
        ask(tx, question())
    week = timedelta(days=7)
    with acting(database, NOON + week) as tx:
        rating = RatingGiven(
            draw_id=draw_id, reference="26-0", form_id=form(), rating=Rating.GOOD, reasons="Calm."
        )
        keep_rating(tx, rating)
    for change in ("UPDATE video_drawn SET chance = 1", "DELETE FROM video_rating"):
        with (
            pytest.raises(sa.exc.DBAPIError, match="rows are not for"),
            database.writing.connect() as connection,
            connection.begin(),
        ):
            connection.execute(sa.text(change))
    settings = RetentionSettings(powers_days=10)
    delete_expired(database, COMMANDER, at=NOON + 2 * week, settings=settings)
    with reading(database) as quiet:
        assert len(drawn_of(quiet, draw_id)) == 1  # its draw was rated a week later
    report = delete_expired(database, COMMANDER, at=NOON + 3 * week, settings=settings)
    gone = {each.record_type: each.records for each in report.certificates}
    assert gone["video_draw"] == gone["video_drawn"] == gone["video_rating"] == 1
