"""Searches of people by area, power, group and month or week, as one party described the group.

Who describes it is never mixed: what people say of themselves and what officers saw are two
tables. Vehicles searched alone are left out, because nobody was searched; a search of a person
and a vehicle counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rightplace.errors import BadInputError
from rightplace.powers.searches.columns import Ethnicity, Power, SearchType

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from numpy.typing import NDArray

ZONE = "Europe/London"


class Described(StrEnum):
    """Who described the ethnic group: the name of its column."""

    BY_PERSON = "self_defined"
    BY_OFFICER = "officer_defined"


class Spell(StrEnum):
    """What searches are counted by in time, to judge how far one spell differs from the next."""

    MONTH = "months"
    WEEK = "weeks"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Slice:
    """Searches of one area and power by spell and group.

    Parameters
    ----------
    by_group
        Shape (n_spells,) of each word for a group, not stated and not given among them.
    unrecorded
        Shape (n_spells,). Searches from files that hold no such column.
    spell
        Whether spells are months or weeks.
    """

    by_group: Mapping[Ethnicity, NDArray[np.int64]]
    unrecorded: NDArray[np.int64]
    spell: Spell = Spell.MONTH

    def searches(self, group: Ethnicity) -> int:
        """Return the searches of a group."""
        return int(self.by_group[group].sum())

    @property
    def total(self) -> int:
        """Every search, whatever is known of the group."""
        known = sum(self.searches(group) for group in Ethnicity)
        return known + int(self.unrecorded.sum())

    @property
    def unknown(self) -> int:
        """Searches whose group nobody knows: not stated, not given, or not recorded."""
        blank = self.searches(Ethnicity.NOT_STATED) + self.searches(Ethnicity.NOT_GIVEN)
        return blank + int(self.unrecorded.sum())

    @property
    def not_stated_share(self) -> float:
        """Share, 0 to 1, of searches where the group was not stated; 0 where there is none."""
        return self.searches(Ethnicity.NOT_STATED) / self.total if self.total else 0.0

    @property
    def missing_share(self) -> float:
        """Share, 0 to 1, of searches where it was left blank or not recorded at all."""
        missing = self.unknown - self.searches(Ethnicity.NOT_STATED)
        return missing / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CountedSearches:
    """Searches of people by borough, power, group and spell.

    Parameters
    ----------
    described
        Who described the group.
    months
        First days of the months that hold searches, in order.
    spell
        Whether counts are by month or by week.
    counts
        Shape (n_spells,) by borough (None where there is no place), power and group (None where
        the file has no such column).
    vehicles_only
        Searches of vehicles alone, which are left out.
    """

    described: Described
    months: tuple[date, ...]
    spell: Spell
    counts: Mapping[tuple[str | None, Power, Ethnicity | None], NDArray[np.int64]]
    vehicles_only: int

    @property
    def powers(self) -> tuple[Power, ...]:
        """Powers that were used, in the order of the closed words."""
        used = {power for _, power, _ in self.counts}
        return tuple(power for power in Power if power in used)

    @property
    def boroughs(self) -> tuple[str, ...]:
        """Boroughs that searches were made in, in order of code."""
        return tuple(sorted({code for code, *_ in self.counts if code is not None}))

    @property
    def words(self) -> frozenset[Ethnicity]:
        """Words for groups that the source uses at all."""
        return frozenset(group for *_, group in self.counts if group is not None)

    def of(self, boroughs: Collection[str] | None = None, *, power: Power | None = None) -> Slice:
        """Return the searches in some boroughs, or in all places and none; by a power, or any.

        Parameters
        ----------
        boroughs
            Official codes; None for every search, placed or not.
        power
            None for every power.
        """
        n_spells = next((each.size for each in self.counts.values()), 0)
        none = np.zeros(n_spells, dtype=np.int64)
        found: dict[Ethnicity | None, NDArray[np.int64]] = dict.fromkeys([*Ethnicity, None], none)
        for (code, used, group), counts in self.counts.items():
            if (boroughs is None or code in boroughs) and power in {None, used}:
                found[group] = found[group] + counts
        return Slice(
            by_group={group: found[group] for group in Ethnicity},
            unrecorded=found[None],
            spell=self.spell,
        )


def people_searched(searches: pa.Table) -> pa.Table:
    """Return the searches of people: all but those of a vehicle alone.

    Parameters
    ----------
    searches
        With the columns of ``columns.SCHEMA``.
    """
    alone = pc.equal(searches["type"], SearchType.VEHICLE.value)
    return searches.filter(pc.invert(pc.fill_null(alone, fill_value=False)))


def count_people(
    searches: pa.Table, *, described: Described, spell: Spell = Spell.MONTH
) -> CountedSearches:
    """Return the searches of people by borough, power, group and month or week.

    Parameters
    ----------
    searches
        With the columns of ``columns.SCHEMA``.
    described
        Which description of the group to count by.
    spell
        Months, or weeks from Monday, both of the London clock; only spells with searches count.

    Raises
    ------
    BadInputError
        If a search has no month.
    """
    people = people_searched(searches)
    if people["month"].null_count:
        msg = f"{people['month'].null_count} searches have no month."
        raise BadInputError(msg, remedy="Read the table of searches again.")
    keys = ["borough", "power", described.value, "spell"]
    spells = people.append_column("spell", _spells(people, spell))
    found = spells.select(keys).group_by(keys).aggregate([([], "count_all")])
    at = {name: number for number, name in enumerate(sorted(set(found["spell"].to_pylist())))}
    counts: dict[tuple[str | None, Power, Ethnicity | None], NDArray[np.int64]] = {}
    columns = (found[name].to_pylist() for name in (*keys, "count_all"))
    for code, power, group, name, n in zip(*columns, strict=True):
        key = (code, Power(power or Power.NOT_GIVEN), None if group is None else Ethnicity(group))
        counts.setdefault(key, np.zeros(len(at), dtype=np.int64))[at[name]] += n
    return CountedSearches(
        described=described,
        months=tuple(sorted(set(people["month"].unique().to_pylist()))),
        spell=spell,
        counts=counts,
        vehicles_only=searches.num_rows - people.num_rows,
    )


def _spells(people: pa.Table, spell: Spell) -> pa.ChunkedArray:
    """Return the name of each search's month or week; names sort in order of time."""
    months = pc.strftime(people["month"], "%Y-%m")
    if spell is Spell.MONTH:
        return months
    local = people["started_at"].cast(pa.timestamp("us", tz=ZONE))
    return pc.coalesce(pc.strftime(local, "%G-W%V"), months)
