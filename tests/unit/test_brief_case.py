"""What a brief says of a kept plan: chosen slots, lines, words and sums that agree with it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rightplace.app.brief.facts import PlanFacts, Scope, busiest_slot, chosen_slots
from rightplace.app.brief.map import borough_outlines, layer_of
from rightplace.app.brief.overview import PageLinks, overview_of
from rightplace.app.brief.settings import BriefSettings
from rightplace.app.brief.sheets import (
    copy_of,
    headline_of,
    lines_of,
    sheet_of,
    stamp_of,
    totals_of,
)
from rightplace.app.brief.use_case import BriefOptions, brief, file_names
from rightplace.app.brief.words import (
    PLACE_LENGTH,
    day_words,
    expected_words,
    harm_words,
    period_words,
    place_words,
    shift_words,
)
from rightplace.deploy.activities import activities, activity_for
from rightplace.errors import NotHeldError, UnsupportedByDataError, UsageError
from tests.walks import NOON, Kept, kept
from tests.worlds import AS_OF, HOT, TIMED_AS_OF, Published, extract, publish

if TYPE_CHECKING:
    from pathlib import Path

WEEK = tuple(range(21))
PROFILE = "shift,share\nearly,0.1\nlate,0.7\nnight,0.2\n"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return publish(tmp_path_factory.mktemp("monthly"))


@pytest.fixture(scope="module")
def monthly(tmp_path_factory: pytest.TempPathFactory, world: Published) -> Kept:
    return kept(tmp_path_factory.mktemp("kept") / "workspace", world, AS_OF)


@pytest.fixture(scope="module")
def profiled(tmp_path_factory: pytest.TempPathFactory, world: Published) -> PlanFacts:
    """The monthly world planned with a profile in which late is the busiest."""
    folder: Path = tmp_path_factory.mktemp("profiled")
    profile = folder / "shares.csv"
    profile.write_text(PROFILE, encoding="utf-8")
    return kept(folder / "workspace", world, AS_OF, profile=profile).facts


@pytest.fixture(scope="module")
def timed(tmp_path_factory: pytest.TempPathFactory) -> PlanFacts:
    folder: Path = tmp_path_factory.mktemp("timed")
    return kept(folder / "workspace", extract(folder / "files"), TIMED_AS_OF).facts


@pytest.fixture(scope="module")
def facts(monthly: Kept) -> PlanFacts:
    return monthly.facts


def scope(facts: PlanFacts, bcu: str = "Central North", slots: tuple[int, ...] = WEEK) -> Scope:
    return Scope(facts=facts, bcu=bcu, slots=slots)


def numbers(words: str) -> list[float]:
    return [float(text.replace(",", "")) for text in re.findall(r"\d[\d,]*\.?\d*", words)]


class TestWhichSlots:
    """One shift where something tells shifts apart, else the whole plan."""

    def test_without_shift_evidence_a_sheet_covers_the_whole_plan(self, facts: PlanFacts) -> None:
        assert not facts.shift_known
        assert chosen_slots(facts) == WEEK

    def test_with_a_forecast_it_covers_the_busiest_shift_of_the_first_day(
        self, timed: PlanFacts
    ) -> None:
        assert chosen_slots(timed) == (1,)
        assert timed.outlook.slots[1].shift == "late"

    def test_with_a_declared_profile_it_covers_the_busiest_shift_it_declares(
        self, profiled: PlanFacts
    ) -> None:
        assert profiled.shift_known
        assert chosen_slots(profiled) == (busiest_slot(profiled),) == (1,)

    def test_a_day_or_shift_can_be_asked_for(self, timed: PlanFacts) -> None:
        assert chosen_slots(timed, day=date(2018, 7, 7)) == (3, 4, 5)
        assert chosen_slots(timed, shift="night") == (2, 5, 8, 11, 14, 17, 20)
        assert chosen_slots(timed, day=date(2018, 7, 12), shift="early") == (18,)

    def test_a_day_can_be_asked_for_without_shift_evidence(self, facts: PlanFacts) -> None:
        assert chosen_slots(facts, day=date(2018, 7, 1)) == (0, 1, 2)

    def test_a_shift_without_evidence_is_refused(self, facts: PlanFacts) -> None:
        with pytest.raises(UnsupportedByDataError, match="not supported by the data") as refused:
            chosen_slots(facts, shift="late")
        assert "--profile" in str(refused.value.fault.remedy)

    @pytest.mark.parametrize(("day", "shift"), [(date(2018, 7, 20), None), (None, "twilight")])
    def test_what_the_plan_does_not_have_is_named_with_what_it_has(
        self, timed: PlanFacts, day: date | None, shift: str | None
    ) -> None:
        with pytest.raises(UsageError, match="no slot for") as refused:
            chosen_slots(timed, day=day, shift=shift)
        assert "2018-07-06 to 2018-07-12; shifts early, late, night" in str(
            refused.value.fault.remedy
        )


class TestNumbersAgree:
    """Words and sums are those of the plan's own arrays."""

    def test_expected_is_the_sum_over_the_bcus_cells_and_slots(self, timed: PlanFacts) -> None:
        late = scope(timed, slots=(1,))
        here = np.array([name == "Central North" for name in timed.commands])
        total = float(timed.counts[here, 1].sum())
        assert np.nansum(late.expected) == pytest.approx(total)
        about, low, high = numbers(expected_words(late))
        assert about == pytest.approx(total, abs=0.5)
        assert low <= total <= high

    def test_count_and_harm_stand_side_by_side(self, timed: PlanFacts) -> None:
        late = scope(timed, slots=(1,))
        totals = totals_of(late, late.prospect())
        assert totals.expected == f"{expected_words(late)}; {harm_words(late)}"
        harm = float(np.nansum(late.expected * timed.outlook.harm_each))
        about, low, high = numbers(harm_words(late))
        assert low <= harm <= high
        assert about == pytest.approx(harm, rel=0.5)

    def test_visits_and_places_are_those_of_the_plan(self, facts: PlanFacts) -> None:
        whole = scope(facts)
        rows = [row for row in facts.visits.to_pylist() if row["bcu"] == "Central North"]
        places = {row["cell_id"] for row in rows}
        totals = totals_of(whole, whole.prospect())
        said = f"{len(rows)} visits to {len(places)} places, {len(places)} listed"
        assert totals.in_visited.endswith(said)
        assert totals.crew_time == f"{len(rows) * 15:,} minutes in the places, travel apart"

    def test_the_bcus_of_a_plan_hold_all_its_visits(self, facts: PlanFacts) -> None:
        visits = [int(scope(facts, bcu).visits.sum()) for bcu in facts.bcus]
        assert facts.bcus == ("Central East", "Central North", "North")
        assert sum(visits) == facts.visits.num_rows
        assert visits[0] == 0

    def test_the_headline_says_how_much_lies_in_the_places_listed(self, timed: PlanFacts) -> None:
        late = scope(timed, slots=(1,))
        lines = lines_of(late)
        share = late.expected[list(late.shown)].sum() / np.nansum(late.expected)
        headline = headline_of(late, lines)
        assert headline.startswith("Expect about ")
        assert "; 80 % interval)" in headline
        assert headline.endswith(f"{share:.0%} of it in the {len(lines)} places below.")

    def test_the_whole_plans_prospect_is_that_of_the_plan(self, timed: PlanFacts) -> None:
        prospect = scope(timed).prospect()
        assert prospect is not None
        planned = timed.result["prevented"]
        assert prospect.prevented_count.mean == pytest.approx(planned["mean"], rel=0.05)


