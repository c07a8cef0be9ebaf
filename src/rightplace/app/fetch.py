"""Use case: fetch published files; the only one that goes out to the network."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.app.answer import Answer, Notice
from rightplace.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from rightplace.app.workspace import Workspace
    from rightplace.core.time import Month
    from rightplace.crime.fetch.fetching import PoliceUkService
    from rightplace.places.study_area import StudyArea

# The API answers one polygon at a time.
MOST_POLYGONS = 1000
SIMPLIFIED_M = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchResult:
    """What was fetched.

    Parameters
    ----------
    files
        Files to take in with ``ingest``.
    release
        Month of the newest archive used, by which the publisher names its releases: the newest of
        its records. It came out later: ``ingest --release`` wants the day or month of that.
    missing
        Months that the force has not published, or the archive does not hold.
    bytes_transferred
        Bytes that really came over the network; what was there before is not fetched again.
    """

    files: tuple[str, ...]
    release: str
    missing: tuple[str, ...]
    bytes_transferred: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchOptions:
    """What to fetch and where to put it.

    Parameters
    ----------
    into
        Folder for the files.
    force
        The force as data.police.uk writes it: ``metropolitan``, ``city-of-london``.
    first, last
        Months, both included.
    area_id
        A study area whose cells are asked for by the API; None takes the archives.
    address
        Root of the service; None takes the real one. A mirror serves a closed network.
    """

    into: Path
    force: str
    first: Month
    last: Month
    area_id: str | None = None
    address: str | None = None
    seed: int = 0


def polygons_of(area: StudyArea) -> dict[str, tuple[tuple[float, float], ...]]:
    """Return the corners of each cell in degrees, by its code; of several parts, the largest.

    Raises
    ------
    UsageError
        If there are too many cells to ask for one by one.
    """
    import shapely

    from rightplace.places import to_degrees

    if area.n_cells > MOST_POLYGONS:
        msg = f"{area.n_cells:,} cells would be asked for one by one; at most {MOST_POLYGONS:,}."
        remedy = "Define an area of wards or boroughs, or fetch the archive (leave out --area)."
        raise UsageError(msg, value=area.area_id, remedy=remedy)
    found = {}
    for code, shape in zip(area.cells["cell_id"].to_pylist(), area.shapes, strict=True):
        part = max(shapely.get_parts(shape), key=lambda each: float(each.area))
        ring = shapely.get_coordinates(part.simplify(SIMPLIFIED_M).exterior)
        lon, lat = to_degrees(area.crs, ring[:, 0], ring[:, 1])
        found[code] = tuple(zip(lon.tolist(), lat.tolist(), strict=True))
    return found


def _service(address: str | None) -> PoliceUkService:
    """Return where the service is: the real one, or a mirror with the same paths."""
    from rightplace.crime.fetch.fetching import PoliceUkService

    if address is None:
        return PoliceUkService()
    root = address.rstrip("/")
    return PoliceUkService(archive_url=f"{root}/data/archive/{{month}}.zip", api_url=f"{root}/api")


def fetch(
    workspace: Workspace,
    options: FetchOptions,
    *,
    fetched_at: datetime,
    progress: Callable[[str], None],
) -> Answer[FetchResult]:
    """Fetch a force's months from data.police.uk, going on where it stopped.

    Parameters
    ----------
    workspace
        Where the study area is, if one is named.
    options
        Force, months and folder.
    fetched_at
        The time now, for the provenance beside each file.
    progress
        Called with what is going on, in words.
    """
    import numpy as np

    from rightplace.app.areas import find_area
    from rightplace.crime.fetch.fetching import (
        Progress,
        Transfer,
        Wanted,
        fetch_api,
        fetch_police_uk,
        open_client,
    )

    def tell(step: Progress) -> None:
        of = f" of {step.total:,}" if step.total else ""
        progress(f"{step.step}: {step.done:,}{of} {step.unit}")

    service = _service(options.address)
    wanted = Wanted.span(options.force, options.first, last=options.last)
    with open_client(service) as client:
        transfer = Transfer(
            client=client,
            service=service,
            rng=np.random.default_rng(options.seed),
            elapsed=time.monotonic,
            sleep=time.sleep,
            progress=tell,
        )
        into = options.into
        if options.area_id is None:
            found = fetch_police_uk(transfer, wanted, into=into, fetched_at=fetched_at)
        else:
            cells = polygons_of(find_area(workspace, options.area_id))
            found = [fetch_api(transfer, wanted, polygons=cells, into=into, fetched_at=fetched_at)]
    missing = tuple(str(month) for each in found for month in each.missing)
    notices = []
    if missing:
        message = f"Not published, or not in the archive: {', '.join(missing)}."
        notices.append(Notice(code="not-published", message=message))
    return Answer(
        verb="fetch",
        result=FetchResult(
            files=tuple(str(path) for each in found for path in each.files),
            release=str(max(each.release for each in found)),
            missing=missing,
            bytes_transferred=sum(each.transferred for each in found),
        ),
        data_releases=tuple(sorted({str(each.release) for each in found})),
        warnings=tuple(notices),
    )
