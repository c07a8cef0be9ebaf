"""Use case: make a running plan anew when crews are taken away, changing as little as can be."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from rightplace.app.answer import Answer, Notice
from rightplace.app.replan.changes import changes_of
from rightplace.app.replan.logged import OPEN, PAST, standing_visits
from rightplace.app.replan.making import Asked, remade
from rightplace.app.replan.result import LostValue, ReplanResult
from rightplace.app.replan.rows import table_of, visited, words_of_places
from rightplace.app.replan.running import MADE, read_running
from rightplace.app.replan.settings import ReplanSettings
from rightplace.app.replan.spans import Spans, spans_of
from rightplace.app.replan.summary import plan_figures
from rightplace.app.runs import keep, read_table
from rightplace.core.canonical import file_digest, plain
from rightplace.core.runs import RunInput, RunRecipe
from rightplace.errors import BadInputError, NotHeldError, UsageError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    import pyarrow as pa
    from numpy.typing import NDArray

    from rightplace.app.replan.logged import Standing
    from rightplace.app.replan.making import Remade
    from rightplace.app.replan.rows import Visited
    from rightplace.app.replan.running import Running
    from rightplace.app.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplanOptions:
    """From when, why and by what a running plan is made anew.

    Parameters
    ----------
    now
        From when; visits begun before stand.
    reason, by
        Why, and who says so; one line each.
    done_file, abstractions_file
        Visits made or begun; crews and officers taken away.
    """

    now: datetime
    reason: str
    by: str
    done_file: Path | None = None
    abstractions_file: Path | None = None
    dry_run: bool = False

    def __post_init__(self) -> None:
        """Check that somebody says why, from a time that has an offset, and that files are there.

        Raises
        ------
        BadInputError
            If reason or name is empty or no single line, or the time has no offset.
        NotHeldError
            If a file is not there.
        """
        for name, text in (("--reason", self.reason), ("--by", self.by)):
            if not text.strip() or not text.isprintable():
                msg = f"{name} {text!r} is empty, or not one line of text."
                raise BadInputError(msg, value=text, remedy="Write one line.")
        if self.now.tzinfo is None:
            msg = f"The time {self.now.isoformat()} has no offset from UTC."
            raise BadInputError(msg, value=self.now, remedy="Write 2018-07-02T17:30:00+01:00, say.")
        for path in self.files:
            if not path.is_file():
                msg = "There is no such file."
                raise NotHeldError(msg, file=path, remedy="Check the files named.")

    @property
    def files(self) -> tuple[Path, ...]:
        """The files named."""
        named = (self.done_file, self.abstractions_file)
        return tuple(path for path in named if path is not None)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Made:
    """A plan made anew, before it is written."""

    running: Running
    asked: Asked
    remade: Remade
    found: tuple[Visited, ...]


def replan(
    workspace: Workspace, plan_id: str, options: ReplanOptions, *, made_at: datetime
) -> Answer[ReplanResult]:
    """Make a running plan anew and keep it as a plan of its own; the one before stays.

    Parameters
    ----------
    workspace
        Where the plan is.
    plan_id
        The plan that runs.
    options
        From when, why, and what happened.
    made_at
        The time now, for the run's record alone.
    """
    running = read_running(workspace, plan_id)
    _check_time(running, options)
    asked = _asked(workspace, running, options)
    new = remade(running, asked, workspace.settings("replan", ReplanSettings))
    found = tuple(visited(running, asked.standing, new))
    made = _Made(running=running, asked=asked, remade=new, found=found)
    recipe = _recipe(workspace, made, options)
    table = table_of(running, found)
    result = _result(workspace, made, options, plan_id=recipe.id)
    notices = _notices(made, result)
    if not options.dry_run:
        warnings = tuple({"code": n.code, "message": n.message} for n in notices)
        record = recipe.record(made_at, result=plain(result), warnings=warnings)
        keep(workspace, record, _tables(workspace, running) | {"visits": table})
    return Answer(verb="replan", result=result, id=recipe.id, as_of=recipe.as_of, warnings=notices)


def _check_time(running: Running, options: ReplanOptions) -> None:
    """Check that the plan still has slots to come.

    Raises
    ------
    UsageError
        If it has none.
    """
    end = running.outlook.slots[-1].end
    if options.now >= end:
        local = end.astimezone(running.outlook.area.clock.tzinfo).isoformat()
        msg = f"Plan {running.id} ended at {local}; nothing of it is left at {options.now}."
        raise UsageError(msg, value=options.now.isoformat(), remedy="Make a new plan.")


def _asked(workspace: Workspace, running: Running, options: ReplanOptions) -> Asked:
    from rightplace.deploy.replan.abstractions import read_abstractions
    from rightplace.deploy.replan.done_file import KnownVisits, read_done

    known = KnownVisits(
        cell_of_visit={row["visit_id"]: row["cell_id"] for row in running.rows},
        cell_ids=running.problem.cell_ids,
        crew_ids=sorted({crew.crew_id for crew in running.crews}),
    )
    done, away = options.done_file, options.abstractions_file
    standing = standing_visits(
        running,
        () if done is None else read_done(done, plan=known, now=options.now),
        now=options.now,
        file=done,
    )
    spans = spans_of(
        running,
        () if away is None else read_abstractions(away, crews=running.crews),
        worth=_worth_to_come(running, standing),
        file=away,
    )
    held, free = _lot(workspace, running, now=options.now)
    return Asked(
        now=options.now,
        standing=tuple(standing),
        spans=spans,
        held_out=held,
        released=free,
        has_log=done is not None,
    )


def _worth_to_come(running: Running, standing: list[Standing]) -> dict[int, float]:
    """Return what the visits of each duty that are still to come prevent."""
    by_harm = running.settings.objective == "harm"
    column = "prevented_harm_mean" if by_harm else "prevented_mean"
    worth: dict[int, float] = {}
    for each in standing:
        if each.state == OPEN and each.row is not None:
            worth[each.duty] = worth.get(each.duty, 0.0) + each.row[column]
    return worth


def _lot(
    workspace: Workspace, running: Running, *, now: datetime
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return the places that a lot holds out still, and those released by now, by cell."""
    from rightplace.app.holdout.releases import drawn_rows, released

    held = np.zeros(len(running.problem.cell_ids), dtype=np.bool_)
    free = held.copy()
    if "holdout.parquet" not in running.record["tables"]:
        return held, free
    # A release names the plan that was current; what was made anew from it inherits it.
    freed = {
        cell_id: each
        for plan_id in (*_parents(running), running.id)
        for cell_id, each in released(workspace, plan_id).items()
        if each.at <= now
    }
    for row in drawn_rows(workspace, running.id):
        if row["arm"] == "holdout":
            (free if row["cell_id"] in freed else held)[running.cell[row["cell_id"]]] = True
    return held, free


