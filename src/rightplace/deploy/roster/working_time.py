"""Legal limits of working time as dated records, and whether a local policy keeps them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from rightplace.errors import RefusedError, UnsupportedByDataError

if TYPE_CHECKING:
    from datetime import date

    from rightplace.deploy.roster.rules import RosterRules

_SHIPPED = "working_time.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingTimeLimit:
    """One legal limit, as it stands from a day on.

    Parameters
    ----------
    name
        Of the rule that it limits, a field of ``RosterRules``.
    value, unit
        The limit itself.
    bound
        ``most`` or ``least``.
    provision, source, note
        What sets it, where it was read, and how it is reckoned here.
    verified
        Whether the text of the provision itself was read.
    """

    name: str
    value: float
    bound: str
    unit: str
    in_force_from: date
    provision: str
    verified: bool
    source: str
    note: str

    def allows(self, value: float) -> bool:
        """Return whether a local policy may set a value: the limit or stricter."""
        return value <= self.value if self.bound == "most" else value >= self.value


@cache
def working_time_limits() -> tuple[WorkingTimeLimit, ...]:
    """Return every record that ships, the oldest first."""
    raw = resources.files("rightplace.deploy").joinpath("data", _SHIPPED).read_text("utf-8")
    records = [WorkingTimeLimit(**record) for record in tomllib.loads(raw)["limit"]]
    return tuple(sorted(records, key=lambda record: record.in_force_from))


def limits_in_force(day: date) -> dict[str, WorkingTimeLimit]:
    """Return the newest record of each limit on a day.

    Raises
    ------
    UnsupportedByDataError
        If one of them has no record so early.
    """
    records = working_time_limits()
    held = {record.name: record for record in records if record.in_force_from <= day}
    missing = sorted({record.name for record in records} - held.keys())
    if missing:
        msg = f"No record says what {', '.join(missing)} was on {day}."
        raise UnsupportedByDataError(msg, value=day, remedy="Choose a later day.")
    return held


def check_policy(rules: RosterRules, *, day: date) -> None:
    """Check that a local policy is nowhere looser than the law of a day.

    Raises
    ------
    RefusedError
        If it is; every looser value is named.
    """
    loose = [
        f"{name} is {getattr(rules, name):g}, but at {limit.bound} {limit.value:g} {limit.unit} "
        f"({limit.provision})"
        for name, limit in limits_in_force(day).items()
        if not limit.allows(getattr(rules, name))
    ]
    if loose:
        msg = f"Looser than the law: {'; '.join(loose)}."
        raise RefusedError(msg, remedy="Set the legal value in [roster], or a stricter one.")
