"""Signing in, one's own account and those of others, as a browser without scripts meets them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import pyotp
import pytest
from starlette.testclient import TestClient

from rightplace.app.service.web_settings import WebSettings
from rightplace.records.accounts.allowed import Scope
from rightplace.records.accounts.granting import GrantWanted, approve_grant, grant_role
from rightplace.records.accounts.passwords import hash_password
from rightplace.records.accounts.people import NewAccount, make_account
from rightplace.records.accounts.roles import GRANTED_BY_TWO, Role
from rightplace.records.accounts.settings import AccountSettings, PasswordSettings
from rightplace.records.audit.look_up import by_officer
from rightplace.records.audit.transaction import transaction
from rightplace.web.application import create_app
from rightplace.web.desk import Desk
from rightplace.web.sessions import COOKIE, AccountSessions
from rightplace.web.signing_in import own_path
from tests.records.account_world import ADMIN, SECOND_ADMIN
from tests.web.published import NOW, PLAN

if TYPE_CHECKING:
    from datetime import datetime

    from httpx import Response

    from rightplace.app.service.shelf import Shelf

SETTINGS = AccountSettings(passwords=PasswordSettings(memory_kib=64, passes=1, lanes=1))
PHRASE, ANOTHER = "purple canoe lantern", "seven quiet kettles"
FOR_EVER = timedelta(days=300)


@dataclass
class Clock:
    now: datetime = NOW


@dataclass
class World:
    """The application over real accounts, and a browser."""

    shelf: Shelf
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        database = self.shelf.database
        self.desk = Desk(
            settings=WebSettings(),
            shelf=self.shelf,
            sessions=AccountSessions(database=database, settings=SETTINGS),
            now=lambda: self.clock.now,
            accounts=SETTINGS,
        )
        self.app = create_app(self.desk)

    def browser(self) -> Browser:
        client = TestClient(self.app, base_url="https://localhost", follow_redirects=False)
        return Browser(client)

    def join(
        self, name: str, role: Role | None = None, *, must_change: bool = False, bcu: str = ""
    ) -> str:
        """Make an account, without a second factor as those of a demo."""
        new = NewAccount(
            user_name=name, display_name=name.title(), family_name="Smith", is_synthetic=True
        )
        database = self.shelf.database
        with transaction(database, ADMIN, purpose="Somebody new.", at=NOW) as tx:
            account = make_account(tx, new, password_hash=hash_password(PHRASE, SETTINGS.passwords))
            account.must_change = must_change
            if role is None:
                return account.id
            wanted = GrantWanted(
                role=role,
                scope=Scope.BCU if bcu else Scope.EVERYWHERE,
                area=bcu,
                from_at=NOW,
                until_at=NOW + FOR_EVER,
                reason="Their task.",
            )
            grant_id = grant_role(tx, account.id, wanted, settings=SETTINGS.grants)
        if role in GRANTED_BY_TWO:
            with transaction(database, SECOND_ADMIN, purpose="Second person.", at=NOW) as tx:
                approve_grant(tx, account.id, grant_id)
        return account.id


@dataclass
class Browser:
    """Somebody's browser: it sends forms as pages give them."""

    client: TestClient

    def get(self, address: str) -> Response:
        told: Response = self.client.get(address)
        return told

    def send(self, page: str, to: str, /, **fields: str) -> Response:
        found = re.search(
            rf'action="{re.escape(to)}".*?name="form_token" value="([^"]+)"',
            self.client.get(page).text,
            re.DOTALL,
        )
        assert found is not None, f"{page} has no form for {to}"
        told: Response = self.client.post(to, data=fields | {"form_token": found[1]})
        return told

    def sign_in(self, name: str, password: str = PHRASE) -> Response:
        return self.send("/sign-in", "/sign-in", user_name=name, password=password)


@pytest.fixture
def world(shelf: Shelf) -> World:
    return World(shelf)


def test_who_signs_in_comes_to_the_page_asked_for_and_is_named_on_it(world: World) -> None:
    world.join("ada.analyst", Role.ANALYST)
    browser = world.browser()
    asked = browser.get(f"/plans/{PLAN}?bcu=Northbank")
    assert asked.status_code == 401
    assert f'name="to" value="/plans/{PLAN}?bcu=Northbank"' in asked.text
    to = f"/plans/{PLAN}?bcu=Northbank"
    told = browser.send(
        f"/plans/{PLAN}?bcu=Northbank", "/sign-in", user_name="Ada.Analyst", password=PHRASE, to=to
    )
    assert (told.status_code, told.headers["location"]) == (303, to)
    page = browser.get(to)
    assert page.status_code == 200
    assert "Ada.Analyst" in page.text
    assert "analyst, whole study area" in page.text


