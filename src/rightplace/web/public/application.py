"""The public application: pages, charts and files of one edition, under the strictest guards."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

from fastapi import FastAPI, Query
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request  # noqa: TC002 - the framework reads the annotation
from starlette.responses import PlainTextResponse, Response
from starlette.staticfiles import StaticFiles

from rightplace.app.public.pages import edition_csv, place_chart, place_page
from rightplace.errors import NotHeldError, RightplaceError
from rightplace.web.assets import asset_folder
from rightplace.web.downloads import csv_file
from rightplace.web.guards import Guards
from rightplace.web.public.shown import page

if TYPE_CHECKING:
    from rightplace.app.public.edition import Edition
    from rightplace.web.public.desk import EditionDesk

MOST_FOUND = 50
NO_BODY = 1024
SLUG = re.compile(r"[a-z0-9-]{1,200}")


def create_public_app(desk: EditionDesk) -> FastAPI:
    """Return the public application.

    Parameters
    ----------
    desk
        Where its edition comes from, and the names by which it may be called.
    """
    folder = asset_folder()
    app = FastAPI(
        title="Rightplace public edition", docs_url=None, redoc_url=None, openapi_url=None
    )
    app.state.desk, app.state.assets = desk, f"/static/{folder.name}"
    for path, route in (
        ("/", start),
        ("/about", about),
        ("/downloads", downloads),
        ("/edition.csv", everything),
        ("/places/{slug}", place),
        ("/places/{slug}/chart.svg", chart),
        ("/places/{slug}/figures.csv", figures),
        ("/healthz", healthz),
    ):
        app.add_api_route(path, route, methods=["GET"], response_class=Response)
    app.mount(app.state.assets, StaticFiles(directory=folder), name="static")
    # Each handler takes a narrower error than the framework's annotation says.
    app.add_exception_handler(RightplaceError, _refused)  # type: ignore[arg-type]  # as said above
    app.add_exception_handler(HTTPException, _http)  # type: ignore[arg-type]  # as above
    app.add_exception_handler(RequestValidationError, _invalid)  # type: ignore[arg-type]  # as above
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=NO_BODY)
    app.add_middleware(GZipMiddleware, minimum_size=1024)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(desk.hosts))
    app.add_middleware(Guards, kept_below=app.state.assets)
    return app


def _edition(request: Request) -> Edition:
    edition: Edition = request.app.state.desk.edition()
    return edition


def start(request: Request, search: Annotated[str, Query(max_length=100)] = "") -> Response:
    """Show the search for a ward, and what was found."""
    edition = _edition(request)
    found = edition.found(search) if search.strip() else ()
    boroughs = tuple(each for each in edition.places if each.level in {"area", "bcu", "borough"})
    return page(
        request,
        "public_start.html.j2",
        edition=edition,
        search=search,
        found=found[:MOST_FOUND],
        more=max(len(found) - MOST_FOUND, 0),
        boroughs=boroughs,
        here="start",
    )


def place(request: Request, slug: str) -> Response:
    """Show a ward or borough."""
    edition = _edition(request)
    shown = place_page(edition, _known(slug))
    return page(request, "public_place.html.j2", edition=edition, page=shown, here="")


def _known(slug: str) -> str:
    """Return an address that could be one.

    Raises
    ------
    NotHeldError
        If it could not.
    """
    if not SLUG.fullmatch(slug):
        msg = "No ward or borough has this address."
        raise NotHeldError(msg, remedy="Search for it by name.")
    return slug


def chart(request: Request, slug: str) -> Response:
    """Send the months of a place as a picture."""
    return Response(place_chart(_edition(request), _known(slug)), media_type="image/svg+xml")


def figures(request: Request, slug: str) -> Response:
    """Send the figures of a place."""
    edition = _edition(request)
    wanted = edition.place(_known(slug))
    return csv_file(edition_csv(edition, [wanted]), name=f"{slug} {edition.made_on}")


def everything(request: Request) -> Response:
    """Send all figures."""
    edition = _edition(request)
    text = edition_csv(edition, edition.places)
    return csv_file(text, name=f"public edition {edition.made_on}")


def about(request: Request) -> Response:
    """Show what this is, what it must not be used for, and how good it is."""
    return page(request, "public_about.html.j2", edition=_edition(request), here="about")


def downloads(request: Request) -> Response:
    """Show what can be downloaded."""
    desk: EditionDesk = request.app.state.desk
    edition = desk.edition()
    return page(
        request,
        "public_downloads.html.j2",
        edition=edition,
        digest=desk.digest,
        here="downloads",
    )


def healthz(request: Request) -> Response:
    """Say that the pages answer from a whole edition."""
    _edition(request)
    return PlainTextResponse("ok\n")


async def _refused(request: Request, error: RightplaceError) -> Response:
    words = error.fault.said
    return page(request, "public_fault.html.j2", status=error.http_status, words=words, here="")


async def _http(request: Request, error: HTTPException) -> Response:
    words = {404: "There is no page at this address."}.get(
        error.status_code, "This cannot be answered."
    )
    return page(request, "public_fault.html.j2", status=error.status_code, words=words, here="")


async def _invalid(request: Request, error: RequestValidationError) -> Response:
    del error
    words = "Something in the address is not right."
    return page(request, "public_fault.html.j2", status=422, words=words, here="")
