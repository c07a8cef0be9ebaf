"""``rightplace explain``: how a number came about."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from rightplace.cli.verb import as_json, show

if TYPE_CHECKING:
    from rightplace.app.explain import ExplainResult
    from rightplace.app.workspace import Workspace


def lines(result: ExplainResult) -> list[str]:
    """Return the account, one fact a line."""
    facts = json.dumps(result.facts, indent=2, ensure_ascii=False, default=str)
    return [
        f"{result.id} is a {result.kind}.",
        f"  made       {result.made_at}",
        f"  code       {result.code_version}",
        f"  as of      {result.as_of}"
        + (f", known at {result.known_at}" if result.known_at is not None else ""),
        f"  seed       {result.seed}",
        f"  settings   {result.settings_hash}",
        *(f"    {key} = {value}" for key, value in result.settings.items()),
        "  made from",
        *(
            f"    {each.source} (release {each.release or 'unknown'}, sha256 {each.sha256})"
            for each in result.inputs
        ),
        *(["", facts] if result.facts else []),
    ]


@click.command()
@click.argument("item", metavar="ID")
@as_json
@click.pass_obj
def command(workspace: Workspace, item: str, *, wants_json: bool) -> int:
    """Say how a number came about: code version, settings, data releases and seed.

    ID is a run (f-..., p-..., b-...), a visit of a plan (p-...:v-000001) or its page for a BCU
    (p-...:Camden and Islington).
    """
    from rightplace.app.explain import explain

    return show(explain(workspace, item), lines, wants_json=wants_json)
