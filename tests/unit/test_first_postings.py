"""Fairness of first postings: an aggregate by area, with small numbers withheld."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from scipy.stats import binom

from rightplace.app.workforce.first_postings import WITHHELD, posting_shares
from rightplace.deploy.workforce.first_postings import AreaPostings, read_first_postings
from rightplace.errors import BadInputError, RefusedError

if TYPE_CHECKING:
    from pathlib import Path


def areas(**given: tuple[int, int]) -> tuple[AreaPostings, ...]:
    return tuple(
        AreaPostings(area=name, first_postings=posted, established_officers=officers, row=row)
        for row, (name, (posted, officers)) in enumerate(given.items(), 1)
    )


def test_s20_a_share_of_postings_stands_by_the_share_of_officers_with_its_exact_interval() -> None:
    # Half of the officers and three quarters of the postings: one and a half times its share.
    one, other = posting_shares(areas(north=(60, 500), south=(20, 500)))
    assert one.ratio == pytest.approx(1.5)
    assert other.ratio == pytest.approx(0.5)
    assert one.lo95 is not None
    assert one.hi95 is not None
    # Clopper and Pearson: at each end what was seen, or more, has a chance of 2.5 %.
    assert binom.sf(59, 80, one.lo95 / 2) == pytest.approx(0.025)
    assert binom.cdf(60, 80, one.hi95 / 2) == pytest.approx(0.025)
    assert one.words.startswith("more")
    assert other.words.startswith("fewer")


def test_s20_fewer_than_five_are_withheld_and_so_is_what_would_give_them_away() -> None:
    found = {each.area: each for each in posting_shares(areas(a=(3, 100), b=(6, 100), c=(40, 100)))}
    assert found["a"].first_postings is None
    assert found["b"].first_postings is None
    assert (found["b"].ratio, found["b"].words) == (None, WITHHELD)
    assert found["c"].first_postings == 40
    assert found["a"].share_of_officers == pytest.approx(1 / 3)


def test_s20_rows_of_persons_have_no_column(tmp_path: Path) -> None:
    path = tmp_path / "postings.csv"
    path.write_text("area,first_postings,established_officers,officer_id\nBrent,5,400,P1\n")
    with pytest.raises(RefusedError, match=r"officer_id.*nothing about an officer is needed"):
        read_first_postings(path)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("Brent,-5,400", "no number"),
        ("Brent,5.5,400", "no whole number"),
        ("Brent,,400", "is empty"),
        ("Brent,5,0", "fewer than 5"),
        ("PC 1234,1,1", r"'1' is fewer than 5: a count so small tells of persons"),
        ("Barnet,5,400", "stands in rows 1 and 2"),
        (",5,400", "is empty"),
    ],
)
def test_a_row_that_cannot_be_is_named(tmp_path: Path, row: str, said: str) -> None:
    path = tmp_path / "postings.csv"
    path.write_text(f"area,first_postings,established_officers\nBarnet,10,300\n{row}\n")
    with pytest.raises(BadInputError, match=said) as caught:
        read_first_postings(path)
    assert caught.value.fault.row == 2


def test_nobody_posted_is_said(tmp_path: Path) -> None:
    path = tmp_path / "postings.csv"
    path.write_text("area,first_postings,established_officers\nBarnet,0,300\n")
    with pytest.raises(BadInputError, match="Nobody was posted"):
        read_first_postings(path)
