"""``rightplace operations``: units and operations registered before results exist, and locked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rightplace.cli.operations_lines import (
    exported_lines,
    operation_lines,
    operations_lines,
    units_lines,
    verdict_lines,
)
from rightplace.cli.verb import DAY, as_json, dry_run, now, show

if TYPE_CHECKING:
    from datetime import date

    from rightplace.app.evaluation.register.result import ExampleFile
    from rightplace.app.evaluation.register.use_case import Telling
    from rightplace.app.workspace import Workspace

FILE = click.Path(path_type=Path, dir_okay=False)
because = click.option("--because", required=True, help="Why, in one line.")
by_whom = click.option("--by", help="Who says so; your name on this machine where left out.")


@click.group()
def command() -> None:
    """Register units and operations before results exist, lock the plans, see what is owed.

    An operation is judged only by a plan that was locked. After the lock nothing can be changed:
    a changed plan is a new plan that names the old one, and both stay. Every locked operation
    that has ended owes its result, whatever it is; `operations list` says which do not have it.
    """


def _telling(by: str | None, *, dry_run: bool = False) -> Telling:
    """Return who tells the register something, and when."""
    from rightplace.app.evaluation.register.use_case import Telling
    from rightplace.cli.acting import at_the_command_line

    return Telling(at=now(), by=by or at_the_command_line().name, dry_run=dry_run)


@command.command()
@click.option("--units", is_flag=True, help="One of units instead of an operation.")
@as_json
def example(*, units: bool, wants_json: bool) -> int:
    """Print an example file to begin with: `operations example > operation.toml`."""
    from rightplace.app.evaluation.register.use_case import example_file

    def lines(result: ExampleFile) -> list[str]:
        return result.toml.rstrip("\n").split("\n")

    return show(example_file(units=units), lines, wants_json=wants_json)


@command.command()
@click.argument("file", type=FILE)
@by_whom
@as_json
@dry_run
@click.pass_obj
def register(
    workspace: Workspace, *, file: Path, by: str | None, wants_json: bool, dry_run: bool
) -> int:
    """Register the operation of FILE (TOML, see `operations example`) as a draft.

    Its unit must be registered (`operations units --add`). Look at the cells it comes to, and at
    `evaluate power`, before you lock it.
    """
    from rightplace.app.evaluation.register.use_case import register_operation

    answer = register_operation(workspace, file, _telling(by, dry_run=dry_run))
    return show(answer, operation_lines, wants_json=wants_json)


@command.command()
@click.argument("op")
@click.option("--by", required=True, help="Who locks it: your name.")
@as_json
@dry_run
@click.pass_obj
def lock(workspace: Workspace, *, op: str, by: str, wants_json: bool, dry_run: bool) -> int:
    """Lock the plan OP: from now on nothing in it can be changed, and its result is owed.

    The lock keeps the time, your name, the plan's digest and up to which day records of its
    outcome are held now. If they reach into the operation, every verdict will say so.
    """
    from rightplace.app.evaluation.register.use_case import lock_operation

    answer = lock_operation(workspace, op, _telling(by, dry_run=dry_run))
    return show(answer, operation_lines, wants_json=wants_json)


@command.command(name="list")
@click.option("--on", type=DAY, help="As they stand on this day; today where left out.")
@as_json
@click.pass_obj
def list_command(workspace: Workspace, *, on: date | None, wants_json: bool) -> int:
    """List every operation, withdrawn and replaced ones too; overdue ones are named first."""
    from rightplace.app.evaluation.register.use_case import list_operations

    answer = list_operations(workspace, on=on or now().date())
    return show(answer, operations_lines, wants_json=wants_json)


@command.command(name="show")
@click.argument("op")
@as_json
@click.pass_obj
def show_command(workspace: Workspace, *, op: str, wants_json: bool) -> int:
    """Show OP: its plan, its lock, what became of it and every result."""
    from rightplace.app.evaluation.register.use_case import show_operation

    answer = show_operation(workspace, op, at=now())
    return show(answer, operation_lines, wants_json=wants_json)


@command.command()
@click.argument("op")
@click.argument("file", type=FILE)
@because
@by_whom
@as_json
@dry_run
@click.pass_obj
def supersede(workspace: Workspace, /, *, op: str, file: Path, because: str, **how: Any) -> int:  # noqa: ANN401 - by, --json and --dry-run as click passes them
    """Register FILE as the plan that takes the place of OP, which is locked and stays.

    It does so once it is locked. If the operation has begun by then, OP still owes its result.
    """
    from rightplace.app.evaluation.register.use_case import TakesPlace, register_operation

    replaces = TakesPlace(op_id=op, because=because)
    telling = _telling(how["by"], dry_run=how["dry_run"])
    answer = register_operation(workspace, file, telling, replaces=replaces)
    return show(answer, operation_lines, wants_json=how["wants_json"])


@command.command()
@click.argument("op")
@because
@by_whom
@as_json
@dry_run
@click.pass_obj
def withdraw(
    workspace: Workspace, *, op: str, because: str, by: str | None, wants_json: bool, dry_run: bool
) -> int:
    """Withdraw OP before it begins; it stays in the register, with the reason."""
    from rightplace.app.evaluation.register.use_case import withdraw_operation

    telling = _telling(by, dry_run=dry_run)
    answer = withdraw_operation(workspace, op, telling, because=because)
    return show(answer, operation_lines, wants_json=wants_json)


@command.command()
@click.argument("op")
@click.option("--on", type=DAY, required=True, help="Its first day.")
@by_whom
@as_json
@dry_run
@click.pass_obj
def started(
    workspace: Workspace, *, op: str, on: date, by: str | None, wants_json: bool, dry_run: bool
) -> int:
    """Tell that OP, which is locked, began, and on which day."""
    from rightplace.app.evaluation.register.use_case import start_operation

    answer = start_operation(workspace, op, _telling(by, dry_run=dry_run), on=on)
    return show(answer, operation_lines, wants_json=wants_json)


@command.command()
@click.argument("op")
@click.option("--on", type=DAY, required=True, help="Its last day.")
@click.option("--because", help="Why it was not the day planned.")
@by_whom
@as_json
@dry_run
@click.pass_obj
def ended(workspace: Workspace, /, *, op: str, on: date, because: str | None, **how: Any) -> int:  # noqa: ANN401 - as above
    """Tell that OP ended; on another day than planned, with the reason."""
    from rightplace.app.evaluation.register.use_case import end_operation

    telling = _telling(how["by"], dry_run=how["dry_run"])
    answer = end_operation(workspace, op, telling, on=on, because=because)
    return show(answer, operation_lines, wants_json=how["wants_json"])


@command.command()
@click.option("--add", type=FILE, help="Add what became of units; `operations example --units`.")
@click.option("--on", type=DAY, help="As they stand on this day; today where left out.")
@by_whom
@as_json
@dry_run
@click.pass_obj
def units(workspace: Workspace, /, *, add: Path | None, on: date | None, **how: Any) -> int:  # noqa: ANN401 - as above
    """Show units: names, what they are made of, and whose past work is found under them.

    An operation stays with the unit that did it, and is found under every unit that came of it.
    """
    from rightplace.app.evaluation.register.use_case import show_units

    telling = _telling(how["by"], dry_run=how["dry_run"])
    answer = show_units(workspace, telling, on=on or telling.at.date(), add=add)
    return show(answer, units_lines, wants_json=how["wants_json"])


@command.command()
@as_json
@click.pass_obj
def verify(workspace: Workspace, *, wants_json: bool) -> int:
    """Say whether the register is whole: no entry missing, none altered; exit 10 if not."""
    from rightplace.app.evaluation.register.use_case import verify_register

    return show(verify_register(workspace), verdict_lines, wants_json=wants_json)


@command.command()
@click.argument("op")
@click.option("--out", type=FILE, required=True, help="The file to write; none is overwritten.")
@as_json
@dry_run
@click.pass_obj
def export(workspace: Workspace, *, op: str, out: Path, wants_json: bool, dry_run: bool) -> int:
    """Write the locked plan OP to a file that another register takes in with the same digest."""
    from rightplace.app.evaluation.register.travelling import export_operation

    answer = export_operation(workspace, op, out=out, dry_run=dry_run)
    return show(answer, exported_lines, wants_json=wants_json)


@command.command(name="import")
@click.argument("file", type=FILE)
@by_whom
@as_json
@dry_run
@click.pass_obj
def import_command(
    workspace: Workspace, *, file: Path, by: str | None, wants_json: bool, dry_run: bool
) -> int:
    """Take in a locked plan that another register exported: FILE.

    It keeps its own time, name and digest; the register says when it came, and from which file.
    """
    from rightplace.app.evaluation.register.travelling import import_operation

    answer = import_operation(workspace, file, _telling(by, dry_run=dry_run))
    return show(answer, operation_lines, wants_json=wants_json)
