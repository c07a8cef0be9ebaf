"""Deployable strength by month in surges and rosters: what they take, and what cannot be."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rightplace.app.roster.inputs import RosterFiles, RosterOptions
from rightplace.app.roster.make import roster
from rightplace.app.runs import keep
from rightplace.app.surge.inputs import SurgeOptions
from rightplace.app.surge.use_case import Moment, surge
from rightplace.app.workforce.deployable import (
    deployable_notices,
    read_deployable,
    taken_of,
)
from rightplace.app.workforce.forecast import ForecastAsked, workforce_forecast
from rightplace.app.workspace import Workspace
from rightplace.cli.roster import lines as roster_lines
from rightplace.cli.surge import lines as surge_lines
from rightplace.core.runs import RunRecipe
from rightplace.deploy.surge.actions import SHIPPED
from rightplace.errors import InfeasibleError, NotHeldError, UnsupportedByDataError

if TYPE_CHECKING:
    from rightplace.app.answer import Answer
    from rightplace.app.roster.result import RosterResult
    from rightplace.app.surge.result import SurgeResult

DATA = SHIPPED.parent
COLUMNS = ("headcount", "fte", "deployable", "lo80", "hi80")
MADE_AT = datetime(2026, 2, 20, 9, tzinfo=UTC)
# Headcount grows as officers join; deployable falls while they are in training.
MONTHS: dict[str, tuple[float, ...]] = {
    "2026-02": (900.0, 890.0, 800.0, 780.0, 820.0),
    "2026-03": (950.0, 940.0, 790.0, 765.0, 815.0),
    "2026-04": (960.0, 950.0, 30.0, 3.0, 35.0),
    "2026-05": (960.0, 950.0, 3.5, 2.0, 5.0),
}
LEANER_APRIL = {"2026-03": MONTHS["2026-03"], "2026-04": (960.0, 950.0, 700.0, 680.0, 720.0)}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    flags = {"surge.draws": 0, "surge.match_weights": "0", "roster.effort": 0.1}
    return Workspace(root=tmp_path_factory.mktemp("deployable"), flags=flags)


def kept(
    workspace: Workspace, months: dict[str, tuple[float, ...]], *, name: str = "months"
) -> str:
    """A workforce run with a table of months, as ``workforce forecast`` keeps it."""
    rows = [
        {"month": month, **dict(zip(COLUMNS, numbers, strict=True))}
        for month, numbers in months.items()
    ]
    recipe = RunRecipe(
        kind="workforce",
        settings={"of": name, "months": months},
        inputs=(),
        as_of=date(2026, 1, 31),
        known_at=None,
        seed=0,
    )
    keep(workspace, recipe.record(MADE_AT, result={}), {name: pa.Table.from_pylist(rows)})
    return recipe.id


@pytest.fixture(scope="module")
def forecast(workspace: Workspace) -> str:
    return kept(workspace, MONTHS)


def asked(workspace: Workspace, workforce: str | None, begins: date | None) -> Answer[SurgeResult]:
    options = SurgeOptions(
        officers=DATA / "example_officers.csv",
        demand=DATA / "example_demand.csv",
        donors=DATA / "example_donors.csv",
        count=24,
        workforce=workforce,
        effective=begins,
    )
    moment = Moment(as_of=date(2026, 2, 20), made_at=MADE_AT)
    return surge(workspace, options, moment=moment, rng=np.random.default_rng(0))


def rostered(workspace: Workspace, workforce: str | None) -> Answer[RosterResult]:
    officers, demand = (DATA / f"example_roster_{name}.csv" for name in ("officers", "demand"))
    options = RosterOptions(
        first=date(2026, 3, 2),
        days=35,
        published_on=date(2026, 2, 1),
        workforce=workforce,
        may_lack=True,
    )
    files = RosterFiles(officers=officers, demand=demand)
    return roster(workspace, files, options, made_at=MADE_AT)


def test_s20_a_surge_says_what_it_takes_of_those_who_can_be_deployed_when_it_begins(
    workspace: Workspace, forecast: str
) -> None:
    answer = asked(workspace, forecast, date(2026, 3, 2))
    taken, posted = answer.result.deployable, answer.result.posted
    assert taken is not None
    assert (taken.month, taken.headcount, taken.deployable) == ("2026-03", 950, 790)
    assert taken.taken == posted
    assert taken.share == pytest.approx(posted / 790)
    assert taken.share_hi80 == pytest.approx(posted / 765)
    record = json.loads((workspace.runs / str(answer.id) / "run.json").read_text("utf-8"))
    assert forecast in [each["source"] for each in record["inputs"]]
    assert record["result"]["deployable"]["month"] == "2026-03"
    assert "deployable-uncertain" not in [each.code for each in answer.warnings]
    assert any("whom the force can deploy in 2026-03" in s for s in surge_lines(answer.result))


def test_s20_a_surge_within_the_interval_of_the_deployable_says_so(
    workspace: Workspace, forecast: str
) -> None:
    answer = asked(workspace, forecast, date(2026, 4, 1))
    assert answer.result.posted > 3
    (notice,) = [each for each in answer.warnings if each.code == "deployable-uncertain"]
    assert "as few as 3 may be deployable" in notice.message


def test_s20_a_surge_of_more_officers_than_can_be_deployed_is_refused(
    workspace: Workspace, forecast: str
) -> None:
    with pytest.raises(
        InfeasibleError, match="24 officers; 3 of the force can be deployed in 2026-05"
    ):
        asked(workspace, forecast, date(2026, 5, 1))


def test_a_surge_without_an_effective_day_is_read_against_the_month_it_is_as_of(
    workspace: Workspace, forecast: str
) -> None:
    day = date(2026, 2, 20)
    assert read_deployable(workspace, forecast, first=day, last=day).month == "2026-02"
    assert asked(workspace, forecast, None).result.deployable is not None


def test_a_surge_without_a_workforce_forecast_says_nothing_of_it(workspace: Workspace) -> None:
    assert asked(workspace, None, None).result.deployable is None


def test_days_in_several_months_are_read_against_the_one_with_fewest_deployable(
    workspace: Workspace, forecast: str
) -> None:
    found = read_deployable(workspace, forecast, first=date(2026, 2, 28), last=date(2026, 4, 1))
    assert (found.month, found.deployable) == ("2026-04", 30.0)


def test_as_many_as_can_be_deployed_may_be_taken_and_one_more_may_not(
    workspace: Workspace, forecast: str
) -> None:
    day = date(2026, 2, 1)
    month = read_deployable(workspace, forecast, first=day, last=day)
    assert taken_of(month, officers=800, what="The surge posts").share == 1
    with pytest.raises(InfeasibleError, match="The surge posts 801 officers"):
        taken_of(month, officers=801, what="The surge posts")


def test_a_month_that_the_forecast_does_not_reach_is_refused_with_those_it_has(
    workspace: Workspace, forecast: str
) -> None:
    day = date(2027, 1, 1)
    with pytest.raises(UnsupportedByDataError, match="no strength for 2027-01") as caught:
        read_deployable(workspace, forecast, first=day, last=day)
    assert "from 2026-02 to 2026-05" in str(caught.value.fault.remedy)


def test_s20_history_and_trend_cannot_tell_who_can_be_deployed(workspace: Workspace) -> None:
    trend = kept(workspace, MONTHS, name="officers")
    day = date(2026, 2, 1)
    with pytest.raises(UnsupportedByDataError, match="says nothing of officers who can be"):
        read_deployable(workspace, trend, first=day, last=day)


@pytest.mark.parametrize("expected", [True, False])
def test_s20_a_workforce_forecast_feeds_a_surge_by_month(
    workspace: Workspace, *, expected: bool
) -> None:
    asked_of_it = ForecastAsked(
        setup=DATA / "example_workforce.toml", months=4, draws=50, expected=expected
    )
    made = workforce_forecast(workspace, asked_of_it, made_at=MADE_AT, rng=np.random.default_rng(0))
    day = date(2020, 3, 15)
    month = read_deployable(workspace, str(made.id), first=day, last=day)
    (told,) = [each for each in made.result.strength if each.month == "2020-03"]
    assert month.headcount == told.headcount.mean
    assert month.deployable == told.deployable.mean
    assert month.deployable < month.headcount  # cohorts are in training
    taken = taken_of(month, officers=24, what="The surge posts")
    codes = [each.code for each in deployable_notices(taken)]
    assert (month.lo80 is None) == expected
    assert codes == (["deployable-without-interval"] if expected else [])
    assert ("no interval" in taken.sentence) == expected


def test_a_run_of_another_kind_is_not_taken_for_a_workforce(workspace: Workspace) -> None:
    surge_id = str(asked(workspace, None, None).id)
    with pytest.raises(NotHeldError, match="is a surge, not a workforce"):
        asked(workspace, surge_id, None)


def test_s20_a_roster_says_its_busiest_day_and_what_it_takes_of_its_leanest_month(
    workspace: Workspace,
) -> None:
    result = rostered(workspace, kept(workspace, LEANER_APRIL)).result
    taken = result.deployable
    assert taken is not None
    assert (taken.month, taken.deployable, taken.taken) == ("2026-04", 700, 24)
    assert taken.share == pytest.approx(24 / 700)
    shifts = pq.read_table(result.roster_path, columns=["officer_id", "day"]).to_pylist()
    at_work = {
        day: len({each["officer_id"] for each in shifts if each["day"] == day})
        for day in sorted({each["day"] for each in shifts})
    }
    most = max(at_work.values())
    first = next(day for day, officers in at_work.items() if officers == most)
    assert (result.busiest_day, result.busiest_day_officers) == (first.isoformat(), most)
    assert any("whom the force can deploy in 2026-04" in line for line in roster_lines(result))


def test_s20_a_roster_of_more_officers_than_can_be_deployed_is_refused(
    workspace: Workspace,
) -> None:
    months = LEANER_APRIL | {"2026-03": (950.0, 940.0, 23.9, 20.0, 30.0)}
    with pytest.raises(InfeasibleError, match="The roster is of 24 officers; 23 of the force"):
        rostered(workspace, kept(workspace, months))
