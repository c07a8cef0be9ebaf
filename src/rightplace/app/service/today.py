"""Use case: what needs somebody now: decisions waiting, and what is in force."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.app.service.figures import moment_words
from rightplace.app.service.jobs_page import failed_jobs
from rightplace.app.service.own_area import own_bcus
from rightplace.app.service.published_lines import line_of, newest_runs, why_stopped
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rightplace.app.service.effects_today import EffectPrompt
    from rightplace.app.service.jobs_page import FailedJob
    from rightplace.app.service.operations_today import OperationPrompt
    from rightplace.app.service.person import Person
    from rightplace.app.service.published_lines import PublishedLine
    from rightplace.app.service.section_60_rules import Section60Rules
    from rightplace.app.service.section_60_today import Section60Today
    from rightplace.app.service.shelf import Shelf
    from rightplace.app.workspace import Workspace
    from rightplace.records.audit.transaction import Transaction
    from rightplace.records.decided.in_force import State
    from rightplace.records.published.tables import PublishedRun


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A plan that waits for a decision for a BCU."""

    plan_id: str
    bcu: str
    period: str
    is_over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InForceLine:
    """What is in force in a BCU now, and until when, or why nothing is."""

    bcu: str
    plan_id: str | None
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TodayPage:
    """What needs somebody now.

    Parameters
    ----------
    as_of, data_cut_off
        Of the newest forecast that is published; empty where none is.
    failed
        The person's own jobs that failed in the last week.
    section_60
        What of section 60 waits for the person, and what is in force.
    operations
        Operations whose result is owed, and drafts that begin soon.
    effects
        Proposed effect sizes that wait for the person's decision.
    sees_runs
        Whether their role lets them see forecasts or plans at all.
    """

    as_of: str
    data_cut_off: str
    is_synthetic: bool
    waiting: tuple[Waiting, ...]
    in_force: tuple[InForceLine, ...]
    forecasts: tuple[PublishedLine, ...]
    plans: tuple[PublishedLine, ...]
    failed: tuple[FailedJob, ...]
    section_60: Section60Today
    operations: tuple[OperationPrompt, ...]
    effects: tuple[EffectPrompt, ...]
    sees_runs: bool


def read_today(
    shelf: Shelf,
    *,
    person: Person,
    at: datetime,
    rules: Section60Rules | None = None,
    workspace: Workspace | None = None,
) -> TodayPage:
    """Return what needs a person now; which runs there are is no secret, what is in them is.

    Parameters
    ----------
    shelf
        Where it is published.
    person
        Who asks.
    at
        The time now.
    rules
        By which prompts of section 60 come; None for those that ship.
    workspace
        Whose study areas tell where operations are; None where there is none.
    """
    from rightplace.app.service.effects_today import effects_today
    from rightplace.app.service.operations_today import operations_today
    from rightplace.app.service.section_60_rules import Section60Rules
    from rightplace.app.service.section_60_today import section_60_today
    from rightplace.records.audit.transaction import transaction
    from rightplace.records.decided.in_force import states_in_force

    with transaction(
        shelf.database, person.actor, purpose="Look at what needs me now.", at=at
    ) as tx:
        published = newest_runs(tx, "forecast")
        forecasts = published if person.may(Permission.SEE_FORECAST) else []
        plans = newest_runs(tx, "plan") if person.may(Permission.SEE_PLAN) else []
        waiting, bcus = _waiting(tx, shelf, plans, person=person, at=at)
        states = states_in_force(tx, bcus, at=at)
        newest = json.loads(published[0].content) if published else None
        return TodayPage(
            as_of="" if newest is None else newest["as_of"],
            data_cut_off="" if newest is None else newest["result"]["trained_to"],
            is_synthetic=any(run.is_synthetic for run in published),
            waiting=tuple(sorted(waiting, key=lambda each: each.is_over)),
            in_force=tuple(_in_force(bcu, states[bcu]) for bcu in bcus),
            forecasts=tuple(line_of(tx, run) for run in forecasts),
            plans=tuple(line_of(tx, run) for run in plans),
            failed=failed_jobs(tx, person=person, at=at),
            section_60=section_60_today(tx, person=person, at=at, rules=rules or Section60Rules()),
            operations=operations_today(tx, shelf, person=person, at=at, workspace=workspace),
            effects=effects_today(tx, shelf, person=person, at=at),
            sees_runs=person.may(Permission.SEE_FORECAST) or person.may(Permission.SEE_PLAN),
        )


def _waiting(
    tx: Transaction,
    shelf: Shelf,
    plans: Sequence[PublishedRun],
    *,
    person: Person,
    at: datetime,
) -> tuple[list[Waiting], list[str]]:
    from rightplace.app.service.decisions import last_decisions

    found, bcus = [], set()
    for run in plans:
        if why_stopped(tx, run.id):
            continue
        plan, decided = shelf.plan(tx, run.id), last_decisions(tx, run.id)
        zone, (starts, ends) = plan.forecast.area.clock.tzinfo, plan.span
        bcus.update(own_bcus(plan.forecast.area, person, Permission.SEE_PLAN))
        found += [
            Waiting(
                plan_id=run.id,
                bcu=bcu,
                period=f"{moment_words(starts, zone)} to {moment_words(ends, zone)}",
                is_over=ends <= at,
            )
            for bcu in own_bcus(plan.forecast.area, person, Permission.DECIDE)
            if bcu not in decided
        ]
    return found, sorted(bcus)


def _in_force(bcu: str, state: State) -> InForceLine:
    words = state.reason or f"Plan {state.plan_id} is in force."
    return InForceLine(bcu=bcu, plan_id=state.plan_id, words=words)
