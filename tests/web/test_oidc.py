"""Signing in by a real provider of OpenID Connect, a process of its own on loopback."""

from __future__ import annotations

import re
import shutil
import socket
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
import pyotp
import pytest
import sqlalchemy as sa
import uvicorn
from starlette.testclient import TestClient

from rightplace.app.service.oidc.provider import Provider
from rightplace.app.service.oidc.settings import BACK, OidcSettings
from rightplace.app.service.web_settings import WebSettings
from rightplace.records.accounts.oidc_links import link
from rightplace.records.accounts.people import leave
from rightplace.records.accounts.roles import Role
from rightplace.records.audit.transaction import transaction
from rightplace.web.application import create_app
from rightplace.web.desk import Desk
from rightplace.web.oidc import FLOW
from rightplace.web.sessions import COOKIE, AccountSessions
from tests.records.account_world import ADMIN, SETTINGS, Person, join
from tests.web.provider_process import running_provider
from tests.web.published import NOW
from tests.web.signed_in import KnownCookies, cookie, person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rightplace.app.service.shelf import Shelf
    from rightplace.records.database.front import Database

pytestmark = pytest.mark.allow_hosts(["127.0.0.1", "localhost", "::1"])
HERE = "https://localhost"
SECRET = "only between the two of them"  # noqa: S105 - of a provider that ends with the test
CLIENT = {
    "client_id": "rightplace",
    "client_secret": SECRET,
    "redirect_uris": [f"{HERE}{BACK}"],
    "post_logout_redirect_uris": [f"{HERE}/sign-in"],
}
OTHER = {"client_id": "other", "client_secret": SECRET, "redirect_uris": [f"{HERE}{BACK}"]}


@pytest.fixture(scope="module")
def port() -> int:
    """A port of this machine on which a browser finds the service."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture(scope="module")
def issuer(port: int) -> Iterator[str]:
    said = {"preferred_username": "pat.smith", "amr": ["pwd", "mfa"]}
    back = [f"{HERE}{BACK}", f"http://127.0.0.1:{port}{BACK}"]
    client = CLIENT | {"redirect_uris": back}
    with running_provider([client, OTHER], {"subject-pat.smith": said}) as address:
        yield address


@pytest.fixture
def settings(issuer: str) -> OidcSettings:
    return OidcSettings(issuer=issuer, client_id="rightplace", redirect_address=f"{HERE}{BACK}")


@pytest.fixture
def pat(shelf: Shelf) -> Person:
    """Pat Smith, whom an administrator linked."""
    return join(shelf.database)


def linked(database: Database, who: Person, issuer: str) -> None:
    subject = f"subject-{who.name}"
    with transaction(database, ADMIN, purpose="Links.", at=NOW) as tx:
        link(tx, who.id, issuer=issuer, subject=subject, keeps_password=False)


def desk_of(shelf: Shelf, settings: OidcSettings, secret: str = SECRET) -> Desk:
    """The service's desk; it lives now, as the provider does."""
    accounts = SETTINGS
    return Desk(
        settings=WebSettings(),
        shelf=shelf,
        sessions=AccountSessions(database=shelf.database, settings=accounts),
        now=lambda: datetime.fromtimestamp(time.time(), UTC),
        accounts=accounts,
        provider=Provider(settings, secret=secret),
    )


def service(shelf: Shelf, settings: OidcSettings, secret: str = SECRET) -> TestClient:
    """The service, as one browser sees it."""
    app = create_app(desk_of(shelf, settings, secret))
    return TestClient(app, base_url=HERE, follow_redirects=False)


@dataclass
class Browser:
    """What the browser does at the provider: follows it, fills in its own forms."""

    client: httpx.Client = field(default_factory=lambda: httpx.Client(trust_env=False))

    def sign_in(self, address: str, name: str) -> str:
        """Go through the provider's pages; return the address it sends the browser back to."""
        told = self.client.get(address)
        for _ in range(12):
            if told.is_redirect:
                address = urljoin(address, told.headers["location"])
                if address.startswith(HERE):
                    return address
                told = self.client.get(address)
                continue
            form = re.search(r'action="([^"]+)"', told.text)
            assert form is not None, told.text
            prompt = re.search(r'name="prompt" value="([^"]+)"', told.text)
            assert prompt is not None, told.text
            sent = {"prompt": prompt[1], "login": f"subject-{name}", "password": "any"}
            address = urljoin(address, form[1])
            told = self.client.post(address, data=sent)
        pytest.fail("the provider did not end")


