"""Who asks: the owner of the token that a program sends. Cookies open nothing here."""

from typing import Annotated, Final

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.responses import Response

from rightplace.app.service.api_access import person_of_token
from rightplace.app.service.person import Person
from rightplace.web import faults
from rightplace.web.sessions import NotSignedInError

BEARER: Final = HTTPBearer(
    scheme_name="token",
    description="A token of your account; it may no more than you may.",
    auto_error=False,
)
LONGEST_TOKEN: Final = 200


Credentials = Annotated[HTTPAuthorizationCredentials | None, Security(BEARER)]


def asking(request: Request, credentials: Credentials) -> Person:
    """Return who asks, with what they and the token may at this moment.

    Raises
    ------
    NotSignedInError
        If no token is sent, or one that stands for nobody.
    """
    desk, found = request.app.state.desk, None
    secret = "" if credentials is None else credentials.credentials.strip()
    if 0 < len(secret) <= LONGEST_TOKEN:
        found = person_of_token(
            desk.shelf.database, secret, at=desk.now(), settings=desk.accounts.tokens
        )
    if found is None:
        msg = "No token is given that is in force."
        raise NotSignedInError(msg, remedy="Send one as a bearer token (RFC 6750, 2.1).")
    request.state.person = found
    return found


Asking = Annotated[Person, Depends(asking)]
"""Parameter of each route that answers only for a token."""


async def refuse_unknown(request: Request, error: NotSignedInError) -> Response:
    """Answer that no token is given, with the header that says how to give one (RFC 6750 3)."""
    told = faults.answer(
        request,
        error.http_status,
        code=error.code,
        message=error.fault.message,
        remedy=error.fault.remedy or "",
    )
    told.headers["www-authenticate"] = 'Bearer realm="rightplace"'
    return told
