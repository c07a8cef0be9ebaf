"""Laws of the equality effect: nothing is lost, nothing made, and names of places do not matter."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rightplace.deploy.equality import GroupAccount, Lived, PlaceSums, account_of_groups

if TYPE_CHECKING:
    from random import Random

    from numpy.typing import NDArray

SUMS = ("residents", "visited_residents", "minutes", "recorded", "visited_recorded")


@st.composite
def worlds(draw: st.DrawFn) -> tuple[PlaceSums, Lived, Lived]:
    """Return places, some of them unknown, and two groups that are all residents together."""
    n = draw(st.integers(1, 12))

    def column(low: int, high: int) -> NDArray[np.float64]:
        return draw(arrays(np.float64, n, elements=st.integers(low, high).map(float)))

    residents, share = column(0, 3000), column(0, 100) / 100
    unknown, masked = column(0, 1) > 0, column(0, 1) > 0
    places = PlaceSums(
        residents=np.where(unknown, np.nan, residents),
        minutes=15 * column(0, 9),
        recorded=np.where(masked, np.nan, column(0, 200)),
    )
    one = Lived(kind="ethnic_group", name="one", residents=share * residents)
    other = Lived(kind="ethnic_group", name="other", residents=residents - share * residents)
    return places, one, other


def whole(places: PlaceSums) -> GroupAccount:
    everyone = Lived(kind="all", name="all", residents=places.residents)
    (found,) = account_of_groups([everyone], places)
    return found


@given(worlds())
def test_groups_that_are_all_residents_share_all_that_is_known(
    world: tuple[PlaceSums, Lived, Lived],
) -> None:
    places, one, other = world
    parts = account_of_groups([one, other], places)
    for name in SUMS:
        together = sum(getattr(part, name) for part in parts)
        assert together == pytest.approx(getattr(whole(places), name), abs=1e-6)
    assert whole(places).minutes == pytest.approx(places.minutes[places.known].sum())


@given(worlds(), st.integers(2, 5))
def test_more_of_the_same_patrol_leaves_each_groups_part_as_it_was(
    world: tuple[PlaceSums, Lived, Lived], times: int
) -> None:
    places, one, _ = world
    (before,) = account_of_groups([one], places)
    (after,) = account_of_groups([one], replace(places, minutes=times * places.minutes))
    assert after.minutes == pytest.approx(times * before.minutes)
    assert after.recorded == before.recorded


@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_places_does_not_matter(
    world: tuple[PlaceSums, Lived, Lived], chance: Random
) -> None:
    places, one, _ = world
    order = list(range(places.minutes.size))
    chance.shuffle(order)
    turned = PlaceSums(
        **{n: getattr(places, n)[order] for n in ("residents", "minutes", "recorded")}
    )
    (here,) = account_of_groups([one], places)
    (there,) = account_of_groups([replace(one, residents=one.residents[order])], turned)
    for name in SUMS:
        assert getattr(here, name) == pytest.approx(getattr(there, name))
