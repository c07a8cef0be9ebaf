"""Searches whose grounds cite a plan or a forecast: a listing is about a place, never a ground.

What is found is a question for a supervisor and the panel, not a finding that the search was
wrong. The words are data, each with its origin. Source: NEEDS C1.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import pyarrow.compute as pc

if TYPE_CHECKING:
    import pyarrow as pa

_GAP = r"[\s\u2010-\u2015-]+"
"""What stands between two words: white space, or a hyphen of any kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanWord:
    """Words that cite a plan or a forecast.

    Parameters
    ----------
    said
        What they cite, in words.
    pattern
        How they are written.
    origin
        Why they are listed.
    """

    said: str
    pattern: re.Pattern[str]
    origin: str


@cache
def plan_words() -> tuple[PlanWord, ...]:
    """Return the words that are looked for, in the order in which they are listed."""
    text = resources.files(__package__).joinpath("data", "plan_words.toml").read_text("utf-8")
    return tuple(
        PlanWord(said=each["said"], pattern=_compiled(each["pattern"]), origin=each["origin"])
        for each in tomllib.loads(text)["word"]
    )


def _compiled(pattern: str) -> re.Pattern[str]:
    spaced = pattern.replace(" ?", f"({_GAP})?").replace(" ", _GAP)
    return re.compile(rf"(?<![\w-]){spaced}(?![\w])", re.IGNORECASE)


def citations(grounds: str | None) -> tuple[str, ...]:
    """Return what the grounds of a search cite of plans and forecasts, each once, as listed.

    Parameters
    ----------
    grounds
        In the officer's words; None where none are recorded.
    """
    if not grounds:
        return ()
    text = unicodedata.normalize("NFKC", grounds)
    visible = "".join(each for each in text if unicodedata.category(each) != "Cf")
    return tuple(word.said for word in plan_words() if word.pattern.search(visible))


def citing(searches: pa.Table) -> pa.Table:
    """Return the searches whose grounds cite a plan or a forecast.

    Parameters
    ----------
    searches
        With the columns of ``columns.SCHEMA``; where grounds are not recorded none is found, and
        ``grounds_recorded`` says how many that are.
    """
    return searches.filter([bool(citations(each)) for each in searches["grounds"].to_pylist()])


def grounds_recorded(searches: pa.Table) -> int:
    """Return of how many searches the grounds are recorded, 0 to all."""
    return int(pc.count(searches["grounds"]).as_py())
