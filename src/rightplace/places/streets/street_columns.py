"""What the columns of a street file say: name, kind, who may use it and in which direction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rightplace.places.streets.settings import KINDS
from rightplace.places.streets.street_lines import Usage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    Marks = NDArray[np.bool_]

LONGEST_NAME = 120

# In this order: OpenStreetMap and Geofabrik, OS Open Roads, North American centre lines.
_NAME_COLUMNS = (
    *("name", "name_1", "name1", "street_name", "streetname", "stname", "st_name", "full_name"),
    *("fullname", "full_street_name", "strname", "str_name", "roadname", "road_name", "rd_name"),
    *("stnam", "street", "road", "ref", "road_number", "roadnumber", "st_code"),
)
_TAG_COLUMNS = ("highway", "fclass")
_CLASS_COLUMNS = ("road_classification", "roadclassification", "roadclassi")
_ONEWAY_COLUMNS = ("oneway", "one_way")

# Classes of OpenStreetMap (wiki, "Key:highway"), of Geofabrik's extracts, and of OS Open Roads.
_KIND_OF = {
    **dict.fromkeys(("motorway", "motorway_link", "trunk", "trunk_link"), "motorway"),
    **dict.fromkeys(("primary", "primary_link", "secondary", "secondary_link"), "main"),
    **dict.fromkeys(("tertiary", "tertiary_link", "a road", "b road"), "main"),
    **dict.fromkeys(("residential", "unclassified", "road", "classified unnumbered"), "local"),
    **dict.fromkeys(("not classified", "unknown"), "local"),
    **dict.fromkeys(("service", "living_street", "track"), "service"),
    **dict.fromkeys((f"track_grade{grade}" for grade in range(1, 6)), "service"),
    **dict.fromkeys(("pedestrian", "footway", "path", "steps", "bridleway"), "walkway"),
    **dict.fromkeys(("cycleway", "corridor", "platform"), "walkway"),
}
_NO_WALKING = ("motorway", "motorway_link")
_CAR_IF_TOLD = ("pedestrian", "track", *(f"track_grade{grade}" for grade in range(1, 6)))
_BARRED = ("no", "private", "agricultural", "forestry", "emergency", "military")
_WELCOME = ("yes", "designated", "permissive", "destination", "official")

_FORWARD = ("yes", "true", "1", "y", "f", "ft", "forward")
_BACKWARD = ("-1", "reverse", "t", "tf", "backward")
_EITHER = ("no", "false", "0", "n", "b", "both", "alternating", "")
_CHANGING = ("reversible",)  # by the hour, which nobody here knows: closed to cars
_ROUND = ("roundabout", "circular")


def usage_of(columns: pa.Table) -> tuple[Usage, int]:
    """Return what each row is and who may use it, and how many one-way marks are not known.

    Classes of OpenStreetMap say who may use a way, as the tags ``foot``, ``motorcar``,
    ``motor_vehicle``, ``vehicle`` and ``access`` amend it; a way of a class that is not known
    (under construction, a race track) is closed to all. A file without such classes is one of
    streets open to foot and car. A one-way mark that is not known leaves both directions open.

    Parameters
    ----------
    columns
        n rows of attributes, as published; names of columns in any case.
    """
    told = {name.casefold(): columns[name] for name in reversed(columns.column_names)}
    tags = _text(told, _TAG_COLUMNS, columns.num_rows)
    is_tagged = any(name in told for name in _TAG_COLUMNS)
    classes = tags if is_tagged else _text(told, _CLASS_COLUMNS, columns.num_rows)
    kinds = _kinds(classes)
    on_foot, by_car = _access(told, classes, kinds)
    if not is_tagged:
        unclassed = kinds < 0
        on_foot, by_car = on_foot | unclassed, by_car | unclassed
    forward, backward, unknown = _directions(told, classes)
    usage = Usage(
        names=_names(told, columns.num_rows),
        kinds=np.where(kinds < 0, KINDS.index("local"), kinds).astype(np.int8),
        on_foot=on_foot,
        car_forward=by_car & forward,
        car_backward=by_car & backward,
    )
    return usage, unknown


def is_openstreetmap(columns: pa.Table) -> bool:
    """Return whether rows carry the classes of OpenStreetMap, whose ways meet at any vertex."""
    return any(name.casefold() in _TAG_COLUMNS for name in columns.column_names)


def _text(told: dict[str, pa.ChunkedArray], names: Iterable[str], rows: int) -> pa.Array:
    """Return the first value of each row among some columns, in lower case; empty for none."""
    found = [_strings(told[name]) for name in names if name in told]
    value = pc.coalesce(*found, "") if found else pa.array([""] * rows, pa.string())
    return pc.utf8_lower(pc.utf8_trim_whitespace(value))


def _strings(column: pa.ChunkedArray) -> pa.Array:
    """Return a column as texts, null where there is none or only blanks."""
    texts = column.cast(pa.string()).combine_chunks()
    return pc.if_else(pc.equal(pc.utf8_trim_whitespace(texts), ""), None, texts)


def _among(texts: pa.Array, words: Iterable[str]) -> Marks:
    """Return which texts are one of some words, shape (n,)."""
    return np.asarray(pc.is_in(texts, pa.array(list(words), pa.string())), dtype=np.bool_)


def _kinds(classes: pa.Array) -> NDArray[np.int64]:
    """Return the position of each row's kind in ``KINDS``, -1 where its class is not known."""
    places = pc.index_in(classes, pa.array(list(_KIND_OF), pa.string())).fill_null(-1)
    numbers = np.asarray([*(KINDS.index(kind) for kind in _KIND_OF.values()), -1], dtype=np.int64)
    return np.asarray(numbers[np.asarray(places)], dtype=np.int64)


