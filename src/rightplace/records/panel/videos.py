"""Searches drawn by lot for a panel's review of their video, and what the panel found."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime  # noqa: TC003 - a record names the types that it holds
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import select

from rightplace.core.canonical import canonical_json
from rightplace.errors import BadInputError, NotHeldError
from rightplace.powers.searches.draw import DrawSettings, draw
from rightplace.records.database.words import client_id, written
from rightplace.records.panel.tables import VideoDraw, VideoDrawn, VideoRating
from rightplace.records.searches.log import searches_between
from rightplace.records.searches.table import table_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from zoneinfo import ZoneInfo

    from rightplace.records.audit.transaction import Reading, Transaction
    from rightplace.records.searches.log import SearchKept


class Rating(StrEnum):
    """What a panel says of a search, having seen its video; a choice of ours, the same for all."""

    GOOD = "good practice"
    ACCEPTABLE = "acceptable"
    CONCERN = "of concern"
    SERIOUS = "of serious concern"
    CANNOT_TELL = "cannot be told from the video"
    NO_VIDEO = "there is no video"


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawWanted:
    """From which searches a panel draws.

    Parameters
    ----------
    form_id
        UUID of the form, so that one form draws once.
    start, end
        When they began, half-open, with their zone.
    seed
        Of the lot, for whoever wants to draw again; None lets chance choose it.
    settings
        How many.

    Raises
    ------
    BadInputError
        If it is no period.
    """

    form_id: str
    start: datetime
    end: datetime
    settings: DrawSettings
    seed: int | None = None

    def __post_init__(self) -> None:
        """Check that it is a period.

        Raises
        ------
        BadInputError
            If it is not.
        """
        client_id(self.form_id)
        if self.start >= self.end:
            msg = f"No search began from {self.start} until {self.end}."
            raise BadInputError(msg, remedy="Name a later end.")


def make_draw(
    tx: Transaction,
    wanted: DrawWanted,
    *,
    zone: ZoneInfo,
    among: Callable[[SearchKept], bool],
) -> str:
    """Draw searches of the records by lot and keep the draw; return its id.

    Nobody chooses among them: the seed comes by chance, and it stands beside the draw, so that
    anybody with the same searches draws the same again.

    Parameters
    ----------
    tx
        The transaction of whoever asks for the draw.
    wanted
        From which searches, and how many.
    zone
        Of the study area.
    among
        Whether a search lies in the area for which is drawn.

    Raises
    ------
    NotHeldError
        If there is no such search in the period.
    """
    sent = tx.unshown(select(VideoDraw).where(VideoDraw.form_id == client_id(wanted.form_id)))
    if sent:
        return sent[0].id
    kept = [
        each for each in searches_between(tx, start=wanted.start, end=wanted.end) if among(each)
    ]
    if not kept:
        msg = "No search of the service's records began in this period and area."
        raise NotHeldError(msg, remedy="Name another period.")
    frame = table_of(kept, zone=zone, names_boroughs=True)
    seed = secrets.randbits(64) if wanted.seed is None else wanted.seed
    drawn, strata = draw(frame, seed=seed, settings=wanted.settings)
    made = VideoDraw(
        id=f"V-{tx.at:%Y}-{secrets.token_hex(3).upper()}",
        seed=str(seed),
        settings=canonical_json(asdict(wanted.settings)),
        strata=canonical_json([[str(s.stratum), s.searches, s.drawn] for s in strata]),
        period_start=wanted.start,
        period_end=wanted.end,
        searches=len(kept),
        drawn_at=tx.at,
        drawn_by=tx.actor.id,
        newest_at=tx.at,
        form_id=client_id(wanted.form_id),
    )
    tx.add(made)
    for each in drawn:
        tx.add(
            VideoDrawn(
                draw_id=made.id,
                reference=each.reference,
                stratum=str(each.stratum),
                chance=each.chance,
                drawn_at=tx.at,
            )
        )
    return made.id


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingGiven:
    """What somebody of the panel says of a search.

    Parameters
    ----------
    form_id
        UUID of the form.
    draw_id, reference
        Which search of which draw.
    rating, reasons
        What, and why in words.
    """

    form_id: str
    draw_id: str
    reference: str
    rating: Rating
    reasons: str


def keep_rating(tx: Transaction, given: RatingGiven) -> int:
    """Keep a rating; return its number. An earlier one stays beside it, the newest stands.

    Raises
    ------
    NotHeldError
        If the search was not drawn.
    """
    form = client_id(given.form_id)
    sent = tx.unshown(select(VideoRating).where(VideoRating.form_id == form))
    if sent:
        return sent[0].number
    whole = tx.unshown_one(VideoDraw, given.draw_id)
    if whole is None or tx.unshown_one(VideoDrawn, given.draw_id, given.reference) is None:
        msg = f"The search {given.reference!r} was not drawn in {given.draw_id!r}."
        raise NotHeldError(msg, value=given.reference, remedy="Rate one that was drawn.")
    ratings = ratings_of(tx, given.draw_id)
    mine = [each for each in ratings if each.reference == given.reference]
    whole.newest_at = tx.at
    row = VideoRating(
        draw_id=given.draw_id,
        reference=given.reference,
        number=1 + max((each.number for each in mine), default=0),
        rating=given.rating.value,
        reasons=written(given.reasons, what="The reason of the rating"),
        rated_at=tx.at,
        rated_by=tx.actor.id,
        form_id=form,
    )
    return tx.add(row).number


def all_draws(quiet: Reading) -> Sequence[VideoDraw]:
    """Return every draw, newest first, for a check."""
    return quiet.unshown(select(VideoDraw).order_by(VideoDraw.drawn_at.desc(), VideoDraw.id))


def drawn_of(quiet: Reading, draw_id: str) -> Sequence[VideoDrawn]:
    """Return the searches of a draw by reference, for a check."""
    wanted = select(VideoDrawn).where(VideoDrawn.draw_id == draw_id)
    return quiet.unshown(wanted.order_by(VideoDrawn.reference))


def ratings_of(quiet: Reading, draw_id: str) -> Sequence[VideoRating]:
    """Return every rating of a draw, oldest first, for a check."""
    wanted = select(VideoRating).where(VideoRating.draw_id == draw_id)
    return quiet.unshown(wanted.order_by(VideoRating.reference, VideoRating.number))
