"""The tiny force of hold-outs, week after week, with a known effect of each patrol on violence."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from rightplace.app.holdout.options import HoldOutOptions
from rightplace.app.plan.making import PlanOptions
from rightplace.app.plan.use_case import plan
from rightplace.app.plan.visits import crew_visits
from rightplace.core.time import Clock
from tests.holdout_world import PLACES, Force, Row, record, write
from tests.walks import NOON
from tests.worlds import DAYS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

WEEKLY = 6.0
"""Incidents of a place in a week in which nobody visits it."""


class Trial(Force):
    """A force that plans with a hold-out, and in whose visited places violence changes."""

    def __init__(self, root: Path, *, ratio: float, seed: int = 1) -> None:
        """Make the force; ``ratio`` is the factor on the week's violence where patrols went."""
        super().__init__(root)
        self.ratio, self.seed = ratio, seed
        self.plans: list[str] = []

    def planned(self) -> str:
        """Forecast and plan the coming week, with a hold-out."""
        options = PlanOptions(
            crews_file=self.crews(),
            holdout=HoldOutOptions(share=0.4, never_file=self.never, terms_file=self.terms),
            seed=self.seed,
        )
        made = plan(
            self.workspace,
            self.forecast(),
            as_of=self.as_of,
            days=DAYS,
            options=options,
            made_at=NOON,
        )
        self.plans.append(str(made.id))
        return self.plans[-1]

    def week(self) -> str:
        """Plan the coming week, let it happen, and take its records in."""
        plan_id = self.planned()
        self.take_in(write(self.root / f"week-{len(self.plans)}.csv", self.lived(plan_id)))
        self.as_of += timedelta(days=DAYS)
        return plan_id

    def lived(self, plan_id: str) -> list[Row]:
        """Return the records of the week after ``as_of``."""
        number = len(self.plans)
        rng = np.random.default_rng([self.seed, number])
        visited = set(crew_visits(self.workspace, plan_id)["cell_id"].to_pylist())
        slots = list(Clock().slots(self.as_of + timedelta(days=1), DAYS))
        rows: list[Row] = []
        for place in PLACES:
            mean = WEEKLY * (self.ratio if place.code in visited else 1.0)
            for n in range(rng.poisson(mean)):
                slot = slots[rng.integers(0, len(slots))]
                at = slot.start + timedelta(minutes=int(rng.integers(0, 420)))
                rows.append(record(f"W{number}{place.code}{n}", "Wounding", place, at))
        return rows

    def visits(self, plans: Sequence[str] | None = None) -> Path:
        """Write the visits of plans as if every one was made."""
        path = self.root / "visits.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("cell_id", "slot_start", "slot_end", "minutes"))
            for plan_id in self.plans if plans is None else plans:
                for row in crew_visits(self.workspace, plan_id).to_pylist():
                    ends = (row["slot_start"].isoformat(), row["slot_end"].isoformat())
                    writer.writerow([row["cell_id"], *ends, row["minutes"]])
        return path


LATER = datetime(2018, 12, 1, 12, tzinfo=UTC)
