"""Routes to sign in by a provider of OpenID Connect, where settings name one; to sign out there.

The provider sends the browser back from another site, so that the cookie of a session, which other
sites never send, would be missing from a redirect: a page of our own goes on instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from rightplace.app.service.oidc.settings import BACK
from rightplace.app.service.oidc.sign_in import Answer, begin, come_back, sign_out_address
from rightplace.errors import NotHeldError, RefusedError
from rightplace.records.accounts.log_in import LogInState
from rightplace.web.pages import render
from rightplace.web.sessions import found_session
from rightplace.web.signing_in import entered, origin_of, own_path

if TYPE_CHECKING:
    from rightplace.app.service.oidc.provider import Provider

router = APIRouter(default_response_class=Response)
FLOW: Final = "__Host-rightplace-flow"
"""Cookie of a sign-in that is under way; it is sent when the provider sends the browser back."""


def provider_of_desk(request: Request) -> Provider:
    """Return the provider.

    Raises
    ------
    NotHeldError
        If settings name none.
    """
    held: Provider | None = request.app.state.desk.provider
    if held is None:
        msg = "Nobody signs in by a provider here."
        raise NotHeldError(msg, remedy="Sign in with your password.")
    return held


@router.get("/sign-in/oidc")
def sign_in_by_provider(request: Request, to: str = "/") -> Response:
    """Send the browser to the provider."""
    desk, provider = request.app.state.desk, provider_of_desk(request)
    if found_session(request) is not None:
        return RedirectResponse(own_path(to), status_code=303)
    begun = begin(provider, desk.shelf.database, to=own_path(to), at=desk.now())
    response = RedirectResponse(begun.address, status_code=303)
    seconds = provider.settings.flow_minutes * 60
    response.set_cookie(
        FLOW, begun.cookie, max_age=seconds, secure=True, httponly=True, samesite="lax", path="/"
    )
    return response


@router.get(BACK)
def back_from_provider(
    request: Request, state: str = "", code: str = "", error: str = "", iss: str = ""
) -> Response:
    """Check what the browser brings back; go on as after a password.

    Raises
    ------
    RefusedError
        If nobody here is linked with whom the provider signed in.
    """
    desk, provider = request.app.state.desk, provider_of_desk(request)
    kept = request.cookies.get(FLOW, "")
    answer = Answer(cookie=kept, state=state, code=code, error=error, issuer=iss)
    result, to = come_back(
        provider,
        desk.shelf.database,
        answer,
        origin=origin_of(request),
        at=desk.now(),
        settings=desk.accounts,
    )
    if result.state is LogInState.REFUSED:
        msg = f"No account here is linked with whom {provider.settings.name} signed in."
        raise RefusedError(msg, remedy="Ask the administrator to link yours.")
    response = entered(request, result, to=to)
    if result.state is LogInState.IN:
        page = render(request, "signed_in.html.j2", to=to)
        page.raw_headers += [each for each in response.raw_headers if each[0] == b"set-cookie"]
        response = page
    response.delete_cookie(FLOW, secure=True, httponly=True, samesite="lax", path="/")
    return response


@router.get("/sign-out/oidc")
def sign_out_at_provider(request: Request) -> Response:
    """Send the browser to sign out at the provider; signing out here was done before."""
    desk, provider = request.app.state.desk, provider_of_desk(request)
    address = sign_out_address(provider, at=desk.now())
    return RedirectResponse(address or "/sign-in", status_code=303)
