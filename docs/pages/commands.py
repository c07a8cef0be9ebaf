"""The command line: every verb's own help, and the object it prints."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from docs import markdown
from rightplace.app.answer import Answer, Notice
from rightplace.app.status import QuarantineResult
from rightplace.cli.envelope import envelope, error_envelope
from rightplace.cli.main import VERBS, cli
from rightplace.errors import NotHeldError

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDTH = 88

INTRODUCTION = """\
What scripts may rely on: verbs, options and keys may be added, none of these removed or renamed
inside `/1`. Results go to standard output, messages to standard error. With `--json` standard
output holds one object, for example:

{answer}

When all of a call fails, standard output holds this object, and standard error the same in words:

{error}

When part of it fails (one file of several is refused, say), the first object stands with `ok`
false and an `error` beside its result. Numbers are JSON numbers, times are ISO 8601 with their
offset, shares lie between 0 and 1. [Exit codes](exit-codes.md) say how a call ended, and each
verb's schema what its object holds; unknown keys may be added."""


def page() -> str:
    """Return the page: the help of ``rightplace`` and of every verb."""
    root = _context(cli, "rightplace", None)
    return markdown.page(
        "Command line",
        INTRODUCTION.format(answer=_example_answer(), error=_example_error()),
        "## rightplace",
        _help(root),
        *(section for verb in VERBS for section in _verb(verb, root)),
    )


def _example_answer() -> str:
    answer = Answer(
        verb="quarantine",
        result=QuarantineResult(rows=3, path="quarantine.csv"),
        warnings=(Notice(code="release-unknown", message="2 files have no declared release."),),
    )
    return _json(envelope(answer))


def _example_error() -> str:
    msg = "No study area is defined yet."
    error = NotHeldError(msg, remedy="Run `rightplace areas define POLYGONS --unit lsoa`.")
    return _json(error_envelope(error))


def _json(content: object) -> str:
    return markdown.block(json.dumps(content, indent=2), "json")


def _context(command: click.Command, name: str, parent: click.Context | None) -> click.Context:
    """Return the context of a command as a call makes it, but always of the same width."""
    settings = command.context_settings
    return click.Context(command, parent=parent, info_name=name, terminal_width=WIDTH, **settings)


def _help(context: click.Context) -> str:
    return markdown.block(context.get_help())


def _verb(verb: str, root: click.Context) -> Iterator[str]:
    """Yield a verb's heading, what it prints, its help, and that of the words below it.

    Raises
    ------
    LookupError
        If the verb has no command.
    """
    command = cli.get_command(root, verb)
    if command is None:
        msg = f"{verb} has no command."
        raise LookupError(msg)
    yield f"## {verb}"
    yield f"{VERBS[verb]}. With `--json`: [`rightplace/{verb}/1`](schemas/{verb}.json)."
    context = _context(command, verb, root)
    yield _help(context)
    if isinstance(command, click.Group):
        for name, below in sorted(command.commands.items()):
            yield f"### {verb} {name}"
            yield _help(_context(below, name, context))
