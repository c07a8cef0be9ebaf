"""Who may import whom, and what help and `import rightplace` may load."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.architecture.tree import SOURCE, imports, modules, shown
from tests.paths import ROOT

HEAVY = set(
    "alembic altair cryptography duckdb holidays httpx highspy ibis jinja2 llvmlite numba pandas "
    "psycopg pyarrow pydantic pyogrio pyproj scipy shapely sklearn sqlalchemy sqlglot typst "
    "vl_convert".split()
)
# `socket` only to say which failures of a connection mean "offline".
NETWORK = {"http.client", "httpx", "requests", "socket", "ssl", "urllib.request", "urllib3"}
GOES_OUT = ("app/fetch", "app/service/oidc", "crime/fetch", "crime/transfer")


def run_python(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return done.stdout


def test_rooms_import_only_rooms_below_them() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout


def test_every_room_stands_in_the_contract() -> None:
    contract = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    rooms = {path.parent.name for path in SOURCE.glob("*/__init__.py")}
    missing = [room for room in sorted(rooms) if f"rightplace.{room}" not in contract]
    assert not missing


def test_only_fetching_reaches_for_the_network() -> None:
    found = [
        f"{shown(path)}:{line} imports {name}"
        for path in modules()
        if not shown(path).startswith(GOES_OUT)
        for name, line in imports(path)
        if any(name == each or name.startswith(f"{each}.") for each in NETWORK)
    ]
    assert not found


def test_importing_the_package_loads_nothing_but_itself() -> None:
    code = (
        "import sys; before = set(sys.modules); import rightplace; "
        "print(*sorted(m for m in set(sys.modules) - before if not m.startswith('rightplace')))"
    )
    assert run_python(code).split() == ["__future__"]


def test_help_of_every_verb_loads_no_heavy_library() -> None:
    code = """
import sys
import click
from rightplace.cli.main import VERBS, cli
root = click.Context(cli, info_name="rightplace")
root.get_help()
print("rightplace", *sys.modules)
for verb in VERBS:
    click.Context(cli.get_command(root, verb), info_name=verb, parent=root).get_help()
    print(verb, *sys.modules)
"""
    loaded = {
        verb: HEAVY.intersection(rest)
        for verb, *rest in map(str.split, run_python(code).splitlines())
    }
    assert {verb: found for verb, found in loaded.items() if found} == {}
