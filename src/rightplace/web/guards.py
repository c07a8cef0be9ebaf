"""What stands round every answer: headers that bind the browser, and the access log."""

from __future__ import annotations

import json
import logging
from time import perf_counter
from typing import TYPE_CHECKING, Final

from starlette.datastructures import MutableHeaders

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

ACCESS = logging.getLogger("rightplace.web.access")

# The map draws its own patterns and buttons: images may be data.
CONTENT_POLICY: Final = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "worker-src 'self'; connect-src 'self'; font-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "content-security-policy": CONTENT_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
}
NOT_KEPT: Final = "no-store"
FOR_EVER: Final = "public, max-age=31536000, immutable"


class Guards:
    """Adds the headers to every answer and writes one line for each; the query is never logged."""

    def __init__(self, app: ASGIApp, *, kept_below: str) -> None:
        """Wrap an application; what lies below ``kept_below`` may stay with the browser."""
        self.app = app
        self.kept_below = kept_below

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = perf_counter(), 500

        async def send_guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                kept = scope["path"].startswith(self.kept_below) and status == 200  # noqa: PLR2004 - HTTP
                headers["cache-control"] = FOR_EVER if kept else NOT_KEPT
                if "server" in headers:
                    del headers["server"]
            await send(message)

        try:
            await self.app(scope, receive, send_guarded)
        finally:
            milliseconds = round((perf_counter() - began) * 1000)
            line = {
                "method": scope["method"],
                "path": scope["path"][:200],
                "status": status,
                "milliseconds": milliseconds,
            }
            ACCESS.info(json.dumps(line))
