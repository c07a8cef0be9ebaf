"""What ``status`` says of months, in words short enough to be read."""

from __future__ import annotations

import pytest

from rightplace.app.status import months_in_words


@pytest.mark.parametrize(
    ("months", "said"),
    [
        ((), ""),
        (("2018-07",), "2018-07"),
        (("2018-11", "2018-12", "2019-01", "2019-03"), "2018-11 to 2019-01, 2019-03"),
        (("2018-01", "2018-03"), "2018-01, 2018-03"),
    ],
)
def test_months_that_follow_on_each_other_are_one_span(months: tuple[str, ...], said: str) -> None:
    assert months_in_words(months) == said
