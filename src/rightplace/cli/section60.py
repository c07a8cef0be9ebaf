"""``rightplace section60``: what authorisations of section 60 break, by the law of their day."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rightplace.cli.verb import as_json, show

if TYPE_CHECKING:
    from rightplace.app.section_60.check_result import CheckResult
    from rightplace.app.workspace import Workspace


@click.group()
def command() -> None:
    """Check authorisations of section 60 against the law of the day on which they began."""


def lines(result: CheckResult) -> list[str]:
    """Return breaches and questions, authorisation after authorisation."""
    from datetime import datetime

    from rightplace.powers.section_60.rules import clock

    said = []
    for each in result.authorisations:
        breaches = [one for one in result.breaches if one.authorisation == each.reference]
        asked = [one for one in result.questions if one.authorisation == each.reference]
        counted = f"{len(breaches)} breach{'' if len(breaches) == 1 else 'es'}"
        starts, ends = (clock(datetime.fromisoformat(one)) for one in (each.starts, each.ends))
        said.append(f"{each.reference} ({each.force}), {starts} to {ends}: {counted}")
        for one in breaches:
            where = f"search {one.search}: " if one.search else ""
            doubt = "" if one.verified else ", text of the rule not verified"
            said.append(f"  {where}{one.finding}")
            said.append(f"    {one.provision} ({one.layer}{doubt}); owner: {one.owner}")
        if not breaches:
            said.append("  none of the breaches that are checked was found")
        said += [
            f"  asks for a reason: {one.words}"
            + (f"; given: {one.reason}" if one.reason else "; none is given")
            for one in asked
        ]
    return [*said, "", result.not_judged]


@command.command(name="check")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@as_json
@click.pass_obj
def check_command(workspace: Workspace, /, *, path: Path, wants_json: bool) -> int:
    """List what the authorisations of FILE break, and what asks for a reason.

    Nothing is mended and nothing is kept. The rules are those in force for the force on the day
    on which each began, statute and scheme apart; a stricter policy of your own force is added if
    [section_60] policy names it. Breaches do not change the exit code: they are the answer.

    FILE is JSON: {"authorisations": [...]}, or one authorisation alone. Each has reference, force
    (metropolitan), starts, ends (times with their offset), grounds, given; and, where there is
    such a thing, bcu, incident, locality, other_powers, impact, written_down_at,
    superintendent_informed, public_told, extensions, necessity_answers, revoked, reasons,
    searches. A key or word that is not known is refused.

    A ground is given limb by limb: ground (a, aa, b), limb, fact, source, grade (2B P), learnt_at,
    why_here, why_this_long. Given has by (name, number, rank, kind), at, form (written, oral,
    paper), signed_at, entered_at; an extension besides until, offences, words. A locality has
    words, outline (GeoJSON), boroughs, whole_boroughs. A search has reference, at, lon, lat,
    in_uniform, object, force.

    Every key is explained in docs/schemas/section60-file.json; docs/law.md holds a whole example.
    """
    from rightplace.app.section_60.check import check_section_60

    return show(check_section_60(workspace, path), lines, wants_json=wants_json)
