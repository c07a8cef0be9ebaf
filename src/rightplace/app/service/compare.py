"""Use case: two plans side by side: only what differs, so that one can be chosen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rightplace.app.service.figures import count_words, moment_words
from rightplace.app.service.own_area import own_bcus
from rightplace.app.service.plan_page import cost_words, effect_words, group_lines
from rightplace.app.service.plan_visits import visits_of_bcu
from rightplace.errors import BadInputError
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import PublishedPlan, Shelf

PLACES_NAMED = 12
"""Places named that only one of the plans visits, of those with most to prevent."""
LEAST_WORTH = 1e-4
"""What a limit is worth below this nobody could weigh."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One thing that differs, in the first plan and in the second."""

    what: str
    first: str
    second: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceChange:
    """A place that has more visits in one plan than in the other."""

    place: str
    borough: str
    first: int
    second: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BcuDifference:
    """What differs in one BCU.

    Parameters
    ----------
    pairs
        Prevented (planned, not achieved), visits, places, crew minutes; only those that differ.
    places
        Places with other numbers of visits, those that only one plan visits first.
    more
        So many more such places are not named.
    may_decide
        Whether the person may decide for it.
    """

    bcu: str
    pairs: tuple[Pair, ...]
    places: tuple[PlaceChange, ...]
    more: int
    may_decide: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparePage:
    """Two plans as the page that compares them shows them.

    Parameters
    ----------
    first, second
        Their ids.
    kin
        How one was made from the other, in a sentence; empty where it was not.
    whole
        What differs in the whole plan.
    bcus
        BCUs in which something differs.
    alike
        BCUs in which nothing does.
    costs, groups
        Limits whose worth differs; groups of residents whose patrol minutes differ.
    """

    first: str
    second: str
    area: str
    as_of: str
    data_cut_off: str
    is_synthetic: bool
    kin: str
    whole: tuple[Pair, ...]
    bcus: tuple[BcuDifference, ...]
    alike: tuple[str, ...]
    costs: tuple[Pair, ...]
    cost_unit: str
    groups: tuple[Pair, ...]


def read_comparison(
    shelf: Shelf, first_id: str, second_id: str, *, person: Person, at: datetime
) -> ComparePage:
    """Return what differs between two published plans; the look is written in the audit chain.

    Parameters
    ----------
    shelf
        Where they are published.
    first_id, second_id
        The plans.
    person
        Who looks: only BCUs of their area are shown.
    at
        The time now.

    Raises
    ------
    BadInputError
        If it is one plan, or they are of two study areas.
    """
    from rightplace.records.audit.transaction import transaction

    person.check(Permission.SEE_PLAN)
    if first_id == second_id:
        msg = "A plan differs in nothing from itself."
        raise BadInputError(msg, value=first_id, remedy="Choose another plan to compare it with.")
    with transaction(shelf.database, person.actor, purpose="Compare two plans.", at=at) as tx:
        first, second = (shelf.plan(tx, plan_id) for plan_id in (first_id, second_id))
    if first.forecast.area.record["id"] != second.forecast.area.record["id"]:
        msg = "These plans are for two study areas."
        raise BadInputError(msg, value=second_id, remedy="Compare plans of one study area.")
    return _page(first, second, person)


def _page(first: PublishedPlan, second: PublishedPlan, person: Person) -> ComparePage:
    area = first.forecast.area
    found = [
        _in_bcu(first, second, bcu=bcu, person=person)
        for bcu in own_bcus(area, person, Permission.SEE_PLAN)
    ]
    return ComparePage(
        first=str(first.record["id"]),
        second=str(second.record["id"]),
        area=str(area.record["name"]),
        as_of=max(first.record["as_of"], second.record["as_of"]),
        data_cut_off=min(p.forecast.result["trained_to"] for p in (first, second)),
        is_synthetic=first.is_synthetic or second.is_synthetic,
        kin=_kin(first, second),
        whole=_differing(_whole(first), _whole(second)),
        bcus=tuple(each for each in found if each.pairs or each.places),
        alike=tuple(each.bcu for each in found if not (each.pairs or each.places)),
        costs=_differing(_costs(first), _costs(second)),
        cost_unit=first.result["objective_unit"],
        groups=_differing(_groups(first), _groups(second)),
    )


