"""What every output carries, whatever its form: marking, provenance, and what it must not be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rightplace.briefing.text import clean
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from datetime import date

PLACE_NOT_PERSON: Final = (
    "This listing is about a place. It is not reasonable grounds to stop or search anyone, "
    "and not by itself a ground for section 60."
)
NOT_ABOUT_PERSON: Final = "It is not a statement about any person."
PLANNED_NOT_ACHIEVED: Final = "planned, not achieved"
COUNTED_MONTHLY: Final = "Recorded violence and sexual offences, and robbery"
SYNTHETIC: Final = "SYNTHETIC"
SYNTHETIC_SENTENCE: Final = f"{SYNTHETIC}: invented data. Not for operational use."


def day_in_words(day: date) -> str:
    """Return a date as ``30 June 2018``."""
    return f"{day.day} {day:%B %Y}"


def require_words(owner: str, **texts: str) -> None:
    """Check that each named text says something.

    Raises
    ------
    BadInputError
        If a text is empty once cleaned; the message names owner and field.
    """
    for name, text in texts.items():
        if not clean(text):
            msg = f"{owner}: {name} is empty."
            raise BadInputError(msg, value=text, remedy=f"Say {name} in words.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """Marking and provenance of one plan, printed on each of its outputs.

    Parameters
    ----------
    marking
        Protective marking, such as ``OFFICIAL-SENSITIVE``.
    handling
        Handling line: who may hold the output, for which purpose.
    plan_id, forecast_id
        Run identifiers; ``rightplace explain`` leads back from them.
    as_of
        Day up to which events were known to the forecast.
    data_cut_off
        Last day that the newest data cover.
    counted
        What was counted, as the title says it; `COUNTED_MONTHLY` for monthly files.
    learnt_from
        Training window in words.
    left_out
        Categories that were not counted, in words.
    harm_version
        Name and version of the harm weights.
    profile
        How minutes were split over shifts, in words.
    month_only
        Whether the data give the month and no hour; then nothing is called serious violence.
    synthetic
        Whether the data are invented.
    """

    marking: str
    handling: str
    plan_id: str
    forecast_id: str
    as_of: date
    data_cut_off: date
    counted: str
    learnt_from: str
    left_out: str
    harm_version: str
    profile: str
    month_only: bool
    synthetic: bool

    def __post_init__(self) -> None:
        """Refuse empty texts and monthly "serious violence" with BadInputError."""
        require_words(
            "The stamp of an output",
            marking=self.marking,
            handling=self.handling,
            plan_id=self.plan_id,
            forecast_id=self.forecast_id,
            counted=self.counted,
            learnt_from=self.learnt_from,
            left_out=self.left_out,
            harm_version=self.harm_version,
            profile=self.profile,
        )
        self.refuse_serious(self.counted)

    def refuse_serious(self, text: str) -> None:
        """Check that month-only data are not called serious violence.

        The monthly category mixes homicide with common assault and harassment.

        Raises
        ------
        BadInputError
            If they are.
        """
        if self.month_only and "serious viol" in clean(text).lower():
            msg = "Monthly open data cannot tell serious violence from the rest of its category."
            raise BadInputError(msg, value=text, remedy=f"Say: {COUNTED_MONTHLY}.")

    @property
    def notice(self) -> str:
        """Marking, SYNTHETIC where it is, the place sentence, plan and data cut-off, in a line."""
        parts = (
            f"{clean(self.marking)}.",
            SYNTHETIC_SENTENCE if self.synthetic else "",
            PLACE_NOT_PERSON,
            f"Plan {clean(self.plan_id)}, data up to {day_in_words(self.data_cut_off)}.",
        )
        return " ".join(part for part in parts if part)
