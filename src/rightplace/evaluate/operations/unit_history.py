"""The history of units, read from their events: names, parts, and whose past work is whose."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date  # noqa: TC003 - the codec reads the annotations
from itertools import groupby
from typing import TYPE_CHECKING, Self

from rightplace.core.suggest import did_you_mean
from rightplace.errors import BadInputError, NotHeldError
from rightplace.evaluate.operations.units import (
    Ended,
    Formed,
    Merged,
    Renamed,
    Split,
    UnitEvent,
    in_order,
    same_name,
)

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True, kw_only=True)
class NameHeld:
    """A name that a unit had, from a day until before another; ``until`` None for still."""

    name: str
    since: date
    until: date | None = None

    def covers(self, day: date) -> bool:
        """Return whether the unit had it on a day."""
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """Work went on from one unit to another on a day, by a merger or a split."""

    of: str
    to: str
    on: date


@dataclass(slots=True)
class _Walk:
    """The state of all units while their events are gone through in order."""

    names: dict[str, list[NameHeld]] = field(default_factory=dict)
    ended: dict[str, date] = field(default_factory=dict)
    passed: list[Passed] = field(default_factory=list)

    def begin(self, unit_id: str, name: str, on: date) -> None:
        """Begin a unit.

        Raises
        ------
        BadInputError
            If one of that id was there before: no unit comes back as its own past.
        """
        if unit_id in self.names:
            msg = f"{unit_id} cannot be formed on {on}: a unit of that id was formed on "
            msg += f"{self.names[unit_id][0].since}."
            raise BadInputError(msg, value=unit_id, remedy="Give the new unit another id.")
        self.names[unit_id] = [NameHeld(name=name, since=on)]

    def must_stand(self, unit_id: str, what: str, on: date) -> None:
        """Check that a unit stands.

        Raises
        ------
        BadInputError
            If it was not formed yet, or had ended.
        """
        if unit_id not in self.names:
            msg = f"{unit_id} cannot be {what} on {on}: it was not formed by then."
            raise BadInputError(msg, value=unit_id, remedy="Tell when it was formed, or correct.")
        if unit_id in self.ended:
            msg = f"{unit_id} cannot be {what} on {on}: it ended on {self.ended[unit_id]}."
            raise BadInputError(msg, value=unit_id, remedy="Correct the day or the unit.")

    def close_name(self, unit_id: str, on: date) -> None:
        """End the name that a unit has."""
        last = self.names[unit_id].pop()
        if last.since < on:
            self.names[unit_id].append(NameHeld(name=last.name, since=last.since, until=on))

    def end(self, unit_id: str, what: str, on: date) -> None:
        """End a unit that has stood for a day or more.

        Raises
        ------
        BadInputError
            If it was formed on that very day.
        """
        self.must_stand(unit_id, what, on)
        if self.names[unit_id][0].since == on:
            msg = f"{unit_id} cannot be {what} on {on}, the day on which it was formed."
            raise BadInputError(msg, value=unit_id, remedy="Correct one of the days.")
        self.close_name(unit_id, on)
        self.ended[unit_id] = on

    def take(self, event: UnitEvent) -> None:
        """Take the next event; what cannot have happened raises ``BadInputError``."""
        match event:
            case Formed():
                self.begin(event.unit_id, event.name, event.on)
            case Renamed():
                self.must_stand(event.unit_id, "renamed", event.on)
                self.close_name(event.unit_id, event.on)
                held = NameHeld(name=event.name, since=event.on)
                self.names[event.unit_id].append(held)
            case Merged():
                self.merge(event)
            case Split():
                self.split(event)
            case Ended():
                self.end(event.unit_id, "ended", event.on)

    def merge(self, event: Merged) -> None:
        """Let units go into another, new or standing."""
        if event.name is not None:
            self.begin(event.into, event.name, event.on)
        else:
            self.must_stand(event.into, "joined", event.on)
        for unit in event.units:
            self.end(unit, "merged", event.on)
            self.passed.append(Passed(of=unit, to=event.into, on=event.on))

    def split(self, event: Split) -> None:
        """Let units come of one."""
        self.must_stand(event.unit_id, "split", event.on)
        if not event.goes_on:
            self.end(event.unit_id, "split", event.on)
        for part in event.parts:
            self.begin(part.unit_id, part.name, event.on)
            self.passed.append(Passed(of=event.unit_id, to=part.unit_id, on=event.on))

    def check_names(self, on: date) -> None:
        """Check that no two units have one name at the end of a day's events.

        Raises
        ------
        BadInputError
            If two have.
        """
        owners: dict[str, str] = {}
        for unit, held in self.names.items():
            if unit in self.ended:
                continue
            key = same_name(held[-1].name)
            if key in owners:
                msg = f"{owners[key]} and {unit} would both be called {held[-1].name!r} on {on}."
                raise BadInputError(msg, value=held[-1].name, remedy="Rename one of them.")
            owners[key] = unit


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitHistory:
    """Units and what became of them; one that cannot have happened is refused.

    Parameters
    ----------
    events
        In any order of telling; kept by day.
    """

    events: tuple[UnitEvent, ...] = ()
    names: dict[str, tuple[NameHeld, ...]] = field(init=False, repr=False, compare=False)
    ends: dict[str, date] = field(init=False, repr=False, compare=False)
    passed: tuple[Passed, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Go through the events; what cannot have happened raises ``BadInputError``."""
        walk = _Walk()
        ordered = in_order(self.events)
        for day, of_day in groupby(ordered, key=lambda event: event.on):
            for event in of_day:
                walk.take(event)
            walk.check_names(day)
        object.__setattr__(self, "events", ordered)
        object.__setattr__(self, "names", {unit: tuple(n) for unit, n in walk.names.items()})
        object.__setattr__(self, "ends", walk.ended)
        object.__setattr__(self, "passed", tuple(walk.passed))

    def plus(self, events: Iterable[UnitEvent]) -> Self:
        """Return the history with more events; an impossible one raises ``BadInputError``."""
        return type(self)(events=(*self.events, *events))

    def formed_on(self, unit_id: str) -> date:
        """Return a unit's first day; an unknown one raises as ``check_known``."""
        self.check_known(unit_id)
        return self.names[unit_id][0].since

    def check_known(self, unit_id: str) -> None:
        """Check that there is or was such a unit.

        Raises
        ------
        BadInputError
            If not.
        """
        if unit_id not in self.names:
            msg = f"No unit is {unit_id!a}."
            remedy = did_you_mean(unit_id, self.names) if self.names else "Register it first."
            raise BadInputError(msg, value=ascii(unit_id), remedy=remedy)

    def stands(self, unit_id: str, on: date) -> bool:
        """Return whether a unit stands on a day; an unknown one raises as ``check_known``."""
        self.check_known(unit_id)
        return any(held.covers(on) for held in self.names[unit_id])

    def standing(self, on: date) -> tuple[str, ...]:
        """Return the units that stand on a day, by id."""
        return tuple(sorted(unit for unit in self.names if self.stands(unit, on)))

    def name_of(self, unit_id: str, on: date) -> str:
        """Return a unit's name on a day, or the last it had before, or else the first it got.

        An unknown unit raises as ``check_known``.
        """
        self.check_known(unit_id)
        had = [held for held in self.names[unit_id] if held.since <= on]
        return (had[-1] if had else self.names[unit_id][0]).name

    def unit_named(self, name: str, on: date) -> str:
        """Return which unit a name meant on a day.

        Raises
        ------
        NotHeldError
            If none had that name then; it says when one had.
        """
        key = same_name(name)
        had = [
            (unit, held)
            for unit, names in self.names.items()
            for held in names
            if same_name(held.name) == key
        ]
        for unit, held in had:
            if held.covers(on):
                return unit
        msg = f"No unit was called {name!r} on {on}."
        times = [f"{unit} from {h.since} to before {h.until or 'ever'}" for unit, h in had]
        remedy = f"So were called {'; '.join(times)}." if times else "Register the unit first."
        raise NotHeldError(msg, value=name, remedy=remedy)

    def made_of(self, unit_id: str, on: date) -> tuple[str, ...]:
        """Return the earlier units whose work had come into a unit by a day, the oldest first.

        A unit that joined another counts in what came of it later, never in what left before.
        An unknown unit raises as ``check_known``.
        """
        self.check_known(unit_id)
        found: set[str] = set()
        carriers = {unit_id}
        for step in reversed([step for step in self.passed if step.on <= on]):
            if step.to in carriers:
                carriers.add(step.of)
                found.add(step.of)
        return tuple(sorted(found - {unit_id}, key=lambda unit: (self.formed_on(unit), unit)))

    def came_of(self, unit_id: str, *, worked_on: date, by: date | None = None) -> tuple[str, ...]:
        """Return the units to which a unit's work of a day has gone, in order of their coming.

        Parameters
        ----------
        unit_id
            The unit that did it; an unknown one raises as ``check_known``.
        worked_on
            When. What left the unit on that day or before took nothing of it along.
        by
            Only what came about until this day; None for all that is known.
        """
        self.check_known(unit_id)
        carriers = [unit_id]
        for step in self.passed:
            is_after = worked_on < step.on and (by is None or step.on <= by)
            if is_after and step.of in carriers and step.to not in carriers:
                carriers.append(step.to)
        return tuple(carriers[1:])

    def credit(self, unit_id: str, *, worked_on: date, as_of: date) -> str:
        """Return whose work it is, in words: "done by A, now part of B".

        An unknown unit raises as ``check_known``.
        """
        said = f"done by {self.name_of(unit_id, worked_on)}"
        now = [
            self.name_of(unit, as_of)
            for unit in self.came_of(unit_id, worked_on=worked_on, by=as_of)
            if self.stands(unit, as_of)
        ]
        if self.stands(unit_id, as_of) or as_of < self.formed_on(unit_id):
            own = self.name_of(unit_id, as_of)
            renamed = own != self.name_of(unit_id, worked_on)
            said += f", now called {own}" if renamed else ""
            return said + (f"; it is also found under {', '.join(now)}" if now else "")
        return f"{said}, now part of {', '.join(now)}" if now else f"{said}, which has ended"