def _kin(first: PublishedPlan, second: PublishedPlan) -> str:
    for child, parent in ((first, second), (second, first)):
        if child.result.get("parent_id") == parent.record["id"]:
            return f"{child.record['id']} was made from {parent.record['id']} by changing it."
    return ""


def _differing(first: dict[str, str], second: dict[str, str]) -> tuple[Pair, ...]:
    """Return what differs, in the order of the first, then of the second."""
    names = dict.fromkeys([*first, *second])
    pairs = (Pair(what=n, first=first.get(n, "none"), second=second.get(n, "none")) for n in names)
    return tuple(pair for pair in pairs if pair.first != pair.second)


def _whole(plan: PublishedPlan) -> dict[str, str]:
    result, zone = plan.result, plan.forecast.area.clock.tzinfo
    starts, ends = plan.span

    def estimate(name: str) -> str:
        given = result[name]
        return count_words(given["mean"], given["lo80"], given["hi80"], period="in the whole plan")

    return {
        "Time": f"{moment_words(starts, zone)} to {moment_words(ends, zone)}",
        "Forecast": str(plan.forecast.record["id"]),
        "May prevent (planned, not achieved)": estimate("prevented"),
        "Harm that may be prevented (planned, not achieved)": estimate("prevented_harm"),
        "Expected in the places visited": estimate("expected_in_places"),
        "At the mean effect, planned for": f"{result['objective']:.4g} {result['objective_unit']}",
        "Visits": f"{len(plan.rows):,}",
        "Places": f"{len({row['cell_id'] for row in plan.rows}):,}",
        "Crew time used": f"{result['crew_minutes_used_share']:.1%}",
        "Gap to the best that any plan could do": f"{result['gap']:.2%} ({result['status']})",
        "Effect taken for a visit": effect_words(plan),
        "Shifts": result["shift_evidence"],
    }


def _costs(plan: PublishedPlan) -> dict[str, str]:
    given = plan.result["constraint_costs"]
    weighty = sorted((c for c in given if c["hi"] >= LEAST_WORTH), key=lambda c: -c["hi"])
    return {c["name"]: cost_words(c) for c in weighty}


def _groups(plan: PublishedPlan) -> dict[str, str]:
    return {
        each.group: f"{each.minutes} min per 1,000 residents ({each.ratio} times the mean)"
        for each in group_lines(plan)
    }


def _in_bcu(
    first: PublishedPlan, second: PublishedPlan, *, bcu: str, person: Person
) -> BcuDifference:
    rows = [visits_of_bcu(plan, bcu, person) for plan in (first, second)]
    changed = _places(first, rows)
    return BcuDifference(
        bcu=bcu,
        pairs=_differing(_sums(rows[0]), _sums(rows[1])),
        places=tuple(changed[:PLACES_NAMED]),
        more=max(0, len(changed) - PLACES_NAMED),
        may_decide=person.allowed(Permission.DECIDE, bcu=bcu),
    )


def _sums(rows: list[dict[str, Any]]) -> dict[str, str]:
    prevented = sum(row["prevented_mean"] for row in rows)
    return {
        "May prevent (planned, not achieved)": f"{prevented:.3g}",
        "Visits": f"{len(rows):,}",
        "Places": f"{len({row['cell_id'] for row in rows}):,}",
        "Crew minutes in places": f"{sum(row['minutes'] for row in rows):,}",
    }


def _places(plan: PublishedPlan, rows: list[list[dict[str, Any]]]) -> list[PlaceChange]:
    """Return places with other numbers of visits, those that only one plan visits first."""
    before, after = (Counter(row["cell_id"] for row in each) for each in rows)
    borough = {row["cell_id"]: row["borough"] or "" for each in rows for row in each}
    worth: Counter[str] = Counter()
    for row in [*rows[0], *rows[1]]:
        worth[row["cell_id"]] += row["prevented_mean"]
    changed = [cell for cell in borough if before[cell] != after[cell]]
    changed.sort(key=lambda cell: (bool(before[cell] and after[cell]), -worth[cell], cell))
    return [
        PlaceChange(
            place=plan.forecast.words_of.get(cell, cell),
            borough=borough[cell],
            first=before[cell],
            second=after[cell],
        )
        for cell in changed
    ]
