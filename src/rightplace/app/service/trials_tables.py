"""Tables of a trial's page: what was found, which looks were planned and made, which plans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rightplace.app.evaluation.report_parts import chance, number, percent, signed
from rightplace.briefing.searches.values import Table
from rightplace.briefing.stamp import day_in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rightplace.app.evaluation.result import EstimateShown
    from rightplace.app.evaluation.trial_lock import LookShown, PlannedLook, TrialShown
    from rightplace.app.evaluation.trial_result import TrialResult
    from rightplace.app.service.trials_published import PublishedLook

NONE: Final = "none"
SMALL: Final = 10.0
"""Changes of fewer incidents, ends included, are written in hundredths; a choice of ours."""


def effects_table(result: TrialResult) -> Table:
    """Return the change by intention to treat, where delivered, and by patrol-hour."""
    from rightplace.app.evaluation.result import EstimateShown

    found = result.evaluation
    headline = EstimateShown(
        value=found.estimate,
        lo=found.lo95,
        hi=found.hi95,
        level=found.level,
        p=found.p,
        scale=found.scale,
        method=found.method,
    )
    protocol = result.per_protocol
    named = (
        ("As the lot drew them (intention to treat)", headline),
        ("The same as a share", found.relative),
        (
            "Where a full visit was made (per protocol)",
            None if protocol is None else protocol.delivered,
        ),
        ("For each patrol-hour", result.per_hour),
    )
    return Table(
        caption=f"Recorded {found.outcome.removesuffix(', recorded')}: visited less held out",
        header=("What", "Change", "Interval", "Level", "p", "By"),
        rows=tuple((name, *_cells(each)) for name, each in named if each is not None),
        wordy=(5,),
    )


def _cells(each: EstimateShown) -> tuple[str, ...]:
    said = _said(each)
    ends = ["without end" if end is None else said(end) for end in (each.lo, each.hi)]
    interval = NONE if each.lo is None and each.hi is None else f"{ends[0]} to {ends[1]}"
    level = f"{100 * each.level:.3g} %"
    return said(each.value), interval, level, chance(each.p), each.method


def _said(each: EstimateShown) -> Callable[[float], str]:
    """Return how value and ends of an estimate are written: all with the same digits."""
    if each.scale == "share":
        return percent
    sizes = [abs(value) for value in (each.value, each.lo, each.hi) if value is not None]
    return _hundredths if max(sizes) < SMALL else signed


def _hundredths(value: float) -> str:
    return f"{value:+.2f}".replace("-", "\u2212")


def per_hour_words(result: TrialResult) -> str:
    """Return what one patrol-hour brought, or why nobody knows."""
    hour, given = result.per_hour, result.dosage
    if hour is not None:
        said = _said(hour)
        told = f"{said(hour.value)} incidents for each patrol-hour that the lot brought"
        if hour.lo is None and hour.hi is None:
            return f"{told}."
        ends = ["without end" if end is None else said(end) for end in (hour.lo, hour.hi)]
        return f"{told} ({ends[0]} to {ends[1]})."
    if given.treated_minutes is None:
        return "By patrol-hour: nobody measured what was given."
    return "By patrol-hour: the places got the same, so nothing can be said."


def looks_table(shown: TrialShown, looks: Sequence[PublishedLook]) -> Table:
    """Return the looks that were planned with their boundaries, and those that were made."""
    made = {each.plans: each for each in shown.looks}
    found = {each.run_id: each for each in looks}
    planned = {each.plans: each for each in shown.planned_looks}
    return Table(
        caption="Looks, as they were planned before and as they were made",
        header=(
            *("After plans", "Planned", "Stops at", "or p", "Chance spent by then"),
            *("Made", "Found", "Its boundary"),
        ),
        rows=tuple(
            (
                f"{plans} of {shown.plans}",
                *_planned_cells(planned.get(plans)),
                *_made_cells(made.get(plans), found),
            )
            for plans in sorted({*planned, *made})
        ),
        wordy=(1, 5, 6, 7),
    )


def _planned_cells(look: PlannedLook | None) -> tuple[str, ...]:
    if look is None:
        return "not planned", "", "", ""
    return "yes", _edge(look.boundary), f"{look.nominal_p:.2g}", f"{look.spent:.4f}"


def _edge(boundary: float | None) -> str:
    return "nothing" if boundary is None else f"{boundary:.3f}"


def _made_cells(look: LookShown | None, found: dict[str, PublishedLook]) -> tuple[str, ...]:
    if look is None:
        return "not yet", "", ""
    held = found.get(look.run_id)
    if held is None or held.result.look is None:
        return f"{look.run_id}", "it may not be used now", ""
    told, made = held.result.evaluation, held.result.look
    value = signed(told.estimate) if told.scale != "share" else percent(told.estimate)
    stop = "stopped it" if made.crossed else "did not stop it"
    p = chance(told.p)
    edge = f"{_edge(made.boundary)}, p {made.nominal_p:.2g}; it {stop}"
    return look.run_id, f"{value}{f', p {p}' if p else ''}", edge


def plans_table(result: TrialResult) -> Table:
    """Return the plans that were judged, both arms as the lot drew them."""
    return Table(
        caption="Plans judged; released places stay in the arm that the lot gave them",
        header=(
            *("Compared", "Visited places", "Recorded there", "Expected there"),
            *("Held out", "Recorded there", "Expected there", "Released", "Effect size"),
        ),
        rows=tuple(
            (
                f"{_day(each.analysed_from)} to {_day(each.last_day)}",
                f"{each.treated:,}",
                f"{each.recorded_treated:,}",
                number(each.expected_treated),
                f"{each.held_out:,}",
                f"{each.recorded_held_out:,}",
                number(each.expected_held_out),
                f"{each.released:,}",
                each.effect_version,
            )
            for each in result.plans
        ),
    )


def _day(iso: str) -> str:
    from datetime import date

    return day_in_words(date.fromisoformat(iso))
