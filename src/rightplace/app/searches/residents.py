"""Residents by ethnic group: those that ship, or a table that the user gives.

A table of one's own is a CSV file in UTF-8 with the columns ``area_code`` (a local authority, such
as E09000007), ``year``, ``group`` (asian, black, mixed, other or white), ``residents`` and
``source`` (who published the count, in which table): one row for each authority, year and group.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from rightplace.errors import BadInputError, NotHeldError, UnsupportedByDataError

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.deploy.checked_rows import Row
    from rightplace.powers.searches.denominators import ResidentCount, Residents

COLUMNS = ("area_code", "year", "group", "residents", "source")
_WHOLE = re.compile(r"\d{1,9}")


@cache
def shipped_residents() -> Residents:
    """Return the residents of London's boroughs and the City at the Censuses of 2011 and 2021."""
    with resources.as_file(_data("census_residents.csv")) as path:
        return read_residents(path)


@cache
def shipped_attribution() -> str:
    """Return the sentence that the licence of the shipped residents asks for."""
    origin = tomllib.loads(_data("census_residents.toml").read_text("utf-8"))
    return str(origin["attribution"])


def _data(name: str) -> resources.abc.Traversable:
    return resources.files("rightplace.powers.searches").joinpath("data", name)


def read_residents(path: Path) -> Residents:
    """Return residents by local authority, year and ethnic group from a table of one's own.

    Areas smaller than a borough are refused.

    Parameters
    ----------
    path
        CSV in UTF-8 with the columns of ``COLUMNS``.

    Raises
    ------
    NotHeldError
        If there is no such file.
    BadInputError
        If it is no such table; every row at fault is named.
    """
    from rightplace.deploy.checked_rows import read_rows
    from rightplace.powers.searches.denominators import Residents

    if not path.is_file():
        msg = "There is no such file."
        raise NotHeldError(msg, file=path, remedy="Check the path.")
    found = read_rows(path, COLUMNS, lambda row: _parsed(row, path))
    try:
        return Residents(counts=tuple(each for each in found if each is not None))
    except BadInputError as error:
        fault = error.fault
        raise BadInputError(
            fault.message, file=path, value=fault.value, remedy=fault.remedy
        ) from error


def _parsed(row: Row, path: Path) -> ResidentCount | None:
    """Return a row's count; None where it is at fault, which is noted.

    Raises
    ------
    UnsupportedByDataError
        If it is of an area smaller than a borough.
    """
    from rightplace.powers.searches.columns import STATED, Ethnicity
    from rightplace.powers.searches.denominators import ResidentCount

    code, source = row.text("area_code"), row.text("source")
    group = row.one_of("group", STATED)
    year, residents = (_whole(row, name) for name in ("year", "residents"))
    if not (code and source and group in STATED) or year is None or residents is None:
        return None
    try:
        return ResidentCount(
            area_code=code,
            year=year,
            group=Ethnicity(group),
            residents=residents,
            source=source,
        )
    except UnsupportedByDataError as error:
        fault = error.fault
        raise UnsupportedByDataError(
            fault.message, file=path, row=row.number, value=code, remedy=fault.remedy
        ) from error
    except BadInputError as error:
        row.fault("area_code", "is no local authority", error.fault.remedy or "Correct it.")
    return None


def _whole(row: Row, name: str) -> int | None:
    text = row.optional(name)
    if not _WHOLE.fullmatch(text):
        row.fault(name, "is no whole number", "Correct it.")
        return None
    return int(text)
