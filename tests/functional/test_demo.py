"""The demo as a newcomer runs it, once: from nothing to pages, SYNTHETIC on each."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from rightplace.app.demo import DemoResult
from rightplace.briefing import PLACE_NOT_PERSON
from rightplace.cli.demo import lines as demo_lines
from rightplace.cli.schemas import verb_schema
from rightplace.places import bcus
from tests.brief_pdf import page_count
from tests.command import Told, rightplace
from tests.outputs import every_text
from tests.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.xdist_group("demo")

SYNTHETIC = "SYNTHETIC: invented data. Not for operational use."
NAMES = sorted(bcu.name for bcu in bcus())


class Shown:
    """What the demo answered, and every text it wrote."""

    def __init__(self, told: Told, out: Path) -> None:
        self.told, self.out = told, out
        self.result: Mapping[str, Any] = told.json["result"]
        self.texts = every_text(out)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    folder = tmp_path_factory.mktemp("demo")
    told = rightplace("demo", "--out", folder / "out", "--json", workspace=folder / "workspace")
    assert told.exit_code == 0, told.stderr
    return Shown(told, folder / "out")


def test_the_answer_is_as_its_schema_says_and_has_the_keys_of_the_contract(demo: Shown) -> None:
    jsonschema.validate(demo.told.json, verb_schema("demo"))
    keys = {"workspace", "synthetic", "forecast_id", "plan_id", "outputs"}
    assert set(demo.result) >= keys
    assert demo.result["synthetic"] is True
    assert Path(demo.result["workspace"]).is_dir()


def test_every_output_is_there_and_the_index_comes_first(demo: Shown) -> None:
    outputs = [Path(path) for path in demo.result["outputs"]]
    assert outputs[0] == demo.out / "index.html"
    assert {path.name for path in outputs} == {path.name for path in demo.out.iterdir()}
    assert len(outputs) == 2 * 12 + 1 + 5  # twelve BCUs in two forms, the index, five files
    assert all(path.stat().st_size > 0 for path in outputs)


def test_each_bcu_has_one_page(demo: Shown) -> None:
    sheets = sorted(demo.out.glob("*.pdf"))
    assert len(sheets) == 12
    assert [page_count(path.read_bytes()) for path in sheets] == [1] * 12
    for name in NAMES:
        assert any(text.startswith(name) for text in demo.texts.values()), name


def test_synthetic_stands_on_every_page_file_layer_and_row(demo: Shown) -> None:
    assert [name for name, text in demo.texts.items() if SYNTHETIC not in text] == []


def test_every_output_says_that_a_place_is_no_ground_to_stop_or_search(demo: Shown) -> None:
    assert [name for name, text in demo.texts.items() if PLACE_NOT_PERSON not in text] == []


def test_no_page_lists_more_than_twelve_places(demo: Shown) -> None:
    for path in demo.out.glob("*.html"):
        if path.name != "index.html":
            page = path.read_text(encoding="utf-8")
            rows = re.findall(r"<tr\b", page.partition("<tbody")[2].partition("</tbody>")[0])
            assert 1 <= len(rows) <= 12, path.name


def test_the_plan_is_proven_and_its_interval_holds_its_mean(demo: Shown) -> None:
    assert 0 <= demo.result["gap"] <= 0.005
    low, high = demo.result["prevented_interval80"]
    assert low <= demo.result["prevented_mean"] <= high
    low, high = demo.result["expected_interval80"]
    assert low <= demo.result["expected_count"] <= high


def test_the_city_without_published_totals_is_no_data(demo: Shown) -> None:
    assert "No data for City of London." in demo.texts["index.html"]
    forecast = Path(demo.result["workspace"]) / "runs" / demo.result["forecast_id"] / "run.json"
    kept = json.loads(forecast.read_text(encoding="utf-8"))["result"]
    assert kept["masked_boroughs"] == ["City of London"]
    assert kept["period"]["by"] == "shift"


def test_progress_is_told_step_by_step(demo: Shown) -> None:
    steps = demo.told.stderr.splitlines()
    assert sum(not line.startswith("Note:") for line in steps) >= 5
    assert any("SYNTHETIC" in line for line in steps)


def test_the_ids_can_be_explained(demo: Shown) -> None:
    workspace = Path(demo.result["workspace"])
    for item in (demo.result["forecast_id"], f"{demo.result['plan_id']}:{NAMES[0]}"):
        told = rightplace("explain", item, "--json", workspace=workspace)
        assert told.exit_code == 0, told.stderr
        assert told.json["result"]["made_at"]


def test_the_readme_shows_what_the_demo_prints(demo: Shown) -> None:
    """Run ids change with the code; every other figure of the README's block must be true."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = readme.split("<!-- demo output -->\n```\n")[1].split("\n```\n")[0]
    printed = "\n".join(demo_lines(DemoResult(**_typed(demo.result))))
    places = {str(demo.out): "demo", str(demo.result["workspace"]): "demo-workspace"}
    for ours, shown in places.items():
        printed = printed.replace(ours, shown)
    assert _without_ids(block) == _without_ids(printed)


def _without_ids(text: str) -> str:
    return re.sub(r"\b([fp])-[0-9a-f]{12}", r"\1-*", text)


def _typed(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON of a result with tuples where the dataclass has them."""
    return {k: tuple(v) if isinstance(v, list) else v for k, v in result.items()}
