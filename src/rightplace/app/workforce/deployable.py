"""How many officers of a force can be deployed in a month, as surges and rosters ask it."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING, Any

from rightplace.app.answer import Notice
from rightplace.core.runs import RunInput, read_run_of
from rightplace.core.time import Month, months_between
from rightplace.errors import InfeasibleError, UnsupportedByDataError

if TYPE_CHECKING:
    from datetime import date

    from rightplace.app.workspace import Workspace

MONTHS = "months"
"""The table of a workforce forecast: month, headcount, fte, deployable, lo80, hi80."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployableMonth:
    """Strength of a force at the end of a month, of a kept workforce forecast.

    Parameters
    ----------
    headcount, fte
        People, and full-time equivalents.
    deployable, lo80, hi80
        Officers who can be deployed, with the 80 % interval; None where the forecast is of expected
        values alone.
    synthetic
        Whether the forecast rests on invented numbers.
    """

    workforce_id: str
    settings_hash: str
    month: str
    headcount: float
    fte: float
    deployable: float
    lo80: float | None
    hi80: float | None
    synthetic: bool

    def as_input(self) -> RunInput:
        """Return the forecast as what a run was made from."""
        return RunInput(source=self.workforce_id, release=None, sha256=self.settings_hash)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployableTaken:
    """What officers asked for take of those whom the force can deploy.

    Parameters
    ----------
    workforce_id, month
        The forecast, and the month of it: the one with fewest deployable where days lie in several.
    taken
        Officers.
    lo80, hi80
        Interval of the deployable; None where the forecast is of expected values alone.
    share, share_hi80
        Of the deployable, and of as few as the interval allows; None without one, and of nobody.
    """

    workforce_id: str
    month: str
    headcount: float
    fte: float
    deployable: float
    lo80: float | None
    hi80: float | None
    taken: int
    share: float
    share_hi80: float | None

    @property
    def sentence(self) -> str:
        """Return it in words."""
        within = "no interval"
        if self.lo80 is not None and self.hi80 is not None:
            within = f"80 %: {self.lo80:,.0f} to {self.hi80:,.0f}"
        return (
            f"{self.taken:,} officers are {self.share:.2%} of the {self.deployable:,.0f} "
            f"({within}) whom the force can deploy in {self.month}; "
            f"headcount {self.headcount:,.0f}"
        )


def read_deployable(
    workspace: Workspace, workforce_id: str, *, first: date, last: date
) -> DeployableMonth:
    """Return the month with fewest deployable officers among those of some days.

    Parameters
    ----------
    workspace
        Where the forecast is.
    workforce_id
        A kept `workforce forecast` (h-...).
    first, last
        The days, both included.

    Raises
    ------
    UnsupportedByDataError
        If the run says nothing of who can be deployed, or not in a month of these days.
    """
    from rightplace.app.runs import read_table

    record = read_run_of(workspace.runs, workforce_id, kind="workforce")
    if f"{MONTHS}.parquet" not in record.get("tables", {}):
        msg = f"{workforce_id} says nothing of officers who can be deployed."
        remedy = "Name a run of `rightplace workforce forecast`: history and trend cannot tell."
        raise UnsupportedByDataError(msg, value=workforce_id, remedy=remedy)
    table = read_table(workspace, workforce_id, MONTHS)
    rows = {str(row["month"])[:7]: row for row in table.to_pylist()}
    asked = [str(month) for month in months_between(Month.of(first), Month.of(last))]
    missing = [month for month in asked if month not in rows]
    if missing:
        msg = f"{workforce_id} has no strength for {', '.join(missing)}."
        remedy = f"It reaches from {min(rows)} to {max(rows)}; forecast the month asked for."
        raise UnsupportedByDataError(msg, value=missing[0], remedy=remedy)
    least = min((rows[month] for month in asked), key=lambda row: float(row["deployable"]))
    return _month(record, least)


def _month(record: dict[str, Any], row: dict[str, Any]) -> DeployableMonth:
    result = record.get("result") or {}
    is_drawn = result.get("draws") != 0
    return DeployableMonth(
        workforce_id=record["id"],
        settings_hash=record["settings_hash"],
        month=str(row["month"])[:7],
        synthetic=bool(result.get("synthetic")),
        headcount=float(row["headcount"]),
        fte=float(row["fte"]),
        deployable=float(row["deployable"]),
        lo80=float(row["lo80"]) if is_drawn else None,
        hi80=float(row["hi80"]) if is_drawn else None,
    )


def taken_of(month: DeployableMonth, *, officers: int, what: str) -> DeployableTaken:
    """Return what officers take of a month's deployable strength.

    Parameters
    ----------
    month
        The strength.
    officers
        How many are taken.
    what
        For what, in the message: ``The surge posts``, say.

    Raises
    ------
    InfeasibleError
        If they are more than can be deployed.
    """
    if officers > month.deployable:
        msg = (
            f"{what} {officers:,} officers; {floor(month.deployable):,} of the force can be "
            f"deployed in {month.month} ({month.workforce_id})."
        )
        remedy = "Ask for fewer officers, or a later month with more of them trained."
        raise InfeasibleError(msg, value=officers, remedy=remedy)
    return DeployableTaken(
        workforce_id=month.workforce_id,
        month=month.month,
        headcount=month.headcount,
        fte=month.fte,
        deployable=month.deployable,
        lo80=month.lo80,
        hi80=month.hi80,
        taken=officers,
        share=officers / month.deployable if month.deployable else 0.0,
        share_hi80=officers / month.lo80 if month.lo80 else None,
    )


def deployable_notices(taken: DeployableTaken | None) -> tuple[Notice, ...]:
    """Return what must be said where fewer officers may be deployable than are taken, or unsaid."""
    if taken is None:
        return ()
    if taken.lo80 is None:
        message = (
            f"{taken.workforce_id} is of expected values alone: how sure the "
            f"{taken.deployable:,.0f} deployable officers of {taken.month} are is not known."
        )
        return (Notice(code="deployable-without-interval", message=message),)
    if taken.taken <= taken.lo80:
        return ()
    message = (
        f"{taken.taken:,} officers are taken; in {taken.month} as few as {floor(taken.lo80):,} may "
        f"be deployable (80 % interval of {taken.workforce_id})."
    )
    return (Notice(code="deployable-uncertain", message=message),)
