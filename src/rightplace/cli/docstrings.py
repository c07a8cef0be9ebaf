"""What a docstring says: its first paragraph, its prose, and the meaning of each field."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """A NumPy docstring taken apart; every text is on one line.

    Parameters
    ----------
    summary
        The first paragraph.
    prose
        The paragraphs between the first and the first section.
    fields
        Meaning of each parameter, by name.
    """

    summary: str
    prose: tuple[str, ...]
    fields: dict[str, str]


def described(subject: object) -> Described:
    """Return what the docstring of a class, function or module says."""
    lines = inspect.cleandoc(getattr(subject, "__doc__", None) or "").splitlines()
    sections = _sections(lines)
    paragraphs = [" ".join(p.split()) for p in "\n".join(sections.pop("", [])).split("\n\n")]
    summary, *prose = paragraphs
    return Described(
        summary=summary,
        prose=tuple(text for text in prose if text),
        fields=_fields(sections.get("Parameters", [])),
    )


def _sections(lines: list[str]) -> dict[str, list[str]]:
    """Return the lines under each underlined heading; those before the first under ''."""
    found: dict[str, list[str]] = {"": []}
    heading = ""
    for line, below in pairwise([*lines, ""]):
        if line and below and set(below) == {"-"}:
            heading = line.strip()
            found[heading] = []
        elif not (line and set(line) == {"-"}):
            found[heading].append(line)
    return found


def _fields(lines: list[str]) -> dict[str, str]:
    """Return the text under each name; names that share a line share their text."""
    found: dict[str, list[str]] = {}
    names: list[str] = []
    for line in lines:
        if line and not line.startswith(" "):
            names = [name.strip() for name in line.split(":")[0].split(",")]
            found |= {name: [] for name in names}
        else:
            for name in names:
                found[name].append(line.strip())
    return {name: " ".join(" ".join(text).split()) for name, text in found.items()}
