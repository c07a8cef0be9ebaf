"""What a command asks of a setup: which what-ifs, and officers of a surge from a run or file."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rightplace.core.suggest import did_you_mean
from rightplace.deploy.investigation.setup_file import built
from rightplace.deploy.investigation.setup_table import Table
from rightplace.deploy.investigation.what_if import AddTeams, Move, Surge, WhatIf
from rightplace.deploy.investigation.what_if_file import (
    add_teams_of,
    move_of,
    read_levels,
    what_ifs_of,
)
from rightplace.errors import BadInputError, NotHeldError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rightplace.app.workspace import Workspace
    from rightplace.deploy.investigation.setup import Setup

ASKED: Final = "asked"
"""Name of the what-if of the command line."""
_RUN: Final = "s-"


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectiveOptions:
    """What was asked of a setup.

    Parameters
    ----------
    setup
        The setup file.
    homicides
        File of homicide victims, where arrivals are learnt.
    actions
        TOML of the accreditation each action needs; None for what ships.
    what_ifs
        Names of the what-ifs of the file; all of them where nothing else is asked.
    moves, add_teams
        Moves and teams as the command line writes them; together one what-if.
    surge
        Officers who help: a run of ``surge`` or a CSV, and ``:UNIT`` after it.
    as_it_is
        Whether no what-if is looked at.
    years, replications
        How far ahead and how often; None for the settings.
    seed
        Of all chance.
    dry_run
        Whether nothing is kept.
    """

    setup: Path
    homicides: Path | None = None
    actions: Path | None = None
    what_ifs: tuple[str, ...] = ()
    moves: tuple[str, ...] = ()
    add_teams: tuple[str, ...] = ()
    surge: str | None = None
    as_it_is: bool = False
    years: int | None = None
    replications: int | None = None
    seed: int = 0
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The what-ifs that are looked at.

    Parameters
    ----------
    what_ifs
        In the order asked.
    files
        Files read for them.
    run
        The run of ``surge`` that was read, or None.
    synthetic
        Whether that run rests on invented officers or data.
    """

    what_ifs: tuple[WhatIf, ...]
    files: tuple[Path, ...] = ()
    run: str | None = None
    synthetic: bool = False


def asked_of(
    workspace: Workspace,
    options: DetectiveOptions,
    setup: Setup,
    *,
    tables: Sequence[Table],
    actions: Mapping[str, int],
    new_team_strength: int,
) -> Asked:
    """Return the what-ifs that a command asks for.

    Parameters
    ----------
    workspace
        Where runs stand.
    options
        What was asked.
    setup
        The units.
    tables
        What-ifs of the setup file.
    actions
        Level that each action needs.
    new_team_strength
        Officers of a new team where nobody says.

    Raises
    ------
    UsageError
        If no what-if is to be looked at and one is named.
    NotHeldError
        If the setup has no what-if of a name.
    """
    named = {
        each.name: each for each in what_ifs_of(tables, setup, new_team_strength=new_team_strength)
    }
    own = options.moves or options.add_teams or options.surge
    if options.as_it_is and (own or options.what_ifs):
        msg = "--as-it-is looks at no what-if, and one is asked for."
        raise UsageError(msg, remedy="Leave one of them out.")
    for name in options.what_ifs:
        if name not in named:
            msg = f"The setup has no what-if {name!r}."
            remedy = did_you_mean(name, named) if named else "It has none at all."
            raise NotHeldError(msg, file=options.setup, value=name, remedy=remedy)
    chosen = [named[name] for name in dict.fromkeys(options.what_ifs)]
    if not own:
        every = () if options.as_it_is else tuple(named.values())
        return Asked(what_ifs=tuple(chosen) or every)
    changes: tuple[Move | AddTeams, ...] = (
        *(move_of(each, setup) for each in options.moves),
        *(add_teams_of(each, setup, strength=new_team_strength) for each in options.add_teams),
    )
    surge, files, run = _surge(workspace, options, setup, actions)
    own_one = WhatIf(name=ASKED, changes=changes, surge=surge, origin="the command line")
    synthetic = run is not None and _is_synthetic(workspace, run)
    return Asked(what_ifs=(*chosen, own_one), files=files, run=run, synthetic=synthetic)


def _is_synthetic(workspace: Workspace, run: str) -> bool:
    from rightplace.core.runs import read_run

    return bool((read_run(workspace.runs, run).get("result") or {}).get("synthetic"))


def _surge(
    workspace: Workspace, options: DetectiveOptions, setup: Setup, actions: Mapping[str, int]
) -> tuple[Surge | None, tuple[Path, ...], str | None]:
    if options.surge is None:
        return None, (), None
    source, taker = _source_and_taker(options.surge, setup)
    if source.startswith(_RUN):
        levels = levels_of_run(workspace, source, actions)
        origin = f"postings of {source}: the level is the highest of the actions each may do"
        return Surge(taker=taker, officers_by_level=levels, origin=origin), (), source
    path = Path(source)
    if not path.is_file():
        msg = f"{source!r} is neither a run of surge (s-...) nor a file."
        raise NotHeldError(msg, value=source, remedy="Check --surge.")
    table = Table(where="the officers who help", content={}, file=str(path))
    levels = read_levels(path)
    made = built(table, lambda: Surge(taker=taker, officers_by_level=levels, origin=path.name))
    return made, (path,), None


def _source_and_taker(words: str, setup: Setup) -> tuple[str, str]:
    keys = [each.unit.key for each in setup.units]
    source, _, taker = words.rpartition(":")
    if source and taker in keys:
        return source, taker
    helped = [
        each.unit.key
        for each in setup.units
        if any(work.action for stage in each.unit.stages for work in stage.work)
    ]
    if len(helped) != 1:
        msg = f"{words!r} does not say which unit the officers of the surge help."
        remedy = f"Write {words}:{(helped or keys)[0]} or another of {', '.join(helped or keys)}."
        raise UsageError(msg, value=words, remedy=remedy)
    return words, helped[0]


def levels_of_run(workspace: Workspace, run: str, actions: Mapping[str, int]) -> tuple[int, ...]:
    """Return officers by accreditation level that a surge posts to investigations.

    A posting names the actions that an officer may do of those the post asks for, not the level:
    the highest level of them is what is surely held.

    Parameters
    ----------
    workspace
        Where runs stand.
    run
        The surge.
    actions
        Level that each action needs.

    Raises
    ------
    BadInputError
        If it posts nobody to investigations, or an action has no level here.
    """
    from rightplace.app.runs import read_table
    from rightplace.core.runs import read_run_of
    from rightplace.deploy.surge.officers import INVESTIGATION

    read_run_of(workspace.runs, run, kind="surge")
    rows = read_table(workspace, run, "postings").select(["role", "actions"]).to_pylist()
    counts: Counter[int] = Counter()
    for row in rows:
        if row["role"] != INVESTIGATION:
            continue
        named = [each for each in str(row["actions"]).split("; ") if each]
        unknown = [each for each in named if each not in actions]
        if unknown:
            msg = f"The action {unknown[0]!r} of {run} has no level here."
            remedy = did_you_mean(unknown[0], actions)
            raise BadInputError(msg, value=unknown[0], remedy=remedy)
        counts[max((actions[each] for each in named), default=0)] += 1
    if not counts:
        msg = f"{run} posts nobody to investigations."
        remedy = "Ask for a share of them: rightplace surge --investigation-share."
        raise BadInputError(msg, value=run, remedy=remedy)
    return tuple(counts[level] for level in range(max(counts) + 1))
