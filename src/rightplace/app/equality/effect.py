"""From published tables of who lives where to the equality effect of a plan.

Nothing read here is handed to a forecast, a problem or a solver: the account is made of visits
that are planned already.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rightplace.app.equality.result import EqualityEffect, EqualityRow
from rightplace.errors import BadInputError, UnsupportedByDataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from rightplace.app.association.composition import Composition
    from rightplace.app.equality.settings import EqualitySettings
    from rightplace.app.forecast.outlook import Outlook
    from rightplace.app.workspace import Workspace
    from rightplace.deploy.equality import GroupAccount, Lived, PlaceSums
    from rightplace.forecast import ForecastDistribution

ALL, GROUP, TENTH = "all", "ethnic_group", "deprivation_tenth"
AUDIT = (
    "This audits the plan and does not steer it: no forecast or plan has seen these groups. A "
    "place's minutes and records are shared among all who live there; nobody knows whom a patrol "
    "met."
)
_LEVEL = 0.8
_TENTHS = 10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WhoLivesWhere:
    """Residents by ethnic group, and how deprived each place is.

    Parameters
    ----------
    deprived
        Shape (n_cells,). Higher for more deprived, NaN where not known; None without a table.
    """

    composition: Composition
    deprived: NDArray[np.float64] | None


def equality_files(
    workspace: Workspace, named: Sequence[Path], settings: EqualitySettings
) -> tuple[Path, ...]:
    """Return the files a plan is audited by: those named, else those of the settings."""
    if named:
        return tuple(named)
    listed = (each.strip() for each in settings.files.split(";"))
    return tuple(workspace.root / Path(each) for each in listed if each)


def read_who_lives_where(files: Sequence[Path], *, cell_ids: Sequence[str]) -> WhoLivesWhere | None:
    """Return who lives where from published tables, told apart by their columns; None for none.

    Parameters
    ----------
    files
        One of residents by ethnic group, and perhaps one with the Index of Multiple Deprivation.
    cell_ids
        Codes of the cells, in their order.

    Raises
    ------
    UsageError
        If two files are of one kind, or there is none of ethnic group.
    """
    from rightplace.app.association.composition import read_composition

    composition: Composition | None = None
    deprived: NDArray[np.float64] | None = None
    for path in files:
        values = _deprivation(path, cell_ids)
        if (deprived if values is not None else composition) is not None:
            kind = "deprivation" if values is not None else "ethnic group"
            msg = f"Two files are of {kind}."
            raise UsageError(msg, file=path, remedy="Name one of each.")
        if values is not None:
            deprived = values
        else:
            composition = read_composition(path, cell_ids=cell_ids)
    if composition is None and files:
        msg = "Deprivation alone does not tell who lives where."
        remedy = "Name also a table of residents by ethnic group and area."
        raise UsageError(msg, file=files[0], remedy=remedy)
    return (
        None if composition is None else WhoLivesWhere(composition=composition, deprived=deprived)
    )


def _deprivation(path: Path, cell_ids: Sequence[str]) -> NDArray[np.float64] | None:
    """Return deprivation from a file that has it; None from one that has not."""
    from rightplace.app.association.composition import read_deprivation

    try:
        return read_deprivation(path, cell_ids=cell_ids)
    except BadInputError:
        return None


def equality_effect(
    outlook: Outlook, visits: pa.Table, who: WhoLivesWhere, *, settings: EqualitySettings
) -> EqualityEffect:
    """Return what a plan's minutes are to groups of residents.

    Parameters
    ----------
    outlook
        The forecast that the plan is for.
    visits
        The plan's visits; rows held out have 0 minutes.
    who
        Who lives where.
    settings
        Which share of minutes must be matched; a smaller one is refused.
    """
    from rightplace.deploy.equality import PlaceSums, account_of_groups
    from rightplace.forecast import ForecastDistribution, Noise

    places = PlaceSums(
        residents=who.composition.residents,
        minutes=_minutes(outlook, visits),
        recorded=np.where(
            outlook.masked, np.nan, outlook.places["last_12_months"].to_numpy().astype(np.float64)
        ),
    )
    visited = places.minutes > 0
    known = float(places.minutes[places.known].sum())
    share = known / places.minutes.sum() if visited.any() else 0.0
    _check_matched(share, places, outlook=outlook, least=settings.matched_share_least)
    groups = tuple(_groups(who, places))
    accounts = account_of_groups([group for group, _ in groups], places)
    noise = Noise(**outlook.record["result"]["noise"])
    expected = ForecastDistribution(mean=outlook.expected.sum(axis=1), noise=noise)
    rows = tuple(
        _row(account, group, whole=accounts[0], places=places, expected=expected, broad=broad)
        for account, (group, broad) in zip(accounts, groups, strict=True)
    )
    lacking = None
    if who.deprived is not None:
        lacking = int((visited & places.known & ~np.isfinite(who.deprived)).sum())
    return EqualityEffect(
        sheet=who.composition.sheet,
        recorded_period=f"the 12 months up to {outlook.record['as_of']}",
        minutes=float(places.minutes.sum()),
        minutes_known=known,
        minutes_known_share=share,
        places_visited=int(visited.sum()),
        places_unknown=int((visited & ~places.known).sum()),
        places_without_deprivation=lacking,
        rows=rows,
        finding=finding(rows),
        audit=AUDIT,
    )


def _minutes(outlook: Outlook, visits: pa.Table) -> NDArray[np.float64]:
    """Return planned minutes by place, shape (n_cells,)."""
    at = {cell_id: i for i, cell_id in enumerate(outlook.area.cells["cell_id"].to_pylist())}
    cells = [at[cell_id] for cell_id in visits["cell_id"].to_pylist()]
    minutes = visits["minutes"].to_numpy().astype(np.float64)
    return np.bincount(cells, weights=minutes, minlength=len(at)).astype(np.float64)


def _check_matched(share: float, places: PlaceSums, *, outlook: Outlook, least: float) -> None:
    """Check that enough of the plan is in places that the tables know.

    Raises
    ------
    UnsupportedByDataError
        If it is not; the first place that is unknown is named.
    """
    if share >= least:
        return
    unknown = np.flatnonzero((places.minutes > 0) & ~places.known)
    example = outlook.area.cells["cell_id"][int(unknown[0])].as_py() if unknown.size else "none"
    msg = (
        f"The table of residents knows places of {share:.0%} of the plan's minutes; the equality "
        f"effect needs {least:.0%}. Not in it: {unknown.size:,} places visited, {example} first."
    )
    remedy = (
        "Codes of another year are the usual reason: give the table for the study area's codes, "
        "or lower equality.matched_share_least."
    )
    raise UnsupportedByDataError(msg, value=example, remedy=remedy)


def _groups(who: WhoLivesWhere, places: PlaceSums) -> Iterator[tuple[Lived, bool]]:
    """Yield each group of residents and whether it is a broad one, all residents first."""
    from rightplace.deploy.equality import Lived

    found = who.composition
    residents = places.residents
    yield Lived(kind=ALL, name="all residents", residents=residents), True
    n_broad = found.broad or len(found.groups)
    for number, (name, share) in enumerate(zip(found.groups, found.shares, strict=True)):
        members = Lived(kind=GROUP, name=name, residents=np.minimum(share, 1.0) * residents)
        yield members, number < n_broad
    if who.deprived is None:
        return
    for number, tenth in enumerate(_tenths(who.deprived, places.known), start=1):
        word = {1: " (least deprived)", _TENTHS: " (most deprived)"}.get(number, "")
        members = Lived(
            kind=TENTH, name=f"tenth {number}{word}", residents=np.where(tenth, residents, 0.0)
        )
        yield members, True


def _tenths(
    deprived: NDArray[np.float64], known: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], ...]:
    """Return ten groups of the known places, least deprived first; none of fewer than ten."""
    from rightplace.app.association.numbers import tenths

    cells = known & np.isfinite(deprived)
    return tuple(tenths(deprived, cells=cells)) if cells.sum() >= _TENTHS else ()


def _row(
    account: GroupAccount,
    group: Lived,
    *,
    whole: GroupAccount,
    places: PlaceSums,
    expected: ForecastDistribution,
    broad: bool,
) -> EqualityRow:
    from rightplace.deploy.equality.account import share_of_residents

    share = share_of_residents(group, places)
    here = np.where(places.known, expected.mean, 0.0)
    low, high = expected.interval_of_sum(share, level=_LEVEL)
    per = 1000 / account.residents if account.residents > 0 else None
    return EqualityRow(
        kind=account.kind,
        group=account.name,
        broad=broad,
        residents=account.residents,
        visited_residents=account.visited_residents,
        minutes=account.minutes,
        minutes_per_1000_residents=account.minutes_per_1000,
        minutes_ratio=_ratio(account.minutes_per_1000, whole.minutes_per_1000),
        visited_minutes_per_1000_residents=account.visited_minutes_per_1000,
        expected_per_1000_residents=None if per is None else float(share @ here) * per,
        expected_lo80=None if per is None else low * per,
        expected_hi80=None if per is None else high * per,
        recorded_per_1000_residents=account.recorded_per_1000,
        recorded_ratio=_ratio(account.recorded_per_1000, whole.recorded_per_1000),
        visited_recorded_per_1000_residents=account.visited_recorded_per_1000,
        minutes_per_recorded=account.minutes_per_recorded,
    )


def _ratio(here: float | None, whole: float | None) -> float | None:
    return None if here is None or not whole else here / whole


def finding(rows: Sequence[EqualityRow]) -> str:
    """Return in a sentence which groups get most and least minutes a head, beside the records."""
    sentences = []
    for kind, name in ((GROUP, "ethnic groups"), (TENTH, "tenths by deprivation")):
        rated = [
            (row.minutes_ratio, row)
            for row in rows
            if row.kind == kind and row.broad and row.minutes_ratio is not None
        ]
        if len(rated) > 1:
            most, least = (pick(rated, key=lambda pair: pair[0])[1] for pick in (max, min))
            sentences.append(
                f"Of {name}, {most.group} gets most patrol minutes a head ({_times(most)}) and "
                f"{least.group} least ({_times(least)})."
            )
    return " ".join(sentences) or "No two groups can be compared."


def _times(row: EqualityRow) -> str:
    recorded = "no record" if row.recorded_ratio is None else f"{row.recorded_ratio:.2f} times"
    return f"{row.minutes_ratio or 0.0:.2f} times all residents', recorded violence {recorded}"
