"""Use case: fixing hot spots for a term of whole months, and reading what was fixed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from rightplace.app.answer import Answer
from rightplace.app.hot_spots.settings import HotSpotSettings
from rightplace.app.hot_spots.term_result import HotSpot, TermResult
from rightplace.app.runs import read_table
from rightplace.core.canonical import digest, plain
from rightplace.core.runs import RunInput, RunRecipe, read_run_of
from rightplace.core.time import Month
from rightplace.errors import NotHeldError, RefusedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    import pyarrow as pa

    from rightplace.app.forecast.outlook import Outlook
    from rightplace.app.workspace import Workspace

FEWEST_MONTHS, MOST_MONTHS = 3, 12
WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Hot spots fixed for some months.

    Parameters
    ----------
    id
        Of the run that fixed them.
    area_id
        Their study area.
    forecast_id
        The forecast that they were chosen by.
    first
        The first month.
    months
        How many.
    cell_ids
        The places, the first first.
    visits_week
        Visits that each has at least in a week.
    """

    id: str
    area_id: str
    forecast_id: str
    first: Month
    months: int
    cell_ids: tuple[str, ...]
    visits_week: int

    @property
    def last(self) -> Month:
        """The last month."""
        return self.first.plus(self.months - 1)

    @property
    def every_month(self) -> tuple[Month, ...]:
        """Its months, in order."""
        return tuple(self.first.plus(number) for number in range(self.months))

    def days_within(self, first_day: date, days: int) -> int:
        """Return how many of some days lie within the term."""
        inside = (first_day + timedelta(days=number) for number in range(days))
        return sum(self.first.first <= day <= self.last.last for day in inside)

    def least_visits(self, first_day: date, days: int) -> dict[str, int]:
        """Return the visits that each place has at least in a plan, by cell.

        The week's, in proportion to the plan's days within the term, rounded up.

        Raises
        ------
        UsageError
            If no day of the plan lies within the term.
        """
        within = self.days_within(first_day, days)
        if not within:
            msg = f"{self.id} runs from {self.first} to {self.last}; the plan is of other days."
            raise UsageError(msg, value=self.id, remedy="Take a term of the plan's days.")
        return dict.fromkeys(self.cell_ids, -(-self.visits_week * within // WEEK))


@dataclass(frozen=True, slots=True, kw_only=True)
class FixOptions:
    """What is fixed.

    Parameters
    ----------
    count
        How many places.
    months
        For how many months, 3 to 12.
    starts
        The first day of the first month.
    """

    count: int
    months: int
    starts: date
    dry_run: bool = False

    def __post_init__(self) -> None:
        """Check that the term is one of whole months.

        Raises
        ------
        UsageError
            If it starts within a month, or is too short or long.
        """
        if self.starts.day != 1:
            msg = f"A term starts on the first day of a month, not on {self.starts}."
            raise UsageError(msg, value=self.starts, remedy="Records by month must fit it.")
        if not FEWEST_MONTHS <= self.months <= MOST_MONTHS:
            msg = f"A term has {FEWEST_MONTHS} to {MOST_MONTHS} months, not {self.months}."
            raise UsageError(msg, value=self.months, remedy="Correct --months.")


def fix(
    workspace: Workspace, forecast_id: str, options: FixOptions, *, made_at: datetime
) -> Answer[TermResult]:
    """Fix the first places of a forecast for a term, and keep the run.

    Parameters
    ----------
    workspace
        Where the forecast is.
    forecast_id
        What ranks the places.
    options
        How many, from when, for how long.
    made_at
        The time now, for the run's record alone.
    """
    from rightplace.app.forecast.outlook import read_outlook
    from rightplace.app.runs import keep

    outlook = read_outlook(workspace, forecast_id)
    settings = workspace.settings("hot_spots", HotSpotSettings)
    recipe = _recipe(outlook, options, visits_week=settings.visits_week)
    _check_free(workspace, outlook, options, own=recipe.id)
    places = _places(outlook, count=options.count)
    first = Month.of(options.starts)
    names = ("cell_id", "name", "borough", "rank", "expected_count", "reason")
    result = TermResult(
        term_id=recipe.id,
        forecast_id=forecast_id,
        first_month=str(first),
        last_month=str(first.plus(options.months - 1)),
        months=options.months,
        visits_week=settings.visits_week,
        places_path=str(workspace.runs / recipe.id / "places.parquet"),
        synthetic=outlook.record["result"]["synthetic"],
        hot_spots=tuple(
            HotSpot(hot_spot=row["hot_spot"], **{name: row[name] for name in names})
            for row in places.to_pylist()
        ),
    )
    if not options.dry_run:
        keep(workspace, recipe.record(made_at, result=plain(result)), {"places": places})
    return Answer(verb="hot-spots", result=result, id=recipe.id, as_of=recipe.as_of)


def _recipe(outlook: Outlook, options: FixOptions, *, visits_week: int) -> RunRecipe:
    return RunRecipe(
        kind="hot_spots",
        settings={
            "record": "term",
            "forecast": outlook.id,
            "area": outlook.area.area_id,
            "count": options.count,
            "first_month": str(Month.of(options.starts)),
            "months": options.months,
            "visits_week": visits_week,
        },
        inputs=(
            RunInput(source=outlook.id, release=None, sha256=digest(outlook.record["tables"])),
        ),
        as_of=date.fromisoformat(outlook.record["as_of"]),
        known_at=None,
        seed=0,
    )


def _check_free(workspace: Workspace, outlook: Outlook, options: FixOptions, *, own: str) -> None:
    """Check that the term is to come and that no other runs in it.

    Raises
    ------
    UsageError
        If the forecast knows the term's own days.
    RefusedError
        If another term of the study area has months of it.
    """
    if outlook.first_day > options.starts:
        msg = f"{outlook.id} knows records of the term, which starts on {options.starts}."
        remedy = "Places of a term are chosen before it: take an earlier forecast."
        raise UsageError(msg, value=outlook.id, remedy=remedy)
    first = Month.of(options.starts)
    last = first.plus(options.months - 1)
    for other in terms_of(workspace, outlook.area.area_id):
        if other.id != own and other.first.index <= last.index and first.index <= other.last.index:
            msg = (
                f"{other.id} fixes {len(other.cell_ids)} hot spots from {other.first} to "
                f"{other.last}; another term from {first} to {last} would overlap it."
            )
            remedy = "A return asks for one set of hot spots: start after it ends."
            raise RefusedError(msg, value=other.id, remedy=remedy)


def _places(outlook: Outlook, *, count: int) -> pa.Table:
    """Return the hot spots as a table, the first first."""
    import numpy as np
    import pyarrow as pa

    from rightplace.app.plan.inputs import places_of
    from rightplace.deploy import place_reasons
    from rightplace.deploy.hot_spots import first_places

    expected = outlook.expected.sum(axis=1)
    chosen = first_places(expected, able=places_of(outlook).visitable, count=count)
    cells = outlook.area.cells.take(chosen)
    columns = {name: outlook.places[name].to_pylist() for name in outlook.places.column_names}
    reasons = place_reasons(
        columns,
        areas=["the study area"] * outlook.area.n_cells,
        area_unit=f"a place in {outlook.days} days",
    )
    found = pa.table({"hot_spot": pa.array(np.arange(1, count + 1))})
    for name in ("cell_id", "name", "borough", "bcu", "area_km2", "lon", "lat", "geometry"):
        found = found.append_column(name, cells[name])
    ranks = [columns["rank"][cell] for cell in chosen]
    found = found.append_column("rank", pa.array(ranks, pa.int64()))
    found = found.append_column("expected_count", pa.array(expected[chosen]))
    return found.append_column("reason", pa.array([reasons[cell] for cell in chosen], pa.string()))


def hotspot_records(workspace: Workspace, record: str) -> Iterator[dict[str, Any]]:
    """Yield the kept runs of hot spots of one sort, such as ``term``, by id."""
    for path in sorted(workspace.runs.glob("t-*")):
        if (path / "run.json").is_file():
            found = read_run_of(workspace.runs, path.name, kind="hot_spots")
            if found["settings"]["record"] == record:
                yield found


def terms_of(workspace: Workspace, area_id: str) -> tuple[Term, ...]:
    """Return every term of a study area, the earliest first."""
    found = [
        _term(workspace, record)
        for record in hotspot_records(workspace, "term")
        if record["settings"]["area"] == area_id
    ]
    return tuple(sorted(found, key=lambda term: (term.first.index, term.id)))


def read_term(workspace: Workspace, term_id: str) -> Term:
    """Return a term that is kept.

    Raises
    ------
    NotHeldError
        If the run is none.
    """
    record = read_run_of(workspace.runs, term_id, kind="hot_spots")
    if record["settings"]["record"] != "term":
        msg = f"{term_id} is a {record['settings']['record']}, not a term of hot spots."
        raise NotHeldError(msg, value=term_id, remedy="Name a run of `rightplace hot-spots fix`.")
    return _term(workspace, record)


def _term(workspace: Workspace, record: dict[str, Any]) -> Term:
    settings = record["settings"]
    return Term(
        id=record["id"],
        area_id=settings["area"],
        forecast_id=settings["forecast"],
        first=Month.parse(settings["first_month"]),
        months=settings["months"],
        cell_ids=tuple(read_table(workspace, record["id"], "places")["cell_id"].to_pylist()),
        visits_week=settings["visits_week"],
    )
