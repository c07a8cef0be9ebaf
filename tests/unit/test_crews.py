"""A crew file is read whole or refused with every fault named."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

import pytest

from rightplace.core import Clock, Shift
from rightplace.deploy import Bounds, Crew, CrewFileError, VisitRules, read_crews, slots_of_crews
from rightplace.deploy.weekly.problem import visit_capacity

if TYPE_CHECKING:
    from pathlib import Path

BOROUGHS = ("Camden", "Hackney", "Haringey", "Islington")
HEADER = "crew_id,borough,slot_start,slot_end,minutes,officers,specialist,base_lon,base_lat"
EARLY = "2018-07-02T07:00:00+01:00,2018-07-02T15:00:00+01:00"
LATE = "2018-07-02T15:00:00+01:00,2018-07-02T23:00:00+01:00"
GOOD = f"CN1,Camden,{EARLY},400,2,0,-0.13,51.54"
SLOTS = tuple(Clock().slots(date(2018, 7, 2), 7))
LONDON = Bounds(west=-0.6, south=51.2, east=0.4, north=51.8)


def written(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "crews.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def refused(path: Path, bounds: Bounds | None = None) -> CrewFileError:
    with pytest.raises(CrewFileError) as caught:
        read_crews(path, boroughs=BOROUGHS, bounds=bounds)
    return caught.value


def crew(start: datetime, hours: float, minutes: float = 100) -> Crew:
    return Crew(
        crew_id="C",
        borough="Camden",
        slot_start=start,
        slot_end=start + timedelta(hours=hours),
        minutes=minutes,
        officers=2,
        specialist=False,
        base_lon=0,
        base_lat=51,
    )


def test_a_row_becomes_a_crew_with_its_duty_in_utc(tmp_path: Path) -> None:
    (read,) = read_crews(written(tmp_path, GOOD), boroughs=BOROUGHS, bounds=LONDON)

    assert read == Crew(
        crew_id="CN1",
        borough="Camden",
        slot_start=datetime(2018, 7, 2, 6, tzinfo=UTC),
        slot_end=datetime(2018, 7, 2, 14, tzinfo=UTC),
        minutes=400,
        officers=2,
        specialist=False,
        base_lon=-0.13,
        base_lat=51.54,
        row=1,
    )


def test_byte_order_mark_crlf_blank_rows_and_other_columns_are_accepted(tmp_path: Path) -> None:
    path = tmp_path / "crews.csv"
    text = f"{HEADER},note\r\n{GOOD},x\r\n\r\n,,,,,,,,,\r\nCN2,Camden,{LATE},1,1,1,-0.1,51.5,\r\n"
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())

    read = read_crews(path, boroughs=BOROUGHS)

    assert [(one.crew_id, one.row, one.specialist) for one in read] == [
        ("CN1", 1, False),
        ("CN2", 4, True),
    ]


def test_every_fault_is_named_at_once_with_row_value_and_remedy(tmp_path: Path) -> None:
    error = refused(
        written(
            tmp_path,
            f"A,Hackny,{EARLY},400,2,0,-0.1,51.5",
            "B,Camden,2018-07-02T07:00:00,2018-07-02T15:00:00+01:00,400,2,0,-0.1,51.5",
            GOOD,
            "D,Camden,2018-07-02T15:00:00+01:00,2018-07-02T15:00:00+01:00,400,0,0,-0.1,51.5",
            f"E,Camden,{EARLY},481,2,0,-0.1,51.5",
            f"F,Camden,{EARLY},ten,2.5,yes,x,51.5",
        )
    )

    assert [(fault.row, fault.value) for fault in error.faults] == [
        (1, "Hackny"),
        (2, "2018-07-02T07:00:00"),
        (4, "2018-07-02T14:00:00+00:00"),
        (4, "0"),
        (5, "481"),
        (6, "ten"),
        (6, "2.5"),
        (6, "yes"),
        (6, "x"),
    ]
    assert error.faults[0].remedy == "Did you mean 'Hackney'?"
    assert all(fault.remedy and fault.file for fault in error.faults)
    assert (error.fault.row, error.exit_code) == (1, 10)
    assert "9 faults" in str(error)
    assert "row 6" in str(error)


@pytest.mark.parametrize("minutes", ["0", "-5", "nan", "inf", "480.5"])
def test_minutes_must_fit_into_the_duty(tmp_path: Path, minutes: str) -> None:
    error = refused(written(tmp_path, f"A,Camden,{EARLY},{minutes},2,0,-0.1,51.5"))

    assert "480 minutes" in error.fault.message
    assert error.fault.row == 1


def test_minutes_are_elapsed_when_the_clocks_change(tmp_path: Path) -> None:
    # 28 March 2026, 23:00 to 07:00 on the clock are 7 hours: 420 minutes.
    night = "2026-03-28T23:00:00+00:00,2026-03-29T07:00:00+01:00"
    row = "A,Camden,{},{},2,0,-0.1,51.5"

    read = read_crews(written(tmp_path, row.format(night, 420)), boroughs=BOROUGHS)
    error = refused(written(tmp_path, row.format(night, 421)))

    assert read[0].duty_minutes == 420
    assert error.fault.value == "421"


def test_a_missing_column_is_named_with_the_one_that_may_be_meant(tmp_path: Path) -> None:
    error = refused(written(tmp_path, GOOD, header=HEADER.replace("minutes", "mins")))

    assert len(error.faults) == 1
    assert "'minutes'" in error.fault.message
    assert error.fault.remedy == "Is it 'mins'? Rename it."
    assert error.fault.row == 0


def test_columns_parted_by_semicolons_are_told_apart(tmp_path: Path) -> None:
    error = refused(written(tmp_path, header=HEADER.replace(",", ";")))

    assert error.fault.remedy == "Save the file as CSV with commas."


def test_a_crew_on_duty_twice_at_once_is_refused(tmp_path: Path) -> None:
    inside = "CN1,Islington,2018-07-02T14:00:00+01:00,2018-07-02T16:00:00+01:00,60,2,0,-0.1,51.5"

    repeated = refused(written(tmp_path, GOOD, GOOD))
    overlapping = refused(written(tmp_path, GOOD, inside))
    following = read_crews(
        written(tmp_path, GOOD, f"CN1,Camden,{LATE},400,2,0,-0.13,51.54"), boroughs=BOROUGHS
    )

    assert [fault.row for fault in repeated.faults] == [2]
    assert "row 1" in overlapping.fault.message
    assert len(following) == 2


@pytest.mark.parametrize(
    "raw", [GOOD.replace("Camden", "Cåmden").encode("latin-1"), GOOD.encode("utf-16")]
)
def test_another_encoding_is_refused_with_its_row(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "crews.csv"
    path.write_bytes(HEADER.encode() + b"\n" + raw)

    error = refused(path)

    assert "UTF-8" in error.fault.message
    assert error.fault.row == 1


def test_a_zero_byte_a_stray_quote_and_a_short_row_are_refused(tmp_path: Path) -> None:
    zero = refused(written(tmp_path, GOOD.replace("CN1", "C\0")))
    quote = refused(written(tmp_path, '"CN1,Camden'))
    short = refused(written(tmp_path, "CN1,Camden"))

    assert (zero.fault.row, short.fault.row) == (1, 1)
    assert "CSV" in quote.fault.message


@pytest.mark.parametrize("content", [b"", HEADER.encode(), HEADER.encode() + b"\n\n,,\n"])
def test_a_file_without_crews_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "crews.csv"
    path.write_bytes(content)

    assert refused(path).exit_code == 10


def test_bases_in_metres_swapped_or_far_away_are_refused(tmp_path: Path) -> None:
    def base(lon_lat: str) -> str:
        path = written(tmp_path, f"A,Camden,{EARLY},400,2,0,{lon_lat}")
        return refused(path, LONDON).fault.remedy or ""

    assert "metres" in base("529000,185000")
    assert "swapped" in base("51.54,-0.13")
    assert base("-1.5,53.8") == "Correct the coordinates."


def test_a_duty_lies_in_the_slot_that_holds_it_and_outside_the_plan_is_minus_one() -> None:
    monday_late = crew(datetime(2018, 7, 2, 14, tzinfo=UTC), 8)
    part_of_night = crew(datetime(2018, 7, 2, 23, tzinfo=UTC), 2)
    week_before = crew(datetime(2018, 6, 25, 14, tzinfo=UTC), 8)

    index = slots_of_crews([monday_late, part_of_night, week_before], SLOTS)

    assert index.tolist() == [1, 2, -1]


def test_a_duty_across_two_slots_and_one_across_the_edge_of_the_plan_are_refused() -> None:
    across = crew(datetime(2018, 7, 2, 13, tzinfo=UTC), 3)
    before = crew(datetime(2018, 7, 2, 5, tzinfo=UTC), 2)

    with pytest.raises(CrewFileError) as caught:
        slots_of_crews([across, before], SLOTS, file="crews.csv")

    assert len(caught.value.faults) == 2
    assert "2018-07-02 early" in caught.value.faults[0].message
    assert "2018-07-02 late" in caught.value.faults[0].message


def test_crews_of_another_week_are_refused() -> None:
    with pytest.raises(CrewFileError, match="period of the plan"):
        slots_of_crews([crew(datetime(2026, 1, 5, 8, tzinfo=UTC), 2)], SLOTS)


def test_a_hundred_surge_officers_make_480_visits_a_day() -> None:
    # DOMAIN 6.3.16: 48 on duty a day = 24 pairs, 8.5 h each, 15 + 10 minutes a visit.
    pairs = [crew(SLOTS[0].start, 10, minutes=510)] * 24
    whole_day = Shift(name="day", starts=time(7), ends=time(7))
    day = tuple(Clock(shifts=(whole_day,)).slots(date(2018, 7, 2), 1))

    capacity = visit_capacity(pairs, slots=day, boroughs=BOROUGHS, rules=VisitRules())

    assert capacity.tolist() == [[480], [0], [0], [0]]


def test_minutes_left_over_by_two_crews_make_no_visit() -> None:
    crews = [crew(SLOTS[0].start, 8, minutes=49), crew(SLOTS[0].start, 8, minutes=24)]

    capacity = visit_capacity(crews, slots=SLOTS, boroughs=("Camden",), rules=VisitRules())

    assert capacity[0, 0] == 1
