"""What boroughs want of a surge: by role, what further officers prevent, with floors and ceilings.

What ``n`` officers prevent in a week is concave in ``n``: either increments that the file states,
or a share of the expected harm that halves what is left with every so many officers,

    prevented(n) = expected_harm * effect_most * (1 - 2^(-n / half_officers)).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from rightplace.deploy.surge.officers import INVESTIGATION, PATROL, ROLES, is_language
from rightplace.deploy.surge.table_rows import (
    MOST_HARM,
    MOST_PEOPLE,
    TableRow,
    raise_faults,
    read_rows,
)
from rightplace.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

NO_DATA, FROM_FORECAST = "no data", "forecast"
DEMAND_COLUMNS = {
    "borough": True,
    "role": True,
    "expected_harm": True,
    "floor": True,
    "ceiling": True,
    "increments": False,
    "effect_most": False,
    "half_officers": False,
    "skills": False,
    "need": False,
    "supervisors": False,
    "actions": False,
}
DEMAND_MEANINGS = {
    "borough": "The borough.",
    "role": "patrol or investigation.",
    "expected_harm": "Harm expected in a week without the surge, in the unit you plan by; "
    '"forecast" takes it from --forecast (patrol); "no data" where none was published. Blank with '
    "increments.",
    "floor": "Officers it must get; blank sets none.",
    "ceiling": "Officers it can take; blank sets none.",
    "increments": "Harm that the first, second, ... officer prevents in a week, with ; between, "
    "never rising; officers beyond the list prevent nothing.",
    "effect_most": "Largest share of the harm that officers can prevent, 0 to 1; blank takes the "
    "setting (patrol only).",
    "half_officers": "Officers that prevent half of that; blank takes the setting (patrol only).",
    "skills": "What the post needs, as skill:officers, several with ; between "
    "(language_pl:2;public_order:1).",
    "need": "Why the post needs these skills; asked for with skills.",
    "supervisors": "Supervisors of the borough who can take officers of the surge; blank where "
    "that is not stated, and then the span is not checked.",
    "actions": "Investigation: what officers are to do there, with ; between (cctv_trawl, "
    "house_to_house, arrest_enquiries, ...).",
}
REFUSAL = "What decides who goes where is declared, so that it can be checked."


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """How what officers prevent flattens out.

    Parameters
    ----------
    most
        Share of the expected harm that any number of officers prevents at most, 0 to 1.
    half_officers
        Officers that prevent half of that, above 0.
    """

    most: float
    half_officers: float

    def increments(self, expected_harm: float, officers: int) -> NDArray[np.float64]:
        """Return what each further officer prevents, shape (officers,)."""
        whole = expected_harm * self.most
        return np.asarray(-np.diff(whole * 2.0 ** (-np.arange(officers + 1) / self.half_officers)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """What one borough wants in one role.

    Parameters
    ----------
    borough, role
        The post.
    expected_harm
        Harm a week; None without data, or where increments or a forecast stand for it.
    source
        ``file``, ``forecast``, ``increments`` or ``no data``.
    effect
        How it flattens out; None with increments, or where the setting is to be taken.
    increments
        As the file states them; empty otherwise.
    floor, ceiling
        Officers; None where none is set.
    skills, need
        How many officers with each skill, and why.
    supervisors
        Of the borough, who can take officers; None where that is not stated.
    actions
        Of an investigation.
    row
        Row of the file.
    """

    borough: str
    role: str
    expected_harm: float | None
    source: str
    effect: Effect | None
    increments: tuple[float, ...]
    floor: int | None
    ceiling: int | None
    skills: Mapping[str, int]
    need: str
    supervisors: int | None
    actions: tuple[str, ...]
    row: int

    @property
    def name(self) -> str:
        """What the post is called: "Brent patrol"."""
        return f"{self.borough} {self.role}"


def read_demand(
    path: Path, *, skills: Sequence[str], actions: Mapping[str, int]
) -> tuple[Want, ...]:
    """Return the demand of a CSV file with the columns of ``DEMAND_COLUMNS``.

    Every fault is named with its row (``BadInputError``); another column is refused
    (``RefusedError``).

    Parameters
    ----------
    path
        The file.
    skills
        The closed list of skills.
    actions
        Actions of an investigation, with the accreditation each needs.
    """
    wants = read_rows(
        path, DEMAND_COLUMNS, lambda row: _want(row, skills, actions), refusal=REFUSAL
    )
    first: dict[tuple[str, str], int] = {}
    faults = []
    for want in wants:
        before = first.setdefault((want.borough.casefold(), want.role), want.row)
        if before != want.row:
            message = f"{want.name} stands in rows {before} and {want.row}."
            faults.append(
                Fault(message=message, row=want.row, value=want.name, remedy="Keep one of them.")
            )
    raise_faults(path, faults)
    return wants


def _want(row: TableRow, skills: Sequence[str], actions: Mapping[str, int]) -> Want:
    floor, ceiling = row.whole_of("floor"), row.whole_of("ceiling")
    if floor is not None and ceiling is not None and floor > ceiling:
        row.fault("floor", f"is above the ceiling, {ceiling}", "Correct one of them.")
    role = row.one_of("role", ROLES)
    harm, source = _harm(row, role)
    increments = _increments(row)
    if (source == "increments") != bool(increments):
        row.fault(
            "expected_harm",
            "and increments must not both be there, or neither",
            "Give one of them, and write no data where nothing was published.",
        )
    return Want(
        borough=row.text("borough"),
        role=role,
        expected_harm=harm,
        source=source,
        effect=_effect(row, role, source),
        increments=increments,
        floor=floor,
        ceiling=ceiling,
        skills=_skills(row, skills),
        need=row.free("need"),
        supervisors=row.whole_of("supervisors"),
        actions=_actions(row, role, actions),
        row=row.number,
    )


def _harm(row: TableRow, role: str) -> tuple[float | None, str]:
    text = row.free("expected_harm").casefold()
    if text == NO_DATA:
        return None, NO_DATA
    if text == FROM_FORECAST:
        if role != PATROL:
            row.fault("expected_harm", "is of patrol only", "State the harm of an investigation.")
        return None, FROM_FORECAST
    harm = row.number_of("expected_harm", upmost=MOST_HARM)
    return (None, "increments") if harm is None else (harm, "file")


def _increments(row: TableRow) -> tuple[float, ...]:
    found = tuple(
        row.as_number("increments", each, upmost=MOST_HARM) for each in row.words("increments")
    )
    if any(after > before for before, after in pairwise(found)):
        row.fault(
            "increments",
            "rise: a further officer cannot prevent more than the one before",
            "Order them from the largest, or average those that rise.",
        )
    return found


def _effect(row: TableRow, role: str, source: str) -> Effect | None:
    most, half = row.number_of("effect_most", upmost=1), row.number_of("half_officers")
    if half == 0:
        row.fault("half_officers", "must be above 0", "Correct it.")
        return None
    if (most is None) != (half is None):
        row.fault("effect_most", "needs half_officers beside it", "Give both, or neither.")
    if most is None or half is None:
        if role == INVESTIGATION and source == "file":
            row.fault(
                "effect_most",
                "is empty, and no study that we hold says what an investigator prevents",
                "State effect_most and half_officers, or increments, as your own assumption.",
            )
        return None
    return Effect(most=most, half_officers=half)


def _skills(row: TableRow, skills: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in row.words("skills"):
        skill, _, number = part.partition(":")
        if not is_language(skill):
            row.known("skills", [skill], skills)
        wanted = row.as_number("skills", number or "1", upmost=MOST_PEOPLE)
        if wanted != int(wanted) or wanted < 1:
            row.fault("skills", f"holds {part!r}", "Write skill:officers, such as language_pl:2.")
        found[skill] = int(wanted)
    if found and not row.free("need"):
        row.fault("need", "is empty", "Say why the post needs the skills; they count only then.")
    return found


def _actions(row: TableRow, role: str, actions: Mapping[str, int]) -> tuple[str, ...]:
    found = row.words("actions")
    row.known("actions", found, sorted(actions))
    if role == INVESTIGATION and not found:
        row.fault("actions", "is empty", "Say what officers are to do, so that who may is known.")
    if role == PATROL and found:
        row.fault("actions", "are of investigations only", "Leave it blank for patrol.")
    return tuple(found)
