"""Where tests find real data, and what they say where it is absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("RIGHTPLACE_TEST_DATA", ROOT.parent / "shared" / "data"))

needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(),
    reason="the shared test data is absent; set RIGHTPLACE_TEST_DATA to its folder",
)
