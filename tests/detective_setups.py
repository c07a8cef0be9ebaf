"""A small setup of two units of detectives, whose sums can be done by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.deploy.investigation.setup_file import read_setup
from rightplace.deploy.surge.actions import read_actions

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.deploy.investigation.setup import Setup
    from rightplace.deploy.investigation.setup_table import Table

SETUP = """
title = "Two units"

[template.homicide-22]
officers = { sio = 1, di = 2, ds = 4, dc = 15 }
origin = "template"

[[unit]]
key = "homicide"
title = "Homicide"
[[unit.teams]]
name = "Hub"
template = "homicide-22"
number = 2
[unit.arrivals]
a_month = 2.0
dispersion = 1.5
victims = [0.9, 0.1]
origin = "made up"
[unit.duty]
hours_a_day = 8.0
duty_days_a_week = 5.0
absent = 0.2
court = 0.1
on_call_days = 7
callouts_tiring = 3
origin = "made up"
[unit.cases]
cap = 4
at_start = { "First" = 2 }
origin = "made up"
[unit.floor]
officers = 40
set_by = "the head of homicide"
[[unit.stage]]
name = "First"
wait_days = 2.0
wait_spread = 0.5
origin = "made up"
work = [
  { role = "sio", hours = 20, spread = 0.5 },
  { role = "di", hours = 30, spread = 0.5 },
  { role = "ds", hours = 60, spread = 0.5 },
  { role = "dc", hours = 200, spread = 0.5, together = 5, action = "cctv_trawl" },
]
[[unit.stage]]
name = "Interview"
share = 0.8
first_interview = true
origin = "made up"
work = [{ role = "dc", hours = 100, spread = 0.0, together = 2 }]

[[unit]]
key = "camden-cid"
title = "Camden CID"
needs_command = false
[[unit.teams]]
name = "A"
officers = { sio = 2, di = 5, ds = 11, dc = 40 }
number = 1
origin = "made up"
[[unit.teams]]
name = "B"
officers = { di = 1, ds = 2, dc = 12 }
number = 1
origin = "made up"
[unit.arrivals]
a_month = 100.0
dispersion = 1.0
origin = "made up"
[unit.duty]
hours_a_day = 8.0
duty_days_a_week = 5.0
absent = 0.2
court = 0.1
on_call_days = 1
callouts_tiring = 20
origin = "made up"
[unit.cases]
cap = 200
origin = "made up"
[unit.floor]
officers = 20
set_by = "the borough commander"
[[unit.stage]]
name = "Interview"
first_interview = true
origin = "made up"
work = [{ role = "dc", hours = 40, spread = 0.3 }, { role = "di", hours = 1, spread = 0.3 }]

[surge_duty]
hours_a_day = 8.0
duty_days_a_week = 5.0
absent = 0.2
origin = "made up"
"""


def write_setup(path: Path, text: str = SETUP) -> Path:
    """Write a setup file and return its path."""
    path.write_text(text, encoding="utf-8")
    return path


def setup_of(path: Path, text: str = SETUP) -> tuple[Setup, tuple[Table, ...]]:
    """Return the setup of a text and its tables of what-ifs."""
    return read_setup(write_setup(path / "setup.toml", text), actions=read_actions())
