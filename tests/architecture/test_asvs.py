"""The table of security requirements is whole, and every test that it names is there and runs."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache

import pytest

from tests.paths import ROOT

TEXT = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
ROW = re.compile(
    r"^\| (?P<number>\d+\.\d+\.\d+) \| (?P<asked>[^|]+) \| (?P<answer>[^|]+) \| (?P<why>[^|]*) \|$",
    re.MULTILINE,
)
ROWS = {found["number"]: found for found in ROW.finditer(TEXT)}
NAMED = re.compile(r"`(?P<file>[\w/]+)::(?P<name>\w+)`")
TESTS = sorted(
    {(n["file"], n["name"]) for row in ROWS.values() for n in NAMED.finditer(row["why"])}
)
ANSWERS = {"met", "not met", "n/a"}
LEAST_ARGUMENT = 8
# Which requirements of each section of version 5.0.0 are of levels 1 and 2: those of level 3 are
# numbered after them.
LEVELS_1_AND_2 = """
1.1:1-2 1.2:1-9 1.3:1-11 1.4:1-3 1.5:1-2
2.1:1-3 2.2:1-3 2.3:1-4 2.4:1-1
3.2:1-2 3.3:1-4 3.4:1-6 3.5:1-5 3.7:1-2
4.1:1-3 4.2:1-1 4.3:1-2 4.4:1-4
5.1:1-1 5.2:1-3 5.3:1-2 5.4:1-3
6.1:1-3 6.2:1-12 6.3:1-4 6.4:1-4 6.5:1-5 6.6:1-3 6.8:1-4
7.1:1-3 7.2:1-4 7.3:1-2 7.4:1-5 7.5:1-2 7.6:1-2
8.1:1-2 8.2:1-3 8.3:1-1 8.4:1-1
9.1:1-3 9.2:1-4
10.1:1-2 10.2:1-2 10.3:1-4 10.4:1-11 10.5:1-5 10.6:1-2 10.7:1-3
11.1:1-2 11.2:1-3 11.3:1-3 11.4:1-4 11.5:1-1 11.6:1-1
12.1:1-3 12.2:1-2 12.3:1-4
13.1:1-1 13.2:1-5 13.3:1-2 13.4:1-5
14.1:1-2 14.2:1-4 14.3:1-3
15.1:1-3 15.2:1-3 15.3:1-7
16.1:1-1 16.2:1-5 16.3:1-4 16.4:1-3 16.5:1-3
17.1:1-1 17.2:1-4 17.3:1-2
"""


def wanted() -> list[str]:
    found = []
    for section, first, last in re.findall(r"(\d+\.\d+):(\d+)-(\d+)", LEVELS_1_AND_2):
        found += [f"{section}.{number}" for number in range(int(first), int(last) + 1)]
    return found


@cache
def functions(file: str) -> dict[str, ast.FunctionDef]:
    """The tests that pytest finds in a file."""
    path = ROOT / "tests" / f"{file}.py"
    if not path.is_file():
        return {}
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {each.name: each for each in tree.body if isinstance(each, ast.FunctionDef)}


def test_every_requirement_of_levels_1_and_2_has_its_row_in_order() -> None:
    assert len(wanted()) == 253  # the standard's own count: 70 of level 1, 183 of level 2
    assert list(ROWS) == wanted()
    assert len(ROW.findall(TEXT)) == len(ROWS)


def test_every_row_has_an_answer_with_a_test_or_an_argument() -> None:
    assert {row["answer"] for row in ROWS.values()} == ANSWERS
    for number, row in ROWS.items():
        argument = NAMED.sub("", row["why"]).strip()
        has_reason = len(argument) >= LEAST_ARGUMENT
        has_test = NAMED.search(row["why"]) is not None
        assert has_reason or (has_test and row["answer"] == "met"), number


def test_the_table_of_chapters_counts_what_stands_below() -> None:
    for chapter in {number.split(".")[0] for number in ROWS}:
        answers = Counter(r["answer"] for n, r in ROWS.items() if n.split(".")[0] == chapter)
        counts = " | ".join(str(answers[each]) for each in ("met", "not met", "n/a"))
        assert re.search(rf"^\| V{chapter} [^|]+ \| {re.escape(counts)} \|$", TEXT, re.MULTILINE)
    every = Counter(row["answer"] for row in ROWS.values())
    counts = " | ".join(str(every[each]) for each in ("met", "not met", "n/a"))
    assert f"| all | {counts} |" in TEXT


@pytest.mark.parametrize(("file", "name"), TESTS)
def test_each_test_that_is_named_is_there_and_not_left_out(file: str, name: str) -> None:
    assert name.startswith("test_")
    assert file.rpartition("/")[2].startswith("test_")
    found = functions(file).get(name)
    assert found is not None, f"{file} has no {name}"
    marks = " ".join(ast.unparse(each) for each in found.decorator_list)
    assert "mark.skip(" not in marks
    assert "xfail" not in marks


def test_only_a_table_of_tests_refers_to_them() -> None:
    assert len(TESTS) > 80
    assert {n["name"] for n in NAMED.finditer(TEXT)} == {name for _, name in TESTS}
