"""``rightplace roster``: who works when, within law, practice and demand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rightplace.cli.verb import DAY, as_json, dry_run, now, seed, show

if TYPE_CHECKING:
    from datetime import date

    from rightplace.app.roster.result import RosterCheckResult, RosterResult, TeamResult
    from rightplace.app.workspace import Workspace

_SHOWN = 8


def lines(result: RosterResult) -> list[str]:
    """Return the roster in a few lines: what lacks first, then wishes refused."""
    wishes = f"wishes granted: {result.wishes_granted} of {result.wishes}"
    proof = f"cost {result.objective:,}, at least {result.bound:,}; gap {result.gap:.1%}"
    head = f"{result.roster_id}: {result.shifts:,} shifts of {result.officers:,} officers"
    return [
        f"{head}, {result.days} days from {result.first_day}",
        f"  uncovered demand: {len(result.uncovered) or 'none'}",
        *_few([f"    {each.day} {each.teams}: {each.finding}" for each in result.uncovered]),
        f"  {wishes}; refused, heaviest first:" if result.wishes_refused else f"  {wishes}",
        *_few(
            [
                f"    {wish.day} {wish.officer_id} {wish.shift}: {wish.why}"
                for wish in result.wishes_refused
            ]
        ),
        f"  {result.status}: {proof}; every rule is kept, checked without the solver",
        *_few([_team(team) for team in result.teams]),
        *_strength(result),
        *(
            [f"  changed with too little notice: {len(result.short_notice)}"]
            if result.short_notice
            else []
        ),
        *(f"  {path}" for path in (result.roster_path, *result.outputs)),
    ]


def _strength(result: RosterResult) -> list[str]:
    """Return what the roster needs, beside the officers whom the force can deploy."""
    if result.busiest_day is None:
        return []
    need = (
        f"  on the busiest day, {result.busiest_day}, {result.busiest_day_officers:,} of "
        f"{result.officers:,} officers work"
    )
    return [need] if result.deployable is None else [need, f"  {result.deployable.sentence}"]


def _team(team: TeamResult) -> str:
    return (
        f"    {team.teams}: {team.officers} officers, {team.status}, gap {team.gap:.1%}; nights "
        f"{team.nights_least} to {team.nights_most} (fair share up to {team.nights_fair}), weekend "
        f"shifts {team.weekends_least} to {team.weekends_most} (up to {team.weekends_fair})"
    )


def _few(every: list[str]) -> list[str]:
    more = len(every) - _SHOWN
    return every if more <= 0 else [*every[:_SHOWN], f"    and {more} more"]


def check_lines(result: RosterCheckResult) -> list[str]:
    """Return what a published roster breaks, one finding a line."""
    head = f"{result.path}: {result.shifts:,} shifts of {result.officers:,} officers"
    found = [
        f"  {breach.day} {breach.who}: {breach.rule}: {breach.finding}"
        for breach in result.breaches
    ]
    return [f"{head}, {len(found)} breaches", *found]


@click.command()
@click.option("--from", "first", type=DAY, required=True, help="First policing day.")
@click.option("--days", type=click.IntRange(1, 119), default=28, show_default=True)
@click.option(
    "--officers",
    type=click.Path(path_type=Path),
    required=True,
    help="CSV: officer_id, team, supervisor (0 or 1), skills (a;b), weekly_hours, hours_before "
    "and excluded_days_before (in the 17 weeks that end with the roster), last_shift_end (with "
    "offset, or none), shifts_in_row, nights_in_row, never_shifts, never_weekdays. No reason is "
    "asked of anybody.",
)
@click.option(
    "--demand",
    type=click.Path(path_type=Path),
    required=True,
    help="CSV of least crewing: day (a date, mon to sun, or empty), shift, team (* for each; a;b "
    "together), officers, supervisors, skills (driver:2;taser:1).",
)
@click.option(
    "--absences",
    type=click.Path(path_type=Path),
    help="CSV: officer_id, from, to, kind (leave, training, court, sickness, other).",
)
@click.option(
    "--wishes",
    type=click.Path(path_type=Path),
    help="CSV: officer_id, day, shift (or off), weight (from 1).",
)
@click.option(
    "--published",
    type=click.Path(path_type=Path),
    help="CSV of the roster in force: officer_id, day, shift. Changes with less than 90 days' "
    "notice cost and are flagged.",
)
@click.option(
    "--check",
    type=click.Path(path_type=Path),
    help="Make nothing; list what this published roster breaks (columns as --published).",
)
@click.option("--as-of", type=DAY, help="Day of publication, from which notice counts. [today]")
@click.option("--area", "area_id", help="Study area whose shifts are worked.")
@click.option("--without-balances", default="", help="Why officers without balances may be in.")
@click.option("--allow-uncovered", is_flag=True, help="Show what lacks where demand is too much.")
@click.option(
    "--workforce",
    metavar="ID",
    help="A workforce forecast (h-...): what the roster takes of officers who can be deployed.",
)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for people.")
@as_json
@dry_run
@seed
@click.pass_obj
def command(
    workspace: Workspace,
    *,
    first: date,
    days: int,
    officers: Path,
    demand: Path,
    absences: Path | None,
    wishes: Path | None,
    published: Path | None,
    check: Path | None,
    as_of: date | None,
    area_id: str | None,
    without_balances: str,
    allow_uncovered: bool,
    workforce: str | None,
    out: Path | None,
    wants_json: bool,
    dry_run: bool,
    seed: int,
) -> int:
    """Make a roster of shifts that keeps law, good practice and demand, with bound and gap.

    Leave, training, court, contracts and what officers do not work are hard; wishes, fair shares
    of nights and weekends, and unrostered hours are weighed. If demand cannot be met, demands in
    conflict are named, none of which could be left out (exit 40). --out writes CSV, Excel and a
    calendar for each officer. Example files ship in rightplace/deploy/data.

    Raises
    ------
    click.UsageError
        If a roster is both to be judged and to be made from one in force.
    """
    from rightplace.app.roster.inputs import RosterFiles, RosterOptions

    if check is not None and (published is not None or out is not None):
        msg = "--check judges a roster and makes none: leave --published and --out away."
        raise click.UsageError(msg)
    made_at = now()
    files = RosterFiles(
        officers=officers,
        demand=demand,
        absences=absences,
        wishes=wishes,
        published=check or published,
    )
    options = RosterOptions(
        first=first,
        days=days,
        published_on=as_of or made_at.date(),
        area_id=area_id,
        without_balances=without_balances,
        may_lack=allow_uncovered,
        seed=seed,
        dry_run=dry_run,
        out=out,
        workforce=workforce,
    )
    if check is not None:
        from rightplace.app.roster.check import check_roster

        return show(check_roster(workspace, files, options), check_lines, wants_json=wants_json)
    from rightplace.app.roster.make import roster

    answer = roster(workspace, files, options, made_at=made_at)
    return show(answer, lines, wants_json=wants_json)
