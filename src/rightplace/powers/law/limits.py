"""The limits of an authorisation: those in force, for its force, on the day on which it starts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rightplace.errors import BadInputError, UnsupportedByDataError
from rightplace.powers.law.keys import Key, Value, hours_of, looser
from rightplace.powers.law.provisions import Layer, Provision, check_force, provisions
from rightplace.powers.ranks import Rank, RankKind
from rightplace.powers.section_60.grounds import Ground

if TYPE_CHECKING:
    from rightplace.powers.law.policy import ForcePolicy

CIVIL = ZoneInfo("Europe/London")
"""The zone whose days the law of England and Wales counts by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Every rule that binds an authorisation of a force that starts on a day.

    Parameters
    ----------
    day
        Civil day of the start, in London.
    force
        Whose authorisation.
    rules
        In force for it, statute first, its own policy last.
    """

    day: date
    force: str
    rules: tuple[Provision, ...]

    def of(self, key: Key) -> tuple[Provision, ...]:
        """Return the rules about one thing, statute first, the force's own last."""
        return tuple(each for each in self.rules if each.limits is key)

    def strictest(self, key: Key) -> Provision | None:
        """Return the strictest rule about one thing, the earlier layer of equals; None for none."""
        found: Provision | None = None
        for each in self.of(key):
            if found is None or looser(key, found.value, than=each.value):
                found = each
        return found

    def narrowest(self, key: Key) -> Provision | None:
        """Return the rule about one thing of the layer nearest to the force; None for none."""
        return self.of(key)[-1] if self.of(key) else None

    @property
    def regimes(self) -> tuple[str, ...]:
        """Names of the sets of rules that were in force, each once."""
        return tuple(dict.fromkeys(each.regime for each in self.rules))

    @property
    def lowest_rank(self) -> Rank:
        """Lowest rank that may authorise."""
        return Rank(str(self._value(Key.LOWEST_RANK)))

    @property
    def extension_rank(self) -> Rank:
        """Lowest rank that may direct it to continue."""
        return Rank(str(self._value(Key.EXTENSION_RANK)))

    @property
    def longest(self) -> timedelta:
        """Longest first period, in elapsed hours."""
        return _hours(self._value(Key.LONGEST_HOURS))

    @property
    def longest_in_all(self) -> timedelta:
        """Longest time from the start to the last end, in elapsed hours."""
        return _hours(self._value(Key.TOTAL_HOURS))

    @property
    def extension_steps(self) -> tuple[timedelta, ...]:
        """Longest first extension, second extension, and so on; no more than these."""
        rule = self.narrowest(Key.EXTENSION_HOURS)
        steps = () if rule is None else hours_of(rule.value)
        return tuple(timedelta(hours=each) for each in steps)

    @property
    def grounds(self) -> frozenset[Ground]:
        """Grounds there are."""
        return _grounds(self._value(Key.GROUNDS))

    @property
    def oral_grounds(self) -> frozenset[Ground]:
        """Grounds on which it may be given orally where writing is not practicable."""
        return _grounds(self._value(Key.ORAL_GROUNDS))

    @property
    def belief(self) -> str:
        """``may`` or ``will``: how sure the belief in violence to come has to be."""
        return str(self._value(Key.BELIEF))

    @property
    def communicate(self) -> str:
        """Whether and when the public is to be told: the newest word of code or scheme."""
        rule = self.strictest(Key.COMMUNICATE)
        return "not asked" if rule is None else str(rule.value)

    @property
    def rank_kinds(self) -> frozenset[RankKind] | None:
        """Kinds of rank that count, as the force says; None where it has not said."""
        rule = self.narrowest(Key.RANK_KINDS)
        if rule is None or not isinstance(rule.value, tuple):
            return None
        return frozenset(RankKind(str(each)) for each in rule.value)

    def months(self, key: Key) -> int:
        """Return the months in which something may be asked for.

        Parameters
        ----------
        key
            ``STATEMENT_MONTHS`` or ``RECORD_COPY_MONTHS``.
        """
        return int(str(self._value(key)))

    def _value(self, key: Key) -> Value:
        rule = self.strictest(key)
        if rule is None:
            msg = f"No record says what {key} was on {self.day} for {self.force}."
            raise UnsupportedByDataError(msg, value=self.day, remedy="Choose a later day.")
        return rule.value


def _hours(value: Value) -> timedelta:
    return timedelta(hours=int(str(value)))


def _grounds(value: Value) -> frozenset[Ground]:
    return (
        frozenset(Ground(str(each)) for each in value) if isinstance(value, tuple) else frozenset()
    )


def limits_on(moment: datetime, *, force: str, policy: ForcePolicy | None = None) -> Limits:
    """Return the limits of an authorisation that starts at a moment.

    Parameters
    ----------
    moment
        Its start, with its zone; the day in London counts (DOMAIN 1.6.40).
    force
        As data.police.uk writes it: ``metropolitan``.
    policy
        The force's own, stricter rules.

    Raises
    ------
    BadInputError
        If the moment carries no zone, no such force has the power, or the policy is another
        force's.
    UnsupportedByDataError
        If no record reaches back so far.
    """
    if moment.tzinfo is None:
        msg = f"The start {moment} carries no zone."
        raise BadInputError(msg, value=moment, remedy="Give it with its offset.")
    check_force(force)
    if policy is not None and policy.force != force:
        msg = f"The policy is that of {policy.force}, not of {force}."
        raise BadInputError(msg, value=policy.force, remedy="Give the policy of the force.")
    day = moment.astimezone(CIVIL).date()
    own = () if policy is None else policy.rules
    rules = tuple(each for each in (*provisions(), *own) if each.holds(day, force=force))
    if not any(each.layer is Layer.STATUTE for each in rules):
        first = min(each.in_force_from for each in provisions())
        msg = f"No record of the law reaches back to {day}; the first is of {first}."
        raise UnsupportedByDataError(msg, value=day, remedy="Choose a later day.")
    return Limits(day=day, force=force, rules=rules)
