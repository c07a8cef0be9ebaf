"""From an LSOA or ward of London to its borough, and from the borough to its BCU."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv, parquet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_LSOA_NAME = re.compile(r"(.+) \d{3}[A-Z]")  # "Camden 028B"
_TITLES = re.compile(r"^(the )?(london borough of |royal borough of |city of (?=westminster))|^lb ")
_OTHER_NAMES = {
    "kingston": "kingston upon thames",
    "richmond": "richmond upon thames",
    "city and county of the city of london": "city of london",
    "city of london corporation": "city of london",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Borough:
    """A London borough or the City of London.

    Parameters
    ----------
    code, name
        Official code (E09...) and name.
    bcu
        Basic Command Unit of the Metropolitan Police, None for the City of London.
    residents_2021
        Usual residents on 21 March 2021.
    """

    code: str
    name: str
    bcu: str | None
    residents_2021: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bcu:
    """A Basic Command Unit of the Metropolitan Police and its boroughs by name.

    The two-letter code is not verified against a publication of the force.
    """

    name: str
    unverified_code: str
    boroughs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a place stands: names of its ward, borough and BCU, None where it has none."""

    ward: str | None = None
    borough: str | None = None
    bcu: str | None = None


@cache
def boroughs() -> tuple[Borough, ...]:
    """Return the 32 boroughs and the City of London, in order of code."""
    bcu_of_code = {row["borough_code"]: row["bcu"] for row in _rows("bcus.csv")}
    return tuple(
        Borough(
            code=row["borough_code"],
            name=row["borough"],
            bcu=bcu_of_code.get(row["borough_code"]),
            residents_2021=row["residents_2021"],
        )
        for row in _rows("residents.csv")
    )


@cache
def bcus() -> tuple[Bcu, ...]:
    """Return the twelve BCUs in order of name.

    Source: Metropolitan Police announcement of February 2018, DOMAIN 6.1.
    """
    rows = _rows("bcus.csv")
    codes = {row["bcu"]: row["bcu_code_unverified"] for row in rows}
    return tuple(
        Bcu(
            name=name,
            unverified_code=codes[name],
            boroughs=tuple(sorted(row["borough"] for row in rows if row["bcu"] == name)),
        )
        for name in sorted(codes)
    )


@cache
def lsoas() -> pa.Table:
    """Return the London LSOAs: lsoa11, lsoa21, ward, borough, residents of the LSOA of 2021.

    One row per pair of an LSOA of 2011 and one of 2021 that share ground, so that either
    alone may repeat.
    """
    with resources.files(__package__).joinpath("data", "lsoas.parquet").open("rb") as file:
        return parquet.read_table(pa.BufferReader(file.read()))


@cache
def attributions() -> Mapping[str, str]:
    """Return the sentence that the licence asks for, by name of the shipped table."""
    text = resources.files(__package__).joinpath("data", "sources.toml").read_text("utf-8")
    return {source["file"]: source["attribution"] for source in tomllib.loads(text)["source"]}


def _rows(name: str) -> list[dict[str, Any]]:
    """Return the rows of a shipped CSV table."""
    data = resources.files(__package__).joinpath("data", name).read_bytes()
    return list(csv.read_csv(pa.BufferReader(data)).to_pylist())


def london_borough(name: str) -> Borough | None:
    """Return the borough that a name means, or None if it is not one of London's.

    "&" and "and", capitals, "London Borough of" and the names Kingston and Richmond make no
    difference; a spelling mistake does.
    """
    return _by_plain_name().get(_plain_name(name))


def _plain_name(name: str) -> str:
    """Return a borough's name without what publishers vary."""
    words = " ".join(name.lower().replace("&", " and ").replace("-", " ").split())
    words = _TITLES.sub("", words)
    return _OTHER_NAMES.get(words, words)


@cache
def _by_plain_name() -> Mapping[str, Borough]:
    """Return each borough by its plain name."""
    return {_plain_name(borough.name): borough for borough in boroughs()}


