"""What stands beside an estimate: patrol given, what it cost, complaints."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from rightplace.app.evaluation.report_result import CostShown, DosageShown
from rightplace.errors import BadInputError
from rightplace.evaluate.designs.finding import Scale
from rightplace.evaluate.designs.verdict import untold

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.app.workspace import Workspace
    from rightplace.evaluate.designs.finding import Estimate, Finding
    from rightplace.evaluate.operations.plan import Delivery

NONE_HELD: Final = "none held"
NOT_RECORDED: Final = "not recorded"
_MOST_WORDS: Final = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What a user knows of an operation beside its counts.

    Parameters
    ----------
    cost_pounds
        What was spent; None where nobody reckoned it.
    patrol_minutes
        What was given in the treated places; None where nobody recorded it.
    complaints
        In words.
    """

    cost_pounds: float | None = None
    patrol_minutes: float | None = None
    complaints: str = NONE_HELD


def read_beside(path: Path | None) -> Beside:
    """Return what a file of TOML says of an operation.

    Parameters
    ----------
    path
        With any of ``cost_pounds``, ``patrol_minutes`` and ``complaints``; None for no file.

    Raises
    ------
    BadInputError
        If it cannot be read, has another key, or a number below 0.
    """
    if path is None:
        return Beside()
    remedy = "Give cost_pounds and patrol_minutes as numbers, complaints as words."
    try:
        content: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        msg = f"The file of what stands beside the operation cannot be read: {error}."
        raise BadInputError(msg, file=path, remedy=remedy) from error
    words = content.get("complaints", NONE_HELD)
    numbers = {name: content.get(name) for name in ("cost_pounds", "patrol_minutes")}
    wrong = [name for name in content if name not in {*numbers, "complaints"}]
    wrong += [name for name, value in numbers.items() if not _is_amount(value)]
    if not isinstance(words, str) or not 0 < len(words.strip()) <= _MOST_WORDS:
        wrong.append("complaints")
    if wrong:
        msg = f"{wrong[0]} of the file is not as it should be."
        raise BadInputError(msg, file=path, value=content.get(wrong[0]), remedy=remedy)
    return Beside(complaints=words.strip(), **numbers)


def _is_amount(value: object) -> bool:
    if value is None:
        return True
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and 0 <= float(str(value)) < float("inf")


def dosage_of(workspace: Workspace, delivery: Delivery, beside: Beside) -> DosageShown:
    """Return the patrol planned and given; counts of its weekly plans, else what the user gave.

    Parameters
    ----------
    workspace
        Where counts of dosage are kept, the newest of each plan taken.
    delivery
        What was planned, with the weekly plans that carry it out.
    beside
        What the user gave.
    """
    counts = _dosage_runs(workspace, set(delivery.plan_ids))
    given = beside.patrol_minutes
    whole = bool(delivery.plan_ids) and set(counts) == set(delivery.plan_ids)
    if whole:
        given = sum(float(each["result"]["patrol_minutes"]) for each in counts.values())
    runs = tuple(sorted(each["id"] for each in counts.values())) if whole else ()
    planned = delivery.patrol_minutes
    told = f"planned {planned:,.0f} patrol-minutes" if planned is not None else "no patrol planned"
    if given is None:
        lacking = len(delivery.plan_ids) - len(counts)
        words = f"Given: {NOT_RECORDED}; {told}."
        if counts and lacking:
            words += f" {lacking} of {len(delivery.plan_ids)} weekly plans have no count."
    else:
        share = f", {given / planned:.0%} of it" if planned else ""
        words = f"Given {given:,.0f} patrol-minutes; {told}{share}."
    return DosageShown(planned_minutes=planned, given_minutes=given, runs=runs, words=words)


def _dosage_runs(workspace: Workspace, plan_ids: set[str]) -> dict[str, dict[str, Any]]:
    """Return the newest count of dosage of each plan that has one."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(workspace.runs.glob("d-*/run.json")) if plan_ids else ():
        record = json.loads(path.read_text(encoding="utf-8"))
        plan = record["settings"].get("plan")
        newer = plan not in found or record["made_at"] > found[plan]["made_at"]
        if plan in plan_ids and newer:
            found[plan] = record
    return found


def cost_of(finding: Finding, delivery: Delivery, beside: Beside) -> CostShown:
    """Return what it cost, and for each incident fewer only where the interval excludes none.

    Where the data cannot tell, a placebo that failed included, no incident is said to be fewer.

    Parameters
    ----------
    finding
        Of the plan's design.
    delivery, beside
        Planned cost, and what was spent, which is taken where both are known.
    """
    pounds = beside.cost_pounds if beside.cost_pounds is not None else delivery.cost_pounds
    is_planned = beside.cost_pounds is None
    if pounds is None:
        return _cost(None, is_planned, "Not reckoned.")
    told = f"£{pounds:,.0f} {'planned' if is_planned else 'spent'}."
    barred = untold(finding) is not None
    fewer = None if barred else _fewer(finding)
    if fewer is None:
        why = "these data cannot tell" if barred else "the interval does not exclude none"
        return _cost(pounds, is_planned, f"{told} No cost for each incident fewer: {why}.")
    least, middle, most = fewer
    lo, value, hi = pounds / most, pounds / middle, pounds / least
    return CostShown(
        pounds=pounds,
        is_planned=is_planned,
        per_incident=value,
        lo=lo,
        hi=hi,
        words=f"{told} £{value:,.0f} for each incident fewer (£{lo:,.0f} to £{hi:,.0f}).",
    )


def _cost(pounds: float | None, is_planned: bool, words: str) -> CostShown:  # noqa: FBT001 - as in the result
    return CostShown(
        pounds=pounds, is_planned=is_planned, per_incident=None, lo=None, hi=None, words=words
    )


def _fewer(finding: Finding) -> tuple[float, float, float] | None:
    """Return how many incidents fewer, least, middle and most; None where chance could do it."""
    each = finding.estimate
    if each.lo is None or each.hi is None or each.hi >= 0 or each.scale is Scale.HARM:
        return None
    numbers = [_incidents(end, each, finding.observed) for end in (each.hi, each.value, each.lo)]
    known = [number for number in numbers if number is not None and 0 < number < float("inf")]
    return (known[0], known[1], known[2]) if len(known) == len(numbers) else None


def _incidents(value: float, each: Estimate, observed: float | None) -> float | None:
    """Return the incidents fewer of a change; of a share s they are observed * -s / (1 + s)."""
    if each.scale is Scale.INCIDENTS:
        return -value
    return None if observed is None or value <= -1 else -value * observed / (1 + value)
