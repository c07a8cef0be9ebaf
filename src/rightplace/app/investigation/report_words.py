"""Sentences of the report of a look ahead, chosen by one rule for every unit and what-if.

Each end of a what-if is told alike, who gains before who gives: days to the first interview, how
busy the busiest role is, and the backlog. What chance could do is said to be unsure, and nothing is
called good or bad.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from rightplace.briefing.investigation.values import Answered

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rightplace.app.investigation.result import (
        Change,
        Days,
        Figure,
        RoleUse,
        UnitEnd,
        UnitResult,
        WhatIfResult,
    )

MINUS: Final = "\N{MINUS SIGN}"
_ROLES: Final = re.compile(r"\b(sio|di|ds|dc)\b")
_LEAST: Final = 0.05
"""What rounds to nothing at one digit after the point."""


def percent(share: float) -> str:
    """Return a share as whole per cent."""
    return f"{share:.0%}".replace("%", " %")


def signed(value: float, digits: int = 1) -> str:
    """Return a change with its sign, a true minus among them."""
    text = f"{value:+,.{digits}f}"
    return text.replace("-", MINUS) if float(text.replace(",", "")) else f"{0:.{digits}f}"


def between(figure: Figure, *, scale: float = 1.0, digits: int = 1) -> str:
    """Return a mean and the ends of its interval."""
    mean, lo, hi = (f"{scale * each:,.{digits}f}" for each in (figure.mean, figure.lo, figure.hi))
    return f"{mean} ({lo} to {hi})".replace("-", MINUS)


def days_words(days: Days | None) -> str:
    """Return days by which a share was interviewed, with their interval where there is one."""
    if days is None or days.days is None:
        return "not reached"
    if days.lo is None or days.hi is None:
        return f"{days.days:.0f}, no interval"
    return f"{days.days:.0f} ({days.lo:.0f} to {days.hi:.0f})"


def change_words(change: Change, *, scale: float = 1.0) -> str:
    """Return a change with its interval, and ``not sure`` where that spans nothing."""
    ends = f"({signed(scale * change.lo)} to {signed(scale * change.hi)})"
    return f"{signed(scale * change.change)} {ends}{'' if change.is_sure else ', not sure'}"


def change_of(end: UnitEnd, name: str) -> Change | None:
    """Return the change of a figure by its name; None where it cannot be said."""
    return next((each for each in end.changes if each.name == name), None)


def in_order(what_if: WhatIfResult) -> tuple[UnitEnd, ...]:
    """Return the ends of a what-if, those with more officers or help before those with fewer."""
    return tuple(sorted(what_if.ends, key=lambda end: growth(end) < 0 and not end.helped_by))


def growth(end: UnitEnd) -> int:
    """Return how many officers more a unit has."""
    return sum(end.after.values()) - sum(end.before.values())


def asked_words(what_if: WhatIfResult, titles: dict[str, str]) -> str:
    """Return what is asked, units by the names that people read.

    Parameters
    ----------
    what_if
        What is asked.
    titles
        Of units by their short names.
    """
    text = _ROLES.sub(lambda found: found[0].upper(), "; ".join(what_if.asked))
    for key in sorted(titles, key=len, reverse=True):
        parts = re.split(rf"(?<![\w-]){re.escape(key)}(?![\w-])", text)
        text = titles[key].join(parts)
    return text[:1].upper() + text[1:]


def end_words(end: UnitEnd) -> str:
    """Return the unit at one end, and who comes to it or goes."""
    more, teams = growth(end), end.teams_after - end.teams_before
    found = [end.title]
    if more:
        found.append(f"{_officers(end, abs(more))} {'more' if more > 0 else 'fewer'}")
    if teams:
        counted = f"{abs(teams)} team{'' if abs(teams) == 1 else 's'}"
        found.append(f"{counted} {'more' if teams > 0 else 'fewer'}")
    if end.helped_by:
        found.append(f"helped by {end.helped_by} officers of a surge")
    return ", ".join(found)


def _officers(end: UnitEnd, number: int) -> str:
    """Return how many, and of which role where it is one alone."""
    moved = [role for role, after in end.after.items() if after != end.before[role]]
    return f"{number} {moved[0].upper() if len(moved) == 1 else 'officers'}"


def answer(what_if: WhatIfResult, titles: dict[str, str], *, part: str) -> Answered:
    """Return the answer of a what-if at all its ends.

    Parameters
    ----------
    what_if
        What was asked, and found.
    titles
        Of units by their short names.
    part
        Where all of it is shown.
    """
    ends = in_order(what_if)
    told = [f"{end_words(end)}: {_told(end)}." for end in ends]
    if all(growth(end) >= 0 for end in ends):
        told.append("No unit of this setup gives them: what they leave behind is not counted.")
    return Answered(asked=asked_words(what_if, titles), told=tuple(told), part=part)


def _told(end: UnitEnd) -> str:
    parts = (_days_told(end), _busiest_told(end), _backlog_told(end))
    return "; ".join(part for part in parts if part)


def _days_told(end: UnitEnd) -> str:
    change = change_of(end, "median_days")
    if change is None:
        return ""
    if not change.is_sure:
        return f"days to the first interview not sure to change {_unsure(change)}"
    way = "sooner" if change.change < 0 else "later"
    return f"half of cases interviewed {_span(change)} days {way} {_ends(change)}"


def _span(change: Change) -> str:
    size = abs(change.change)
    return "under 0.1" if size < _LEAST else f"{size:,.1f}"


def _ends(change: Change) -> str:
    lo, hi = sorted((abs(change.lo), abs(change.hi)))
    return f"({lo:,.1f} to {hi:,.1f})"


def _unsure(change: Change) -> str:
    return f"({signed(change.lo)} to {signed(change.hi)})"


def busiest(roles: Iterable[RoleUse]) -> RoleUse | None:
    """Return the role of a unit that is busiest; None where nobody is ever there."""
    known = [each for each in roles if each.share is not None]
    return max(known, key=_use, default=None)


def _use(role: RoleUse) -> float:
    return -1.0 if role.share is None else role.share.mean


def _busiest_told(end: UnitEnd) -> str:
    use = busiest(end.result.roles)
    if use is None:
        return ""
    change = change_of(end, f"utilisation_{use.role}")
    before = "" if change is None else f" ({percent(change.base)} as it is)"
    amber = ", AMBER" if use.is_amber else ""
    return f"busiest role {use.role.upper()}, {percent(_use(use))} busy{amber}{before}"


def _backlog_told(end: UnitEnd) -> str:
    change = change_of(end, "backlog_end")
    if change is None:
        return ""
    if not change.is_sure:
        return f"backlog at the end not sure to change {_unsure(change)} weeks"
    way = "less" if change.change < 0 else "more"
    return f"backlog at the end {_span(change)} weeks {way} {_ends(change)}"


def as_it_is(unit: UnitResult, *, part: str) -> Answered:
    """Return what a unit carries as it is, and in which part all of it is shown."""
    use = busiest(unit.roles)
    found = []
    if unit.median is not None:
        found.append(f"half of cases interviewed within {days_words(unit.median)} days")
    if use is not None:
        amber = ", AMBER" if use.is_amber else ""
        found.append(f"busiest role {use.role.upper()}, {percent(_use(use))} busy{amber}")
    start, end = unit.backlog_start.mean, unit.backlog_end.mean
    found.append(f"backlog from {start:.1f} to {end:.1f} weeks")
    text = "; ".join(found)
    told = (f"{text[:1].upper()}{text[1:]}.",)
    return Answered(asked=f"{unit.title} as it is", told=told, part=part)
