"""Bad input of a forecast: each kind ends in a clear error, or in a handling that is said."""

from __future__ import annotations

import contextlib
import io
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from pyarrow import parquet

from rightplace.cli.main import main
from rightplace.core.time import Month, months_between
from tests.command import Told
from tests.small_files import Row, csv_bytes, street, write
from tests.unit.outline_files import square, write_geojson
from tests.worlds import (
    EXTRACT_COLUMNS,
    MAPPING,
    PLACES,
    ROBBERY,
    SIDE,
    THEFT,
    VIOLENCE,
    Place,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


CAMDEN, ISLINGTON, HARINGEY, HACKNEY = PLACES[:4], PLACES[4:8], PLACES[8:11], PLACES[14]
CELLS = (*CAMDEN, *ISLINGTON)
MONTHS = months_between(Month(2017, 1), Month(2018, 6))
AS_OF = "2018-06-30"


@dataclass(frozen=True)
class Small:
    """A workspace that takes verbs in this process: a process of its own for each takes long."""

    root: Path

    def run(self, *words: object) -> Told:
        out, err = io.StringIO(), io.StringIO()
        said = ["rightplace", "--workspace", self.root / "workspace", *words, "--json"]
        with (
            pytest.MonkeyPatch.context() as patch,
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            patch.setattr(sys, "argv", list(map(str, said)))
            with pytest.raises(SystemExit) as left:
                main()
        code = left.value.code
        assert isinstance(code, int)
        return Told(exit_code=code, stdout=out.getvalue(), stderr=err.getvalue())

    def forecast(self, *words: object, as_of: object = AS_OF) -> dict[str, Any]:
        """Forecast and return the answer; it must end well."""
        told = self.run("forecast", "--as-of", as_of, *words)
        assert told.exit_code == 0, told.stderr
        return told.json

    def refusal(self, *words: object, code: int, as_of: object = AS_OF) -> str:
        """Return what is said where a forecast must fail with an exit code."""
        told = self.run("forecast", "--as-of", as_of, *words)
        assert told.exit_code == code, (told.stdout, told.stderr)
        error = told.json["error"]
        return f"{error['message']} {error['remedy']}"

    def ingest(self, path: Path, *words: object) -> None:
        told = self.run("ingest", "crimes", path, *words)
        assert told.exit_code == 0, told.stderr


def left_out(answer: dict[str, Any]) -> dict[str, int]:
    return {each["reason"]: each["records"] for each in answer["result"]["left_out"]}


def notices(answer: dict[str, Any]) -> dict[str, str]:
    return {each["code"]: each["message"] for each in answer["warnings"]}


def small(root: Path, cells: Sequence[Place] = CELLS) -> Small:
    """Return an empty workspace with a study area of some cells."""
    outlines = [
        ({"LSOA11CD": p.code, "LSOA11NM": p.name}, square(*p.corner, side=SIDE)) for p in cells
    ]
    path = write_geojson(root / "lsoa.geojson", outlines)
    world = Small(root)
    told = world.run("areas", "define", path, "--unit", "lsoa", "--name", "Small")
    assert told.exit_code == 0, told.stderr
    return world


# --- as data.police.uk publishes it


def record(place: Place, month: Month, kind: str = VIOLENCE, **cells: str) -> Row:
    lon, lat = map(str, place.point)
    sound = {"Longitude": lon, "Latitude": lat, "LSOA_code": place.code, "Crime_type": kind}
    more = {"Month": str(month), "Location": f"On or near {place.street}"}
    return street(1, **sound | more | {"Reported_by": "Metropolitan Police Service"} | cells)


def full(months: Sequence[Month] = MONTHS, violent: int = 2) -> list[Row]:
    """Two thefts and so many violent records in each cell and month."""
    kinds = [THEFT] * 2 + [VIOLENCE] * violent
    return [record(p, m, kind) for m in months for p in CELLS for kind in kinds]


def monthly(root: Path, rows: Sequence[Row], cells: Sequence[Place] = CELLS) -> Small:
    world = small(root, cells)
    world.ingest(write(root / "street.csv", rows))
    return world


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Small:
    """Eighteen months of two violent records in each of eight cells: 288."""
    return monthly(tmp_path_factory.mktemp("plain"), full())


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Small:
    return monthly(tmp_path_factory.mktemp("month"), full([Month(2018, 6)]))


class TestTooLittleHistory:
    def test_one_month_is_forecast_from_and_said_to_be_too_few_for_intervals(
        self, month: Small
    ) -> None:
        answer = month.forecast("--dry-run")
        # 16 records in 30 days are 3.73 in a week; 24 with the thefts would be 5.6.
        assert answer["result"]["expected_count"] == pytest.approx(16 / 30 * 7)
        assert "6 past months or more are needed" in notices(answer)["interval-short-history"]

    def test_a_method_that_needs_a_year_says_so(self, month: Small) -> None:
        said = month.refusal("--method", "additive_memory", code=21)
        assert "needs 12 months of history; there are 1" in said

    def test_less_than_a_week_of_timed_records_is_no_history(self, tmp_path: Path) -> None:
        world = timed(tmp_path, [event(n, date(2018, 1, n)) for n in range(1, 6)])
        said = world.refusal(code=30, as_of="2018-01-05")
        assert "01 January 2018 to 05 January 2018" in said
        assert "needs a whole week" in said


class TestNothingToCount:
    def test_an_area_without_violence_is_refused_with_what_was_looked_for(
        self, tmp_path: Path
    ) -> None:
        said = monthly(tmp_path, full(violent=0)).refusal(code=30)
        assert "None of the records up to 2018-06-30 is of" in said
        assert "robbery" in said

    def test_violence_only_where_nothing_is_published_is_refused_with_how_much(
        self, tmp_path: Path
    ) -> None:
        stray = [record(HARINGEY[0], m) for m in MONTHS]
        world = monthly(tmp_path, full(violent=0) + stray, [*CELLS, *HARINGEY])
        assert "18 in boroughs or months that are not published" in world.refusal(code=30)

    def test_one_record_in_all_is_forecast_from(self, tmp_path: Path) -> None:
        one = record(CAMDEN[0], Month(2018, 3))
        world = monthly(tmp_path, [*full(violent=0), one])
        answer = world.forecast("--method", "last_12_months", "--dry-run")
        assert answer["result"]["expected_count"] == pytest.approx(7 / 365)
        said = world.refusal("--method", "additive_memory", code=21)
        assert "cannot be learned" in said

    def test_one_cell_is_an_area(self, tmp_path: Path) -> None:
        only = [record(CAMDEN[0], m, kind) for m in MONTHS for kind in (VIOLENCE, THEFT)]
        world = monthly(tmp_path, only, CAMDEN[:1])
        for method in ("last_12_months", "kernel", "fading", "additive_memory"):
            result = world.forecast("--method", method, "--dry-run")["result"]
            assert (result["n_cells"], result["masked_cells"]) == (1, 0)
            assert result["expected_count"] == pytest.approx(12 / 365 * 7, rel=0.1), method


class TestOtherBoundaries:
    def moved(self, code: str, place: Place = CAMDEN[0], *, point: bool = True) -> list[Row]:
        """One record a month of a place, under another code and perhaps without its point."""
        nowhere = {"Longitude": "", "Latitude": "", "Location": "No Location"}
        cells = {"LSOA_code": code} | ({} if point else nowhere)
        return [record(place, m, **cells) for m in MONTHS]

    def test_codes_of_another_census_are_placed_by_their_point(self, tmp_path: Path) -> None:
        answer = monthly(tmp_path, full() + self.moved("E01033990")).forecast()
        assert (answer["result"]["records"], left_out(answer)) == (288 + 18, {})
        cells = parquet.read_table(answer["result"]["cells_path"]).to_pylist()
        assert max(cells, key=lambda c: c["last_12_months"])["cell_id"] == CAMDEN[0].code

    def test_without_a_point_they_are_left_out_and_counted(self, tmp_path: Path) -> None:
        world = monthly(tmp_path, full() + self.moved("E01033990", point=False))
        answer = world.forecast("--dry-run")
        assert answer["result"]["records"] == 288
        assert left_out(answer) == {"no place in the study area": 18}
        assert notices(answer)["left-out"].startswith("18 records left out")

    def test_points_outside_every_cell_are_left_out_and_counted(self, tmp_path: Path) -> None:
        world = monthly(tmp_path, full() + self.moved(HACKNEY.code, HACKNEY))
        assert left_out(world.forecast("--dry-run")) == {"no place in the study area": 18}


class TestDuplicates:
    def test_rows_alike_are_records_of_their_own(self, tmp_path: Path) -> None:
        # data.police.uk publishes rows that are alike in every field; none is dropped.
        twice = [record(CAMDEN[0], Month(2018, 6), ROBBERY)] * 2
        answer = monthly(tmp_path, full() + twice).forecast("--dry-run")
        assert answer["result"]["records"] == 290

    def test_the_same_rows_in_another_file_are_not_counted_again(self, tmp_path: Path) -> None:
        world = monthly(tmp_path, full())
        before = world.forecast("--dry-run")["result"]
        other = tmp_path / "other.csv"
        other.write_bytes(csv_bytes(full()[::-1], newline="\r\n"))
        world.ingest(other)
        after = world.forecast("--dry-run")["result"]
        assert after["records"] == before["records"] == 288
        assert after["expected_count"] == before["expected_count"]

    def test_an_incident_sent_again_replaces_itself(self, tmp_path: Path) -> None:
        world = timed(tmp_path, YEAR, "--release", "2018-11-01")
        before = world.forecast("--dry-run", as_of=OCTOBER_31)["result"]["records"]
        path = write_extract(tmp_path / "again.csv", [YEAR[-1]])
        world.ingest(path, "--mapping", tmp_path / "mapping.toml", "--release", "2018-11-02")
        after = world.forecast("--dry-run", as_of=OCTOBER_31)["result"]["records"]
        assert after == before == len(YEAR) - EARLY


class TestGaps:
    def test_months_that_were_not_published_count_for_no_time(self, tmp_path: Path) -> None:
        gap = months_between(Month(2017, 8), Month(2017, 10))
        world = monthly(tmp_path, full([m for m in MONTHS if m not in gap]))
        answer = world.forecast("--method", "last_12_months", "--dry-run")
        # Nine months of 16 records in 365 - 92 days: no month is taken for empty.
        assert answer["result"]["expected_count"] == pytest.approx(9 * 16 / (365 - 92) * 7)
        assert "in 3 months since the first: 2017-08, 2017-09, 2017-10" in notices(answer)["gap"]

    def test_a_borough_that_was_never_published_has_no_number(self, tmp_path: Path) -> None:
        answer = monthly(tmp_path, full(), [*CELLS, *HARINGEY]).forecast()
        assert answer["result"]["masked_boroughs"] == ["Haringey"]
        cells = parquet.read_table(answer["result"]["cells_path"]).to_pylist()
        masked = {c["cell_id"]: c["expected_count"] for c in cells if c["masked"]}
        assert masked == dict.fromkeys((p.code for p in HARINGEY), None)

    def test_without_a_gap_nothing_is_said_of_one(self, plain: Small) -> None:
        assert "gap" not in notices(plain.forecast("--dry-run"))


class TestQuestions:
    @pytest.mark.parametrize(
        ("as_of", "said"),
        [
            ("2099-01-01", "the newest is 29,405 days old"),
            ("2018-11-02", "the newest is 125 days old"),
            ("1999-01-01", "the first of all are of January 2017"),
            ("2017-01-30", "No record up to 2017-01-30"),
        ],
    )
    def test_an_as_of_day_without_records_near_says_when_there_are_some(
        self, plain: Small, as_of: str, said: str
    ) -> None:
        assert said in plain.refusal(code=30, as_of=as_of)

    def test_records_of_up_to_124_days_before_are_near_enough(self, plain: Small) -> None:
        answer = plain.forecast("--dry-run", as_of="2018-11-01")
        assert answer["result"]["trained_to"] == "2018-06-30"

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (("--days", "0"), "1<=x<=92"),
            (("--days", "93"), "1<=x<=92"),
            (("--days", "10000000000"), "1<=x<=92"),
            (("--days", "-1"), "1<=x<=92"),
            (("--method", "crystal_ball"), "Known: uniform"),
            (("--classes", "robery"), "robbery"),
            (("--classes", ""), "Known:"),
            (("--source", "toronto"), "Held: data.police.uk/metropolitan/crimes"),
            (("--source", ""), "Held: data.police.uk/metropolitan/crimes"),
            (("--known-at", "2018-02-30"), "YYYY-MM-DD"),
        ],
    )
    def test_a_question_that_makes_no_sense_is_told_what_does(
        self, plain: Small, words: tuple[str, ...], said: str
    ) -> None:
        assert said in plain.refusal(*words, code=2)

    def test_one_release_of_each_month_teaches_no_delay(self, plain: Small) -> None:
        delay = plain.forecast("--dry-run")["result"]["reporting_delay"]
        assert (delay["known"], delay["from_releases"]) == (False, 0)
        assert delay["sentence"] == "Reporting delay: unknown; one release of each month is held."


