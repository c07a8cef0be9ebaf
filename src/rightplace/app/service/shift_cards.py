"""The visits of one crew in one shift, as the phone shows them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from rightplace.app.service.board_rows import sentence_start, why_words
from rightplace.app.service.shift_logging import NOT_DONE
from rightplace.app.service.shift_plan import cell_numbers
from rightplace.app.service.shift_slots import hour_words
from rightplace.deploy.activities import activity_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rightplace.app.service.shelf import PublishedPlan
    from rightplace.records.audit.transaction import Reading
    from rightplace.records.delivery.tables import VisitLog


class VisitState(StrEnum):
    """Where a visit stands."""

    TO_COME = "to come"
    DONE = "done"
    EXCUSED = "excused"
    NOT_DONE = "not done"


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitCard:
    """One visit as a crew reads it.

    Parameters
    ----------
    number
        From 1, in the plan's order.
    state_words
        Where it stands, with the hour where it was logged.
    """

    visit_id: str
    number: int
    place: str
    borough: str
    minutes: int
    why: str
    do: str
    avoid: str
    state: VisitState
    state_words: str


def cards_of(
    tx: Reading, plan: PublishedPlan, rows: Sequence[dict[str, Any]]
) -> tuple[VisitCard, ...]:
    """Return the cards of some visits; what was logged of them is shown without by whom.

    Parameters
    ----------
    tx
        The transaction in which they are shown.
    plan
        The plan.
    rows
        Its visits.
    """
    logs = _logs(tx, str(plan.record["id"]), {row["visit_id"] for row in rows})
    cell_of = cell_numbers(plan.forecast.area)
    return tuple(
        _card(
            plan,
            row,
            logs.get(row["visit_id"], []),
            cell=cell_of[row["cell_id"]],
            number=number,
        )
        for number, row in enumerate(rows, start=1)
    )


def state_of(logs: Iterable[VisitLog]) -> VisitState:
    """Return where a visit stands by what was logged of it: made once, it is made."""
    found = {_state(log) for log in logs}
    order = (VisitState.DONE, VisitState.EXCUSED, VisitState.NOT_DONE)
    return next((state for state in order if state in found), VisitState.TO_COME)


def _state(log: VisitLog) -> VisitState:
    if log.called_away != "no":
        return VisitState.EXCUSED
    return VisitState.NOT_DONE if log.activity.startswith(NOT_DONE) else VisitState.DONE


def _card(
    plan: PublishedPlan, row: dict[str, Any], logs: Sequence[VisitLog], *, cell: int, number: int
) -> VisitCard:
    forecast = plan.forecast
    activity, state = activity_for(forecast.kinds[cell]), state_of(logs)
    words = state.value
    if logs:
        last = max(log.ended_at for log in logs)
        words = f"{state.value}, {hour_words(last, forecast.area.clock.tzinfo)}"
    return VisitCard(
        visit_id=row["visit_id"],
        number=number,
        place=forecast.words[cell],
        borough=row["borough"] or "",
        minutes=row["minutes"],
        why=why_words(forecast, cell, row),
        do=sentence_start(activity.do),
        avoid=activity.avoid,
        state=state,
        state_words=words,
    )


def _logs(tx: Reading, plan_id: str, visits: set[str]) -> dict[str, list[VisitLog]]:
    from sqlalchemy import select

    from rightplace.records.delivery.tables import VisitLog

    wanted = select(VisitLog).where(VisitLog.plan_id == plan_id, VisitLog.visit_id.in_(visits))
    found: dict[str, list[VisitLog]] = {}
    for log in tx.unshown(wanted):
        found.setdefault(log.visit_id, []).append(log)
    return found
