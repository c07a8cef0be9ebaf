"""The six documents that stand behind each model (NEEDS A4), and their templates."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from rightplace.records.documents.sections import sections_of

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


class DocumentKind(StrEnum):
    """One of the six, in the order in which they are listed."""

    IMPACT = "data-protection-impact-assessment"
    """Data Protection Act 2018 s64."""
    EQUALITY = "equality-impact-assessment"
    """Equality Act 2010 s149."""
    POLICY = "appropriate-policy-document"
    """Data Protection Act 2018 s42."""
    PROCESSING = "record-of-processing-activities"
    """Data Protection Act 2018 s61."""
    CARD = "model-card"
    TRANSPARENCY = "algorithmic-transparency-record"
    """Algorithmic Transparency Recording Standard (DOMAIN 9.4)."""

    @property
    def words(self) -> str:
        """As a sentence names it."""
        return self.value.replace("-", " ")


def _shipped(name: str) -> Traversable:
    return resources.files("rightplace.records.documents") / "templates" / name


@cache
def template_of(kind: DocumentKind) -> str:
    """Return the template of a document: Markdown with ``$values`` and blanks to fill in."""
    return _shipped(f"{kind.value}.md").read_text("utf-8")


@cache
def example_answers() -> str:
    """Return the shipped TOML that answers every blank with an example."""
    return _shipped("examples.toml").read_text("utf-8")


@cache
def headings_of(kind: DocumentKind) -> tuple[str, ...]:
    """Return the sections that a document of a kind must have."""
    return tuple(sections_of(template_of(kind)))
