"""``rightplace evaluate wdd``: a weighted displacement difference."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from rightplace.cli.evaluation_lines import interval, number
from rightplace.cli.evaluation_lines import lines as finding_lines
from rightplace.cli.verb import as_json, dry_run, show
from rightplace.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rightplace.app.answer import Answer
    from rightplace.app.evaluation.displacement import WddResult
    from rightplace.evaluate.designs.displacement import Comparison

_PARTS: Final = ("treated", "control", "displacement", "displacement-control")
_TIMES: Final = ("before", "after")
_HARM_HELP: Final = (
    "CSV of kinds of offence: kind, harm, treated_before, treated_after, control_before, "
    "control_after, and perhaps the same four for displacement and displacement_control."
)
_WEIGHTS_HELP: Final = (
    "What counts are divided by where areas or periods differ: treated=1.2,control=.9 or "
    "before=2,after=1 (also displacement, displacement-control)."
)


def lines(result: WddResult) -> list[str]:
    """Return the verdict, the local part beside the total, and the checks."""
    each = result.local
    ends = interval(each.lo, each.hi, scale=each.scale, level=each.level)
    shown = [f"Local: {number(each.value, each.scale)}, {ends}"]
    if result.displacement is not None:
        ring = result.displacement
        ends = interval(ring.lo, ring.hi, scale=ring.scale, level=ring.level)
        shown.append(f"Displacement: {number(ring.value, ring.scale)}, {ends}")
    shown.append(
        f"Total: {number(result.estimate, result.scale)}, standard error "
        f"{result.standard_error:,.2f}, z {result.z:.2f}"
    )
    return [*finding_lines(result), "", *shown]


@click.command("wdd")
@click.option("--treated", metavar="N,N", help="Incidents in the treated places before and after.")
@click.option("--control", metavar="N,N", help="The same in comparable places far from them.")
@click.option("--displacement", metavar="N,N", help="The same in the ring round the treated.")
@click.option("--displacement-control", metavar="N,N", help="The same in the ring's comparison.")
@click.option("--weights", metavar="NAME=X,..", help=_WEIGHTS_HELP)
@click.option("--harm", type=click.Path(path_type=Path), help=_HARM_HELP)
@click.option("--outcome", help="What was counted, in words.")
@click.option(
    "--level",
    type=click.FloatRange(0.5, 0.999),
    default=0.95,
    show_default=True,
    help="Of intervals.",
)
@as_json
@dry_run
def wdd_verb(
    *,
    harm: Path | None,
    weights: str | None,
    outcome: str | None,
    level: float,
    wants_json: bool,
    dry_run: bool,  # noqa: ARG001 - nothing is ever written
    **counts: str | None,
) -> int:
    """Compare counts before and after with those of comparable places, and of the ring round.

    Local is the treated places' change less their control's; displacement the same for the ring;
    the total is their sum (Wheeler and Ratcliffe 2018). Nothing is kept.
    """
    answer = _answer(counts, harm=harm, weights=_weights(weights), words=(outcome, level))
    return show(answer, lines, wants_json=wants_json)


def _answer(
    counts: Mapping[str, str | None],
    *,
    harm: Path | None,
    weights: Mapping[str, float],
    words: tuple[str | None, float],
) -> Answer[WddResult]:
    """Return the answer from a file of kinds, or from counts.

    Raises
    ------
    UsageError
        If counts stand beside a file.
    """
    from rightplace.app.evaluation.displacement import displacement
    from rightplace.evaluate.designs.harm_file import read_kinds

    outcome, level = words
    if harm is None:
        comparison = _comparison(counts, weights)
        return displacement(comparison, outcome=outcome or "Incidents", level=level)
    if any(counts.values()):
        msg = "--harm stands alone; its file holds the counts of each kind."
        raise UsageError(msg, remedy="Drop the counts, or the file.")
    kinds = read_kinds(harm, weights=weights, time_weights=_times(weights))
    return displacement(kinds, outcome=outcome or "Crime harm", level=level)


def _comparison(counts: Mapping[str, str | None], weights: Mapping[str, float]) -> Comparison:
    """Return the comparison of the options.

    Raises
    ------
    UsageError
        If treated places or control lack.
    """
    from rightplace.evaluate.designs.displacement import Comparison, Counts

    found = {}
    for name in _PARTS:
        written = counts.get(name.replace("-", "_"))
        if written is not None:
            before, after = _pair(written, f"--{name}")
            found[name] = Counts(before=before, after=after, weight=weights.get(name, 1.0))
    if "treated" not in found or "control" not in found:
        msg = "A displacement difference needs treated places and their control."
        raise UsageError(msg, remedy="Give --treated and --control, each as before,after.")
    return Comparison(
        treated=found["treated"],
        control=found["control"],
        ring=found.get("displacement"),
        ring_control=found.get("displacement-control"),
        time_weights=_times(weights),
    )


def _pair(written: str, option: str) -> tuple[float, float]:
    """Return two counts.

    Raises
    ------
    UsageError
        If they are not two numbers.
    """
    try:
        before, after = (float(each) for each in written.split(","))
    except ValueError as error:
        msg = f"{option} {written!r} is no count before and count after."
        raise UsageError(msg, value=written, remedy="Write two counts, such as 207,110.") from error
    return before, after


def _times(weights: Mapping[str, float]) -> tuple[float, float]:
    return weights.get("before", 1.0), weights.get("after", 1.0)


def _weights(written: str | None) -> dict[str, float]:
    """Return weights by name.

    Raises
    ------
    UsageError
        If one is no number above 0, or of a name that has none.
    """
    found = {}
    for each in (written or "").split(",") if written else ():
        name, _, text = each.partition("=")
        try:
            value = float(text)
        except ValueError:
            value = 0.0
        if name.strip() not in (*_PARTS, *_TIMES) or not 0 < value < float("inf"):
            msg = f"--weights {each!r} is no weight."
            names = ", ".join((*_PARTS, *_TIMES))
            raise UsageError(msg, value=each, remedy=f"Write NAME=NUMBER above 0; names: {names}.")
        found[name.strip()] = value
    return found
