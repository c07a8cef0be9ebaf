"""3x5x2 grades of intelligence: source, information, handling; what is false supports nothing.

Source: DOMAIN 8.1 and 11.17.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_WRITTEN = re.compile(r"\s*([123])\s*([A-E])\s*([PC])\s*", re.IGNORECASE)
WRITE_AS = "Write source 1 to 3, information A to E, handling P or C: 2B P."


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """A grade.

    Parameters
    ----------
    source
        1 reliable, 2 untested, 3 not reliable.
    information
        A known directly, B indirectly but corroborated, C indirectly, D not known, E suspected
        to be false.
    handling
        P lawful sharing permitted, C with conditions.
    """

    source: int
    information: str
    handling: str

    def __str__(self) -> str:
        return f"{self.source}{self.information} {self.handling}"


def grade_of(text: str) -> Grade | None:
    """Return the grade that is written, or None where it is none."""
    written = _WRITTEN.fullmatch(text)
    if written is None:
        return None
    source, information, handling = written.groups()
    return Grade(source=int(source), information=information.upper(), handling=handling.upper())


def unusable(text: str) -> str | None:
    """Return why information of a grade cannot support a ground; None where it can."""
    if not text.strip():
        return "has no 3x5x2 grade; ungraded information cannot support a ground"
    grade = grade_of(text)
    if grade is None:
        return f"has the grade {text!r}, which is no 3x5x2 grade"
    if grade.information == "E":
        return f"is graded {grade}: suspected to be false, it cannot support a ground"
    return None
