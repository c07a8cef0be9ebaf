"""Offence classes, the words that lead to them, and what may never be demand."""

from __future__ import annotations

import csv
import io
import zipfile

import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest

from rightplace.crime.offences import (
    CategoryWords,
    OffenceClass,
    SourceOfRecord,
    category_words,
    demand_classes,
    in_words,
    offence_class,
    offence_classes,
    parts,
    publishers,
    wider_classes,
)
from rightplace.errors import RefusedError, UsageError
from tests.paths import SHARED, needs_shared

# Written out from DOMAIN 4.1.4, not read from the table under test.
POLICE_GENERATED = (
    "drugs",
    "drug_possession",
    "drug_trafficking",
    "possession_of_weapons",
    "public_disorder_and_weapons",
    "going_equipped",
    "traffic_offences",
    "vice",
    "obstructing_police",
    "officer_involved_shooting",
    "police_check",
)
CSV_WORD_AND_SLUG = {
    "Anti-social behaviour": "anti-social-behaviour",
    "Bicycle theft": "bicycle-theft",
    "Burglary": "burglary",
    "Criminal damage and arson": "criminal-damage-arson",
    "Drugs": "drugs",
    "Other crime": "other-crime",
    "Other theft": "other-theft",
    "Possession of weapons": "possession-of-weapons",
    "Public order": "public-order",
    "Robbery": "robbery",
    "Shoplifting": "shoplifting",
    "Theft from the person": "theft-from-the-person",
    "Vehicle crime": "vehicle-crime",
    "Violence and sexual offences": "violent-crime",
}


@pytest.mark.parametrize("slug", POLICE_GENERATED)
def test_demand_for_what_police_generate_is_refused_by_name_and_rule(slug: str) -> None:
    with pytest.raises(RefusedError) as refused:
        demand_classes(["robbery", slug])
    assert refused.value.exit_code == 20
    assert slug in str(refused.value)
    assert "DOMAIN 4.1.4" in str(refused.value)
    assert "robbery" not in str(refused.value)


def test_no_other_class_is_police_generated() -> None:
    found = {slug for slug, each in offence_classes().items() if each.is_police_generated}
    assert found == set(POLICE_GENERATED)


def test_a_wide_class_does_not_smuggle_police_generated_parts_into_demand() -> None:
    assert "going_equipped" in parts("other_crime")
    assert demand_classes(["other_crime"]) == ("other_crime", "miscellaneous_crimes")


def test_demand_by_default_is_violence_and_robbery_only() -> None:
    assert set(demand_classes()) == {
        "violence_and_sexual_offences_recorded",
        "violence_against_the_person",
        "homicide",
        "violence_with_injury",
        "assault",
        "shooting",
        "shots_fired",
        "robbery",
        "robbery_personal",
        "robbery_business",
        "person_crime_calls",
    }


def test_no_class_can_be_police_generated_and_demand_by_default() -> None:
    with pytest.raises(ValueError, match="searches is police-generated"):
        OffenceClass(
            slug="searches",
            name="searches",
            within=None,
            source_of_record=SourceOfRecord.POLICE_GENERATED,
            default_demand=True,
            note="",
        )


def test_a_class_asked_for_brings_its_parts() -> None:
    assert demand_classes(["robbery"]) == ("robbery", "robbery_personal", "robbery_business")


def test_naming_no_class_is_not_the_same_as_leaving_the_choice_out() -> None:
    with pytest.raises(UsageError, match="No offence class is named"):
        demand_classes([])


def test_an_unknown_class_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"'robery'.*'robbery'"):
        demand_classes(["robery"])


def test_wider_classes_lead_to_the_combined_open_data_category() -> None:
    assert wider_classes("rape") == (
        "rape",
        "sexual_offences",
        "violence_and_sexual_offences_recorded",
    )


def test_the_combined_category_is_called_what_it_is() -> None:
    name = offence_class("violence_and_sexual_offences_recorded").name
    assert name == "violence and sexual offences, recorded"
    assert not [each.name for each in offence_classes().values() if "serious violence" in each.name]


@pytest.mark.parametrize(
    ("slugs", "words"),
    [
        ([], ""),
        (["homicide"], "homicide"),
        (["shooting", "homicide"], "homicide and shooting with a victim"),
        (
            ["robbery", "robbery_personal", "violence_and_sexual_offences_recorded"],
            "violence and sexual offences, recorded, and robbery",
        ),
        (["homicide", "robbery", "arson"], "homicide, robbery, and arson"),
    ],
)
def test_what_was_counted_reads_as_words_without_naming_parts_twice(
    slugs: list[str], words: str
) -> None:
    assert in_words(slugs) == words


@pytest.mark.parametrize(("word", "slug"), CSV_WORD_AND_SLUG.items())
def test_csv_word_and_api_slug_of_police_uk_mean_the_same(word: str, slug: str) -> None:
    words = category_words("police_uk")
    assert words.class_of(word) is not None
    assert words.class_of(word) == words.class_of(slug)


def test_the_three_spellings_of_the_combined_category_meet() -> None:
    words = category_words("police_uk")
    for word in ("Violence and sexual offences", "violent-crime", "Violence and Sexual Offences"):
        assert words.class_of(word) == "violence_and_sexual_offences_recorded"


