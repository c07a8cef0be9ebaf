"""Section 60 over a year: the ratio of a force, which it must explain or reform.

Single authorisations have far too few searches for a ratio: they give counts alone. Over twelve
months the searches of all of a force's authorisations are pooled, and the force says in words of
its own why the ratio is what it is, or what it changes.

Source: NEEDS D (annual pooled ratio by force with interval, explanation that the force must fill);
joint super-complaint report on section 60 and stop and search, 15 December 2023, by HMICFRS, the
College of Policing and the IOPC (DOMAIN 1.9.59: no force visited could fully explain it).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from rightplace.errors import BadInputError
from rightplace.powers.searches.columns import Ethnicity, Power
from rightplace.powers.searches.ratios_compared import COMPARED, Compared, RatioRules, compare
from rightplace.powers.searches.ratios_counted import (
    CountedSearches,
    Described,
    Slice,
    count_people,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

MONTHS_OF_YEAR = 12
_FEWEST_WORDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What a force says of its ratio: why it is so, or what it changes.

    Parameters
    ----------
    text
        In the force's own words; never made up or filled in by a programme.
    by
        Who answers for it.
    given_at
        When, with its zone.

    Raises
    ------
    BadInputError
        If it says nothing, nobody answers for it, or the time has no zone.
    """

    text: str
    by: str
    given_at: datetime

    def __post_init__(self) -> None:
        """Check that somebody says something.

        Length is no test of an explanation; a word or two is none.

        Raises
        ------
        BadInputError
            If it says nothing, nobody answers for it, or the time has no zone.
        """
        words = [word for word in self.text.split() if any(sign.isalnum() for sign in word)]
        if len(words) < _FEWEST_WORDS or not self.by.strip():
            msg = "The explanation says nothing, or nobody answers for it."
            remedy = "Say why the ratio is so, or what the force changes, and who answers for it."
            raise BadInputError(msg, value=self.text, remedy=remedy)
        if self.given_at.tzinfo is None:
            msg = f"The explanation's time {self.given_at} has no zone."
            raise BadInputError(msg, value=self.given_at, remedy="Give the offset from UTC.")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnualPooledRatio:
    """A force's section 60 searches of twelve months, by group.

    Parameters
    ----------
    force
        As in the table of searches.
    described
        Who described the group.
    first_month, last_month
        First days of the first and the last of the twelve months.
    months_held
        How many of them the table holds any search of; under twelve there is no annual ratio.
    part
        Section 60 searches of people in them, by month and group.
    compared
        Each group beside the reference; empty where months are missing.
    explanation
        What the force says of it; None where it has said nothing yet.
    """

    force: str
    described: Described
    first_month: date
    last_month: date
    months_held: int
    part: Slice
    compared: tuple[Compared, ...]
    explanation: Explanation | None

    @property
    def is_whole_year(self) -> bool:
        """Whether every month of the twelve is held."""
        return self.months_held == MONTHS_OF_YEAR

    @property
    def is_explained(self) -> bool:
        """Whether the force has filled the field: it must, whatever the ratio is."""
        return self.explanation is not None


def annual_pooled_ratio(
    searches: pa.Table,
    residents: Mapping[Ethnicity, int] | None,
    *,
    force: str,
    described: Described,
    rules: RatioRules,
    explanation: Explanation | None = None,
) -> AnnualPooledRatio | None:
    """Return a force's section 60 ratios of the twelve months that end with its newest month.

    A month in which the force searched nobody at all is not held: nothing was published, and
    twelve months with a hole are no year.

    Parameters
    ----------
    searches
        With the columns of ``columns.SCHEMA``: all powers, so that a month without section 60
        is told from a month without data.
    residents
        Of the force's area, by group; None where they are not held.
    force
        As in the table.
    described
        Who described the group.
    rules
        When a ratio is given.
    explanation
        What the force says of it.

    Returns
    -------
    AnnualPooledRatio or None
        None where the table holds no search of the force.
    """
    own = searches.filter(pc.equal(searches["force"], force))
    held = sorted(set(own["month"].drop_null().to_pylist()))
    if not held:
        return None
    year = months_ending(held[-1])
    within = own.filter(pc.is_in(own["month"], value_set=pa.array(year, pa.date32())))
    counted = count_people(within, described=described)
    part = counted.of(power=Power.SECTION_60)
    months_held = len(set(held) & set(year))
    return AnnualPooledRatio(
        force=force,
        described=described,
        first_month=year[0],
        last_month=year[-1],
        months_held=months_held,
        part=part,
        compared=(
            tuple(
                compare(part, residents, group=group, words=counted.words, rules=rules)
                for group in COMPARED
            )
            if months_held == MONTHS_OF_YEAR
            else ()
        ),
        explanation=explanation,
    )


def months_ending(last: date) -> tuple[date, ...]:
    """Return the first days of the twelve months that end with a month, oldest first."""
    number = last.year * MONTHS_OF_YEAR + last.month - 1
    return tuple(
        date(each // MONTHS_OF_YEAR, each % MONTHS_OF_YEAR + 1, 1)
        for each in range(number - MONTHS_OF_YEAR + 1, number + 1)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorisationCounts:
    """Searches under one authorisation by group: counts alone, and never a ratio.

    Parameters
    ----------
    described
        Who described the group.
    by_group
        Searches by word, those not stated and not given apart; words nobody used are 0.
    unrecorded
        Searches from a source that has no such column.
    """

    described: Described
    by_group: tuple[tuple[Ethnicity, int], ...]
    unrecorded: int


def counts_of_authorisation(searches: pa.Table, reference: str) -> tuple[AuthorisationCounts, ...]:
    """Return the searches under one authorisation by group, as both described it.

    There is no ratio: single authorisations are too few, in one small place, for residents to
    say who could have been searched. The annual pooled ratio of the force stands for them all.

    Parameters
    ----------
    searches
        With the columns of ``columns.SCHEMA``.
    reference
        Of the authorisation.
    """
    own = searches.filter(pc.equal(searches["authorisation"], reference))
    parts: Sequence[tuple[Described, CountedSearches]] = [
        (described, count_people(own, described=described)) for described in Described
    ]
    return tuple(
        AuthorisationCounts(
            described=described,
            by_group=tuple((group, counted.of().searches(group)) for group in Ethnicity),
            unrecorded=int(counted.of().unrecorded.sum()),
        )
        for described, counted in parts
    )
