"""From the words that forces publish to ours: the shipped table of words, and a user's own.

A word that no table knows is not "other": it stays unread, is listed with its file and row, and
leads to ``not given``; the search counts in every total all the same.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from rightplace.core.suggest import did_you_mean
from rightplace.errors import BadInputError
from rightplace.powers.searches.columns import (
    Age,
    Ethnicity,
    Object,
    Outcome,
    Power,
    SearchType,
    Sex,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import StrEnum
    from pathlib import Path

PUBLISHED = {
    "type": "type",
    "power": "legislation",
    "object": "object",
    "outcome": "outcome",
    "age": "age_range",
    "sex": "gender",
    "self_defined": "self_defined_ethnicity",
    "officer_defined": "officer_defined_ethnicity",
}
"""Our column of words, and the stored column with the words as published."""

OURS: Mapping[str, type[StrEnum]] = {
    "type": SearchType,
    "power": Power,
    "object": Object,
    "outcome": Outcome,
    "age": Age,
    "sex": Sex,
    "ethnicity": Ethnicity,
}
"""The closed words of each kind of column; both columns of ethnicity share theirs."""

NOT_GIVEN = "not given"
HEADER = ("column", "published", "ours")
USERS_FILE = "search_words.csv"
"""The user's own words, in the workspace: what the shipped table does not know."""
OLDEST = 120
BANDS = ((10, Age.UNDER_10), (18, Age.AGE_10_17), (25, Age.AGE_18_24), (35, Age.AGE_25_34))


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Which of our words each published word leads to.

    Parameters
    ----------
    words
        Our word by kind of column and published word, folded.
    """

    words: Mapping[tuple[str, str], str]

    def ours(self, column: str, published: str) -> str | None:
        """Return our word for a published one, None where no table knows it.

        Parameters
        ----------
        column
            A column of ``PUBLISHED``.
        published
            The word as published; an age in whole years is one too.
        """
        kind = kind_of(column)
        if kind == "age" and (years := re.fullmatch(r"\s*(\d{1,3})(\.0)?\s*", published)):
            return _band(int(years[1]))
        return self.words.get((kind, folded(published)))


def kind_of(column: str) -> str:
    """Return the kind of words that a column holds."""
    return "ethnicity" if column.endswith("_defined") else column


def folded(word: str) -> str:
    """Return a word without its capitals and spaces, which publishers vary."""
    return re.sub(r"\s+", "", word).casefold()


def _band(years: int) -> str | None:
    """Return the published age band of an age in years, None above any age."""
    if years > OLDEST:
        return None
    return next((band.value for below, band in BANDS if years < below), Age.OVER_34.value)


@cache
def shipped() -> Vocabulary:
    """Return the shipped vocabulary: words of all vintages of data.police.uk, codes, our own.

    Source: data.police.uk stop and search files 2015 to 2025 (quirks 22 and 23); DOMAIN 2.2.8.
    """
    data = resources.files("rightplace.powers.searches").joinpath("data", "words.csv")
    words = _read(data.read_text(encoding="utf-8"), file="words.csv")
    own = {(kind, folded(word.value)): word.value for kind in OURS for word in OURS[kind]}
    return Vocabulary(words=own | words)


def with_users(path: Path) -> Vocabulary:
    """Return the shipped vocabulary with a user's own words, which come first.

    Parameters
    ----------
    path
        CSV with the columns ``column``, ``published`` and ``ours``; none where it is not there.

    Raises
    ------
    BadInputError
        If the file is not in UTF-8, lacks a column, or names a column or word that is none of ours.
    """
    if not path.is_file():
        return shipped()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        msg = "The file of words is not written in UTF-8."
        raise BadInputError(msg, file=path, remedy="Save it as UTF-8.") from error
    return Vocabulary(words=dict(shipped().words) | _read(text, file=str(path)))


def _read(text: str, *, file: str) -> dict[tuple[str, str], str]:
    """Return the words of a CSV table.

    Raises
    ------
    BadInputError
        If a column is missing, or a row names a column or a word that is none of ours.
    """
    reader = csv.DictReader(io.StringIO(text))
    missing = [name for name in HEADER if name not in (reader.fieldnames or ())]
    if missing:
        msg = f"The file of words has no column {missing[0]!r}."
        raise BadInputError(msg, file=file, row=0, remedy=f"Its columns are {', '.join(HEADER)}.")
    found = {}
    for row, cells in enumerate(reader, start=1):
        column, published, ours = ((cells[name] or "").strip() for name in HEADER)
        kind = kind_of(column)
        if kind not in OURS:
            msg = f"{column!r} is no column of words."
            remedy = did_you_mean(column, [*PUBLISHED, "ethnicity"])
            raise BadInputError(msg, file=file, row=row, value=column, remedy=remedy)
        if ours not in [word.value for word in OURS[kind]]:
            msg = f"{ours!r} is no word of ours for {column}."
            remedy = did_you_mean(ours, [word.value for word in OURS[kind]])
            raise BadInputError(msg, file=file, row=row, value=ours, remedy=remedy)
        found[kind, folded(published)] = ours
    return found
