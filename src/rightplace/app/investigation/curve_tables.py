"""Tables of the curves of a look ahead, from which its charts are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from rightplace.deploy.investigation.curves import backlog_curve, interview_curve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rightplace.app.investigation.settings import DetectiveSettings
    from rightplace.deploy.investigation.curves import Curve
    from rightplace.deploy.investigation.simulated import Simulated

_ASKED = [("what_if", pa.string()), ("unit", pa.string())]
BACKLOG = pa.schema(
    [*_ASKED, ("week", pa.int64()), *((name, pa.float64()) for name in ("weeks", "lo80", "hi80"))]
)
INTERVIEWS = pa.schema(
    [*_ASKED, ("day", pa.int64()), *((name, pa.float64()) for name in ("share", "lo", "hi"))]
)


def backlog_table(simulated: Sequence[tuple[str, Simulated]]) -> pa.Table:
    """Return open work in weeks of a unit's hours by week: mean, and 80 % of futures.

    Parameters
    ----------
    simulated
        How each unit is asked, and what happened.
    """
    tables = [_table(asked, each, backlog_curve(each), BACKLOG) for asked, each in simulated]
    return pa.concat_tables(tables)


def interviews_table(
    simulated: Sequence[tuple[str, Simulated]], settings: DetectiveSettings
) -> pa.Table:
    """Return the share that had the first interview by day, of cases that come to one.

    Parameters
    ----------
    simulated
        How each unit is asked, and what happened; units without an interview are left out.
    settings
        Groups of futures, and how sure the band is.
    """
    curves = [
        (asked, each, interview_curve(each, sections=settings.sections, level=settings.level))
        for asked, each in simulated
    ]
    tables = [
        _table(asked, each, curve, INTERVIEWS) for asked, each, curve in curves if curve is not None
    ]
    return pa.concat_tables(tables) if tables else INTERVIEWS.empty_table()


def _table(asked: str, simulated: Simulated, curve: Curve, schema: pa.Schema) -> pa.Table:
    points = curve[0].size
    names = [np.full(points, each, dtype=object) for each in (asked, simulated.unit.key)]
    numbers = [pa.array(each, from_pandas=True) for each in curve]  # not a number becomes null
    return pa.table([*names, np.arange(points), *numbers], schema=schema)
