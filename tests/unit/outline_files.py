"""Boundary files small enough to check by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Feature = tuple[Mapping[str, object], Mapping[str, Any] | None]


def square(x: float, y: float, side: float = 1000) -> Mapping[str, Any]:
    """Return a square polygon by its lower left corner."""
    ring = [(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)]
    return {"type": "Polygon", "coordinates": [ring]}


def write_geojson(path: Path, features: Sequence[Feature], *, epsg: int | None = 27700) -> Path:
    """Write features with their stated system; none is longitude and latitude."""
    crs = {} if epsg is None else {"crs": {"type": "name", "properties": {"name": _urn(epsg)}}}
    listed = [{"type": "Feature", "properties": p, "geometry": g} for p, g in features]
    text = json.dumps({"type": "FeatureCollection", **crs, "features": listed})
    path.write_text(text, encoding="utf-8")
    return path


def _urn(epsg: int) -> str:
    return f"urn:ogc:def:crs:EPSG::{epsg}"


def four_lsoas(path: Path, *, west: float = 530_000, codes: str = "LSOA11CD") -> Path:
    """Write four squares of a kilometre: Camden 001A and 001B below, 001C and Leeds above."""
    named = [
        ("E01000905", "Camden 001A", (0, 0)),
        ("E01000906", "Camden 001B", (1000, 0)),
        ("X01", "Camden 001C", (0, 1000)),
        ("X02", "Leeds 111B", (1000, 1000)),
    ]
    return write_geojson(
        path,
        [
            ({codes: code, "LSOA11NM": name}, square(west + x, 180_000 + y))
            for code, name, (x, y) in named
        ],
    )
