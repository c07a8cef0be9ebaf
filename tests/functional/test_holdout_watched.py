"""Kept hold-outs read by the feedback monitor: units, strata, the same days in both arms."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from rightplace.app.evidence import Question
from rightplace.app.feedback.arms import arms_of_plans
from rightplace.app.feedback.monitor import MonitorOptions, monitor_feedback
from rightplace.app.forecast.outlook import read_outlook
from rightplace.app.holdout.options import HoldOutOptions
from rightplace.app.holdout.releases import Asked, release, released
from rightplace.app.plan.making import PlanOptions
from rightplace.app.plan.use_case import plan
from rightplace.app.plan.visits import crew_visits
from rightplace.app.runs import keep
from rightplace.core.runs import RunInput, RunRecipe, read_run
from rightplace.core.time import Clock
from rightplace.errors import UsageError
from rightplace.forecast.feedback.monitor import Contrast, HoldOut, hold_out_contrast
from tests.holdout_world import AS_OF, PLACES, TOGETHER, Force, record, write
from tests.walks import NOON
from tests.worlds import DAYS

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


FIRST = AS_OF + timedelta(days=1)


def test_the_monitor_rests_on_kept_hold_outs_and_compares_both_arms_from_the_same_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two weeks with a hold-out; patrols find drugs wherever they go."""
    force = Force(tmp_path / "force")
    weeks: list[str] = []
    for week in range(2):
        forecast_id = force.forecast()
        options = PlanOptions(
            crews_file=force.crews(),
            holdout=HoldOutOptions(share=0.4, never_file=force.never, terms_file=force.terms),
            seed=1,
        )
        answer = plan(
            force.workspace,
            forecast_id,
            as_of=force.as_of,
            days=DAYS,
            options=options,
            made_at=NOON,
        )
        weeks.append(str(answer.id))
        if week == 0:
            first = next(
                row
                for row in force.table(weeks[0], "holdout").to_pylist()
                if row["arm"] == "holdout"
            )
            at = datetime(2018, 7, 9, 22, tzinfo=UTC)
            asked = Asked(
                cell_id=first["cell_id"], reason="stabbing", released_by="Inspector", at=at
            )
            release(force.workspace, weeks[0], asked, made_at=NOON)
        force.as_of += timedelta(days=DAYS)
        force.take_in(write(force.root / f"week-{week}.csv", lived(force, weeks[-1], week)))
    one, two = (force.table(plan_id, "holdout").to_pylist() for plan_id in weeks)
    arms = [{row["cell_id"]: row["arm"] for row in rows} for rows in (one, two)]
    assert arms[0] != arms[1]  # one seed, another week, another lot
    assert {row["analysed_from"] for row in one} == {FIRST}
    # The second week follows at once, so its first three days are washed out of both arms.
    assert {row["analysed_from"] for row in two} == {FIRST + timedelta(days=DAYS + 3)}
    both = set(arms[0]) & set(arms[1])
    before = {row["cell_id"]: row["arm_before"] for row in two}
    assert all(before[cell] == arms[0][cell] for cell in both)
    # Released in the first week: not held out again in the second.
    freed = released(force.workspace, weeks[0])
    assert first["cell_id"] in freed
    assert not set(freed) & set(arms[1])
    held = next(cell for cell, arm in arms[1].items() if arm == "holdout")
    asked = Asked(cell_id=held, reason="stabbing", released_by="Duty Inspector")
    release(force.workspace, weeks[1], asked, made_at=NOON)

    lots: list[HoldOut] = []

    def seen(
        records: NDArray[np.integer], lot: HoldOut, *, alert_p: float, rng: np.random.Generator
    ) -> Contrast:
        lots.append(lot)
        return hold_out_contrast(records, lot, alert_p=alert_p, rng=rng)

    monkeypatch.setattr("rightplace.forecast.feedback.monitor.hold_out_contrast", seen)
    done = monitor_feedback(
        force.workspace,
        made_visits(force, weeks),
        Question(as_of=force.as_of),
        options=MonitorOptions(),
        made_at=NOON,
    )
    result = done.result.monitoring
    assert result is not None
    assert result.rests_on == "hold-out"
    assert result.plans == tuple(weeks)
    assert result.minutes_held_out == 0
    assert result.minutes_treated is not None
    assert result.minutes_treated > 0
    police, victim = result.contrasts
    # One record for each visit and place of the days compared, none where nobody went.
    assert police.held_out_mean == 0
    assert police.alert
    assert victim.lo <= 0 <= victim.hi
    assert police.treated + police.held_out == len(one) + len(two)
    check_units(force, result.monitor_id, weeks, lots[0])
    assert (
        "compared as they were drawn"
        in {n.code: n.message for n in done.warnings}["feedback-released"]
    )


