"""Releasing a place from a hold-out at once; the plan stays as it was, the release is kept beside.

Only a place that is held out can be released, and what releases it is often violence there. So
what is released stays in its arm when arms are compared: dropping it would drop violence from one
arm alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from rightplace.app.answer import Answer, Notice
from rightplace.app.holdout.signatures import is_draft
from rightplace.core.canonical import plain
from rightplace.core.runs import RunInput, RunRecipe, read_run_of
from rightplace.core.suggest import did_you_mean
from rightplace.errors import BadInputError, UnsupportedByDataError, UsageError

if TYPE_CHECKING:
    from rightplace.app.workspace import Workspace

HELD_OUT = "holdout"
TABLE = "holdout"
UNTOUCHED = "Response to 999 calls is untouched by any hold-out."


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A place that is held out no longer, with the neighbours that were drawn with it.

    Parameters
    ----------
    release_id
        Id of the run that keeps it.
    cell_ids
        The place named and those of its unit, all free for visits.
    at
        From when; local, with the offset.
    """

    release_id: str
    plan_id: str
    cell_id: str
    cell_ids: tuple[str, ...]
    reason: str
    released_by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A release that somebody asks for.

    Parameters
    ----------
    cell_id
        The place.
    reason, released_by
        Why, and who says so; one line each.
    at
        From when, if it was before it was typed in; None for now.
    """

    cell_id: str
    reason: str
    released_by: str
    at: datetime | None = None

    def __post_init__(self) -> None:
        """Check that somebody says why.

        Raises
        ------
        BadInputError
            If reason or name is empty or no single line, or the time has no offset.
        """
        for name, text in (("--reason", self.reason), ("--by", self.released_by)):
            if not text.strip() or not text.isprintable():
                msg = f"{name} {text!r} is empty, or not one line of text."
                raise BadInputError(msg, value=text, remedy="Write one line.")
        if self.at is not None and self.at.tzinfo is None:
            msg = f"The time {self.at.isoformat()} has no offset from UTC."
            raise BadInputError(msg, value=self.at, remedy="Write 2018-07-02T22:40:00+01:00, say.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """What a release did.

    Parameters
    ----------
    cell_ids
        Places free for visits: the one named, and the neighbours drawn with it.
    at
        From when, with the offset.
    already
        Whether it had been released before; the first release stands.
    """

    release_id: str
    plan_id: str
    cell_id: str
    cell_ids: tuple[str, ...]
    reason: str
    released_by: str
    at: str
    already: bool
    response: str = UNTOUCHED


def released(workspace: Workspace, plan_id: str) -> dict[str, Release]:
    """Return the places of a plan that are held out no longer, each with its first release.

    Parameters
    ----------
    workspace
        Where plans and releases are kept.
    plan_id
        The plan.
    """
    found: dict[str, Release] = {}
    for each in releases_of(workspace):
        if each.plan_id == plan_id:
            for cell_id in each.cell_ids:
                found.setdefault(cell_id, each)
    return found


def held_out_now(workspace: Workspace, plan_id: str) -> frozenset[str]:
    """Return the places of a plan that are still to get no visit; none where it held none out.

    Parameters
    ----------
    workspace
        Where plans and releases are kept.
    plan_id
        The plan.
    """
    record = read_run_of(workspace.runs, plan_id, kind="plan")
    if f"{TABLE}.parquet" not in record["tables"]:
        return frozenset()
    rows = drawn_rows(workspace, plan_id)
    held = {row["cell_id"] for row in rows if row["arm"] == HELD_OUT}
    return frozenset(held - released(workspace, plan_id).keys())


def releases_of(workspace: Workspace) -> tuple[Release, ...]:
    """Return every release that is kept, the earliest first."""
    ids = (path.name for path in workspace.runs.glob("x-*") if path.is_dir())
    records = [read_run_of(workspace.runs, each, kind="release") for each in ids]
    found = [_release_of(record) for record in records]
    return tuple(sorted(found, key=lambda each: (each.at, each.release_id)))


def _release_of(record: dict[str, Any]) -> Release:
    said = record["settings"]
    return Release(
        release_id=record["id"],
        plan_id=said["plan"],
        cell_id=said["cell_id"],
        cell_ids=tuple(said["cell_ids"]),
        reason=said["reason"],
        released_by=said["released_by"],
        at=datetime.fromisoformat(said["at"]),
    )


def drawn_rows(workspace: Workspace, plan_id: str) -> list[dict[str, Any]]:
    """Return the rows of a plan's table of its lot: who was drawn, as what, with what chance.

    Raises
    ------
    UnsupportedByDataError
        If the plan held no place out.
    """
    from rightplace.app.runs import read_table

    record = read_run_of(workspace.runs, plan_id, kind="plan")
    if f"{TABLE}.parquet" not in record["tables"]:
        msg = f"Plan {plan_id} held no place out."
        raise UnsupportedByDataError(msg, value=plan_id, remedy="Plan with --holdout SHARE.")
    rows: list[dict[str, Any]] = read_table(workspace, plan_id, TABLE).to_pylist()
    return rows


def release(
    workspace: Workspace, plan_id: str, asked: Asked, *, made_at: datetime, dry_run: bool = False
) -> Answer[Released]:
    """Release a place of a plan from its hold-out, with its unit, and keep that.

    A place released before stays so from then; asking again does no harm.

    Parameters
    ----------
    workspace
        Where the plan is.
    plan_id
        The plan.
    asked
        Place, reason, name, time.
    made_at
        The time now.
    dry_run
        Whether to keep nothing.

    Raises
    ------
    UsageError
        If the place is not held out, or the time lies ahead.
    """
    from rightplace.app.runs import keep

    plan = read_run_of(workspace.runs, plan_id, kind="plan")
    rows = drawn_rows(workspace, plan_id)
    cell_ids = _unit_of(rows, asked.cell_id, plan_id=plan_id)
    at = _local(workspace, plan, made_at if asked.at is None else asked.at)
    if at > made_at:
        msg = f"The release is to hold from {at.isoformat()}, which lies ahead."
        raise UsageError(msg, value=at.isoformat(), remedy="Leave out --at: it holds from now.")
    draft = is_draft(workspace, plan)
    before = released(workspace, plan_id).get(asked.cell_id)
    if before is not None:
        return _answer(before, plan, already=True, draft=draft)
    recipe = _recipe(plan, asked, cell_ids=cell_ids, at=at)
    made = Release(
        release_id=recipe.id,
        plan_id=plan_id,
        cell_id=asked.cell_id,
        cell_ids=cell_ids,
        reason=asked.reason,
        released_by=asked.released_by,
        at=at,
    )
    answer = _answer(made, plan, already=False, draft=draft)
    if not dry_run:
        notices = tuple({"code": n.code, "message": n.message} for n in answer.warnings)
        record = recipe.record(made_at, result=plain(answer.result), warnings=notices)
        keep(workspace, record, {})
    return answer


def _local(workspace: Workspace, plan: dict[str, Any], at: datetime) -> datetime:
    """Return a moment as clocks of the plan's study area show it, to the second."""
    from rightplace.app.areas import find_area

    forecast = read_run_of(workspace.runs, plan["settings"]["forecast"], kind="forecast")
    area = find_area(workspace, forecast["settings"]["area"])
    return at.replace(microsecond=0).astimezone(area.clock.tzinfo)


