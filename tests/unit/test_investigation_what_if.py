"""What-ifs: who moves leaves somewhere, teams keep who must lead them, floors hold."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from rightplace.deploy.investigation.moving import after, by_role, team_of_strength
from rightplace.deploy.investigation.unit import ROLES, Role, Team
from rightplace.deploy.investigation.what_if import AddTeams, Move, Surge, WhatIf
from rightplace.deploy.investigation.what_if_file import (
    add_teams_of,
    move_of,
    read_levels,
    what_ifs_of,
)
from rightplace.errors import BadInputError, RefusedError, UsageError
from tests.detective_setups import SETUP, setup_of

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.deploy.investigation.setup import SetUnit

HOMICIDE_22 = Team(officers={Role.SIO: 1, Role.DI: 2, Role.DS: 4, Role.DC: 15})


@pytest.fixture
def units(tmp_path: Path) -> tuple[SetUnit, ...]:
    """Two teams of 22, and a CID of a big and a small team."""
    return setup_of(tmp_path)[0].units


def teams_of(number: int, **more: object) -> WhatIf:
    """Return the question of so many new teams of 25."""
    change = AddTeams(number=number, giver="camden-cid", taker="homicide", strength=25)
    return WhatIf(name="teams", changes=(replace(change, **more),))  # type: ignore[arg-type]  # fields by name


def move(number: int, role: Role, *, team: int | None = None, back: bool = False) -> WhatIf:
    """Return the question of so many officers moved from the CID, or back."""
    ends = ("homicide", "camden-cid") if back else ("camden-cid", "homicide")
    change = Move(number=number, role=role, giver=ends[0], taker=ends[1], team=team)
    return WhatIf(name="move", changes=(change,))


def test_s5_fifty_detectives_make_two_teams_of_25(units: tuple[SetUnit, ...]) -> None:
    (homicide, cid), ends = after(units, teams_of(2))
    new = homicide.unit.teams[2:]
    assert [team.strength for team in new] == [25, 25]
    # 25/22 of 1, 2, 4 and 15 is 1.14, 2.27, 4.55 and 17.05: the seat left over is a sergeant's.
    assert new[0].officers == {Role.SIO: 1, Role.DI: 2, Role.DS: 5, Role.DC: 17}
    assert by_role(cid) == (0, 2, 3, 18)
    assert units[1].unit.strength - cid.unit.strength == 50
    assert [(end.unit, end.teams_before, end.teams_after) for end in ends] == [
        ("homicide", 2, 4),
        ("camden-cid", 2, 2),
    ]
    assert homicide.team_names[2:] == ("New team 1", "New team 2")


def test_nobody_is_made_by_a_move_and_both_ends_are_told(units: tuple[SetUnit, ...]) -> None:
    changed, ends = after(units, move(10, Role.DC))
    assert sum(each.unit.strength for each in changed) == 44 + 73
    assert [(end.unit, end.before[3], end.after[3]) for end in ends] == [
        ("homicide", 30, 40),
        ("camden-cid", 52, 42),
    ]
    # The big team gives and both homicide teams get the same.
    assert [team.officers[Role.DC] for team in changed[1].unit.teams] == [30, 12]
    assert [team.officers[Role.DC] for team in changed[0].unit.teams] == [20, 20]


def test_a_named_team_gives(units: tuple[SetUnit, ...]) -> None:
    changed, _ = after(units, move(10, Role.DC, team=2))
    assert [team.officers[Role.DC] for team in changed[1].unit.teams] == [40, 2]
    with pytest.raises(RefusedError, match="B would be left without one"):
        after(units, move(12, Role.DC, team=2))
    with pytest.raises(BadInputError, match="there is no team 3"):
        after(units, move(1, Role.DC, team=3))


@pytest.mark.parametrize(("role", "most"), [(Role.SIO, 0), (Role.DI, 2)])
def test_s5_an_sio_and_a_di_stay_in_every_team(
    units: tuple[SetUnit, ...], role: Role, most: int
) -> None:
    free = tuple(replace(each, floor=None) for each in units)
    if most:
        changed, _ = after(free, move(most, role, back=True))
        assert all(team.officers[role] == 1 for team in changed[0].unit.teams)
    with pytest.raises(
        RefusedError, match=f"cannot give {most + 1} {role.value.upper()}"
    ) as caught:
        after(free, move(most + 1, role, back=True))
    assert (
        caught.value.fault.remedy
        == f"Each team keeps one {role.value.upper()}; it can give {most}."
    )


def test_s5_who_leads_stays_though_no_stage_asks_for_his_or_her_hours(tmp_path: Path) -> None:
    asks = '{ role = "sio", hours = 20, spread = 0.5 },'
    assert asks in SETUP
    units = setup_of(tmp_path, SETUP.replace(asks, ""))[0].units
    with pytest.raises(RefusedError, match="cannot give 1 SIO"):
        after(units, move(1, Role.SIO, back=True))
    own = {Role.DI: 2, Role.DS: 4, Role.DC: 15}
    with pytest.raises(RefusedError, match="would have no SIO"):
        after(units, teams_of(1, officers=own))


def test_s5_new_teams_without_an_sio_or_a_di_are_refused(units: tuple[SetUnit, ...]) -> None:
    for lacking in (Role.SIO, Role.DI):
        own = {role: 3 for role in ROLES if role is not lacking}
        with pytest.raises(RefusedError, match=f"would have no {lacking.value.upper()}"):
            after(units, teams_of(1, officers=own))


def test_a_unit_stays_at_its_floor_and_the_setter_is_named(units: tuple[SetUnit, ...]) -> None:
    changed, _ = after(units, move(4, Role.DC, back=True))
    assert changed[0].unit.strength == 40
    with pytest.raises(RefusedError, match="below its floor of 40"):
        after(units, move(5, Role.DC, back=True))


def test_more_than_there_are_cannot_leave(units: tuple[SetUnit, ...]) -> None:
    with pytest.raises(BadInputError, match="Camden CID has 52 DC; 53 cannot leave"):
        after(units, move(53, Role.DC))
    with pytest.raises(BadInputError, match="has 2 SIO; 3 cannot leave"):
        after(units, teams_of(3))


def test_who_is_appointed_from_outside_is_said(units: tuple[SetUnit, ...]) -> None:
    (_, cid), ends = after(units, teams_of(2, appointed={Role.SIO: 2}))
    assert by_role(cid)[0] == 2
    assert [end.appointed for end in ends] == [2, 0]
    with pytest.raises(BadInputError, match="3 SIO are appointed; the teams have 2"):
        after(units, teams_of(2, appointed={Role.SIO: 3}))


@pytest.mark.parametrize("strength", [4, 5, 21, 22, 25, 50, 99])
def test_a_team_of_any_strength_has_that_strength_and_every_role(strength: int) -> None:
    team = team_of_strength(strength, HOMICIDE_22)
    assert team.strength == strength
    assert all(team.officers[role] >= 1 for role in ROLES)
    if strength == 22:
        assert team == HOMICIDE_22


def test_a_team_too_small_for_its_roles_is_refused() -> None:
    with pytest.raises(BadInputError, match="4 roles"):
        team_of_strength(3, HOMICIDE_22)


def test_what_cannot_be_asked_is_refused() -> None:
    with pytest.raises(BadInputError, match="to itself"):
        Move(number=1, role=Role.DC, giver="a", taker="a")
    with pytest.raises(BadInputError, match="to itself"):
        AddTeams(number=1, giver="a", taker="a", strength=25)
    with pytest.raises(BadInputError, match="0 cannot be moved"):
        Move(number=0, role=Role.DC, giver="a", taker="b")
    with pytest.raises(BadInputError, match="nothing is changed"):
        WhatIf(name="none")
    for levels in ((0, 0), (-1, 2), ()):
        with pytest.raises(BadInputError, match="cannot help"):
            Surge(taker="a", officers_by_level=levels, origin="x")


def test_a_move_there_and_back_is_refused(units: tuple[SetUnit, ...]) -> None:
    there = Move(number=5, role=Role.DC, giver="camden-cid", taker="homicide")
    back = Move(number=5, role=Role.DC, giver="homicide", taker="camden-cid")
    with pytest.raises(BadInputError, match="has the officers that it had"):
        after((replace(units[0], floor=None), units[1]), WhatIf(name="both", changes=(there, back)))
    more = replace(there, number=6)
    both = WhatIf(name="both", changes=(more, back))
    _, ends = after(units, both)
    assert [end.after[3] - end.before[3] for end in ends] == [1, -1]


def test_two_changes_on_one_unit_are_made_one_after_the_other(units: tuple[SetUnit, ...]) -> None:
    one = Move(number=30, role=Role.DC, giver="camden-cid", taker="homicide")
    with pytest.raises(BadInputError, match="has 22 DC; 30 cannot leave"):
        after(units, WhatIf(name="twice", changes=(one, one)))
    _, ends = after(units, WhatIf(name="twice", changes=(one, replace(one, number=20))))
    assert [(end.before[3], end.after[3]) for end in ends] == [(30, 80), (52, 2)]


def test_slips_of_the_pen_are_refused_at_once() -> None:
    with pytest.raises(BadInputError, match="1000000000 cannot be moved or made"):
        AddTeams(number=10**9, giver="a", taker="b", strength=25)
    with pytest.raises(BadInputError, match="1000000000 cannot be moved or made"):
        AddTeams(number=1, giver="a", taker="b", strength=10**9)
    with pytest.raises(BadInputError, match="cannot help"):
        Surge(taker="a", officers_by_level=(0, 10**9), origin="x")


ASKED = """
[[what_if]]
name = "both"
[[what_if.move]]
number = 3
role = "dc"
from = "camden-cid"
team = 1
to = "homicide"
[[what_if.add_teams]]
number = 2
from = "camden-cid"
to = "homicide"
origin = "the announcement"
[what_if.surge]
to = "homicide"
officers_by_level = [0, 5]
origin = "a surge"
"""


def test_a_what_if_of_the_file_reads_as_it_is_written(tmp_path: Path) -> None:
    setup, tables = setup_of(tmp_path, SETUP + ASKED)
    (found,) = what_ifs_of(tables, setup, new_team_strength=25)
    assert found.changes == (
        Move(number=3, role=Role.DC, giver="camden-cid", taker="homicide", team=1),
        AddTeams(number=2, giver="camden-cid", taker="homicide", strength=25),
    )
    assert found.surge == Surge(taker="homicide", officers_by_level=(0, 5), origin="a surge")
    assert found.origin == "the announcement"


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ('from = "camden-cid"\nteam', 'from = "camden"\nteam', "no unit 'camden'"),
        ('to = "homicide"\n[[', 'to = "camden-cid"\n[[', "to itself"),
        ("number = 3", "number = 0", "number is 0"),
        ('role = "dc"', 'role = "pc"', "no role 'pc'"),
        ("[0, 5]", "[0, 0]", "cannot help"),
        ("[0, 5]", "5", "officers_by_level is 5"),
        ("team = 1", "tem = 1", "unknown key 'tem'"),
        ('name = "both"', 'name = "as-it-is"', "is taken"),
        ('origin = "a surge"', "", "origin is missing"),
    ],
)
def test_a_fault_in_a_what_if_names_its_table(
    tmp_path: Path, was: str, becomes: str, said: str
) -> None:
    assert was in ASKED
    setup, tables = setup_of(tmp_path, SETUP + ASKED.replace(was, becomes, 1))
    with pytest.raises(BadInputError, match=said) as caught:
        what_ifs_of(tables, setup, new_team_strength=25)
    assert caught.value.fault.file == str(tmp_path / "setup.toml")


def test_the_command_line_asks_in_one_word(tmp_path: Path) -> None:
    setup, _ = setup_of(tmp_path)
    assert move_of("10:dc:camden-cid:homicide", setup) == Move(
        number=10, role=Role.DC, giver="camden-cid", taker="homicide"
    )
    assert move_of("1:di:camden-cid:2:homicide", setup).team == 2
    asked = add_teams_of("2:camden-cid:homicide", setup, strength=25)
    assert (asked.number, asked.strength) == (2, 25)
    for words in ("ten:dc:camden-cid:homicide", "10:dc:camden-cid", "1:dc:camden-cid:x:homicide"):
        with pytest.raises(UsageError, match="NUMBER:ROLE:FROM"):
            move_of(words, setup)
    for words in ("two:camden-cid:homicide", "2:homicide"):
        with pytest.raises(UsageError, match="NUMBER:FROM:TO"):
            add_teams_of(words, setup, strength=25)
    with pytest.raises(BadInputError, match="no unit 'camden-cdi'") as caught:
        move_of("1:dc:camden-cdi:homicide", setup)
    assert caught.value.fault.remedy == "Did you mean 'camden-cid'?"


def test_levels_are_read_and_a_bad_row_is_named(tmp_path: Path) -> None:
    file = tmp_path / "surge.csv"
    file.write_text("accreditation,officers\n2,8\n1,12\n", "utf-8")
    assert read_levels(file) == (0, 12, 8)
    for text, at in (("2,-8", 1), ("5,1", 1), ("1,1\n1,2", 2), ("1", 1)):
        file.write_text(f"accreditation,officers\n{text}\n", "utf-8")
        with pytest.raises(BadInputError) as caught:
            read_levels(file)
        assert caught.value.fault.row == at
    for text in ("level,officers\n1,1\n", "accreditation,officers\n", ""):
        file.write_text(text, "utf-8")
        with pytest.raises(BadInputError):
            read_levels(file)
