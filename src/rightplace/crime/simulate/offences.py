"""The demo's invented offences: a force's words, how often each, where and how domestic."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

DOMESTIC = "domestic"
"""Name of the profile of domestic offences, whatever their words."""


def _rows(name: str) -> list[dict[str, str]]:
    text = (resources.files("rightplace.crime") / "data" / name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OffenceKinds:
    """What a force may write as an offence, one array entry for each.

    Parameters
    ----------
    words
        The force's words.
    published_classes
        The class in whose published total the offence is counted.
    shares
        Share of that class, 0 to 1; the shares of a class add up to 1.
    domestic_shares
        Share that is domestic, 0 to 1.
    profiles
        Name of the weekly profile of those that are not domestic.
    interval_shares
        Share whose time is uncertain, 0 to 1.
    interval_hours
        Median length of that uncertainty.
    """

    words: NDArray[np.str_]
    published_classes: NDArray[np.str_]
    shares: NDArray[np.float64]
    domestic_shares: NDArray[np.float64]
    profiles: NDArray[np.str_]
    interval_shares: NDArray[np.float64]
    interval_hours: NDArray[np.float64]

    def draw(self, classes: NDArray[np.str_], *, generator: Generator) -> NDArray[np.intp]:
        """Return the place of a kind for each incident, given its published class."""
        kinds = np.empty(classes.size, dtype=np.intp)
        for name in np.unique(classes):
            of_class = np.flatnonzero(self.published_classes == name)
            here = np.flatnonzero(classes == name)
            kinds[here] = generator.choice(of_class, size=here.size, p=self.shares[of_class])
        return kinds


def read_offences() -> OffenceKinds:
    """Return the invented kinds of offence."""
    rows = _rows("demo_offences.csv")

    def text(column: str) -> NDArray[np.str_]:
        return np.array([row[column] for row in rows])

    def number(column: str) -> NDArray[np.float64]:
        return np.array([float(row[column]) for row in rows])

    return OffenceKinds(
        words=text("words"),
        published_classes=text("published_class"),
        shares=number("share"),
        domestic_shares=number("domestic_share"),
        profiles=text("profile"),
        interval_shares=number("interval_share"),
        interval_hours=number("interval_hours"),
    )


def draw_premises(profiles: NDArray[np.str_], *, generator: Generator) -> NDArray[np.str_]:
    """Return the kind of premises of each incident, given its profile; empty is not recorded."""
    rows = _rows("demo_premises.csv")
    premises = np.zeros(profiles.size, dtype=f"<U{max(len(row['premises']) for row in rows)}")
    for name in np.unique(profiles):
        words = [row["premises"] for row in rows if row["profile"] == name]
        weights = np.array([float(row["weight"]) for row in rows if row["profile"] == name])
        here = np.flatnonzero(profiles == name)
        premises[here] = generator.choice(words, size=here.size, p=weights / weights.sum())
    return premises
