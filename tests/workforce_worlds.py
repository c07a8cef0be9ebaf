"""A force of 100 officers over three months, small enough to be checked by eye."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rightplace.app.workforce.result import (
    MovedResult,
    MovesResult,
    OriginResult,
    PostingShare,
    ReachedResult,
    Spread,
    StrengthMonth,
    WhatIfResult,
    WorkforceResult,
)
from rightplace.core.canonical import plain

FORCE = "h-000000000001"
HISTORY, BACKTEST = "h-000000000002", "h-000000000003"
MONTHS = ("2030-01", "2030-02", "2030-03", "2030-04")


def spread(mean: float, *, apart: float = 0.0) -> Spread:
    """A mean with 80 % of draws within ``apart`` of it, and 95 % within twice that."""
    return Spread(
        mean=mean,
        lo80=mean - apart,
        hi80=mean + apart,
        lo95=mean - 2 * apart,
        hi95=mean + 2 * apart,
    )


def a_month(number: int) -> StrengthMonth:
    """A month in which 6 join and 2 leave: 100, 104, 108, 112; of ten fewer each is deployable."""
    heads = 100.0 + 4 * number
    return StrengthMonth(
        month=MONTHS[number],
        headcount=spread(heads, apart=float(number)),
        fte=spread(heads - 2, apart=float(number)),
        deployable=spread(heads - 10, apart=2.0 * number),
        joiners=6.0 if number else 0.0,
        leavers=2.0 if number else 0.0,
        in_training=6.0,
        waiting_for_tutor=float(number),
        tutored=4.0,
        on_probation=10.0,
        established=heads - 24 - number,
        on_leave=4.0,
        put_off=number,
        tutors_needed=4.0 + number,
        tutors_available=4.0,
        tutor_gap_share=0.25 * number,
    )


def a_target(**changes: Any) -> ReachedResult:  # noqa: ANN401 - fields of the result
    """105 officers, by March in half of draws, 80 % February to April."""
    given = ReachedResult(
        name="past 105",
        measure="headcount",
        strength=105.0,
        today=100.0,
        median_month="2030-03",
        lo80_month="2030-02",
        hi80_month="2030-04",
        lo95_month="2030-02",
        hi95_month=None,
        never_share=0.04,
        reached_by_share=(0.0, 0.3, 0.8, 0.96),
        reached_by_end_share=0.96,
        at_end_share=0.95,
        words="105 officers are first reached by March 2030 in half of draws.",
    )
    return replace(given, **changes)


def a_what_if(name: str, *, deployable: Spread) -> WhatIfResult:
    """More tutors: the headcount stays, and as many can be deployed as are given."""
    moved = MovedResult(
        target="past 105",
        median_month="2030-03",
        lo80_month="2030-02",
        hi80_month="2030-04",
        never_share=0.04,
        median_months_later=0.0,
        sooner=0.1,
        same=0.8,
        later=0.06,
        neither=0.04,
    )
    return WhatIfResult(
        name=name,
        changes="tutors_factor=1.25, training_months=-1",
        targets=(moved,),
        headcount_at_end=spread(-3.0, apart=1.0),
        fte_at_end=spread(-3.0, apart=1.0),
        deployable_at_end=deployable,
        waiting_for_tutor_at_end=-2.0,
    )


def a_force(**changes: Any) -> WorkforceResult:  # noqa: ANN401 - fields of the result
    """The whole of it."""
    move = MovesResult(
        name="attrition_points",
        down="attrition_points=-1",
        up="attrition_points=1",
        median_month_down="2030-02",
        median_month_up=None,
        at_end_down=3.0,
        at_end_up=-3.0,
        deployable_down=2.0,
        deployable_up=-2.0,
    )
    posted = PostingShare(
        area="Northbank",
        first_postings=12,
        share_of_postings=0.6,
        share_of_officers=0.5,
        ratio=1.2,
        lo95=0.7,
        hi95=1.6,
        words="chance alone could do this",
    )
    hidden = PostingShare(
        area="Southbank",
        first_postings=None,
        share_of_postings=None,
        share_of_officers=0.5,
        ratio=None,
        lo95=None,
        hi95=None,
        words="withheld",
    )
    given = WorkforceResult(
        workforce_id=FORCE,
        title="A force of 100",
        start_month=MONTHS[0],
        last_month=MONTHS[-1],
        months=3,
        draws=1000,
        compared_draws=200,
        strength=tuple(a_month(number) for number in range(4)),
        targets=(a_target(),),
        what_ifs=(a_what_if("more tutors", deployable=spread(2.0, apart=3.0)),),
        moves=(move,),
        tutors_words="Tutors bind: from February 2030.",
        places_words="Training places bind: 6 a month.",
        first_postings=(posted, hidden),
        origins=(
            OriginResult(
                table="[start]", numbers="headcount = 100", origin="counted", verified=True
            ),
            OriginResult(table="[tutors]", numbers="number = 4", origin="an assumption"),
        ),
        assumed=("Who joins in a month does not leave in it.",),
        synthetic=False,
        strength_path="months.parquet",
        targets_path="targets.parquet",
        what_ifs_path="what_ifs.parquet",
    )
    return replace(given, **changes)


def forecast_record(result: WorkforceResult, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - keys of run.json
    """Return what ``run.json`` holds of it."""
    return {
        "id": result.workforce_id,
        "kind": "workforce",
        "as_of": "2030-01-31",
        "made_at": "2030-02-01T09:00:00+00:00",
        "code_version": "0.1.0+0",
        "known_at": None,
        "seed": 7,
        "settings": {"of": "forecast", "months": 3},
        "settings_hash": "0" * 64,
        "inputs": [{"source": "/somewhere/setup.toml", "release": None, "sha256": "1" * 64}],
        "warnings": [],
        "result": plain(result),
    } | changes


def history_record(*, officers: tuple[int, ...] = (98, 100, 104, 115)) -> dict[str, Any]:
    """Return a history of December to March, a programme in its first month."""
    months = ("2029-12", "2030-01", "2030-02", "2030-03")
    broken = {"name": "The Programme", "first": "2029-12", "last": "2029-12", "where": ["history"]}
    rows = [
        {"month": month, "officers": n, "net_change": None, "staff": 5, "pcsos": 3}
        for month, n in zip(months, officers, strict=True)
    ]
    result = {
        "history_id": HISTORY,
        "force": "northshire",
        "first_month": months[0],
        "last_month": months[-1],
        "months": rows,
        "set_aside": 0,
        "gaps": [],
        "breaks": [broken],
        "home_office": [],
        "what_is_counted": "It does not say what it counts.",
        "cannot_know": "Joiners and leavers apart cannot be known.",
        "months_path": "strength.parquet",
    }
    return forecast_record(a_force()) | {
        "id": HISTORY,
        "as_of": "2030-03-31",
        "settings": {"of": "history", "force": "northshire"},
        "result": result,
    }
