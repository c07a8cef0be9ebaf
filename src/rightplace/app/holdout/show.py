"""Use case: what a plan's lot decided, for those who analyse it and never for crews."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from rightplace.app.answer import Answer
from rightplace.app.holdout.releases import HELD_OUT, UNTOUCHED, drawn_rows, released
from rightplace.app.holdout.result import DRAFT, SIGNED, PriceInterval, Signed, signatures
from rightplace.app.holdout.signatures import sign_off_of
from rightplace.core.runs import read_run_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rightplace.app.holdout.releases import Release
    from rightplace.app.workspace import Workspace

NOT_FOR_CREWS = "For analysts. Crews must not see which places a lot decided on."


@dataclass(frozen=True, slots=True, kw_only=True)
class StratumShown:
    """Units that are alike, within which a lot was drawn.

    Parameters
    ----------
    units, held_out
        Neighbours count as one unit.
    probability
        Chance with which the lot treated each, above 0 and below 1.
    """

    name: str
    units: int
    held_out: int
    places: int
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceShown:
    """A place on which a lot decided.

    Parameters
    ----------
    arm
        ``treat`` or ``holdout``.
    probability
        Chance with which the lot treated it.
    arm_before
        Its arm in the plan before: ``treat``, ``holdout``, or ``none`` for a visit without a lot;
        None where it was not visited, or there is no such plan.
    expected_count
        Incidents expected over the plan without visits.
    released_at
        From when it was held out no longer, with the offset; None if it was not released.
    """

    cell_id: str
    unit: int
    stratum: str
    arm: str
    probability: float
    arm_before: str | None
    expected_count: float
    released_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseShown:
    """A release, with every place it freed."""

    release_id: str
    cell_ids: tuple[str, ...]
    at: str
    reason: str
    released_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldOutShown:
    """A plan's hold-out, place by place.

    Parameters
    ----------
    analysed_from
        First day whose records may be compared, in both arms.
    status, signed
        ``signed``, or ``draft`` while nobody has signed.
    until
        Last day of any hold-out under the terms signed; None for a draft.
    signed_by, sign_off_id
        Who signed, and the run that keeps it; None where it was signed when the plan was made.
    price
        What the plan prevents less than the best one, in the unit of its objective.
    """

    plan_id: str
    first_day: str
    days: int
    analysed_from: str
    status: str
    signed: bool
    until: str | None
    signed_by: tuple[Signed, ...]
    sign_off_id: str | None
    estimand: str
    price: PriceInterval
    objective_unit: str
    strata: tuple[StratumShown, ...]
    places: tuple[PlaceShown, ...]
    releases: tuple[ReleaseShown, ...]
    notice: str = NOT_FOR_CREWS
    response: str = UNTOUCHED


def show_hold_out(workspace: Workspace, plan_id: str) -> Answer[HoldOutShown]:
    """Return which places a plan holds out, with what chance, and what was released.

    Parameters
    ----------
    workspace
        Where the plan is kept.
    plan_id
        The plan.
    """
    rows = drawn_rows(workspace, plan_id)
    record = read_run_of(workspace.runs, plan_id, kind="plan")
    freed = released(workspace, plan_id)
    signed = sign_off_of(workspace, record)
    result, held = record["result"], record["result"]["holdout"]
    return Answer(
        verb="holdout",
        result=HoldOutShown(
            plan_id=plan_id,
            first_day=result["first_day"],
            days=result["days"],
            analysed_from=held["analysed_from"],
            status=DRAFT if signed is None else SIGNED,
            signed=signed is not None,
            until=None if signed is None else signed.terms.until.isoformat(),
            signed_by=() if signed is None else signatures(signed.terms),
            sign_off_id=None if signed is None else signed.sign_off_id,
            estimand=held["estimand"],
            price=PriceInterval(**held["price"]),
            objective_unit=result["objective_unit"],
            strata=_strata(rows),
            places=tuple(_place(row, freed) for row in rows),
            releases=_releases(freed),
        ),
        id=plan_id,
        as_of=date.fromisoformat(record["as_of"]),
    )


def _strata(rows: list[dict[str, Any]]) -> tuple[StratumShown, ...]:
    found = []
    for name in dict.fromkeys(row["stratum"] for row in sorted(rows, key=lambda r: r["stratum"])):
        mine = [row for row in rows if row["stratum"] == name]
        found.append(
            StratumShown(
                name=name,
                units=len({row["unit"] for row in mine}),
                held_out=len({row["unit"] for row in mine if row["arm"] == HELD_OUT}),
                places=len(mine),
                probability=mine[0]["probability"],
            )
        )
    return tuple(found)


def _place(row: dict[str, Any], freed: Mapping[str, Release]) -> PlaceShown:
    gone = freed.get(row["cell_id"])
    names = ("cell_id", "unit", "stratum", "arm", "probability", "arm_before", "expected_count")
    said = {name: row[name] for name in names}
    return PlaceShown(**said, released_at=None if gone is None else gone.at.isoformat())


def _releases(freed: Mapping[str, Release]) -> tuple[ReleaseShown, ...]:
    each = {release.release_id: release for release in freed.values()}
    return tuple(
        ReleaseShown(
            release_id=release.release_id,
            cell_ids=release.cell_ids,
            at=release.at.isoformat(),
            reason=release.reason,
            released_by=release.released_by,
        )
        for release in sorted(each.values(), key=lambda r: (r.at, r.release_id))
    )
