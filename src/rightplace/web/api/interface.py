"""The interface put together: an application of its own below /api/v1, without cookies and forms.

To add a part: a module with a ``router``, each route with a parameter of ``bearer.Asking``, what
it returns a documented dataclass, what it takes a strict model of ``shapes``; then a word in
``PARTS``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi import FastAPI

from rightplace import __version__
from rightplace.web import faults
from rightplace.web.api import deciding, published
from rightplace.web.api.bearer import refuse_unknown
from rightplace.web.api.shapes import Refusal
from rightplace.web.sessions import NotSignedInError

if TYPE_CHECKING:
    from fastapi.routing import APIRoute

    from rightplace.web.desk import Desk

ADDRESS: Final = "/api/v1"
PARTS: Final = (published, deciding)
"""Modules of routes, each with its ``router``."""
ABOUT: Final = """What the pages do, for programs. Send a token of your account as a bearer token
(RFC 6750, 2.1); it may no more than you may. What is stopped is refused. Keys may be added to
answers; none is removed or renamed below /api/v1. A listing is about a place, never a person."""


def create_api(desk: Desk) -> FastAPI:
    """Return the interface, to be mounted at its address.

    Parameters
    ----------
    desk
        What its routes work with.
    """
    api = FastAPI(
        title="Rightplace",
        version=__version__,
        description=ABOUT,
        openapi_url="/openapi.json",
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=_name,
        responses={"4XX": {"model": Refusal}, "5XX": {"model": Refusal}},
    )
    api.state.desk = desk
    for part in PARTS:
        api.include_router(part.router)
    faults.install(api)
    # Each handler takes a narrower error than the framework's annotation says.
    api.add_exception_handler(NotSignedInError, refuse_unknown)  # type: ignore[arg-type]  # as said above
    return api


def _name(route: APIRoute) -> str:
    return route.name