def _unit_of(rows: list[dict[str, Any]], cell_id: str, *, plan_id: str) -> tuple[str, ...]:
    """Return the cells drawn with one, itself first.

    Raises
    ------
    UsageError
        If it is not held out.
    """
    held = [row for row in rows if row["arm"] == HELD_OUT]
    mine = [row["unit"] for row in held if row["cell_id"] == cell_id]
    if not mine:
        msg = f"{cell_id!r} is not held out in {plan_id}: crews may go there as it is."
        known = [row["cell_id"] for row in held]
        raise UsageError(msg, value=cell_id, remedy=did_you_mean(cell_id, known))
    others = [row["cell_id"] for row in held if row["unit"] == mine[0]]
    return (cell_id, *(other for other in others if other != cell_id))


def _recipe(
    plan: dict[str, Any], asked: Asked, *, cell_ids: tuple[str, ...], at: datetime
) -> RunRecipe:
    return RunRecipe(
        kind="release",
        settings={
            "plan": plan["id"],
            "cell_id": asked.cell_id,
            "cell_ids": list(cell_ids),
            "reason": asked.reason,
            "released_by": asked.released_by,
            "at": at.isoformat(),
        },
        inputs=(RunInput(source=plan["id"], release=None, sha256=plan["settings_hash"]),),
        as_of=date.fromisoformat(plan["as_of"]),
        known_at=None,
        seed=0,
    )


def _answer(made: Release, plan: dict[str, Any], *, already: bool, draft: bool) -> Answer[Released]:
    notices = []
    if draft:
        unsigned = f"{plan['id']} is a draft that nobody has signed: nothing is held out by it yet."
        notices.append(Notice(code="holdout-not-signed", message=unsigned))
    if already:
        since = f"{made.cell_id} was released at {made.at.isoformat()} already; that stands."
        notices.append(Notice(code="released-already", message=since))
    last = date.fromisoformat(plan["as_of"]) + timedelta(days=plan["settings"]["days"])
    if made.at.date() > last:
        over = f"{plan['id']} ended on {last}: nothing was held out any more."
        notices.append(Notice(code="plan-over", message=over))
    return Answer(
        verb="holdout-release",
        result=Released(
            release_id=made.release_id,
            plan_id=made.plan_id,
            cell_id=made.cell_id,
            cell_ids=made.cell_ids,
            reason=made.reason,
            released_by=made.released_by,
            at=made.at.isoformat(),
            already=already,
        ),
        id=made.release_id,
        as_of=date.fromisoformat(plan["as_of"]),
        warnings=tuple(notices),
    )
