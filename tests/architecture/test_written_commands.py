"""Every command that a page shows is one that the command line understands."""

from __future__ import annotations

import re
import shlex

import click
import pytest

from rightplace.cli.main import cli
from tests.paths import ROOT

PAGES = ("README.md", "docs/service.md")


def shown() -> list[str]:
    """Return every line of a block that calls the product."""
    return [
        line.strip()
        for page in PAGES
        for line in (ROOT / page).read_text("utf-8").splitlines()
        if line.strip().startswith("rightplace ")
    ]


@pytest.mark.parametrize("line", shown())
def test_a_command_that_a_page_shows_is_understood(line: str) -> None:
    words = shlex.split(line, comments=True)[1:]
    group: click.Command = cli
    context = click.Context(cli, info_name="rightplace")
    while isinstance(group, click.Group):
        name, found, words = group.resolve_command(context, words)
        assert found is not None
        context, group = click.Context(found, info_name=name, parent=context), found
    known = {name for each in group.params for name in (*each.opts, *each.secondary_opts)}
    asked = {word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)}
    assert asked <= known
    arguments = [each for each in group.params if isinstance(each, click.Argument)]
    assert any(each.required for each in arguments) <= bool(words)


def test_pages_show_commands() -> None:
    assert len(shown()) > 20
