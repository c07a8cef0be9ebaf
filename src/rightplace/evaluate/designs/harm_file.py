"""Counts of several kinds of offence with their harm, from a CSV file, every faulty row named."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from rightplace.deploy.checked_rows import Row, read_rows
from rightplace.errors import BadInputError, NotHeldError
from rightplace.evaluate.designs.displacement import Comparison, Counts, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

HARM_COLUMNS: Final = {
    "kind": "Name of the kind of offence.",
    "harm": "What one incident weighs, above 0.",
    "treated_before": "Incidents in the treated places before.",
    "treated_after": "The same after the start.",
    "control_before": "Incidents in the control before.",
    "control_after": "The same after.",
}
"""Columns that a file must have."""
RING_COLUMNS: Final = {
    "displacement_before": "Incidents in the ring before.",
    "displacement_after": "The same after.",
    "displacement_control_before": "Incidents in the ring's control before.",
    "displacement_control_after": "The same after.",
}
"""Columns that a file may have, all or none."""


def read_kinds(
    path: Path, *, weights: Mapping[str, float], time_weights: tuple[float, float]
) -> tuple[Kind, ...]:
    """Return the kinds of a CSV file with the columns of ``HARM_COLUMNS``.

    Parameters
    ----------
    weights
        What each part's counts are divided by, by name (treated, control, displacement,
        displacement-control); 1 where it is not named.
    time_weights
        What counts before and after are divided by.

    Raises
    ------
    NotHeldError
        If there is no such file.
    BadInputError
        If a row is no kind; every faulty one is named.
    """
    if not path.is_file():
        msg = "There is no such file."
        raise NotHeldError(msg, file=path, remedy="Check --harm.")

    def parsed(row: Row) -> Kind | None:
        return _kind(row, weights=weights, time_weights=time_weights)

    kinds = tuple(each for each in read_rows(path, tuple(HARM_COLUMNS), parsed) if each)
    if not kinds:
        msg = "The file holds no kind of offence."
        raise BadInputError(msg, file=path, row=0, remedy="Give one kind a row.")
    return kinds


def _kind(
    row: Row, *, weights: Mapping[str, float], time_weights: tuple[float, float]
) -> Kind | None:
    harm = row.number_of("harm")
    if not harm:
        row.fault("harm", "is no weight above 0", "Give what one incident weighs.")
    parts = {
        name: _counts(row, name, weight=weights.get(name.replace("_", "-"), 1.0))
        for name in ("treated", "control")
    }
    given = [name for name in RING_COLUMNS if row.given(name)]
    for name in RING_COLUMNS:
        if given and name not in given:
            row.fault(name, "is empty beside others of the ring", "Fill in all four, or none.")
    rings = {
        name: _counts(row, name, weight=weights.get(name.replace("_", "-"), 1.0))
        for name in ("displacement", "displacement_control")
        if len(given) == len(RING_COLUMNS)
    }
    treated, control = parts["treated"], parts["control"]
    if not harm or not math.isfinite(harm) or treated is None or control is None:
        return None
    comparison = Comparison(
        treated=treated,
        control=control,
        ring=rings.get("displacement"),
        ring_control=rings.get("displacement_control"),
        time_weights=time_weights,
    )
    return Kind(name=row.text("kind"), harm=harm, comparison=comparison)


def _counts(row: Row, part: str, *, weight: float) -> Counts | None:
    before, after = (row.number_of(f"{part}_{when}") for when in ("before", "after"))
    for when, count in (("before", before), ("after", after)):
        if count is None:
            row.fault(f"{part}_{when}", "is empty", "Give a count, 0 where there was none.")
    if before is None or after is None or not all(map(math.isfinite, (before, after))):
        return None
    return Counts(before=max(before, 0.0), after=max(after, 0.0), weight=weight)
