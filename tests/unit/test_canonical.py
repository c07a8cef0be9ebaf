"""The same facts give the same bytes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path

import numpy as np
import pytest

from rightplace.core.canonical import (
    bytes_digest,
    canonical_json,
    digest,
    file_digest,
    plain,
)


class Colour(Enum):
    RED = "red"


@dataclass(frozen=True)
class Pair:
    day: date
    numbers: tuple[float, ...]


def test_order_of_keys_does_not_matter() -> None:
    assert (
        canonical_json({"b": 1, "a": [2]})
        == canonical_json({"a": [2], "b": 1})
        == '{"a":[2],"b":1}'
    )


def test_each_kind_of_value_has_one_form() -> None:
    assert plain(
        {
            "pair": Pair(date(2018, 6, 1), (1.5, 2.0)),
            "at": datetime(2018, 6, 1, 12, tzinfo=UTC),
            "path": Path("a") / "b",
            "colour": Colour.RED,
            "count": np.int64(3),
            "share": np.float64(0.25),
            "none": None,
            "yes": True,
        }
    ) == {
        "pair": {"day": "2018-06-01", "numbers": [1.5, 2.0]},
        "at": "2018-06-01T12:00:00+00:00",
        "path": "a/b",
        "colour": "red",
        "count": 3,
        "share": 0.25,
        "none": None,
        "yes": True,
    }


def test_what_has_no_form_is_refused() -> None:
    with pytest.raises(TypeError, match="set has no agreed JSON form"):
        plain({1, 2})


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_json_has_no_number_for_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json([number])


def test_digests_are_sha256_of_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"abc")
    said = hashlib.sha256(b"abc").hexdigest()
    assert file_digest(tmp_path / "file") == bytes_digest([b"a", b"", b"bc"]) == said
    assert digest("abc") == hashlib.sha256(b'"abc"').hexdigest()
