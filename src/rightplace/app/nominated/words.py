"""Nominated places in words: a line for people, and what became of those that ran out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.app.answer import Notice

if TYPE_CHECKING:
    from rightplace.app.nominated.result import NominatedPlaces


def nominated_lines(found: NominatedPlaces | None, *, unit: str) -> list[str]:
    """Return what nominated places have and cost; nothing where there are none.

    Parameters
    ----------
    found
        What the plan says of them.
    unit
        Of the plan's objective.
    """
    if found is None:
        return []
    has = f"{found.places:,} nominated places with {found.visits:,} visits"
    price = f"{found.cost_lo:,.3f} to {found.cost_hi:,.3f} {unit} less prevented"
    best = f"without them {found.objective_without:,.3f} to {found.bound_without:,.3f}"
    return [f"  {has} ({found.minutes:,} minutes): {price} ({best})"]


def nominated_notices(found: NominatedPlaces | None) -> tuple[Notice, ...]:
    """Return a notice of nominations that ran out."""
    if found is None or not found.expired:
        return ()
    rows = ", ".join(map(str, found.expired))
    message = f"Nominations that ran out before the plan were dropped: row {rows} of the file."
    return (Notice(code="nominations-expired", message=message),)
