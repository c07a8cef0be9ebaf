"""A small report of an operation: patrol in one place of Northbank, hostile words throughout.

The month counts add up by hand: treated 6 x 20 before and 4 x 12 during; compared 6 x 10 and
4 x 11. Expected without it is 20 x 11 / 10 = 22 a month, so 4 x 22 = 88 against 48 counted.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from rightplace.app.evaluation.report_result import (
    AnswerShown,
    ConfidenceShown,
    CostShown,
    DosageShown,
    LeftOutShown,
    NotRun,
    PartShown,
    PlannedShown,
    RegisteredShown,
    ReportResult,
    WindowsShown,
)
from rightplace.app.evaluation.result import EvaluationResult
from rightplace.core.canonical import plain
from rightplace.evaluate.designs.finding import (
    Check,
    Design,
    Diagnostic,
    Estimate,
    Finding,
    Flag,
    Refutation,
    Scale,
    Series,
)
from rightplace.records.audit.transaction import transaction
from rightplace.records.published.publishing import publish
from tests.web.published import AREA, BOROUGHS, CELLS, EVIL, NOW, area_copy, run_copy, run_record
from tests.web.signed_in import ANALYST

if TYPE_CHECKING:
    from rightplace.app.service.shelf import Shelf
    from rightplace.records.published.publishing import RunCopy

REPORT, OPERATION = "e-000000000001", "op-000000000001"
PARTS = ("treated", "ring", "control", "ring-control")
BEFORE, DURING = 6, 4
MONTHLY = {"treated": (20, 12), "ring": (8, 8), "control": (10, 11), "ring-control": (5, 5)}
"""Incidents a month before and during, by part."""
STARTS = tuple(f"2018-{month:02d}-01" for month in range(1, 11))


def estimate(
    value: float, lo: float, hi: float, *, p: float = 0.004, scale: Scale = Scale.INCIDENTS
) -> Estimate:
    """An estimate by a named method."""
    return Estimate(value=value, lo=lo, hi=hi, p=p, scale=scale, method=f"Poisson {EVIL}")


def finding(design: Design = Design.DIFFERENCE) -> Finding:
    """What a comparison found, with one check that failed and one refutation."""
    counted = np.array([20.0] * BEFORE + [12.0] * DURING)
    expected = np.array([20.0] * BEFORE + [22.0] * DURING)
    nothing = np.full(BEFORE, np.nan)
    return Finding(
        design=design,
        outcome=f"robbery {EVIL}",
        estimate=estimate(-40.0, -62.0, -18.0),
        observed=48.0,
        expected=88.0,
        relative=estimate(-40 / 88, -0.6, -0.2, scale=Scale.SHARE),
        displacement=estimate(2.0, -9.0, 13.0, p=0.7),
        diagnostics=(
            Diagnostic(
                check=Check.LEAVE_ONE_OUT, passed=False, words=f"One carries it {EVIL}", value=3.0
            ),
            Diagnostic(check=Check.ENOUGH_COUNTS, passed=True, words="Counts are enough."),
        ),
        refutations=(
            Refutation(
                name=f"placebo start {EVIL}",
                estimate=estimate(1.0, -9.0, 11.0, p=0.8),
                words="=1+1",
            ),
        ),
        flags=(Flag(code="one-treated-unit", words=f"One place alone was treated {EVIL}"),),
        series=Series(
            starts=STARTS,
            observed=counted,
            expected=expected,
            lo=np.concatenate([nothing, np.full(DURING, 16.0)]),
            hi=np.concatenate([nothing, np.full(DURING, 28.0)]),
            first_treated=BEFORE,
        ),
    )


def part_of(part: str) -> PartShown:
    """What was counted in a part; each of its months is taken as 28 days."""
    before, during = MONTHLY[part]
    return PartShown(
        part=part,
        cells=(CELLS[PARTS.index(part)],),
        before=float(BEFORE * before),
        during=float(DURING * during),
        before_rate=float(before),
        during_rate=float(during),
        harm_before=100.0 * BEFORE * before,
        harm_during=100.0 * DURING * during,
    )


def result(**changed: Any) -> ReportResult:  # noqa: ANN401 - any part of a result
    """The result of the report."""
    shown = EvaluationResult.of(finding())
    answer = AnswerShown(
        area="Northbank", date="2018-09-30", measure=f"does a good job {EVIL}", share=0.6, n=200,
        lo=0.53, hi=0.67,
    )  # fmt: skip
    content: dict[str, Any] = {
        "report_id": REPORT,
        "operation_id": OPERATION,
        "estimate": shown.estimate,
        "lo95": shown.lo95,
        "hi95": shown.hi95,
        "p": shown.p,
        "design": shown.design,
        "evidence_level": shown.evidence_level,
        "flags": shown.flags,
        "verdict": shown.verdict,
        "finding": shown,
        "others": (EvaluationResult.of(finding(Design.DISPLACEMENT_DIFFERENCE)),),
        "not_run": (NotRun(design="synthetic-control", why=f"Two places are few {EVIL}"),),
        "plan": PlannedShown(
            title=f"Operation Teasel {EVIL}",
            unit_id="unit-1",
            question=f"Did patrol by foot lower robbery there? {EVIL}",
            outcome=f"robbery {EVIL}",
            classes="robbery",
            tactics=(f"foot patrol {EVIL}",),
            chosen_by="other",
            chosen_because=f"The ward asked {EVIL}",
            elsewhere="none known",
            smallest_change=-0.2,
            looks=1,
            stop_rule=f"none {EVIL}",
        ),
        "registered": RegisteredShown(
            sha256="2" * 64,
            locked_at="2018-06-20T09:00:00+00:00",
            locked_by=f"A. Analyst {EVIL}",
            results_held_to="2018-06-19",
            exploratory=False,
            supersedes=None,
            because=None,
        ),
        "windows": WindowsShown(
            before_from="2018-01-01",
            starts="2018-07-01",
            ends="2018-10-31",
            step="month",
            periods_before=BEFORE,
            periods_during=DURING,
            data_to="2018-11-30",
            so_far=False,
            unknown=(),
            part_days=0,
        ),
        "parts": tuple(part_of(part) for part in PARTS),
        "harm": None,
        "harm_version": "harm-1",
        "dosage": DosageShown(
            planned_minutes=600.0, given_minutes=None, runs=(), words="600 planned, none recorded."
        ),
        "cost": CostShown(
            pounds=9000.0, is_planned=True, per_incident=225.0, lo=145.0, hi=500.0,
            words="£9,000 planned: £225 for each incident fewer (£145 to £500).",
        ),
        "complaints": f"two, both resolved {EVIL}",
        "confidence": ConfidenceShown(words="The borough is the smallest area.", answers=(answer,)),
        "left_out": (LeftOutShown(reason="no place", records=3),),
        "counted_from": "records",
        "populations": (f"force {EVIL}",),
        "releases": ("2018-12-01",),
        "area_id": AREA,
        "synthetic": False,
        "trained_to": "2018-10-31",
        "outputs": (),
    }  # fmt: skip
    return ReportResult(**content | changed)


def tables() -> dict[str, pa.Table]:
    """Counts by place and month, and the places with their outlines."""
    rows = [
        {
            "cell_id": CELLS[place],
            "part": part,
            "starts": date.fromisoformat(start),
            "incidents": float(MONTHLY[part][month >= BEFORE]),
            "harm": 100.0 * MONTHLY[part][month >= BEFORE],
        }
        for place, part in enumerate(PARTS)
        for month, start in enumerate(STARTS)
    ]
    cells = pq.read_table(pa.BufferReader(area_copy().tables["cells.parquet"]))
    places = pa.table(
        {
            "cell_id": CELLS,
            "name": [f"Mill 00{n} {EVIL}" for n in range(4)],
            "ward": cells["ward"],
            "borough": BOROUGHS,
            "geometry": cells["geometry"],
            "part": PARTS,
        }
    )
    return {"panel": pa.Table.from_pylist(rows), "places": places}


def report_copy(report_id: str = REPORT, **changed: Any) -> RunCopy:  # noqa: ANN401 - as above
    """The run of the report."""
    made = result(report_id=report_id, **changed)
    settings = {"area": AREA, "operation": OPERATION, "plan": {"where": {"treated": [CELLS[0]]}}}
    record = run_record(report_id, "evaluation", settings=settings, result=plain(made))
    return run_copy(record | {"as_of": "2018-10-31"}, tables(), AREA)


def publish_report(shelf: Shelf, copy: RunCopy | None = None) -> None:
    """Publish the report."""
    with transaction(shelf.database, ANALYST.actor, purpose="Publish.", at=NOW) as tx:
        publish(tx, copy or report_copy())
