"""Cells of an old Excel workbook (.xls, BIFF8), for published tables that exist in no other form.

Only what such tables use: texts and numbers. Source: Microsoft, [MS-CFB] Compound File Binary
Format and [MS-XLS] Excel Binary File Format.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

Cells = dict[tuple[int, int], str | float]
FREE = 0xFFFFFFF0
BOUND_SHEET, TEXTS, TEXT, NUMBER, SMALL, SMALLS, FORMULA = (
    0x85,
    0xFC,
    0xFD,
    0x203,
    0x27E,
    0xBD,
    0x06,
)
CONTINUED, BEGINS = 0x3C, 0x809


def cells_of(content: bytes) -> dict[str, Cells]:
    """Return the cells of each sheet by row and column from 0."""
    stream = _workbook(content)
    records = list(_records(stream))
    texts = next((_texts(body) for _, kind, body in records if kind == TEXTS), [])
    sheets = {
        struct.unpack_from("<I", body)[0]: body[8 : 8 + body[6]].decode("latin-1")
        for _, kind, body in records
        if kind == BOUND_SHEET
    }
    found: dict[str, Cells] = {name: {} for name in sheets.values()}
    here = ""
    for at, kind, body in records:
        if kind == BEGINS:
            here = sheets.get(at, "")
        elif here:
            found[here].update(_cells(kind, body, texts))
    return found


def _workbook(content: bytes) -> bytes:
    sector = 1 << struct.unpack_from("<H", content, 30)[0]
    n_tables, directory = struct.unpack_from("<II", content, 44)
    of_tables = struct.unpack_from("<109I", content, 76)[:n_tables]

    def block(number: int) -> bytes:
        return content[(number + 1) * sector : (number + 2) * sector]

    after = [n for table in of_tables for n in struct.unpack(f"<{sector // 4}I", block(table))]

    def chain(number: int) -> bytes:
        parts = []
        while number < FREE:
            parts.append(block(number))
            number = after[number]
        return b"".join(parts)

    listing = chain(directory)
    for entry in range(0, len(listing), 128):
        length = struct.unpack_from("<H", listing, entry + 64)[0]
        name = listing[entry : entry + max(length - 2, 0)].decode("utf-16-le")
        if name in {"Workbook", "Book"}:
            start, size = struct.unpack_from("<II", listing, entry + 116)
            return chain(start)[:size]
    msg = "No workbook stream."
    raise ValueError(msg)


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield where each record begins, its kind and its body; what goes on is put together."""
    at = 0
    held: tuple[int, int, bytes] | None = None
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        body = stream[at + 4 : at + 4 + size]
        if kind == CONTINUED and held is not None:
            held = (held[0], held[1], held[2] + body)
        else:
            if held is not None:
                yield held
            held = (at, kind, body)
        at += 4 + size
    if held is not None:
        yield held


def _texts(body: bytes) -> list[str]:
    """Return the shared texts; those of this table are plain and never cut by a record's end."""
    count = struct.unpack_from("<I", body, 4)[0]
    at, texts = 8, []
    for _ in range(count):
        length, flags = struct.unpack_from("<HB", body, at)
        wide = flags & 1
        size = length * (2 if wide else 1)
        texts.append(body[at + 3 : at + 3 + size].decode("utf-16-le" if wide else "latin-1"))
        at += 3 + size
    return texts


def _small(raw: int) -> float:
    """Return a number in Excel's short form."""
    if raw & 2:
        whole = struct.unpack("<i", struct.pack("<I", raw))[0] >> 2
        value = float(whole)
    else:
        value = struct.unpack("<d", struct.pack("<Q", (raw & 0xFFFFFFFC) << 32))[0]
    return value / 100 if raw & 1 else value


def _cells(kind: int, body: bytes, texts: list[str]) -> Cells:
    if kind not in {TEXT, NUMBER, SMALL, SMALLS, FORMULA}:
        return {}
    row, column = struct.unpack_from("<HH", body)
    if kind == TEXT:
        return {(row, column): texts[struct.unpack_from("<I", body, 6)[0]]}
    if kind in {NUMBER, FORMULA}:
        return {(row, column): struct.unpack_from("<d", body, 6)[0]}
    if kind == SMALL:
        return {(row, column): _small(struct.unpack_from("<I", body, 6)[0])}
    count = (len(body) - 6) // 6
    raws = (struct.unpack_from("<I", body, 6 + 6 * i)[0] for i in range(count))
    return {(row, column + i): _small(raw) for i, raw in enumerate(raws)}
