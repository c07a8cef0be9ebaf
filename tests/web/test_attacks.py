"""Attacks on every route and every form there is: a new one is attacked without a word added."""

from __future__ import annotations

import gzip
import re
import time
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from rightplace.records.accounts.access_tables import RoleGrant
from rightplace.records.accounts.people import find_account
from rightplace.records.accounts.tables import parts_of
from rightplace.records.audit.transaction import reading
from rightplace.web.application import create_app
from rightplace.web.sessions import COOKIE, AccountSessions
from tests.records.account_world import NO_CODES, PHRASE
from tests.web.attack_world import API, CHANGING, EVERYBODY, HERE, SECOND, Page, World
from tests.web.published import PLAN, published_shelf
from tests.web.signed_in import cookie

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.web.attack_world import Form, Route

OPEN_TO_ANYBODY = {
    "/sign-in": "one signs in there",
    "/sign-in/break-glass": "one signs in there",
    "/sign-in/oidc": "one signs in there",
    "/sign-in/oidc/back": "one signs in there",
    "/sign-out/oidc": "it leads to the provider and does nothing here",
    "/healthz": "it says ok, or not, and nothing else",
    "/about": "what the service is, and its documents, are public",
    "/about/{subject}/{kind}": "as above",
    "/about/{subject}/{kind}.md": "as above",
    "/shift/worker.js": "a script that is the same for everybody",
    "/api/v1/openapi.json": "the form of the interface, with no content",
    "/api/features/": "as above",
    "/api/features/conformance": "as above",
    "/api/features/api": "as above",
}
MARKUP = "\"'><script>alert(1)</script><img src=x onerror=alert(1)><b>bold</b>{{7*7}}"
TRAVERSAL = "../../../../../../etc/passwd"
INJECTIONS = ("' OR '1'='1' --", "'; DROP TABLE account; --", '" UNION SELECT * FROM account --')
SPLIT = "x\r\nx-injected: yes\r\n\r\n<html>"
ODD = f"\x00%00\u202e{'9' * 400}"
CODE = f"{MARKUP}{INJECTIONS[1]}{{{{config}}}}${{7*7}}"
WORDS = (CODE, TRAVERSAL, INJECTIONS[0], INJECTIONS[2], SPLIT, ODD)
"""Each is code, or a way out, for some part that words pass through."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("records")
    shelf = published_shelf(folder)
    yield World(shelf, folder)
    shelf.database.close()


@pytest.fixture
def own_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world that may be changed."""
    folder = tmp_path_factory.mktemp("records")
    shelf = published_shelf(folder)
    yield World(shelf, folder)
    shelf.database.close()


def reads(world: World) -> list[Route]:
    return [each for each in world.routes if each.method == "GET"]


def changes(world: World) -> list[Route]:
    return [each for each in world.routes if each.method in CHANGING]


def form_token(world: World, headers: dict[str, str] = EVERYBODY) -> str:
    """A right token, as the page of a plan shows it."""
    world.client.cookies.clear()
    text = world.client.get(f"/plans/{PLAN}?bcu=Northbank", headers=headers).text
    found = re.search(r'name="form_token" value="([^"]+)"', text)
    assert found is not None
    return found[1]


# Who may come in


def test_the_routes_are_all_found(world: World) -> None:
    paths = {each.path for each in world.routes}
    assert {"/", "/plans/{plan_id}/decisions", "/sign-in", f"{API}/me", "/healthz"} <= paths
    assert {"slot", "bcu"} <= {name for each in world.routes for name in each.query}
    assert len(reads(world)) > 25
    assert len(changes(world)) > 10


def test_without_sign_in_every_page_is_refused_but_the_few_that_are_open(world: World) -> None:
    for each in reads(world):
        for headers in ({}, {"cookie": f"{COOKIE}=guessed"}, {"authorization": "Bearer guessed"}):
            told = world.send("GET", each.filled(**world.known), headers=headers)
            is_open = each.path in OPEN_TO_ANYBODY
            assert (told.status_code == 401) != is_open, each


def test_whoever_has_no_role_sees_no_place_and_no_person(world: World) -> None:
    for each in reads(world):
        if each.path in OPEN_TO_ANYBODY or each.path.startswith(API):
            continue
        told = world.send("GET", each.filled(**world.known), headers=cookie("none"))
        for hidden in ("E01000000", "Street 0", "pat.smith"):
            assert hidden not in told.text, each


# Forms of other sites


