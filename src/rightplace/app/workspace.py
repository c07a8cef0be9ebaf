"""A workspace: where the data, areas and runs of one user or team stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from rightplace.core.settings import Setting, check_sections, load_file, resolve

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rightplace.engines.engine import Engine
    from rightplace.engines.store import Store

Section = TypeVar("Section")


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSettings:
    """How much of the machine the engine may take.

    Parameters
    ----------
    memory
        Most memory that queries may take, such as 1500MB or 4GB.
    threads
        Processor cores that a query may use.
    """

    memory: str = "1500MB"
    threads: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSettings:
    """How writers share a workspace.

    Parameters
    ----------
    wait_seconds
        How long to wait for another writer before giving up (exit 12).
    """

    wait_seconds: float = 10.0


def sections() -> dict[str, type]:
    """Return every section of ``rightplace.toml``, by name."""
    return _analytical() | _of_capacity() | _of_evaluation() | _of_service()


def _of_capacity() -> dict[str, type]:
    """Return the sections of how many officers there are, and what they can carry."""
    from rightplace.app.investigation.settings import DetectiveSettings
    from rightplace.app.workforce.settings import WorkforceSettings
    from rightplace.app.workforce.trend_settings import TrendSettings

    return {
        "investigation": DetectiveSettings,
        "workforce": WorkforceSettings,
        "workforce_trend": TrendSettings,
    }


def _of_evaluation() -> dict[str, type]:
    """Return the sections of what is judged afterwards."""
    from rightplace.app.evaluation.settings import EvaluationSettings
    from rightplace.app.evaluation.trial_settings import TrialSettings
    from rightplace.evaluate.designs.before_after_settings import BeforeAfterSettings
    from rightplace.evaluate.designs.claim_settings import ClaimSettings
    from rightplace.evaluate.designs.difference.settings import DifferenceSettings
    from rightplace.evaluate.designs.displacement_settings import DisplacementSettings
    from rightplace.evaluate.designs.lot.settings import LotSettings
    from rightplace.evaluate.designs.series_settings import SeriesSettings
    from rightplace.evaluate.designs.synthetic.settings import SyntheticSettings

    return {
        "evaluation": EvaluationSettings,
        "trial": TrialSettings,
        "lot": LotSettings,
        "claim": ClaimSettings,
        "before_after": BeforeAfterSettings,
        "displacement": DisplacementSettings,
        "difference": DifferenceSettings,
        "series": SeriesSettings,
        "synthetic": SyntheticSettings,
    }


def _analytical() -> dict[str, type]:
    """Return the sections of what is reckoned."""
    from rightplace.app.brief.settings import BriefSettings
    from rightplace.app.dosage.settings import DosageSettings
    from rightplace.app.equality.settings import EqualitySettings
    from rightplace.app.feedback.settings import FeedbackSettings
    from rightplace.app.forecast.settings import ForecastSettings
    from rightplace.app.holdout.settings import HoldOutSettings
    from rightplace.app.hot_spots.settings import HotSpotSettings
    from rightplace.app.picture.settings import PictureSettings
    from rightplace.app.plan.settings import PlanSettings
    from rightplace.app.replan.settings import ReplanSettings
    from rightplace.app.roster.settings import RosterSettings
    from rightplace.app.routes.settings import RoutesSettings
    from rightplace.app.searches.disproportion_settings import DisproportionSettings
    from rightplace.app.surge.settings import SurgeSettings
    from rightplace.places.streets.settings import StreetSettings
    from rightplace.powers.searches.caused import CausedSettings
    from rightplace.powers.searches.darkness_settings import DarknessSettings
    from rightplace.powers.searches.draw import DrawSettings
    from rightplace.powers.searches.settings import SearchSettings
    from rightplace.powers.searches.threshold_settings import ThresholdSettings
    from rightplace.powers.section_60.settings import Section60Settings

    return {
        "engine": EngineSettings,
        "store": StoreSettings,
        "forecast": ForecastSettings,
        "plan": PlanSettings,
        "replan": ReplanSettings,
        "equality": EqualitySettings,
        "holdout": HoldOutSettings,
        "hot_spots": HotSpotSettings,
        "picture": PictureSettings,
        "surge": SurgeSettings,
        "brief": BriefSettings,
        "routes": RoutesSettings,
        "roster": RosterSettings,
        "dosage": DosageSettings,
        "feedback": FeedbackSettings,
        "streets": StreetSettings,
        "disproportion": DisproportionSettings,
        "searches": SearchSettings,
        "searches_caused": CausedSettings,
        "threshold": ThresholdSettings,
        "darkness": DarknessSettings,
        "panel_draw": DrawSettings,
        "section_60": Section60Settings,
    }


def _of_service() -> dict[str, type]:
    """Return the sections of records and of the web application."""
    from rightplace.app.partners.settings import SharingSettings
    from rightplace.app.service.oidc.settings import OidcSettings
    from rightplace.app.service.shift_settings import ShiftSettings
    from rightplace.app.service.tiles import TileSettings
    from rightplace.app.service.web_settings import WebSettings
    from rightplace.records.accounts.anomalies import AnomalySettings
    from rightplace.records.accounts.settings import (
        GrantSettings,
        LogInSettings,
        PasswordSettings,
        SessionSettings,
        TokenSettings,
    )
    from rightplace.records.database.front import RecordsSettings
    from rightplace.records.documents.settings import DocumentSettings
    from rightplace.records.jobs.settings import JobSettings
    from rightplace.records.panel.complaints import ComplaintSettings
    from rightplace.records.retention.periods import RetentionSettings

    return {
        "shift": ShiftSettings,
        "records": RecordsSettings,
        "sharing": SharingSettings,
        "documents": DocumentSettings,
        "retention": RetentionSettings,
        "anomalies": AnomalySettings,
        "jobs": JobSettings,
        "complaints": ComplaintSettings,
        "passwords": PasswordSettings,
        "log_in": LogInSettings,
        "sessions": SessionSettings,
        "grants": GrantSettings,
        "tokens": TokenSettings,
        "web": WebSettings,
        "tiles": TileSettings,
        "oidc": OidcSettings,
    }


@dataclass(frozen=True)
class Workspace:
    """One workspace folder with the settings in force.

    Parameters
    ----------
    root
        The folder; made when first written to.
    config
        The settings file named by the user; else ``rightplace.toml`` in the folder, if there.
    flags
        Settings given on the command line, by ``section.key``.
    """

    root: Path
    config: Path | None = None
    flags: Mapping[str, Any] = field(default_factory=dict)

    @property
    def config_path(self) -> Path | None:
        """The settings file in force, or None."""
        beside = self.root / "rightplace.toml"
        return self.config or (beside if beside.is_file() else None)

    def settings(self, name: str, section: type[Section]) -> Section:
        """Return a section's values in force."""
        return self._resolve(name, section)[0]

    def _resolve(self, name: str, section: type[Section]) -> tuple[Section, list[Setting]]:
        content = load_file(self.config_path)
        check_sections(content, sections(), file=self.config_path)
        return resolve(name, section, flags=self.flags, content=content, file=self.config_path)

    def all_settings(self) -> list[Setting]:
        """Return every setting in force and where it came from."""
        return [
            setting
            for name, section in sections().items()
            for setting in self._resolve(name, section)[1]
        ]

    @cached_property
    def store(self) -> Store:
        """The analytical store."""
        from rightplace.engines.store import Store

        return Store(self.root, self.settings("store", StoreSettings).wait_seconds)

    @cached_property
    def engine(self) -> Engine:
        """The engine of set-wise work."""
        from rightplace.engines.engine import Engine

        chosen = self.settings("engine", EngineSettings)
        return Engine(memory=chosen.memory, threads=chosen.threads)

    @property
    def runs(self) -> Path:
        """Where runs stand."""
        return self.root / "runs"

    @property
    def areas(self) -> Path:
        """Where study areas stand."""
        return self.root / "areas"
