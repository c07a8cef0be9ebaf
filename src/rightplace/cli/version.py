"""``rightplace version``: which code is running."""

from __future__ import annotations

import click

from rightplace.cli.verb import as_json, show


@click.command()
@as_json
def command(*, wants_json: bool) -> int:
    """Show the version and the digest of the code that is running."""
    from rightplace.app.about import VersionResult, version

    def lines(result: VersionResult) -> list[str]:
        return [f"rightplace {result.version} (code {result.code_version})"]

    return show(version(), lines, wants_json=wants_json)