def test_what_changes_something_is_refused_without_the_token_of_one_of_our_forms(
    world: World,
) -> None:
    before, right = world.rows(), form_token(world)
    of_another = form_token(world, SECOND)
    for each in changes(world):
        address = each.filled(**world.known)
        tokens = ("", "x", "a.1.b", right[:-1], right + "0", of_another)
        tries = [({"form_token": token}, EVERYBODY) for token in tokens]
        tries += [({}, EVERYBODY), ({"form_token": right}, {}), ({}, {})]
        other = EVERYBODY | {"sec-fetch-site": "cross-site"}
        tries += [({"form_token": right}, other)]
        for fields, headers in tries:
            told = world.send(each.method, address, data=fields, headers=headers)
            assert told.status_code in {401, 403}, (each, fields, told.status_code)
        as_json = EVERYBODY | {"content-type": "application/json"}
        told = world.send(each.method, address, content=b'{"form_token": ""}', headers=as_json)
        assert told.status_code in {401, 403}, each
    assert world.rows() == before


def test_the_interface_takes_no_cookie(world: World) -> None:
    for each in world.routes:
        if each.path.startswith(API) and each.path not in OPEN_TO_ANYBODY:
            address = each.filled(**world.known)
            assert world.send(each.method, address, headers=EVERYBODY).status_code == 401, each


def test_a_method_is_the_one_that_was_sent(world: World) -> None:
    before = world.rows()
    override = {"x-http-method-override": "POST", "x-method-override": "DELETE"}
    for each in reads(world):
        address = each.filled(**world.known)
        plain = world.get(address)
        told = world.get(f"{address}{'&' if '?' in address else '?'}_method=POST", **override)
        assert told.status_code in {plain.status_code, 400, 422}, each
        others = {one.method for one in world.routes if one.path == each.path}
        for method in {"PUT", "DELETE", "TRACE"} - others:
            told = world.send(method, address, headers=EVERYBODY)
            assert told.status_code in {400, 401, 403, 404, 405}, (each, method)
    assert world.rows() == before


# What answers say


def test_every_answer_binds_the_browser_is_not_kept_and_cannot_be_framed(world: World) -> None:
    for each in reads(world):
        told = world.get(each.filled(**world.known)).headers
        assert "frame-ancestors 'none'" in told["content-security-policy"], each
        assert "unsafe" not in told["content-security-policy"], each
        assert told["x-frame-options"] == "DENY", each
        assert told["x-content-type-options"] == "nosniff", each
        assert told["cache-control"] == "no-store", each
        assert told["referrer-policy"] == "same-origin", each
        assert told["strict-transport-security"] == "max-age=31536000; includeSubDomains", each
        assert told["cross-origin-opener-policy"] == "same-origin", each
        assert told["cross-origin-resource-policy"] == "same-origin", each
        assert "access-control-allow-origin" not in told, each
        assert not {"server", "x-powered-by"} & set(told), each


def test_every_answer_says_of_what_kind_it_is_and_in_which_letters(world: World) -> None:
    for each in reads(world):
        told = world.get(each.filled(**world.known))
        kind = told.headers.get("content-type", "")
        assert kind or not told.content, each
        if kind.startswith("text/") or "+xml" in kind.partition(";")[0]:
            assert "charset=utf-8" in kind.lower(), (each, kind)


def test_every_cookie_is_of_this_host_alone_and_unseen_by_scripts(own_world: World) -> None:
    client, found = real_browser(own_world), []
    for path in ("/sign-in", "/sign-in/break-glass", "/", "/accounts"):
        found += client.get(path).headers.get_list("set-cookie")
    sign_in(client)
    text = client.get("/account").text
    token = re.search(r'name="form_token" value="([^"]+)"', text)
    assert token is not None
    found += client.post("/sign-out", data={"form_token": token[1]}).headers.get_list("set-cookie")
    assert len(found) > 4
    for each in found:
        assert each.startswith("__Host-"), each
        for word in ("Secure", "HttpOnly", "SameSite=strict", "Path=/"):
            assert word in each, each
        assert "Domain" not in each, each


def test_every_page_offers_to_sign_out(world: World) -> None:
    for page in world.pages():
        is_part = not any(tag == "html" for tag, _ in page.elements)  # it stands in a page
        assert is_part or "/sign-out" in [form.action for form in page.forms], page.address


