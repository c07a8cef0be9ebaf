"""Small files as publishers write them, and a workspace to take them into."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from rightplace.app.ingest import ingest
from rightplace.app.status import status
from rightplace.app.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from pathlib import Path

    from rightplace.app.answer import Answer
    from rightplace.app.held import FileReport
    from rightplace.app.ingest import IngestResult

STREET = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,"
    "Crime type,Last outcome category,Context"
).split(",")
FEED = (
    "crime_reference,offence,occurred_from,occurred_to,reported_at,easting,northing,location,"
    "premises,domestic,status"
).split(",")

Row = dict[str, Any]


def street(number: int = 1, **cells: str) -> Row:
    """One row of a street file, sound unless a cell says otherwise."""
    return {
        "Crime ID": f"id{number}",
        "Month": "2018-06",
        "Reported by": "City of London Police",
        "Falls within": "City of London Police",
        "Longitude": "-0.09",
        "Latitude": "51.515",
        "Location": "On or near High Street",
        "LSOA code": "E01000001",
        "LSOA name": "City of London 001A",
        "Crime type": "Robbery",
        "Last outcome category": "Under investigation",
    } | {name.replace("_", " "): cell for name, cell in cells.items()}


def record(reference: str, **cells: str) -> Row:
    """One record of a force's feed: Trafalgar Square, in metres."""
    return {
        "crime_reference": reference,
        "offence": "Robbery",
        "occurred_from": "01/06/2018 22:00",
        "occurred_to": "01/06/2018 22:10",
        "reported_at": "01/06/2018 22:30",
        "easting": "530000",
        "northing": "180400",
        "location": "Trafalgar Square",
        "premises": "street",
        "domestic": "N",
        "status": "recorded",
    } | cells


def reply(number: int, **cells: Any) -> Row:  # noqa: ANN401 - JSON
    """One record of the API's reply."""
    return {
        "id": number,
        "persistent_id": f"id{number}",
        "category": "robbery",
        "location_type": "Force",
        "location": {
            "latitude": "51.58",
            "longitude": "-0.09",
            "street": {"id": 7, "name": "On or near High Road"},
        },
        "month": "2018-06",
        "outcome_status": None,
        "context": "",
        "location_subtype": "",
    } | cells


def csv_bytes(rows: Iterable[Row], columns: Sequence[str] = STREET, newline: str = "\n") -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator=newline)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def write(path: Path, rows: Iterable[Row], columns: Sequence[str] = STREET) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(csv_bytes(rows, columns))
    return path


def write_replies(folder: Path, **replies: list[Row]) -> Path:
    """Write the API's replies for areas as the downloader names them."""
    folder.mkdir(parents=True, exist_ok=True)
    for area, rows in replies.items():
        path = folder / f"crime_month_2018_06_area_{area}_0.json"
        path.write_text(json.dumps(rows), encoding="utf-8")
    return folder


class World:
    """A workspace in a folder, with what a user would do to it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.workspace = Workspace(root=root / "workspace")

    def ingest(
        self,
        *paths: Path,
        kind: str = "crimes",
        release: date | None = None,
        **how: Any,  # noqa: ANN401 - options of ingest
    ) -> Answer[IngestResult]:
        return ingest(self.workspace, paths, kind=kind, release=release, **how)

    def files(self) -> dict[str, FileReport]:
        """Each file's account by its name, with the law of every row checked.

        Where a file is held and was refused too, as released on another day, it is the held one.
        """
        reports = status(self.workspace).result.files
        for file in reports:
            assert file.read == file.stored + file.quarantined + file.superseded, file
        held_last = sorted(reports, key=lambda file: not file.refused)
        return {file.path.rsplit("/", 1)[-1]: file for file in held_last}

    def stored(self) -> int:
        """Rows that stand, of all files and kinds."""
        return sum(file.stored for file in self.files().values())

    def standing(self, kind: str = "crimes", known_at: date | None = None) -> list[Row]:
        """The rows that stand."""
        from rightplace.crime.holdings import entries_of, holdings  # noqa: PLC0415 - heavy
        from rightplace.crime.standing import standing  # noqa: PLC0415 - heavy

        entries = entries_of(self.workspace.store.manifest())
        held = holdings(entries, kind=kind, known_at=known_at)
        rows = standing(self.workspace.engine, self.workspace.store, held)
        return [] if rows is None else list(self.workspace.engine.run(rows).to_pylist())
