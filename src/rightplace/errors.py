"""Every deliberate failure, with the code that scripts and pages rely on.

Each class declares its ``code``, ``exit_code`` and ``http_status`` once, so that neither the
command line nor the web keeps a table of its own. The message says what is wrong, with which
value, and what to do next; the same facts stand as attributes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Where something is wrong and how to mend it.

    Parameters
    ----------
    message
        What is wrong, in a sentence that names the value.
    file
        The file at fault, as the user named it (``archive.zip!member`` inside an archive).
    row
        Row number in that file; the first row of data is 1, the header is 0.
    value
        The offending text, cut to 200 characters.
    remedy
        What to do next.
    """

    message: str
    file: str | None = None
    row: int | None = None
    value: str | None = None
    remedy: str | None = None

    def __str__(self) -> str:
        where = ", ".join(
            part
            for part in (self.file, None if self.row is None else f"row {self.row}")
            if part is not None
        )
        return f"{where}: {self.said}" if where else self.said

    @property
    def said(self) -> str:
        """What is wrong and what to do next, beside the field at fault: without file and row."""
        return f"{self.message} {self.remedy}" if self.remedy else self.message


class RightplaceError(Exception):
    """Base of the errors a caller may want to catch."""

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 70
    http_status: ClassVar[int] = 500

    def __init__(
        self,
        message: str,
        *,
        file: str | Path | None = None,
        row: int | None = None,
        value: object = None,
        remedy: str | None = None,
    ) -> None:
        self.fault = Fault(
            message=message,
            file=None if file is None else str(file),
            row=row,
            value=None if value is None else str(value)[:200],
            remedy=remedy,
        )
        super().__init__(str(self.fault))


class UsageError(RightplaceError, ValueError):
    """The words of a call do not fit together."""

    code = "usage"
    exit_code = 2
    http_status = 400


class BadInputError(RightplaceError, ValueError):
    """A file or value that the user gave cannot be read as what it should be."""

    code = "bad-input"
    exit_code = 10
    http_status = 422


class NotHeldError(RightplaceError, LookupError):
    """Something named is not in the workspace."""

    code = "not-found"
    exit_code = 11
    http_status = 404


class BusyWorkspaceError(RightplaceError):
    """Another process is writing to the workspace."""

    code = "busy-workspace"
    exit_code = 12
    http_status = 423


class RefusedError(RightplaceError):
    """The law or a policy forbids it."""

    code = "refused"
    exit_code = 20
    http_status = 403


class UnsupportedByDataError(RightplaceError):
    """The data cannot support the answer that was asked for."""

    code = "unsupported-by-data"
    exit_code = 21
    http_status = 409


class UndefinedMetricError(UnsupportedByDataError, ValueError):
    """A measure is 0/0 on these data; it never becomes 0 or a silent NaN."""

    code = "undefined-metric"


class StaleDataError(RightplaceError):
    """A source ends before the date the task needs, or holds nothing for it."""

    code = "stale-data"
    exit_code = 30
    http_status = 409


class InfeasibleError(RightplaceError):
    """No plan meets every demand; the message names those in conflict."""

    code = "infeasible"
    exit_code = 40
    http_status = 409


class OfflineError(RightplaceError, ConnectionError):
    """A command whose purpose is to fetch cannot reach its source."""

    code = "offline"
    exit_code = 50
    http_status = 503


class NotFittedError(RightplaceError, RuntimeError):
    """A forecaster was asked to predict before it was fitted."""

    code = "not-fitted"


class StorageError(RightplaceError, OSError):
    """The disk refused a write; what was there before is untouched."""

    code = "storage"
    exit_code = 70
    http_status = 507
