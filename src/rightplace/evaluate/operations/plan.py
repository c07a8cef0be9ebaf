"""An operation as it is registered: what, where, when, and how it will be judged.

A plan that is locked is fixed by the digest of its content. A changed plan is a new plan that
names the one it takes the place of; both stay in the register.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import MAXYEAR, date, datetime
from enum import StrEnum
from typing import Final

from rightplace.core.canonical import digest, plain
from rightplace.core.time import day_of
from rightplace.errors import BadInputError
from rightplace.evaluate.designs.finding import Design
from rightplace.evaluate.operations.free_text import unprintable

_PREFIX: Final = "op"
_DIGITS: Final = 12
LONGEST_YEARS: Final = 30
"""Most years that the windows of a plan span; a choice of ours: beyond it, a slip of the pen."""
MOST_LOOKS: Final = 1000
"""Most looks at results that a plan may have; a choice of ours, against slips of the pen."""
MOST_GIVEN: Final = 1e12
"""Most patrol-minutes or pounds that a plan may have; a choice of ours, likewise."""
_SHOWN: Final = 80
"""Most characters of a title in a message."""


class Step(StrEnum):
    """Length of a period of the table of counts."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class ChosenBy(StrEnum):
    """How the treated places were chosen, on which regression to the mean turns."""

    HIGH_COUNTS = "high-counts"
    """Because they had had many incidents: they would have fallen in any case."""
    LOT = "lot"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """The places of an operation: cells of one study area by their ids.

    Parameters
    ----------
    area_id
        The study area.
    treated
        Cells of the operation, one or more.
    ring
        Cells round them where displacement would show; may be empty.
    control
        Cells to compare with; empty where the design needs none.
    ring_control
        Cells to compare the ring with; may be empty.
    """

    area_id: str
    treated: tuple[str, ...]
    control: tuple[str, ...] = ()
    ring: tuple[str, ...] = ()
    ring_control: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check that no cell stands in two parts, or twice in one.

        Raises
        ------
        BadInputError
            If one does, or no cell is treated.
        """
        if not self.treated:
            msg = "The plan treats no cell."
            raise BadInputError(msg, remedy="Name the cells of the operation.")
        parts = {
            "treated": self.treated,
            "control": self.control,
            "ring": self.ring,
            "ring_control": self.ring_control,
        }
        seen: dict[str, str] = {}
        for name, cells in parts.items():
            for cell in cells:
                if cell in seen:
                    msg = f"Cell {cell} stands in {seen[cell]} and in {name}."
                    raise BadInputError(msg, value=cell, remedy="Leave it in one of them.")
                seen[cell] = name


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """The windows of an operation; days are policing days or dates of the study area.

    Parameters
    ----------
    before_from
        First day of the window before, with which the operation is compared.
    starts, ends
        First and last day of the operation, both included.
    step
        Length of the periods counted.
    """

    before_from: date
    starts: date
    ends: date
    step: Step

    def __post_init__(self) -> None:
        """Check that one follows the other.

        Raises
        ------
        BadInputError
            If a window has no day, or together they are longer than ``LONGEST_YEARS``.
        """
        if not self.before_from < self.starts <= self.ends:
            msg = (
                f"The windows run from {self.before_from} to {self.starts} and from there to "
                f"{self.ends}; each must have a day or more."
            )
            raise BadInputError(msg, value=self.starts, remedy="Correct the days.")
        if self.ends.year - self.before_from.year > LONGEST_YEARS or self.ends.year == MAXYEAR:
            msg = (
                f"The windows run from {self.before_from} to {self.ends}; together they have "
                f"{LONGEST_YEARS} years at most."
            )
            raise BadInputError(msg, value=self.ends, remedy="Correct the days.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What is counted.

    Parameters
    ----------
    classes
        Offence classes by slug, with the narrower ones within them.
    words
        The same in words, as the verdict names it.
    harm
        Whether harm weights are summed beside the count; the verdict is about the count.
    """

    classes: tuple[str, ...]
    words: str
    harm: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """How it will be judged.

    Parameters
    ----------
    design
        Which design gives the verdict.
    level
        Of the interval, above 0 and below 1.
    smallest_change
        Smallest relative change that would matter, above -1 and below 0: -0.1 is 10 % fewer.
    looks
        How often results will be looked at, 1 or more; more than one needs alpha spending.
    stop_rule
        When it is stopped early, in words; "none" where it is not.
    seed
        Of all chance in the evaluation.
    """

    design: Design
    smallest_change: float
    level: float = 0.95
    looks: int = 1
    stop_rule: str = "none"
    seed: int = 0

    def __post_init__(self) -> None:
        """Check the numbers.

        Raises
        ------
        BadInputError
            If one lies outside its range, the stop rule is not stated, or a claim is to be the
            design.
        """
        facts = {
            "level between 0 and 1": 0 < self.level < 1,
            "smallest_change above -1 and below 0": -1 < self.smallest_change < 0,
            f"looks from 1 to {MOST_LOOKS:,}": 1 <= self.looks <= MOST_LOOKS,
            "a stop_rule, or the word none": bool(self.stop_rule.strip()),
            "a design that compares": self.design is not Design.CLAIM,
        }
        wrong = [fact for fact, holds in facts.items() if not holds]
        if wrong:
            msg = f"How the operation is judged needs {'; '.join(wrong)}."
            raise BadInputError(msg, remedy="Correct the plan.")
        for name in ("smallest_change", "level"):
            object.__setattr__(self, name, float(getattr(self, name)))  # one number, one digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What is planned to be given.

    Parameters
    ----------
    tactics
        What officers do there, in words, one or more.
    patrol_minutes
        Planned patrol-minutes over the whole operation, all treated places together; None where
        the tactic is no patrol.
    cost_pounds
        Planned cost; None where nobody reckoned it.
    plan_ids
        Weekly plans of the workspace that carry it out; may be empty.
    """

    tactics: tuple[str, ...]
    patrol_minutes: float | None = None
    cost_pounds: float | None = None
    plan_ids: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check the numbers; 600 and 600.0 minutes are one plan with one digest.

        Raises
        ------
        BadInputError
            If one is negative or no number.
        """
        for name in ("patrol_minutes", "cost_pounds"):
            value = getattr(self, name)
            if value is None:
                continue
            if not 0 <= value <= MOST_GIVEN:
                msg = f"{name} is {value}."
                raise BadInputError(msg, value=value, remedy="State 0 to 1e12, or leave it out.")
            object.__setattr__(self, name, float(value))


