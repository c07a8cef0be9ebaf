"""Use case: whether a group's share of searches is larger in daylight, or why nobody can say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rightplace.app.answer import Answer
from rightplace.powers.searches.darkness import DarknessResult  # noqa: TC001 - as below
from rightplace.powers.searches.tested import NoResult

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from rightplace.app.workspace import Workspace
    from rightplace.core.time import Month
    from rightplace.powers.searches.darkness_settings import DarknessSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class TestOptions:
    """Which searches a test takes.

    Parameters
    ----------
    force
        One force; None for all.
    first, last
        First and last London month; None for no end.
    described
        Who says of which group somebody is.
    residents
        The user's own table of residents, where the test needs one; None for what ships.
    """

    __test__ = False  # no class of tests, though its name begins so

    force: str | None = None
    first: Month | None = None
    last: Month | None = None
    described: Literal["self_defined", "officer_defined"] = "self_defined"
    residents: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DarknessAnswer:
    """The veil of darkness of the searches held.

    Parameters
    ----------
    forces
        Whose searches.
    first_month, last_month
        London months.
    searches
        How many were read.
    result
        What the test shows; null where it gives no result.
    no_result
        Why it gives none; null where it gives one.
    sentences
        The same in words, with what it cannot tell.
    """

    forces: tuple[str, ...]
    first_month: str
    last_month: str
    searches: int
    result: DarknessResult | None
    no_result: NoResult | None
    sentences: tuple[str, ...]


def darkness(
    searches: pa.Table,
    *,
    settings: DarknessSettings,
    described: Literal["self_defined", "officer_defined"] = "self_defined",
) -> DarknessResult | NoResult:
    """Return the odds of each group in daylight by those in the dark, or why there are none.

    Parameters
    ----------
    searches
        Columns of ``columns.SCHEMA``.
    settings
        Which searches are taken, and how many are needed.
    described
        Who says of which group somebody is.
    """
    from rightplace.powers.searches.darkness import veil_of_darkness

    return veil_of_darkness(searches, settings=settings, described=described)


def searches_darkness(workspace: Workspace, options: TestOptions) -> Answer[DarknessAnswer]:
    """Return the veil of darkness of the searches held.

    Parameters
    ----------
    workspace
        Where files are held.
    options
        Which searches.
    """
    from rightplace.app.searches.read import read_searches
    from rightplace.powers.searches.darkness_settings import DarknessSettings

    held = read_searches(
        workspace, force=options.force, from_month=options.first, to_month=options.last
    )
    found = darkness(
        held.table,
        settings=workspace.settings("darkness", DarknessSettings),
        described=options.described,
    )
    forces, first, last = force_and_months(held.table)
    answer = DarknessAnswer(
        forces=forces,
        first_month=first,
        last_month=last,
        searches=held.table.num_rows,
        result=None if isinstance(found, NoResult) else found,
        no_result=found if isinstance(found, NoResult) else None,
        sentences=found.sentences,
    )
    return Answer(verb="searches-darkness", result=answer)


def force_and_months(searches: pa.Table) -> tuple[tuple[str, ...], str, str]:
    """Return whose searches a table holds, and its first and last London month."""
    import pyarrow.compute as pc

    forces = tuple(sorted(searches["force"].drop_null().unique().to_pylist()))
    ends = pc.min_max(searches["month"]).as_py()
    return forces, f"{ends['min']:%Y-%m}", f"{ends['max']:%Y-%m}"
