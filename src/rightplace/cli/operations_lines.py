"""How the register of operations reads on a terminal."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

from rightplace.cli.table import table

if TYPE_CHECKING:
    from rightplace.app.evaluation.register.result import (
        ExportedOperation,
        OperationResult,
        OperationRow,
        OperationsResult,
        RegisterVerdict,
        UnitRow,
        UnitsResult,
    )

WIDTH: Final = 96
_TITLE, _SHOWN_DIGITS = 40, 12


def _wrapped(text: str, indent: str = "  ") -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_on_hyphens=False,
    )


def operations_lines(result: OperationsResult) -> list[str]:
    """Return what is owed, then every operation."""
    if not result.operations:
        return ["No operation is registered. `operations example` prints a plan to begin with."]
    owed = [
        f"OVERDUE: {each.op_id} ended on {each.ended_on or each.ends} and has no result."
        for each in result.operations
        if each.op_id in result.overdue
    ]
    rows = [
        (
            each.op_id,
            each.standing,
            each.starts,
            each.ends,
            (each.locked_at or "-")[:10],
            str(len(each.results)),
            textwrap.shorten(each.title, _TITLE, placeholder=" ..."),
        )
        for each in result.operations
    ]
    heads = ("operation", "standing", "starts", "ends", "locked", "results", "title")
    foot = f"{result.entries:,} entries; the last is {result.head[:_SHOWN_DIGITS]}."
    return [*owed, *table(heads, rows), foot]


def operation_lines(result: OperationResult) -> list[str]:
    """Return one operation: what is asked, where, when, how, and what became of it."""
    row, plan = result.operation, result.plan
    cells = ", ".join(f"{n:,} {part.replace('_', ' ')}" for part, n in result.cells.items())
    said = [f"{row.op_id}: {row.title} ({row.standing})"]
    said += _wrapped(plan["question"])
    said += _wrapped(f"{row.outcome}: {', '.join(plan['outcome']['classes'])}")
    said += _wrapped(f"{row.starts} to {row.ends}, before from {plan['when']['before_from']}")
    said += _wrapped(f"cells of {plan['where']['area_id']}: {cells}")
    said += _wrapped(f"judged by {row.design}, looked at {row.looks_planned} time(s)")
    said += _wrapped(f"tactics: {'; '.join(plan['delivery']['tactics'])}")
    said += _wrapped(f"{row.credit} ({row.unit_id})")
    said += [line for text in _became(row) for line in _wrapped(text)]
    said += _wrapped(f"digest {row.sha256}")
    if result.entry is not None:
        said.append(f"  entry {result.entry:,} of the register, {result.head[:_SHOWN_DIGITS]}")
    return said


def _became(row: OperationRow) -> list[str]:
    """Return what became of an operation, a sentence each."""
    held = row.results_held_to or "no day"
    facts = {
        f"registered on {row.registered_at[:10]} by {row.registered_by}": True,
        f"locked on {(row.locked_at or '')[:16]} by {row.locked_by}; records of the outcome were "
        f"held to {held}": row.locked_at is not None,
        f"taken in on {(row.taken_in_at or '')[:10]} from {row.taken_in_from}": row.taken_in_at,
        f"takes the place of {row.supersedes}: {row.because}": row.supersedes,
        f"{row.superseded_by} took its place": row.superseded_by,
        f"withdrawn on {(row.withdrawn_at or '')[:10]}: {row.withdrawn}": row.withdrawn,
        f"began on {row.started_on}": row.started_on,
        f"ended on {row.ended_on}{f': {row.ended_because}' if row.ended_because else ''}": (
            row.ended_on
        ),
    }
    results = [f"result {r.run_id} ({r.noted_at[:10]}): {r.verdict}" for r in row.results]
    return [text for text, holds in facts.items() if holds] + results


def units_lines(result: UnitsResult) -> list[str]:
    """Return each unit: its names, what came into it, and the work that is found under it."""
    added = [f"{result.added:,} event(s) added."] if result.added else []
    if not result.units:
        return ["No unit is registered. `operations example --units` prints a file to begin with."]
    return [*added, *(line for unit in result.units for line in _unit(unit, result.on))]


def _unit(unit: UnitRow, on: str) -> list[str]:
    state = "" if unit.stands else f", none on {on}"
    said = [f"{unit.unit_id}: {unit.name}{state}"]
    for name in unit.names:
        until = "" if name.until is None else f", until before {name.until}"
        said += _wrapped(f"called {name.name} from {name.since}{until}")
    if unit.made_of:
        said += _wrapped(f"in it: {', '.join(unit.made_of)}")
    if unit.came_of_it:
        said += _wrapped(f"its work went to: {', '.join(unit.came_of_it)}")
    for work in unit.work:
        said += _wrapped(f"{work.op_id} {work.title}: {work.credit}")
    return said


def verdict_lines(result: RegisterVerdict) -> list[str]:
    """Return whether the register is whole."""
    if not result.intact:
        return [f"NOT WHOLE from entry {result.first_bad}: {result.finding}"]
    return [
        f"Whole: {result.entries:,} entries, none missing or altered. The last is {result.head}.",
        "Note that digest elsewhere: then nobody can put another past in its place.",
    ]


def exported_lines(result: ExportedOperation) -> list[str]:
    """Return what was written where."""
    return [f"{result.path}: {result.op_id}", f"  digest {result.sha256}"]
