"""SYNTHETIC section 60 authorisations of the demo: a draft, one in force, one that was reviewed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from rightplace.powers.ranks import Rank, RankFact, RankKind
from rightplace.powers.searches.columns import (
    Age,
    Ethnicity,
    Object,
    Outcome,
    Power,
    SearchType,
    Sex,
)
from rightplace.powers.section_60.grounds import Form, Ground, ImpactPart, Limb
from rightplace.powers.section_60.happened import Officer
from rightplace.powers.section_60.history import (
    Authorised,
    BriefingNoted,
    Drafted,
    ImpactNoted,
    LimbStated,
    LocalityChosen,
    NecessityAnswered,
    OtherPowersConsidered,
    PeriodChosen,
    PublicTold,
    Reviewed,
    Submitted,
    SuperintendentInformed,
)

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.powers.section_60.happened import Happened
    from rightplace.records.audit.transaction import Transaction
    from rightplace.records.database.front import Database
    from rightplace.records.searches.given import SearchGiven

PURPOSE = "SYNTHETIC examples of section 60."
FORCE: Final = "metropolitan"
HOUR = timedelta(hours=1)
OUTLINE = (
    '{"type":"Polygon","coordinates":[[[-0.1440,51.5380],[-0.1405,51.5380],[-0.1400,51.5412],'
    "[-0.1450,51.5412],[-0.1440,51.5380]]]}"
)
STREETS = "SYNTHETIC: Camden High Street, Jamestown Road, the canal and Arlington Road"
RANKS: Final = {
    "demo.duty.inspector": Rank.INSPECTOR,
    "demo.superintendent": Rank.SUPERINTENDENT,
    "demo.area.commander": Rank.COMMANDER,
    "demo.sergeant": Rank.SERGEANT,
    "demo.officer": Rank.CONSTABLE,
}
"""Ranks of accounts of the demo, so that signing and extending can be tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Who acts in the examples, and where."""

    sergeant: Officer
    inspector: Officer
    superintendent: Officer
    bcu: str
    borough: str


def put_section_60_examples(database: Database, *, bcu: str, borough: str, at: datetime) -> None:
    """Give the demo's accounts their ranks, and keep the examples once.

    Parameters
    ----------
    database
        One that was created as a demo, with its accounts.
    bcu, borough
        Where the accounts are for; the outline lies in Camden.
    at
        The time now.
    """
    from rightplace.records.accounts.demo import MAKER
    from rightplace.records.audit.transaction import reading, transaction
    from rightplace.records.section_60.log import all_references

    with reading(database) as quiet:
        if all_references(quiet):
            return
    begun = at - timedelta(days=10)
    with transaction(database, MAKER, purpose=PURPOSE, at=at) as tx:
        found = _ranked(tx, since=begun - HOUR)
        if not {"demo.sergeant", "demo.duty.inspector", "demo.superintendent"} <= set(found):
            return
        cast = Cast(
            sergeant=found["demo.sergeant"],
            inspector=found["demo.duty.inspector"],
            superintendent=found["demo.superintendent"],
            bcu=bcu,
            borough=borough,
        )
        reviewed = _enter(tx, _reviewed(cast, begun))
        _keep_searches(tx, cast, reviewed, begun)
        _enter(tx, _running(cast, at - 3 * HOUR))
        _enter(tx, _draft(cast, at - HOUR / 2)[:4])


def _ranked(tx: Transaction, *, since: datetime) -> dict[str, Officer]:
    """Return accounts as officers, a rank recorded for each that has none."""
    from rightplace.records.accounts.people import find_account
    from rightplace.records.accounts.ranks import ranks_of, record_rank

    found = {}
    for name, rank in RANKS.items():
        account = find_account(tx, name)
        if account is None or account.left_at is not None:
            continue
        if not ranks_of(tx, account.id):
            fact = RankFact(
                rank=rank, kind=RankKind.SUBSTANTIVE, from_at=since, source="SYNTHETIC order"
            )
            record_rank(tx, account.id, fact)
        found[name] = Officer(
            id=account.id,
            name=account.display_name,
            number=f"SYN{rank.height}",
            rank=rank,
            kind=RankKind.SUBSTANTIVE,
        )
    return found


def _enter(tx: Transaction, events: list[Happened]) -> str:
    from rightplace.records.section_60.log import append, begin

    first, *rest = events
    if not isinstance(first, Drafted):  # every history here begins so
        return ""
    reference = begin(tx, first)
    for each in rest:
        append(tx, reference, each)
    return reference


def _limb(cast: Cast, at: datetime, limb: Limb, fact: str) -> LimbStated:
    return LimbStated(
        at=at,
        entered_at=at,
        by=cast.sergeant,
        ground=Ground.ANTICIPATION,
        limb=limb,
        fact=f"SYNTHETIC: {fact}",
        source="SYNTHETIC CAD 2041",
        grade="2B P",
        learnt_at=at - HOUR,
        why_here="Both reports name the high street between the canal and the station.",
        why_this_long="Until the last trains have left.",
    )


def _draft(cast: Cast, at: datetime) -> list[Happened]:
    """Return a whole draft, not yet submitted."""
    by = cast.sergeant
    parts = {
        ImpactPart.OWNER: "The duty inspector owns this assessment.",
        ImpactPart.CONTACT: "Told of the fear of violence; asks for uniform and short hours.",
        ImpactPart.TENSION: "Raised since the fight of the day before.",
        ImpactPart.EVENTS_NEARBY: "A concert ends at 23:00.",
        ImpactPart.YOUNG_PEOPLE: "Pupils pass here after clubs; safeguarding lead told.",
        ImpactPart.TRUST: "The panel asked for reasons to be given at each stop.",
        ImpactPart.COMMUNICATION: "Local channel and posters at the station.",
        ImpactPart.ACTION: "Ward sergeant speaks with traders at 18:00.",
    }
    return [
        Drafted(at=at, entered_at=at, by=by, force=FORCE, bcu=cast.bcu),
        _limb(cast, at, Limb.VIOLENCE_MAY_COME, "two groups agreed to meet again tonight."),
        _limb(cast, at, Limb.EXPEDIENT_TO_PREVENT, "uniformed patrol alone did not keep them."),
        LocalityChosen(
            at=at,
            entered_at=at,
            by=by,
            outline=OUTLINE,
            words=STREETS,
            boroughs=(cast.borough,),
            area_km2=0.11,
        ),
        PeriodChosen(at=at, entered_at=at, by=by, starts=at, ends=at + 10 * HOUR),
        OtherPowersConsidered(
            at=at,
            entered_at=at,
            by=by,
            words="SYNTHETIC: section 1 needs suspicion of one person; nobody is named.",
        ),
        BriefingNoted(
            at=at,
            entered_at=at,
            by=by,
            words="SYNTHETIC: weapons only, in uniform, say why this person.",
            body_worn_video="On from before the stop.",
            under_18="Safeguarding lead is called; a parent is told.",
        ),
        *(
            ImpactNoted(
                at=at, entered_at=at, by=by, part=part, words=f"SYNTHETIC: {words}",
                who="ward panel chair" if part is ImpactPart.CONTACT else "",
            )
            for part, words in parts.items()
        ),
    ]  # fmt: skip


def _running(cast: Cast, at: datetime) -> list[Happened]:
    """Return one that was signed, told and informed of."""
    by = cast.inspector
    soon = at + timedelta(minutes=20)
    return [
        *_draft(cast, at),
        Submitted(at=at, entered_at=at, by=cast.sergeant),
        Authorised(at=at, entered_at=at, by=by, form=Form.WRITTEN, signed_at=at),
        SuperintendentInformed(at=soon, entered_at=soon, by=by, whom=cast.superintendent),
        PublicTold(
            at=soon, entered_at=soon, by=by, told=True, words="SYNTHETIC: local channel, posters."
        ),
    ]


def _reviewed(cast: Cast, at: datetime) -> list[Happened]:
    """Return one that ran to its end, was asked for, and was reviewed three days later."""
    later = at + timedelta(days=3)
    points = (at + 4 * HOUR, at + 8 * HOUR)
    return [
        *_running(cast, at),
        *(
            NecessityAnswered(
                at=point,
                entered_at=point,
                by=cast.inspector,
                due_at=point,
                still_needed=True,
                words="SYNTHETIC: both groups are still near the station.",
            )
            for point in points
        ),
        Reviewed(
            at=later,
            entered_at=later,
            by=cast.inspector,
            violence="SYNTHETIC: no serious violence came inside or near the locality.",
            weapons="SYNTHETIC: one knife.",
            complaints="SYNTHETIC: none.",
            feedback="SYNTHETIC: the panel was told, and asked for shorter hours.",
            learning="SYNTHETIC: begin later; fewer streets would have done.",
            explanation="SYNTHETIC: those searched were of the two groups that were reported.",
        ),
    ]


def _keep_searches(tx: Transaction, cast: Cast, reference: str, began: datetime) -> None:
    """Keep twelve SYNTHETIC searches under the authorisation that was reviewed."""
    from rightplace.records.searches.given import SearchGiven
    from rightplace.records.searches.log import keep_search

    plain = SearchGiven(
        force=FORCE,
        bcu=cast.bcu,
        borough=cast.borough,
        started_at=began + HOUR,
        place="SYNTHETIC: Camden High Street",
        lon=-0.1425,
        lat=51.5395,
        type=SearchType.PERSON,
        power=Power.SECTION_60,
        object=Object.WEAPONS,
        grounds="SYNTHETIC: authorisation in force; stood with one of the two groups.",
        authorisation=reference,
        outcome=Outcome.NO_FURTHER_ACTION,
        self_defined=Ethnicity.NOT_STATED,
        officer_defined=Ethnicity.WHITE,
        age=Age.AGE_18_24,
        sex=Sex.MALE,
        weapon_found=False,
        weapons=0,
        in_uniform=True,
        body_worn_video=True,
        record_offered=True,
    )
    for n in range(12):
        keep_search(tx, _varied(plain, n, began), officer="SYNTHETIC officer, Kentish Town")


def _varied(plain: SearchGiven, n: int, began: datetime) -> SearchGiven:
    """Return the n-th search: one of them finds a knife, two are of somebody under 18."""
    groups = (Ethnicity.WHITE, Ethnicity.BLACK, Ethnicity.ASIAN, Ethnicity.NOT_STATED)
    made = replace(
        plain,
        started_at=began + HOUR + n * timedelta(minutes=25),
        self_defined=groups[n % 4],
        officer_defined=groups[n % 3],
    )
    if n == 5:  # noqa: PLR2004 - which one does not matter
        return replace(made, weapon_found=True, weapons=1, outcome=Outcome.ARREST, linked=True)
    if n in {2, 9}:
        return replace(
            made,
            age=Age.AGE_10_17,
            appropriate_adult=False,
            parent_told=True,
            safeguarding="SYNTHETIC: parent called, referred to early help.",
        )
    return made
