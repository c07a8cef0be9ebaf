"""Logistic regression with an interval that allows for searches of one day hanging together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rightplace.errors import UndefinedMetricError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_STEPS = 50
_SETTLED = 1e-8
_SAME = 1e-9  # of the largest term; what is left of a smaller one is rounding
_LARGEST = 15.0  # log odds; beyond it the groups are separated and no estimate is finite


def log_odds(
    terms: NDArray[np.float64], outcome: NDArray[np.bool_], *, cluster: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the coefficients of a logistic regression and their standard errors.

    Newton's method; the errors are those of the sandwich over clusters, so searches of one
    incident, which fall on one day, do not count as so many independent ones.

    Parameters
    ----------
    terms
        Shape (n, k), of full column rank.
    outcome
        Shape (n,).
    cluster
        Shape (n,). Which searches hang together.

    Returns
    -------
    tuple
        Coefficients and standard errors, each of shape (k,).

    Raises
    ------
    UndefinedMetricError
        If no finite estimate exists: one outcome only, or terms that foretell it or each other.

    References
    ----------
    McCullagh and Nelder (1989), Generalized Linear Models, 2nd ed., 4.4; Liang and Zeger (1986),
    Biometrika 73, 13-22 (the sandwich), with the factor m / (m - 1) for m clusters.
    """
    weights = np.zeros(terms.shape[1])
    for _ in range(_STEPS):
        share = 1 / (1 + np.exp(-np.clip(terms @ weights, -30, 30)))
        information = (terms * (share * (1 - share))[:, None]).T @ terms
        if np.linalg.matrix_rank(information) < terms.shape[1]:
            break
        step = np.linalg.solve(information, terms.T @ (outcome - share))
        weights = weights + step
        if np.abs(weights).max() > _LARGEST:
            break
        if np.abs(step).max() < _SETTLED:
            return weights, _errors(terms, outcome - share, information, cluster)
    msg = "No finite odds exist: the searches are of one kind, or the terms foretell the group."
    raise UndefinedMetricError(msg, remedy="Take more months, or a larger group.")


def _errors(
    terms: NDArray[np.float64],
    residual: NDArray[np.float64],
    information: NDArray[np.float64],
    cluster: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return the standard errors of the sandwich over clusters."""
    _, which = np.unique(cluster, return_inverse=True)
    clusters = int(which.max()) + 1
    scores = np.zeros((clusters, terms.shape[1]))
    np.add.at(scores, which, terms * residual[:, None])
    bread = np.linalg.inv(information)
    spread = bread @ (scores.T @ scores) @ bread * (clusters / max(clusters - 1, 1))
    return np.sqrt(np.diag(spread))


def spline(x: NDArray[np.float64], *, pieces: int) -> NDArray[np.float64]:
    """Return a natural cubic spline's terms of x, without a constant.

    Knots lie at evenly spaced quantiles of x; beyond the outer ones the curve is straight. Terms
    are made orthogonal, with mean 0 and standard deviation 1; those that say nothing are dropped.

    Parameters
    ----------
    x
        Shape (n,).
    pieces
        Terms, 1 or more; 1 is a straight line.

    Returns
    -------
    ndarray
        Shape (n, at most ``pieces``).

    References
    ----------
    Hastie, Tibshirani and Friedman (2009), The Elements of Statistical Learning, 2nd ed., 5.2.1.
    """
    knots = np.unique(np.quantile(x, np.linspace(0, 1, pieces + 1)))
    terms = [x]
    if knots.size > 2:  # noqa: PLR2004 - a curve needs a knot between its ends
        last = _above(x, knots[-2], knots[-1])
        terms += [_above(x, knot, knots[-1]) - last for knot in knots[:-2]]
    found = np.column_stack(terms)
    turned, size = np.linalg.qr(found - found.mean(axis=0))
    own = np.abs(np.diag(size)) > _SAME * np.abs(size).max()
    return np.asarray(turned[:, own] * np.sqrt(x.size))


def _above(x: NDArray[np.float64], knot: float, end: float) -> NDArray[np.float64]:
    cubes = np.maximum(x - knot, 0) ** 3 - np.maximum(x - end, 0) ** 3
    return np.asarray(cubes / (end - knot))