def bcu_of(borough: str) -> str | None:
    """Return the BCU of a borough by name; None for the City of London and outside London."""
    found = london_borough(borough)
    return None if found is None else found.bcu


def lsoa_vintage(codes: Iterable[str]) -> str | None:
    """Return the year, "2011" or "2021", to which London LSOA codes belong.

    Most codes are of both years. The answer is None if none tells them apart, or if some are
    of one year alone and some of the other.
    """
    given = set(codes)
    table = lsoas()
    in_2011, in_2021 = set(table["lsoa11"].to_pylist()), set(table["lsoa21"].to_pylist())
    old, new = bool(given & (in_2011 - in_2021)), bool(given & (in_2021 - in_2011))
    if old == new:
        return None
    return "2011" if old else "2021"


@cache
def positions() -> Mapping[str, Position]:
    """Return where each London LSOA (2011 and 2021), ward (2024) and borough stands, by code.

    An LSOA of 2011 since split between wards is given the ward with most of its residents.
    """
    bcu_of_code = {borough.code: borough.bcu for borough in boroughs()}
    found = {b.code: Position(borough=b.name, bcu=b.bcu) for b in boroughs()}
    for row in _wards_by_residents().to_pylist():
        stands = Position(
            ward=row["ward"], borough=row["borough"], bcu=bcu_of_code[row["borough_code"]]
        )
        found[row["lsoa11"]] = found[row["ward_code"]] = stands
    for code, ward in zip(*(lsoas()[c].to_pylist() for c in ("lsoa21", "ward_code")), strict=True):
        found[code] = found[ward]
    return found


def _wards_by_residents() -> pa.Table:
    """Return each LSOA of 2011 with each of its wards, the ward of most residents last."""
    keys = ["lsoa11", "ward_code", "ward", "borough_code", "borough"]
    sums = lsoas().group_by(keys).aggregate([("residents_2021", "sum")])
    return sums.sort_by([("residents_2021_sum", "ascending"), ("ward_code", "ascending")])


def borough_codes_of_lsoas() -> Mapping[str, str]:
    """Return the borough's code for each London LSOA code of 2011 and 2021."""
    table = lsoas()
    codes = table["borough_code"].to_pylist()
    pairs = dict(zip(table["lsoa11"].to_pylist(), codes, strict=True))
    return pairs | dict(zip(table["lsoa21"].to_pylist(), codes, strict=True))


def fill_hierarchy(cells: pa.Table) -> pa.Table:
    """Return cells with ward, borough and BCU as far as they are known.

    The cell's code comes first; then what already stands in ``ward`` and ``borough``; then the
    name of an LSOA ("Camden 028B" lies in Camden). What stays unknown stays null.

    Parameters
    ----------
    cells
        Columns cell_id, name, ward, borough and bcu, as text.
    """
    columns = ("cell_id", "name", "ward", "borough")
    rows = zip(*(cells[column].to_pylist() for column in columns), strict=True)
    stands = [
        _position(code, name, ward=ward, borough=borough) for code, name, ward, borough in rows
    ]
    for column in ("ward", "borough", "bcu"):
        values = pa.array([getattr(place, column) for place in stands], pa.string())
        cells = cells.set_column(cells.column_names.index(column), column, values)
    return cells


def _position(code: str, name: str, *, ward: str | None, borough: str | None) -> Position:
    """Return where one cell stands."""
    known = positions().get(code)
    if known is not None:
        return Position(ward=known.ward or ward, borough=known.borough, bcu=known.bcu)
    if borough is None and (lsoa := _LSOA_NAME.fullmatch(name)):
        borough = lsoa.group(1)
    london = None if borough is None else london_borough(borough)
    if london is None:
        return Position(ward=ward, borough=borough)
    return Position(ward=ward, borough=london.name, bcu=london.bcu)


def in_london(codes: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Return which codes are of a London LSOA, ward (2024) or borough; null counts as not."""
    return pc.is_in(codes.cast(pa.string()), value_set=pa.array(sorted(positions())))
