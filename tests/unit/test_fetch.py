"""The pure parts of fetching: which archives, how fast, how patient, how a polygon is halved."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
import numpy as np
import pytest
import shapely

from rightplace.core.time import Month, months_between
from rightplace.crime.fetch.fetching import (
    PoliceUkService,
    Transfer,
    Wanted,
    archives_for,
    open_client,
)
from rightplace.crime.fetch.members import forces_in, member_names
from rightplace.crime.fetch.polygons import Ring, area_of, as_parameter, halves
from rightplace.crime.transfer import TokenBucket
from rightplace.errors import StaleDataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

REAL = PoliceUkService()
# A block of Camden, about 690 m wide and 1,110 m high.
BLOCK: Ring = ((-0.14, 51.53), (-0.13, 51.53), (-0.13, 51.54), (-0.14, 51.54))


@dataclass
class FakeTime:
    """A clock that moves only when somebody sleeps."""

    now: float = 0.0
    slept: list[float] = field(default_factory=list)

    def elapsed(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def months(first: str, last: str) -> list[Month]:
    return months_between(Month.parse(first), Month.parse(last))


def reply(headers: dict[str, str]) -> httpx.Response:
    return httpx.Response(429, headers=headers)


@pytest.fixture
def errand() -> Iterator[Transfer]:
    time = FakeTime()
    with httpx.Client() as client:
        yield Transfer(
            client=client,
            service=REAL,
            rng=np.random.default_rng(0),
            elapsed=time.elapsed,
            sleep=time.sleep,
        )


def test_the_addresses_are_those_the_publisher_states() -> None:
    assert REAL.archive_url.format(month=Month(2024, 5)) == (
        "https://data.police.uk/data/archive/2024-05.zip"
    )
    assert REAL.api_url == "https://data.police.uk/api"
    assert (REAL.requests_per_second, REAL.burst, REAL.longest_get) == (15, 30, 4094)


@pytest.mark.parametrize("name", ["tries", "burst", "requests_per_second", "read_seconds"])
def test_a_service_without_limits_is_refused(name: str) -> None:
    none: dict[str, Any] = {name: 0}
    with pytest.raises(ValueError, match="must be positive"):
        PoliceUkService(**none)


def test_months_of_the_last_three_years_come_from_the_newest_archive() -> None:
    wanted = months("2015-07", "2018-06")
    found = archives_for(wanted, newest=Month(2018, 6), service=REAL)
    assert found == {Month(2018, 6): tuple(wanted)}


def test_one_month_more_takes_a_second_archive_as_late_as_holds_it() -> None:
    wanted = months("2015-06", "2018-06")
    found = archives_for(wanted, newest=Month(2018, 6), service=REAL)
    # 2015-06 is last held by the archive 35 months later.
    assert found == {
        Month(2018, 5): tuple(wanted[:-1]),
        Month(2018, 6): (Month(2018, 6),),
    }


def test_old_months_come_from_a_revised_archive_not_from_their_own() -> None:
    found = archives_for([Month(2016, 1)], newest=Month(2023, 1), service=REAL)
    assert list(found) == [Month(2018, 12)]


def test_the_oldest_months_come_from_the_first_archive() -> None:
    found = archives_for(months("2010-12", "2011-01"), newest=Month(2023, 1), service=REAL)
    assert list(found) == [Month(2013, 12)]


def test_a_month_that_is_not_published_yet_is_refused_with_the_newest() -> None:
    with pytest.raises(StaleDataError, match=r"ends with 2018-06; 2018-07") as refused:
        archives_for(months("2018-06", "2018-08"), newest=Month(2018, 6), service=REAL)
    assert refused.value.exit_code == 30


@pytest.mark.parametrize("force", ["Metropolitan", "../metropolitan", "met police", "", "-met"])
def test_what_is_not_the_name_of_a_force_is_refused(force: str) -> None:
    with pytest.raises(UsageError, match="not the name of a force"):
        Wanted(force=force, months=(Month(2018, 6),))


def test_nothing_wanted_is_refused() -> None:
    with pytest.raises(UsageError, match="nothing to fetch"):
        Wanted.span("metropolitan", Month(2018, 6), last=Month(2018, 5))
    with pytest.raises(UsageError, match="not in order"):
        Wanted(force="metropolitan", months=(Month(2018, 6), Month(2018, 5)))


def test_files_are_named_as_the_publisher_names_them() -> None:
    wanted = Wanted.span("city-of-london", Month(2018, 5), last=Month(2018, 5))
    assert member_names(wanted) == {
        "2018-05-city-of-london-street": "2018-05/2018-05-city-of-london-street.csv",
        "2018-05-city-of-london-outcomes": "2018-05/2018-05-city-of-london-outcomes.csv",
        "2018-05-city-of-london-stop-and-search": (
            "2018-05/2018-05-city-of-london-stop-and-search.csv"
        ),
    }


def test_forces_are_read_from_street_files_only() -> None:
    held = frozenset(
        {
            "2018-05/2018-05-kent-street.csv",
            "2018-05/2018-05-kent-outcomes.csv",
            "2018-05/2018-05-city-of-london-street.csv",
            "../2018-05-evil-street.csv",
        }
    )
    assert forces_in(held) == ["city-of-london", "kent"]


def test_after_the_burst_requests_keep_the_published_rate() -> None:
    time = FakeTime()
    bucket = TokenBucket(per_second=15, burst=30, elapsed=time.elapsed, sleep=time.sleep)
    for _ in range(30):
        bucket.take()
    assert time.now == 0
    for _ in range(150):
        bucket.take()
    assert time.now == pytest.approx(150 / 15)


def test_a_rest_fills_the_bucket_but_not_above_the_burst() -> None:
    time = FakeTime()
    bucket = TokenBucket(per_second=15, burst=30, elapsed=time.elapsed, sleep=time.sleep)
    for _ in range(30):
        bucket.take()
    time.now += 3600
    for _ in range(30):
        bucket.take()
    assert time.slept == []
    bucket.take()
    assert time.slept == [pytest.approx(1 / 15)]


def test_pauses_double_up_to_the_longest_and_are_spread(errand: Transfer) -> None:
    for failures, whole in enumerate([1, 2, 4, 8, 16, 32, 60, 60], start=1):
        drawn = [errand.pause(failures) for _ in range(50)]
        assert min(drawn) >= whole / 2
        assert max(drawn) <= whole
        assert len(set(drawn)) == 50


def test_retry_after_is_read_as_seconds_or_as_a_date_on_the_servers_clock(
    errand: Transfer,
) -> None:
    assert errand.wait_asked(reply({"Retry-After": "7"})) == 7
    dated = {
        "Date": "Wed, 21 Oct 2015 07:28:00 GMT",
        "Retry-After": "Wed, 21 Oct 2015 07:28:30 GMT",
    }
    assert errand.wait_asked(reply(dated)) == 30
    assert errand.wait_asked(reply({})) is None
    assert errand.wait_asked(reply({"Retry-After": "soon"})) is None


def test_the_client_names_itself_and_does_not_wait_for_ever() -> None:
    with open_client(REAL) as client:
        assert client.headers["User-Agent"].startswith("rightplace/")
        assert (client.timeout.connect, client.timeout.read) == (10, 120)


def test_polygons_are_written_latitude_first() -> None:
    assert as_parameter(BLOCK[:2]) == "51.530000,-0.140000:51.530000,-0.130000"


def test_a_polygon_is_halved_across_its_longer_side_on_the_ground() -> None:
    # As high as wide in degrees, but a degree of longitude is 0.62 of one of latitude here.
    south, north = (shapely.Polygon(ring).bounds for ring in halves(BLOCK, name="block"))
    assert south == (-0.14, 51.53, -0.13, 51.535)
    assert north == (-0.14, 51.535, -0.13, 51.54)


def test_halves_of_a_winding_polygon_cover_it_and_share_only_the_line() -> None:
    u_shape: Ring = (
        *((0.0, 51.0), (3.0, 51.0), (3.0, 52.0), (2.0, 52.0)),
        *((2.0, 51.2), (1.0, 51.2), (1.0, 52.0), (0.0, 52.0)),
    )
    pieces = [shapely.Polygon(ring) for ring in halves(u_shape, name="u")]
    whole = shapely.Polygon(u_shape)
    assert sum(piece.area for piece in pieces) == pytest.approx(whole.area)
    assert shapely.union_all(pieces).symmetric_difference(whole).area == pytest.approx(0)
    upper: Ring = tuple((lon, 51 + (lat - 51) * 5) for lon, lat in u_shape)
    assert len(halves(upper, name="high u")) == 3


@pytest.mark.parametrize(
    "ring",
    [
        BLOCK[:2],
        ((51.53, 200.0), (51.53, 201.0), (52.0, 201.0)),
        ((0.0, 51.0), (1.0, 52.0), (1.0, 51.0), (0.0, 52.0)),
        ((0.0, 51.0), (1.0, 51.0), (2.0, 51.0)),
    ],
)
def test_what_is_no_area_is_refused(ring: Ring) -> None:
    with pytest.raises(UsageError, match="is not an area"):
        area_of(ring, name="strange")
