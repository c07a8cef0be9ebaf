"""Mappings: how a publisher's columns become ours, declared in TOML and checked on reading.

A shipped mapping is found by the columns a file has; a user's own is named with ``--mapping``.
"""

from __future__ import annotations

import codecs
import re
import tomllib
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from rightplace.core.canonical import digest
from rightplace.core.suggest import did_you_mean
from rightplace.crime.offences import CategoryWords, category_words
from rightplace.errors import BadInputError, NotHeldError, UsageError

Kind = Literal["crimes", "outcomes", "searches", "strength", "area_counts"]

_STRICT = ConfigDict(extra="forbid", frozen=True)
Columns = Annotated[dict[str, str], Field(default_factory=dict)]

TARGETS: dict[str, frozenset[str]] = {
    "crimes": frozenset(
        "reference month occurred_from occurred_from_date occurred_from_hour occurred_to "
        "occurred_to_date reported_at category lon lat lsoa ward place_name place_id premises "
        "domestic status outcome victims".split()
    ),
    "outcomes": frozenset("reference month outcome lon lat lsoa place_name".split()),
    "searches": frozenset(
        "started_at type part_of_operation operation lon lat gender age_range "
        "self_defined_ethnicity officer_defined_ethnicity legislation object outcome "
        "outcome_linked more_than_outer_clothing place_name place_id reference status "
        "weapon_found weapons intelligence_led intimate_parts appropriate_adult parent_told "
        "handcuffs body_worn_video in_uniform record_offered grounds authorisation".split()
    ),
    "strength": frozenset("month officers staff pcsos".split()),
    "area_counts": frozenset("area_code area_name borough major minor month recorded".split()),
}


# What a row's time is read from; without it every row would be set aside.
NEEDED: dict[str, frozenset[str]] = {
    "crimes": frozenset({"month", "occurred_from", "occurred_from_date"}),
    "outcomes": frozenset({"month"}),
    "searches": frozenset({"started_at"}),
    "strength": frozenset({"month"}),
}
# The parts of a date or time that engines read (DuckDB, strptime).
TIMES = frozenset("%aAbBdfHIjmMpSyYz") | {f"-{part}" for part in "dmHIMSyj"}


class Population(BaseModel):
    """Which publication a row belongs to: two files of one population and month never add up."""

    model_config = _STRICT

    force: str | None = None
    force_column: str | None = None
    force_pattern: str | None = None
    apart_column: str | None = None
    apart: dict[str, str] = Field(default_factory=dict)
    extent_column: str | None = None
    extent_pattern: str | None = None
    part_pattern: str | None = None


class Setting(BaseModel):
    """How street, indoor, domestic and custody are told apart; what no word names is unknown."""

    model_config = _STRICT

    column: Literal["premises", "place_name"] = "premises"
    words: dict[str, Literal["street", "indoor", "domestic", "custody"]] = Field(
        default_factory=dict
    )
    domestic_words: tuple[str, ...] = ()


class Status(BaseModel):
    """Words in the status column that take a record out of demand or out of being."""

    model_config = _STRICT

    cancelled: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()


class Mapping(BaseModel):
    """How one publisher's file becomes rows of ours."""

    model_config = _STRICT

    name: str
    title: str
    publisher: str
    kind: Kind
    format: Literal["csv", "json", "parquet"] = "csv"
    recognise: tuple[str, ...] = ()
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    encoding: str = "utf-8"
    columns: Columns
    categories: str | None = None
    category: str | None = None
    category_rules: tuple[tuple[str, str, str], ...] = ()
    category_words: dict[str, str] = Field(default_factory=dict)
    date_pattern: str | None = None
    date_format: str = "%Y-%m-%d"
    datetime_format: str | None = None
    zone: str = "Europe/London"
    crs: int = 4326
    bounds: tuple[float, float, float, float] | None = None
    dense: bool = False
    upsert: bool = False
    incident: tuple[str, ...] = ()
    record_id: str | None = None
    month_columns: str | None = None
    places_without: tuple[str, ...] = ()
    population: Population = Population()
    setting: Setting = Setting()
    status: Status = Status()

    @field_validator("zone")
    @classmethod
    def _zone_is_known(cls, zone: str) -> str:
        if zone not in available_timezones():
            msg = f"{zone!r} is not a time zone; {did_you_mean(zone, available_timezones())}"
            raise ValueError(msg)
        return zone

    @field_validator("encoding")
    @classmethod
    def _encoding_is_known(cls, encoding: str) -> str:
        try:
            codecs.lookup(encoding)
        except LookupError as error:
            msg = f"{encoding!r} is not an encoding; utf-8 and cp1252 are"
            raise ValueError(msg) from error
        return encoding

    @field_validator("date_format", "datetime_format")
    @classmethod
    def _format_is_known(cls, pattern: str | None) -> str | None:
        unknown = [letter for letter in re.findall("%(-?.?)", pattern or "") if letter not in TIMES]
        if unknown:
            msg = f"%{unknown[0]} is no part of a date; write %Y-%m-%d %H:%M and the like"
            raise ValueError(msg)
        return pattern

    @model_validator(mode="after")
    def _says_when(self) -> Self:
        if self.kind in NEEDED and NEEDED[self.kind].isdisjoint(self.columns):
            msg = f"columns must name one of {', '.join(sorted(NEEDED[self.kind]))}"
            raise ValueError(msg)
        if self.kind == "area_counts" and not (self.month_columns or "recorded" in self.columns):
            msg = "say month_columns, or name columns month and recorded"
            raise ValueError(msg)
        return self

    @property
    def tzinfo(self) -> ZoneInfo:
        """The zone in which the publisher writes times."""
        return ZoneInfo(self.zone)

    @property
    def digest(self) -> str:
        """SHA-256 of what the mapping says, in hex."""
        return digest(self.model_dump(mode="json"))

    def source(self, target: str) -> str | None:
        """Return the publisher's column for one of ours, or None."""
        return self.columns.get(target)


