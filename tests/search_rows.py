"""Small files of searches, as forces and data.police.uk publish them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.small_files import Row, World, write

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from rightplace.powers.searches.read import Searches

COLUMNS = (
    "Type,Date,Part of a policing operation,Policing operation,Latitude,Longitude,Gender,Age range,"
    "Self-defined ethnicity,Officer-defined ethnicity,Legislation,Object of search,Outcome,"
    "Outcome linked to object of search,Removal of more than just outer clothing"
).split(",")


def search(**cells: str) -> Row:
    """One row of a stop-and-search file, sound unless a cell says otherwise."""
    return {
        "Type": "Person search",
        "Date": "2018-08-10T14:35:00+00:00",
        "Part of a policing operation": "False",
        "Policing operation": "",
        "Latitude": "51.515",
        "Longitude": "-0.09",
        "Gender": "Male",
        "Age range": "18-24",
        "Self-defined ethnicity": "White - Irish",
        "Officer-defined ethnicity": "White",
        "Legislation": "Misuse of Drugs Act 1971 (section 23)",
        "Object of search": "Controlled drugs",
        "Outcome": "A no further action disposal",
        "Outcome linked to object of search": "",
        "Removal of more than just outer clothing": "",
    } | {name.replace("_", " "): cell for name, cell in cells.items()}


def write_searches(folder: Path, rows: Iterable[Row], name: str = "metropolitan") -> Path:
    """Write a file of a force's month as it is published; its name tells the force."""
    return write(folder / f"2018-08-{name}-stop-and-search.csv", rows, COLUMNS)


def read_files(world: World, *paths: Path, **how: Any) -> Searches:  # noqa: ANN401 - of read_searches
    """Take files in and read them."""
    from rightplace.app.searches.read import read_searches  # noqa: PLC0415 - heavy

    answer = world.ingest(*paths, kind="searches")
    assert answer.exit_code == 0, answer.error
    return read_searches(world.workspace, **how)
