"""What-ifs as they are written: tables of a setup file, and words of a command line."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from rightplace.deploy.investigation.bounds import MOST_WHOLE
from rightplace.deploy.investigation.setup_file import built, role_of, team_of
from rightplace.deploy.investigation.setup_table import Table
from rightplace.deploy.investigation.what_if import AddTeams, Move, Surge, WhatIf
from rightplace.deploy.surge.officers import HIGHEST_ACCREDITATION
from rightplace.errors import BadInputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from rightplace.deploy.investigation.setup import Setup
    from rightplace.deploy.investigation.unit import Role

NO_CHANGE: Final = "as-it-is"
MOVE_FORM: Final = "NUMBER:ROLE:FROM[:TEAM]:TO"
TEAMS_FORM: Final = "NUMBER:FROM:TO"
LONGEST_ROW: Final = 80
"""Characters of a row that a message shows."""
_LEVELS: Final = "accreditation", "officers"


def what_ifs_of(
    tables: Sequence[Table], setup: Setup, *, new_team_strength: int
) -> tuple[WhatIf, ...]:
    """Return the what-ifs of a setup file.

    Parameters
    ----------
    tables
        Its tables ``[[what_if]]``.
    setup
        Whose units they name.
    new_team_strength
        Officers of a new team where a table does not say.
    """
    found = tuple(_what_if(table, setup, new_team_strength) for table in tables)
    names = [each.name for each in found]
    for table, name in zip(tables, names, strict=True):
        if names.count(name) > 1 or name == NO_CHANGE:
            table.refuse(f"the name {name!r} is taken.", value=name, remedy="Name it otherwise.")
    return found


def _what_if(table: Table, setup: Setup, strength: int) -> WhatIf:
    table.check(("name",), optional=("move", "add_teams", "surge"))
    moves = [_move(each, setup) for each in table.each("move", least=0)]
    made = [_add_teams(each, setup, strength) for each in table.each("add_teams", least=0)]
    surge = _surge(table.inner("surge"), setup) if "surge" in table.content else None
    origins = [each for each in _origins(table) if each]
    return built(
        table,
        lambda: WhatIf(
            name=table.text("name"),
            changes=(*moves, *made),
            surge=surge,
            origin="; ".join(origins),
        ),
    )


def _origins(table: Table) -> list[str]:
    inner = [*table.each("move", least=0), *table.each("add_teams", least=0)]
    return [each.text("origin") for each in inner if "origin" in each.content]


def _unit(table: Table, name: str, setup: Setup) -> str:
    key = table.text(name)
    return built(table, lambda: setup.units[setup.place_of(key)].unit.key)


def _move(table: Table, setup: Setup) -> Move:
    table.check(("number", "role", "from", "to"), optional=("team", "origin"))
    return built(
        table,
        lambda: Move(
            number=table.whole("number", least=1),
            role=role_of(table, table.text("role")),
            giver=_unit(table, "from", setup),
            taker=_unit(table, "to", setup),
            team=table.whole("team", least=1) if "team" in table.content else None,
        ),
    )


def _add_teams(table: Table, setup: Setup, strength: int) -> AddTeams:
    optional = ("strength", "officers", "appointed", "origin")
    table.check(("number", "from", "to"), optional=optional)
    if "strength" in table.content and "officers" in table.content:
        remedy = "Give the strength of a team, or its officers by role."
        table.refuse("both strength and officers.", remedy=remedy)
    return built(
        table,
        lambda: AddTeams(
            number=table.whole("number", least=1),
            giver=_unit(table, "from", setup),
            taker=_unit(table, "to", setup),
            strength=table.whole("strength", least=1, default=strength),
            officers=team_of(table).officers if "officers" in table.content else None,
            appointed=_appointed(table),
        ),
    )


def _appointed(table: Table) -> Mapping[Role, int] | None:
    if "appointed" not in table.content:
        return None
    inner = table.inner("appointed")
    return {role_of(inner, name): inner.whole(name) for name in inner.content}


def _surge(table: Table, setup: Setup) -> Surge:
    table.check(("to", "officers_by_level", "origin"))
    levels = table.content["officers_by_level"]
    if not isinstance(levels, list) or len(levels) > HIGHEST_ACCREDITATION + 1:
        remedy = "Write how many of level 0, 1, 2 ..., such as [0, 12, 8]."
        table.refuse(f"officers_by_level is {levels!r}.", value=levels, remedy=remedy)
    return built(
        table,
        lambda: Surge(
            taker=_unit(table, "to", setup),
            officers_by_level=tuple(levels),
            origin=table.text("origin"),
        ),
    )


def move_of(words: str, setup: Setup) -> Move:
    """Return the move that a command line asks for, such as ``10:dc:camden-cid:homicide``.

    Raises
    ------
    UsageError
        If it is not written so.
    """
    parts = words.split(":")
    numbers = [parts[0], *parts[3:4]] if len(parts) == 5 else parts[:1]  # noqa: PLR2004 - the five of MOVE_FORM
    if len(parts) not in {4, 5} or not all(_is_whole(each) for each in numbers):
        msg = f"{words!r} is not a move."
        remedy = f"Write {MOVE_FORM}, such as 10:dc:{_two(setup)}."
        raise UsageError(msg, value=words, remedy=remedy)
    given = Table(where=f"--move {words}", content={}, file=str(setup.files[0]))
    team = int(parts[3]) if len(parts) == 5 else None  # noqa: PLR2004 - as above
    return Move(
        number=int(parts[0]),
        role=role_of(given, parts[1]),
        giver=setup.units[setup.place_of(parts[2])].unit.key,
        taker=setup.units[setup.place_of(parts[-1])].unit.key,
        team=team,
    )


def add_teams_of(words: str, setup: Setup, *, strength: int) -> AddTeams:
    """Return the teams that a command line asks for, such as ``2:camden-cid:homicide``.

    Raises
    ------
    UsageError
        If it is not written so.
    """
    parts = words.split(":")
    if len(parts) != 3 or not _is_whole(parts[0]):  # noqa: PLR2004 - the three of TEAMS_FORM
        msg = f"{words!r} does not say which teams to add."
        remedy = f"Write {TEAMS_FORM}, such as 2:{_two(setup)}."
        raise UsageError(msg, value=words, remedy=remedy)
    return AddTeams(
        number=int(parts[0]),
        giver=setup.units[setup.place_of(parts[1])].unit.key,
        taker=setup.units[setup.place_of(parts[2])].unit.key,
        strength=strength,
    )


def _is_whole(text: str) -> bool:
    """Whether a text is a whole number that can be read: digits, and not more than any needs."""
    return text.isdecimal() and len(text) <= len(str(MOST_WHOLE))


def _two(setup: Setup) -> str:
    keys = [each.unit.key for each in setup.units]
    return f"{keys[-1]}:{keys[0]}"


def read_levels(path: Path) -> tuple[int, ...]:
    """Return officers by accreditation level of a CSV ``accreditation,officers``.

    Raises
    ------
    BadInputError
        If it is no such file; the row is named.
    """
    remedy = "Write a header accreditation,officers and a row for each level, such as 1,12."
    try:
        text = path.read_bytes().decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        msg = f"The file is no CSV in UTF-8: {error}."
        raise BadInputError(msg, file=path, remedy=remedy) from error
    if not rows or tuple(cell.strip() for cell in rows[0]) != _LEVELS:
        msg = "The header is another."
        raise BadInputError(msg, file=path, row=0, remedy=remedy)
    found: dict[int, int] = {}
    for number, cells in enumerate(rows[1:], start=1):
        said = [cell.strip() for cell in cells]
        fine = len(said) == len(_LEVELS) and all(_is_whole(each) for each in said)
        if not fine or int(said[0]) > HIGHEST_ACCREDITATION or int(said[0]) in found:
            row = ",".join(said)[:LONGEST_ROW]
            msg = f"{row!r} is no level from 0 to {HIGHEST_ACCREDITATION}, once, and its officers."
            raise BadInputError(msg, file=path, row=number, value=row, remedy=remedy)
        found[int(said[0])] = int(said[1])
    if not found:
        msg = "The file has no row."
        raise BadInputError(msg, file=path, remedy=remedy)
    return tuple(found.get(level, 0) for level in range(max(found) + 1))
