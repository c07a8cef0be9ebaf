"""The web application, put together: routes inside, guards round them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Depends, FastAPI
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request  # noqa: TC002 - the framework reads the annotation
from starlette.responses import PlainTextResponse, Response
from starlette.staticfiles import StaticFiles

from rightplace.app.service.map_layers import PACKING
from rightplace.records.database.migrate import check_revision
from rightplace.web import (
    about,
    accountability,
    accountability_breaches,
    accountability_requests,
    accounts,
    board,
    changing,
    compare,
    data,
    deciding,
    delivery,
    detectives,
    effects,
    faults,
    features,
    jobs,
    oidc,
    oidc_links,
    operation_reports,
    operations,
    operations_register,
    operations_upload,
    own_account,
    own_tokens,
    panel,
    partners,
    picture,
    reading,
    rosters,
    searches,
    searches_record,
    section_60,
    section_60_acts,
    section_60_draft,
    section_60_draft_aftermath,
    section_60_draft_check,
    section_60_draft_locality,
    section_60_form,
    section_60_register,
    shift,
    signing_in,
    surges,
    tiles,
    trials,
    weapons,
    workforce,
)
from rightplace.web.api import interface
from rightplace.web.api.interface import create_api
from rightplace.web.assets import asset_folder
from rightplace.web.features import create_features
from rightplace.web.forms import check_form
from rightplace.web.guards import Guards

if TYPE_CHECKING:
    from rightplace.web.desk import Desk


PARTS = (
    about,
    signing_in,
    oidc,
    oidc_links,
    own_account,
    own_tokens,
    reading,
    tiles,
    deciding,
    rosters,
    surges,
    detectives,
    workforce,
    accounts,
    picture,
    board,
    shift,
    delivery,
    data,
    jobs,
    partners,
    compare,
    accountability,
    accountability_requests,
    accountability_breaches,
    changing,
    operation_reports,
    trials,
    effects,
    operations_upload,
    searches,
    searches_record,
    weapons,
    panel,
    section_60_form,
    section_60_draft,
    section_60_draft_aftermath,
    section_60_draft_check,
    section_60_draft_locality,
    section_60_register,
    section_60_acts,
    section_60,
    operations_register,
    operations,
)
"""Modules of routes, each with its ``router``."""


def create_app(desk: Desk) -> FastAPI:
    """Return the application; a database of another version raises ``StaleDataError``.

    Parameters
    ----------
    desk
        What its routes work with.
    """
    check_revision(desk.shelf.database)
    folder = asset_folder()
    app = FastAPI(
        title="Rightplace",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        dependencies=[Depends(check_form)],
    )
    app.state.desk, app.state.assets = desk, f"/static/{folder.name}"
    for part in PARTS:
        app.include_router(part.router)
    app.add_api_route("/healthz", healthz, methods=["GET"], response_class=PlainTextResponse)
    app.mount(interface.ADDRESS, create_api(desk))
    app.mount(features.ADDRESS, create_features(desk))
    app.mount(app.state.assets, StaticFiles(directory=folder), name="static")
    faults.install(app)
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=desk.settings.most_body_bytes)
    app.add_middleware(GZipMiddleware, minimum_size=1024, compresslevel=PACKING)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=desk.settings.names)
    app.add_middleware(Guards, kept_below=app.state.assets)
    return app


def healthz(request: Request) -> Response:
    """Say that the service answers and reaches its records; a failure is a failure's page."""
    check_revision(request.app.state.desk.shelf.database)
    return PlainTextResponse("ok\n")
