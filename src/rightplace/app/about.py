"""Use cases: which code is running, with which settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace._version import __version__
from rightplace.app.answer import Answer

if TYPE_CHECKING:
    from rightplace.app.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionResult:
    """The package version, and with it the digest of the source that is running."""

    version: str
    code_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingInForce:
    """One setting: ``section.key``, its value, and where the value came from."""

    key: str
    value: str | int | float | bool
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigResult:
    """Every setting in force."""

    settings: tuple[SettingInForce, ...]


def version() -> Answer[VersionResult]:
    """Return which code is running."""
    from rightplace.core.runs import code_version

    result = VersionResult(version=__version__, code_version=code_version())
    return Answer(verb="version", result=result)


def config(workspace: Workspace) -> Answer[ConfigResult]:
    """Return every setting in force and its origin."""
    found = tuple(
        SettingInForce(key=s.key, value=s.value, origin=s.origin) for s in workspace.all_settings()
    )
    return Answer(verb="config", result=ConfigResult(settings=found))
