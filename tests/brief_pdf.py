"""A reader for the PDF files of briefs: enough to count pages and to read their words."""

from __future__ import annotations

import re
import zlib

_TOKEN = re.compile(rb"/(?P<font>f\d+) |(?P<edge>\b[BE]T\b)|(?P<name>/[A-Za-z]+)?\(")
_ESCAPE = re.compile(rb"[0-7]{1,3}|.", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def page_count(pdf: bytes) -> int:
    """Return how many page objects the file holds."""
    return len(re.findall(rb"/Type\s*/Page(?![A-Za-z])", pdf))


def page_text(pdf: bytes) -> str:
    """Return the words of the file as drawn, white space as blanks, break marks left out."""
    objects = dict(re.findall(rb"(\d+) 0 obj\n(.*?)\nendobj", pdf, flags=re.DOTALL))
    fonts = {
        name: _letters(objects, number)
        for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", b"".join(objects.values()))
    }
    contents = re.findall(rb"/Contents (\d+) 0 R", b"".join(objects.values()))
    drawn = [_drawn(_stream(objects[number]), fonts) for number in contents]
    return " ".join(" ".join(drawn).replace("\u200b", "").split())


def type_sizes(pdf: bytes) -> list[float]:
    """Return each size of type that the page asks for, in the unit it is drawn in."""
    objects = dict(re.findall(rb"(\d+) 0 obj\n(.*?)\nendobj", pdf, flags=re.DOTALL))
    contents = re.findall(rb"/Contents (\d+) 0 R", b"".join(objects.values()))
    drawn = b"".join(_stream(objects[number]) for number in contents)
    return [float(size) for size in re.findall(rb"/f\d+ ([\d.]+) Tf", drawn)]


def _drawn(stream: bytes, fonts: dict[bytes, dict[int, str]]) -> str:
    """Return the text of each text object (BT to ET), apart."""
    runs, letters = list[str](), dict[int, str]()
    at, inside = 0, False
    while found := _TOKEN.search(stream, at):
        at = found.end()
        if found["font"]:
            letters = fonts[found["font"]]
        elif found["edge"]:
            inside = found["edge"] == b"BT"
            runs.append(" ")
        else:
            glyphs, at = _literal(stream, at)
            shown = inside and not found["name"]  # a named literal is a property, not drawn
            pairs = zip(glyphs[::2], glyphs[1::2], strict=True) if shown else ()
            runs.append("".join(letters.get(256 * high + low, "") for high, low in pairs))
    return "".join(runs)


def _literal(stream: bytes, at: int) -> tuple[bytes, int]:
    """Return the bytes of a literal string opened before ``at``, and where it ends.

    Brackets inside count if not escaped (ISO 32000-1, 7.3.4.2).
    """
    found, depth = bytearray(), 1
    while True:
        piece = stream[at : at + 1]
        at += 1
        if piece == b"\\":
            escape = _ESCAPE.match(stream, at)
            assert escape
            at, code = escape.end(), escape[0]
            found += bytes([int(code, 8)]) if code.isdigit() else _ESCAPED.get(code, code)
            continue
        depth += (piece == b"(") - (piece == b")")
        if depth == 0:
            return bytes(found), at
        found += piece


def _letters(objects: dict[bytes, bytes], font: bytes) -> dict[int, str]:
    """Return a font's glyphs as letters, from its ToUnicode table."""
    found = re.search(rb"/ToUnicode (\d+) 0 R", objects[font])
    table = _stream(objects[found[1]]) if found else b""
    pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>", table)
    return {
        int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be", "replace")
        for glyph, text in pairs
    }


def _stream(body: bytes) -> bytes:
    packed = body.split(b"stream\n", 1)[1].rsplit(b"endstream", 1)[0]
    return zlib.decompress(packed)
