"""The file that ``section60 check`` reads: what it may say, in closed words, each explained."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from rightplace.powers.ranks import Rank, RankKind  # noqa: TC001 - pydantic reads the annotations
from rightplace.powers.searches.columns import Object
from rightplace.powers.section_60.grounds import (  # noqa: TC001 - as above
    Form,
    Ground,
    ImpactPart,
    Limb,
)
from rightplace.powers.section_60.questions import Gate  # noqa: TC001 - as above


class Row(BaseModel):
    """A part of the file; an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Moment = Annotated[AwareDatetime, Field(description="ISO 8601 with its offset from UTC.")]
"""A time that carries its offset."""


class OfficerRow(Row):
    """Who did something, as they stood at that moment."""

    name: str = Field(default="", description="As on the written authority.")
    number: str = Field(default="", description="Warrant or shoulder number.")
    rank: Rank | None = Field(default=None, description="Rank held; null where none is recorded.")
    kind: RankKind | None = Field(default=None, description="How it is held; null: not recorded.")


class GroundRow(Row):
    """A limb of a ground, evidenced by itself."""

    ground: Ground = Field(description="Paragraph of section 60(1).")
    limb: Limb = Field(description="What has to be believed for it.")
    fact: str = Field(default="", description="What is known.")
    source: str = Field(default="", description="Reference of the intelligence or report.")
    grade: str = Field(default="", description="3x5x2 grade, such as 2B P.")
    learnt_at: Moment
    why_here: str = Field(default="", description="Why it needs this area.")
    why_this_long: str = Field(default="", description="Why it needs this length.")


class IncidentRow(Row):
    """The incident of ground (aa)."""

    incident: str = Field(description="Reference of the incident.")
    weapon: str = Field(description="Weapon that is sought.")


class LocalityRow(Row):
    """Where it held."""

    words: str = Field(description="Streets that bound it.")
    outline: dict[str, object] = Field(
        description="GeoJSON Polygon or MultiPolygon, longitude and latitude."
    )
    boroughs: tuple[str, ...] = Field(default=(), description="Boroughs it touches.")
    whole_boroughs: tuple[str, ...] = Field(default=(), description="Boroughs it takes in whole.")


class GivenRow(Row):
    """How it was given."""

    by: OfficerRow
    at: Moment
    form: Form = Field(description="written (signed at once), oral, or paper (entered later).")
    signed_at: Moment | None = Field(default=None, description="null: not signed.")
    entered_at: Moment | None = Field(default=None, description="null: when it was given.")


class ExtensionRow(GivenRow):
    """A direction that it continues."""

    until: Moment
    offences: tuple[str, ...] = Field(description="References of offences relied on.")
    words: str = Field(default="", description="Why it is expedient.")


class InformedRow(Row):
    """When a superintendent was informed."""

    at: Moment
    whom: OfficerRow


class ToldRow(Row):
    """Whether the public was told."""

    at: Moment
    told: bool = Field(description="Whether it was.")
    words: str = Field(default="", description="How, or why not.")


class AnswerRow(Row):
    """An answer to whether it was still needed."""

    due_at: Moment
    at: Moment
    still_needed: bool = Field(description="Whether the belief still held.")
    words: str = Field(default="", description="Why.")


class RevokedRow(Row):
    """That it was ended early."""

    at: Moment
    reason: str = Field(default="", description="Why.")
    by: OfficerRow = OfficerRow()


class ReasonRow(Row):
    """A reason for something that asks for one."""

    gate: Gate = Field(description="Which question it answers.")
    reason: str = Field(description="In words.")
    by: OfficerRow = OfficerRow()


class SearchRow(Row):
    """A search under it; nothing says who was searched."""

    reference: str = Field(description="Of the search.")
    at: Moment
    lon: float | None = Field(default=None, ge=-180, le=180, description="null: not recorded.")
    lat: float | None = Field(default=None, ge=-90, le=90, description="null: not recorded.")
    in_uniform: bool | None = Field(default=None, description="null: not recorded.")
    object: Object = Field(default=Object.NOT_GIVEN, description="What was looked for.")
    force: str | None = Field(default=None, description="null: the force of the authorisation.")


class AuthorisationRow(Row):
    """One authorisation as it was given, lawful or not."""

    reference: str = Field(min_length=1, description="The force's reference.")
    force: str = Field(description="As data.police.uk writes it: metropolitan.")
    bcu: str = Field(default="", description="Command that it is for.")
    starts: Moment
    ends: Moment
    grounds: tuple[GroundRow, ...] = Field(description="Every limb of every ground.")
    incident: IncidentRow | None = Field(default=None, description="Needed for ground (aa).")
    locality: LocalityRow | None = Field(default=None, description="null: none is specified.")
    other_powers: str = Field(default="", description="Other powers considered.")
    impact: dict[ImpactPart, str] = Field(
        default={}, description="Community impact assessment, a line for each part."
    )
    given: GivenRow
    written_down_at: tuple[Moment, ...] = Field(
        default=(), description="When what was oral was written down, in order."
    )
    superintendent_informed: InformedRow | None = Field(default=None, description="null: nobody.")
    public_told: ToldRow | None = Field(default=None, description="null: no word on it.")
    extensions: tuple[ExtensionRow, ...] = Field(default=(), description="In order.")
    necessity_answers: tuple[AnswerRow, ...] = Field(default=(), description="In order.")
    revoked: RevokedRow | None = Field(default=None, description="null: not ended early.")
    reasons: tuple[ReasonRow, ...] = Field(default=(), description="Reasons that were given.")
    searches: tuple[SearchRow, ...] = Field(default=(), description="Searches under it.")


class Section60File(Row):
    """One or several authorisations."""

    authorisations: tuple[AuthorisationRow, ...] = Field(
        min_length=1, description="Each as it was given."
    )
