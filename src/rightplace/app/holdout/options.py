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

NO_TERMS = "sign-off by commander and ethics"
NO_LIST = "list of places never held out"


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldOutOptions:
    """A share of near-equal places to be held out, and the files that allow it.

    Without one of the files the plan is a draft, to be signed later or never.

    Parameters
    ----------
    share
        Of the units a lot decides on, above 0, at most 0.5.
    never_file
        Places that must never be held out; it may name none. None if nobody has said.
    terms_file
        Who signed for the hold-out, for what share and until when; None if nobody has.
    """

    share: float
    never_file: Path | None = None
    terms_file: Path | None = None

    def __post_init__(self) -> None:
        """Check the share."""
        check_share(self.share)

    @property
    def files(self) -> tuple[Path, ...]:
        """The files named."""
        return tuple(path for path in (self.never_file, self.terms_file) if path is not None)

    @property
    def missing(self) -> tuple[str, ...]:
        """What a draft lacks, in words; empty where the plan is signed at once."""
        needed = ((NO_TERMS, self.terms_file), (NO_LIST, self.never_file))
        return tuple(words for words, path in needed if path is None)


def allowed_terms(
    options: HoldOutOptions, *, settings: HoldOutSettings, first_day: date, last_day: date
) -> Terms | None:
    """Return the terms that are signed for a plan of some days, or None for a draft.

    Terms that are given are checked even where the list of places is missing.

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
    if options.terms_file is None:
        return None
    terms = read_terms(options.terms_file)
    check_terms(
        terms,
        share=options.share,
        first_day=first_day,
        last_day=last_day,
        days_most=settings.days_most,
    )
    return None if options.missing else terms
