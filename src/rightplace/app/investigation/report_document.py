"""From a kept look ahead to what page, paper and service show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rightplace.app.investigation import report_parts as parts
from rightplace.app.investigation.report_words import (
    answer,
    as_it_is,
    asked_words,
    change_of,
    end_words,
    in_order,
    percent,
)
from rightplace.briefing.investigation.values import End, Group, LookAhead, Part
from rightplace.briefing.searches.values import Table
from rightplace.briefing.stamp import day_in_words
from rightplace.deploy.investigation.what_if_file import NO_CHANGE

if TYPE_CHECKING:
    from rightplace.app.investigation.report_reading import KeptLook
    from rightplace.app.investigation.result import UnitEnd, UnitResult, WhatIfResult

NOT_OF_OFFICERS: Final = (
    "Nothing here is about an officer: figures are of roles and teams together, and no team is "
    "ranked by them."
)
URGENT_FIRST: Final = (
    "Work up to the first interview of a suspect goes before the rest: where officers are short, "
    "what comes after it, such as files for the prosecutor, waits first and longest."
)
LATE_WAIT_LONGER: Final = (
    "Where a backlog grows, cases reported late wait longer than the days told here, which come "
    "from cases that could be followed to their interview within what is looked at."
)
_ROLES: Final = (
    "SIO: senior investigating officer (DCI); DI: detective inspector; DS: detective sergeant; "
    "DC: detective constable."
)


def document_of(look: KeptLook, *, marking: str) -> LookAhead:
    """Return the report of a look ahead, under a protective marking."""
    from datetime import date

    result, record = look.result, look.record
    titles = {unit.unit: unit.title for unit in result.units}
    what_ifs = [
        _what_if(number, each, look, titles) for number, each in enumerate(result.what_ifs, start=1)
    ]
    units = _as_it_is(look)
    told = tuple(
        answer(each, titles, part=part.key)
        for each, part in zip(result.what_ifs, what_ifs, strict=True)
    )
    years = "1 year" if result.years == 1 else f"{result.years} years"
    day = day_in_words(date.fromisoformat(str(record["as_of"])))
    return LookAhead(
        run_id=result.investigation_id,
        title=result.title,
        period=f"{years} ahead, as of {day}",
        marking=marking,
        answers=told or tuple(as_it_is(unit, part=units.key) for unit in result.units),
        parts=(*what_ifs, units),
        known=_known(look),
        origins=_origins(look, titles),
        warnings=tuple(str(each["message"]) for each in record["warnings"]),
        limits=_limits(look),
        foot=_foot(look),
        synthetic=result.synthetic,
    )


def _what_if(number: int, what_if: WhatIfResult, look: KeptLook, titles: dict[str, str]) -> Part:
    ends = tuple(
        _end(f"w{number}e{place}", each, look, what_if=what_if.name)
        for place, each in enumerate(in_order(what_if), start=1)
    )
    return Part(
        key=f"what-if-{number}",
        heading=f"What if: {asked_words(what_if, titles)}",
        ends=ends,
        origin=what_if.origin,
    )


def _end(ident: str, end: UnitEnd, look: KeptLook, *, what_if: str) -> End:
    before = next((unit for unit in look.result.units if unit.unit == end.unit), None)
    unit, amber = end.result, look.result.amber
    groups = [
        parts.role_group(f"{ident}-busy", unit, before=before, end=end, amber=amber),
        parts.interview_group(f"{ident}-days", look, unit, what_if=what_if, end=end),
        parts.backlog_group(f"{ident}-backlog", look, unit, what_if=what_if),
        parts.figures_group(end),
    ]
    if end.teams_before != end.teams_after:
        groups.append(parts.on_call_group(f"{ident}-call", unit))
    return End(
        heading=end_words(end),
        groups=_shown(groups),
        flags=_amber(unit, amber, end=end),
    )


def _shown(groups: list[Group]) -> tuple[Group, ...]:
    return tuple(group for group in groups if group.charts or group.tables)


def _amber(unit: UnitResult, amber: float, *, end: UnitEnd | None = None) -> tuple[str, ...]:
    found = []
    for use in unit.roles:
        if use.is_amber and use.share is not None:
            change = None if end is None else change_of(end, f"utilisation_{use.role}")
            was = "" if change is None else f"; as it is {percent(change.base)}"
            found.append(
                f"AMBER: {use.role.upper()} of {unit.title} {percent(use.share.mean)} busy, above "
                f"{percent(amber)}{was}."
            )
    if unit.backlog_grows:
        weeks = unit.backlog_change.mean
        found.append(
            f"The backlog of {unit.title} grows, by {weeks:.1f} weeks in what is looked at."
        )
    return tuple(found)


def _as_it_is(look: KeptLook) -> Part:
    amber = look.result.amber
    ends = []
    for number, unit in enumerate(look.result.units, start=1):
        ident = f"u{number}"
        groups = [
            parts.role_group(f"{ident}-busy", unit, before=None, end=None, amber=amber),
            parts.interview_group(f"{ident}-days", look, unit, what_if=NO_CHANGE, end=None),
            parts.backlog_group(f"{ident}-backlog", look, unit, what_if=NO_CHANGE),
            parts.on_call_group(f"{ident}-call", unit),
        ]
        heading = f"{unit.title}: {unit.teams} teams, {unit.officers} officers"
        flags = _amber(unit, amber)
        ends.append(End(heading=heading, groups=_shown(groups), flags=flags))
    return Part(key="as-it-is", heading="The units as they are", ends=tuple(ends))


def _limits(look: KeptLook) -> tuple[str, ...]:
    result = look.result
    units = (*result.units, *(end.result for each in result.what_ifs for end in each.ends))
    found = list(result.cannot)
    if any(unit.median is not None for unit in units):
        found.append(URGENT_FIRST)
    if any(unit.backlog_grows and unit.median is not None for unit in units):
        found.append(LATE_WAIT_LONGER)
    return (*found, NOT_OF_OFFICERS)


def _known(look: KeptLook) -> str:
    origins = look.result.origins
    unverified = sum(not each.verified for each in origins)
    return (
        f"{unverified} of {len(origins)} tables of the setup do not say that their numbers were "
        "verified. Brackets tell what chance does to the mean of "
        f"{look.result.replications:,} futures ({percent(look.result.level)}); faults of the "
        f"assumptions are not in them. Days to the first interview are those of cases that come to "
        f"one. {_ROLES}"
    )


def _origins(look: KeptLook, titles: dict[str, str]) -> Table:
    """Return where numbers come from, those that nobody has measured first."""
    ordered = sorted(look.result.origins, key=lambda each: each.verified)
    joined: dict[tuple[str, str, bool], list[str]] = {}
    for each in ordered:
        key = (titles.get(each.unit, "All units"), each.origin, each.verified)
        joined.setdefault(key, []).append(each.numbers)
    rows = tuple(
        (f"{unit}: {', '.join(numbers)}", "verified" if verified else "UNVERIFIED", origin)
        for (unit, origin, verified), numbers in joined.items()
    )
    return Table(
        caption="Where the numbers come from",
        header=("Numbers", "Standing", "Origin, in the words of the setup"),
        rows=rows,
        wordy=(1, 2),
    )


def _foot(look: KeptLook) -> tuple[str, ...]:
    result, record = look.result, look.record
    run, settings = result.investigation_id, str(record["settings_hash"])[:12]
    made = (
        f"{result.replications:,} futures, seed {result.seed}, settings {settings}, code "
        f"{record['code_version']}."
    )
    return (
        f"Run {run}: rightplace explain {run} tells inputs, settings and code.",
        made,
        f"Amber: a role busy for more than {percent(result.amber)} of its hours present.",
    )
