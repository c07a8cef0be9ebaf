"""Calls to the provider, the only ones this service ever makes: to its hosts, short and small."""

from __future__ import annotations

import ssl
from time import monotonic
from typing import TYPE_CHECKING

import httpx

from rightplace.app.service.oidc.settings import is_safe
from rightplace.errors import OfflineError

if TYPE_CHECKING:
    from rightplace.app.service.oidc.settings import OidcSettings

REMEDY = "Sign in with a password if you have one, or try again later."


class Bounded(httpx.BaseTransport):
    """Refuses what goes elsewhere, is sent packed, takes too long or grows too long."""

    def __init__(self, inner: httpx.BaseTransport, settings: OidcSettings) -> None:
        """Wrap the way to the network."""
        self.inner = inner
        self.settings = settings

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the answer to one request, read whole.

        Raises
        ------
        OfflineError
            If the request goes elsewhere, or the answer is none that is read.
        """
        host = request.url.netloc.decode("ascii")
        if host not in self.settings.hosts or not is_safe(str(request.url)):
            msg = f"The provider's metadata name {host!r}, which settings do not."
            raise OfflineError(msg, value=host, remedy="See oidc.further_hosts.")
        deadline = monotonic() + self.settings.timeout_seconds
        request.headers["accept-encoding"] = "identity"
        answer = self.inner.handle_request(request)
        try:
            content = self._read(answer, deadline)
        finally:
            answer.close()
        return httpx.Response(answer.status_code, headers=answer.headers, content=content)

    def _read(self, answer: httpx.Response, deadline: float) -> bytes:
        """Return the content; packed it could grow without end when it is unpacked.

        Raises
        ------
        OfflineError
            If it is packed, too long, or takes too long.
        """
        if answer.headers.get("content-encoding", "identity") != "identity":
            msg = "The provider sent a packed answer that nobody asked for."
            raise OfflineError(msg, remedy=REMEDY)
        content = bytearray()
        for chunk in answer.iter_raw():
            content += chunk
            if len(content) > self.settings.most_bytes or monotonic() > deadline:
                msg = "The provider's answer is too long, or takes too long."
                raise OfflineError(msg, remedy=REMEDY)
        return bytes(content)

    def close(self) -> None:
        """Close the way to the network."""
        self.inner.close()


def new_client(settings: OidcSettings) -> httpx.Client:
    """Return what calls the provider: no redirect is followed, no proxy of the environment used."""
    context = ssl.create_default_context(cafile=settings.ca_file or None)
    return httpx.Client(
        transport=Bounded(httpx.HTTPTransport(verify=context), settings),
        timeout=settings.timeout_seconds,
        follow_redirects=False,
        trust_env=False,
    )
