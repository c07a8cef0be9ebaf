"""The lot by which a panel's searches are drawn: fixed by its seed, and by nobody."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest

from rightplace.errors import BadInputError
from rightplace.powers.searches.draw import DrawSettings, draw, lowest, weighted_share
from tests.unit.search_rows import searches

if TYPE_CHECKING:
    import pyarrow as pa

CHILD: dict[str, Any] = {"age": "10-17"}
STRIPPED: dict[str, Any] = {"more_than_outer": True}


def frame() -> pa.Table:
    """100 plain searches, 20 of children, 10 with more than outer clothing, 1 of a child so."""
    rows = [*([{}] * 100), *([CHILD] * 20), *([STRIPPED] * 10), CHILD | STRIPPED]
    return searches(*rows)


def test_children_and_more_than_outer_clothing_are_drawn_more_often_and_the_chance_is_told() -> (
    None
):
    drawn, strata = draw(frame(), seed=7, settings=DrawSettings(share=0.1))
    numbers = {
        (each.stratum.age, each.stratum.more_than_outer): (each.searches, each.drawn)
        for each in strata
    }
    assert numbers == {
        ("18 or over", False): (100, 10),  # 10 %
        ("under 18", False): (20, 8),  # 4 x 10 %
        ("18 or over", True): (10, 4),
        ("under 18", True): (1, 1),  # 16 x 10 % is all
    }
    chances = {(each.stratum.age, each.stratum.more_than_outer): each.chance for each in drawn}
    assert chances == {
        ("18 or over", False): 0.1,
        ("under 18", False): 0.4,
        ("18 or over", True): 0.4,
        ("under 18", True): 1.0,
    }
    assert len({each.reference for each in drawn}) == 23


def test_the_same_seed_gives_the_same_draw_whatever_the_order_and_another_seed_another() -> None:
    table, settings = frame(), DrawSettings()
    backwards = table.take(list(reversed(range(table.num_rows))))
    first, again = (
        draw(table, seed=1, settings=settings),
        draw(backwards, seed=1, settings=settings),
    )
    assert first == again
    assert draw(table, seed=2, settings=settings)[0] != first[0]


def test_the_lot_is_the_hash_of_seed_and_reference() -> None:
    """By hand: sha256 of the seed, a separator (0x1f) and the reference, lowest first."""
    names = ["a", "b", "c", "d"]
    by_hand = sorted(names, key=lambda each: hashlib.sha256(b"5\x1f" + each.encode()).hexdigest())
    assert lowest(names, 2, seed=5) == by_hand[:2]


def test_over_many_seeds_each_search_is_drawn_as_often_as_its_chance_says() -> None:
    table = searches(*([{}] * 10))
    times = dict.fromkeys(table["reference"].to_pylist(), 0)
    for seed in range(1000):
        for each in draw(table, seed=seed, settings=DrawSettings(share=0.3))[0]:
            times[each.reference] += 1
    # 1,000 draws with chance 0.3: 300, standard deviation 14.5
    assert all(abs(each - 300) < 5 * 14.5 for each in times.values())


def test_small_strata_are_seen_and_no_age_is_a_stratum_of_its_own() -> None:
    table = searches({"age": "not given"}, {"self_defined": "not stated"}, {"borough": "E09000007"})
    drawn, strata = draw(table, seed=0, settings=DrawSettings())
    assert [each.drawn for each in strata] == [1, 1, 1]
    assert {each.chance for each in drawn} == {1.0}
    words = {str(each.stratum) for each in drawn}
    assert "no borough, pace-1, age not given, ethnicity stated, outer clothing at most" in words


@pytest.mark.parametrize("row", [{"reference": None}, {"reference": "1"}])
def test_searches_without_a_reference_of_their_own_are_not_drawn(row: dict[str, Any]) -> None:
    with pytest.raises(BadInputError, match="reference"):
        draw(searches({}, row), seed=0, settings=DrawSettings())


@pytest.mark.parametrize("wrong", [{"share": 0.0}, {"children_times": 0.5}, {"least": -1}])
def test_a_draw_that_draws_nothing_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadInputError, match="is none"):
        DrawSettings(**wrong)


def test_a_share_told_from_the_draw_undoes_that_some_are_drawn_more_often() -> None:
    """Two drawn at 1 in 10 stand for 20; two at 1 in 2 for 4; one of these has it: 2 of 24."""
    drawn = {"a": 0.1, "b": 0.1, "c": 0.5, "d": 0.5}
    assert weighted_share(drawn, ["c"]) == pytest.approx(2 / 24)
    with pytest.raises(BadInputError, match="cannot be a share"):
        weighted_share(drawn, ["x"])