@contextmanager
def browser() -> Iterator[Browser]:
    opened = Browser()
    yield opened
    opened.client.close()


def through(client: TestClient, name: str = "pat.smith", to: str = "/account") -> httpx.Response:
    """The whole way: from here to the provider and back."""
    begun = client.get("/sign-in/oidc", params={"to": to})
    assert begun.status_code == 303
    with browser() as opened:
        back = opened.sign_in(begun.headers["location"], name)
    told: httpx.Response = client.get(back)
    return told


# Header and payload of a signed token, both JSON objects in base64, with the dot between them:
# the letters of a header alone come by chance among so much encrypted text.
SIGNED_TOKEN = re.compile(r"eyJ[\w-]+\.eyJ[\w-]+\.")


def everything(database: Database) -> str:
    shown = []
    with database.engine.connect() as connection:
        for table in sa.inspect(database.engine).get_table_names():
            every: sa.Select[Any] = sa.select(sa.text("*")).select_from(sa.table(table))
            shown += [str(tuple(row)) for row in connection.execute(every)]
    return "\n".join(shown)


def test_who_is_linked_signs_in_by_the_provider_and_is_here_by_name(
    shelf: Shelf, pat: Person, settings: OidcSettings, caplog: pytest.LogCaptureFixture
) -> None:
    linked(shelf.database, pat, settings.issuer)
    client = service(shelf, replace(settings, second_factor_amr="mfa"))
    begun = client.get("/sign-in/oidc", params={"to": "/account"})
    asked = {k: v[0] for k, v in parse_qs(urlsplit(begun.headers["location"]).query).items()}
    assert asked["code_challenge_method"] == "S256"
    assert (asked["response_type"], asked["prompt"], asked["max_age"]) == ("code", "login", "0")
    assert asked["redirect_uri"] == f"{HERE}{BACK}"
    with browser() as opened:
        back = opened.sign_in(begun.headers["location"], "pat.smith")
    caplog.clear()
    with caplog.at_level("DEBUG", logger="rightplace"):
        told = client.get(back)
    assert told.status_code == 200
    assert 'http-equiv="refresh" content="0; url=/account"' in told.text
    page = client.get("/account")
    assert page.status_code == 200
    assert "Pat Smith" in page.text
    code = parse_qs(urlsplit(back).query)["code"][0]
    flow = begun.cookies[FLOW].split(".")[0]
    kept = everything(shelf.database) + caplog.text
    assert [each for each in (code, SECRET, flow, client.cookies[COOKIE]) if each in kept] == []
    assert not SIGNED_TOKEN.search(kept)


def test_without_a_second_factor_there_ours_is_set_up_or_asked_for(
    shelf: Shelf, pat: Person, settings: OidcSettings
) -> None:
    linked(shelf.database, pat, settings.issuer)
    client = service(shelf, settings)
    through(client)
    assert client.get("/account").headers["location"] == "/account/codes"
    sam = join(shelf.database, "sam.jones", with_codes=True)
    linked(shelf.database, sam, settings.issuer)
    client = service(shelf, settings)
    told = through(client, "sam.jones")
    assert "code" in told.text
    assert client.get("/account").status_code == 401
    token = re.search(r'name="form_token" value="([^"]+)"', told.text)
    assert token is not None
    now = pyotp.TOTP(sam.secret).now()
    sent = {"form_token": token[1], "code": now, "to": "/account"}
    assert client.post("/sign-in/code", data=sent).headers["location"] == "/account"
    assert client.get("/account").status_code == 200


def test_a_user_name_of_the_provider_links_if_settings_say_so(
    shelf: Shelf, pat: Person, settings: OidcSettings
) -> None:
    assert through(service(shelf, settings)).status_code == 403
    by_name = replace(settings, user_name_claim="preferred_username", second_factor_amr="mfa")
    client = service(shelf, by_name)
    assert through(client).status_code == 200
    assert "pat.smith" in client.get("/account").text
    assert through(service(shelf, by_name), "nobody.here").status_code == 403
    assert pat.id in everything(shelf.database)


