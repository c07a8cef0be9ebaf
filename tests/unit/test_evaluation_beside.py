"""What stands beside an estimate: cost, dosage, complaints, and what a survey supports."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from rightplace.app.evaluation.beside import Beside, cost_of, dosage_of, read_beside
from rightplace.app.evaluation.survey import Sought, confidence
from rightplace.app.workspace import Workspace
from rightplace.errors import BadInputError
from rightplace.evaluate.designs.finding import (
    Check,
    Design,
    Diagnostic,
    Estimate,
    Finding,
    Flag,
    Scale,
)
from rightplace.evaluate.designs.verdict import CANNOT_TELL
from rightplace.evaluate.operations.plan import Delivery
from rightplace.places import AreaSettings, Unit, define_area
from tests.worlds import PLACES, write_outlines

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.places.study_area import StudyArea

PATROL = Delivery(tactics=("patrol",), cost_pounds=1_000.0, patrol_minutes=600.0)


def found(
    value: float, lo: float, hi: float, *, scale: Scale = Scale.INCIDENTS, observed: float = 40
) -> Finding:
    estimate = Estimate(value=value, lo=lo, hi=hi, scale=scale, method="by hand")
    return Finding(
        design=Design.DIFFERENCE, outcome="Robbery", estimate=estimate, observed=observed
    )


def test_cost_for_each_incident_fewer_follows_the_ends_of_the_interval() -> None:
    cost = cost_of(found(-20, -50, -10), PATROL, Beside())
    assert (cost.lo, cost.per_incident, cost.hi) == (20.0, 50.0, 100.0)
    assert cost.is_planned
    spent = cost_of(found(-20, -50, -10), PATROL, Beside(cost_pounds=2_000.0))
    assert (spent.per_incident, spent.is_planned) == (100.0, False)


def test_of_a_share_the_incidents_fewer_are_reckoned_from_what_was_counted() -> None:
    # 40 counted after a fall of a fifth: 50 expected, 10 fewer; of a half 40, of a ninth 5.
    cost = cost_of(found(-0.2, -0.5, -1 / 9, scale=Scale.SHARE, observed=40), PATROL, Beside())
    assert cost.per_incident == pytest.approx(100.0)
    assert cost.lo == pytest.approx(25.0)
    assert cost.hi == pytest.approx(200.0)


@pytest.mark.parametrize(
    "finding",
    [
        found(-20, -50, 10),
        found(20, 10, 50),
        found(-900, -999, -800, scale=Scale.HARM),
    ],
)
def test_where_chance_could_do_it_no_incident_has_a_price(finding: Finding) -> None:
    cost = cost_of(finding, PATROL, Beside())
    assert (cost.per_incident, cost.lo, cost.hi) == (None, None, None)
    assert "does not exclude none" in cost.words


def test_where_the_data_cannot_tell_or_a_placebo_failed_no_incident_has_a_price() -> None:
    fewer = found(-20, -50, -10)
    failed = Diagnostic(check=Check.PLACEBO_TIME, passed=False, words="It fell before.")
    barred = Flag(code=CANNOT_TELL, words="Nothing was counted.")
    for finding in (replace(fewer, diagnostics=(failed,)), replace(fewer, flags=(barred,))):
        cost = cost_of(finding, PATROL, Beside())
        assert (cost.per_incident, cost.lo, cost.hi) == (None, None, None)
        assert cost.words.endswith("No cost for each incident fewer: these data cannot tell.")


def kept_dosage(root: Path, name: str, plan: str, minutes: float, made_at: str) -> None:
    folder = root / "runs" / name
    folder.mkdir(parents=True)
    record: dict[str, Any] = {
        "id": name,
        "settings": {"plan": plan},
        "made_at": made_at,
        "result": {"patrol_minutes": minutes},
    }
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")


def test_dosage_given_is_the_newest_count_of_every_weekly_plan_or_not_recorded(
    tmp_path: Path,
) -> None:
    workspace = Workspace(root=tmp_path)
    weekly = Delivery(tactics=("patrol",), patrol_minutes=600.0, plan_ids=("p-1", "p-2"))
    assert dosage_of(workspace, weekly, Beside()).words.startswith("Given: not recorded")
    kept_dosage(tmp_path, "d-1", "p-1", 100.0, "2018-01-08T00:00:00+00:00")
    kept_dosage(tmp_path, "d-2", "p-1", 120.0, "2018-01-09T00:00:00+00:00")
    part = dosage_of(workspace, weekly, Beside())
    assert (part.given_minutes, part.runs) == (None, ())
    assert "1 of 2 weekly plans have no count" in part.words
    kept_dosage(tmp_path, "d-3", "p-2", 180.0, "2018-01-15T00:00:00+00:00")
    whole = dosage_of(workspace, weekly, Beside())
    assert (whole.given_minutes, whole.runs) == (300.0, ("d-2", "d-3"))
    assert "50% of it" in whole.words


def test_the_file_of_what_stands_beside_is_checked(tmp_path: Path) -> None:
    path = tmp_path / "beside.toml"
    path.write_text('cost_pounds = 12.5\ncomplaints = "two, both resolved"\n', encoding="utf-8")
    assert read_beside(path) == Beside(cost_pounds=12.5, complaints="two, both resolved")
    assert read_beside(None).complaints == "none held"
    for wrong in ("cost_pounds = -1", "cost = 3", "complaints = 4", "cost_pounds = true", "=", ""):
        path.write_text(wrong, encoding="utf-8")
        if wrong:
            with pytest.raises(BadInputError):
                read_beside(path)


@pytest.fixture(scope="module")
def area(tmp_path_factory: pytest.TempPathFactory) -> StudyArea:
    outlines = write_outlines(tmp_path_factory.mktemp("area") / "lsoa.geojson")
    return define_area(outlines, AreaSettings(unit=Unit.LSOA, name="T"))


SOUGHT = Sought(first=date(2017, 1, 1), last=date(2018, 3, 31), smallest=30)
CAMDEN = {PLACES[0].code}
HEAD = "Date;Survey;Borough;Measure;Proportion;MPS"


def survey(path: Path, *lines: str, head: str = HEAD) -> Path:
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return path


def test_without_a_survey_or_people_asked_there_is_no_confidence_to_show(
    area: StudyArea, tmp_path: Path
) -> None:
    assert confidence(None, area, CAMDEN, SOUGHT).words == "None: no survey was given."
    bare = survey(tmp_path / "pas.csv", '31/12/2017;PAS;Camden;"""Good Job"" local";0,56;0,67')
    told = confidence(bare, area, CAMDEN, SOUGHT)
    assert told.answers == ()
    assert "does not say how many people were asked" in told.words
    other = survey(tmp_path / "other.csv", "31/12/2017;PAS;Bexley;Trust MPS;0,56;0,67")
    assert "no answer of these places" in confidence(other, area, CAMDEN, SOUGHT).words


