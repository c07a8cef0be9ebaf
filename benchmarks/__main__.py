"""Run the benchmarks and write ``docs/benchmarks.md`` and a page for each city beneath it.

``python -m benchmarks`` writes all pages; ``python -m benchmarks NAME ...`` writes only those of
that name (``speed``, ``definition``, ``methods`` or a city). The worse rows stand with the rest.
"""

from __future__ import annotations

import contextlib
import io
import os
import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import (
    aftermath,
    difference,
    displacement,
    dosage,
    etas,
    forecast_scale,
    investigation,
    london_walk,
    lot,
    near_repeat,
    plan_scale,
    routing,
    searches,
    slots_scale,
    surge,
    synthetic,
    trial,
    workforce_trend,
)
from benchmarks.quality import boosted, cities, london, toronto
from rightplace import __version__
from tests.paths import SHARED

if TYPE_CHECKING:
    from collections.abc import Callable

DOCS = Path(__file__).resolve().parent.parent / "docs"
COMPARE = "Compare ratios, not seconds: they are of one machine."
WALK = (
    "Best of three runs, in process, imports excluded; each step in a process of its own. The "
    "bare scan is DuckDB alone: read the file of 1.83 million rows, sort it by month, ward and "
    "row, write it."
)

PACK = (
    "All Metropolitan searches held, page, paper and data; ingest, the threshold test and boroughs "
    "excluded. The run of least CPU of three, imports on the way included, each in a process of "
    "its own. The plain count reads the same CSV files and counts by month and power."
)

DETECTIVES = (
    "Teams of the 22-officer template, 11 cases a month, three stages of invented hours. SimPy "
    "runs two of the same years, handed the same draws; ends of stages must agree. Aim: 1,000 "
    "years in under 20 s, draws included."
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


def _page(title: str, *parts: str) -> str:
    machine = f"Python {platform.python_version()}, {os.cpu_count()} processors"
    about = f"Rightplace {__version__}, {machine}. Written by `make bench`. {COMPARE}"
    return "\n\n".join([f"# {title}", about, *parts]) + "\n"


def speed() -> str:
    """Return the first page: speed and memory, and where the other pages are."""
    links = [f"- [{city.title}](benchmarks/{key}.md)" for key, city in cities.CITIES.items()]
    links += [
        "- [All cities together](benchmarks/pooled.md)",
        "- [Toronto and London by the benchmark's definition](benchmarks/definition.md)",
        "- [ETAS, prospective hot spots, boosted trees and stacks](benchmarks/methods.md)",
        "- [Differences and interrupted series in stated worlds](benchmarks/difference.md)",
        "- [Randomised designs and power in stated worlds](benchmarks/lot.md)",
        "- [Weekly plans as experiments in stated worlds](benchmarks/trial.md)",
        "- [Synthetic comparisons in stated worlds](benchmarks/synthetic.md)",
        "- [Displacement and before/after in stated worlds](benchmarks/displacement.md)",
        "- [Investigation capacity beside SimPy](benchmarks/investigation.md)",
        "- [Strength of forces looked ahead from its past](benchmarks/workforce.md)",
    ]
    return _page(
        "Benchmarks",
        "## Quality",
        "\n".join(links),
        "## Speed and memory: London's walk",
        WALK,
        "\n".join(london_walk.table(london_walk.results())),
        "## Speed, memory and gap: a week's plan at London's size",
        "\n".join(plan_table()),
        "## Speed of forecasting as the data grow",
        "Aims: Toronto, fitted anew every 4 weeks, 52 forecasts, under 60 s; kernel density of "
        "50,000 events on 100,000 cells under 1 s.",
        _printed(forecast_scale.main),
        "## Speed of forecasts by shift",
        _printed(slots_scale.main),
        "## Near repeat",
        _printed(near_repeat.main),
        "## Aftermath",
        _printed(aftermath.main),
        "## Dosage",
        _printed(dosage.main),
        "## Routes",
        _printed(routing.main),
        "## Surge",
        _printed(surge.main),
        "## Scrutiny pack of stop and search",
        PACK,
        _printed(searches.main),
    )


def definition() -> str:
    """Return the page of the benchmark's own definition, with the printed rows beneath ours."""
    return _page(
        "Toronto and London by the benchmark's definition",
        "## Toronto, weekly, 250 m, 52 origins",
        _printed(toronto.main),
        "## London, monthly, LSOA, 12 origins",
        _printed(london.main),
    )


def methods() -> str:
    """Return the page of single methods."""
    return _page(
        "ETAS, prospective hot spots, boosted trees and stacks",
        "## ETAS and prospective hot spots",
        _printed(etas.main),
        "## Boosted trees and stacks",
        _printed(boosted.main),
    )


def randomised() -> str:
    """Return the page of randomised designs and of power."""
    return _page("Randomised designs and power in stated worlds", _printed(lot.main))


def differences() -> str:
    """Return the page of difference-in-differences and of interrupted series."""
    title = "Differences and interrupted series in stated worlds"
    return _page(title, _printed(difference.main))


def mixed() -> str:
    """Return the page of synthetic comparisons."""
    return _page("Synthetic comparisons in stated worlds", _printed(synthetic.main))


def displaced() -> str:
    """Return the page of displacement differences and of before and after."""
    return _page("Displacement and before/after in stated worlds", _printed(displacement.main))


def experiments() -> str:
    """Return the page of plans as experiments."""
    return _page("Weekly plans as experiments in stated worlds", _printed(trial.main))


def strengths() -> str:
    """Return the page of strength looked ahead from its own past."""
    return _page("Strength of forces looked ahead from its past", _printed(workforce_trend.main))


def detectives() -> str:
    """Return the page of investigation capacity."""
    return _page("Investigation capacity beside SimPy", DETECTIVES, _printed(investigation.main))


def _write(name: str, text: str) -> None:
    path = DOCS / "benchmarks.md" if name == "speed" else DOCS / "benchmarks" / f"{name}.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    sys.stderr.write(f"{path}\n")


def main(names: list[str]) -> int:
    """Write pages, or say why they cannot be."""
    if not SHARED.is_dir():
        sys.stderr.write(f"The test data are not at {SHARED}; set RIGHTPLACE_TEST_DATA.\n")
        return 11
    pages = {
        "speed": speed,
        "definition": definition,
        "methods": methods,
        "lot": randomised,
        "trial": experiments,
    }
    pages |= {"displacement": displaced, "difference": differences, "synthetic": mixed}
    pages["investigation"] = detectives
    pages |= {"workforce": strengths}
    for name, page in pages.items():
        if not names or name in names:
            _write(name, page())
    scored = []
    for name, city in cities.CITIES.items():
        if not names or name in names:
            scored.append(cities.score(city))
            _write(name, _page(city.title, *cities.sections(scored[-1])))
    if len(scored) == len(cities.CITIES):
        _write("pooled", _page("All cities together", *cities.pooled_sections(scored)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
