"""A server on this machine that answers as data.police.uk does, and misbehaves when told to."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qs, urlsplit

import shapely

from rightplace.crime.fetch.fetching import PoliceUkService

if TYPE_CHECKING:
    from types import TracebackType

Crime = dict[str, Any]


@dataclass
class Seen:
    """One request as the server saw it, and the bytes of content it sent in reply."""

    method: str
    path: str
    parameters: dict[str, str]
    range: str | None
    if_range: str | None
    sent: int = 0


@dataclass
class PoliceUkServer:
    """What is published, and what goes wrong on the way."""

    archives: dict[str, bytes] = field(default_factory=dict)
    crimes: dict[str, list[Crime]] = field(default_factory=dict)
    searches: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    last_updated: str = "2018-06-01"
    most_crimes: int = 10_000
    cuts: list[int] = field(default_factory=list)
    """Bytes after which the connection breaks, one for each coming archive reply."""
    scripted: dict[str, list[tuple[int, dict[str, str], bytes]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    """Replies that come first, by the end of the path."""
    honours_ranges: bool = True
    shifted_range: int = 0
    """Bytes by which a partial reply starts beside the place asked for."""
    stated_extra: int = 0
    """Bytes promised in Content-Length and never sent."""
    marks: bool = True
    seen: list[Seen] = field(default_factory=list)

    def __enter__(self) -> Self:
        handler = type("Handler", (_Handler,), {"published": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def service(self, *, tries: int = 6, halvings: int = 10) -> PoliceUkService:
        """The settings that lead to this server instead of the real one."""
        return PoliceUkService(
            archive_url=f"{self.address}/data/archive/{{month}}.zip",
            api_url=f"{self.address}/api",
            page_url=f"{self.address}/data/",
            tries=tries,
            halvings=halvings,
        )

    def sent(self, end: str) -> int:
        """Bytes of content sent for paths with an end."""
        return sum(seen.sent for seen in self.seen if seen.path.endswith(end))

    def asked(self, end: str) -> list[Seen]:
        """Requests for paths with an end."""
        return [seen for seen in self.seen if seen.path.endswith(end)]


class _Handler(BaseHTTPRequestHandler):
    published: PoliceUkServer

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        del format, args

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self._answer("GET", parts.path, parts.query)

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self._answer("POST", urlsplit(self.path).path, self.rfile.read(length).decode())

    def _answer(self, method: str, path: str, query: str) -> None:
        world = self.published
        parameters = {key: values[0] for key, values in parse_qs(query).items()}
        headers = self.headers
        self.seen = Seen(method, path, parameters, headers["Range"], headers["If-Range"])
        world.seen.append(self.seen)
        end = path.rsplit("/", 1)[-1]
        if world.scripted[end]:
            self._send(*world.scripted[end].pop(0))
        elif path.startswith("/data/archive/"):
            self._archive(end.removesuffix(".zip"))
        elif method == "GET" and len(f"{world.address}{self.path}") > 4094:
            self._send(400, {}, b"")
        else:
            self._api(end, parameters)

    def _api(self, end: str, parameters: dict[str, str]) -> None:
        world, month = self.published, parameters.get("date", "")
        if end == "crime-last-updated":
            self._json({"date": world.last_updated})
        elif end == "crimes-street-dates":
            forces: defaultdict[str, list[str]] = defaultdict(list)
            for force, published in world.searches:
                forces[published].append(force)
            months = sorted(set(world.crimes) | set(forces), reverse=True)
            self._json([{"date": m, "stop-and-search": forces[m]} for m in months])
        elif end == "stops-force":
            self._json(world.searches.get((parameters["force"], month), []))
        elif month not in world.crimes:
            self._send(404, {}, b"Not Found")
        else:
            self._crimes_inside(parameters["poly"], month)

    def _crimes_inside(self, poly: str, month: str) -> None:
        corners = [tuple(map(float, pair.split(","))) for pair in poly.split(":")]
        area = shapely.Polygon([(lon, lat) for lat, lon in corners])
        inside = [
            crime
            for crime in self.published.crimes[month]
            if area.covers(
                shapely.Point(
                    float(crime["location"]["longitude"]), float(crime["location"]["latitude"])
                )
            )
        ]
        if len(inside) > self.published.most_crimes:
            self._send(503, {}, b"")
        else:
            self._json(inside)

    def _json(self, content: object) -> None:
        body = json.dumps(content, separators=(",", ":")).encode()
        self._send(200, {"Content-Type": "application/json"}, body)

    def _archive(self, month: str) -> None:
        world = self.published
        body = world.archives.get(month)
        if body is None:
            self._send(404, {}, b"Not Found")
            return
        etag = f'"{sha256(body).hexdigest()[:16]}"'
        headers = {"ETag": etag, "Accept-Ranges": "bytes"} if world.marks else {}
        asked, fresh = self.headers["Range"], self.headers["If-Range"] in {None, etag}
        if asked is None or not fresh or not world.honours_ranges:
            self._send(200, headers, body, cut=world.cuts.pop(0) if world.cuts else None)
            return
        start = int(asked.removeprefix("bytes=").removesuffix("-"))
        if start >= len(body):
            self._send(416, headers | {"Content-Range": f"bytes */{len(body)}"}, b"")
            return
        start += world.shifted_range
        headers["Content-Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
        self._send(206, headers, body[start:], cut=world.cuts.pop(0) if world.cuts else None)

    def _send(
        self, status: int, headers: dict[str, str], body: bytes, *, cut: int | None = None
    ) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name != "Date":
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) + self.published.stated_extra))
        self.end_headers()
        part = body if cut is None else body[:cut]
        self.seen.sent = len(part)
        self.wfile.write(part)
        self.wfile.flush()
