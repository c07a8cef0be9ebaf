"""What a backtest's numbers say, in words: short sentences that claim no more than they can."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rightplace.briefing.numerals import share_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rightplace.briefing import Estimate

Row = dict[str, Any]

_MEASURES: Final = {
    "log_score": "log score",
    "log_score_same_noise": "log score, same noise",
    "crps": "CRPS",
}
_UNITS: Final = {
    "cells": "cells, one period",
    "cells_4_periods": "cells of the top tenth, 4 periods together",
    "groups": "boroughs or districts, one period",
    "top_tenth_4_periods": "the whole top tenth of cells, 4 periods together",
}
LEVEL_JUDGED: Final = 0.8
CANNOT_BE_TOLD: Final = "cannot be told"


def cannot_tell(n_origins: int) -> str:
    """Return that there are too few periods."""
    return f"cannot be told from {n_origins} {'period' if n_origins == 1 else 'periods'}"


def measure_words(metric: str) -> str:
    """Return a metric's name as a reader sees it."""
    name, _, share = metric.partition("@")
    if share:
        return f"{name.upper()} at {share_words(float(share))} of cells"
    return _MEASURES.get(name, name)


def standing_words(judgement: Row | None, *, n_origins: int) -> str:
    """Return how a method stands against the reference by log score."""
    if judgement is None:
        return "no judgement"
    if judgement["better"] is None:
        return cannot_tell(n_origins)
    if judgement["better"]:
        return "better"
    if judgement["worse"]:
        return "worse"
    if judgement["log_score_no_worse"]:
        return "not better; no worse than the margin of 0.1 %"
    return "not better; may be worse by more than the margin of 0.1 %"


def difference_words(
    metric: str, percent: Estimate, *, margin_percent: float | None, n_origins: int
) -> str:
    """Return what the interval of a difference says.

    Superiority is claimed on the log score alone; other measures are called higher or lower.
    """
    if percent.lo is None or percent.hi is None:
        return cannot_tell(n_origins)
    good, bad = ("better", "worse") if "score" in metric else ("favourable", "unfavourable")
    if metric.startswith("pai@"):
        good, bad = "higher", "lower"
    if percent.lo > 0:
        return good
    said = bad if percent.hi < 0 else f"not {good}"
    if margin_percent is None:
        return said
    if percent.hi < margin_percent:
        return f"{said}, beyond the margin"
    return f"{said}, {'within' if percent.lo > margin_percent else 'maybe beyond'} the margin"


def interval_units(units: str) -> str:
    """Return what plain intervals were of."""
    return _UNITS.get(units, units)


def interval_words(row: Row) -> str:
    """Return whether plain intervals held as often as they should."""
    if row["covered"] is None:
        return "none to judge"
    holds = row["holds"]
    if holds is None:  # limits were set for the level of 80 % alone
        if row["lo95"] is None or row["hi95"] is None:
            return CANNOT_BE_TOLD
        holds = row["lo95"] <= row["level"] <= row["hi95"]
    if holds:
        return "holds"
    return "too wide" if row["covered"] > row["level"] else "too narrow"


def listed(names: Sequence[str]) -> str:
    """Return names as a list in a sentence."""
    if len(names) <= 1:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
