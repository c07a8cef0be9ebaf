"""What a run rests on: other runs, and the model behind it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rightplace.records.published.tables import PublishedRun

if TYPE_CHECKING:
    from rightplace.records.audit.transaction import Reading

MODEL = "model/"
"""What a run rests on is either a run's id, or this and a model's name."""


def rests_on(tx: Reading, run_id: str) -> set[str]:
    """Return everything that a published run rests on, runs and models, at whatever depth."""
    found: set[str] = set()
    waiting = [run_id]
    while waiting:
        run = tx.unshown_one(PublishedRun, waiting.pop())
        below = [] if run is None else list(json.loads(run.rests_on))
        waiting += [each for each in below if each not in found]
        found.update(below)
    return found
