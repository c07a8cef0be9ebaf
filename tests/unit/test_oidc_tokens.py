"""ID tokens that are wrong in one way each, and what a provider may not make us do."""

from __future__ import annotations

import base64
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from rightplace.app.service.oidc.faults import SignInFailedError
from rightplace.app.service.oidc.flow import Flow, flow_of, new_flow
from rightplace.app.service.oidc.settings import SECRET, OidcSettings, read_secret
from rightplace.app.service.oidc.tokens import UnknownKeyError, identity_of
from rightplace.errors import BadInputError, NotHeldError
from rightplace.records.accounts.oidc import Identity
from rightplace.records.audit.keys import Keyring

if TYPE_CHECKING:
    from pathlib import Path

    from joserfc.jwk import Key

NOW = datetime(2026, 5, 5, 12, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
RING = Keyring.from_master(b"m" * 32)
BACK = "https://rightplace.example/sign-in/oidc/back"
SETTINGS = OidcSettings(
    issuer="https://people.example", client_id="rightplace", redirect_address=BACK
)
FLOW = new_flow(RING, to="/plans", at=NOW - timedelta(seconds=30))
RSA = RSAKey.generate_key(2048, {"kid": "r", "use": "sig", "alg": "RS256"})
EC = ECKey.generate_key("P-256", {"kid": "e", "use": "sig", "alg": "ES256"})
OTHER = RSAKey.generate_key(2048, {"kid": "r", "use": "sig", "alg": "RS256"})
KEYS = KeySet.import_key_set(KeySet([RSA, EC]).as_dict(private=False))


def claims(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any claim
    right = {
        "iss": SETTINGS.issuer,
        "aud": SETTINGS.client_id,
        "sub": "0192-abc",
        "iat": SECONDS,
        "exp": SECONDS + 300,
        "auth_time": SECONDS - 5,
        "nonce": FLOW.nonce,
    }
    return {name: value for name, value in (right | changes).items() if value is not None}


def signed(said: dict[str, Any], key: Key = RSA, algorithm: str = "RS256", kid: str = "r") -> str:
    return jwt.encode({"alg": algorithm, "kid": kid}, said, key, algorithms=[algorithm])


def read(token: str, settings: OidcSettings = SETTINGS, flow: Flow = FLOW) -> Identity:
    return identity_of(token, KEYS, flow, settings=settings, at=NOW)


def test_a_right_token_says_who_it_is() -> None:
    assert read(signed(claims())) == Identity(issuer=SETTINGS.issuer, subject="0192-abc")
    assert read(signed(claims(), EC, "ES256", "e")).subject == "0192-abc"
    assert read(signed(claims(aud=["rightplace"], azp="rightplace"))).subject == "0192-abc"


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://others.example"},
        {"iss": "https://people.example/"},
        {"iss": None},
        {"aud": "other service"},
        {"aud": None},
        {"aud": ["rightplace", "other service"], "azp": "rightplace"},
        {"aud": []},
        {"azp": "other service"},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"nonce": "other"},
        {"nonce": None},
        {"exp": SECONDS - 61},
        {"exp": None},
        {"exp": "tomorrow"},
        {"nbf": SECONDS + 61},
        {"iat": None},
        {"iat": SECONDS + 61},
        {"iat": SECONDS - 91},
        {"auth_time": None},
        {"auth_time": SECONDS - 91},
        {"auth_time": "now"},
        {"auth_time": True},
        {"amr": "mfa"},
    ],
    ids=str,
)
def test_a_token_that_is_wrong_in_one_way_lets_nobody_in(wrong: dict[str, Any]) -> None:
    with pytest.raises(SignInFailedError, match="cannot be trusted") as raised:
        read(signed(claims(**wrong)))
    assert raised.value.http_status == 400
    assert FLOW.nonce not in str(raised.value)


@pytest.mark.parametrize(
    "near", [{"exp": SECONDS - 59}, {"nbf": SECONDS + 59}, {"iat": SECONDS + 59}], ids=str
)
def test_a_provider_s_clock_may_be_off_by_a_minute(near: dict[str, Any]) -> None:
    assert read(signed(claims(**near))).subject == "0192-abc"


