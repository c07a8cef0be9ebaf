"""Use cases: the effect sizes that plans read, and a proposal with both plans side by side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from rightplace.app.effects.kept import effects_from
from rightplace.app.effects.result import EffectShown
from rightplace.app.evaluation.trial_register import running_among
from rightplace.app.service.effects_published import (
    OPEN,
    Status,
    decided_words,
    in_force,
    may_approve,
    open_proposal,
    open_proposals,
    published_approvals,
    today,
)
from rightplace.app.service.effects_tables import (
    change_words,
    differ_rows,
    differ_table,
    records_table,
    totals_table,
    weights_table,
)
from rightplace.app.service.figures import moment_words
from rightplace.app.service.trials_published import published_trials
from rightplace.core.time import Clock
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from rightplace.app.service.effects_published import Proposal
    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import Shelf
    from rightplace.briefing.searches.values import Table
    from rightplace.records.audit.transaction import Transaction

COLOURS: Final = {
    Status.WAITING: "yellow",
    Status.CARRIED: "blue",
    Status.FAILED: "red",
    Status.APPROVED: "green",
    Status.DECLINED: "grey",
}
MOST_SHOWN: Final = 40
"""Visits in which both plans differ that a page lists; the file has all. A choice of ours."""
SOMEBODY: Final = ("another person", "tasking chair")
"""For whom it is asked whether a proposal could be approved at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalLine:
    """A proposal in the list.

    Parameters
    ----------
    old, new
        Changes at the anchor dose, with their intervals.
    """

    id: str
    status: str
    colour: str
    old: str
    new: str
    proposed: str
    is_synthetic: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectsPage:
    """The effect sizes that plans read.

    Parameters
    ----------
    now
        What plans of today read; ``change`` the same in words.
    records
        Every one that is in force from some day on.
    frozen_by
        Id and title of each running trial, while which none changes.
    """

    now: EffectShown
    change: str
    records: Table
    frozen_by: tuple[tuple[str, str], ...]
    lines: tuple[ProposalLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalPage:
    """A proposal with both plans.

    Parameters
    ----------
    weights, totals, differ
        The scales; both plans in sum; where they differ, of the places where one sees plans.
    elsewhere
        In how many other places and times they differ.
    cut
        How many rows the table leaves to the file.
    barred
        Why nobody may approve it now; empty where somebody may, or it is decided.
    told
        Why an approval was not put into force.
    in_force_from
        First day for which plans read it; empty while none do.
    history
        When, what, by whom as what, and why.
    acts
        What the reader may do: address and words.
    """

    line: ProposalLine
    verdict: str
    trial_id: str
    look_id: str
    forecast_id: str
    sees_forecast: bool
    weights: Table
    totals: Table
    differ: Table
    moved: int
    elsewhere: int
    cut: int
    assumptions: tuple[str, ...]
    barred: str
    told: str
    in_force_from: str
    history: tuple[tuple[str, str, str, str], ...]
    acts: tuple[tuple[str, str], ...]
    as_of: str
    data_cut_off: str


def read_effects(shelf: Shelf, *, person: Person, at: datetime) -> EffectsPage:
    """Return the effect sizes that plans read, and every proposal; a look at each.

    Parameters
    ----------
    shelf
        Where they are published.
    person
        Who asks.
    at
        The time now.
    """
    from rightplace.records.audit.transaction import transaction

    person.check(Permission.SEE_OPERATIONS)
    purpose = "Look at effect sizes."
    with transaction(shelf.database, person.actor, purpose=purpose, at=at) as tx:
        approvals = published_approvals(tx)
        running = running_among(published_trials(tx))
        proposals = open_proposals(shelf, tx)
    now = EffectShown.of(in_force(approvals, at))
    return EffectsPage(
        now=now,
        change=change_words(now),
        records=records_table([EffectShown.of(each) for each in effects_from(approvals)]),
        frozen_by=tuple((each.trial_id, each.plan.title) for each in running),
        lines=tuple(proposal_line(each) for each in proposals),
    )


def proposal_line(held: Proposal) -> ProposalLine:
    """Return a proposal as a list shows it."""
    result = held.run.result
    made = datetime.fromisoformat(held.run.record["made_at"])
    return ProposalLine(
        id=held.id,
        status=held.status.value,
        colour=COLOURS[held.status],
        old=change_words(result.effect_before),
        new=change_words(result.effect),
        proposed=f"{result.proposed_by}, {moment_words(made, Clock().tzinfo)}",
        is_synthetic=held.run.is_synthetic,
    )


def proposal_named(shelf: Shelf, run_id: str, *, person: Person) -> str:
    """Return the proposal that a published run is of, for who follows a link to its approval.

    Parameters
    ----------
    shelf
        Where it is published.
    run_id
        A proposal or an approval.
    person
        Who asks.
    """
    from rightplace.records.audit.transaction import reading

    person.check(Permission.SEE_OPERATIONS)
    with reading(shelf.database) as quiet:
        found = [each for each in published_approvals(quiet) if each.approval_id == run_id]
    return found[0].proposal_id if found else run_id


def read_proposal(shelf: Shelf, proposal_id: str, *, person: Person, at: datetime) -> ProposalPage:
    """Return a proposal with both plans; the look is written in the audit chain.

    Parameters
    ----------
    shelf, proposal_id
        Where it is published, and which.
    person
        Who asks: where both plans differ they see where they see plans at all.
    at
        The time now.
    """
    from rightplace.records.audit.transaction import transaction

    person.check(Permission.SEE_OPERATIONS)
    purpose = "Read a proposed effect size."
    with transaction(shelf.database, person.actor, purpose=purpose, at=at) as tx:
        held = open_proposal(shelf, tx, proposal_id)
        forecast = shelf.forecast_behind(tx, _forecast(held))
        rows = differ_rows(forecast, held, person=person)
        history = tuple(_history(tx, held))
    result = held.run.result
    return ProposalPage(
        line=proposal_line(held),
        verdict=_verdict(held),
        trial_id=result.trial_id,
        look_id=result.look_id,
        forecast_id=_forecast(held),
        sees_forecast=person.may(Permission.SEE_FORECAST),
        weights=weights_table(result),
        totals=totals_table(result),
        differ=differ_table(rows[:MOST_SHOWN]),
        moved=result.plans.moved,
        elsewhere=held.run.differ.num_rows - len(rows),
        cut=max(0, len(rows) - MOST_SHOWN),
        assumptions=result.effect.assumptions,
        barred=_barred(held, at),
        told=held.told,
        in_force_from=_start(held),
        history=history,
        acts=tuple(acts_on(held, person)),
        as_of=str(held.run.record["as_of"]),
        data_cut_off=str(forecast.result["trained_to"]),
    )


def _forecast(held: Proposal) -> str:
    return held.run.result.plans.forecast_id


def _start(held: Proposal) -> str:
    return "" if held.approval is None else held.approval.effect.in_force_from.isoformat()


def _verdict(held: Proposal) -> str:
    """Return the sentence of a proposal, without its last: what became of it is said apart."""
    told, _, _ = held.run.result.verdict.partition(" Nothing reads it until")
    return told


def _barred(held: Proposal, at: datetime) -> str:
    if held.status not in OPEN:
        return ""
    name, role = SOMEBODY
    return held.why_not(by=name, role=role, on=today(at))


def acts_on(held: Proposal, person: Person) -> list[tuple[str, str]]:
    """Return what somebody may do to a proposal: the word of its address, and its words."""
    if held.status not in OPEN or not may_approve(person):
        return []
    return [("approve", "Approve this effect size"), ("decline", "Decline it")]


def _history(tx: Transaction, held: Proposal) -> list[tuple[str, str, str, str]]:
    """Return what happened to a proposal, the newest first."""
    from rightplace.records.decided.effects import view_decisions_on

    zone, result = Clock().tzinfo, held.run.result
    told = [
        (
            moment_words(each.decided_at, zone),
            decided_words(each),
            f"{each.name}, {each.role}",
            each.reason,
        )
        for each in view_decisions_on(tx, held.id)
    ]
    kept = held.approval
    if kept is not None and not told:
        when = moment_words(datetime.fromisoformat(kept.made_at), zone)
        start = kept.effect.in_force_from.isoformat()
        words = f"approved at the command line, for plans from {start}"
        told = [(when, words, f"{kept.by}, {kept.role}", kept.reason)]
    made = moment_words(datetime.fromisoformat(held.run.record["made_at"]), zone)
    return [*told, (made, "proposed", result.proposed_by, f"the last look, {result.look_id}")]
