"""Laws of the audit chain as values: any single change, removal or swap is found at its line."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rightplace.records.audit.chain import GENESIS, START, Head, Line, check_chain

Chain = list[tuple[Line, str]]
BEGIN = datetime(2026, 5, 4, 12, tzinfo=UTC)
FIELDS = ["operation", "actor_id", "record_type", "record_id", "product", "key_id", "sealed"]

facts = st.tuples(*[st.text(max_size=5)] * len(FIELDS))


def chain_of(rows: list[tuple[str, ...]]) -> Chain:
    made: Chain = []
    for number, row in enumerate(rows, start=1):
        previous = made[-1][1] if made else GENESIS
        line = Line(
            number=number,
            at=BEGIN + timedelta(seconds=number),
            previous=previous,
            **dict(zip(FIELDS, row, strict=True)),
        )
        made.append((line, line.hash))
    return made


def end(chain: Chain) -> Head:
    return Head(lines=chain[-1][0].number, hash=chain[-1][1])


chains = st.lists(facts, min_size=1, max_size=12).map(chain_of)


@st.composite
def chain_and_place(draw: st.DrawFn, *, least: int = 1) -> tuple[Chain, int]:
    chain = draw(st.lists(facts, min_size=least, max_size=12).map(chain_of))
    return chain, draw(st.integers(0, len(chain) - 1))


@given(chains)
def test_a_chain_that_nobody_touched_is_intact(chain: Chain) -> None:
    verdict = check_chain(chain, ends=[end(chain)])
    assert verdict.is_intact
    assert verdict.lines == len(chain)


@given(chain_and_place(), st.sampled_from([*FIELDS, "previous"]), st.text(max_size=5))
def test_an_altered_line_is_named(picked: tuple[Chain, int], name: str, value: str) -> None:
    chain, place = picked
    line, stored = chain[place]
    change: dict[str, Any] = {name: f"{getattr(line, name)}!{value}"}
    altered = replace(line, **change)
    chain[place] = (altered, stored)
    verdict = check_chain(chain)
    assert verdict.broken is not None
    assert verdict.broken.line == place + 1


@given(chain_and_place(), st.integers(1, 10**6))
def test_an_altered_time_is_named(picked: tuple[Chain, int], microseconds: int) -> None:
    chain, place = picked
    line, stored = chain[place]
    later = replace(line, at=line.at + timedelta(microseconds=microseconds))
    chain[place] = (later, stored)
    verdict = check_chain(chain)
    assert verdict.broken is not None
    assert verdict.broken.line == place + 1


@given(chain_and_place())
def test_an_altered_line_that_was_hashed_anew_is_named(picked: tuple[Chain, int]) -> None:
    chain, place = picked
    altered = replace(chain[place][0], actor_id="somebody else, surely")
    noted = end(chain)
    chain[place] = (altered, altered.hash)
    verdict = check_chain(chain, ends=[noted])
    assert verdict.broken is not None
    assert verdict.broken.line == place + 1


@given(chain_and_place())
def test_a_removed_line_is_named_the_last_one_too(picked: tuple[Chain, int]) -> None:
    chain, place = picked
    noted = end(chain)
    del chain[place]
    verdict = check_chain(chain, ends=[noted])
    assert verdict.broken is not None
    assert verdict.broken.line == place + 1


@given(chain_and_place(least=2), st.data())
def test_of_two_lines_that_were_swapped_the_first_is_named(
    picked: tuple[Chain, int], data: st.DataObject
) -> None:
    chain, one = picked
    other = data.draw(st.integers(0, len(chain) - 1).filter(lambda n: n != one))
    first, second = sorted((one, other))
    early, late = chain[first], chain[second]
    # Each takes the other's number, as its row would in the table.
    chain[first] = (replace(late[0], number=first + 1), late[1])
    chain[second] = (replace(early[0], number=second + 1), early[1])
    verdict = check_chain(chain)
    assert verdict.broken is not None
    assert verdict.broken.line == first + 1


@given(chain_and_place(), facts)
def test_an_end_that_was_written_anew_is_found_by_the_head_noted_apart(
    picked: tuple[Chain, int], row: tuple[str, ...]
) -> None:
    chain, place = picked
    noted = end(chain)
    rows = [tuple(getattr(line, name) for name in FIELDS) for line, _ in chain]
    rows[place] = ("forged", *row[1:])
    forged = chain_of(rows)
    assert check_chain(forged).is_intact
    verdict = check_chain(forged, ends=[noted])
    assert verdict.is_intact == (forged == chain)


@given(chain_and_place())
def test_what_is_left_after_pruning_verifies_from_where_it_was_pruned(
    picked: tuple[Chain, int],
) -> None:
    chain, place = picked
    start = Head(lines=place + 1, hash=chain[place][1])
    left = chain[place + 1 :]
    assert check_chain(left, start=start, ends=[end(chain)]).is_intact
    assert not check_chain(left, start=Head(lines=place + 1, hash=GENESIS), ends=[start]).is_intact


def test_an_empty_chain_is_intact() -> None:
    assert check_chain([], ends=[START]).is_intact
