"""What a pack says of missing months, of children, of words that vanished, and with what ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rightplace.app.searches.pack_children import Ages, ages, children_section
from rightplace.app.searches.pack_completeness import finding_told, missing_told
from rightplace.app.searches.pack_counting import WHOLE, Counts, Key
from rightplace.app.searches.pack_document import counted_sections
from rightplace.app.searches.pack_numbers import ratio_span, ratio_words, signed
from rightplace.app.searches.pack_outcomes import relied
from rightplace.app.searches.pack_periods import pack_months
from rightplace.app.searches.pack_slice import (
    BEFORE,
    NOW,
    SERIES,
    Slice,
    shown_estimate,
    shown_share,
)
from rightplace.app.searches.pack_withholding import Figure
from rightplace.app.searches.pack_words import SHORT, WORDS, chart_words
from rightplace.core.time import Month, months_between
from rightplace.errors import NotHeldError
from rightplace.powers.searches.completeness import Finding, Kind

FIRST, LAST = Month(2018, 1), Month(2018, 6)
GAP = (Month(2018, 3), Month(2018, 4))
HELD = [month for month in months_between(FIRST, LAST) if month not in GAP]
LONGEST = 22
"""Letters that find room beside a bar."""


def seen(**age: int) -> Slice:
    """A slice with these searches by age; an underscore stands for a space."""
    counts = {Key(WHOLE, WHOLE, "age", a.replace("_", " ")): Counts(n) for a, n in age.items()}
    counts |= {Key(WHOLE, WHOLE, WHOLE, ""): Counts(sum(age.values()), 30)}
    months = pack_months(HELD, FIRST, LAST)
    return Slice(months=months, counts={NOW: counts, BEFORE: {}, SERIES: {}})


def hiding(part: Slice, *values: str) -> Slice:
    figures = (Figure(NOW, Key(WHOLE, WHOLE, "age", v), "searches") for v in values)
    return replace(part, hidden=frozenset(figures))


AGES = {"under_10": 2, "10-17": 38, "18-24": 160, "not_given": 20, "not_recorded": 180}


def test_a_period_with_a_gap_is_told_with_the_months_that_are_held() -> None:
    months = pack_months(HELD, FIRST, LAST)
    assert months.words == "January to June 2018 (4 of 6 months held)"
    assert months.why_alone == "with months missing, the period is set against none before it"
    assert [*missing_told(months)] == [
        (
            "No file is held of March to April 2018, 2 months of the period: that is no data and "
            "not 0 searches, and no count holds them."
        )
    ]


def test_a_gap_at_the_end_of_the_period_is_missing_too() -> None:
    months = pack_months(HELD, FIRST, Month(2018, 8))
    assert [words[:40] for words in missing_told(months)][1] == (
        "No file is held of July to August 2018, "
    )


def test_a_period_of_which_nothing_is_held_is_refused() -> None:
    with pytest.raises(NotHeldError, match="March to April 2018"):
        pack_months(HELD, *GAP)


def test_months_without_data_read_no_data_and_never_0() -> None:
    rows = counted_sections(seen(**AGES))[0].tables[0].rows
    assert [row[0] for row in rows if row[1] == "no data"] == ["March 2018", "April 2018"]


def test_children_are_a_share_of_known_ages_and_blank_months_are_not_known() -> None:
    # 2 + 38 = 40 of 40 + 160 = 200; 20 + 180 = 200 not known.
    part = seen(**AGES)
    assert ages(part) == Ages(40, 200, 200)
    section = children_section(part)
    assert section.findings[0].startswith(
        "40 of the 200 searches whose age is known, 20.0 % (15.0 to 26.1), were of people under 18"
    )
    assert "200 more the age is not known" in section.findings[0]
    assert section.tables[0].rows[0][1:] == ("40", "200", "20.0 % (15.0 to 26.1)", "200")


def test_children_all_withheld_are_told_as_one_figure_where_the_rest_tells_it() -> None:
    assert ages(hiding(seen(**AGES), "under 10", "10-17")) == Ages(40, 200, 200)


@pytest.mark.parametrize("beside", ["18-24", "not given"])
def test_children_withheld_with_another_age_are_not_told(beside: str) -> None:
    part = hiding(seen(**AGES), "under 10", beside)
    assert ages(part).under_18 is None
    assert children_section(part).findings == ()


def test_one_band_of_children_withheld_tells_no_sum() -> None:
    assert ages(hiding(seen(**AGES), "under 10")).under_18 is None


def test_an_estimate_has_its_interval_and_a_small_share_is_not_0() -> None:
    # Wilson for 15 of 60: 15.8 to 37.2 %.
    assert shown_estimate(15, 60, least=50) == "25.0 % (15.8 to 37.2)"
    assert shown_estimate(15, 49, least=50) == "too few"
    assert shown_estimate(None, 60, least=50) == "withheld"
    assert shown_share(1, 10_000, least=50) == "under 0.1 %"
    assert shown_share(0, 10_000, least=50) == "0.0 %"


def test_shares_with_any_outcome_carry_their_interval_and_stop_where_outcomes_are_blank() -> None:
    part = seen(**AGES)
    age = next(each for each in counted_sections(part) if each.key == "age")
    assert age.tables[0].header[-1] == "With any outcome (95 % interval)"
    blank = {Key(WHOLE, WHOLE, "outcome", "not recorded"): Counts(9)}
    part = replace(part, counts={**part.counts, NOW: {**part.counts[NOW], **blank}})
    sections = {each.key: each for each in counted_sections(part)}
    assert "With any outcome (95 % interval)" not in sections["age"].tables[0].header
    assert "no outcome at all is recorded" in sections["power"].refusals[0]


def test_ratios_have_no_more_digits_than_they_bear_and_no_signed_nought() -> None:
    assert [ratio_words(r, h) for r, h in ((0.891, 1.2), (8.7, 12.3))] == ["0.89", "8.7"]
    assert ratio_span(8.59, 13.14) == "8.6 to 13.1"
    assert [signed(d) for d in (-0.0001, 0.012, -0.012)] == ["0.0", "+1.2", "\u22121.2"]


def test_a_number_that_turns_round_is_marked() -> None:
    assert relied("3.47", turns=True) == "3.47, do not rely"
    assert relied("3.47", turns=False) == "3.47"
    assert relied("", turns=True) == ""


def test_words_beside_bars_find_room_and_stay_apart() -> None:
    for name, words in WORDS.items():
        if name == "hour":
            continue
        told = [chart_words(name, value) for value in words]
        assert len(set(told)) == len(told), name
        assert [each for each in told if len(each) > LONGEST] == []
    assert all(SHORT.values())


@pytest.mark.parametrize(
    ("kind", "what", "usual", "told"),
    [
        (
            Kind.VANISHED,
            "power: cja-139b",
            0.02,
            "no search has the power “School premises (CJA 1988, s 139B)”; before, 2 % had it.",
        ),
        (Kind.BLANK, "object", 1.0, "the column “object of search” is blank in every search."),
        (
            Kind.INCOMPLETE,
            "self_defined: not stated; type: vehicle",
            9000.0,
            (
                "incomplete publication, not a fall. 500 searches a month against 9,000 a month "
                "before, and none of them with the self-defined ethnicity “Not stated”; the type "
                "of search “Vehicle”. Counts and rates speak of the rest alone."
            ),
        ),
    ],
)
def test_what_a_file_lacks_is_told_in_the_words_of_the_tables(
    kind: Kind, what: str, usual: float, told: str
) -> None:
    found = Finding(
        kind=kind,
        what=what,
        force="city-of-london",
        first_month=date(2018, 2, 1),
        last_month=date(2018, 3, 1),
        searches=1000,
        usual=usual,
        message="",
    )
    assert finding_told(found) == f"City of London, February to March 2018: {told}"


@pytest.mark.parametrize(
    ("now", "told"), [(601, "about as many per day"), (660, "10 % more per day")]
)
def test_a_change_that_rounds_to_nothing_is_no_change(now: int, told: str) -> None:
    months = pack_months([Month(2017, 3), Month(2018, 3)], Month(2018, 3), Month(2018, 3))
    whole, by_month = Key(WHOLE, WHOLE, WHOLE, ""), {"2017-03": 600, "2018-03": now}
    monthly = {Key(WHOLE, WHOLE, "month", m): Counts(n) for m, n in by_month.items()}
    counts = {NOW: {whole: Counts(now)}, BEFORE: {whole: Counts(600)}, SERIES: monthly}
    section = counted_sections(Slice(months=months, counts=counts))[0]
    assert told in section.findings[0]
