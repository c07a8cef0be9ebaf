from __future__ import annotations

from dataclasses import replace

import pytest

from rightplace.briefing import (
    PLACE_NOT_PERSON,
    BcuRow,
    ConstraintCost,
    InForceItem,
    Link,
    MapCell,
)
from rightplace.errors import BadInputError
from tests.brief_worlds import STAMP, cell_outline, layer, line, sheet


def test_sentence_about_places_reads_as_the_requirement_words_it() -> None:
    assert PLACE_NOT_PERSON == (
        "This listing is about a place. It is not reasonable grounds to stop or search anyone, "
        "and not by itself a ground for section 60."
    )


def test_twelve_lines_fit_and_a_thirteenth_is_refused() -> None:
    assert len(sheet(12).lines) == 12
    with pytest.raises(BadInputError, match="13 lines; at most 12 fit"):
        sheet(13)


@pytest.mark.parametrize("marking", ["", "  ", "\u202e"])
def test_empty_marking_is_refused(marking: str) -> None:
    with pytest.raises(BadInputError, match="marking is empty"):
        replace(STAMP, marking=marking)


def test_monthly_data_are_never_called_serious_violence() -> None:
    with pytest.raises(BadInputError, match="cannot tell serious violence"):
        replace(STAMP, counted="Serious  violence")
    with pytest.raises(BadInputError, match="cannot tell serious violence"):
        sheet(headline="About 3 serious violent offences are expected.")


def test_event_data_may_be_called_serious_violence() -> None:
    stamp = replace(STAMP, counted="Serious violence", month_only=False)
    assert stamp.counted == "Serious violence"


def test_lines_out_of_order_are_refused() -> None:
    with pytest.raises(BadInputError, match=r"lines are numbered \[2, 1\]"):
        replace(sheet(2), lines=(line(2), line(1)))


def test_map_that_numbers_other_places_than_the_table_is_refused() -> None:
    with pytest.raises(BadInputError, match="map and table differ"):
        replace(sheet(2), layer=layer(3))


def test_page_beyond_the_last_is_refused() -> None:
    with pytest.raises(BadInputError, match="page 13 of 12"):
        sheet(page=13)


def test_line_without_a_visit_or_without_words_is_refused() -> None:
    with pytest.raises(BadInputError, match="0 visits"):
        line(1, visits=0)
    with pytest.raises(BadInputError, match="avoid is empty"):
        line(1, avoid=" ")


def test_item_in_force_that_would_not_fit_uncut_is_refused() -> None:
    with pytest.raises(BadInputError, match="at most 140"):
        InForceItem(kind="Section 60", words="x" * 130, expires="Ends 03:00.")


@pytest.mark.parametrize("value", [-0.1, float("nan"), float("inf")])
def test_impossible_expected_count_is_refused(value: float) -> None:
    with pytest.raises(BadInputError, match="must be finite"):
        MapCell(outline=cell_outline(1), value=value)


def test_shade_bounds_that_do_not_rise_are_refused() -> None:
    with pytest.raises(BadInputError, match="each must lie above"):
        replace(layer(), edges=(1.0, 2.0, 2.0, 3.0))


@pytest.mark.parametrize("href", ["javascript:alert(1)", "/etc/passwd", "../x.html", "//host/x"])
def test_link_that_leaves_the_folder_is_refused(href: str) -> None:
    with pytest.raises(BadInputError, match="only to files beside it"):
        Link(words="sheet", href=href)


def test_share_of_crew_time_above_one_is_refused() -> None:
    with pytest.raises(BadInputError, match="share of crew time"):
        BcuRow(
            bcu="Two Rivers",
            visits=1,
            places=1,
            crew_time_used=1.2,
            expected="3",
            prevented="0",
            no_data=(),
        )


def test_cost_that_the_gap_hides_is_not_printed_as_a_cost() -> None:
    hidden = ConstraintCost(name="cap", lo=-0.1, hi=0.25)
    assert hidden.in_words == "less than the gap can show (at most 0.25)"
    assert ConstraintCost(name="cap", lo=0.2, hi=0.5).in_words == "0.2 to 0.5"
