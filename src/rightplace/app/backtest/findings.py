"""What each chart of a backtest report shows, as a sentence, and what follows from all."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from rightplace.app.backtest.words import CANNOT_BE_TOLD, LEVEL_JUDGED, cannot_tell, listed
from rightplace.briefing import Finding, Findings
from rightplace.briefing.numerals import fixed, percent, share_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rightplace.app.backtest.numbers import KeptBacktest
    from rightplace.briefing import ReportNumbers

USUAL_SHARE: Final = 0.02
OVERALL: Final = (0.78, 0.82)
TENTHS: Final = (0.76, 0.84)


def headline(kept: KeptBacktest) -> str:
    """Return the result in one short sentence: how many methods beat the reference, and which."""
    if not kept.judgements:
        found: str = kept.result["verdict"]
        return found
    rows = kept.judgements
    over = f"Over {kept.n_origins} {'period' if kept.n_origins == 1 else 'periods'}"
    if any(row["better"] is None for row in rows.values()):
        return (
            f"{over} no method can be told from the reference {kept.reference}: at least 8 are "
            "needed."
        )
    better = [name for name, row in rows.items() if row["better"]]
    if not better:
        return (
            f"{over} no method forecast better than the reference {kept.reference} beyond chance."
        )
    return (
        f"{over} {listed(better)} forecast better than the reference {kept.reference} beyond "
        f"chance, by log score; {len(rows) - len(better)} of {len(rows)} methods did not."
    )


def plainly(kept: KeptBacktest, numbers: ReportNumbers) -> tuple[str, ...]:
    """Return what a reader should take away, a sentence each, the unwelcome ones too."""
    told = all(row["better"] is not None for row in kept.judgements.values())
    said = [*_against_reference(kept), *_pai(kept)] if told else []
    calibrated = [m for m in numbers.methods if OVERALL[0] <= m.coverage80 <= OVERALL[1]]
    right = kept.called(m.name for m in calibrated)
    wrong = kept.called(m.name for m in numbers.methods if m not in calibrated)
    if right:
        said.append(f"Randomised PIT coverage of 80 % is within 78 to 82 % for {listed(right)}.")
    if wrong:
        said.append(
            f"It is outside 78 to 82 % for {listed(wrong)}."
            if right
            else "Randomised PIT coverage of 80 % is outside 78 to 82 % for every method."
        )
    return tuple(said)


def _against_reference(kept: KeptBacktest) -> Iterable[str]:
    """Yield who is better, not better and worse than the reference by log score."""
    if not kept.judgements:
        return
    groups: dict[str, list[str]] = defaultdict(list)
    for name, row in kept.judgements.items():
        kind = "unknown" if row["better"] is None else "better" if row["better"] else "level"
        groups["worse" if row["worse"] else kind] += kept.called([name])
    reference = f"the reference ({kept.keys[kept.reference or '']})"
    if found := groups.get("unknown"):
        yield (
            f"Whether {listed(found)} forecast better than {reference} "
            f"{cannot_tell(kept.n_origins)}: 8 are needed."
        )
        return
    found = groups.get("better", [])
    yield (
        f"Better than {reference} on log score: {listed(found)}."
        if found
        else f"No method is better than {reference} on log score beyond chance."
    )
    if found := groups.get("level"):
        yield f"Not better and not worse beyond chance: {listed(found)}."
    if found := groups.get("worse"):
        yield f"Worse than {reference} on log score: {listed(found)}."


def _pai(kept: KeptBacktest) -> Iterable[str]:
    """Yield for which methods PAI is shown to be within the margin at every judged share."""
    judged = {name: row["pai_no_worse"] for name, row in kept.judgements.items()}
    told = {name: row for name, row in judged.items() if row and None not in row.values()}
    if not told:
        return
    within = kept.called(name for name, row in told.items() if all(row.values()))
    beyond = kept.called(name for name, row in told.items() if not all(row.values()))
    shares = listed([share_words(float(share)) for share in next(iter(told.values()))])
    if within:
        yield f"PAI at {shares} is not below the reference by more than 2 %: {listed(within)}."
    if beyond:
        yield f"That cannot be said of {listed(beyond)}."


def findings(kept: KeptBacktest, numbers: ReportNumbers) -> Findings:
    """Return what each chart shows."""
    return Findings(
        differences=_differences(kept),
        accuracy=_accuracy(numbers),
        pit=_pit(numbers),
        tenths=_tenths(numbers),
        intervals=_intervals(numbers),
        origins=_origins(kept, numbers),
        stability=_stability(numbers),
    )


def _differences(kept: KeptBacktest) -> Finding:
    title = " ".join(_against_reference(kept)) or "There is no reference to differ from."
    return Finding(
        title=title,
        reading="Each point is a method less the reference, in % of the reference's own value; "
        "the bar is the 95 % interval of a paired bootstrap in blocks of 4 periods. Right of the "
        "zero line the method is better, in CRPS too. A bar that reaches below the broken line "
        "leaves open that the method is worse by more than the margin. An arrow stands for a "
        "method too far off to draw. "
        f"{len(kept.judgements)} methods compared are as many chances to look better by luck.",
    )


def _accuracy(numbers: ReportNumbers) -> Finding:
    points = [p for p in numbers.curves if p.by == "cells"]
    near = min((abs(p.share - USUAL_SHARE), p.share) for p in points)[1] if points else None
    if near is None:
        title = "No curve was kept."
    else:
        here = [p for p in points if p.share == near]
        top, own = max(here, key=lambda p: p.hit_rate), numbers.reference
        title = (
            f"In the {share_words(near)} of cells it ranks highest, {top.key} caught "
            f"{percent(top.hit_rate)} of events (PAI {fixed(top.pai, 2)}), the most of all methods"
        )
        if own is not None and own.key != top.key:
            mine = next(p for p in here if p.key == own.key)
            title += f"; the reference ({own.key}) {percent(mine.hit_rate)}"
        best = next((b for b in numbers.best if (b.by, b.share) == ("cells", near)), None)
        if best is not None:
            title += f"; hindsight would have caught {percent(best.hit_rate)}"
        title += "."
    return Finding(
        title=title,
        reading="Points mark the shares of the tables. Curves that lie on one another are methods "
        "that choose much the same cells; the differences above say which gaps are more than "
        "chance. The grey line is what a choice made afterwards could have caught, period by "
        "period: nobody can forecast that well. Share of cells is not share of ground where cells "
        "differ in size.",
    )


def _origins(kept: KeptBacktest, numbers: ReportNumbers) -> Finding:
    above: dict[int, list[str]] = defaultdict(list)
    for key in kept.keys.values():
        rows = [row for row in numbers.origins if row.key == key]
        if rows:
            above[sum(row.difference > 0 for row in rows)].append(key)
    parts = [f"{count} for {listed(keys)}" for count, keys in sorted(above.items(), reverse=True)]
    title = (
        f"Of {kept.n_origins} periods, log score was above the reference's in {listed(parts)}."
        if parts
        else "There is no reference to follow over time."
    )
    return Finding(
        title=title,
        reading="One bar for each period forecast, above 0 where the method did better than the "
        "reference; the broken line is the mean. Each panel has its own scale. A gain that rests "
        "on few periods is seen here.",
    )


def _pit(numbers: ReportNumbers) -> Finding:
    lines = sorted(numbers.methods, key=lambda line: line.coverage80)
    low, high = lines[0], lines[-1]
    right = [line.key for line in lines if OVERALL[0] <= line.coverage80 <= OVERALL[1]]
    title = (
        f"The central 80 % of forecasts held {percent(low.coverage80)} ({low.key}) to "
        f"{percent(high.coverage80)} ({high.key}) of what came; {len(right)} of {len(lines)} "
        "methods are within 78 to 82 %."
    )
    return Finding(
        title=title,
        reading="If forecasts come true as often as they say, all bars are 10 % high (broken "
        "line). The grey band holds 95 of 100 bars if cells and periods were independent; they "
        "are not quite, so a bar a little outside proves nothing. Bars high at both ends: the "
        "forecast was too sure; low at both ends: not sure enough; a slope: too high or too low "
        "in level. This test alone is weak: where events are rare every baseline passes it. The "
        "highest tenth of forecasts, shown by itself, is harder to pass.",
    )


def _tenths(numbers: ReportNumbers) -> Finding:
    parts = []
    for line in numbers.methods:
        judged = [row for row in numbers.tenths if row.key == line.key and row.judged]
        level = [r for r in judged if TENTHS[0] <= r.coverage80 <= TENTHS[1]]
        if judged:
            parts.append(f"{len(level)} of {len(judged)} for {line.key}")
    title = (
        f"Tenths of forecasts with coverage within 76 to 84 %, of those judged: {listed(parts)}."
        if parts
        else "No tenth of forecasts expects the 200 events that are needed to judge it."
    )
    return Finding(
        title=title,
        reading="Forecasts are sorted into tenths, the lowest first; each point is the number of "
        "events observed over the number expected, on a logarithmic axis, with its exact 95 % "
        "interval if counts were Poisson (in truth somewhat wider). On the broken line as many "
        "came as were expected. Hollow points are tenths that expect fewer than 200 events and "
        "are not judged; what lies beyond the axis is drawn at its end, and a tenth that "
        "expects nothing has no point.",
    )


def _intervals(numbers: ReportNumbers) -> Finding:
    judged = [row for row in numbers.intervals if row.covered is not None]
    told = [row for row in judged if row.words != CANNOT_BE_TOLD]
    at_level = [row for row in told if row.level == LEVEL_JUDGED]
    held = sum(row.words == "holds" for row in at_level)
    title = (
        f"Plain 80 % intervals hold as often as they should in {held} of {len(at_level)} tests."
        if at_level
        else "Nowhere were 5 or more events expected, so plain intervals cannot be judged."
    )
    return Finding(
        title=title,
        reading="Plain intervals are what a brief prints. They are judged only where 5 or more "
        "events are expected: of a rare count even a perfect 80 % interval holds about 98 %. An "
        "80 % interval holds if it covers 76 to 86 %, or if 80 % lies in the 95 % interval of what "
        "it covers; for other levels only the second counts.",
    )


def _stability(numbers: ReportNumbers) -> Finding:
    shares = sorted({row.share for row in numbers.stability})
    if not shares:
        title = "One period has no next: stability cannot be told."
    else:
        rows = [row for row in numbers.stability if row.share == shares[0]]
        rows.sort(key=lambda row: row.kept)
        low, high = rows[0], rows[-1]
        title = (
            f"Of the top {share_words(shares[0])} of cells {percent(low.kept, 0)} ({low.key}) to "
            f"{percent(high.kept, 0)} ({high.key}) were at the top one period before."
        )
    return Finding(
        title=title,
        reading="A list that changes much is hard to patrol and tells of noise; one that never "
        "changes cannot follow what moves. Neither end is good in itself. Ties share places.",
    )
