"""A small section 60 world: officers, a square in Lambeth, a draft in which nothing is wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from rightplace.powers.ranks import Rank, RankKind
from rightplace.powers.section_60.grounds import LIMBS, Form, Ground, ImpactPart, Limb
from rightplace.powers.section_60.happened import Happened, Officer
from rightplace.powers.section_60.history import (
    Authorised,
    Drafted,
    Extended,
    ImpactNoted,
    IncidentNamed,
    LimbStated,
    LocalityChosen,
    OtherPowersConsidered,
    PeriodChosen,
    Submitted,
)

if TYPE_CHECKING:
    from rightplace.powers.section_60.history import History

HOUR = timedelta(hours=1)
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
SQUARE = (
    '{"type": "Polygon", "coordinates": [[[-0.12, 51.46], [-0.11, 51.46], [-0.11, 51.47], '
    "[-0.12, 51.47], [-0.12, 51.46]]]}"
)
"""About 0.7 by 1.1 kilometres."""


def officer(rank: Rank | None, kind: RankKind | None = RankKind.SUBSTANTIVE) -> Officer:
    """Return an officer of a rank."""
    return Officer(id="u-1", name="A. Grey", number="101", rank=rank, kind=kind)


INSPECTOR = officer(Rank.INSPECTOR)
SUPERINTENDENT = replace(officer(Rank.SUPERINTENDENT), id="u-2", name="B. Brown", number="7")


def limb_stated(ground: Ground, limb: Limb, *, at: datetime = NOON) -> LimbStated:
    """Return a limb with all that it needs."""
    return LimbStated(
        at=at,
        entered_at=at,
        by=INSPECTOR,
        ground=ground,
        limb=limb,
        fact="Two groups agreed to meet with knives",
        source="INT/26/0101",
        grade="2B P",
        learnt_at=at - HOUR,
        why_here="They named the estate",
        why_this_long="They named the evening",
    )


def draft(
    *grounds: Ground,
    starts: datetime = NOON,
    hours: float = 12,
    at: datetime | None = None,
    force: str = "metropolitan",
) -> History:
    """Return a draft in which nothing formal is wrong, begun when it starts."""
    moment = starts if at is None else at
    chosen = grounds or (Ground.ANTICIPATION,)
    events: list[Happened] = [
        Drafted(at=moment, entered_at=moment, by=INSPECTOR, force=force, bcu="Central South"),
        *(limb_stated(ground, limb, at=moment) for ground in chosen for limb in LIMBS[ground]),
        IncidentNamed(
            at=moment, entered_at=moment, by=INSPECTOR, incident="CAD 1/01JUN", weapon="a machete"
        ),
        LocalityChosen(
            at=moment,
            entered_at=moment,
            by=INSPECTOR,
            outline=SQUARE,
            words="Between Brixton Road, Coldharbour Lane and Loughborough Road",
            boroughs=("Lambeth",),
            area_km2=0.77,
        ),
        PeriodChosen(
            at=moment,
            entered_at=moment,
            by=INSPECTOR,
            starts=starts,
            ends=starts.astimezone(UTC) + timedelta(hours=hours),
        ),
        OtherPowersConsidered(
            at=moment, entered_at=moment, by=INSPECTOR, words="Nobody is known by name"
        ),
        *(
            ImpactNoted(
                at=moment, entered_at=moment, by=INSPECTOR, part=part, words="As agreed", who="PC"
            )
            for part in ImpactPart
        ),
    ]
    return tuple(events)


def submitted(history: History) -> History:
    """Return a history whose draft was submitted at its newest entry."""
    at = history[-1].entered_at
    return (*history, Submitted(at=at, entered_at=at, by=INSPECTOR))


def authorised(
    history: History,
    *,
    by: Officer = INSPECTOR,
    form: Form = Form.WRITTEN,
    at: datetime | None = None,
) -> History:
    """Return a history with its authorisation at the end, signed but where it was oral."""
    moment = history[-1].entered_at if at is None else at
    entered = max(moment, history[-1].entered_at)
    signed = None if form is Form.ORAL else moment
    given = Authorised(at=moment, entered_at=entered, by=by, form=form, signed_at=signed)
    return (*history, given)


def extended(
    history: History,
    *,
    at: datetime,
    until: datetime,
    by: Officer = SUPERINTENDENT,
    offences: tuple[str, ...] = ("CR/26/1",),
    form: Form = Form.WRITTEN,
) -> History:
    """Return a history with an extension at the end."""
    event = Extended(
        at=at,
        entered_at=at,
        by=by,
        until=until,
        offences=offences,
        words="A fight with knives at 20:00",
        form=form,
        signed_at=None if form is Form.ORAL else at,
    )
    return (*history, event)