class TestLines:
    """At most twelve places, the one with most expected first."""

    def test_the_hot_cell_stands_first(self, facts: PlanFacts, timed: PlanFacts) -> None:
        for found in (facts, timed):
            chosen = scope(found, slots=chosen_slots(found))
            row = found.cell_ids.index(HOT.code)
            assert chosen.ranked[0] == row
            first = lines_of(chosen)[0]
            assert (first.number, first.place) == (1, "Camden High Street")

    def test_places_follow_what_is_expected_there(self, facts: PlanFacts) -> None:
        whole = scope(facts)
        expected = whole.expected[list(whole.ranked)]
        assert (np.diff(expected) <= 0).all()

    def test_no_more_than_twelve_lines(self, facts: PlanFacts) -> None:
        # All sixteen cells under one command: eleven have data, so eleven are visited.
        together = replace(facts)
        together.__dict__["commands"] = ("All",) * 16
        one = Scope(facts=together, bcu="All", slots=WEEK)
        assert len(one.ranked) == len(lines_of(one)) == 11
        many = replace(facts)
        many.__dict__["commands"] = ("All",) * 16
        many.__dict__["visit_counts"] = np.ones_like(facts.visit_counts)
        assert len(Scope(facts=many, bcu="All", slots=WEEK).ranked) == 16
        assert len(Scope(facts=many, bcu="All", slots=WEEK).shown) == 12

    def test_a_window_without_evidence_is_not_supported_by_the_data(self, facts: PlanFacts) -> None:
        windows = {line.window for line in lines_of(scope(facts))}
        assert windows == {"not supported by the data"}

    def test_the_window_of_one_shift_is_its_hours_on_the_local_clock(
        self, timed: PlanFacts
    ) -> None:
        assert {line.window for line in lines_of(scope(timed, slots=(2,)))} == {"23:00 to 07:00"}

    def test_the_window_of_several_shifts_counts_their_visits(self, timed: PlanFacts) -> None:
        day = scope(timed, slots=(0, 1, 2))
        line, cell = lines_of(day)[0], day.shown[0]
        made = {timed.outlook.slots[i].shift: int(timed.visit_counts[cell, i]) for i in (0, 1, 2)}
        said = dict(re.findall(r"(\w+) (\d+)", line.window))
        assert {name: int(n) for name, n in said.items()} == {k: n for k, n in made.items() if n}

    def test_why_names_two_computed_facts_of_the_place(
        self, facts: PlanFacts, world: Published
    ) -> None:
        first = lines_of(scope(facts))[0]
        year, recent = world.of(HOT, range(18, 30)), world.of(HOT, range(29, 30))
        assert first.why[0].startswith(f"{year} in 12 months (rank 1")
        assert first.why[1].startswith(f"{recent} in June 2018")

    def test_what_to_do_follows_the_kind_of_place(self) -> None:
        assert activity_for("station") == activities()["station"]
        for kind in (None, "hospital", "a kind nobody knows"):
            assert activity_for(kind) == activities()["any"]
        assert all(each.do and each.avoid for each in activities().values())


