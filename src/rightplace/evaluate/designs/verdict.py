"""The plain sentence of a finding, made from its numbers by rules and never typed by hand."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from rightplace.evaluate.designs.evidence import evidence_of
from rightplace.evaluate.designs.finding import Check, Design, Scale
from rightplace.evaluate.designs.level import level_in_words

if TYPE_CHECKING:
    from rightplace.evaluate.designs.finding import Diagnostic, Estimate, Finding

CANNOT_TELL: Final = "cannot-tell"
"""Code of a flag that makes the verdict "these data cannot tell", whatever the interval."""
CONTRADICTED: Final = "said-does-not-follow"
"""Code of a flag: a published percentage that its own figures contradict."""
FOLLOWS: Final = "said-follows"
"""Code of a flag: a published percentage that its figures bear out."""
ONE_TREATED: Final = frozenset({"one-treated-unit", "one-treated-area"})
"""Codes of flags: a single place was treated."""
TOO_SURE: Final = "too-sure"
"""Code of a flag: intervals of this kind held the truth too rarely in recorded counts."""
_LEFT_OPEN: Final = (
    "What caused it cannot be known from two numbers: a trend that ran already, a return from a "
    "peak, changed recording and displacement are not told apart."
)
BREAKS: Final = frozenset({Check.SAME_RECORDING, Check.NO_LOCKDOWN})
"""Checks of the windows, which no design can make up for."""
_REFUTING: Final = frozenset({Check.PLACEBO_TIME, Check.PLACEBO_SPACE, Check.PRE_TREND})
MEANING: Final = {
    Check.ENOUGH_COUNTS: "too few incidents",
    Check.COMPARABLE: "treated and compared places differed too much before",
    Check.REGRESSION_TO_THE_MEAN: "part of it is a return from an extreme",
    Check.PRE_TREND: "they moved apart before it began",
    Check.PLACEBO_TIME: "a false start shows an effect too",
    Check.PLACEBO_SPACE: "places where nothing was done show an effect too",
    Check.FIT: "the comparison did not follow the treated places before",
    Check.LEAVE_ONE_OUT: "one place carries much of the answer",
    Check.SENSITIVITY: "another way of reckoning gives another answer",
    Check.CLUSTERS: "too few places",
    Check.RESIDUALS: "what is left over is more than chance",
    Check.BALANCE: "the arms of the lot differed before",
    Check.SEPARATION: "the arms did not get different dosage",
    Check.CARRY_OVER: "what was done lasted into time without it",
    Check.POWER: "a change that matters could hardly have been seen",
    Check.SAME_RECORDING: "not recorded alike throughout",
    Check.NO_LOCKDOWN: "a lockdown lies in the windows",
}
"""What it means that a check failed."""
_ROUNDING: Final = 1e-9
_UNITS: Final = {
    Scale.INCIDENTS: "incidents",
    Scale.HARM: "harm weights",
}


def verdict(finding: Finding) -> str:
    """Return two or three sentences: what came out, how sure, on what evidence.

    An estimate whose placebo or pre-trend failed, and one with the flag ``cannot-tell``, never
    reads as an effect. A change of recording, a lockdown in the windows, a single treated place
    and each other check that failed are told here too, by name and in words.
    """
    if finding.design is Design.CLAIM:
        return f"{_claim(finding)} Evidence level {evidence_of(finding).words}."
    why = untold(finding)
    first = _first(finding) if why is None else f"These data cannot tell whether it worked: {why}"
    told = [*_told_beside(finding), *_failed(finding)]
    return " ".join([first, *told, level_sentence(finding)])


def untold(finding: Finding) -> str | None:
    """Return why these data cannot tell whether it worked; None where they can."""
    barred = next((each for each in finding.flags if each.code == CANNOT_TELL), None)
    if barred is not None:
        return _lower(barred.words)
    if finding.design is Design.CLAIM:
        return None
    failed = sorted(
        each.check.value
        for each in finding.diagnostics
        if each.check in _REFUTING and each.passed is False
    )
    if not failed:
        return None
    return (
        f"{' and '.join(failed)} failed, so a difference like this one comes out where there was "
        "no operation."
    )


def level_sentence(finding: Finding) -> str:
    """Return the evidence level; of the design alone where the data cannot tell anything."""
    words = evidence_of(finding).words
    if untold(finding) is None or finding.design is Design.CLAIM:
        return f"Evidence level {words}."
    return f"It is no evidence either way; by its design alone it would be level {words}."


def _told_beside(finding: Finding) -> list[str]:
    """Return what broke in the windows, that one place alone was treated, or what is too sure.

    Nothing where that is already why the data cannot tell.
    """
    if any(each.code == CANNOT_TELL for each in finding.flags):
        return []
    broken = [
        each.words for each in finding.diagnostics if each.check in BREAKS and each.passed is False
    ]
    alone = [each.words for each in finding.flags if each.code in ONE_TREATED]
    sure = [each.words for each in finding.flags if each.code == TOO_SURE]
    return [*broken, *alone[:1], *sure]


def _failed(finding: Finding) -> list[str]:
    """Return a sentence that names the checks that failed and are not told otherwise."""
    barred = next((each.words for each in finding.flags if each.code == CANNOT_TELL), None)
    told = BREAKS | _REFUTING if barred is None else frozenset()
    failed = [
        f"{each.check.value} ({MEANING[each.check]})"
        for each in finding.diagnostics
        if each.passed is False and each.check not in told and not _is_told(each, barred or "")
    ]
    if not failed:
        return []
    return [f"{'Checks' if len(failed) > 1 else 'A check'} that failed: {'; '.join(failed)}."]


def _is_told(each: Diagnostic, barred: str) -> bool:
    """Return whether the reason why data cannot tell is this check, or names it."""
    same = bool(barred) and (barred in each.words or each.words in barred)
    return same or each.check.value in barred


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]


def _first(finding: Finding) -> str:
    each, outcome = finding.estimate, _upper(finding.outcome)
    if each.lo is None or each.hi is None:
        return (
            f"{outcome}: {_size(each)}. No interval can be had from these data, so chance "
            "cannot be told from effect."
        )
    ends = f"{amount(each.lo, each)} to {amount(each.hi, each)}"
    inside = f"({ends}, {level_in_words(each.level)} interval)"
    if not each.excludes_none:
        return f"No effect could be told from chance. {outcome}: {_size(each)} {inside}."
    if each.p is not None and each.p > 1 - each.level + _ROUNDING:
        return (
            f"No effect could be told from chance: the interval leaves out no effect, but p "
            f"is {each.p:.3f}. {outcome}: {_size(each)} {inside}."
        )
    told = f"{outcome}: {_size(each)} {inside} than expected without it"
    if any(flag.code == TOO_SURE for flag in finding.flags):
        return f"{told}, which is beyond the chance that the interval allows for."
    return f"{told}; chance alone hardly does this."


def _claim(finding: Finding) -> str:
    """Return what two figures show, what was said of them, and what stays open."""
    each = finding.estimate
    told = f"{_upper(finding.outcome)}: {_size(each)}"
    if each.lo is not None and each.hi is not None:
        ends = f"{amount(each.lo, each)} to {amount(each.hi, each)}"
        chance = "cannot explain it" if each.excludes_none else "could do this alone"
        told = (
            f"{told} ({ends}, {level_in_words(each.level)} interval under Poisson chance, which is "
            f"too narrow where incidents come in spells); chance of that kind {chance}."
        )
    said = [flag.words for flag in finding.flags if flag.code in (CONTRADICTED, FOLLOWS)]
    failed = [check for check in finding.diagnostics if check.passed is False]
    unlike = [each.words for each in failed if each.check is Check.SAME_RECORDING]
    other = [each.words for each in failed if each.check is not Check.SAME_RECORDING]
    return " ".join([*said, *unlike, told, *other, _LEFT_OPEN])


def _size(each: Estimate) -> str:
    if each.value == 0:
        return "no change"
    way = "fewer" if each.value < 0 else "more"
    if each.scale is Scale.SHARE:
        return f"{abs(each.value):.1%} {way}"
    if each.scale is Scale.HARM:
        way = "less" if each.value < 0 else "more"
    number = _number(abs(each.value))
    unit = "incident" if number == "1" and each.scale is Scale.INCIDENTS else _UNITS[each.scale]
    return f"{number} {unit} {way}"


def amount(value: float, of: Estimate) -> str:
    """Return an end of an interval with its sign, in the unit of its estimate."""
    if math.isinf(value):
        return "without end"
    return f"{value:+.1%}" if of.scale is Scale.SHARE else _signed(value)


def _signed(value: float) -> str:
    return f"{'-' if value < 0 else '+' if value > 0 else ''}{_number(abs(value))}"


def _number(value: float) -> str:
    """Return a number with no more digits than its size earns."""
    few = 100
    return f"{value:,.0f}" if value >= few or value == int(value) else f"{value:,.1f}"
