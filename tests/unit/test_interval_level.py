"""The level of an interval in words."""

from __future__ import annotations

import pytest

from rightplace.evaluate.designs.level import level_in_words


@pytest.mark.parametrize(
    ("level", "words"),
    [(0.95, "95%"), (0.9, "90%"), (0.956, "95.6%"), (0.99695, "99.7%"), (0.99999, "99.999%")],
)
def test_a_level_is_told_in_per_cent_and_never_as_all_of_it(level: float, words: str) -> None:
    assert level_in_words(level) == words
