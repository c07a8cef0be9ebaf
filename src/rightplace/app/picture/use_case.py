"""Use case: what violence was recorded where and when, kept as a run that pages are made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.app.answer import Answer, Notice
from rightplace.app.picture.counting import (
    Counted,
    counted_by_month,
    counts_table,
    published_table,
)
from rightplace.app.picture.result import NotCounted, PictureResult
from rightplace.app.picture.settings import PictureSettings

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from rightplace.app.evidence import Question
    from rightplace.app.workspace import Workspace
    from rightplace.core.runs import RunRecipe
    from rightplace.crime.harm import HarmIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureOptions:
    """How the picture is drawn, beside what it may know.

    Parameters
    ----------
    area_id
        The study area; None for the only one.
    harm_file
        The user's own sheet of weights; None takes the weights that ship.
    dry_run
        Whether nothing is kept.
    """

    area_id: str | None = None
    harm_file: Path | None = None
    dry_run: bool = False


def picture(
    workspace: Workspace, question: Question, *, options: PictureOptions, made_at: datetime
) -> Answer[PictureResult]:
    """Count violence by place and month, domestic abuse apart, and keep the run.

    Parameters
    ----------
    workspace
        Where records are and runs go.
    question
        What may be known; its classes are those of the setting unless named.
    options
        Area, harm weights, whether to keep it.
    made_at
        The time now, for the run's record alone.
    """
    from rightplace.app.areas import find_area
    from rightplace.app.forecast.settings import ForecastSettings
    from rightplace.app.forecast.use_case import harm_index
    from rightplace.app.runs import keep
    from rightplace.core.canonical import plain
    from rightplace.crime.street_words import street_words

    settings = workspace.settings("picture", PictureSettings)
    area, harm = find_area(workspace, options.area_id), harm_index(options.harm_file)
    share = workspace.settings("forecast", ForecastSettings).published_cells_share
    counted = counted_by_month(
        workspace,
        area,
        question,
        classes=question.classes or settings.names,
        months=settings.months,
        cells_share=share,
    )
    recipe = _recipe(counted, question, harm=harm, cells_share=share, months=settings.months)
    path = workspace.runs / recipe.id / "counts.parquet"
    result = _result(counted, harm, picture_id=recipe.id, path=path)
    notices = _notices(result)
    if not options.dry_run:
        record = recipe.record(
            made_at,
            result=plain(result),
            warnings=tuple({"code": n.code, "message": n.message} for n in notices),
        )
        tables = {
            "counts": counts_table(counted, harm),
            "published": published_table(counted),
            "street_words": street_words(counted.found.names, area.cells),
        }
        keep(workspace, record, tables)
    return Answer(
        verb="picture",
        result=result,
        id=recipe.id,
        as_of=question.as_of,
        data_releases=tuple(counted.found.held.releases),
        warnings=notices,
    )


def _recipe(
    counted: Counted, question: Question, *, harm: HarmIndex, cells_share: float, months: int
) -> RunRecipe:
    from rightplace.app.runs import recipe_inputs
    from rightplace.core.runs import RunRecipe

    return RunRecipe(
        kind="picture",
        settings={
            "area": counted.area.area_id,
            "classes": list(counted.classes),
            "sources": list(question.sources or ()),
            "published_cells_share": cells_share,
            "harm": harm.version,
            "months": months,
        },
        inputs=recipe_inputs(counted.found.held.entries, counted.area),
        as_of=question.as_of,
        known_at=question.known_at,
        seed=0,
    )


def _result(counted: Counted, harm: HarmIndex, *, picture_id: str, path: Path) -> PictureResult:
    from rightplace.app.evidence import SYNTHETIC
    from rightplace.app.forecast.foretelling import masked_boroughs
    from rightplace.crime.offences import in_words

    held = counted.held
    total = int(held.n.sum())
    weights = harm.weigh(held.offence.tolist())
    last = max(np.flatnonzero(counted.known.any(axis=0)), default=len(counted.months) - 1)
    return PictureResult(
        picture_id=picture_id,
        title=in_words(sorted(set(held.offence.tolist()))).capitalize(),
        area_id=counted.area.area_id,
        first_month=str(counted.months[0]),
        last_month=str(counted.months[-1]),
        trained_to=counted.months[last].last.isoformat(),
        records=total,
        harm=float((held.n * weights).sum()),
        harm_version=harm.version,
        domestic_records=int(held.n[held.setting == "domestic"].sum()),
        unknown_setting_share=float(held.n[held.setting == "unknown"].sum() / max(total, 1)),
        masked_boroughs=masked_boroughs(counted.area, np.asarray(counted.known.any(axis=1))),
        not_counted=tuple(NotCounted(reason=r, records=n) for r, n in counted.not_counted.items()),
        classes=counted.classes,
        synthetic=any(p.startswith(SYNTHETIC) for p in counted.found.used.population.tolist()),
        counts_path=str(path),
    )


def _notices(result: PictureResult) -> tuple[Notice, ...]:
    notices = [
        Notice(code="left-out", message=f"{each.records:,} records left out: {each.reason}.")
        for each in result.not_counted
    ]
    if result.masked_boroughs:
        named = ", ".join(result.masked_boroughs)
        notices.append(Notice(code="no-data", message=f"No data (not zero) for {named}."))
    if result.unknown_setting_share:
        message = (
            f"{result.unknown_setting_share:.0%} of records do not say where they happened or "
            f"whether they were domestic abuse: what is shown apart is the least there was."
        )
        notices.append(Notice(code="setting-unknown", message=message))
    return tuple(notices)
