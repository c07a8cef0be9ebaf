"""What the service says of itself, to anyone; documents are read as they were filed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rightplace.records.documents.kinds import DocumentKind
from rightplace.web.marked_up import marked_up
from tests.paths import ROOT
from tests.web.signed_in import cookie

if TYPE_CHECKING:
    from starlette.testclient import TestClient

MODEL = "additive_memory"


def test_anyone_reads_what_it_must_not_be_used_for(client: TestClient) -> None:
    told = client.get("/about")
    assert told.status_code == 200
    readme = Path(ROOT / "README.md").read_text("utf-8")
    section = readme.partition("## What it must not be used for")[2].partition("\n## ")[0]
    said = re.findall(r"\*\*(.+?)\*\*", section)
    assert len(said) >= 5
    assert [each for each in said if f"<strong>{each}</strong>" not in told.text] == []


def test_every_document_of_a_model_is_listed_and_read(client: TestClient) -> None:
    about = client.get("/about").text
    for kind in DocumentKind:
        address = f"/about/{MODEL}/{kind.value}"
        assert f'href="{address}"' in about
        told = client.get(address)
        assert told.status_code == 200
        assert "<h1" in told.text
        filed = client.get(f"{address}.md")
        assert filed.headers["content-type"].startswith("text/markdown")
        assert filed.text.startswith("+++")


def test_a_document_that_is_not_filed_is_not_found(client: TestClient) -> None:
    assert client.get(f"/about/{MODEL}/secret-plans").status_code == 404
    assert client.get("/about/nobody/model-card").status_code == 404


def test_scores_are_for_who_may_see_forecasts(client: TestClient) -> None:
    assert "Beats counts" not in client.get("/about").text
    assert "Beats counts" not in client.get("/about", headers=cookie("nick")).text
    assert "Beats counts" in client.get("/about", headers=cookie("ann")).text


@pytest.mark.parametrize(
    "evil",
    [
        "<script>alert(1)</script>",
        "[go](javascript:alert(1))",
        "![p](https://evil.example/p.png)",
        '<a href="x" onclick="y">z</a>',
        "[a]: javascript:alert(1)\n\n[a]",
    ],
)
def test_markup_in_a_document_stays_words(evil: str) -> None:
    html = marked_up(evil)
    assert "<script" not in html
    assert "onclick" not in html or "&lt;a" in html
    assert 'href="javascript' not in html
    assert "<img" not in html


def test_tables_and_headings_look_like_those_of_pages() -> None:
    html = marked_up("## A\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n")
    assert '<h2 class="govuk-heading-m rp-words">A</h2>' in html
    assert '<th class="govuk-table__header" scope="col">a</th>' in html
    assert "govuk-table__cell--numeric" in html
    assert "style=" not in html
