"""The written authority on paper, and what might follow nearby: after the grounds, no ground."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

import pytest

from rightplace.app.service.section_60_form import authority_sections, blank_form
from rightplace.app.service.web_settings import WebSettings
from rightplace.powers.section_60.authorisation import authorisation_of
from rightplace.records.audit.transaction import reading
from rightplace.records.section_60.log import history_of
from tests.brief_pdf import page_count, page_text
from tests.web.published import EVIL, published_shelf
from tests.web.section_60_drafting import LIMB, begun, client_of, get, post, whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.testclient import TestClient

    from rightplace.app.service.shelf import Shelf


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """One world for every test here: each begins a draft of its own."""
    shelf = published_shelf(tmp_path_factory.mktemp("records"))
    yield shelf
    shelf.database.close()


@pytest.fixture
def client(shelf: Shelf) -> TestClient:
    return client_of(shelf)


def test_the_paper_form_asks_for_everything_and_is_a4(client: TestClient) -> None:
    told = get(client, "/section-60/form.pdf")
    assert told.headers["content-type"] == "application/pdf"
    assert b"MediaBox[0 0 595.2756 841.8898]" in told.content
    assert page_count(told.content) == 4
    sections = authority_sections(authorisation_of(()), force="", bcu="")
    said = " ".join(
        " ".join((section.title, *(each.label for each in section.fields))) for section in sections
    )
    assert not any(each.value for section in sections for each in section.fields)
    for asked in (
        "Force", "BCU", "Ground (a)",
        "Ground (aa)", "Ground (b)", "3x5x2 grade", "When it was learnt", "Why here",
        "Weapon that is sought", "3. Locality", "Starts (day, time)", "Ends (day, time)",
        "Other powers considered", "Who was contacted", "Tension", "Events nearby", "young people",
        "Effect on trust", "Body-worn video", "People under 18", "Name, rank", "Signature",
        "Given, or spoken", "Signed, or written", "Superintendent informed", "Extended until",
        "Offences relied on", "Revoked",
    ):  # fmt: skip
        assert asked.lower() in said.lower(), asked
    first = page_text(told.content)
    for printed in ("OFFICIAL-SENSITIVE", "Copy number", "not by itself a ground for section 60"):
        assert printed in first
    assert get(client, "/section-60/form.pdf", "officer").status_code == 403


def test_the_paper_form_ships_so_that_it_is_there_without_the_service() -> None:
    shipped = resources.files("rightplace.briefing.section_60").joinpath("paper_form.pdf")
    assert shipped.read_bytes() == blank_form(marking=WebSettings().marking)


def test_a_draft_is_printed_as_it_stands_and_says_that_it_authorises_nothing(
    client: TestClient,
) -> None:
    draft = begun(client)
    whole(client, draft)
    hostile = f"=1+1 {EVIL} #text(red)[x] $x$, Mill Street to the quay"
    post(client, f"{draft}/locality", {"cells": "E01000001", "words": hostile, "act": "keep"})
    told = get(client, f"{draft}/form.pdf")
    said = page_text(told.content)
    assert "DRAFT. It authorises nothing" in said
    assert LIMB["source"] in said
    assert "2B P" in said
    assert "Mill Street to the quay" in said
    assert "16 hours pass" in said
    assert "#text(red)[x]" in said, said  # words, never markup
    assert "Printed by Sal Sergeant" in said
    assert "Force Metropolitan Police Service" in said
    assert get(client, f"{draft}/form.pdf", "south").status_code == 403


# What might follow nearby


def test_what_might_follow_is_refused_until_the_grounds_are_written(client: TestClient) -> None:
    draft = begun(client)
    path = f"{draft}/aftermath"
    assert get(client, path).status_code == 403
    post(client, f"{draft}/grounds/a/violence-may-come", LIMB)
    told = get(client, path)
    assert told.status_code == 403
    assert "shown once the grounds are written" in told.text
    assert "/aftermath" not in get(client, draft).text
    post(client, f"{draft}/grounds/a/expedient-to-prevent", LIMB)
    told = get(client, path)
    assert told.status_code == 200
    assert "It is not a ground for stop and search" in told.text
    assert "1 to 2 in 100 incidents" in told.text
    assert "/aftermath" in get(client, draft).text


def test_ground_aa_is_written_only_with_its_incident(client: TestClient) -> None:
    draft = begun(client)
    for limb in ("violence-took-place", "weapon-carried", "expedient-to-find"):
        post(client, f"{draft}/grounds/aa/{limb}", LIMB)
    assert get(client, f"{draft}/aftermath").status_code == 403
    named = {"incident": "CAD 7/5MAY26", "weapon": "a kitchen knife with a black handle"}
    assert post(client, f"{draft}/questions/incident", named).status_code == 303
    assert get(client, f"{draft}/aftermath").status_code == 200


def test_without_learned_parameters_it_says_so_and_shows_no_number(
    client: TestClient, shelf: Shelf
) -> None:
    draft = begun(client)
    post(client, f"{draft}/grounds/b/carried-without-reason", LIMB)
    with reading(shelf.database) as quiet:
        before = history_of(quiet, draft.split("/")[2])
    asked = "place=-0.1150,51.4613&time=2026-05-05T02:10&kind=violence_with_injury"
    told = get(client, f"{draft}/aftermath?{asked}")
    assert told.status_code == 200
    assert "no learned parameters" in told.text
    assert "Times as much" not in told.text
    with reading(shelf.database) as quiet:
        assert history_of(quiet, draft.split("/")[2]) == before  # nothing of it is kept
