"""``rightplace detectives``: what units of detectives carry, and what moving some would do."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rightplace.cli.detectives_lines import arrivals_lines, example_lines, lines
from rightplace.cli.detectives_report import report
from rightplace.cli.verb import DAY, as_json, dry_run, now, say, seed, show

if TYPE_CHECKING:
    from rightplace.app.workspace import Workspace

FILE = click.Path(path_type=Path, dir_okay=False)


class _Month(click.ParamType[date]):
    """A month written as YYYY-MM."""

    name = "month"

    def convert(
        self, value: str | date, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """Return the first day of the month, or fail with how to write it."""
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(value, "%Y-%m").date()  # noqa: DTZ007 - a month has no zone
        except ValueError:
            return self.fail(f"{value!r} is not a month; write it as YYYY-MM.", param, ctx)


@click.group()
def command() -> None:
    """Say what units of detectives can carry, and what moving some of them would do.

    Queues, how busy each role is, on-call load and days to the first interview of a suspect, as
    things are and under each what-if, at both ends: who gains, and who gives. Cases are numbers
    with stages and hours here; nothing of a case, a suspect, a victim or an officer is asked for.
    """


@command.command()
@click.option("--out", type=FILE, help="File to write; printed where left out.")
@as_json
def example(*, out: Path | None, wants_json: bool) -> int:
    """Write a setup to begin with.

    Twenty homicide teams, and a unit that would give detectives. It can be run as it is. What
    it calls ASSUMPTION are figures of ours that nobody measured: put your own in their place
    before you act on what comes out.
    """
    from rightplace.app.investigation.use_case import example_setup

    return show(example_setup(out), example_lines, wants_json=wants_json)


@command.command()
@click.argument("file", type=FILE)
@click.option("--years", type=click.IntRange(min=1), help="Years to learn from; default: 5.")
@click.option("--to", "last", type=_Month(), help="Last month; default: the newest in the file.")
@click.option("--borough", "boroughs", multiple=True, help="Only of this borough; again for more.")
@as_json
@click.pass_obj
def arrivals(
    workspace: Workspace,
    *,
    file: Path,
    years: int | None,
    last: date | None,
    boroughs: tuple[str, ...],
    wants_json: bool,
) -> int:
    """Learn from homicides how cases come.

    FILE lists homicide victims by month, as London publishes them. Of each row only month,
    borough, count and whether it was solved are kept. Rows alike in every column are victims
    of one case. A month without a row is refused: none cannot be told from missing. The table
    for a setup file is printed with it.
    """
    from rightplace.app.investigation.arrivals import ArrivalsOptions, learn_arrivals

    options = ArrivalsOptions(path=file, years=years, last=last, boroughs=boroughs)
    return show(learn_arrivals(workspace, options), arrivals_lines, wants_json=wants_json)


@command.command()
@click.argument("setup", type=FILE)
@click.option("--what-if", "what_ifs", multiple=True, metavar="NAME", help="One of the setup's.")
@click.option("--move", "moves", multiple=True, metavar="NUMBER:ROLE:FROM[:TEAM]:TO")
@click.option("--add-teams", multiple=True, metavar="NUMBER:FROM:TO")
@click.option(
    "--surge",
    metavar="RUN_OR_CSV[:UNIT]",
    help="Officers who help: a run of surge (s-...), or a CSV accreditation,officers.",
)
@click.option("--as-it-is", is_flag=True, help="No what-if.")
@click.option("--homicides", type=FILE, help="Victims from which arrivals are learnt.")
@click.option("--actions", type=FILE, help="TOML of the accreditation each action needs.")
@click.option("--years", type=click.IntRange(1, 20), help="Years ahead; default: 1.")
@click.option("--replications", type=click.IntRange(2, 100_000), help="Futures; default: 200.")
@click.option("--as-of", type=DAY, help="Day it is as of, for the record; default: today.")
@seed
@as_json
@dry_run
@click.pass_obj
def simulate(
    workspace: Workspace,
    *,
    setup: Path,
    what_ifs: tuple[str, ...],
    moves: tuple[str, ...],
    add_teams: tuple[str, ...],
    surge: str | None,
    as_it_is: bool,
    homicides: Path | None,
    actions: Path | None,
    years: int | None,
    replications: int | None,
    as_of: date | None,
    seed: int,
    wants_json: bool,
    dry_run: bool,
) -> int:
    """Look ahead at units, and at what-ifs.

    SETUP is a file of units in TOML (see `detectives example`). Left alone, every what-if of
    the file is looked at beside the units as they are. --move, --add-teams and --surge
    together make one of your own: --move 10:dc:area-cid:homicide moves ten constables,
    --add-teams 2:area-cid:homicide makes two teams of 25 from fifty detectives. The same
    cases come in every question, and each begins today with the cases that are open then, so
    that differences are sharp. A team is never left without a role that it must have, nor a
    unit brought below its floor.
    """
    from rightplace.app.investigation.asked import DetectiveOptions
    from rightplace.app.investigation.use_case import Moment, look_ahead

    made_at = now()
    options = DetectiveOptions(
        setup=setup,
        homicides=homicides,
        actions=actions,
        what_ifs=what_ifs,
        moves=moves,
        add_teams=add_teams,
        surge=surge,
        as_it_is=as_it_is,
        years=years,
        replications=replications,
        seed=seed,
        dry_run=dry_run,
    )
    moment = Moment(as_of=as_of or made_at.date(), made_at=made_at)
    answer = look_ahead(workspace, options, moment=moment, tell=say)
    return show(answer, lines, wants_json=wants_json)


command.add_command(report)
