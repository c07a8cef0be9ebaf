"""Grounds that cite a plan or a forecast are found; others are left alone."""

from __future__ import annotations

import pytest

from rightplace.powers.searches.flags import citations, citing, grounds_recorded, plan_words
from tests.unit.search_rows import searches


@pytest.mark.parametrize(
    ("grounds", "cited"),
    [
        ("Stopped in a known hot spot.", ("a hot spot",)),
        ("In a HOT-SPOT for knives", ("a hot spot",)),
        ("hot\u2011spot", ("a hot spot",)),
        ("hot  \n spots", ("a hot spot",)),
        ("Hotspot area, male seen", ("a hot spot",)),
        ("hot\u200bspot", ("a hot spot",)),  # a space of no width hides nothing
        ("The forecast for tonight is high", ("a forecast",)),
        ("The patrol plan lists this street", ("a plan",)),
        ("Place on our list p-0123456789ab", ("a listed place", "the id of a plan or forecast")),
        ("f-00000000000a", ("the id of a plan or forecast",)),
        ("The algorithm said so", ("an algorithm or a model",)),
        ("Predicted robbery here", ("an algorithm or a model",)),
        ("Forecast hot spot on the plan", ("a hot spot", "a forecast", "a plan")),
    ],
)
def test_grounds_that_cite_a_plan_are_found(grounds: str, cited: tuple[str, ...]) -> None:
    assert citations(grounds) == cited


@pytest.mark.parametrize(
    "grounds",
    [
        "Seen to pass a wrap to another male, then to run.",
        "He was planning to leave when he saw us.",
        "Smelt of cannabis. Shots were heard; spotted a bulge in the waistband.",
        "A plane ticket, complaint from staff.",
        "ref xp-0123456789ab",
        "",
        None,
    ],
)
def test_other_grounds_are_left_alone(grounds: str | None) -> None:
    assert citations(grounds) == ()


def test_searches_that_cite_are_filtered_and_unrecorded_grounds_counted_apart() -> None:
    table = searches({"grounds": "In a hot spot."}, {"grounds": "Seen to hide a knife."}, {})
    assert citing(table)["reference"].to_pylist() == ["1"]
    assert grounds_recorded(table) == 2


def test_each_word_says_where_it_comes_from() -> None:
    assert all(word.origin and word.said for word in plan_words())
