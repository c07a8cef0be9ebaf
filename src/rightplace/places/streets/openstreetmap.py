"""Whether an OpenStreetMap extract is whole; GDAL reads one cut short without a word."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from pathlib import Path

_TAIL_BYTES = 4096
_MOST_HEADER_BYTES = 64 * 1024  # OpenStreetMap wiki, "PBF Format": a BlobHeader is below 64 KiB
_SIZE_FIELD, _VARINT, _DELIMITED = 3, 0, 2


def check_whole(path: Path) -> None:
    """Check that an extract ends where its own structure says that it does.

    XML has to close its root element; a PBF is a chain of blocks, each preceded by its length
    (OpenStreetMap wiki, "PBF Format").

    Parameters
    ----------
    path
        File ending in ``.osm`` or ``.pbf``.

    Raises
    ------
    BadInputError
        If it is empty or cut short.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        is_pbf = path.suffix.lower() == ".pbf"
        if size and (_blocks_fill(file, size) if is_pbf else _root_closes(file, size)):
            return
    msg = "The file is empty." if not size else "The file is damaged or cut short."
    raise BadInputError(msg, file=path, remedy="Fetch the OpenStreetMap extract again.")


def _root_closes(file: BinaryIO, size: int) -> bool:
    """Return whether XML ends with the closing of its root."""
    file.seek(max(0, size - _TAIL_BYTES))
    return file.read().rstrip().endswith(b"</osm>")


def _blocks_fill(file: BinaryIO, size: int) -> bool:
    """Return whether the blocks of a PBF end exactly where the file does."""
    at = 0
    while at < size:
        file.seek(at)
        header_bytes = int.from_bytes(file.read(4), "big")
        if not 0 < header_bytes <= _MOST_HEADER_BYTES:
            return False
        block_bytes = _block_size(file.read(header_bytes))
        if block_bytes is None:
            return False
        at += 4 + header_bytes + block_bytes
    return at == size


def _block_size(header: bytes) -> int | None:
    """Return the ``datasize`` of a BlobHeader (protocol buffers: field 3), or None without one."""
    at = 0
    while at < len(header):
        key, at = _varint(header, at)
        value, at = _varint(header, at)
        if key & 7 == _DELIMITED:
            at += value
        elif key & 7 != _VARINT:
            return None
        elif key >> 3 == _SIZE_FIELD:
            return value
    return None


def _varint(content: bytes, at: int) -> tuple[int, int]:
    """Return a number of variable length, and where it ends (protocol buffers, "Encoding")."""
    value = shift = 0
    while at < len(content):
        byte = content[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:  # noqa: PLR2004 - the high bit says that more follows
            break
    return value, at