class TestWords:
    """Days, places and shifts as people say them."""

    def test_a_place_that_fits_is_said_in_full(self) -> None:
        said = "Seven Sisters Road, near Finsbury Park station"
        assert len(said) == PLACE_LENGTH + 1
        assert place_words(said[:-1], "shorter") == said[:-1]

    def test_a_place_too_long_is_said_with_one_street(self) -> None:
        long = "Elephant and Castle and New Kent Road, near Elephant & Castle station"
        short = "Elephant and Castle, near Lambeth North station"
        shorter = "Elephant and Castle, near Borough station"
        assert place_words(long, shorter) == shorter
        assert len(place_words(long, short)) <= PLACE_LENGTH
        assert place_words(long, short).endswith("…")

    def test_days_and_shifts(self, timed: PlanFacts) -> None:
        assert day_words(date(2018, 7, 6)) == "Friday 6 July 2018"
        late = scope(timed, slots=(1,))
        assert period_words(late) == "Friday 6 July 2018"
        assert shift_words(late) == "late shift, 15:00 to 23:00"
        nights = scope(timed, slots=chosen_slots(timed, shift="night"))
        assert period_words(nights) == "Friday 6 July 2018 to Thursday 12 July 2018"
        assert shift_words(nights) == "night shifts"
        assert shift_words(scope(timed)) == "all shifts"

    def test_files_are_named_after_their_bcus_and_never_overwrite_each_other(self) -> None:
        names = file_names(("Central North", "Central-North", "Index", "東区", "西区", "A & B"))
        assert list(names.values()) == [
            "central-north",
            "central-north-2",
            "index-2",
            "area",
            "area-2",
            "a-b",
        ]