def _access(
    told: dict[str, pa.ChunkedArray], classes: pa.Array, kinds: NDArray[np.int64]
) -> tuple[Marks, Marks]:
    """Return who may use rows of a known class: on foot, and by car.

    The tag nearest to the mode decides (OpenStreetMap wiki, "Key:access").
    """
    rows = len(kinds)
    known, is_walkway = kinds >= 0, kinds == KINDS.index("walkway")
    foot = _text(told, ("foot", "access"), rows)
    car = _text(told, ("motorcar", "motor_vehicle", "vehicle", "access"), rows)
    walkable = ~_among(classes, _NO_WALKING) | _among(_text(told, ("foot",), rows), _WELCOME)
    if_told = _among(classes, _CAR_IF_TOLD)
    own = _text(told, ("motorcar", "motor_vehicle", "vehicle"), rows)
    drivable = (~is_walkway & ~if_told) | (if_told & _among(own, _WELCOME))
    return (
        known & walkable & ~_among(foot, _BARRED),
        known & drivable & ~_among(car, _BARRED),
    )


def _directions(told: dict[str, pa.ChunkedArray], classes: pa.Array) -> tuple[Marks, Marks, int]:
    """Return whether rows are open as drawn and against, and how many marks are not known."""
    marks = _text(told, _ONEWAY_COLUMNS, len(classes))
    onward, against = _among(marks, _FORWARD), _among(marks, _BACKWARD)
    changing, either = _among(marks, _CHANGING), _among(marks, _EITHER)
    unsaid = _among(marks, ("",))
    implied = _among(classes, _NO_WALKING) | _among(
        _text(told, ("junction",), len(classes)), _ROUND
    )
    is_tagged = any(name in told for name in _TAG_COLUMNS)
    onward |= unsaid & implied & is_tagged
    unknown = ~(onward | against | changing | either)
    return ~against & ~changing, ~onward & ~changing, int(unknown.sum())


def _names(told: dict[str, pa.ChunkedArray], rows: int) -> NDArray[np.object_]:
    """Return the name of each row, on one line and without control characters."""
    found = [_strings(told[name]) for name in _NAME_COLUMNS if name in told]
    if not found:
        return np.full(rows, "", dtype=np.object_)
    coded = pc.coalesce(*found, "").dictionary_encode()
    plain = np.asarray([plain_name(text) for text in coded.dictionary.to_pylist()], dtype=object)
    return np.asarray(plain[np.asarray(coded.indices)], dtype=np.object_)


def plain_name(text: str) -> str:
    """Return a name on one line, of printable characters, cut to ``LONGEST_NAME``."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(printable.split())[:LONGEST_NAME].rstrip()
