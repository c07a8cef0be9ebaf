"""Donor floors and overrides, from the files that state them with who set them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.core.suggest import did_you_mean
from rightplace.deploy.surge.officers import ROLES
from rightplace.deploy.surge.table_rows import TableRow, raise_faults, read_rows
from rightplace.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from rightplace.deploy.surge.demand import Want
    from rightplace.deploy.surge.officers import Officer

STAYS = "stays"
DONOR_COLUMNS = {"unit": True, "strength": True, "floor": True, "set_by": True}
DONOR_MEANINGS = {
    "unit": "The unit, as in the officers file.",
    "strength": "Officers it has, those not listed too.",
    "floor": "Officers it must keep.",
    "set_by": "Who set the floor.",
}
OVERRIDE_COLUMNS = {
    "officer_id": True,
    "borough": True,
    "role": True,
    "reason": True,
    "author": True,
}
OVERRIDE_MEANINGS = {
    "officer_id": "The officer.",
    "borough": f"Where to; {STAYS} for who is not to be posted.",
    "role": f"patrol or investigation; blank with {STAYS}.",
    "reason": "Why, in your own words; kept with the result.",
    "author": "Who decides.",
}
_REFUSAL = "Limits and overrides are said in the columns below."


@dataclass(frozen=True, slots=True, kw_only=True)
class Donor:
    """A unit that officers come from, with the floor it must keep."""

    unit: str
    strength: int
    floor: int
    set_by: str
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A posting that a person fixes.

    Parameters
    ----------
    officer_id
        Who.
    post
        Where to, as a place in the demand; None for who stays.
    reason, author
        Why, and by whom.
    row
        Row of the file.
    """

    officer_id: str
    post: int | None
    reason: str
    author: str
    row: int


def read_donors(path: Path, *, officers: Sequence[Officer]) -> tuple[Donor, ...]:
    """Return the donors of a CSV file with the columns of ``DONOR_COLUMNS``.

    Every unit of the officers needs a row. A floor above the strength, fewer officers than are
    listed, and a unit twice are faults.

    Parameters
    ----------
    path
        The file.
    officers
        Who is listed.
    """
    listed: dict[str, int] = {}
    for officer in officers:
        listed[officer.unit] = listed.get(officer.unit, 0) + 1
    first: dict[str, int] = {}

    def parsed(row: TableRow) -> Donor:
        unit = row.text("unit")
        strength, floor = row.whole_of("strength"), row.whole_of("floor")
        for name, value in (("strength", strength), ("floor", floor)):
            if value is None:
                row.fault(name, "is empty", "Give a whole number, 0 for none.")
        if (floor or 0) > (strength or 0):
            row.fault("floor", f"is above the strength, {strength}", "Correct one of them.")
        if (strength or 0) < listed.get(unit, 0):
            row.fault("strength", f"is below the {listed[unit]} officers listed", "Correct it.")
        if first.setdefault(unit, row.number) != row.number:
            row.fault("unit", f"stands in row {first[unit]} too", "Keep one of the rows.")
        return Donor(
            unit=unit,
            strength=strength or 0,
            floor=floor or 0,
            set_by=row.text("set_by"),
            row=row.number,
        )

    donors = read_rows(path, DONOR_COLUMNS, parsed, refusal=_REFUSAL)
    absent = [unit for unit in listed if unit not in first]
    faults = [
        Fault(
            message=f"The unit {unit!r} of {listed[unit]} officers has no row.",
            value=unit,
            remedy=did_you_mean(unit, first),
        )
        for unit in absent
    ]
    raise_faults(path, faults)
    return donors


def read_overrides(
    path: Path, *, officers: Sequence[Officer], wants: Sequence[Want]
) -> tuple[Override, ...]:
    """Return the overrides of a CSV file with the columns of ``OVERRIDE_COLUMNS``.

    An officer or post that is not known, one who is not available, and a reason or author left
    out are faults.

    Parameters
    ----------
    path
        The file.
    officers, wants
        Who is listed, and the posts.
    """
    by_id: Mapping[str, Officer] = {officer.officer_id: officer for officer in officers}
    post_of = {(want.borough.casefold(), want.role): post for post, want in enumerate(wants)}
    seen: dict[str, int] = {}

    def parsed(row: TableRow) -> Override:
        officer_id, borough = row.text("officer_id"), row.text("borough")
        stays = borough.casefold() == STAYS
        role = row.one_of("role", ("",) if stays else ROLES)
        post = None if stays else post_of.get((borough.casefold(), role))
        if officer_id not in by_id:
            row.fault("officer_id", "is not in the officers file", "Correct it.")
        elif not by_id[officer_id].available and not stays:
            row.fault("officer_id", "is not available", "Drop the row, or mend the officers file.")
        if seen.setdefault(officer_id, row.number) != row.number:
            row.fault("officer_id", f"stands in row {seen[officer_id]} too", "Keep one of them.")
        if not stays and post is None and role in ROLES:
            names = [want.borough for want in wants if want.role == role]
            row.fault("borough", f"has no {role} in the demand", did_you_mean(borough, names))
        return Override(
            officer_id=officer_id,
            post=post,
            reason=row.text("reason"),
            author=row.text("author"),
            row=row.number,
        )

    return read_rows(path, OVERRIDE_COLUMNS, parsed, refusal=_REFUSAL)
