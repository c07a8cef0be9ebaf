"""``rightplace evaluate wdd``: a weighted displacement difference."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from rightplace.cli.evaluation_lines import interval, number
from rightplace.cli.evaluation_lines import lines as finding_lines
from rightplace.cli.verb import DAY, as_json, dry_run, show
from rightplace.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from rightplace.app.answer import Answer
    from rightplace.app.evaluation.displacement import WddResult
    from rightplace.app.workspace import Workspace
    from rightplace.evaluate.designs.displacement import Comparison
    from rightplace.evaluate.designs.displacement_settings import DisplacementSettings

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
    if result.dispersion is not None:
        shown.append(f"Scatter before: {result.dispersion:.2f} times Poisson chance")
    return [*finding_lines(result), "", *shown]


@click.command("wdd")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--treated-from", type=DAY, help="First day, where FILE does not say it of its treated units."
)
@click.option("--treated", metavar="N,N", help="Incidents in the treated places before and after.")
@click.option("--control", metavar="N,N", help="The same in comparable places far from them.")
@click.option("--displacement", metavar="N,N", help="The same in the ring round the treated.")
@click.option("--displacement-control", metavar="N,N", help="The same in the ring's comparison.")
@click.option("--weights", metavar="NAME=X,..", help=_WEIGHTS_HELP)
@click.option("--harm", type=click.Path(path_type=Path), help=_HARM_HELP)
@click.option("--outcome", help="What was counted, in words.")
@click.option("--level", type=float, help="Of intervals. Without it as in the settings.")
@as_json
@dry_run
@click.pass_obj
def wdd_verb(
    workspace: Workspace,
    /,
    *,
    file: Path | None,
    level: float | None,
    outcome: str | None,
    wants_json: bool,
    dry_run: bool,  # noqa: ARG001 - nothing is ever written
    **given: Any,  # noqa: ANN401 - click's options
) -> int:
    """Compare counts before and after with those of comparable places, and of the ring round.

    Local is the treated places' change less their control's; displacement the same for the ring;
    the total is their sum (Wheeler and Ratcliffe 2018). Give two counts for each, or a FILE:

    a CSV with a row for each unit and period (unit, part, period_start, count, and perhaps
    period_end and treated_from). From a FILE the scatter of the periods before is measured, so
    that the interval holds where incidents come in spells too. Nothing is kept.
    """
    from rightplace.app.evaluation.displacement import settings_of

    settings = settings_of(workspace, level=level)
    answer = _answer(given, file=file, outcome=outcome, settings=settings)
    return show(answer, lines, wants_json=wants_json)


def _answer(
    given: Mapping[str, Any],
    *,
    file: Path | None,
    outcome: str | None,
    settings: DisplacementSettings,
) -> Answer[WddResult]:
    """Return the answer from a table, from a file of kinds, or from counts.

    Raises
    ------
    UsageError
        If two of them stand beside each other.
    """
    from rightplace.app.evaluation.displacement import displacement
    from rightplace.evaluate.designs.harm_file import read_kinds

    harm, weights = given["harm"], _weights(given["weights"])
    counted = any(given[name.replace("-", "_")] for name in _PARTS)
    ways = [file is not None, harm is not None, counted]
    if sum(ways) > 1 or (given["treated_from"] is not None and file is None):
        msg = "Counts, --harm and a FILE are three ways to ask; --treated-from goes with a FILE."
        raise UsageError(msg, remedy="Give one of them.")
    if file is not None:
        return _of_file(
            file, given["treated_from"], weights=weights, words=outcome, settings=settings
        )
    if harm is None:
        comparison = _comparison(given, weights)
        return displacement(comparison, outcome=outcome or "Incidents", settings=settings)
    kinds = read_kinds(harm, weights=weights, time_weights=_times(weights))
    return displacement(kinds, outcome=outcome or "Crime harm", settings=settings)


def _of_file(
    file: Path,
    treated_from: date | None,
    *,
    weights: Mapping[str, float],
    words: str | None,
    settings: DisplacementSettings,
) -> Answer[WddResult]:
    """Return the answer from a table.

    Raises
    ------
    UsageError
        If time is weighted: the periods' own days are.
    """
    from rightplace.app.evaluation.displacement import displacement_of_panel
    from rightplace.evaluate.designs.panel import Part
    from rightplace.evaluate.designs.panel_file import read_panel

    if any(name in weights for name in _TIMES):
        msg = "The periods of a table weigh by their days; before and after have no weight."
        raise UsageError(msg, remedy="Drop before and after from --weights.")
    parts = dict(zip(_PARTS, Part, strict=True))
    return displacement_of_panel(
        read_panel(file, treated_from=treated_from),
        weights={parts[name]: weight for name, weight in weights.items()},
        outcome=words or "Incidents",
        settings=settings,
    )


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
