"""By which rules the service works with section 60: settings, and the force's own policy."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from rightplace.powers.law.limits import limits_on
from rightplace.powers.law.policy import ForcePolicy, read_policy
from rightplace.powers.ranks import RankKind
from rightplace.powers.section_60.settings import Section60Settings

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.workspace import Workspace
    from rightplace.powers.law.limits import Limits
    from rightplace.powers.section_60.authorisation import Authorisation


@dataclass(frozen=True, slots=True, kw_only=True)
class Section60Rules:
    """What pages and acts of section 60 keep to, beside the law.

    Parameters
    ----------
    settings
        Clocks and thresholds.
    policy
        The force's own rules; None where it has named none.
    """

    settings: Section60Settings = field(default_factory=Section60Settings)
    policy: ForcePolicy | None = None

    def limits(self, view: Authorisation, *, at: datetime) -> Limits:
        """Return the limits of an authorisation, by the day on which it starts.

        Parameters
        ----------
        view
            What it says.
        at
            The time now: the day of a draft that has no period yet.
        """
        force = "" if view.drafted is None else view.drafted.force
        starts = at if view.period is None else view.period.starts
        policy = self.policy if self.policy is not None and self.policy.force == force else None
        return limits_on(starts, force=force, policy=policy)


def counting(limits: Limits) -> frozenset[RankKind]:
    """Return the kinds of rank that count; every kind where the force has not said."""
    kinds = limits.rank_kinds
    return frozenset(RankKind) if kinds is None else kinds


def section_60_rules(workspace: Workspace) -> Section60Rules:
    """Return the rules that a workspace sets; a policy that cannot be read is refused.

    Parameters
    ----------
    workspace
        Whose ``rightplace.toml`` is asked; the policy's path counts from its folder.
    """
    settings = workspace.settings("section_60", Section60Settings)
    path = Path(settings.policy)
    policy = read_policy(workspace.root / path) if settings.policy else None
    return Section60Rules(settings=settings, policy=policy)
