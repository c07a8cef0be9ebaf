"""Plans with a hold-out read as experiments: the lot's word, released places, dosage, refusals."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from rightplace.app.dosage.use_case import DosageFiles, dosage
from rightplace.app.evaluation.trial import TrialFiles, TrialOptions, evaluate_trial, judge
from rightplace.app.evaluation.trial_settings import TrialSettings
from rightplace.app.evaluation.trial_weeks import plan_weeks
from rightplace.app.evaluation.trial_words import flags_of
from rightplace.app.evidence import Question
from rightplace.app.holdout.options import HoldOutOptions
from rightplace.app.holdout.releases import Asked, release
from rightplace.app.ingest import ingest
from rightplace.app.plan.making import PlanOptions
from rightplace.app.plan.use_case import plan
from rightplace.app.plan.visits import crew_visits
from rightplace.core.runs import read_run
from rightplace.errors import NotHeldError, RefusedError, UnsupportedByDataError, UsageError
from tests.holdout_world import PLACES
from tests.trial_world import Trial
from tests.walks import NOON
from tests.worlds import DAYS, STREET_COLUMNS

if TYPE_CHECKING:
    from rightplace.app.evaluation.trial_result import TrialResult

WEEKS = 3


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """Three weeks in which patrols halve the violence of the week; a place is released."""
    made = Trial(tmp_path_factory.mktemp("trial") / "force", ratio=0.5)
    for _ in range(WEEKS):
        made.week()
    held = next(r for r in drawn(made, made.plans[0]) if r["arm"] == "holdout")
    at = datetime(2018, 7, 9, 22, tzinfo=UTC)
    asked = Asked(cell_id=held["cell_id"], reason="stabbing", released_by="Inspector", at=at)
    release(made.workspace, made.plans[0], asked, made_at=NOON)
    return made


def drawn(world: Trial, plan_id: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = world.table(plan_id, "holdout").to_pylist()
    return rows


@pytest.fixture(scope="module")
def result(world: Trial) -> TrialResult:
    """The three weeks judged, with every visit as it was made."""
    return judged(world, files=TrialFiles(visits=world.visits()))


def judged(world: Trial, *, files: TrialFiles, seed: int = 0, dry_run: bool = False) -> TrialResult:
    options = TrialOptions(plans=tuple(world.plans), files=files, seed=seed, dry_run=dry_run)
    return evaluate_trial(
        world.workspace, Question(as_of=world.as_of), options=options, made_at=NOON
    ).result


def recorded(world: Trial, number: int, cell_id: str, first: str) -> int:
    """Count a week's records of a place by its file, from a day on; shifts begin at 7."""
    (street,) = [place.street for place in PLACES if place.code == cell_id]
    found = 0
    with (world.root / f"week-{number}.csv").open(encoding="utf-8") as file:
        for row in csv.reader(file):
            if street in row:
                at = datetime.strptime(row[2], "%d/%m/%Y %H:%M")  # noqa: DTZ007 - local wall clock
                found += (at - timedelta(hours=7)).date().isoformat() >= first
    return found


def test_places_are_counted_in_the_arm_and_the_days_of_their_lot(
    world: Trial, result: TrialResult
) -> None:
    assert [each.plan_id for each in result.plans] == world.plans
    for number, told in enumerate(result.plans, 1):
        rows = drawn(world, told.plan_id)
        for arm, places, count in (
            ("treat", told.treated, told.recorded_treated),
            ("holdout", told.held_out, told.recorded_held_out),
        ):
            mine = [row["cell_id"] for row in rows if row["arm"] == arm]
            assert places == len(mine)
            assert count == sum(recorded(world, number, c, told.analysed_from) for c in mine)
    # The second and third week follow at once: three days are washed out in both arms.
    assert [each.analysed_from for each in result.plans] == [
        "2018-07-06",
        "2018-07-16",
        "2018-07-23",
    ]


