"""HiGHS and OR-Tools in one process: each brings a library of the same name."""

from __future__ import annotations

import subprocess
import sys

import pytest

HIGHS = "import highspy; highspy.Highs().run()"
ORTOOLS = "from ortools.sat.python import cp_model; cp_model.CpSolver().solve(cp_model.CpModel())"


@pytest.mark.parametrize("code", [f"{HIGHS}; {ORTOOLS}", f"{ORTOOLS}; {HIGHS}"])
def test_plans_and_rosters_can_be_made_in_one_process(code: str) -> None:
    lines = code.replace("; ", "\n")
    done = subprocess.run([sys.executable, "-c", lines], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-500:]
