"""Sections and blanks of a document in Markdown."""

from __future__ import annotations

import re

MARK = "## "
BLANK = re.compile(r"\[\s*FILL\s+IN\b\s*([a-z0-9_]*)\s*:?\s*([^\]]*)\]", re.IGNORECASE)
"""A blank of a template: ``[FILL IN key: what to write]``."""
SAYS_NOTHING = frozenset({"tbc", "tbd", "todo", "to be confirmed", "to be decided", "xxx"})
"""What somebody leaves in a section who has not written it yet."""


def sections_of(text: str) -> dict[str, str]:
    """Return what stands under each heading of the second level, in its order."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in text.splitlines():
        if line.startswith(MARK):
            lines = found.setdefault(line.removeprefix(MARK).strip(), [])
        else:
            lines.append(line)
    return {heading: "\n".join(body).strip() for heading, body in found.items()}


def blanks_of(text: str) -> tuple[str, ...]:
    """Return the keys of the blanks that a text still has, each once, in order."""
    return tuple(dict.fromkeys(found[1].lower() or "blank" for found in BLANK.finditer(text)))


def is_said(body: str) -> bool:
    """Whether something is said in a section: more than marks, and no word that stands for it."""
    plain = re.sub(r"[\W_]+", " ", body).strip().casefold()
    return bool(plain) and plain not in SAYS_NOTHING