def test_another_host_is_refused_and_a_forwarded_one_is_not_believed(world: World) -> None:
    for each in reads(world):
        address = each.filled(**world.known)
        assert world.get(address, host="evil.example").status_code == 400, each
        forwarded = {
            "x-forwarded-host": "evil.example",
            "forwarded": "host=evil.example",
            "x-original-url": "/accounts",
            "x-rewrite-url": "/accounts",
        }
        told = world.get(address, **forwarded)
        assert told.status_code == world.get(address).status_code, each
        assert "evil.example" not in told.text + str(told.headers), each


# Words that are code elsewhere


def checked(world: World, address: str, words: str, **given: str) -> None:
    """Ask for an address with hostile words: it fails plainly, and they stay words."""
    told = world.get(address, **given)
    assert told.status_code < 500, (address, told.text)
    assert "x-injected" not in told.headers, address
    assert "root:" not in told.text, address
    assert "Traceback" not in told.text, address
    location = told.headers.get("location", "/")
    assert location.startswith("/"), (address, location)
    assert not location.startswith(("//", "/\\")), (address, location)
    if told.headers.get("content-type", "").startswith("text/html"):
        assert Page(address, told.text).active == [], (address, words)


def test_hostile_words_in_the_parts_of_an_address_stay_words(world: World) -> None:
    before = world.rows()
    for each in reads(world):
        if "{" in each.path:
            for words in WORDS:
                checked(world, each.filled(words), words)
    assert world.rows() == before


def test_hostile_words_in_every_query_stay_words(world: World) -> None:
    before = world.rows()
    for each in reads(world):
        address = each.filled(**world.known)
        mark = "&" if "?" in address else "?"
        for name in each.query:
            for words in (CODE, SPLIT, ODD):
                checked(world, f"{address}{mark}{name}={quote(words, safe='')}", words)
        checked(world, f"{address}{mark}%ff=%fe&{'a=1&' * 500}", "")
        twice = "&".join(f"{name}=1&{name}=2" for name in each.query)
        checked(world, f"{address}{mark}{twice}", "")
    assert world.rows() == before


@pytest.mark.parametrize("path", ["/static/", "/about/", "/forecasts/", "/"])
def test_no_address_leads_out_of_its_folder(world: World, path: str) -> None:
    for step in ("../", "..%2f", "%2e%2e/", "..%5c", "....//", "%252e%252e%252f", "..;/"):
        for name in ("etc/passwd", "pyproject.toml", "master.key", "records.sqlite3"):
            told = world.get(f"{path}{step * 8}{name}")
            assert told.status_code in {400, 401, 404, 422}, (path, step, name)
            assert "root:" not in told.text


def send_form(world: World, form: Form, words: str) -> None:
    told = world.send("POST", form.action, data=form.filled(words), headers=EVERYBODY)
    assert told.status_code < 500, (form, told.text)
    assert told.status_code != 403 or "not opened here" not in told.text, form
    assert "x-injected" not in told.headers, form
    location = told.headers.get("location", "/")
    assert location.startswith("/"), form
    assert not location.startswith("//"), form
    if told.headers.get("content-type", "").startswith("text/html"):
        assert Page(form.action, told.text).active == [], form


def test_hostile_words_in_every_field_of_every_form_are_kept_and_shown_as_words(
    own_world: World,
) -> None:
    before, seen = own_world.rows(), set()
    for page in own_world.pages():
        assert page.active == [], page.address
        for form in page.forms:
            kind = (re.sub(r"[0-9a-f-]{12,}", "*", form.action), tuple(sorted(form.typed)))
            if kind in seen or form.action == "/sign-out":
                continue
            seen.add(kind)
            for words in (CODE, SPLIT):
                send_form(own_world, form, words)
    assert len(seen) > 8, seen
    after = own_world.rows()
    assert {table for table in before if after.get(table, 0) < before[table]} == set()
    for page in own_world.pages():
        assert page.active == [], page.address


# Bodies


