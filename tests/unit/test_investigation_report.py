"""The report of a look ahead: the answer first, both ends by one rule, nothing hidden."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from rightplace.app.investigation.report_document import NOT_OF_OFFICERS, document_of
from rightplace.app.investigation.report_reading import KeptLook, kept_look
from rightplace.app.investigation.report_writing import look_csv, look_json
from rightplace.briefing.investigation.charts import picture
from rightplace.briefing.investigation.page import look_page
from rightplace.briefing.investigation.paper import look_pdf
from rightplace.briefing.investigation.values import Line
from rightplace.briefing.searches.values import Chart
from rightplace.briefing.stamp import SYNTHETIC_SENTENCE
from rightplace.errors import BadInputError
from tests.brief_pdf import page_text
from tests.investigation_world import GIVES, LOOK, look_record, look_tables

if TYPE_CHECKING:
    from rightplace.briefing.investigation.values import LookAhead


def look(record: dict[str, Any] | None = None) -> KeptLook:
    return kept_look(record or look_record(), look_tables().__getitem__)


def document(record: dict[str, Any] | None = None) -> LookAhead:
    return document_of(look(record), marking="OFFICIAL")


def test_the_answer_tells_who_gains_before_who_gives_by_one_rule() -> None:
    moved, helped = document().answers
    assert moved.asked == f"10 DC from {GIVES} to Homicide"
    assert moved.told == (
        (
            "Homicide, 10 DC more, 1 team more: half of cases interviewed 0.9 days sooner "
            "(0.5 to 1.3); busiest role DC, 58 % busy (64 % as it is); backlog at the end not "
            "sure to change (\N{MINUS SIGN}0.3 to +0.1) weeks."
        ),
        (
            f"{GIVES}, 10 DC fewer: days to the first interview not sure to change "
            "(\N{MINUS SIGN}0.1 to +0.7); busiest role DC, 100 % busy, AMBER (90 % as it is); "
            "backlog at the end 9.8 weeks more (9.7 to 10.0)."
        ),
    )
    assert helped.told == (
        "Homicide, helped by 20 officers of a surge: busiest role DC, 60 % busy (64 % as it is).",
        "No unit of this setup gives them: what they leave behind is not counted.",
    )


def test_without_what_ifs_each_unit_is_told_as_it_is() -> None:
    record = look_record()
    record["result"]["what_ifs"] = []
    first, second = document(record).answers
    assert first.asked == "Homicide as it is"
    assert first.told == (
        (
            "Half of cases interviewed within 50 (49 to 51) days; busiest role DC, 64 % busy; "
            "backlog from 3.0 to 2.5 weeks."
        ),
    )
    assert "90 % busy, AMBER" in second.told[0]


def test_amber_and_a_growing_backlog_are_said_in_words() -> None:
    made = document()
    gains, gives = made.parts[0].ends
    assert gains.flags == ()
    assert gives.flags == (
        f"AMBER: DC of {GIVES} 100 % busy, above 85 %; as it is 90 %.",
        f"The backlog of {GIVES} grows, by 8.1 weeks in what is looked at.",
    )
    (busy,) = gives.groups[0].charts
    assert isinstance(busy, Chart)
    assert [mark.words for mark in busy.marks] == ["90 % !", "100 % !"]  # nobody else has work
    rows = {row[0]: row for row in gives.groups[0].tables[0].rows}
    assert rows["DC"][1:4] == ("20 to 10", "90.0 %", "99.5 % AMBER")


def test_what_chance_could_do_is_not_sure_in_every_table() -> None:
    gains = document().parts[0].ends[0]
    centiles = gains.groups[1].tables[0]
    assert centiles.rows == (
        (
            "half",
            "50",
            "50 (49 to 51)",
            "\N{MINUS SIGN}0.9 (\N{MINUS SIGN}1.3 to \N{MINUS SIGN}0.5)",
        ),
        (
            "nine in ten",
            "70",
            "not reached",
            "\N{MINUS SIGN}1.0 (\N{MINUS SIGN}2.1 to +0.1), not sure",
        ),
    )


def test_on_call_is_of_teams_and_drawn_again_where_teams_change() -> None:
    gains, gives = document().parts[0].ends
    titles = [chart.title for group in gains.groups for chart in group.charts]
    assert "On call, by team: Homicide" in titles
    assert not any("On call" in c.title for group in gives.groups for c in group.charts)
    table = gains.groups[-1].tables[0]
    assert table.rows[0] == ("Homi 1", "1.6 (1.5 to 1.7)", "25 (20 to 30) %", "3.0 (2.0 to 4.0)")
    assert table.rows[1][1] == "no whole turn"


def test_origins_say_what_nobody_has_verified_and_stand_first() -> None:
    rows = document().origins.rows
    assert [row[1] for row in rows] == ["UNVERIFIED", "verified"]
    assert rows[1][0] == "Homicide: template"


def test_page_paper_and_json_say_the_same_and_words_of_others_are_words_alone() -> None:
    made = document()
    page, (pdf, pages) = look_page(made), look_pdf(made)
    paper = " ".join(page_text(pdf).split())
    assert pages >= 2
    for words in ("0.9 days sooner", "9.8 weeks more", SYNTHETIC_SENTENCE, NOT_OF_OFFICERS[:40]):
        assert words in page
        assert words in paper
    assert "<script>alert" not in page
    assert "\u202e" not in page
    assert "onload" not in page
    content = json.loads(look_json(look(), made))
    assert content["answers"][0]["told"] == list(made.answers[0].told)
    assert content["marking"] == "OFFICIAL"
    assert look_pdf(made)[0] == pdf


def test_csv_is_defused_and_says_run_marking_and_what_it_is_not() -> None:
    (row,) = csv.DictReader(io.StringIO(look_csv(look(), "changes", document())))
    assert row["figure"] == "'=cmd"
    assert (row["run"], row["marking"]) == (LOOK, "OFFICIAL")
    assert row["note"] == f"{SYNTHETIC_SENTENCE} {NOT_OF_OFFICERS}"


def test_lines_are_drawn_with_bands_names_and_no_script() -> None:
    charts = {chart.ident: chart for chart in document().charts}
    svg = picture(charts["w1e2-backlog"])
    assert "as it is" in svg
    assert "then" in svg
    assert "<script" not in svg
    assert 'role="img"' in svg
    with pytest.raises(BadInputError):
        Line(name="x", at=(0.0, 1.0), value=(1.0,), lo=(0.0,), hi=(2.0,))


def test_a_run_without_curves_is_refused_by_name_with_what_to_do() -> None:
    record = look_record()
    del record["result"]["backlog_path"]
    with pytest.raises(BadInputError, match="backlog_path") as caught:
        look(record)
    assert caught.value.fault.remedy == "Simulate again: rightplace detectives simulate."
