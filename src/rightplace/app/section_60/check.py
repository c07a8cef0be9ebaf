"""Use case: what authorisations of section 60 in a file break; listed, never mended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.app.answer import Answer
from rightplace.app.section_60.check_result import (
    BreachFound,
    CheckedAuthorisation,
    CheckResult,
    QuestionFound,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rightplace.app.workspace import Workspace
    from rightplace.powers.law.limits import Limits
    from rightplace.powers.section_60.authorisation import Authorisation
    from rightplace.powers.section_60.context import Context
    from rightplace.powers.section_60.file import Filed
    from rightplace.powers.section_60.settings import Section60Settings

NOT_JUDGED = (
    "Form, ranks, times and limbs were checked. Whether the belief was reasonable was not, and "
    "that nothing was found does not mean that it was lawful."
)


def check_section_60(workspace: Workspace, path: Path) -> Answer[CheckResult]:
    """Return every breach and every question about the authorisations of a file.

    Parameters
    ----------
    workspace
        Where the settings are, and perhaps the force's own policy.
    path
        The file, as ``section60 check --help`` describes it.
    """
    from rightplace.app.service.section_60_rules import section_60_rules
    from rightplace.powers.section_60.authorisation import authorisation_of
    from rightplace.powers.section_60.context import context_of
    from rightplace.powers.section_60.file import read_section60
    from rightplace.powers.section_60.search_breaches import search_breaches

    filed, rules = read_section60(path), section_60_rules(workspace)
    histories = {each.reference: each.history for each in filed}
    checked: list[CheckedAuthorisation] = []
    breaches: list[BreachFound] = []
    questions: list[QuestionFound] = []
    for each in filed:
        view = authorisation_of(each.history)
        limits = rules.limits(view, at=each.history[-1].at)
        context = context_of(histories, own=each.reference)
        checked.append(_checked(each, view, limits))
        breaches += _breaches(each, limits, rules.settings)
        breaches += [
            BreachFound(
                authorisation=each.reference,
                provision=found.provision,
                finding=found.finding,
                layer=found.layer,
                owner=found.owner,
                verified=True,
                search=found.search,
            )
            for found in search_breaches(each.searches, histories)
        ]
        questions += _questions(each, limits, context, rules.settings)
    result = CheckResult(
        path=str(path),
        authorisations=tuple(checked),
        breaches=tuple(breaches),
        questions=tuple(questions),
        not_judged=NOT_JUDGED,
    )
    return Answer(verb="section60", result=result)


def _checked(filed: Filed, view: Authorisation, limits: Limits) -> CheckedAuthorisation:
    times = [each for each in (view.runs_from, view.end) if each is not None]
    return CheckedAuthorisation(
        reference=filed.reference,
        force=filed.force,
        starts=times[0].isoformat(),
        ends=times[-1].isoformat(),
        regimes=limits.regimes,
        searches=len(filed.searches),
    )


def _breaches(filed: Filed, limits: Limits, settings: Section60Settings) -> Iterator[BreachFound]:
    from rightplace.powers.section_60.breaches import breaches

    for found in breaches(filed.history, limits=limits, settings=settings):
        yield BreachFound(
            authorisation=filed.reference,
            provision=found.provision,
            finding=found.finding,
            layer=found.layer,
            owner=found.owner,
            verified=found.verified,
        )


def _questions(
    filed: Filed, limits: Limits, context: Context, settings: Section60Settings
) -> Iterator[QuestionFound]:
    from rightplace.powers.section_60.questions import questions

    at = filed.history[-1].at
    asked = questions(filed.history, limits=limits, at=at, context=context, settings=settings)
    for found in asked:
        yield QuestionFound(
            authorisation=filed.reference,
            gate=found.gate,
            words=found.words,
            reason=None if found.reason is None else found.reason.reason,
        )
