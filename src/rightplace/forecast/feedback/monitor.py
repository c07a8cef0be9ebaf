"""Whether recorded crime follows patrol: by places held out by chance, or else by association.

Police-generated records are read here to be watched; nothing in this module makes demand of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from rightplace.errors import BadInputError, UnsupportedByDataError, UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

DRAWS: Final = 999
# One-sided 80 % power: the standard normal quantile at 0.8.
_POWER: Final = 0.8416
_ROUNDING: Final = 1e-9
_TRIPLES: Final = ((0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HoldOut:
    """Which places a lot sent patrols to, and with what chance; all arrays of shape (n_units,).

    Parameters
    ----------
    treated
        Whether the unit (a place in the days of a plan) was to be visited.
    probability
        Chance with which the lot treats it, above 0 and below 1.
    drawn_together
        A number for each lot: units with the same number were drawn as one.
    stratum
        A number for each stratum within which a set number of lots was held out, every choice of
        them equally likely; -1 for units whose lot was independent of all others. None: all were.
    """

    treated: NDArray[np.bool_]
    probability: NDArray[np.float64]
    drawn_together: NDArray[np.int64]
    stratum: NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        """Check that a lot can have drawn this.

        Raises
        ------
        BadInputError
            If shapes differ, a chance is not inside 0 to 1, or units drawn as one differ.
        UnsupportedByDataError
            If no unit was treated, or none held out.
        """
        shapes = {self.treated.shape, self.probability.shape, self.drawn_together.shape}
        if self.stratum is not None:
            shapes.add(self.stratum.shape)
        if len(shapes) > 1 or self.treated.ndim != 1:
            msg = f"Arms, chances and lots speak of different units: {sorted(shapes)}."
            raise BadInputError(msg)
        if not ((self.probability > 0) & (self.probability < 1)).all():
            msg = "A chance of treatment must lie above 0 and below 1; else no lot was drawn."
            raise BadInputError(msg, remedy="Leave out places that were certain.")
        if not self.treated.any() or self.treated.all():
            msg = "A contrast needs places that were visited and places held out."
            raise UnsupportedByDataError(msg)
        order = np.argsort(self.drawn_together, kind="stable")
        same = np.diff(self.drawn_together[order]) == 0
        torn = (np.diff(self.treated[order].astype(int)) != 0) | (
            np.diff(self.probability[order]) != 0
        )
        if self.stratum is not None:
            torn |= np.diff(self.stratum[order]) != 0
        if (same & torn).any():
            msg = "Units drawn as one have different arms, chances or strata."
            raise BadInputError(msg)

    def redrawn(self, rng: np.random.Generator, *, draws: int) -> NDArray[np.bool_]:
        """Return arms as other lots would have drawn them, shape (n, n_units), n up to ``draws``.

        Lots outside strata are independent of each other; a stratum treats as many of its lots
        as it did. Draws that leave an arm empty are thrown away.
        """
        _, first, which = np.unique(self.drawn_together, return_index=True, return_inverse=True)
        keys = rng.random((draws, first.size))
        drawn = keys < self.probability[first]
        strata = np.full(first.size, -1) if self.stratum is None else self.stratum[first]
        for stratum in np.unique(strata[strata >= 0]):
            members = np.flatnonzero(strata == stratum)
            rank = keys[:, members].argsort(axis=1).argsort(axis=1)
            drawn[:, members] = rank < self.treated[first[members]].sum()
        arms = drawn[:, which.reshape(-1)]
        found: NDArray[np.bool_] = arms[arms.any(axis=1) & ~arms.all(axis=1)]
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """Later records in treated places against those held out.

    Parameters
    ----------
    treated, held_out
        Units in each arm.
    treated_mean, held_out_mean
        Records for each unit, every unit weighed by the inverse of its arm's chance.
    effect, lo, hi
        Difference of the means, and its interval of level ``1 - 2 * alert_p``.
    p
        Chance of such a difference or a greater one if patrol changed no record.
    would_be_seen
        Smallest true rise that eight such monitors in ten would alert at.
    """

    treated: int
    held_out: int
    treated_mean: float
    held_out_mean: float
    effect: float
    lo: float
    hi: float
    p: float
    would_be_seen: float


def hold_out_contrast(
    records: NDArray[np.integer],
    lot: HoldOut,
    *,
    alert_p: float,
    rng: np.random.Generator,
    draws: int = DRAWS,
) -> Contrast:
    """Return whether treated places have more later records than those held out.

    Places are compared as they were drawn, whether or not the visits were made (intention to
    treat). Test and interval come from drawing the lots anew, with nothing assumed of how records
    spread. With D the weighted difference of the means, records y, arms T, other arms T', and an
    effect e added to every treated unit, the lot T' would have shown D(y, T') + e (1 - D(T, T'))
    where D(y, T) was seen; solved for e it is a draw of the interval's end.

    Parameters
    ----------
    records
        Shape (n_units,). Records in the days of the plan and after.
    lot
        Arms and chances.
    alert_p
        One-sided level of the test, above 0 and below 0.5.
    rng
        Draws other lots.
    draws
        How many.

    References
    ----------
    Imbens and Rubin (2015), Causal Inference for Statistics, Social, and Biomedical Sciences,
    chapter 5 (randomisation tests and intervals by their inversion). Hájek (1971) for the
    weighted means.
    """
    counts = np.asarray(records, dtype=np.float64)
    arms = lot.redrawn(rng, draws=draws)
    observed = lot.treated[None, :]
    means = _weighted_means(counts, observed, lot.probability)
    effect = float((means[0] - means[1])[0])
    shown = np.subtract(*_weighted_means(counts, arms, lot.probability))
    moved = np.subtract(*_weighted_means(lot.treated.astype(float), arms, lot.probability))
    low, high = _ends(effect - shown, 1 - moved, alert_p=alert_p)
    return Contrast(
        treated=int(lot.treated.sum()),
        held_out=int((~lot.treated).sum()),
        treated_mean=float(means[0][0]),
        held_out_mean=float(means[1][0]),
        effect=effect,
        lo=low,
        hi=high,
        p=float((1 + (shown >= effect - _ROUNDING).sum()) / (1 + shown.size)),
        would_be_seen=float(np.quantile(shown, 1 - alert_p) + _POWER * np.std(shown)),
    )


def _ends(
    above: NDArray[np.float64], freed: NDArray[np.float64], *, alert_p: float
) -> tuple[float, float]:
    """Return the ends of the interval: the effects that the lots do not contradict.

    An effect is contradicted from below if so few lots give as much that, the lot that was drawn
    counted with them, they are ``alert_p`` or less: the lower end is above 0 exactly if p is that
    small. A lot that is the one drawn says nothing and contradicts no effect.

    Raises
    ------
    UsageError
        If there are too few lots for so small a chance.
    """
    last = int(alert_p * (1 + above.size) + _ROUNDING) - 1
    if last < 0:
        msg = f"{above.size} lots cannot tell a chance of {alert_p:g}."
        raise UsageError(msg, remedy=f"Draw {round(1 / alert_p)} or more.")
    says = freed > _ROUNDING
    ends = np.divide(above, freed, out=np.zeros_like(above), where=says)
    low = np.sort(np.where(says, ends, -np.inf))[last]
    high = np.sort(np.where(says, ends, np.inf))[-1 - last]
    return float(low), float(high)


def _weighted_means(
    values: NDArray[np.float64], arms: NDArray[np.bool_], chance: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the means of both arms, each unit weighed by one over its arm's chance, (n_lots,)."""
    inside, outside = arms / chance, ~arms / (1 - chance)
    return (
        np.asarray(inside @ values / inside.sum(axis=1)),
        np.asarray(outside @ values / outside.sum(axis=1)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Association:
    """How minutes of patrol go with the records of the next period, by ranks within a period.

    Parameters
    ----------
    units
        Places times periods that were looked at.
    plain
        Correlation of ranks, -1 to 1.
    given_forecast, lo, hi
        The same for places of equal forecast, with its interval of level ``1 - 2 * alert_p``.
    """

    units: int
    plain: float
    given_forecast: float
    lo: float
    hi: float


def association(
    minutes: NDArray[np.float64],
    later: NDArray[np.float64],
    expected: NDArray[np.float64],
    *,
    alert_p: float,
    rng: np.random.Generator,
    draws: int = DRAWS,
) -> Association:
    """Return how patrol goes with later records; it cannot say why.

    Good targeting looks the same as a loop here: patrols that go where crime will be are followed
    by crime. The interval draws whole places anew, for a place is like itself over time.

    Parameters
    ----------
    minutes
        Shape (n_cells, n_periods). Minutes of patrol in a period.
    later
        Same shape. Records of the period after; NaN where there are no data.
    expected
        Same shape. What was forecast for the period of the patrol; NaN where nothing was.
    alert_p
        One-sided level.
    rng
        Draws places anew.
    draws
        How often.

    Raises
    ------
    UnsupportedByDataError
        If minutes or records nowhere differ between places of a period.
    """
    products, units = _products(minutes, later, expected)
    whole = products.sum(axis=0)
    if units == 0 or (whole[:2] <= 0).any():
        msg = "Patrol or records are the same in all places: no association can be told."
        raise UnsupportedByDataError(msg, remedy="Give visits of more places and periods.")
    weights = rng.multinomial(len(products), np.full(len(products), 1 / len(products)), size=draws)
    _, drawn = _correlations(weights @ products)
    plain, given = _correlations(whole[None, :])
    low, high = np.nanquantile(drawn, [alert_p, 1 - alert_p])
    return Association(
        units=units,
        plain=float(plain[0]),
        given_forecast=float(given[0]),
        lo=float(low),
        hi=float(high),
    )


def _products(
    minutes: NDArray[np.float64], later: NDArray[np.float64], expected: NDArray[np.float64]
) -> tuple[NDArray[np.float64], int]:
    """Return sums of products of ranks by cell, in the order of ``_TRIPLES``, and the units."""
    from scipy.stats import rankdata  # noqa: PLC0415 - slow to import

    products = np.zeros((minutes.shape[0], len(_TRIPLES)))
    units = 0
    for period in range(minutes.shape[1]):
        three = np.column_stack([x[:, period] for x in (minutes, later, expected)])
        known = np.flatnonzero(np.isfinite(three).all(axis=1))
        if known.size == 0 or not three[known, 0].any():
            continue  # no patrol at all in the period: nothing to tell places apart by
        ranks = rankdata(three[known], axis=0)
        ranks = (ranks - ranks.mean(axis=0)) / known.size
        for column, (a, b) in enumerate(_TRIPLES):
            products[known, column] += ranks[:, a] * ranks[:, b]
        units += known.size
    return products, units


def _correlations(
    sums: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return plain and partial correlations of minutes and records from sums of products."""
    mm, rr, ee, mr, me, re = sums.T
    with np.errstate(invalid="ignore", divide="ignore"):
        plain = mr / np.sqrt(mm * rr)
        to_minutes = np.where((mm > 0) & (ee > 0), me / np.sqrt(mm * ee), 0.0)
        to_records = np.where((rr > 0) & (ee > 0), re / np.sqrt(rr * ee), 0.0)
        left = np.sqrt((1 - to_minutes**2) * (1 - to_records**2))
        given = (plain - to_minutes * to_records) / left
    return plain, np.asarray(given)
