"""A published surge as pages read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rightplace.app.service.opened import OpenedRun

KIND = "surge"


@dataclass(frozen=True, kw_only=True, eq=False)
class PublishedSurge:
    """A published surge; its result names officers."""

    record: dict[str, Any]
    is_synthetic: bool

    @property
    def result(self) -> dict[str, Any]:
        """What the surge answered."""
        content: dict[str, Any] = self.record["result"]
        return content


def read_published_surge(run: OpenedRun) -> PublishedSurge:
    """Return a published surge, parsed; the table of its postings stays closed."""
    return PublishedSurge(record=run.record, is_synthetic=run.is_synthetic)
