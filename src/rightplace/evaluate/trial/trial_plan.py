"""What is written down before a trial: which days, how often it is looked at, when it stops."""

from __future__ import annotations

import tomllib
from dataclasses import MISSING, dataclass, fields
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from rightplace.core.canonical import digest
from rightplace.core.suggest import did_you_mean
from rightplace.errors import BadInputError
from rightplace.evaluate.trial.looks import Spending

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_KINDS: Final[dict[str, tuple[type, ...]]] = {
    "str": (str,),
    "str | None": (str,),
    "int": (int,),
    "float": (int, float),
    "date": (date,),
    "Spending": (str,),
    "tuple[int, ...]": (list,),
    "tuple[str, ...]": (list,),
}
_ITEMS: Final = {"tuple[int, ...]": int, "tuple[str, ...]": str}


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialPlan:
    """A trial before it begins.

    Parameters
    ----------
    title, question
        Its name, and what is to be found out.
    starts, ends
        First day of the first plan and last day of the last.
    plans
        Weekly plans with a hold-out that it is to have.
    looks
        After how many plans results are looked at, increasing; the last is after all of them.
    smallest_change
        Smallest relative change that would matter, above -1 and below 0: -0.1 is 10 % fewer.
    stop_rule
        When it stops early, in words. Whatever it says, crossing a boundary stops it.
    spending
        How the chance of a false alarm is spent over the looks.
    alpha
        That chance, two-sided, of the whole trial, above 0 and below 1.
    area
        Study area; None for the only one.
    classes
        Offence classes of the outcome; none for those the plans are made for.
    """

    title: str
    question: str
    starts: date
    ends: date
    plans: int
    looks: tuple[int, ...]
    smallest_change: float
    stop_rule: str
    spending: Spending = Spending.OBRIEN_FLEMING
    alpha: float = 0.05
    area: str | None = None
    classes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check that it can be carried out.

        Raises
        ------
        BadInputError
            If not; all faults are named.
        """
        texts = {"title": self.title, "question": self.question, "stop_rule": self.stop_rule}
        increasing = list(self.looks) == sorted(set(self.looks))
        facts = {
            **{
                f"{name} must be a text of one line": bool(text.strip()) and text.isprintable()
                for name, text in texts.items()
            },
            "starts must precede ends": self.starts < self.ends,
            "plans must be 1 or more": self.plans >= 1,
            "looks must increase from 1 or more, and the last be after all plans": increasing
            and bool(self.looks)
            and self.looks[0] >= 1
            and self.looks[-1] == self.plans,
            "smallest_change must lie above -1 and below 0": -1 < self.smallest_change < 0,
            "alpha must lie above 0 and below 1": 0 < self.alpha < 1,
        }
        wrong = [fact for fact, holds in facts.items() if not holds]
        if wrong:
            msg = f"The trial {self.title!r}: {'; '.join(wrong)}."
            raise BadInputError(msg, value=self.title, remedy="Correct the file of the trial.")

    @property
    def sha256(self) -> str:
        """Digest of the content, 64 hex digits."""
        return digest(self)


def read_trial_plan(path: Path) -> TrialPlan:
    """Return the trial of a TOML file.

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
    faults = list(_faults(content))
    if faults:
        raise BadInputError(" ".join(faults), file=path, remedy="Correct the keys named.")
    try:
        return _plan(content)
    except BadInputError as error:
        fault = error.fault
        raise BadInputError(
            fault.message, file=path, value=fault.value, remedy=fault.remedy
        ) from error


def kept_trial_plan(content: dict[str, Any]) -> TrialPlan:
    """Return a trial from what a run keeps of it, days written as text."""
    days = {name: date.fromisoformat(content[name]) for name in ("starts", "ends")}
    return _plan(content | days)


def _plan(content: dict[str, Any]) -> TrialPlan:
    known: dict[str, Any] = dict(content)
    known |= {name: tuple(content[name]) for name in ("looks", "classes") if name in content}
    if "spending" in content:
        known["spending"] = Spending(content["spending"])
    return TrialPlan(**known)


def _faults(content: dict[str, Any]) -> Iterator[str]:
    keys = {field.name: field for field in fields(TrialPlan)}
    for key in content:
        if key not in keys:
            yield f"unknown key {key!r}. {did_you_mean(key, keys)}"
    for name, field in keys.items():
        value = content.get(name, MISSING)
        if value is MISSING:
            if field.default is MISSING:
                yield f"{name} is missing."
        elif not _fits(value, str(field.type)):
            yield f"{name} is {str(value)[:80]!r}, which it cannot be."
    spending = content.get("spending", Spending.POCOCK)
    if isinstance(spending, str) and spending not in list(Spending):
        known = [each.value for each in Spending]
        yield f"spending {spending[:80]!r} is unknown. {did_you_mean(spending, known)}"


def _fits(value: object, kind: str) -> bool:
    """Return whether a TOML value is of the kind a field is annotated with."""
    if isinstance(value, bool | datetime) or not isinstance(value, _KINDS[kind]):
        return False
    return not isinstance(value, list) or all(
        isinstance(item, _ITEMS[kind]) and not isinstance(item, bool) for item in value
    )
