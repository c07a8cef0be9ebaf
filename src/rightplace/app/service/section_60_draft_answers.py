"""What a draft of a section 60 authorisation says now: the newest answer to each question."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from rightplace.powers.section_60.grounds import LIMBS, Ground, ImpactPart, Limb
from rightplace.powers.section_60.history import (
    Authorised,
    BriefingNoted,
    GroundDropped,
    ImpactNoted,
    IncidentNamed,
    LimbStated,
    LocalityChosen,
    OtherPowersConsidered,
    PeriodChosen,
    ReasonGiven,
    Refused,
    Submitted,
)

if TYPE_CHECKING:
    from rightplace.powers.section_60.happened import Happened
    from rightplace.powers.section_60.history import History

Event = TypeVar("Event", bound="Happened")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """A draft as it stands.

    Parameters
    ----------
    limbs
        The newest statement of each limb of each ground that is not taken out.
    incident, locality, period, other_powers, briefing
        The newest answer; None where there is none.
    impact
        Every line of the community impact assessment.
    reasons
        The newest reason for each soft gate, by its name.
    is_open
        Whether it is still a draft.
    """

    limbs: dict[tuple[Ground, Limb], LimbStated] = field(default_factory=dict)
    incident: IncidentNamed | None = None
    locality: LocalityChosen | None = None
    period: PeriodChosen | None = None
    other_powers: OtherPowersConsidered | None = None
    impact: tuple[ImpactNoted, ...] = ()
    briefing: BriefingNoted | None = None
    reasons: dict[str, ReasonGiven] = field(default_factory=dict)
    is_open: bool = True

    @property
    def grounds(self) -> tuple[Ground, ...]:
        """Grounds of which a limb is stated, in the order of the Act."""
        return tuple(each for each in Ground if any(ground is each for ground, _ in self.limbs))

    def missing_limbs(self, ground: Ground) -> tuple[Limb, ...]:
        """Return the limbs of a ground that nobody has evidenced yet."""
        return tuple(limb for limb in LIMBS[ground] if (ground, limb) not in self.limbs)

    @property
    def are_grounds_written(self) -> bool:
        """Whether there is a ground, and each one has all its limbs and, for (aa), its incident."""
        whole = all(not self.missing_limbs(ground) for ground in self.grounds)
        named = Ground.AFTER_INCIDENT not in self.grounds or self.incident is not None
        return bool(self.grounds) and whole and named

    def lines_of(self, part: ImpactPart) -> tuple[ImpactNoted, ...]:
        """Return the lines of a part of the impact assessment."""
        return tuple(line for line in self.impact if line.part is part)


def answers_of(history: History) -> Answers:
    """Return what a draft says now.

    Parameters
    ----------
    history
        What happened to it, in the order in which it was entered.
    """
    return Answers(
        limbs=_limbs(history),
        incident=_newest(history, IncidentNamed),
        locality=_newest(history, LocalityChosen),
        period=_newest(history, PeriodChosen),
        other_powers=_newest(history, OtherPowersConsidered),
        impact=tuple(each for each in history if isinstance(each, ImpactNoted)),
        briefing=_newest(history, BriefingNoted),
        reasons={each.gate: each for each in history if isinstance(each, ReasonGiven)},
        is_open=not any(isinstance(each, Submitted | Refused | Authorised) for each in history),
    )


def _limbs(history: History) -> dict[tuple[Ground, Limb], LimbStated]:
    found: dict[tuple[Ground, Limb], LimbStated] = {}
    for event in history:
        if isinstance(event, LimbStated):
            found[event.ground, event.limb] = event
        elif isinstance(event, GroundDropped):
            found = {key: each for key, each in found.items() if key[0] is not event.ground}
    return found


def _newest(history: History, kind: type[Event]) -> Event | None:
    return next((each for each in reversed(history) if isinstance(each, kind)), None)
