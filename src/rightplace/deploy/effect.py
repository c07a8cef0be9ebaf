"""How much a visit prevents: a dated record with interval, source, version and approver.

The record holds the relative change of the expected count at an *anchor dose*. With ``v`` visits
in a slot of ``h`` hours, the dose relative to the anchor is

    g(v, h) = (1 - r^(v * H / h)) / (1 - r^A)

where A visits in H hours are the anchor and r is the ratio of one visit's log reduction to the
one before it. The expected count is multiplied by ``exp(-B * g)``, with ``B = -log(1 + change)``:
on the log-ratio scale no dose takes events below zero, and g(A, H) = 1 gives the change itself.
Evidence is per hot spot and programme, so the scale per visit is an assumption of the record.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from rightplace.errors import BadInputError, NotHeldError, UnsupportedByDataError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import ArrayLike, NDArray

DEFAULT_EFFECT = "hot-spot-visit"


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectSize:
    """What one dose of visits does to the expected count of a place, as a dated record.

    Parameters
    ----------
    name, version
        Which record this is.
    change_mean, change_lo, change_hi
        Relative change of the expected count at the anchor dose, above -1: -0.12 is 12 % fewer.
        ``lo`` is the greater reduction.
    level
        Probability that the interval is read to hold, 0 to 1.
    anchor_visits, anchor_hours
        The dose at which the change holds: so many visits within so many hours.
    further_visit_ratio
        Log reduction of a visit as a share of the one before it, above 0 and below 1.
    source, assumptions, approver
        Where the figures come from, what is assumed beyond them, who approved their use.
    in_force_from, in_force_to
        First and last day for which the record is used; no last day while it stands.
    """

    name: str
    version: str
    change_mean: float
    change_lo: float
    change_hi: float
    level: float
    anchor_visits: int
    anchor_hours: float
    further_visit_ratio: float
    source: str
    assumptions: tuple[str, ...]
    approver: str
    in_force_from: date
    in_force_to: date | None = None

    def __post_init__(self) -> None:
        """Check that the figures can be an effect.

        Raises
        ------
        BadInputError
            If any of them cannot; all faults are named.
        """
        ordered = -1 < self.change_lo <= self.change_mean <= self.change_hi < math.inf
        facts = {
            "change_lo <= change_mean <= change_hi must hold, all above -1": ordered,
            "level must lie between 0 and 1": 0 < self.level < 1,
            "anchor_visits must be 1 or more": self.anchor_visits >= 1,
            "anchor_hours must be above 0": 0 < self.anchor_hours < math.inf,
            "further_visit_ratio must lie between 0 and 1": 0 < self.further_visit_ratio < 1,
            "source and approver must be stated": bool(self.source and self.approver),
            "in_force_to must not precede in_force_from": self.in_force_to is None
            or self.in_force_from <= self.in_force_to,
        }
        wrong = [fact for fact, holds in facts.items() if not holds]
        if wrong:
            msg = f"The effect size {self.name!r} version {self.version}: {'; '.join(wrong)}."
            raise BadInputError(msg, value=self.name, remedy="Correct the record.")

    @property
    def log_reduction(self) -> float:
        """Reduction at the anchor dose on the log scale: B of the module, 0.128 for -12 %."""
        return -math.log1p(self.change_mean)

    @property
    def log_reduction_sd(self) -> float:
        """Standard deviation of the log reduction, from the interval's width on the log scale."""
        width = math.log1p(self.change_hi) - math.log1p(self.change_lo)
        return width / (2 * NormalDist().inv_cdf((1 + self.level) / 2))

    def dose(self, visits: ArrayLike, *, slot_hours: ArrayLike) -> NDArray[np.float64]:
        """Return the dose relative to the anchor, 0 or more, concave in the visits.

        Parameters
        ----------
        visits
            Visits made in a slot, 0 or more.
        slot_hours
            Elapsed hours of the slot; broadcast against ``visits``.
        """
        ratio = self.further_visit_ratio
        equivalent = np.asarray(visits) * self.anchor_hours / np.asarray(slot_hours)
        relative = (1 - ratio**equivalent) / (1 - ratio**self.anchor_visits)
        return np.asarray(relative, dtype=np.float64)

    def prevented_share(self, visits: ArrayLike, *, slot_hours: ArrayLike) -> NDArray[np.float64]:
        """Return the share of a slot's expected count that its visits prevent, at the mean effect.

        Below 1 for any number of visits; planned, not achieved.
        """
        return -np.expm1(-self.log_reduction * self.dose(visits, slot_hours=slot_hours))

    def marginal_shares(
        self, slot_hours: NDArray[np.float64], *, visits: int
    ) -> NDArray[np.float64]:
        """Return what each further visit adds to the prevented share, shape (n_slots, visits).

        Never increases along a row: 1 - exp(-x) is concave and so is the dose.

        Raises
        ------
        UnsupportedByDataError
            If the mean effect is no reduction: no plan can be chosen by it.
        """
        if self.change_mean >= 0:
            msg = (
                f"The effect size {self.name!r} version {self.version} is a change of "
                f"{self.change_mean:+.1%}, no reduction: there is nothing to plan by."
            )
            raise UnsupportedByDataError(msg, remedy="Choose another effect-size record.")
        doses = np.arange(visits + 1)[None, :]
        return np.diff(self.prevented_share(doses, slot_hours=slot_hours[:, None]), axis=1)

    def draw_log_reductions(self, draws: int, *, rng: np.random.Generator) -> NDArray[np.float64]:
        """Return draws of the log reduction at the anchor, shape (draws,).

        Normal on the log-ratio scale; a draw below 0 stands for visits that do harm.
        """
        return rng.normal(self.log_reduction, self.log_reduction_sd, size=draws)


def effect_size_on(
    records: Sequence[EffectSize], day: date, *, name: str = DEFAULT_EFFECT
) -> EffectSize:
    """Return the record of a name that is in force on a day; the later one if two are.

    Raises
    ------
    NotHeldError
        If none is.
    """
    found = [
        record
        for record in records
        if record.name == name
        and record.in_force_from <= day
        and (record.in_force_to is None or day <= record.in_force_to)
    ]
    if not found:
        held = ", ".join(sorted({record.name for record in records})) or "none"
        msg = f"No effect size {name!r} is in force on {day.isoformat()}."
        raise NotHeldError(msg, value=name, remedy=f"Records held: {held}.")
    return max(found, key=lambda record: record.in_force_from)
