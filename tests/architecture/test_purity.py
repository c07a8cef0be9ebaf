"""Who may read the clock, draw lots, or swallow an error."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from tests.architecture.tree import SOURCE, modules, parsed, shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CLOCK = {"now", "today", "utcnow"}
GLOBAL_CHANCE = {"rand", "randint", "randn", "random", "seed", "choice", "shuffle"}


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Yield every call of a module, with the dotted name of what is called."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def test_only_the_command_line_reads_the_clock() -> None:
    found = [
        f"{shown(path)}:{call.lineno} {name}"
        for path in modules()
        if path.parent.name != "cli"
        for name, call in calls(path)
        if (name.rpartition(".")[2] in CLOCK and name.startswith(("date", "dt", "datetime")))
        or name in {"time.time", "time.localtime", "time.gmtime", "time.strftime"}
    ]
    assert not found


def test_chance_comes_from_a_generator_that_was_handed_over() -> None:
    found = [
        f"{shown(path)}:{call.lineno} {name}"
        for path in modules()
        for name, call in calls(path)
        if name.startswith(("np.random.", "numpy.random.", "random."))
        and name.rpartition(".")[2] in GLOBAL_CHANCE
    ]
    assert not found


# Makes the demo's files, whole, from a seed: the front door of the simulated world.
FROM_A_SEED = {"crime/simulate/london.py"}
# The outermost shells turn what nobody foresaw into the contract's exit 70, or into a page.
OUTERMOST = {"cli/main.py", "web/faults.py"}


def test_only_use_cases_and_the_command_line_make_a_generator() -> None:
    found = [
        f"{shown(path)}:{call.lineno}"
        for path in modules()
        if path.relative_to(SOURCE).parts[0] not in {"app", "cli"}
        and shown(path) not in FROM_A_SEED
        for name, call in calls(path)
        if name.endswith("default_rng")
    ]
    assert not found


def is_bare(node: ast.AST) -> bool:
    """Whether a node catches everything, or raises an error of no kind."""
    if isinstance(node, ast.ExceptHandler):
        return node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"}
    if isinstance(node, ast.Raise) and node.exc is not None:
        return ast.unparse(node.exc).startswith(("Exception(", "BaseException("))
    return False


def test_no_error_is_caught_or_raised_bare() -> None:
    found = [
        f"{shown(path)}:{getattr(node, 'lineno', 0)}"
        for path in modules()
        if shown(path) not in OUTERMOST
        for node in ast.walk(parsed(path))
        if is_bare(node)
    ]
    assert not found