def test_cookies_are_bound_to_this_host_and_unseen_by_scripts(world: World) -> None:
    world.join("ada", Role.ANALYST)
    told = world.browser().sign_in("ada")
    for each in told.headers.get_list("set-cookie"):
        assert each.startswith("__Host-")
        assert {"Secure", "HttpOnly", "Path=/"} <= {part.strip() for part in each.split(";")}
        assert "samesite=strict" in each.lower()


def test_a_wrong_password_and_an_unknown_name_are_told_in_the_same_words(world: World) -> None:
    world.join("ada", Role.ANALYST)
    wrong = world.browser().sign_in("ada", "not the password")
    unknown = world.browser().sign_in("nobody.here", "not the password")
    assert wrong.status_code == unknown.status_code == 422
    assert "The user name or the password is not right." in wrong.text
    strip = re.compile(r'value="[^"]*"')
    assert strip.sub("", wrong.text) == strip.sub("", unknown.text)
    assert "not the password" not in wrong.text


def test_after_too_many_tries_one_waits(world: World) -> None:
    world.join("ada", Role.ANALYST)
    browser = world.browser()
    for _ in range(SETTINGS.log_in.account_free + 1):
        browser.sign_in("ada", "not the password")
    told = browser.sign_in("ada")
    assert told.status_code == 429
    assert "Try again after" in told.text


def test_a_session_token_from_before_sign_in_is_worth_nothing_after_it(world: World) -> None:
    world.join("ada", Role.ANALYST)
    browser = world.browser()
    browser.client.cookies.set(COOKIE, "chosen-by-somebody-else", domain="localhost.local")
    browser.sign_in("ada")
    stranger = world.browser()
    stranger.client.cookies.set(COOKIE, "chosen-by-somebody-else")
    assert stranger.get("/").status_code == 401


def test_a_form_to_sign_in_that_another_site_made_is_refused(world: World) -> None:
    world.join("ada", Role.ANALYST)
    browser = world.browser()
    typed = {"user_name": "ada", "password": PHRASE}
    assert browser.client.post("/sign-in", data=typed).status_code == 403
    other = re.search(r'form_token" value="([^"]+)"', world.browser().get("/sign-in").text)
    assert other is not None
    browser.get("/sign-in")
    told = browser.client.post("/sign-in", data=typed | {"form_token": other[1]})
    assert told.status_code == 403


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("/plans/p-1?bcu=A&page=2", "/plans/p-1?bcu=A&page=2"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/\tevil", "/"),
        ("/a\\..\\b", "/"),
        ("/sign-out", "/"),
        ("", "/"),
    ],
)
def test_after_sign_in_one_comes_to_a_page_of_this_service_alone(address: str, own: str) -> None:
    assert own_path(address) == own


def test_the_second_factor_is_set_up_asked_for_and_a_code_serves_once(world: World) -> None:
    world.join("ada", Role.ANALYST)
    browser = world.browser()
    browser.sign_in("ada")
    shown = browser.send("/account/codes", "/account/codes")
    secret = re.search(r"Secret: <code[^>]*>([A-Z2-7 ]+)<", shown.text)
    assert secret is not None
    assert 'src="data:image/svg+xml' in shown.text
    totp = pyotp.TOTP(secret[1].replace(" ", ""))
    token = re.findall(r'name="form_token" value="([^"]+)"', shown.text)[-1]
    wrong = browser.client.post("/account/codes", data={"form_token": token, "code": "000000"})
    assert wrong.status_code == 422
    code = totp.at(world.clock.now)
    done = browser.client.post("/account/codes", data={"form_token": token, "code": code})
    recovery = re.findall(r"<li>([a-z2-7]{4}(?:-[a-z2-7]{4}){3})</li>", done.text)
    assert len(recovery) == SETTINGS.log_in.recovery_codes
    world.clock.now += timedelta(minutes=2)
    again = world.browser()
    asked = again.sign_in("ada")
    assert (asked.status_code, "Give your code" in asked.text) == (200, True)
    assert again.get("/").status_code == 401
    token = re.findall(r'name="form_token" value="([^"]+)"', asked.text)[-1]
    given = {"form_token": token, "code": totp.at(world.clock.now), "to": "/"}
    assert again.client.post("/sign-in/code", data=given).status_code == 303
    assert again.get("/").status_code == 200


