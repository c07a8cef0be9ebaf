"""An authorisation as it follows from its history: what it says, and what was done about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from rightplace.powers.section_60.grounds import LIMBS, Form, Ground, Limb
from rightplace.powers.section_60.happened import Happened, Officer
from rightplace.powers.section_60.history import (
    Authorised,
    BriefingNoted,
    Drafted,
    Extended,
    GroundDropped,
    HandedOver,
    ImpactNoted,
    IncidentNamed,
    LimbStated,
    LocalityChosen,
    NecessityAnswered,
    OtherPowersConsidered,
    PeriodChosen,
    PublicTold,
    Published,
    ReasonGiven,
    Refused,
    Reviewed,
    Revoked,
    Submitted,
    SuperintendentInformed,
    WrittenDown,
)

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from rightplace.powers.section_60.history import History

Kind = TypeVar("Kind", bound=Happened)


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorisation:
    """What an authorisation says, and what was done about it, lawful or not.

    What it says is what was written when it was given: later words change nothing of it, but for
    an oral one, which is written down afterwards.

    Parameters
    ----------
    drafted, submitted, refused
        The draft's own events; the first draft, the last of the others.
    limbs
        Each limb as last stated, in the order of the Act; of grounds that were dropped none.
    incident, locality, period, other_powers
        As last chosen before it was given.
    impact, briefings, reasons
        Every line of the impact assessment, briefing, reason for a question.
    given
        When, by whom and how it was given; the first time where that is recorded twice.
    written_down, informed, told, extensions, answers, handed_over
        Everything of its kind, in the order in which it happened.
    revoked, reviewed, published
        The first of its kind.
    """

    drafted: Drafted | None
    submitted: Submitted | None
    refused: Refused | None
    limbs: tuple[LimbStated, ...]
    incident: IncidentNamed | None
    locality: LocalityChosen | None
    period: PeriodChosen | None
    other_powers: OtherPowersConsidered | None
    impact: tuple[ImpactNoted, ...]
    briefings: tuple[BriefingNoted, ...]
    reasons: tuple[ReasonGiven, ...]
    given: Authorised | None
    written_down: tuple[WrittenDown, ...]
    informed: tuple[SuperintendentInformed, ...]
    told: tuple[PublicTold, ...]
    extensions: tuple[Extended, ...]
    answers: tuple[NecessityAnswered, ...]
    handed_over: tuple[HandedOver, ...]
    revoked: Revoked | None
    reviewed: Reviewed | None
    published: Published | None

    @property
    def grounds(self) -> tuple[Ground, ...]:
        """Grounds of which any limb is stated, in the order of the Act."""
        return tuple(each for each in Ground if any(limb.ground is each for limb in self.limbs))

    def limb(self, ground: Ground, limb: Limb) -> LimbStated | None:
        """Return a limb of a ground as stated, or None."""
        found = (each for each in self.limbs if (each.ground, each.limb) == (ground, limb))
        return next(found, None)

    @property
    def runs_from(self) -> datetime | None:
        """From when it gives powers: its start, or when it was given where that was later."""
        if self.period is None or self.given is None:
            return None
        return max(self.period.starts, self.given.at)

    @property
    def in_time(self) -> tuple[Extended, ...]:
        """Extensions that were given while it ran, for longer than it ran already."""
        if self.period is None:
            return ()
        end, kept = self.period.ends, []
        for each in self.extensions:
            revoked = self.revoked is not None and self.revoked.at <= each.at
            if each.at < end < each.until and not revoked:
                kept.append(each)
                end = each.until
        return tuple(kept)

    @property
    def planned_end(self) -> datetime | None:
        """End of the period with every extension that was given in time."""
        if self.period is None:
            return None
        return self.in_time[-1].until if self.in_time else self.period.ends

    @property
    def ended_early(self) -> Revoked | None:
        """The revocation, where it came before the end."""
        end = self.planned_end
        early = self.revoked is not None and end is not None and self.revoked.at < end
        return self.revoked if early else None

    @property
    def end(self) -> datetime | None:
        """When it ends or ended, as things stand: extended, or revoked."""
        return self.planned_end if self.ended_early is None else self.ended_early.at

    def covers(self, moment: datetime) -> bool:
        """Return whether it gave powers at a moment, by what is recorded; the end is outside."""
        start, end = self.runs_from, self.end
        return start is not None and end is not None and start <= moment < end

    def time_left(self, at: datetime) -> timedelta | None:
        """Return how long it still runs; negative after its end, None where nothing runs."""
        return None if self.given is None or self.end is None else self.end - at

    def looked_after_by(self, at: datetime) -> Officer | None:
        """Return who looks after it: to whom it was handed over last, or who gave it."""
        passed = [each.to for each in self.handed_over if each.at <= at]
        if passed:
            return passed[-1]
        return None if self.given is None else self.given.by

    @property
    def written_at(self) -> datetime | None:
        """When it was in writing and signed; None for an oral one not written down."""
        if self.given is None:
            return None
        if self.given.form is Form.ORAL:
            return next((each.at for each in self.written_down if each.at >= self.given.at), None)
        return self.given.signed_at


def authorisation_of(history: History) -> Authorisation:
    """Return what a history says, by pure folding: the same history gives the same.

    Parameters
    ----------
    history
        In the order in which it was entered.
    """
    given = _first(history, Authorised)
    words = history[: _closed_at(history, given)]
    return Authorisation(
        drafted=_first(history, Drafted),
        submitted=_last(history, Submitted),
        refused=_last(history, Refused),
        limbs=_limbs(words),
        incident=_last(words, IncidentNamed),
        locality=_last(words, LocalityChosen),
        period=_last(words, PeriodChosen),
        other_powers=_last(words, OtherPowersConsidered),
        impact=tuple(each for each in history if isinstance(each, ImpactNoted)),
        briefings=tuple(each for each in history if isinstance(each, BriefingNoted)),
        reasons=tuple(each for each in history if isinstance(each, ReasonGiven)),
        given=given,
        written_down=_all(history, WrittenDown),
        informed=_all(history, SuperintendentInformed),
        told=_all(history, PublicTold),
        extensions=_all(history, Extended),
        answers=_all(history, NecessityAnswered),
        handed_over=_all(history, HandedOver),
        revoked=_first(history, Revoked),
        reviewed=_first(history, Reviewed),
        published=_first(history, Published),
    )


def _closed_at(history: History, given: Authorised | None) -> int:
    """Return how much of the log may still change what the authorisation says."""
    if given is None:
        return len(history)
    index = next(i for i, each in enumerate(history) if each is given)
    if given.form is not Form.ORAL:
        return index
    later = (i for i, each in enumerate(history) if i > index and isinstance(each, WrittenDown))
    return next(later, len(history))


def _limbs(words: History) -> tuple[LimbStated, ...]:
    stated: dict[tuple[Ground, Limb], LimbStated] = {}
    for each in words:
        if isinstance(each, LimbStated):
            stated[each.ground, each.limb] = each
        if isinstance(each, GroundDropped):
            stated = {key: limb for key, limb in stated.items() if key[0] is not each.ground}
    order = [(ground, limb) for ground, limbs in LIMBS.items() for limb in limbs]
    strange = [key for key in stated if key not in order]
    return tuple(stated[key] for key in (*order, *strange) if key in stated)


def _all(history: History, kind: type[Kind]) -> tuple[Kind, ...]:
    found = [each for each in history if isinstance(each, kind)]
    return tuple(sorted(found, key=lambda each: each.at))


def _first(history: History, kind: type[Kind]) -> Kind | None:
    return next((each for each in history if isinstance(each, kind)), None)


def _last(history: History, kind: type[Kind]) -> Kind | None:
    return next((each for each in reversed(history) if isinstance(each, kind)), None)
