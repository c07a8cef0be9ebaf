"""SYNTHETIC searches, weapons, questions and complaints of the demo: invented by lot, by rule."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from rightplace.core.time import Clock
from rightplace.powers.searches.columns import (
    Age,
    Ethnicity,
    Object,
    Outcome,
    Power,
    SearchType,
    Sex,
)
from rightplace.powers.searches.draw import DrawSettings
from rightplace.powers.searches.ledger import WeaponKind
from rightplace.records.panel.asking import QuestionGiven, answer, ask
from rightplace.records.panel.complaints import ComplaintGiven, keep_complaint
from rightplace.records.panel.videos import (
    DrawWanted,
    Rating,
    RatingGiven,
    drawn_of,
    keep_rating,
    make_draw,
)
from rightplace.records.searches.given import SearchGiven
from rightplace.records.searches.log import keep_search, search_by_reference
from rightplace.records.searches.weapons import WeaponGiven, keep_weapon

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.records.audit.actor import Actor
    from rightplace.records.audit.transaction import Transaction
    from rightplace.records.database.front import Database

PURPOSE: Final = "SYNTHETIC examples of searches."
SEARCHES: Final = 60
BCU: Final = "Central North"
BOROUGHS: Final = ("Camden", "Islington")
STREETS: Final = (
    "SYNTHETIC: outside the station",
    "SYNTHETIC: High Street, by the market",
    "SYNTHETIC: park gate, north side",
)
GROUNDS: Final = (
    "SYNTHETIC. Seen to push a long object down a trouser leg on seeing the patrol.",
    "SYNTHETIC. Smell of cannabis, and a wrap handed to another.",
    "SYNTHETIC. Matched the description of a robbery ten minutes earlier by coat and bag.",
)
CITING: Final = "SYNTHETIC. In a hot spot on the plan; walked off on seeing us."
SUPERINTENDENT: Final = "SYNTHETIC: superintendent, neighbourhoods"


def invent_searches(database: Database, *, maker: Actor, second: Actor, at: datetime) -> None:
    """Keep invented searches, weapons, a panel's draw, questions and complaints; again, nothing.

    Parameters
    ----------
    database
        A demo's.
    maker, second
        Who makes the demo: one asks, the other answers.
    at
        The time now.
    """
    from rightplace.records.audit.transaction import transaction

    with transaction(database, maker, purpose=PURPOSE, at=at) as tx:
        if search_by_reference(tx, _reference(0)) is not None:
            return
        found = _searches(tx, at)
        _weapons(tx, found, at)
        _panel(tx, at)
        question_id = _questions(tx, at)
    with transaction(database, second, purpose=PURPOSE, at=at) as tx:
        words = "SYNTHETIC. Two were recorded late and are corrected; sergeants now check each."
        answer(tx, question_id, words, form_id=str(uuid.uuid4()))


def _reference(n: int) -> str:
    return f"SYNTHETIC-{n + 1:03}"


def _searches(tx: Transaction, at: datetime) -> list[SearchGiven]:
    """Keep searches of the last ten weeks; return them."""
    by_lot = np.random.default_rng(0)
    made = [_search(by_lot, n, at - timedelta(hours=5 + 27 * n)) for n in range(SEARCHES)]
    for n, each in enumerate(made):
        keep_search(tx, each, officer=f"SYNTHETIC PC {101 + n % 7}")
    return made


def _search(by_lot: np.random.Generator, n: int, started_at: datetime) -> SearchGiven:
    power = (Power.PACE_1, Power.DRUGS_23)[int(by_lot.integers(2))]
    age = (Age.AGE_10_17, Age.AGE_18_24, Age.AGE_25_34, Age.OVER_34)[int(by_lot.integers(4))]
    finds, is_child = bool(by_lot.random() < 0.2), age is Age.AGE_10_17  # noqa: PLR2004 - invented
    groups = (*list(Ethnicity)[:5], Ethnicity.NOT_STATED)
    is_weapon = power is Power.PACE_1
    return SearchGiven(
        reference=_reference(n),
        force="metropolitan",
        bcu=BCU,
        borough=BOROUGHS[n % 2],
        started_at=started_at,
        place=STREETS[n % 3],
        lon=-0.1426 + 0.02 * float(by_lot.random()),
        lat=51.5392 + 0.01 * float(by_lot.random()),
        type=SearchType.PERSON,
        power=power,
        object=Object.WEAPONS if is_weapon else Object.DRUGS,
        grounds=CITING if n % 20 == 7 else GROUNDS[n % 3],  # noqa: PLR2004 - one in twenty
        outcome=Outcome.ARREST if finds else Outcome.NO_FURTHER_ACTION,
        linked=finds,
        weapon_found=finds and is_weapon,
        weapons=int(finds and is_weapon),
        self_defined=groups[int(by_lot.integers(6))],
        officer_defined=groups[int(by_lot.integers(5))],
        age=age,
        sex=Sex.MALE,
        more_than_outer=bool(by_lot.random() < 0.05),  # noqa: PLR2004 - invented
        parent_told=bool(n % 3) if is_child else None,
        safeguarding="SYNTHETIC. Walked home by the crew." if is_child and n % 3 else "",
        handcuffs=bool(n % 2),
        body_worn_video=n % 11 != 0,
        in_uniform=True,
        record_offered=n % 13 != 0,
    )


def _weapons(tx: Transaction, found: list[SearchGiven], at: datetime) -> None:
    """Keep a weapon for each search that found one, two for the first, and one without a search."""
    kinds = (WeaponKind.BLADE, WeaponKind.BLADE, WeaponKind.BLUNT)
    finding = [each for each in found if each.weapon_found]
    for n, each in enumerate([*finding[:1], *finding]):
        _weapon(tx, n, kinds[n % 3], each.reference, borough=each.borough, at=each.started_at)
    swept = at - timedelta(days=3)
    _weapon(tx, len(finding) + 1, WeaponKind.BLADE, "", borough=BOROUGHS[0], at=swept)


def _weapon(
    tx: Transaction, n: int, kind: WeaponKind, search: str, *, borough: str, at: datetime
) -> None:
    given = WeaponGiven(
        property_reference=f"SYNTHETIC-P-{n + 1:03}",
        search_reference=search,
        kind=kind,
        object=f"SYNTHETIC: {kind.value}",
        place=STREETS[0],
        bcu=BCU,
        borough=borough,
        seized_at=at,
    )
    keep_weapon(tx, given)


def _panel(tx: Transaction, at: datetime) -> None:
    """Draw searches of the last eight weeks and rate two of them."""
    start = at - timedelta(weeks=8)
    wanted = DrawWanted(
        form_id=str(uuid.uuid4()), start=start, end=at, settings=DrawSettings(), seed=60
    )
    draw_id = make_draw(tx, wanted, zone=Clock().tzinfo, among=lambda _: True)
    said = (
        (Rating.GOOD, "SYNTHETIC. The reason, the power and the right to a record were told."),
        (Rating.CONCERN, "SYNTHETIC. Handcuffs were put on before anything was said."),
    )
    for drawn, (rating, reasons) in zip(drawn_of(tx, draw_id)[:2], said, strict=True):
        given = RatingGiven(
            form_id=str(uuid.uuid4()),
            draw_id=draw_id,
            reference=drawn.reference,
            rating=rating,
            reasons=reasons,
        )
        keep_rating(tx, given)


def _questions(tx: Transaction, at: datetime) -> str:
    """Keep two questions and complaints of two quarters; return the question to be answered."""
    words = (
        "SYNTHETIC. Why was no parent told of one in three searches of people under 18?",
        "SYNTHETIC. What is done about searches whose grounds cite the plan?",
    )
    made = [
        ask(
            tx,
            QuestionGiven(
                form_id=str(uuid.uuid4()),
                words=each,
                owner=SUPERINTENDENT,
                due_on=at.date() + timedelta(days=14 * (n + 1)),
            ),
        )
        for n, each in enumerate(words)
    ]
    for n in range(18):
        day = at.date() - timedelta(days=100 if n < 7 else 5)  # noqa: PLR2004 - invented
        given = ComplaintGiven(reference=f"SYNTHETIC-C-{n + 1:02}", received_on=day, bcu=BCU)
        keep_complaint(tx, given)
    return made[0]
