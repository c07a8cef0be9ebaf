"""Authorisations of a small world, entered through the log as their pages would enter them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING, Any

from rightplace.powers.ranks import Rank, RankFact, RankKind
from rightplace.powers.section_60.grounds import Form, Ground, ImpactPart, Limb
from rightplace.powers.section_60.happened import Officer
from rightplace.powers.section_60.history import (
    Authorised,
    Drafted,
    ImpactNoted,
    LimbStated,
    LocalityChosen,
    OtherPowersConsidered,
    PeriodChosen,
    Submitted,
)
from rightplace.records.accounts.access_tables import RoleGrant
from rightplace.records.accounts.people import NewAccount, make_account
from rightplace.records.accounts.ranks import record_rank
from rightplace.records.accounts.roles import Role
from rightplace.records.audit.transaction import transaction
from rightplace.records.section_60.log import append, begin
from tests.web.published import NOW
from tests.web.signed_in import ANALYST, KnownCookies, cookie, person

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from rightplace.app.service.person import Person
    from rightplace.powers.section_60.happened import Happened
    from rightplace.records.database.front import Database

BCU = "Northbank"
SQUARE = (
    '{"type": "Polygon", "coordinates": [[[-0.12, 51.45], [-0.11, 51.45], [-0.11, 51.46], '
    "[-0.12, 51.46], [-0.12, 51.45]]]}"
)
PLACES = {
    "ida": (Role.DUTY_INSPECTOR, Rank.INSPECTOR),
    "otto": (Role.DUTY_INSPECTOR, Rank.INSPECTOR),
    "supt": (Role.SUPERINTENDENT, Rank.SUPERINTENDENT),
    "serge": (Role.SERGEANT, Rank.SERGEANT),
    "carl": (Role.DUTY_INSPECTOR, Rank.CONSTABLE),
    "olga": (Role.OFFICER, Rank.CONSTABLE),
    "panel": (Role.SCRUTINY_PANEL, None),
    "dpo": (Role.DATA_PROTECTION_OFFICER, None),
}
"""Who there is: a role in the BCU, and the rank recorded; ``carl`` has the role alone."""


def people(database: Database) -> KnownCookies:
    """Accounts with their ranks and roles, and the cookies that stand for them."""
    known: dict[str, Person] = {}
    since = NOW - timedelta(days=30)
    with transaction(database, ANALYST.actor, purpose="Set up.", at=since) as tx:
        for name, (role, rank) in PLACES.items():
            new = NewAccount(
                user_name=name, display_name=f"{name.title()} Test", family_name="Test"
            )
            account = make_account(tx, new, password_hash=b"x")
            bcu = "" if role in {Role.SCRUTINY_PANEL, Role.DATA_PROTECTION_OFFICER} else BCU
            known[name] = person(account.id, f"{name.title()} Test", role, bcu=bcu)
            tx.add(_grant(account.id, role, bcu, since))
            if rank is not None:
                fact = RankFact(
                    rank=rank, kind=RankKind.SUBSTANTIVE, from_at=since, source="Order 1"
                )
                record_rank(tx, account.id, fact)
    return KnownCookies(known)


def _grant(account_id: str, role: Role, bcu: str, at: datetime) -> RoleGrant:
    return RoleGrant(
        account_id=account_id,
        id=f"grant of {account_id}",
        role=role.value,
        scope="bcu" if bcu else "everywhere",
        area=bcu,
        from_at=at,
        until_at=at + timedelta(days=300),
        reason="Test.",
        granted_by="u-1",
        granted_at=at,
        approved_by=None,
        approved_at=None,
        ended_by=None,
        ended_at=None,
    )


def officer(known: KnownCookies, name: str) -> Officer:
    """Somebody of the world as the log names them."""
    who = known.people[name].actor
    return Officer(
        id=who.id, name=who.name, number="101", rank=PLACES[name][1], kind=RankKind.SUBSTANTIVE
    )


def drafted(
    by: Officer,
    *,
    at: datetime = NOW,
    hours: int = 12,
    ground: Ground = Ground.ANTICIPATION,
    bcu: str = BCU,
) -> list[Happened]:
    """A whole draft that lacks nothing, begun at a moment and starting with it."""
    told: dict[str, Any] = {"at": at, "entered_at": at, "by": by}
    limbs = {
        Ground.ANTICIPATION: (Limb.VIOLENCE_MAY_COME, Limb.EXPEDIENT_TO_PREVENT),
        Ground.CARRYING: (Limb.CARRIED_WITHOUT_REASON,),
    }[ground]
    stated = [
        LimbStated(
            **told,
            ground=ground,
            limb=limb,
            fact=f"Two groups agreed to meet again ({limb}).",
            source="CAD 1234",
            grade="2B P",
            learnt_at=at - timedelta(hours=1),
            why_here="The two estates lie on either side of Mill Road.",
            why_this_long="Until the night buses stop.",
        )
        for limb in limbs
    ]
    parts = [part for part in ImpactPart if part is not ImpactPart.FEEDBACK]
    return [
        Drafted(**told, force="metropolitan", bcu=bcu),
        *stated,
        LocalityChosen(
            **told,
            outline=SQUARE,
            words="Mill Road, Quay Street and the river",
            boroughs=(bcu,),
            area_km2=0.77,
        ),
        PeriodChosen(**told, starts=at, ends=at + timedelta(hours=hours)),
        OtherPowersConsidered(**told, words="Section 1 needs suspicion of one person."),
        *(ImpactNoted(**told, part=part, words="Noted.", who="Ward panel chair") for part in parts),
    ]


def submitted(by: Officer, *, at: datetime = NOW, hours: int = 12) -> list[Happened]:
    """A whole draft, given to the authorising officer."""
    return [*drafted(by, at=at, hours=hours), Submitted(at=at, entered_at=at, by=by)]


def given(by: Officer, *, at: datetime = NOW, hours: int = 12) -> list[Happened]:
    """One that was signed."""
    signed = Authorised(at=at, entered_at=at, by=by, form=Form.WRITTEN, signed_at=at)
    return [*submitted(by, at=at, hours=hours), signed]


def enter(database: Database, events: list[Happened]) -> str:
    """Keep a history in the log; return its reference."""
    first, *rest = events
    with transaction(database, ANALYST.actor, purpose="x", at=first.entered_at) as tx:
        reference = begin(tx, first)  # type: ignore[arg-type]  # the first of a history is a draft
        for each in rest:
            append(tx, reference, each)
    return reference


def said(text: str) -> str:
    """The words of a page."""
    body = text.partition("<main")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def page(client: TestClient, who: str, path: str) -> str:
    """The words of a page as somebody sees it."""
    client.cookies.clear()
    told = client.get(path, headers=cookie(who))
    assert told.status_code == 200, (path, told.status_code, said(told.text))
    return said(told.text)


def act(
    client: TestClient, who: str, reference: str, act: str, *, token: str = "", **fields: str
) -> tuple[int, str]:
    """Send the form of an act; return the status and the words of the answer."""
    address = f"/section-60/{reference}/acts/{act}"
    client.cookies.clear()
    told = client.post(
        address,
        data={"form_token": token or token_of(client, who, address)} | fields,
        headers=cookie(who),
    )
    return told.status_code, said(told.text)


def token_of(client: TestClient, who: str, address: str) -> str:
    """The token of a form; of any page where its own is refused."""
    client.cookies.clear()
    for path in (address, "/section-60", "/account"):
        text = client.get(path, headers=cookie(who)).text
        found = re.search(r'name="form_token" value="([^"]+)"', text)
        if found is not None:
            return found[1]
    return ""


def clock(moment: datetime, name: str) -> dict[str, str]:
    """The fields of a moment on London's clock, which in May is an hour ahead of UTC."""
    local = moment.astimezone(UTC) + timedelta(hours=1)
    return {f"{name}_day": f"{local:%Y-%m-%d}", f"{name}_time": f"{local:%H:%M}"}
