"""What can happen in the life of an authorisation: each thing with who, when, and when entered.

The history is the record. State, clocks, breaches and pages follow from it and from the law by
pure functions, so that a log that is replayed gives the same again. Nothing here says whether
what happened was lawful: what happened is kept, and its breaches are found beside it.

Source: Criminal Justice and Public Order Act 1994, section 60; DOMAIN 1.7 and 1.8.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - the codec reads the annotations
from typing import ClassVar

from rightplace.powers.section_60.grounds import (  # noqa: TC001 - the codec reads the annotations
    Form,
    Ground,
    ImpactPart,
    Limb,
)
from rightplace.powers.section_60.happened import Happened, Officer


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted(Happened):
    """A draft was begun."""

    kind: ClassVar[str] = "drafted"
    force: str
    bcu: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LimbStated(Happened):
    """A limb of a ground was evidenced; a later statement of it takes its place.

    Parameters
    ----------
    fact
        What is known, in the officer's words.
    source, grade
        Reference of the source, and its 3x5x2 grade as written (``2B P``, say).
    learnt_at
        When it was learnt.
    why_here, why_this_long
        Why it needs this area and this length.
    """

    kind: ClassVar[str] = "limb-stated"
    ground: Ground
    limb: Limb
    fact: str
    source: str
    grade: str
    learnt_at: datetime
    why_here: str
    why_this_long: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundDropped(Happened):
    """A ground was taken out of a draft, with all its limbs."""

    kind: ClassVar[str] = "ground-dropped"
    ground: Ground


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentNamed(Happened):
    """The incident of ground (aa), and the weapon that is sought."""

    kind: ClassVar[str] = "incident-named"
    incident: str
    weapon: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalityChosen(Happened):
    """Where it is to hold; a later choice takes its place.

    Parameters
    ----------
    outline
        GeoJSON geometry (Polygon or MultiPolygon, longitude and latitude), as text.
    words
        Streets that bound it, as officers are told.
    boroughs, whole_boroughs
        Boroughs it touches, and those of which it takes in all.
    area_km2
        Its area.
    residents, schools
        How many it takes in; None where nothing is held that says so.
    """

    kind: ClassVar[str] = "locality-chosen"
    outline: str
    words: str
    boroughs: tuple[str, ...]
    whole_boroughs: tuple[str, ...] = ()
    area_km2: float
    residents: int | None = None
    schools: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodChosen(Happened):
    """From when until when it is to hold, half-open; a later choice takes its place."""

    kind: ClassVar[str] = "period-chosen"
    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherPowersConsidered(Happened):
    """Which other powers were considered, and why they do not do."""

    kind: ClassVar[str] = "other-powers-considered"
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactNoted(Happened):
    """A line of the community impact assessment; parts may have many lines.

    Parameters
    ----------
    part
        Of which part.
    words
        What was found, said or planned.
    who
        Owner or contact it is about, by office (``ward panel chair``), empty for none.
    """

    kind: ClassVar[str] = "impact-noted"
    part: ImpactPart
    words: str
    who: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefingNoted(Happened):
    """What officers were told, on body-worn video and on people under 18 too."""

    kind: ClassVar[str] = "briefing-noted"
    words: str
    body_worn_video: str
    under_18: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonGiven(Happened):
    """The reason that a soft gate demands."""

    kind: ClassVar[str] = "reason-given"
    gate: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted(Happened):
    """The draft was given to the authorising officer."""

    kind: ClassVar[str] = "submitted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused(Happened):
    """The authorising officer refused it."""

    kind: ClassVar[str] = "refused"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorised(Happened):
    """It was given: ``at`` is when; ``by`` who gave it.

    Parameters
    ----------
    form
        How it was given.
    signed_at
        When it was signed; None for an oral one that is not written down yet.
    """

    kind: ClassVar[str] = "authorised"
    form: Form
    signed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenDown(Happened):
    """An oral authorisation or extension was written down and signed, ``at`` that moment."""

    kind: ClassVar[str] = "written-down"


@dataclass(frozen=True, slots=True, kw_only=True)
class SuperintendentInformed(Happened):
    """A superintendent or above was informed (section 60(3A))."""

    kind: ClassVar[str] = "superintendent-informed"
    whom: Officer


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicTold(Happened):
    """The public was told, or was not, with the reason."""

    kind: ClassVar[str] = "public-told"
    told: bool
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extended(Happened):
    """It was directed to continue (section 60(3)).

    Parameters
    ----------
    until
        New end.
    offences
        References of the offences relied on, committed or reasonably suspected.
    words
        Why it is expedient, having regard to them.
    form, signed_at
        As in ``Authorised``.
    """

    kind: ClassVar[str] = "extended"
    until: datetime
    offences: tuple[str, ...]
    words: str
    form: Form
    signed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NecessityAnswered(Happened):
    """Somebody said whether it is still needed, at a review point.

    Parameters
    ----------
    due_at
        The review point that is answered.
    still_needed
        Whether the belief still holds.
    words
        Why.
    """

    kind: ClassVar[str] = "necessity-answered"
    due_at: datetime
    still_needed: bool
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver(Happened):
    """The duty of looking after it passed to the oncoming duty officer."""

    kind: ClassVar[str] = "handed-over"
    to: Officer
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoked(Happened):
    """It was ended early."""

    kind: ClassVar[str] = "revoked"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed(Happened):
    """What came of it, within seven days of its end (DOMAIN 1.8.54).

    Parameters
    ----------
    violence
        Whether the feared violence came, inside or outside the locality.
    weapons, complaints
        What was found, and what was complained of.
    feedback
        What was told to the community, and what it said.
    learning
        What is decided for next time.
    explanation
        How the force explains the searches by ethnic group: explain or reform.
    """

    kind: ClassVar[str] = "reviewed"
    violence: str
    weapons: str
    complaints: str
    feedback: str
    learning: str
    explanation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Published(Happened):
    """The review was published."""

    kind: ClassVar[str] = "published"


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachDecided(Happened):
    """Somebody decided what follows from a breach, which closes it.

    Parameters
    ----------
    provision, finding
        Of the breach, as it was found.
    search
        Reference of the search, for a breach of a search; empty for one of the authorisation.
    decision
        What follows, in words.
    """

    kind: ClassVar[str] = "breach-decided"
    provision: str
    finding: str
    search: str = ""
    decision: str


EVENTS: tuple[type[Happened], ...] = (
    Drafted,
    LimbStated,
    GroundDropped,
    IncidentNamed,
    LocalityChosen,
    PeriodChosen,
    OtherPowersConsidered,
    ImpactNoted,
    BriefingNoted,
    ReasonGiven,
    Submitted,
    Refused,
    Authorised,
    WrittenDown,
    SuperintendentInformed,
    PublicTold,
    Extended,
    NecessityAnswered,
    HandedOver,
    Revoked,
    Reviewed,
    Published,
    BreachDecided,
)
"""Everything that can happen, in about the order in which it does."""

History = tuple[Happened, ...]
"""What happened in the life of one authorisation, in the order in which it was entered."""
