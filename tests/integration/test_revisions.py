"""Two releases of the same months: compared where they can be, known only once released."""

from __future__ import annotations

import zipfile
from datetime import date
from typing import TYPE_CHECKING

import pytest

from rightplace.app.areas import define_area, find_area
from rightplace.app.evidence import Evidence, Question, gather
from rightplace.core.time import Month, months_between
from rightplace.crime.harm import ons_severity
from rightplace.crime.holdings import entries_of, holdings
from rightplace.crime.revisions import Revision, revisions
from rightplace.forecast.delay import completeness
from rightplace.places import AreaSettings, Unit
from tests.paths import SHARED, needs_shared
from tests.small_files import Row, World, reply, street, write, write_replies
from tests.worlds import PLACES, THEFT, VIOLENCE, write_outlines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VIOLENT = "violence_and_sexual_offences_recorded"
CAMDEN = PLACES[:4]
EARLY, LATE = date(2018, 3, 15), date(2018, 9, 15)
JUNE_30 = date(2018, 6, 30)
MET = "data.police.uk/metropolitan/crimes"


def held_revisions(
    world: World, *, known_at: date | None = None, until: date = date(2018, 12, 31)
) -> tuple[Revision, ...]:
    workspace = world.workspace
    held = holdings(entries_of(workspace.store.manifest()), kind="crimes", known_at=known_at)
    return revisions(workspace.engine, workspace.store, held, until=until)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def robberies(n: int, month: str = "2018-01") -> list[Row]:
    return [street(number, Month=month) for number in range(n)]


def test_an_earlier_release_is_compared_with_the_newest_by_class(world: World) -> None:
    thefts = [street(9, Month="2018-01", Crime_type="Other theft")] * 2
    world.ingest(write(world.root / "a.csv", robberies(3)), release=EARLY)
    world.ingest(write(world.root / "b.csv", robberies(4) + thefts), release=LATE)
    world.ingest(write(world.root / "c.csv", robberies(2)), release=date(2018, 5, 1))
    found = [(r.offence, r.age_months, r.then, r.now) for r in held_revisions(world)]
    theft = next(offence for offence, *_ in found if "theft" in offence)
    robbery = next(offence for offence, *_ in found if "robbery" in offence)
    assert sorted(found) == sorted(
        [(robbery, 2, 3, 4), (theft, 2, 0, 2), (robbery, 4, 2, 4), (theft, 4, 0, 2)]
    )
    assert {r.newest_age_months for r in held_revisions(world)} == {8}


def test_only_releases_known_and_months_ended_by_then_are_compared(world: World) -> None:
    world.ingest(write(world.root / "a.csv", robberies(3)), release=EARLY)
    world.ingest(write(world.root / "b.csv", robberies(4)), release=LATE)
    assert held_revisions(world, known_at=date(2018, 9, 14)) == ()
    assert len(held_revisions(world, known_at=LATE)) == 1
    assert held_revisions(world, until=date(2018, 1, 30)) == ()
    assert len(held_revisions(world, until=date(2018, 1, 31))) == 1


@pytest.mark.parametrize(
    ("month", "release"), [("2018-03", EARLY), ("2018-01", None)], ids=["running", "undeclared"]
)
def test_what_cannot_be_dated_is_not_compared(
    world: World, month: str, release: date | None
) -> None:
    world.ingest(write(world.root / "a.csv", robberies(3, month)), release=release)
    world.ingest(write(world.root / "b.csv", robberies(4, month)), release=LATE)
    assert held_revisions(world) == ()


def test_other_ground_or_another_mapping_is_not_compared(world: World) -> None:
    met = "Metropolitan Police Service"
    rows = [street(n, Month="2018-06", Reported_by=met) for n in range(3)]
    folder = write_replies(world.root / "api", E05000266=[reply(1)])
    world.ingest(folder, release=date(2018, 8, 15))
    world.ingest(write(world.root / "b.csv", rows), release=LATE)
    assert held_revisions(world) == ()


# --- a force whose newest months are short of a fifth of their records

MONTHS = months_between(Month(2017, 1), Month(2018, 6))


def rows(months: list[Month], violent: int) -> Iterator[Row]:
    for month in months:
        for place in CAMDEN:
            for kind, n in ((VIOLENCE, violent), (THEFT, 2)):
                lon, lat = map(str, place.point)
                at = {"Longitude": lon, "Latitude": lat, "LSOA_code": place.code}
                said = {"Month": str(month), "Crime_type": kind, "Location": f"On {place.street}"}
                force = {"Reported_by": "Metropolitan Police Service"}
                yield from [street(1, **at, **said, **force)] * n