def test_a_given_password_is_changed_before_anything_else(world: World) -> None:
    world.join("ada", Role.ANALYST, must_change=True)
    browser = world.browser()
    browser.sign_in("ada")
    elsewhere = world.browser()
    elsewhere.sign_in("ada")
    sent = browser.get(f"/plans/{PLAN}")
    assert (sent.status_code, sent.headers["location"]) == (303, "/account/password")
    page = "/account/password"
    typed = {"old": PHRASE, "new": ANOTHER, "again": "something else"}
    assert "typed in two ways" in browser.send(page, page, **typed).text
    typed["again"] = ANOTHER
    assert "old password is not right" in browser.send(page, page, **(typed | {"old": "no"})).text
    done = browser.send(page, page, **typed)
    assert (done.status_code, done.headers["location"]) == (303, "/account")
    assert browser.get(f"/plans/{PLAN}").status_code == 200
    assert elsewhere.get("/").status_code == 401
    assert world.browser().sign_in("ada").status_code == 422
    assert world.browser().sign_in("ada", ANOTHER).status_code == 303


def test_signing_out_ends_the_session_in_the_records_too(world: World) -> None:
    world.join("ada", Role.ANALYST)
    browser = world.browser()
    browser.sign_in("ada")
    token = browser.client.cookies.get(COOKIE)
    told = browser.send("/", "/sign-out")
    assert (told.status_code, told.headers["location"]) == (303, "/sign-in")
    stolen = world.browser()
    stolen.client.cookies.set(COOKIE, token or "")
    assert stolen.get("/").status_code == 401


def test_a_session_ends_when_it_is_idle_and_when_it_is_old(world: World) -> None:
    world.join("ada", Role.ANALYST)
    browser = world.browser()
    browser.sign_in("ada")
    for _ in range(40):
        world.clock.now += timedelta(minutes=20)
        if browser.get("/").status_code != 200:
            break
    hours = (world.clock.now - NOW) / timedelta(hours=1)
    assert 12 <= hours < 12.4
    browser.sign_in("ada")
    world.clock.now += timedelta(minutes=31)
    assert browser.get("/").status_code == 401


def test_an_administrator_makes_an_account_and_a_second_person_approves(world: World) -> None:
    world.join("root.one", Role.ADMINISTRATOR)
    world.join("root.two", Role.ADMINISTRATOR)
    first, second = world.browser(), world.browser()
    first.sign_in("root.one")
    second.sign_in("root.two")
    new = {"user_name": "dana.officer", "display_name": "Dana", "family_name": "Officer"}
    made = first.send("/accounts", "/accounts", **new)
    password = re.search(r'rp-secret--large">([a-z2-7-]+)<', made.text)
    address = re.search(r'href="(/accounts/u-[0-9a-f]+)"', made.text)
    assert password is not None
    assert address is not None
    grant = {
        "role": "data protection officer",
        "area": "everywhere:",
        "from": NOW.date().isoformat(),
        "until": (NOW + timedelta(days=100)).date().isoformat(),
        "reason": "The new officer.",
    }
    page = address[1]
    assert first.send(page, f"{page}/grant", **(grant | {"until": "soon"})).status_code == 422
    assert first.send(page, f"{page}/grant", **grant).status_code == 303
    shown = first.get(page).text
    assert "waits for approval" in shown
    grant_id = re.search(r'end-grant">.*?name="id" value="([^"]+)"', shown, re.DOTALL)
    assert grant_id is not None
    refused = first.send(page, f"{page}/approve", id=grant_id[1])
    assert refused.status_code == 422
    assert "neither granted it nor has it" in refused.text
    assert second.send(page, f"{page}/approve", id=grant_id[1]).status_code == 303
    assert "in force" in second.get(page).text
    dana = world.browser()
    assert dana.sign_in("dana.officer", password[1]).status_code == 303
    assert dana.get("/").headers["location"] == "/account/password"


