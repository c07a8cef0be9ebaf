"""The setup of a workforce: what a planner writes, and what is said where it cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rightplace.core.time import Month
from rightplace.deploy.workforce.cohorts import Cohort
from rightplace.deploy.workforce.setup_file import example, of_file, read_change, read_setup
from rightplace.deploy.workforce.what_ifs import Change
from rightplace.errors import BadInputError, NotHeldError

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.deploy.workforce.growth import Growth

FROM_STORE = (
    'month = "2019-12" # officers at the end of this month\nheadcount = 30977\n',
    "from_store = true\n",
)
AS_SHARES = (
    (
        "[start.cohorts] # what is left of the headcount is established\ninitial_training = 900\n"
        "waiting_for_tutor = 0\ntutored = 330\nprobation = 2400\non_leave = 500\n"
    ),
    "[start.shares]\ninitial_training = 0.03\ntutored = 0.01\nprobation = 0.08\n",
)


def written(folder: Path, *changes: tuple[str, str]) -> Path:
    """Write the example with some lines changed."""
    text = example()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = folder / "setup.toml"
    path.write_text(text, encoding="utf-8")
    return path


def growth(path: Path, months: int = 24) -> Growth:
    """Return the workforce of a file over a horizon."""
    return of_file(path, lambda: read_setup(path).growth(months))


def test_the_example_starts_with_the_published_strength_and_names_every_origin(
    tmp_path: Path,
) -> None:
    setup = read_setup(written(tmp_path))
    found = setup.growth(24)
    assert (found.start_month, found.start.headcount) == (Month(2019, 12), 30_977)
    # 30,977 less 900, 330, 2,400 and 500.
    assert found.start.of(Cohort.ESTABLISHED) == 26_847
    assert found.intakes[1].a_month == (150,) * 12 + (110,) * 12
    assert [target.strength for target in setup.targets] == [32_000]
    assert all(each.origin for each in setup.assumptions)
    tables = [each.table for each in setup.assumptions]
    assert not any(each.verified for each in setup.assumptions)
    assert tables[0] == "[start]"
    assert "[[leaving]] 4" in tables


def test_only_a_table_that_says_so_is_verified_whatever_words_its_origin_has(
    tmp_path: Path,
) -> None:
    said = 'origin = "assumed at first, unverified then, counted now"\nverified = true\n'
    path = written(tmp_path, ("hours = 0.65 # of full time\n", "hours = 0.65\n"))
    head, _, rest = path.read_text("utf-8").partition("hours = 0.65\n")
    path.write_text(f"{head}hours = 0.65\n{said}{rest.partition(chr(10))[2]}", "utf-8")
    found = {each.table: each for each in read_setup(path).assumptions}
    assert [name for name, each in found.items() if each.verified] == ["[part_time]"]
    assert found["[part_time]"].numbers == "share = 0.06, hours = 0.65"
    path.write_text(path.read_text("utf-8").replace("verified = true", 'verified = "yes"'))
    with pytest.raises(BadInputError, match=r"\[part_time\]: verified is 'yes'"):
        read_setup(path)


def test_strength_of_the_store_is_split_by_the_shares_stated(tmp_path: Path) -> None:
    path = written(
        tmp_path, FROM_STORE, AS_SHARES, ('from = "2020-01"\nto', 'from = "2026-01"\nto')
    )
    path.write_text(path.read_text("utf-8").replace("2020-", "2026-").replace("2021-", "2027-"))
    found = read_setup(path).growth(12, held=(Month(2026, 3), 31_181))
    assert found.start.headcount == 31_181
    assert found.start.of(Cohort.TRAINING) == 935  # 3 % of 31,181 is 935.43
    assert found.month(1) == Month(2026, 4)
    with pytest.raises(BadInputError, match="no strength"):
        read_setup(path).growth(12)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("probation_months = 36", "probation_months = -1"), r"\[\[route\]\] 1 \(pcda\).*-1"),
        (("probation_months = 24", "probation_months = 5"), r"\[\[route\]\] 2 \(dhep\).*6 months"),
        (("\nestablished = 0.022", "\nestablished = 1.2"), r"\[\[leaving\]\] 1: .*1.2 is no share"),
        (("\nestablished = 0.022", "\nestablished = -0.1"), r"-0.1 is no share"),
        (("filled = 0.9", "filled = 1.9"), r"1.9 is no share"),
        (("tutored = 330", "tutored = 331331"), r"sum to .*not to 30,977"),
        (("headcount = 30977", "headcount = 30977.5"), r"\[start\].*30977.5"),
        (("share_of_established", "share_of_establishd"), r"\[tutors\].*unknown key"),
        (('cause = "retire"', 'cause = "retires"'), r"cause is 'retires'"),
        (('cause = "retire"', 'cause = "resign"'), r"'resign' stands twice"),
        (('month = "2019-12"', 'month = "2019-13"'), r"'2019-13' is not a month"),
        (('to = "2020-12"', 'to = "2019-12"'), r"cannot end in 2019-12"),
        (("a_month = 360 # that", "a_month = -360 # that"), r"\[training\].*-360"),
        (("months = 8", "months = 0"), r"parental leave.*cannot be"),
        (('measure = "headcount"', 'measure = "heads"'), r"no measure 'heads'"),
        (("attrition_points = 1.0", "attrition_pts = 1.0"), r"unknown key 'attrition_pts'"),
        (('origin = "an assumption"', ""), r"origin is missing"),
        (("[part_time]", "[parttime]"), r"unknown key 'parttime'"),
        (("strength = 32000", "strength = 32000\nstrength = 33000"), r"no TOML"),
        (("headcount = 30977", "headcount = 3097700"), r"toml: \[start\]: headcount: 3,097,700"),
        (('month = "2019-12"', 'month = "9999-12"'), r"counted in 9999-12"),
        (("tutored = 330", "tutored = -330"), r"toml: \[start.cohorts\]: tutored is -330"),
        (
            ("a_month = 25", "a_month = 5000000"),
            r"toml: \[\[route\]\] 3 .*a_month: 5,000,000 cannot",
        ),
    ],
)
def test_what_cannot_be_is_said_with_the_table_and_the_value(
    tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    path = written(tmp_path, change)
    with pytest.raises(BadInputError, match=said) as caught:
        growth(path)
    assert caught.value.fault.file == str(path)
    assert caught.value.fault.remedy


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('from = "2021-01"', 'from = "2021-02"'), "Degree Holder.*2021-01 is missing"),
        (('from = "2021-01"', 'from = "2020-12"'), "Degree Holder.*2020-12 stands twice"),
        (("share_of_established = 0.022", "number = 300"), "330 officers are tutored.*take 300"),
        (("places_a_month = 360 #", "places_at_once = 899 #"), "900 officers .* 899 places at"),
        (("places_a_month = 360 #", "#"), "no places are given"),
    ],
)
def test_what_does_not_fit_together_is_said_with_the_file(
    tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    path = written(tmp_path, change)
    with pytest.raises(BadInputError, match=said) as caught:
        growth(path)
    assert caught.value.fault.file == str(path)


def test_the_nearest_known_key_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, ("tutored_months = 2 #", "tutred_months = 2 #"))
    with pytest.raises(BadInputError) as caught:
        read_setup(path)
    assert caught.value.fault.remedy == "Did you mean 'tutored_months'?"


def test_no_file_and_no_text_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(NotHeldError, match="no such file"):
        read_setup(tmp_path / "none.toml")
    odd = tmp_path / "odd.toml"
    odd.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadInputError, match="no TOML in UTF-8"):
        read_setup(odd)


@pytest.mark.parametrize(
    "text", ["[" * 5000, f"title = {'9' * 5000}", "title = 'Apprenticesh\xff'"]
)
def test_what_no_reader_of_toml_can_take_is_bad_input(tmp_path: Path, text: str) -> None:
    path = tmp_path / "setup.toml"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(BadInputError, match="no TOML in UTF-8") as caught:
        read_setup(path)
    assert caught.value.fault.file == str(path)


def test_a_what_if_is_read_from_names_and_values() -> None:
    found = read_change("attrition_points=1, places_a_month=40")
    assert found.change == Change(attrition_points=1, places_a_month=40)
    assert found.name == "attrition_points=1, places_a_month=40"
    with pytest.raises(BadInputError, match="cannot change 'atrition_points'") as caught:
        read_change("atrition_points=1")
    assert caught.value.fault.remedy == "Did you mean 'attrition_points'?"
    with pytest.raises(BadInputError, match="changes intake_factor twice"):
        read_change("intake_factor=2,intake_factor=3")
    with pytest.raises(BadInputError, match="no whole number"):
        read_change("places_a_month=4.5")
    with pytest.raises(BadInputError, match="cannot be"):
        read_change("intake_factor=-1")
    with pytest.raises(BadInputError, match="cannot be"):
        read_change("intake_factor=nan")
