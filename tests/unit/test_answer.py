"""Warnings of the rooms become notices that a user reads."""

from __future__ import annotations

import warnings

import pytest

from rightplace.app.answer import heard
from rightplace.forecast import NarrowBandwidthWarning


def test_a_warning_of_the_kind_becomes_one_notice_however_often_it_is_given() -> None:
    with heard(NarrowBandwidthWarning, "narrow-bandwidth") as notices:
        for _ in range(3):
            warnings.warn("100 m is below half of 250 m.", NarrowBandwidthWarning, stacklevel=1)
    assert [(n.code, n.message) for n in notices] == [
        ("narrow-bandwidth", "100 m is below half of 250 m.")
    ]


def test_other_warnings_go_on() -> None:
    with pytest.warns(UserWarning, match="something else"), heard(NarrowBandwidthWarning, "x"):
        warnings.warn("something else", UserWarning, stacklevel=1)