def test_a_leaver_is_out_at_once(world: World) -> None:
    account_id = world.join("ada", Role.ANALYST)
    world.join("root", Role.ADMINISTRATOR)
    leaver, root = world.browser(), world.browser()
    leaver.sign_in("ada")
    root.sign_in("root")
    page = f"/accounts/{account_id}"
    assert leaver.get("/").status_code == 200
    assert root.send(page, f"{page}/leave", reason="Moved on.").status_code == 303
    assert leaver.get("/").status_code == 401
    assert world.browser().sign_in("ada").status_code == 422


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.ADMINISTRATOR])
def test_no_other_role_manages_accounts(world: World, role: Role) -> None:
    target = world.join("ada", Role.ANALYST)
    world.join("pat", role)
    browser = world.browser()
    browser.sign_in("pat")
    token = re.search(r'form_token" value="([^"]+)"', browser.get("/account").text)
    assert token is not None
    sent = {"form_token": token[1], "reason": "Because."}
    for act in ("password", "codes", "leave", "grant", "end-grant", "rank", "end-rank"):
        assert browser.client.post(f"/accounts/{target}/{act}", data=sent).status_code == 403
    assert browser.client.post("/accounts", data=sent).status_code == 403
    sees = role is Role.DATA_PROTECTION_OFFICER
    assert browser.get("/accounts").status_code == (200 if sees else 403)


def test_break_glass_lets_somebody_in_for_the_shift_and_is_told(world: World) -> None:
    world.join("ivy.inspector", Role.DUTY_INSPECTOR)
    world.join("sam", Role.SUPERINTENDENT)
    inspector = world.browser()
    inspector.sign_in("ivy.inspector")
    made = inspector.send(
        "/break-glass", "/break-glass/approve", user_name="sam", reason="Phone lost at night."
    )
    code = re.search(r'rp-secret--large">([a-z2-7-]+)<', made.text)
    assert code is not None
    locked_out = world.browser()
    page = "/sign-in/break-glass"
    typed = {"user_name": "sam", "code": code[1], "reason": "Phone lost at night."}
    assert locked_out.send(page, page, **(typed | {"reason": " "})).status_code == 422
    assert locked_out.send(page, page, **typed).status_code == 303
    assert "superintendent (by break-glass)" in locked_out.get("/").text
    assert world.browser().send(page, page, **typed).status_code == 422
    world.clock.now += timedelta(minutes=121)
    assert locked_out.get("/").status_code == 401


def test_each_look_at_an_account_is_in_the_audit_chain(world: World) -> None:
    account_id = world.join("ada", Role.ANALYST)
    root_id = world.join("root", Role.ADMINISTRATOR)
    root = world.browser()
    root.sign_in("root")
    root.get(f"/accounts/{account_id}")
    with transaction(world.shelf.database, ADMIN, purpose="Check.", at=NOW) as tx:
        later = NOW + timedelta(days=1)
        acts = by_officer(tx, root_id, since=NOW, until=later)
    looked = [(a.operation, a.record_id) for a in acts if a.record_type == "account"]
    assert ("consultation", account_id) in looked


def test_what_somebody_is_refused_is_in_the_audit_chain(world: World) -> None:
    officer_id = world.join("otto", Role.OFFICER)
    otto = world.browser()
    otto.sign_in("otto")
    assert otto.get(f"/plans/{PLAN}?bcu=Northbank").status_code == 403
    assert otto.client.post("/sign-out", data={"form_token": "forged"}).status_code == 403
    with transaction(world.shelf.database, ADMIN, purpose="Check.", at=NOW) as tx:
        acts = by_officer(tx, officer_id, since=NOW, until=NOW + timedelta(days=1))
    refused = [a.record_id for a in acts if a.operation == "refusal"]
    assert sorted(refused) == [f"GET /plans/{PLAN}", "POST /sign-out"]


def test_one_sees_where_else_one_is_signed_in_and_ends_it(world: World) -> None:
    world.join("ada", Role.ANALYST)
    here, there = world.browser(), world.browser()
    here.sign_in("ada")
    assert "Nowhere." in here.get("/account").text
    there.sign_in("ada")
    assert "2026-05-05 12:00 UTC" in here.get("/account").text
    assert here.send("/account", "/account/elsewhere").status_code == 303
    assert there.get("/").status_code == 401
    assert "Nowhere." in here.get("/account").text


def test_words_typed_by_somebody_hostile_stay_words(world: World) -> None:
    world.join("root", Role.ADMINISTRATOR)
    root = world.browser()
    root.sign_in("root")
    evil = "<script>alert(1)</script>"
    told = root.send("/accounts", "/accounts", user_name=evil, display_name=evil, family_name=evil)
    assert told.status_code == 422
    assert "<script>alert" not in told.text
