"""An authorisation of a file as the history of what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.errors import BadInputError
from rightplace.powers.section_60.happened import Happened, Officer
from rightplace.powers.section_60.history import (
    Authorised,
    Drafted,
    Extended,
    ImpactNoted,
    IncidentNamed,
    LimbStated,
    LocalityChosen,
    NecessityAnswered,
    OtherPowersConsidered,
    PeriodChosen,
    PublicTold,
    ReasonGiven,
    Revoked,
    SuperintendentInformed,
    WrittenDown,
)
from rightplace.powers.section_60.outline import area_km2, as_text
from rightplace.powers.section_60.search_breaches import SearchFact

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.powers.section_60.file_rows import AuthorisationRow, OfficerRow
    from rightplace.powers.section_60.history import History


def history_of_row(row: AuthorisationRow) -> History:
    """Return what happened, as a row of the file says; its words as of when it was given.

    What cannot have happened (a time of entry before the act) raises ``BadInputError``.
    """
    return (*_words(row), _given(row), *_after(row))


def searches_of_row(row: AuthorisationRow) -> tuple[SearchFact, ...]:
    """Return the searches that a row of the file lists."""
    return tuple(
        SearchFact(
            reference=each.reference,
            at=each.at,
            force=row.force if each.force is None else each.force,
            lon=each.lon,
            lat=each.lat,
            in_uniform=each.in_uniform,
            object=each.object,
            authorisation=row.reference,
        )
        for each in row.searches
    )


def _officer(row: OfficerRow) -> Officer:
    return Officer(id="", name=row.name, number=row.number, rank=row.rank, kind=row.kind)


def _words(row: AuthorisationRow) -> list[Happened]:
    at = row.given.at
    entered, by = row.given.entered_at or at, _officer(row.given.by)
    found: list[Happened] = [
        Drafted(at=at, entered_at=entered, by=by, force=row.force, bcu=row.bcu)
    ]
    for limb in row.grounds:
        stated = LimbStated(
            at=at,
            entered_at=entered,
            by=by,
            ground=limb.ground,
            limb=limb.limb,
            fact=limb.fact,
            source=limb.source,
            grade=limb.grade,
            learnt_at=limb.learnt_at,
            why_here=limb.why_here,
            why_this_long=limb.why_this_long,
        )
        found.append(stated)
    if row.incident is not None:
        incident, weapon = row.incident.incident, row.incident.weapon
        named = IncidentNamed(at=at, entered_at=entered, by=by, incident=incident, weapon=weapon)
        found.append(named)
    found += _where_and_when(row, at, entered=entered, by=by)
    found += [
        ImpactNoted(at=at, entered_at=entered, by=by, part=part, words=words)
        for part, words in row.impact.items()
    ]
    return found


def _where_and_when(
    row: AuthorisationRow, at: datetime, *, entered: datetime, by: Officer
) -> list[Happened]:
    found: list[Happened] = [
        PeriodChosen(at=at, entered_at=entered, by=by, starts=row.starts, ends=row.ends)
    ]
    if row.locality is not None:
        outline = as_text(row.locality.outline)
        chosen = LocalityChosen(
            at=at,
            entered_at=entered,
            by=by,
            outline=outline,
            words=row.locality.words,
            boroughs=row.locality.boroughs,
            whole_boroughs=row.locality.whole_boroughs,
            area_km2=_area(outline),
        )
        found.append(chosen)
    if row.other_powers:
        words = row.other_powers
        found.append(OtherPowersConsidered(at=at, entered_at=entered, by=by, words=words))
    return found


def _area(outline: str) -> float:
    """Return the area of an outline; 0 where it cannot be read, which is found as a breach."""
    try:
        return area_km2(outline)
    except BadInputError:
        return 0.0


def _given(row: AuthorisationRow) -> Authorised:
    return Authorised(
        at=row.given.at,
        entered_at=row.given.entered_at or row.given.at,
        by=_officer(row.given.by),
        form=row.given.form,
        signed_at=row.given.signed_at,
    )


def _after(row: AuthorisationRow) -> list[Happened]:
    by = _officer(row.given.by)
    found: list[Happened] = [WrittenDown(at=at, entered_at=at, by=by) for at in row.written_down_at]
    informed, told, revoked = row.superintendent_informed, row.public_told, row.revoked
    if informed is not None:
        at, whom = informed.at, _officer(informed.whom)
        found.append(SuperintendentInformed(at=at, entered_at=at, by=by, whom=whom))
    if told is not None:
        at, words = told.at, told.words
        found.append(PublicTold(at=at, entered_at=at, by=by, told=told.told, words=words))
    found += [
        Extended(
            at=each.at,
            entered_at=each.entered_at or each.at,
            by=_officer(each.by),
            until=each.until,
            offences=each.offences,
            words=each.words,
            form=each.form,
            signed_at=each.signed_at,
        )
        for each in row.extensions
    ]
    found += [
        NecessityAnswered(
            at=each.at,
            entered_at=each.at,
            by=by,
            due_at=each.due_at,
            still_needed=each.still_needed,
            words=each.words,
        )
        for each in row.necessity_answers
    ]
    if revoked is not None:
        who = _officer(revoked.by)
        found.append(Revoked(at=revoked.at, entered_at=revoked.at, by=who, reason=revoked.reason))
    last = max([row.given.at, *(each.at for each in found)])
    found += [
        ReasonGiven(
            at=last, entered_at=last, by=_officer(each.by), gate=each.gate, reason=each.reason
        )
        for each in row.reasons
    ]
    return found
