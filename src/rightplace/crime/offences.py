"""Offence classes: what kind of thing was recorded, and whether it may drive demand.

The classes are a table, ``data/offence_classes.csv``; a publisher's own words lead to them by a
second table, ``data/categories.csv``. What police find by looking (possession, searches, checks)
never drives demand: a forecast fed with it sends officers where they already were.

References
----------
Ensign, Friedler, Neville, Scheidegger and Venkatasubramanian (2018), Runaway feedback loops in
predictive policing, Proceedings of Machine Learning Research 81, 160-171.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Self

from rightplace.core.suggest import did_you_mean
from rightplace.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


_A_PAIR = 2


class SourceOfRecord(StrEnum):
    """Who made the record come about."""

    VICTIM_REPORTED = "victim_reported"
    """A victim, witness or caller."""
    POLICE_GENERATED = "police_generated"
    """Police activity: no officers there, no record."""
    MIXED = "mixed"
    """Either; the records do not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OffenceClass:
    """One kind of recorded offence or call.

    Parameters
    ----------
    slug
        Short name in data and settings, e.g. ``robbery_personal``.
    name
        Plain words for pages and titles.
    within
        Slug of the wider class that this one is a part of, or None.
    source_of_record
        Who made the record come about.
    default_demand
        Whether it is forecast when nobody names classes.
    note
        Why, with the rule it follows.
    """

    slug: str
    name: str
    within: str | None
    source_of_record: SourceOfRecord
    default_demand: bool
    note: str

    def __post_init__(self) -> None:
        """Check that no default leads police-generated records into demand.

        Raises
        ------
        ValueError
            If a police-generated class would be demand by default.
        """
        if self.default_demand and self.is_police_generated:
            msg = f"{self.slug} is police-generated; it cannot be demand by default."
            raise ValueError(msg)

    @property
    def is_police_generated(self) -> bool:
        """Whether there would be no record had police not been there."""
        return self.source_of_record is SourceOfRecord.POLICE_GENERATED


def data_rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a CSV table that ships with this package."""
    text = (resources.files("rightplace.crime") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def offence_classes() -> Mapping[str, OffenceClass]:
    """Return every class by its slug, in the order of the table."""
    return MappingProxyType(
        {
            row["class"]: OffenceClass(
                slug=row["class"],
                name=row["name"],
                within=row["within"] or None,
                source_of_record=SourceOfRecord(row["source_of_record"]),
                default_demand=row["default_demand"] == "yes",
                note=row["note"],
            )
            for row in data_rows("offence_classes.csv")
        }
    )


def offence_class(slug: str) -> OffenceClass:
    """Return the class with a slug.

    Raises
    ------
    UsageError
        If there is no such class; the nearest is suggested.
    """
    classes = offence_classes()
    if slug not in classes:
        msg = f"There is no offence class {slug!r}."
        raise UsageError(msg, value=slug, remedy=did_you_mean(slug, classes))
    return classes[slug]


def wider_classes(slug: str) -> tuple[str, ...]:
    """Return a class, which must exist, and every wider class it lies in, narrowest first."""
    found: list[str] = []
    step: str | None = slug
    while step is not None:
        found.append(step)
        step = offence_class(step).within
    return tuple(found)


def parts(slug: str) -> tuple[str, ...]:
    """Return a class, which must exist, and every narrower one in it, in the table's order."""
    offence_class(slug)
    return tuple(other for other in offence_classes() if slug in wider_classes(other))


def demand_classes(asked: Sequence[str] | None = None) -> tuple[str, ...]:
    """Return the classes whose records are counted as demand, in the order of the table.

    A class that is asked for by name brings the narrower classes within it (robbery brings
    robbery of personal property), except those that police activity generates.

    Parameters
    ----------
    asked
        Slugs of classes, or None for those that are demand by default.

    Raises
    ------
    UsageError
        If no class is named, or one does not exist.
    RefusedError
        If a named class is police-generated (DOMAIN 4.1.4).
    """
    if asked is None:
        return tuple(slug for slug, each in offence_classes().items() if each.default_demand)
    if not asked:
        msg = "No offence class is named."
        raise UsageError(msg, remedy="Name at least one, or leave the choice out.")
    generated = [each for each in map(offence_class, asked) if each.is_police_generated]
    if generated:
        named = ", ".join(f"{each.slug} ({each.name})" for each in generated)
        slugs = ", ".join(each.slug for each in generated)
        msg = (
            f"Police activity itself generates {named}; a forecast made from it would send "
            f"officers where they already were (DOMAIN 4.1.4)."
        )
        raise RefusedError(msg, value=slugs, remedy="Leave it out of demand.")
    wanted = {part for slug in asked for part in parts(slug)}
    return tuple(
        slug
        for slug, each in offence_classes().items()
        if slug in wanted and not each.is_police_generated
    )


def in_words(slugs: Iterable[str]) -> str:
    """Return what was counted, in plain words, naming a wide class instead of its parts."""
    wanted = set(slugs)
    heads = [slug for slug in wanted if not wanted.intersection(wider_classes(slug)[1:])]
    names = [each.name for slug, each in offence_classes().items() if slug in heads]
    if len(names) < _A_PAIR:
        return "".join(names)
    comma = "," if len(names) > _A_PAIR or any("," in name for name in names) else ""
    return f"{', '.join(names[:-1])}{comma} and {names[-1]}"


def fold(word: str) -> str:
    """Return a category word without its spaces and capitals, the form in which it is looked up."""
    return "".join(word.split()).casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryWords:
    """One publisher's words for offences, and the class each stands for.

    Parameters
    ----------
    publisher
        Name of the publisher or table, e.g. ``police_uk``.
    classes
        Class by folded word (see ``fold``).
    """

    publisher: str
    classes: Mapping[str, str]

    @classmethod
    def of(cls, publisher: str, pairs: Iterable[tuple[str, str]]) -> Self:
        """Return the words of a publisher from pairs of a word as published and a class.

        Raises
        ------
        UsageError
            If a class does not exist, or one word stands for two classes.
        """
        classes: dict[str, str] = {}
        for word, slug in pairs:
            held = classes.setdefault(fold(word), offence_class(slug).slug)
            if held != slug:
                msg = f"{publisher}: {word!r} stands for {held} and for {slug}."
                raise UsageError(msg, value=word, remedy="Keep one of the two.")
        return cls(publisher=publisher, classes=MappingProxyType(classes))

    def class_of(self, word: str) -> str | None:
        """Return the class of a word, or None for a word that is not known: it is never guessed."""
        return self.classes.get(fold(word))

    def unknown(self, words: Iterable[str]) -> tuple[str, ...]:
        """Return the words without a class, each once, sorted."""
        return tuple(sorted({word for word in words if self.class_of(word) is None}))


def publishers() -> tuple[str, ...]:
    """Return the names of the publishers whose words are known."""
    return tuple(dict.fromkeys(row["publisher"] for row in data_rows("categories.csv")))


@cache
def category_words(publisher: str) -> CategoryWords:
    """Return the words of a publisher.

    Raises
    ------
    UsageError
        If the publisher is not known; the nearest is suggested.
    """
    if publisher not in publishers():
        msg = f"There are no category words of {publisher!r}."
        raise UsageError(msg, value=publisher, remedy=did_you_mean(publisher, publishers()))
    rows = [row for row in data_rows("categories.csv") if row["publisher"] == publisher]
    return CategoryWords.of(publisher, [(row["word"], row["class"]) for row in rows])