def _fault_text(error: ValidationError) -> tuple[str, str]:
    """Return what is wrong with a mapping, all faults together, and the remedy."""
    faults, remedies = [], []
    for fault in error.errors():
        where = ".".join(str(part) for part in fault["loc"])
        if fault["type"] == "extra_forbidden":
            faults.append(f"unknown key {where!r}")
            remedies.append(did_you_mean(str(fault["loc"][-1]), _known_keys(fault["loc"])))
        else:
            faults.append(f"{where}: {fault['msg']}")
    return "; ".join(faults), " ".join(remedies) or "See docs/mappings.md for the keys."


def _known_keys(location: tuple[int | str, ...]) -> list[str]:
    sections: dict[str, type[BaseModel]] = {
        "population": Population,
        "setting": Setting,
        "status": Status,
    }
    owner = sections.get(str(location[0]), Mapping) if len(location) > 1 else Mapping
    return list(owner.model_fields)


def parse(text: str, *, file: str) -> Mapping:
    """Return the mapping written in TOML.

    Parameters
    ----------
    text
        The TOML.
    file
        Its name, for messages.

    Raises
    ------
    BadInputError
        If it is not TOML, has an unknown key, names an unknown column of ours, or lacks a key.
    """
    try:
        content: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        msg = f"The mapping is not TOML: {error}."
        raise BadInputError(msg, file=file, remedy="Mend the line it names.") from error
    try:
        mapping = Mapping.model_validate(content)
    except ValidationError as error:
        faults, remedy = _fault_text(error)
        msg = f"The mapping is not understood: {faults}."
        raise BadInputError(msg, file=file, remedy=remedy) from error
    unknown = [key for key in mapping.columns if key not in TARGETS[mapping.kind]]
    if unknown:
        msg = f"The mapping names columns we do not have: {', '.join(map(repr, unknown))}."
        remedy = did_you_mean(unknown[0], TARGETS[mapping.kind])
        raise BadInputError(msg, file=file, value=unknown[0], remedy=remedy)
    _check_patterns(mapping, file=file)
    _check_words(mapping, file=file)
    return mapping


def _check_words(mapping: Mapping, *, file: str) -> None:
    """Check that a mapping's words lead to offence classes that exist.

    Raises
    ------
    BadInputError
        If one does not; the nearest is suggested.
    """
    try:
        CategoryWords.of(mapping.name, mapping.category_words.items())
        if mapping.categories is not None:
            category_words(mapping.categories)
    except UsageError as error:
        fault = error.fault
        raise BadInputError(
            fault.message, file=file, value=fault.value, remedy=fault.remedy
        ) from error


def _check_patterns(mapping: Mapping, *, file: str) -> None:
    """Check that each pattern of a mapping is a regular expression with one group.

    Raises
    ------
    BadInputError
        If it is not.
    """
    population = mapping.population
    for pattern in (
        mapping.date_pattern,
        mapping.month_columns,
        population.force_pattern,
        population.extent_pattern,
        population.part_pattern,
    ):
        try:
            groups = 1 if pattern is None else re.compile(pattern).groups
        except re.error as error:
            msg = f"{pattern!r} is not a regular expression: {error}."
            raise BadInputError(msg, file=file, value=pattern, remedy="Mend it.") from error
        if groups != 1:
            msg = f"{pattern!r} must have one group in brackets."
            raise BadInputError(msg, file=file, value=pattern, remedy="Bracket what it names.")


@cache
def shipped() -> dict[str, Mapping]:
    """Return the mappings that ship with the product, by name."""
    folder = resources.files("rightplace.crime") / "mappings"
    found = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    mappings = [parse(file.read_text(encoding="utf-8"), file=file.name) for file in found]
    return {mapping.name: mapping for mapping in mappings}


def load(name_or_path: str) -> Mapping:
    """Return a shipped mapping by name, or the one in a TOML file.

    Raises
    ------
    NotHeldError
        If there is neither.
    BadInputError
        If the file is not text in UTF-8.
    """
    if name_or_path in shipped():
        return shipped()[name_or_path]
    path = Path(name_or_path)
    if not path.is_file():
        msg = f"No mapping {name_or_path!r}: it is neither shipped nor a file."
        remedy = did_you_mean(name_or_path, shipped())
        raise NotHeldError(msg, value=name_or_path, remedy=remedy)
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        msg = "The mapping is not written in UTF-8."
        raise BadInputError(msg, file=path, remedy="Save it as UTF-8.") from error
    return parse(text, file=str(path))


def recognise(columns: list[str], *, form: str) -> Mapping | None:
    """Return the shipped mapping whose telling columns a file has; the most telling wins.

    Parameters
    ----------
    columns
        The file's columns.
    form
        ``csv``, ``json`` or ``parquet``.
    """
    have = set(columns)
    fitting = [
        m
        for m in shipped().values()
        if m.format == form and m.recognise and set(m.recognise) <= have
    ]
    return max(fitting, key=lambda m: len(m.recognise), default=None)
