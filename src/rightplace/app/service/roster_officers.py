"""Use case: who works when: rows of officers, for the resource planner; each look is recorded."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from rightplace.app.service.roster import in_order
from rightplace.app.service.roster_page import ROWS_SHOWN, open_roster
from rightplace.briefing.stamp import day_in_words
from rightplace.errors import BadInputError
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.roster import PublishedRoster
    from rightplace.app.service.shelf import Shelf
    from rightplace.records.audit.transaction import Transaction

PURPOSE = "Look at who works when in a roster."


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficersWanted:
    """Which rows are asked for: of a team (empty for all), of a day (empty for the first)."""

    team: str = ""
    day: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficersPage:
    """Officers of a roster as their page shows them.

    Parameters
    ----------
    late
        Officer, day, shift before and after, days of notice.
    refused
        Officer, day, shift wished for, weight, why it was refused.
    on_duty
        Shift, team, officer, from and to, minutes of break, on the day asked for.
    totals
        Officer, team, hours, contracted, weekly average, nights with their fair share, weekend
        shifts with theirs; one page of ``of``.
    """

    id: str
    as_of: str
    is_synthetic: bool
    wanted: OfficersWanted
    teams: tuple[str, ...]
    days: tuple[str, ...]
    notice_days: int
    late: tuple[tuple[str, ...], ...]
    refused: tuple[tuple[str, ...], ...]
    on_duty: tuple[tuple[str, ...], ...]
    totals: tuple[tuple[str, ...], ...]
    found: int
    of: int


def read_roster_officers(
    shelf: Shelf, roster_id: str, *, person: Person, wanted: OfficersWanted, at: datetime
) -> OfficersPage:
    """Return rows of officers; the look at each table of them is a line of the audit chain.

    Parameters
    ----------
    shelf
        Where the roster is published.
    roster_id
        Its id.
    person
        Who asks: may publish rosters, for the whole study area (see ``sees_officers``).
    wanted
        Which rows.
    at
        The time now.
    """
    from rightplace.records.audit.transaction import transaction

    person.check_everywhere(Permission.PUBLISH_ROSTER)
    with transaction(shelf.database, person.actor, purpose=PURPOSE, at=at) as tx:
        roster = open_roster(shelf, tx, roster_id)
        shifts, officers = (_rows(tx, roster_id, name) for name in ("roster", "officers"))
    team_of = {row["officer_id"]: row["team"] for row in officers}
    wanted = _checked(wanted, roster, teams=set(team_of.values()))
    totals = sorted(
        (row for row in officers if wanted.team in {"", row["team"]}),
        key=lambda row: (row["team"], row["officer_id"]),
    )
    of = max(1, -(-len(totals) // ROWS_SHOWN))
    page = min(wanted.page, of)
    return OfficersPage(
        id=roster_id,
        as_of=roster.record["as_of"],
        is_synthetic=roster.is_synthetic,
        wanted=OfficersWanted(team=wanted.team, day=wanted.day, page=page),
        teams=tuple(sorted(set(team_of.values()))),
        days=roster.days,
        notice_days=roster.notice_days,
        late=_of_team(roster.result["short_notice"], _LATE, team_of, wanted.team),
        refused=_of_team(roster.result["wishes_refused"], _REFUSED, team_of, wanted.team),
        on_duty=_on_duty(roster, shifts, wanted),
        totals=tuple(_total(row) for row in totals[(page - 1) * ROWS_SHOWN : page * ROWS_SHOWN]),
        found=len(totals),
        of=of,
    )


_LATE = ("officer_id", "day", "before", "after", "notice_days")
_REFUSED = ("officer_id", "day", "shift", "weight", "why")


def _rows(tx: Transaction, roster_id: str, name: str) -> list[dict[str, Any]]:
    from pyarrow import parquet

    from rightplace.records.published.publishing import view_table

    content = view_table(tx, roster_id, f"{name}.parquet")
    rows: list[dict[str, Any]] = parquet.read_table(io.BytesIO(content)).to_pylist()
    return rows


def _checked(wanted: OfficersWanted, roster: PublishedRoster, *, teams: set[str]) -> OfficersWanted:
    """Return what is asked for, with its day.

    Raises
    ------
    BadInputError
        If the roster has no such team or day.
    """
    day = wanted.day or roster.days[0]
    if day not in roster.days or wanted.team not in {"", *teams}:
        msg = f"The roster has no team {wanted.team!r} on {day!r}."
        raise BadInputError(msg, value=day, remedy="Choose a team and a day of its lists.")
    return OfficersWanted(team=wanted.team, day=day, page=wanted.page)


def _of_team(
    rows: list[dict[str, Any]], columns: tuple[str, ...], team_of: dict[str, str], team: str
) -> tuple[tuple[str, ...], ...]:
    return tuple(
        tuple(_words(row[column], column) for column in columns)
        for row in rows
        if team in {"", team_of.get(row["officer_id"])}
    )


def _words(value: object, column: str) -> str:
    if column == "day":
        return day_in_words(date.fromisoformat(str(value)))
    return str(value)


def _on_duty(
    roster: PublishedRoster, shifts: list[dict[str, Any]], wanted: OfficersWanted
) -> tuple[tuple[str, ...], ...]:
    day = date.fromisoformat(wanted.day)
    mine = [r for r in shifts if r["day"] == day and wanted.team in {"", r["team"]}]
    mine.sort(key=lambda r: (in_order(roster.shifts, r["shift"]), r["team"], r["officer_id"]))
    return tuple(
        (
            row["shift"],
            row["team"],
            row["officer_id"],
            " to ".join(f"{row[n].astimezone(roster.zone):%H:%M}" for n in _SPAN),
            str(row["break_minutes"]),
        )
        for row in mine
    )


_SPAN = ("slot_start", "slot_end")


def _total(row: dict[str, Any]) -> tuple[str, ...]:
    average = row["weekly_average_hours"]
    return (
        row["officer_id"],
        row["team"],
        f"{row['hours']:g} of {row['contract_hours']:.4g}",
        "not known" if average is None else f"{average:.1f}",
        f"{row['nights']} (fair: {row['fair_nights']})",
        f"{row['weekend_shifts']} (fair: {row['fair_weekend_shifts']})",
    )
