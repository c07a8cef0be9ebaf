"""Use cases: the list of trials, and one of them: the verdict first, then what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from rightplace.app.evaluation.report_parts import chance, checks_part, number, percent
from rightplace.app.evaluation.trial_lock import shown_trial
from rightplace.app.evaluation.trial_register import ENDED, FINISHED, RUNNING, STOPPED
from rightplace.app.service.figures import moment_words
from rightplace.app.service.trials_published import look_at_published, trial_id_of
from rightplace.app.service.trials_published import read_trials as published
from rightplace.app.service.trials_tables import (
    effects_table,
    looks_table,
    per_hour_words,
    plans_table,
)
from rightplace.briefing.evaluation.values import Effect, EffectsChart
from rightplace.briefing.stamp import day_in_words
from rightplace.core.time import Clock
from rightplace.errors import NotHeldError
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from rightplace.app.evaluation.trial_lock import TrialShown
    from rightplace.app.evaluation.trial_result import DosageGiven, TrialResult
    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import Shelf
    from rightplace.app.service.trials_published import PublishedLook, PublishedTrial
    from rightplace.briefing.searches.values import Table

STATES: Final = {
    RUNNING: ("running", "blue"),
    STOPPED: ("boundary crossed", "green"),
    FINISHED: ("finished", "green"),
    ENDED: ("given up", "grey"),
}
"""How a trial stands in words, and the colour of its tag."""
SPENDING: Final = {"obrien-fleming": "O'Brien and Fleming", "pocock": "Pocock"}
"""How the chance of a false alarm is spent, by its word in the locked trial."""
CHART: Final = "looks"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialLine:
    """A trial in the list: how it stands, and the newest sentence about it."""

    id: str
    title: str
    state: str
    colour: str
    period: str
    verdict: str
    is_synthetic: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LookPart:
    """What the newest look found, as the page shows it.

    Parameters
    ----------
    numbers
        By intention to treat, where delivered, and by patrol-hour.
    tables
        Checks and refutations.
    flags, level_reasons, cannot
        A sentence each.
    """

    run_id: str
    level_words: str
    level_reasons: tuple[str, ...]
    flags: tuple[str, ...]
    estimand: str
    cannot: tuple[str, ...]
    numbers: Table
    protocol_words: tuple[str, ...]
    plans: Table
    tables: tuple[Table, ...]
    has_chart: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialPage:
    """A trial as its page shows it.

    Parameters
    ----------
    verdict
        The newest sentence about it.
    last
        The newest look that may be shown; None where there is none.
    looks
        Those planned and those made.
    stopped
        Why looks may not be shown, a sentence each.
    as_of, counted_to
        Of the newest look; empty where there is none.
    """

    line: TrialLine
    question: str
    stop_rule: str
    ended_because: str
    last: LookPart | None
    looks: Table
    lock_rows: tuple[tuple[str, str], ...]
    stopped: tuple[str, ...]
    as_of: str
    counted_to: str


def read_trials(shelf: Shelf, *, person: Person, at: datetime) -> tuple[TrialLine, ...]:
    """Return the trials that somebody may see, the one locked last first.

    Parameters
    ----------
    shelf
        Where they are published.
    person
        Who asks.
    at
        The time now.
    """
    return tuple(_line(each) for each in published(shelf, person=person, at=at))


def read_trial(shelf: Shelf, trial_id: str, *, person: Person, at: datetime) -> TrialPage:
    """Return a trial as its page shows it; the look is written in the audit chain.

    Parameters
    ----------
    shelf, trial_id, person, at
        As in ``look_at_published``.
    """
    held = look_at_published(shelf, trial_id, person=person, at=at, purpose="Read a trial.")
    shown, last = shown_trial(held.trial), held.looks[-1] if held.looks else None
    return TrialPage(
        line=_line(held),
        question=shown.question,
        stop_rule=shown.stop_rule,
        ended_because=shown.ended_because or "",
        last=None if last is None else _look_part(held, last),
        looks=looks_table(shown, held.looks),
        lock_rows=tuple(_lock_rows(shown)),
        stopped=tuple(held.stopped.values()),
        as_of="" if last is None else last.as_of,
        counted_to="" if last is None else last.result.last_day,
    )


def trial_named(shelf: Shelf, run_id: str, *, person: Person) -> str:
    """Return the trial that a published run is of, for who follows a link to one of its looks.

    Parameters
    ----------
    shelf
        Where it is published.
    run_id
        A lock, a look or an end.
    person
        Who asks.
    """
    from rightplace.records.audit.transaction import reading

    person.check(Permission.SEE_OPERATIONS)
    with reading(shelf.database) as quiet:
        return trial_id_of(quiet, run_id)


def _line(held: PublishedTrial) -> TrialLine:
    state, colour = STATES[held.trial.state]
    plan = held.trial.plan
    return TrialLine(
        id=held.trial.trial_id,
        title=plan.title,
        state=state,
        colour=colour,
        period=f"{day_in_words(plan.starts)} to {day_in_words(plan.ends)}",
        verdict=_verdict(held),
        is_synthetic=held.is_synthetic,
    )


def _verdict(held: PublishedTrial) -> str:
    """Return the newest sentence about a trial: that of its last look, or what is still to come."""
    if held.looks:
        return held.looks[-1].result.evaluation.verdict
    if held.trial.looks:
        return "What its looks found may not be used now, so nothing is said here."
    if held.trial.ended_because is not None:
        return "It was given up before anybody looked: these data cannot tell."
    first, plans = held.trial.plan.looks[0], held.trial.plan.plans
    return (
        f"It is locked and nobody has looked: nothing can be said yet. The first look is planned "
        f"after {first} of {plans} plans."
    )


def _lock_rows(shown: TrialShown) -> list[tuple[str, str]]:
    locked = moment_words(datetime.fromisoformat(shown.locked_at), Clock().tzinfo)
    held = (
        f"{shown.results_held:,} records of its days: results could be seen"
        if shown.results_held
        else "none of its days: no result could be seen"
    )
    return [
        ("Locked by", f"{shown.locked_by}, {locked}"),
        ("Records held then", held),
        ("Digest of what was locked (SHA-256)", shown.sha256),
        ("Plans that it is to have", f"{shown.plans:,}, each a week with a hold-out by lot"),
        ("First and last day", f"{_day(shown.starts)} to {_day(shown.ends)}"),
        ("Smallest change that matters", percent(shown.smallest_change)),
        (
            "Chance of a false alarm in all looks",
            f"{100 * shown.alpha:g} %, spent by the rule of {SPENDING[shown.spending]}",
        ),
        ("Study area", shown.area_id),
    ]


def _day(iso: str) -> str:
    return day_in_words(date.fromisoformat(iso))


def _look_part(held: PublishedTrial, last: PublishedLook) -> LookPart:
    result = last.result
    found = result.evaluation
    return LookPart(
        run_id=last.run_id,
        level_words=found.evidence_words,
        level_reasons=found.evidence_reasons,
        flags=tuple(each.words for each in found.flags),
        estimand=result.estimand,
        cannot=result.cannot,
        numbers=effects_table(result),
        protocol_words=(*_protocol_words(result), _dosage_words(result.dosage)),
        plans=plans_table(result),
        tables=checks_part(found).tables[1:],
        has_chart=_chart(held) is not None,
    )


def _protocol_words(result: TrialResult) -> tuple[str, ...]:
    told = per_hour_words(result)
    found = result.per_protocol
    return (told,) if found is None else (told, found.words)


def _dosage_words(given: DosageGiven) -> str:
    planned = f"{given.planned_minutes:,.0f} minutes were planned for each place to be visited"
    if given.treated_minutes is None or given.held_out_minutes is None:
        return f"{planned}; nobody measured what was given."
    return (
        f"{planned}; {given.treated_minutes:,.0f} were given there and "
        f"{given.held_out_minutes:,.0f} in each place held out."
    )


def _chart(held: PublishedTrial) -> EffectsChart | None:
    """Return each look's relative change with the interval of its own boundary."""
    effects = []
    for each in held.looks:
        relative, look = each.result.evaluation.relative, each.result.look
        if relative is None or look is None:
            continue
        both = relative.lo is not None and relative.hi is not None
        p = chance(each.result.evaluation.p)
        effects.append(
            Effect(
                label=f"After {look.plans} of {look.plans_in_all} plans",
                share=relative.value,
                lo=relative.lo if both else None,
                hi=relative.hi if both else None,
                is_plans=each is held.looks[-1],
                words=f"{number(100 * relative.value)} %{f', p {p}' if p else ''}",
            )
        )
    if not effects:
        return None
    title = "Change in visited places at each look; the newest is filled"
    return EffectsChart(title=title, effects=tuple(effects))


def trial_chart(shelf: Shelf, trial_id: str, ident: str, *, person: Person, at: datetime) -> str:
    """Return the picture of a trial's looks as an ``<svg>``.

    Parameters
    ----------
    shelf, trial_id, person, at
        As in ``look_at_published``.
    ident
        Which picture: ``looks``.

    Raises
    ------
    NotHeldError
        If the trial has no such picture.
    """
    from rightplace.briefing.evaluation.charts import effects_svg

    held = look_at_published(shelf, trial_id, person=person, at=at, purpose="Read a trial.")
    chart = _chart(held) if ident == CHART else None
    if chart is None:
        msg = f"The trial has no picture {ident!r}."
        raise NotHeldError(msg, value=ident, remedy="Open the page of the trial again.")
    return effects_svg(chart, ident=CHART)
