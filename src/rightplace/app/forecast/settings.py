"""Settings of forecasts."""

from __future__ import annotations

from dataclasses import dataclass

from rightplace.errors import UsageError

# In ``holidays``: those of England for an area of London's boroughs, none elsewhere; and none.
BY_AREA, NO_HOLIDAYS = "by-area", "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastSettings:
    """How violence is forecast when nothing else is asked for.

    Parameters
    ----------
    method
        Name of a method and its settings, as in ``backtest --methods``. Where there is less than
        a year of records, ``additive_memory`` gives way to fading counts, and the answer says so.
    published_cells_share
        Smallest share of a borough's cells with any record for its month to count as published,
        above 0 and at most 1.
    holidays
        Whose bank holidays have a factor of their own: a country, or a part of one, such as
        ``GB-ENG`` or ``CA-ON``; ``none``; ``by-area`` is ``GB-ENG`` for an area of London's
        boroughs and none elsewhere.
    day_kinds
        CSV file of further kinds of day (school holidays, events) with the columns first_day,
        last_day and kind; looked for beside the workspace's own files. Empty for none.
    place_features
        CSV file of what stands in each cell, with the column cell_id and allowed features; looked
        for beside the workspace's own files. Empty for none. Only ``boosted`` reads it.
    features
        Features allowed beside those that ship, one a line: name | meaning | source. Words of
        persons, protected characteristics or police activity are refused.
    """

    method: str = "additive_memory"
    published_cells_share: float = 0.5
    holidays: str = BY_AREA
    day_kinds: str = ""
    place_features: str = ""
    features: str = ""

    def __post_init__(self) -> None:
        """Check the share: at 0 or below what was never published would pass for no violence.

        Raises
        ------
        UsageError
            If it is not above 0 and at most 1.
        """
        share = self.published_cells_share
        if not 0 < share <= 1:
            msg = f"forecast.published_cells_share must be above 0 and at most 1, not {share:g}."
            raise UsageError(msg, value=share, remedy="Half is the usual: 0.5.")
