"""Mappings: what is refused, what is suggested, and that every shipped one finds its file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rightplace.crime.mapping import Mapping, load, parse, recognise, shipped
from rightplace.errors import BadInputError, NotHeldError

if TYPE_CHECKING:
    from pathlib import Path

SOUND = """
name = "mine"
title = "Mine"
publisher = "me"
kind = "crimes"
[columns]
month = "Month"
"""


def refused(text: str) -> str:
    with pytest.raises(BadInputError) as caught:
        parse(text, file="mine.toml")
    assert caught.value.fault.file == "mine.toml"
    return str(caught.value)


def test_a_short_mapping_is_enough() -> None:
    mapping = parse(SOUND, file="mine.toml")
    assert mapping.source("month") == "Month"
    assert mapping.source("lon") is None
    assert mapping.digest == parse(SOUND + "\n# a remark\n", file="other.toml").digest


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("bound = [0, 0, 1, 1]", "Did you mean 'bounds'?"),
        ('zone = "Europe/Londn"', "Did you mean 'Europe/London'?"),
        ('encoding = "utf-9"', "'utf-9' is not an encoding"),
        ('date_format = "%Q"', "%Q is no part of a date"),
        ('datetime_format = "%d/%m/%Y %"', "% is no part of a date"),
        ('delimiter = ";;"', "delimiter"),
        ('date_pattern = "([0-9]"', "is not a regular expression"),
        ('date_pattern = "[0-9]+"', "must have one group"),
        ('categories = "police_ukk"', "Did you mean 'police_uk'?"),
        ('category_words = { "GBH" = "violence_with_injry" }', "'violence_with_injury'"),
        ('population = { forse = "x" }', "Did you mean 'force'?"),
        ('population = { part_pattern = "(" }', "is not a regular expression"),
        ('setting = { colum = "premises" }', "Did you mean 'column'?"),
        ("status = { deletd = [] }", "Did you mean 'deleted'?"),
    ],
)
def test_each_slip_is_named_with_what_was_meant(more: str, said: str) -> None:
    assert said in refused(more + SOUND)


def test_a_column_that_is_not_ours_suggests_the_nearest() -> None:
    assert "Did you mean 'category'?" in refused(SOUND + 'categry = "Crime type"\n')


def test_all_slips_are_reported_together() -> None:
    said = refused('bound = 1\ncrs = "x"\n' + SOUND)
    assert "'bound'" in said
    assert "crs:" in said


def test_a_mapping_that_reads_no_time_is_refused() -> None:
    assert "must name one of month" in refused(SOUND.replace("month =", "category ="))


def test_what_is_not_toml_is_refused() -> None:
    assert "not TOML" in refused("name = ")


def test_a_mapping_is_found_by_name_or_path(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(SOUND, encoding="utf-8")
    assert load(str(file)).name == "mine"
    assert load("police_uk_street").kind == "crimes"
    with pytest.raises(NotHeldError, match="Did you mean 'police_uk_street'"):
        load("police_uk_stret")
    file.write_bytes(SOUND.replace("Mine", "M\u00e9").encode("latin-1"))
    with pytest.raises(BadInputError, match="not written in UTF-8"):
        load(str(file))


@pytest.mark.parametrize("mapping", shipped().values(), ids=lambda m: m.name)
def test_every_shipped_mapping_finds_its_own_file(mapping: Mapping) -> None:
    needed = {*mapping.columns.values(), *mapping.recognise}
    found = recognise(sorted(needed), form=mapping.format)
    assert found is not None
    assert found.name == mapping.name


def test_a_file_that_no_mapping_knows_is_not_guessed() -> None:
    assert recognise(["a", "b"], form="csv") is None
    assert recognise(list(shipped()["police_uk_street"].recognise), form="json") is None
