"""What must be said of a forecast beside its numbers: what is missing, assumed or left out."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from rightplace.app.answer import Notice
from rightplace.app.forecast.foretelling import period_share
from rightplace.forecast.methods.calendar import periods_between

if TYPE_CHECKING:
    from rightplace.app.evidence import Evidence
    from rightplace.app.forecast.use_case import ForecastResult
    from rightplace.forecast.history import History

# Noise learned from fewer past periods than this says little of how far counts swing.
FEW_PERIODS = 6


def _gap_notices(history: History) -> list[Notice]:
    """Return which periods since the first have no data anywhere."""
    published = history.observed.any(axis=0)
    known = np.flatnonzero(published)
    if known.size == 0:
        return []
    missing = [i for i in np.flatnonzero(~published) if i > known[0]]
    if not missing:
        return []
    last_days = history.period_ends - np.timedelta64(1, "D")
    if history.kind == "month":
        named = [str(last_days[i].astype("datetime64[M]")) for i in missing]
    else:
        named = [f"{history.kind} to {last_days[i]}" for i in missing]
    message = (
        f"No data (not zero) anywhere in {len(missing)} {history.kind}s since the first: "
        f"{_shortened(named)}. They count for no time."
    )
    return [Notice(code="gap", message=message)]


def _records(n: int) -> str:
    return f"{n:,} record{'' if n == 1 else 's'}"


def _shortened(names: list[str], most: int = 6) -> str:
    """Return names as a list, all or the first and the last."""
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[: most - 1])}, ... {names[-1]}"


def _interval_notices(evidence: Evidence, result: ForecastResult) -> list[Notice]:
    """Return what must be said of the intervals: what they were learned from, and assume."""
    kind, past = evidence.history.kind, evidence.history.n_periods - 1
    if past < FEW_PERIODS:
        learned = f"learned from {past} past {kind}s only" if past else "learned from nothing yet"
        message = (
            f"How far counts swing beyond chance was {learned}: the intervals are too narrow, "
            f"nobody knows by how much; {FEW_PERIODS} past {kind}s or more are needed."
        )
        return [Notice(code="interval-short-history", message=message)]
    if kind == "month" and period_share(evidence, result.period.days) < 1:
        message = (
            f"How far totals swing was learned from whole {kind}s; the intervals of "
            f"{result.period.days} days are widened by an assumption that these records cannot "
            f"check."
        )
        return [Notice(code="interval-assumed", message=message)]
    return []


def _lag_notices(evidence: Evidence) -> list[Notice]:
    """Return what must be said where whole periods lie between the newest one and the forecast."""
    history = evidence.history
    published = np.flatnonzero(history.observed.any(axis=0))
    if published.size == 0:
        return []
    newest, first = history.period_ends[published[-1]], evidence.question.as_of + timedelta(days=1)
    coming = np.array([first], dtype="datetime64[D]")
    ahead = 1 + int(periods_between(newest, history.kind, days=coming)[0])
    if ahead == 1:
        return []
    message = (
        f"The newest {history.kind} with data ends on {newest - np.timedelta64(1, 'D')}: the "
        f"forecast looks {ahead} {history.kind}s ahead. How far counts swing was learned one "
        f"{history.kind} ahead, so that the intervals may be too narrow."
    )
    return [Notice(code="forecast-lag", message=message)]


def notices_of(evidence: Evidence, result: ForecastResult) -> tuple[Notice, ...]:
    """Return what must be said of a forecast, beside its numbers."""
    notices: list[Notice] = []
    if result.masked_boroughs:
        named = ", ".join(result.masked_boroughs)
        message = f"No data (not zero) for {named}: no number is given there."
        notices.append(Notice(code="no-data", message=message))
    if evidence.history.kind == "month":
        message = (
            "The records give place and month only: days and shifts are not supported by the data."
        )
        notices.append(Notice(code="month-only", message=message))
    notices += _gap_notices(evidence.history)
    notices += _interval_notices(evidence, result)
    notices += _lag_notices(evidence)
    if evidence.history.kind == "month" and evidence.area.unit.is_grid:
        message = (
            "Monthly points are snapped to streets, a fifth of them to generic places: cells of "
            "a grid show more detail than the data hold. LSOAs suit them better."
        )
        notices.append(Notice(code="snapped-points", message=message))
    if evidence.unreleased:
        message = f"Files without a declared release: {evidence.unreleased}."
        notices.append(Notice(code="release-unknown", message=message))
    if evidence.unreleased_left_out:
        message = (
            f"Files left out because their release was never declared, so that nobody can say "
            f"what was known on {evidence.question.known_at}: {evidence.unreleased_left_out}."
        )
        notices.append(Notice(code="release-unknown-left-out", message=message))
    notices += [
        Notice(code="left-out", message=f"{_records(item.records)} left out: {item.reason}.")
        for item in result.left_out
    ]
    if result.unknown_setting_share:
        message = (
            f"{result.unknown_setting_share:.0%} of records do not say whether they were in the "
            f"street, indoors or domestic."
        )
        notices.append(Notice(code="setting-unknown", message=message))
    return tuple(notices)
