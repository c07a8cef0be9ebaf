"""Every text that a folder of briefs holds: files, pages, layers, rows and features, by name."""

from __future__ import annotations

import csv
import html
import json
import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from tests.brief_pdf import page_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def words_of_page(page: str) -> str:
    """Return what a browser shows of a page, the picture's description included."""
    body = re.sub(r"<style>.*?</style>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def texts_of(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the name and text of a file, and of each row, feature and layer in it."""
    if path.suffix == ".gpkg":
        yield from _texts_of_geopackage(path)
    elif path.suffix == ".pdf":
        yield path.name, page_text(path.read_bytes())
    elif path.suffix == ".html":
        yield path.name, words_of_page(path.read_text(encoding="utf-8"))
    elif path.suffix == ".geojson":
        whole = json.loads(path.read_text(encoding="utf-8"))
        features = whole.pop("features")
        yield f"{path.name} head", json.dumps(whole)
        yield from ((f"{path.name} feature {n}", str(f)) for n, f in enumerate(features, 1))
    else:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))[1:]
        yield from ((f"{path.name} row {n}", " ".join(row)) for n, row in enumerate(rows, 1))


def _texts_of_geopackage(path: Path) -> Iterator[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as base:
        described = base.execute("SELECT table_name, description FROM gpkg_contents").fetchall()
        for name, description in described:
            yield f"{path.name} layer {name}", description
            rows = base.execute(f"SELECT notice FROM {name}").fetchall()  # noqa: S608 - our own
            yield from ((f"{path.name} {name} row {n}", row[0]) for n, row in enumerate(rows, 1))


def every_text(folder: Path) -> dict[str, str]:
    """Return every text of a folder's files by name."""
    return {name: text for path in sorted(folder.iterdir()) for name, text in texts_of(path)}
