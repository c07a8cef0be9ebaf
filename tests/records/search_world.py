"""Searches of the tests: facts that a person can check."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from rightplace.powers.searches.columns import (
    Age,
    Ethnicity,
    Object,
    Outcome,
    Power,
    SearchType,
    Sex,
)
from rightplace.records.searches.given import SearchGiven
from tests.records.acting import NOON

OFFICER = "PC 4471 Reed, Holborn"
GIVEN = SearchGiven(
    force="metropolitan",
    bcu="Central North",
    borough="Camden",
    started_at=NOON - timedelta(hours=1),
    place="Outside the station, Camden High Street",
    lon=-0.1426,
    lat=51.5392,
    type=SearchType.PERSON,
    power=Power.PACE_1,
    object=Object.WEAPONS,
    grounds="Seen to push a long object down a trouser leg on seeing the patrol.",
    outcome=Outcome.NO_FURTHER_ACTION,
    linked=None,
    weapon_found=False,
    weapons=0,
    self_defined=Ethnicity.NOT_STATED,
    officer_defined=Ethnicity.WHITE,
    age=Age.AGE_18_24,
    sex=Sex.MALE,
    body_worn_video=True,
    in_uniform=True,
    record_offered=True,
)
"""A search under PACE s1 that found nothing, an hour before noon of 4 May 2026."""


def given(**changes: Any) -> SearchGiven:  # noqa: ANN401 - of whatever field
    return replace(GIVEN, **changes)


def under_section_60(authorisation: str | None, **changes: Any) -> SearchGiven:  # noqa: ANN401 - of whatever field
    about = {"power": Power.SECTION_60, "object": Object.THREATEN_OR_HARM}
    return given(**about, authorisation=authorisation, **changes)
