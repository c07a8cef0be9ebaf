"""Why a place is visited, in a sentence of its own numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_WHOLE_FROM = 10  # averages from here are said without decimals


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRecord:
    """The numbers behind one place's forecast.

    Parameters
    ----------
    last_12_months, last_28_days
        Incidents counted in the place.
    recent_label
        What ``last_28_days`` really counts: "last 28 days", or a month by name.
    area, area_rate, area_unit
        Name of an area, its average, and of what: "a place", "a place in 7 days".
    ranked, rank
        Places with a rank, and the rank of this one, from 1.
    rank_without_last_12_months, rank_without_recent, rank_without_area_rate
        The rank if that were taken away from this place alone.
    """

    last_12_months: int
    last_28_days: int
    recent_label: str
    area: str
    area_rate: float
    area_unit: str = "a place"
    ranked: int
    rank: int
    rank_without_last_12_months: int
    rank_without_recent: int
    rank_without_area_rate: int

    def __post_init__(self) -> None:
        """Check that the place has a rank.

        Raises
        ------
        BadInputError
            If it has none, or one beyond the places ranked.
        """
        if not 1 <= self.rank <= self.ranked:
            msg = f"The rank {self.rank} does not lie between 1 and {self.ranked}."
            raise BadInputError(msg, value=self.rank, remedy="A place without data has no reason.")


def reason(place: PlaceRecord) -> str:
    """Return why a place is visited: what moves its rank most stands first.

    "57 in 12 months (rank 4 of 3,804; 311 without them), 6 in June 2018 (rank 9 without), Camden
    averages 14 a place (still rank 4 without)."
    """
    recent = place.recent_label.replace("last", "the last", 1)
    area = f"{place.area} averages {_average(place.area_rate)} {place.area_unit}"
    facts = [
        (_counted(place.last_12_months, "12 months"), place.rank_without_last_12_months),
        (_counted(place.last_28_days, recent), place.rank_without_recent),
        ((area, "it"), place.rank_without_area_rate),
    ]
    facts.sort(key=lambda fact: -abs(fact[1] - place.rank))
    ((first, them), without), *others = facts
    of = f"rank {place.rank:,} of {place.ranked:,}"
    lead = f"{first} ({of}; {_moved(place.rank, without, word='')} {them})"
    rest = [f"{said} ({_moved(place.rank, rank, word='rank ')})" for (said, _), rank in others]
    sentence = ", ".join([lead, *rest])
    return f"{sentence[0].upper()}{sentence[1:]}."


def place_reasons(
    columns: Mapping[str, Sequence[Any]], *, areas: Sequence[str | None], area_unit: str = "a place"
) -> tuple[str, ...]:
    """Return the reason of every cell; empty where it has no data and so no rank.

    Parameters
    ----------
    columns
        Columns of the forecast, one entry for each cell: last_12_months, last_28_days,
        recent_label, area_rate, rank, rank_without_last_12_months, rank_without_recent,
        rank_without_area_rate, masked.
    areas
        Name of the area whose average ``area_rate`` is, for each cell.
    area_unit
        What the average counts.
    """
    masked = columns["masked"]
    ranked = sum(not hidden for hidden in masked)
    names = [
        "last_12_months", "last_28_days", "recent_label", "area_rate", "rank",
        "rank_without_last_12_months", "rank_without_recent", "rank_without_area_rate",
    ]  # fmt: skip
    rows = zip(*(columns[name] for name in names), strict=True)
    return tuple(
        ""
        if hidden
        else reason(
            PlaceRecord(
                **dict(zip(names, row, strict=True)),
                area=area or "the area",
                area_unit=area_unit,
                ranked=ranked,
            )
        )
        for row, hidden, area in zip(rows, masked, areas, strict=True)
    )


def _counted(incidents: int, when: str) -> tuple[str, str]:
    """Return a count in words, and the word that stands for it."""
    return f"{incidents:,} in {when}", "it" if incidents == 1 else "them"


def _moved(rank: int, without: int, *, word: str) -> str:
    return f"still {word}{rank:,} without" if rank == without else f"{word}{without:,} without"


def _average(rate: float) -> str:
    if rate >= _WHOLE_FROM or rate == 0:
        return f"{rate:,.0f}"
    return f"{rate:.1f}" if rate >= 1 else f"{rate:.2g}"
