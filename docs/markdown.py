"""Text as Markdown: tables, code, and the marks of the docstrings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

GENERATED = "<!-- Written by `make docs` from the code; do not edit. -->"


def page(title: str, *parts: str) -> str:
    """Return a page: its title, the note that it is generated, and its parts."""
    return "\n\n".join([f"# {title}", GENERATED, *(part.strip("\n") for part in parts)]) + "\n"


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table; an upright bar or a line break in a cell does not break it."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(_cell(value) for value in line)} |" for line in lines)


def _cell(value: object) -> str:
    return " ".join(str(value).split()).replace("|", "\\|")


def code(value: object) -> str:
    """Return a value as code."""
    return f"`{value}`"


def codes(values: Iterable[object]) -> str:
    """Return values as code, separated by commas."""
    return ", ".join(code(value) for value in values)


def block(text: str, language: str = "text") -> str:
    """Return text as a block of code."""
    return f"```{language}\n{text.rstrip()}\n```"


def bullets(items: Iterable[str]) -> str:
    """Return sentences as a list."""
    return "\n".join(f"- {item}" for item in items)


def prose(text: str) -> str:
    """Return a docstring's text with single backticks for double ones."""
    return re.sub(r"``(.+?)``", r"`\1`", text)
