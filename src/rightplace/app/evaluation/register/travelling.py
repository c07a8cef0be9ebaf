"""Use cases: a locked plan goes from one register to another with its digest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.app.answer import Answer
from rightplace.app.evaluation.register.kept import read_register
from rightplace.app.evaluation.register.result import ExportedOperation, OperationResult
from rightplace.app.evaluation.register.use_case import told
from rightplace.core.files import write_whole
from rightplace.errors import BadInputError, NotHeldError, RefusedError
from rightplace.evaluate.operations.travel import Travelling, from_file, taking_in, to_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rightplace.app.evaluation.register.use_case import Telling
    from rightplace.app.workspace import Workspace
    from rightplace.evaluate.operations.entries import Content
    from rightplace.evaluate.operations.register import Register


def export_operation(
    workspace: Workspace, op_id: str, *, out: Path, dry_run: bool
) -> Answer[ExportedOperation]:
    """Write a locked plan to a file that another register can take in; a draft is refused.

    Raises
    ------
    RefusedError
        If the file is there already.
    """
    register = read_register(workspace)
    lock = register.locked_plan(op_id)
    if out.exists():
        msg = "There is a file of that name."
        raise RefusedError(msg, file=out, remedy="Name another; nothing is written over.")
    if not dry_run:
        text = to_file(Travelling(lock=lock, units=register.units.events))
        write_whole(out, text.encode())
    result = ExportedOperation(op_id=op_id, sha256=lock.sha256, path=str(out))
    return Answer(verb="operations-export", result=result, id=op_id)


def import_operation(workspace: Workspace, path: Path, telling: Telling) -> Answer[OperationResult]:
    """Take a locked plan in, with its own time, name and digest; an altered one is refused.

    Raises
    ------
    NotHeldError
        If there is no such file.
    BadInputError
        If it cannot be read.
    """
    if not path.is_file():
        msg = "There is no such file."
        raise NotHeldError(msg, file=path, remedy="Give a file that `operations export` wrote.")
    try:
        travelling = from_file(path.read_bytes().decode())
    except UnicodeDecodeError as error:
        msg = "The file is no text in UTF-8."
        raise BadInputError(msg, file=path, remedy="Export it again.") from error

    def contents(register: Register) -> Sequence[Content]:
        return taking_in(register, travelling, source=path.name)

    return told(workspace, travelling.lock.plan.id, telling, contents)
