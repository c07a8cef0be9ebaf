"""Use case: read a surge: who moves, why, who loses? Counts alone, no officer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rightplace.app.service.figures import NO_DATA
from rightplace.app.service.surge import KIND, read_published_surge
from rightplace.app.workforce.deployable import DeployableTaken
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import Shelf
    from rightplace.app.service.surge import PublishedSurge
    from rightplace.records.audit.transaction import Transaction

WITHHELD = "withheld"
LEAST_TOLD = 0.001
"""Harm a week below which a figure says nothing that matters; a choice of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostLine:
    """What a borough gets in a role: officers, bounds, harm prevented, and where that is from."""

    borough: str
    role: str
    officers: int
    supervisors: int
    bounds: str
    harm: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DonorLine:
    """What a unit loses, and whether it is left at its floor."""

    unit: str
    loses: int
    strength: int
    left: int
    floor: str
    hours: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightLine:
    """The surge at one weight of the match, and the harm that it gives up."""

    weight: str
    harm: str
    given_up: str
    match: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SurgePage:
    """A surge as its page shows it.

    Parameters
    ----------
    fewer_because
        What stands in the way where fewer are posted than were asked for.
    proof
        How near to the best it is, as proven.
    deployable
        What the postings take of officers who can be deployed; empty where nobody asked.
    price_of_match
        Harm that matching gives up, in words.
    groups
        Attribute, group, officers listed and posted, shares of both; withheld where small.
    capacity
        Role, officers, on duty a day, hours and visits a week.
    prices
        Name, hours, rate and pounds of each line of the cost a week.
    overrides
        How many postings people fixed, and what that costs, in words; empty without any.
    sees_officers
        Whether the person may look at postings by officer.
    """

    id: str
    as_of: str
    is_synthetic: bool
    asked: int
    posted: int
    fewer_because: tuple[str, ...]
    proof: str
    harm: str
    label: str
    imputed: str
    deployable: str
    price_of_match: str
    posts: tuple[PostLine, ...]
    donors: tuple[DonorLine, ...]
    weights: tuple[WeightLine, ...]
    groups: tuple[tuple[str, ...], ...]
    capacity: tuple[tuple[str, ...], ...]
    prices: tuple[tuple[str, ...], ...]
    price_total: str
    overrides: str
    notice_days: int | None
    warnings: tuple[str, ...]
    who_may_see: str
    sees_officers: bool


def open_surge(shelf: Shelf, tx: Transaction, surge_id: str) -> PublishedSurge:
    """Return a published surge that will be shown; not published is not held."""
    return shelf.opened(tx, surge_id, kind=KIND, read=read_published_surge)


def sees_postings(person: Person) -> bool:
    """Whether somebody may see postings by officer: who decides for the whole area.

    Postings cross boroughs and BCUs, so that no smaller area covers one.
    """
    from rightplace.records.accounts.allowed import EVERYWHERE, allowed

    return allowed(person.standing, Permission.DECIDE, EVERYWHERE, at=person.at)


def read_surge(shelf: Shelf, surge_id: str, *, person: Person, at: datetime) -> SurgePage:
    """Return a surge as its page shows it: counts, without any officer.

    Parameters
    ----------
    shelf
        Where it is published.
    surge_id
        Its id.
    person
        Who asks: whoever may see surges somewhere, for each is of the whole area.
    at
        The time now.
    """
    from rightplace.records.audit.transaction import transaction

    person.check(Permission.SEE_SURGE)
    with transaction(shelf.database, person.actor, purpose="Look at a surge.", at=at) as tx:
        surge = open_surge(shelf, tx, surge_id)
    result = surge.result
    return SurgePage(
        id=surge_id,
        as_of=surge.record["as_of"],
        is_synthetic=surge.is_synthetic,
        asked=result["asked"],
        posted=result["posted"],
        fewer_because=tuple(result["fewer_because"]),
        proof=_proof(result),
        harm=number(result["harm_prevented"]),
        label=result["label"],
        imputed=number(result["harm_imputed"]) if result["harm_imputed"] else "",
        deployable=_deployable(result),
        price_of_match=between(result["price_of_match_lo"], result["price_of_match_hi"]),
        posts=tuple(_post(each) for each in result["posts"]),
        donors=tuple(_donor(each) for each in sorted(result["donors"], key=_most_lost)),
        weights=_weights(result),
        groups=tuple(_group(each) for each in result["groups"]),
        capacity=tuple(_capacity(each) for each in result["capacity"] if each["officers"]),
        prices=tuple(_price(each) for each in result["prices"]),
        price_total=_total(result),
        overrides=_overrides(result),
        notice_days=result["notice_days"],
        warnings=tuple(each["message"] for each in surge.record["warnings"]),
        who_may_see=result["who_may_see"],
        sees_officers=sees_postings(person),
    )