def test_a_body_that_is_too_long_or_packed_or_of_many_fields_is_refused_soon(
    world: World,
) -> None:
    long = b"reason=" + b"x" * 70_000
    bomb = gzip.compress(b"form_token=x&reason=" + b"x" * 50_000_000)
    form = {"content-type": "application/x-www-form-urlencoded"}
    many = "&".join(f"a{n}=1" for n in range(8000)).encode()[:60_000]
    parts = b"".join(
        b'--b\r\ncontent-disposition: form-data; name="f%d"; filename="../%d"\r\n\r\nx\r\n' % (n, n)
        for n in range(900)
    )
    began = time.perf_counter()
    for each in changes(world):
        address = each.filled(**world.known)
        told = world.send(each.method, address, content=long, headers=EVERYBODY | form)
        assert told.status_code in {401, 413}, each

        def drip() -> Iterator[bytes]:
            yield from (b"x" * 8192 for _ in range(20))

        told = world.send(each.method, address, content=drip(), headers=EVERYBODY | form)
        assert told.status_code in {401, 413}, each
        packed = EVERYBODY | form | {"content-encoding": "gzip"}
        told = world.send(each.method, address, content=bomb, headers=packed)
        assert told.status_code in {400, 401, 403, 413, 415, 422}, each
        several = {"content-type": "multipart/form-data; boundary=b"}
        for kind, content in ((form, many), (several, parts + b"--b--"), (several, b"--b\r\nx")):
            told = world.send(each.method, address, content=content, headers=EVERYBODY | kind)
            assert told.status_code in {400, 401, 403, 413, 422}, (each, told.status_code)
    assert time.perf_counter() - began < 20


def test_fields_that_no_form_has_change_nothing(own_world: World) -> None:
    token = form_token(own_world)
    own_world.client.cookies.clear()
    sent = {
        "form_token": token,
        "user_name": "new.person",
        "display_name": "New",
        "family_name": "Person",
        "id": "u-chosen",
        "is_synthetic": "1",
        "must_change": "0",
        "password_hash": "x",
        "role": "administrator",
        "created_by": "u-1",
    }
    assert own_world.send("POST", "/accounts", data=sent, headers=EVERYBODY).status_code == 200
    with reading(own_world.shelf.database) as quiet:
        made = find_account(quiet, "new.person")
        assert made is not None
        assert parts_of(quiet, RoleGrant, made.id) == []
    assert (made.is_synthetic, made.must_change, made.created_by) == (False, True, "u-900")
    assert made.id != "u-chosen"


# Sessions and redirects


def real_browser(world: World) -> TestClient:
    from dataclasses import replace  # noqa: PLC0415 - here alone

    sessions = AccountSessions(database=world.shelf.database, settings=NO_CODES)
    app = create_app(replace(world.desk, sessions=sessions, accounts=NO_CODES))
    return TestClient(app, base_url=HERE, follow_redirects=False)


def sign_in(client: TestClient, to: str = "/") -> str:
    text = client.get("/sign-in").text
    found = re.search(r'name="form_token" value="([^"]+)"', text)
    assert found is not None
    sent = {"form_token": found[1], "user_name": "pat.smith", "password": PHRASE, "to": to}
    told = client.post("/sign-in", data=sent)
    assert told.status_code == 303, told.text
    return str(told.headers["location"])


def test_a_session_that_was_planted_is_not_the_one_that_signing_in_begins(
    own_world: World,
) -> None:
    client = real_browser(own_world)
    planted = "A" * 43
    client.cookies.set(COOKIE, planted, domain="localhost.local", path="/")
    client.get("/sign-in")
    client.cookies.clear()
    header = {"cookie": f"{COOKIE}={planted}"}
    sign_in(client)
    assert client.cookies[COOKIE] != planted
    assert real_browser(own_world).get("/account", headers=header).status_code == 401
    first = client.cookies[COOKIE]
    again = real_browser(own_world)
    again.cookies.set(COOKIE, first, domain="localhost.local", path="/")
    sign_in_anew = again.get("/sign-in")
    assert sign_in_anew.status_code == 303  # signed in already
    assert client.get("/account").status_code == 200


@pytest.mark.parametrize(
    "to",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "/%0d%0ax-injected: yes",
        "/\r\nx-injected: yes",
        "evil.example",
        "",
    ],
)
def test_signing_in_leads_to_no_other_site(world: World, to: str) -> None:
    client = real_browser(world)
    assert sign_in(client, to) in {"/", "/%0d%0ax-injected:%20yes"}
    told = client.get("/sign-in", params={"to": to})
    assert told.headers["location"] in {"/", "/%0d%0ax-injected:%20yes"}
    assert "x-injected" not in told.headers


def test_what_a_database_says_of_itself_is_on_no_page(world: World) -> None:
    for each in reads(world):
        for word in (INJECTIONS[1], "\x00") if "{" in each.path else ():
            told = world.get(each.filled(word)).text.casefold()
            for hidden in ("sqlite", "psycopg", "sqlalchemy", "operationalerror", "syntax error"):
                assert hidden not in told, each
