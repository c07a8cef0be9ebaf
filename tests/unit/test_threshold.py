"""The threshold test: what it takes, when it gives no result, and what it must not be misled by."""

from __future__ import annotations

import importlib.util
import time
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from scipy.special import expit

from rightplace.app.searches.residents import shipped_residents
from rightplace.app.searches.threshold import threshold
from rightplace.errors import BadInputError
from rightplace.powers.searches.columns import SCHEMA, STATED, Ethnicity
from rightplace.powers.searches.tested import NoResult
from rightplace.powers.searches.threshold import (
    Estimate,
    ThresholdResult,
    _groups,
    threshold_test,
)
from rightplace.powers.searches.threshold_cells import Cells, cells_of, usable
from rightplace.powers.searches.threshold_checks import Diagnostics, diagnostics
from rightplace.powers.searches.threshold_model import Draws, rates
from rightplace.powers.searches.threshold_process import sampled
from rightplace.powers.searches.threshold_settings import ThresholdSettings

SETTINGS = ThresholdSettings()
GROUPS = (Ethnicity.ASIAN, Ethnicity.BLACK, Ethnicity.WHITE)
needs_extra = pytest.mark.skipif(
    importlib.util.find_spec("numpyro") is None, reason="the extra threshold is not installed"
)


def simulated(logit_threshold: tuple[float, float, float], *, seed: int, places: int = 15) -> Cells:
    """Counts drawn from the model; groups carry alike often, but signs tell of some better."""
    rng = np.random.default_rng(seed)
    phi = expit(-3 + np.array([-0.2, 0.6, 0.0]) + rng.normal(0, 0.4, (places, 1)))
    delta = np.exp(0.5 + np.array([0.0, -0.3, 0.3]) + rng.normal(0, 0.1, (places, 1)))
    bar = expit(np.array(logit_threshold) + rng.normal(0, 0.1, (places, 3)))
    searched, hit = rates(phi, delta, bar)
    residents = np.full((places, 3), 60_000)
    searches = rng.binomial(residents, searched)
    return Cells(
        places=tuple(f"E090000{n:02d}" for n in range(places)),
        groups=GROUPS,
        residents=residents,
        searches=searches,
        known=searches,
        hits=rng.binomial(searches, hit),
    )


def result_of(cells: Cells, settings: ThresholdSettings = SETTINGS) -> ThresholdResult | NoResult:
    return threshold_test(
        cells,
        left_out=0,
        described="self_defined",
        settings=settings,
        rng=np.random.default_rng(1),
        progress=lambda _: None,
    )


def differences(cells: Cells, found: Draws) -> tuple[Estimate, Estimate]:
    """Return how far the thresholds of asian and of black people lie from those of white people."""
    white, asian, black = _groups(cells, found, None)
    assert white.difference is None
    assert asian.difference is not None
    assert black.difference is not None
    return asian.difference, black.difference


@needs_extra
@pytest.mark.large
def test_thresholds_are_told_apart_where_the_outcome_test_misleads() -> None:
    """One sampling of equal thresholds and one of a lower one, of groups that carry otherwise."""
    alike, lower = simulated((-1.1, -1.1, -1.1), seed=3), simulated((-1.1, -1.9, -1.1), seed=4)
    quick = replace(SETTINGS, warm_up=300, draws=300, limit_seconds=600)
    tables = [(c.residents, c.searches, c.known, c.hits) for c in (alike, lower)]
    found = sampled(tables, quick, seed=1, progress=lambda _: None)
    assert [each.divergences for each in found] == [0, 0]
    assert max(each.largest_r_hat for each in found) < 1.05
    rate = alike.hits.sum(axis=0) / alike.searches.sum(axis=0)
    assert rate[1] < rate[2] - 0.03  # searches of black people succeed less often, on one bar
    assert all(each.holds_zero for each in differences(alike, found[0]))
    asian, black = differences(lower, found[1])
    assert asian.holds_zero
    assert black.hi95 < 0
    assert black.lo95 < expit(-1.9) - expit(-1.1) < black.hi95


@needs_extra
def test_a_sampling_that_takes_too_long_is_stopped_and_is_no_result() -> None:
    began = time.monotonic()
    result = result_of(simulated((-1, -1, -1), seed=5), replace(SETTINGS, limit_seconds=0.2))
    assert isinstance(result, NoResult)
    assert "not done within" in result.sentence
    assert time.monotonic() - began < 120  # a whole sampling takes longer than that


def test_rates_are_those_of_a_hand_worked_case() -> None:
    # Half carry, distance 2, threshold one half: by symmetry officers search above a signal of 1,
    # so 1 - Q of carriers: ndtr(1) = 0.8413, and of the others 0.1587: half are searched, and
    # 84.13 % of searches succeed.
    searched, hit = rates(np.array(0.5), np.array(2.0), np.array(0.5))
    assert searched == pytest.approx(0.5)
    assert hit == pytest.approx(0.841344746)


