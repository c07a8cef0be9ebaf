"""Four LSOAs in two boroughs, 26 months of records and one week of crews: small enough to check.

The codes are real, so that boroughs and BCU are found; squares stand for the outlines.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rightplace.core import Month

CAMDEN, ISLINGTON = ("E01000842", "E01000843"), ("E01002694", "E01002695")
LSOAS = (*CAMDEN, *ISLINGTON)
WEST, SOUTH, SIDE = -0.15, 51.54, 0.01  # degrees
MONTHS = [Month(2016, 5).plus(n) for n in range(26)]
AS_OF = "2018-06-30"
# Violent records of a month by cell; shoplifting fills the rest, as in a file of all crime.
VIOLENT = (8, 4, 2, 1)
STREETS = ("Example Road", "Example Lane", "Example Square", "Example Street")


@dataclass(frozen=True)
class Ran:
    """How a call of the command line ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one object on standard output."""
        content: dict[str, Any] = json.loads(self.out)
        return content


def rightplace(workspace: Path, *words: object) -> Ran:
    """Run the command line in a process of its own."""
    command = [Path(sys.executable).with_name("rightplace"), "--workspace", workspace, *words]
    done = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, check=False, timeout=120
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def write_outlines(path: Path) -> Path:
    """Write the four squares as GeoJSON."""
    features = []
    for number, code in enumerate(LSOAS):
        west, east = WEST + SIDE * number, WEST + SIDE * (number + 1)
        corners = [(west, SOUTH), (east, SOUTH), (east, SOUTH + SIDE), (west, SOUTH + SIDE)]
        features.append(
            {
                "type": "Feature",
                "properties": {"LSOA11CD": code, "LSOA11NM": f"Cell {number}"},
                "geometry": {"type": "Polygon", "coordinates": [[*corners, corners[0]]]},
            }
        )
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return path


def write_records(path: Path) -> Path:
    """Write a street-level file as data.police.uk does; three violent records a row too odd."""
    heads = (
        "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,"
        "Crime type,Last outcome category,Context"
    )
    rows = []
    for month in MONTHS:
        for cell, code in enumerate(LSOAS):
            kinds = ["Violence and sexual offences"] * (VIOLENT[cell] + month.number % 2)
            for kind in [*kinds, "Shoplifting"]:
                force = "Metropolitan Police Service"
                point = (f"{WEST + SIDE * (cell + 0.5):.6f}", f"{SOUTH + SIDE / 2:.6f}")
                place = (f"On or near {STREETS[cell]}", code, f"Cell {cell}")
                rows.append(("", str(month), force, force, *point, *place, kind, "", ""))
    rows.append(("", str(MONTHS[-1]), force, force, *point, *place, "Unheard of", "", ""))
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(heads + "\n")
        csv.writer(file).writerows(rows)
    return path


def write_crews(path: Path) -> Path:
    """Write a late crew for each borough on the first three days after the as-of day."""
    heads = "crew_id,borough,slot_start,slot_end,minutes,officers,specialist,base_lon,base_lat"
    rows = [
        f"{borough[0]}{day},{borough},2018-07-0{day}T15:00:00+01:00,2018-07-0{day}T23:00:00+01:00,"
        f"120,2,{day % 2},{WEST + 0.005:.3f},{SOUTH + 0.005:.3f}"
        for day in (1, 2, 3)
        for borough in ("Camden", "Islington")
    ]
    path.write_text("\n".join([heads, *rows, ""]), "utf-8")
    return path
