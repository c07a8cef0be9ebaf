"""Who may never be held out, and who signed: every fault named, every refusal with its reason."""

from __future__ import annotations

from datetime import date
from importlib import resources
from typing import TYPE_CHECKING

import pytest

from rightplace.app.holdout.options import HoldOutOptions, allowed_terms
from rightplace.app.holdout.settings import HoldOutSettings
from rightplace.core.canonical import plain
from rightplace.deploy.holdout.never_file import read_never_held_out
from rightplace.deploy.holdout.terms import Terms, check_terms, kept_terms, read_terms
from rightplace.errors import BadInputError, RefusedError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

FIRST, LAST = date(2018, 7, 1), date(2018, 7, 7)
HEAD = "cell_id,kind,reason,set_by,until\n"
TERMS = """
reason = "Do visits help here?"
share_most = 0.2
until = 2018-12-31
[commander]
name = "Ada Commander"
role = "Chief Superintendent"
signed_on = 2018-06-25
[ethics]
name = "Bo Chair"
role = "Ethics chair"
signed_on = 2018-06-27
"""


def file(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def terms(folder: Path, **changes: str) -> Terms:
    """Return the terms with some words written otherwise: ``old => new``."""
    text = TERMS
    for change in changes.values():
        old, new = change.split(" => ")
        assert old in text
        text = text.replace(old, new, 1)
    return read_terms(file(folder, "terms.toml", text))


class TestNever:
    def test_rows_are_read_and_a_file_may_have_none(self, tmp_path: Path) -> None:
        path = file(tmp_path, "n.csv", HEAD + "a,live_threat,told by a mother,Desk,2018-07-03\n")
        (row,) = read_never_held_out(path, cell_ids=("a", "b"), first_day=FIRST)
        # It ends within the plan: the place is kept all the same.
        assert (row.cell_id, row.kind, row.until) == ("a", "live_threat", date(2018, 7, 3))
        empty = file(tmp_path, "e.csv", HEAD)
        assert read_never_held_out(empty, cell_ids=("a",), first_day=FIRST) == ()

    def test_every_fault_is_named_with_its_row(self, tmp_path: Path) -> None:
        rows = (
            "z,live_threat,why,Desk,2018-12-31\n"
            "a,hunch,why,Desk,2018-12-31\n"
            "a,command,,,2018-12-31\n"
            "b,section_60,why,Desk,2018-06-30\n"
        )
        path = file(tmp_path, "n.csv", HEAD + rows)
        with pytest.raises(BadInputError, match="5 faults") as caught:
            read_never_held_out(path, cell_ids=("a", "b"), first_day=FIRST)
        said = str(caught.value)
        for part in (
            "row 1: cell_id 'z' is no cell",
            "row 2: kind 'hunch' is none of live_threat",
            "row 3: reason '' is empty",
            "row 3: set_by '' is empty",
            "row 4: until '2018-06-30' has run out before 2018-07-01",
        ):
            assert part in said

    def test_the_example_that_ships_can_be_read(self) -> None:
        folder = resources.files("rightplace.deploy").joinpath("data")
        with resources.as_file(folder.joinpath("example_never_hold_out.csv")) as path:
            rows = read_never_held_out(
                path, cell_ids=("E01000842", "E01000843"), first_day=date(2024, 2, 1)
            )
        assert {row.kind for row in rows} == {"live_threat", "section_60"}
        with resources.as_file(folder.joinpath("example_holdout_terms.toml")) as path:
            check_terms(
                read_terms(path),
                share=0.2,
                first_day=date(2024, 2, 1),
                last_day=date(2024, 2, 7),
                days_most=182,
            )


class TestTerms:
    def test_terms_are_read(self, tmp_path: Path) -> None:
        found = terms(tmp_path)
        assert (found.share_most, found.until) == (0.2, date(2018, 12, 31))
        assert found.ethics.name == "Bo Chair"

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ("share_most = 0.2 => share_mots = 0.2", "share_most is missing"),
            ("share_most = 0.2 => share_mots = 0.2", "Did you mean 'share_most'"),
            ('role = "Ethics chair" => rolle = "x"', "unknown key ethics.'rolle'"),
            ("until = 2018-12-31 => until = 2018-12-31T00:00:00Z", "until is"),
            ("share_most = 0.2 => share_most = true", "share_most is 'True', not a number"),
            ('name = "Bo Chair" => name = " "', "ethics.name is ' ', not a text of one line"),
            ('name = "Bo Chair" => name = "Bo\\u001b[2JChair"', "ethics.name is"),
            ("[ethics] => [[ethics]]", "ethics is"),
            ("[ethics] => [ethics", "Not a TOML file"),
        ],
    )
    def test_faults_of_the_file_are_named(self, tmp_path: Path, change: str, said: str) -> None:
        with pytest.raises(BadInputError) as caught:
            terms(tmp_path, change=change)
        assert said in str(caught.value)

    @staticmethod
    def check(found: Terms, *, share: float = 0.2) -> None:
        check_terms(found, share=share, first_day=FIRST, last_day=LAST, days_most=183)

    def test_what_was_signed_for_is_allowed(self, tmp_path: Path) -> None:
        self.check(terms(tmp_path))
        self.check(terms(tmp_path, until="2018-12-31 => 2018-07-07"))

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ("Bo Chair => ada  COMMANDER", "signed both"),
            ("Bo Chair => \uff21da Commander", "signed both"),
            ("signed_on = 2018-06-27 => signed_on = 2018-07-02", "signed on 2018-07-02"),
            ("until = 2018-12-31 => until = 2018-07-06", "until 2018-07-06; the plan ends"),
            ("until = 2018-12-31 => until = 2017-12-31", "until 2017-12-31; the plan ends"),
            ("until = 2018-12-31 => until = 2019-01-01", "184 days after the plan begins"),
            ("share_most = 0.2 => share_most = 0.19", "more than the 0.19"),
        ],
    )
    def test_what_was_not_signed_for_is_refused(
        self, tmp_path: Path, change: str, said: str
    ) -> None:
        with pytest.raises(RefusedError) as caught:
            self.check(terms(tmp_path, change=change))
        assert said in str(caught.value)


