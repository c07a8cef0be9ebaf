"""What a draft of a section 60 authorisation says now: the newest answer to each question."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rightplace.powers.section_60.authorisation import authorisation_of
from rightplace.powers.section_60.grounds import LIMBS, Ground, Limb

if TYPE_CHECKING:
    from rightplace.powers.section_60.history import (
        BriefingNoted,
        History,
        ImpactNoted,
        IncidentNamed,
        LimbStated,
        LocalityChosen,
        OtherPowersConsidered,
        PeriodChosen,
    )


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


def answers_of(history: History) -> Answers:
    """Return what a draft says now.

    Parameters
    ----------
    history
        What happened to it, in the order in which it was entered.
    """
    view = authorisation_of(history)
    return Answers(
        limbs={(each.ground, each.limb): each for each in view.limbs},
        incident=view.incident,
        locality=view.locality,
        period=view.period,
        other_powers=view.other_powers,
        impact=view.impact,
        briefing=view.briefings[-1] if view.briefings else None,
        is_open=not (view.submitted or view.refused or view.given),
    )
