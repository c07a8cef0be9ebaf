"""Small by habit: what is longer wants to be two ideas."""

from __future__ import annotations

import ast

from tests.architecture.tree import FUNCTIONS, modules, parsed, shown

MODULE_LINES, BODY_LINES = 400, 50


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from the first statement to the last, the docstring apart."""
    has_docstring = ast.get_docstring(function) is not None
    statements = function.body[has_docstring:]
    return (statements[-1].end_lineno or 0) - statements[0].lineno + 1 if statements else 0


def test_a_module_has_at_most_400_lines() -> None:
    sizes = {shown(path): len(path.read_text("utf-8").splitlines()) for path in modules()}
    assert {name: size for name, size in sizes.items() if size > MODULE_LINES} == {}


def test_a_function_has_at_most_50_lines() -> None:
    sizes = {
        f"{shown(path)}:{node.lineno} {node.name}": body_lines(node)
        for path in modules()
        for node in ast.walk(parsed(path))
        if isinstance(node, FUNCTIONS)
    }
    assert {name: size for name, size in sizes.items() if size > BODY_LINES} == {}


def test_the_count_of_lines_leaves_the_docstring_out() -> None:
    text = 'def f():\n    """One.\n\n    Two.\n    """\n    a = 1\n    b = (\n        2\n    )\n'
    function = ast.parse(text).body[0]
    assert isinstance(function, ast.FunctionDef)
    assert body_lines(function) == 4
