"""Checking a draft of section 60: formal defects stop it, questions ask for a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.section_60_drafting import begun, client_of, get, log, post, whole

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from rightplace.app.service.shelf import Shelf


@pytest.fixture
def client(shelf: Shelf) -> TestClient:
    return client_of(shelf)


def test_formal_defects_are_named_each_with_its_page_and_stop_it(
    client: TestClient, shelf: Shelf
) -> None:
    draft = begun(client)
    page = get(client, f"{draft}/check").text
    assert "No ground is stated" in page
    assert "No locality is specified" in page
    assert "lawful" not in page
    told = post(client, f"{draft}/check", {"act": "submit"})
    assert told.status_code == 422
    assert "formal defects stop it" in told.text
    assert len(log(shelf, draft)) == 1


def test_questions_ask_for_a_reason_and_then_it_is_submitted(
    client: TestClient, shelf: Shelf
) -> None:
    draft = begun(client)
    whole(client, draft)
    page = get(client, f"{draft}/check").text
    assert "None of the formal defects that are checked was found" in page
    assert "The period is 16 hours, more than 15" in page
    assert "lawful" not in page
    why = {"reason-over-long-hours": "The fair ends at ten in the morning.", "act": "submit"}
    told = post(client, f"{draft}/check", why)
    assert told.status_code == 422
    assert "Nobody in the community was contacted" in told.text
    assert why["reason-over-long-hours"] in told.text
    assert log(shelf, draft)[-1].kind != "submitted"
    why["reason-no-community-contact"] = "Nobody could be reached at night; at nine again."
    told = post(client, f"{draft}/check", why)
    assert told.status_code == 303, told.text
    assert [each.kind for each in log(shelf, draft)[-3:]] == [
        "reason-given",
        "reason-given",
        "submitted",
    ]
    told = post(client, f"{draft}/questions/other-powers", {"words": "More"})
    assert told.status_code == 403
    assert "is a draft no more" in told.text
