"""The application over PostgreSQL answers as it does over SQLite, page by page and form by form."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from rightplace.records.audit.verifying import verify
from tests.records.postgres import absent, running_server
from tests.web.attack_world import World
from tests.web.published import PLAN, published_shelf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(absent() is not None, reason=absent() or "")
WORDS = "Crews are needed elsewhere this week."


@pytest.fixture
def worlds(tmp_path: Path) -> Iterator[tuple[World, World]]:
    """The same published world over each database."""
    with running_server() as server, server.database() as url:
        lite = published_shelf(tmp_path / "lite")
        post = published_shelf(tmp_path / "post", url=url)
        with closing(lite.database), closing(post.database):
            yield World(lite, tmp_path / "lite"), World(post, tmp_path / "post")


def plain(world: World, address: str) -> str:
    """An address without the ids that are drawn by lot."""
    for drawn, name in ((world.account.id, "ACCOUNT"), (world.known["reference"], "REFERENCE")):
        address = address.replace(drawn, name)
    return address


def answers(world: World) -> dict[str, int]:
    known = world.known | {"account_id": "u-1"}
    addresses = [r.filled(**known) for r in world.routes if r.method == "GET"]
    return {plain(world, address): world.get(address).status_code for address in addresses}


def test_every_page_and_every_form_answers_alike(worlds: tuple[World, World]) -> None:
    lite, post = worlds
    assert answers(lite) == answers(post)
    sent = []
    for world in worlds:
        forms = {
            plain(world, form.action): form
            for page in world.pages()
            for form in page.forms
            if form.action != "/sign-out"
        }
        done = {}
        for action, form in sorted(forms.items()):
            told = world.send(
                "POST",
                form.action,
                data=form.filled(WORDS),
                headers={"cookie": "__Host-rightplace=all"},
            )
            done[action] = told.status_code
        sent.append(done)
        assert verify(world.shelf.database).is_intact
    assert sent[0] == sent[1]
    assert len(sent[0]) > 10
    assert not [each for each in sent[0].values() if each >= 500]
    assert lite.rows() == post.rows()
    assert f"/plans/{PLAN}/decisions" in sent[0]
