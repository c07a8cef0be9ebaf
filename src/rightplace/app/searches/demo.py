"""The demo's searches: invented from end to end, in the words that a force publishes.

Groups are drawn in the shares in which people live in London, and everything else by chance
alone, so that the demo invents no disparity between groups: whatever difference its pack shows,
chance made it. Some months hold section 60 searches, as authorisations come and go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from rightplace.core.time import Month

if TYPE_CHECKING:
    from datetime import date, datetime

    from numpy.random import Generator
    from numpy.typing import NDArray

    from rightplace.app.workspace import Workspace

MONTHS = 27
"""Whole months of searches: two years and a quarter, so that a pack has its year before."""
A_MONTH = 900
"""Searches of a month on average; few enough that a demo stays quick."""
SECTION_60_MONTHS = 4
"""Every fourth month has authorisations, and a fifth of its searches are made under them."""
_POWERS = {
    "Misuse of Drugs Act 1971 (section 23)": (0.62, ("Controlled drugs",)),
    "Police and Criminal Evidence Act 1984 (section 1)": (
        0.36,
        ("Offensive weapons", "Stolen goods", "Articles for use in theft"),
    ),
    "Firearms Act 1968 (section 47)": (0.02, ("Firearms",)),
}
_SECTION_60 = "Criminal Justice and Public Order Act 1994 (section 60)"
_OUTCOMES = {
    "A no further action disposal": 0.72,
    "Arrest": 0.13,
    "Community resolution": 0.08,
    "Penalty Notice for Disorder": 0.04,
    "Caution (simple or conditional)": 0.03,
}
_GROUPS = {
    "white": ("White - English/Welsh/Scottish/Northern Irish/British", "White"),
    "black": ("Black/African/Caribbean/Black British - African", "Black"),
    "asian": ("Asian/Asian British - Indian", "Asian"),
    "mixed": ("Mixed/Multiple ethnic groups - White and Black Caribbean", "Black"),
    "other": ("Other ethnic group - Any other ethnic group", "Other"),
}
_NOT_STATED, _NOT_STATED_SHARE = "Other ethnic group - Not stated", 0.15
_AGES = {"10-17": 0.2, "18-24": 0.38, "25-34": 0.24, "over 34": 0.18}
CHILD = "10-17"
_NO_PLACE_SHARE = 0.08
_ARMED_SHARE, _SECTION_60_SHARE = 0.3, 0.2
FORCE = "Metropolitan Police Service"


def simulate_searches(
    points: NDArray[np.float64], last: Month, *, generator: Generator
) -> pa.Table:
    """Return a force's extract of searches, invented, as columns of text.

    Parameters
    ----------
    points
        Shape (n, 2). Easting and northing of places in which searches may be made.
    last
        The last of the months.
    generator
        Source of chance; the same state gives the same table.
    """
    months = [last.plus(n + 1 - MONTHS) for n in range(MONTHS)]
    sizes = generator.poisson(A_MONTH, MONTHS)
    number = np.repeat(np.arange(MONTHS), sizes)
    n = number.size
    power, thing = _powers(number, generator)
    found = generator.choice(list(_OUTCOMES), n, p=list(_OUTCOMES.values()))
    sought = np.isin(
        thing, ("Offensive weapons", "Firearms", "Anything to threaten or harm anyone")
    )
    weapon = (
        sought & (found != "A no further action disposal") & (generator.random(n) < _ARMED_SHARE)
    )
    self_defined, seen = _groups(n, generator)
    age = generator.choice(list(_AGES), n, p=list(_AGES.values()))
    place = points[generator.integers(len(points), size=n)].round().astype(np.int64)
    placed = generator.random(n) >= _NO_PLACE_SHARE

    columns = {
        "force": np.full(n, FORCE),
        "search_reference": [f"SYN/SS/{each:06d}" for each in range(1, n + 1)],
        "started_at": _moments(months, number, generator),
        "type": np.full(n, "Person search"),
        "power": power,
        "object": thing,
        "outcome": found,
        "outcome_linked": np.where(
            found == "A no further action disposal", "no", _yes(n, 0.8, generator)
        ),
        "weapon_found": np.where(weapon, "yes", "no"),
        "weapons": np.where(weapon, "1", "0"),
        "intelligence_led": _yes(n, 0.3, generator),
        "easting": np.where(placed, place[:, 0].astype(str), ""),
        "northing": np.where(placed, place[:, 1].astype(str), ""),
        "place": np.full(n, "Invented place (SYNTHETIC)"),
        "sex": generator.choice(["Male", "Female"], n, p=[0.9, 0.1]),
        "age": age,
        "self_defined_ethnicity": self_defined,
        "officer_defined_ethnicity": seen,
        **_conduct(age == CHILD, generator),
        "grounds": np.full(n, "Invented grounds (SYNTHETIC)"),
        "section_60_reference": np.where(power == _SECTION_60, "S60/SYN/0001", ""),
        "status": np.full(n, "recorded"),
    }
    return pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})


def _yes(n: int, share: float, generator: Generator) -> NDArray[np.str_]:
    """Return yes as often as a share says, and no else."""
    return np.where(generator.random(n) < share, "yes", "no")


def _conduct(is_child: NDArray[np.bool_], generator: Generator) -> dict[str, NDArray[np.str_]]:
    """Return how searches were done: safeguards of children where there is one."""
    n = is_child.size
    shares = {
        "more_than_outer_clothing": 0.03,
        "intimate_parts_exposed": 0.01,
        "handcuffs": 0.45,
        "body_worn_video": 0.93,
        "in_uniform": 0.95,
        "record_offered": 0.97,
    }
    found = {name: _yes(n, share, generator) for name, share in shares.items()}
    for name, share in (("appropriate_adult_present", 0.9), ("parent_told", 0.85)):
        found[name] = np.where(is_child, _yes(n, share, generator), "")
    return found


def _powers(
    number: NDArray[np.int64], generator: Generator
) -> tuple[NDArray[np.str_], NDArray[np.str_]]:
    """Return power and object of each search."""
    n = number.size
    shares = [share for share, _ in _POWERS.values()]
    power = generator.choice(list(_POWERS), n, p=shares).astype("<U80")
    thing = np.array([generator.choice(_POWERS[str(each)][1]) for each in power], dtype="<U60")
    under_60 = (number % SECTION_60_MONTHS == 0) & (generator.random(n) < _SECTION_60_SHARE)
    power[under_60], thing[under_60] = _SECTION_60, "Anything to threaten or harm anyone"
    return power, thing


def _groups(n: int, generator: Generator) -> tuple[NDArray[np.str_], NDArray[np.str_]]:
    """Return what each person says of themselves, and what the officer saw."""
    from rightplace.app.searches.residents import shipped_residents

    held = shipped_residents()
    newest = max(held.years)
    totals = {
        group: sum(
            each.residents for each in held.counts if each.year == newest and each.group == group
        )
        for group in _GROUPS
    }
    whole = sum(totals.values())
    drawn = generator.choice(list(_GROUPS), n, p=[totals[group] / whole for group in _GROUPS])
    says = np.array([_GROUPS[str(each)][0] for each in drawn], dtype="<U80")
    says[generator.random(n) < _NOT_STATED_SHARE] = _NOT_STATED
    return says, np.array([_GROUPS[str(each)][1] for each in drawn])


def _moments(
    months: list[Month], number: NDArray[np.int64], generator: Generator
) -> NDArray[np.str_]:
    """Return a moment of each search, later hours more often, as DD/MM/YYYY HH:MM."""
    days = np.array([month.days for month in months])[number]
    day = 1 + (generator.random(number.size) * days).astype(np.int64)
    hour = (10 + generator.binomial(20, 0.4, number.size)) % 24
    minute = generator.integers(60, size=number.size)
    return np.array(
        [
            f"{d:02d}/{months[m].number:02d}/{months[m].year} {h:02d}:{minutes:02d}"
            for d, m, h, minutes in zip(day, number, hour, minute, strict=True)
        ]
    )


def demo_pack(
    workspace: Workspace, area_id: str, *, as_of: date, seed: int, made_at: datetime
) -> str:
    """Take invented searches in, make the newest quarter's pack and return its id.

    Parameters
    ----------
    workspace
        Of the demo.
    area_id
        Its study area, in the cells of which searches are made.
    as_of
        The demo's last day; only months that are over by then hold searches.
    seed
        Seed of all chance.
    made_at
        The time now, for the run's record alone.
    """
    from importlib import resources

    from pyarrow import csv

    from rightplace.app.areas import find_area
    from rightplace.app.ingest import ingest
    from rightplace.app.searches.report import ReportOptions, report

    cells = find_area(workspace, area_id).cells
    points = np.column_stack([cells["x"].to_numpy(), cells["y"].to_numpy()])
    last = Month.of(as_of) if as_of == Month.of(as_of).last else Month.of(as_of).plus(-1)
    table = simulate_searches(points, last, generator=np.random.default_rng([seed, 60]))
    folder = workspace.root / "inputs"
    folder.mkdir(parents=True, exist_ok=True)
    csv.write_csv(table, folder / "searches.csv")
    shipped = resources.files("rightplace.crime") / "mappings/force_searches.toml"
    words = shipped.read_text("utf-8")
    mapping = folder / "searches_mapping.toml"
    mapping.write_text(
        words.replace('name = "force_searches"', 'name = "demo_searches"').replace(
            'publisher = "force"', 'publisher = "demo"'
        ),
        encoding="utf-8",
    )
    ingest(
        workspace, [folder / "searches.csv"], kind="searches", mapping=str(mapping), release=as_of
    )
    options = ReportOptions(formats=(), seed=seed)
    return report(workspace, options=options, made_at=made_at).result.pack_id
