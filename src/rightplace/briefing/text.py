"""Text on its way out: cleaned, shortened, defused; never trusted, never evaluated."""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib import resources
from textwrap import wrap
from typing import Final

# Direction overrides can make one name read as another; they carry no meaning in a brief.
_DIRECTION_CONTROLS: Final = frozenset(
    "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)

# What a spreadsheet takes for the start of a formula, with the full-width forms it also reads.
# Source: OWASP, "CSV Injection" (characters = + - @, tab, carriage return, line feed).
_FORMULA_STARTS: Final = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")

_NONCHARACTER: Final = 0xFFFE
_LAST_SEGMENT: Final = 0xFFFF
_WINDOWS_PLATFORM, _SEGMENTED_FORMAT = 3, 4

_REPLACEMENT: Final = "?"
ELLIPSIS: Final = "…"
_MAY_BREAK: Final = "\u200b"
_UNBROKEN, _BREAK_EVERY = 20, 12


def clean(text: str) -> str:
    """Return text on one line without control, direction-override or unpaired characters.

    Letters of every script stay. The result is legal in XML 1.0, JSON and UTF-8.
    """
    if text.isprintable():  # nothing in it is dropped or replaced
        return " ".join(text.split())
    kept = (" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in text)
    legal = (
        c
        for c in kept
        if c not in _DIRECTION_CONTROLS
        and unicodedata.category(c) != "Cs"
        and ord(c) & _NONCHARACTER != _NONCHARACTER  # XML forbids them
    )
    return " ".join("".join(legal).split())


def shorten(text: str, longest: int) -> str:
    """Return cleaned text of at most ``longest`` characters, cut at a word with an ellipsis."""
    cleaned = clean(text)
    if len(cleaned) <= longest:
        return cleaned
    head = cleaned[: longest - 1]
    at_word = head.rsplit(" ", 1)[0] if " " in head[longest // 2 :] else head
    return at_word.rstrip(" ,;:.") + ELLIPSIS


def defused(text: str) -> str:
    """Return text that no spreadsheet runs as a formula; an apostrophe goes in front of one.

    Source: OWASP, "CSV Injection".
    """
    first = text.lstrip(" \u00a0")[:1]
    return f"'{text}" if first in _FORMULA_STARTS and first else text


def printable(text: str) -> str:
    """Return cleaned text in characters that the shipped font holds.

    A letter with an accent that the font lacks loses the accent; anything else the font lacks
    becomes a question mark, because a printed page may not hold an empty box unnoticed.
    """
    composed = unicodedata.normalize("NFC", clean(text)).replace(" %", "\u00a0%")
    return "".join(_in_font(c) for c in composed)


def breakable(text: str) -> str:
    """Return text in which a word too long for a column may break every 12 characters."""
    return " ".join(
        _MAY_BREAK.join(wrap(word, _BREAK_EVERY)) if len(word) > _UNBROKEN else word
        for word in text.split(" ")
    )


def _in_font(character: str) -> str:
    held = font_characters()
    if ord(character) in held:
        return character
    plainer = "".join(
        c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c)
    )
    if plainer and all(ord(c) in held for c in plainer):
        return plainer
    return "" if unicodedata.category(character) in {"Mn", "Me", "Cf"} else _REPLACEMENT


@cache
def font_characters() -> frozenset[int]:
    """Return the code points that both shipped fonts can draw."""
    folder = resources.files("rightplace.briefing") / "fonts"
    fonts = [folder / f"AtkinsonHyperlegible-{face}.ttf" for face in ("Regular", "Bold")]
    regular, bold = (_code_points(font.read_bytes()) for font in fonts)
    return regular & bold


def _code_points(font: bytes) -> frozenset[int]:
    """Return the code points of a TrueType font's Unicode table (format 4).

    Source: OpenType specification, chapter "cmap".
    """
    table = _table(font, b"cmap")
    for record in range(_u16(table, 2)):
        start = 4 + 8 * record
        subtable = table[int.from_bytes(table[start + 4 : start + 8]) :]
        kind = (_u16(table, start), _u16(subtable, 0))
        if kind == (_WINDOWS_PLATFORM, _SEGMENTED_FORMAT):
            return _segments(subtable)
    return frozenset()


def _segments(subtable: bytes) -> frozenset[int]:
    count = _u16(subtable, 6) // 2
    ends = [_u16(subtable, 14 + 2 * i) for i in range(count)]
    starts = [_u16(subtable, 16 + 2 * count + 2 * i) for i in range(count)]
    spans = zip(starts, ends, strict=True)
    held = frozenset(c for first, last in spans for c in range(first, last + 1))
    return held - {_LAST_SEGMENT}


def _table(font: bytes, tag: bytes) -> bytes:
    for entry in range(12, 12 + 16 * _u16(font, 4), 16):
        if font[entry : entry + 4] == tag:
            offset, length = font[entry + 8 : entry + 12], font[entry + 12 : entry + 16]
            return font[int.from_bytes(offset) :][: int.from_bytes(length)]
    return b""


def _u16(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2])
