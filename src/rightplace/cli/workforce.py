"""``rightplace workforce``: how many officers there will be, and how many can be deployed."""

from __future__ import annotations

import click

from rightplace.cli.workforce_forecast import example, forecast
from rightplace.cli.workforce_history import backtest, history, trend
from rightplace.cli.workforce_report import report


@click.group()
def command() -> None:
    """Say how many officers there were and will be, and how many of them can be deployed.

    Headcount, full-time equivalent and deployable strength stand side by side, each with its
    interval. Officers are numbers in cohorts here: no person has a row, a name or a score.
    """


for _verb in (forecast, example, history, trend, backtest, report):
    command.add_command(_verb)
