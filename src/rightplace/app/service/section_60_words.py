"""A section 60 authorisation in the words of its pages: grounds, limbs, time left, its log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from rightplace.app.service.figures import moment_words
from rightplace.core.time import Clock
from rightplace.powers.section_60.grounds import Form, Ground, ImpactPart, Limb
from rightplace.powers.section_60.history import (
    Authorised,
    BreachDecided,
    BriefingNoted,
    Drafted,
    Extended,
    GroundDropped,
    HandedOver,
    ImpactNoted,
    IncidentNamed,
    LimbStated,
    LocalityChosen,
    NecessityAnswered,
    OtherPowersConsidered,
    PeriodChosen,
    PublicTold,
    Published,
    ReasonGiven,
    Refused,
    Reviewed,
    Revoked,
    Submitted,
    SuperintendentInformed,
    WrittenDown,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, tzinfo

    from rightplace.powers.section_60.authorisation import Authorisation
    from rightplace.powers.section_60.happened import Happened, Officer
    from rightplace.powers.section_60.history import History

GROUNDS: dict[Ground, str] = {
    Ground.ANTICIPATION: "Serious violence may take place",
    Ground.AFTER_INCIDENT: "After an incident, to find the weapon",
    Ground.CARRYING: "Weapons are being carried without good reason",
}
"""Section 60(1) in a line each; the Act's own words stand in the tables of the law."""
LIMBS: dict[Limb, str] = {
    Limb.VIOLENCE_MAY_COME: "Incidents involving serious violence may take place in the locality",
    Limb.EXPEDIENT_TO_PREVENT: "It is expedient to authorise to prevent their occurrence",
    Limb.VIOLENCE_TOOK_PLACE: "An incident involving serious violence has taken place",
    Limb.WEAPON_CARRIED: "The weapon used in it is being carried by a person in the locality",
    Limb.EXPEDIENT_TO_FIND: "It is expedient to authorise to find that weapon",
    Limb.CARRIED_WITHOUT_REASON: "People carry weapons in the locality without good reason",
}
FORMS: dict[Form, str] = {
    Form.WRITTEN: "in writing, signed here",
    Form.ORAL: "orally",
    Form.PAPER: "in writing, signed on paper",
}
IMPACT: dict[ImpactPart, str] = {
    ImpactPart.OWNER: "Owner of the assessment",
    ImpactPart.CONTACT: "Who was contacted",
    ImpactPart.TENSION: "Tension",
    ImpactPart.EVENTS_NEARBY: "Events nearby",
    ImpactPart.YOUNG_PEOPLE: "Likely effect on young people",
    ImpactPart.TRUST: "Likely effect on trust",
    ImpactPart.COMMUNICATION: "How the public is told",
    ImpactPart.ACTION: "Action and its owner",
    ImpactPart.FEEDBACK: "Feedback after it was used",
}
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One thing that happened, as the log shows it.

    Parameters
    ----------
    number
        Its place in the log, from 1.
    what
        In a few words.
    who
        Name, rank and how it is held, number.
    given, signed, entered
        When it happened; when it was signed, where that is another matter; when it was entered.
    late
        How long after it happened it was entered; empty within a minute.
    details
        What was said, with a heading each.
    """

    number: int
    what: str
    who: str
    given: str
    signed: str
    entered: str
    late: str
    details: tuple[tuple[str, str], ...]


def officer_words(officer: Officer) -> str:
    """Return who somebody is: name, rank and how it is held, number."""
    kind = "" if officer.kind is None or officer.kind == "substantive" else f"{officer.kind} "
    rank = "no rank recorded" if officer.rank is None else f"{kind}{officer.rank}"
    return ", ".join(each for each in (officer.name, rank, officer.number) if each)


def length_words(span: timedelta) -> str:
    """Return a length of time in hours and minutes, whole minutes, towards zero."""
    minutes = int(abs(span) / MINUTE)
    hours, rest = divmod(minutes, 60)
    parts = [
        f"{n:,} {unit if n == 1 else f'{unit}s'}"
        for n, unit in ((hours, "hour"), (rest, "minute"))
        if n
    ]
    return " ".join(parts) or "less than a minute"


def summary_rows(view: Authorisation) -> tuple[tuple[str, str], ...]:
    """Return what an authorisation says in a few lines: grounds by kind, streets, times.

    Parameters
    ----------
    view
        The authorisation; what it does not say yet is said to be missing.
    """
    zone = Clock().tzinfo
    place, start, end = view.locality, view.runs_from, view.end
    if view.period is not None:
        start, end = start or view.period.starts, end or view.period.ends
    grounds = "; ".join(f"({each}) {GROUNDS[each].lower()}" for each in view.grounds)
    times = "none chosen"
    if start is not None and end is not None:
        length = length_words(end - start)
        times = f"{moment_words(start, zone)} to {moment_words(end, zone)}, {length}"
    return (
        ("Grounds", grounds or "none stated"),
        ("Where", "none chosen" if place is None else place.words),
        ("Period", times),
    )


def clock_words(moment: datetime, zone: tzinfo) -> str:
    """Return a moment as short as a page allows, "Thu 1 Feb, 15:00"."""
    local = moment.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b, %H:%M}"


def log_lines(history: History, zone: tzinfo) -> tuple[LogLine, ...]:
    """Return the log as pages show it, in the order in which it was entered.

    Parameters
    ----------
    history
        What happened.
    zone
        In whose time.
    """
    return tuple(_line(n, event, zone) for n, event in enumerate(history, start=1))


def _line(number: int, event: Happened, zone: tzinfo) -> LogLine:
    what, details = _said(event, zone)
    signed = event.signed_at if isinstance(event, (Authorised, Extended)) else None
    late = event.entered_late_by
    return LogLine(
        number=number,
        what=what,
        who=officer_words(event.by),
        given=moment_words(event.at, zone),
        signed="" if signed is None else moment_words(signed, zone),
        entered=moment_words(event.entered_at, zone),
        late=length_words(late) if late >= MINUTE else "",
        details=tuple((key, value) for key, value in details if value),
    )


Said = tuple[str, list[tuple[str, str]]]


def _said(event: Happened, zone: tzinfo) -> Said:
    """Return what happened in a few words, with what was said."""
    return _SAID[type(event)](event, zone)


def _drafted(event: Drafted, _zone: tzinfo) -> Said:
    return f"Draft begun for {event.bcu}", []


def _limb(event: LimbStated, zone: tzinfo) -> Said:
    what = f"Limb of ground ({event.ground}) stated: {LIMBS[event.limb].lower()}"
    return what, [
        ("Fact", event.fact),
        ("Source and grade", f"{event.source} ({event.grade})"),
        ("Learnt", moment_words(event.learnt_at, zone)),
        ("Why here", event.why_here),
        ("Why this long", event.why_this_long),
    ]


def _incident(event: IncidentNamed, _zone: tzinfo) -> Said:
    return "Incident and weapon named", [("Incident", event.incident), ("Weapon", event.weapon)]


def _locality(event: LocalityChosen, _zone: tzinfo) -> Said:
    area = f"{event.area_km2:.2f} square kilometres"
    return "Locality chosen", [("Streets", event.words), ("Area", area)]


def _period(event: PeriodChosen, zone: tzinfo) -> Said:
    starts, ends = moment_words(event.starts, zone), moment_words(event.ends, zone)
    return "Period chosen", [("From", starts), ("Until", ends)]


def _impact(event: ImpactNoted, _zone: tzinfo) -> Said:
    what = f"Community impact: {IMPACT[event.part].lower()}"
    return what, [("Noted", event.words), ("Who", event.who)]


def _briefing(event: BriefingNoted, _zone: tzinfo) -> Said:
    return "Briefing for officers", [
        ("Told", event.words),
        ("Body-worn video", event.body_worn_video),
        ("People under 18", event.under_18),
    ]


def _authorised(event: Authorised, _zone: tzinfo) -> Said:
    return f"Authorised {FORMS[event.form]}", []


def _informed(event: SuperintendentInformed, _zone: tzinfo) -> Said:
    return f"Informed: {officer_words(event.whom)}", []


def _told(event: PublicTold, _zone: tzinfo) -> Said:
    return "Public told" if event.told else "Public not told", [
        ("How" if event.told else "Why not", event.words)
    ]


def _extended(event: Extended, zone: tzinfo) -> Said:
    return f"Extended {FORMS[event.form]}", [
        ("Until", moment_words(event.until, zone)),
        ("Offences relied on", ", ".join(event.offences) or "none named"),
        ("Why expedient", event.words),
    ]


def _answered(event: NecessityAnswered, zone: tzinfo) -> Said:
    what = "Still needed" if event.still_needed else "No longer needed"
    return f"Necessity reviewed: {what.lower()}", [
        ("Review point", moment_words(event.due_at, zone)),
        ("Why", event.words),
    ]


def _handed(event: HandedOver, _zone: tzinfo) -> Said:
    return f"Handed over to {officer_words(event.to)}", [("Said", event.words)]


def _reviewed(event: Reviewed, _zone: tzinfo) -> Said:
    return "Reviewed", list(review_words(event))


def review_words(review: Reviewed) -> tuple[tuple[str, str], ...]:
    """Return what a review says, with a heading each."""
    return (
        ("Did the feared violence come, inside or outside the locality?", review.violence),
        ("Weapons found", review.weapons),
        ("Complaints", review.complaints),
        ("What the community was told, and said", review.feedback),
        ("What is decided for next time", review.learning),
        ("How the force explains the searches by ethnic group", review.explanation),
    )


_SAID: dict[type[Happened], Callable[..., Said]] = {
    Drafted: _drafted,
    LimbStated: _limb,
    GroundDropped: lambda event, _zone: (f"Ground ({event.ground}) taken out", []),
    IncidentNamed: _incident,
    LocalityChosen: _locality,
    PeriodChosen: _period,
    OtherPowersConsidered: lambda event, _zone: (
        "Other powers considered",
        [("Why they do not do", event.words)],
    ),
    ImpactNoted: _impact,
    BriefingNoted: _briefing,
    ReasonGiven: lambda event, _zone: (f"Reason given: {event.gate}", [("Reason", event.reason)]),
    Submitted: lambda _event, _zone: ("Given to the authorising officer", []),
    Refused: lambda event, _zone: ("Refused", [("Why", event.reason)]),
    Authorised: _authorised,
    WrittenDown: lambda _event, _zone: ("Written down and signed", []),
    SuperintendentInformed: _informed,
    PublicTold: _told,
    Extended: _extended,
    NecessityAnswered: _answered,
    HandedOver: _handed,
    Revoked: lambda event, _zone: ("Revoked", [("Why", event.reason)]),
    Reviewed: _reviewed,
    Published: lambda _event, _zone: ("Published", []),
    BreachDecided: lambda event, _zone: (
        "Breach decided on",
        [("Breach", f"{event.provision}: {event.finding}"), ("Decision", event.decision)],
    ),
}
