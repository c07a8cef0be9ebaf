"""Reads the data frames of a file written by R's ``save``, so that published examples need no R.

The format is that of R Internals, section 1.8 (serialisation), in its XDR form. Only what a data
frame of plain columns holds is understood; anything else is refused by its number.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Column = NDArray[np.float64] | NDArray[np.int64] | NDArray[np.str_]
    Frame = dict[str, Column]


MISSING_INTEGER: Final = -(2**31)
_NULL_VALUE, _REFERENCE, _ALTREP = 254, 255, 238
_SYMBOL, _PAIRS, _CHARACTERS = 1, 2, 9
_LOGICAL, _INTEGER, _REAL, _STRINGS, _LIST = 10, 13, 14, 16, 19
_OPENERS: Final = {
    b"BZh": bz2.decompress,
    b"\x1f\x8b\x08": gzip.decompress,
    b"\xfd7z": lzma.decompress,
}


def read_rda(path: Path) -> dict[str, Frame]:
    """Return the data frames of a file by their names, each a table of columns by name.

    Integers come as whole numbers (a missing one as ``MISSING_INTEGER``), reals as floats with
    NaN where missing, factors and strings as text (empty where missing).

    Raises
    ------
    ValueError
        If the file is no file of R's ``save`` in its binary form, or holds something that is no
        data frame of plain columns.
    """
    packed = path.read_bytes()
    data = _OPENERS.get(packed[:3], bytes)(packed)
    if data[:7] not in {b"RDX2\nX\n", b"RDX3\nX\n"}:
        msg = f"{path.name} begins with {data[:7]!r}, which is no file of R's save."
        raise ValueError(msg)
    reader = _Reader(data[7:])
    reader.head()
    named = dict(reader.pairs_of(reader.flags()))
    return {name: value for name, value in named.items() if isinstance(value, dict)}


class _Reader:
    """Reads one serialised object after the other."""

    def __init__(self, data: bytes) -> None:
        self._stream = io.BytesIO(data)
        self._symbols: list[str] = []

    def head(self) -> None:
        """Pass over the versions and, from the third on, the name of the encoding."""
        third = 3
        version = self._integer()
        self._stream.read(8)
        if version >= third:
            self._stream.read(self._integer())

    def flags(self) -> int:
        """Return the word that says what comes next."""
        return self._integer() & 0xFFFFFFFF

    def _integer(self) -> int:
        return int(struct.unpack(">i", self._stream.read(4))[0])

    def _numbers(self, code: str, size: int) -> NDArray[np.generic]:
        count = self._integer()
        return np.frombuffer(self._stream.read(count * size), dtype=code)

    def _item(self) -> object:
        flags = self.flags()
        kind = flags & 0xFF
        if kind == _NULL_VALUE:
            return None
        if kind == _REFERENCE:
            return self._symbols[(flags >> 8) - 1 if flags >> 8 else self._integer() - 1]
        if kind == _SYMBOL:
            self._symbols.append(str(self._item()))
            return self._symbols[-1]
        if kind == _PAIRS:
            return self.pairs_of(flags)
        if kind == _ALTREP:
            return self._compact()
        value = self._vector(kind)
        attributes = dict(self.pairs_of(self.flags())) if flags & 0x200 else {}
        return _dressed(value, attributes)

    def pairs_of(self, flags: int) -> list[tuple[str, object]]:
        """Return a list of names and values, as attributes and saved objects are kept."""
        pairs = []
        while flags & 0xFF == _PAIRS:
            if flags & 0x200:
                self._item()
            name = str(self._item()) if flags & 0x400 else ""
            pairs.append((name, self._item()))
            flags = self.flags()
        return pairs

    def _vector(self, kind: int) -> object:
        if kind == _CHARACTERS:
            length = self._integer()
            return "" if length < 0 else self._stream.read(length).decode("utf-8", "replace")
        if kind in {_LOGICAL, _INTEGER}:
            return self._numbers(">i4", 4).astype(np.int64)
        if kind == _REAL:
            return self._numbers(">f8", 8).astype(np.float64)
        if kind in {_STRINGS, _LIST}:
            return [self._item() for _ in range(self._integer())]
        msg = f"Objects of kind {kind} are not read here."
        raise ValueError(msg)

    def _compact(self) -> object:
        # A vector that R keeps as count, first and step, or wraps in its attributes.
        parts = self._item()
        state = self._item()
        self._item()
        name = str(parts[0][1]) if isinstance(parts, list) else ""
        if name in {"compact_intseq", "compact_realseq"} and isinstance(state, np.ndarray):
            count, first, step = state.tolist()
            return (first + step * np.arange(int(count))).astype(np.int64)
        if name.startswith("wrap_") and isinstance(state, list):
            return state[0] if not isinstance(state[0], tuple) else state[0][1]
        msg = f"Vectors kept as {name} are not read here."
        raise ValueError(msg)


def _dressed(value: object, attributes: dict[str, object]) -> object:
    """Return a list with names as a table, a factor as its words, anything else as it is."""
    names, levels = attributes.get("names"), attributes.get("levels")
    if isinstance(value, list) and isinstance(names, list):
        return dict(zip(map(str, names), map(_column, value), strict=True))
    if isinstance(value, np.ndarray) and isinstance(levels, list):
        return [levels[code - 1] if code > 0 else "" for code in value.tolist()]
    return value


def _column(value: object) -> object:
    return np.array(value, dtype=np.str_) if isinstance(value, list) else value
