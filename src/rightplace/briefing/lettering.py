"""Where words and numbers go on a map so that none lies on another."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

TEXT_MM: Final = 3.2
"""Height of the type on a map: 9.07 points, so that it prints at 9 or more."""

_MEAN_CHARACTER: Final = 0.57
"""Mean width of a character per height of type; on the safe side of the fonts in use."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the map in millimetres; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        """Tell whether the two share ground."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def holds(self, other: Box) -> bool:
        """Tell whether the other lies wholly inside."""
        return (
            self.left <= other.left
            and self.top <= other.top
            and other.right <= self.right
            and other.bottom <= self.bottom
        )

    @classmethod
    def around(cls, x: float, y: float, *, width: float, height: float) -> Box:
        """Return the box of a size about its middle."""
        return cls(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def text_width(text: str, *, height: float = TEXT_MM) -> float:
    """Return about how wide a text prints, in millimetres."""
    return len(text) * height * _MEAN_CHARACTER


def first_free(candidates: Iterable[Box], taken: list[Box], *, inside: Box) -> Box | None:
    """Return the first candidate that lies inside the frame and on nothing taken, or None."""
    for box in candidates:
        if inside.holds(box) and not any(box.overlaps(other) for other in taken):
            return box
    return None


def boxes_beside(x: float, y: float, *, width: float, gap: float) -> Iterator[Box]:
    """Yield places for a text beside a point: right, left, above, below, then the corners."""
    height = TEXT_MM * 1.15
    sides = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (1, 1), (-1, -1), (-1, 1))
    for across, down in sides:
        yield Box.around(
            x + across * (width / 2 + gap),
            y + down * (height / 2 + gap),
            width=width,
            height=height,
        )


def boxes_near(
    x: float, y: float, *, width: float, height: float, rings: int, step: float
) -> Iterator[Box]:
    """Yield boxes about a point, then in rings of eight ever farther from it."""
    yield Box.around(x, y, width=width, height=height)
    for ring in range(1, rings + 1):
        for turn in range(8):
            angle = turn * math.pi / 4
            yield Box.around(
                x + ring * step * math.cos(angle),
                y + ring * step * math.sin(angle),
                width=width,
                height=height,
            )
