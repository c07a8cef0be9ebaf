"""Other authorisations that a draft is judged beside: past, active, refused, each with its log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - readers of the fields need it
from typing import TYPE_CHECKING

from rightplace.errors import BadInputError
from rightplace.powers.section_60.authorisation import Authorisation, authorisation_of
from rightplace.powers.section_60.outline import shared_share

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rightplace.powers.section_60.history import History


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """Another authorisation.

    Parameters
    ----------
    reference
        Its reference.
    view
        As its history says.
    """

    reference: str
    view: Authorisation


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a draft is judged beside.

    Parameters
    ----------
    others
        Other authorisations and drafts of the force, its own left out.
    evidence_until
        Until when the intelligence reaches, where somebody said so.
    """

    others: tuple[Other, ...] = ()
    evidence_until: datetime | None = None

    @property
    def given(self) -> tuple[Other, ...]:
        """Those that were given, with a period and a locality."""
        return tuple(
            each
            for each in self.others
            if each.view.given is not None and each.view.period is not None and each.view.locality
        )


def context_of(
    histories: Mapping[str, History],
    *,
    own: str = "",
    evidence_until: datetime | None = None,
) -> Context:
    """Return the context of a draft.

    Parameters
    ----------
    histories
        By reference, the draft's own perhaps among them.
    own
        Reference of the draft, left out.
    evidence_until
        Until when the intelligence reaches.
    """
    others = tuple(
        Other(reference=reference, view=authorisation_of(history))
        for reference, history in histories.items()
        if reference != own
    )
    return Context(others=others, evidence_until=evidence_until)


def place_shared(one: Authorisation, other: Authorisation) -> float:
    """Return the share of the smaller locality that lies in the other; 0 where one has none."""
    if one.locality is None or other.locality is None:
        return 0.0
    try:
        return shared_share(one.locality.outline, other.locality.outline)
    except BadInputError:
        return 0.0
