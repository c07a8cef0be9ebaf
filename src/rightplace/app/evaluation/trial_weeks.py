"""From kept plans with a hold-out to the rows a trial is judged by: counts, arms, dosage."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from rightplace.app.feedback.arms import arms_of_plans
from rightplace.app.feedback.records import VICTIM, watched
from rightplace.app.runs import read_table
from rightplace.core.runs import read_run_of
from rightplace.deploy.effect_file import kept_effect
from rightplace.errors import RefusedError, UnsupportedByDataError, UsageError
from rightplace.evaluate.designs.lot.rows import TrialRows
from rightplace.evaluate.trial.reading import Weeks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rightplace.app.evaluation.trial_dosage import Dosed
    from rightplace.app.evidence import Question
    from rightplace.app.feedback.arms import PlanArms
    from rightplace.app.feedback.records import Watched
    from rightplace.app.workspace import Workspace
    from rightplace.deploy.effect import EffectSize
    from rightplace.places.study_area import StudyArea

# Numbers of units and strata of different plans lie so far apart.
_FAR = 1_000_000
WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlanWeek:
    """A plan that drew a lot: its record, its arms, and the effect record it was made by."""

    record: dict[str, Any]
    arms: PlanArms
    effect: EffectSize


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Gathered:
    """What a trial is judged by.

    Parameters
    ----------
    plans
        By their first day.
    watched
        Records, as far as the question allows.
    weeks
        A row for each place and plan.
    unpublished
        Places and plans left out, for nothing is published there and then.
    """

    plans: tuple[PlanWeek, ...]
    watched: Watched
    weeks: Weeks
    unpublished: int


def plan_weeks(workspace: Workspace, plan_ids: Sequence[str]) -> tuple[PlanWeek, ...]:
    """Return plans that drew a lot, by their first day.

    A draft is refused, and so are two plans of the same days.

    Raises
    ------
    UsageError
        If none is named, or they are of several study areas.
    UnsupportedByDataError
        If one of them held nothing out.
    """
    if not plan_ids:
        msg = "No plan is named."
        raise UsageError(msg, remedy="Name plans that held places out, or a trial with --trial.")
    records = {each: read_run_of(workspace.runs, each, kind="plan") for each in plan_ids}
    areas = {area_of(workspace, record).area_id for record in records.values()}
    if len(areas) != 1:
        msg = f"The plans are of {len(areas)} study areas: {', '.join(sorted(areas))}."
        raise UsageError(msg, remedy="Judge the plans of one study area at a time.")
    area = area_of(workspace, next(iter(records.values())))
    arms = arms_of_plans(workspace, area, tuple(records))
    without = [each for each, record in records.items() if not record["settings"].get("holdout")]
    if without:
        msg = f"{without[0]} held no place out: nobody can know what would have been without it."
        remedy = "Plan with --holdout, or judge it as an operation with a comparison."
        raise UnsupportedByDataError(msg, value=without[0], remedy=remedy)
    return tuple(
        PlanWeek(
            record=records[each.plan_id],
            arms=each,
            effect=kept_effect(records[each.plan_id]["settings"]["effect"]),
        )
        for each in arms
    )


def area_of(workspace: Workspace, plan: dict[str, Any]) -> StudyArea:
    """Return the study area of a plan."""
    from rightplace.app.areas import find_area

    forecast = read_run_of(workspace.runs, plan["settings"]["forecast"], kind="forecast")
    return find_area(workspace, forecast["settings"]["area"])


def gathered(
    workspace: Workspace,
    plans: tuple[PlanWeek, ...],
    question: Question,
    *,
    dosed: Dosed | None,
    before_weeks: int,
) -> Gathered:
    """Return what a trial is judged by.

    Parameters
    ----------
    workspace
        Where records and plans are.
    plans
        From ``plan_weeks``.
    question
        Which records may be read; classes that are not named are those the plans were made for.
    dosed
        Minutes given; None where nobody measured.
    before_weeks
        Weeks before each plan that are counted to see whether the arms were alike.

    Raises
    ------
    UnsupportedByDataError
        If nothing is published in the places of the lot in the plans' days.
    """
    _check_over(plans, question)
    area = area_of(workspace, plans[0].record)
    seen = watched(workspace, area, _asked(workspace, plans, question))
    _check_dated(seen)
    parts = [
        _of_plan(workspace, week, seen, number, dosed=dosed, before_weeks=before_weeks)
        for number, week in enumerate(plans)
    ]
    kept = [part for part in parts if part.place.size]
    if not kept:
        msg = "Nothing is published of the plans' days in the places that the lot decided on."
        raise UnsupportedByDataError(msg, remedy="Take in the records of these days.")
    drawn = sum(week.arms.cell.size for week in plans)
    weeks = _joined(kept, starts=tuple(week.arms.first.isoformat() for week in plans))
    return Gathered(
        plans=plans, watched=seen, weeks=weeks, unpublished=drawn - weeks.rows.count.size
    )


def _check_over(plans: Sequence[PlanWeek], question: Question) -> None:
    """Check that every plan was over on the last day that may be used.

    Raises
    ------
    RefusedError
        If one was not.
    """
    last = plans[-1].arms
    if question.as_of < last.after - timedelta(days=1):
        msg = f"{last.plan_id} runs until {last.after - timedelta(days=1)}."
        remedy = f"Judge it once it is over, as of {last.after - timedelta(days=1)} or later."
        raise RefusedError(msg, value=question.as_of, remedy=remedy)


def _asked(workspace: Workspace, plans: Sequence[PlanWeek], question: Question) -> Question:
    """Return the question with the classes and sources of the plans, where none are named.

    Raises
    ------
    UsageError
        If the plans were made for different classes.
    """
    settings = [
        read_run_of(workspace.runs, week.record["settings"]["forecast"], kind="forecast")[
            "settings"
        ]
        for week in plans
    ]
    classes = question.classes or tuple(settings[0]["classes"])
    if question.classes is None and any(tuple(s["classes"]) != classes for s in settings):
        msg = "The plans were made for different classes of offences."
        raise UsageError(msg, remedy="Name those to be counted with --classes.")
    sources = question.sources or tuple(settings[0]["sources"]) or None
    return replace(question, classes=classes, sources=sources)


def _check_dated(seen: Watched) -> None:
    """Check that records give days.

    Raises
    ------
    UnsupportedByDataError
        If they give months only.
    """
    if seen.evidence.history.kind == "month":
        msg = (
            "The records give months only: they cannot be set against the days of a weekly plan, "
            "whose places change from week to week."
        )
        remedy = (
            "Take in a file with the day of each record. Monthly records can judge an operation "
            "that stays in its places for whole months (evaluate did, evaluate synth)."
        )
        raise UnsupportedByDataError(msg, remedy=remedy)


def _of_plan(
    workspace: Workspace,
    week: PlanWeek,
    seen: Watched,
    number: int,
    *,
    dosed: Dosed | None,
    before_weeks: int,
) -> Weeks:
    """Return the rows of one plan, without places of which nothing is published."""
    arms = week.arms
    first, after = np.datetime64(arms.analysed_from), np.datetime64(arms.after)
    start = np.datetime64(arms.first)
    known = seen.published(start, after)[arms.cell]
    known &= bool(seen.axis.ends[-1] >= after)
    cell = arms.cell[known]
    planned, dose, expected = _doses(workspace, week)
    size = int(known.sum())
    rows = TrialRows(
        unit=number * _FAR + arms.unit[known],
        period=np.full(size, number),
        block=np.full(size, number),
        stratum=number * _FAR + arms.stratum[known],
        treated=arms.treated[known],
        count=seen.between(VICTIM, first, after)[cell].astype(np.float64),
        probability=arms.probability[known],
        before=seen.between(VICTIM, start - np.timedelta64(WEEK * before_weeks, "D"), start)[
            cell
        ].astype(np.float64),
        minutes=None if dosed is None else dosed.minutes_of(week)[known],
    )
    return Weeks(
        rows=rows,
        starts=(),
        place=cell,
        by_place=dosed is not None and dosed.by_place,
        planned_minutes=planned[known],
        expected=expected[known],
        dose=dose[known],
    )


def _doses(
    workspace: Workspace, week: PlanWeek
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return planned minutes, mean dose and expected incidents in the days compared, by place.

    The dose is the mean over slots, each weighted by what was expected in it.
    """
    area, arms = area_of(workspace, week.record), week.arms
    ids = area.cells["cell_id"].to_pylist()
    row = {ids[cell]: number for number, cell in enumerate(arms.cell.tolist())}
    opens = area.clock.day_start(arms.analysed_from)
    days = int(week.record["settings"]["days"])
    slots = {slot.start: slot for slot in area.clock.slots(arms.first, days) if slot.start >= opens}
    at = {start: number for number, start in enumerate(slots)}
    shape = (len(row), len(slots))
    minutes, visits, expected = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for made in _visits(workspace, week.arms.plan_id):
        place, slot = row.get(made["cell_id"]), at.get(_utc(made["slot_start"]))
        if place is not None and slot is not None and made["minutes"] > 0:
            minutes[place, slot] += made["minutes"]
            visits[place, slot] += 1
    for told in read_table(workspace, arms.plan_id, "demand").to_pylist():
        place, slot = row.get(told["cell_id"]), at.get(_utc(told["slot_start"]))
        if place is not None and slot is not None and told["expected_count"] is not None:
            expected[place, slot] = told["expected_count"]
    hours = np.array([slot.hours for slot in slots.values()])
    dose = week.effect.dose(visits, slot_hours=hours[None, :])
    total = expected.sum(axis=1)
    weighted = (dose * expected).sum(axis=1)
    mean = np.divide(weighted, total, out=dose.mean(axis=1), where=total > 0)
    return minutes.sum(axis=1), mean, total


def _visits(workspace: Workspace, plan_id: str) -> list[dict[str, Any]]:
    from rightplace.app.plan.visits import crew_visits

    table = crew_visits(workspace, plan_id).select(["cell_id", "slot_start", "minutes"])
    found: list[dict[str, Any]] = table.to_pylist()
    return found


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _joined(parts: Sequence[Weeks], *, starts: tuple[str, ...]) -> Weeks:
    """Return the rows of all plans one after the other."""
    names = [
        name
        for name in TrialRows.__dataclass_fields__
        if all(getattr(part.rows, name) is not None for part in parts)
    ]
    rows = TrialRows(
        **{name: np.concatenate([getattr(part.rows, name) for part in parts]) for name in names}
    )
    of = ("place", "planned_minutes", "expected", "dose")
    return Weeks(
        rows=rows,
        starts=starts,
        by_place=parts[0].by_place,
        **{name: np.concatenate([getattr(part, name) for part in parts]) for name in of},
    )