def test_rates_agree_with_a_simulated_crowd() -> None:
    rng = np.random.default_rng(0)
    carries = rng.random(400_000) < 0.1
    signal = rng.normal(carries * 1.5, 1)
    odds = 0.1 / 0.9 * np.exp(1.5 * signal - 1.5**2 / 2)
    taken = odds / (1 + odds) > 0.3
    searched, hit = rates(np.array(0.1), np.array(1.5), np.array(0.3))
    assert searched == pytest.approx(taken.mean(), rel=0.02)
    assert hit == pytest.approx(carries[taken].mean(), rel=0.02)


def draws(cells: Cells, **changed: float) -> Draws:
    rate = np.broadcast_to(cells.searches / cells.residents, (400, *cells.searches.shape))
    hit = np.broadcast_to(cells.hits / cells.known, rate.shape)
    told = {"largest_r_hat": 1.001, "least_effective": 900.0} | changed
    return Draws(
        threshold=hit,
        search_rate=rate,
        hit_rate=np.clip(hit + changed.pop("off", 0.0), 0, 1),
        largest_r_hat=told["largest_r_hat"],
        least_effective=told["least_effective"],
        divergences=int(told.get("divergences", 0)),
    )


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"largest_r_hat": 1.02}, "R-hat is 1.020"),
        ({"largest_r_hat": float("nan")}, "R-hat"),
        ({"least_effective": 399.0}, "399 effective draws"),
        ({"divergences": 1}, "lost its way 1 times"),
        ({"off": 0.2}, "the model gives the hit rates of 0%"),
    ],
)
def test_each_diagnostic_alone_stops_a_result(changed: dict[str, float], fault: str) -> None:
    cells = simulated((-1, -1, -1), seed=6)
    rng = np.random.default_rng(0)
    assert diagnostics(draws(cells), cells, rng).faults(SETTINGS) == ()
    found = diagnostics(draws(cells, **changed), cells, rng)
    assert isinstance(found, Diagnostics)
    assert len(found.faults(SETTINGS)) == 1
    assert fault in found.faults(SETTINGS)[0]


def test_places_with_few_searches_or_more_searches_than_people_are_left_out() -> None:
    cells = simulated((-1, -1, -1), seed=7)
    few = cells.searches.copy()
    few[0, 1] = 29
    people = cells.residents.copy()
    people[1, 2] = cells.searches[1, 2]
    known, hits = np.minimum(few, cells.known), np.minimum(few, cells.hits)
    less = replace(cells, searches=few, known=known, hits=hits, residents=people)
    kept = usable(less, SETTINGS)
    assert isinstance(kept, Cells)
    assert kept.places == cells.places[2:]
    refused = usable(less, replace(SETTINGS, least_places=14))
    assert refused == (
        "only 13 of 15 places have 30 searches of known outcome of every group, and fewer searches "
        "than residents; 14 places are needed"
    )


def table(**columns: list[object]) -> pa.Table:
    n = len(next(iter(columns.values())))
    fixed = {"row_number": list(range(n))} | columns
    return pa.Table.from_pydict(
        {name: fixed.get(name, [None] * n) for name in SCHEMA.names}, SCHEMA
    )


def test_counts_leave_out_what_has_no_borough_or_group() -> None:
    searches = table(
        borough=["E1", "E1", "E1", None, "E2", "E9"],
        self_defined=["white", "black", "not stated", "white", "black", "white"],
        outcome=["arrest", "no further action", "arrest", "arrest", "caution", "arrest"],
    )
    people = {code: dict.fromkeys(STATED, 100) for code in ("E1", "E2")}
    found = cells_of(searches, people, column="self_defined", outcome="any_outcome_rate")
    black, white = STATED.index(Ethnicity.BLACK), STATED.index(Ethnicity.WHITE)
    assert found.places == ("E1", "E2")
    assert found.searches[:, [black, white]].tolist() == [[1, 1], [1, 0]]
    assert found.hits[:, [black, white]].tolist() == [[0, 1], [1, 0]]
    arrests = cells_of(searches, people, column="self_defined", outcome="arrest_rate")
    assert arrests.hits.sum() == 1


def test_a_file_without_links_has_no_result_and_never_a_stand_in() -> None:
    searches = table(
        borough=["E09000001"] * 3,
        month=[np.datetime64("2018-03-01").item()] * 3,
        self_defined=["white"] * 3,
        outcome=["arrest"] * 3,
    )
    found = threshold(
        searches,
        shipped_residents(),
        settings=replace(SETTINGS, outcome="linked_find_rate"),
        rng=np.random.default_rng(0),
    )
    assert isinstance(found, NoResult)
    assert "does not record whether the outcome was linked" in found.sentence


def test_settings_that_cannot_be_are_refused() -> None:
    for wrong in ({"outcome": "weapon_yield"}, {"chains": 1}, {"least_places": 0}):
        with pytest.raises(BadInputError, match="threshold"):
            replace(SETTINGS, **wrong)
