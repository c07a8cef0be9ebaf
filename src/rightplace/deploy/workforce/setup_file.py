"""The file in which a planner writes a workforce down: TOML, every number with its origin."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from functools import partial
from importlib import resources
from typing import TYPE_CHECKING, Any, Final, TypeVar

from rightplace.core.suggest import did_you_mean
from rightplace.core.time import Month
from rightplace.deploy.investigation.setup_table import VERIFIED, Table
from rightplace.deploy.workforce.checks import check_whole
from rightplace.deploy.workforce.cohorts import COHORTS, Cohort, Deployable, Entry, PartTime, Route
from rightplace.deploy.workforce.flows import Cause, Intake, Leave, Leaving
from rightplace.deploy.workforce.setup import Assumption, Period, PlannedRoute, Setup, Start
from rightplace.deploy.workforce.targets import Target
from rightplace.deploy.workforce.tutors import Tutors
from rightplace.deploy.workforce.what_ifs import Change, WhatIf
from rightplace.errors import BadInputError, NotHeldError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from enum import StrEnum
    from pathlib import Path

Made = TypeVar("Made")
Word = TypeVar("Word", bound="StrEnum")

_MOST_BYTES: Final = 1_000_000
_PHASES: Final = ("training_months", "tutored_months", "probation_months")
_RATES: Final = ("initial_training", "tutored", "probation", "established")
_PLACES: Final = ("places_a_month", "places_at_once")
_WHOLE_CHANGES: Final = (*_PLACES, "training_months")
CHANGES: Final = tuple(each.name for each in fields(Change))
"""What a what-if may change."""


def example() -> str:
    """Return the shipped example: London at the end of 2019, each number with its origin."""
    return (
        resources.files("rightplace.deploy")
        .joinpath("data/example_workforce.toml")
        .read_text(encoding="utf-8")
    )


def read_setup(path: Path) -> Setup:
    """Return the workforce of a TOML file.

    Raises
    ------
    NotHeldError
        If there is no such file.
    BadInputError
        If it is no TOML in UTF-8, or a table lacks a key, has one that is not known, or holds a
        number that cannot be; table, value and remedy are named.
    """
    if not path.is_file():
        msg = "There is no such file."
        remedy = "Write an example to begin with: `rightplace workforce example --out FILE`."
        raise NotHeldError(msg, file=path, value=path, remedy=remedy)
    if path.stat().st_size > _MOST_BYTES:
        msg = f"The file has more than {_MOST_BYTES:,} bytes; no workforce is so long."
        raise BadInputError(msg, file=path, remedy="Name the setup file.")
    try:
        content = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:  # no TOML, no UTF-8, a number of many digits
        msg = f"The file is no TOML in UTF-8: {error}."
        remedy = "Mend the place it names; no key may stand twice in a table."
        raise BadInputError(msg, file=path, remedy=remedy) from error
    return _setup(Table(where="", content=content, file=str(path)))


def read_change(text: str) -> WhatIf:
    """Return a what-if written as ``name=value``, several with commas between.

    Raises
    ------
    BadInputError
        If a name is not known or a value is no number.
    """
    found: dict[str, Any] = {}
    for part in text.split(","):
        name, _, value = (piece.strip() for piece in part.partition("="))
        if name not in CHANGES:
            msg = f"A what-if cannot change {name!r}."
            raise BadInputError(msg, value=name, remedy=did_you_mean(name, CHANGES))
        if name in found:
            msg = f"A what-if changes {name} twice."
            remedy = "Keep one of the values, or ask for two what-ifs."
            raise BadInputError(msg, value=text, remedy=remedy)
        try:
            found[name] = int(value) if name in _WHOLE_CHANGES else float(value)
        except ValueError as error:
            msg = f"{name} is {value!r}, no {'whole ' if name in _WHOLE_CHANGES else ''}number."
            remedy = "Write it as attrition_points=1."
            raise BadInputError(msg, value=value, remedy=remedy) from error
    change = Change(**found)
    return WhatIf(name=change.words or "nothing changed", change=change)


def of_file(path: Path, make: Callable[[], Made]) -> Made:
    """Return what is made of a setup; what it cannot be is said with the file, unless of another.

    Raises
    ------
    BadInputError
        If it cannot be made.
    """
    try:
        return make()
    except BadInputError as error:
        fault = error.fault
        if fault.file is not None:
            raise
        raise BadInputError(
            fault.message, file=path, value=fault.value, remedy=fault.remedy
        ) from error


def _setup(top: Table) -> Setup:
    needed = ("title", "start", "route", "tutors", "leaving", "part_time")
    top.check(
        needed,
        optional=("training", "leave", "deployable", "target", "what_if", "synthetic"),
    )
    routes, leaving, leaves = top.each("route"), top.each("leaving"), top.each("leave", least=0)
    start = top.inner("start", where="[start]")
    tutors, part_time = (top.inner(name, where=f"[{name}]") for name in ("tutors", "part_time"))
    spare = {
        name: top.inner(name, where=f"[{name}]")
        for name in ("training", "deployable")
        if name in top.content
    }
    setup = Setup(
        title=top.text("title"),
        start=_start(start),
        routes=tuple(_route(each) for each in routes),
        leaving=tuple(_leaving(each) for each in leaving),
        leaves=tuple(_leave(each) for each in leaves),
        tutors=_tutors(tutors),
        part_time=_part_time(part_time),
        deployable=_deployable(spare.get("deployable")),
        **_places(spare.get("training")),
        targets=tuple(_target(each) for each in top.each("target", least=0)),
        what_ifs=tuple(_what_if(each) for each in top.each("what_if", least=0)),
        assumptions=tuple(
            assumption
            for table in (start, *routes, *leaving, *leaves, tutors, part_time, *spare.values())
            for assumption in _assumptions(table)
        ),
        synthetic=top.flag("synthetic", default=False),
    )
    _check_names(top, setup)
    return setup


def _check_names(top: Table, setup: Setup) -> None:
    """Refuse routes, leaves, targets or what-ifs with one name, and a cause that is doubled."""
    for kind, names in (
        ("route", [each.route.key for each in setup.routes]),
        ("leaving", [each.cause.value for each in setup.leaving]),
        ("leave", [each.name for each in setup.leaves]),
        ("target", [each.name for each in setup.targets]),
        ("what_if", [each.name for each in setup.what_ifs]),
    ):
        for name in names:
            if names.count(name) > 1:
                remedy = "Keep one, or give the other its own name."
                top.refuse(f"[[{kind}]] {name!r} stands twice.", value=name, remedy=remedy)


def _made(table: Table, make: Callable[[], Made]) -> Made:
    """Return what is made of a table; what it cannot be is said with the table and the file.

    Raises
    ------
    BadInputError
        If it cannot be made.
    """
    try:
        return make()
    except BadInputError as error:
        fault = error.fault
        if fault.file is not None:  # said already, with the table within
            raise
        msg = f"{table.where}: {fault.message}"
        raise BadInputError(msg, file=table.file, value=fault.value, remedy=fault.remedy) from error


def _word(table: Table, name: str, known: type[Word]) -> Word:
    """Return one of a closed list of words."""
    value = table.text(name)
    words = [each.value for each in known]
    if value not in words:
        table.refuse(f"{name} is {value!r}.", value=value, remedy=did_you_mean(value, words))
    return known(value)


def _month(table: Table, name: str) -> Month:
    return _made(table, partial(Month.parse, table.text(name)))


def _numbers(table: Table, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: table.number(name) for name in names}


def _start(table: Table) -> Start:
    split = ("cohorts", "shares")
    if table.flag("from_store", default=False):
        table.check_numbers(("from_store", "shares", "origin"))
        month, headcount = None, None
    else:
        table.check_numbers(("month", "headcount", "origin"), optional=(*split, "from_store"))
        month, headcount = _month(table, "month"), table.whole("headcount", least=1)
        _made(table, partial(check_whole, "headcount", headcount, least=1))
    tables = {
        name: table.inner(name, where=f"[start.{name}]") for name in split if name in table.content
    }
    for inner in tables.values():
        inner.check((), optional=[cohort.value for cohort in COHORTS])
    cohorts, shares = tables.get("cohorts"), tables.get("shares")
    start = _made(
        table,
        lambda: Start(
            month=month,
            headcount=headcount,
            numbers=()
            if cohorts is None
            else tuple((Cohort(name), cohorts.whole(name)) for name in cohorts.content),
            shares=()
            if shares is None
            else tuple((Cohort(name), shares.number(name)) for name in shares.content),
            origin=table.text("origin"),
        ),
    )
    if headcount is not None:
        _made(table, partial(start.strength, headcount))
    return start


def _route(table: Table) -> PlannedRoute:
    table.check_numbers(
        ("key", "title", "entry", *_PHASES, "origin", "intake"),
        optional=("filled", "filled_spread"),
    )
    entry = _word(table, "entry", Entry)
    route = _made(
        table,
        lambda: Route(
            key=table.text("key"),
            title=table.text("title"),
            entry=entry,
            origin=table.text("origin"),
            training_months=table.whole("training_months"),
            tutored_months=table.whole("tutored_months"),
            probation_months=table.whole("probation_months"),
        ),
    )
    filled = table.number("filled", default=1.0)
    spread = table.number("filled_spread", default=0.0)
    _made(
        table, lambda: Intake(a_month=(), filled=filled, filled_spread=spread, origin=route.origin)
    )
    periods = tuple(_period(each) for each in table.each("intake"))
    return PlannedRoute(route=route, periods=periods, filled=filled, filled_spread=spread)


def _period(table: Table) -> Period:
    table.check(("from", "a_month"), optional=("to",))
    last = _month(table, "to") if "to" in table.content else None
    first, a_month = _month(table, "from"), table.whole("a_month")
    return _made(table, lambda: Period(first=first, last=last, a_month=a_month))


def _leaving(table: Table) -> Leaving:
    table.check_numbers(("cause", *_RATES, "low", "high", "origin"))
    cause = _word(table, "cause", Cause)
    rest = _numbers(table, (*_RATES, "low", "high"))
    return _made(table, lambda: Leaving(cause=cause, origin=table.text("origin"), **rest))


def _leave(table: Table) -> Leave:
    table.check_numbers(("name", "annual_share", "months", "origin"))
    rest = _numbers(table, ("annual_share", "months"))
    return _made(table, lambda: Leave(name=table.text("name"), origin=table.text("origin"), **rest))


def _tutors(table: Table) -> Tutors:
    table.check_numbers(("origin",), optional=("share_of_established", "number", "students_each"))
    share, number = "share_of_established", "number"
    return _made(
        table,
        lambda: Tutors(
            share_of_established=table.number(share) if share in table.content else None,
            number=table.whole(number) if number in table.content else None,
            students_each=table.number("students_each", default=1.0),
            origin=table.text("origin"),
        ),
    )


def _part_time(table: Table) -> PartTime:
    table.check_numbers(("share", "hours", "origin"))
    rest = _numbers(table, ("share", "hours"))
    return _made(table, lambda: PartTime(origin=table.text("origin"), **rest))


def _deployable(table: Table | None) -> Deployable:
    if table is None:
        return Deployable()
    table.check_numbers(("initial_training", "tutored", "origin"))
    rest = _numbers(table, ("initial_training", "tutored"))
    return _made(table, lambda: Deployable(**rest))


def _places(table: Table | None) -> dict[str, int | None]:
    if table is None:
        return dict.fromkeys(_PLACES)
    table.check_numbers(("origin",), optional=_PLACES)
    if not any(name in table.content for name in _PLACES):
        remedy = "Give places_a_month, places_at_once or both; no limit is no table."
        table.refuse("no places are given.", remedy=remedy)
    return {name: table.whole(name) if name in table.content else None for name in _PLACES}


def _target(table: Table) -> Target:
    table.check(("name", "measure", "strength"))
    name, measure, strength = table.text("name"), table.text("measure"), table.number("strength")
    return _made(table, lambda: Target(name=name, measure=measure, strength=strength))


def _what_if(table: Table) -> WhatIf:
    table.check(("name",), optional=CHANGES)
    found: dict[str, Any] = {}
    for name in table.content:
        if name in _WHOLE_CHANGES:
            found[name] = table.whole(name, least=-24 if name == "training_months" else 0)
        elif name != "name":
            found[name] = table.number(name)
    return _made(table, lambda: WhatIf(name=table.text("name"), change=Change(**found)))


def _assumptions(table: Table) -> Iterator[Assumption]:
    """Yield what a table says, with its origin; tables within it stand apart."""
    hidden = ("origin", "key", "title", "name", VERIFIED)
    plain = {
        key: value
        for key, value in table.content.items()
        if key not in hidden and not isinstance(value, dict | list)
    }
    inner = [
        ", ".join(f"{key} = {value}" for key, value in each.items())
        for value in table.content.values()
        for each in (value if isinstance(value, list) else [value])
        if isinstance(each, dict)
    ]
    numbers = "; ".join([", ".join(f"{key} = {value}" for key, value in plain.items()), *inner])
    yield Assumption(
        table=table.where,
        numbers=numbers,
        origin=table.text("origin"),
        verified=table.verified,
    )
