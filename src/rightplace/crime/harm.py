"""Harm weights: how bad a recorded offence is, beside how many there were.

An index is a file of weights, by Home Office code or by class. A class that covers several
weights (the combined open-data category above all) gets one coarse weight: the mean over the
rows within it, weighted by how often each is recorded, or the plain median where the file holds
no counts. A coarse weight is marked, and the smallest, median and largest weight behind it stand
beside it: within "violence and sexual offences" they differ a thousandfold.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from math import isfinite
from statistics import median
from types import MappingProxyType
from typing import TYPE_CHECKING, Self

import numpy as np

from rightplace.core.canonical import digest
from rightplace.crime.harm_file import Rows, WeightRow, rows_of, rows_of_file
from rightplace.crime.offences import data_rows, offence_class, wider_classes
from rightplace.errors import UnsupportedByDataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

COUNTED = "mean weighted by recorded crime"
UNCOUNTED = "median of the weights, counts not held"
SINGLE = "one weight"


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    """The codes that stand for a class which an index does not have, and why."""

    slug: str
    codes: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassWeight:
    """What one record of a class weighs, and how sure that is.

    Parameters
    ----------
    slug
        Slug of the offence class.
    weight
        Weight of one record, in the unit of the index; more than zero.
    coarse
        True if offences of different weight are behind the number.
    basis
        How the number was made, in words.
    smallest, middle, largest
        Smallest, median and largest weight behind it.
    rows
        How many rows of the file are behind it.
    """

    slug: str
    weight: float
    coarse: bool
    basis: str
    smallest: float
    middle: float
    largest: float
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HarmIndex:
    """A set of harm weights with its name, version and origin.

    Parameters
    ----------
    name
        Name as printed, e.g. ``ONS Crime Severity Score``.
    label
        Short name of the edition, e.g. ``ons-css-2017-18``.
    unit
        What one unit of weight is.
    origin
        Where the weights come from, and what was done to them.
    rows
        The weights as read.
    stand_ins
        Codes that stand for classes which the index does not have.

    Attributes
    ----------
    by_class
        Weight of each class the index covers, by slug.
    by_code
        Weight of each Home Office code, by code; empty where the file holds classes only.
    """

    name: str
    label: str
    unit: str
    origin: str
    rows: Rows
    stand_ins: tuple[StandIn, ...] = ()
    by_class: Mapping[str, ClassWeight] = field(init=False, repr=False, compare=False)
    by_code: Mapping[str, float] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check the weights and work out those of classes.

        Raises
        ------
        ValueError
            If there is no row, a weight is not a positive number, or a stand-in names a code
            that the index does not have.
        """
        wrong = [r for r in self.rows if not (isfinite(r.weight) and r.weight > 0)]
        if wrong or not self.rows:
            msg = f"{self.name}: every weight must be a positive number, got {wrong or 'none'}."
            raise ValueError(msg)
        codes = {row.code: row.weight for row in self.rows if row.code is not None}
        missing = {code for each in self.stand_ins for code in each.codes} - codes.keys()
        if missing:
            msg = f"{self.name}: no weight for the codes {', '.join(sorted(missing))}."
            raise ValueError(msg)
        object.__setattr__(self, "by_code", MappingProxyType(codes))
        object.__setattr__(self, "by_class", MappingProxyType(_class_weights(self)))

    @property
    def version(self) -> str:
        """The text that outputs print: label of the edition and digest of its weights."""
        return f"{self.label}-{digest([self.rows, self.stand_ins])[:8]}"

    @classmethod
    def load(cls, path: Path, *, name: str | None = None) -> Self:
        """Return the index in a CSV file that a user brings, e.g. the Cambridge sheet.

        Parameters
        ----------
        path
            CSV file with a heading row; see ``harm_file.rows_of_file`` for its columns and faults.
        name
            Name to print; the file's own name if None.
        """
        return cls(
            name=name or path.stem,
            label=path.stem,
            unit="weight",
            origin=f"Read from {path.name}, brought by the user.",
            rows=rows_of_file(path),
        )

    def covers(self, slug: str) -> bool:
        """Return whether the index has a weight for a class."""
        return slug in self.by_class

    def weigh(
        self, classes: Sequence[str], *, codes: Sequence[str | None] | None = None
    ) -> NDArray[np.float64]:
        """Return the harm weight of each record.

        Parameters
        ----------
        classes
            Slugs of offence classes, one a record.
        codes
            Home Office code of each record where known. A known code weighs more exactly than
            its class and comes first; a code the index does not have falls back to the class.

        Returns
        -------
        NDArray[np.float64]
            Shape (n_records,). Weights in the unit of the index, more than zero. They are not
            to be read without the count beside them: two homicides swing a small area.

        Raises
        ------
        UsageError
            If a class does not exist, or ``codes`` has another length.
        UnsupportedByDataError
            If the index has no weight for a class; a missing weight is not zero.
        """
        codes = [None] * len(classes) if codes is None else codes
        if len(codes) != len(classes):
            msg = f"{len(classes)} classes, but {len(codes)} codes."
            raise UsageError(msg, remedy="Give one code, or None, for each record.")
        known = self.by_code
        without = [
            slug
            for slug, code in zip(classes, codes, strict=True)
            if code not in known and slug not in self.by_class
        ]
        if without:
            named = ", ".join(offence_class(slug).name for slug in sorted(set(without)))
            msg = f"{self.name} has no weight for {named}."
            remedy = "Count these without harm, or bring an index that covers them."
            raise UnsupportedByDataError(msg, value=named, remedy=remedy)
        return np.array(
            [
                self.by_class[slug].weight if code is None or code not in known else known[code]
                for slug, code in zip(classes, codes, strict=True)
            ],
            dtype=np.float64,
        )

    def capped(self, slug: str, *, at: float) -> HarmIndex:
        """Return the index with no weight of a class above a cap, marked in its version.

        Two homicides swing the harm of a small area; a second version with homicide capped
        shows by how much (DOMAIN 5.1.10).

        Raises
        ------
        UsageError
            If the class does not exist, or the cap is not a positive number.
        """
        offence_class(slug)
        if not (isfinite(at) and at > 0):
            msg = f"A cap must be a positive number, got {at}."
            raise UsageError(msg, value=at)
        rows = tuple(
            replace(row, weight=min(row.weight, at)) if slug in wider_classes(row.slug) else row
            for row in self.rows
        )
        return replace(self, rows=rows, label=f"{self.label}-{slug}-capped-{at:g}")


