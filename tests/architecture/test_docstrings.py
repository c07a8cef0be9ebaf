"""Every public name says what it is, and every module what it holds."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from rightplace.cli.docstrings import described
from tests.architecture.tree import FUNCTIONS, modules, parsed, shown

if TYPE_CHECKING:
    from collections.abc import Iterator


def public(scope: ast.Module | ast.ClassDef, prefix: str = "") -> Iterator[tuple[str, ast.AST]]:
    """Yield every public class and function, those of public classes too."""
    for node in scope.body:
        if isinstance(node, (ast.ClassDef, *FUNCTIONS)) and not node.name.startswith("_"):
            yield f"{prefix}{node.name}", node
            if isinstance(node, ast.ClassDef):
                yield from public(node, f"{node.name}.")


def first_line(node: ast.AST) -> str:
    assert isinstance(node, (ast.Module, ast.ClassDef, *FUNCTIONS))
    return (ast.get_docstring(node) or "").partition("\n")[0]


def is_overload(node: ast.AST) -> bool:
    decorators = getattr(node, "decorator_list", [])
    return any(ast.unparse(each).endswith("overload") for each in decorators)


def test_every_module_says_what_it_holds() -> None:
    silent = [shown(path) for path in modules() if not first_line(parsed(path))]
    assert not silent


def test_every_public_class_and_function_states_its_result() -> None:
    silent = [
        f"{shown(path)}:{getattr(node, 'lineno', 0)} {name}"
        for path in modules()
        for name, node in public(parsed(path))
        if not first_line(node) and not is_overload(node)
    ]
    assert not silent


def test_a_docstring_comes_apart_into_summary_prose_and_fields() -> None:
    def taken_apart() -> None:
        """Return the answer.

        It is known
        to be right.

        Parameters
        ----------
        a, b
            Both halves,
            in metres.
        c
            The rest.

        Returns
        -------
        int
            Never read here.
        """

    said = described(taken_apart)
    assert said.summary == "Return the answer."
    assert said.prose == ("It is known to be right.",)
    halves = "Both halves, in metres."
    assert said.fields == {"a": halves, "b": halves, "c": "The rest."}


@pytest.mark.parametrize("nothing", [None, ""])
def test_what_has_no_docstring_says_nothing(nothing: str | None) -> None:
    def silent() -> None: ...

    silent.__doc__ = nothing
    assert described(silent).summary == ""
    assert described(silent).fields == {}