def test_the_estimate_is_the_stratified_difference_in_places_of_the_lot(
    world: Trial, result: TrialResult
) -> None:
    """Over strata: treated units times the difference of the units' means, by plain sums."""
    value = 0.0
    for number, told in enumerate(result.plans, 1):
        units: dict[tuple[str, int, str], int] = {}
        for row in drawn(world, told.plan_id):
            key = (row["stratum"], row["unit"], row["arm"])
            count = recorded(world, number, row["cell_id"], told.analysed_from)
            units[key] = units.get(key, 0) + count
        for stratum in {key[0] for key in units}:
            arms = {
                arm: [n for key, n in units.items() if (key[0], key[2]) == (stratum, arm)]
                for arm in ("treat", "holdout")
            }
            difference = np.mean(arms["treat"]) - np.mean(arms["holdout"])
            value += len(arms["treat"]) * float(difference)
    found = result.evaluation
    # Neighbours are one unit of two places: an effect a place counts by places, not by units.
    assert found.estimate == pytest.approx(value, rel=0.08)
    assert found.lo95 is not None
    assert found.hi95 is not None
    assert found.lo95 < found.estimate < found.hi95 < 0
    assert found.relative is not None
    assert found.relative.lo is not None
    assert found.relative.hi is not None
    assert found.relative.lo < -0.5 < found.relative.hi
    assert found.evidence_level == 5
    assert found.design == "randomised-week-block"


def test_a_released_place_stays_in_its_arm_and_is_told(world: Trial, result: TrialResult) -> None:
    freed = {each.plan_id: each.released for each in result.plans}
    assert freed[world.plans[0]] >= 1
    flags = {each.code: each.words for each in result.evaluation.flags}
    assert "stay in the arm that the lot gave them" in flags["released"]
    held = [row for row in drawn(world, world.plans[0]) if row["arm"] == "holdout"]
    assert result.plans[0].held_out == len(held)


def test_what_it_is_about_and_cannot_say_stand_in_the_answer(result: TrialResult) -> None:
    assert "it says nothing of the top places" in result.estimand
    assert any("always visit" in each for each in result.cannot)
    flags = {each.code for each in result.evaluation.flags}
    assert {"near-equal-places", "no-trial-locked", "wash-out"} <= flags


def test_minutes_give_the_effect_of_a_patrol_hour_and_of_the_protocol(result: TrialResult) -> None:
    hour, done = result.per_hour, result.per_protocol
    assert result.dosage.source == "visits"
    assert result.dosage.held_out_minutes == 0
    assert result.dosage.treated_minutes == pytest.approx(result.dosage.planned_minutes)
    assert hour is not None
    assert result.dosage.treated_minutes is not None
    hours = result.dosage.treated_minutes * sum(p.treated for p in result.plans) / 60
    assert hour.value == pytest.approx(result.evaluation.estimate / hours, rel=0.35)
    assert hour.hi is not None
    assert hour.hi < 0
    # Every visit was made and no place held out was visited: what was delivered is the lot's word.
    assert done is not None
    assert done.delivered is not None
    assert done.delivered.value == pytest.approx(result.evaluation.estimate)
    assert "100% of what was to be treated" in done.words


def test_without_dosage_the_level_falls_since_nobody_knows_what_was_given(world: Trial) -> None:
    result = judged(world, files=TrialFiles())
    assert result.per_hour is None
    assert result.per_protocol is None
    assert result.evaluation.evidence_level == 4
    assert any("nobody measured" in each for each in result.cannot)


def test_kept_dosage_gives_places_of_the_lot_the_share_of_their_own_planned_minutes(
    world: Trial,
) -> None:
    """Every visit written down as 15 minutes; places held out got none, and nobody else is seen."""
    kept = tuple(kept_dosage(world, plan_id) for plan_id in world.plans)
    found = judged(world, files=TrialFiles(dosage_ids=kept))
    assert found.dosage.source == "dosage"
    assert found.dosage.held_out_minutes == 0
    # Every planned minute was given; the mean of all visited places would be another number, for
    # the busy ones that are always visited have more visits a day than those of the lot.
    assert found.dosage.treated_minutes == pytest.approx(found.dosage.planned_minutes, rel=0.005)
    assert found.per_protocol is not None
    assert found.per_protocol.delivered is None
    assert found.per_hour is not None
    assert any("withheld" in each for each in found.cannot)
    assert {"dosage-by-arm"} <= {each.code for each in found.evaluation.flags}
    assert found.evaluation.evidence_level == 5
    with pytest.raises(NotHeldError, match="None of the dosages named is of"):
        judged(world, files=TrialFiles(dosage_ids=kept[:-1]))
    with pytest.raises(UsageError, match="Two of the dosages"):
        judged(world, files=TrialFiles(dosage_ids=(kept[0], kept[0])))


