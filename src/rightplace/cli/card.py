"""``rightplace card``: the model card of a forecast."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rightplace.cli.verb import as_json, show

if TYPE_CHECKING:
    from rightplace.app.forecast.model_card import CardResult
    from rightplace.app.workspace import Workspace


def lines(result: CardResult) -> list[str]:
    """Return the card, or where it was written."""
    from rightplace.app.forecast.model_card import page_lines

    return page_lines(result) if result.path is None else [f"card    {result.path}"]


@click.command()
@click.argument("forecast_id", metavar="FORECAST")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write.")
@as_json
@click.pass_obj
def command(workspace: Workspace, *, forecast_id: str, out: Path | None, wants_json: bool) -> int:
    """Say what a forecast is for, rests on, reaches and cannot do.

    Its accuracy is that of the newest backtest here which scored the same method on the same
    area and classes; where there is none, the card says so.
    """
    from rightplace.app.forecast.model_card import model_card

    return show(model_card(workspace, forecast_id, out=out), lines, wants_json=wants_json)
