"""The report of a workforce: its first sentence, what is not sure, and nothing of an officer."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from rightplace.app.workforce.report_document import EXPECTED_ALONE, document_of
from rightplace.app.workforce.report_kept import Kept, beside, newest, said
from rightplace.app.workforce.report_words import answer, change, difference, number, signed, span
from rightplace.app.workforce.report_writing import months_csv, report_json, tables_csv
from rightplace.app.workforce.result import WorkforceResult
from rightplace.briefing.stamp import SYNTHETIC
from rightplace.briefing.workforce.charts import chart_svg
from rightplace.briefing.workforce.page import report_page
from rightplace.briefing.workforce.paper import report_pdf
from rightplace.briefing.workforce.values import Line, Section
from rightplace.errors import BadInputError
from tests.workforce_worlds import (
    HISTORY,
    a_force,
    a_month,
    a_target,
    a_what_if,
    forecast_record,
    history_record,
    spread,
)

if TYPE_CHECKING:
    from rightplace.briefing.workforce.values import StrengthReport

EVIL = "=HYPERLINK(1)<script>alert(1)</script>"


def made(result: WorkforceResult, **beside_it: Any) -> StrengthReport:  # noqa: ANN401 - of Kept
    """Return the report of a result."""
    kept = Kept(record=forecast_record(result), **beside_it)
    return document_of(kept, marking="OFFICIAL")


def section(report: StrengthReport, key: str) -> Section:
    """Return a section by its name."""
    return next(each for each in report.sections if each.key == key)


def test_s20_the_first_sentence_says_when_the_target_is_met_in_heads_and_in_deployable() -> None:
    # Deployable is 90, 94, 98, 102 on average: 100 from April on; its upper end 94, 96, 102: from
    # March on, and its lower end, 102 less 6, not within the horizon.
    target = a_target(strength=100.0, name="100")
    assert answer(a_force(targets=(target,))) == (
        "100 headcount by March 2030 in half of draws, 80 % February to April 2030; 100 officers "
        "who can be deployed on average not before April 2030, 80 % band March 2030 to after "
        "April 2030."
    )


def test_a_target_of_its_own_says_when_as_many_can_be_deployed() -> None:
    own = a_target(measure="deployable", name="deployable", median_month=None, never_share=0.7)
    assert answer(a_force(targets=(a_target(), own))).endswith(
        "105 officers who can be deployed not by April 2030 in 70.0 % of draws, the earliest tenth "
        "by February 2030."
    )


def test_expected_values_alone_claim_no_interval() -> None:
    result = a_force(draws=0, compared_draws=0)
    told = answer(result)
    assert "80 %" not in told
    assert "how sure is not said" in told
    report = made(result)
    assert EXPECTED_ALONE in report.flags
    for key in ("targets", "strength", "what-ifs"):
        cells = [cell for t in section(report, key).tables for row in t.rows for cell in row]
        assert not any(" to " in cell for cell in cells), key


def test_without_a_target_strength_at_the_end_is_told() -> None:
    assert answer(a_force(targets=())).startswith(
        "112 headcount at the end of April 2030, 80 % 109 to 115; 102 officers who can be deployed"
    )


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        ("2030-01", "2030-03", "January to March 2030"),
        ("2029-12", "2030-03", "December 2029 to March 2030"),
        ("2030-02", "2030-02", "February 2030"),
        ("2030-02", None, "February 2030 to after April 2030"),
        (None, None, "after April 2030"),
    ],
)
def test_an_interval_of_months_is_told_beyond_the_horizon_too(
    low: str | None, high: str | None, words: str
) -> None:
    assert span(low, high, end="2030-04") == words


def test_an_interval_that_spans_zero_is_not_sure_and_stands_beside_the_answer() -> None:
    unsure = spread(2.0, apart=3.0)
    assert difference(unsure, is_drawn=True) == "+2 (\u22121 to +5), not sure"
    assert difference(spread(-3.0, apart=1.0), is_drawn=True) == "\u22123 (\u22124 to \u22122)"
    report = made(a_force())
    assert any("Not sure: whether \u201cmore tutors\u201d" in words for words in report.flags)
    sure = a_force(what_ifs=(a_what_if("more tutors", deployable=spread(2.0, apart=1.0)),))
    assert not any("Not sure" in words for words in made(sure).flags)


def test_numbers_and_changes_read_as_people_write_them() -> None:
    assert number(-0.2) == signed(-0.2) == "0"
    assert signed(1234.4) == "+1,234"
    assert change("tutors_factor=1.25, training_months=-1") == (
        "Tutors times 1.25; Length of initial training \u22121 month"
    )


def test_start_joiners_and_leavers_add_up_in_the_sentence_of_flows() -> None:
    # 100 + 3 x 6 - 3 x 2 = 112.
    words = section(made(a_force()), "flows").words[0]
    assert "100 +18 \u22126 is 112" in words


def test_what_came_since_is_said_even_where_it_lies_outside() -> None:
    # February 104 lies in 103 to 105, March 115 not in 106 to 110.
    kept = beside(forecast_record(a_force()), [history_record()], named=lambda _: None)
    report = document_of(kept, marking="OFFICIAL")
    told = " ".join(section(report, "strength").words)
    assert "Of 2 months that have come since, 1 lie inside" in told
    assert "there were 115, above the band (108, 80 % 106 to 110)" in told
    assert any("The Programme, December 2029" in words for words in report.flags)
    assert "The Programme" in chart_svg(section(report, "strength").charts[0])
    assert HISTORY in " ".join(report.foot)


def test_a_history_that_begins_elsewhere_says_so() -> None:
    record = history_record(officers=(98, 97, 104, 115))
    kept = beside(forecast_record(a_force()), [record], named=lambda _: None)
    told = " ".join(section(document_of(kept, marking="O"), "strength").words)
    assert "has 97 at the end of January 2030; the setup begins with 100" in told


def test_histories_of_two_forces_leave_the_choice_to_the_reader() -> None:
    other = history_record() | {"settings": {"of": "history", "force": "southshire"}}
    assert newest([history_record(), other], "history") is None
    assert newest([history_record(), forecast_record(a_force())], "history") == history_record()


def test_an_invented_force_stands_beside_no_real_one() -> None:
    record = forecast_record(a_force(synthetic=True))
    assert beside(record, [history_record()], named=lambda _: None).history is None


def test_without_a_back_test_the_report_says_how_to_make_one() -> None:
    assert "workforce backtest" in section(made(a_force()), "past").words[0]


def test_assumptions_are_counted_and_marked_with_their_origin() -> None:
    found = section(made(a_force()), "origins")
    assert found.words[0].startswith("1 of 2 tables")
    assert [row[1] for row in found.tables[0].rows] == ["verified", "not verified"]


def test_first_postings_stay_withheld_where_they_are_small() -> None:
    rows = section(made(a_force()), "postings").tables[0].rows
    assert rows[0][:3] == ("Northbank", "12", "60.0 %")
    assert rows[1][1:3] == ("withheld", "withheld")
    without = made(a_force(first_postings=()))
    assert all(each.key != "postings" for each in without.sections)


def test_tutors_and_places_that_do_not_bind_take_no_chart() -> None:
    calm = tuple(replace(a_month(n), put_off=0, tutor_gap_share=0.0) for n in range(4))
    found = section(made(a_force(strength=calm)), "limits")
    assert not found.charts
    assert not found.tables


def test_page_paper_and_tables_hold_hostile_words_as_words() -> None:
    report = made(a_force(title=EVIL, targets=(a_target(name=EVIL),), synthetic=True))
    page = report_page(report)
    assert "<script" not in page
    assert SYNTHETIC in page
    pdf, pages = report_pdf(report)
    assert pdf.startswith(b"%PDF")
    assert pages > 1
    rows = list(csv.reader(io.StringIO(tables_csv(report))))
    assert not any(cell.startswith("=") for row in rows for cell in row)
    assert all(SYNTHETIC in row[-1] for row in rows[1:])


def test_two_steps_that_move_the_end_one_way_have_their_numbers_at_one_place() -> None:
    move = replace(a_force().moves[0], at_end_down=3.0, at_end_up=5.0)
    drawn = chart_svg(section(made(a_force(moves=(move,))), "moves").charts[0])
    assert "1 point: +3; +1 point: +5" in drawn


def test_a_change_that_changes_nothing_is_sure_to() -> None:
    nothing = replace(a_what_if("x", deployable=spread(0.0)))
    assert not any("Not sure" in words for words in made(a_force(what_ifs=(nothing,))).flags)


def test_every_chart_has_a_table_beside_it_and_no_two_parts_one_name() -> None:
    report = made(a_force())
    assert len(report.charts) == 7
    assert all(each.tables for each in report.sections if each.charts)


def test_files_hold_numbers_of_months_and_no_path_of_the_machine() -> None:
    record = forecast_record(a_force())
    report = made(a_force())
    text = report_json(report, record)
    found = json.loads(text)
    assert found["answer"] == report.answer
    assert not any(name.endswith("_path") for name in found["result"])
    assert "/somewhere" not in text
    rows = list(csv.DictReader(io.StringIO(months_csv(report, record))))
    assert [row["headcount_mean"] for row in rows] == ["100.0", "104.0", "108.0", "112.0"]


def test_a_run_of_an_earlier_form_is_said_to_be_made_again() -> None:
    record = forecast_record(a_force())
    del record["result"]["what_ifs"]
    with pytest.raises(BadInputError, match="does not say all"):
        said(record, WorkforceResult)


def test_a_line_without_a_value_for_each_month_is_refused() -> None:
    with pytest.raises(BadInputError, match="2"):
        Line(name="x", style="main", months=("2030-01", "2030-02"), values=(1.0,))
