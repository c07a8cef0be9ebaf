"""``rightplace evaluate claim``: a published figure checked in one command."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rightplace.cli.evaluation_lines import interval, number, wrapped
from rightplace.cli.evaluation_lines import lines as finding_lines
from rightplace.cli.table import table
from rightplace.cli.verb import as_json, dry_run, show
from rightplace.errors import UsageError
from rightplace.evaluate.designs.level import level_in_words

if TYPE_CHECKING:
    from rightplace.app.evaluation.claim import ClaimResult, ClaimsResult
    from rightplace.app.workspace import Workspace
    from rightplace.evaluate.designs.claim import Claim

_FILE_HELP = (
    "CSV of claims, one a row: before, and after or fewer; perhaps said, earlier, before_release, "
    "after_release, before_period, after_period, outcome."
)


def lines(result: ClaimResult) -> list[str]:
    """Return the verdict, the ratio beside the change, and the checks."""
    ratio = result.rate_ratio
    first = (
        f"{result.before:,} to {result.after:,}: rate ratio {ratio.value:.3f} "
        f"({ratio.lo95:.3f} to {ratio.hi95:.3f}, {level_in_words(ratio.level)}, "
        "under Poisson chance)"
    )
    shown = [first]
    if result.e_test_p is not None:
        shown.append(f"E-test of two small counts: p {result.e_test_p:.4f}")
    if result.before_that is not None:
        each = result.before_that
        ends = interval(each.lo, each.hi, scale=each.scale, level=each.level)
        shown.append(f"In the period before: {number(each.value, each.scale)} ({ends})")
    return [*finding_lines(result), "", *(line for each in shown for line in wrapped(each))]


def many_lines(result: ClaimsResult) -> list[str]:
    """Return one row for each claim, and each verdict below."""
    rows = [
        (
            number_of,
            each.outcome,
            each.before,
            each.after,
            "" if each.said is None else f"{each.said.percent:+g}%",
            number(each.estimate, each.scale),
            "" if each.said is None else "follows" if each.said.follows else "DOES NOT FOLLOW",
            str(each.evidence_level),
        )
        for number_of, each in enumerate(result.claims, 1)
    ]
    heads = ("", "outcome", "before", "after", "said", "recomputed", "", "evidence")
    told = [
        line
        for number_of, each in enumerate(result.claims, 1)
        for line in ["", *wrapped(f"{number_of}. {each.verdict}", indent="   ")]
    ]
    judged = sum(each.said is not None for each in result.claims)
    last = f"{result.contradicted} of {judged} published percentages do not follow."
    return [*table(heads, rows), "", last, *told]


@click.command("claim")
@click.option("--before", type=click.IntRange(min=0), help="The earlier count.")
@click.option("--after", type=click.IntRange(min=0), help="The later count.")
@click.option("--fewer", type=int, help="Instead of --after: how many fewer (negative: more).")
@click.option(
    "--said", metavar="PERCENT",
    help="The published change: -38 or '38 % fewer', +12 or '12 % more'; 38 is a size either way.",
)  # fmt: skip
@click.option("--earlier", type=click.IntRange(min=0), help="Count of the period before.")
@click.option("--before-release", metavar="DAY|NAME", help="Where the earlier count was taken.")
@click.option("--after-release", metavar="DAY|NAME", help="Where the later count was taken.")
@click.option("--before-period", metavar="PERIOD", help="2018, or 2018-01-01..2018-10-31.")
@click.option("--after-period", metavar="PERIOD", help="The same of the later count.")
@click.option("--outcome", default="Incidents", show_default=True, help="What was counted.")
@click.option("--file", "path", type=click.Path(path_type=Path), help=_FILE_HELP)
@click.option("--level", type=float, help="Of the intervals. Without it as in the settings.")
@as_json
@dry_run
@click.pass_obj
def claim_verb(
    workspace: Workspace,
    /,
    *,
    path: Path | None,
    level: float | None,
    wants_json: bool,
    dry_run: bool,  # noqa: ARG001 - nothing is ever written
    **given: str | int | None,
) -> int:
    """Check a published claim: whether its percentage follows, and what two numbers can show.

    The percentage is recomputed and contradicted where it does not follow. Chance is told under
    Poisson, and what two numbers can never show is said each time: a trend, a return from a peak,
    changed recording, displacement. Nothing is kept.
    """
    from rightplace.app.evaluation.claim import claim, claims, settings_of

    settings = settings_of(workspace, level=level)
    if path is not None:
        _alone(given)
        return show(claims(path, settings=settings), many_lines, wants_json=wants_json)
    return show(claim(_asked(given), settings=settings), lines, wants_json=wants_json)


def _alone(given: dict[str, str | int | None]) -> None:
    """Check that nothing stands beside a file of claims.

    Raises
    ------
    UsageError
        If a figure does.
    """
    odd = sorted(name for name in given if name != "outcome" and given[name] is not None)
    if odd:
        msg = f"--file stands alone; drop --{odd[0].replace('_', '-')}."
        raise UsageError(msg, remedy="Write every figure into the file.")


def _asked(given: dict[str, str | int | None]) -> Claim:
    """Return the claim of the options.

    Raises
    ------
    UsageError
        If there is no earlier count.
    """
    from rightplace.evaluate.designs.claim import Claim, Figure
    from rightplace.evaluate.designs.claim_file import later_count
    from rightplace.evaluate.designs.claim_period import ClaimPeriod
    from rightplace.evaluate.designs.said import Said

    def count(name: str) -> int | None:
        return None if given[name] is None else int(given[name] or 0)

    def text(name: str) -> str:
        return str(given[name] or "")

    def figure(name: str, number_of: int) -> Figure:
        period, release = text(f"{name}_period"), text(f"{name}_release")
        return Figure(
            count=number_of,
            period=ClaimPeriod.read(period) if period else None,
            release=release or None,
        )

    before = count("before")
    if before is None:
        msg = "A claim needs its earlier count."
        raise UsageError(msg, remedy="Give --before and --after, or --file.")
    after = later_count(before, after=count("after"), fewer=count("fewer"))
    return Claim(
        before=figure("before", before),
        after=figure("after", after),
        said=Said.read(text("said")) if text("said") else None,
        earlier=count("earlier"),
        outcome=text("outcome"),
    )
