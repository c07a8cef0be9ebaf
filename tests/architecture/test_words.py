"""One word for each idea: names of modules, the glossary, British spelling."""

from __future__ import annotations

import io
import re
import tokenize
from functools import cache
from typing import TYPE_CHECKING

import pytest

from rightplace.core.runs import PREFIXES
from rightplace.crime.offences import SourceOfRecord
from rightplace.forecast.registry import FORECASTERS
from rightplace.places import Unit
from tests.architecture.tree import SOURCE, modules, shown
from tests.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

GLOSSARY = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")
ENTRY = re.compile(r"^- \*\*(?P<term>.+?)\*\*: (?P<meaning>.+) `(?P<home>[\w/]+\.py)`$")
ENTRIES = [line for line in GLOSSARY.splitlines() if line.startswith("- ")]
NAMELESS = {"common", "helper", "helpers", "manager", "misc", "util", "utils"}
# How not to write it, and how to. Words that libraries and journals spell their way (optimize,
# serialization, the tokens of CSS and SVG) are theirs.
SPELLINGS = {
    r"authoriz(?!ation_)\w*": "authorise",  # names of fields of OAuth are its own
    r"analyz\w*": "analyse",
    r"(un)?recogniz\w*": "recognise",
    r"(un|a)?normaliz\w*": "normalise",
    r"organiz\w*": "organise",
    r"summariz\w*": "summarise",
    r"randomiz\w*": "randomise",
    r"behavior\w*": "behaviour",
    r"neighbor\w*": "neighbour",
    r"(square |kilo)meters?": "metre",
    r"hotspots?": "hot spot",
    r"time zone offset|timezones": "time zone, offset",
    r"polygon area|study region|area of interest": "study area",
    r"datasets?": "data, file or table",
    r"officer-generated|proactive(ly)? (recorded|generated)": "police-generated",
    r"uncertainty band|error bars?": "interval",
    r"risk scores?|risk levels?": "expected count or harm",
    r"super[c]eded?": "supersede",
}


def terms() -> list[str]:
    return [found["term"] for line in ENTRIES if (found := ENTRY.match(line))]


def words_of_the_product() -> dict[str, str]:
    """Every word of the code that a reader meets, by what kind of word it is."""
    rooms = {path.name: "room" for path in SOURCE.iterdir() if (path / "__init__.py").is_file()}
    return {
        **rooms,
        "errors": "room",
        **{unit.value: "unit" for unit in Unit},
        **dict.fromkeys(FORECASTERS, "method"),
        **dict.fromkeys(PREFIXES, "kind of run"),
        **{source.value.replace("_", "-"): "source of record" for source in SourceOfRecord},
    }


@pytest.mark.parametrize("word", sorted(words_of_the_product()))
def test_the_glossary_explains_each_word_of_the_product(word: str) -> None:
    assert word in {term.casefold() for term in terms()}, words_of_the_product()[word]


def test_each_entry_has_a_term_a_meaning_and_a_home_that_exists() -> None:
    homes = {line: ENTRY.match(line) for line in ENTRIES}
    assert [line for line, found in homes.items() if found is None] == []
    assert [f["home"] for f in homes.values() if f and not (SOURCE / f["home"]).is_file()] == []


def test_entries_stand_in_alphabetical_order_each_once() -> None:
    folded = [term.casefold() for term in terms()]
    assert folded == sorted(set(folded))


def test_a_module_is_named_after_an_idea() -> None:
    found = [shown(path) for path in modules() if NAMELESS & set(path.stem.split("_"))]
    assert not found


@cache
def prose(path: Path) -> tuple[tuple[int, str], ...]:
    """Return the comments and texts of a module, or the lines of a page, with their numbers."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        return tuple(enumerate(text.splitlines(), start=1))
    kinds = {tokenize.COMMENT, tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", -1)}
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return tuple((token.start[0], token.string) for token in tokens if token.type in kinds)


@pytest.mark.parametrize("pattern", SPELLINGS)
def test_words_are_spelled_one_way(pattern: str) -> None:
    wrong = re.compile(rf"\b({pattern})\b", re.IGNORECASE)
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    found = [
        f"{shown(path)}:{line} {match[0]!r}: write {SPELLINGS[pattern]}"
        for path in [*modules(), *pages]
        for line, text in prose(path)
        for match in wrong.finditer(text)
    ]
    assert not found
