"""What every use case answers: a result, and what a script or page must know beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date  # noqa: TC003 - schemas are made from the annotations
from typing import Generic, TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something the user should know, that did not stop the work."""

    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What was wrong, where, and what to do; the same keys for every error."""

    code: str
    message: str
    file: str | None = None
    row: int | None = None
    value: str | None = None
    remedy: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Generic[Result]):
    """One use case's answer, in the envelope of the command line's contract.

    Parameters
    ----------
    verb
        Which contract the result follows: ``rightplace/VERB/1``.
    result
        The documented dataclass of that verb.
    id
        Id of the run or area made, or None.
    error
        The first problem of work that was done in part (some files refused), or None.
    exit_code
        0 when all of it was done; else that of the first problem.
    """

    verb: str
    result: Result
    id: str | None = None
    as_of: date | None = None
    data_releases: tuple[str, ...] = ()
    warnings: tuple[Notice, ...] = ()
    error: Problem | None = None
    exit_code: int = field(default=0)

    @property
    def ok(self) -> bool:
        """Whether all that was asked for was done."""
        return self.error is None
