"""Tables of effect sizes: the scales, both plans beside each other, and where they differ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from rightplace.app.service.figures import span_words
from rightplace.app.service.own_area import own_cells
from rightplace.briefing.searches.values import Table
from rightplace.briefing.stamp import day_in_words
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rightplace.app.effects.result import EffectShown, PlanBy, ProposalResult, Weighed
    from rightplace.app.service.effects_published import Proposal
    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import PublishedArea, PublishedForecast


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferRow:
    """A place and shift in which the two plans make another number of visits."""

    cell_id: str
    place: str
    borough: str
    start: str
    when: str
    before: int
    proposed: int


def per_cent(share: float) -> str:
    """Return a relative change with its sign and one decimal."""
    return f"{100 * share:+.1f} %".replace("-", "\u2212")


def change_words(effect: EffectShown) -> str:
    """Return a change at the anchor dose with its interval."""
    ends = f"{per_cent(effect.change_lo)} to {per_cent(effect.change_hi)}"
    return f"{per_cent(effect.change_mean)} ({ends}, {100 * effect.level:.0f} % interval)"


def records_table(effects: Sequence[EffectShown]) -> Table:
    """Return the records that plans may read, the newest first."""
    return Table(
        caption="Every record that plans read from its day on; none is ever edited",
        header=(
            "From",
            "Version",
            "Change at the anchor dose",
            "Where it comes from",
            "Approved by",
        ),
        rows=tuple(
            (
                day_in_words(date.fromisoformat(each.in_force_from)),
                each.version,
                change_words(each),
                each.source,
                each.approver,
            )
            for each in effects
        ),
        wordy=(1, 2, 3, 4),
    )


def weights_table(result: ProposalResult) -> Table:
    """Return what the trial found and what the record says, with the weight of each."""
    before, after = result.effect_before, result.effect
    intervals = ("", _ends(before), _ends(after))
    named = ("The trial", f"In force: version {before.version}", "Proposed")
    sides = (result.trial, result.before, result.after)
    return Table(
        caption="At the anchor dose; the proposal is drawn from both by their weights",
        header=("", "Change", "Interval", "Weight", "Log reduction", "Its standard deviation"),
        rows=tuple(
            _weighed(name, each, interval)
            for name, each, interval in zip(named, sides, intervals, strict=True)
        ),
    )


def _ends(effect: EffectShown) -> str:
    return f"{per_cent(effect.change_lo)} to {per_cent(effect.change_hi)}"


def _weighed(name: str, each: Weighed, interval: str) -> tuple[str, ...]:
    return (
        name,
        per_cent(each.change),
        interval,
        f"{each.weight:.2f}",
        f"{each.log_reduction:.4f}".replace("-", "\u2212"),
        f"{each.sd:.4f}",
    )


def totals_table(result: ProposalResult) -> Table:
    """Return both plans beside each other, in sum."""
    plans, unit = result.plans, result.plans.objective_unit
    first = day_in_words(date.fromisoformat(plans.first_day))
    names = (
        "Version",
        "Visits",
        "Places that get some",
        f"Prevented by its own record, {unit}",
        f"The same visits by the other record, {unit}",
        "No plan by its record prevents more than",
    )
    before = _column(plans.before, version=plans.before.version)
    proposed = _column(plans.proposed, version=result.proposal_id)
    return Table(
        caption=f"The coming plan: {plans.days} days from {first}, the same forecast and crews",
        header=("", "By the record in force", "By the proposed record"),
        rows=tuple(zip(names, before, proposed, strict=True)),
    )


def _column(plan: PlanBy, *, version: str) -> tuple[str, ...]:
    """Return what a plan comes to, from top to bottom."""
    counts = (f"{each:,}" for each in (plan.visits, plan.places))
    sizes = (plan.objective, plan.objective_by_other, plan.bound)
    return (version, *counts, *(f"{each:,.2f}" for each in sizes))


def differ_rows(forecast: PublishedForecast, held: Proposal, *, person: Person) -> list[DifferRow]:
    """Return where both plans differ, where somebody sees plans, in order of time and place.

    Parameters
    ----------
    forecast
        By which both were made.
    held
        The proposal.
    person
        Who sees them.
    """
    area = forecast.area
    ids = area.cells["cell_id"].to_pylist()
    mine = own_cells(area, person, Permission.SEE_PLAN)
    at = {cell: number for number, cell in enumerate(ids) if mine[number]}
    times = _times(area, held.run.result)
    rows = [
        DifferRow(
            cell_id=row["cell_id"],
            place=forecast.short_words[at[row["cell_id"]]],
            borough=area.borough_names[at[row["cell_id"]]] or "",
            start=row["slot_start"],
            when=times.get(datetime.fromisoformat(row["slot_start"]), row["slot_start"]),
            before=row["before"],
            proposed=row["proposed"],
        )
        for row in held.run.differ.to_pylist()
        if row["cell_id"] in at
    ]
    return sorted(rows, key=lambda each: (datetime.fromisoformat(each.start), each.cell_id))


def _times(area: PublishedArea, result: ProposalResult) -> dict[datetime, str]:
    first = date.fromisoformat(result.plans.first_day) - timedelta(days=1)
    zone = area.clock.tzinfo
    return {
        slot.start: span_words(slot.start, slot.end, slot=slot, zone=zone)
        for slot in area.clock.slots(first, result.plans.days + 2)
    }


def differ_table(rows: Sequence[DifferRow]) -> Table:
    """Return the visits in which both plans differ, beside each other."""
    return Table(
        caption="Visits where the two plans differ, where you see plans",
        header=("When", "Place", "Borough", "By the record in force", "By the proposed record"),
        rows=tuple(
            (each.when, each.place, each.borough, str(each.before), str(each.proposed))
            for each in rows
        ),
        wordy=(1, 2),
    )
