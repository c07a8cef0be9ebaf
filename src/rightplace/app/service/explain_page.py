"""Use case: how a published number came about: data, code, settings, seed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rightplace.errors import NotHeldError
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import PublishedForecast, Shelf


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainPage:
    """How a run, or a place of a forecast, came about.

    Parameters
    ----------
    facts, settings
        Names and values, in words.
    place
        Facts of one place by slot, as header and rows; empty for a whole run.
    """

    id: str
    kind: str
    is_synthetic: bool
    as_of: str
    facts: tuple[tuple[str, str], ...]
    inputs: tuple[tuple[str, str, str], ...]
    settings: tuple[tuple[str, str], ...]
    place_words: str
    place: tuple[tuple[str, ...], ...]


def explain_published(shelf: Shelf, item: str, *, person: Person, at: datetime) -> ExplainPage:
    """Return how something published came about; the look is written in the audit chain.

    Parameters
    ----------
    shelf
        Where it is published.
    item
        A forecast or plan, or a place of a forecast as ``f-...:CELL``.
    person
        Who asks: a place must lie in their area.
    at
        The time now.
    """
    from rightplace.records.audit.transaction import transaction
    from rightplace.records.published.tables import PublishedRun
    from rightplace.records.stop.switch import check_running

    run_id, _, cell_id = item.partition(":")
    words, rows = "", tuple[tuple[str, ...], ...]()
    with transaction(shelf.database, person.actor, purpose="Explain a number.", at=at) as tx:
        run = tx.view_one(PublishedRun, run_id)
        person.check(SEEN_BY.get(run.kind, Permission.SEE_FORECAST))
        check_running(tx, run_id)
        if cell_id:
            forecast = shelf.forecast(tx, run_id)
            words, rows = _place(forecast, cell_id, person)
    record = json.loads(run.content)
    return ExplainPage(
        id=item,
        kind=run.kind,
        is_synthetic=run.is_synthetic,
        as_of=str(record.get("as_of", "")),
        facts=tuple((n.replace("_", " "), str(record.get(n, ""))) for n in _facts_told(record)),
        inputs=tuple(
            (each["source"], str(each["release"] or "not declared"), each["sha256"])
            for each in record.get("inputs", ())
        ),
        settings=tuple(
            (name, _text(value))
            for name, value in sorted(record.get("settings", {}).items())
            if name not in NOT_TOLD | NOT_TOLD_OF.get(run.kind, frozenset())
        ),
        place_words=words,
        place=rows,
    )


SEEN_BY = {
    "plan": Permission.SEE_PLAN,
    "routes": Permission.SEE_PLAN,
    "picture": Permission.SEE_PICTURE,
    "roster": Permission.SEE_ROSTER,
    "surge": Permission.SEE_SURGE,
    "investigation": Permission.SEE_INVESTIGATION,
    "searches": Permission.SEE_SEARCHES,
    "evaluation": Permission.SEE_OPERATIONS,
    "trial": Permission.SEE_OPERATIONS,
    "effect_proposal": Permission.SEE_OPERATIONS,
    "effect_approval": Permission.SEE_OPERATIONS,
    "workforce": Permission.SEE_WORKFORCE,
}
"""What one must be allowed to see for each kind of run; any other is a forecast's business."""
FACTS = ("code_version", "settings_hash", "as_of", "known_at", "seed", "made_at")
NOT_TOLD = frozenset(
    {"holdout", "replan", "places", "left_out", "changes", "reason", "by", "overrides"}
)
"""Settings that name places or people, or tell of a lot: which places one held out, or released,
must not reach the street, and a whole run is explained to people of any area."""

NOT_TOLD_OF = {"evaluation": frozenset({"plan"})}
"""Further ones of a kind: the plan of an operation names its places. Its report shows it."""


def _facts_told(record: dict[str, Any]) -> tuple[str, ...]:
    """Return the facts that are told: the seed of a run that drew a lot would draw it again."""
    drew_a_lot = bool(record.get("settings", {}).get("holdout"))
    return tuple(each for each in FACTS if not (drew_a_lot and each == "seed"))


def _text(value: Any) -> str:  # noqa: ANN401 - JSON of any kind
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _place(
    forecast: PublishedForecast, cell_id: str, person: Person
) -> tuple[str, tuple[tuple[str, ...], ...]]:
    """Return a place in words and its row for each slot.

    Raises
    ------
    NotHeldError
        If the forecast has no such place.
    """
    from rightplace.app.service.figures import count_words, harm_words, span_words

    ids = forecast.area.cells["cell_id"].to_pylist()
    if cell_id not in ids:
        msg = f"The forecast has no place {cell_id!r}."
        raise NotHeldError(msg, value=cell_id, remedy="Choose one of its table.")
    cell = ids.index(cell_id)
    area = forecast.area
    person.check(
        Permission.SEE_FORECAST, bcu=area.commands[cell] or "", borough=area.borough_names[cell]
    )
    zone = forecast.area.clock.tzinfo
    rows = []
    for at, ((start, end), slot) in enumerate(zip(forecast.times, forecast.slots, strict=True)):
        mean, lo, hi = (
            float(v[cell, at]) for v in (forecast.expected, forecast.lo80, forecast.hi80)
        )
        count = count_words(mean, lo, hi, period="in this slot")
        span = span_words(start, end, slot=slot, zone=zone)
        rows.append((span, count, harm_words(float(forecast.harm[cell, at]))))
    words = f"{forecast.words[cell]} ({cell_id}): {'; '.join(forecast.drivers[cell]) or 'no data'}"
    return words, tuple(rows)
