"""Street files and networks small enough to reckon by hand."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

import numpy as np
import pyogrio
import shapely

from rightplace.places.streets import StreetLines, Usage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from rightplace.places.streets.street_lines import JoinedAt

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """One line of a hand-drawn network, open to all in both directions unless it says otherwise."""

    points: tuple[Point, ...]
    name: str = ""
    kind: int = 2
    on_foot: bool = True
    forward: bool = True
    backward: bool = True


def network_of(*streets: Street, joined_at: JoinedAt = "ends") -> StreetLines:
    return StreetLines(
        file="drawn.gpkg",
        sha256="0" * 64,
        epsg=27700,
        lines=np.array([shapely.LineString(street.points) for street in streets], dtype=object),
        rows=np.arange(1, len(streets) + 1),
        usage=Usage(
            names=np.array([street.name for street in streets], dtype=object),
            kinds=np.array([street.kind for street in streets], dtype=np.int8),
            on_foot=np.array([street.on_foot for street in streets]),
            car_forward=np.array([street.forward for street in streets]),
            car_backward=np.array([street.backward for street in streets]),
        ),
        joined_at=joined_at,
    )


def street(*points: Point, name: str = "") -> Street:
    return Street(points=points, name=name)


def one_way(*points: Point, name: str = "") -> Street:
    return Street(points=points, name=name, backward=False)


def write_layer(
    path: Path,
    shapes: Sequence[shapely.Geometry | None],
    *,
    crs: str | None = "EPSG:27700",
    layer: str | None = None,
    kind: str = "LineString",
    columns: dict[str, Sequence[object]] | None = None,
) -> Path:
    given = columns or {"number": list(range(len(shapes)))}
    wkb = np.array([None if s is None else shapely.to_wkb(s) for s in shapes], dtype=object)
    more = {"append": True} if path.suffix == ".gpkg" and path.exists() else {}
    pyogrio.raw.write(
        path,
        geometry=wkb,
        field_data=[np.array(list(values)) for values in given.values()],
        fields=list(given),
        geometry_type=kind,
        crs=crs,
        **({"layer": layer} if layer else {}),
        **more,
    )
    return path


@dataclass(frozen=True, slots=True)
class Way:
    """A way of OpenStreetMap: the numbers of its nodes, and its tags."""

    nodes: tuple[int, ...]
    tags: dict[str, str] = field(default_factory=dict)


def write_osm(path: Path, nodes: dict[int, tuple[float, float]], ways: Iterable[Way]) -> Path:
    """Write OpenStreetMap XML; nodes as longitude and latitude."""
    rows = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6" generator="test">']
    rows += [f'<node id="{n}" version="1" lon="{x}" lat="{y}"/>' for n, (x, y) in nodes.items()]
    for number, way in enumerate(ways, start=1):
        refs = "".join(f'<nd ref="{node}"/>' for node in way.nodes)
        tags = "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in way.tags.items())
        rows.append(f'<way id="{number}" version="1">{refs}{tags}</way>')
    path.write_text("\n".join([*rows, "</osm>\n"]), encoding="utf-8")
    return path


def _varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _number(key: int, value: int) -> bytes:
    return _varint(key << 3) + _varint(value)


def _content(key: int, value: bytes) -> bytes:
    return _varint(key << 3 | 2) + _varint(len(value)) + value


def _zigzag(value: int) -> int:
    return value << 1 if value >= 0 else (-value << 1) - 1


def _steps(values: Sequence[int]) -> bytes:
    apart = np.diff(np.asarray(values, dtype=np.int64), prepend=0).tolist()
    return b"".join(_varint(_zigzag(step)) for step in apart)


def _block(kind: bytes, content: bytes) -> bytes:
    blob = _number(2, len(content)) + _content(3, zlib.compress(content))
    header = _content(1, kind) + _number(3, len(blob))
    return len(header).to_bytes(4, "big") + header + blob


def write_pbf(path: Path, nodes: dict[int, tuple[float, float]], ways: Iterable[Way]) -> Path:
    """Write OpenStreetMap PBF (OpenStreetMap wiki, "PBF Format"): dense nodes, then ways."""
    listed = list(ways)
    texts = [*dict.fromkeys(t for way in listed for pair in way.tags.items() for t in pair)]
    table = b"".join(_content(1, text.encode()) for text in ["", *texts])
    at = {text: number for number, text in enumerate(texts, start=1)}
    lon = [round(x * 1e7) for x, _ in nodes.values()]
    lat = [round(y * 1e7) for _, y in nodes.values()]
    dense = _content(1, _steps(list(nodes))) + _content(8, _steps(lat)) + _content(9, _steps(lon))
    groups = _content(2, _content(2, dense))
    for number, way in enumerate(listed, start=1):
        keys = b"".join(_varint(at[key]) for key in way.tags)
        values = b"".join(_varint(at[value]) for value in way.tags.values())
        body = _number(1, number) + _content(2, keys) + _content(3, values)
        groups += _content(2, _content(3, body + _content(8, _steps(way.nodes))))
    header = _content(4, b"OsmSchema-V0.6") + _content(4, b"DenseNodes")
    block = _content(1, table) + groups
    path.write_bytes(_block(b"OSMHeader", header) + _block(b"OSMData", block))
    return path
