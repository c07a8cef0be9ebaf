"""What a search under section 60 breaks, as a supervisor sees it beside the record.

A search outside its authorisation is recorded like any other; each breach has an owner, and is
worked on in the register of breaches.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.powers.searches.columns import Power
from rightplace.powers.section_60.search_breaches import SearchFact, search_breaches
from rightplace.records.section_60.log import all_references, histories_of

if TYPE_CHECKING:
    from rightplace.records.audit.transaction import Reading
    from rightplace.records.searches.log import SearchKept


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundBreach:
    """A formal defect of one search: rule, finding, who decides on it, what the person may do."""

    provision: str
    finding: str
    owner: str
    remedy: str


def breaches_of(quiet: Reading, kept: SearchKept) -> tuple[FoundBreach, ...]:
    """Return the formal defects found in a search; none for other powers than section 60.

    Parameters
    ----------
    quiet
        A look or a transaction: every authorisation is read for the check.
    kept
        The search as it stands.
    """
    facts = kept.facts
    if facts.power is not Power.SECTION_60:
        return ()
    fact = SearchFact(
        reference=kept.reference,
        at=facts.started_at,
        force=facts.force,
        lon=facts.lon,
        lat=facts.lat,
        in_uniform=facts.in_uniform,
        object=facts.object,
        authorisation=facts.authorisation or "",
    )
    histories = histories_of(quiet, all_references(quiet))
    return tuple(
        FoundBreach(
            provision=each.provision,
            finding=each.finding,
            owner=each.owner.value,
            remedy=each.remedy,
        )
        for each in search_breaches([fact], histories)
    )
