"""Words of the drafting pages: each limb as a question, a period with the hours that pass."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from rightplace.app.service.figures import moment_words
from rightplace.app.service.section_60_draft_typed import LONDON
from rightplace.app.service.section_60_words import length_words
from rightplace.powers.section_60.grounds import Limb

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.powers.section_60.history import PeriodChosen

LIMB_QUESTIONS: dict[Limb, str] = {
    Limb.VIOLENCE_MAY_COME: "What makes you believe that serious violence may take place here?",
    Limb.EXPEDIENT_TO_PREVENT: "Why is an authorisation expedient to prevent it?",
    Limb.VIOLENCE_TOOK_PLACE: "What serious violence has taken place?",
    Limb.WEAPON_CARRIED: "What makes you believe that the weapon used is being carried here?",
    Limb.EXPEDIENT_TO_FIND: "Why is an authorisation expedient to find that weapon?",
    Limb.CARRIED_WITHOUT_REASON: (
        "What makes you believe that people carry weapons here without good reason?"
    ),
}
"""Each limb as the page asks for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodWords:
    """A period as a page shows it.

    Parameters
    ----------
    starts, ends
        On London's clocks, with the offset.
    hours
        Hours that pass, and what clocks do meanwhile, in a sentence or two.
    """

    starts: str
    ends: str
    hours: str


def moment_in_words(moment: datetime) -> str:
    """Return a moment on London's clocks with its offset."""
    return moment_words(moment, LONDON)


def period_in_words(period: PeriodChosen) -> PeriodWords:
    """Return when it starts and ends, and how many hours pass between."""
    starts, ends = period.starts.astimezone(LONDON), period.ends.astimezone(LONDON)
    elapsed = period.ends.astimezone(UTC) - period.starts.astimezone(UTC)
    on_clocks = ends.replace(tzinfo=None) - starts.replace(tzinfo=None)
    said = f"{length_words(elapsed)} pass."
    if on_clocks != elapsed:
        way = "forward" if on_clocks > elapsed else "back"
        said += (
            f" The clocks go {way} meanwhile: the clock face shows {length_words(on_clocks)}, "
            "and the hours that pass are those that count."
        )
    return PeriodWords(
        starts=moment_in_words(period.starts), ends=moment_in_words(period.ends), hours=said
    )
