"""What attacks go through: every route of the application, every form that its pages show."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urljoin, urlsplit

import sqlalchemy as sa
from starlette.testclient import TestClient

from rightplace.app.service.data_page import HeldData
from rightplace.app.service.web_settings import WebSettings
from rightplace.app.workspace import Workspace
from rightplace.powers.section_60.happened import Officer
from rightplace.powers.section_60.history import Drafted
from rightplace.records.accounts.roles import Role
from rightplace.records.audit.transaction import transaction
from rightplace.records.section_60.log import begin
from rightplace.web.api.interface import ADDRESS
from rightplace.web.application import create_app
from rightplace.web.desk import Desk
from tests.records.account_world import SETTINGS, join
from tests.web.detectives_world import publish_look
from tests.web.published import FORECAST, NOW, PLAN
from tests.web.signed_in import KnownCookies, cookie, person
from tests.web.trials_world import PROPOSAL, TRIAL, publish_proposal
from tests.web.workforce_world import FORCE, publish_workforce

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from httpx import Response

    from rightplace.app.service.shelf import Shelf

API = ADDRESS
HERE = "https://localhost"
EVERYBODY = cookie("all")
"""Somebody with every role everywhere: what stops them is no missing permission."""
SECOND = cookie("second")
CHANGING = {"POST", "PUT", "PATCH", "DELETE"}


@dataclass(frozen=True, order=True)
class Route:
    """One address with one method."""

    path: str
    method: str
    query: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()

    def filled(self, value: str | None = None, **known: str) -> str:
        """The address, each part of it that varies replaced."""
        address = self.path
        while "{" in address:
            before, _, rest = address.partition("{")
            name, _, after = rest.partition("}")
            name = name.partition(":")[0]
            given = known.get(name, "1") if value is None else quote(value, safe="")
            address = f"{before}{given}{after}"
        needed = [f"{each}={quote(known.get(each, '1'))}" for each in self.needed]
        return f"{address}?{'&'.join(needed)}" if needed else address


def walk(routes: Any, above: str = "") -> Iterator[Route]:  # noqa: ANN401 - of whatever framework
    """Every route that can be reached, however it was put in."""
    for each in routes:
        path = above + getattr(each, "path", "")
        inner = getattr(each, "original_router", None) or getattr(each, "app", None)
        if hasattr(each, "methods"):
            asked = tuple(_query_of(getattr(each, "dependant", None)))
            names = tuple(one.alias for one in asked)
            needed = tuple(one.alias for one in asked if one.field_info.is_required())
            for method in each.methods or ():
                yield Route(path, method, names, needed)
        elif inner is not None and hasattr(inner, "routes"):
            yield from walk(inner.routes, path)


def _query_of(dependant: Any) -> Iterator[Any]:  # noqa: ANN401 - the framework's own
    if dependant is None:
        return
    yield from dependant.query_params
    for each in dependant.dependencies:
        yield from _query_of(each)


@dataclass
class Form:
    """One form as a page shows it."""

    action: str
    hidden: dict[str, str] = field(default_factory=dict)
    chosen: dict[str, str] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)

    def filled(self, words: str) -> dict[str, str]:
        return self.chosen | dict.fromkeys(self.typed, words) | self.hidden


class Page(HTMLParser):
    """The forms, links and elements of a page."""

    def __init__(self, address: str, html: str) -> None:
        super().__init__()
        self.address = address
        self.forms: list[Form] = []
        self.links: set[str] = set()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self._form: Form | None = None
        self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self.elements.append((tag, said))
        if tag == "a" and said.get("href"):
            self.links.add(urljoin(self.address, said["href"] or "").partition("#")[0])
        if tag == "form" and (said.get("method") or "").lower() == "post":
            self._form = Form(urljoin(self.address, said.get("action") or ""))
            self.forms.append(self._form)
        if self._form is not None:
            self._field(self._form, tag, said)

    def _field(self, form: Form, tag: str, said: dict[str, str | None]) -> None:
        name, kind = said.get("name") or "", said.get("type") or "text"
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            form.chosen.setdefault(self._select, said.get("value") or "")
        elif tag in {"input", "button"} and kind in {"hidden", "submit"} and name:
            form.hidden[name] = said.get("value") or ""
        elif tag == "input" and kind in {"radio", "checkbox"}:
            form.chosen.setdefault(name, said.get("value") or "")
        elif tag in {"input", "textarea"} and name:
            form.typed.append(name)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        if tag == "select":
            self._select = ""

    @property
    def active(self) -> list[tuple[str, dict[str, str | None]]]:
        """Elements that nobody of us wrote: they would run, or lead elsewhere."""
        return [
            (tag, said)
            for tag, said in self.elements
            if any(name.startswith("on") or name == "style" for name in said)
            or (tag == "script" and not (said.get("src") or "").startswith("/static/"))
            or tag in {"iframe", "object", "embed", "base", "b", "marquee"}
            or (said.get("href") or said.get("src") or "").lower().startswith("javascript:")
        ]


@dataclass
class World:
    """The application with one person of every role, and an account to act upon."""

    shelf: Shelf
    folder: Path

    def __post_init__(self) -> None:
        self.people = KnownCookies(
            {
                "all": person("u-900", "Every Role", *Role),
                "second": person("u-901", "Second Person", *Role),
                "none": person("u-902", "No Role"),
            }
        )
        self.account = join(self.shelf.database)
        publish_proposal(self.shelf)
        publish_look(self.shelf)
        publish_workforce(self.shelf)
        self.desk = Desk(
            settings=WebSettings(),
            shelf=self.shelf,
            sessions=self.people,
            now=lambda: NOW,
            accounts=SETTINGS,
            data=HeldData(Workspace(self.folder)),
        )
        self.app = create_app(self.desk)
        self.known = {
            "forecast_id": FORECAST,
            "plan_id": PLAN,
            "account_id": self.account.id,
            "item": FORECAST,
            "other": PLAN,
            "reference": self._draft(),
            "ground": "a",
            "limb": "violence-may-come",
            "question": "impact",
            "trial_id": TRIAL,
            "proposal_id": PROPOSAL,
            "workforce_id": FORCE,
            "act": "approve",
        }
        self.client = TestClient(self.app, base_url=HERE, follow_redirects=False)

    def _draft(self) -> str:
        """A draft of section 60 that has just been begun."""
        somebody = self.people.people["all"].actor
        by = Officer(id=somebody.id, name=somebody.name)
        drafted = Drafted(at=NOW, entered_at=NOW, by=by, force="metropolitan", bcu="Northbank")
        with transaction(self.shelf.database, somebody, purpose="Draft.", at=NOW) as tx:
            return begin(tx, drafted)

    @property
    def routes(self) -> list[Route]:
        return sorted(set(walk(self.app.routes)))

    def get(self, address: str, **headers: str) -> Response:
        self.client.cookies.clear()
        told: Response = self.client.get(address, headers=EVERYBODY | headers)
        return told

    def send(self, method: str, address: str, **given: Any) -> Response:  # noqa: ANN401 - as the client takes it
        self.client.cookies.clear()
        told: Response = self.client.request(method, address, **given)
        return told

    def pages(self, most: int = 240) -> list[Page]:
        """Every page that links lead to from the start, as somebody with every role sees it."""
        wanted = ["/", *(each.filled(**self.known) for each in self.routes if each.method == "GET")]
        seen: dict[str, Page] = {}
        asked: set[str] = set()
        while wanted and len(asked) < most:
            address = wanted.pop(0)
            if address in asked or address.startswith((API, "/sign-", "/static")):
                continue
            asked.add(address)
            told = self.get(address)
            is_file = "content-disposition" in told.headers  # saved, not shown
            if told.headers.get("content-type", "").startswith("text/html") and not is_file:
                page = Page(address, told.text)
                seen[address] = page
                own = [each for each in page.links if not urlsplit(each).netloc]
                wanted += sorted(each for each in own if urlsplit(each).path.count("/") < 4)
        return list(seen.values())

    def rows(self) -> dict[str, int]:
        """How many rows each table holds, but those by which acts and looks are known."""
        told = {}
        apart = {"audit_line", "audit_head", "record_key", "session_seen", "log_in_tries"}
        with self.shelf.database.engine.connect() as connection:
            for table in sorted(sa.inspect(self.shelf.database.engine).get_table_names()):
                if table not in apart:
                    count = sa.select(sa.func.count()).select_from(sa.table(table))
                    told[table] = connection.scalar(count) or 0
        return told
