"""The wheel as a user installs it, built without the network."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING

import pytest
from hatchling.builders.wheel import WheelBuilder

from rightplace import __version__
from tests.architecture.tree import SOURCE, repository_files
from tests.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    (built,) = WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    return folder / built


def test_the_wheel_holds_every_module_and_data_file(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        held = set(opened.namelist())
    files = [path for path in repository_files() if path.is_relative_to(SOURCE)]
    wanted = {path.relative_to(SOURCE.parent).as_posix() for path in files}
    assert wanted - held == set()


def test_the_wheel_holds_licence_entry_point_and_version_and_no_tests(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        held = opened.namelist()
        about = f"rightplace-{__version__}.dist-info"
        entry_points = opened.read(f"{about}/entry_points.txt").decode()
        metadata = opened.read(f"{about}/METADATA").decode()
    assert f"{about}/licenses/LICENSE" in held
    assert "rightplace = rightplace.cli:main" in entry_points
    assert f"Version: {__version__}" in metadata
    assert {name.split("/")[0] for name in held} == {"rightplace", about}


def test_the_wheel_holds_styles_and_scripts_with_their_licences_and_no_map_of_sources(
    wheel: Path,
) -> None:
    with zipfile.ZipFile(wheel) as opened:
        static = "rightplace/web/static"
        folder = json.loads(opened.read(f"{static}/manifest.json"))["folder"]
        held = {
            name.removeprefix(f"{static}/{folder}/")
            for name in opened.namelist()
            if name.startswith(static)
        }
        scripts = [opened.read(f"{static}/{folder}/{n}") for n in held if n.endswith("js")]
    assert {"style.css", "page.mjs", "map.mjs", "maplibre-gl.mjs", "htmx.min.js"} <= held
    for package in ("govuk-frontend", "htmx", "maplibre-gl"):
        assert f"{package}.licence.txt" in held
    assert not [name for name in held if name.endswith(".map")]
    assert not [each for each in scripts if b"\n//# sourceMappingURL" in each]


def test_the_styles_carry_no_font_of_the_government_and_ask_nothing_of_another_machine(
    wheel: Path,
) -> None:
    with zipfile.ZipFile(wheel) as opened:
        sheets = [opened.read(n).decode() for n in opened.namelist() if n.endswith(".css")]
    joined = "".join(sheets)
    assert "GDS Transport" not in joined
    assert "@font-face" not in joined
    assert "url(http" not in joined


def test_npm_packages_are_locked_with_hashes_and_without_addresses() -> None:
    locked = json.loads((ROOT / "frontend" / "package-lock.json").read_text("utf-8"))["packages"]
    fetched = {name: each for name, each in locked.items() if name}
    assert fetched
    assert [name for name, each in fetched.items() if "integrity" not in each] == []
    assert [name for name, each in locked.items() if "resolved" in each] == []
