"""Kept runs that a report of a workforce is made from, read back as what they said."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from rightplace.app.workforce.history_result import HistoryResult
from rightplace.app.workforce.result import WorkforceResult
from rightplace.app.workforce.trend_result import StrengthBacktestResult, TrendResult
from rightplace.errors import BadInputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from pydantic import TypeAdapter

KIND = "workforce"
Said = TypeVar("Said", WorkforceResult, HistoryResult, TrendResult, StrengthBacktestResult)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A run of a forecast, with what may stand beside it.

    Parameters
    ----------
    record
        Content of its ``run.json``.
    history, backtest
        What runs of the force's past said; None where there are none.
    """

    record: Mapping[str, Any]
    history: HistoryResult | None = None
    backtest: StrengthBacktestResult | None = None


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:  # noqa: ANN401 - any dataclass
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def said(record: Mapping[str, Any], kind: type[Said]) -> Said:
    """Return what a run said.

    Parameters
    ----------
    record
        Content of its ``run.json``.
    kind
        Of what its ``of`` names.

    Raises
    ------
    BadInputError
        If an earlier version kept it in another form.
    """
    from pydantic import ValidationError

    try:
        adapter: TypeAdapter[Said] = _adapter(kind)  # type: ignore[arg-type]  # a class is hashable
        found = adapter.validate_python(record["result"])
    except ValidationError as error:
        msg = f"{record['id']} does not say all that a report needs."
        raise BadInputError(msg, value=record["id"], remedy="Make the run again.") from error
    return found


def what_of(record: Mapping[str, Any]) -> str:
    """Return what a run is of: ``forecast``, ``history``, ``trend`` or ``backtest``."""
    return str(record["settings"].get("of", ""))


def newest(records: Iterable[Mapping[str, Any]], of: str) -> Mapping[str, Any] | None:
    """Return the newest run of something if all such runs are of one force, else None.

    Parameters
    ----------
    records
        Runs of workforces.
    of
        ``history`` or ``backtest``.
    """
    found = [each for each in records if what_of(each) == of]
    if len({each["settings"]["force"] for each in found}) != 1:
        return None
    return max(found, key=lambda each: (str(each["as_of"]), str(each["made_at"]), each["id"]))


def beside(
    record: Mapping[str, Any],
    records: Iterable[Mapping[str, Any]],
    *,
    named: Callable[[str], Mapping[str, Any] | None],
) -> Kept:
    """Return a forecast with history and back-test; an invented one stands alone unless asked.

    Parameters
    ----------
    record
        The forecast.
    records
        Runs among which to look.
    named
        Returns the run that was named to be its ``history`` or ``backtest``, if one was.
    """
    listed = list(records) if not record["result"]["synthetic"] else []
    history = named("history") or newest(listed, "history")
    backtest = named("backtest") or newest(listed, "backtest")
    return Kept(
        record=record,
        history=None if history is None else said(history, HistoryResult),
        backtest=None if backtest is None else said(backtest, StrengthBacktestResult),
    )


def kept_records(runs: Path) -> list[dict[str, Any]]:
    """Return the records of all workforce runs of a workspace that can be read."""
    from rightplace.core.runs import PREFIXES, read_run

    found = []
    for folder in sorted(runs.glob(f"{PREFIXES[KIND]}-*")):
        try:
            found.append(read_run(runs, folder.name))
        except BadInputError:
            continue  # a damaged run is no part of another run's report
    return found


def read_named(runs: Path, run_id: str, of: str) -> dict[str, Any]:
    """Return the record of a run that was named to stand beside another.

    Raises
    ------
    UsageError
        If it is of something else.
    """
    from rightplace.core.runs import read_run_of

    record = read_run_of(runs, run_id, kind=KIND)
    if what_of(record) != of:
        msg = f"{run_id} is a {what_of(record)} of a workforce, not a {of}."
        raise UsageError(msg, value=run_id, remedy=f"Name a run of `rightplace workforce {of}`.")
    return record
