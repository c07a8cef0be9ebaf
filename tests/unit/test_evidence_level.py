"""The evidence level and the sentence of a finding follow from its design and its checks alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rightplace.app.evaluation.result import EvaluationResult
from rightplace.errors import BadInputError
from rightplace.evaluate.designs.evidence import RULES, evidence_of
from rightplace.evaluate.designs.finding import (
    Check,
    Design,
    Diagnostic,
    Estimate,
    Finding,
    Flag,
    Scale,
)
from rightplace.evaluate.designs.verdict import CANNOT_TELL, MEANING, verdict


def checked(*checks: Check, passed: bool | None = True) -> tuple[Diagnostic, ...]:
    return tuple(Diagnostic(check=each, passed=passed, words="Looked.") for each in checks)


DOWN = Estimate(value=-20.0, lo=-30.0, hi=-10.0, scale=Scale.INCIDENTS, method="Poisson", p=0.001)
FINDING = Finding(
    design=Design.DIFFERENCE,
    outcome="Robbery, recorded",
    estimate=DOWN,
    replicated=True,
    diagnostics=checked(*RULES[Design.DIFFERENCE].required),
)


def test_a_design_that_passed_its_checks_keeps_its_level() -> None:
    assert evidence_of(FINDING).level == 4


def test_one_comparison_alone_is_worth_less_than_several() -> None:
    assert evidence_of(replace(FINDING, replicated=False)).level == 3


@pytest.mark.parametrize("design", list(Design))
def test_every_design_has_a_rule(design: Design) -> None:
    assert 1 <= RULES[design].level_of_one <= RULES[design].level <= 5


@pytest.mark.parametrize("passed", [False, None])
def test_a_required_check_that_failed_or_could_not_be_made_takes_a_level(
    *, passed: bool | None
) -> None:
    others = RULES[Design.DIFFERENCE].required - {Check.PRE_TREND}
    made = checked(*others) + checked(Check.PRE_TREND, passed=passed)
    assert evidence_of(replace(FINDING, diagnostics=made)).level == 3


def test_a_required_check_that_was_left_out_takes_a_level() -> None:
    others = RULES[Design.DIFFERENCE].required - {Check.PRE_TREND}
    found = evidence_of(replace(FINDING, diagnostics=checked(*others)))
    assert found.level == 3
    assert found.reasons[-1] == "One less: pre-trend was not checked."


def test_any_other_check_that_failed_takes_a_level_and_one_not_made_does_not() -> None:
    failed = FINDING.diagnostics + checked(Check.NO_LOCKDOWN, passed=False)
    unmade = FINDING.diagnostics + checked(Check.NO_LOCKDOWN, passed=None)
    assert evidence_of(replace(FINDING, diagnostics=failed)).level == 3
    assert evidence_of(replace(FINDING, diagnostics=unmade)).level == 4


def test_low_power_takes_no_level_for_the_interval_shows_it() -> None:
    made = FINDING.diagnostics + checked(Check.POWER, passed=False)
    assert evidence_of(replace(FINDING, diagnostics=made)).level == 4


def test_no_level_is_below_one() -> None:
    found = Finding(
        design=Design.CLAIM,
        outcome="Theft",
        estimate=DOWN,
        diagnostics=checked(Check.NO_LOCKDOWN, Check.SAME_RECORDING, passed=False),
    )
    assert evidence_of(found).level == 1


def test_one_incident_is_no_plural() -> None:
    single = replace(DOWN, value=-1.0, lo=-1.9, hi=-0.1)
    assert "1 incident fewer" in verdict(replace(FINDING, estimate=single))


def test_an_effect_reads_as_one_with_its_interval_and_level() -> None:
    assert verdict(FINDING) == (
        "Robbery, recorded: 20 incidents fewer (-30 to -10, 95% interval) than expected without "
        "it; chance alone hardly does this. Evidence level 4 of 5: several treated places beside "
        "several comparable ones."
    )


def test_an_interval_that_holds_nothing_is_no_effect() -> None:
    null = replace(FINDING, estimate=replace(DOWN, lo=-45.0, hi=5.0, p=0.12))
    assert verdict(null).startswith("No effect could be told from chance. Robbery, recorded: 20")


@pytest.mark.parametrize("check", [Check.PLACEBO_TIME, Check.PLACEBO_SPACE, Check.PRE_TREND])
def test_a_failed_placebo_or_pre_trend_never_reads_as_an_effect(check: Check) -> None:
    made = tuple(each for each in FINDING.diagnostics if each.check is not check)
    failed = replace(FINDING, diagnostics=made + checked(check, passed=False))
    assert verdict(failed).startswith("These data cannot tell whether it worked: ")
    assert "chance alone hardly" not in verdict(failed)


def test_what_cannot_be_told_says_so_first() -> None:
    barred = replace(FINDING, flags=(Flag(code=CANNOT_TELL, words="Nothing was counted."),))
    told = "These data cannot tell whether it worked: nothing was counted."
    assert verdict(barred).startswith(told)


def test_what_cannot_be_told_prints_no_evidence_level_but_what_the_design_would_be_worth() -> None:
    barred = replace(FINDING, flags=(Flag(code=CANNOT_TELL, words="Nothing was counted."),))
    assert "Evidence level" not in verdict(barred)
    assert verdict(barred).endswith(
        " It is no evidence either way; by its design alone it would be level 4 of 5: several "
        "treated places beside several comparable ones."
    )
    assert "Evidence level" not in EvaluationResult.of(barred).evidence_words


def test_a_failed_placebo_is_flagged_for_scripts_as_what_cannot_be_told() -> None:
    made = tuple(each for each in FINDING.diagnostics if each.check is not Check.PLACEBO_TIME)
    failed = replace(FINDING, diagnostics=made + checked(Check.PLACEBO_TIME, passed=False))
    shown = EvaluationResult.of(failed)
    assert [each.code for each in shown.flags] == [CANNOT_TELL]
    assert shown.flags[0].words.startswith("Placebo-in-time failed")
    assert EvaluationResult.of(FINDING).flags == ()


def test_an_interval_that_its_own_p_contradicts_reads_as_no_effect() -> None:
    odd = replace(FINDING, estimate=replace(DOWN, p=0.08))
    assert verdict(odd).startswith("No effect could be told from chance: ")
    assert "p is 0.080" in verdict(odd)
    wide = replace(FINDING, estimate=replace(DOWN, p=0.08, level=0.9))
    assert verdict(wide).startswith("Robbery, recorded: 20 incidents fewer")


@pytest.mark.parametrize("check", [Check.NO_LOCKDOWN, Check.SAME_RECORDING])
def test_a_break_in_the_windows_stands_in_the_verdict(check: Check) -> None:
    told = Diagnostic(check=check, passed=False, words="The windows run into lockdown.")
    broken = replace(FINDING, diagnostics=(*FINDING.diagnostics, told))
    assert "hardly does this. The windows run into lockdown. Evidence level 3" in verdict(broken)


def test_checks_that_failed_stand_in_the_verdict_by_name_and_in_words() -> None:
    failed = checked(Check.LEAVE_ONE_OUT, Check.POWER, passed=False)
    told = verdict(replace(FINDING, diagnostics=FINDING.diagnostics + failed))

    assert (
        "Checks that failed: leave-one-out (one place carries much of the answer); power (a change "
        "that matters could hardly have been seen)."
    ) in told
    assert "that failed" not in verdict(FINDING)


def test_what_cannot_be_told_names_each_failed_check_once() -> None:
    failed = checked(Check.FIT, Check.PLACEBO_TIME, Check.PLACEBO_SPACE, passed=False)
    barred = Flag(code=CANNOT_TELL, words="The comparison is chosen, and placebo-in-time failed.")

    told = verdict(replace(FINDING, diagnostics=failed, flags=(barred,)))
    assert told.count("placebo-in-time") == 1
    assert "fit-before (the comparison did not follow the treated places before)" in told
    assert "placebo-in-space (places where nothing was done show an effect too)" in told
    refuted = verdict(replace(FINDING, diagnostics=failed))
    assert refuted.count("placebo-in-time") == refuted.count("placebo-in-space") == 1
    assert "A check that failed: fit-before" in refuted


@pytest.mark.parametrize("check", list(Check))
def test_every_check_has_words_for_its_failure(check: Check) -> None:
    assert MEANING[check]


def test_a_single_treated_place_stands_in_the_verdict_once() -> None:
    flags = tuple(
        Flag(code=code, words="One place alone was treated.")
        for code in ("one-treated-unit", "one-treated-area")
    )
    told = verdict(replace(FINDING, flags=flags))
    assert told.count("One place alone was treated.") == 1


@pytest.mark.parametrize(
    ("value", "lo", "hi"), [(0.0, 1.0, 2.0), (float("nan"), None, None), (0.0, None, 1.0)]
)
def test_what_is_no_estimate_is_refused(value: float, lo: float | None, hi: float | None) -> None:
    with pytest.raises(BadInputError):
        Estimate(value=value, lo=lo, hi=hi, scale=Scale.SHARE, method="none")
