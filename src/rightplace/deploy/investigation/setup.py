"""Units as a setup file gives them, with where each number comes from and who may not be moved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.core.suggest import did_you_mean
from rightplace.deploy.investigation.horizon import Support
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.deploy.investigation.arrivals import Learnt
    from rightplace.deploy.investigation.unit import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where numbers of the setup come from.

    Parameters
    ----------
    unit
        Short name of the unit; empty for what holds for all.
    numbers
        Which numbers, in words.
    origin
        Where they come from, in the words of whoever wrote the file.
    verified
        Whether the file says that somebody verified them.
    """

    unit: str
    numbers: str
    origin: str
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """Below what strength a unit may not be brought.

    Parameters
    ----------
    officers
        Officers that stay at least.
    set_by
        Who decided it.
    """

    officers: int
    set_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUnit:
    """A unit and what the file says about it beside.

    Parameters
    ----------
    unit
        What is simulated.
    team_names
        Name of each team, in the order of the rota.
    floor
        What must stay, or None where nobody set it.
    learnt
        How its arrivals were learnt from homicides, or None where they are given.
    """

    unit: Unit
    team_names: tuple[str, ...]
    floor: Floor | None
    learnt: Learnt | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SurgeDuty:
    """When officers of a surge are there for investigations; see ``Support``."""

    hours_a_day: float
    duty_days_a_week: float
    absent: float

    def __post_init__(self) -> None:
        """Check the numbers as those of officers who help are."""
        Support(
            officers_by_level=(),
            hours_a_day=self.hours_a_day,
            duty_days_a_week=self.duty_days_a_week,
            absent=self.absent,
            actions={},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What a setup file says.

    Parameters
    ----------
    title
        What it is about.
    synthetic
        Whether a unit of it is invented.
    units
        In the order of the file.
    surge_duty
        When officers of a surge are there, or None where the file does not say.
    origins
        Where the numbers come from.
    files
        Files that were read: the setup itself, and homicides where arrivals are learnt.
    """

    title: str
    synthetic: bool
    units: tuple[SetUnit, ...]
    surge_duty: SurgeDuty | None
    origins: tuple[Origin, ...]
    files: tuple[Path, ...]

    def place_of(self, key: str) -> int:
        """Return the place of a unit in the list.

        Raises
        ------
        BadInputError
            If there is no such unit; the nearest is named.
        """
        keys = [each.unit.key for each in self.units]
        if key not in keys:
            msg = f"There is no unit {key!r} in the setup."
            raise BadInputError(msg, file=self.files[0], value=key, remedy=did_you_mean(key, keys))
        return keys.index(key)
