"""The problem of a surge, made of officers, demand, donors and overrides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.deploy.surge.officers import INVESTIGATION
from rightplace.deploy.surge.problem import PostRule, Rule, SurgeProblem
from rightplace.errors import BadInputError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from rightplace.deploy.surge.demand import Want
    from rightplace.deploy.surge.limits import Donor, Override
    from rightplace.deploy.surge.match import MatchTerms
    from rightplace.deploy.surge.officers import Officer


@dataclass(frozen=True, slots=True, kw_only=True)
class SurgeLimits:
    """How many, and within what.

    Parameters
    ----------
    count
        Officers asked for, 1 or more.
    span_least, span_most
        Constables that one supervisor has, at least and at most.
    investigation_least, investigation_most
        Officers in investigations.
    donors
        Units with floors; empty where none is stated.
    """

    count: int
    span_least: int
    span_most: int
    investigation_least: int
    investigation_most: int
    donors: tuple[Donor, ...] = ()

    def __post_init__(self) -> None:
        """Check that the numbers can be kept.

        Raises
        ------
        BadInputError
            If they cannot.
        """
        if not 1 <= self.span_least <= self.span_most:
            msg = f"A span of {self.span_least} to {self.span_most} constables cannot be."
            raise BadInputError(msg, remedy="Correct surge.span_least and surge.span_most.")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SurgeCase:
    """Officers and posts with everything the problem is made of.

    Parameters
    ----------
    officers, wants
        Who, and where.
    terms
        Their match.
    harm
        Shape (n_posts, most). What each further officer prevents.
    actions
        Actions of an investigation, with the accreditation each needs.
    order
        Shape (n_officers,). Which of equal officers goes first: the lower.
    demand_file, overrides_file
        Where posts and overrides were read, for messages; None where from no file.
    """

    officers: tuple[Officer, ...]
    wants: tuple[Want, ...]
    terms: MatchTerms
    harm: NDArray[np.float64]
    actions: Mapping[str, int]
    order: NDArray[np.int64]
    demand_file: Path | None = None
    overrides_file: Path | None = None

    def movers(self) -> tuple[tuple[int, ...], ...]:
        """Return the officers of each mover: singles and whole pairs, in the order of the file."""
        place = {officer.officer_id: index for index, officer in enumerate(self.officers)}
        found: list[tuple[int, ...]] = []
        for index, officer in enumerate(self.officers):
            other = None if officer.pair_with is None else place[officer.pair_with]
            if other is None:
                found.append((index,))
            elif index < other:
                found.append((index, other))
        return tuple(found)

    def allowed(self) -> NDArray[np.bool_]:
        """Return who may be posted where, (n_officers, n_posts).

        Not who is unavailable, nobody to the borough of the own unit, and in investigations only
        whose accreditation allows every action that the post states.
        """
        level = np.array([officer.accreditation for officer in self.officers])
        needed = np.array([accreditation_needed(want, self.actions) for want in self.wants])
        available = np.array([officer.available for officer in self.officers], dtype=bool)
        unit = np.array([officer.unit.casefold() for officer in self.officers])
        borough = np.array([want.borough.casefold() for want in self.wants])
        may = available[:, None] & (level[:, None] >= needed)
        return np.asarray(may & (unit[:, None] != borough))


def accreditation_needed(want: Want, actions: Mapping[str, int]) -> int:
    """Return the level that allows every action of a post; 0 for patrol."""
    return max((actions[action] for action in want.actions), default=0)


def harm_of(
    wants: Sequence[Want], curves: Sequence[NDArray[np.float64]], *, count: int
) -> NDArray[np.float64]:
    """Return what each further officer prevents, (n_posts, most), from each post's own curve.

    Parameters
    ----------
    wants
        The posts; where none takes more than so many, the table ends there.
    curves
        Increments of each, of any length.
    count
        Officers who can be posted at most.
    """
    ceilings = [count if want.ceiling is None else want.ceiling for want in wants]
    harm = np.zeros((len(wants), max(1, min(count, max(ceilings)))))
    for row, curve in zip(harm, curves, strict=True):
        length = min(row.size, curve.size)
        row[:length] = curve[:length]
    return harm


def surge_problem(
    case: SurgeCase, limits: SurgeLimits, *, overrides: Sequence[Override] = ()
) -> SurgeProblem:
    """Return the problem of a surge.

    Parameters
    ----------
    case
        Officers and posts.
    limits
        How many, and within what.
    overrides
        Postings that are fixed.
    """
    return _Builder(case, limits, movers=case.movers()).problem(overrides)


class _Builder:
    """Makes rules over movers out of what is known of officers."""

    def __init__(
        self, case: SurgeCase, limits: SurgeLimits, *, movers: tuple[tuple[int, ...], ...]
    ) -> None:
        self.case, self.limits, self.movers = case, limits, movers
        self._first = np.array([officers[0] for officers in movers], dtype=np.int64)
        self._second = np.array([officers[-1] for officers in movers], dtype=np.int64)
        self._pair = np.array([len(officers) > 1 for officers in movers], dtype=bool)

    def summed(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return sums over each mover's officers, from values of officers along the first axis."""
        second = values[self._second]
        pair = self._pair if values.ndim == 1 else self._pair[:, None]
        return np.asarray(values[self._first] + np.where(pair, second, 0.0))

    def problem(self, overrides: Sequence[Override]) -> SurgeProblem:
        """Return the problem with its overrides."""
        case = self.case
        supervisors = np.array([float(officer.supervisor) for officer in case.officers])
        allowed = case.allowed()
        self._check_overrides(allowed, overrides)
        return SurgeProblem(
            constables=self.summed(1.0 - supervisors).astype(np.int64),
            supervisors=self.summed(supervisors).astype(np.int64),
            match=self.summed(case.terms.total()),
            allowed=allowed[self._first] & allowed[self._second],
            harm=case.harm,
            order=case.order[self._first],
            rules=(*self._shared(), *self._skills(), *self._fixed(overrides)),
            post_rules=tuple(self._of_posts()),
        )

    def _everyone(self) -> NDArray[np.float64]:
        return self.summed(np.ones(len(self.case.officers)))

    def _shared(self) -> Iterator[Rule]:
        limits, everyone = self.limits, self._everyone()
        everywhere = np.ones(len(self.case.wants), dtype=bool)
        asked = f"{limits.count} officers asked for"
        yield Rule(name=asked, weight=everyone, posts=everywhere, most=limits.count)
        roles = np.array([want.role == INVESTIGATION for want in self.case.wants])
        least, most = limits.investigation_least, limits.investigation_most
        name = f"officers in investigations, of {limits.count}"
        if least > 0 or most < limits.count:
            yield Rule(name=name, weight=everyone, posts=roles, least=least, most=most)
        if least > 0:
            rest = f"officers on patrol, of {limits.count}"
            yield Rule(name=rest, weight=everyone, posts=~roles, most=float(limits.count - least))
        units = [officer.unit for officer in self.case.officers]
        for donor in limits.donors:
            leave = donor.strength - donor.floor
            from_here = np.array([float(unit == donor.unit) for unit in units])
            if leave < min(limits.count, from_here.sum()):
                name = f"{donor.unit} keeps {donor.floor} of {donor.strength}"
                weight = self.summed(from_here)
                yield Rule(name=name, weight=weight, posts=everywhere, most=leave)

    def _skills(self) -> Iterator[Rule]:
        for post, want in enumerate(self.case.wants):
            for skill, officers in want.skills.items():
                has = np.array([float(skill in each.skills) for each in self.case.officers])
                if not has.any():
                    msg = f"{want.name} asks for {skill!r}, which no officer listed has."
                    remedy = "Correct the skill, or list officers who have it."
                    raise BadInputError(
                        msg, file=self.case.demand_file, row=want.row, value=skill, remedy=remedy
                    )
                yield Rule(
                    name=_skill_name(want, skill, officers),
                    weight=self.summed(has),
                    posts=np.arange(len(self.case.wants)) == post,
                    least=officers,
                )

    def _of_posts(self) -> Iterator[PostRule]:
        span_least, span_most = self.limits.span_least, self.limits.span_most
        for post, want in enumerate(self.case.wants):
            if want.floor:
                name = f"{want.name} needs at least {want.floor} (row {want.row})"
                yield PostRule(name=name, post=post, constable=1, supervisor=1, least=want.floor)
            if want.ceiling is not None:
                name = f"{want.name} takes at most {want.ceiling} (row {want.row})"
                yield PostRule(name=name, post=post, constable=1, supervisor=1, most=want.ceiling)
            for skill, officers in want.skills.items():
                name = _skill_name(want, skill, officers)
                yield PostRule(name=name, post=post, constable=1, supervisor=1, least=officers)
            if want.supervisors is not None:
                name = f"{want.name}: a supervisor to {span_most} constables at most"
                own = float(span_most * want.supervisors)
                yield PostRule(name=name, post=post, constable=1, supervisor=-span_most, most=own)
                name = f"{want.name}: a supervisor posted to {span_least} constables at least"
                most = span_least - 1
                yield PostRule(name=name, post=post, constable=-1, supervisor=span_least, most=most)

    def _mover_of(self, officer_id: str) -> int:
        for mover, officers in enumerate(self.movers):
            if any(self.case.officers[each].officer_id == officer_id for each in officers):
                return mover
        msg = f"There is no officer {officer_id!r}."
        raise BadInputError(msg, value=officer_id, remedy="Correct the override.")

    def _fixed(self, overrides: Sequence[Override]) -> Iterator[Rule]:
        n_posts = len(self.case.wants)
        for override in overrides:
            one = np.zeros(len(self.movers))
            one[self._mover_of(override.officer_id)] = 1.0
            if override.post is None:
                name = f"{override.officer_id} stays (override, row {override.row})"
                yield Rule(name=name, weight=one, posts=np.ones(n_posts, dtype=bool), most=0)
                continue
            where = self.case.wants[override.post].name
            name = f"{override.officer_id} goes to {where} (override, row {override.row})"
            yield Rule(name=name, weight=one, posts=np.arange(n_posts) == override.post, least=1)

    def _check_overrides(self, allowed: NDArray[np.bool_], overrides: Sequence[Override]) -> None:
        """Check that nobody is sent where the own rules, or the partner's in a pair, bar it.

        Raises
        ------
        RefusedError
            If somebody is.
        """
        officers = self.case.officers
        for override in overrides:
            if override.post is None:
                continue
            mover = self.movers[self._mover_of(override.officer_id)]
            barred = [officers[each] for each in mover if not allowed[each, override.post]]
            if not barred:
                continue
            want = self.case.wants[override.post]
            why = "; ".join(f"{each.officer_id} {self._bar(each, want)}" for each in barred)
            msg = f"{override.officer_id} may not be posted to {want.name}: {why}."
            raise RefusedError(
                msg,
                file=self.case.overrides_file,
                row=override.row,
                value=override.officer_id,
                remedy="Choose another post in the overrides; a pair goes together.",
            )

    def _bar(self, officer: Officer, want: Want) -> str:
        """Return why an officer may not be posted somewhere."""
        if not officer.available:
            return "is not available"
        if officer.unit.casefold() == want.borough.casefold():
            return "is of that borough's own unit"
        level = accreditation_needed(want, self.case.actions)
        return f"has accreditation {officer.accreditation}; its actions need accreditation {level}"


def _skill_name(want: Want, skill: str, officers: int) -> str:
    return f"{want.name} needs {officers} with {skill} (row {want.row})"
