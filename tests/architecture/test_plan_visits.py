"""Who may read a plan's visits table: it tells which places a lot held out."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from tests.architecture.tree import modules, parsed, shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DOOR = "app/plan/visits.py"
# They name the file that they have just written.
WRITERS = {"app/changed/use_case.py", "app/plan/use_case.py", "app/replan/anew.py"}
# They need the lot: presence in places held out, the comparison itself, what a plan did before,
# and a plan made anew, which keeps its arms.
ANALYSTS = {
    *("app/dosage/use_case.py", "app/feedback/arms.py", "app/holdout/earlier.py"),
    *("app/replan/running.py", DOOR),
}


def reads(path: Path) -> Iterator[int]:
    """Yield the lines where a module asks for a table of visits by its name."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) != "click.argument":
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            yield from (n.lineno for n in given if _names_visits(n))
        elif isinstance(node, ast.BinOp) and _names_visits(node.right):
            yield node.lineno


def _names_visits(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value in {"visits", "visits.parquet"}


def test_one_module_alone_reads_the_visits_of_a_plan() -> None:
    found = [
        f"{shown(path)}:{line}"
        for path in modules()
        if shown(path).startswith(("app/", "cli/", "web/")) and shown(path) not in {DOOR, *WRITERS}
        for line in reads(path)
    ]
    assert not found, "crew_visits(workspace, plan_id) gives the visits that crews make"


def test_only_analysts_see_the_arms() -> None:
    asking = {
        shown(path)
        for path in modules()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Name) and node.id == "visits_with_arms"
    }
    assert asking <= ANALYSTS, "crew_visits does, unless the lot itself is needed: say here why"
