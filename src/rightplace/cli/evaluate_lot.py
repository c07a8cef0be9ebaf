"""``rightplace evaluate lot``: a trial judged by its own lot."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from rightplace.cli.evaluation_lines import interval, number, wrapped
from rightplace.cli.evaluation_lines import lines as finding_lines
from rightplace.cli.table import table
from rightplace.cli.verb import as_json, seed, show
from rightplace.evaluate.designs.level import level_in_words

if TYPE_CHECKING:
    from rightplace.app.evaluation.lot import LotResult, ProtocolShown
    from rightplace.app.evaluation.result import EstimateShown
    from rightplace.app.workspace import Workspace

DESIGNS: Final = ("units", "place-day", "week-block", "crossover")


def lines(result: LotResult) -> list[str]:
    """Return the verdict and the numbers by intention to treat, then what the dosage did."""
    told = finding_lines(result.evaluation)
    if result.per_protocol is None:
        return [*told, "", "By dosage: none was given, so nothing is said per protocol."]
    return [*told, "", *_protocol(result.per_protocol)]


def _protocol(each: ProtocolShown) -> list[str]:
    rows = [
        _cells("in rows fully visited because of the lot", each.delivered),
        _cells("for each patrol-hour", each.per_hour),
    ]
    return ["Per protocol:", *table(("", "change", "interval", "p"), rows), *wrapped(each.words)]


def _cells(name: str, each: EstimateShown | None) -> tuple[str, ...]:
    if each is None:
        return (name, "none: the lot made no difference to it", "", "")
    decimals = 10
    value = number(each.value, each.scale) if abs(each.value) >= decimals else f"{each.value:+.3f}"
    ends = interval(each.lo, each.hi, scale=each.scale, level=each.level)
    if abs(each.value) < decimals and each.lo is not None and each.hi is not None:
        ends = f"{each.lo:+.3f} to {each.hi:+.3f} ({level_in_words(each.level)})"
    return (name, value, ends, "" if each.p is None else f"{each.p:.4f}")


@click.command("lot")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--design", type=click.Choice(DESIGNS), required=True,
    help="What was drawn: places once, places of each day, blocks of weeks, or which arm is first.",
)  # fmt: skip
@click.option("--outcome", default="incidents", show_default=True, help="What was counted.")
@click.option("--level", type=float, help="Of the intervals. Without it as in the settings.")
@click.option(
    "--redraws", type=int,
    help="How often the lot is drawn again; where it could fall in few ways, all are listed. "
    "Without it as in the settings.",
)  # fmt: skip
@click.option(
    "--adjust", is_flag=True,
    help="Sharpen by the counts before (column `before`); decide it before results are seen.",
)  # fmt: skip
@click.option("--harm", is_flag=True, help="The counts are harm weights.")
@click.option("--smallest", type=float, help="Smallest fall that matters, as a share such as 0.1.")
@seed
@as_json
@click.pass_obj
def command(
    workspace: Workspace,
    *,
    file: Path,
    design: str,
    outcome: str,
    level: float | None,
    redraws: int | None,
    adjust: bool,
    harm: bool,
    smallest: float | None,
    seed: int,
    wants_json: bool,
) -> int:
    """Judge a trial in a CSV FILE by its own lot.

    A row for each unit and period: unit, arm (treat or holdout: what the lot said, whatever was
    done), count, and perhaps period, block, stratum, probability, before, minutes (dosage given)
    and washout (0 or 1). The lot is drawn again and again, as it was drawn: what chance would
    rarely do is an effect. Counts may scatter and have a memory as they like.
    """
    from rightplace.app.evaluation.lot import Question, lot_answer
    from rightplace.evaluate.designs.finding import Design

    answer = lot_answer(
        file,
        Design(f"randomised-{design}"),
        question=Question(outcome=outcome, harm=harm, smallest=smallest, seed=seed),
        workspace=workspace,
        asked={"level": level, "redraws": redraws, "adjusted": adjust or None},
    )
    return show(answer, lines, wants_json=wants_json)
