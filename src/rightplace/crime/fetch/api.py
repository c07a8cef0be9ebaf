"""The API of data.police.uk: searches of a force, and crimes inside polygons, as published.

Replies are stored byte for byte. A polygon that holds more crimes than the API gives at once is
halved until each piece is answered; a crime on the line between two pieces is in both replies,
as it is for two wards, and the reader counts it once by its id. Crimes without a place are never
in a reply: a force's archive and its polygons are not the same population.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rightplace.core.suggest import did_you_mean
from rightplace.core.time import Month
from rightplace.crime.fetch.archive import Fetched
from rightplace.crime.fetch.polygons import area_of
from rightplace.crime.fetch.replies import SEARCHES, STREET, Replies, content_of
from rightplace.crime.transfer import Progress
from rightplace.errors import StaleDataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from rightplace.crime.fetch.polygons import Ring
    from rightplace.crime.fetch.service import Wanted
    from rightplace.crime.transfer import Transfer

_NAME = re.compile(r"[A-Za-z0-9]+")


def newest_month(transfer: Transfer) -> Month:
    """Return the newest month that data.police.uk holds; the day it gives has no meaning."""
    url = f"{transfer.service.api_url}/crime-last-updated"
    content = content_of(transfer, transfer.ask(url))
    return Month.parse(str(content["date"])[:7])


def published_months(transfer: Transfer) -> dict[Month, frozenset[str]]:
    """Return the months the API holds, each with the forces that published searches for it."""
    url = f"{transfer.service.api_url}/crimes-street-dates"
    content = content_of(transfer, transfer.ask(url))
    return {Month.parse(each["date"]): frozenset(each.get(SEARCHES, ())) for each in content}


def fetch_api(
    transfer: Transfer,
    wanted: Wanted,
    *,
    polygons: Mapping[str, Ring],
    into: Path,
    fetched_at: datetime,
) -> Fetched:
    """Return searches of a force and crimes inside polygons, month by month.

    A month that the force has not published is missing, not empty: the API answers it with an
    empty list, which would read as a month without a search. Replies that are held for the same
    release are not fetched again. Outcomes come with the archive only.

    Parameters
    ----------
    transfer
        The errand.
    wanted
        Force, months and kinds; crimes are fetched if there are polygons.
    polygons
        Corners by name; a name is an area code, letters and digits.
    into
        Folder for the replies, ``into/YYYY-MM/``.
    fetched_at
        When, for the note beside each file; with a zone.

    Raises
    ------
    StaleDataError
        If nothing of what is wanted is published.
    UsageError
        If a polygon's name cannot name a file.
    """
    for name, ring in polygons.items():
        if not _NAME.fullmatch(name):
            msg = f"The polygon's name {name!r} is not letters and digits."
            raise UsageError(msg, value=name, remedy="Name it by its area code.")
        area_of(ring, name=name)
    months, release = published_months(transfer), newest_month(transfer)
    replies = Replies(
        transfer=transfer, wanted=wanted, into=into, release=release, fetched_at=fetched_at
    )
    files: list[Path] = []
    missing: list[str] = []
    for number, month in enumerate(wanted.months, start=1):
        for name, found in _of_month(replies, month, polygons, forces=months.get(month)):
            files.extend(found)
            missing.extend([] if found else [name])
        step = f"Fetching {wanted.force} from the API"
        transfer.progress(Progress(step=step, done=number, total=len(wanted.months), unit="months"))
    if not files:
        forces = frozenset[str]().union(*months.values())
        known = "" if wanted.force in forces else f" {did_you_mean(wanted.force, forces)}"
        span = f"{min(months)} to {max(months)}" if months else "no month"
        msg = f"The API holds nothing of {wanted.force} for these months; it has {span}."
        remedy = f"Ask for other months, or take them from the archive.{known}"
        raise StaleDataError(msg, value=wanted.force, remedy=remedy)
    return Fetched(
        files=tuple(files), missing=tuple(missing), release=release, transferred=replies.transferred
    )


def _of_month(
    replies: Replies, month: Month, polygons: Mapping[str, Ring], *, forces: frozenset[str] | None
) -> Iterator[tuple[str, list[Path]]]:
    """Yield each wanted name of a month with its files; none where nothing is published."""
    wanted = replies.wanted
    if SEARCHES in wanted.kinds:
        published = forces is not None and wanted.force in forces
        yield wanted.name(month, SEARCHES), replies.searches(month) if published else []
    if STREET in wanted.kinds:
        for area, ring in polygons.items():
            published = forces is not None
            name = f"{wanted.name(month, STREET)}-area_{area}"
            yield name, replies.crimes(month, name, ring) if published else []
