"""The terms of a hold-out: who signed for it, for what share, and until when."""

from __future__ import annotations

import tomllib
import unicodedata
from dataclasses import MISSING, dataclass, fields
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from rightplace.core.suggest import did_you_mean
from rightplace.errors import BadInputError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_KINDS: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "float": (int, float),
    "date": (date,),
    "Signature": (dict,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Somebody who signed.

    Parameters
    ----------
    name, role
        Who, and as what.
    signed_on
        The day.
    """

    name: str
    role: str
    signed_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What was signed for.

    Parameters
    ----------
    reason
        What the hold-out is to find out.
    share_most
        Largest share of near-equal places that may be held out.
    until
        Last day of any hold-out under these terms.
    commander, ethics
        The two who signed; they must be different people.
    """

    reason: str
    share_most: float
    until: date
    commander: Signature
    ethics: Signature


def read_terms(path: Path) -> Terms:
    """Return the terms of a TOML file.

    Raises
    ------
    BadInputError
        If it is no TOML in UTF-8, or a key is unknown, missing or unfit; all are named.
    """
    try:
        content = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        msg = f"Not a TOML file in UTF-8: {error}."
        raise BadInputError(msg, file=path, remedy="Correct the file.") from error
    faults = list(_faults(content, Terms, within=""))
    if faults:
        raise BadInputError(" ".join(faults), file=path, remedy="Correct the keys named.")
    signed = {name: Signature(**content[name]) for name in ("commander", "ethics")}
    return Terms(**{**content, **signed})


def kept_terms(content: dict[str, Any]) -> Terms:
    """Return terms from what a run keeps of them, days written as text."""
    signed = {
        name: Signature(
            **content[name] | {"signed_on": date.fromisoformat(content[name]["signed_on"])}
        )
        for name in ("commander", "ethics")
    }
    return Terms(**content | signed | {"until": date.fromisoformat(content["until"])})


def _faults(content: dict[str, Any], of: type, *, within: str) -> Iterator[str]:
    """Yield what is wrong with the keys of a table."""
    known = {field.name: field for field in fields(of)}
    for key in content:
        if key not in known:
            yield f"unknown key {within}{key!r}. {did_you_mean(key, known)}"
    for name, field in known.items():
        value = content.get(name, MISSING)
        if value is MISSING:
            yield f"{within}{name} is missing."
        elif not _fits(value, str(field.type)):
            yield f"{within}{name} is {str(value)[:80]!r}, not {_words(str(field.type))}."
        elif isinstance(value, dict):
            yield from _faults(value, Signature, within=f"{name}.")


def _fits(value: object, kind: str) -> bool:
    """Return whether a TOML value is of the kind a field is annotated with."""
    if isinstance(value, bool | datetime) or not isinstance(value, _KINDS[kind]):
        return False
    return not isinstance(value, str) or (bool(value.strip()) and value.isprintable())


def _words(kind: str) -> str:
    return {
        "str": "a text of one line",
        "float": "a number",
        "date": "a day such as 2018-12-31",
        "Signature": "a table of name, role and signed_on",
    }[kind]


def check_terms(
    terms: Terms, *, share: float, first_day: date, last_day: date, days_most: int
) -> None:
    """Check that a plan's hold-out is what was signed for.

    Parameters
    ----------
    terms
        What was signed for.
    share
        Share to be held out.
    first_day, last_day
        Of the plan.
    days_most
        Longest that terms may run after the plan's first day.

    Raises
    ------
    RefusedError
        If one person signed twice, a signature is younger than the plan's first day, the share is
        above that signed for, or the terms end before the plan does or run for too long.
    """
    commander, ethics = terms.commander, terms.ethics
    if _person(commander.name) == _person(ethics.name):
        msg = f"{commander.name} signed both as commander and for ethics."
        raise RefusedError(msg, value=ethics.name, remedy="Two different people must sign.")
    late = [each for each in (commander, ethics) if each.signed_on > first_day]
    if late:
        msg = f"{late[0].name} signed on {late[0].signed_on}; the plan begins on {first_day}."
        raise RefusedError(msg, value=late[0].signed_on, remedy="Have it signed first.")
    if not 0 < share <= terms.share_most:
        msg = f"The share of {share:g} is more than the {terms.share_most:g} that was signed for."
        raise RefusedError(msg, value=share, remedy="Hold out less, or have more signed for.")
    if terms.until < last_day:
        msg = f"The hold-out was signed for until {terms.until}; the plan ends on {last_day}."
        raise RefusedError(msg, value=terms.until, remedy="Have it signed anew.")
    days = (terms.until - first_day).days
    if days > days_most:
        msg = f"The hold-out is to end {days} days after the plan begins; {days_most} is the most."
        raise RefusedError(msg, value=terms.until, remedy="Sign for less, and again when it ends.")


def _person(name: str) -> str:
    """Return a name as it is compared: however it is spaced, and in small letters or large."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
