"""Hot spots of a term in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rightplace.app.hot_spots.term_result import TermInPlan


def term_lines(found: TermInPlan | None, *, unit: str) -> list[str]:
    """Return what the hot spots of a term have and cost; nothing where a plan takes none.

    Parameters
    ----------
    found
        What the plan says of them.
    unit
        Of the plan's objective.
    """
    if found is None:
        return []
    has = f"{found.places:,} hot spots of {found.term_id} with {found.visits_each:,} visits or more"
    return [f"  {has} each: {found.cost_lo:,.3f} to {found.cost_hi:,.3f} {unit} less prevented"]
