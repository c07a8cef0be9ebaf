"""Which of the files held stand, by release and by the ground they cover."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from rightplace.crime.holdings import Entry, Partition, entries_of, holdings

AUGUST, SEPTEMBER = date(2018, 8, 1), date(2018, 9, 1)


def entry(
    name: str,
    *months: str,
    release: date | None = None,
    **facts: Any,  # noqa: ANN401 - any field of an entry
) -> Entry:
    plain = Entry(
        entry_id=name,
        path=f"{name}.csv",
        sha256="",
        mapping="m",
        mapping_sha256="",
        publisher="p",
        release=release,
        read=10 * len(months),
        quarantined={},
        superseded={},
        kind="crimes",
        upsert=False,
        dense=False,
        partitions=tuple(Partition(population="p/f/crimes", month=m, rows=10) for m in months),
    )
    return replace(plain, **facts)


def test_a_later_release_replaces_the_months_it_shares_and_no_other() -> None:
    old = entry("old", "2018-05", "2018-06", release=AUGUST)
    new = entry("new", "2018-06", "2018-07", release=SEPTEMBER)
    for order in ([old, new], [new, old]):
        held = holdings(order, kind="crimes")
        assert held.replaced == {("old", "p/f/crimes", "2018-06")}
        assert (held.rows_standing(old), held.rows_standing(new)) == (10, 20)
        assert held.releases == ["2018-08-01", "2018-09-01"]


def test_a_declared_release_comes_after_one_never_declared() -> None:
    undeclared, declared = entry("a", "2018-06"), entry("b", "2018-06", release=AUGUST)
    held = holdings([declared, undeclared], kind="crimes")
    assert held.replaced == {("a", "p/f/crimes", "2018-06")}


def test_known_at_leaves_out_later_releases_and_those_never_declared() -> None:
    undeclared = entry("a", "2018-05")
    old, new = entry("b", "2018-06", release=AUGUST), entry("c", "2018-06", release=SEPTEMBER)
    held = holdings([undeclared, old, new], kind="crimes", known_at=date(2018, 8, 31))
    assert (held.entries, held.left_out, held.replaced) == ((old,), (undeclared,), frozenset())


def test_extracts_of_other_ground_do_not_replace_each_other() -> None:
    west = entry("west", "2018-06", release=AUGUST, extent=("W1", "W2"))
    east = entry("east", "2018-06", release=SEPTEMBER, extent=("E1",))
    both = entry("both", "2018-06", release=SEPTEMBER, extent=("W1", "W2", "E1"))
    whole = entry("whole", "2018-06", release=SEPTEMBER)
    assert holdings([west, east], kind="crimes").replaced == frozenset()
    assert holdings([west, both], kind="crimes").replaced == {("west", "p/f/crimes", "2018-06")}
    assert (both.covers(west), west.covers(both), east.overlaps(west)) == (True, False, False)
    assert (whole.covers(west), west.covers(whole), whole.overlaps(west)) == (True, False, True)


def test_feeds_that_send_records_again_replace_no_month() -> None:
    old = entry("old", "2018-06", release=AUGUST, upsert=True)
    new = entry("new", "2018-06", release=SEPTEMBER, upsert=True)
    assert holdings([old, new], kind="crimes").replaced == frozenset()


def test_what_was_refused_or_is_of_another_kind_is_not_held() -> None:
    refused = entry("a", "2018-06", refused="why")
    searches = entry("b", "2018-06", kind="searches")
    assert holdings([refused, searches], kind="crimes").entries == ()


def test_rows_held_under_another_file_are_not_counted_here() -> None:
    twin = Partition(population="p/f/crimes", month="2018-06", rows=10, same_as="a")
    one, two = entry("a", "2018-06"), entry("b", partitions=(twin,))
    held = holdings([one, two], kind="crimes")
    assert (held.rows_standing(one), held.rows_standing(two)) == (10, 0)


@pytest.mark.parametrize("release", [None, AUGUST])
def test_an_entry_comes_back_from_the_manifest_as_it_was(release: date | None) -> None:
    written = entry("a", "2018-06", release=release, extent=("W1",), refused="why")
    assert entries_of([written.to_json()]) == [written]
