"""The boosted challenger and the stack beside additive memory: Toronto by week, London by month.

Run with ``python -m benchmarks.quality.boosted``; prints a Markdown table for each city, worse rows
included, and what each method has over the reference with its paired 95 % interval.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.quality import london, toronto
from benchmarks.quality.toronto import SHARES
from rightplace.forecast import rolling_backtest
from rightplace.forecast.judging.trial import one_step_ahead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rightplace.forecast import Backtest, History

METHODS = ("boosted", "stack", "stack@boosted=1", "stack@additive_memory=0", "additive_memory")
# The trial of boosted trees that the benchmark's definition prints for Toronto's 52 origins.
PRINTED_TRIAL = {"pai": "18.269/13.535/8.581/5.827", "log_score": "-.14396"}
CITIES = {
    "Toronto, assault and robbery, weekly, 52 origins": toronto.REFERENCE,
    "London, recorded violence and robbery, monthly, 12 origins": london.METHODS[
        "fading, half-life 12 months"
    ],
}


def cases() -> list[tuple[str, History, list[int]]]:
    """Return each city's title, history and origins."""
    history, origins, _ = toronto.load()
    months = london.load()
    last = list(range(months.n_periods - london.N_ORIGINS, months.n_periods))
    return list(zip(CITIES, (history, months), (origins, last), strict=True))


def scored(history: History, origins: Sequence[int], *, reference: str) -> Backtest:
    """Return the backtest of the methods and the reference."""
    return rolling_backtest(
        history, origins, methods=[*METHODS, reference], generator=np.random.default_rng(0)
    )


def seconds(history: History, origins: Sequence[int], method: str) -> float:
    """Return the CPU seconds of forecasting all origins, learning anew as the method does."""
    started = time.process_time()
    one_step_ahead(history, method, periods=origins)
    return time.process_time() - started


def table(found: Backtest, *, reference: str, cpu: dict[str, float]) -> list[str]:
    """Return a Markdown table of scores, with each method's log score over the reference's."""
    over = {
        pair.a: pair for pair in found.pairs if pair.b == reference and pair.metric == "log_score"
    }
    lines = [
        "| method | PAI 1/2/5/10 % | log score | over the reference (95 %) | PIT 80 % | CPU s |",
        "|---|---|---|---|---|---|",
    ]
    for method, scores in found.methods.items():
        pai = "/".join(f"{scores['pai'][share]:.3f}" for share in SHARES)
        pair = over.get(method)
        beside = f"{pair.diff:+.5f} ({pair.lo95:+.5f} to {pair.hi95:+.5f})" if pair else ""
        lines.append(
            f"| {method} | {pai} | {scores['log_score']:.5f} | {beside} "
            f"| {scores['pit_coverage80']:.3f} | {cpu[method]:.1f} |"
        )
    return lines


def main() -> None:
    """Print both cities."""
    for title, history, origins in cases():
        reference = CITIES[title]
        found = scored(history, origins, reference=reference)
        cpu = {method: seconds(history, origins, method) for method in found.methods}
        print(f"\n{title}\n")
        print("\n".join(table(found, reference=reference, cpu=cpu)))
        if title.startswith("Toronto"):
            print(
                f"| printed trial | {PRINTED_TRIAL['pai']} | {PRINTED_TRIAL['log_score']} | | | |"
            )
        print(f"\n{found.verdict}")


if __name__ == "__main__":
    main()