# --- as a force's own extract writes it

Event = tuple[object, ...]


def event(
    number: int,
    day: date,
    hour: str = "20:00",
    *,
    until: str | None = None,
    where: Place = CAMDEN[0],
) -> Event:
    """One record of an extract: a wounding in the street."""
    x, y = (corner + SIDE // 2 for corner in where.corner)
    start = f"{day:%d/%m/%Y} {hour}"
    place = (x, y, where.street)
    return (f"R{number}", "Wounding", start, until or start, *place, "Street", "N", "Recorded")


OCTOBER_31 = "2018-10-31"
# A record in each cell each second day from 1 January. The last of 43 whole weeks ends on
# 31 October, so the first begins on 4 January: the records of the 1st and the 3rd are before it.
YEAR = [
    event(n * len(CELLS) + i, date(2018, 1, 1) + timedelta(days=2 * n), where=place)
    for n in range(152)
    for i, place in enumerate(CELLS)
]
EARLY = 2 * len(CELLS)


def write_extract(path: Path, rows: Sequence[Event]) -> Path:
    named = [dict(zip(EXTRACT_COLUMNS, row, strict=True)) for row in rows]
    return write(path, named, EXTRACT_COLUMNS)


def timed(root: Path, rows: Sequence[Event], *words: object) -> Small:
    world = small(root)
    (root / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    path = write_extract(root / "extract.csv", rows)
    world.ingest(path, "--mapping", root / "mapping.toml", *words)
    return world


@pytest.fixture(scope="module")
def times(tmp_path_factory: pytest.TempPathFactory) -> Small:
    """Records at hours that clocks skip or show twice, and with wide intervals."""
    odd = [
        event(-1, date(2018, 3, 25), "01:30"),  # there is no such time
        event(-2, date(2018, 10, 28), "01:30"),  # there are two
        event(-3, date(2018, 10, 28), "00:30", until="28/10/2018 02:30"),
        event(-4, date(2018, 6, 1), "18:00", until="04/06/2018 08:00"),
        event(-5, date(2018, 3, 1), "01:30", until="20/06/2018 10:00"),
        event(-6, date(2018, 7, 2), where=HACKNEY),
    ]
    return timed(tmp_path_factory.mktemp("times"), YEAR + odd)


class TestTimes:
    def test_every_record_is_counted_once_or_left_out_for_a_reason(self, times: Small) -> None:
        answer = times.forecast("--dry-run", as_of=OCTOBER_31)
        assert left_out(answer) == {
            "no place in the study area": 1,
            "dated only to within more than 28 days": 1,
            "outside the whole weeks looked at": EARLY,
        }
        assert answer["result"]["records"] == len(YEAR) - EARLY + 4
        messages = " ".join(each["message"] for each in answer["warnings"])
        assert "1 record left out: dated only" in messages

    def test_slots_of_a_night_with_an_hour_more_are_forecast(self, times: Small) -> None:
        answer = times.forecast("--days", "2", as_of="2018-10-26")
        cells = parquet.read_table(answer["result"]["cells_path"]).to_pylist()
        lasting = {(c["slot_end"] - c["slot_start"]) // timedelta(hours=1) for c in cells}
        assert lasting == {8, 9}