def kept_dosage(world: Trial, plan_id: str) -> str:
    """Count the dosage of a plan whose crews wrote each visit down as long as it was planned."""
    logs = world.root / f"logs-{plan_id}.csv"
    with logs.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("crew_id", "officers", "cell_id", "arrived", "left", "activity"))
        turn: Counter[str] = Counter()
        for row in crew_visits(world.workspace, plan_id).to_pylist():
            start = row["slot_start"] + timedelta(minutes=25 * turn[row["crew_id"]])
            turn[row["crew_id"]] += 1
            left = start + timedelta(minutes=row["minutes"])
            times = (start.isoformat(), left.isoformat())
            writer.writerow((row["crew_id"], 2, row["cell_id"], *times, ""))
    files = DosageFiles(logs=logs)
    return str(dosage(world.workspace, plan_id, files=files, made_at=NOON).id)


def test_a_lockdown_in_the_days_of_a_trial_is_told(world: Trial) -> None:
    plans = plan_weeks(world.workspace, world.plans)
    made = judge(
        world.workspace,
        plans,
        Question(as_of=world.as_of),
        options=TrialOptions(plans=tuple(world.plans)),
        settings=TrialSettings(redraws=99),
    )
    later = replace(plans[-1].arms, after=date(2020, 4, 2))
    shut = replace(made, plans=(*plans[:-1], replace(plans[-1], arms=later)))
    assert "lockdown" not in {each.code for each in flags_of(made, (), look=None)}
    (flag,) = [each for each in flags_of(shut, (), look=None) if each.code == "lockdown"]
    assert "Both arms share it" in flag.words


def test_a_dry_run_keeps_nothing_and_the_run_names_its_plans(world: Trial) -> None:
    before = {path.name for path in world.workspace.runs.iterdir()}
    files = TrialFiles(visits=world.visits())
    result = judged(world, files=files, dry_run=True, seed=11)
    assert {path.name for path in world.workspace.runs.iterdir()} == before
    judged(world, files=files, seed=11)
    record = read_run(world.workspace.runs, result.trial_run)
    assert record["kind"] == "evaluation"
    assert record["settings"]["plans"] == world.plans
    assert set(world.plans) <= {each["source"] for each in record["inputs"]}


def test_a_plan_that_is_not_over_is_refused(world: Trial) -> None:
    last = world.as_of - timedelta(days=1)
    with pytest.raises(RefusedError, match="runs until 2018-07-26"):
        evaluate_trial(
            world.workspace,
            Question(as_of=last),
            options=TrialOptions(plans=tuple(world.plans)),
            made_at=NOON,
        )


def test_a_plan_without_a_hold_out_and_a_draft_are_refused(world: Trial) -> None:
    force = world
    forecast_id, crews = force.forecast(), force.crews()
    how: dict[str, Any] = {"as_of": force.as_of, "days": DAYS, "made_at": NOON}
    whole = PlanOptions(crews_file=crews)
    none = plan(force.workspace, forecast_id, options=whole, **how).id
    draft = plan(
        force.workspace,
        forecast_id,
        options=replace(whole, holdout=HoldOutOptions(share=0.4)),
        **how,
    ).id
    question = Question(as_of=force.as_of + timedelta(days=DAYS))
    for plan_id, error, said in (
        (none, UnsupportedByDataError, "held no place out"),
        (draft, RefusedError, "draft"),
    ):
        with pytest.raises(error, match=said):
            evaluate_trial(
                force.workspace,
                question,
                options=TrialOptions(plans=(str(plan_id),)),
                made_at=NOON,
            )
    with pytest.raises(UsageError, match="No plan is named"):
        evaluate_trial(force.workspace, question, options=TrialOptions(plans=()), made_at=NOON)


def test_records_that_give_months_only_cannot_judge_a_weekly_plan(world: Trial) -> None:
    force, plan_id = world, world.plans[0]
    street = force.root / "2018-07-metropolitan-street.csv"
    with street.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, STREET_COLUMNS, restval="")
        writer.writeheader()
        for number, place in enumerate(PLACES):
            writer.writerow(
                {
                    "Crime ID": f"{number:064x}",
                    "Month": "2018-06",
                    "Reported by": "Metropolitan Police Service",
                    "Falls within": "Metropolitan Police Service",
                    "Longitude": "-0.1",
                    "Latitude": "51.5",
                    "Location": f"On or near {place.street}",
                    "LSOA code": place.code,
                    "LSOA name": place.street,
                    "Crime type": "Violence and sexual offences",
                }
            )
    ingest(force.workspace, [street], kind="crimes")
    with pytest.raises(UnsupportedByDataError, match="months only") as refused:
        evaluate_trial(
            force.workspace,
            Question(
                as_of=force.as_of,
                sources=("data.police.uk",),
                classes=("violence_and_sexual_offences_recorded",),
            ),
            options=TrialOptions(plans=(plan_id,)),
            made_at=NOON,
        )
    assert "evaluate synth" in str(refused.value)