def test_words_are_found_whatever_their_capitals_and_spaces() -> None:
    words = category_words("london_datastore")
    assert words.class_of("  violence  WITH injury ") == "violence_with_injury"
    assert category_words("chicago").class_of("NON - CRIMINAL") == "not_a_crime"


def test_unknown_words_are_listed_once_and_never_guessed() -> None:
    words = category_words("police_uk")
    assert words.class_of("Robberies") is None
    assert words.unknown(["Robbery", "Witchcraft", "Robberies", "Witchcraft", ""]) == (
        "",
        "Robberies",
        "Witchcraft",
    )


def test_an_unknown_publisher_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"'police-uk'.*'police_uk'"):
        category_words("police-uk")


def test_a_word_cannot_stand_for_two_classes() -> None:
    with pytest.raises(UsageError, match="stands for robbery and for theft"):
        CategoryWords.of("ours", [("Mugging", "robbery"), ("MUGGING", "theft")])


def test_a_word_cannot_stand_for_a_class_that_does_not_exist() -> None:
    with pytest.raises(UsageError, match="There is no offence class 'muggings'"):
        CategoryWords.of("ours", [("Mugging", "muggings")])


def test_every_shipped_word_leads_to_a_class() -> None:
    assert {slug for p in publishers() for slug in category_words(p).classes.values()} <= set(
        offence_classes()
    )


@pytest.mark.parametrize(
    ("word", "slug"),
    [
        ("Assault occasioning actual bodily harm", "violence_with_injury"),
        ("Common assault and battery", "violence_without_injury"),
        ("Robbery of personal property", "robbery_personal"),
        ("Possession of article with blade or point", "possession_of_weapons"),
        ("Murder", "homicide"),
        ("Going equipped for stealing, etc", "going_equipped"),
    ],
)
def test_a_force_may_write_offences_as_home_office_counting_names_them(
    word: str, slug: str
) -> None:
    assert category_words("force_extract").class_of(word) == slug


@needs_shared
def test_every_category_of_the_london_parquet_is_known() -> None:
    path = SHARED / "london/police_uk/london_wards_street_2016-01_2018-06.parquet"
    held = pc.unique(pq.read_table(path, columns=["category"])["category"]).to_pylist()
    assert set(held) == set(CSV_WORD_AND_SLUG.values())
    assert category_words("police_uk").unknown(held) == ()


@needs_shared
@pytest.mark.parametrize(
    "name",
    [
        "fenneh_recorded-crime-borough-historical",
        "fenneh_recorded-crime-borough",
        "fenneh_recorded-crime-ward-historical",
    ],
)
def test_every_word_of_the_later_datastore_vintages_is_known(name: str) -> None:
    path = SHARED / f"london/datastore/{name}.parquet"
    table = pq.read_table(path, columns=["majortext", "minortext"])
    minors = pc.unique(table["minortext"]).to_pylist()
    majors = pc.unique(table["majortext"]).to_pylist()
    assert len(minors) >= 33
    assert category_words("london_datastore").unknown(minors) == ()
    assert category_words("london_datastore_major").unknown(majors) == ()


@needs_shared
@pytest.mark.parametrize(
    ("archive", "major", "minor"),
    [
        ("MPS_Borough_Level_Crime_Historical_2010-04_2022-02.zip", "MajorText", "MinorText"),
        ("MPS_Ward_Level_Crime_recent24_2023-07_2025-06.zip", "MajorText", "MinorText"),
        ("mps-recordedcrime-borough_2011-04_2013-03.zip", "CrimeType ", "CrimeDetails"),
    ],
)
def test_every_word_of_the_zipped_datastore_tables_is_known(
    archive: str, major: str, minor: str
) -> None:
    with zipfile.ZipFile(SHARED / "london/datastore" / archive) as held:
        text = held.read(held.namelist()[0]).decode("utf-8-sig", errors="replace")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert category_words("london_datastore_major").unknown(row[major] for row in rows) == ()
    assert category_words("london_datastore").unknown(row[minor] for row in rows) == ()


@needs_shared
@pytest.mark.parametrize(
    ("file", "column", "publisher"),
    [
        ("toronto_mci_train.csv.gz", "MCI", "toronto_mci"),
        ("toronto_mci_test.csv.gz", "MCI", "toronto_mci"),
        ("chicago_homicides_2001_2018.csv.gz", "Primary.Type", "chicago"),
        ("portland_nij/crimes_bur.csv", "call_group_type", "portland"),
        ("portland_nij/crimes_veh.csv", "call_group_type", "portland"),
    ],
)
def test_every_word_of_the_event_files_is_known(file: str, column: str, publisher: str) -> None:
    held = pc.unique(pacsv.read_csv(SHARED / "events" / file)[column]).to_pylist()
    assert category_words(publisher).unknown(map(str, held)) == ()


@needs_shared
def test_the_words_of_portland_calls_are_known_but_one_that_names_no_offence() -> None:
    path = SHARED / "events/portland_nij/crimes_street_other_2012Mar_Dec_commit96be02d.csv"
    with path.open(encoding="utf-8") as held:
        rows = [row for row in csv.DictReader(held) if row["CASE_DESC"]]
    words = category_words("portland")
    assert words.unknown(row["CALL_GROUP"] for row in rows) == ()
    assert words.unknown(row["CASE_DESC"] for row in rows) == ("GANG RELATED",)
