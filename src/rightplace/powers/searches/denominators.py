"""Residents by ethnic group: what searches are set against, and where that may not be done.

Residents are a weak denominator in a city, because the people searched are those who are out and
present (DOMAIN 2.6.25). They are tolerable for a whole force and rough for a borough. Below a
borough they mislead, so counts for a smaller area are refused here and no ratio can be made.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from rightplace.errors import BadInputError, NotHeldError, UnsupportedByDataError
from rightplace.places.hierarchy import boroughs
from rightplace.powers.searches.columns import STATED, Ethnicity

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

CENSUS_DAYS = {2001: date(2001, 4, 29), 2011: date(2011, 3, 27), 2021: date(2021, 3, 21)}
"""Days on which residents were counted in England and Wales (Office for National Statistics)."""
BELOW_BOROUGH = (
    "No ratio is given for an area smaller than a borough: the people searched there are often "
    "not the people who live there, so residents do not say who could have been searched."
)
"""Why a ward, an LSOA or a locality has no ratio (DOMAIN 2.6.25-26)."""
METROPOLITAN, CITY_OF_LONDON = "metropolitan", "city-of-london"
_CITY = "E09000001"
_REMEDY = "Give a table of residents that has them."
_AUTHORITY = re.compile(r"[EW]0[6-9]\d{6}")  # unitary, district, metropolitan, London borough
_SMALLER = re.compile(r"[EW]0[0-5]\d{6}")  # output areas, LSOA, MSOA, parish, ward


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidentCount:
    """Usual residents of one ethnic group in one local authority.

    Parameters
    ----------
    area_code
        Official code of a local authority: in London ``E09...``.
    year
        Year of the census or estimate.
    group
        Broad ethnic group; never not stated.
    residents
        How many, 0 or more.
    source
        Who published the count, with its table.
    """

    area_code: str
    year: int
    group: Ethnicity
    residents: int
    source: str

    def __post_init__(self) -> None:
        """Check that it is a count of residents of an authority.

        Raises
        ------
        UnsupportedByDataError
            If the area is smaller than a borough.
        BadInputError
            If the area is no local authority, the group is none a census counts, or the count
            or its source cannot be.
        """
        if _SMALLER.fullmatch(self.area_code):
            remedy = "Give residents of boroughs or other local authorities."
            raise UnsupportedByDataError(BELOW_BOROUGH, value=self.area_code, remedy=remedy)
        if not _AUTHORITY.fullmatch(self.area_code):
            msg = f"{self.area_code!r} is no code of a local authority of England or Wales."
            remedy = "Give authorities only, such as E09000007; wider areas are added up from them."
            raise BadInputError(msg, value=self.area_code, remedy=remedy)
        if self.group not in STATED:
            msg = f"{self.group!r} is no group of residents."
            raise BadInputError(msg, value=self.group, remedy=f"Give one of {', '.join(STATED)}.")
        if self.residents < 0 or not self.source.strip():
            msg = f"{self.residents} residents from {self.source!r} is no count with its source."
            raise BadInputError(msg, value=self.residents, remedy="Give a count and its source.")


@dataclass(frozen=True, kw_only=True)
class Residents:
    """Residents by local authority, year and broad ethnic group.

    Parameters
    ----------
    counts
        Every group of every authority and year that is named, each once.

    Raises
    ------
    BadInputError
        If there is none, a group is missing or stands twice, or a year has two sources.
    """

    counts: tuple[ResidentCount, ...]

    def __post_init__(self) -> None:
        """Check that every authority and year has every group once.

        Raises
        ------
        BadInputError
            If there is none, a group is missing or stands twice, or a year has two sources.
        """
        if not self.counts:
            msg = "There are no counts of residents."
            raise BadInputError(msg, remedy="Give the residents of at least one authority.")
        rows = Counter((each.area_code, each.year, each.group) for each in self.counts)
        twice = sorted(key for key, n in rows.items() if n > 1)
        if twice:
            msg = f"{' '.join(map(str, twice[0]))} stands twice in the table of residents."
            raise BadInputError(msg, value=twice[0][0], remedy="Keep one row of each.")
        for code, year in sorted({(code, year) for code, year, _ in rows}):
            lacking = [group for group in STATED if (code, year, group) not in rows]
            if lacking:
                msg = f"{code} has no residents of {', '.join(lacking)} in {year}."
                raise BadInputError(msg, value=code, remedy="Give all five groups; 0 is a count.")
        for year in self.years:
            named = sorted({each.source for each in self.counts if each.year == year})
            if len(named) > 1:
                msg = f"Residents of {year} have two sources: {named[0]}, and {named[1]}."
                raise BadInputError(msg, value=year, remedy="Give one source a year.")

    @cached_property
    def years(self) -> tuple[int, ...]:
        """Years that are held, oldest first."""
        return tuple(sorted({each.year for each in self.counts}))

    @cached_property
    def area_codes(self) -> tuple[str, ...]:
        """Authorities that are held in any year, in order of code."""
        return tuple(sorted({each.area_code for each in self.counts}))

    @cached_property
    def _by_key(self) -> Mapping[tuple[str, int, Ethnicity], int]:
        return {(each.area_code, each.year, each.group): each.residents for each in self.counts}

    def source(self, year: int) -> str:
        """Return who published the counts of a year.

        Raises
        ------
        NotHeldError
            If the year is not held.
        """
        found = [each.source for each in self.counts if each.year == year]
        if not found:
            msg = f"Residents of {year} are not held; held are {', '.join(map(str, self.years))}."
            raise NotHeldError(msg, value=year, remedy=_REMEDY)
        return found[0]

    def holds(self, code: str, *, year: int) -> bool:
        """Whether the residents of an authority are held for a year."""
        return (code, year, Ethnicity.WHITE) in self._by_key

    def of(self, codes: Collection[str], *, year: int) -> dict[Ethnicity, int]:
        """Return the residents of some authorities together, by group.

        Raises
        ------
        NotHeldError
            If an authority is not held for that year, or none is asked for.
        """
        lacking = [code for code in sorted(set(codes)) if not self.holds(code, year=year)]
        if lacking or not codes:
            msg = f"Residents of {lacking[0] if lacking else 'no area'} in {year} are not held."
            raise NotHeldError(msg, value=lacking[:1], remedy=_REMEDY)
        return {
            group: sum(self._by_key[code, year, group] for code in set(codes)) for group in STATED
        }

    def nearest_year(self, day: date) -> int:
        """Return the year counted nearest to a day; of two as near the later.

        A census counts on a known day; any other year is taken at its middle.
        """
        return min(self.years, key=lambda year: (abs((day_of(year) - day).days), -year))


def day_of(year: int) -> date:
    """Return the day that residents of a year are counted at."""
    return CENSUS_DAYS.get(year, date(year, 6, 30))


def authorities_of(forces: Collection[str], held: Collection[str]) -> tuple[str, ...] | None:
    """Return the authorities that some forces police; None where they are not all held.

    The Metropolitan Police has the 32 boroughs, the City of London Police the City. Of any other
    force the table of residents is taken to hold exactly its authorities beside London's.

    Parameters
    ----------
    forces
        As in the table of searches.
    held
        Codes of the authorities whose residents are held.
    """
    wanted: set[str] = set()
    london = {borough.code for borough in boroughs()}
    for force in forces:
        if force == METROPOLITAN:
            wanted |= london - {_CITY}
        elif force == CITY_OF_LONDON:
            wanted |= {_CITY}
        else:
            wanted |= set(held) - london
    return tuple(sorted(wanted)) if wanted and wanted <= set(held) else None
