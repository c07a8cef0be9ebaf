"""One outcome, the weights of its comparison, and the placebos it is judged by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.evaluate.designs.synthetic.calibrate import Calibration
    from rightplace.evaluate.designs.synthetic.draws import Placebos
    from rightplace.evaluate.designs.synthetic.matching import Constraints, UnitTable


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Comparison:
    """One outcome, its weights and its placebos.

    Parameters
    ----------
    table, outcome
        What is looked at.
    wanted, found
        What the weights must match, and the weights.
    drawn
        Placebo groups.
    level
        Of intervals.
    """

    table: UnitTable
    outcome: str
    wanted: Constraints
    found: Calibration
    drawn: Placebos
    level: float

    @property
    def counts(self) -> NDArray[np.float64]:
        """Shape (n_units, n_periods)."""
        return self.table.outcomes[self.outcome]

    @property
    def observed(self) -> NDArray[np.float64]:
        """Counted in the treated units together, shape (n_periods,)."""
        return np.asarray(self.counts[self.table.treated].sum(axis=0))

    @property
    def expected(self) -> NDArray[np.float64]:
        """Weighted count of the others, shape (n_periods,)."""
        others = ~self.table.treated
        return np.asarray(self.found.weights[others] @ self.counts[others])

    @property
    def after(self) -> slice:
        """The periods of the operation."""
        return slice(self.table.first_treated, len(self.table.periods))
