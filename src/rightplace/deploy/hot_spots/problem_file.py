"""A problem record of a place: what the problem is, why perhaps, what is done, when it is judged.

Scanning, analysis, response, assessment (SARA). It is about a place: nothing of it is of a
person, and a hypothesis at that level is refused (CAPABILITIES S17).
"""

from __future__ import annotations

import tomllib
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from rightplace.errors import BadInputError, NotHeldError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LEVELS = ("place", "area", "borough", "force", "national")
OF_PERSONS = ("person", "individual", "offender", "suspect", "victim", "family", "group")
TEXTS = ("problem", "response", "author")
KEYS = (*TEXTS, "assessment", "hypothesis")
HYPOTHESIS_KEYS = ("text", "source", "level")
LONGEST = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypothesis:
    """A cause that is thought of.

    Parameters
    ----------
    text
        What it is.
    source
        Where it comes from: a table, a report, a walk round the place.
    level
        What the source is about, one of ``LEVELS``; never a person.
    """

    text: str
    source: str
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemRecord:
    """What a place's problem is held to be and what is done about it.

    Parameters
    ----------
    problem
        Scanning: what keeps happening here.
    hypotheses
        Analysis: why, each with its source.
    response
        What is done beside patrol.
    assessment
        The day on which it is judged whether that helped.
    author
        Who says so.
    """

    problem: str
    hypotheses: tuple[Hypothesis, ...]
    response: str
    assessment: date
    author: str


def read_problem(path: Path, *, after: date) -> ProblemRecord:
    """Return the problem record of a TOML file.

    Parameters
    ----------
    path
        TOML with ``problem``, ``response``, ``author``, ``assessment`` (a date) and one or more
        tables ``[[hypothesis]]`` with ``text``, ``source``, ``level``.
    after
        The assessment must lie after this day.

    Raises
    ------
    NotHeldError
        If there is no such file.
    BadInputError
        If it is no TOML, lacks a key, or has one that is not known.
    """
    if not path.is_file():
        msg = "There is no such file."
        raise NotHeldError(msg, file=path, remedy="Check --file.")
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        msg = f"The record is no TOML: {error}."
        raise BadInputError(msg, file=path, remedy="Mend the line it names.") from error
    _check_keys(content, KEYS, path=path, where="the record")
    assessment = content["assessment"]
    if not isinstance(assessment, date) or isinstance(assessment, datetime) or assessment <= after:
        msg = f"assessment is {assessment!r}; it must be a date after {after}."
        raise BadInputError(msg, file=path, value=assessment, remedy="Write 2018-12-31, bare.")
    given = content["hypothesis"]
    if not isinstance(given, list) or not given:
        msg = "A record has one hypothesis or more."
        raise BadInputError(msg, file=path, remedy="Write [[hypothesis]] with text, source, level.")
    texts = {name: _text(content[name], name, path) for name in TEXTS}
    return ProblemRecord(
        hypotheses=tuple(_hypothesis(each, path) for each in given),
        assessment=assessment,
        **texts,
    )


def _hypothesis(content: object, path: Path) -> Hypothesis:
    """Return one hypothesis.

    Raises
    ------
    BadInputError
        If it is no table of its keys, or of a level that is not known.
    RefusedError
        If it is about persons.
    """
    if not isinstance(content, dict):
        msg = "A hypothesis is a table."
        raise BadInputError(msg, file=path, remedy="Write [[hypothesis]] and its keys below it.")
    _check_keys(content, HYPOTHESIS_KEYS, path=path, where="a hypothesis")
    texts = {name: _text(content[name], name, path) for name in HYPOTHESIS_KEYS}
    level = texts["level"].casefold()
    if level in OF_PERSONS:
        msg = f"A hypothesis is of level {level!r}: nothing here is about persons."
        remedy = f"Say what it is about the place; levels: {', '.join(LEVELS)}."
        raise RefusedError(msg, file=path, value=level, remedy=remedy)
    if level not in LEVELS:
        msg = f"The level {level!r} of a hypothesis is not known."
        raise BadInputError(msg, file=path, value=level, remedy=f"Known: {', '.join(LEVELS)}.")
    return Hypothesis(text=texts["text"], source=texts["source"], level=level)


def _check_keys(
    content: Mapping[str, Any], keys: tuple[str, ...], *, path: Path, where: str
) -> None:
    """Check that a table has its keys and no other.

    Raises
    ------
    BadInputError
        If it has not.
    """
    absent = [key for key in keys if key not in content]
    unknown = sorted(content.keys() - set(keys))
    if absent or unknown:
        what = f"lacks {', '.join(absent)}" if absent else f"has the unknown key {unknown[0]!r}"
        msg = f"{where[0].upper()}{where[1:]} {what}."
        raise BadInputError(msg, file=path, remedy=f"Its keys are {', '.join(keys)}.")


def _text(value: object, name: str, path: Path) -> str:
    """Return a text that can be printed.

    Raises
    ------
    BadInputError
        If it is none, empty, or too long.
    """
    text = " ".join(value.split()) if isinstance(value, str) else ""
    odd = any(unicodedata.category(character) in {"Cc", "Cf", "Co", "Cs"} for character in text)
    if not text or odd or len(text) > LONGEST:
        msg = f"{name} must be a text of 1 to {LONGEST} characters that can be printed."
        raise BadInputError(msg, file=path, value=value, remedy="Write it in words.")
    return text
