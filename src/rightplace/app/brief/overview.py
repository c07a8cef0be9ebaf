"""The index page of a plan: one row a BCU, what limits cost, what to know before use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from rightplace.app.brief.facts import Scope
from rightplace.app.brief.words import (
    day_words,
    expected_words,
    harm_words,
    planned_words,
)
from rightplace.app.equality.overview import equality_table
from rightplace.briefing import BcuRow, ConstraintCost, Link, Named, PlanOverview

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rightplace.app.brief.facts import PlanFacts
    from rightplace.briefing import Stamp


WHOLE_PLAN = {
    "gpkg": ("plan.gpkg",),
    "geojson": ("visits.geojson", "forecast.geojson"),
    "csv": ("visits.csv", "forecast.csv"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLinks:
    """The files beside the index.

    Parameters
    ----------
    names
        Name of each BCU's files, without their ending.
    forms
        Which forms are written; nothing else is linked to.
    """

    names: Mapping[str, str]
    forms: Sequence[str]

    def of(self, bcu: str) -> tuple[Link, ...]:
        """Return the links to a BCU's sheets."""
        return tuple(
            Link(words=words, href=f"{self.names[bcu]}.{form}")
            for form, words in (("html", "page"), ("pdf", "PDF"))
            if form in self.forms
        )

    @property
    def downloads(self) -> tuple[Link, ...]:
        """Links to the files of the whole plan."""
        return tuple(
            Link(words=name, href=name)
            for form, names in WHOLE_PLAN.items()
            if form in self.forms
            for name in names
        )


def overview_of(
    facts: PlanFacts, scopes: Sequence[Scope], stamp: Stamp, *, links: PageLinks
) -> PlanOverview:
    """Return the plan's index page: one row a BCU, costs, warnings."""
    result = facts.result
    slots = tuple(range(len(facts.outlook.slots)))
    prevented = result["prevented"]
    planned = f"{prevented['mean']:,.0f} ({prevented['lo80']:,.0f} to {prevented['hi80']:,.0f})"
    last = facts.outlook.first_day + timedelta(days=facts.outlook.days - 1)
    return PlanOverview(
        stamp=stamp,
        area=facts.outlook.area.name,
        period=f"{day_words(facts.outlook.first_day)} to {day_words(last)}",
        headline=f"{result['visits']:,} visits to {result['places']:,} places may prevent about "
        f"{planned} recorded incidents (80 % interval), planned, not achieved.",
        rows=tuple(_bcu_row(facts, scope.bcu, slots, links) for scope in scopes),
        facts=_plan_facts(facts),
        costs=tuple(
            ConstraintCost(name=c["name"], lo=c["lo"], hi=c["hi"])
            for c in result["constraint_costs"]
        ),
        cost_unit=f"{result['objective_unit']} prevented",
        warnings=tuple(  # boroughs without data are named apart
            w["message"] for w in facts.record["warnings"] if w["code"] != "no-data"
        ),
        no_data=tuple(facts.outlook.record["result"]["masked_boroughs"]),
        downloads=links.downloads,
        equality=equality_table(result),
    )


def _bcu_row(facts: PlanFacts, bcu: str, slots: tuple[int, ...], links: PageLinks) -> BcuRow:
    whole = Scope(facts=facts, bcu=bcu, slots=slots)
    prospect = whole.prospect()
    boroughs = facts.outlook.area.cells["borough"].to_pylist()
    mine = {boroughs[i] for i in np.flatnonzero(whole.cells)}
    times = [row for row in facts.result["crew_minutes"] if row["borough"] in mine]
    total = sum(row["minutes"] for row in times)
    used = sum(row["minutes"] for row in times if row["reason"] is None)
    return BcuRow(
        bcu=bcu,
        visits=int(whole.visits.sum()),
        places=int((whole.visits.sum(axis=1) > 0).sum()),
        crew_time_used=used / total if total else None,
        expected=f"{expected_words(whole)}; {harm_words(whole)}",
        prevented="nothing" if prospect is None else planned_words(prospect.prevented_count),
        no_data=whole.no_data,
        links=links.of(bcu),
    )


def _plan_facts(facts: PlanFacts) -> tuple[Named, ...]:
    result = facts.result
    effect = result["effect"]
    change = f"{effect['change_mean']:.0%} ({effect['change_lo']:.0%} to {effect['change_hi']:.0%})"
    unit = result["objective_unit"]
    return (
        Named(name="Status", words=f"{result['status']}, gap {result['gap']:.2%}"),
        Named(name="Objective", words=f"{result['objective']:,.2f} {unit} at the mean effect"),
        Named(name="Bound", words=f"no plan exceeds {result['bound']:,.2f} {unit}"),
        Named(name="Crew time used", words=f"{result['crew_minutes_used_share']:.0%}"),
        Named(name="Shifts", words=result["shift_evidence"]),
        Named(name="Effect of the anchor dose", words=f"{change}; {effect['source']}"),
    )
