"""What no method can do, and what each one cannot: printed with every use of it."""

from __future__ import annotations

ALL = (
    "Records are not all crime: what is not reported is not forecast.",
    "No data is not zero: where nothing was published no number is given.",
    "Monthly records give place and month only. Day and shift are refused (exit 21).",
    (
        "A place that was never recorded has no history of its own; only `shrunk=1`, `uniform` and "
        "`additive_memory` expect anything there, and `kernel` what its neighbours lend it."
    ),
    "No method knows events to come (a match, a carnival, a closing venue).",
)

CANNOT = {
    "uniform": "tell one place from another. It is the floor: a method that does not beat it has "
    "learned nothing about where.",
    "last_28_days": "rank rare violence: most places have none in 28 days, and one incident lifts "
    "a place to the top until it ages out.",
    "last_12_months": "follow a change: what stopped eleven months ago counts as much as last "
    "week.",
    "counts_2y": "follow a change within two years.",
    "fading": "learn from neighbours. Its half-life is given, not learned; compare several with "
    "`backtest`.",
    "kernel": "tell two sides of a bandwidth apart, or see a river or railway between them. On "
    "snapped points it smooths the snapping too.",
    "additive_memory": "say why neighbours count. It needs a year of records; a place's share of "
    "quiet and busy weights follows its own last four years, so it is slow to believe that a place "
    "has changed its kind.",
    "etas": "learn that places change: its background is one constant for two years. It needs the "
    "point and the day or hour of every record, and what it calls triggered may only be a busy "
    "week.",
    "prospective": "remember anything older than eight weeks: where violence is chronic it ranks "
    "far worse than counts of a year. It needs the point and the day of every record.",
    "boosted": "say how much of a forecast rests on which past: trees have no shares. It needs the "
    "extra `boosted` and enough records to grow trees on; on short or sparse histories they fit "
    "chance.",
    "stack": "be better than its best member where one is best everywhere. Its weights rest on the "
    "last year of periods, and it costs as much as all its members together.",
}
