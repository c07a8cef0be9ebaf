"""Published routing instances, read from their archives, as problems of the product's solver.

Team orienteering with time windows (KU Leuven's library): closing times are the latest start of a
visit; distances are cut to one decimal for Solomon's instances and to two for Cordeau's, as
Vansteenwegen, Souffriau, Vanden Berghe and Van Oudheusden (2009) do, Computers & Operations
Research 36, 3281-3290. Solomon's instances: every visit is required, distances are cut to one
decimal, and the distance alone counts, as in the DIMACS challenge of 2021.
"""

from __future__ import annotations

import tarfile
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from rightplace.deploy.routes import Duty, RouteProblem, Stop
from tests.old_workbook import cells_of
from tests.paths import SHARED

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROUTING = SHARED / "routing"
LEUVEN = ROUTING / "kuleuven_op_top_toptw.tar.xz"
SOLOMON = ROUTING / "solomon_vrptw_cvrplib.tar.xz"
WORKBOOK = "data/results/TOPTW.xls"
ROUTE_COUNTS = (1, 2, 3, 4)


@cache
def members(archive_name: str) -> dict[str, bytes]:
    """Return the files of an archive of routing instances by their paths."""
    with tarfile.open(ROUTING / archive_name) as archive:
        found = {m.name: archive.extractfile(m) for m in archive if m.isfile()}
        return {name: file.read() for name, file in found.items() if file is not None}


def leuven(name: str) -> str:
    return members(LEUVEN.name)[f"data/toptw/{name}.txt"].decode()


def toptw_names() -> list[str]:
    """Return the names of the 76 instances."""
    found = (path.removeprefix("data/toptw/") for path in members(LEUVEN.name) if "/toptw/" in path)
    return sorted(path.removesuffix(".txt") for path in found if path.endswith(".txt"))


def toptw(name: str, routes: int) -> RouteProblem:
    """Return an instance with so many routes; distance is time."""
    rows = [line.split() for line in leuven(name).splitlines()[2:] if line.split()]
    per_unit = 100 if name.startswith("pr") else 10
    xy = np.array([[float(row[1]), float(row[2])] for row in rows])
    opens, closes = ([round(float(row[k]) * per_unit) for row in rows] for k in (-2, -1))
    service = [round(float(row[3]) * per_unit) for row in rows]
    duty = Duty(base=0, opens=opens[0], closes=closes[0], limit=closes[0] - opens[0])
    stops = tuple(
        Stop(
            point=i,
            opens=opens[i],
            closes=closes[i],
            service=service[i],
            prize=int(float(rows[i][4])),
        )
        for i in range(1, len(rows))
    )
    return RouteProblem(travel=cut_distances(xy, per_unit), stops=stops, duties=(duty,) * routes)


def cut_distances(xy: NDArray[np.float64], per_unit: int) -> NDArray[np.int64]:
    """Return straight distances in parts of a unit, cut and never rounded."""
    apart = xy[:, None, :] - xy[None, :, :]
    straight = np.hypot(apart[..., 0], apart[..., 1])
    cut: NDArray[np.int64] = np.floor(straight * per_unit + 1e-9).astype(np.int64)
    return cut


def workbook_best() -> dict[tuple[str, int], int]:
    """Return the workbook's "Best" by instance and number of routes.

    It holds the best of old heuristics, not the best known: some are beaten.
    """
    sheets = cells_of(members(LEUVEN.name)[WORKBOOK])
    return {
        (str(sheet[row, 0]).strip().removesuffix(".txt"), int(name[1:])): int(sheet[row, 1])
        for name, sheet in sheets.items()
        for row in range(1, 1 + max(row for row, _ in sheet))
    }


def solomon(name: str) -> tuple[RouteProblem, float]:
    """Return a Solomon instance and the distance of its solution file."""
    folder = "tests/data/cvrplib/Vrp-Set-Solomon"
    files = members(SOLOMON.name)
    lines = files[f"{folder}/{name}.txt"].decode().splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("CUST NO."))
    rows = [[int(v) for v in line.split()] for line in lines[start + 1 :] if line.split()]
    vehicles, capacity = (int(word) for word in lines[4].split())
    xy = np.array([[row[1], row[2]] for row in rows], dtype=np.float64)
    horizon = rows[0][5] * 10
    duty = Duty(base=0, opens=0, closes=horizon, limit=horizon, room=capacity)
    stops = tuple(
        Stop(
            point=row[0],
            opens=row[4] * 10,
            closes=row[5] * 10,
            service=row[6] * 10,
            load=row[3],
            required=True,
        )
        for row in rows[1:]
    )
    answer = files[f"{folder}/{name}.sol"].decode()
    cost = float(answer.split("Cost")[1].split()[0])
    problem = RouteProblem(travel=cut_distances(xy, 10), stops=stops, duties=(duty,) * vehicles)
    return problem, cost
