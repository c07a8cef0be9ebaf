"""Forms that ask for jobs: what was typed, read field by field; all faults are told together."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, cast

from rightplace.app.service.detectives_asked import (
    LEAST_FUTURES,
    MOST_FUTURES,
    MOST_YEARS,
    DetectivesAsked,
)
from rightplace.app.service.jobs_asked import (
    KINDS,
    OFFERED,
    BacktestAsked,
    EvaluateAsked,
    ForecastAsked,
    IngestAsked,
    PlanAsked,
    PublishAsked,
)
from rightplace.app.service.jobs_choices import span_of
from rightplace.app.service.jobs_inbox import inbox_files
from rightplace.errors import NotHeldError, RightplaceError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Literal

    from rightplace.app.service.jobs_asked import Asked
    from rightplace.app.workspace import Workspace

FIRST_FIELD = {
    "forecast": "as_of",
    "plan": "as_of",
    "backtest": "first",
    "ingest": "names",
    "publish": "run_id",
    "evaluate": "operation_id",
    "detectives": "setup",
}
"""Field at which a fault of the whole form is shown."""


@dataclass(slots=True, kw_only=True)
class JobFields:
    """What was typed into a form.

    Parameters
    ----------
    workspace
        Whose inbox, areas and runs may be named.
    sent
        The values of each field.
    """

    workspace: Workspace
    sent: Mapping[str, Sequence[str]]
    faults: list[tuple[str, str]] = field(default_factory=list)

    def text(self, name: str) -> str:
        """Return the first value of a field, or nothing."""
        return next(iter(self.sent.get(name, ())), "").strip()

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of a field, each once."""
        return tuple(dict.fromkeys(self.sent.get(name, ())))

    def day(self, name: str, what: str) -> date:
        """Return a day; a wrong one is a fault."""
        try:
            return date.fromisoformat(self.text(name))
        except ValueError:
            self.faults.append((name, f"{what} is not a day. Write it as 2026-05-03."))
            return date(2000, 1, 1)

    def number(self, name: str, what: str, *, least: int, most: int) -> int:
        """Return a whole number of a range; a wrong one is a fault."""
        text = self.text(name)
        if text.isascii() and text.isdigit() and len(text) < 5 and least <= int(text) <= most:  # noqa: PLR2004 - digits
            return int(text)
        self.faults.append((name, f"{what} is a whole number from {least} to {most}."))
        return least

    def one_of(self, name: str, choices: Sequence[str], what: str) -> str:
        """Return one of a list; another one is a fault."""
        text = self.text(name)
        if text not in choices:
            self.faults.append((name, f"Choose {what} from the list."))
        return text

    def some_of(self, name: str, choices: Sequence[str], what: str) -> tuple[str, ...]:
        """Return some of a list; none, or others, are a fault."""
        found = self.all(name)
        if not found or not set(found) <= set(choices):
            self.faults.append((name, f"Choose {what} from the list."))
        return found

    def inbox(self, name: str, what: str, *, may_be_empty: bool) -> str:
        """Return the name of a file of the inbox's listing; another one is a fault."""
        names = [each.name for each in inbox_files(self.workspace)]
        return self.one_of(name, ["", *names] if may_be_empty else names, what)


def read_asked(verb: str, fields: JobFields) -> Asked | None:
    """Return what a form asks for; None where something is wrong, which ``fields`` then tells.

    Parameters
    ----------
    verb
        One of those that can be asked for.
    fields
        What was typed.

    Raises
    ------
    NotHeldError
        If nothing of that name can be asked for.
    """
    if verb not in READERS:
        msg = "No such job can be asked for."
        raise NotHeldError(msg, value=verb, remedy=f"Ask for one of: {', '.join(KINDS)}.")
    try:
        return READERS[verb](fields)
    except RightplaceError as error:
        words = error.fault.said
        fields.faults.append((FIRST_FIELD[verb], words))
        return None


def _area(fields: JobFields) -> str:
    held = sorted(path.name for path in fields.workspace.areas.glob("area-*") if path.is_dir())
    return fields.one_of("area_id", ["", *held], "a study area")


def _forecast(fields: JobFields) -> Asked | None:
    as_of = fields.day("as_of", "The last day of records")
    days = fields.number("days", "How many days ahead", least=1, most=92)
    by = fields.one_of("by", ["", "month", "day", "shift"], "how finely time is told apart")
    method = fields.one_of("method", ["", *OFFERED], "a method")
    area_id = _area(fields)
    if fields.faults:
        return None
    fine = cast("Literal['', 'month', 'day', 'shift']", by)
    return ForecastAsked(as_of=as_of, days=days, by=fine, method=method, area_id=area_id)


def _plan(fields: JobFields) -> Asked | None:
    forecast_id = fields.text("forecast_id")
    if forecast_id:
        (as_of, days), area_id = span_of(fields.workspace, forecast_id), ""
    else:
        as_of = fields.day("as_of", "The last day of records")
        days = fields.number("days", "How many days", least=1, most=28)
        area_id = _area(fields)
    crews = fields.inbox("crews", "the file of crews", may_be_empty=False)
    cover = fields.inbox("cover", "the file of response cover", may_be_empty=True)
    if fields.faults:
        return None
    return PlanAsked(
        as_of=as_of,
        days=days,
        crews=crews,
        cover=cover,
        cover_elsewhere=fields.text("cover_elsewhere") == "yes",
        forecast_id=forecast_id,
        area_id=area_id,
    )


def _backtest(fields: JobFields) -> Asked | None:
    first = fields.day("first", "The first origin")
    last = fields.day("last", "The last origin")
    step = fields.number("step", "The step in days", least=1, most=366)
    methods = fields.some_of("methods", OFFERED, "one or more methods")
    area_id = _area(fields)
    if fields.faults:
        return None
    return BacktestAsked(first=first, last=last, step=step, methods=methods, area_id=area_id)


def _ingest(fields: JobFields) -> Asked | None:
    listed = [each.name for each in inbox_files(fields.workspace)]
    kind = fields.one_of("kind", ["crimes", "searches", "strength"], "what the files hold")
    names = fields.some_of("names", listed, "one or more files")
    mapping = fields.inbox("mapping", "a mapping", may_be_empty=True)
    release = fields.day("release", "The day of release") if fields.text("release") else None
    if fields.faults:
        return None
    what = cast("Literal['crimes', 'searches', 'strength']", kind)
    return IngestAsked(kind=what, names=names, mapping=mapping, release=release)


def _publish(fields: JobFields) -> Asked | None:
    return PublishAsked(run_id=fields.text("run_id"))


def _evaluate(fields: JobFields) -> Asked | None:
    as_of = fields.day("as_of", "The day on which it is judged")
    if fields.faults:
        return None
    return EvaluateAsked(
        operation_id=fields.text("operation_id"),
        as_of=as_of,
        own_only=fields.text("own_only") == "yes",
    )


def _detectives(fields: JobFields) -> Asked | None:
    setup = fields.inbox("setup", "the file of the setup", may_be_empty=False)
    years = fields.number("years", "How many years ahead", least=1, most=MOST_YEARS)
    least, most = LEAST_FUTURES, MOST_FUTURES
    futures = fields.number("futures", "How many futures", least=least, most=most)
    if fields.faults:
        return None
    return DetectivesAsked(setup=setup, years=years, futures=futures)


READERS = {
    "forecast": _forecast,
    "plan": _plan,
    "backtest": _backtest,
    "ingest": _ingest,
    "publish": _publish,
    "evaluate": _evaluate,
    "detectives": _detectives,
}
