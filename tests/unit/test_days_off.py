"""Bank holidays by country and part of it."""

from __future__ import annotations

from datetime import date

import pytest

from rightplace.core.days_off import bank_holidays
from rightplace.errors import BadInputError


def test_bank_holidays_of_england_are_those_that_gov_uk_lists() -> None:
    # https://www.gov.uk/bank-holidays, England and Wales, 2022: with the two of that summer.
    found = bank_holidays("GB-ENG", date(2022, 4, 1), date(2022, 12, 31))
    assert [f"{day:%d %b}" for day in found if day.weekday() < 5] == (
        "15 Apr,18 Apr,02 May,02 Jun,03 Jun,29 Aug,19 Sep,26 Dec,27 Dec".split(",")
    )


def test_a_part_of_a_country_has_its_own() -> None:
    # Family Day (third Monday of February) is Ontario's, not all of Canada's.
    day = date(2020, 2, 17)
    assert bank_holidays("CA-ON", day, day) == {day: "Family Day"}
    assert bank_holidays("CA", day, day) == {}


def test_only_the_days_asked_for_are_given() -> None:
    christmas = date(2019, 12, 25)
    assert list(bank_holidays("GB-ENG", christmas, christmas)) == [christmas]
    assert bank_holidays("GB-ENG", date(2019, 12, 27), date(2019, 12, 31)) == {}


@pytest.mark.parametrize(
    ("code", "words"),
    [("XX", "country 'XX'"), ("gb", "country 'gb'"), ("", "country ''"), ("GB-LND", "part 'LND'")],
)
def test_an_unknown_country_or_part_is_refused(code: str, words: str) -> None:
    with pytest.raises(BadInputError, match=words) as caught:
        bank_holidays(code, date(2020, 1, 1), date(2020, 1, 1))
    assert caught.value.fault.value == code
    assert caught.value.fault.remedy
