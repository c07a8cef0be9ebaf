"""Pages of jobs and data without scripts: who may, what is kept, what is shown of whom."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from rightplace.app.service.data_page import HeldData
from rightplace.app.service.jobs_asked import ForecastAsked, PublishAsked, asked_again
from rightplace.app.service.shelf import Shelf
from rightplace.app.service.web_settings import WebSettings
from rightplace.records.accounts.roles import Role
from rightplace.records.audit.lines import AuditLine
from rightplace.records.audit.transaction import reading, transaction
from rightplace.records.jobs.queue import Ending, JobAsked, State, claim, finish, tick
from rightplace.records.jobs.queue import ask as put_in_queue
from rightplace.records.jobs.tables import Job
from rightplace.records.published.publishing import publish
from rightplace.web.application import create_app
from rightplace.web.desk import Desk
from tests.functional.job_world import ANN, Bench, job_workspace
from tests.web.picture_world import PICTURE, picture_copy
from tests.web.published import area_copy
from tests.web.signed_in import KnownCookies, cookie, person
from tests.web.test_signing_in import SETTINGS, World

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import Any

    from rightplace.app.workspace import Workspace


NOW = datetime(2026, 5, 5, 12, tzinfo=UTC)
EVIL = "<img src=x onerror=alert(1)>.csv"
TOKEN = re.compile(r'name="form_token" value="([^"]+)"')
FORECAST = {"as_of": "2018-06-30", "days": "7", "by": "", "method": "", "area_id": ""}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder: Path = tmp_path_factory.mktemp("pages") / "workspace"
    made = job_workspace(folder)
    (folder / "inbox" / EVIL).write_text("not crime\n")
    (folder / "secret.csv").write_text("Name,Address\nNobody,Nowhere\n")
    return made


@pytest.fixture
def bench(workspace: Workspace) -> Iterator[Bench]:
    made = Bench(workspace)
    with transaction(made.database, ANN, purpose="An empty queue.", at=NOW) as tx:
        for job in tx.unshown(select(Job).where(Job.state.in_(("queued", "running")))):
            job.state, job.worker, job.ended_at, job.outcome = "cancelled", None, NOW, "x"
        tx.session.flush()
    yield made
    made.database.close()


@pytest.fixture
def client(bench: Bench) -> TestClient:
    dora = person("u-005", "Dora Data", Role.DATA_PROTECTION_OFFICER)
    sessions = KnownCookies()
    sessions.people["dora"] = dora
    desk = Desk(
        settings=WebSettings(),
        shelf=Shelf(bench.database),
        sessions=sessions,
        now=lambda: NOW,
        data=HeldData(bench.workspace),
    )
    return TestClient(create_app(desk), base_url="https://localhost", follow_redirects=False)


def get(client: TestClient, path: str, name: str = "ann") -> Any:  # noqa: ANN401 - the client's own kind of answer
    return client.get(path, headers=cookie(name))


def send(
    client: TestClient,
    path: str,
    fields: dict[str, str | Sequence[str]] | None = None,
    *,
    page: str,
    name: str = "ann",
    token: str = "",
) -> Any:  # noqa: ANN401 - the client's own kind of answer
    """Send a form as the page at an address hands it out."""
    if not token:
        found = TOKEN.findall(get(client, page, name).text)
        token = found[-1]
    return client.post(path, data={"form_token": token, **(fields or {})}, headers=cookie(name))


def jobs(bench: Bench) -> list[Job]:
    with reading(bench.database) as quiet:
        found = quiet.unshown(select(Job).where(Job.state.in_(("queued", "running"))))
        return list(found)


def ask(client: TestClient) -> str:
    told = send(client, "/jobs/new/forecast", dict(FORECAST), page="/jobs/new/forecast")
    assert told.status_code == 303, told.text
    return str(told.headers["location"]).removeprefix("/jobs/")


def test_a_form_sent_twice_asks_once_and_leads_to_the_job(client: TestClient, bench: Bench) -> None:
    token = TOKEN.findall(get(client, "/jobs/new/forecast").text)[-1]
    first, again = (
        send(client, "/jobs/new/forecast", dict(FORECAST), page="", token=token) for _ in range(2)
    )
    assert first.headers["location"] == again.headers["location"]
    (job,) = jobs(bench)
    assert (job.verb, job.asked_by) == ("forecast", "u-001")
    page = get(client, first.headers["location"])
    assert "Forecast of 7 days as of 30 June 2018" in page.text
    assert "It waits, and is the next." in page.text


def test_what_was_typed_is_kept_and_every_fault_is_told(client: TestClient, bench: Bench) -> None:
    typed = FORECAST | {"as_of": '"><b>x', "days": "93", "method": "rm -rf"}
    told = send(client, "/jobs/new/forecast", dict(typed), page="/jobs/new/forecast")
    assert told.status_code == 422
    assert "&#34;&gt;&lt;b&gt;x" in told.text
    assert '"><b>x' not in told.text
    for words in ("is not a day", "whole number from 1 to 92", "Choose a method"):
        assert words in told.text
    assert jobs(bench) == []


@pytest.mark.parametrize("name", ["../secret.csv", "/etc/passwd", "secret.csv", "inbox"])
def test_no_path_comes_from_the_browser(client: TestClient, bench: Bench, name: str) -> None:
    typed = {"kind": "crimes", "names": ["street.csv", name], "mapping": "", "release": ""}
    told = send(client, "/jobs/new/ingest", typed, page="/jobs/new/ingest")
    assert told.status_code == 422
    plan = FORECAST | {"crews": name, "cover": "", "forecast_id": ""}
    told = send(client, "/jobs/new/plan", dict(plan), page="/jobs/new/plan")
    assert told.status_code == 422
    assert jobs(bench) == []


def test_files_of_the_inbox_are_offered_and_their_names_are_only_text(
    client: TestClient, bench: Bench
) -> None:
    page = get(client, "/jobs/new/ingest").text
    assert EVIL not in page
    assert "&lt;img src=x onerror=alert(1)&gt;.csv" in page
    typed = {"kind": "crimes", "names": [EVIL, "street.csv"], "mapping": "", "release": ""}
    told = send(client, "/jobs/new/ingest", typed, page="/jobs/new/ingest")
    shown = get(client, told.headers["location"]).text
    assert EVIL not in shown
    assert "Take in 2 files" in shown
    (job,) = jobs(bench)
    assert '"names":["<img src=x onerror=alert(1)>.csv","street.csv"]' in job.arguments


def test_other_forms_ask_too(client: TestClient, bench: Bench) -> None:
    plan = FORECAST | {"crews": "crews.csv", "cover": "", "cover_elsewhere": "yes"}
    backtest = {"first": "2017-06-01", "last": "2018-05-01", "step": "28", "area_id": ""}
    sent: dict[str, dict[str, str | Sequence[str]]] = {
        "plan": {**plan, "forecast_id": ""},
        "backtest": {**backtest, "methods": ["uniform", "fading@half_life_weeks=52"]},
    }
    for verb, typed in sent.items():
        told = send(client, f"/jobs/new/{verb}", typed, page=f"/jobs/new/{verb}")
        assert told.status_code == 303, told.text
    assert sorted(job.verb for job in jobs(bench)) == ["backtest", "plan"]
    assert "fading@half_life_weeks=52" in get(client, told.headers["location"]).text


def test_only_whoever_may_run_jobs_asks_sees_or_cancels(client: TestClient, bench: Bench) -> None:
    job_id = ask(client)
    for name in ("cora", "nick", "dora"):
        for path in ("/jobs", f"/jobs/{job_id}", f"/jobs/{job_id}/progress", "/jobs/new/forecast"):
            assert get(client, path, name).status_code == 403, path
        for path in (f"/jobs/{job_id}/cancel", f"/jobs/{job_id}/again", "/jobs/new/forecast"):
            told = send(client, path, dict(FORECAST), page="/", name=name)
            assert told.status_code == 403, path
    assert [job.state for job in jobs(bench)] == ["queued"]
    assert 'href="/jobs"' in get(client, "/").text
    assert 'href="/jobs"' not in get(client, "/", "cora").text


def test_a_waiting_job_is_cancelled_and_asked_for_again(client: TestClient, bench: Bench) -> None:
    job_id = ask(client)
    told = send(client, f"/jobs/{job_id}/cancel", page=f"/jobs/{job_id}")
    page = get(client, told.headers["location"]).text
    assert "Cancelled before it began." in page
    assert "Cancel this job" not in page
    told = send(client, f"/jobs/{job_id}/again", page=f"/jobs/{job_id}")
    (job,) = jobs(bench)
    assert told.headers["location"] == f"/jobs/{job.id}"
    assert job.id != job_id


def test_progress_is_a_part_of_the_page_and_tells_when_to_load_anew(
    client: TestClient, bench: Bench
) -> None:
    job_id = ask(client)
    path = f"/jobs/{job_id}/progress?seen="
    assert "hx-refresh" not in get(client, f"{path}queued").headers
    with transaction(bench.database, ANN, purpose="x", at=NOW) as tx:
        claim(tx, worker="one")
        tick(tx, job_id, worker="one", said="reading <b>\nlearning")
    assert get(client, f"{path}queued").headers["hx-refresh"] == "true"
    running = get(client, f"{path}running")
    assert "hx-refresh" not in running.headers
    assert "<li>reading &lt;b&gt;</li><li>learning</li>" in running.text
    assert "<html" not in running.text
    assert 'hx-trigger="every 2s"' in get(client, f"/jobs/{job_id}").text
    ending = Ending(state=State.DONE, outcome="Done <i>well</i>.", run_id="f-0123456789ab")
    with transaction(bench.database, ANN, purpose="x", at=NOW) as tx:
        finish(tx, job_id, ending, worker="one")
    ended = get(client, f"{path}running")
    assert ended.headers["hx-refresh"] == "true"
    assert "hx-trigger" not in ended.text
    page = get(client, f"/jobs/{job_id}").text
    assert "hx-trigger" not in page
    assert "Done &lt;i&gt;well&lt;/i&gt;." in page
    told = send(client, f"/jobs/{job_id}/publish", page=f"/jobs/{job_id}")
    (job,) = jobs(bench)
    assert (told.status_code, job.verb) == (303, "publish")
    assert '"run_id":"f-0123456789ab"' in job.arguments


def test_who_published_a_run_is_led_to_its_page(client: TestClient, bench: Bench) -> None:
    job_id = bench.ask(PublishAsked(run_id=PICTURE))
    assert "/pictures/" not in get(client, f"/jobs/{job_id}").text.partition("<main")[2]
    with transaction(bench.database, ANN, purpose="x", at=NOW) as tx:
        for copy in (area_copy(), picture_copy()):
            publish(tx, copy)
        claim(tx, worker="one")
        finish(tx, job_id, Ending(state=State.DONE, outcome="Published."), worker="one")
    assert f'href="/pictures/{PICTURE}"' in get(client, f"/jobs/{job_id}").text


def test_a_look_at_a_job_is_written_down_and_a_look_at_progress_is_not(
    client: TestClient, bench: Bench
) -> None:
    job_id = ask(client)

    def looks() -> int:
        with reading(bench.database) as quiet:
            lines = select(AuditLine).where(AuditLine.record_id == job_id)
            return sum(line.operation == "consultation" for line in quiet.unshown(lines))

    get(client, "/jobs")
    get(client, f"/jobs/{job_id}/progress")
    assert looks() == 0
    get(client, f"/jobs/{job_id}")
    assert looks() == 1


def test_filters_live_in_the_address(client: TestClient) -> None:
    job_id = ask(client)
    every = get(client, "/jobs?state=queued").text
    assert f"/jobs/{job_id}" in every
    for part in ("state=failed", "verb=ingest", "search=nothing%25"):
        assert f"/jobs/{job_id}" not in get(client, f"/jobs?{part}").text
    assert f"/jobs/{job_id}" in get(client, f"/jobs?mine=yes&search={job_id[:8]}").text
    assert get(client, "/jobs?state=no").status_code == 422
    assert get(client, "/jobs/no").status_code == 404
    assert get(client, "/jobs/new/rm").status_code == 404


def test_a_failed_job_stands_on_today_of_who_asked(client: TestClient, bench: Bench) -> None:
    job_id = ask(client)
    with transaction(bench.database, ANN, purpose="x", at=NOW) as tx:
        claim(tx, worker="one")
        finish(tx, job_id, Ending(state=State.FAILED, outcome="Disk full."), worker="one")
    assert f"/jobs/{job_id}" in get(client, "/").text
    assert f"/jobs/{job_id}" not in get(client, "/", "cora").text


def test_the_form_of_a_forecast_starts_from_the_last_month_held(
    client: TestClient, bench: Bench
) -> None:
    page = get(client, "/jobs/new/forecast").text
    assert re.search(r'name="as_of"[^>]* value="2018-06-30"', page)
    ask(client)
    (job,) = jobs(bench)
    assert asked_again(job.verb, job.arguments) == ForecastAsked(as_of=date(2018, 6, 30))


# Data


def test_the_data_page_adds_up_and_shows_no_row(client: TestClient) -> None:
    page = get(client, "/data").text
    assert "547 = 546 stored + 1 quarantined + 0 superseded" in page
    assert "a category that no table of words knows" in page
    assert "Unheard of" not in page, "what a row says"
    year_2016 = page.split(">2016</th>")[1].split("</tr>")[0]
    assert re.findall(r">([\d,]*)</td>", year_2016) == ["", "", "", "", *["23", "19"] * 4]
    assert "No month between the first and the last is missing" in page


def test_who_sees_data_takes_none_in(client: TestClient) -> None:
    assert 'href="/jobs/new/ingest"' in get(client, "/data").text
    for name in ("cora", "dora"):
        page = get(client, "/data", name)
        assert page.status_code == 200
        assert 'href="/jobs/new/ingest"' not in page.text
    assert get(client, "/data", "nick").status_code == 403


def test_a_page_of_published_runs_alone_says_that_it_has_no_data(bench: Bench) -> None:
    desk = Desk(
        settings=WebSettings(),
        shelf=Shelf(bench.database),
        sessions=KnownCookies(),
        now=lambda: NOW,
    )
    alone = TestClient(create_app(desk), base_url="https://localhost")
    assert get(alone, "/data").status_code == 404


def test_a_page_that_asks_by_itself_keeps_no_session_alive(shelf: Shelf) -> None:
    world = World(shelf)
    world.join("ann", Role.ANALYST)
    browser = world.browser()
    browser.sign_in("ann")
    minutes = SETTINGS.sessions.idle_minutes
    asked = JobAsked(id=str(uuid.uuid4()), verb="forecast", arguments={})
    with transaction(shelf.database, ANN, purpose="x", at=NOW) as tx:
        put_in_queue(tx, asked)
    path = f"/jobs/{asked.id}/progress?seen=queued"
    for _ in range(minutes - 1):
        world.clock.now += timedelta(minutes=1)
        assert browser.get(path).status_code == 200
    world.clock.now += timedelta(minutes=1)
    told = browser.get(path)
    assert (told.status_code, told.headers["hx-refresh"], told.text) == (401, "true", "")


def test_pages_over_invented_records_say_so(client: TestClient) -> None:
    held: HeldData = client.app.state.desk.data  # type: ignore[attr-defined]  # the application
    for path in ("/data", "/jobs", "/jobs/new/forecast"):
        assert "SYNTHETIC" not in get(client, path).text
    found = held.status()
    invented = tuple(replace(each, source="demo/synthetic/crimes") for each in found.sources)
    assert held.known is not None
    held.known = held.known[0], replace(found, sources=invented)
    for path in ("/data", "/jobs", "/jobs/new/forecast", f"/jobs/{ask(client)}"):
        assert "SYNTHETIC" in get(client, path).text, path


def test_an_analyst_asks_to_judge_an_operation_and_only_by_its_number(
    client: TestClient, bench: Bench
) -> None:
    page = "/jobs/new/evaluate"
    assert "No operation that has begun is locked" in get(client, page).text
    assert get(client, page, "cora").status_code == 403  # a commander registers none
    typed: dict[str, str | Sequence[str]]
    for wrong in ({"operation_id": "op-1"}, {"as_of": "soon"}):
        typed = {"operation_id": "op-0123456789ab", "as_of": "2018-06-30", **wrong}
        told = send(client, page, typed, page="/jobs/new/forecast")
        assert told.status_code == 422
        assert "There is a problem" in told.text
    typed = {"operation_id": "op-0123456789ab", "as_of": "2018-06-30", "own_only": "yes"}
    told = send(client, page, typed, page="/jobs/new/forecast")
    (job,) = jobs(bench)
    assert (told.status_code, job.verb) == (303, "evaluate")
    shown = get(client, f"/jobs/{job.id}").text
    assert "Judge op-0123456789ab" in shown
    assert "the plan&#39;s alone" in shown
