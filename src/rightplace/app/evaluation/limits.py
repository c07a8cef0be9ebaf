"""What limits a finding whatever the design: flags and checks of the plan and of its data."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from rightplace.app.evaluation.series import series_of
from rightplace.core.time import day_of
from rightplace.evaluate.designs.finding import (
    RANDOMISED,
    Check,
    Design,
    Flag,
)
from rightplace.evaluate.designs.panel import Part
from rightplace.evaluate.designs.verdict import BREAKS, CANNOT_TELL, MEANING
from rightplace.evaluate.operations.plan import ChosenBy
from rightplace.evaluate.recording import lockdown_check

if TYPE_CHECKING:
    from rightplace.app.evaluation.counted import CountedPanel
    from rightplace.evaluate.designs.finding import Diagnostic, Finding
    from rightplace.evaluate.operations.plan import LockedPlan, OperationPlan

EXPLORATORY: Final = "registered-after-results"
LATE: Final = "locked-after-start"
SO_FAR: Final = "so-far"
NONE_KNOWN: Final = "none known"
_ALONE: Final = frozenset({Design.BEFORE_AFTER, Design.INTERRUPTED_SERIES})
"""Designs without a comparison: a break of the series cannot be told from the operation."""
_PLACEBOS: Final = frozenset({Check.PLACEBO_TIME, Check.PLACEBO_SPACE})
_SHOWN: Final = 6


def limited(finding: Finding, counted: CountedPanel, locked: LockedPlan) -> Finding:
    """Return a finding with the checks and flags that its plan and data give it.

    Checks of recording and lockdown stand here alone; a design without a comparison whose series
    breaks cannot tell anything.
    """
    checks = data_checks(counted)
    kept = tuple(each for each in finding.diagnostics if each.check not in BREAKS)
    flags = {each.code: each for each in finding.flags}
    barred = [*_barred(finding, counted, checks), *_unproven(finding, locked)]
    for flag in (*_flags(counted, locked), *barred):
        flags.setdefault(flag.code, flag)
    return replace(finding, diagnostics=(*kept, *checks), flags=tuple(flags.values()))


def data_checks(counted: CountedPanel) -> tuple[Diagnostic, ...]:
    """Return whether the windows were recorded alike, and keep clear of lockdowns."""
    panel, tally = counted.panel, counted.tally
    series = series_of(
        counted.area,
        (panel.starts[0].astype(object), panel.ends[-1].astype(object)),
        tally.populations,
        classes=counted.classes,
    )
    return tally.recording, lockdown_check(series)


def _barred(finding: Finding, counted: CountedPanel, checks: tuple[Diagnostic, ...]) -> list[Flag]:
    """Return why these data cannot tell anything, if they cannot."""
    before, during = counted.sums(Part.TREATED)
    if before == 0 or before + during == 0:
        words = "Nothing was recorded in the treated places before, so nothing can have fallen."
        return [Flag(code=CANNOT_TELL, words=words)]
    broken = [each for each in checks if each.passed is False]
    if broken and finding.design in _ALONE:
        words = f"{broken[0].words} No comparison is left that it would have hit alike."
        return [Flag(code=CANNOT_TELL, words=words)]
    return []


def _unproven(finding: Finding, locked: LockedPlan) -> list[Flag]:
    """Return why an exploratory comparison counts for nothing, unless placebo and power allow it.

    Who has seen results can choose places and windows that show something; a false start that
    shows nothing, and an interval narrow enough, are the least that must speak for it (NEEDS C10).
    """
    if not locked.results_could_be_seen:
        return []
    placebos = [each for each in finding.diagnostics if each.check in _PLACEBOS]
    power = [each for each in finding.diagnostics if each.check is Check.POWER]
    lacking = [_lacking(each) for each in (*placebos, *power) if each.passed is not True]
    if not placebos:
        lacking.insert(0, "its design has no placebo that could speak for it")
    if not power:
        lacking.append("its power is not known")
    if not lacking:
        return []
    words = (
        "The comparison is exploratory, chosen when results could be seen, and does not pass what "
        f"it then must: {'; '.join(lacking)}."
    )
    return [Flag(code=CANNOT_TELL, words=words)]


def _lacking(each: Diagnostic) -> str:
    """Return in words what a check says against an exploratory comparison."""
    if each.passed is None:
        return f"{each.check.value} could not be looked at"
    return f"{each.check.value} failed ({MEANING[each.check]})"


def _flags(counted: CountedPanel, locked: LockedPlan) -> list[Flag]:
    plan = locked.plan
    told = [*_of_registration(locked), *_of_windows(counted, plan)]
    if len(plan.where.treated) == 1:
        words = "One place alone was treated: what else happened there cannot be told apart."
        told.append(Flag(code="one-treated-unit", words=words))
    if plan.chosen_by is ChosenBy.HIGH_COUNTS:
        words = (
            "The places were chosen for their high counts, which fall back in any case "
            "(regression to the mean)."
        )
        told.append(Flag(code="chosen-for-high-counts", words=words))
    if plan.elsewhere.strip().rstrip(".").casefold() != NONE_KNOWN:
        words = f"Other operations there and then, as registered: {plan.elsewhere.strip()}"
        told.append(Flag(code="other-operations", words=words))
    if plan.judged.looks > 1 and plan.judged.design not in RANDOMISED:
        words = (
            f"Results are looked at {plan.judged.looks} times; this interval is of one look and "
            "is too narrow for several."
        )
        told.append(Flag(code="several-looks", words=words))
    return told


def _of_registration(locked: LockedPlan) -> list[Flag]:
    if not locked.results_could_be_seen:
        return _late(locked)
    words = (
        f"The plan was locked when records up to {locked.results_held_to} were held, so results "
        "could have been seen first: this is exploratory, and no test of a plan."
    )
    return [Flag(code=EXPLORATORY, words=words)]


def _late(locked: LockedPlan) -> list[Flag]:
    """Return that a plan was locked when its operation ran, though no records were held."""
    if not locked.locked_after_start:
        return []
    words = (
        f"The plan was locked on {day_of(locked.locked_at)}, after the operation began on "
        f"{locked.plan.when.starts}. No records of that time were held here; what was known by "
        "other ways cannot be said."
    )
    return [Flag(code=LATE, words=words)]


def _of_windows(counted: CountedPanel, plan: OperationPlan) -> list[Flag]:
    told = []
    if counted.so_far:
        words = (
            f"So far: the records end on {counted.tally.data_to} and the operation on "
            f"{plan.when.ends}."
        )
        told.append(Flag(code=SO_FAR, words=words))
    if counted.unknown:
        days = ", ".join(str(day) for day in counted.unknown[:_SHOWN])
        many = len(counted.unknown)
        named = f"{many} {plan.when.step.value}{'s' if many > 1 else ''} beginning {days}"
        more = f" and {many - _SHOWN} more" if many > _SHOWN else ""
        words = f"Left out, since a place has no data (not zero) then: {named}{more}."
        told.append(Flag(code="periods-left-out", words=words))
    if counted.part_days:
        words = (
            f"{counted.part_days} days of the windows lie in no whole {plan.when.step.value} and "
            "are not counted."
        )
        told.append(Flag(code="part-periods", words=words))
    return told


def told_verdict(finding: Finding, verdict: str) -> str:
    """Return a verdict with what must not be read past: exploratory, late, so far."""
    codes = {each.code: each.words for each in finding.flags}
    before = "Exploratory, registered when results could be seen. " if EXPLORATORY in codes else ""
    before = "Locked after it began. " if LATE in codes else before
    after = [codes[SO_FAR]] if SO_FAR in codes else []
    return " ".join([f"{before}{verdict}", *after])
