"""The Seattle Drug Market Intervention, as published with the microsynth package for R."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np

from rightplace.evaluate.designs.synthetic.matching import Matching, UnitTable
from tests.paths import SHARED
from tests.rda_files import read_rda

FILE: Final = SHARED / "evaluation" / "seattledmi.rda"
COVARIATES: Final = (
    "TotalPop",
    "BLACK",
    "HISPANIC",
    "Males_1521",
    "HOUSEHOLDS",
    "FAMILYHOUS",
    "FEMALE_HOU",
    "RENTER_HOU",
    "VACANT_HOU",
)
FOUR: Final = ("i_felony", "i_misdemea", "i_drugs", "any_crime")
NINE: Final = (
    "i_robbery",
    "i_aggassau",
    "i_burglary",
    "i_larceny",
    "i_felony",
    "i_misdemea",
    "i_drugsale",
    "i_drugposs",
    "any_crime",
)
AGGREGATED: Final = Matching(
    outcomes={
        "i_robbery": (2,) * 6,
        "i_aggassau": (2,) * 6,
        "i_burglary": (1,) * 12,
        "i_larceny": (1,) * 12,
        "i_felony": (2,) * 6,
        "i_misdemea": (2,) * 6,
        "i_drugsale": (4,) * 3,
        "i_drugposs": (4,) * 3,
        "any_crime": (1,) * 12,
    },
    covariates=COVARIATES,
)


@cache
def seattle() -> UnitTable:
    """Return 9,642 blocks, of which 39 were treated, in 16 quarters, the last 4 treated."""
    columns = read_rda(FILE)["seattledmi"]
    blocks, rows = np.unique(columns["ID"], return_inverse=True)
    quarters = columns["time"].astype(np.int64) - 1

    def table(name: str) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        cells = np.zeros((blocks.size, 16))
        cells[rows, quarters] = columns[name]
        return cells

    return UnitTable(
        units=tuple(f"{block:.0f}" for block in blocks),
        treated=table("Intervention").max(axis=1) > 0,
        outcomes={name: table(name) for name in (*NINE, "i_drugs")},
        covariates={name: table(name)[:, 0] for name in COVARIATES},
        periods=tuple(str(quarter) for quarter in range(1, 17)),
        first_treated=12,
    )
