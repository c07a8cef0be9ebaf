"""What a plan says of its hold-out: numbers and names of those who signed, never a place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rightplace.app.answer import Notice
from rightplace.app.holdout.releases import UNTOUCHED
from rightplace.app.holdout.rows import analysed_from
from rightplace.app.holdout.signatures import sign_command
from rightplace.core.canonical import plain

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.app.holdout.making import HeldOut
    from rightplace.deploy.holdout.terms import Terms

DRAFT, SIGNED = "draft", "signed"
ESTIMAND = (
    "what visits do in places of nearly the least worth that is still visited in their borough; "
    "it says nothing of the top places, which are always visited"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceInterval:
    """What is prevented less, in the unit of the objective; where ``lo`` is 0, less than ``hi``."""

    lo: float
    hi: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOutPlaces:
    """Visited places on which no lot decided, and why; the first reason that applies counts."""

    reason: str
    places: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """Somebody who signed for the hold-out."""

    name: str
    role: str
    signed_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldOutResult:
    """How a plan holds places out, what it is to tell, and what it costs.

    Parameters
    ----------
    status
        ``signed``, or ``draft``: nothing that crews see is made from a draft until it is signed.
    signed
        Whether it was signed when this was made; ``holdout show`` knows of a sign-off since.
    missing
        What a draft lacks, in words.
    share
        Share of the units that was asked for, 0 to 0.5.
    eligible
        Visited places that were near-equal and allowed.
    units, strata
        Neighbours count as one unit; lots are drawn within strata.
    places, places_held_out, units_held_out
        Places on which a lot decided, and what it held out.
    probability_least, probability_most
        Chance of being treated, over the places; each one's is in the table.
    left_out
        Visited places on which no lot decided.
    visits_per_treated_place
        Mean visits over the plan to places that the lot treats: how far apart the arms are.
    expected_in_held_out
        Incidents expected in the places held out over the plan, without visits.
    price
        What is prevented less than by the best plan.
    estimand
        What a comparison of the arms can tell.
    analysed_from
        First day whose records may be compared, in both arms.
    reason, until, signed_by
        What the hold-out is to find out, its last day, and who signed when the plan was made;
        empty in a draft, and in what was made anew from one (``holdout show`` tells them).
    plan_before
        The plan whose visits may be carried over, None for none.
    path
        Table of the places with unit, stratum, arm and chance; not for crews.
    """

    status: str
    signed: bool
    missing: tuple[str, ...]
    share: float
    eligible: int
    units: int
    strata: int
    places: int
    places_held_out: int
    units_held_out: int
    probability_least: float
    probability_most: float
    left_out: tuple[LeftOutPlaces, ...]
    visits_per_treated_place: float
    expected_in_held_out: float
    price: PriceInterval
    estimand: str
    reason: str | None
    until: str | None
    signed_by: tuple[Signed, ...]
    analysed_from: str
    plan_before: str | None
    seed: int
    path: str
    response: str = UNTOUCHED


def result_of(held: HeldOut | None, *, path: Path) -> HoldOutResult | None:
    """Return what a plan says of its hold-out; None without one.

    Parameters
    ----------
    held
        The hold-out.
    path
        Where its table is kept.
    """
    if held is None:
        return None
    drawn, terms = held.drawn, held.terms
    return HoldOutResult(
        status=DRAFT if terms is None else SIGNED,
        signed=terms is not None,
        missing=held.options.missing,
        share=held.options.share,
        eligible=drawn.eligible,
        units=drawn.n_units,
        strata=len(drawn.strata),
        places=drawn.cells.size,
        places_held_out=int(drawn.held_out.sum()),
        units_held_out=drawn.n_units_held_out,
        probability_least=float(drawn.probability.min()),
        probability_most=float(drawn.probability.max()),
        left_out=tuple(LeftOutPlaces(reason=r, places=n) for r, n in drawn.excluded.items()),
        visits_per_treated_place=float(
            held.planned.solution.visits[drawn.cells[~drawn.held_out]].sum(axis=1).mean()
        ),
        expected_in_held_out=float(held.best.counts[drawn.cells[drawn.held_out]].sum()),
        price=PriceInterval(lo=held.price.lo, hi=held.price.hi),
        estimand=ESTIMAND,
        reason=None if terms is None else terms.reason,
        until=None if terms is None else terms.until.isoformat(),
        signed_by=() if terms is None else signatures(terms),
        analysed_from=analysed_from(held).isoformat(),
        plan_before=held.earlier.plan_id,
        seed=held.seed,
        path=str(path),
    )


def signatures(terms: Terms) -> tuple[Signed, ...]:
    """Return who signed, the commander first."""
    return tuple(
        Signed(name=each.name, role=each.role, signed_on=each.signed_on.isoformat())
        for each in (terms.commander, terms.ethics)
    )


def draft_notices(held: HoldOutResult | None, *, plan_id: str) -> tuple[Notice, ...]:
    """Return what a draft lacks and how to go on; nothing for a plan that is signed."""
    if held is None or held.signed:
        return ()
    message = (
        f"The plan is a draft: it would leave {held.places_held_out:,} places without visits, and "
        f"lacks the {', and the '.join(held.missing)}. Nothing that crews see is made from it "
        f"until both stand: {sign_command(plan_id)}. Planned anew with --holdout-terms FILE and "
        f"--never-hold-out FILE it is signed at once, and places on the list keep their visits."
    )
    return (Notice(code="holdout-not-signed", message=message),)


def recorded(held: HeldOut | None) -> dict[str, Any] | None:
    """Return what decided a hold-out, for the run's settings; None without one."""
    if held is None:
        return None
    return {
        **plain(held.settings),
        "share": held.options.share,
        "terms": plain(held.terms),
        "plan_before": held.earlier.plan_id,
        "released_before": sorted(held.earlier.released),
    }
