"""Plans with the audit of who lives where, and with places that people nominated."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from pyarrow import parquet

from rightplace.app.brief.facts import Scope, read_facts
from rightplace.app.brief.sheets import lines_of
from rightplace.app.evidence import Question
from rightplace.app.forecast.use_case import ForecastOptions, keep_forecast, make_forecast
from rightplace.app.hot_spots.score import score
from rightplace.app.plan.making import PlanOptions
from rightplace.app.plan.places import PlaceOptions
from rightplace.app.plan.use_case import plan
from rightplace.app.plan.visits import crew_visits
from rightplace.briefing.sheet import MOST_LINES
from rightplace.cli.hot_spots import score_lines
from rightplace.cli.plan import lines
from rightplace.core.time import Month
from rightplace.deploy.weekly.conflicts import PlanInfeasibleError
from rightplace.errors import BadInputError, NotHeldError
from tests.unit.test_equality import census, deprivation
from tests.walks import NOON, Kept, kept
from tests.worlds import AS_OF, DAYS, PLACES, Published, publish, write_crews

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.app.answer import Answer
    from rightplace.app.plan.result import PlanResult

HEADER = "cell_id,lon,lat,kind,visits,minutes,reason,author,expires"
# The quietest place of Camden, and one of Enfield, for which nothing is published.
QUIET, NO_DATA = PLACES[2], PLACES[11]
AUTHOR = "Sgt Ann Example"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return publish(tmp_path_factory.mktemp("files"))


@pytest.fixture(scope="module")
def monthly(tmp_path_factory: pytest.TempPathFactory, world: Published) -> Kept:
    return kept(tmp_path_factory.mktemp("kept") / "workspace", world, AS_OF)


def planned(
    monthly: Kept, world: Published, places: PlaceOptions, **flags: float
) -> Answer[PlanResult]:
    workspace = replace(monthly.workspace, flags={f"plan.{k}": v for k, v in flags.items()})
    options = PlanOptions(crews_file=world.crews, places=places)
    forecast_id = monthly.outlook.id
    return plan(workspace, forecast_id, as_of=AS_OF, days=DAYS, options=options, made_at=NOON)


def nominated(folder: Path, *rows: str) -> PlaceOptions:
    path = folder / "nominated.csv"
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return PlaceOptions(nominated_file=path)


def asked(place: str = QUIET.code, visits: int = 10, expires: str = "2018-12-31") -> str:
    return f"{place},,,market,{visits},,Fights after the market,{AUTHOR},{expires}"


def visits(answer: Answer[PlanResult]) -> pa.Table:
    return parquet.read_table(answer.result.visits_path)


# The audit


def test_who_lives_where_steers_no_visit(monthly: Kept, world: Published, tmp_path: Path) -> None:
    places = PlaceOptions(composition_files=(census(tmp_path), deprivation(tmp_path)))
    audited, plain = planned(monthly, world, places), monthly.plan
    assert audited.id != plain.id  # the files are among what the run rests on
    assert audited.result.equality is not None
    for name in ("visits", "demand"):
        one, other = (
            monthly.workspace.runs / str(a.id) / f"{name}.parquet" for a in (audited, plain)
        )
        assert one.read_bytes() == other.read_bytes()
    rows = parquet.read_table(monthly.workspace.runs / str(audited.id) / "equality.parquet")
    assert rows.num_rows == len(audited.result.equality.rows)


def test_a_plan_without_the_files_says_that_the_effect_is_not_known(monthly: Kept) -> None:
    assert monthly.plan.result.equality is None
    assert "equality-not-known" in {notice.code for notice in monthly.plan.warnings}
    assert "equality effect not known" in "\n".join(lines(monthly.plan.result))


def test_files_of_the_settings_audit_every_plan(
    monthly: Kept, world: Published, tmp_path: Path
) -> None:
    config = tmp_path / "rightplace.toml"
    config.write_text(f'[equality]\nfiles = "{census(tmp_path)}"\n', encoding="utf-8")
    workspace = replace(monthly.workspace, config=config)
    options = PlanOptions(crews_file=world.crews)

    def answer() -> Answer[PlanResult]:
        forecast_id = monthly.outlook.id
        return plan(workspace, forecast_id, as_of=AS_OF, days=DAYS, options=options, made_at=NOON)

    assert answer().result.equality is not None
    config.write_text('[equality]\nfiles = "gone.csv"\n', encoding="utf-8")
    with pytest.raises(NotHeldError, match=r"gone\.csv"):
        answer()


# Nominated places


def test_a_nominated_place_has_its_visits_and_the_plan_says_at_what_price(
    monthly: Kept, world: Published, tmp_path: Path
) -> None:
    expired = asked(PLACES[0].code, expires="2018-06-30")
    answer = planned(monthly, world, nominated(tmp_path, asked(), expired))
    found, table = answer.result.nominated, visits(answer).to_pylist()
    assert found is not None
    mine = [row for row in table if row["cell_id"] == QUIET.code]
    assert sum(row["origin"] == "nominated" for row in mine) == 10
    assert {row["origin"] for row in table if row["cell_id"] != QUIET.code} == {"model"}
    assert (found.places, found.visits, found.minutes, found.expired) == (1, 10, 150, (2,))
    # Camden: one crew of four visits in each of 21 slots; a fifth of 84 is 16.
    (share,) = found.boroughs
    assert (share.borough, share.crew_visits, share.most) == ("Camden", 84, 16)
    plain = monthly.plan.result
    assert found.objective_without == pytest.approx(plain.objective)
    assert found.cost_lo <= plain.objective - answer.result.objective + 1e-9 <= found.cost_hi + 2e-9
    assert "nominations-expired" in {notice.code for notice in answer.warnings}
    assert "1 nominated places with 10 visits" in "\n".join(lines(answer.result))


def test_crews_read_why_and_until_when_and_never_who_asked(
    monthly: Kept, world: Published, tmp_path: Path
) -> None:
    answer = planned(monthly, world, nominated(tmp_path, asked()))
    crews = crew_visits(monthly.workspace, str(answer.id))
    reasons = {row["reason"] for row in crews.to_pylist() if row["origin"] == "nominated"}
    assert reasons == {"Nominated until 2018-12-31. market: Fights after the market"}
    assert AUTHOR not in str(crews.to_pylist())
    kept_rows = parquet.read_table(monthly.workspace.runs / str(answer.id) / "nominations.parquet")
    assert kept_rows["author"].to_pylist() == [AUTHOR]
    facts = read_facts(monthly.workspace, str(answer.id))
    scope = Scope(facts=facts, bcu="Central North", slots=tuple(range(21)))
    (line,) = (line for line in lines_of(scope) if "Delancey Street" in line.place)
    assert line.why == ("market: Fights after the market", "Nominated until 2018-12-31")


def test_a_sheet_lists_nominated_places_even_where_least_is_expected(
    monthly: Kept, world: Published, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = planned(monthly, world, nominated(tmp_path, asked()))
    facts = read_facts(monthly.workspace, str(answer.id))
    scope = Scope(facts=facts, bcu="Central North", slots=tuple(range(21)))
    cell = facts.cell_ids.index(QUIET.code)
    assert MOST_LINES > scope.ranked.index(cell) > 3
    monkeypatch.setattr("rightplace.app.brief.facts.MOST_LINES", 3)
    assert scope.shown == (*scope.ranked[:2], cell)


def test_more_than_the_share_is_refused_with_its_rows(
    monthly: Kept, world: Published, tmp_path: Path
) -> None:
    places = nominated(tmp_path, asked(PLACES[0].code, 9), asked(QUIET.code, 8))
    with pytest.raises(PlanInfeasibleError, match=r"row 1 .*row 2 .*They may have 16, 20%"):
        planned(monthly, world, places)
    wider = planned(monthly, world, places, nominated_share_most=0.25)
    assert wider.result.nominated is not None
    assert wider.result.nominated.share_most == 0.25


def test_a_place_without_data_cannot_be_nominated(
    monthly: Kept, world: Published, tmp_path: Path
) -> None:
    places = nominated(tmp_path, asked(), asked(NO_DATA.code, 1))
    with pytest.raises(BadInputError, match="there are no data for it") as caught:
        planned(monthly, world, places)
    assert caught.value.fault.row == 2


def test_a_point_names_the_cell_around_it(monthly: Kept, world: Published, tmp_path: Path) -> None:
    lon, lat = QUIET.point
    row = f",{lon},{lat},,,30,Fights after the market,{AUTHOR},2018-12-31"
    answer = planned(monthly, world, nominated(tmp_path, row))
    mine = [row["cell_id"] for row in visits(answer).to_pylist() if row["origin"] == "nominated"]
    assert mine == [QUIET.code] * 2


# Afterwards


def test_what_came_cannot_be_known_before_it_is_on_file(
    monthly: Kept, world: Published, tmp_path: Path
) -> None:
    plan_id = str(planned(monthly, world, nominated(tmp_path, asked())).id)
    found = score(monthly.workspace, plan_id, as_of=AS_OF, made_at=NOON).result
    assert not found.known
    assert "Cannot be known yet: the plan's days end on 2018-07-07" in found.compared
    assert "whole months, to 2018-07-31" in found.compared
    assert {each.origin for each in found.sets} == {"nominated", "model"}
    assert all(each.incidents is None and each.hit_rate is None for each in found.sets)
    later = score(monthly.workspace, plan_id, as_of=AS_OF.replace(month=7, day=31), made_at=NOON)
    assert not later.result.known  # the file ends in June


def test_nominated_and_model_places_are_scored_by_what_came(
    monthly: Kept, world: Published, tmp_path: Path
) -> None:
    crews = write_crews(tmp_path / "crews.csv", ("Camden", "Islington"), first=date(2018, 6, 1))
    may = date(2018, 5, 31)
    made = make_forecast(
        monthly.workspace, Question(as_of=may), days=DAYS, made_at=NOON, options=ForecastOptions()
    )
    keep_forecast(monthly.workspace, made)
    options = PlanOptions(crews_file=crews, places=nominated(tmp_path, asked()))
    answer = plan(
        monthly.workspace, made.record.id, as_of=may, days=DAYS, options=options, made_at=NOON
    )
    found = score(monthly.workspace, str(answer.id), as_of=AS_OF, made_at=NOON).result
    june = {place.code: world.violent[place.code, Month(2018, 6)] for place in PLACES}
    total = sum(june[place.code] for place in PLACES if place.monthly)
    assert found.known
    assert found.incidents == total
    sets = {each.origin: each for each in found.sets}
    mine = sets["nominated"]
    there = [row for row in visits(answer).to_pylist() if row["cell_id"] == QUIET.code]
    assert (mine.places, mine.visits, mine.incidents) == (1, len(there), june[QUIET.code])
    assert mine.hit_rate == pytest.approx(june[QUIET.code] / total)
    # One of the eleven places of equal size for which anything is published.
    assert mine.predictive_accuracy_index == pytest.approx(11 * june[QUIET.code] / total)
    model = {row["cell_id"] for row in visits(answer).to_pylist()} - {QUIET.code}
    assert sets["model"].incidents == sum(june[code] for code in model)
    (ratio,) = found.ratios
    per_place = sets["model"].incidents_per_place
    assert per_place
    assert ratio.ratio == pytest.approx(june[QUIET.code] / per_place)
    text = "\n".join(score_lines(found))
    assert "nominated by model" in text
    assert "take incidents as independent" in text.replace("\n", " ")