def test_plans_of_one_lot_are_one_and_of_two_lots_are_refused(tmp_path: Path) -> None:
    force = Force(tmp_path / "force")
    forecast_id = force.forecast()
    options = PlanOptions(
        crews_file=force.crews(),
        holdout=HoldOutOptions(share=0.4, never_file=force.never, terms_file=force.terms),
        seed=1,
    )
    how: dict[str, Any] = {"as_of": force.as_of, "days": DAYS, "made_at": NOON}
    first = plan(force.workspace, forecast_id, options=options, **how)
    area = read_outlook(force.workspace, forecast_id).area
    # The same lot with visits that somebody changed, as a plan made anew in its week has.
    content = read_run(force.workspace.runs, str(first.id))
    recipe = RunRecipe(
        kind="plan",
        settings=content["settings"] | {"made_anew": True},
        inputs=tuple(RunInput(**each) for each in content["inputs"]),
        as_of=force.as_of,
        known_at=None,
        seed=1,
    )
    visits = force.table(str(first.id), "visits")
    record_anew = recipe.record(NOON, result=content["result"])
    keep(force.workspace, record_anew, {"visits": visits.slice(0, visits.num_rows)})
    (arms,) = arms_of_plans(force.workspace, area, ())
    assert arms.plan_id == first.id
    assert arms.stratum.min() >= 0
    plan(force.workspace, forecast_id, options=replace(options, seed=2), **how)
    with pytest.raises(UsageError, match="both hold places out"):
        arms_of_plans(force.workspace, area, ())
    (arms,) = arms_of_plans(force.workspace, area, (str(first.id),))


def check_units(force: Force, monitor_id: str, weeks: list[str], lot: HoldOut) -> None:
    """Check that neighbours were drawn as one, and which days were counted in each place."""
    rows = force.table(monitor_id, "units").to_pylist()
    numbers: dict[tuple[str, str], int] = {}
    for row, unit in zip(rows, lot.drawn_together.tolist(), strict=True):
        numbers[row["plan_id"], row["cell_id"]] = unit
    drawn_in = [week for week in weeks if (week, min(TOGETHER)) in numbers]
    pairs = [{numbers[week, cell] for cell in TOGETHER} for week in drawn_in]
    assert pairs
    assert all(len(pair) == 1 for pair in pairs)
    assert len(set(numbers.values())) == len(numbers) - len(pairs)
    # Patrols found one thing at each visit; those of the second week's first three days are not
    # counted.
    starts = {weeks[0]: FIRST, weeks[1]: FIRST + timedelta(days=DAYS + 3)}
    for row in rows:
        opens = Clock().day_start(starts[row["plan_id"]])
        made = crew_visits(force.workspace, row["plan_id"]).to_pylist()
        mine = [v for v in made if v["cell_id"] == row["cell_id"] and v["slot_start"] >= opens]
        assert row["police_generated"] == len(mine)


def lived(force: Force, plan_id: str, week: int) -> list[tuple[object, ...]]:
    """Return a week's records: violence everywhere alike, drugs where patrols went."""
    rng = np.random.default_rng(week)
    by_code = {place.code: place for place in PLACES}
    made = crew_visits(force.workspace, plan_id).to_pylist()
    slots = sorted({row["slot_start"] for row in made})
    rows: list[tuple[object, ...]] = [
        record(f"V{week}{place.code}{n}", "Wounding", place, slots[rng.integers(0, len(slots))])
        for place in PLACES
        for n in range(rng.poisson(2.5))
    ]
    return rows + [
        record(
            f"D{week}{n}",
            "Possession of cannabis",
            by_code[row["cell_id"]],
            row["slot_start"] + timedelta(minutes=30),
        )
        for n, row in enumerate(made)
    ]


def made_visits(force: Force, plans: list[str]) -> Path:
    """Write the visits of plans as if every one was made."""
    path = force.root / "visits.csv"
    names = ("cell_id", "slot_start", "slot_end", "minutes")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        for plan_id in plans:
            for row in crew_visits(force.workspace, plan_id).to_pylist():
                start, end = row["slot_start"].isoformat(), row["slot_end"].isoformat()
                writer.writerow([row["cell_id"], start, end, row["minutes"]])
    return path
