"""Use case: how a forecast goes with who lives where; an audit, never a feature.

NEEDS A1 and D9, DOMAIN 4.1.7, FLOOR_PLAN decision 12. Compositions are read, compared and left:
no method sees them, and of single cells nothing is printed or kept, only tenths of all cells.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from rightplace.app.answer import Answer, Notice
from rightplace.app.association.outcome import Came, what_came
from rightplace.app.association.result import Association, AssociationResult, AuditTenth
from rightplace.errors import UnsupportedByDataError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    import pyarrow as pa
    from numpy.typing import NDArray

    from rightplace.app.association.composition import Composition
    from rightplace.app.association.numbers import Blocks, Estimate
    from rightplace.app.forecast.outlook import Outlook
    from rightplace.app.workspace import Workspace
    from rightplace.core.runs import RunRecipe

DEPRIVATION = "deprivation"
# A tenth of fewer cells would tell of single ones.
FEWEST_CELLS = 200
NO_CAUSE = (
    "An association is no cause: violence that is recorded, who lives in a place, who visits it "
    "and who reports are tied together in ways that these numbers cannot part. They show where "
    "a forecast leads officers, and whether it is as right for one kind of place as for another."
)
WHAT_TO_DO = (
    "Where a tenth's ratio beside all cells leaves out 1, the forecast is too high or too low for "
    "places of that kind: ask why (reporting, recording, a change on the ground) before sending "
    "officers on it, and show this report to those who scrutinise the plan. Where forecasts "
    "follow composition, weigh what patrols do to those who live there, and check searches there "
    "beside it."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociationOptions:
    """What is compared.

    Parameters
    ----------
    census
        Published table of residents by ethnic group and area.
    deprivation
        Published table of the Index of Multiple Deprivation, or None.
    """

    census: Path
    deprivation: Path | None = None
    seed: int = 0
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Compared:
    """All that is compared, cell by cell."""

    outlook: Outlook
    expected: NDArray[np.float64]
    composition: Composition
    deprived: NDArray[np.float64] | None
    came: Came
    blocks: Blocks

    @property
    def cells(self) -> NDArray[np.bool_]:
        """Shape (n_cells,). Cells with a forecast and a composition."""
        return np.isfinite(self.expected) & np.isfinite(self.composition.residents)


def association(
    workspace: Workspace, forecast_id: str, options: AssociationOptions, *, made_at: datetime
) -> Answer[AssociationResult]:
    """Compare a kept forecast with the composition of its cells, and keep the run.

    Parameters
    ----------
    workspace
        Where the forecast is.
    forecast_id
        Its id.
    options
        The published tables.
    made_at
        The time now, for the run's record alone.
    """
    import pyarrow as pa

    from rightplace.app.forecast.outlook import read_outlook
    from rightplace.app.runs import keep
    from rightplace.core.canonical import plain

    outlook = read_outlook(workspace, forecast_id)
    compared = _compared(workspace, outlook, options)
    recipe = _recipe(outlook, options)
    result = _result(compared, recipe.id, workspace.runs / recipe.id)
    if not options.dry_run:
        tables: dict[str, pa.Table] = {
            name: pa.Table.from_pylist([asdict(row) for row in getattr(result, name)])
            for name in ("associations", "tenths")
        }
        keep(workspace, recipe.record(made_at, result=plain(result)), tables)
    return Answer(
        verb="association",
        result=result,
        id=recipe.id,
        as_of=outlook.first_day - timedelta(days=1),
        warnings=_notices(result),
    )


def _recipe(outlook: Outlook, options: AssociationOptions) -> RunRecipe:
    from rightplace.core.canonical import digest, file_digest
    from rightplace.core.runs import RunInput, RunRecipe

    files = [path for path in (options.census, options.deprivation) if path is not None]
    inputs = [RunInput(source=str(p), release=None, sha256=file_digest(p)) for p in files]
    record = outlook.record
    made = RunInput(source=outlook.id, release=None, sha256=digest(record["tables"]))
    return RunRecipe(
        kind="association",
        settings={"forecast": outlook.id, "deprivation": options.deprivation is not None},
        inputs=(*inputs, made),
        as_of=outlook.first_day - timedelta(days=1),
        known_at=None,
        seed=options.seed,
    )


def _compared(workspace: Workspace, outlook: Outlook, options: AssociationOptions) -> _Compared:
    """Return what is compared, in the order of the cells.

    Raises
    ------
    UnsupportedByDataError
        If too few cells have both a forecast and a composition.
    """
    from rightplace.app.association.composition import read_composition, read_deprivation
    from rightplace.app.association.numbers import Blocks

    area = outlook.area
    ids = area.cells["cell_id"].to_pylist()
    composition = read_composition(options.census, cell_ids=ids)
    deprived = None
    if options.deprivation is not None:
        deprived = read_deprivation(options.deprivation, cell_ids=ids)
    chance = np.random.default_rng(options.seed)
    found = _Compared(
        outlook=outlook,
        expected=outlook.expected.sum(axis=1),
        composition=composition,
        deprived=deprived,
        came=what_came(workspace, outlook),
        blocks=Blocks.of(area.cells["borough"].to_pylist(), generator=chance),
    )
    n = int(found.cells.sum())
    if n < FEWEST_CELLS:
        msg = f"{n} cells have a forecast and a composition; tenths need {FEWEST_CELLS} or more."
        remedy = "A smaller audit would tell of single places: take a larger area or finer units."
        raise UnsupportedByDataError(msg, value=n, remedy=remedy)
    return found


def _result(compared: _Compared, run_id: str, folder: Path) -> AssociationResult:
    composition, cells = compared.composition, compared.cells
    forecast_known = np.isfinite(compared.expected)
    tenths = _tenths(compared)
    deprived = compared.deprived
    return AssociationResult(
        association_id=run_id,
        forecast_id=compared.outlook.id,
        cells=int(cells.sum()),
        cells_without_forecast=int((~forecast_known).sum()),
        cells_without_composition=int((forecast_known & ~cells).sum()),
        cells_without_deprivation=(
            None if deprived is None else int((cells & ~np.isfinite(deprived)).sum())
        ),
        census_sheet=composition.sheet,
        associations=tuple(_associations(compared)),
        tenths=tenths,
        compared=compared.came.words,
        finding=finding(tenths),
        no_cause=NO_CAUSE,
        what_to_do=WHAT_TO_DO,
        associations_path=str(folder / "associations.parquet"),
        tenths_path=str(folder / "tenths.parquet"),
    )


def _associations(compared: _Compared) -> list[Association]:
    from rightplace.app.association.numbers import correlation, rank_correlation

    cells, blocks = compared.cells, compared.blocks
    km2 = compared.outlook.area.cells["area_km2"].to_numpy()
    rates = {
        "resident": compared.expected / compared.composition.residents,
        "km2": compared.expected / km2,
    }
    found = []
    for group, share in zip(compared.composition.groups, compared.composition.shares, strict=True):
        for per, rate in rates.items():
            pearson = correlation(share, rate, blocks=blocks, cells=cells)
            spearman = rank_correlation(share, rate, blocks=blocks, cells=cells)
            ends = _ends("pearson", pearson) | _ends("spearman", spearman)
            found.append(Association(group=group, per=per, **ends))
    return found


def _ends(name: str, estimate: Estimate | None) -> dict[str, float | None]:
    """Return an estimate as the columns of a row."""
    if estimate is None:
        return {name: None, f"{name}_lo95": None, f"{name}_hi95": None}
    return {name: estimate.value, f"{name}_lo95": estimate.lo95, f"{name}_hi95": estimate.hi95}


def _tenths(compared: _Compared) -> tuple[AuditTenth, ...]:
    """Return the tenths by each broad group (or each, where none is broad) and deprivation."""
    composition = compared.composition
    n = composition.broad or len(composition.groups)
    by: dict[str, NDArray[np.float64]] = dict(
        zip(composition.groups[:n], composition.shares[:n], strict=True)
    )
    if compared.deprived is not None:
        by[DEPRIVATION] = compared.deprived
    return tuple(row for name, values in by.items() for row in _tenths_by(compared, name, values))


def _tenths_by(compared: _Compared, name: str, values: NDArray[np.float64]) -> list[AuditTenth]:
    """Return the tenths by one value; where it is known what came, of those cells alone."""
    from rightplace.app.association.numbers import tenths

    cells = compared.cells & np.isfinite(values)
    if compared.came.known.any():
        cells &= compared.came.known
    if cells.sum() < FEWEST_CELLS:
        return []
    return [
        AuditTenth(by=name, tenth=number, **_row(compared, tenth, cells=cells))
        for number, tenth in enumerate(tenths(values, cells=cells), start=1)
    ]


def _row(
    compared: _Compared, tenth: NDArray[np.bool_], *, cells: NDArray[np.bool_]
) -> dict[str, Any]:
    """Return the numbers of a tenth of some cells."""
    from rightplace.app.association.numbers import ratio, ratio_beside

    came, blocks = compared.came, compared.blocks
    expected = compared.expected * came.scale
    residents = float(compared.composition.residents[tenth].sum())
    total, observed, found, beside = float(expected[tenth].sum()), None, None, None
    if came.known.any():
        observed = int(came.observed[tenth].sum())
        found = ratio(came.observed, expected, blocks=blocks, cells=tenth)
        beside = ratio_beside(came.observed, expected, blocks=blocks, cells=tenth, others=cells)
    return {
        "cells": int(tenth.sum()),
        "residents": residents,
        "expected": total,
        "expected_per_1000": 1000 * total / residents,
        "observed": observed,
        **_ends("ratio", found),
        **_ends("beside_all", beside),
    }


def finding(tenths: tuple[AuditTenth, ...]) -> str:
    """Return in a sentence how many tenths came out otherwise than all cells did."""
    ends = [
        (row.beside_all_lo95, row.beside_all_hi95)
        for row in tenths
        if row.beside_all_lo95 is not None and row.beside_all_hi95 is not None
    ]
    if not ends:
        return "Whether the forecast was as right in each tenth cannot be told."
    fewer, more = sum(high < 1 for _, high in ends), sum(low > 1 for low, _ in ends)
    return (
        f"Beside all cells, {fewer} of {len(ends)} tenths had fewer records than forecast and "
        f"{more} had more, beyond their 95 % interval; about {len(ends) / 20:.0f} would by chance."
    )


def _notices(result: AssociationResult) -> tuple[Notice, ...]:
    notices = []
    if result.cells_without_composition:
        message = (
            f"{result.cells_without_composition:,} cells with a forecast are not in the Census "
            f"file and are left out; codes of another year are the usual reason."
        )
        notices.append(Notice(code="composition-unmatched", message=message))
    if result.cells_without_deprivation:
        message = (
            f"{result.cells_without_deprivation:,} compared cells are not in the deprivation "
            f"file; its tenths leave them out."
        )
        notices.append(Notice(code="deprivation-unmatched", message=message))
    if result.cells_without_forecast:
        message = f"{result.cells_without_forecast:,} cells have no forecast (no data, not zero)."
        notices.append(Notice(code="no-data", message=message))
    return tuple(notices)
