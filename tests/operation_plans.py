"""Registered operations for tests: one plan, changed where a test needs another."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from rightplace.app.areas import define_area
from rightplace.app.evaluation.counting import Asked, panel_of
from rightplace.app.evaluation.settings import EvaluationSettings
from rightplace.app.ingest import ingest
from rightplace.app.workspace import Workspace
from rightplace.crime.harm import ons_severity
from rightplace.evaluate.designs.finding import Design
from rightplace.evaluate.operations.plan import (
    ChosenBy,
    Delivery,
    Judged,
    LockedPlan,
    OperationPlan,
    Outcome,
    Step,
    When,
    Where,
)
from rightplace.places import AreaSettings, Unit
from tests.worlds import Extract, Published

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.app.evaluation.counted import CountedPanel

TODAY = date(2018, 12, 1)

BEFORE_FROM, STARTS, ENDS = date(2017, 1, 1), date(2018, 1, 1), date(2018, 3, 31)


def when(
    before_from: date = BEFORE_FROM,
    starts: date = STARTS,
    ends: date = ENDS,
    *,
    step: Step = Step.MONTH,
) -> When:
    return When(before_from=before_from, starts=starts, ends=ends, step=step)


def operation(where: Where, **changed: Any) -> OperationPlan:  # noqa: ANN401 - any part of a plan
    """Return a plan of high-visibility patrol, unless something is changed."""
    content: dict[str, Any] = {
        "title": "Operation Teasel",
        "unit_id": "unit-1",
        "question": "Did patrol by foot lower robbery and violence there?",
        "where": where,
        "when": when(),
        "outcome": Outcome(
            classes=("violence_and_sexual_offences_recorded", "robbery"),
            words="violence and sexual offences, and robbery, recorded",
        ),
        "judged": Judged(design=Design.DISPLACEMENT_DIFFERENCE, smallest_change=-0.2),
        "delivery": Delivery(tactics=("foot patrol",), patrol_minutes=600.0),
        "chosen_by": ChosenBy.OTHER,
        "chosen_because": "The ward asked for it.",
        "elsewhere": "none known",
    }
    return OperationPlan(**content | changed)


def locked(plan: OperationPlan, *, results_held_to: date | None = None) -> LockedPlan:
    return LockedPlan(
        plan=plan,
        sha256=plan.sha256,
        locked_at=datetime(2017, 12, 1, 9, tzinfo=UTC),
        locked_by="A. Analyst",
        results_held_to=results_held_to,
    )


class Town:
    """A workspace with one world's records."""

    def __init__(self, root: Path, world: Published | Extract) -> None:
        self.workspace = Workspace(root=root)
        mapping = str(world.mapping) if isinstance(world, Extract) else None
        ingest(self.workspace, [world.crimes], kind="crimes", mapping=mapping)
        area = define_area(self.workspace, world.outlines, AreaSettings(unit=Unit.LSOA, name="T"))
        self.area_id = area.result.area_id

    def where(self, *treated: str, control: tuple[str, ...] = (), **more: tuple[str, ...]) -> Where:
        return Where(area_id=self.area_id, treated=treated, control=control, **more)

    def counted(self, plan: OperationPlan, as_of: date = TODAY) -> CountedPanel:
        return panel_of(
            self.workspace,
            plan,
            Asked(as_of=as_of),
            settings=EvaluationSettings(),
            harm=ons_severity(),
        )
