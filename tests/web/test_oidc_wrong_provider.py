"""A provider that lies, sends elsewhere, never ends or changes its keys: a small one of our own."""

from __future__ import annotations

import gzip
import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.testclient import TestClient

from rightplace.app.service.oidc.provider import Provider, provider_of
from rightplace.app.service.oidc.settings import BACK, SECRET, OidcSettings
from rightplace.app.service.web_settings import WebSettings
from rightplace.errors import OfflineError
from rightplace.records.accounts.oidc_links import link
from rightplace.records.audit.transaction import transaction
from rightplace.web.application import create_app
from rightplace.web.desk import Desk
from rightplace.web.sessions import COOKIE, AccountSessions
from tests.records.account_world import ADMIN, SETTINGS, join
from tests.web.published import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rightplace.app.service.shelf import Shelf

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
HERE = "https://localhost"
WELL_KNOWN = "/.well-known/openid-configuration"
FIRST = RSAKey.generate_key(2048, {"kid": "first", "use": "sig", "alg": "RS256"})
SECOND = RSAKey.generate_key(2048, {"kid": "second", "use": "sig", "alg": "RS256"})


@dataclass
class Liar:
    """What a small provider answers; every part of it can be wrong."""

    issuer: str = ""
    keys: list[RSAKey] = field(default_factory=lambda: [FIRST])
    signs: RSAKey = field(default_factory=lambda: FIRST)
    header: dict[str, str] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    token_answer: dict[str, Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200
    raw: bytes | None = None
    padding: int = 0
    is_packed: bool = False
    nonce: str = ""
    asked: list[str] = field(default_factory=list)

    def answer(self, path: str) -> bytes:
        self.asked.append(path)
        if self.raw is not None and path == WELL_KNOWN:
            return self.raw
        said: Any
        if path in {WELL_KNOWN, "/moved"}:
            said = {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            } | self.metadata
        elif path == "/keys":
            said = KeySet(list(self.keys)).as_dict(private=False)
        elif path == "/token":
            said = self.token_answer or {
                "access_token": "never looked at",
                "token_type": "Bearer",
                "id_token": self.token(),
            }
        else:
            said = {}
        content = json.dumps(said).encode() + b" " * self.padding
        return gzip.compress(content) if self.is_packed else content

    def token(self) -> str:
        seconds = int(NOW.timestamp())
        said = {
            "iss": self.issuer,
            "aud": "rightplace",
            "sub": "0192-abc",
            "iat": seconds,
            "exp": seconds + 60,
            "auth_time": seconds,
            "nonce": self.nonce,
        } | self.claims
        header = {"alg": "RS256", "kid": str(self.signs.kid)} | self.header
        return jwt.encode(header, said, self.signs, algorithms=["RS256"])


@contextmanager
def answering(liar: Liar) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            content = liar.answer(self.path)
            self.send_response(liar.status if self.path == WELL_KNOWN else 200)
            for name, value in ({"content-type": "application/json"} | liar.headers).items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = answer  # noqa: N815 - the names that the server looks for

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    liar.issuer = f"http://127.0.0.1:{server.server_port}"
    yield liar.issuer
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def liar() -> Iterator[Liar]:
    made = Liar()
    with answering(made):
        yield made


def settings_of(liar: Liar) -> OidcSettings:
    return OidcSettings(
        issuer=liar.issuer,
        client_id="rightplace",
        redirect_address=f"{HERE}{BACK}",
        second_factor_amr="mfa",
        timeout_seconds=30.0,  # a busy machine is no hanging provider
    )


@pytest.fixture
def browser(shelf: Shelf, liar: Liar) -> TestClient:
    """A browser at the service, whose account of Pat is linked."""
    pat = join(shelf.database)
    with transaction(shelf.database, ADMIN, purpose="Links.", at=NOW) as tx:
        link(tx, pat.id, issuer=liar.issuer, subject="0192-abc", keeps_password=False)
    desk = Desk(
        settings=WebSettings(),
        shelf=shelf,
        sessions=AccountSessions(database=shelf.database, settings=SETTINGS),
        now=lambda: NOW,
        accounts=SETTINGS,
        provider=Provider(settings_of(liar), secret="x"),  # noqa: S106 - of nobody
    )
    return TestClient(create_app(desk), base_url=HERE, follow_redirects=False)


def arrive(browser: TestClient, liar: Liar, **changes: str) -> tuple[int, str]:
    """Come back with what the provider was asked for; return the status and the page."""
    begun = browser.get("/sign-in/oidc")
    asked = parse_qs(urlsplit(begun.headers["location"]).query)
    liar.nonce = asked["nonce"][0]
    sent = {"code": "one", "state": asked["state"][0]} | changes
    told = browser.get(BACK, params=sent)
    assert (COOKIE in told.cookies) == (told.status_code == 200)
    return told.status_code, told.text


def test_a_right_token_of_the_small_provider_lets_in(browser: TestClient, liar: Liar) -> None:
    assert arrive(browser, liar)[0] == 200


def test_a_wrong_token_lets_nobody_in_and_says_so_plainly(browser: TestClient, liar: Liar) -> None:
    an_hour_ago = int((NOW - timedelta(hours=1)).timestamp())
    wrong: list[dict[str, Any]] = [
        {"iss": "https://others.example"},
        {"aud": "other service"},
        {"nonce": "another"},
        {"exp": an_hour_ago},
        {"auth_time": an_hour_ago},
    ]
    for claims in wrong:
        liar.claims = claims
        status, text = arrive(browser, liar)
        assert status == 400
        assert "cannot be trusted" in text


def test_a_token_by_a_key_that_it_never_showed_or_by_none_lets_nobody_in(
    browser: TestClient, liar: Liar
) -> None:
    liar.signs = RSAKey.generate_key(2048, {"kid": "first"})
    assert arrive(browser, liar)[0] == 400
    liar.signs = SECOND
    assert arrive(browser, liar)[0] == 400
    liar.token_answer = {"id_token": "eyJhbGciOiJub25lIn0.e30."}
    assert arrive(browser, liar)[0] == 400
    liar.token_answer = {"access_token": "no ID token"}
    assert arrive(browser, liar)[0] == 400
    liar.token_answer = {"error": "invalid_grant", "error_description": "<b>used</b>"}
    assert "<b>used" not in arrive(browser, liar)[1]


def test_new_keys_are_asked_for_when_one_is_missing_but_not_at_each_try(liar: Liar) -> None:
    provider = Provider(settings_of(liar), secret="x")  # noqa: S106 - of nobody
    provider.metadata(at=NOW)
    liar.keys = [FIRST, SECOND]
    for _ in range(3):
        provider.metadata(at=NOW + timedelta(seconds=59), anew=True)
    assert liar.asked.count("/keys") == 1
    later = provider.metadata(at=NOW + timedelta(seconds=61), anew=True)
    assert liar.asked.count("/keys") == 2
    assert {each.kid for each in later.keys} == {"first", "second"}


def test_an_answer_that_must_name_its_provider_and_does_not_is_refused(
    browser: TestClient, liar: Liar
) -> None:
    liar.metadata = {"authorization_response_iss_parameter_supported": True}
    assert arrive(browser, liar)[0] == 400
    assert arrive(browser, liar, iss="https://others.example")[0] == 400
    assert arrive(browser, liar, iss=liar.issuer)[0] == 200


@pytest.mark.parametrize(
    "lie",
    [
        {"metadata": {"issuer": "https://others.example"}},
        {"metadata": {"jwks_uri": "http://127.0.0.1:1/keys"}},
        {"metadata": {"jwks_uri": "https://elsewhere.example/keys"}},
        {"metadata": {"jwks_uri": "file:///etc/passwd"}},
        {"metadata": {"token_endpoint": "http://elsewhere.example/token"}},
        {"metadata": {"authorization_endpoint": "javascript:alert(1)"}},
        {"metadata": {"authorization_endpoint": None}},
        {"keys": []},
        {"status": 302, "headers": {"location": "/moved"}},
        {"status": 302, "headers": {"location": "https://elsewhere.example/"}},
        {"status": 500},
        {"raw": b"<html>"},
        {"raw": b"[]"},
        {"padding": 300_000},
        {"is_packed": True, "headers": {"content-encoding": "gzip"}},
    ],
    ids=lambda lie: str(lie)[:60],
)
def test_a_provider_that_lies_of_itself_is_not_believed_and_never_followed(
    liar: Liar, lie: dict[str, Any]
) -> None:
    for name, value in lie.items():
        setattr(liar, name, value)
    with pytest.raises(OfflineError) as raised:
        Provider(settings_of(liar), secret="x").metadata(at=NOW)  # noqa: S106 - of nobody
    assert raised.value.http_status == 503
    assert set(liar.asked) <= {WELL_KNOWN, "/keys"}


def test_a_secret_is_sent_to_no_host_that_settings_do_not_name(
    browser: TestClient, liar: Liar
) -> None:
    liar.metadata = {"token_endpoint": "https://elsewhere.example/token"}
    status, text = arrive(browser, liar)
    assert status == 503
    assert "elsewhere.example" in text


def test_a_provider_that_is_away_or_never_ends_keeps_nobody_waiting_long(liar: Liar) -> None:
    away = replace(settings_of(liar), issuer="http://127.0.0.1:9")
    with pytest.raises(OfflineError):
        Provider(away, secret="x").metadata(at=NOW)  # noqa: S106 - of nobody
    hasty = replace(settings_of(liar), timeout_seconds=0.2)
    stop = threading.Event()
    slow = liar.answer

    def never(path: str) -> bytes:
        stop.wait(5)
        return slow(path)

    liar.answer = never  # type: ignore[method-assign]  # only here
    with pytest.raises(OfflineError):
        Provider(hasty, secret="x").metadata(at=NOW)  # noqa: S106 - of nobody
    stop.set()


def test_a_provider_that_was_away_is_left_alone_for_a_moment(liar: Liar) -> None:
    provider = Provider(settings_of(liar), secret="x")  # noqa: S106 - of nobody
    liar.status = 500
    for seconds in (0, 1, 9):
        with pytest.raises(OfflineError):
            provider.metadata(at=NOW + timedelta(seconds=seconds))
    assert liar.asked == [WELL_KNOWN]
    liar.status = 200
    assert provider.metadata(at=NOW + timedelta(seconds=10)).token == f"{liar.issuer}/token"
    assert provider.metadata(at=NOW + timedelta(seconds=11)).token == f"{liar.issuer}/token"
    assert liar.asked == [WELL_KNOWN, WELL_KNOWN, "/keys"]


def test_without_an_issuer_there_is_no_provider_and_nothing_is_called(
    liar: Liar, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert provider_of(OidcSettings()) is None
    monkeypatch.setenv(SECRET, "x")
    assert provider_of(settings_of(liar)) is not None
    assert liar.asked == []
