"""Use case: read a roster: is it legal, fair and covered? Counts alone, no officer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rightplace.app.service.figures import moment_words
from rightplace.app.service.roster import KIND, read_published_roster
from rightplace.errors import BadInputError
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.roster import CoverLine, PublishedRoster
    from rightplace.app.service.shelf import Shelf
    from rightplace.records.audit.transaction import Reading, Transaction

ROWS_SHOWN = 60
SMALLEST = 5
"""Officers of a team from which on its extremes are shown: fewer, and they tell of one person
(NEEDS 18)."""
LIMITS = {
    "rest_hours": "Least hours between shifts",
    "weekly_hours": "Most hours a week on average",
    "weekly_rest_hours": "Least hours free in each seven days",
    "reference_weeks": "Weeks over which the average is taken",
    "notice_days": "Least days' notice of a change, but for exigency",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverWanted:
    """Which rows of the cover are asked for.

    Parameters
    ----------
    teams
        Empty for all.
    lacking
        Whether only demands that are not met.
    page
        From 1 on.
    """

    teams: str = ""
    lacking: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitLine:
    """A legal limit, the value that this roster keeps, and whether its text was read."""

    name: str
    value: str
    legal: str
    provision: str
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamLine:
    """How near to the best and how fair the roster of a team is, in words."""

    teams: str
    officers: int
    shifts: int
    proof: str
    nights: str
    weekends: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOut:
    """Who handed the roster out, when and why."""

    words: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterPage:
    """A roster as its page shows it.

    Parameters
    ----------
    lacking
        Demands that are not met, all of them.
    refused
        What wishes were refused for, and how many.
    short_notice
        Shifts changed with less than ``notice_days`` days' notice.
    cover
        Rows asked for; ``found`` in all, ``of`` pages.
    handed_out
        None until somebody does.
    sees_officers
        Whether the person may look at rows of officers and hand the roster out.
    """

    id: str
    as_of: str
    first_day: str
    last_day: str
    is_synthetic: bool
    officers: int
    shifts: int
    proof: str
    demands: int
    lacking: tuple[CoverLine, ...]
    wishes: int
    granted: int
    refused: tuple[tuple[str, int], ...]
    short_notice: int
    notice_days: int
    without_balances: int
    limits: tuple[LimitLine, ...]
    teams: tuple[TeamLine, ...]
    wanted: CoverWanted
    team_choices: tuple[str, ...]
    cover: tuple[CoverLine, ...]
    found: int
    of: int
    warnings: tuple[str, ...]
    handed_out: HandedOut | None
    sees_officers: bool


def open_roster(shelf: Shelf, tx: Transaction, roster_id: str) -> PublishedRoster:
    """Return a published roster that will be shown; not published is not held."""
    return shelf.opened(tx, roster_id, kind=KIND, read=read_published_roster)


def sees_officers(person: Person) -> bool:
    """Whether somebody may see rows of officers.

    A roster names teams, and no table says in which BCU or borough a team works: so no area covers
    a row of it but the whole, and there is no team that could be a sergeant's own.
    """
    from rightplace.records.accounts.allowed import EVERYWHERE, allowed

    return allowed(person.standing, Permission.PUBLISH_ROSTER, EVERYWHERE, at=person.at)


def read_roster(
    shelf: Shelf, roster_id: str, *, person: Person, wanted: CoverWanted, at: datetime
) -> RosterPage:
    """Return a roster as its page shows it: counts, without any officer.

    Parameters
    ----------
    shelf
        Where it is published.
    roster_id
        Its id.
    person
        Who asks: whoever may see rosters somewhere, for teams lie in no place.
    wanted
        Rows of the cover.
    at
        The time now.
    """
    from rightplace.records.audit.transaction import transaction

    person.check(Permission.SEE_ROSTER)
    with transaction(shelf.database, person.actor, purpose="Look at a roster.", at=at) as tx:
        roster = open_roster(shelf, tx, roster_id)
        handed_out = _handed_out(tx, roster)
    may = sees_officers(person)
    result, rows = roster.result, cover_rows(roster, wanted)
    of = max(1, -(-len(rows) // ROWS_SHOWN))
    page = min(wanted.page, of)
    return RosterPage(
        id=roster_id,
        as_of=roster.record["as_of"],
        first_day=roster.days[0],
        last_day=roster.days[-1],
        is_synthetic=roster.is_synthetic,
        officers=result["officers"],
        shifts=result["shifts"],
        proof=_proof(result),
        demands=len(roster.cover),
        lacking=roster.lacking,
        wishes=result["wishes"],
        granted=result["wishes_granted"],
        refused=roster.refused,
        short_notice=len(result["short_notice"]),
        notice_days=roster.notice_days,
        without_balances=result["without_balances"],
        limits=tuple(_limit(each) for each in result["limits"]),
        teams=tuple(_team(each, is_shown=may) for each in result["teams"]),
        wanted=CoverWanted(teams=wanted.teams, lacking=wanted.lacking, page=page),
        team_choices=roster.teams,
        cover=tuple(rows[(page - 1) * ROWS_SHOWN : page * ROWS_SHOWN]),
        found=len(rows),
        of=of,
        warnings=tuple(each["message"] for each in roster.record["warnings"]),
        handed_out=handed_out,
        sees_officers=may,
    )


def cover_rows(roster: PublishedRoster, wanted: CoverWanted) -> Sequence[CoverLine]:
    """Return the rows of the cover that are asked for, on whatever page.

    Raises
    ------
    BadInputError
        If no demand is stated for these teams.
    """
    if wanted.teams and wanted.teams not in roster.teams:
        msg = f"The roster has no demand for the teams {wanted.teams!r}."
        raise BadInputError(msg, value=wanted.teams, remedy="Choose teams of its list.")
    lines = roster.lacking if wanted.lacking else roster.cover
    return [line for line in lines if wanted.teams in {"", line.teams}]


def _proof(result: dict[str, Any]) -> str:
    """Return how near to the best a roster is, as proven."""
    if result["objective"] <= result["bound"]:
        return f"proven best: its cost is {result['objective']}, and none costs less"
    return (
        f"its cost is {result['objective']}, none can cost less than {result['bound']}: "
        f"at most {result['gap']:.1%} of it could be saved"
    )


def _limit(limit: dict[str, Any]) -> LimitLine:
    return LimitLine(
        name=LIMITS.get(limit["name"], limit["name"].replace("_", " ")),
        value=f"{limit['value']:g}",
        legal=f"{limit['legal']:g}",
        provision=limit["provision"],
        verified=limit["verified"],
    )


def _team(team: dict[str, Any], *, is_shown: bool) -> TeamLine:
    is_shown = is_shown or team["officers"] >= SMALLEST

    def spread(what: str) -> str:
        if not is_shown:
            return "withheld: fewer than five officers"
        least, most, fair = (team[f"{what}_{each}"] for each in ("least", "most", "fair"))
        return f"{least} to {most}, fair share at most {fair}"

    return TeamLine(
        teams=team["teams"],
        officers=team["officers"],
        shifts=team["shifts"],
        proof=_proof(team),
        nights=spread("nights"),
        weekends=spread("weekends"),
    )


def _handed_out(tx: Reading, roster: PublishedRoster) -> HandedOut | None:
    from rightplace.records.accounts.tables import known_as
    from rightplace.records.decided.handing_out import handed_out

    act = handed_out(tx, str(roster.record["id"]))
    if act is None:
        return None
    late, lacking = act.short_notice, act.lacking
    flags = (
        f"{late} short-notice flag{'s' * (late != 1)} and {lacking} demand{'s' * (lacking != 1)}"
    )
    when = moment_words(act.handed_out_at, roster.zone)
    return HandedOut(
        words=f"Handed out by {known_as(tx, act.handed_out_by)}, {when}, with {flags} not met.",
        reason=act.reason,
    )
