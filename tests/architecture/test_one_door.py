"""What is published comes through one door: the one that asks for the six documents."""

from __future__ import annotations

import ast

from tests.architecture.tree import modules, parsed, shown

DOOR = "records/published/publishing.py"
GATE = "check_documents"


def test_one_module_alone_makes_published_runs() -> None:
    found = {
        shown(path)
        for path in modules()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("PublishedRun")
    }
    assert found == {DOOR}


def test_that_module_asks_for_the_documents() -> None:
    (door,) = [path for path in modules() if shown(path) == DOOR]
    called = {ast.unparse(n.func) for n in ast.walk(parsed(door)) if isinstance(n, ast.Call)}
    assert GATE in called


def test_no_statement_inserts_published_runs_by_other_means() -> None:
    found = [
        shown(path)
        for path in modules()
        if "migrations/" not in shown(path)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and "insert into published_run" in node.value.lower()
    ]
    assert found == []
