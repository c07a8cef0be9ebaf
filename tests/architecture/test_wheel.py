"""The wheel as a user installs it, built without the network."""

from __future__ import annotations

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
