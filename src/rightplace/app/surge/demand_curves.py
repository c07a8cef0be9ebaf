"""What further officers prevent at each post: from the file, a forecast, or not known at all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rightplace.errors import BadInputError, UnsupportedByDataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rightplace.app.forecast.outlook import Outlook
    from rightplace.app.surge.inputs import SurgeOptions
    from rightplace.app.surge.settings import SurgeSettings
    from rightplace.app.workspace import Workspace
    from rightplace.deploy.surge.capacity import DutyPattern
    from rightplace.deploy.surge.demand import Want

_DAYS_A_WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curves:
    """Posts with what officers prevent there.

    Parameters
    ----------
    wants
        The posts; those without data that are left out have a ceiling of 0.
    increments
        Of each post; empty where nothing is known.
    treatments
        Of each post without data, what was done; None elsewhere.
    partly
        Boroughs of the forecast in which some places have no data.
    forecast
        The forecast's record, where one was used.
    """

    wants: tuple[Want, ...]
    increments: tuple[NDArray[np.float64], ...]
    treatments: tuple[str | None, ...]
    partly: tuple[str, ...] = ()
    forecast: dict[str, object] | None = None


def demand_curves(
    workspace: Workspace,
    wants: Sequence[Want],
    *,
    options: SurgeOptions,
    settings: SurgeSettings,
    pattern: DutyPattern,
    most: int,
) -> Curves:
    """Return what officers prevent at each post.

    A post without data keeps its floor; one that has no floor is treated as was asked. It is
    never read as low demand.

    Parameters
    ----------
    workspace
        Where the forecast is.
    wants
        The posts.
    options, settings, pattern
        What was asked, what is in force, how officers work.
    most
        Officers for whom the curves are reckoned.

    Raises
    ------
    UsageError
        If the demand names a forecast and none is given.
    BadInputError
        If the forecast has no such borough.
    """
    from rightplace.deploy.surge.demand import FROM_FORECAST, NO_DATA

    outlook = None
    if any(want.source == FROM_FORECAST for want in wants):
        if options.forecast is None:
            msg = 'The demand says "forecast", and no forecast is given.'
            raise UsageError(msg, remedy="Name one with --forecast f-...")
        from rightplace.app.forecast.outlook import read_outlook

        outlook = read_outlook(workspace, options.forecast)
    found: list[NDArray[np.float64] | None] = []
    partly = []
    told = list(wants)
    for index, want in enumerate(wants):
        if want.source == NO_DATA:
            found.append(None)
        elif want.source == FROM_FORECAST and outlook is not None:
            curve, whole = _from_forecast(outlook, want, most, settings, pattern)
            if whole is None:
                msg = f"The forecast has no borough {want.borough!r}."
                raise BadInputError(
                    msg,
                    file=options.demand,
                    row=want.row,
                    value=want.borough,
                    remedy="Correct the demand.",
                )
            found.append(curve)
            partly += [] if whole or curve is None else [want.borough]
            told[index] = want if curve is not None else replace(want, source=NO_DATA)
        else:
            found.append(_stated(want, most, settings))
    curves = _without_data(told, found, options)
    record = None if outlook is None else outlook.record
    return replace(curves, partly=tuple(partly), forecast=record)


def _stated(want: Want, count: int, settings: SurgeSettings) -> NDArray[np.float64]:
    from rightplace.deploy.surge.demand import Effect

    if want.increments:
        return np.array(want.increments)
    effect = want.effect or Effect(
        most=settings.patrol_effect_most, half_officers=settings.patrol_half_officers
    )
    return effect.increments(want.expected_harm or 0.0, count)


def _without_data(
    wants: Sequence[Want], found: Sequence[NDArray[np.float64] | None], options: SurgeOptions
) -> Curves:
    """Return the curves with what is done where there are no data.

    Raises
    ------
    UnsupportedByDataError
        If a post without data has no floor, and nobody said what to do, or an average was asked
        for and there is none.
    """
    bare = [
        want
        for want, curve in zip(wants, found, strict=True)
        if curve is None and want.floor is None
    ]
    if bare and options.no_data == "refuse":
        names = ", ".join(f"{want.name} (row {want.row})" for want in bare)
        msg = f"No data on {names}: no data is not low demand, so nothing can be compared."
        remedy = "State a floor, or say --no-data average or --no-data leave-out."
        raise UnsupportedByDataError(
            msg, file=options.demand, row=bare[0].row, value=bare[0].name, remedy=remedy
        )
    with_data = {want.role for want, curve in zip(wants, found, strict=True) if curve is not None}
    lonely = [want for want in bare if want.role not in with_data]
    if lonely and options.no_data == "average":
        msg = f"No data on {lonely[0].name}, and no borough's {lonely[0].role} has data to average."
        remedy = "State a floor, or say --no-data leave-out."
        raise UnsupportedByDataError(
            msg, file=options.demand, row=lonely[0].row, value=lonely[0].name, remedy=remedy
        )
    posts, curves, treatments = [], [], []
    for want, curve in zip(wants, found, strict=True):
        made, treatment, post = curve, None, want
        if curve is None:
            made, treatment, post = _treated(want, wants, found, options)
        posts.append(post)
        curves.append(np.zeros(0) if made is None else made)
        treatments.append(treatment)
    return Curves(wants=tuple(posts), increments=tuple(curves), treatments=tuple(treatments))


def _treated(
    want: Want,
    wants: Sequence[Want],
    found: Sequence[NDArray[np.float64] | None],
    options: SurgeOptions,
) -> tuple[NDArray[np.float64] | None, str, Want]:
    """Return a curve, what was done, and the post, for one without data."""
    others = [
        curve
        for other, curve in zip(wants, found, strict=True)
        if curve is not None and other.role == want.role
    ]
    if options.no_data == "average" and others:
        table = np.zeros((len(others), max(curve.size for curve in others)))
        for row, curve in zip(table, others, strict=True):
            row[: curve.size] = curve
        said = f"taken as the average of {len(others)} boroughs with data, as asked"
        return table.mean(axis=0), said, want
    if want.floor is not None:
        return None, f"keeps its floor of {want.floor}; what more would prevent is not known", want
    return None, "left out, as asked; not because demand is low", replace(want, ceiling=0)


def _from_forecast(
    outlook: Outlook, want: Want, count: int, settings: SurgeSettings, pattern: DutyPattern
) -> tuple[NDArray[np.float64] | None, bool | None]:
    """Return what officers prevent in a borough in a week by a forecast, and if all has data.

    Visits of the week go where each prevents most harm, by the effect size in force, so the sum is
    concave. None where no place of the borough has data; both are None where there is no such
    borough.
    """
    from rightplace.app.plan.making import demand_by_slot
    from rightplace.deploy import effect_size_on, read_effect_sizes

    boroughs = np.array(outlook.area.cells["borough"].to_pylist())
    excluded = np.array(outlook.area.cells["excluded"].to_pylist(), dtype=bool)
    here = np.array([name.casefold() == want.borough.casefold() for name in boroughs.tolist()])
    if not here.any():
        return None, None
    known = here & ~outlook.masked & ~excluded
    if not known.any():
        return None, False
    harm = (demand_by_slot(outlook, None) * outlook.harm_each[:, None])[known]
    hours = np.array([slot.hours for slot in outlook.slots])
    effect = effect_size_on(read_effect_sizes(None), outlook.first_day)
    shares = effect.marginal_shares(hours, visits=settings.visits_per_place_slot)
    worth = np.sort((harm[:, :, None] * shares).ravel())[::-1]
    total = np.concatenate([[0.0], np.cumsum(worth)])
    per_day = pattern.on_duty([None]) / pattern.officers_together * pattern.visits_each
    made = np.minimum(np.arange(count + 1) * per_day * outlook.days, worth.size)
    prevented = np.interp(made, np.arange(total.size), total) * _DAYS_A_WEEK / outlook.days
    whole = not (here & outlook.masked).any()
    return np.maximum.accumulate(np.diff(prevented)[::-1])[::-1], whole