def test_who_left_is_out_at_once_though_the_provider_knows_them(
    shelf: Shelf, pat: Person, settings: OidcSettings
) -> None:
    linked(shelf.database, pat, settings.issuer)
    client = service(shelf, replace(settings, second_factor_amr="mfa"))
    through(client)
    assert client.get("/account").status_code == 200
    with transaction(shelf.database, ADMIN, purpose="Leaves.", at=NOW) as tx:
        leave(tx, pat.id, reason="Retired.")
    assert client.get("/account").status_code == 401
    told = through(client)
    assert told.status_code == 403
    assert "No account here is linked" in told.text


def test_an_answer_that_is_forged_replayed_or_of_another_browser_lets_nobody_in(
    shelf: Shelf, pat: Person, settings: OidcSettings
) -> None:
    linked(shelf.database, pat, settings.issuer)
    client = service(shelf, settings)
    begun = client.get("/sign-in/oidc")
    with browser() as opened:
        back = opened.sign_in(begun.headers["location"], "pat.smith")
    stranger = service(shelf, settings)
    state = parse_qs(urlsplit(back).query)["state"][0]
    answers = [
        (stranger, back),
        (client, back.replace(state, "0" * 64)),
        (client, back.replace(f"state={state}", "")),
        (client, f"{BACK}?code=x&state={state}&iss=https://others.example"),
    ]
    for who, answer in answers:
        told = who.get(answer)
        assert told.status_code == 400
        assert "Start again" in told.text
        assert COOKIE not in told.cookies
    assert client.get(back).status_code == 400  # the last of them used the sign-in up


def test_a_right_answer_serves_once(shelf: Shelf, pat: Person, settings: OidcSettings) -> None:
    linked(shelf.database, pat, settings.issuer)
    client = service(shelf, settings)
    begun = client.get("/sign-in/oidc")
    kept = client.cookies[FLOW]
    with browser() as opened:
        back = opened.sign_in(begun.headers["location"], "pat.smith")
    assert client.get(back).status_code == 200
    again = service(shelf, settings)
    told = again.get(back, headers={"cookie": f"{FLOW}={kept}"})
    assert told.status_code == 400
    assert "This sign-in was used before." in told.text


def test_a_code_of_another_sign_in_or_client_is_refused_by_the_provider_itself(
    shelf: Shelf, pat: Person, settings: OidcSettings
) -> None:
    linked(shelf.database, pat, settings.issuer)
    client, thief = service(shelf, settings), service(shelf, settings)
    begun = client.get("/sign-in/oidc")
    with browser() as opened:
        back = opened.sign_in(begun.headers["location"], "pat.smith")
    code = parse_qs(urlsplit(back).query)["code"][0]
    own = urlsplit(thief.get("/sign-in/oidc").headers["location"]).query
    state = parse_qs(own)["state"][0]
    injected = thief.get(BACK, params={"code": code, "state": state, "iss": settings.issuer})
    assert injected.status_code == 400  # its verifier is of another sign-in
    other = service(shelf, replace(settings, client_id="other"))
    begun = other.get("/sign-in/oidc")
    with browser() as opened:
        back = opened.sign_in(begun.headers["location"], "pat.smith")
    code, state = (parse_qs(urlsplit(back).query)[each][0] for each in ("code", "state"))
    ours = service(shelf, settings)
    flow = {"cookie": f"{FLOW}={other.cookies[FLOW]}"}
    asked = {"code": code, "state": state, "iss": settings.issuer}
    assert ours.get(BACK, params=asked, headers=flow).status_code == 400


def test_a_wrong_secret_or_a_refusal_there_lets_nobody_in(
    shelf: Shelf, pat: Person, settings: OidcSettings
) -> None:
    linked(shelf.database, pat, settings.issuer)
    assert through(service(shelf, settings, "another")).status_code == 400
    client = service(shelf, settings)
    begun = client.get("/sign-in/oidc")
    state = parse_qs(urlsplit(begun.headers["location"]).query)["state"][0]
    asked = {"error": "access_denied", "state": state, "iss": settings.issuer}
    told = client.get(BACK, params={**asked, "error_description": "<b>hidden</b>"})
    assert told.status_code == 400
    assert "hidden" not in told.text


def test_no_sign_in_leads_to_another_site(
    shelf: Shelf, pat: Person, settings: OidcSettings
) -> None:
    linked(shelf.database, pat, settings.issuer)
    for to in ("//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"):
        told = through(service(shelf, settings), to=to)
        assert 'content="0; url=/"' in told.text


