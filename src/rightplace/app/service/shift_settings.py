"""Settings of shifts on the phone and of what counts as delivered."""

from __future__ import annotations

from dataclasses import dataclass, fields

from rightplace.errors import BadInputError


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftSettings:
    """From when a shift is shown, and which logged visits count.

    Parameters
    ----------
    early_minutes
        So long before its start a shift can be opened on the phone; a choice of ours: briefing
        and kitting up.
    slack_minutes
        A visit counts that begins so long before its shift, or ends so long after it, by the
        device's clock; a choice of ours.
    clock_minutes
        A device whose clock is further from ours than this when it sends is not relied on: its
        visits are kept, flagged and not counted; a choice of ours.
    late_minutes
        A visit that comes in so long after its end is flagged as late; it counts all the same. A
        choice of ours.
    """

    early_minutes: float = 60.0
    slack_minutes: float = 30.0
    clock_minutes: float = 5.0
    late_minutes: float = 60.0

    def __post_init__(self) -> None:
        """Check that no figure is below 0.

        Raises
        ------
        BadInputError
            If one is.
        """
        for field in fields(self):
            value = getattr(self, field.name)
            if not 0 <= value < float("inf"):
                msg = f"{field.name} is {value}; it must be 0 or more."
                raise BadInputError(msg, value=value, remedy=f"Mend shift.{field.name}.")
