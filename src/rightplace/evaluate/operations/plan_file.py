"""A plan as a person writes it: a TOML file, its places named in words and drawn up later."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date  # noqa: TC003 - the codec reads the annotations
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from rightplace.core.canonical import plain
from rightplace.core.suggest import did_you_mean
from rightplace.errors import BadInputError, NotHeldError
from rightplace.evaluate.operations.chosen import Chosen, How, chosen
from rightplace.evaluate.operations.codec import tried
from rightplace.evaluate.operations.free_text import unprintable
from rightplace.evaluate.operations.plan import (
    ChosenBy,
    Delivery,
    Judged,
    OperationPlan,
    Outcome,
    When,
    Where,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_OWN: Final = (How.CELLS, How.CELLS_FILE, How.POLYGONS, How.BOROUGHS, How.WARDS)
_REST: Final = (*_OWN, How.REST_OF_BOROUGHS, How.ALL_OTHERS)
_RING: Final = (*_OWN, How.WITHIN_METRES)
_WHERE_KEYS: Final = ("area", *(how.value for how in _OWN), "ring_metres", "ring", "control")
_PARTS: Final[dict[str, type[Any]]] = {
    "when": When,
    "outcome": Outcome,
    "judged": Judged,
    "delivery": Delivery,
}
_MOST_BYTES: Final = 5_000_000
NOT_TOML: Final = "Not a TOML file in UTF-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """What stands at the top of the file.

    Parameters
    ----------
    unit
        Id of the unit, or its name on the first day of the operation.
    """

    title: str
    unit: str
    question: str
    chosen_by: ChosenBy
    chosen_because: str
    elsewhere: str
    known_at: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacesNamed:
    """The places of a plan as they are named.

    Parameters
    ----------
    area
        The study area; None for the only one.
    """

    area: str | None
    treated: Chosen
    ring: Chosen | None
    control: Chosen | None
    ring_control: Chosen | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFile:
    """A plan whose places are still to be drawn up in a study area."""

    texts: Texts
    places: PlacesNamed
    when: When
    outcome: Outcome
    judged: Judged
    delivery: Delivery

    def plan(
        self, where: Where, unit_id: str, *, supersedes: str | None, because: str | None
    ) -> OperationPlan:
        """Return the plan in its places; what does not fit together raises as the plan says."""
        texts = self.texts
        return OperationPlan(
            title=texts.title,
            unit_id=unit_id,
            question=texts.question,
            where=where,
            when=self.when,
            outcome=self.outcome,
            judged=self.judged,
            delivery=self.delivery,
            chosen_by=texts.chosen_by,
            chosen_because=texts.chosen_because,
            elsewhere=texts.elsewhere,
            known_at=texts.known_at,
            supersedes=supersedes,
            because=because,
        )


def example() -> str:
    """Return the shipped example, with what each line means."""
    text = resources.files("rightplace.evaluate.operations") / "data" / "operation.toml"
    return text.read_text("utf-8")


def read_plan_file(path: Path) -> PlanFile:
    """Return the plan of a TOML file.

    Raises
    ------
    NotHeldError
        If there is no such file.
    BadInputError
        If it is no TOML in UTF-8, or has an unknown, missing or unfit key; all are named.
    """
    if not path.is_file():
        msg = "There is no such file."
        raise NotHeldError(msg, file=path, remedy="`operations example` prints one to begin with.")
    if path.stat().st_size > _MOST_BYTES:
        msg = f"The file has more than {_MOST_BYTES:,} bytes; no plan is so long."
        raise BadInputError(msg, file=path, remedy="Name cells in a cells_file.")
    try:
        return plan_of_text(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        msg = f"{NOT_TOML}: {error}."
        raise BadInputError(msg, file=path, remedy="Correct the file.") from error
    except BadInputError as error:
        fault = error.fault
        raise BadInputError(fault.message, file=path, remedy=fault.remedy) from error


def plan_of_text(text: str) -> PlanFile:
    """Return the plan of a text in TOML.

    Raises
    ------
    BadInputError
        If it is no TOML, or has an unknown, missing or unfit key; all are named.
    """
    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        msg = f"{NOT_TOML}: {error}."
        raise BadInputError(msg, remedy="Correct the file.") from error
    faults: list[str] = []
    made = _plan_file(content, faults)
    if made is None:
        remedy = "Correct what is named; `operations example` prints a whole plan."
        msg = f"The plan cannot be read: {'; '.join(faults)}."
        raise BadInputError(msg, remedy=remedy)
    return made


def _plan_file(content: Mapping[str, Any], faults: list[str]) -> PlanFile | None:
    """Return the plan, or None where faults were found; they are put into the list."""
    top = {k: v for k, v in content.items() if k != "where" and k not in _PARTS}
    texts = _table(Texts, top, within="", faults=faults)
    places = _places(content.get("where"), faults)
    parts = {
        name: _table(kind, content.get(name), within=name, faults=faults)
        for name, kind in _PARTS.items()
    }
    if texts is None or places is None or faults:
        return None
    return PlanFile(texts=texts, places=places, **parts)


def _table(kind: Any, given: object, *, within: str, faults: list[str]) -> Any:  # noqa: ANN401 - one of several dataclasses
    """Return the dataclass of a table, or None; each fault is put into the list."""
    if not isinstance(given, dict):
        faults.append(f"the table [{within}] is missing")
        return None
    known = kind.__dataclass_fields__
    prefix = f"{within}." if within else ""
    suggested = [*known, *_PARTS] if kind is Texts else known
    faults += [
        f"unknown key {prefix + key!a} ({did_you_mean(key, suggested).rstrip('.')})"
        for key in given
        if key not in known
    ]
    rest = {key: value for key, value in given.items() if key in known}
    try:
        made, found = tried(kind, plain(rest))
    except TypeError:  # a time of day, which no plan has
        made, found = None, ["a value is of a kind that no plan holds"]
    # What a plan itself refuses is a sentence that says where; the rest begins with its key.
    faults += [fault if fault[0].isupper() else f"{prefix}{fault}" for fault in found]
    return made


def _places(given: object, faults: list[str]) -> PlacesNamed | None:
    """Return the places named, or None; each fault is put into the list."""
    if not isinstance(given, dict):
        faults.append("the table [where] is missing")
        return None
    known = (*_WHERE_KEYS, "ring_control")
    faults += [
        f"unknown key {'where.' + key!a} ({did_you_mean(key, known).rstrip('.')})"
        for key in given
        if key not in known
    ]
    odd = [f"{name} has characters that cannot be printed" for name in unprintable(given)]
    faults += [f"where.{fault}" for fault in odd]
    own = {how.value: given[how.value] for how in _OWN if how.value in given}
    if len(own) != 1:
        names = ", ".join(how.value for how in _OWN)
        faults.append(f"where names the cells of the operation by one of {names}")
    if "ring_metres" in given and "ring" in given:
        faults.append("where has ring_metres and ring; one of them is enough")
    area = given.get("area")
    if area is not None and not isinstance(area, str):
        faults.append(f"where.area is {area!a}, not the id of a study area")
    ring = given.get("ring")
    if "ring_metres" in given:
        ring = {How.WITHIN_METRES.value: given["ring_metres"]}
    treated = _choice(own or None, _OWN, "where", faults)
    others = {
        "ring": _choice(ring, _RING, "where.ring", faults),
        "control": _choice(given.get("control"), _REST, "where.control", faults),
        "ring_control": _choice(given.get("ring_control"), _REST, "where.ring_control", faults),
    }
    if treated is None or faults:
        return None
    return PlacesNamed(area=area, treated=treated, **others)


def _choice(
    value: object, allowed: tuple[How, ...], within: str, faults: list[str]
) -> Chosen | None:
    if value is None or (isinstance(value, dict) and within == "where" and len(value) != 1):
        return None
    made, fault = chosen(value, allowed=allowed, within=within)
    faults += [fault] if fault else []
    return made
