"""Use case: what a published roster breaks; nothing is refused, everything is listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.app.answer import Answer
from rightplace.app.roster.inputs import RosterFiles, RosterOptions, read_inputs
from rightplace.app.roster.result import BreachFound, RosterCheckResult

if TYPE_CHECKING:
    from rightplace.app.workspace import Workspace


def check_roster(
    workspace: Workspace, files: RosterFiles, options: RosterOptions
) -> Answer[RosterCheckResult]:
    """List what a published roster breaks, uncovered demand first; nothing is kept.

    Parameters
    ----------
    workspace
        Where settings and study areas are.
    files
        Officers, demand, absences, and the roster as published.
    options
        Days, and whether opening balances may lack.
    """
    from rightplace.deploy.roster.verify import breaches

    inputs = read_inputs(workspace, files, options)
    found = breaches(inputs.problem, inputs.published)
    result = RosterCheckResult(
        path=str(files.published),
        first_day=options.first.isoformat(),
        days=options.days,
        officers=len(inputs.problem.officers),
        shifts=len(inputs.published),
        breaches=tuple(
            BreachFound(
                rule=breach.rule,
                who=breach.who,
                day=breach.day.isoformat(),
                finding=breach.finding,
                row=breach.row,
            )
            for breach in sorted(found, key=lambda breach: breach.rule != "demand")
        ),
        limits=inputs.limits,
        without_balances=inputs.without_balances,
    )
    return Answer(
        verb="roster-check", result=result, as_of=options.published_on, warnings=inputs.notices
    )
