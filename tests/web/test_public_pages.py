"""The public pages: what anybody reads, under the strictest guards, from whole editions alone."""

from __future__ import annotations

import shutil
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
import uvicorn
from starlette.testclient import TestClient

from rightplace.app.public.edition import FILE_NAME, read_edition, write_edition
from rightplace.web.public.application import create_public_app
from rightplace.web.public.desk import EditionDesk
from tests.paths import ROOT
from tests.web.public_world import exported, ready
from tests.web.published import published_shelf
from tests.web.sharing_world import EVIL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page
    from starlette.testclient import TestClient as Client

CHROMIUM = shutil.which("chromium")
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ABBEY = "/places/northbank-abbey"
PATHS = ["/", "/?search=bank", ABBEY, "/places/borough-northbank", "/about", "/downloads", "/no"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An edition as it was exported."""
    folder = tmp_path_factory.mktemp("edition")
    shelf = published_shelf(folder)
    ready(shelf)
    exported(shelf, folder / "out")
    shelf.database.close()
    return folder / "out"


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    shutil.copy(made / FILE_NAME, tmp_path)
    return tmp_path


@pytest.fixture
def client(folder: Path) -> Client:
    app = create_public_app(EditionDesk(folder=folder, hosts=("localhost",)))
    return TestClient(app, base_url="https://localhost", follow_redirects=False)


def test_a_ward_is_found_and_tells_what_was_done_and_what_was_recorded(client: Client) -> None:
    found = client.get("/?search=ABB north").text
    assert f'href="{ABBEY}"' in found
    text = client.get(ABBEY).text
    for said in (
        "What was done in Abbey, and did violence change?",
        "7 of 8 planned visits made, 1.8 hours: target missed by 1",
        "not known",
        "January to March 2026",
        "never by ward",
        "Every month comes 28 days late",
        "not reasonable grounds to stop or search",
        "set no cookie",
    ):
        assert said in text
    assert "fewer than 5 visits, or none" in client.get("/places/southbank-castle").text
    nothing = client.get("/places/farbank-edge").text
    assert nothing.count("not known") >= 3
    assert "<td" in nothing


@pytest.mark.parametrize("path", [*PATHS, "/edition.csv", f"{ABBEY}/chart.svg", "/healthz"])
def test_every_answer_binds_the_browser_and_sets_no_cookie(client: Client, path: str) -> None:
    told = client.get(path)
    assert told.status_code == (404 if path == "/no" else 200)
    policy = told.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "set-cookie" not in told.headers
    assert "<script" not in told.text
    assert " style=" not in told.text
    assert told.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/places/none", 404),
        ("/places/..%2f..%2fetc%2fpasswd", 404),
        ("/places/%00", 404),
        ("/places/none/chart.svg", 404),
        ("/partners", 404),
        ("/openapi.json", 404),
        ("/?search=" + "x" * 101, 422),
    ],
)
def test_what_is_not_there_is_answered_in_plain_words(
    client: Client, path: str, status: int
) -> None:
    told = client.get(path)
    assert told.status_code == status
    assert "This cannot be shown" in told.text


def test_nothing_is_sent_in_and_no_other_name_is_answered(client: Client) -> None:
    assert client.post("/", data={"search": "x"}).status_code == 405
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


def test_hostile_names_are_words_on_pages_and_in_files(client: Client) -> None:
    text = client.get("/?search=cmd").text
    assert "=cmd|&#39;/c calc&#39;!A1" in text
    searched = client.get("/?search=%3Cscript%3Ealert(1)%3C/script%3E").text
    assert "<script" not in searched
    csv = client.get("/edition.csv")
    assert f"'{EVIL}" in csv.text
    assert csv.headers["content-disposition"].startswith("attachment")


def test_the_chart_is_a_picture_without_script_that_marks_what_is_withheld(
    folder: Path, client: Client
) -> None:
    told = client.get(f"{ABBEY}/chart.svg")
    assert told.headers["content-type"].startswith("image/svg+xml")
    tags = [each.tag.rpartition("}")[2] for each in ET.fromstring(told.text).iter()]  # noqa: S314 - our own file
    assert tags.count("rect") == 1 + 3
    assert not {"script", "style", "foreignObject", "image"} & set(tags)
    edition, _ = read_edition(folder / FILE_NAME)
    places = tuple(
        replace(each, counts=tuple(replace(line, count=None) for line in each.counts))
        for each in edition.places
    )
    write_edition(folder, replace(edition, places=places))
    assert "withheld: see the table" in client.get(f"{ABBEY}/chart.svg").text


def test_a_newer_edition_is_shown_at_once_and_a_torn_one_never(
    folder: Path, client: Client
) -> None:
    assert "5 May 2026" in client.get("/").text
    edition, _ = read_edition(folder / FILE_NAME)
    (folder / FILE_NAME).write_text('{"schema": "rightplace/public-ed', "utf-8")
    assert "5 May 2026" in client.get("/").text
    (folder / FILE_NAME).unlink()
    assert "5 May 2026" in client.get("/").text
    write_edition(folder, replace(edition, made_on="2026-06-05", is_synthetic=True))
    text = client.get("/").text
    assert "5 June 2026" in text
    assert "SYNTHETIC" in text
    assert "SYNTHETIC" in client.get("/edition.csv").text


def test_without_an_edition_the_pages_say_so(tmp_path: Path) -> None:
    app = create_public_app(EditionDesk(folder=tmp_path, hosts=("localhost",)))
    client = TestClient(app, base_url="https://localhost")
    assert client.get("/").status_code == client.get("/healthz").status_code == 404
    assert "Nothing has been published here yet" in client.get("/about").text


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    app = create_public_app(EditionDesk(folder=folder, hosts=("127.0.0.1",)))
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)


def violations(page: Page) -> list[Any]:
    page.evaluate(AXE.read_text("utf-8"))
    found: dict[str, Any] = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
    return [(each["id"], [node["html"] for node in each["nodes"]]) for each in found["violations"]]


@pytest.mark.allow_hosts(["127.0.0.1"])
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: install `chromium`")
@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not there: run `make setup`")
def test_every_page_is_for_everybody_and_no_wider_than_the_screen(address: str) -> None:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - loads only where it runs

    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(java_script_enabled=True)
        page = context.new_page()
        elsewhere: list[str] = []
        page.on("request", lambda r: elsewhere.append(r.url))
        for width in (360, 1360):
            page.set_viewport_size({"width": width, "height": 800})
            for path in PATHS:
                page.goto(address + path)
                assert page.evaluate("document.documentElement.scrollWidth") <= width, path
                assert violations(page) == [], path
        page.goto(address)
        page.focus("#search")
        page.keyboard.type("abbey")
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Abbey").press("Enter")
        assert (
            page.get_by_role("heading", level=1).inner_text().startswith("What was done in Abbey")
        )
        assert page.evaluate("document.querySelector('img.rp-chart').naturalWidth") > 0
        assert context.cookies() == []
        assert [u for u in elsewhere if not u.startswith((address, "data:"))] == []
        browser.close()
