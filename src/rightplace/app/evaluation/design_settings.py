"""What registered operations are judged by: the locked plan, and the workspace's settings."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Final, Self, TypeVar

import numpy as np

from rightplace.evaluate.designs.before_after_settings import BeforeAfterSettings
from rightplace.evaluate.designs.difference.settings import DifferenceSettings
from rightplace.evaluate.designs.displacement_settings import DisplacementSettings
from rightplace.evaluate.designs.finding import Flag
from rightplace.evaluate.designs.series_settings import SeriesSettings
from rightplace.evaluate.designs.synthetic.settings import SyntheticSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from _typeshed import DataclassInstance

    from rightplace.app.workspace import Workspace
    from rightplace.evaluate.designs.finding import Finding
    from rightplace.evaluate.operations.plan import LockedPlan

Settings = TypeVar("Settings", bound="DataclassInstance")
CHANGED: Final = "settings-changed"
_OF_THE_PLAN: Final = frozenset({"level"})
"""Settings that a locked plan says itself, whatever the workspace sets."""


def settings_asked(
    workspace: Workspace,
    name: str,
    section: type[Settings],
    asked: Mapping[str, float | None],
) -> Settings:
    """Return the workspace's settings with what was asked for instead."""
    given = {key: value for key, value in asked.items() if value is not None}
    return replace(workspace.settings(name, section), **given)


def differing(name: str, settings: DataclassInstance) -> tuple[str, ...]:
    """Return what differs from the defaults of a section, such as ``series.slope_from 8 (6)``.

    The level is left out: every interval is printed with its own.
    """
    here, there = asdict(settings), asdict(type(settings)())
    return tuple(
        f"{name}.{key} {here[key]} ({there[key]})"
        for key in here
        if key not in _OF_THE_PLAN and here[key] != there[key]
    )


def with_settings(finding: Finding, name: str, settings: DataclassInstance) -> Finding:
    """Return a finding of a table with the flag that other settings were taken, if they were."""
    changed = differing(name, settings)
    if not changed:
        return finding
    words = f"Made with other settings than the defaults (in brackets): {', '.join(changed)}."
    return replace(finding, flags=(*finding.flags, Flag(code=CHANGED, words=words)))


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignSettings:
    """Settings of the designs that judge a registered operation, by section."""

    before_after: BeforeAfterSettings = field(default_factory=BeforeAfterSettings)
    displacement: DisplacementSettings = field(default_factory=DisplacementSettings)
    difference: DifferenceSettings = field(default_factory=DifferenceSettings)
    series: SeriesSettings = field(default_factory=SeriesSettings)
    synthetic: SyntheticSettings = field(default_factory=SyntheticSettings)

    @classmethod
    def of(cls, workspace: Workspace) -> Self:
        """Return those of a workspace."""
        return cls(
            before_after=workspace.settings("before_after", BeforeAfterSettings),
            displacement=workspace.settings("displacement", DisplacementSettings),
            difference=workspace.settings("difference", DifferenceSettings),
            series=workspace.settings("series", SeriesSettings),
            synthetic=workspace.settings("synthetic", SyntheticSettings),
        )

    def changed(self) -> tuple[str, ...]:
        """Return what differs from the defaults, such as ``series.fewest_before 10 (8)``.

        A plan locks its level itself, so that this setting is left out.
        """
        return tuple(
            told
            for section in fields(self)
            for told in differing(section.name, getattr(self, section.name))
        )

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
    def before_after(self) -> BeforeAfterSettings:
        """Settings of before and after at the plan's level."""
        return replace(self.settings.before_after, level=self.level)

    @property
    def displacement(self) -> DisplacementSettings:
        """Settings of the displacement difference at the plan's level."""
        return replace(self.settings.displacement, level=self.level)

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
