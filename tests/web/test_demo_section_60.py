"""The demo shows section 60 in three states, SYNTHETIC, once however often it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.app.demo_section_60 import put_section_60_examples
from rightplace.app.service.section_60_breaches import of_authorisation
from rightplace.app.service.section_60_review import searches_made
from rightplace.app.service.section_60_rules import Section60Rules
from rightplace.powers.section_60.after_use import after_use
from rightplace.powers.section_60.states import State, state_of
from rightplace.records.accounts.demo import MAKER, make_demo_accounts
from rightplace.records.audit.transaction import reading
from rightplace.records.database.front import open_database, sqlite_url
from rightplace.records.published.creating import create
from rightplace.records.section_60.log import all_references, histories_of
from tests.records.account_world import SETTINGS
from tests.web.published import NOW

if TYPE_CHECKING:
    from pathlib import Path


def test_the_demo_has_a_draft_one_in_force_and_one_reviewed(tmp_path: Path) -> None:
    database = open_database(sqlite_url(tmp_path), apart=tmp_path / "apart", wait_seconds=5)
    create(database, MAKER, kind="demo", at=NOW)
    make_demo_accounts(database, bcu="Central North", borough="Camden", at=NOW, settings=SETTINGS)
    for _ in range(2):
        put_section_60_examples(database, bcu="Central North", borough="Camden", at=NOW)
    with reading(database) as quiet:
        histories = histories_of(quiet, all_references(quiet))
        states = {state_of(history, NOW): name for name, history in histories.items()}
        assert set(states) == {State.DRAFT, State.ACTIVE, State.REVIEWED}
        assert len(histories) == 3
        used = after_use(searches_made(quiet, states[State.REVIEWED]))
    assert (used.searches, used.children, used.weapons) == (12, 2, 1)
    for name in (states[State.ACTIVE], states[State.REVIEWED]):
        found = of_authorisation(name, histories[name], at=NOW, rules=Section60Rules())
        assert found == [], name
    database.close()
