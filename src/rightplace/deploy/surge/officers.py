"""Officers who may be posted: what the match may know of them, and nothing else.

Past postings, accreditation, skills and who stays with whom. Never ethnicity, home address, social
ties, or anything else (DOMAIN 6.2.7, NEEDS C9): other columns are refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.deploy.surge.table_rows import TableRow, raise_faults, read_rows
from rightplace.errors import BadInputError, Fault

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

PATROL, INVESTIGATION = "patrol", "investigation"
ROLES = (PATROL, INVESTIGATION)
HIGHEST_ACCREDITATION = 4
# A working life of fifty years: no posting is longer or ended longer ago.
_MOST_MONTHS = 600
OFFICER_COLUMNS = {
    "officer_id": True,
    "unit": True,
    "supervisor": True,
    "past_postings": True,
    "accreditation": True,
    "skills": False,
    "pair_with": False,
    "available": False,
    "weekly_hours": False,
}
OFFICER_MEANINGS = {
    "officer_id": "The officer's number or pseudonym; no name is needed.",
    "unit": "The unit that would lose the officer (the donor).",
    "supervisor": "1 for a sergeant or above who supervises, else 0.",
    "past_postings": "borough:role:months:months since the end, several with ; between; the role "
    "is patrol or investigation. Blank where there is none.",
    "accreditation": "Level of the Professionalising Investigation Programme, 0 to 4.",
    "skills": "Skills of the closed list (surge.skills) and languages as language_xx, with ; "
    "between. Only what a post asks for, with its reason, counts.",
    "pair_with": "officer_id of the one who is posted to the same place or not at all.",
    "available": "0 for who cannot be posted (leave, sickness, court), else 1 or blank.",
    "weekly_hours": "Contracted hours a week; blank for full time.",
}
REFUSAL = (
    "Who is posted is decided by past postings, accreditation and skills, never by ethnicity, "
    "home address, social ties or whatever else a column may hold."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastPosting:
    """Time in a borough and role.

    Parameters
    ----------
    borough, role
        Where, and as what.
    months
        How long, above 0.
    months_since
        How long ago it ended; 0 for one that goes on.
    """

    borough: str
    role: str
    months: float
    months_since: float

    def __post_init__(self) -> None:
        """Check that it can have been.

        Raises
        ------
        BadInputError
            If it cannot; with what is wrong.
        """
        if self.role not in ROLES:
            msg = f"the role {self.role!r} is none of {', '.join(ROLES)}"
            raise BadInputError(msg, value=self.role)
        if not (self.months > 0 and self.months_since >= 0):
            msg = f"{self.months:g} months that ended {self.months_since:g} months ago cannot be"
            raise BadInputError(msg, value=self.months)
        if self.months + self.months_since > _MOST_MONTHS:
            msg = f"it began more than {_MOST_MONTHS} months ago"
            raise BadInputError(msg, value=self.months)


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """One officer who is listed.

    Parameters
    ----------
    officer_id, unit
        Who, and the unit that would lose the officer.
    supervisor
        Whether the officer supervises others.
    past_postings
        Oldest or newest first, as listed.
    accreditation
        Level of the Professionalising Investigation Programme, 0 to 4.
    skills
        Of the closed list, and languages.
    pair_with
        Who stays with this officer, or None.
    available
        Whether the officer can be posted.
    weekly_hours
        Contracted hours; None for full time.
    row
        Row of the file.
    """

    officer_id: str
    unit: str
    supervisor: bool
    past_postings: tuple[PastPosting, ...]
    accreditation: int
    skills: frozenset[str] = frozenset()
    pair_with: str | None = None
    available: bool = True
    weekly_hours: float | None = None
    row: int = 0


def read_officers(path: Path, *, skills: Sequence[str]) -> tuple[Officer, ...]:
    """Return the officers of a CSV file with the columns of ``OFFICER_COLUMNS``.

    Every fault is named with its row (``BadInputError``); another column is refused
    (``RefusedError``).

    Parameters
    ----------
    path
        The file.
    skills
        The closed list of skills; ``language_`` and a code of two or three letters is known too.
    """
    officers = read_rows(path, OFFICER_COLUMNS, lambda row: _officer(row, skills), refusal=REFUSAL)
    raise_faults(path, [*_twice(officers), *_pair_faults(officers)])
    return officers


def is_language(skill: str) -> bool:
    """Return whether a skill is a language: ``language_`` and a code of two or three letters."""
    head, _, code = skill.partition("_")
    return head == "language" and code.isalpha() and code.islower() and len(code) in {2, 3}


def _officer(row: TableRow, skills: Sequence[str]) -> Officer:
    held = row.words("skills")
    row.known("skills", [skill for skill in held if not is_language(skill)], skills)
    level = row.whole_of("accreditation")
    if level is None:
        row.fault("accreditation", "is empty", "Give the level, 0 for none.")
    elif level > HIGHEST_ACCREDITATION:
        row.fault("accreditation", f"is above {HIGHEST_ACCREDITATION}", "Correct it.")
    return Officer(
        officer_id=row.text("officer_id"),
        unit=row.text("unit"),
        supervisor=row.one_of("supervisor", ("0", "1")) == "1",
        past_postings=tuple(_past(row)),
        accreditation=level or 0,
        skills=frozenset(held),
        pair_with=row.free("pair_with") or None,
        available=row.one_of("available", ("", "0", "1")) != "0",
        weekly_hours=row.number_of("weekly_hours", upmost=168),
        row=row.number,
    )


def _past(row: TableRow) -> list[PastPosting]:
    found = []
    form = "Write borough:role:months:months since, such as Brent:patrol:36:10."
    for part in row.words("past_postings"):
        cells = [cell.strip() for cell in part.split(":")]
        if len(cells) != len(("borough", "role", "months", "since")) or not cells[0]:
            row.fault("past_postings", f"holds {part!r}", form)
            continue
        try:
            months, since = float(cells[2]), float(cells[3])
            found.append(
                PastPosting(borough=cells[0], role=cells[1], months=months, months_since=since)
            )
        except BadInputError as error:
            row.fault("past_postings", f"holds {part!r}: {error.fault.message}", form)
        except ValueError:
            row.fault("past_postings", f"holds {part!r}, with no numbers of months", form)
    return found


def _twice(officers: Sequence[Officer]) -> list[Fault]:
    first: dict[str, int] = {}
    faults = []
    for officer in officers:
        before = first.setdefault(officer.officer_id, officer.row)
        if before != officer.row and officer.officer_id:
            message = (
                f"The officer {officer.officer_id!r} stands in rows {before} and {officer.row}."
            )
            faults.append(
                Fault(
                    message=message,
                    row=officer.row,
                    value=officer.officer_id,
                    remedy="Keep one of the rows.",
                )
            )
    return faults


def _pair_faults(officers: Sequence[Officer]) -> list[Fault]:
    by_id: Mapping[str, Officer] = {officer.officer_id: officer for officer in officers}
    faults = []
    for officer in officers:
        other = None if officer.pair_with is None else by_id.get(officer.pair_with)
        if officer.pair_with is None or (
            other is not None and other is not officer and other.pair_with == officer.officer_id
        ):
            continue
        if other is None:
            what = "is not in the file"
        elif other is officer:
            what = "is the officer himself or herself"
        else:
            what = f"(row {other.row}) does not name {officer.officer_id!r} in turn"
        message = f"pair_with {officer.pair_with!r} {what}."
        faults.append(
            Fault(
                message=message,
                row=officer.row,
                value=officer.pair_with,
                remedy="Name both in each other's row.",
            )
        )
    return faults
