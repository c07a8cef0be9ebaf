"""What `association` answers: rows of associations and of tenths, and what they mean."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Association:
    """How the expected count of cells goes with the share of a group among residents.

    Parameters
    ----------
    group
        The ethnic group as published; "(all)" sums those with the same first word.
    per
        ``resident`` or ``km2``: what the expected count is divided by.
    pearson, spearman
        Correlation over cells, -1 to 1; null where one does not vary.
    pearson_lo95, pearson_hi95, spearman_lo95, spearman_hi95
        95 % interval by drawing whole boroughs anew; null where there are too few.
    """

    group: str
    per: str
    pearson: float | None
    pearson_lo95: float | None
    pearson_hi95: float | None
    spearman: float | None
    spearman_lo95: float | None
    spearman_hi95: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditTenth:
    """What was expected, and came, in a tenth of cells.

    Parameters
    ----------
    by
        What cells are ordered by: the share of a group, or ``deprivation``.
    tenth
        1 for the lowest share, or the least deprived, to 10.
    residents
        Residents of those cells.
    expected
        Expected records over the time that is compared.
    expected_per_1000
        The same per 1,000 residents.
    observed
        What was recorded; null where the time is not yet on file.
    ratio, ratio_lo95, ratio_hi95
        Observed over expected, with its 95 % interval by boroughs.
    beside_all, beside_all_lo95, beside_all_hi95
        That ratio over the ratio of all compared cells: whether the forecast was as right here
        as elsewhere, whatever the level of the time.
    """

    by: str
    tenth: int
    cells: int
    residents: float
    expected: float
    expected_per_1000: float
    observed: int | None
    ratio: float | None
    ratio_lo95: float | None
    ratio_hi95: float | None
    beside_all: float | None
    beside_all_lo95: float | None
    beside_all_hi95: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociationResult:
    """Associations of a forecast with composition, and how right it was by tenth of it.

    Parameters
    ----------
    cells
        Cells that are compared: with a forecast and a composition.
    cells_without_forecast, cells_without_composition
        Cells left out: without data, and not in the Census file (codes of another year).
    cells_without_deprivation
        Compared cells that are not in the deprivation file; null if none was given.
    census_sheet
        Which table of the Census file was read.
    compared
        Which time is compared, or why none can be yet.
    finding
        The result in a sentence.
    no_cause, what_to_do
        What it does not mean, and what to do about it.
    """

    association_id: str
    forecast_id: str
    cells: int
    cells_without_forecast: int
    cells_without_composition: int
    cells_without_deprivation: int | None
    census_sheet: str
    associations: tuple[Association, ...]
    tenths: tuple[AuditTenth, ...]
    compared: str
    finding: str
    no_cause: str
    what_to_do: str
    associations_path: str
    tenths_path: str
