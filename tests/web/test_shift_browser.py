"""Journeys in Chromium: brief and acknowledge; log visits, also without a connection."""

from __future__ import annotations

import shutil
import threading
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
import uvicorn
from sqlalchemy import select

from rightplace.records.audit.transaction import reading, transaction
from rightplace.records.delivery.tables import VisitLog
from rightplace.records.stop.switch import Target, TargetKind, suspend
from rightplace.web.application import create_app
from rightplace.web.sessions import COOKIE
from tests.paths import ROOT
from tests.web.shift_world import (
    ADMIN,
    EARLY,
    KEY,
    NOON,
    SHIFT_PLAN,
    World,
    shift_world,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from playwright.sync_api import BrowserContext, Page, Worker

CHROMIUM = shutil.which("chromium")
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PHONE = {"width": 360, "height": 740}
BOARD = f"/board?bcu=Northbank&shift={quote(KEY)}"
SHIFT = f"/shift?bcu=Northbank&shift={quote(KEY)}&crew={quote('North 1')}"
HELD = """async () => ({
  caches: await Promise.all((await caches.keys()).map(async (name) =>
    (await (await caches.open(name)).keys()).map((each) => new URL(each.url).pathname))),
  rows: await Promise.all((await indexedDB.databases()).map(({name}) =>
    new Promise((resolve) => {
      const opening = indexedDB.open(name)
      opening.onsuccess = () => {
        const database = opening.result
        const tables = [...database.objectStoreNames]
        if (!tables.length) return resolve([])
        const transaction = database.transaction(tables)
        Promise.all(tables.map((table) => new Promise((done) => {
          const asked = transaction.objectStore(table).getAll()
          asked.onsuccess = () => done([table, asked.result])
        }))).then((rows) => { database.close(); resolve(rows) })
      }
    })))
})"""

pytestmark = [
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: install `chromium`"),
]


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    yield from shift_world(tmp_path_factory.mktemp("records"))


@pytest.fixture
def address(world: World) -> Iterator[str]:
    config = uvicorn.Config(create_app(world.desk), host="127.0.0.1", port=0, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture
def told() -> list[str]:
    """What the browser complained of."""
    return []


@pytest.fixture
def context(told: list[str]) -> Iterator[BrowserContext]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - loads only where it runs

    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 360, "height": 740})
        context.set_default_timeout(8000)
        context.on("weberror", lambda error: told.append(str(error.error)))
        yield context
        browser.close()


def sign_in(context: BrowserContext, name: str) -> None:
    context.add_cookies(
        [
            {
                "name": COOKIE,
                "value": name,
                "domain": "127.0.0.1",
                "path": "/",
                "secure": True,
                "httpOnly": True,
                "sameSite": "Strict",
            }
        ]
    )


def violations(page: Page) -> list[Any]:
    page.evaluate(AXE.read_text("utf-8"))
    found: dict[str, Any] = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
    return [(each["id"], [node["html"] for node in each["nodes"]]) for each in found["violations"]]


def is_no_wider(page: Page) -> bool:
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    return bool(page.evaluate(wide) <= 0)


def ready(page: Page) -> None:
    page.locator("#shift[data-ready=yes]").wait_for()


def set_clock(worker: Worker, moment: datetime) -> None:
    """Let a service worker, whose clock a page's does not set, take a moment for now."""
    worker.evaluate("moment => { Date.now = () => moment }", moment.timestamp() * 1000)


def opened(context: BrowserContext, address: str) -> tuple[Page, Worker]:
    """The shift at noon, kept on the phone, and the worker that serves it."""
    page = context.new_page()
    page.clock.install(time=NOON)
    page.goto(address + SHIFT)
    ready(page)
    (worker,) = context.service_workers
    set_clock(worker, NOON)
    return page, worker


def press(page: Page, name: str) -> None:
    """Press a button by keyboard alone."""
    page.get_by_role("button", name=name).focus()
    page.keyboard.press("Enter")


def choose(page: Page, label: str) -> None:
    page.get_by_label(label).focus()
    page.keyboard.press("Space")


def logs(world: World) -> Sequence[VisitLog]:
    with reading(world.shelf.database) as quiet:
        return quiet.unshown(select(VisitLog).order_by(VisitLog.received_at, VisitLog.id))


