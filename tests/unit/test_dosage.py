"""Dosage from pings and logs, in cases that can be reckoned by hand."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from pyarrow import parquet

from rightplace.errors import BadInputError
from rightplace.evaluate.disclosure import Roll, shown
from rightplace.evaluate.dosage import patrol_seconds
from rightplace.evaluate.dosage_rows import ROWS_SCHEMA, dosage_rows
from rightplace.evaluate.logs import Logged, read_excuses, read_logs
from rightplace.evaluate.rules import DwellRules
from tests.ping_world import CELLS, HEAD, at, count, ping, planned, stay, tasks_of

if TYPE_CHECKING:
    from pathlib import Path

ONE = planned(("A", 1, "west"))


def test_two_officers_together_from_ten_past_give_30_and_15_minutes_and_one_visit(
    tmp_path: Path,
) -> None:
    found = count(tmp_path / "p.csv", stay("A", "xy", at(16), 15), ONE)
    assert found.minutes == [30, 15]
    assert (found.whole.visits, found.whole.qualifying, found.whole.compliance) == (1, 1, 1.0)


def test_three_minutes_are_passing_through_and_not_counted(tmp_path: Path) -> None:
    found = count(tmp_path / "p.csv", stay("A", "xy", at(16), 3), ONE)
    assert found.minutes == [0, 0]
    assert (found.whole.visits, found.whole.compliance) == (0, 0.0)


@pytest.mark.parametrize(
    ("minutes", "visits", "qualifying"), [(4, 0, 0), (5, 1, 0), (9, 1, 0), (10, 1, 1), (45, 1, 1)]
)
def test_a_visit_lasts_five_minutes_and_qualifies_from_ten_however_long(
    tmp_path: Path, minutes: int, visits: int, qualifying: int
) -> None:
    found = count(tmp_path / "p.csv", stay("A", "x", at(16), minutes), ONE)
    assert (found.whole.visits, found.whole.qualifying) == (visits, qualifying)


@pytest.mark.parametrize(("pause", "visits"), [(5, 1), (6, 2)])
def test_a_gap_of_five_minutes_is_bridged_and_a_longer_one_is_not(
    tmp_path: Path, pause: int, visits: int
) -> None:
    rows = stay("A", "x", at(16), 6) + stay("A", "x", at(16, 6 + pause), 6)
    found = count(tmp_path / "p.csv", rows, ONE)
    assert found.whole.visits == visits
    assert found.minutes[0] == (17 if visits == 1 else 12)


def test_two_crews_in_one_place_are_two_visits_and_share_their_patrol_minutes(
    tmp_path: Path,
) -> None:
    plan = planned(("A", 1, "west"), ("B", 1, "west"))
    rows = stay("A", "x", at(16), 15) + stay("B", "x", at(16, 10), 15)
    found = count(tmp_path / "p.csv", rows, plan)
    assert found.minutes == [30, 25]
    assert (found.whole.visits, found.whole.compliance) == (2, 1.0)


def test_visits_beyond_those_planned_make_up_for_none_elsewhere(tmp_path: Path) -> None:
    plan = planned(("A", 1, "west"), ("A", 1, "east"))
    rows = stay("A", "x", at(16), 12) + stay("A", "x", at(18), 12)
    found = count(tmp_path / "p.csv", rows, plan)
    assert (found.whole.qualifying, found.whole.made, found.whole.compliance) == (2, 1, 0.5)


def test_a_visit_counts_for_the_slot_of_its_middle(tmp_path: Path) -> None:
    late, early = stay("A", "x", at(14, 55), 15), stay("A", "x", at(14, 50), 15)
    assert count(tmp_path / "p.csv", late, ONE).whole.made == 1
    assert count(tmp_path / "p.csv", early, ONE).whole.made == 0


def test_an_excused_visit_leaves_numerator_and_denominator(tmp_path: Path) -> None:
    plan = planned(*[("A", 1, cell) for cell in CELLS])
    rows = stay("A", "x", at(16), 12) + stay("A", "x", at(17), 12, cell=1)
    every = count(tmp_path / "p.csv", rows, plan)
    assert every.whole.compliance == pytest.approx(2 / 3)
    missed = count(tmp_path / "p.csv", rows, plan, excused=("v-000003",))
    assert missed.whole.compliance == 1.0
    made = count(tmp_path / "p.csv", rows, plan, excused=("v-000001",))
    assert (made.whole.made, made.whole.compliance) == (1, 0.5)
    assert count(tmp_path / "p.csv", rows, ONE, excused=("v-000001",)).whole.compliance is None


def test_presence_on_holdout_days_is_background_however_short_and_whoever_it_was(
    tmp_path: Path,
) -> None:
    plan = [*ONE, *planned(("A", 4, "west"), arm="holdout")]
    rows = stay("A", "x", at(16), 12) + stay("A", "x", at(16, day=3), 2)
    rows += stay("Z", "x", at(18, day=3), 20)
    found = count(tmp_path / "p.csv", rows, plan)
    assert found.minutes == [12, 12]
    assert (found.whole.planned, found.whole.made) == (1, 1)
    assert patrol_seconds(found.done.visits, "holdout") == 22 * 60


def test_crews_that_the_plan_does_not_know_are_background(tmp_path: Path) -> None:
    rows = stay("A", "x", at(16), 12) + stay("Z", "xy", at(18), 20)
    found = count(tmp_path / "p.csv", rows, ONE)
    assert found.minutes == [12, 12]
    assert found.whole.background_officer_seconds == 40 * 60
    assert found.pings.unknown_crew == 42


def test_the_order_of_rows_does_not_matter(tmp_path: Path) -> None:
    rows = stay("A", "xy", at(16), 15)
    found = count(tmp_path / "p.csv", rows[::-1], ONE)
    assert (found.minutes, found.whole.visits) == ([30, 15], 1)


def test_a_row_that_comes_twice_counts_once(tmp_path: Path) -> None:
    found = count(tmp_path / "p.csv", stay("A", "xy", at(16), 15) * 2, ONE)
    assert (found.minutes, found.done.duplicates) == ([30, 15], 32)


def test_a_ping_that_nobody_could_reach_is_left_out_and_the_next_one_stands(
    tmp_path: Path,
) -> None:
    far = ping("A", "Ax", at(16, 7.5), cell=5000)  # 35 km away, and back in half a minute
    found = count(tmp_path / "p.csv", [*stay("A", "x", at(16), 15), far], ONE)
    assert (found.done.too_fast, found.minutes) == (1, [15, 15])


def test_a_place_1_400_metres_away_is_reached_in_half_a_minute_by_car_at_168_kmh(
    tmp_path: Path,
) -> None:
    rows = [*stay("A", "x", at(16), 10), ping("A", "Ax", at(16, 10.5), cell=2)]
    assert count(tmp_path / "p.csv", rows, ONE).done.too_fast == 0


def test_pings_outside_the_area_are_counted_and_are_in_no_place(tmp_path: Path) -> None:
    rows = stay("A", "x", at(16), 12) + stay("A", "x", at(18), 12, cell=7)
    found = count(tmp_path / "p.csv", rows, ONE)
    assert (found.pings.outside_area, found.minutes) == (13, [12, 12])


@pytest.mark.parametrize(
    ("row", "reason", "said"),
    [
        (",y,2018-07-02T16:00:00+01:00,0,51", "no_crew", None),
        ("A,,2018-07-02T16:00:00+01:00,0,51", "no_officer", None),
        ("A,y,2018-07-02T16:00:00,0,51", "no_offset", "2018-07-02T16:00:00"),
        ("A,y,2018-10-28 01:30,0,51", "no_offset", "2018-10-28 01:30"),  # comes twice
        ("A,y,soon,0,51", "bad_time", "soon"),
        ("A,y,2018-02-30T16:00:00Z,0,51", "bad_time", "2018-02-30T16:00:00Z"),
        ("A,y,02/07/2018 16:00,0,51", "bad_time", "02/07/2018 16:00"),
        ("A,y,2030-07-02T16:00:00Z,0,51", "in_future", "2030-07-02T16:00:00Z"),
        ("A,y,2018-07-02T05:59:59Z,0,51", "past_retention", "2018-07-02T05:59:59Z"),
        ("A,y,2018-07-02T16:00:00Z,51.5,-190", "bad_place", "51.5, -190"),
        ("A,y,2018-07-02T16:00:00Z,nan,51", "bad_place", "nan, 51"),
        ("A,y,2018-07-02T16:00:00Z,,51", "bad_place", ", 51"),
    ],
)
def test_what_cannot_be_a_ping_is_counted_by_reason_with_its_row(
    tmp_path: Path, row: str, reason: str, said: str | None
) -> None:
    found = count(tmp_path / "p.csv", [*stay("A", "x", at(16), 12), row], ONE)
    assert dict(found.left_out) == {reason: 1}
    assert (found.pings.examples[reason].row, found.pings.examples[reason].value) == (14, said)
    assert found.minutes == [12, 12]


def test_pings_after_the_plan_are_outside_its_period(tmp_path: Path) -> None:
    rows = [*stay("A", "x", at(16), 12), ping("A", "Ax", at(7, day=4))]
    found = count(tmp_path / "p.csv", rows, ONE, now=at(7, day=5))
    assert dict(found.left_out) == {"outside_period": 1}


@pytest.mark.parametrize(
    ("accuracy", "reason"), [("101", "inaccurate"), ("-1", "bad_accuracy"), ("m", "bad_accuracy")]
)
def test_what_a_receiver_says_of_itself_is_heeded(
    tmp_path: Path, accuracy: str, reason: str
) -> None:
    rows = [f"{row},{spread}" for row in stay("A", "x", at(16), 12) for spread in ("100",)]
    rows += [f"{ping('A', 'Ax', at(17))},{accuracy}", f"{ping('A', 'Ax', at(17))},"]
    found = count(tmp_path / "p.csv", rows, ONE, head=f"{HEAD},accuracy_m")
    assert dict(found.left_out) == {reason: 1}


def test_offsets_tell_the_two_hours_apart_when_clocks_go_back(tmp_path: Path) -> None:
    rows = [ping("A", "Ax", f"2018-07-02T16:{m:02d}:00+01:00") for m in range(8)]
    rows += [ping("A", "Ax", f"2018-07-02T15:{m:02d}:00.250Z") for m in range(8, 13)]
    assert count(tmp_path / "p.csv", rows, ONE).minutes == [12, 12]


def test_a_file_without_a_usable_row_is_refused_with_its_first_fault(tmp_path: Path) -> None:
    rows = ["A,x,2018-07-02 16:00,0.005,51"] * 3
    with pytest.raises(BadInputError, match="None of 3 rows can be used") as caught:
        count(tmp_path / "p.csv", rows, ONE)
    assert (caught.value.fault.row, caught.value.fault.value) == (1, "2018-07-02 16:00")
    assert "Add the offset" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "'crew_id' stands 0 times"),
        (f"{HEAD}\n", "no row"),
        ("crew_id,officer,time,lon,lat\n", "Did you mean 'officer'"),
        (f"{HEAD},lon\n", "'lon' stands 2 times"),
        (f"{HEAD}\nA,x,2018-07-02T16:00:00Z,0,51,7,8\n", "row 1"),
        (f"{HEAD}\nA,x\n", "row 1"),
    ],
)
def test_a_file_that_is_no_ping_file_says_why(tmp_path: Path, text: str, words: str) -> None:
    from rightplace.evaluate.pings import read_pings  # noqa: PLC0415 - used here alone
    from tests.ping_world import ENGINE, RULES, Degrees, window  # noqa: PLC0415 - as above

    path = tmp_path / "p.csv"
    path.write_text(text, encoding="utf-8")
    fence, tasks = Degrees(), tasks_of(ONE)
    with pytest.raises(BadInputError, match=words):
        read_pings(
            ENGINE,
            path,
            fence=fence,
            window=window(tasks),
            rules=RULES,
            crews=tasks.crews,
        )


def test_gzip_and_parquet_say_the_same_as_csv(tmp_path: Path) -> None:
    from rightplace.evaluate.pings import read_pings  # noqa: PLC0415 - used here alone
    from tests.ping_world import ENGINE, RULES, Degrees, window  # noqa: PLC0415 - as above

    rows = stay("A", "xy", at(16), 15)
    plain = count(tmp_path / "p.csv", rows, ONE)
    packed, columns = tmp_path / "p.csv.gz", tmp_path / "p.parquet"
    packed.write_bytes(gzip.compress((tmp_path / "p.csv").read_bytes()))
    cells = [row.split(",") for row in rows]
    table = {name: [row[i] for row in cells] for i, name in enumerate(HEAD.split(","))}
    times = pa.array([at(16, m) for _ in "xy" for m in range(16)], pa.timestamp("us", "UTC"))
    degrees = {name: pa.array(map(float, table[name])) for name in ("lon", "lat")}
    parquet.write_table(pa.table({**table, **degrees, "time": times}), columns)
    tasks = tasks_of(ONE)
    for path in (packed, columns):
        read = read_pings(
            ENGINE,
            path,
            fence=Degrees(),
            window=window(tasks),
            rules=RULES,
            crews=tasks.crews,
        )
        assert read.table.equals(plain.pings.table)


def entry(crew: str, cell: str, start: int, minutes: int, *did: str) -> Logged:
    opens = int(at(16, start).timestamp())
    return Logged(
        crew_id=crew,
        cell_id=cell,
        officers=2,
        arrived=opens,
        left=opens + minutes * 60,
        activities=did,
    )


def test_a_crew_without_pings_is_timed_by_its_log_and_others_by_their_pings(
    tmp_path: Path,
) -> None:
    plan = planned(("A", 1, "west"), ("B", 1, "east"))
    logged = (entry("A", "west", 0, 60, "engage"), entry("B", "east", 0, 15, "licensing"))
    found = count(tmp_path / "p.csv", stay("A", "x", at(16), 12), plan, logged=logged)
    assert found.minutes == [12 + 30, 12 + 15]
    assert found.whole.compliance == 1.0


LOG = "crew_id,officers,cell_id,arrived,left,activity"
GOOD = "A,2,west,2018-07-02T16:00:00+01:00,2018-07-02T16:15:00+01:00,engage;weapon_sweep"


def test_a_log_is_read_with_all_that_a_crew_did(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(f"{LOG}\n{GOOD}\n", encoding="utf-8")
    (read,) = read_logs(path, cells=set(CELLS))
    assert (read.officers, read.left - read.arrived) == (2, 900)
    assert read.activities == ("engage", "weapon_sweep")


@pytest.mark.parametrize(
    ("old", "new", "value"),
    [
        ("A,2", ",2", ""),
        ("A,2", "A,0", "0"),
        ("west", "wst", "wst"),
        ("16:15:00+01:00", "16:15:00", "2018-07-02T16:15:00"),
        ("16:15", "15:15", "2018-07-02T15:15:00+01:00"),
        ("weapon_sweep", "stop", "engage;stop"),
    ],
)
def test_a_log_names_the_row_and_value_at_fault(
    tmp_path: Path, old: str, new: str, value: str
) -> None:
    path = tmp_path / "log.csv"
    path.write_text(f"{LOG}\n{GOOD}\n{GOOD.replace(old, new)}\n", encoding="utf-8")
    with pytest.raises(BadInputError) as caught:
        read_logs(path, cells=set(CELLS))
    fault = caught.value.fault
    assert (fault.file, fault.row, fault.value) == (str(path), 2, value)
    assert fault.remedy


@pytest.mark.parametrize("row", ["v-1,tired", "v-9,unsafe", "v-1,unsafe\nv-1,urgent_call"])
def test_an_excuse_names_the_row_at_fault(tmp_path: Path, row: str) -> None:
    path = tmp_path / "excused.csv"
    path.write_text(f"visit_id,reason\n{row}\n", encoding="utf-8")
    with pytest.raises(BadInputError) as caught:
        read_excuses(path, visits={"v-1"})
    assert caught.value.fault.row == row.count("\n") + 1


def test_rules_that_cannot_hold_are_refused() -> None:
    with pytest.raises(BadInputError, match="above 0"):
        DwellRules(gap_minutes=0)
    with pytest.raises(BadInputError, match="qualifies from 4"):
        DwellRules(qualifying_minutes=4)


def roll(crews: int, *, officers: int = 2) -> Roll:
    return Roll({c: frozenset(range(c * officers, (c + 1) * officers)) for c in range(crews)})


def test_no_figure_is_of_fewer_than_five_crews_or_five_officers() -> None:
    assert roll(5).is_enough(range(5))
    assert not roll(5).is_enough(range(4))
    assert not roll(4).is_enough(range(9))  # five were planned, four were seen
    same_two = Roll({crew: frozenset({1, 2}) for crew in range(9)})
    assert not same_two.is_enough(range(9))


def test_what_would_be_found_by_taking_the_shown_from_the_whole_is_withheld_too() -> None:
    north, south, small = frozenset(range(6)), frozenset(range(6, 13)), frozenset({13})
    seen = roll(14)
    assert shown({"n": north, "s": south}, seen) == {"n", "s"}
    assert shown({"n": north, "s": south, "x": small}, seen) == {"s"}
    together = {"a": frozenset({0, 1, 2}), "b": frozenset({3, 4}), "s": south}
    assert shown(together, seen) == {"s"}  # five crews hide behind each other


def test_rows_show_units_of_five_crews_and_withhold_the_rest(tmp_path: Path) -> None:
    crews = "ABCDE"
    plan = planned(*[(crew, 1, "west") for crew in crews], ("A", 1, "east"))
    rows = [row for crew in crews for row in stay(crew, "xy", at(16), 15)]
    found = count(tmp_path / "p.csv", rows, plan)
    table = dosage_rows(
        found.sums,
        tasks_of(plan),
        roll=found.done.roll,
        cell_ids=CELLS,
        bcus=["West", "West", "East"],
    )
    assert table.schema == ROWS_SCHEMA
    told = {(r["level"], r["bcu"], r["cell_id"]): r for r in table.to_pylist()}
    assert told["plan", None, None]["officer_minutes"] == 150
    assert told["plan", None, None]["compliance"] == pytest.approx(5 / 6)
    # East is of one crew; shown, West would give it away.
    hidden = [row for key, row in told.items() if key[0] != "plan"]
    assert all(row["withheld"] and row["visits"] is None for row in hidden)


def test_no_row_names_a_crew_or_an_officer() -> None:
    assert not [n for n in ROWS_SCHEMA.names if "crew" in n or n in {"officer", "officer_id"}]
