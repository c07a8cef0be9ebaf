"""What registered operations are judged by: the locked plan, and the workspace's settings."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from rightplace.evaluate.designs.difference.settings import DifferenceSettings
from rightplace.evaluate.designs.finding import Flag
from rightplace.evaluate.designs.series_settings import SeriesSettings
from rightplace.evaluate.designs.synthetic.settings import SyntheticSettings

if TYPE_CHECKING:
    from rightplace.app.workspace import Workspace
    from rightplace.evaluate.operations.plan import LockedPlan

CHANGED: Final = "settings-changed"
_OF_THE_PLAN: Final = frozenset({"level"})
"""Settings that a locked plan says itself, whatever the workspace sets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignSettings:
    """Settings of the designs that have sections of their own in ``rightplace.toml``."""

    difference: DifferenceSettings = field(default_factory=DifferenceSettings)
    series: SeriesSettings = field(default_factory=SeriesSettings)
    synthetic: SyntheticSettings = field(default_factory=SyntheticSettings)

    @classmethod
    def of(cls, workspace: Workspace) -> Self:
        """Return those of a workspace."""
        return cls(
            difference=workspace.settings("difference", DifferenceSettings),
            series=workspace.settings("series", SeriesSettings),
            synthetic=workspace.settings("synthetic", SyntheticSettings),
        )

    def changed(self) -> tuple[str, ...]:
        """Return what differs from the defaults, such as ``series.fewest_before 10 (8)``.

        A plan locks its level itself, so that this setting is left out.
        """
        usual = type(self)()
        told = []
        for section in fields(self):
            here, there = (asdict(getattr(each, section.name)) for each in (self, usual))
            told += [
                f"{section.name}.{name} {here[name]} ({there[name]})"
                for name in here
                if name not in _OF_THE_PLAN and here[name] != there[name]
            ]
        return tuple(told)

    def flags(self) -> tuple[Flag, ...]:
        """Return the flag that checks were made by other settings than the defaults, if so."""
        changed = self.changed()
        if not changed:
            return ()
        words = (
            "Designs were run with settings of this workspace instead of the defaults, which no "
            f"locked plan holds still: {', '.join(changed)}."
        )
        return (Flag(code=CHANGED, words=words),)


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedBy:
    """A locked plan, and the settings of designs; level and seed are the plan's."""

    locked: LockedPlan
    settings: DesignSettings

    @property
    def outcome(self) -> str:
        """The outcome in words, to begin a sentence with."""
        words = self.locked.plan.outcome.words
        return words[:1].upper() + words[1:]

    @property
    def level(self) -> float:
        """Of intervals, 0 to 1."""
        return self.locked.plan.judged.level

    def rng(self) -> np.random.Generator:
        """Return the plan's chance anew, so that no design hangs on another."""
        return np.random.default_rng(self.locked.plan.judged.seed)

    @property
    def difference(self) -> DifferenceSettings:
        """Settings of the difference-in-differences at the plan's level."""
        return replace(self.settings.difference, level=self.level)

    @property
    def series(self) -> SeriesSettings:
        """Settings of the interrupted series at the plan's level."""
        return replace(self.settings.series, level=self.level)

    @property
    def synthetic(self) -> SyntheticSettings:
        """Settings of the synthetic control at the plan's level."""
        return replace(self.settings.synthetic, level=self.level)