def number(value: float | None) -> str:
    """Return a figure with three digits at most, for its inputs earn no more."""
    if value is None:
        return NO_DATA
    if 0 < value < LEAST_TOLD:
        return f"under {LEAST_TOLD:g}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"  # noqa: PLR2004 - three digits


def between(lo: float | None, hi: float | None) -> str:
    """Return an interval of what is lost, in words; below 0 it is 0."""
    if lo is None or hi is None:
        return NO_DATA
    ends = number(max(lo, 0.0)), number(max(hi, 0.0))
    return ends[0] if ends[0] == ends[1] else f"between {ends[0]} and {ends[1]}"


def _proof(result: dict[str, Any]) -> str:
    """Return how near to the best the postings are, as proven."""
    if result["status"] == "optimal":
        return "No other postings reach more: the best is proven."
    return (
        f"No postings can reach more than {number(result['bound'])}; these reach "
        f"{number(result['objective'])}, at most {result['gap']:.2%} less."
    )


def _deployable(result: dict[str, Any]) -> str:
    """Return what the postings take of officers who can be deployed, in a sentence."""
    taken = result.get("deployable")  # surges of earlier versions do not say
    return "" if taken is None else f"{DeployableTaken(**taken).sentence}."


def _post(post: dict[str, Any]) -> PostLine:
    floor, ceiling = post["floor"], post["ceiling"]
    named = (("at least", floor), ("at most", ceiling))
    treatment = "" if post["treatment"] is None else f": {post['treatment']}"
    return PostLine(
        borough=post["borough"],
        role=post["role"],
        officers=post["officers"],
        supervisors=post["supervisors"],
        bounds=", ".join(f"{words} {n}" for words, n in named if n is not None) or "none stated",
        harm=number(post["harm_prevented"]),
        source=f"{post['source']}{treatment}",
    )


def _most_lost(donor: dict[str, Any]) -> tuple[int, str]:
    return -donor["loses"], donor["unit"]


def _donor(donor: dict[str, Any]) -> DonorLine:
    floor = donor["keeps_at_least"]
    return DonorLine(
        unit=donor["unit"],
        loses=donor["loses"],
        strength=donor["strength"],
        left=donor["left"],
        floor="none stated" if floor is None else str(floor),
        hours=f"{donor['weekly_hours_lost']:g}",
    )


def _weights(result: dict[str, Any]) -> tuple[WeightLine, ...]:
    return tuple(
        WeightLine(
            weight=f"{each['match_weight']:g}",
            harm=number(each["harm_prevented"]),
            given_up=between(each["harm_given_up_lo"], each["harm_given_up_hi"]),
            match=number(each["match"]),
            is_chosen=each["match_weight"] == result["match_weight"],
        )
        for each in result["weights"]
    )


def _group(group: dict[str, Any]) -> tuple[str, ...]:
    counts = (group["listed"], group["posted"])
    shares = (group["share_of_listed"], group["share_of_posted"])
    return (
        group["attribute"].replace("_", " "),
        group["group"],
        *(WITHHELD if each is None else str(each) for each in counts),
        *(WITHHELD if each is None else f"{each:.0%}" for each in shares),
    )


def _capacity(role: dict[str, Any]) -> tuple[str, ...]:
    visits = role["visits_a_week"]
    return (
        role["role"],
        str(role["officers"]),
        number(role["on_duty_a_day"]),
        number(role["hours_a_week"]),
        "none" if visits is None else f"{visits:,}",
    )


def _price(line: dict[str, Any]) -> tuple[str, ...]:
    known = (line["hours"], line["rate"], line["pounds"])
    return (line["name"], *("not given" if each is None else f"{each:,.2f}" for each in known))


def _total(result: dict[str, Any]) -> str:
    total = result["price_total"]
    note = str(result["price_note"])
    return f"£{total:,.0f} a week ({note})" if total is not None else note


def _overrides(result: dict[str, Any]) -> str:
    n = len(result["overrides"])
    if not n:
        return ""
    price = between(result["overrides_price_lo"], result["overrides_price_hi"])
    return f"People fixed {n} posting{'s' if n != 1 else ''} themselves; that costs {price}."
