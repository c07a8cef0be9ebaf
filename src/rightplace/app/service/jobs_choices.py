"""What a form that asks for a job offers: files, areas, runs, methods, and good defaults."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from rightplace.app.service.figures import moment_words
from rightplace.app.service.jobs_asked import ASKED_ELSEWHERE, BASELINES, KINDS, OFFERED, RUN_ID
from rightplace.app.service.jobs_inbox import inbox_files
from rightplace.briefing.stamp import day_in_words
from rightplace.core.runs import PREFIXES, read_run, read_run_of
from rightplace.core.time import Clock
from rightplace.errors import BadInputError, NotHeldError

if TYPE_CHECKING:
    from rightplace.app.service.data_page import HeldData
    from rightplace.app.service.person import Person
    from rightplace.app.workspace import Workspace

MOST_RUNS = 20
"""Newest runs that are offered; a choice of ours."""
A_YEAR = 365
RUNS_OF = {
    "plan": ("forecast",),
    "publish": (
        *("forecast", "plan", "backtest", "picture", "evaluation"),
        *("trial", "effect_proposal", "effect_approval", "investigation", "workforce"),
    ),
}
"""Kinds of runs that a form offers to go on from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOffered:
    """A file of the inbox, with size and date in words."""

    name: str
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the form of a verb offers.

    Parameters
    ----------
    areas, runs, methods, files
        Value and words of each that may be chosen.
    defaults
        What each field starts with; several values stand on lines of their own.
    """

    verb: str
    files: tuple[FileOffered, ...]
    areas: tuple[tuple[str, str], ...]
    runs: tuple[tuple[str, str], ...]
    methods: tuple[tuple[str, str], ...]
    defaults: dict[str, str]

    @property
    def inbox(self) -> tuple[tuple[str, str], ...]:
        """Each file of the inbox as one of a list."""
        return tuple((each.name, f"{each.name}: {each.about}") for each in self.files)


def choices_for(held: HeldData, verb: str, *, person: Person, at: date) -> Choices:
    """Return what the form of a verb offers to somebody who may ask for it.

    Parameters
    ----------
    held
        The workspace's data.
    verb
        What is to be asked for.
    person
        Who asks.
    at
        Today.

    Raises
    ------
    NotHeldError
        If nothing of that name can be asked for.
    """
    offered = [each for each in KINDS if each not in ASKED_ELSEWHERE]
    if verb not in offered:
        msg = "No such job can be asked for."
        raise NotHeldError(msg, value=verb, remedy=f"Ask for one of: {', '.join(offered)}.")
    person.check(KINDS[verb].permission)
    workspace = held.workspace
    yesterday = (at - timedelta(days=1)).isoformat()
    newest = min(held.newest_day() or yesterday, yesterday)  # a month still under way ends later
    year_before = date.fromisoformat(newest) - timedelta(days=A_YEAR)
    kinds = RUNS_OF.get(verb, ())
    return Choices(
        verb=verb,
        files=tuple(_offered(workspace)),
        areas=tuple(_areas(workspace)),
        runs=tuple(_runs(workspace, kinds)),
        methods=tuple((each, each.replace("@", ", ").replace("=", " ")) for each in OFFERED),
        defaults={
            "as_of": newest,
            "days": "7",
            "first": year_before.isoformat(),
            "last": (date.fromisoformat(newest) - timedelta(days=28)).isoformat(),
            "step": "28",
            "kind": "crimes",
            "years": "1",
            "futures": "200",
            "methods": "\n".join(BASELINES),
        },
    )


def _offered(workspace: Workspace) -> list[FileOffered]:
    zone = Clock().tzinfo
    return [
        FileOffered(
            name=each.name,
            about=f"{size_words(each.size_bytes)}, {moment_words(each.changed_at, zone)}",
        )
        for each in inbox_files(workspace)
    ]


def size_words(size_bytes: int) -> str:
    """Return how large a file is, "1.2 MB"."""
    if size_bytes < 1000:  # noqa: PLR2004 - a kilobyte (SI)
        return f"{size_bytes} bytes"
    kilobytes = size_bytes / 1e3
    return f"{kilobytes:,.0f} kB" if kilobytes < 1000 else f"{size_bytes / 1e6:,.1f} MB"  # noqa: PLR2004 - SI


def _areas(workspace: Workspace) -> list[tuple[str, str]]:
    from rightplace.app.areas import find_area

    held = sorted(path.name for path in workspace.areas.glob("area-*") if path.is_dir())
    return [(each, f"{find_area(workspace, each).name} ({each})") for each in held]


def _runs(workspace: Workspace, kinds: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return the newest runs of some kinds that are whole, newest first."""
    letters = {PREFIXES[kind] for kind in kinds}
    folders = [
        path
        for path in (workspace.runs.iterdir() if workspace.runs.is_dir() else ())
        if RUN_ID.fullmatch(path.name) and path.name[0] in letters
    ]
    newest = sorted(folders, key=lambda path: path.stat().st_mtime, reverse=True)[:MOST_RUNS]
    found = []
    for path in newest:
        try:
            record = read_run(workspace.runs, path.name)
        except (BadInputError, NotHeldError):
            continue
        as_of = day_in_words(date.fromisoformat(record["as_of"]))
        days = record["settings"].get("days")
        span = f", {days} days" if days else ""
        found.append((path.name, f"{record['kind']} {path.name}: as of {as_of}{span}"))
    return found


def span_of(workspace: Workspace, forecast_id: str) -> tuple[date, int]:
    """Return as-of day and days of a kept forecast.

    Parameters
    ----------
    workspace
        Where it is kept.
    forecast_id
        The forecast.
    """
    record = read_run_of(workspace.runs, forecast_id, kind="forecast")
    return date.fromisoformat(record["as_of"]), int(record["settings"]["days"])
