"""Authorisations that were given before, as the page of a locality counts them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.app.service.section_60_held import Held, as_officer, may
from rightplace.powers.section_60.authorisation import authorisation_of
from rightplace.powers.section_60.locality import PastUse
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rightplace.app.service.person import Person
    from rightplace.powers.section_60.history import History
    from rightplace.records.audit.transaction import Reading


def other_histories(quiet: Reading, reference: str) -> dict[str, History]:
    """Return the histories of all authorisations but one, for a check."""
    from rightplace.records.section_60.log import all_references, histories_of

    found = histories_of(quiet, all_references(quiet))
    return {each: history for each, history in found.items() if each != reference}


def past_uses(histories: Mapping[str, History]) -> tuple[PastUse, ...]:
    """Return every authorisation that was given, with its locality and hours."""
    found = []
    for reference, history in histories.items():
        view = authorisation_of(history)
        starts, ends = view.runs_from, view.end
        if view.locality is None or starts is None or ends is None or ends <= starts:
            continue
        found.append(
            PastUse(
                reference=reference,
                outline=view.locality.outline,
                area_km2=view.locality.area_km2,
                starts=starts,
                ends=ends,
            )
        )
    return tuple(found)


def known_to(person: Person, histories: Mapping[str, History]) -> frozenset[str]:
    """Return the references that somebody may be told: those of their own area."""
    officer = as_officer(person)
    return frozenset(
        reference
        for reference, history in histories.items()
        if may(officer, Permission.SEE_SECTION_60, Held(reference=reference, history=history))
    )