def _parents(running: Running) -> tuple[str, ...]:
    before = running.record["settings"].get("replan")
    return () if before is None else (*before["parents"],)


def _recipe(workspace: Workspace, made: _Made, options: ReplanOptions) -> RunRecipe:
    record = made.running.record
    inputs = [
        RunInput(source=str(path), release=None, sha256=file_digest(path)) for path in options.files
    ]
    inputs.append(RunInput(source=record["id"], release=None, sha256=record["settings_hash"]))
    known_at = record["known_at"]
    cells = made.running.problem.cell_ids
    released = [cells[cell] for cell in np.flatnonzero(made.asked.released)]
    replanned = plain(workspace.settings("replan", ReplanSettings)) | {
        "parents": [*_parents(made.running), made.running.id],
        "parent": made.running.id,
        "from": options.now.isoformat(),
        "reason": options.reason,
        "by": options.by,
        "released": released,
    }
    return RunRecipe(
        kind="plan",
        settings=record["settings"] | {"replan": replanned},
        inputs=tuple(inputs),
        as_of=date.fromisoformat(record["as_of"]),
        known_at=None if known_at is None else date.fromisoformat(known_at),
        seed=record["seed"],
    )


def _tables(workspace: Workspace, running: Running) -> dict[str, pa.Table]:
    """Return the tables that hold on, all but the visits."""
    names = sorted(name.removesuffix(".parquet") for name in running.record["tables"])
    return {name: read_table(workspace, running.id, name) for name in names if name != "visits"}


def _result(
    workspace: Workspace, made: _Made, options: ReplanOptions, *, plan_id: str
) -> ReplanResult:
    running, asked = made.running, made.asked
    words = read_table(workspace, running.outlook.id, "street_words")
    dropped = [asked.standing[i] for i in sorted(made.remade.dropped)]
    changes = changes_of(
        running,
        dropped=dropped,
        found=made.found,
        taken=asked.spans.of_crew,
        words=words_of_places(words, running.problem.cell_ids),
    )
    draws = workspace.settings("replan", ReplanSettings).draws
    figures = plan_figures(running, made.remade, made.found, asked=asked, draws=draws)
    path = workspace.runs / plan_id / "visits.parquet"
    before, above = figures.before, made.remade.above
    zone = running.outlook.area.clock.tzinfo
    states = [each.row["state"] for each in made.found]
    of_plan = {field.name: getattr(figures.plan, field.name) for field in fields(figures.plan)}
    return ReplanResult(
        **of_plan | {"plan_id": plan_id, "visits_path": str(path)},
        parent_id=running.id,
        from_time=options.now.astimezone(zone).isoformat(),
        reason=options.reason,
        by=options.by,
        boroughs=tuple(running.problem.borough_names[b] for b in made.remade.boroughs),
        done=sum(state in MADE for state in states),
        past=states.count(PAST),
        lost=LostValue(
            lo=before - figures.plan.objective - above, hi=before - figures.plan.objective
        ),
        changes=changes,
        changes_of_others=sum(len(each.visits) for each in changes if not each.taken),
        floors_missed=made.remade.floors_missed,
        taken=asked.spans.taken,
    )


def _notices(made: _Made, result: ReplanResult) -> tuple[Notice, ...]:
    found = []
    if not made.asked.has_log:
        left = "crews that were not taken away are left what the running shift planned for them"
        message = f"No log says which visits were made (--done): {left}."
        found.append(Notice(code="no-log", message=message))
    if result.past:
        said = f"{result.past:,} visits of slots that are over have no entry in the log"
        message = f"{said}; they stand as planned and count against caps."
        found.append(Notice(code="not-logged", message=message))
    found += [
        Notice(code="open-abstraction", message=said) for said in _open_ended(made.asked.spans)
    ]
    if result.floors_missed:
        message = f"{result.floors_missed:,} visits that floors ask for can no longer be made."
        found.append(Notice(code="floors-missed", message=message))
    return tuple(found)


def _open_ended(spans: Spans) -> list[str]:
    return [
        f"Nobody knows the end of {each.kind.replace('_', ' ')} ({', '.join(each.crew_ids)}): "
        f"until {each.until}, the end of the duty, it is taken to last."
        for each in spans.taken
        if each.is_open
    ]
