"""The law about section 60 as dated records: what limits what, since when, and where it was read.

Statute, code of practice and the voluntary scheme stand apart, each with its own source. How many
regimes there were is not written down anywhere: it follows from the records (NEEDS B3).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from rightplace.core.suggest import did_you_mean
from rightplace.errors import BadInputError
from rightplace.powers.law.keys import Key, Value, unfit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_SHIPPED = "provisions.toml"


class Layer(StrEnum):
    """What kind of rule it is; where two limit the same, both hold."""

    STATUTE = "statute"
    CODE = "code"
    SCHEME = "scheme"
    POLICY = "policy"
    """A force's own."""
    SERVICE = "service"
    """Asked by this service, and by no law: the set of fields of a full record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """One rule that limits one thing.

    Parameters
    ----------
    regime
        Name of the set of rules that it came with.
    layer
        Law, code, scheme or a force's own policy.
    provision
        What sets it, to the section.
    limits, value
        What is limited, and to what.
    in_force_from, in_force_to
        First and last day, both included; None for no end. The day is that of the start.
    forces
        Those it binds; empty for all.
    source, note
        Where it was read, and what to know of it.
    verified, dates_verified
        Whether the value, and the days, were read in a source.
    """

    regime: str
    layer: Layer
    provision: str
    limits: Key
    value: Value
    in_force_from: date
    in_force_to: date | None = None
    forces: frozenset[str] = frozenset()
    source: str
    verified: bool
    dates_verified: bool
    note: str = ""

    def holds(self, day: date, *, force: str) -> bool:
        """Return whether it binds a force on a day."""
        ended = self.in_force_to is not None and day > self.in_force_to
        return self.in_force_from <= day and not ended and self.binds(force)

    def binds(self, force: str) -> bool:
        """Return whether it binds a force at all."""
        return not self.forces or force in self.forces

    def meets(self, other: Provision) -> bool:
        """Return whether there is a day on which both are in force."""
        starts = max(self.in_force_from, other.in_force_from)
        return all(each.in_force_to is None or starts <= each.in_force_to for each in (self, other))

    @property
    def status(self) -> str:
        """How far it was verified, in words."""
        if self.verified:
            return "verified" if self.dates_verified else "verified, but for its days"
        return "not verified"


@cache
def _shipped() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath(_SHIPPED).read_text("utf-8"))


@cache
def forces() -> frozenset[str]:
    """Return the forces that have the power, as data.police.uk writes them."""
    groups = _shipped()["forces"]
    return frozenset(groups["territorial"]) | frozenset(groups["transport"])


@cache
def provisions() -> tuple[Provision, ...]:
    """Return every record that ships, statute first, the oldest first."""
    found = [_shipped_provision(record) for record in _shipped()["provision"]]
    order = list(Layer)
    return tuple(sorted(found, key=lambda each: (order.index(each.layer), each.in_force_from)))


def check_force(force: str) -> None:
    """Check that a force is one that has the power.

    Raises
    ------
    BadInputError
        If it is not.
    """
    if force not in forces():
        msg = f"{force!r} is no force that has the power of section 60."
        raise BadInputError(msg, value=force, remedy=did_you_mean(force, forces()))


def _shipped_provision(record: dict[str, Any]) -> Provision:
    groups = _shipped()["forces"]
    bound: set[str] = set()
    for name in record.get("forces", []):
        minus = name.startswith("not ")
        members = set(groups[name.removeprefix("not ")])
        bound = bound - members if minus else bound | members
    return read_provision(record | {"forces": frozenset(bound)}, given={"forces"})


def faults(record: Mapping[str, Any], *, given: Sequence[str] = ()) -> Iterator[str]:
    """Yield what is wrong with a record of a file, a sentence each.

    Parameters
    ----------
    record
        As TOML gives it.
    given
        Keys that a file does not hold and that are given otherwise.
    """
    known = [each.name for each in fields(Provision)]
    optional = {"in_force_to", "forces", "note", *given}
    for name in sorted(set(record) - set(known)):
        yield f"unknown key {name!r}. {did_you_mean(name, set(known) - set(given))}"
    for name in known:
        if name not in record and name not in optional:
            yield f"{name} is missing."
    yield from _unfit_days(record)
    if "source" in record and not str(record["source"]).strip():
        yield "source is empty; write where the rule stands."
    if "limits" in record and "value" in record:
        yield from _unfit_value(record["limits"], record["value"])


def _unfit_days(record: Mapping[str, Any]) -> Iterator[str]:
    for name in ("in_force_from", "in_force_to"):
        day = record.get(name)
        if day is not None and (not isinstance(day, date) or isinstance(day, datetime)):
            yield f"{name} is {day!r}, not a day."


def _unfit_value(limits: object, value: object) -> Iterator[str]:
    if limits not in set(Key):
        yield f"limits is {limits!r}. {did_you_mean(str(limits), [each.value for each in Key])}"
        return
    wanted = unfit(Key(str(limits)), value)
    if wanted is not None:
        yield f"value of {limits} is {value!r}, not {wanted}."


def read_provision(record: Mapping[str, Any], *, given: Sequence[str] | set[str] = ()) -> Provision:
    """Return a record of a file.

    Raises
    ------
    BadInputError
        If something is wrong with it; every fault is named.
    """
    found = list(faults(record, given=list(given)))
    first, last = record.get("in_force_from"), record.get("in_force_to")
    if not found and first is not None and last is not None and last < first:
        found.append(f"it ends on {last}, before it begins on {first}.")
    if found:
        raise BadInputError(" ".join(found), remedy="Correct the record.")
    value = record["value"]
    return Provision(
        **{
            **record,
            "layer": Layer(record["layer"]),
            "limits": Key(record["limits"]),
            "value": tuple(value) if isinstance(value, list) else value,
        }
    )
