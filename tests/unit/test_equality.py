"""The equality effect: its sums by hand, what it refuses, how it reads."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest

from rightplace.app.equality.effect import (
    equality_effect,
    equality_files,
    read_who_lives_where,
)
from rightplace.app.equality.overview import equality_table
from rightplace.app.equality.settings import EqualitySettings
from rightplace.app.equality.words import equality_lines, equality_notices
from rightplace.core.canonical import plain
from rightplace.deploy.equality import Lived, PlaceSums, account_of_groups
from rightplace.errors import BadInputError, UnsupportedByDataError, UsageError
from tests.walks import Kept, kept
from tests.worlds import AS_OF, HOT, PLACES, publish

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from rightplace.app.equality.result import EqualityEffect

# Three places: 100, 200 and 300 residents; 30 minutes in the first, 60 in the second.
RESIDENTS = np.array([100.0, 200.0, 300.0])
PLACES_OF_THREE = PlaceSums(
    residents=RESIDENTS,
    minutes=np.array([30.0, 60.0, 0.0]),
    recorded=np.array([10.0, 4.0, 3.0]),
)


def lived(*members: float, name: str = "group") -> Lived:
    return Lived(kind="ethnic_group", name=name, residents=np.array(members))


def test_minutes_of_a_group_are_those_of_each_place_by_its_share_of_residents() -> None:
    (found,) = account_of_groups([lived(50, 20, 30)], PLACES_OF_THREE)
    # 30 x 50/100 + 60 x 20/200 = 15 + 6 minutes on 100 members.
    assert found.minutes == pytest.approx(21)
    assert found.minutes_per_1000 == pytest.approx(210)
    # 10 x 1/2 + 4 x 1/10 + 3 x 1/10 = 5.7 recorded; 5.4 of them where 70 members are visited.
    assert found.recorded_per_1000 == pytest.approx(57)
    assert found.visited_recorded_per_1000 == pytest.approx(5.4 / 70 * 1000)
    assert found.visited_minutes_per_1000 == pytest.approx(300)
    assert found.minutes_per_recorded == pytest.approx(21 / 5.7)


def test_groups_that_are_all_residents_get_all_minutes() -> None:
    parts = account_of_groups(
        [lived(50, 20, 30, name="a"), lived(50, 180, 270, name="b")], PLACES_OF_THREE
    )
    (whole,) = account_of_groups([lived(100, 200, 300)], PLACES_OF_THREE)
    assert whole.minutes == pytest.approx(90)
    for name in ("residents", "minutes", "recorded", "visited_residents"):
        assert sum(getattr(part, name) for part in parts) == pytest.approx(getattr(whole, name))


@pytest.mark.parametrize(
    "places",
    [
        replace(PLACES_OF_THREE, residents=np.array([np.nan, 200.0, 300.0])),
        replace(PLACES_OF_THREE, residents=np.array([0.0, 200.0, 300.0])),
        replace(PLACES_OF_THREE, recorded=np.array([np.nan, 4.0, 3.0])),
    ],
)
def test_a_place_without_residents_or_data_counts_in_no_sum(places: PlaceSums) -> None:
    (found,) = account_of_groups([lived(50, 20, 30)], places)
    assert (found.residents, found.minutes) == pytest.approx((50, 6))
    assert found.recorded == pytest.approx(0.7)


def test_a_group_without_members_has_no_rate_and_not_0() -> None:
    (found,) = account_of_groups([lived(0, 0, 0)], PLACES_OF_THREE)
    assert found.minutes_per_1000 is None
    assert found.minutes_per_recorded is None
    assert found.visited_minutes_per_1000 is None


def test_more_members_than_residents_are_refused() -> None:
    with pytest.raises(BadInputError, match="more than residents"):
        account_of_groups([lived(101, 0, 0)], PLACES_OF_THREE)
    with pytest.raises(UsageError, match="2 places of 3"):
        account_of_groups([lived(1, 1)], PLACES_OF_THREE)
    with pytest.raises(BadInputError, match="0 or more"):
        replace(PLACES_OF_THREE, minutes=np.array([-1.0, 0.0, 0.0]))
    with pytest.raises(UsageError, match="different places"):
        replace(PLACES_OF_THREE, minutes=np.array([1.0]))


# On a plan


@pytest.fixture(scope="module")
def monthly(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    world = publish(tmp_path_factory.mktemp("files"))
    return kept(tmp_path_factory.mktemp("kept") / "workspace", world, AS_OF)


# So many residents in each place, of whom so many are of the group Blue; the rest is Green.
BLUE = {place.code: 10 + number for number, place in enumerate(PLACES)}
CENSUS = {place.code: 100 + 10 * number for number, place in enumerate(PLACES)}


def census(folder: Path, *, without: tuple[str, ...] = ()) -> Path:
    path = folder / "census.csv"
    rows = [
        f"{code},{CENSUS[code]},{BLUE[code]},{CENSUS[code] - BLUE[code]}"
        for code in CENSUS
        if code not in without
    ]
    path.write_text("\n".join(["LSOA code,Total,Blue,Green", *rows]) + "\n", encoding="utf-8")
    return path


def deprivation(folder: Path) -> Path:
    path = folder / "imd.csv"
    rows = [f"{place.code},{number}" for number, place in enumerate(PLACES)]
    path.write_text("\n".join(["LSOA code,IMD score", *rows]) + "\n", encoding="utf-8")
    return path


def effect(monthly: Kept, *files: Path, least: float = 0.9) -> EqualityEffect:
    cell_ids = monthly.outlook.area.cells["cell_id"].to_pylist()
    who = read_who_lives_where(files, cell_ids=cell_ids)
    assert who is not None
    settings = EqualitySettings(matched_share_least=least)
    return equality_effect(monthly.outlook, visits(monthly), who, settings=settings)


def visits(monthly: Kept) -> pa.Table:
    return monthly.facts.visits


def minutes_by_place(monthly: Kept) -> NDArray[np.float64]:
    found = dict.fromkeys(CENSUS, 0.0)
    for cell_id in visits(monthly)["cell_id"].to_pylist():
        found[cell_id] += 15
    return np.array(list(found.values()))


def test_a_plan_is_told_by_group_and_tenth(monthly: Kept, tmp_path: Path) -> None:
    found = effect(monthly, deprivation(tmp_path), census(tmp_path))
    rows = {row.group: row for row in found.rows}
    minutes = minutes_by_place(monthly)
    share = np.array([BLUE[c] / CENSUS[c] for c in CENSUS])
    assert found.minutes == found.minutes_known == minutes.sum()
    assert rows["Blue"].minutes == pytest.approx(share @ minutes)
    # Enfield and Hackney have no data: who lives there is in no rate.
    with_data = [code for code, place in zip(CENSUS, PLACES, strict=True) if place.monthly]
    assert rows["all residents"].residents == sum(CENSUS[code] for code in with_data)
    assert rows["all residents"].minutes_ratio == 1
    tenths = [row for row in found.rows if row.kind == "deprivation_tenth"]
    assert len(tenths) == 10
    assert sum(row.residents for row in tenths) == pytest.approx(rows["all residents"].residents)
    # Eleven places in ten tenths: the least deprived has the first two.
    assert tenths[0].residents == CENSUS[PLACES[0].code] + CENSUS[PLACES[1].code]
    assert tenths[0].minutes == minutes[:2].sum()
    assert minutes[PLACES.index(HOT)] > 0
    for row in found.rows:
        assert row.expected_lo80 is not None
        assert row.expected_hi80 is not None
        assert row.expected_per_1000_residents is not None
        assert row.expected_lo80 <= row.expected_per_1000_residents <= row.expected_hi80


def test_expected_violence_of_all_is_the_forecasts(monthly: Kept, tmp_path: Path) -> None:
    whole = effect(monthly, census(tmp_path)).rows[0]
    per_1000 = np.nansum(monthly.outlook.expected) / whole.residents * 1000
    assert whole.expected_per_1000_residents == pytest.approx(per_1000)


def test_minutes_in_places_the_table_lacks_are_counted_apart(monthly: Kept, tmp_path: Path) -> None:
    lacking = census(tmp_path, without=(PLACES[2].code,))
    there = minutes_by_place(monthly)[2]
    assert there > 0
    found = effect(monthly, lacking, least=0.5)
    assert found.minutes - found.minutes_known == there
    assert found.places_unknown == 1
    (notice,) = equality_notices(found)
    assert notice.code == "composition-unmatched"
    with pytest.raises(UnsupportedByDataError, match=f"{PLACES[2].code} first"):
        effect(monthly, lacking, least=1.0)


def test_minutes_of_visits_that_are_held_out_are_none(monthly: Kept, tmp_path: Path) -> None:
    table = visits(monthly)
    none = table.set_column(
        table.column_names.index("minutes"), "minutes", pa.array([0] * table.num_rows)
    )
    cell_ids = monthly.outlook.area.cells["cell_id"].to_pylist()
    who = read_who_lives_where([census(tmp_path)], cell_ids=cell_ids)
    assert who is not None
    found = equality_effect(
        monthly.outlook, none, who, settings=EqualitySettings(matched_share_least=0)
    )
    assert found.minutes == 0
    assert found.rows[0].minutes_per_1000_residents == 0
    assert found.rows[0].minutes_ratio is None


def test_files_are_told_apart_by_their_columns(tmp_path: Path) -> None:
    ids, table, index = list(CENSUS), census(tmp_path), deprivation(tmp_path)
    assert read_who_lives_where([], cell_ids=ids) is None
    with pytest.raises(UsageError, match="Two files are of ethnic group"):
        read_who_lives_where([table, table], cell_ids=ids)
    with pytest.raises(UsageError, match="Two files are of deprivation"):
        read_who_lives_where([table, index, index], cell_ids=ids)
    with pytest.raises(UsageError, match="alone does not tell"):
        read_who_lives_where([index], cell_ids=ids)
    other = tmp_path / "other.csv"
    other.write_text("LSOA code,pubs\nE01000842,3\n", encoding="utf-8")
    with pytest.raises(BadInputError, match=r"other\.csv"):
        read_who_lives_where([other], cell_ids=ids)


def test_settings_name_files_for_plans_that_name_none(monthly: Kept, tmp_path: Path) -> None:
    settings = EqualitySettings(files="a.csv; b/c.csv;")
    root = monthly.workspace.root
    assert equality_files(monthly.workspace, (), settings) == (root / "a.csv", root / "b/c.csv")
    assert equality_files(monthly.workspace, (tmp_path,), settings) == (tmp_path,)
    assert equality_files(monthly.workspace, (), EqualitySettings()) == ()


def test_the_words_say_what_it_is_for_and_never_hide_that_it_is_not_known(
    monthly: Kept, tmp_path: Path
) -> None:
    found = effect(monthly, census(tmp_path), deprivation(tmp_path))
    text = "\n".join(equality_lines(found))
    assert "audits the plan, steers nothing" in text
    assert "tenth 10 (most deprived)" in text
    assert "Of ethnic groups, " in found.finding
    table = equality_table({"equality": plain(found)})
    assert table is not None
    assert table.notes[-1] == found.audit
    assert [line.group for line in table.lines][:3] == ["all residents", "Blue", "Green"]
    assert table.lines[3].group == "deprivation tenth 1 (least deprived)"
    assert len(table.lines) == len(found.rows)
    assert equality_table({}) is None
    assert [notice.code for notice in equality_notices(None)] == ["equality-not-known"]
    assert "not known" in equality_lines(None)[0]
