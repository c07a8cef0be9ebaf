"""The report's first half: when targets are met, strength, who comes and goes, what holds back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rightplace.app.workforce.forecast_parts import percent
from rightplace.app.workforce.report_words import (
    MEASURES,
    band,
    month,
    number,
    short_month,
    signed,
    span,
)
from rightplace.briefing.searches.values import Table
from rightplace.briefing.workforce.values import FlowChart, Level, Line, LineChart, Section, Span
from rightplace.core.time import Month

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rightplace.app.workforce.history_result import HistoryMonth, HistoryResult
    from rightplace.app.workforce.result import ReachedResult, StrengthMonth, WorkforceResult
    from rightplace.briefing.workforce.values import Style

MOST_ROWS: Final = 24
"""Months of a table; of more each third is shown, and the file of months has all."""
MONTHS_BEFORE: Final = 60
"""Months of history drawn before the start; a choice of ours."""
_QUARTER: Final = 3


def targets_section(result: WorkforceResult) -> Section:
    """Return when each target is met."""
    rows = tuple(_target_row(each, result) for each in result.targets)
    header: tuple[str, ...] = ("Target", "What", short_month(result.start_month), "Expected in")
    if result.draws:
        header = (*header[:3], "Half of draws by", "80 % of draws", "95 % of draws")
        header += ("Not in time", f"At it {short_month(result.last_month)}")
    table = Table(
        caption=(
            "When each target is first reached; not in time: not by the end of "
            f"{month(result.last_month)}"
        ),
        header=header,
        rows=rows,
        wordy=(1, 3, 4, 5),
    )
    words = tuple(each.words for each in result.targets)
    if not rows:
        return Section(key="targets", heading="When is the target met?", words=("No target set.",))
    return Section(key="targets", heading="When is the target met?", words=words, tables=(table,))


def _target_row(target: ReachedResult, result: WorkforceResult) -> tuple[str, ...]:
    row = (
        target.name,
        f"{number(target.strength)} {MEASURES[target.measure]}",
        number(target.today),
        month(target.median_month),
    )
    if not result.draws:
        return row
    end = result.last_month
    return (
        *row,
        span(target.lo80_month, target.hi80_month, end=end),
        span(target.lo95_month, target.hi95_month, end=end),
        percent(target.never_share),
        percent(target.at_end_share),
    )


def shown_months(result: WorkforceResult) -> tuple[StrengthMonth, ...]:
    """Return the months of a table: all of a few, of many the start and each third to the last."""
    months = result.strength
    if len(months) - 1 <= MOST_ROWS:
        return months
    last = len(months) - 1
    return tuple(each for n, each in enumerate(months) if n % _QUARTER == 0 or n == last)


def strength_section(result: WorkforceResult, history: HistoryResult | None) -> Section:
    """Return headcount, full-time equivalent and deployable by month, after what was before."""
    first, last = result.strength[0], result.strength[-1]
    then = (number(last.headcount.mean), number(last.fte.mean), number(last.deployable.mean))
    words = [
        (
            f"At the end of {month(first.month)} there are {number(first.headcount.mean)} "
            f"officers, {number(first.fte.mean)} in full-time equivalent and "
            f"{number(first.deployable.mean)} who can be deployed. By the end of "
            f"{month(last.month)} it is {then[0]}, {then[1]} and {then[2]} on average."
        )
    ]
    if history is not None:
        words += _came(result, history)
    every = len(shown_months(result)) == len(result.strength)
    return Section(
        key="strength",
        heading="How many officers, and how many can be deployed",
        words=tuple(words),
        charts=(_chart(result, history),),
        tables=(_strength_table(result, every=every),),
    )


def _strength_table(result: WorkforceResult, *, every: bool) -> Table:
    rows = tuple(
        (
            short_month(each.month),
            *(
                cell
                for found in (each.headcount, each.fte, each.deployable)
                for cell in (
                    (number(found.mean), band(found)) if result.draws else (number(found.mean),)
                )
            ),
        )
        for each in shown_months(result)
    )
    names = ("Headcount", "Full-time equivalent", "Deployable")
    heads = [
        cell for name in names for cell in ((name, "80 % of draws") if result.draws else (name,))
    ]
    how = "mean of draws" if result.draws else "expected values, without an interval"
    which = "each month" if every else "each third month; the file of months has all"
    return Table(
        caption=f"Officers at the end of the month: {how}; {which}",
        header=("At the end of", *heads),
        rows=rows,
    )


def _chart(result: WorkforceResult, history: HistoryResult | None) -> LineChart:
    months = tuple(each.month for each in result.strength)
    styles: tuple[tuple[str, Style, str], ...] = (
        ("headcount", "main", "headcount"),
        ("fte", "second", "full time"),
        ("deployable", "third", "can be deployed"),
    )
    lines = []
    for name, style, words in styles:
        found = [getattr(each, name) for each in result.strength]
        lines.append(
            Line(
                name=f"{words} {number(found[-1].mean)}",
                style=style,
                months=months,
                values=tuple(each.mean for each in found),
                lo=tuple(each.lo80 for each in found) if result.draws else (),
                hi=tuple(each.hi80 for each in found) if result.draws else (),
            )
        )
    lines += _past(result, history)
    levels = tuple(
        Level(value=each, words=f"target {number(each)}")
        for each in sorted({target.strength for target in result.targets})
    )
    before = "; before it the strength file" if history is not None else ""
    bands = "bands hold 80 % of draws" if result.draws else "expected values alone"
    return LineChart(
        ident="strength-chart",
        title=f"Headcount, full-time equivalent and deployable; {bands}{before}",
        unit="Officers",
        lines=tuple(lines),
        levels=levels,
        spans=spans_of(history),
    )


def spans_of(history: HistoryResult | None) -> tuple[Span, ...]:
    """Return programmes that broke what went on before, as they are shaded."""
    if history is None:
        return ()
    return tuple(Span(first=b.first, last=b.last, words=b.name) for b in history.breaks)


def _past(result: WorkforceResult, history: HistoryResult | None) -> list[Line]:
    if history is None:
        return []
    start = Month.parse(result.start_month)
    first, end = str(start.plus(-MONTHS_BEFORE)), result.last_month
    parts: tuple[tuple[Style, str, list[HistoryMonth]], ...] = (
        ("past", "as counted", [m for m in history.months if first <= m.month <= str(start)]),
        ("came", "as it came", [m for m in history.months if str(start) <= m.month <= end]),
    )
    return [
        Line(
            name=words,
            style=style,
            months=tuple(each.month for each in found),
            values=tuple(float(each.officers) for each in found),
        )
        for style, words, found in parts
        if len(found) > 1
    ]


def _came(result: WorkforceResult, history: HistoryResult) -> list[str]:
    """Return what the strength file says of the start, and of months that have come since."""
    counted = {each.month: each.officers for each in history.months}
    start, told = result.strength[0], []
    at_start = counted.get(start.month)
    if at_start is not None and at_start != round(start.headcount.mean):
        told.append(
            f"The strength file ({history.force}) has {number(at_start)} at the end of "
            f"{month(start.month)}; the setup begins with {number(start.headcount.mean)}."
        )
    since = [each for each in result.strength[1:] if each.month in counted]
    if not since or not result.draws:
        return told
    inside = sum(
        each.headcount.lo80 <= counted[each.month] <= each.headcount.hi80 for each in since
    )
    last = since[-1]
    came = counted[last.month]
    inside_now = last.headcount.lo80 <= came <= last.headcount.hi80
    where = "inside" if inside_now else ("above" if came > last.headcount.hi80 else "below")
    why = "" if inside_now else "; intake or leaving was not as the setup has it"
    told.append(
        f"Of {len(since)} months that have come since, {inside} lie inside the 80 % band of "
        "headcount; they follow from each other, so that no share can be told from them. At the "
        f"end of {month(last.month)} there were {number(came)}, {where} the band "
        f"({number(last.headcount.mean)}, 80 % {band(last.headcount)}){why}."
    )
    return told


def flows_section(result: WorkforceResult) -> Section:
    """Return who joins and who leaves by month, and what stage officers are in."""
    later = result.strength[1:]
    joined, left = (sum(getattr(m, name) for m in later) for name in ("joiners", "leavers"))
    start, end = result.strength[0], result.strength[-1]
    words = (
        (
            f"{number(joined)} join and {number(left)} leave in {len(later)} months on average: "
            f"{number(start.headcount.mean)} {signed(joined)} {signed(-left)} is "
            f"{number(end.headcount.mean)}."
        ),
    )
    chart = FlowChart(
        ident="flows-chart",
        title="Who joins and who leaves in each month, mean of draws",
        unit="Officers in the month",
        months=tuple(each.month for each in later),
        comes=tuple(each.joiners for each in later),
        goes=tuple(each.leavers for each in later),
        comes_words="join",
        goes_words="leave",
    )
    return Section(
        key="flows",
        heading="Who joins and who leaves",
        words=words,
        charts=(chart,),
        tables=(_flows_table(result),),
    )


def _flows_table(result: WorkforceResult) -> Table:
    places = {each.month: n for n, each in enumerate(result.strength)}
    rows, before = [], 0
    for each in shown_months(result):
        upto = places[each.month]
        within: Sequence[StrengthMonth] = result.strength[before + 1 : upto + 1]
        joined, left = sum(m.joiners for m in within), sum(m.leavers for m in within)
        flows = (
            ("", "", "") if not within else (number(joined), number(left), signed(joined - left))
        )
        stages = (
            each.in_training,
            each.waiting_for_tutor,
            each.tutored,
            each.on_probation,
            each.established,
            each.on_leave,
        )
        rows.append((short_month(each.month), *flows, *(number(n) for n in stages)))
        before = upto
    return Table(
        caption="Joined and left since the row before, and who is in which stage at its end",
        header=(
            "At the end of",
            "Joined",
            "Left",
            "Net",
            "In training",
            "Waits for a tutor",
            "Tutored",
            "Rest of probation",
            "Established",
            "On leave",
        ),
        rows=tuple(rows),
    )


def limits_section(result: WorkforceResult) -> Section:
    """Return what training places and tutors hold back, drawn where tutors bind."""
    words = (result.places_words, result.tutors_words)
    binds = any(each.tutor_gap_share for each in result.strength)
    puts_off = any(each.put_off for each in result.strength)
    if not binds and not puts_off:
        return Section(key="limits", heading="Training places and tutors", words=words)
    return Section(
        key="limits",
        heading="Training places and tutors",
        words=words,
        charts=(_tutors_chart(result),) if binds else (),
        tables=(_limits_table(result),),
    )


def _tutors_chart(result: WorkforceResult) -> LineChart:
    months = tuple(each.month for each in result.strength)
    parts: tuple[tuple[str, Style, tuple[float, ...]], ...] = (
        ("tutors needed", "third", tuple(each.tutors_needed for each in result.strength)),
        ("tutors there are", "main", tuple(each.tutors_available for each in result.strength)),
    )
    return LineChart(
        ident="tutors-chart",
        title="Tutors needed and tutors there are, mean of draws",
        unit="Tutors",
        lines=tuple(
            Line(name=f"{name} {number(values[-1])}", style=style, months=months, values=values)
            for name, style, values in parts
        ),
        from_zero=True,
    )


def _limits_table(result: WorkforceResult) -> Table:
    rows = tuple(
        (
            short_month(each.month),
            number(each.put_off),
            number(each.tutors_needed),
            number(each.tutors_available),
            number(each.waiting_for_tutor),
            percent(each.tutor_gap_share),
        )
        for each in shown_months(result)
    )
    return Table(
        caption="Training places and tutors at the end of the month",
        header=(
            "At the end of",
            "Joiners put off",
            "Tutors needed",
            "Tutors there are",
            "Wait for one",
            "Draws with too few",
        ),
        rows=rows,
    )
