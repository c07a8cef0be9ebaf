"""The table of searches that every measure reads: one row for each search, in closed words.

What a source does not hold is null, never false and never a stand-in; what a source holds but
nobody stated is a word of its own (``not stated``). A measure whose column is null throughout is
not computable from that file, and says so.

Source: DOMAIN 2.1-2.4; data.police.uk stop and search; NEEDS B4.
"""

from __future__ import annotations

from enum import StrEnum

import pyarrow as pa


class Power(StrEnum):
    """Under which power somebody was searched."""

    PACE_1 = "pace-1"
    DRUGS_23 = "mda-23"
    FIREARMS_47 = "fa-47"
    SECTION_60 = "cjpoa-60"
    TERRORISM_43 = "ta-43"
    TERRORISM_47A = "ta-47a"
    SCHOOL_139B = "cja-139b"
    PUBLIC_ORDER_11 = "poa-11"
    VIOLENCE_REDUCTION_342E = "sa-342e"
    OTHER = "other"
    NOT_GIVEN = "not given"


class SearchType(StrEnum):
    """What was searched."""

    PERSON = "person"
    VEHICLE = "vehicle"
    PERSON_AND_VEHICLE = "person and vehicle"
    NOT_GIVEN = "not given"


class Object(StrEnum):
    """What was looked for."""

    WEAPONS = "offensive weapons"
    FIREARMS = "firearms"
    THREATEN_OR_HARM = "anything to threaten or harm anyone"
    DRUGS = "drugs"
    PSYCHOACTIVE = "psychoactive substances"
    STOLEN = "stolen goods"
    GOING_EQUIPPED = "articles for theft or burglary"
    DAMAGE = "articles for criminal damage"
    FIREWORKS = "fireworks"
    TERRORISM = "evidence of terrorism"
    OTHER = "other"
    NOT_GIVEN = "not given"


WEAPON_OBJECTS = frozenset({Object.WEAPONS, Object.FIREARMS, Object.THREATEN_OR_HARM})
"""Objects that are weapons, for weapon yield (DOMAIN 2.4.17)."""


class Outcome(StrEnum):
    """What followed. No further action does not mean that nothing was found (DOMAIN 2.4.18)."""

    NO_FURTHER_ACTION = "no further action"
    ARREST = "arrest"
    CAUTION = "caution"
    DRUG_WARNING = "khat or cannabis warning"
    PENALTY_NOTICE = "penalty notice"
    SUMMONS = "summons or charge by post"
    COMMUNITY_RESOLUTION = "community resolution"
    OTHER = "other"
    NOT_GIVEN = "not given"


class Age(StrEnum):
    """Age of who was searched."""

    UNDER_10 = "under 10"
    AGE_10_17 = "10-17"
    AGE_18_24 = "18-24"
    AGE_25_34 = "25-34"
    OVER_34 = "over 34"
    NOT_GIVEN = "not given"


class Sex(StrEnum):
    """Sex or gender as recorded."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    NOT_GIVEN = "not given"


class Ethnicity(StrEnum):
    """Broad ethnic group; not stated and not given stand apart, folded into none."""

    ASIAN = "asian"
    BLACK = "black"
    MIXED = "mixed"
    OTHER = "other"
    WHITE = "white"
    NOT_STATED = "not stated"
    """The person did not say, or the officer could not ask (codes N1 to N4)."""
    NOT_GIVEN = "not given"
    """Blank in the file."""


STATED = (
    Ethnicity.ASIAN,
    Ethnicity.BLACK,
    Ethnicity.MIXED,
    Ethnicity.OTHER,
    Ethnicity.WHITE,
)
"""Groups that a census counts too."""

SCHEMA = pa.schema(
    [
        ("entry", pa.string()),  # file it came in, as the store names it
        ("row_number", pa.int32()),  # its row there
        ("reference", pa.string()),  # the force's own; null in open files
        ("force", pa.string()),  # as in the population: "metropolitan"
        ("month", pa.date32()),  # first day of the month of the local clock
        ("started_at", pa.timestamp("us", tz="UTC")),
        ("has_time", pa.bool_()),  # false where the force publishes days without times
        ("type", pa.string()),  # SearchType
        ("power", pa.string()),  # Power
        ("object", pa.string()),  # Object
        ("outcome", pa.string()),  # Outcome
        ("linked", pa.bool_()),  # outcome linked to the object; null: not recorded
        ("weapon_found", pa.bool_()),  # null: not recorded
        ("weapons", pa.int32()),  # how many; null: not recorded
        ("intelligence_led", pa.bool_()),  # null: not recorded
        ("age", pa.string()),  # Age
        ("sex", pa.string()),  # Sex
        ("self_defined", pa.string()),  # Ethnicity
        ("officer_defined", pa.string()),  # Ethnicity
        ("lon", pa.float64()),
        ("lat", pa.float64()),
        ("borough", pa.string()),  # official code, by the point; null where there is none
        ("more_than_outer", pa.bool_()),  # more than outer clothing removed; null: not recorded
        ("intimate_parts", pa.bool_()),  # intimate parts exposed; null: not recorded
        ("appropriate_adult", pa.bool_()),  # present; null: not recorded
        ("parent_told", pa.bool_()),
        ("handcuffs", pa.bool_()),
        ("body_worn_video", pa.bool_()),
        ("in_uniform", pa.bool_()),
        ("record_offered", pa.bool_()),
        ("grounds", pa.string()),  # free text, never shown in a pack; null: not recorded
        ("authorisation", pa.string()),  # section 60 reference; null: none given
    ]
)
"""Columns of the table of searches; the words are those of the enumerations above."""
