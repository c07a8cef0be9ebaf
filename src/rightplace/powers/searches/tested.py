"""What a test of searches answers where it cannot answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class NoResult:
    """A test that gives no result, which is a result: nothing follows from it either way.

    Parameters
    ----------
    test
        Which: ``threshold test`` or ``veil of darkness``.
    reason
        Why there is none, to follow "no result, because".
    remedy
        What would help; empty where nothing does.
    """

    test: str
    reason: str
    remedy: str = ""

    @property
    def sentence(self) -> str:
        """The same in a sentence."""
        return f"{self.test.capitalize()}: no result, because {self.reason}."

    @property
    def sentences(self) -> tuple[str, ...]:
        """That, and what would help."""
        return (self.sentence, self.remedy) if self.remedy else (self.sentence,)
