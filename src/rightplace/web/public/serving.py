"""Serving the public pages: a process of its own, which reads one exported file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import uvicorn

from rightplace.web.public.application import create_public_app
from rightplace.web.public.desk import EditionDesk

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def serve(folder: Path, *, host: str, port: int, names: Sequence[str]) -> None:
    """Answer until stopped.

    Parameters
    ----------
    folder
        Where editions are exported to.
    host, port
        Where to listen.
    names
        Names by which the pages may be called.
    """
    uvicorn.run(
        create_public_app(EditionDesk(folder=folder, hosts=tuple(names))),
        host=host,
        port=port,
        access_log=False,
        server_header=False,
        log_level="warning",
    )
