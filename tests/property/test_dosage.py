"""Laws of dosage: what holds for any pings."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rightplace.evaluate import reference
from rightplace.evaluate.disclosure import Roll, shown
from rightplace.evaluate.rules import DwellRules

Row = dict[str, Any]
RULES = DwellRules()
SLOTS = [
    {"slot": n, "day": 0, "slot_opens": n * 7200, "slot_closes": n * 7200 + 7200} for n in (0, 1)
]
TASKS = [{"cell": cell, "day": 0, "holdout": 0} for cell in (0, 1)]
PINGS = st.lists(
    st.builds(
        lambda crew, second, minute, cell: {
            "crew": crew,
            "officer": crew * 2 + second,
            "at": minute * 60,
            "x": 0.0,
            "y": 0.0,
            "cell": cell,
        },
        st.integers(0, 2),
        st.integers(0, 1),
        st.integers(0, 239),
        st.integers(-1, 1),
    ),
    max_size=60,
)


def visits(rows: list[Row]) -> list[Row]:
    """The plain reference, which every engine equals (tests/engine/test_dosage.py)."""
    pings = [{"row": number, **row} for number, row in enumerate(rows)]
    spans = reference.spans(reference.distinct_moments(pings), RULES)
    presence = reference.visits_of_spans(spans, RULES)
    kinds = reference.kinds_of_spans(presence, slots=SLOTS, tasks=TASKS, crews=3, rules=RULES)
    return reference.visits(kinds)


@settings(max_examples=60, deadline=None)
@given(rows=PINGS)
def test_patrol_time_never_exceeds_officer_time_and_each_visit_its_officers(
    rows: list[Row],
) -> None:
    for visit in visits(rows):
        assert 0 <= visit["patrol_seconds"] <= visit["officer_seconds"]
        assert visit["officer_seconds"] <= 2 * (visit["closes"] - visit["opens"])


@settings(max_examples=60, deadline=None)
@given(rows=PINGS, data=st.data())
def test_the_order_and_repeats_of_rows_change_nothing(rows: list[Row], data: st.DataObject) -> None:
    # A point lies in one cell: rows that say otherwise cannot come from a file.
    at = {(row["officer"], row["at"], row["x"], row["y"]) for row in rows}
    assume(
        len(at)
        == len({(*(row[k] for k in ("officer", "at", "x", "y")), row["cell"]) for row in rows})
    )
    shuffled = data.draw(st.permutations(rows))
    assert visits([*shuffled, *shuffled[:5]]) == visits(rows)


@settings(max_examples=60, deadline=None)
@given(rows=PINGS, minutes=st.integers(1, 10_000))
def test_visits_do_not_depend_on_when_time_is_counted_from(rows: list[Row], minutes: int) -> None:
    pings = [{"row": number, **row} for number, row in enumerate(rows)]
    later = [ping | {"at": ping["at"] + minutes * 60} for ping in pings]

    def lengths(of: list[Row]) -> list[int]:
        found = reference.visits_of_spans(reference.spans(of, RULES), RULES)
        return sorted(span["visit_closes"] - span["visit_opens"] for span in found)

    alone = reference.distinct_moments
    assert lengths(alone(pings)) == lengths(alone(later))


@settings(max_examples=100, deadline=None)
@given(
    parts=st.dictionaries(
        st.sampled_from("abcdefgh"), st.frozensets(st.integers(0, 19), max_size=9), max_size=8
    )
)
def test_no_part_and_no_remainder_of_fewer_than_five_crews_can_be_known(
    parts: dict[str, frozenset[int]],
) -> None:
    roll = Roll({crew: frozenset({2 * crew, 2 * crew + 1}) for crew in range(20)})
    may = shown(parts, roll)
    assert all(len(parts[key]) >= 5 for key in may)
    hidden = frozenset[int]().union(*(parts[key] for key in parts.keys() - may))
    assert not may or len(parts) == len(may) or len(hidden) >= 5