def base64_of(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def unsigned(algorithm: str) -> str:
    parts = ({"alg": algorithm, "kid": "r"}, claims())
    return ".".join(base64_of(json.dumps(each).encode()) for each in parts)


def by_password(password: bytes) -> str:
    """A token signed as if the provider's public key were a password that both know."""
    said = unsigned("HS256")
    return f"{said}.{base64_of(hmac.digest(password, said.encode(), 'sha256'))}"


@pytest.mark.parametrize(
    "token",
    [
        signed(claims(), OTHER),
        f"{unsigned('none')}.",
        f"{unsigned('None')}.",
        f"{unsigned('RS256')}.",
        by_password(RSA.as_pem(private=False)),
        signed(claims(), RSAKey.import_key(RSA.as_pem(private=True)), "RS512"),
        signed(claims()).replace(".", ".e", 1),
        "a.b.c",
        "",
        "\u00e9.\u00e9.\u00e9",
    ],
    ids=[
        "other's key",
        "none",
        "None",
        "missing",
        "HS256",
        "RS512",
        "altered",
        "abc",
        "",
        "\u00e9",
    ],
)
def test_signatures_of_others_of_other_kinds_or_none_let_nobody_in(token: str) -> None:
    with pytest.raises(SignInFailedError):
        read(token)


def test_a_key_that_the_provider_did_not_have_yet_is_told_apart() -> None:
    with pytest.raises(UnknownKeyError):
        read(signed(claims(), OTHER, kid="new"))


def test_how_long_ago_one_signed_in_there_counts_as_settings_say() -> None:
    hour = replace(SETTINGS, most_age_seconds=3600)
    whatever = replace(SETTINGS, most_age_seconds=-1)
    assert read(signed(claims(auth_time=SECONDS - 3000)), hour).subject
    with pytest.raises(SignInFailedError, match="auth_time"):
        read(signed(claims(auth_time=SECONDS - 3700)), hour)
    assert read(signed(claims(auth_time=None)), whatever).subject


@pytest.mark.parametrize(
    ("claim", "said", "found"),
    [
        ("", {"preferred_username": "pat"}, None),
        ("preferred_username", {"preferred_username": "pat"}, "pat"),
        ("preferred_username", {}, None),
        ("preferred_username", {"preferred_username": ["pat"]}, None),
        ("email", {"email": "pat@x"}, None),
        ("email", {"email": "pat@x", "email_verified": "true"}, None),
        ("email", {"email": "pat@x", "email_verified": True}, "pat@x"),
    ],
)
def test_only_the_claim_that_settings_name_is_a_user_name(
    claim: str, said: dict[str, Any], found: str | None
) -> None:
    settings = replace(SETTINGS, user_name_claim=claim)
    assert read(signed(claims(**said)), settings).user_name == found


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        ({}, False),
        ({"amr": ["pwd"]}, False),
        ({"amr": ["pwd", "mfa"]}, True),
        ({"acr": "two"}, True),
        ({"acr": "one"}, False),
    ],
)
def test_a_second_factor_counts_only_if_settings_name_its_claim(
    said: dict[str, Any], *, counts: bool
) -> None:
    settings = replace(SETTINGS, second_factor_acr="two, three", second_factor_amr="mfa, otp")
    assert read(signed(claims(**said)), settings).has_second_factor is counts
    assert not read(signed(claims(**said))).has_second_factor


# The sign-in under way


def test_what_comes_back_must_be_of_this_browser_whole_and_in_time() -> None:
    def back(cookie: str, state: str, minutes: float = 0) -> Flow:
        at = NOW + timedelta(minutes=minutes)
        return flow_of(cookie, state, keyring=RING, at=at, minutes=10)

    assert back(FLOW.cookie, FLOW.state).to == "/plans"
    other = new_flow(RING, to="/", at=NOW)
    number, begun, signature, to = FLOW.cookie.split(".")
    forged = [
        ("", ""),
        ("", FLOW.state),
        (FLOW.cookie, ""),
        (FLOW.cookie, other.state),
        (other.cookie, FLOW.state),
        (FLOW.cookie, "é"),
        (f"{number}.{int(begun) + 60}.{signature}.{to}", FLOW.state),
        (f"{number}.{begun}.{signature}.%2F%2Fevil.example", FLOW.state),
        (f"{number}.{begun}.{'0' * 64}.{to}", FLOW.state),
    ]
    for cookie, state in forged:
        with pytest.raises(SignInFailedError, match="no such sign-in"):
            back(cookie, state)
    with pytest.raises(SignInFailedError):
        back(FLOW.cookie, FLOW.state, minutes=9.6)
    with pytest.raises(SignInFailedError):
        back(FLOW.cookie, FLOW.state, minutes=-1)


def test_state_nonce_and_verifier_are_each_their_own_and_fit_the_standards() -> None:
    parts = {FLOW.state, FLOW.nonce, FLOW.verifier, FLOW.number}
    assert len(parts) == 4
    assert 43 <= len(FLOW.verifier) <= 128  # RFC 7636 section 4.1
    assert not any(each in FLOW.cookie for each in parts - {FLOW.number})
    other = flow_of(
        replace(FLOW, keyring=(ring := Keyring.from_master(b"n" * 32))).cookie,
        replace(FLOW, keyring=ring).state,
        keyring=ring,
        at=NOW,
        minutes=10,
    )
    assert other.verifier != FLOW.verifier


def test_an_address_of_any_letters_comes_back_and_a_very_long_one_does_not() -> None:
    to = "/plans/p?bcu=Nørth; Bånk\u20ac"
    flow = new_flow(RING, to=to, at=NOW)
    assert flow.cookie.isascii()
    assert flow_of(flow.cookie, flow.state, keyring=RING, at=NOW, minutes=1).to == to
    assert new_flow(RING, to="/" + "x" * 5000, at=NOW).to == "/"


# Settings


@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer": "http://people.example"},
        {"issuer": "people.example"},
        {"issuer": "https://user@people.example"},
        {"redirect_address": ""},
        {"redirect_address": "https://rightplace.example/"},
        {"redirect_address": "http://rightplace.example/sign-in/oidc/back"},
        {"redirect_address": f"{BACK}?x=1"},
        {"client_id": " "},
        {"scope": "profile"},
        {"timeout_seconds": 0.0},
        {"most_age_seconds": -2},
    ],
    ids=str,
)
def test_settings_that_are_unsafe_or_not_whole_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadInputError):
        replace(SETTINGS, **wrong)


def test_the_secret_comes_from_its_own_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(SECRET, raising=False)
    with pytest.raises(NotHeldError):
        read_secret(SETTINGS)
    monkeypatch.setenv(SECRET, " from the environment ")
    assert read_secret(SETTINGS) == "from the environment"
    path = tmp_path / "secret"
    by_file = replace(SETTINGS, client_secret_file=str(path))
    with pytest.raises(NotHeldError):
        read_secret(by_file)
    path.write_text("from a file\n")
    assert read_secret(by_file) == "from a file"