def _odd(plan: OperationPlan) -> list[str]:
    """Return where texts of a plan cannot be printed on one line."""
    texts = {name: getattr(plan, name) for name in ("title", "unit_id", "question", "because")}
    texts |= {"chosen_because": plan.chosen_because, "elsewhere": plan.elsewhere}
    parts = [plain(part) for part in (plan.where, plan.outcome, plan.judged, plan.delivery)]
    names = ("where", "outcome", "judged", "delivery")
    return list(unprintable({**texts, **dict(zip(names, parts, strict=True))}))


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationPlan:
    """What is locked.

    Parameters
    ----------
    title
        Name of the operation.
    unit_id
        Unit that carries it out, from the register of units.
    question
        What is to be found out, one sentence.
    chosen_by, chosen_because
        How the treated places were chosen, and why these.
    known_at
        Latest release of data that may be used; None for whatever is held when it is judged. The
        evaluation records what it used either way, and mixes no releases.
    elsewhere
        Other operations in the same places and time, in words; "none known".
    supersedes
        The locked plan that this one takes the place of, with ``because``.
    """

    title: str
    unit_id: str
    question: str
    where: Where
    when: When
    outcome: Outcome
    judged: Judged
    delivery: Delivery
    chosen_by: ChosenBy
    chosen_because: str
    elsewhere: str
    known_at: date | None = None
    supersedes: str | None = None
    because: str | None = None

    def __post_init__(self) -> None:
        """Check that texts stand where they must, and that the parts fit each other.

        Raises
        ------
        BadInputError
            If not; all faults are named.
        """
        texts = {
            "title": self.title,
            "unit_id": self.unit_id,
            "question": self.question,
            "chosen_because": self.chosen_because,
            "elsewhere": self.elsewhere,
            "outcome.words": self.outcome.words,
        }
        needs_control = self.judged.design in {
            Design.DISPLACEMENT_DIFFERENCE,
            Design.DIFFERENCE,
            Design.SYNTHETIC_CONTROL,
        }
        facts = {
            **{f"{name} is empty": not text.strip() for name, text in texts.items()},
            "outcome.classes is empty": not self.outcome.classes,
            "delivery.tactics is empty": not self.delivery.tactics,
            f"{self.judged.design.value} needs control cells": needs_control
            and not self.where.control,
            "supersedes and because stand together": (self.supersedes is None)
            != (not (self.because or "").strip()),
        }
        wrong = [fact for fact, is_so in facts.items() if is_so]
        wrong += [f"{where} has characters that cannot be printed" for where in _odd(self)]
        if wrong:
            msg = f"The plan of {self.title[:_SHOWN]!a}: {'; '.join(wrong)}."
            raise BadInputError(msg, remedy="Correct the plan.")

    @property
    def sha256(self) -> str:
        """Digest of the content, 64 hex digits."""
        return digest(self)

    @property
    def id(self) -> str:
        """Name of the plan, from its digest: ``op-`` and 12 hex digits."""
        return f"{_PREFIX}-{self.sha256[:_DIGITS]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedPlan:
    """A plan that can no longer be changed.

    Parameters
    ----------
    plan
        What was locked.
    sha256
        Its digest when it was locked; it must still be the plan's.
    locked_at, locked_by
        When, and who.
    results_held_to
        Last day of the outcome's records held when it was locked; None where none were held. If
        it lies on or after the operation's first day, results could have been seen.
    """

    plan: OperationPlan
    sha256: str
    locked_at: datetime
    locked_by: str
    results_held_to: date | None

    def __post_init__(self) -> None:
        """Check that the plan is the one that was locked, by somebody, at a known time.

        Raises
        ------
        BadInputError
            If it is not.
        """
        if self.plan.sha256 != self.sha256:
            msg = f"The plan of {self.plan.title!r} is not the one that was locked."
            raise BadInputError(msg, value=self.sha256, remedy="Register it as a new plan.")
        if not self.locked_by.strip() or self.locked_at.utcoffset() is None:
            msg = "A lock needs a name, and a time with its offset."
            raise BadInputError(msg, value=self.locked_by, remedy="State both.")

    @property
    def results_could_be_seen(self) -> bool:
        """Whether records of the operation's time were held when the plan was locked."""
        return self.results_held_to is not None and self.results_held_to >= self.plan.when.starts

    @property
    def locked_after_start(self) -> bool:
        """Whether it was locked on the operation's first day or later."""
        return day_of(self.locked_at) >= self.plan.when.starts
