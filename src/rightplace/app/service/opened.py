"""A published run of any kind while the page that shows it parses it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

    from rightplace.app.service.shelf import PublishedArea


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedRun:
    """A published run, to be parsed.

    Parameters
    ----------
    record
        Content of its ``run.json``.
    is_synthetic
        Whether invented data went into it.
    table
        Reads one of its tables, by name.
    area
        Reads a study area that was published with it, by id.
    """

    record: dict[str, Any]
    is_synthetic: bool
    table: Callable[[str], pa.Table]
    area: Callable[[str], PublishedArea]
