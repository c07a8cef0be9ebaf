"""Whether a street file is whole; GDAL reads one that was cut short without a word."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Literal
from xml.parsers import expat

from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from pathlib import Path

_MOST_HEADER_BYTES = 64 * 1024  # OpenStreetMap wiki, "PBF Format": a BlobHeader is below 64 KiB
_SIZE_FIELD, _VARINT, _DELIMITED = 3, 0, 2
_SHAPE_HEADER, _INDEX_RECORD, _TABLE_HEADER = 100, 8, 32
_REMEDY = "Fetch or export it again."


def check_whole(path: Path) -> None:
    """Check that a file ends where its own structure says that it does.

    XML has to be well-formed to the end; a PBF is a chain of blocks, each preceded by its length
    (OpenStreetMap wiki, "PBF Format"); the parts of a shapefile state their lengths and have to
    agree (ESRI Shapefile Technical Description, 1998). Other files are left to their reader.

    Parameters
    ----------
    path
        File ending in ``.osm``, ``.pbf`` or ``.shp``, or another.

    Raises
    ------
    BadInputError
        If it is empty, damaged or cut short.
    """
    kind, size = path.suffix.lower(), path.stat().st_size
    if not size:
        msg = "The file is empty."
        raise BadInputError(msg, file=path, remedy=_REMEDY)
    if kind == ".osm":
        _check_xml(path)
    elif kind == ".shp":
        _check_shapefile(path, size)
    elif kind == ".pbf":
        with path.open("rb") as file:
            if not _blocks_fill(file, size):
                msg = "The file is damaged or cut short."
                raise BadInputError(msg, file=path, remedy=_REMEDY)


def _check_xml(path: Path) -> None:
    """Check that XML is well-formed.

    Raises
    ------
    BadInputError
        If it is not, naming the place.
    """
    try:
        with path.open("rb") as file:
            expat.ParserCreate().ParseFile(file)
    except expat.ExpatError as error:
        msg = f"The file is damaged or cut short ({error})."
        raise BadInputError(msg, file=path, remedy=_REMEDY) from error


def _check_shapefile(path: Path, size: int) -> None:
    """Check that shapes, index and table are as long as they say, and as many.

    Raises
    ------
    BadInputError
        If the shapes or the table are cut short, or differ in number from the index.
    """
    if size < _SHAPE_HEADER or _read_at(path, 24, 4, "big") * 2 > size:
        msg = "The file is damaged or cut short."
        raise BadInputError(msg, file=path, remedy=_REMEDY)
    index, table = _beside(path, ".shx"), _beside(path, ".dbf")
    if index is None or table is None:  # the reader names a missing index; a table may be absent
        return
    shapes = (index.stat().st_size - _SHAPE_HEADER) // _INDEX_RECORD
    rows, long = _read_at(table, 4, 4, "little"), table.stat().st_size
    needed = _read_at(table, 8, 2, "little") + rows * _read_at(table, 10, 2, "little")
    if long < max(needed, _TABLE_HEADER) or rows != shapes:
        msg = f"The table of {rows} rows is damaged or cut short; there are {shapes} shapes."
        raise BadInputError(msg, file=table, remedy=_REMEDY)


def _beside(path: Path, ending: str) -> Path | None:
    """Return the part of a shapefile with an ending in either case, if it is there."""
    for written in (ending, ending.upper()):
        if (part := path.with_suffix(written)).is_file():
            return part
    return None


def _read_at(path: Path, at: int, width: int, order: Literal["big", "little"]) -> int:
    """Return a whole number stored at a place in a file; 0 beyond its end."""
    with path.open("rb") as file:
        file.seek(at)
        return int.from_bytes(file.read(width), order)


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
