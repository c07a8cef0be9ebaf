"""The public edition: what is told, how late, and what never is."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from rightplace.app.public.activity import WardMonth
from rightplace.app.public.compiling import activity_line
from rightplace.app.public.edition import FILE_NAME, read_edition, write_edition
from rightplace.app.public.pages import change_words, edition_csv, place_page
from rightplace.errors import BadInputError, NotHeldError, RefusedError
from rightplace.records.audit.actor import Operation
from rightplace.records.audit.look_up import by_product
from rightplace.records.audit.transaction import reading, transaction
from rightplace.records.released.memory import released_before
from rightplace.records.released.tables import Release
from rightplace.records.stop.switch import Target, TargetKind, suspend
from tests.web.public_world import JOB, LATER, approve, exported, publish_plan, ready
from tests.web.sharing_world import EVIL, OFFICER_OF_DATA, publish_figures

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.app.public.edition import CountLine, Edition, PlaceEdition
    from rightplace.app.service.shelf import Shelf


def edition_of(shelf: Shelf, folder: Path, *, is_marked: bool = True) -> Edition:
    ready(shelf, is_marked=is_marked)
    exported(shelf, folder)
    return read_edition(folder / FILE_NAME)[0]


def named(edition: Edition, name: str) -> PlaceEdition:
    (found,) = (each for each in edition.places if each.name == name)
    return found


def count(place: PlaceEdition, month: str, kind: str, months: int = 1) -> CountLine:
    (found,) = (
        each
        for each in place.counts
        if (each.month, each.months, each.kind) == (month, months, kind)
    )
    return found


def test_violence_is_told_by_ward_and_quarter_and_domestic_abuse_by_borough_alone(
    shelf: Shelf, tmp_path: Path
) -> None:
    edition = edition_of(shelf, tmp_path)
    assert edition.months == ("2026-01", "2026-02", "2026-03")
    assert count(named(edition, "Bridge"), "2026-01", "robbery", 3).count == 27
    assert count(named(edition, "Southbank"), "2026-02", "all").count == 53
    wards = [each for each in edition.places if each.level == "ward"]
    assert {c.kind for each in wards for c in each.counts} <= {"all", "robbery", "violence"}
    domestic = {
        n: count(named(edition, n), "2026-01", "domestic") for n in ("Northbank", "Southbank")
    }
    assert domestic["Southbank"].count is None
    above = count(named(edition, "North BCU"), "2026-01", "domestic")
    assert None in {domestic["Northbank"].count, above.count}
    assert named(edition, "Farbank").counts == ()
    every = [c for each in edition.places for c in each.counts]
    assert not any(0 < (c.count or 0) < 5 for c in every)


def test_visits_are_told_from_five_on_and_missed_targets_are_shown(
    shelf: Shelf, tmp_path: Path
) -> None:
    """Abbey: 9 planned, one excused, one not made. Bridge: 6 of 6. Castle: 3, too few."""
    edition = edition_of(shelf, tmp_path)
    january, february, _ = named(edition, "Abbey").activity
    assert january.words == "not known"
    assert (february.planned, february.made, february.hours, february.missed) == (8, 7, 1.8, 1)
    assert february.words == "7 of 8 planned visits made, 1.8 hours: target missed by 1"
    assert named(edition, "Bridge").activity[1].words.endswith("target met")
    castle = named(edition, "Castle").activity[1]
    assert (castle.planned, castle.made, castle.words) == (
        None,
        None,
        "fewer than 5 visits, or none",
    )
    assert place_page(edition, named(edition, "Abbey").slug).months[1].missed


@pytest.mark.parametrize(
    ("planned", "made", "words"),
    [
        (4, 4, "fewer than 5 visits, or none"),
        (9, 4, "9 planned, fewer than 5 made: target missed"),
        (5, 5, "5 of 5 planned visits made, 0.0 hours: target met"),
    ],
)
def test_a_ward_with_fewer_than_five_visits_tells_no_number_of_them(
    planned: int, made: int, words: str
) -> None:
    held = WardMonth(planned=planned, made=made)
    line = activity_line(24312, held, is_known=True, fewest=5)
    assert line.words == words
    assert line.made is None or line.made >= 5


def test_a_month_goes_out_on_the_29th_day_after_it_and_never_before(
    shelf: Shelf, tmp_path: Path
) -> None:
    """April ends on the 30th: 28 May is its 28th day after, 29 May the first day it may go out."""
    ready(shelf)
    before = exported(shelf, tmp_path, at=LATER.replace(month=5, day=28)).result
    assert before.months[-1] == "2026-03"
    after = exported(shelf, tmp_path, at=LATER.replace(month=5, day=29)).result
    assert after.new_months == ("2026-04",)
    assert after.months[-1] == "2026-04"


def test_an_export_again_releases_nothing_again(shelf: Shelf, tmp_path: Path) -> None:
    ready(shelf)
    tried = exported(shelf, tmp_path, dry_run=True).result
    assert (tried.path, len(tried.new_months)) == ("", 3)
    assert not (tmp_path / FILE_NAME).exists()
    first, again = exported(shelf, tmp_path).result, exported(shelf, tmp_path).result
    assert (again.new_months, again.digest) == ((), first.digest)
    with reading(shelf.database) as quiet:
        releases = quiet.unshown(select(Release))
        assert len(releases) == 2
        known = released_before(quiet, releases[0].family)
    assert len(known.shown) + len(known.withheld) > 10
    with transaction(shelf.database, OFFICER_OF_DATA.actor, purpose="x", at=LATER) as tx:
        lines = by_product(tx, releases[0].sharing_id)
    given = [each for each in lines if each.operation is Operation.DISCLOSURE]
    assert [each.content for each in given] == [given[0].content] * 2
    assert (given[0].content or {})["recipients"] == ["The public"]


def test_nothing_is_exported_unapproved_after_its_time_or_stopped(
    shelf: Shelf, tmp_path: Path
) -> None:
    publish_figures(shelf)
    publish_plan(shelf)
    with pytest.raises(RefusedError, match="Nobody has approved"):
        exported(shelf, tmp_path)
    approve(shelf, until=LATER + timedelta(days=1))
    with pytest.raises(RefusedError, match="Nobody has approved"):
        exported(shelf, tmp_path, at=LATER + timedelta(days=1))
    with transaction(shelf.database, OFFICER_OF_DATA.actor, purpose="x", at=LATER) as tx:
        suspend(tx, Target(kind=TargetKind.PRODUCT, name="public-edition"), reason="A fault.")
    with pytest.raises(RefusedError, match="suspended"):
        exported(shelf, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_without_a_picture_there_is_nothing_to_tell(shelf: Shelf, tmp_path: Path) -> None:
    approve(shelf)
    with pytest.raises(NotHeldError, match="No violence picture"):
        exported(shelf, tmp_path)
    assert JOB.id == "command-line"


def test_what_the_source_does_not_mark_is_not_known_and_not_zero(
    shelf: Shelf, tmp_path: Path
) -> None:
    edition = edition_of(shelf, tmp_path, is_marked=False)
    assert "domestic" not in edition.kind_words
    said = " ".join(edition.not_known)
    assert "Domestic abuse: not known" in said
    assert "Sexual offences: not known" in said
    page = place_page(edition, named(edition, "Northbank").slug)
    assert page.domestic == ()


def test_a_file_that_is_not_as_it_was_written_is_refused(shelf: Shelf, tmp_path: Path) -> None:
    edition = edition_of(shelf, tmp_path)
    path = tmp_path / FILE_NAME
    whole = json.loads(path.read_text("utf-8"))
    whole["content"]["places"][0]["name"] = "Elsewhere"
    for text in (json.dumps(whole), "{", "[]", json.dumps({**whole, "schema": "x/2"})):
        path.write_text(text, "utf-8")
        with pytest.raises(BadInputError):
            read_edition(path)
    write_edition(tmp_path, edition)
    assert read_edition(path)[0] == edition


def test_no_cell_of_the_file_is_a_formula(shelf: Shelf, tmp_path: Path) -> None:
    edition = edition_of(shelf, tmp_path)
    text = edition_csv(edition, edition.places)
    assert f",'{EVIL}," in text
    assert f",{EVIL}" not in text
    assert text.count("not reasonable grounds") == len(text.splitlines()) - 1


def test_whether_violence_changed_is_told_only_where_it_can_be(
    shelf: Shelf, tmp_path: Path
) -> None:
    """60 against 100: 40 apart, and 1.96 times the root of 160 is 24.8. 90 against 100: 10."""
    edition = edition_of(shelf, tmp_path)
    line = count(named(edition, "Northbank"), "2026-01", "all")
    months = [*[100] * 3, *[60] * 3]
    fell = change_words([replace(line, count=n) for n in months])
    assert "180 recorded" in fell
    assert "more than chance would do" in fell
    same = change_words([replace(line, count=n) for n in (34, 33, 33, 30, 30, 30)])
    assert "chance alone could do this" in same
    assert "cannot be told" in change_words([replace(line, count=None)] * 6)