def test_answers_carry_people_asked_dates_and_intervals(area: StudyArea, tmp_path: Path) -> None:
    asked = survey(
        tmp_path / "pas.csv",
        "31/12/2017;PAS;Camden;Trust MPS;0,60;0,67;100",
        "31/12/2015;PAS;Camden;Trust MPS;0,10;0,67;100",
        "31/12/2017;PAS;Camden;Listen;0,50;0,67;29",
        head=f"{HEAD};n",
    )
    with zipfile.ZipFile(tmp_path / "pas.zip", "w") as archive:
        archive.write(asked, "pas.csv")
    (answer,) = confidence(tmp_path / "pas.zip", area, CAMDEN, SOUGHT).answers
    assert (answer.area, answer.date, answer.n) == ("Camden", "2017-12-31", 100)
    # Wilson's interval of 60 in 100, as in Newcombe (1998): 0.5020 to 0.6906.
    assert answer.lo == pytest.approx(0.5020, abs=1e-4)
    assert answer.hi == pytest.approx(0.6906, abs=1e-4)


def test_a_survey_that_cannot_be_read_is_named_by_its_row(area: StudyArea, tmp_path: Path) -> None:
    for line in ("31/13/2017;PAS;Camden;Trust;0,5;0", "31/12/2017;PAS;Camden;Trust;1,5;0"):
        wrong = survey(tmp_path / "wrong.csv", line)
        with pytest.raises(BadInputError, match="cannot be read") as told:
            confidence(wrong, area, CAMDEN, SOUGHT)
        assert "row 1" in str(told.value)
    lacking = survey(tmp_path / "lacking.csv", "x;y", head="Date;Area")
    with pytest.raises(BadInputError, match="no column for borough and measure and share"):
        confidence(lacking, area, CAMDEN, SOUGHT)