def test_signing_out_there_is_offered_without_a_token(shelf: Shelf, settings: OidcSettings) -> None:
    client = service(shelf, settings)
    page = client.get("/sign-in").text
    assert "sign in with your force account" in page
    assert "/sign-out/oidc" in page
    told = client.get("/sign-out/oidc")
    assert told.headers["location"].startswith(f"{settings.issuer}/session/end?client_id=")
    with browser() as opened:
        assert opened.client.get(told.headers["location"]).status_code == 200


def test_where_no_provider_is_named_nothing_is_offered(client: TestClient) -> None:
    assert "oidc" not in client.get("/sign-in").text
    for address in ("/sign-in/oidc", BACK, "/sign-out/oidc"):
        assert client.get(address).status_code == 404


def test_a_provider_that_signs_by_elliptic_curve_is_taken_too(shelf: Shelf, pat: Person) -> None:
    client = CLIENT | {"id_token_signed_response_alg": "ES256"}
    with running_provider([client], algorithm="ES256") as issuer:
        settings = OidcSettings(
            issuer=issuer, client_id="rightplace", redirect_address=f"{HERE}{BACK}"
        )
        linked(shelf.database, pat, issuer)
        assert through(service(shelf, settings)).status_code == 200


CHROMIUM = shutil.which("chromium")


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: install `chromium`")
def test_a_browser_comes_back_from_another_site_and_is_signed_in_at_once(
    shelf: Shelf, pat: Person, settings: OidcSettings, port: int
) -> None:
    """The cookie of a session is never sent from another site: a page of ours goes on."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - loads only where it runs

    linked(shelf.database, pat, settings.issuer)
    here = f"http://127.0.0.1:{port}"
    ours = replace(settings, redirect_address=f"{here}{BACK}", second_factor_amr="mfa")
    app = create_app(desk_of(shelf, ours))
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    with sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = opened.new_page()
        page.goto(f"{here}/account")
        page.get_by_role("link", name="sign in with your force account").click()
        page.get_by_placeholder("Enter any login").fill("subject-pat.smith")
        page.get_by_placeholder("and password").fill("any")
        page.get_by_role("button", name="Sign-in").click()
        page.get_by_role("button", name="Continue").click()
        page.wait_for_url(f"{here}/account")
        assert "Pat Smith" in page.locator("header").first.inner_text()
        kept = {each["name"]: each for each in page.context.cookies([here])}
        assert kept[COOKIE]["sameSite"] == "Strict"
        assert FLOW not in kept
        opened.close()
    server.should_exit = True
    thread.join(timeout=10)


def test_who_manages_accounts_links_one_by_its_page_and_ends_the_link(
    shelf: Shelf, pat: Person, settings: OidcSettings
) -> None:
    desk = desk_of(shelf, settings)
    people = {
        "ada": person("u-ada", "Ada Admin", Role.ADMINISTRATOR, at=desk.now()),
        "cora": person("u-cora", "Cora", Role.AREA_COMMANDER, at=desk.now()),
    }
    app = create_app(replace(desk, sessions=KnownCookies(people)))
    client = TestClient(app, base_url=HERE, follow_redirects=False)
    address = f"/accounts/{pat.id}/provider"
    assert client.get(address, headers=cookie("cora")).status_code == 403
    assert f'href="{address}"' in client.get(f"/accounts/{pat.id}", headers=cookie("ada")).text

    def send(name: str, **fields: str) -> httpx.Response:
        text = client.get(address, headers=cookie("ada")).text
        token = re.findall(r'name="form_token" value="([^"]+)"', text)[-1]
        sent = {"form_token": token} | fields
        told: httpx.Response = client.post(address, data=sent, headers=cookie(name))
        return told

    assert send("cora", subject="x").status_code == 403
    told = send("ada", subject=" ")
    assert told.status_code == 422
    assert "The subject is missing" in told.text
    assert send("ada", subject="subject-pat.smith").status_code == 303
    assert "subject-pat.smith" in client.get(address, headers=cookie("ada")).text
    assert send("ada", subject="another").status_code == 422
    assert through(service(shelf, settings)).status_code == 200
    assert send("ada", act="end").status_code == 303
    assert through(service(shelf, settings)).status_code == 403
