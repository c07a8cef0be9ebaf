"""Use case: what the web application would serve, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.app.answer import Answer
from rightplace.app.service.database import open_records
from rightplace.app.service.web_settings import WebSettings

if TYPE_CHECKING:
    from rightplace.app.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeResult:
    """Where the web application answers.

    Parameters
    ----------
    address
        Where its pages start.
    demo
        Whether its database was created as a demo, in which alone anything is SYNTHETIC.
    """

    address: str
    demo: bool


def served(workspace: Workspace, *, host: str, port: int) -> Answer[ServeResult]:
    """Return where pages will be; an open way to it is refused.

    Parameters
    ----------
    workspace
        Whose published runs are shown.
    host, port
        Where to listen.
    """
    from rightplace.records.audit.transaction import reading
    from rightplace.records.published.creating import is_demo

    settings = workspace.settings("web", WebSettings)
    settings.check_reach(host)
    database = open_records(workspace)
    try:
        with reading(database) as held:
            demo = is_demo(held)
    finally:
        database.close()
    scheme = "https" if settings.is_https else "http"
    result = ServeResult(address=f"{scheme}://{host}:{port}/", demo=demo)
    return Answer(verb="serve", result=result)
