"""``rightplace association``: how a forecast goes with who lives where."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rightplace.cli.table import table
from rightplace.cli.verb import as_json, dry_run, now, seed, show

if TYPE_CHECKING:
    from rightplace.app.association.result import Association, AssociationResult, AuditTenth
    from rightplace.app.workspace import Workspace

WIDTH = 96


def _within(value: float | None, low: float | None, high: float | None) -> str:
    if value is None:
        return "not defined"
    return f"{value:+.2f}" if low is None else f"{value:+.2f} ({low:+.2f} to {high:+.2f})"


def _ratio(value: float | None, low: float | None, high: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.2f}" if low is None else f"{value:.2f} ({low:.2f} to {high:.2f})"


def _association_row(row: Association) -> tuple[str, ...]:
    return (
        row.group,
        row.per,
        _within(row.spearman, row.spearman_lo95, row.spearman_hi95),
        _within(row.pearson, row.pearson_lo95, row.pearson_hi95),
    )


def _tenth_row(row: AuditTenth) -> tuple[str, ...]:
    observed = "" if row.observed is None else f"{row.observed:,}"
    return (
        f"{row.by}, tenth {row.tenth}",
        f"{row.cells:,}",
        f"{row.expected_per_1000:.2f}",
        f"{row.expected:,.0f}",
        observed,
        _ratio(row.ratio, row.ratio_lo95, row.ratio_hi95),
        _ratio(row.beside_all, row.beside_all_lo95, row.beside_all_hi95),
    )


def lines(result: AssociationResult) -> list[str]:
    """Return the associations, the tenths, and what they do and do not mean."""
    sums = [row for row in result.associations if row.group.endswith("(all)")]
    shown = sums or list(result.associations)
    more = len(result.associations) - len(shown)
    heads = ("share of residents", "expected per", "Spearman (95 %)", "Pearson (95 %)")
    tenth_heads = (
        "tenth of cells",
        "cells",
        "per 1,000",
        "expected",
        "recorded",
        "ratio (95 %)",
        "beside all (95 %)",
    )
    return [
        f"{result.forecast_id} beside the Census ({result.census_sheet}): {result.cells:,} cells",
        "",
        *table(heads, [_association_row(row) for row in shown]),
        *([f"{more} rows of single groups: {result.associations_path}"] if more else []),
        "",
        f"{result.compared} Tenth 10 has the highest share, or is the most deprived.",
        *table(tenth_heads, [_tenth_row(row) for row in result.tenths]),
        "",
        *textwrap.wrap(result.finding, WIDTH),
        *textwrap.wrap(result.no_cause, WIDTH),
        *textwrap.wrap(result.what_to_do, WIDTH),
    ]


@click.command()
@click.argument("forecast_id", metavar="FORECAST")
@click.option(
    "--census",
    type=click.Path(path_type=Path),
    required=True,
    help="Residents by ethnic group and area, as published (.xlsx, .ods, .csv, .parquet).",
)
@click.option(
    "--deprivation",
    type=click.Path(path_type=Path),
    help="Index of Multiple Deprivation by area, as published.",
)
@as_json
@dry_run
@seed
@click.pass_obj
def command(
    workspace: Workspace,
    *,
    forecast_id: str,
    census: Path,
    deprivation: Path | None,
    wants_json: bool,
    dry_run: bool,
    seed: int,
) -> int:
    """Compare a forecast with who lives where: an audit of places, never a feature.

    Correlations of expected counts with the share of each ethnic group; and, once the time that
    was forecast is on file, whether it was as right in each tenth of cells, by composition and
    deprivation. Nothing is shown of single cells.
    """
    from rightplace.app.association.use_case import AssociationOptions, association

    options = AssociationOptions(census=census, deprivation=deprivation, seed=seed, dry_run=dry_run)
    answer = association(workspace, forecast_id, options, made_at=now())
    return show(answer, lines, wants_json=wants_json)
