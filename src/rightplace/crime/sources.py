"""Files as users hand them over: plain, compressed, in archives, in folders.

A ``SourceFile`` is what is ingested or refused as a whole. A CSV inside an archive is one; the
API's JSON replies that lie together in an archive or folder are one, because a record on the
border of two polygons is in both replies.
"""

from __future__ import annotations

import gzip
import zipfile
import zlib
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from rightplace.core.canonical import bytes_digest, file_digest
from rightplace.errors import BadInputError, NotHeldError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Form = Literal["csv", "json", "parquet"]
FORMS: dict[str, Form] = {".csv": "csv", ".json": "json", ".parquet": "parquet"}


@dataclass(frozen=True)
class Member:
    """One file, or one file inside an archive: a name and a way to read its bytes."""

    name: str
    load: Callable[[], bytes]


@dataclass(frozen=True)
class SourceFile:
    """What is ingested or refused as a whole.

    Parameters
    ----------
    name
        As the user named it; ``archive.zip!member`` inside an archive.
    form
        ``csv``, ``json`` or ``parquet``.
    members
        The files it is made of, in order of name; one, but for JSON replies.
    path
        The plain file on disk, where it is one.
    size
        Bytes, uncompressed.
    """

    name: str
    form: Form
    members: tuple[Member, ...]
    size: int
    path: Path | None = field(default=None)

    @cached_property
    def sha256(self) -> str:
        """Digest of its bytes; of name and bytes of each member where there are several."""
        if self.path is not None and self.path.suffix in FORMS:
            return file_digest(self.path)
        if len(self.members) == 1:
            return bytes_digest([self.members[0].load()])
        return bytes_digest(p for m in self.members for p in (m.name.encode(), m.load()))


def _archive_bytes(archive: Path, member: str) -> bytes:
    """Return the bytes of an archive's member.

    Raises
    ------
    BadInputError
        If the archive is cut short or damaged there.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            return opened.read(member)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        msg = f"The archive is damaged at this member: {error}."
        name = f"{archive}!{member}"
        raise BadInputError(msg, file=name, remedy="Fetch or copy it again.") from error
    except (RuntimeError, NotImplementedError) as error:
        msg = f"This member of the archive cannot be opened: {error}."
        name = f"{archive}!{member}"
        remedy = "Unpack it yourself, with its password if it has one, and ingest the files."
        raise BadInputError(msg, file=name, remedy=remedy) from error


def _plain_bytes(path: Path) -> bytes:
    """Return a file's bytes.

    Raises
    ------
    BadInputError
        If it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        msg = f"The file cannot be read: {error.strerror}."
        raise BadInputError(msg, file=path, remedy="Check its permissions.") from error


def _gzip_bytes(path: Path) -> bytes:
    """Return the content of a gzip file.

    Raises
    ------
    BadInputError
        If it is cut short or is no gzip file.
    """
    content = _plain_bytes(path)
    try:
        return gzip.decompress(content)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        msg = f"The compressed file is damaged: {error}."
        raise BadInputError(msg, file=path, remedy="Fetch or copy it again.") from error


def _open_archive(path: Path) -> zipfile.ZipFile:
    """Return an opened archive.

    Raises
    ------
    BadInputError
        If it is no archive, or its directory at the end is cut off.
    """
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        msg = f"This is not a whole zip archive: {error}."
        remedy = "It may be cut short: fetch or copy it again."
        raise BadInputError(msg, file=path, remedy=remedy) from error


def _unreadable(path: Path) -> bytes:
    """Say again what is wrong with an archive that cannot be opened."""
    _open_archive(path).close()
    return b""


def _in_archive(path: Path) -> Iterator[SourceFile]:
    try:
        with _open_archive(path) as opened:
            listed = [info for info in opened.infolist() if not info.is_dir()]
    except BadInputError:
        # Refused when its turn comes, like any other bad file, so that the others are taken in.
        member = Member(path.name, partial(_unreadable, path))
        yield SourceFile(str(path), "csv", (member,), path.stat().st_size)
        return
    infos = sorted(listed, key=lambda i: i.filename)
    replies = []
    for info in infos:
        form = FORMS.get(Path(info.filename).suffix.lower())
        if form is None or "__MACOSX" in info.filename:
            continue
        member = Member(
            info.filename,
            partial(_archive_bytes, path, info.filename),
        )
        if form == "json":
            replies.append((member, info.file_size))
        else:
            yield SourceFile(f"{path}!{info.filename}", form, (member,), info.file_size)
    if replies:
        yield _together(str(path), replies)


def _together(name: str, replies: list[tuple[Member, int]]) -> SourceFile:
    members = tuple(member for member, _ in replies)
    return SourceFile(name, "json", members, sum(size for _, size in replies))


def _plain(path: Path) -> SourceFile | None:
    if path.suffix == ".gz":
        form = FORMS.get(Path(path.stem).suffix.lower())
        if form is None:
            return None
        member = Member(path.stem, lambda: _gzip_bytes(path))
        return SourceFile(str(path), form, (member,), path.stat().st_size * 8)
    form = FORMS.get(path.suffix.lower())
    if form is None:
        return None
    member = Member(path.name, lambda: _plain_bytes(path))
    return SourceFile(str(path), form, (member,), path.stat().st_size, path)


def _in_folder(folder: Path) -> Iterator[SourceFile]:
    replies = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        if path.name.endswith(".provenance.json"):
            continue
        if path.suffix.lower() == ".json":
            name = path.relative_to(folder).as_posix()
            load = partial(_plain_bytes, path)
            replies.append((Member(name, load), path.stat().st_size))
        elif path.suffix.lower() == ".zip":
            yield from _in_archive(path)
        elif (plain := _plain(path)) is not None:
            yield plain
    if replies:
        yield _together(str(folder), replies)


def find_sources(paths: Iterable[Path]) -> list[SourceFile]:
    """Return what there is to ingest under files and folders, the largest first.

    The largest comes first because where two files hold the same months in unknown order the
    first one stands: a force's month should not give way to a sample of it.

    Raises
    ------
    NotHeldError
        If a path does not exist.
    BadInputError
        If a path holds nothing readable.
    """
    found: dict[str, SourceFile] = {}
    for path in paths:
        if not path.exists():
            msg = "There is no such file or folder."
            raise NotHeldError(msg, file=path, remedy="Check the path.")
        if path.is_dir():
            here = list(_in_folder(path))
        elif path.suffix.lower() == ".zip":
            here = list(_in_archive(path))
        else:
            plain = _plain(path)
            here = [] if plain is None else [plain]
        if not here:
            msg = "There is no CSV, JSON or Parquet file here, nor any inside an archive."
            raise BadInputError(msg, file=path, remedy="Convert it to CSV.")
        found |= {source.name: source for source in here}
    return sorted(found.values(), key=lambda s: (-s.size, s.name))
