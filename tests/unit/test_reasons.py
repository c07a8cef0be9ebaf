"""A reason is made of the place's own numbers; what moves its rank most stands first."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from rightplace.deploy import PlaceRecord, place_reasons, reason
from rightplace.errors import BadInputError

PLACE = PlaceRecord(
    last_12_months=57,
    last_28_days=6,
    recent_label="June 2018",
    area="Camden",
    area_rate=14.2,
    ranked=3804,
    rank=4,
    rank_without_last_12_months=311,
    rank_without_recent=9,
    rank_without_area_rate=4,
)


def test_the_number_that_moves_the_rank_most_leads() -> None:
    assert reason(PLACE) == (
        "57 in 12 months (rank 4 of 3,804; 311 without them), 6 in June 2018 (rank 9 without), "
        "Camden averages 14 a place (still rank 4 without)."
    )


def test_recent_incidents_lead_where_they_move_the_rank_most() -> None:
    surge = replace(PLACE, recent_label="last 28 days", rank_without_recent=900)

    assert reason(surge).startswith(
        "6 in the last 28 days (rank 4 of 3,804; 900 without them), 57 in 12 months (rank 311"
    )


def test_a_rank_lent_by_the_area_says_so() -> None:
    quiet = replace(
        PLACE,
        last_12_months=0,
        last_28_days=0,
        area="the study area",
        area_rate=0.34,
        area_unit="a place in 7 days",
        rank=1200,
        rank_without_last_12_months=1200,
        rank_without_recent=1200,
        rank_without_area_rate=3804,
    )

    assert reason(quiet) == (
        "The study area averages 0.34 a place in 7 days (rank 1,200 of 3,804; 3,804 without it), "
        "0 in 12 months (still rank 1,200 without), 0 in June 2018 (still rank 1,200 without)."
    )


@pytest.mark.parametrize("rank", [0, 3805])
def test_a_place_without_a_rank_has_no_reason(rank: int) -> None:
    with pytest.raises(BadInputError):
        replace(PLACE, rank=rank)


def test_a_realistic_plan_repeats_no_text_and_gives_three_numbers_of_each_place() -> None:
    rng = np.random.default_rng(11)
    n_cells = 600
    year = rng.poisson(rng.gamma(1.2, 15, n_cells))
    recent = rng.binomial(year, 1 / 12)
    ranks = {
        name: 1 + np.argsort(np.argsort(-score, kind="stable"))
        for name, score in {
            "rank": year + recent,
            "rank_without_last_12_months": recent,
            "rank_without_recent": year,
            "rank_without_area_rate": year + recent,
        }.items()
    }
    columns: dict[str, Any] = {
        "last_12_months": year.tolist(),
        "last_28_days": recent.tolist(),
        "recent_label": ["June 2018"] * n_cells,
        "area_rate": [14.2] * n_cells,
        "masked": [False] * n_cells,
        **{name: rank.tolist() for name, rank in ranks.items()},
    }

    said = place_reasons(columns, areas=["Camden"] * n_cells)

    busiest = [said[cell] for cell in np.argsort(columns["rank"])[:120]]
    assert max(Counter(busiest).values()) <= 0.2 * len(busiest)
    for cell in np.argsort(columns["rank"])[:120]:
        numbers = re.findall(r"\d[\d,]*", said[cell])
        own = [columns[name][cell] for name in ("last_12_months", "last_28_days", "rank")]
        assert all(f"{number:,}" in numbers for number in own)


def test_places_without_data_have_no_reason_and_are_not_ranked() -> None:
    columns: dict[str, Any] = {
        "last_12_months": [3, None],
        "last_28_days": [1, None],
        "recent_label": ["June 2018", "June 2018"],
        "area_rate": [3.0, None],
        "rank": [1, None],
        "rank_without_last_12_months": [1, None],
        "rank_without_recent": [1, None],
        "rank_without_area_rate": [1, None],
        "masked": [False, True],
    }

    said = place_reasons(columns, areas=["Camden", None])

    assert said[1] == ""
    assert "rank 1 of 1" in said[0]
    assert "Camden averages 3.0 a place" in said[0]
