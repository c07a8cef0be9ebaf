"""Bringing recorded crime and searches home from data.police.uk: the front of the fetch modules.

The archive is the whole truth that is published: with it come crimes without a place, which the
API never gives. It is large; the API serves a few areas or months.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.crime.fetch.api import fetch_api, newest_month, published_months
from rightplace.crime.fetch.archive import Fetched, archives_for, fetch_archive
from rightplace.crime.fetch.service import PoliceUkService, Wanted
from rightplace.crime.transfer import Progress, Transfer, open_client

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

__all__ = [
    "Fetched",
    "PoliceUkService",
    "Progress",
    "Transfer",
    "Wanted",
    "archives_for",
    "fetch_api",
    "fetch_archive",
    "fetch_police_uk",
    "newest_month",
    "open_client",
    "published_months",
]


def fetch_police_uk(
    transfer: Transfer, wanted: Wanted, *, into: Path, fetched_at: datetime
) -> list[Fetched]:
    """Return one force's files of a span of months, from as few archives as hold them.

    Parameters
    ----------
    transfer
        The errand; ``transfer.kept`` names what is complete, also after an error.
    wanted
        Force, months and kinds.
    into
        Folder for the files, ``into/YYYY-MM/``; archives lie in ``into/archives/``.
    fetched_at
        When, for the note beside each file; with a zone.

    Returns
    -------
    list[Fetched]
        One for each archive, oldest first: each is a release of its own.
    """
    archives = archives_for(wanted.months, newest=newest_month(transfer), service=transfer.service)
    return [
        fetch_archive(
            transfer,
            Wanted(force=wanted.force, months=months, kinds=wanted.kinds),
            release=release,
            into=into,
            fetched_at=fetched_at,
        )
        for release, months in archives.items()
    ]
