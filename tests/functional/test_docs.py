"""The generated pages are those of the code, and what they show really works."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import fields
from typing import TYPE_CHECKING

import pytest

from docs.generate import PAGES, differences, generated, write
from docs.pages import commands, contents, modules
from docs.pages.exit_codes import kinds
from rightplace.app import evidence, periods
from rightplace.app.forecast import foretelling
from rightplace.app.forecast.settings import ForecastSettings
from rightplace.app.plan.settings import PlanSettings
from rightplace.app.workspace import Workspace, sections
from rightplace.cli.main import VERBS
from rightplace.crime.coverage import MISSED_FROM, STUB_DEVIATIONS, STUB_SHARE
from rightplace.crime.mapping import TARGETS, Mapping, shipped
from rightplace.crime.normalise import REASONS
from rightplace.crime.offences import offence_classes
from rightplace.crime.publication import AROUND, LEAD_IN_SHARE, SPILL_SHARE, USUAL_FROM
from rightplace.crime.quarantine import LARGEST_SHARE
from rightplace.deploy import read_effect_sizes
from rightplace.forecast.registry import FORECASTERS, PRODUCT_DEFAULT, forecaster
from rightplace.forecast.shifts.slots import SlotForecaster
from rightplace.powers.law.provisions import provisions
from rightplace.powers.searches.measures import MEASURES
from rightplace.records.accounts.roles import Role
from rightplace.records.retention.periods import register
from tests.functional.four_cells import rightplace
from tests.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

EXAMPLES = ROOT / "docs" / "examples"


def situations() -> list[str]:
    """Return the rows of the law tables whose first column holds no comma of its own."""
    rows = [
        row
        for name in ("authorisations", "searches", "applications")
        for row in (ROOT / "docs" / "law" / f"{name}.csv").read_text("utf-8").splitlines()[1:]
    ]
    return [row for row in rows if row and not row.startswith('"')]


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return generated()


def test_every_committed_page_is_what_the_code_says() -> None:
    check = [sys.executable, "-m", "docs.generate", "--check"]
    done = subprocess.run(check, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_page_that_was_edited_is_named_with_the_line_that_differs(
    pages: dict[str, str], tmp_path: Path
) -> None:
    write(tmp_path, pages)
    assert differences(tmp_path, pages) == []
    page = tmp_path / "docs" / "exit-codes.md"
    page.write_text(page.read_text("utf-8").replace("| 50 |", "| 51 |"), "utf-8")
    (found,) = differences(tmp_path, pages)
    assert found.startswith("docs/exit-codes.md: stale")
    assert "-| 51 | `offline`" in found
    assert "+| 50 | `offline`" in found


def test_a_missing_page_and_a_schema_that_nothing_generates_are_stale(
    pages: dict[str, str], tmp_path: Path
) -> None:
    write(tmp_path, pages)
    (tmp_path / "docs" / "cli.md").unlink()
    (tmp_path / "docs" / "schemas" / "gone.json").write_text("{}", "utf-8")
    found = differences(tmp_path, pages)
    assert found[0] == "docs/schemas/gone.json: nothing generates it"
    assert found[1].startswith("docs/cli.md: stale")
    write(tmp_path, pages)
    assert differences(tmp_path, pages) == []


def test_pages_do_not_depend_on_the_width_of_the_terminal(
    pages: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "43")
    assert commands.page() == pages["docs/cli.md"]


def test_every_verb_setting_error_method_class_and_reason_stands_on_its_page(
    pages: dict[str, str],
) -> None:
    wanted = {
        "cli.md": [f"\n## {verb}\n" for verb in VERBS],
        "settings.md": [f"| `{f.name}` |" for s in sections().values() for f in fields(s)],
        "exit-codes.md": [f"| {kind.exit_code} | `{kind.code}` |" for kind in kinds()],
        "methods.md": [f"\n## {method}\n" for method in FORECASTERS],
        "offences.md": [f"\n| `{slug}` |" for slug in offence_classes()],
        "quarantine.md": [f"\n| `{reason}` |" for reason in REASONS],
        "mappings.md": [
            *(f"\n| `{key}` |" for key in (*Mapping.model_fields, *shipped())),
            *(f"\n| `{column}` |" for columns in TARGETS.values() for column in columns),
        ],
        "roles.md": [f"\n| {role.value.capitalize()} |" for role in Role],
        "retention.md": [f"`{each.column}`" for each in register()],
        "searches.md": [f"\n| {each.title} |" for each in MEASURES],
        "law.md": [
            *(f"| {each.in_force_from} |" for each in provisions()),
            *(f"\n| {each.split(',', 1)[0]} |" for each in situations()),
        ],
    }
    assert wanted.keys() == PAGES.keys() == {f"{name}.md" for name in contents.ABOUT}
    missing = {
        page: [each for each in heads if each not in pages[f"docs/{page}"]]
        for page, heads in wanted.items()
    }
    assert {page: heads for page, heads in missing.items() if heads} == {}


def test_each_page_that_is_linked_to_exists(pages: dict[str, str]) -> None:
    written = {ROOT / path: text for path, text in pages.items() if path.endswith(".md")}
    written |= {path: path.read_text("utf-8") for path in ROOT.glob("*.md")}
    broken = [
        f"{page.name}: {target}"
        for page, text in written.items()
        for target in re.findall(r"\]\(([^)#:]+)\)", text)
        if not (page.parent / target).exists()
    ]
    assert broken == []


def test_architecture_lists_every_module_once() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    listed = text.partition(modules.START)[2].partition(modules.END)[0]
    names = [p.stem for p in modules.SOURCE.rglob("*.py") if p.stem != "__init__"]
    found = re.findall(r"^- `(\w+)`: (.+)$", listed, re.MULTILINE)
    assert sorted(name for name, _ in found) == sorted(names)


def test_settings_of_the_page_are_a_settings_file_of_defaults(
    pages: dict[str, str], tmp_path: Path
) -> None:
    (shown,) = re.findall(r"```toml\n(.+?)```", pages["docs/settings.md"], re.DOTALL)
    config = tmp_path / "rightplace.toml"
    config.write_text(shown, encoding="utf-8")
    held = Workspace(root=tmp_path).all_settings()
    assert {setting.origin for setting in held} == {str(config)}
    assert {s.key: s.value for s in held} == {
        s.key: s.value for s in Workspace(root=tmp_path / "elsewhere").all_settings()
    }
    assert list(tomllib.loads(shown)) == list(sections())


def test_the_example_of_a_mapping_does_what_its_page_says(tmp_path: Path) -> None:
    for name in ("own_force.csv", "own_force.toml"):
        shutil.copy(EXAMPLES / name, tmp_path / name)
    files = (tmp_path / "own_force.csv", "--mapping", tmp_path / "own_force.toml")
    taken = rightplace(tmp_path / "ws", "ingest", "crimes", *files, "--json")
    assert taken.code == 0, taken.err
    (report,) = taken.json["result"]["files"]
    assert (report["read"], report["stored"], report["quarantined"]) == (6, 5, 1)
    out = tmp_path / "quarantine.csv"
    rightplace(tmp_path / "ws", "quarantine", "export", "--out", out)
    with out.open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["row"], row["reason"]) == ("6", "unknown_category")
    assert "Nuisance drone" in row["published"]


def test_thresholds_of_the_changelog_are_those_in_force() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = text.split("\n## ")[1].partition("### Rules and thresholds")[2]
    rules = dict(re.findall(r"^\| (.+?) \| (.+?) \|", newest, re.MULTILINE))
    effect = read_effect_sizes()[0]
    plan, method = PlanSettings(), ForecastSettings()
    in_force = {
        "A file is refused whole when more": f"{LARGEST_SHARE:.0%}",
        "A month is a stub below": f"{STUB_SHARE:.0%}",
        "... and only where it lies so many": f"{STUB_DEVIATIONS:.0f}",
        "... and is judged only where": f"{MISSED_FROM} rows",
        "A borough counts as published": f"{method.published_cells_share:.0%}",
        "A feed of one kind began": f"{LEAD_IN_SHARE:.0%}",
        "... and ended after its last": f"{USUAL_FROM} records",
        "... and does not cover a borough": f"{SPILL_SHARE:.0%}",
        "A forecast is refused as stale": f"{periods.STALE_AFTER_DAYS['month']} days",
        "... and when the newest dated": f"{periods.STALE_AFTER_DAYS['week']} days",
        "Shifts are forecast where": f"{evidence.TIMED_SHARE:.0%}",
        "Hours, weekdays and kinds of day": f"{SlotForecaster().half_life_weeks:g} weeks",
        "A cell's harm per record": f"{foretelling.HARM_PRIOR_RECORDS:g} records",
        "A visit lasts": f"{plan.visit_minutes} minutes",
        "... and the way to the next": f"{plan.travel_minutes} minutes",
        "Most visits to one place in a slot": f"{plan.visits_per_place_slot}",
        "Most visits to one place in a policing day": f"{plan.visits_per_place_day}",
        "Most visits to one place in the plan": f"{plan.visits_per_place_plan or 'no limit'}",
        "Three visits in eight hours": f"{effect.change_mean:.0%} ({effect.change_lo:.0%} to "
        f"{effect.change_hi:.0%})",
        "... and each further visit": f"{effect.further_visit_ratio:.0%}",
    }
    assert (effect.anchor_visits, effect.anchor_hours, AROUND) == (3, 8, 26)
    said = {
        start: next((v.replace(" %", "%") for k, v in rules.items() if k.startswith(start)), None)
        for start in in_force
    }
    assert said == in_force


def test_the_setting_of_the_method_is_the_default_of_the_product() -> None:
    assert ForecastSettings().method == PRODUCT_DEFAULT
    assert forecaster(ForecastSettings().method) == forecaster(PRODUCT_DEFAULT)
