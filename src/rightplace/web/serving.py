"""Serving the web application: what ``rightplace serve`` reaches by its entry point."""

from __future__ import annotations

import signal
import sys
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING, NoReturn

import uvicorn

from rightplace.app.accounts.settings import account_settings
from rightplace.app.dosage.settings import DosageSettings
from rightplace.app.partners.settings import SharingSettings
from rightplace.app.service.data_page import HeldData
from rightplace.app.service.database import open_records
from rightplace.app.service.jobs_worker import Worker, worker_beside
from rightplace.app.service.oidc.provider import provider_of
from rightplace.app.service.oidc.settings import OidcSettings
from rightplace.app.service.section_60_rules import section_60_rules
from rightplace.app.service.shelf import Shelf
from rightplace.app.service.shift_settings import ShiftSettings
from rightplace.app.service.tiles import TileSettings, TileShelf
from rightplace.app.service.warming import warm
from rightplace.app.service.web_settings import WebSettings
from rightplace.errors import RightplaceError
from rightplace.records.accounts.anomalies import AnomalySettings
from rightplace.records.accounts.passwords import prepare
from rightplace.records.retention.periods import RetentionSettings
from rightplace.web.application import create_app
from rightplace.web.desk import Desk
from rightplace.web.pages import environment
from rightplace.web.sessions import AccountSessions

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from rightplace.app.workspace import Workspace

LEAVING_SECONDS = 5
"""How long answers that were begun are waited for when the service stops; a choice of ours."""
KEPT_SECONDS = 75
"""How long a browser's connection is kept open for its next request; a choice of ours."""


def serve(workspace: Workspace, *, host: str, port: int, now: Callable[[], datetime]) -> None:
    """Answer until stopped, and do jobs beside; no operational database is refused.

    Parameters
    ----------
    workspace
        Whose published runs are shown.
    host
        Address to listen at.
    port
        Port to listen at.
    now
        The time, which the command line reads.
    """
    settings = workspace.settings("web", WebSettings)
    settings.check_reach(host)
    database, accounts = open_records(workspace), account_settings(workspace)
    prepare(accounts.passwords)
    desk = Desk(
        settings=settings,
        shelf=Shelf(database),
        sessions=AccountSessions(database=database, settings=accounts),
        now=now,
        accounts=accounts,
        sharing=workspace.settings("sharing", SharingSettings),
        provider=provider_of(workspace.settings("oidc", OidcSettings)),
        shift=workspace.settings("shift", ShiftSettings),
        tiles=TileShelf(settings=workspace.settings("tiles", TileSettings)),
        dosage=workspace.settings("dosage", DosageSettings),
        retention=workspace.settings("retention", RetentionSettings),
        anomalies=workspace.settings("anomalies", AnomalySettings),
        section_60=section_60_rules(workspace),
        data=HeldData(workspace),
    )
    application = create_app(desk)
    worker = Worker(workspace=workspace, database=database, now=now, tell=_say)
    # Uvicorn shuts down in order and raises the signal anew: it must not end the worker mid-way.
    signal.signal(signal.SIGTERM, _leave)
    Thread(target=_warm, args=(desk,), name="warm").start()
    with worker_beside(worker):
        uvicorn.run(
            application,
            host=host,
            port=port,
            access_log=False,
            server_header=False,
            log_level="warning",
            ssl_certfile=settings.certificate or None,
            ssl_keyfile=settings.certificate_key or None,
            proxy_headers=bool(settings.proxies),
            forwarded_allow_ips=settings.proxies or None,
            timeout_graceful_shutdown=LEAVING_SECONDS,
            timeout_keep_alive=KEPT_SECONDS,
        )


def _warm(desk: Desk) -> None:
    """Make ready what people ask for first; a run that cannot be read is told of by its page."""
    with suppress(RightplaceError):
        warm(desk.shelf, desk.tiles.settings)
    for name in environment().list_templates(extensions=["j2"]):
        environment().get_template(name)


def _leave(*_: object) -> NoReturn:
    """End the process in order: what stands round the server is done.

    Raises
    ------
    SystemExit
        Always.
    """
    raise SystemExit(0)


def _say(text: str) -> None:
    """Tell whoever started the service, as the command line tells of progress."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
