"""Reading what a surge is made of."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.app.surge.settings import MOST_WEIGHT
from rightplace.deploy.surge.table_rows import MOST_PEOPLE
from rightplace.errors import UsageError

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from rightplace.app.surge.demand_curves import Curves
    from rightplace.app.surge.settings import SurgeSettings
    from rightplace.app.workspace import Workspace
    from rightplace.deploy.surge.capacity import DutyPattern
    from rightplace.deploy.surge.case import SurgeCase, SurgeLimits
    from rightplace.deploy.surge.limits import Override
    from rightplace.deploy.surge.match import MatchRule
    from rightplace.deploy.surge.officers import Officer

NO_DATA_CHOICES = ("refuse", "average", "leave-out")


@dataclass(frozen=True, slots=True, kw_only=True)
class SurgeOptions:
    """What was asked.

    Parameters
    ----------
    officers, demand
        The two files that are needed.
    count
        Officers asked for.
    donors, overrides, groups, actions
        Further files; None where not given.
    forecast
        Id of a kept forecast, for demand that says "forecast".
    workforce
        Id of a kept workforce forecast, for what the postings take of deployable strength; or None.
    no_data
        What to do with a borough without data and without a floor: ``refuse``, ``average`` or
        ``leave-out``.
    match_weight
        Instead of the setting, or None.
    investigation_share
        Share of the officers asked for who go to investigations, 0 to 1; None leaves it open.
    effective
        The day from which officers are posted, or None.
    out
        Folder for CSV files, or None.
    seed
        Of ties and draws.
    dry_run
        Whether to keep nothing.
    """

    officers: Path
    demand: Path
    count: int
    donors: Path | None = None
    overrides: Path | None = None
    groups: Path | None = None
    actions: Path | None = None
    forecast: str | None = None
    workforce: str | None = None
    no_data: str = "refuse"
    match_weight: float | None = None
    investigation_share: float | None = None
    effective: date | None = None
    out: Path | None = None
    seed: int = 0
    dry_run: bool = False

    def __post_init__(self) -> None:
        """Check that the choices can be.

        Raises
        ------
        UsageError
            If one cannot.
        """
        wrong = {
            f"--count must be from 1 to {MOST_PEOPLE}": not 1 <= self.count <= MOST_PEOPLE,
            f"--no-data is one of {', '.join(NO_DATA_CHOICES)}": self.no_data
            not in NO_DATA_CHOICES,
            "--investigation-share is from 0 to 1": self.investigation_share is not None
            and not 0 <= self.investigation_share <= 1,
            f"--match-weight is from 0 to {MOST_WEIGHT:g}": self.match_weight is not None
            and not 0 <= self.match_weight <= MOST_WEIGHT,
        }
        found = [what for what, is_so in wrong.items() if is_so]
        if found:
            msg = f"{'; '.join(found)}."
            raise UsageError(msg, remedy="Correct it.")

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file that decides who goes where; the file of groups is none of them."""
        given = (self.officers, self.demand, self.donors, self.overrides, self.actions)
        return tuple(path for path in given if path is not None)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SurgeInputs:
    """What was read."""

    case: SurgeCase
    limits: SurgeLimits
    overrides: tuple[Override, ...]
    curves: Curves
    pattern: DutyPattern
    settings: SurgeSettings


def read_inputs(
    workspace: Workspace, options: SurgeOptions, settings: SurgeSettings
) -> SurgeInputs:
    """Return everything that decides who goes where.

    Parameters
    ----------
    workspace
        Where a forecast may be.
    options
        What was asked.
    settings
        In force.
    """
    from rightplace.app.surge.demand_curves import demand_curves
    from rightplace.deploy.surge.actions import read_actions
    from rightplace.deploy.surge.case import SurgeCase, harm_of
    from rightplace.deploy.surge.demand import read_demand
    from rightplace.deploy.surge.limits import read_overrides
    from rightplace.deploy.surge.match import match_terms
    from rightplace.deploy.surge.officers import read_officers

    skills = [skill.strip() for skill in settings.skills.split(",") if skill.strip()]
    actions = read_actions(options.actions)
    officers = read_officers(options.officers, skills=skills)
    wants = read_demand(options.demand, skills=skills, actions=actions)
    pattern = duty_pattern(settings)
    most = min(options.count, len(officers))  # no post can get more
    curves = demand_curves(
        workspace, wants, options=options, settings=settings, pattern=pattern, most=most
    )
    case = SurgeCase(
        officers=officers,
        wants=curves.wants,
        terms=match_terms(officers, curves.wants, match_rule(settings)),
        harm=harm_of(curves.wants, curves.increments, count=most),
        actions=actions,
        order=tie_order(officers, seed=options.seed),
        demand_file=options.demand,
        overrides_file=options.overrides,
    )
    given = options.overrides
    overrides = (
        () if given is None else read_overrides(given, officers=officers, wants=curves.wants)
    )
    return SurgeInputs(
        case=case,
        limits=_limits(options, settings, officers),
        overrides=overrides,
        curves=curves,
        pattern=pattern,
        settings=settings,
    )


def _limits(
    options: SurgeOptions, settings: SurgeSettings, officers: tuple[Officer, ...]
) -> SurgeLimits:
    from rightplace.deploy.surge.case import SurgeLimits
    from rightplace.deploy.surge.limits import read_donors

    share = options.investigation_share
    exact = None if share is None else int(share * options.count + 0.5)
    return SurgeLimits(
        count=options.count,
        span_least=settings.span_least,
        span_most=settings.span_most,
        investigation_least=0 if exact is None else exact,
        investigation_most=options.count if exact is None else exact,
        donors=() if options.donors is None else read_donors(options.donors, officers=officers),
    )


def match_rule(settings: SurgeSettings) -> MatchRule:
    """Return how the match is reckoned."""
    from rightplace.deploy.surge.match import MatchRule

    return MatchRule(
        half_life_months=settings.half_life_months,
        full_months=settings.full_months,
        knowledge=settings.weight_knowledge,
        role=settings.weight_role,
        skills=settings.weight_skills,
    )


def duty_pattern(settings: SurgeSettings) -> DutyPattern:
    """Return how officers of the surge work."""
    from rightplace.deploy.surge.capacity import DutyPattern

    names = DutyPattern.__dataclass_fields__
    return DutyPattern(**{name: getattr(settings, name) for name in names})


def tie_order(
    officers: tuple[Officer, ...], *, seed: int
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return which of equal officers goes first, (n_officers,), by lot: no one by the alphabet.

    Parameters
    ----------
    officers
        Who is listed.
    seed
        Another gives another order.
    """
    lots = [hashlib.sha256(f"{seed}:{each.officer_id}".encode()).hexdigest() for each in officers]
    order = np.empty(len(lots), dtype=np.int64)
    order[np.argsort(np.array(lots))] = np.arange(len(lots))
    return order