def held(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(HELD)
    return found


def log_with_a_connection(page: Page, world: World) -> None:
    press(page, "Start: we are there")
    page.get_by_text("Started at 12:00").wait_for()
    page.clock.fast_forward("15:00")
    world.clock.at = NOON + timedelta(minutes=15)
    choose(page, "Talked with people")
    press(page, "Stop and log this visit")
    page.get_by_text("Sent: 1 visit.").wait_for()
    assert page.locator("article.rp-visit:visible").count() == 1


def log_two_without_one(page: Page) -> None:
    page.get_by_label("Arrived").fill("12:16")
    page.get_by_label("Left (empty: now)").fill("12:30")
    page.clock.fast_forward("20:00")
    choose(page, "Visited licensed premises")
    press(page, "Stop and log this visit")
    page.get_by_text("1 visit waits").wait_for()
    page.get_by_role("link", name="Street 0").focus()
    page.keyboard.press("Enter")
    page.get_by_text("We could not do this visit").click()
    choose(page, "We were called away to something urgent")
    press(page, "Log that we could not")
    page.get_by_text("2 visits wait").wait_for()


def test_a_sergeant_briefs_and_an_officer_acknowledges(
    context: BrowserContext, address: str, told: list[str]
) -> None:
    page = context.new_page()
    sign_in(context, "olga")
    page.goto(address + BOARD)
    if AXE.is_file():
        assert violations(page) == []
    assert is_no_wider(page)
    press(page, "I have read this brief")
    page.get_by_text("You acknowledged this brief").wait_for()
    sign_in(context, "sam")
    page.goto(address + BOARD)
    page.get_by_role("link", name="Show names").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Olga Officer, 12:00").wait_for()
    if AXE.is_file():
        assert violations(page) == []
    page.goto(f"{address}/delivery?bcu=Northbank&by=place")
    if AXE.is_file():
        assert violations(page) == []
    assert is_no_wider(page)
    assert told == []


def test_a_shift_goes_on_without_a_connection_and_nothing_is_lost_or_left(
    context: BrowserContext, world: World, address: str, told: list[str]
) -> None:
    sign_in(context, "olga")
    page, _ = opened(context, address)
    if AXE.is_file():
        assert violations(page) == []
    assert is_no_wider(page)

    log_with_a_connection(page, world)
    (first,) = logs(world)
    assert first.ended_at - first.started_at >= timedelta(minutes=15)

    context.set_offline(True)
    page.reload()
    ready(page)
    assert page.get_by_text("done, 12:15").count() == 1
    assert "Street 1" in page.locator("article.rp-visit:visible").inner_text()
    log_two_without_one(page)
    page.reload()
    ready(page)
    assert page.locator("#waiting li").count() == 2
    queue = next(rows for name, rows in held(page)["rows"][0] if name == "queue")
    assert "Street" not in str(queue)
    assert len(logs(world)) == 1

    world.clock.at = NOON + timedelta(minutes=40)
    context.set_offline(False)
    page.locator("#waiting").wait_for(state="hidden")
    rows = logs(world)
    assert len(rows) == 3
    assert {row.called_away for row in rows} == {"no", "urgent"}
    late = [row for row in rows if row.id != first.id]
    assert {row.received_at for row in late} == {world.clock.at}
    assert all(abs(row.sent_at - (NOON + timedelta(minutes=35))).seconds < 60 for row in late)
    assert all(row.received_at > row.ended_at for row in late)

    page.clock.fast_forward("03:00:00")
    world.clock.at = EARLY.end + timedelta(minutes=1)
    page.get_by_text("This shift is over.").wait_for()
    assert held(page) == {"caches": [], "rows": []}
    assert "Street" not in page.locator("main").inner_text()
    page.goto(address + SHIFT)
    assert "Street" not in page.content()
    assert told == []


def test_a_phone_that_was_off_at_the_end_of_the_shift_shows_nothing_of_it(
    context: BrowserContext, address: str
) -> None:
    sign_in(context, "olga")
    page, worker = opened(context, address)
    context.set_offline(True)
    (kept,) = held(page)["caches"]
    names = {path.rpartition("/")[2] for path in kept}
    assert {"shift", "style.css", "page.mjs", "shift.mjs", "shift-store.mjs"} <= names
    page.close()
    again = context.new_page()
    again.clock.install(time=NOON)
    again.goto(address + SHIFT)
    ready(again)
    assert "Street 0" in again.content()
    set_clock(worker, EARLY.end)
    again.goto(address + SHIFT)
    assert "Nothing of a shift is on this phone" in again.content()
    left = held(again)
    assert left["caches"] == []
    assert {name: len(rows) for name, rows in left["rows"][0]} == {
        "kept": 0,
        "marks": 0,
        "queue": 0,
    }


def test_a_session_that_ran_out_takes_the_places_and_leaves_when_the_crew_arrived(
    context: BrowserContext, address: str
) -> None:
    sign_in(context, "olga")
    page, _ = opened(context, address)
    press(page, "Start: we are there")
    page.get_by_text("Started at 12:00").wait_for()
    context.clear_cookies()
    page.goto(address)  # outside of what the worker serves
    page.wait_for_load_state("networkidle")
    assert held(page)["caches"] == []
    page.goto(address + SHIFT)
    assert "Street" not in page.content()
    sign_in(context, "olga")
    page.goto(address + SHIFT)
    ready(page)
    assert page.get_by_label("Arrived").input_value() == "12:00"


def test_a_plan_that_is_suspended_leaves_the_phone_when_it_is_connected(
    context: BrowserContext, world: World, address: str
) -> None:
    sign_in(context, "olga")
    page, _ = opened(context, address)
    with transaction(world.shelf.database, ADMIN, purpose="Stop.", at=NOON) as tx:
        suspend(tx, Target(kind=TargetKind.PLAN, name=SHIFT_PLAN), reason="Wrong crews.")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.get_by_text("not in force any more").wait_for()
    assert "Street" not in page.locator("main").inner_text()
    assert held(page)["caches"] == []


def test_signing_out_clears_the_phone_but_for_what_is_not_sent(
    context: BrowserContext, world: World, address: str
) -> None:
    sign_in(context, "olga")
    page, _ = opened(context, address)
    context.set_offline(True)
    page.get_by_label("Arrived").fill("11:30")
    choose(page, "Something else")
    press(page, "Stop and log this visit")
    page.get_by_text("1 visit waits").wait_for()
    page.route("**/sign-out", lambda route: route.fulfill(status=200, body="signed out"))
    press(page, "Sign out")
    page.get_by_text("signed out").wait_for()
    context.set_offline(False)
    context.clear_cookies()
    page.goto(address + "/shift")
    left = held(page)
    assert left["caches"] == []
    kinds = {name: len(rows) for name, rows in left["rows"][0]}
    assert kinds == {"kept": 0, "marks": 0, "queue": 1}
    sign_in(context, "omar")
    with page.expect_response("**/shift/pulse*"):
        page.goto(address + "/board")
    assert logs(world) == []
    sign_in(context, "olga")
    with page.expect_response("**/shift/sync"):
        page.goto(address + "/board")
    assert [row.logged_by for row in logs(world)] == [world.accounts.ids["olga"]]
