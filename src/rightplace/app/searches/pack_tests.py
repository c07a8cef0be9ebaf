"""Sections of the pack on two tests of whom officers choose: the veil of darkness, thresholds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.briefing.searches.values import Section
from rightplace.powers.searches.tested import NoResult

if TYPE_CHECKING:
    import pyarrow as pa

    from rightplace.app.workspace import Workspace
    from rightplace.powers.searches.darkness import DarknessResult
    from rightplace.powers.searches.denominators import Residents
    from rightplace.powers.searches.threshold import ThresholdResult


def darkness_section(workspace: Workspace, searches: pa.Table) -> Section:
    """Return the veil of darkness of some searches, or why it gives no result.

    Parameters
    ----------
    workspace
        Whose settings hold.
    searches
        Columns of ``columns.SCHEMA``.
    """
    from rightplace.app.searches.darkness import darkness
    from rightplace.powers.searches.darkness_settings import DarknessSettings

    settings = workspace.settings("darkness", DarknessSettings)
    found = darkness(searches, settings=settings)
    return _section("darkness", "By daylight and in the dark", found)


def threshold_section(
    workspace: Workspace, searches: pa.Table, residents: Residents, *, seed: int
) -> Section:
    """Return the threshold test of some searches, or why it gives no result.

    Parameters
    ----------
    workspace
        Whose settings hold.
    searches
        Columns of ``columns.SCHEMA``.
    residents
        Of boroughs by group.
    seed
        Of the sampler's chance.
    """
    import numpy as np

    from rightplace.app.searches.threshold import threshold
    from rightplace.powers.searches.threshold_settings import ThresholdSettings

    settings = workspace.settings("threshold", ThresholdSettings)
    found = threshold(searches, residents, settings=settings, rng=np.random.default_rng(seed))
    return _section("threshold", "From which chance of success groups are searched", found)


def _section(key: str, heading: str, found: DarknessResult | ThresholdResult | NoResult) -> Section:
    if isinstance(found, NoResult):
        return Section(key=key, heading=heading, refusals=tuple(found.sentences))
    said = tuple(found.sentences)
    told = max((n + 1 for n, words in enumerate(said) if "interval" in words), default=len(said))
    return Section(key=key, heading=heading, findings=said[:told], counting=said[told:])
