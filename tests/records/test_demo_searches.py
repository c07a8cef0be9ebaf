"""Invented searches of a demo say SYNTHETIC wherever a word is kept, and come once."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rightplace.app.demo_searches import SEARCHES, invent_searches
from rightplace.powers.searches.flags import citing
from rightplace.powers.searches.ledger import ledger
from rightplace.records.accounts.demo import MAKER, SECOND
from rightplace.records.audit.transaction import reading
from rightplace.records.panel.asking import all_questions, answered_ids
from rightplace.records.panel.complaints import ComplaintSettings, all_complaints, quarters
from rightplace.records.panel.videos import all_draws, ratings_of
from rightplace.records.searches.log import searches_between
from rightplace.records.searches.table import searches_table
from rightplace.records.searches.weapons import seizures
from tests.records.acting import NOON

if TYPE_CHECKING:
    from rightplace.records.database.front import Database


def test_the_demo_has_every_example_once_and_each_says_that_it_is_invented(
    database: Database,
) -> None:
    for _ in range(2):
        invent_searches(database, maker=MAKER, second=SECOND, at=NOON)
    with reading(database) as quiet:
        kept = searches_between(quiet)
        table = searches_table(quiet, zone=ZoneInfo("Europe/London"))
        found = ledger(seizures(quiet), table)
        (draw,) = all_draws(quiet)
        rated, questions = ratings_of(quiet, draw.id), all_questions(quiet)
        answered, complaints = answered_ids(quiet), all_complaints(quiet)
    assert len(kept) == SEARCHES
    assert all("SYNTHETIC" in each.facts.grounds for each in kept)
    assert all("SYNTHETIC" in each.facts.place for each in kept)
    assert citing(table).num_rows == 3
    assert found.no_search == 1
    assert found.whole.weapons == found.whole.yielding + 1  # the first search found two
    assert (len(rated), len(questions), len(answered)) == (2, 2, 1)
    received = [each.received_on for each in complaints]
    by_quarter = quarters(received, until=NOON.date(), settings=ComplaintSettings())
    assert [each.complaints for each in by_quarter] == [7, 11]
    assert by_quarter[-1].must_explain