class TestNoData:
    """A BCU without data is not a quiet one."""

    def test_its_sheet_says_so_everywhere(self, facts: PlanFacts) -> None:
        empty = scope(facts, "Central East")
        assert empty.no_data == ("Hackney",)
        assert lines_of(empty) == ()
        assert empty.prospect() is None
        totals = totals_of(empty, None)
        assert totals.expected == "no data; harm not known"
        assert (totals.in_visited, totals.prevented) == ("no visit", "nothing")
        headline = headline_of(empty, ())
        assert headline == "Nothing can be expected or planned from these data."

    def test_a_borough_without_data_beside_one_with_data_is_named(self, facts: PlanFacts) -> None:
        north = scope(facts, "North")
        assert north.no_data == ("Enfield",)
        known = np.isfinite(north.expected)
        boroughs = np.array(facts.outlook.area.cells["borough"].to_pylist())
        assert set(boroughs[known]) == {"Haringey"}

    def test_its_ground_is_drawn_without_a_value(self, facts: PlanFacts) -> None:
        north = scope(facts, "North")
        layer = layer_of(north, borough_outlines(facts), quantity="expected records")
        assert [b.name for b in layer.boroughs if b.no_data] == ["Enfield"]
        assert sum(cell.value is None for cell in layer.cells) == 3
        assert len(layer.visits) == len(lines_of(north))


class TestSheetAndIndex:
    """What every sheet carries, and the index over them."""

    def test_the_stamp_names_data_method_and_what_was_left_out(self, facts: PlanFacts) -> None:
        stamp = stamp_of(facts, BriefSettings())
        assert stamp.marking == "OFFICIAL-SENSITIVE"
        assert (stamp.as_of, stamp.data_cut_off) == (AS_OF, AS_OF)
        assert stamp.left_out == (
            "police-generated; 60 indoor or domestic; 30 no place; 4 not published"
        )
        assert stamp.profile == "no shift evidence: minutes spread evenly"
        assert stamp.month_only
        assert not stamp.synthetic

    def test_a_copy_says_whose_it_is_and_when_it_must_be_gone(self, facts: PlanFacts) -> None:
        settings = BriefSettings(printed_by="PC 1234", destroy_after_days=2)
        copy = copy_of(settings, scope(facts), number="p/1", printed_at=NOON)
        assert (copy.number, copy.printed_by) == ("p/1", "PC 1234")
        assert copy.printed_at == "01 January 2026, 12:00"
        assert copy.destroy_by == "Monday 9 July 2018"  # two days after the last policing day

    def test_a_sheet_carries_its_page_number_and_map(self, facts: PlanFacts) -> None:
        north = scope(facts, "North")
        sheet = sheet_of(
            north,
            stamp=stamp_of(facts, BriefSettings()),
            outlines=borough_outlines(facts),
            copy=copy_of(BriefSettings(), north, number="p/3", printed_at=NOON),
            page=(3, 3),
        )
        assert (sheet.page, sheet.pages) == (3, 3)
        assert sheet.no_data == ("Enfield",)
        assert sheet.drivers[0].startswith("1: ")

    def test_the_index_has_a_row_for_each_bcu_and_a_sum_over_them(self, facts: PlanFacts) -> None:
        scopes = [scope(facts, bcu) for bcu in facts.bcus]
        links = PageLinks(names=file_names(facts.bcus), forms=("html", "csv"))
        stamp = stamp_of(facts, BriefSettings())
        index = overview_of(facts, scopes, stamp, links=links)
        assert [link.href for link in index.downloads] == ["visits.csv", "forecast.csv"]
        assert [link.href for link in index.rows[2].links] == ["north.html"]
        assert [row.bcu for row in index.rows] == list(facts.bcus)
        assert sum(row.visits for row in index.rows) == facts.result["visits"]
        assert index.no_data == ("Enfield", "Hackney")
        east, central, north = index.rows
        assert east.crew_time_used is None  # no crew was given
        assert central.crew_time_used is not None
        # Of Haringey's and Enfield's 2 x 21 crews of 110 minutes; Enfield's have nowhere to go.
        assert north.crew_time_used == pytest.approx(north.visits * 25 / (2 * 21 * 110))


def test_an_unknown_form_is_refused_before_anything_is_written(
    monthly: Kept, tmp_path: Path
) -> None:
    options = BriefOptions(out=tmp_path / "out", formats=("html", "docx"))
    with pytest.raises(UsageError, match="docx"):
        brief(monthly.workspace, monthly.plan.result.plan_id, options, printed_at=NOON)
    assert not (tmp_path / "out").exists()


def test_a_brief_of_what_is_no_plan_is_refused(monthly: Kept) -> None:
    with pytest.raises(NotHeldError, match="not a plan"):
        brief(monthly.workspace, monthly.made.record.id, BriefOptions(), printed_at=NOON)
