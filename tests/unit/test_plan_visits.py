"""What crews see of a plan's visits."""

from __future__ import annotations

import pyarrow as pa

from rightplace.app.plan.visits import without_lot

VISITS = pa.table(
    {
        "visit_id": ["v-1", "v-2", "v-3"],
        "cell_id": ["a", "b", "c"],
        "arm": ["treat", "holdout", "none"],
        "probability": pa.array([0.8, 0.8, None], pa.float64()),
    }
)


def test_crews_see_no_place_held_out_and_no_word_of_the_lot() -> None:
    seen = without_lot(VISITS)
    assert seen.column_names == ["visit_id", "cell_id"]
    assert seen["visit_id"].to_pylist() == ["v-1", "v-3"]
