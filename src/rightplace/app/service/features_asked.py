"""What a GIS asks of a layer: a box, a time, and which part (OGC API - Features, part 1, 7.15)."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NoReturn

import numpy as np
import shapely

from rightplace.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

MOST_FEATURES: Final = 10_000
"""Features in one answer; more are not given, and no error (requirement 21)."""
USUAL_FEATURES: Final = 1000
MOST_OFFSET: Final = 100_000_000
MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)")
OPEN: Final = ("", "..")


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemsAsked:
    """Which features of a layer are asked for.

    Parameters
    ----------
    limit, offset
        How many at most, and how many are left out before.
    boxes
        West, south, east, north in degrees, one or (across the antimeridian) two; empty for all.
    since, until
        Moments between which, both included, they hold; None is open.
    """

    limit: int = USUAL_FEATURES
    offset: int = 0
    boxes: tuple[tuple[float, float, float, float], ...] = ()
    since: datetime | None = None
    until: datetime | None = None

    def holds(self, start: datetime, end: datetime) -> bool:
        """Whether a half-open span of time meets what is asked for."""
        return (self.since is None or end > self.since) and (
            self.until is None or start <= self.until
        )

    def touched(self, shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
        """Return which shapes in degrees meet what is asked for, shape (n,)."""
        if not self.boxes:
            return np.ones(len(shapes), dtype=bool)
        met = [shapely.intersects(shapes, shapely.box(*box)) for box in self.boxes]
        found: NDArray[np.bool_] = np.logical_or.reduce(met)
        return found

    def near(self, shapes: NDArray[np.object_], *, degrees: float) -> NDArray[np.bool_]:
        """Return which shapes may meet it though each point of them may be off by so much."""
        if not self.boxes or not len(shapes):
            return np.ones(len(shapes), dtype=bool)
        west, south, east, north = shapely.bounds(shapes).T
        found = np.zeros(len(shapes), dtype=bool)
        for box in self.boxes:
            found |= (
                (west <= box[2] + degrees) & (east >= box[0] - degrees)
                & (south <= box[3] + degrees) & (north >= box[1] - degrees)
            )  # fmt: skip
        return found


def read_items_asked(query: Mapping[str, str]) -> ItemsAsked:
    """Return what a query asks for; what is not as the standard says raises ``UsageError``."""
    given: dict[str, Any] = {}
    if "limit" in query:
        given["limit"] = min(_number(query, "limit", least=1), MOST_FEATURES)
    if "offset" in query:
        given["offset"] = min(_number(query, "offset", least=0), MOST_OFFSET)
    if "bbox" in query:
        given["boxes"] = boxes_of(query["bbox"])
    if "datetime" in query:
        given["since"], given["until"] = span_of(query["datetime"])
    return ItemsAsked(**given)


def _number(query: Mapping[str, str], name: str, *, least: int) -> int:
    """Return a whole number of a query.

    Raises
    ------
    UsageError
        If it is none, or too small.
    """
    text = query[name]
    if not re.fullmatch(r"[0-9]{1,18}", text) or int(text) < least:
        msg = f"{name} is {text[:40]!r}."
        raise UsageError(msg, value=text, remedy=f"Give a whole number of {least} or more.")
    return int(text)


def boxes_of(text: str) -> tuple[tuple[float, float, float, float], ...]:
    """Return the box of four or six numbers in degrees (heights are left out); across the
    antimeridian, where the west is greater than the east, two boxes.

    Raises
    ------
    UsageError
        If it is no such box.
    """  # noqa: D205 - one sentence
    try:
        numbers = [float(each) for each in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) == 6:  # noqa: PLR2004 - with heights
        numbers = [numbers[at] for at in (0, 1, 3, 4)]
    is_box = len(numbers) == 4 and all(math.isfinite(each) for each in numbers)  # noqa: PLR2004 - corners
    if is_box:
        west, south, east, north = numbers
        is_box = -90 <= south <= north <= 90 and -180 <= min(west, east) <= max(west, east) <= 180  # noqa: PLR2004 - degrees
    if not is_box:
        msg = f"bbox is {text[:100]!r}."
        remedy = "Give west, south, east, north in degrees, with commas between."
        raise UsageError(msg, value=text, remedy=remedy)
    if west > east:
        return (west, south, 180.0, north), (-180.0, south, east, north)
    return ((west, south, east, north),)


def span_of(text: str) -> tuple[datetime | None, datetime | None]:
    """Return from when until when, both included, by a moment or two with a slash between.

    What is neither, or ends before it starts, raises ``UsageError``.
    """
    parts = text.split("/")
    is_span = len(parts) <= 2 and (len(parts) == 2 or text not in OPEN)  # noqa: PLR2004 - start and end
    moments = [_moment(each, text) for each in parts] if is_span else []
    if not moments or (
        moments[0] is not None and moments[-1] is not None and moments[-1] < moments[0]
    ):
        _refuse(text)
    return moments[0], moments[-1]


def _moment(part: str, text: str) -> datetime | None:
    """Return one moment (RFC 3339, section 5.6), or None where it is open."""
    if part in OPEN:
        return None
    if not MOMENT.fullmatch(part):
        _refuse(text)
    try:
        return datetime.fromisoformat(part.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        _refuse(text)


def _refuse(text: str) -> NoReturn:
    """Say that something is no moment and no span.

    Raises
    ------
    UsageError
        Always.
    """
    msg = f"datetime is {text[:100]!r}."
    remedy = "Give a moment such as 2026-05-04T07:00:00Z, or two with a slash between."
    raise UsageError(msg, value=text, remedy=remedy)