@cache
def ons_severity() -> HarmIndex:
    """Return the weights that ship: the ONS Crime Severity Score.

    References
    ----------
    Office for National Statistics (2016), Research outputs: developing a Crime Severity Score
    for England and Wales using data on crimes recorded by the police.
    """
    text = (resources.files("rightplace.crime") / "data" / "ons_severity.toml").read_text("utf-8")
    about = tomllib.loads(text)
    records = data_rows(about["file"])
    return HarmIndex(
        name=about["name"],
        label=about["label"],
        unit=about["unit"],
        origin=f"{about['origin']} {about['licence']}.",
        rows=rows_of(records, headings=records[0], file=about["file"]),
        stand_ins=tuple(
            StandIn(slug=slug, codes=tuple(each["codes"]), reason=each["reason"])
            for slug, each in about["stand_in"].items()
        ),
    )


def _class_weights(index: HarmIndex) -> dict[str, ClassWeight]:
    behind: defaultdict[str, list[WeightRow]] = defaultdict(list)
    for row in index.rows:
        for slug in wider_classes(row.slug):
            behind[slug].append(row)
    weights = {slug: _pool(slug, rows) for slug, rows in behind.items()}
    by_code = {row.code: row for row in index.rows}
    for each in index.stand_ins:
        pooled = _pool(each.slug, [by_code[code] for code in each.codes])
        weights[each.slug] = replace(pooled, coarse=True, basis=f"{pooled.basis}; {each.reason}")
    return weights


def _pool(slug: str, rows: Sequence[WeightRow]) -> ClassWeight:
    every = [row.weight for row in rows]
    counted = [(row.weight, row.recorded) for row in rows if row.recorded]
    total = sum(count for _, count in counted)
    if min(every) == max(every):
        weight, basis = every[0], SINGLE
    elif counted:
        weight, basis = sum(w * count for w, count in counted) / total, COUNTED
    else:
        weight, basis = median(every), UNCOUNTED
    return ClassWeight(
        slug=slug,
        weight=weight,
        coarse=basis is not SINGLE or any(row.code is None for row in rows),
        basis=basis,
        smallest=min(every),
        middle=median(every),
        largest=max(every),
        rows=len(rows),
    )