class TestOptions:
    def test_without_either_file_a_hold_out_is_a_draft_that_says_what_it_lacks(
        self, tmp_path: Path
    ) -> None:
        path = file(tmp_path, "t.toml", TERMS)
        signature, places = "sign-off by commander and ethics", "list of places never held out"
        assert HoldOutOptions(share=0.2).missing == (signature, places)
        assert HoldOutOptions(share=0.2, never_file=path).missing == (signature,)
        assert HoldOutOptions(share=0.2, never_file=path, terms_file=path).missing == ()
        half = HoldOutOptions(share=0.2, terms_file=path)
        assert half.missing == (places,)
        days = {"first_day": FIRST, "last_day": LAST}
        policy = HoldOutSettings(days_most=183)
        # Terms alone sign nothing, and are checked all the same.
        assert allowed_terms(half, settings=policy, **days) is None
        assert allowed_terms(HoldOutOptions(share=0.2), settings=policy, **days) is None
        greedy = HoldOutOptions(share=0.3, terms_file=path)
        with pytest.raises(RefusedError, match="that was signed for"):
            allowed_terms(greedy, settings=policy, **days)

    def test_terms_that_a_run_keeps_are_those_that_were_signed(self, tmp_path: Path) -> None:
        found = terms(tmp_path)
        assert kept_terms(plain(found)) == found

    @pytest.mark.parametrize("share", [0.0, 0.6])
    def test_a_share_that_is_none_is_refused(self, tmp_path: Path, share: float) -> None:
        with pytest.raises(UsageError):
            HoldOutOptions(share=share, never_file=tmp_path, terms_file=tmp_path)

    def test_a_plan_shorter_than_a_block_is_refused(self, tmp_path: Path) -> None:
        options = HoldOutOptions(
            share=0.2, never_file=tmp_path, terms_file=file(tmp_path, "t.toml", TERMS)
        )
        policy = HoldOutSettings()
        for asked in (options, HoldOutOptions(share=0.2)):
            with pytest.raises(RefusedError, match="carried over from day to day"):
                allowed_terms(asked, settings=policy, first_day=FIRST, last_day=date(2018, 7, 6))
        policy = HoldOutSettings(days_most=183)
        allowed = allowed_terms(options, settings=policy, first_day=FIRST, last_day=LAST)
        assert allowed is not None
        assert allowed.until == date(2018, 12, 31)
