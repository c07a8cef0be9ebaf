"""How numbers, months and inputs are written in the report of a workforce."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rightplace.app.workforce.forecast_parts import month_words, percent
from rightplace.core.time import Month

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rightplace.app.workforce.result import ReachedResult, Spread, WorkforceResult

MEASURES: Final = {
    "headcount": "headcount",
    "fte": "full-time equivalent",
    "deployable": "officers who can be deployed",
}
INPUTS: Final = {
    "attrition_points": ("Share who leave in a year", "{:+g} points"),
    "filled_points": ("Share of places really filled", "{:+g} points"),
    "intake_factor": ("Planned intake", "times {:g}"),
    "places_factor": ("Training places", "times {:g}"),
    "tutors_factor": ("Tutors", "times {:g}"),
    "leave_factor": ("Share who go on leave", "times {:g}"),
    "training_months": ("Length of initial training", "{:+g} months"),
}
"""What people call an input, and how a step of it is written."""
NOT_SURE: Final = "not sure"
"""Said of a difference whose interval holds none."""
MINUS: Final = "\u2212"


def month(text: str | None) -> str:
    """Return a month (YYYY-MM) as ``July 2020``; null is ``not within the horizon``."""
    return "not within the horizon" if text is None else month_words(Month.parse(text))


def short_month(text: str) -> str:
    """Return a month (YYYY-MM) as ``Jul 2020``, which no line breaks."""
    return f"{Month.parse(text).first:%b\u00a0%Y}"


def span(first: str | None, last: str | None, *, end: str) -> str:
    """Return the months between which something happens, in words.

    Parameters
    ----------
    first, last
        As YYYY-MM; null beyond the horizon.
    end
        The last month of the horizon.
    """
    if first is None:
        return f"after {month(end)}"
    if last is None:
        return f"{month(first)} to after {month(end)}"
    if first == last:
        return month(first)
    if first[:4] == last[:4]:
        return f"{Month.parse(first).first:%B} to {month(last)}"
    return f"{month(first)} to {month(last)}"


def number(value: float) -> str:
    """Return a number of officers."""
    return f"{round(value):,}".replace("-", MINUS)


def signed(value: float) -> str:
    """Return a difference in officers with its sign; what rounds to 0 has none."""
    return f"{round(value):+,}".replace("-", MINUS) if round(value) else "0"


def band(found: Spread) -> str:
    """Return the middle 80 % of draws."""
    return f"{number(found.lo80)} to {number(found.hi80)}"


def is_sure(found: Spread) -> bool:
    """Whether the middle 80 % of paired draws lies on one side of none, or all of it is none."""
    return found.lo80 > 0 or found.hi80 < 0 or found.lo80 == found.hi80 == 0


def difference(found: Spread, *, is_drawn: bool) -> str:
    """Return a difference with its interval; ``not sure`` where that holds none."""
    if not is_drawn:
        return signed(found.mean)
    words = f"{signed(found.mean)} ({signed(found.lo80)} to {signed(found.hi80)})"
    return words if is_sure(found) else f"{words}, {NOT_SURE}"


def step(name_and_value: str) -> str:
    """Return a step of an input, given as ``name=value``, as people write it."""
    name, _, value = name_and_value.partition("=")
    form = INPUTS.get(name, (name, "{:g}"))[1]
    words = form.format(float(value)).replace("-", MINUS)
    return words.removesuffix("s") if abs(float(value)) == 1 else words


def change(changes: str) -> str:
    """Return changes, given as name=value with commas between, as people write them."""
    return "; ".join(
        f"{INPUTS.get(each.partition('=')[0], (each, ''))[0]} {step(each)}"
        for each in (part.strip() for part in changes.split(","))
        if each
    )


def crossing(values: Sequence[float], level: float) -> int | None:
    """Return the index of the first value at a level or above, or None."""
    return next((n for n, value in enumerate(values) if value >= level), None)


def answer(result: WorkforceResult) -> str:
    """Return the sentence that stands first: when the target is met, and when so many deploy."""
    if not result.targets:
        last = result.strength[-1]
        within = f", 80 % {band(last.headcount)}" if result.draws else ""
        can = f", 80 % {band(last.deployable)}" if result.draws else ""
        return (
            f"{number(last.headcount.mean)} headcount at the end of {month(last.month)}{within}; "
            f"{number(last.deployable.mean)} officers who can be deployed{can}. No target was set."
        )
    first = result.targets[0]
    told = f"{number(first.strength)} {MEASURES[first.measure]} {_when(first, result)}"
    if first.measure != "deployable":
        told += f"; {number(first.strength)} {MEASURES['deployable']} {_can(first, result)}"
    return f"{told}."


def _when(target: ReachedResult, result: WorkforceResult) -> str:
    end = result.last_month
    if not result.draws:
        when = f"in {month(target.median_month)}" if target.median_month else f"not by {month(end)}"
        return f"{when} on expected values alone, how sure is not said"
    if target.median_month is None:
        words = f"not by {month(end)} in {percent(target.never_share)} of draws"
        early = target.lo80_month
        return words if early is None else f"{words}, the earliest tenth by {month(early)}"
    interval = span(target.lo80_month, target.hi80_month, end=end)
    return f"by {month(target.median_month)} in half of draws, 80 % {interval}"


def _can(target: ReachedResult, result: WorkforceResult) -> str:
    """Return when as many can be deployed: of a target of its own, or where the band crosses."""
    own = [
        each
        for each in result.targets
        if each.measure == "deployable" and each.strength == target.strength
    ]
    if own:
        return _when(own[0], result)
    deployable = [each.deployable for each in result.strength]
    months = [each.month for each in result.strength]
    at = {
        name: crossing([getattr(each, name) for each in deployable], target.strength)
        for name in ("mean", "lo80", "hi80")
    }
    if at["mean"] is None:
        words = f"on average not by {month(result.last_month)}"
    else:
        words = f"on average not before {month(months[at['mean']])}"
    if not result.draws or at["hi80"] is None:
        return words
    late = None if at["lo80"] is None else months[at["lo80"]]
    return f"{words}, 80 % band {span(months[at['hi80']], late, end=result.last_month)}"
