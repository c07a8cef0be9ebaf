"""Files as users hand them over: plain, compressed, in archives, in folders."""

from __future__ import annotations

import gzip
import zipfile
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from rightplace.crime.sources import find_sources
from rightplace.errors import BadInputError, NotHeldError

if TYPE_CHECKING:
    from pathlib import Path


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_a_plain_file_is_one_source(tmp_path: Path) -> None:
    file = tmp_path / "a.CSV"
    file.write_bytes(b"abc")
    (source,) = find_sources([file])
    assert (source.name, source.form, source.size) == (str(file), "csv", 3)
    assert source.sha256 == sha256(b"abc").hexdigest()


def test_compressed_or_archived_bytes_have_the_digest_of_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"abc"))
    zipped(tmp_path / "a.zip", {"a.csv": b"abc"})
    sources = find_sources([tmp_path])
    assert [s.sha256 for s in sources] == [sha256(b"abc").hexdigest()] * 2
    assert {s.name for s in sources} == {
        str(tmp_path / "a.csv.gz"),
        f"{tmp_path / 'a.zip'}!a.csv",
    }


def test_an_archive_yields_each_table_and_ignores_the_rest(tmp_path: Path) -> None:
    path = zipped(
        tmp_path / "a.zip",
        {
            "2018-06/a.csv": b"longer",
            "2018-06/b.csv": b"short",
            "__MACOSX/2018-06/a.csv": b"x",
            "readme.txt": b"x",
        },
    )
    sources = find_sources([path])
    assert [s.name.split("!")[1] for s in sources] == ["2018-06/a.csv", "2018-06/b.csv"]


def test_replies_that_lie_together_are_one_source(tmp_path: Path) -> None:
    path = zipped(tmp_path / "replies.zip", {"b.json": b"[]", "a.json": b"[]"})
    (source,) = find_sources([path])
    assert (source.name, [m.name for m in source.members]) == (str(path), ["a.json", "b.json"])
    (tmp_path / "folder").mkdir()
    for name in ("b.json", "a.json", "a.json.provenance.json"):
        (tmp_path / "folder" / name).write_bytes(b"[]")
    (source,) = find_sources([tmp_path / "folder"])
    assert [m.name for m in source.members] == ["a.json", "b.json"]


def test_the_largest_comes_first_and_one_named_twice_comes_once(tmp_path: Path) -> None:
    for name, content in (("a.csv", b"1"), ("b.csv", b"22"), ("c.csv", b"1")):
        (tmp_path / name).write_bytes(content)
    found = find_sources([tmp_path / "c.csv", tmp_path])
    assert [s.name for s in found] == [str(tmp_path / n) for n in ("b.csv", "a.csv", "c.csv")]


def test_nothing_readable_or_nothing_there_is_said(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(BadInputError, match="no CSV, JSON or Parquet"):
        find_sources([tmp_path])
    with pytest.raises(BadInputError, match="no CSV, JSON or Parquet"):
        find_sources([tmp_path / "notes.txt"])
    with pytest.raises(NotHeldError, match="no such file"):
        find_sources([tmp_path / "absent.csv"])


def test_an_archive_cut_short_is_refused_when_its_turn_comes(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a.csv": b"abc" * 100})
    path.write_bytes(path.read_bytes()[:-20])
    (tmp_path / "b.csv").write_bytes(b"abc")
    sources = {s.name: s for s in find_sources([tmp_path])}
    assert sources[str(tmp_path / "b.csv")].members[0].load() == b"abc"
    with pytest.raises(BadInputError, match="not a whole zip archive"):
        sources[str(path)].members[0].load()


def test_a_damaged_member_is_named(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"good.csv": b"abc", "zbad.csv": b"0123456789" * 50})
    content = bytearray(path.read_bytes())
    place = content.index(b"zbad.csv") + len("zbad.csv")
    content[place : place + 6] = b"\xff" * 6
    path.write_bytes(content)
    sources = {s.name: s for s in find_sources([path])}
    assert sources[f"{path}!good.csv"].members[0].load() == b"abc"
    with pytest.raises(BadInputError, match=r"zbad[.]csv.*damaged"):
        sources[f"{path}!zbad.csv"].members[0].load()


def test_a_member_under_a_password_is_said_to_be(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a.csv": b"abc"})
    content = bytearray(path.read_bytes())
    content[6] |= 1  # the flag that a member is encrypted: in its own header
    content[content.index(b"PK\x01\x02") + 8] |= 1  # and in the directory
    path.write_bytes(content)
    (source,) = find_sources([path])
    with pytest.raises(BadInputError, match="password"):
        source.members[0].load()


@pytest.mark.parametrize("cut", [slice(None, -5), slice(4, None)])
def test_a_damaged_gzip_file_is_refused(cut: slice, tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"abc" * 100)[cut])
    (source,) = find_sources([path])
    with pytest.raises(BadInputError, match="compressed file is damaged"):
        source.members[0].load()


def test_a_file_that_vanishes_is_said_to(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"abc")
    (source,) = find_sources([tmp_path])
    path.unlink()
    with pytest.raises(BadInputError, match=r"a[.]csv.*cannot be read: No such file"):
        source.members[0].load()
