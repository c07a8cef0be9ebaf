"""Features by allow-list: what may be known of a place, and what is refused whoever declares it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rightplace.app.backtest.use_case import BacktestOptions, backtest
from rightplace.app.evidence import Question
from rightplace.app.forecast.model_card import model_card
from rightplace.app.forecast.place_features import read_place_features
from rightplace.app.forecast.use_case import (
    ForecastOptions,
    MadeForecast,
    keep_forecast,
    make_forecast,
)
from rightplace.errors import BadInputError, NotHeldError, RefusedError
from rightplace.forecast.features import (
    FORBIDDEN,
    SHIPPED,
    Feature,
    PlaceFeatures,
    allowed,
    declared_features,
    forbidden,
    shown,
)
from tests.walks import NOON, Kept, kept
from tests.worlds import AS_OF, DAYS, PLACES, publish

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.app.workspace import Workspace

CELLS = ("E01000001", "E01000002", "E01000003")


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "places.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


# The words


@pytest.mark.parametrize(
    "column",
    [
        "ethnicity",
        "ethnic_group_share",
        "Ethnicity2",
        "e_t_h_n_i_c",
        "\uff25thnicity",  # a full-width E
        "\u00e9thnicit\u00e9",
        "share_black",
        "asianShare",
        "race",
        "race2",
        "religion",
        "muslim_share",
        "churches",
        "residents_names",
        "surname_index",
        "gang_nominals",
        "gangMatrixScore",
        "immigration_status",
        "migrants",
        "nationality",
        "born_abroad",
        "language_not_english",
        "imd_score",
        "deprivation_decile",
        "free_school_meals",
        "stop_counts",
        "stops",
        "stop_and_search",
        "searches_12m",
        "s60_authorisations",
        "section_60",
        "arrests",
        "intelligence_reports",
        "drug_possession",
        "patrol_minutes",
        "offender_addresses",
        "victims",
        "age_15_24_share",
        "sex_ratio",
        "disabled_share",
        "blacks",
        "Whites2021",
        "nonwhite",
        "gypsies",
        "jew_share",
        "hindus",
        "temples",
        "genders",
        "males_16_24",
        "young_men",
        "women",
        "children",
        "agegroup_15_24",
        "incomes",
        "benefit_claims",
        "cannabis_finds",
    ],
)
def test_a_forbidden_word_is_found_however_it_is_written(column: str) -> None:
    assert forbidden(column) is not None
    with pytest.raises(RefusedError, match="refused as a feature"):
        allowed([column])


@pytest.mark.parametrize(
    "column",
    [feature.name for feature in SHIPPED]
    + [
        "bus_stops",
        "tram_stops",
        "villages",
        "storage_units",
        "trace",
        "racks",
        "matrices",
        "mandate",
        "kidney",
        "sexton",
    ],
)
def test_words_that_only_look_alike_are_not_forbidden(column: str) -> None:
    assert forbidden(column) is None


@pytest.mark.parametrize("reason", FORBIDDEN)
def test_the_refusal_says_why(reason: str) -> None:
    word = FORBIDDEN[reason][0].lstrip("=")
    with pytest.raises(RefusedError, match=reason) as refused:
        allowed([word])
    assert refused.value.exit_code == 20
    assert refused.value.fault.remedy is not None
    assert "No setting can allow it" in refused.value.fault.remedy


# The allow-list


def test_an_unknown_column_is_refused_by_name_with_the_nearest_allowed() -> None:
    with pytest.raises(RefusedError, match="'stashions' is not on the list") as refused:
        allowed(["bus_stops", "stashions"])
    assert refused.value.exit_code == 20
    assert refused.value.fault.value == "stashions"
    assert "Did you mean stations?" in str(refused.value.fault.remedy)


def test_what_a_user_declares_with_meaning_and_source_is_allowed() -> None:
    declared = declared_features("cash_points | Cash machines in the cell | LINK, 2024\n\n")
    assert [f.name for f in allowed(["cash_points", "stations"], declared=declared)] == [
        "cash_points",
        "stations",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "ethnicity | Share of residents | Census 2021",
        "x1 | Share of residents by ethnic group | Census 2021",
        "score | Index of Multiple Deprivation | MHCLG",
        "stop_counts | Stops within the cell | open data",
    ],
)
def test_no_declaration_allows_what_is_forbidden(line: str) -> None:
    with pytest.raises(RefusedError, match="refused as a feature"):
        declared_features(line)


def test_a_renamed_column_does_not_get_its_words_past_the_meaning() -> None:
    with pytest.raises(RefusedError, match="'x1' means 'Arrests in the cell'"):
        Feature(name="x1", meaning="Arrests in the cell", source="ourselves")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("cash_points", "Line 1 of forecast.features"),
        ("cash_points | Cash machines", "Line 1 of forecast.features"),
        ("cash_points | | LINK", "without its meaning"),
        ("cash_points | Cash machines |", "without its source"),
        ("Cash Points | Cash machines | LINK", "cannot be the name"),
        ("stations | Stations | TfL", "declared twice, or ships already"),
    ],
)
def test_a_declaration_without_meaning_or_source_is_none(line: str, message: str) -> None:
    with pytest.raises(BadInputError, match=message):
        declared_features(line)


def test_every_shipped_feature_says_what_it_means_and_who_publishes_it() -> None:
    assert len({feature.name for feature in SHIPPED}) == len(SHIPPED)
    assert all(len(feature.meaning) > 10 and len(feature.source) > 10 for feature in SHIPPED)


def test_hostile_text_is_escaped_and_cut_where_it_is_shown() -> None:
    assert shown("a\u202eb\x1b[2J\n") == r"'a\u202eb\x1b[2J\n'"
    assert len(shown("x" * 10_000)) == 62


# The arrays


def test_place_features_need_a_column_each_and_numbers() -> None:
    stations = SHIPPED[0]
    for values in ([[1.0, 2.0]], [1.0]):
        with pytest.raises(BadInputError, match="as many columns"):
            PlaceFeatures(features=(stations,), values=np.array(values))
    with pytest.raises(BadInputError, match="stands twice"):
        PlaceFeatures(features=(stations, stations), values=np.zeros((1, 2)))
    with pytest.raises(BadInputError, match="infinite"):
        PlaceFeatures(features=(stations,), values=np.array([[np.inf]]))


# The file


def test_a_file_is_read_in_the_order_of_the_cells_and_gaps_are_counted(tmp_path: Path) -> None:
    text = (
        "\ufeffcell_id,stations,distance_to_station_m\n"
        "E01000003,0,650.5\nE01000001,2,\nE01999999,1,10\n"
    )
    read = read_place_features(written(tmp_path, text), cell_ids=CELLS)
    assert read.places.names == ("stations", "distance_to_station_m")
    np.testing.assert_array_equal(
        read.places.values, [[2.0, np.nan], [np.nan, np.nan], [0.0, 650.5]]
    )
    assert (read.cells_missing, read.rows_elsewhere) == (1, 1)


@pytest.mark.parametrize(
    "column", ["ethnicity", "ward_deprivation", "something", "stations ", "", "=cmd()", "a\x00b"]
)
def test_a_file_with_a_column_that_is_not_allowed_is_refused(tmp_path: Path, column: str) -> None:
    text = f"cell_id,stations,{column}\nE01000001,2,1\n"
    with pytest.raises(RefusedError) as refused:
        read_place_features(written(tmp_path, text), cell_ids=CELLS)
    assert refused.value.exit_code == 20
    assert refused.value.fault.file is not None


def test_a_forbidden_column_is_named_before_one_that_is_only_unknown(tmp_path: Path) -> None:
    path = written(tmp_path, "cell_id,something,arrests\nE01000001,2,1\n")
    with pytest.raises(RefusedError, match="'arrests' is refused"):
        read_place_features(path, cell_ids=CELLS)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no header"),
        ("cell,stations\n", "column 'cell_id'"),
        ("cell_id\nE01000001\n", "no feature"),
        ("cell_id,stations,stations\nE01000001,1,2\n", "stands twice"),
        ("cell_id,stations\n", "None of the 0 rows"),
        ("cell_id,stations\nE01999999,1\n", "None of the 1 rows"),
        ("cell_id,stations\nE01000001,1\nE01000001,1\n", "has two rows"),
        ("cell_id,stations\nE01000001,many\n", "no number"),
        ("cell_id,stations\nE01000001,1e999\n", "no number"),
        ("cell_id,stations\nE01000001,nan\n", "no number"),
        ("cell_id,stations\nE01000001\n", "1 values, the header has 2"),
        ("cell_id,stations\nE01000001,1,2\n", "3 values, the header has 2"),
        (b"cell_id,stations\n\xff\xfe,1\n", "not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_where_it_goes_wrong(
    tmp_path: Path, text: str | bytes, message: str
) -> None:
    with pytest.raises(BadInputError, match=message) as refused:
        read_place_features(written(tmp_path, text), cell_ids=CELLS)
    assert refused.value.exit_code == 10


def test_the_row_at_fault_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, "cell_id,stations\nE01000001,1\nE01000002,?\n")
    with pytest.raises(BadInputError) as refused:
        read_place_features(path, cell_ids=CELLS)
    assert (refused.value.fault.row, refused.value.fault.value) == (2, "?")


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotHeldError):
        read_place_features(tmp_path / "none.csv", cell_ids=CELLS)


# In force


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    folder: Path = tmp_path_factory.mktemp("features")
    return kept(folder / "workspace", publish(folder / "files"), AS_OF)


def with_settings(world: Kept, **settings: str) -> Workspace:
    flags = {f"forecast.{name}": value for name, value in settings.items()}
    return replace(world.workspace, flags=flags)


def forecast_of(workspace: Workspace, method: str) -> MadeForecast:
    options = ForecastOptions(method=method)
    question = Question(as_of=AS_OF)
    return make_forecast(workspace, question, days=DAYS, made_at=NOON, options=options)


def test_a_forecast_by_trees_names_the_features_and_the_file_it_rests_on(
    world: Kept, tmp_path: Path
) -> None:
    rows = "".join(f"{place.code},{place.number % 3}\n" for place in PLACES[:10])
    path = written(tmp_path, f"cell_id,stations\n{rows}")
    made = forecast_of(with_settings(world, place_features=str(path)), "boosted")
    said = {notice.code: notice.message for notice in made.answer.warnings}
    assert "Place features in use: stations. 6 cells have none" in said["place-features"]
    assert str(path) in {each.source for each in made.record.inputs}
    plain = forecast_of(world.workspace, "boosted")
    assert made.record.id != plain.record.id


@pytest.mark.parametrize("method", ["fading", "stack@boosted=0"])
def test_it_is_said_where_no_method_reads_them(world: Kept, tmp_path: Path, method: str) -> None:
    path = written(tmp_path, f"cell_id,stations\n{PLACES[0].code},1\n")
    made = forecast_of(with_settings(world, place_features=str(path)), method)
    assert "place-features-unread" in {notice.code for notice in made.answer.warnings}


@pytest.mark.parametrize(
    ("method", "features"),
    [("boosted", ("stations",)), ("stack@boosted=1", ("stations",)), ("fading", ())],
)
def test_the_model_card_names_the_features_that_the_method_reads(
    world: Kept, tmp_path: Path, method: str, features: tuple[str, ...]
) -> None:
    path = written(tmp_path, f"cell_id,stations\n{PLACES[0].code},1\n")
    workspace = with_settings(world, place_features=str(path))
    made = forecast_of(workspace, method)
    keep_forecast(workspace, made)
    card = model_card(workspace, made.record.id).result
    assert card is not None
    assert card.features == features


@pytest.mark.parametrize(
    ("column", "features"),
    [
        ("ethnicity", ""),
        ("something", ""),
        ("ethnicity", "ethnicity | Share of residents | Census"),
        ("stations", "x1 | Arrests made in the cell | ourselves"),
    ],
)
def test_a_forecast_is_refused_whatever_its_method_and_settings_say(
    world: Kept, tmp_path: Path, column: str, features: str
) -> None:
    path = written(tmp_path, f"cell_id,{column}\n{PLACES[0].code},1\n")
    workspace = with_settings(world, place_features=str(path), features=features)
    for method in ("fading", "boosted"):
        with pytest.raises(RefusedError) as refused:
            forecast_of(workspace, method)
        assert refused.value.exit_code == 20


def test_a_backtest_is_refused_likewise(world: Kept, tmp_path: Path) -> None:
    path = written(tmp_path, f"cell_id,arrests\n{PLACES[0].code},1\n")
    options = BacktestOptions(
        methods=("uniform",), origins=(date(2018, 1, 1),), shares=(0.5,), dry_run=True
    )
    workspace = with_settings(world, place_features=str(path))
    with pytest.raises(RefusedError, match="'arrests' is refused"):
        backtest(workspace, Question(as_of=AS_OF), options, made_at=NOON)
