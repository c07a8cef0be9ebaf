"""Use case: from which chance of success groups are searched, or why nobody can say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rightplace.app.answer import Answer, untold
from rightplace.app.searches.darkness import force_and_months
from rightplace.powers.searches.tested import NoResult
from rightplace.powers.searches.threshold import ThresholdResult  # noqa: TC001 - as above

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import pyarrow as pa

    from rightplace.app.searches.darkness import TestOptions
    from rightplace.app.workspace import Workspace
    from rightplace.powers.searches.columns import Ethnicity
    from rightplace.powers.searches.denominators import Residents
    from rightplace.powers.searches.threshold_settings import ThresholdSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdAnswer:
    """The threshold test of the searches held.

    Parameters
    ----------
    forces
        Whose searches.
    first_month, last_month
        London months.
    searches
        How many were read.
    result
        What the test infers; null where it gives none.
    no_result
        Why it gives none; null where it gives one.
    sentences
        The same in words, with what it cannot tell.
    """

    forces: tuple[str, ...]
    first_month: str
    last_month: str
    searches: int
    result: ThresholdResult | None
    no_result: NoResult | None
    sentences: tuple[str, ...]


def threshold(
    searches: pa.Table,
    residents: Residents,
    *,
    settings: ThresholdSettings,
    rng: np.random.Generator,
    progress: Callable[[str], None] = untold,
    described: Literal["self_defined", "officer_defined"] = "self_defined",
) -> ThresholdResult | NoResult:
    """Return from which chance of success each group is searched, or why nobody can say.

    Parameters
    ----------
    searches
        Columns of ``columns.SCHEMA``, with boroughs.
    residents
        Of boroughs by group; the year counted nearest to the middle of the searches is taken.
    settings
        The model, its sampler, and when it is believed.
    rng
        Its chance.
    progress
        Takes a line every few seconds; it may take ``settings.limit_seconds``.
    described
        Who says of which group somebody is. Officers' descriptions are set against how residents
        describe themselves.
    """
    from rightplace.powers.searches.measures import MEASURES
    from rightplace.powers.searches.threshold import TEST, threshold_test
    from rightplace.powers.searches.threshold_cells import cells_of, usable

    if searches["borough"].null_count == searches.num_rows:
        remedy = "Make a study area of boroughs with `rightplace areas`."
        return NoResult(test=TEST, reason="no search has a borough", remedy=remedy)
    cells = cells_of(
        searches, _of_boroughs(searches, residents), column=described, outcome=settings.outcome
    )
    if not cells.known.any():
        missing = next(each.missing for each in MEASURES if each.name == settings.outcome)
        remedy = "Choose another threshold.outcome."
        return NoResult(test=TEST, reason=f"the file {missing}", remedy=remedy)
    taken = usable(cells, settings)
    if isinstance(taken, str):
        return NoResult(test=TEST, reason=taken, remedy="Take more months.")
    return threshold_test(
        taken,
        left_out=len(cells.places) - len(taken.places),
        described=described,
        settings=settings,
        rng=rng,
        progress=progress,
    )


def _of_boroughs(searches: pa.Table, residents: Residents) -> dict[str, dict[Ethnicity, int]]:
    """Return residents by borough and group, of the year nearest to the searches."""
    import pyarrow.compute as pc

    ends = pc.min_max(searches["month"]).as_py()
    year = residents.nearest_year(ends["min"] + (ends["max"] - ends["min"]) / 2)
    held = [code for code in residents.area_codes if residents.holds(code, year=year)]
    return {code: residents.of([code], year=year) for code in held}


def searches_threshold(
    workspace: Workspace,
    options: TestOptions,
    *,
    rng: np.random.Generator,
    progress: Callable[[str], None],
) -> Answer[ThresholdAnswer]:
    """Return the threshold test of the searches held.

    Parameters
    ----------
    workspace
        Where files and study areas are held.
    options
        Which searches.
    rng
        The sampler's chance.
    progress
        Takes a line every few seconds.
    """
    from rightplace.app.searches.read import read_searches
    from rightplace.app.searches.residents import read_residents, shipped_residents
    from rightplace.powers.searches.threshold_settings import ThresholdSettings

    held = read_searches(
        workspace, force=options.force, from_month=options.first, to_month=options.last
    )
    own = options.residents
    found = threshold(
        held.table,
        shipped_residents() if own is None else read_residents(own),
        settings=workspace.settings("threshold", ThresholdSettings),
        rng=rng,
        progress=progress,
        described=options.described,
    )
    forces, first, last = force_and_months(held.table)
    answer = ThresholdAnswer(
        forces=forces,
        first_month=first,
        last_month=last,
        searches=held.table.num_rows,
        result=None if isinstance(found, NoResult) else found,
        no_result=found if isinstance(found, NoResult) else None,
        sentences=found.sentences,
    )
    return Answer(verb="searches-threshold", result=answer)
