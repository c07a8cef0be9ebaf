"""The setup file: what it gives, and every fault named with table, value and remedy."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import pytest

from rightplace.deploy.investigation.setup_file import EXAMPLE, read_setup
from rightplace.deploy.investigation.unit import Arrivals, Duty, Role, Stage, Team, Unit, Work
from rightplace.deploy.surge.actions import read_actions
from rightplace.errors import BadInputError, NotHeldError, UnsupportedByDataError
from tests.detective_setups import SETUP, setup_of, write_setup
from tests.homicide_rows import MONTHS, row, write_homicides

if TYPE_CHECKING:
    from pathlib import Path

LEARN = 'from = "homicides"\nyears = 1\norigin = "learnt"'
GIVEN = 'a_month = 2.0\ndispersion = 1.5\nvictims = [0.9, 0.1]\norigin = "made up"'


def test_s5_a_template_of_22_officers_loads_in_teams() -> None:
    setup, what_ifs = read_setup(EXAMPLE, actions=read_actions())
    homicide = setup.units[0].unit
    assert len(homicide.teams) == 20
    assert {team.strength for team in homicide.teams} == {22}
    assert homicide.teams[0].officers == {Role.SIO: 1, Role.DI: 2, Role.DS: 4, Role.DC: 15}
    assert setup.units[0].team_names[5] == "Hub 2, team 1"
    assert len(what_ifs) == 3


def test_s5_of_a_case_only_stage_hours_and_dates_have_a_field() -> None:
    named = {
        field.name for form in (Unit, Stage, Work, Arrivals, Duty, Team) for field in fields(form)
    }
    assert named == {
        *("key", "title", "teams", "arrivals", "stages", "duty", "cap", "waiting"),
        *("needs_command", "name", "work", "wait_days", "wait_spread", "share"),
        *("is_first_interview", "role", "mean_hours", "spread", "together", "action"),
        *("a_month", "dispersion", "victims", "origin", "officers", "further_victim"),
        *("hours_a_day", "duty_days_a_week", "absent", "court", "on_call_days"),
        *("callouts_tiring", "stands_in", "hours_left", "wait_left"),
    }


@pytest.mark.parametrize("key", ["suspect", "victim", "case_reference", "officer_name"])
def test_s5_a_key_for_what_a_case_is_about_is_refused(tmp_path: Path, key: str) -> None:
    text = SETUP.replace("cap = 4", f'cap = 4\n{key} = "X"')
    with pytest.raises(BadInputError, match=f"unknown key '{key}'"):
        setup_of(tmp_path, text)


def test_a_setup_gives_what_it_says(tmp_path: Path) -> None:
    setup, what_ifs = setup_of(tmp_path)
    homicide, cid = (each.unit for each in setup.units)
    assert (homicide.strength, cid.strength) == (44, 73)
    assert homicide.waiting == (2, 0)
    assert homicide.stages[1].share == 0.8
    assert homicide.arrivals.victims == (0.9, 0.1)
    assert cid.arrivals.victims == (1.0,)
    assert not cid.needs_command
    assert setup.units[1].team_names == ("A", "B")
    assert what_ifs == ()


def test_who_stands_in_and_what_is_left_of_open_cases_are_read_and_told(tmp_path: Path) -> None:
    text = SETUP.replace("court = 0.1", 'court = 0.1\nstands_in = { sio = "di" }', 1)
    setup, _ = setup_of(
        tmp_path, text.replace("cap = 4", "cap = 4\nhours_left = 0.25\nwait_left = 0.5")
    )
    assert setup.units[0].unit.duty.stands_in == {Role.SIO: Role.DI}
    assert (setup.units[0].unit.hours_left, setup.units[0].unit.wait_left) == (0.25, 0.5)
    told = [each.numbers for each in setup.origins]
    assert "duty, a DI stands in for a SIO" in told
    other = setup.units[1].unit
    assert (other.duty.stands_in, other.hours_left, other.wait_left) == ({}, 1.0, 1.0)


def test_every_origin_is_kept(tmp_path: Path) -> None:
    setup, _ = setup_of(tmp_path)
    told = [(each.unit, each.numbers) for each in setup.origins]
    assert ("", "template homicide-22") in told
    assert ("homicide", "stage Interview") in told
    assert ("camden-cid", "officers of B") in told
    assert ("", "duty of surge officers") in told
    assert setup.origins[-2].origin == "set by the borough commander"


def test_numbers_are_verified_where_their_table_says_so_alone(tmp_path: Path) -> None:
    said = SETUP.replace("origin = ", "verified = true\norigin = ", 1)
    verified = [each.verified for each in setup_of(tmp_path, said)[0].origins]
    before = [each.verified for each in setup_of(tmp_path)[0].origins]
    assert sum(verified) == sum(before) + 1
    assert sum(before) == SETUP.count("set_by")
    with pytest.raises(BadInputError, match="verified is 'yes'"):
        setup_of(tmp_path, said.replace("verified = true", 'verified = "yes"'))


@pytest.mark.parametrize("number", range(SETUP.count("origin = ")))
def test_numbers_without_an_origin_are_refused_in_every_table(tmp_path: Path, number: int) -> None:
    pieces = SETUP.split("origin = ")
    kept = "origin = ".join(pieces[: number + 1])
    dropped = pieces[number + 1].partition("\n")[2]
    text = "origin = ".join([kept + dropped, *pieces[number + 2 :]])
    assert text.count("origin = ") == SETUP.count("origin = ") - 1
    with pytest.raises(BadInputError, match="origin is missing") as caught:
        setup_of(tmp_path, text)
    assert caught.value.fault.remedy is not None
    assert "where its numbers come from" in caught.value.fault.remedy


FAULTS = [
    ("sio = 1, di = 2", "sio = 0, di = 2", "team 1 has no sio", "team 1"),
    ("sio = 1, di = 2", "sio = 1, di = 0", "team 1 has no di", "team 1"),
    ("dc = 15 }", "dc = -15 }", "officers.*dc is -15", "-15"),
    ("dc = 15 }", "dc = 15.5 }", "dc is 15.5", "15.5"),
    ("dc = 15 }", "pc = 15 }", "no role 'pc'", "pc"),
    ("hours = 20,", "hours = -20,", r"\[\[stage\]\] 1 \(First\), \[\[work\]\] 1.*-20", "-20.0"),
    ("hours = 20,", "hours = nan,", "hours is nan", "nan"),
    ("hours = 20,", 'hours = "20",', "hours is '20', no number", "20"),
    ('role = "sio"', 'role = "dci"', "no role 'dci'", "dci"),
    ("cctv_trawl", "cctv_trial", "no action 'cctv_trial'", "cctv_trial"),
    ("share = 0.8", "share = 0", "a share of 0.0", "0.0"),
    ("share = 0.8", "share = 1.2", "a share of 1.2", "1.2"),
    ("cap = 4", "cap = 0", "cap is 0", "0"),
    ("cap = 4", "cap = 4\nhours_left = 0", "0.0 of a stage cannot be left", "0.0"),
    ("cap = 4", "cap = 4\nwait_left = 1.5", "1.5 of a stage cannot be left", "1.5"),
    ("court = 0.1", 'court = 0.1\nstands_in = { di = "sio" }', "A sio cannot stand in", "sio"),
    ("court = 0.1", 'court = 0.1\nstands_in = { sio = "pc" }', "no role 'pc'", "pc"),
    ("court = 0.1", 'court = 0.1\nstands_in = "di"', "stands_in is", "di"),
    ("cap = 4", "cpa = 4", "unknown key 'cpa'", "cpa"),
    ('"First" = 2', '"Frist" = 2', "unknown key 'Frist'", "Frist"),
    ('"First" = 2', '"First" = -2', "First is -2", "-2"),
    ('key = "camden-cid"', 'key = "homicide"', "two units have the key", "homicide"),
    ('key = "camden-cid"', 'key = "Camden CID"', "the key 'Camden CID' cannot be", "Camden CID"),
    ('name = "Interview"\nshare', 'name = "First"\nshare', "two stages are called", "First"),
    ('name = "B"', 'name = "A"', "two teams are called 'A'", "A"),
    ("first_interview = true\norigin", "origin", "first interview", None),
    ('template = "homicide-22"', 'template = "homicide-2"', "no template", "homicide-2"),
    ("absent = 0.2\ncourt = 0.1", "absent = 0.9\ncourt = 0.2", "absent and court", "1.1"),
    ("a_month = 2.0", "a_month = 2.0\nfurther_victim = -1", "further victim", "-1.0"),
    ("dispersion = 1.5", "dispersion = 0.5", "variance of 0.5", "0.5"),
    ("a_month = 2.0", "a_month = 0", "0.0 cases a month", "0.0"),
    ("victims = [0.9, 0.1]", "victims = [0.9]", "do not sum to 1", None),
    ("number = 2\n", "number = 0\n", "number is 0", "0"),
    ("number = 2\n", "number = 500\n", "500 teams|501 teams", "500"),
    ("cap = 4", "cap = 4\ncap = 5", "no TOML", None),
    ("needs_command = false", 'needs_command = "no"', "needs_command is 'no'", "no"),
    ('title = "Two units"', 'title = "Two\\u0000units"', "title is", None),
    ('title = "Two units"', f'title = "{"x" * 9999}"', "x{30}[.]{3}, not a text", "xxx"),
    ("dc = 15 }", "dc = 1000000000 }", r"\[officers\].*1000000000 officers", "1000000000"),
    ("dc = 15 }", f"dc = 1{'0' * 400} }}", "not a whole number from 0 to 1,000,000,000", "1"),
    ("dc = 15 }", f"dc = 1{'0' * 5000} }}", "no TOML", None),
    ("hours = 20,", f"hours = 1{'0' * 400},", "no number up to", "1"),
    ("hours = 20,", "hours = inf,", "hours is inf", "inf"),
    ("hours = 20,", "hours = 1e6,", "Work of 1000000.0 hours", "1000000.0"),
    ("hours = 20, spread = 0.5", "hours = 20, spread = 1e6", "A spread of 1000000.0", "1000000.0"),
    ("wait_days = 2.0", "wait_days = 1e6", "a wait of 1000000.0", "1000000.0"),
    ("together = 5", "together = 1000000", "1000000 officers at the same time", "1000000"),
    ("number = 2\n", "number = 1000000\n", "1,000,000 teams", "1000000"),
    ("a_month = 2.0", "a_month = 1e6", "1000000.0 cases a month", "1000000.0"),
    ("dispersion = 1.5", "dispersion = 1e6", "variance of 1000000.0", "1000000.0"),
    ("victims = [0.9, 0.1]", f"victims = [1{'0' * 400}]", "victims are", None),
    ("victims = [0.9, 0.1]", "victims = [nan, 1.0]", "victims are", None),
    ("on_call_days = 7", "on_call_days = 1000000", "on_call_days of 1000000", "1000000"),
    ("[surge_duty]\nhours_a_day = 8.0", "[surge_duty]\nhours_a_day = 25", "hours_a_day", "25.0"),
    ("[surge_duty]", f"deep = {'[' * 5000}\n[surge_duty]", "no TOML", None),
]


@pytest.mark.parametrize(("was", "becomes", "said", "value"), FAULTS)
def test_each_fault_names_file_table_value_and_remedy(
    tmp_path: Path, was: str, becomes: str, said: str, value: str | None
) -> None:
    assert was in SETUP
    with pytest.raises(BadInputError, match=said) as caught:
        setup_of(tmp_path, SETUP.replace(was, becomes, 1))
    fault = caught.value.fault
    assert fault.file == str(tmp_path / "setup.toml")
    assert fault.remedy
    if value is not None:
        assert fault.value is not None
        assert fault.value.startswith(value)


def test_line_ends_and_a_mark_at_the_start_do_not_matter_and_other_encodings_are_refused(
    tmp_path: Path,
) -> None:
    path = tmp_path / "setup.toml"
    setup, _ = setup_of(tmp_path)
    for raw in (SETUP.replace("\n", "\r\n").encode(), b"\xef\xbb\xbf" + SETUP.encode()):
        path.write_bytes(raw)
        assert read_setup(path, actions=read_actions())[0] == setup
    for encoding in ("latin-1", "utf-16"):
        path.write_bytes(SETUP.replace("Camden", "C\u00e4mden").encode(encoding))
        with pytest.raises(BadInputError, match="no TOML in UTF-8") as caught:
            read_setup(path, actions=read_actions())
        assert caught.value.fault.file == str(path)


def test_the_nearest_key_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInputError) as caught:
        setup_of(tmp_path, SETUP.replace("duty_days_a_week", "duty_days_week", 1))
    assert caught.value.fault.remedy == "Did you mean 'duty_days_a_week'?"


def test_a_file_that_is_absent_says_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(NotHeldError, match="detectives example"):
        read_setup(tmp_path / "none.toml", actions=read_actions())


def test_arrivals_are_learnt_from_homicides_where_the_unit_says_so(tmp_path: Path) -> None:
    rows = [row(f"{name}-23", who=str(n)) for name in MONTHS for n in range(2)]
    file = write_homicides(tmp_path / "victims.csv", rows)
    path = write_setup(tmp_path / "setup.toml", SETUP.replace(GIVEN, LEARN))
    setup, _ = read_setup(path, actions=read_actions(), homicides=file)
    learnt = setup.units[0].learnt
    assert learnt is not None
    assert learnt.cases == 24
    assert setup.units[0].unit.arrivals.a_month == pytest.approx(24 * 365.25 / 12 / 365)
    assert setup.files == (path, file)
    more = LEARN + "\nfurther_victim = 0.5"
    path = write_setup(tmp_path / "setup.toml", SETUP.replace(GIVEN, more))
    setup, _ = read_setup(path, actions=read_actions(), homicides=file)
    assert setup.units[0].unit.arrivals.further_victim == 0.5
    beside = LEARN + '\nfile = "victims.csv"'
    path = write_setup(tmp_path / "setup.toml", SETUP.replace(GIVEN, beside))
    assert read_setup(path, actions=read_actions())[0].units[0].learnt == learnt


def test_arrivals_to_be_learnt_without_a_file_or_with_a_gap_are_refused(tmp_path: Path) -> None:
    path = write_setup(tmp_path / "setup.toml", SETUP.replace(GIVEN, LEARN))
    with pytest.raises(BadInputError, match="learnt from homicides"):
        read_setup(path, actions=read_actions())
    rows = [row(f"{name}-23", who=str(n)) for name in MONTHS for n in range(2) if name != "Jun"]
    file = write_homicides(tmp_path / "victims.csv", rows)
    with pytest.raises(BadInputError, match=r"\[arrivals\].*Jun-23"):
        read_setup(path, actions=read_actions(), homicides=file)
    path = write_setup(
        tmp_path / "setup.toml", SETUP.replace(GIVEN, LEARN.replace("years = 1", "years = 2"))
    )
    with pytest.raises(UnsupportedByDataError, match="24 months"):
        read_setup(path, actions=read_actions(), homicides=file)
