"""What is shown of one unit in the report: charts, and a table of the same numbers beside each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rightplace.app.investigation.report_words import (
    between,
    change_of,
    change_words,
    days_words,
    percent,
)
from rightplace.briefing.investigation.values import Group, Line, LinesChart
from rightplace.briefing.searches.values import Chart, Mark, Table
from rightplace.deploy.investigation.what_if_file import NO_CHANGE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rightplace.app.investigation.report_reading import Curve, KeptLook
    from rightplace.app.investigation.result import RoleUse, TeamResult, UnitEnd, UnitResult

AS_IT_IS, THEN = "as it is", "then"
_WEEKS: Final = (0, 4, 13, 26, 39, 52)
_DAYS: Final = (7, 14, 28, 56, 84, 112, 168)
_ALL: Final = 0.995
"""Share from which a curve of interviews is no longer drawn on."""
_MANY: Final = 20
"""Live cases of a team from which they are told as whole numbers."""
_FIGURES: Final = {
    "waiting_cases": "Cases in which work waits for somebody",
    "waiting_officer_days": "That work, in officer-days",
    "live": "Cases open at a time",
    "closed": "Cases closed a month",
    "work_left_end": "Work left at the end with later stages, in weeks",
    "passed": "Cases that the team on call passed on, being at the cap, in %",
}
_IN_PERCENT: Final = ("passed",)


def role_group(
    ident: str, unit: UnitResult, *, before: UnitResult | None, end: UnitEnd | None, amber: float
) -> Group:
    """Return how busy each role is, beside how busy it is without the what-if."""
    titled = f"How busy each role is: {unit.title}"
    marks = []
    for use in unit.roles:
        was = None if before is None else _role(before, use.role)
        name = use.role.upper()
        marks += [] if was is None else _marks(f"{name}, {AS_IT_IS}", was, is_before=True)
        marks += _marks(name if was is None else f"{name}, {THEN}", use, is_before=False)
    chart = Chart(
        ident=ident,
        kind="intervals",
        title=titled,
        unit="% of hours present; right of the line, !: amber",
        marks=tuple(marks),
        reference=100 * amber,
    )
    table = _as_it_is_roles(unit) if end is None else _role_table(end)
    return Group(charts=(chart,), tables=(table,))


def _role(unit: UnitResult, role: str) -> RoleUse | None:
    return next((use for use in unit.roles if use.role == role), None)


def _marks(label: str, use: RoleUse, *, is_before: bool) -> list[Mark]:
    share = use.share
    if share is None or share.hi == 0:  # nobody, or no work
        return []
    words = f"{percent(share.mean)}{' !' if use.is_amber else ''}"
    lo, hi = 100 * share.lo, 100 * share.hi
    value = 100 * share.mean
    return [Mark(label=label, value=value, words=words, lo=lo, hi=hi, is_before=is_before)]


def _as_it_is_roles(unit: UnitResult) -> Table:
    rows = []
    for use in unit.roles:
        busy = "nobody" if use.share is None else f"{between(use.share, scale=100)} %"
        busy += " AMBER" if use.is_amber else ""
        rows.append((use.role.upper(), str(use.officers), busy, percent(use.amber_share)))
    return Table(
        caption=f"{unit.title}: officers, how busy they are, and in how many futures above amber",
        header=("Role", "Officers", "Busy", "Futures"),
        rows=tuple(rows),
    )


def _role_table(end: UnitEnd) -> Table:
    rows = []
    for use in end.result.roles:
        change = change_of(end, f"utilisation_{use.role}")
        busy = ("nobody", "nobody", "")
        if change is not None and (change.base or change.other):
            was, will = (f"{100 * each:.1f} %" for each in (change.base, change.other))
            will += " AMBER" if use.is_amber else ""
            busy = (was, will, change_words(change, scale=100))
        elif change is not None:
            busy = ("no work", "no work", "")
        rows.append((use.role.upper(), f"{end.before[use.role]} to {end.after[use.role]}", *busy))
    return Table(
        caption=f"{end.title}: officers, how busy they are, and the change in points",
        header=("Role", "Officers", "As it is", "Then", "Change"),
        rows=tuple(rows),
    )


def backlog_group(ident: str, look: KeptLook, unit: UnitResult, *, what_if: str) -> Group:
    """Return open work week by week, beside what it is without the what-if."""
    curves = _curves(look, "backlog", unit.unit, what_if)
    chart = LinesChart(
        ident=ident,
        title=f"Backlog: {unit.title}",
        unit="weeks of all its hours",
        along="week",
        lines=tuple(_line(name, curve) for name, curve in curves),
    )
    weeks = [week for week in _WEEKS if week < len(curves[-1][1].at)]
    rows = [
        (f"week {week}", *(_at(curve, week, "{:.1f}") for _, curve in curves)) for week in weeks
    ]
    header = ("At", *(name.capitalize() for name, _ in curves))
    caption = f"{unit.title}: open work in weeks of all its hours; in brackets 80 % of futures"
    return Group(charts=(chart,), tables=(Table(caption=caption, header=header, rows=tuple(rows)),))


def interview_group(
    ident: str, look: KeptLook, unit: UnitResult, *, what_if: str, end: UnitEnd | None
) -> Group:
    """Return the share interviewed day by day; nothing where no stage is the first interview."""
    curves = _curves(look, "interviews", unit.unit, what_if)
    if not all(curve.at for _, curve in curves):
        return Group()
    last = max(_reaches(curve) for _, curve in curves)
    chart = LinesChart(
        ident=ident,
        title=f"First interview of a suspect: {unit.title}",
        unit="share of cases that come to one",
        along="days from the report",
        lines=tuple(_line(name, curve, points=last) for name, curve in curves),
        is_share=True,
    )
    days = [day for day in _DAYS if day < last and any(_begun(curve, day) for _, curve in curves)]
    rows = [(f"day {day}", *(_at(curve, day, "{:.0%}") for _, curve in curves)) for day in days]
    header = ("By", *(name.capitalize() for name, _ in curves))
    level = percent(look.result.level)
    caption = f"{unit.title}: share interviewed by a day; in brackets where it lies ({level})"
    shares = Table(caption=caption, header=header, rows=tuple(rows))
    return Group(charts=(chart,), tables=(_centiles(unit, end), shares))


def _centiles(unit: UnitResult, end: UnitEnd | None) -> Table:
    caption = f"{unit.title}: days from the report to the first interview of a suspect"
    named = (
        ("half", unit.median, "median_days"),
        ("nine in ten", unit.ninetieth, "ninetieth_days"),
    )
    if end is None:
        rows = tuple((name, days_words(days)) for name, days, _ in named)
        return Table(caption=caption, header=("By when", "Days"), rows=rows)
    found = []
    for name, days, figure in named:
        change = change_of(end, figure)
        was = "not known" if change is None else f"{change.base:.0f}"
        found.append((name, was, days_words(days), "" if change is None else change_words(change)))
    return Table(
        caption=caption, header=("By when", "As it is", "Then", "Change"), rows=tuple(found)
    )


def figures_group(end: UnitEnd) -> Group:
    """Return queue and caseload at an end of a what-if."""
    rows = []
    for name, words in _FIGURES.items():
        change = change_of(end, name)
        if change is not None:
            scale = 100.0 if name in _IN_PERCENT else 1.0
            was, will = (f"{scale * each:,.1f}" for each in (change.base, change.other))
            rows.append((words, was, will, change_words(change, scale=scale)))
    caption = f"{end.title}: queue and caseload"
    header = ("What", "As it is", "Then", "Change")
    return Group(tables=(Table(caption=caption, header=header, rows=tuple(rows)),))


def on_call_group(ident: str, unit: UnitResult) -> Group:
    """Return new cases in a turn of on-call by team; of the team, never of an officer."""
    loads = [each for each in unit.team_loads if each.callouts is not None]
    marks = [_on_call_mark(each) for each in loads]
    chart = Chart(
        ident=ident,
        kind="intervals",
        title=f"On call, by team: {unit.title}",
        unit=f"new cases in a turn of {turn_words(unit)}",
        marks=tuple(marks),
    )
    rows = tuple(_on_call_row(each) for each in unit.team_loads)
    table = Table(
        caption=(
            f"{unit.title}: new cases in a turn of on-call, turns with {unit.callouts_tiring} or "
            "more (flagged for welfare), live cases"
        ),
        header=("Team", "In a turn", "Flagged turns", "Live cases"),
        rows=rows,
    )
    return Group(charts=(chart,) if marks else (), tables=(table,))


def turn_words(unit: UnitResult) -> str:
    """Return how long one team is on call."""
    return "a day" if unit.on_call_days == 1 else f"{unit.on_call_days} days"


def _on_call_mark(load: TeamResult) -> Mark:
    callouts = load.callouts
    if callouts is None:
        return Mark(label=load.team, value=None, words="no whole turn")
    return Mark(
        label=load.team,
        value=callouts.mean,
        words=f"{callouts.mean:.1f}",
        lo=callouts.lo,
        hi=callouts.hi,
    )


def _on_call_row(load: TeamResult) -> tuple[str, ...]:
    callouts = "no whole turn" if load.callouts is None else between(load.callouts)
    tiring = "" if load.tiring is None else f"{between(load.tiring, scale=100, digits=0)} %"
    digits = 0 if load.live.mean > _MANY else 1
    return load.team, callouts, tiring, between(load.live, digits=digits)


def _curves(look: KeptLook, table: str, unit: str, what_if: str) -> Sequence[tuple[str, Curve]]:
    read = look.backlog if table == "backlog" else look.interviews
    base = (AS_IT_IS, read(NO_CHANGE, unit))
    return [base] if what_if == NO_CHANGE else [base, (THEN, read(what_if, unit))]


def _line(name: str, curve: Curve, *, points: int | None = None) -> Line:
    value, lo, hi = (each[:points] for each in (curve.value, curve.lo, curve.hi))
    is_before = name == AS_IT_IS
    return Line(name=name, at=curve.at[:points], value=value, lo=lo, hi=hi, is_before=is_before)


def _reaches(curve: Curve) -> int:
    """Return how many points are drawn: until nearly all had it, or nothing more is known."""
    return next(_ends(curve), len(curve.value))


def _ends(curve: Curve) -> Iterator[int]:
    for number, value in enumerate(curve.value):
        if value is None or value >= _ALL:
            yield max(number, 2)


def _begun(curve: Curve, day: int) -> bool:
    """Whether a day is worth a row: some case had the interview by then, or may have had it."""
    value = curve.value[day]
    return value is None or value >= 1 - _ALL


def _at(curve: Curve, place: int, form: str) -> str:
    value, lo, hi = curve.value[place], curve.lo[place], curve.hi[place]
    if value is None:
        return "not seen"
    words = form.format(value)
    both = "" if lo is None or hi is None else f" ({form.format(lo)} to {form.format(hi)})"
    return f"{words}{both}".replace("%", " %")
