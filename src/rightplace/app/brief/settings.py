"""Settings of briefs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefSettings:
    """What stands on every brief.

    Parameters
    ----------
    marking
        Security marking of sheets, pages and files.
    handling
        Handling line; empty takes the standing one.
    printed_by
        Who printed them; empty leaves a line to fill in.
    destroy_after_days
        Days after the sheet's last slot by which paper copies are to be destroyed.
    """

    marking: str = "OFFICIAL-SENSITIVE"
    handling: str = ""
    printed_by: str = ""
    destroy_after_days: int = 7
