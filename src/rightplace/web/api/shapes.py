"""What programs send and what they are told when something is wrong: strict, nothing unknown."""

from typing import Annotated, Literal

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from rightplace.app.service.api_runs import MOST_AT_ONCE, Part
from rightplace.app.service.forecast_page import LONGEST_SEARCH, Measure, Wanted
from rightplace.records.database.words import MOST_CHARACTERS

MOST_ROWS = 10_000_000
LONGEST_NAME = 200
LONGEST_READING = 86_400
"""Seconds that somebody may say they read a plan: a day."""

RunId = Annotated[
    str, Path(pattern="^[a-z]{1,12}-[0-9a-f]{12}$", description="Id of a published run.")
]


class Said(BaseModel):
    """What is wrong and what to do next."""

    code: str = Field(description="For programs; never changes its meaning.")
    message: str
    remedy: str | None


class Refusal(BaseModel):
    """The one shape of every failure."""

    ok: Literal[False]
    error: Said


class PartAsked(BaseModel):
    """Which part of a list."""

    model_config = ConfigDict(extra="forbid")

    offset: int = Field(0, ge=0, le=MOST_ROWS, description="Rows left out before.")
    limit: int = Field(100, ge=1, le=MOST_AT_ONCE, description="Rows at most.")

    def part(self) -> Part:
        """Return it as the use cases want it."""
        return Part(offset=self.offset, limit=self.limit)


class PlacesAsked(PartAsked):
    """Which places of a forecast, in which order."""

    slot: int | None = Field(
        None, ge=0, le=10_000, description="Position of one slot; absent: the whole period."
    )
    measure: Measure = Field(Measure.COUNT, description="By what they are ordered.")
    bcu: str = Field("", max_length=LONGEST_NAME, description="One BCU; empty: all of yours.")
    search: str = Field(
        "", max_length=LONGEST_SEARCH, description="Part of a place's or borough's name."
    )

    def wanted(self) -> Wanted:
        """Return it as the use cases want it."""
        return Wanted(slot=self.slot, measure=self.measure, bcu=self.bcu, search=self.search)


class VisitsAsked(PartAsked):
    """Which visits of a plan."""

    bcu: str = Field("", max_length=LONGEST_NAME, description="One BCU; empty: all of yours.")


class DecisionSent(BaseModel):
    """A decision on a plan for a BCU; its id is yours, so that sent twice it is kept once."""

    model_config = ConfigDict(extra="forbid", strict=True)

    id: str = Field(
        pattern="^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
        description="A random UUID (RFC 9562) that you make.",
    )
    bcu: str = Field(min_length=1, max_length=LONGEST_NAME)
    verdict: Literal["accepted", "rejected"]
    reason: str = Field(
        min_length=1, max_length=MOST_CHARACTERS, description="In the person's own words."
    )
    seconds_reading: int = Field(
        ge=0, le=LONGEST_READING, description="How long the plan was open before."
    )
