"""The national archive of data.police.uk: fetched once, checked, and one force taken out of it.

An archive is named after its newest month and holds ``YYYY-MM/YYYY-MM-FORCE-KIND.csv`` for the
months up to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rightplace.core.canonical import file_digest
from rightplace.core.files import make_folder
from rightplace.core.suggest import did_you_mean
from rightplace.crime.fetch.members import (
    check_archive,
    extract_member,
    forces_in,
    held_members,
    member_names,
)
from rightplace.crime.transfer import read_note, stamp, write_note
from rightplace.crime.transfer_download import download
from rightplace.errors import BadInputError, StaleDataError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from rightplace.core.time import Month
    from rightplace.crime.fetch.service import PoliceUkService, Wanted
    from rightplace.crime.transfer import Transfer

ARCHIVES = "archives"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What a fetch brought home.

    Parameters
    ----------
    files
        Complete files, ready to ingest, in order of month and name.
    missing
        Names of files that are not published: a gap, never a month without crime.
    release
        Newest month the publisher held when these files were made.
    transferred
        Bytes brought over the line by this call; 0 for what was already held.
    """

    files: tuple[Path, ...]
    missing: tuple[str, ...]
    release: Month
    transferred: int


def archives_for(
    months: Sequence[Month], *, newest: Month, service: PoliceUkService
) -> dict[Month, tuple[Month, ...]]:
    """Return the fewest archives that hold the months, each with the months to take from it.

    Of the archives that hold a month, a late one is taken: files are revised.

    Parameters
    ----------
    months
        Months wanted.
    newest
        Newest month that is published.
    service
        How many months an archive holds, and which one is the first.

    Raises
    ------
    StaleDataError
        If a month is later than the newest.
    """
    late = [month for month in months if month > newest]
    if late:
        msg = f"data.police.uk ends with {newest}; {late[0]} is not published yet."
        raise StaleDataError(msg, value=late[0], remedy=f"Ask for months up to {newest}.")
    left = sorted(months)
    found: dict[Month, tuple[Month, ...]] = {}
    while left:
        reach = max(left[0].plus(service.archive_months - 1), service.first_archive)
        archive = min(reach, newest)
        found[archive] = tuple(month for month in left if month <= archive)
        left = left[len(found[archive]) :]
    return found


def fetch_archive(
    transfer: Transfer, wanted: Wanted, *, release: Month, into: Path, fetched_at: datetime
) -> Fetched:
    """Return one force's files from the archive of a month, downloading it if it is not held.

    A download that was cut goes on where it stopped. The archive gets its name only after its
    length and the checksum of every member were checked, a member only after its own.

    Parameters
    ----------
    transfer
        The errand.
    wanted
        Force, months and kinds.
    release
        Month that names the archive; see ``archives_for``.
    into
        Folder for the files, ``into/YYYY-MM/``; archives lie in ``into/archives/``.
    fetched_at
        When, for the note beside each file; with a zone.

    Raises
    ------
    StaleDataError
        If the archive holds nothing of what is wanted.
    """
    archive = into / ARCHIVES / f"{release}.zip"
    transferred = 0
    if not archive.exists():
        transferred = _bring(transfer, archive, release=release, fetched_at=fetched_at)
    transfer.kept.append(archive)
    held, members = held_members(archive), member_names(wanted)
    there = {name: member for name, member in members.items() if member in held}
    if not there:
        forces = forces_in(held)
        known = "" if wanted.force in forces else f" {did_you_mean(wanted.force, forces)}"
        first, last = wanted.months[0], wanted.months[-1]
        msg = f"The archive of {release} holds no file of {wanted.force} for {first} to {last}."
        remedy = f"Ask for another force or months.{known}"
        raise StaleDataError(msg, file=archive, value=wanted.force, remedy=remedy)
    files = [
        extract_member(archive, member, to=into / member.partition("/")[0] / f"{name}.csv")
        for name, member in there.items()
    ]
    origin = read_note(archive)
    for path, member in zip(files, there.values(), strict=True):
        write_note(path, {**origin, "member": member, "sha256": file_digest(path)})
    transfer.kept.extend(files)
    return Fetched(
        files=tuple(files),
        missing=tuple(name for name in members if name not in there),
        release=release,
        transferred=transferred,
    )


def _bring(transfer: Transfer, archive: Path, *, release: Month, fetched_at: datetime) -> int:
    """Download an archive, check it and give it its name; return the bytes transferred.

    Raises
    ------
    BadInputError
        If what came is no whole archive; it is thrown away, since more bytes cannot mend it.
    """
    url = transfer.service.archive_url.format(month=release)
    make_folder(archive.parent)
    received = download(transfer, url, to=archive)
    try:
        check_archive(transfer, received.part, name=archive.name)
    except BadInputError:
        received.forget()
        raise
    facts: dict[str, Any] = {
        "url": url,
        "etag": received.etag,
        "last_modified": received.last_modified,
        "fetched_at": stamp(fetched_at),
        "release": str(release),
    }
    write_note(archive, {**facts, "sha256": file_digest(received.part)})
    received.name(archive)
    return received.transferred
