"""Use case: what the public pages would serve, and where; it reads the edition and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.app.answer import Answer
from rightplace.app.public.edition import FILE_NAME, read_edition
from rightplace.app.public.result import PublicServed

if TYPE_CHECKING:
    from pathlib import Path


def served(folder: Path, *, host: str, port: int) -> Answer[PublicServed]:
    """Return where the public pages will be; a folder without a whole edition is refused.

    Parameters
    ----------
    folder
        Where the edition was exported to.
    host, port
        Where to listen.
    """
    edition, digest = read_edition(folder / FILE_NAME)
    result = PublicServed(
        address=f"http://{host}:{port}/",
        digest=digest,
        made_on=edition.made_on,
        synthetic=edition.is_synthetic,
    )
    return Answer(verb="public-serve", result=result)
