"""Streets of a file as lines in metres, with who may use them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rightplace.errors import BadInputError, UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rightplace.places.outlines import Notice

JoinedAt = Literal["ends", "vertices"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What each line is and who may use it, in which direction.

    Parameters
    ----------
    names
        Shape (n,). Names of streets; empty where there is none.
    kinds
        Shape (n,). Positions in ``settings.KINDS``.
    on_foot
        Shape (n,). Whether a person on foot may use it, in both directions.
    car_forward, car_backward
        Shape (n,). Whether a car may drive it as drawn, and against.
    """

    names: NDArray[np.object_]
    kinds: NDArray[np.int8]
    on_foot: NDArray[np.bool_]
    car_forward: NDArray[np.bool_]
    car_backward: NDArray[np.bool_]

    def take(self, rows: NDArray[np.int64]) -> Usage:
        """Return the usage of the lines at some positions."""
        return Usage(
            names=self.names[rows],
            kinds=self.kinds[rows],
            on_foot=self.on_foot[rows],
            car_forward=self.car_forward[rows],
            car_backward=self.car_backward[rows],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetLines:
    """Lines of a street file, in metres.

    Parameters
    ----------
    file
        Name of the file.
    sha256
        Digest of its bytes.
    epsg
        The projected system of the lines, in metres.
    lines
        Shape (n,). LineStrings, none of length 0.
    rows
        Shape (n,). The row of the file that each came from; the first is 1. Of OpenStreetMap
        the number among the ways that are streets.
    usage
        What each is and who may use it.
    joined_at
        Whether streets meet where their ends do, or at any vertex that two of them share.
    notices
        What the user should know about the file.
    """

    file: str
    sha256: str
    epsg: int
    lines: NDArray[np.object_]
    rows: NDArray[np.int64]
    usage: Usage
    joined_at: JoinedAt
    notices: tuple[Notice, ...] = ()

    def __post_init__(self) -> None:
        """Check that there are lines, and that each has its row and usage.

        Raises
        ------
        BadInputError
            If there is no line.
        UsageError
            If the numbers differ.
        """
        if not len(self.lines):
            msg = "The file holds not one street."
            raise BadInputError(msg, file=self.file, remedy="Give a file of street lines.")
        if not len(self.lines) == len(self.rows) == len(self.usage.names):
            msg = f"{len(self.lines)} lines have {len(self.rows)} rows."
            raise UsageError(msg)

    def __len__(self) -> int:
        return len(self.lines)
