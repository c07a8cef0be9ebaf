"""What every use case answers: a result, and what a script or page must know beside it."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date  # noqa: TC003 - schemas are made from the annotations
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

Result = TypeVar("Result")


def untold(_: str) -> None:
    """Take a line of progress where nobody listens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something the user should know, that did not stop the work."""

    code: str
    message: str


@contextmanager
def heard(kind: type[Warning], code: str) -> Iterator[list[Notice]]:
    """Turn the warnings of a kind into notices, each said once; others go on as they were.

    Parameters
    ----------
    kind
        The typed warning of a room.
    code
        Code of the notices; they are in the list when the block is left.
    """
    notices: list[Notice] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", kind)
        yield notices
    said = dict.fromkeys(str(w.message) for w in caught if issubclass(w.category, kind))
    notices.extend(Notice(code=code, message=message) for message in said)
    for other in caught:
        if not issubclass(other.category, kind):
            warnings.warn_explicit(other.message, other.category, other.filename, other.lineno)


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
