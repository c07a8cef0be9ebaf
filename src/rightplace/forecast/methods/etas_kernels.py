"""Compiled loop over the events of all cells: one step of expectation for ETAS.

Compiled when first called and kept in memory only, so that nothing is written beside the
installed package.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numba
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


class Sums(NamedTuple):
    """What one walk over the events adds up; letters as in ``etas``.

    Parameters
    ----------
    triggered
        Sum over events of the probability of having been triggered.
    lag
        Sum of that probability times the days since the triggering event.
    heard
        Sum over events of the share of their offspring that fell into observed time.
    heard_slope
        Its derivative by omega.
    log_likelihood
        Of all events under the parameters that were walked with.
    """

    triggered: float
    lag: float
    heard: float
    heard_slope: float
    log_likelihood: float


def _walk(
    times: NDArray[np.float64],
    spans: NDArray[np.float64],
    firsts: tuple[NDArray[np.int64], NDArray[np.int64]],
    mu: NDArray[np.float64],
    theta_omega: tuple[float, float],
    background: NDArray[np.float64],
) -> tuple[float, float, float, float, float]:
    """Walk once over each cell's events and fill in their probability of being background.

    ``fades`` is the sum of exp(-omega age) over the cell's earlier events and ``aged`` that of
    age x exp(-omega age): both are carried from event to event, so that n events cost n steps
    (Ogata 1981). A span is a stretch of observed time; events outside of spans there are none.
    ``firsts`` says where the events and the spans of each cell begin.
    """
    theta, omega = theta_omega
    first_event, first_span = firsts
    triggered = lag = heard = heard_slope = log_likelihood = 0.0
    for cell in range(mu.size):
        fades = aged = now = 0.0
        event, last = first_event[cell], first_event[cell + 1]
        for span in range(first_span[cell], first_span[cell + 1]):
            step = spans[span, 0] - now
            decay = np.exp(-omega * step)
            aged = decay * (aged + step * fades)
            fades *= decay
            now = spans[span, 0]
            heard += fades
            heard_slope -= aged
            log_likelihood -= mu[cell] * (spans[span, 1] - spans[span, 0]) + theta * fades
            while event < last and times[event] < spans[span, 1]:
                step = times[event] - now
                decay = np.exp(-omega * step)
                aged = decay * (aged + step * fades)
                fades *= decay
                now = times[event]
                rate = mu[cell] + theta * omega * fades
                log_likelihood += np.log(rate) - theta
                background[event] = mu[cell] / rate
                triggered += theta * omega * fades / rate
                lag += theta * omega * aged / rate
                heard += 1.0
                fades += 1.0
                event += 1
            step = spans[span, 1] - now
            decay = np.exp(-omega * step)
            aged = decay * (aged + step * fades)
            fades *= decay
            now = spans[span, 1]
            heard -= fades
            heard_slope += aged
            log_likelihood += theta * fades
    return triggered, lag, heard, heard_slope, log_likelihood


def _compiled(loop: Callable[..., Any]) -> Callable[..., Any]:
    compiled: Callable[..., Any] = numba.njit(nogil=True)(loop)
    return compiled


walk = _compiled(_walk)
