"""Five shades from light to dark that survive a black-and-white printer, and their words."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Final, TypeAlias

SHADES: Final = ("#e6eef5", "#c8dbe9", "#a4c2dc", "#7ea6c8", "#5882ab")
"""Each is told from the next in grey; the darkest still lets a black disc stand out."""

_STEPS: Final = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0)
_SHARES_BELOW: Final = (0.5, 0.75, 0.9, 0.97)
_TINY: Final = 1e-9

Edges: TypeAlias = tuple[float, float, float, float]


def round_edges(values: list[float]) -> Edges:
    """Return four rising round bounds that part positive values into five classes.

    About half of the cells are in the lightest class and 3 % in the darkest; each bound is
    1, 1.5, 2, 3, 4, 5, 6 or 8 times a power of ten. Zero has no class: it stays blank.
    """
    positive = sorted(v for v in values if v > 0) or [1.0]
    edges: list[float] = []
    for share in _SHARES_BELOW:
        wanted = positive[min(int(share * len(positive)), len(positive) - 1)]
        edge = _nearest_round(wanted)
        edges.append(edge if not edges or edge > edges[-1] + _TINY else _next_round(edges[-1]))
    first, second, third, fourth = edges
    return first, second, third, fourth


def class_of(value: float, edges: Edges) -> int:
    """Return the class of a positive value, 0 (lightest) to 4; a bound opens the class above."""
    return sum(value >= edge for edge in edges)


def legend_words(edges: Edges) -> tuple[str, ...]:
    """Return the five classes in words: ``under 1``, ``1 to 2``, ..., ``5 or more``."""
    first, *_, last = (in_words := [_plainly(edge) for edge in edges])
    spans = (f"{a} to {b}" for a, b in pairwise(in_words))
    return (f"under {first}", *spans, f"{last} or more")


def short_legend_words(edges: Edges) -> tuple[str, ...]:
    """Return the five classes as short as they go: ``<0.01``, ``0.01-0.02``, ..., ``0.05+``."""
    first, *_, last = (in_words := [_plainly(edge) for edge in edges])
    spans = (f"{a}-{b}" for a, b in pairwise(in_words))
    return (f"<{first}", *spans, f"{last}+")


def _plainly(edge: float) -> str:
    """Return a bound without an exponent: 1 in 20,000 is 0.00005."""
    return f"{edge:,.12f}".rstrip("0").rstrip(".")


def scale_bar_metres(available_metres: float) -> float:
    """Return the longest of 1, 2 or 5 times a power of ten metres that fits."""
    power = 10.0 ** math.floor(math.log10(available_metres))
    return max(step * power for step in (1.0, 2.0, 5.0) if step * power <= available_metres)


def _rounds_about(value: float) -> list[float]:
    power = math.floor(math.log10(value))
    return [float(f"{step}e{power + shift}") for shift in (-1, 0, 1) for step in _STEPS]


def _nearest_round(value: float) -> float:
    return min(_rounds_about(value), key=lambda edge: abs(math.log(edge / value)))


def _next_round(edge: float) -> float:
    return min(r for r in _rounds_about(edge) if r > edge + _TINY)
