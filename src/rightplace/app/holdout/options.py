"""What is asked for when a plan holds places out, and whether it may be asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.deploy.holdout.lot import check_share
from rightplace.deploy.holdout.terms import Terms, check_terms, read_terms
from rightplace.errors import RefusedError

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from rightplace.app.holdout.settings import HoldOutSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldOutOptions:
    """A share of near-equal places to be held out, and the files that allow it.

    Parameters
    ----------
    share
        Of the units a lot decides on, above 0, at most 0.5.
    never_file
        Places that must never be held out; it may name none.
    terms_file
        Who signed for the hold-out, for what share and until when.
    """

    share: float
    never_file: Path
    terms_file: Path

    def __post_init__(self) -> None:
        """Check the share."""
        check_share(self.share)

    @property
    def files(self) -> tuple[Path, ...]:
        """The files named."""
        return self.never_file, self.terms_file


def hold_out_options(
    share: float, *, never_file: Path | None, terms_file: Path | None
) -> HoldOutOptions:
    """Return what is asked for, if both files are named.

    Parameters
    ----------
    share
        Of the units a lot decides on, above 0, at most 0.5.
    never_file, terms_file
        Places that must never be held out; who signed, for what, until when.

    Raises
    ------
    RefusedError
        If one is not.
    """
    check_share(share)
    if never_file is None:
        msg = "No file names the places that must never be held out."
        remedy = (
            "Give --never-hold-out FILE: no software knows of a live threat or an open section "
            "60. It may hold its header alone where there is none."
        )
        raise RefusedError(msg, remedy=remedy)
    if terms_file is None:
        msg = "Nobody has signed for leaving places without visits."
        remedy = "Give --holdout-terms FILE: reason, share, end date, commander, ethics."
        raise RefusedError(msg, remedy=remedy)
    return HoldOutOptions(share=share, never_file=never_file, terms_file=terms_file)


def allowed_terms(
    options: HoldOutOptions, *, settings: HoldOutSettings, first_day: date, last_day: date
) -> Terms:
    """Return the terms under which a plan of some days may hold places out.

    Raises
    ------
    RefusedError
        If the plan is too short for its lots to mean anything.
    """
    days = (last_day - first_day).days + 1
    if days < settings.days_least:
        msg = (
            f"The plan has {days} days; places are held out for {settings.days_least} or more, "
            f"since what a visit does is carried over from day to day."
        )
        raise RefusedError(msg, value=days, remedy="Plan for longer, or without --holdout.")
    terms = read_terms(options.terms_file)
    check_terms(
        terms,
        share=options.share,
        first_day=first_day,
        last_day=last_day,
        days_most=settings.days_most,
    )
    return terms
