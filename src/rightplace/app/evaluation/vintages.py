"""Which release each month of a table of counts comes from, so that releases are never mixed."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from rightplace.core.time import Month, months_between
from rightplace.errors import UnsupportedByDataError
from rightplace.evaluate.designs.finding import Check, Diagnostic
from rightplace.evaluate.recording import recording_found

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from rightplace.app.evaluation.windows import Periods
    from rightplace.crime.holdings import Holdings
    from rightplace.evaluate.recording import Recorded

UNDECLARED: Final = "a release that was never declared"
SENT_AGAIN: Final = "a feed that sends records again"


def vintages(
    held: Holdings, populations: Collection[str], months: Collection[str]
) -> dict[str, frozenset[str]]:
    """Return the releases that stand for each month of some populations.

    Parameters
    ----------
    held
        What stands.
    populations
        Whose records are counted.
    months
        As ``YYYY-MM``.

    Returns
    -------
    dict
        By month; each vintage names population and release.

    Raises
    ------
    UnsupportedByDataError
        If two releases of one population and month stand beside each other.
    """
    by_place: dict[tuple[str, str], set[str]] = defaultdict(set)
    for entry in held.entries:
        release = entry.release.isoformat() if entry.release else UNDECLARED
        named = SENT_AGAIN if entry.upsert else release
        for each in entry.partitions:
            stands = (entry.entry_id, each.population, each.month) not in held.replaced
            counted = each.population in populations and each.month in months
            if stands and counted and each.same_as is None:
                by_place[each.population, each.month].add(named)
    mixed = [(place, names) for place, names in sorted(by_place.items()) if len(names) > 1]
    if mixed:
        (population, month), names = mixed[0]
        msg = f"{population} of {month} stands from {' and '.join(sorted(names))}."
        remedy = "Counts of two releases are never added up: take one release of all places in."
        raise UnsupportedByDataError(msg, value=month, remedy=remedy)
    found: dict[str, set[str]] = defaultdict(set)
    for (population, month), names in by_place.items():
        found[month].update(f"{population}, {name}" for name in names)
    return {month: frozenset(names) for month, names in found.items()}


def same_recording(
    before: Mapping[str, frozenset[str]], during: Mapping[str, frozenset[str]], *, breaks: list[str]
) -> Diagnostic:
    """Return whether both windows were recorded and released in the same way.

    Parameters
    ----------
    before, during
        Vintages by month of each window.
    breaks
        Changes of recording inside the windows, a sentence each.
    """
    one = frozenset[str]().union(*before.values())
    other = frozenset[str]().union(*during.values())
    told = list(breaks)
    if one != other:
        told.append(
            f"The window before rests on {_named(one)}, that of the operation on {_named(other)}: "
            "revisions between releases look like change."
        )
    if told:
        return Diagnostic(check=Check.SAME_RECORDING, passed=False, words=" ".join(told))
    words = f"Both windows rest on {_named(one)}, and no change of recording is known inside them."
    return Diagnostic(check=Check.SAME_RECORDING, passed=True, words=words)


def _named(vintage: frozenset[str]) -> str:
    return " and ".join(sorted(vintage)) or "no file"


def recording_of(held: Holdings, periods: Periods, series: Recorded) -> Diagnostic:
    """Return whether the windows of a plan were recorded and released in the same way.

    Two releases of one population and month side by side are refused, as ``vintages`` does.

    Parameters
    ----------
    held
        What stands.
    periods
        The windows.
    series
        What is counted in them.
    """
    at = periods.first_treated
    before, during = months_of(periods, slice(0, at)), months_of(periods, slice(at, None))
    found = vintages(held, series.populations, {*before, *during})
    return same_recording(
        {month: found[month] for month in before if month in found},
        {month: found[month] for month in during if month in found},
        breaks=recording_found(series),
    )


def months_of(periods: Periods, which: slice) -> list[str]:
    """Return the months, as ``YYYY-MM``, that some periods touch, each once."""
    days = zip(periods.starts[which].tolist(), periods.ends[which].tolist(), strict=True)
    found = {
        str(month): None
        for start, end in days
        for month in months_between(Month.of(start), Month.of(end - timedelta(days=1)))
    }
    return list(found)
