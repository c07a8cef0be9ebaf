"""Harm weights: worked by hand on small files, and checked against the published ones."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rightplace.crime.harm import COUNTED, SINGLE, UNCOUNTED, HarmIndex, StandIn, ons_severity
from rightplace.crime.harm_file import WeightRow
from rightplace.errors import BadInputError, UnsupportedByDataError, UsageError
from tests.paths import SHARED, needs_shared

if TYPE_CHECKING:
    from pathlib import Path

WEIGHTS = SHARED / "london/harm_weights"
VIOLENCE = "violence_and_sexual_offences_recorded"
TWO_ROBBERIES = """\
code,class,weight,recorded
34A,robbery_business,40,2
34B,robbery_personal,10,1
46,shoplifting,3,
"""


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "sheet.csv"
    path.write_text(TWO_ROBBERIES, encoding="utf-8")
    return path


def test_a_wide_class_weighs_the_mean_over_what_is_recorded_with_its_spread(sheet: Path) -> None:
    robbery = HarmIndex.load(sheet).by_class["robbery"]
    assert robbery.weight == pytest.approx((2 * 40 + 1 * 10) / 3)
    assert (robbery.smallest, robbery.middle, robbery.largest) == (10, 25, 40)
    assert (robbery.coarse, robbery.basis, robbery.rows) == (True, COUNTED, 2)


def test_without_counts_a_wide_class_weighs_the_median(sheet: Path) -> None:
    sheet.write_text(
        "class,weight\nhomicide,100\nviolence with injury,10\nviolence_without_injury,1\n", "utf-8"
    )
    violence = HarmIndex.load(sheet).by_class[VIOLENCE]
    assert (violence.weight, violence.coarse, violence.basis) == (10, True, UNCOUNTED)


def test_a_code_of_its_own_is_not_coarse_but_a_weight_given_to_a_class_is(sheet: Path) -> None:
    assert not HarmIndex.load(sheet).by_class["shoplifting"].coarse
    sheet.write_text("class,weight\nshoplifting,3\n", encoding="utf-8")
    shoplifting = HarmIndex.load(sheet).by_class["shoplifting"]
    assert (shoplifting.coarse, shoplifting.basis) == (True, SINGLE)


def test_a_known_code_weighs_before_its_class(sheet: Path) -> None:
    index = HarmIndex.load(sheet)
    weights = index.weigh(["robbery", "robbery", "robbery"], codes=["34A", None, "999Z"])
    assert weights == pytest.approx([40, 30, 30])


def test_a_class_without_weight_is_refused_not_weighed_zero(sheet: Path) -> None:
    index = HarmIndex.load(sheet)
    assert not index.covers("homicide")
    with pytest.raises(UnsupportedByDataError, match="no weight for homicide"):
        index.weigh(["robbery", "homicide"])


def test_a_class_that_does_not_exist_is_refused_with_the_nearest(sheet: Path) -> None:
    with pytest.raises(UsageError, match=r"'robery'.*'robbery'"):
        HarmIndex.load(sheet).weigh(["robery"])


def test_codes_must_be_as_many_as_records(sheet: Path) -> None:
    with pytest.raises(UsageError, match="2 classes, but 1 codes"):
        HarmIndex.load(sheet).weigh(["robbery", "robbery"], codes=["34A"])


def test_no_record_weighs_to_an_empty_array(sheet: Path) -> None:
    weights = HarmIndex.load(sheet).weigh([])
    assert weights.shape == (0,)
    assert weights.dtype == np.float64


def test_the_version_follows_the_weights(sheet: Path) -> None:
    before = HarmIndex.load(sheet).version
    assert before == HarmIndex.load(sheet).version
    sheet.write_text(TWO_ROBBERIES.replace("40", "41"), encoding="utf-8")
    after = HarmIndex.load(sheet).version
    assert before.startswith("sheet-")
    assert before != after


def test_capping_homicide_lowers_it_and_every_class_around_it_and_says_so() -> None:
    full = ons_severity()
    capped = full.capped("homicide", at=1000)
    assert capped.by_class["homicide"].weight == 1000
    assert capped.by_class["robbery"] == full.by_class["robbery"]
    # 728 homicides among 1,548,069 records of the combined category in 2017/18.
    fall = full.by_class[VIOLENCE].weight - capped.by_class[VIOLENCE].weight
    assert fall == pytest.approx((7973.393423 - 1000) * 728 / 1_548_069, rel=1e-6)
    assert "homicide-capped-1000" in capped.version


def test_a_cap_on_a_wide_class_reaches_every_class_within_it() -> None:
    capped = ons_severity().capped("sexual_offences", at=500)
    assert capped.by_class["rape"].weight == 500
    assert capped.by_class["sexual_offences"].largest == 500
    assert capped.by_class["homicide"].weight == pytest.approx(7973.393423)


@pytest.mark.parametrize("at", [0.0, -5.0, float("nan"), float("inf")])
def test_a_cap_must_be_a_positive_number(at: float) -> None:
    with pytest.raises(UsageError, match="positive number"):
        ons_severity().capped("homicide", at=at)


@pytest.mark.parametrize("weight", [0.0, -1.0, float("nan")])
def test_an_index_cannot_hold_a_weight_that_is_not_positive(weight: float) -> None:
    row = WeightRow(code="46", slug="shoplifting", weight=weight, recorded=1)
    with pytest.raises(ValueError, match="positive number"):
        HarmIndex(name="x", label="x", unit="days", origin="", rows=(row,))


def test_an_index_cannot_be_empty_or_stand_on_codes_it_lacks() -> None:
    row = WeightRow(code="46", slug="shoplifting", weight=1.0, recorded=1)
    with pytest.raises(ValueError, match="got none"):
        HarmIndex(name="x", label="x", unit="days", origin="", rows=())
    lost = StandIn(slug="assault", codes=("8N",), reason="")
    with pytest.raises(ValueError, match="no weight for the codes 8N"):
        HarmIndex(name="x", label="x", unit="days", origin="", rows=(row,), stand_ins=(lost,))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "No column of weights (weight) and none of codes (code) or classes (class)"),
        ("offence,points\nrobbery,3\n", "the columns are offence, points"),
        ("class,weight\n", "The file holds no weight"),
        ("class,weight\nrobery,3\n", "row 1: 'robery' is no offence class"),
        ("class,weight\nrobbery,three\n", "The weight 'three' is not a number above zero"),
        ("class,weight\nrobbery,0\n", "The weight '0' is not a number above zero"),
        ("class,weight\nrobbery,nan\n", "The weight 'nan' is not a number above zero"),
        ("class,weight,recorded\nrobbery,3,many\n", "The count 'many' is not a whole number"),
        ("code,weight\n46,1\n46,2\n", "row 2: The code '46' has a second weight"),
        ("code,weight\n999Z,1\n", "row 1: '999Z' is no offence class"),
        ("force,class,weight\nKent,robbery,1\nEssex,robbery,2\n", "weights of 2 forces"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_row_and_value(
    sheet: Path, text: str, said: str
) -> None:
    sheet.write_text(text, encoding="utf-8")
    with pytest.raises(BadInputError) as refused:
        HarmIndex.load(sheet)
    assert said in str(refused.value)
    assert "sheet.csv" in str(refused.value)


def test_all_faulty_rows_are_reported_together(sheet: Path) -> None:
    sheet.write_text("class,weight\n" + "robbery,x\n" * 7, encoding="utf-8")
    with pytest.raises(BadInputError) as refused:
        HarmIndex.load(sheet)
    assert refused.value.fault.row == 1
    for part in ("row 2:", "row 5:", "And 2 more."):
        assert part in str(refused.value)


def test_a_workbook_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="Save the sheet as CSV"):
        HarmIndex.load(tmp_path / "CCHI.xlsx")


def test_a_missing_file_and_a_wrong_encoding_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="cannot be read"):
        HarmIndex.load(tmp_path / "none.csv")
    wrong = tmp_path / "latin.csv"
    wrong.write_bytes("class,weight\ncafé,3\n".encode("latin-1"))
    with pytest.raises(BadInputError, match="not UTF-8"):
        HarmIndex.load(wrong)


def test_byte_order_mark_carriage_returns_and_thousands_are_read(sheet: Path) -> None:
    sheet.write_bytes(b'\xef\xbb\xbfClass, CCHI days\r\nHomicide,"5,475"\r\n')
    assert HarmIndex.load(sheet).weigh(["homicide"]) == pytest.approx([5475])


def test_the_shipped_index_says_where_it_comes_from() -> None:
    index = ons_severity()
    assert index.name == "ONS Crime Severity Score"
    assert index.version.startswith("ons-css-2017-18-")
    for part in ("Office for National Statistics", "Home Office", "Open Government Licence v3.0"):
        assert part in index.origin


def test_shipped_weights_of_the_classes_that_drive_demand() -> None:
    # Robbery: both codes weigh 799.63. Homicide: one weight for all its codes.
    index = ons_severity()
    weights = index.weigh(["robbery", "homicide"])
    assert weights == pytest.approx([799.628870, 7973.393423])
    assert not index.by_class["robbery"].coarse
    combined = index.by_class[VIOLENCE]
    assert combined.coarse
    assert combined.largest / combined.smallest > 1000


def test_calls_and_anti_social_behaviour_have_no_severity_weight() -> None:
    index = ons_severity()
    assert not index.covers("anti_social_behaviour")
    assert not index.covers("disturbance")


@needs_shared
def test_shipped_weights_and_counts_are_the_published_ones() -> None:
    with (WEIGHTS / "policeuk-ons-code-join.csv").open(encoding="utf-8") as held:
        published = {
            row["ONS_COUNTS_code"].strip(): float(row["ONS_SEVERITY_weight"])
            for row in csv.DictReader(held)
        }
    assert len(published) == 134
    assert ons_severity().by_code == pytest.approx(published, abs=1e-5)
    recorded = {row.code: row.recorded for row in ons_severity().rows if row.recorded is not None}
    counts = _recorded_2017_18()
    assert recorded == {code: counts[code] for code in published if code in counts}


@needs_shared
def test_coarse_weights_of_open_data_categories_follow_from_the_published_files() -> None:
    counts = _recorded_2017_18()
    harm: defaultdict[str, float] = defaultdict(float)
    number: Counter[str] = Counter()
    with (WEIGHTS / "policeuk-ons-code-join.csv").open(encoding="utf-8") as held:
        for row in csv.DictReader(held):
            recorded = counts.get(row["ONS_COUNTS_code"].strip(), 0)
            category = row["POLICE_UK_CAT_MAP_category"]
            number[category] += recorded
            harm[category] += recorded * float(row["ONS_SEVERITY_weight"])
    index = ons_severity()
    ours = {
        "Violence and Sexual Offences": VIOLENCE,
        "Burglary": "burglary",
        "Criminal Damage and Arson": "criminal_damage_and_arson",
        "Drugs": "drugs",
        "Other Crime": "other_crime",
        "Other Theft": "other_theft",
        "Possession of Weapons": "possession_of_weapons",
        "Public Order": "public_order",
        "Robbery": "robbery",
        "Vehicle Crime": "vehicle_crime",
    }
    for category, slug in ours.items():
        expected = harm[category] / number[category]
        assert index.by_class[slug].weight == pytest.approx(expected, rel=1e-6), category


@needs_shared
def test_the_cambridge_medians_load_and_give_the_published_category_weights() -> None:
    index = HarmIndex.load(WEIGHTS / "cchi2026_subgroup_median_weights.csv", name="CCHI 2026")
    # DOMAIN 5.1.6 for the medians.
    medians = ["homicide", "violence_with_injury", "rape", "other_sexual", "possession_of_weapons"]
    assert index.weigh(medians) == pytest.approx([5475, 365, 2555, 182.25, 273.75])
    # cchi2026_category_weights.csv, England and Wales, printed to two decimals.
    wide = [VIOLENCE, "burglary", "criminal_damage_and_arson", "drugs", "robbery"]
    assert index.weigh(wide) == pytest.approx([194.21, 244.68, 11.18, 3.66, 365.0], abs=0.005)
    assert all(index.by_class[slug].coarse for slug in wide)


@needs_shared
def test_weights_of_several_forces_in_one_file_are_refused() -> None:
    with pytest.raises(BadInputError, match="weights of 3 forces"):
        HarmIndex.load(WEIGHTS / "cchi2026_category_weights.csv")


def _recorded_2017_18() -> Counter[str]:
    path = SHARED / "london/home_office/prc-pfa_2017-18_by_force_offence.zip"
    with zipfile.ZipFile(path) as held:
        text = held.read("prc-pfa-mar2013-onwards-tables201718.csv").decode("latin-1")
    counts: Counter[str] = Counter()
    for row in csv.DictReader(io.StringIO(text)):
        counts[row["Offence Code"].strip()] += int(row["Number of Offences"].replace(",", ""))
    return counts
