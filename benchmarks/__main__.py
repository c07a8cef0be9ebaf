"""Run every benchmark and write ``docs/benchmarks.md``: the worse rows stand with the rest."""

from __future__ import annotations

import contextlib
import io
import os
import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import london_walk, plan_scale
from benchmarks.quality import london, toronto
from rightplace import __version__
from tests.paths import SHARED

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"


COMPARE = "Compare ratios, not seconds: they are of one machine."
WALK = (
    "Best of three runs, in process, imports excluded; each step in a process of its own. The "
    "bare scan is DuckDB alone: read the file of 1.83 million rows, sort it by month, ward and "
    "row, write it."
)


def plan_table() -> list[str]:
    """Return the plan benchmark as a Markdown table."""
    lines = ["| figure | value | unit |", "|---|--:|---|"]
    return lines + [f"| {r.name} | {r.value:,.3g} | {r.unit} |" for r in plan_scale.results()]


def _printed(main: Callable[[], None]) -> str:
    """Return what a benchmark prints."""
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        main()
    return text.getvalue().strip()


def page() -> str:
    """Return the page."""
    machine = f"Python {platform.python_version()}, {os.cpu_count()} processors"
    about = f"Rightplace {__version__}, {machine}. Written by `make bench`. {COMPARE}"
    parts = [
        "# Benchmarks",
        "",
        about,
        "",
        "## Speed and memory: London's walk",
        "",
        WALK,
        "",
        *london_walk.table(london_walk.results()),
        "",
        "## Speed, memory and gap: a week's plan at London's size",
        "",
        *plan_table(),
        "",
        "## Quality: Toronto, weekly, 250 m, 52 origins",
        "",
        _printed(toronto.main),
        "",
        "## Quality: London, monthly, LSOA, 12 origins",
        "",
        _printed(london.main),
        "",
    ]
    return "\n".join(parts)


def main() -> int:
    """Write the page, or say why it cannot be."""
    if not SHARED.is_dir():
        sys.stderr.write(f"The test data are not at {SHARED}; set RIGHTPLACE_TEST_DATA.\n")
        return 11
    PAGE.write_text(page(), encoding="utf-8")
    sys.stderr.write(f"{PAGE}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
