"""Which column of a publisher's boundary file holds the code, and which the name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa


class Unit(StrEnum):
    """What a cell is."""

    LSOA = "lsoa"
    WARD = "ward"
    BOROUGH = "borough"
    SQUARE = "square"
    HEXAGON = "hexagon"

    @property
    def is_grid(self) -> bool:
        """Whether cells are laid by arithmetic, not drawn by a publisher."""
        return self in {Unit.SQUARE, Unit.HEXAGON}


@dataclass(frozen=True, slots=True, kw_only=True)
class Headings:
    """Columns that hold the code and the name of a unit, and the year of the codes."""

    code: str
    name: str | None
    vintage: str | None


# Headings in lower case without signs: ONS LSOA21CD, WD24CD, LAD22NM; GLA GSS_CODE, LAGSSCODE,
# DISTRICT; London Datastore lsoa_code, WardCode, LA_Name.
_STEMS = {Unit.LSOA: "lsoa", Unit.WARD: "wd|ward", Unit.BOROUGH: "lad|la|utla|borough"}
_OWN_CODE = {Unit.LSOA: "lsoa", Unit.WARD: "wardgsscode", Unit.BOROUGH: "lagsscode"}
_OWN_NAME = {Unit.LSOA: "lsoa", Unit.WARD: "ward", Unit.BOROUGH: "district|borough"}
_ANY_CODE = {"gsscode", "code", "geocode", "areacode", "geographycode"}
_ANY_NAME = {"name", "areaname", "geographyname"}
# Government Statistical Service codes: the first three characters are the kind of area.
_PREFIXES = {
    Unit.LSOA: ("E01", "W01"),
    Unit.WARD: ("E05", "W05", "S13"),
    Unit.BOROUGH: ("E06", "E07", "E08", "E09", "W06", "S12"),
}


def find_headings(columns: pa.Table, unit: Unit) -> Headings | None:
    """Return the columns of a unit in a boundary file, or None where it has no such unit.

    Parameters
    ----------
    columns
        The file's attributes, one row per polygon.
    unit
        LSOA, ward or borough.
    """
    plain = _plain(columns)
    code = _first(plain, rf"(?:{_STEMS[unit]})(\d\d)?(?:cd|code)|{_OWN_CODE[unit]}")
    name = find_name(columns, unit)
    if code is not None and _has_codes(columns, plain[code]):
        year = re.search(r"\d\d", code)
        vintage = f"20{year.group()}" if year else None
        return Headings(code=plain[code], name=name, vintage=vintage)
    for key in sorted(_ANY_CODE & plain.keys()):
        if _has_codes(columns, plain[key], _PREFIXES[unit]):
            any_name = next((plain[key] for key in sorted(_ANY_NAME & plain.keys())), None)
            return Headings(code=plain[key], name=name or any_name, vintage=None)
    return None


def find_name(columns: pa.Table, unit: Unit) -> str | None:
    """Return the column that holds the name of a unit, or None where there is none."""
    plain = _plain(columns)
    key = _first(plain, rf"(?:{_STEMS[unit]})(\d\d)?(?:nm|name)|{_OWN_NAME[unit]}")
    return None if key is None else plain[key]


def _plain(columns: pa.Table) -> dict[str, str]:
    """Return each heading by its small letters and digits alone."""
    return {re.sub("[^a-z0-9]", "", name.lower()): name for name in columns.column_names}


def _first(plain: dict[str, str], pattern: str) -> str | None:
    """Return the first heading, in the file's order, that is wholly of a pattern."""
    return next((key for key in plain if re.fullmatch(pattern, key)), None)


def _has_codes(columns: pa.Table, name: str, prefixes: tuple[str, ...] = ("",)) -> bool:
    """Return whether the first row holds text that starts as these codes do."""
    if columns.num_rows == 0:
        return False
    value = columns[name][0].as_py()
    return isinstance(value, str) and value != "" and value.startswith(prefixes)


def chosen_headings(
    columns: pa.Table, unit: Unit, *, code: str | None, name: str | None, file: str | Path
) -> Headings:
    """Return the columns that the user named, and for the rest those of a known publisher.

    Parameters
    ----------
    columns
        The file's attributes.
    unit
        LSOA, ward or borough.
    code, name
        Columns that the user named.
    file
        The file, for the message.

    Raises
    ------
    BadInputError
        If a named column is not there, or none is named and none is known.
    """
    there = ", ".join(columns.column_names) or "none"
    for wanted in (code, name):
        if wanted is not None and wanted not in columns.column_names:
            msg = f"The file has no column {wanted!r}."
            raise BadInputError(msg, file=file, value=wanted, remedy=f"It has: {there}.")
    known = find_headings(columns, unit)
    if code is None and known is None:
        msg = f"No column is known to hold the {unit} code."
        remedy = f"Name it with --code-column, and the name with --name-column, from: {there}."
        raise BadInputError(msg, file=file, remedy=remedy)
    if code is None and known is not None:
        return Headings(code=known.code, name=name or known.name, vintage=known.vintage)
    same = known is not None and known.code == code
    return Headings(
        code=str(code),
        name=name or (known.name if same and known else None),
        vintage=known.vintage if same and known else None,
    )