@pytest.fixture(scope="module")
def late(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Each month is 8 of 10 complete at two or three months, and whole at four or more."""
    world = World(tmp_path_factory.mktemp("late"))
    for release, last in ((Month(2018, 2), Month(2017, 12)), (Month(2018, 8), Month(2018, 6))):
        young = [m for m in MONTHS if last.index - 1 <= m.index <= last.index]
        old = [m for m in MONTHS if m.index < last.index - 1]
        held = [*rows(old, 10), *rows(young, 8)]
        world.ingest(write(world.root / f"{release}.csv", held), release=release.last)
    # A release between, of one month more that is three months old.
    between = [*rows([Month(2018, 1)], 8)]
    world.ingest(write(world.root / "between.csv", between), release=Month(2018, 4).last)
    define_area(
        world.workspace, write_outlines(world.root / "l.geojson"), AreaSettings(unit=Unit.LSOA)
    )
    return world


def evidence(world: World, known_at: date | None = None, as_of: date = JUNE_30) -> Evidence:
    area = find_area(world.workspace, None)
    question = Question(as_of=as_of, known_at=known_at)
    return gather(world.workspace, area, question, harm_index=ons_severity())


def test_young_months_count_for_the_days_that_their_records_cover(late: World) -> None:
    found = evidence(late)
    learned, *older = [c for c in found.delay.completeness if c.offence is None]
    assert {c.share for c in older} == {1.0}
    assert (learned.from_age_months, learned.to_age_months) == (2, 3)
    assert (learned.months, learned.then, learned.now) == (3, 3 * 4 * 8, 3 * 4 * 10)
    assert found.delay.known
    assert found.delay.from_releases == 3
    assert [(y.ends, y.age_months, y.share) for y in found.delay.shortened] == [
        ("2018-05-31", 3, 0.8),
        ("2018-06-30", 2, 0.8),
    ]
    assert found.history.exposure[-3:].tolist() == pytest.approx([30, 31 * 0.8, 30 * 0.8])
    per_day = found.history.events[0] / found.history.exposure
    assert per_day[-1] == pytest.approx(per_day[-3])
    assert "80% of data.police.uk/metropolitan/crimes on file" in found.delay.sentence


@pytest.mark.parametrize(
    ("released", "known"), [(date(2018, 8, 31), False), (date(2019, 3, 31), True)]
)
def test_what_is_learned_of_old_months_says_nothing_of_younger_ones(
    world: World, released: date, *, known: bool
) -> None:
    # January to June 2017 were 9 to 14 months old at first; June 2018 is 2 months old, or 9.
    old, newest = months_between(Month(2017, 1), Month(2017, 6)), Month(2018, 6)
    world.ingest(write(world.root / "a.csv", rows(old, 10)), release=date(2018, 3, 31))
    later = [*rows(old, 10), *rows([newest], 10)]
    world.ingest(write(world.root / "b.csv", later), release=released)
    outlines = write_outlines(world.root / "l.geojson")
    define_area(world.workspace, outlines, AreaSettings(unit=Unit.LSOA))
    delay = evidence(world).delay
    assert delay.known == known
    assert (f"of the newest records of {MET} it is unknown" in delay.sentence) == (not known)


def test_before_the_later_release_is_known_the_delay_is_unknown(late: World) -> None:
    found = evidence(late, date(2018, 8, 30), as_of=date(2017, 12, 31))
    assert not found.delay.known
    assert found.delay.sentence == ("Reporting delay: unknown; one release of each month is held.")
    assert found.history.exposure[-1] == 31


# --- the City of London's real revisions


@needs_shared
def test_the_citys_december_2017_is_read_by_class(world: World) -> None:
    police = SHARED / "london" / "police_uk"
    with zipfile.ZipFile(police / "revisions_city-of-london.zip") as archive:
        archive.extractall(world.root / "old")
    with zipfile.ZipFile(police / "city-of-london_street.zip") as archive:
        wanted = [n for n in archive.namelist() if "2017-12" in n or "2017-0" in n]
        archive.extractall(world.root / "new", members=wanted)
    # Nobody kept the days of release; February 2018 and January 2021 are in their right order.
    world.ingest(*sorted((world.root / "old").rglob("*street.csv")), release=date(2018, 2, 20))
    world.ingest(*sorted((world.root / "new").rglob("*street.csv")), release=date(2021, 1, 20))
    found = held_revisions(world)
    december = {r.offence: (r.then, r.now) for r in found if r.month == Month(2017, 12)}
    assert december[VIOLENT] == (86, 96)
    missing = [r for r in found if not r.is_published]
    assert [(str(r.month), r.then, r.now) for r in missing] == [("2017-12", 0, 136)]
    assert sum(r.then for r in found if r.month == Month(2017, 12)) == 464
    city = completeness(found, offences=[VIOLENT, "robbery"])
    # One month of two months' age is too little to learn from; five older ones were whole.
    assert {(c.from_age_months, c.months, c.share) for c in city} == {(8, 5, 1.0)}
    # None of 392 records late: Jeffreys' lower limit is 1 - 5.024 / (2 x 392.5), chi-square of 1.
    together = next(c for c in city if c.offence is None)
    assert together.now == 392
    assert together.lo95 == pytest.approx(0.9936, abs=0.0002)
