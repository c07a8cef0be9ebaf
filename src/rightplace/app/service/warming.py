"""Making ready what pages ask for first, so that nobody waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.app.service.published_lines import newest_runs

if TYPE_CHECKING:
    from rightplace.app.service.shelf import PublishedForecast, PublishedPlan, Shelf
    from rightplace.app.service.tiles import TileSettings


def warm(shelf: Shelf, settings: TileSettings) -> None:
    """Parse the newest forecast and the newest plan and draw their outlines.

    No look is written in the audit chain: nothing of them is shown to anybody here, and a page
    that shows them writes its own. At most two runs with what they rest on are parsed.

    Parameters
    ----------
    shelf
        Where they are published and stay parsed.
    settings
        From how many cells on a map is drawn without outlines of them all.
    """
    from rightplace.records.audit.transaction import reading

    with reading(shelf.database) as quiet:
        for run in newest_runs(quiet, "forecast")[:1]:
            _warm_forecast(shelf.forecast_behind(quiet, run.id), settings)
        for run in newest_runs(quiet, "plan")[:1]:
            _warm_plan(shelf.plan_behind(quiet, run.id))


def _warm_forecast(forecast: PublishedForecast, settings: TileSettings) -> None:
    """Let a forecast hold all that depends on nobody."""
    area = forecast.area
    _ = forecast.whole, forecast.slots, forecast.words_of, area.places, area.boroughs
    if area.cells.num_rows <= settings.cells_from:
        _ = area.outlines


def _warm_plan(plan: PublishedPlan) -> None:
    """Let a plan hold all that depends on nobody."""
    _ = plan.by_bcu, plan.slot_words, plan.forecast.words_of, plan.forecast.area.places
