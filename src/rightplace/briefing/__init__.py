"""What leaves the building: one-page briefs, the plan's index, maps, GeoPackage, GeoJSON, CSV.

This room computes nothing: it takes plain values, checks that they can be shown, and renders.
What needs heavy libraries is loaded when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from rightplace.briefing.layer import MapBorough, MapCell, MapLabel, MapLayer, MapVisit
from rightplace.briefing.overview import (
    BcuRow,
    ConstraintCost,
    EqualityLine,
    EqualityTable,
    Link,
    Named,
    PlanOverview,
)
from rightplace.briefing.report.rows import (
    AreaScore,
    BestPoint,
    CurvePoint,
    Difference,
    Estimate,
    HeldInterval,
    MethodLine,
    OriginRow,
    PitBars,
    StableShare,
    TenthRow,
)
from rightplace.briefing.report.values import Finding, Findings, Report, ReportNumbers
from rightplace.briefing.sheet import BriefSheet, Copy, InForceItem, Totals, VisitLine
from rightplace.briefing.stamp import COUNTED_MONTHLY, PLACE_NOT_PERSON, Stamp

if TYPE_CHECKING:
    from rightplace.briefing.exports import PlanTables, write_exports
    from rightplace.briefing.page import plan_page, sheet_page
    from rightplace.briefing.pdf import sheet_pdf
    from rightplace.briefing.picture import map_svg
    from rightplace.briefing.report.page import backtest_page

__all__ = [
    "COUNTED_MONTHLY",
    "PLACE_NOT_PERSON",
    "AreaScore",
    "BcuRow",
    "BestPoint",
    "BriefSheet",
    "ConstraintCost",
    "Copy",
    "CurvePoint",
    "Difference",
    "EqualityLine",
    "EqualityTable",
    "Estimate",
    "Finding",
    "Findings",
    "HeldInterval",
    "InForceItem",
    "Link",
    "MapBorough",
    "MapCell",
    "MapLabel",
    "MapLayer",
    "MapVisit",
    "MethodLine",
    "Named",
    "OriginRow",
    "PitBars",
    "PlanOverview",
    "PlanTables",
    "Report",
    "ReportNumbers",
    "StableShare",
    "Stamp",
    "TenthRow",
    "Totals",
    "VisitLine",
    "backtest_page",
    "map_svg",
    "plan_page",
    "sheet_page",
    "sheet_pdf",
    "write_exports",
]

_LATER = {
    "PlanTables": "exports",
    "backtest_page": "report.page",
    "map_svg": "picture",
    "plan_page": "page",
    "sheet_page": "page",
    "sheet_pdf": "pdf",
    "write_exports": "exports",
}


def __getattr__(name: str) -> object:
    """Return a public name whose module loads heavy libraries.

    Raises
    ------
    AttributeError
        If the front has no such name.
    """
    if name not in _LATER:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
