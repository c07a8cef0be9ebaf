"""Use cases: a trial to take away; each export is written in the audit chain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rightplace.app.evaluation.trial_lock import shown_trial
from rightplace.app.service.figures import moment_words
from rightplace.app.service.listing import Origin, listing_csv
from rightplace.app.service.trials_published import look_at_published
from rightplace.briefing.stamp import PLACE_NOT_PERSON
from rightplace.core.canonical import canonical_json, plain
from rightplace.core.time import Clock
from rightplace.errors import NotHeldError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import Shelf
    from rightplace.app.service.trials_published import PublishedTrial

PURPOSE: Final = "Take a trial away."
LOOKS: Final = (
    *("look", "made_at", "plans", "planned", "fraction", "spent", "boundary", "nominal_p"),
    *("scale", "estimate", "lo", "hi", "level", "p", "crossed", "last", "per_patrol_hour"),
    "verdict",
)
PLANS: Final = (
    *("look", "plan", "analysed_from", "last_day", "treated", "recorded_treated"),
    *("expected_treated", "held_out", "recorded_held_out", "expected_held_out", "released"),
    "effect_version",
)


def trial_data(shelf: Shelf, trial_id: str, *, person: Person, at: datetime) -> str:
    """Return a trial and what each look found as JSON.

    Parameters
    ----------
    shelf, trial_id, person, at
        As in ``look_at_published``.
    """
    held = look_at_published(shelf, trial_id, person=person, at=at, purpose=PURPOSE)
    content = {
        "trial": plain(shown_trial(held.trial)),
        "looks": [plain(each.result) for each in held.looks],
        "synthetic": held.is_synthetic,
        "place_not_person": PLACE_NOT_PERSON,
    }
    return canonical_json(content) + "\n"


def trial_csv(
    shelf: Shelf, trial_id: str, table: str, *, person: Person, at: datetime, marking: str
) -> str:
    """Return a table of a trial as CSV: its looks, or the plans that each judged.

    Parameters
    ----------
    shelf, trial_id, person, at
        As in ``look_at_published``.
    table
        ``looks`` or ``plans``.
    marking
        Protective marking.

    Raises
    ------
    NotHeldError
        If there is no such table.
    """
    tables = {"looks": (LOOKS, _look_rows), "plans": (PLANS, _plan_rows)}
    if table not in tables:
        msg = f"The trial has no table {table!r}."
        raise NotHeldError(msg, value=table, remedy=f"Take one of: {', '.join(tables)}.")
    held = look_at_published(shelf, trial_id, person=person, at=at, purpose=PURPOSE)
    origin = Origin(
        run_id=trial_id,
        marking=marking,
        data_cut_off=held.looks[-1].result.last_day if held.looks else "",
        is_synthetic=held.is_synthetic,
        exported_by=person.actor.name,
        exported_at=moment_words(at, Clock().tzinfo),
    )
    header, rows = tables[table]
    return listing_csv(header, rows(held), origin=origin)


def _look_rows(held: PublishedTrial) -> Iterator[tuple[object, ...]]:
    made_at = {each.run_id: each.made_at for each in held.trial.looks}
    for each in held.looks:
        look, found, hour = each.result.look, each.result.evaluation, each.result.per_hour
        if look is None:
            continue
        planned = "yes" if look.planned else "no"
        yield (
            *(each.run_id, made_at[each.run_id], look.plans, planned, look.fraction, look.spent),
            *(look.boundary, look.nominal_p, found.scale, found.estimate, found.lo95, found.hi95),
            *(found.level, found.p, "yes" if look.crossed else "no", "yes" if look.last else "no"),
            *(None if hour is None else hour.value, found.verdict),
        )


def _plan_rows(held: PublishedTrial) -> Iterator[tuple[object, ...]]:
    for look in held.looks:
        for each in look.result.plans:
            yield (
                *(look.run_id, each.plan_id, each.analysed_from, each.last_day, each.treated),
                *(each.recorded_treated, each.expected_treated, each.held_out),
                *(each.recorded_held_out, each.expected_held_out, each.released),
                each.effect_version,
            )
