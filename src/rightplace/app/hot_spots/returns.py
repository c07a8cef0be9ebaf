"""Use case: the return on hot spots of a term, by place and month."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from rightplace.app.answer import Answer, Notice
from rightplace.app.hot_spots.return_file import return_csv, return_fields
from rightplace.app.hot_spots.return_result import ReturnResult, ReturnRow
from rightplace.app.hot_spots.settings import HotSpotSettings
from rightplace.app.hot_spots.terms import Term, read_term
from rightplace.core.canonical import digest, file_digest, plain
from rightplace.core.runs import RunInput, RunRecipe, read_run_of
from rightplace.core.time import Month, months_between
from rightplace.errors import NotHeldError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from numpy.typing import NDArray

    from rightplace.app.forecast.outlook import Outlook
    from rightplace.app.workspace import Workspace
    from rightplace.deploy.hot_spots.enforcement import Enforcement
    from rightplace.evaluate.place_months import CountedPlan

TEMPLATE = (
    "Columns and their names are those of hot_spots.return_fields: the exact template of the Home "
    "Office was not verified. Hours are of the units that the plans sent, never of a person."
)
ALL = "all hot spots counted"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnOptions:
    """What a return is of.

    Parameters
    ----------
    dosage_ids
        Counts of dosage, no two of one day.
    first, last
        Months.
    enforcement_file
        What the force knows of enforcement; None where it gives nothing.
    out
        Where the CSV goes; None takes a name of the term's in the workspace.
    """

    dosage_ids: tuple[str, ...]
    first: Month
    last: Month
    enforcement_file: Path | None = None
    out: Path | None = None
    dry_run: bool = False


def return_on(
    workspace: Workspace, term_id: str, options: ReturnOptions, *, made_at: datetime
) -> Answer[ReturnResult]:
    """Write the return on a term's hot spots, and keep the run.

    Parameters
    ----------
    workspace
        Where term, dosage and records are.
    term_id
        The term.
    options
        Counts, months, enforcement.
    made_at
        The time now, for the run's record alone.
    """
    import pyarrow as pa

    from rightplace.app.forecast.outlook import read_outlook
    from rightplace.app.runs import keep
    from rightplace.core.files import write_whole

    term = read_term(workspace, term_id)
    months = _months(term, options)
    settings = workspace.settings("hot_spots", HotSpotSettings)
    fields = return_fields(settings.return_fields)
    outlook = read_outlook(workspace, term.forecast_id)
    synthetic = bool(outlook.record["result"]["synthetic"])
    incidents = _incidents(outlook, workspace, term=term, months=months)
    made = _Return(
        term=term,
        names=dict(
            zip(*(outlook.area.cells[n].to_pylist() for n in ("cell_id", "name")), strict=True)
        ),
        counted=_counted(workspace, term, options.dosage_ids),
        incidents=incidents,
        enforcement=_enforcement(options, term, months),
    )
    rows = tuple(row for month in months for row in made.month(month))
    recipe = _recipe(term, options, settings, incidents=incidents)
    path = options.out or workspace.root / "returns" / f"{recipe.id}.csv"
    result = ReturnResult(
        return_id=recipe.id,
        term_id=term_id,
        first_month=str(options.first),
        last_month=str(options.last),
        path=None if options.dry_run else str(path),
        rows=rows,
        withheld=sum(row.dosage == "withheld" for row in rows),
        template=TEMPLATE,
        synthetic=synthetic,
    )
    if not options.dry_run:
        write_whole(path, return_csv(rows, fields, synthetic=synthetic).encode())
        table = pa.Table.from_pylist([asdict(row) for row in rows])
        keep(workspace, recipe.record(made_at, result=plain(result)), {"rows": table})
    return Answer(
        verb="hot-spots-return",
        result=result,
        id=recipe.id,
        as_of=options.last.last,
        warnings=tuple(_notices(result)),
    )


def _months(term: Term, options: ReturnOptions) -> list[Month]:
    """Return the months of a return.

    Raises
    ------
    UsageError
        If one is not of the term.
    """
    first, last = options.first, options.last
    if not term.first.index <= first.index <= last.index <= term.last.index:
        msg = f"{term.id} runs from {term.first} to {term.last}, not from {first} to {last}."
        raise UsageError(msg, value=f"{first} to {last}", remedy="Correct --from and --to.")
    return months_between(first, last)


def _counted(
    workspace: Workspace, term: Term, dosage_ids: Sequence[str]
) -> tuple[CountedPlan, ...]:
    """Return counts of dosage.

    Raises
    ------
    NotHeldError
        If one is of another study area.
    """
    from rightplace.app.runs import read_table
    from rightplace.evaluate.place_months import CountedPlan, check_apart

    found = []
    for dosage_id in dict.fromkeys(dosage_ids):
        record = read_run_of(workspace.runs, dosage_id, kind="dosage")
        plan = read_run_of(workspace.runs, record["settings"]["plan"], kind="plan")
        forecast = read_run_of(workspace.runs, plan["settings"]["forecast"], kind="forecast")
        if forecast["settings"]["area"] != term.area_id:
            msg = f"{dosage_id} counts a plan of another study area than {term.id}."
            raise NotHeldError(msg, value=dosage_id, remedy="Name counts of the term's area.")
        result = record["result"]
        found.append(
            CountedPlan.of(
                dosage_id,
                date.fromisoformat(result["first_day"]),
                result["days"],
                rows=read_table(workspace, dosage_id, "rows").to_pylist(),
            )
        )
    check_apart(found)
    return tuple(found)


def _incidents(
    outlook: Outlook, workspace: Workspace, *, term: Term, months: Sequence[Month]
) -> dict[tuple[str, Month], int | None]:
    """Return incidents by hot spot and month; None while they are not known."""
    from rightplace.app.hot_spots.recorded import recorded_by_month

    values = recorded_by_month(workspace, outlook, months)
    at = {cell_id: i for i, cell_id in enumerate(outlook.area.cells["cell_id"].to_pylist())}
    return {
        (cell_id, month): _known(values[at[cell_id]], number)
        for cell_id in term.cell_ids
        for number, month in enumerate(months)
    }


def _known(values: NDArray[np.float64], number: int) -> int | None:
    return int(values[number]) if np.isfinite(values[number]) else None


def _enforcement(
    options: ReturnOptions, term: Term, months: Sequence[Month]
) -> dict[tuple[str, Month], Enforcement]:
    """Return what the force's file gives.

    Raises
    ------
    NotHeldError
        If the file named is not there.
    """
    from rightplace.deploy.hot_spots.enforcement import read_enforcement

    path = options.enforcement_file
    if path is None:
        return {}
    if not path.is_file():
        msg = "There is no such file."
        raise NotHeldError(msg, file=path, remedy="Check --enforcement.")
    return read_enforcement(path, cells=term.cell_ids, months=months)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Return:
    """All that a return is made of."""

    term: Term
    names: Mapping[str, str]
    counted: tuple[CountedPlan, ...]
    incidents: Mapping[tuple[str, Month], int | None]
    enforcement: Mapping[tuple[str, Month], Enforcement]

    def month(self, month: Month) -> Iterator[ReturnRow]:
        """Yield the rows of a month, its total last."""
        rows = [self._row(number, month) for number in range(len(self.term.cell_ids))]
        yield from rows
        yield total(rows, month)

    def _row(self, number: int, month: Month) -> ReturnRow:
        from rightplace.evaluate.place_months import place_month

        cell_id = self.term.cell_ids[number]
        got = place_month(self.counted, cell_id, month)
        given = self.enforcement.get((cell_id, month))
        return ReturnRow(
            hot_spot=number + 1,
            cell_id=cell_id,
            name=self.names[cell_id] or cell_id,
            month=str(month),
            dosage=got.status,
            patrol_hours=None if got.patrol_minutes is None else got.patrol_minutes / 60,
            officer_hours=None if got.officer_minutes is None else got.officer_minutes / 60,
            visits=got.visits,
            days_counted=got.days_counted,
            days=month.days,
            incidents=self.incidents[cell_id, month],
            arrests=None if given is None else given.arrests,
            stop_searches=None if given is None else given.stop_searches,
            weapons_seized=None if given is None else given.weapons_seized,
            places_counted=None,
        )


def total(rows: Sequence[ReturnRow], month: Month) -> ReturnRow:
    """Return a month's total: hours and visits of the hot spots counted, all else of all.

    What is withheld is in no total, so that none gives it away; incidents and enforcement are
    null where any hot spot's are not known.
    """
    counted = [row for row in rows if row.dosage == "counted"]
    withheld = any(row.dosage == "withheld" for row in rows)

    def hours(name: str) -> float | None:
        return sum(getattr(row, name) for row in counted) if counted else None

    def whole(name: str) -> int | None:
        values = [getattr(row, name) for row in rows]
        return None if any(value is None for value in values) else sum(values)

    made = [row.visits for row in counted if row.visits is not None]
    status = "counted" if counted else ("withheld" if withheld else "not given")
    return ReturnRow(
        hot_spot=0,
        cell_id=None,
        name=ALL,
        month=str(month),
        dosage=status,
        patrol_hours=hours("patrol_hours"),
        officer_hours=hours("officer_hours"),
        visits=sum(made) if counted else None,
        days_counted=max(row.days_counted for row in rows),
        days=month.days,
        incidents=whole("incidents"),
        arrests=whole("arrests"),
        stop_searches=whole("stop_searches"),
        weapons_seized=whole("weapons_seized"),
        places_counted=len(counted),
    )


def _recipe(
    term: Term,
    options: ReturnOptions,
    settings: HotSpotSettings,
    *,
    incidents: Mapping[tuple[str, Month], int | None],
) -> RunRecipe:
    known = [[cell_id, str(month), n] for (cell_id, month), n in incidents.items()]
    inputs = [RunInput(source="records", release=None, sha256=digest(known))]
    inputs += [RunInput(source=i, release=None, sha256=digest(i)) for i in options.dosage_ids]
    if options.enforcement_file is not None:
        path = options.enforcement_file
        inputs.append(RunInput(source=str(path), release=None, sha256=file_digest(path)))
    return RunRecipe(
        kind="hot_spots",
        settings={
            "record": "return",
            "term": term.id,
            "first_month": str(options.first),
            "last_month": str(options.last),
            "fields": settings.return_fields,
        },
        inputs=tuple(inputs),
        as_of=options.last.last,
        known_at=None,
        seed=0,
    )


def _notices(result: ReturnResult) -> Iterator[Notice]:
    places = [row for row in result.rows if row.cell_id is not None]
    part = [row for row in places if row.dosage == "counted" and row.days_counted < row.days]
    if part:
        message = f"{len(part)} rows count only part of their month's days; days_counted says so."
        yield Notice(code="part-of-month", message=message)
    if result.withheld:
        message = (
            f"{result.withheld} rows are withheld: they are of fewer than five crews, or would "
            "give such a row away."
        )
        yield Notice(code="rows-withheld", message=message)
    absent = sum(row.dosage == "not given" for row in places)
    if absent:
        message = f"{absent} rows have no dosage: no count named knows the hot spot in the month."
        yield Notice(code="no-dosage", message=message)
    if any(row.incidents is None for row in places):
        message = "Incidents of some months are not on file yet; they are not 0."
        yield Notice(code="not-known-yet", message=message)
