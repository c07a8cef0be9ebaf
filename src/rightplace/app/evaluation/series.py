"""What a table of counts is counted from, for what is known of how that was recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rightplace.app.evaluation.windows import DAY
from rightplace.crime.offences import wider_classes
from rightplace.evaluate.recording import Recorded

if TYPE_CHECKING:
    from datetime import date

    from rightplace.places.study_area import StudyArea

_ENGLAND: Final = 27700
"""The national grid; areas in it are taken as English."""


def series_of(
    area: StudyArea,
    span: tuple[date, date],
    populations: tuple[str, ...],
    *,
    classes: tuple[str, ...],
) -> Recorded:
    """Return what a table is counted from, for what is known of its recording.

    Parameters
    ----------
    span
        First day, and first day after the last.
    """
    wider = {wide for slug in classes for wide in wider_classes(slug)}
    return Recorded(
        first=span[0],
        last=span[1] - DAY,
        populations=populations,
        classes=frozenset(wider),
        in_england=area.crs == _ENGLAND,
    )
