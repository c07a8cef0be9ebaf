"""What a plan could show, in words for whoever is about to lock it; else how to reckon it."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rightplace.app.evaluation.power import SMALL
from rightplace.briefing.stamp import day_in_words
from rightplace.errors import (
    BadInputError,
    InfeasibleError,
    NotHeldError,
    StaleDataError,
    UnsupportedByDataError,
    UsageError,
)
from rightplace.evaluate.designs.finding import RANDOMISED, Design

if TYPE_CHECKING:
    from datetime import date, datetime

    from rightplace.app.evaluation.power_before import PowerBefore
    from rightplace.app.service.shelf import Shelf
    from rightplace.app.workspace import Workspace
    from rightplace.evaluate.operations.plan import OperationPlan

COUNTS: Final = {
    Design.DISPLACEMENT_DIFFERENCE: "four numbers with commas between: incidents expected in the "
    "treated places before and during it, and in those compared before and during it",
    Design.BEFORE_AFTER: "two numbers with a comma between: incidents expected before it and "
    "during it",
    Design.DIFFERENCE: "the incidents expected in one place and period",
    **dict.fromkeys(RANDOMISED, "the incidents expected in one draw of the lot"),
}
"""What stands for COUNT in the command, by design."""
_CANNOT: Final = (
    BadInputError,
    InfeasibleError,
    NotHeldError,
    StaleDataError,
    UnsupportedByDataError,
    UsageError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerShown:
    """What a plan could show.

    Parameters
    ----------
    sentences
        What is expected, with which chance the smallest change that matters would be seen, and
        the smallest fall that would be; or why nobody can say so here.
    too_small
        What follows where that chance is too small; empty where it is not, or unknown.
    command
        That tells it from counts given by hand; empty where it is told here, or none does.
    blank
        What stands for COUNT in the command; empty where it has none.
    """

    sentences: tuple[str, ...]
    too_small: str = ""
    command: str = ""
    blank: str = ""


def power_shown(
    shelf: Shelf,
    workspace: Workspace,
    plan: OperationPlan,
    *,
    held_to: date | None,
    at: datetime,
) -> PowerShown:
    """Return what a plan could show by what is held before it, reckoned once for what is held.

    Parameters
    ----------
    shelf
        Where it is kept once it is reckoned.
    workspace
        Whose records.
    plan
        The plan.
    held_to
        Last day held from which its outcome can be counted.
    at
        The time now.
    """
    path = workspace.store.manifest_path
    state = path.stat().st_mtime_ns if path.exists() else 0
    key = f"power of {plan.id} beside {path} {state}"
    made: PowerShown = shelf.kept.get(key, lambda: _made(workspace, plan, held_to=held_to, at=at))
    return made


def _made(
    workspace: Workspace, plan: OperationPlan, *, held_to: date | None, at: datetime
) -> PowerShown:
    from rightplace.app.evaluation.power_before import power_before

    try:
        told = power_before(workspace, plan, held_to=held_to, at=at)
    except _CANNOT as error:
        return PowerShown(
            sentences=(
                "What it could show cannot be told from what is held here.",
                error.fault.said,
            ),
            command=_command(plan),
            blank=COUNTS.get(plan.judged.design, ""),
        )
    return PowerShown(
        sentences=tuple(_sentences(told)),
        too_small="" if told.chance >= told.power else f"{_why_small(told)} {SMALL}",
    )


def _sentences(told: PowerBefore) -> list[str]:
    places = f"{told.places:,} place{'s' if told.places > 1 else ''}"
    span = f"{day_in_words(told.first)} to {day_in_words(told.last)}"
    first = (
        f"With {'this' if told.places == 1 else 'these'} {places} and {told.weeks:.0f} weeks, as "
        f"from {span}, about {told.expected:,.0f} incidents are expected without it. A fall of "
        f"{_percent(told.change)}, the smallest that would matter, would be seen in "
        f"{_of_100(told.chance)} such operations."
    )
    if told.smallest_change is None or told.smallest_incidents is None:
        least = f"Not even an end to all of them would be seen in {_of_100(told.power)}."
    else:
        least = (
            f"The smallest fall that would be seen in {_of_100(told.power)} is "
            f"{told.smallest_incidents:,.0f} incidents ({_percent(told.smallest_change)})."
        )
    how = "This is the plan's own design, tried on that time before it; nothing later was read."
    return [first, least, how]


def _why_small(told: PowerBefore) -> str:
    if told.smallest_change is None:
        return "By this design it can show nothing."
    return "It is too small to show what would matter; more places or more weeks would show more."


def _of_100(chance: float) -> str:
    share = round(100 * chance)
    if share in {0, 100}:
        return "fewer than 1 of 100" if share == 0 else "more than 99 of 100"
    return f"{share} of 100"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _command(plan: OperationPlan) -> str:
    """Return the command that tells a plan's power; empty where none does."""
    from rightplace.app.evaluation.windows import DAY, WEEK, periods_of

    design, where = plan.judged.design, plan.where
    if design not in COUNTS and design is not Design.SYNTHETIC_CONTROL:
        return ""
    words = ["rightplace", "evaluate", "power", "--design", design.value]
    try:
        periods = periods_of(plan.when)
    except UnsupportedByDataError:
        return ""
    before, during = periods.first_treated, periods.starts.size - periods.first_treated
    if design is Design.SYNTHETIC_CONTROL:
        words += ["--panel", "counts.csv", "--treated", ",".join(where.treated)]
        words += ["--periods", f"{before},{during}"]
    else:
        words += ["--count", "COUNT"]
        if design is Design.DIFFERENCE:
            words += ["--periods", f"{before},{during}"]
        if design is Design.DIFFERENCE or design in RANDOMISED:
            words += ["--units", f"{len(where.treated)},{len(where.control)}"]
        words += ["--weeks", f"{(plan.when.ends + DAY - plan.when.starts) / WEEK:.1f}"]
    words += ["--change", f"{-plan.judged.smallest_change:g}", "--level", f"{plan.judged.level:g}"]
    return shlex.join(words)
