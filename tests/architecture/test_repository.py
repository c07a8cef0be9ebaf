"""What may lie in the repository: nothing of one machine, everything with its origin."""

from __future__ import annotations

import re
import tomllib

import pytest

from rightplace import __version__
from tests.architecture.tree import SOURCE, repository_files, shown
from tests.paths import ROOT

TEXT = set(".cfg .css .csv .j2 .json .md .py .sh .toml .txt .typ .yaml .yml".split()) | {""}
HERE = "tests/architecture/test_repository.py"
# Put together here so that this file does not hold them itself.
REGISTRIES = [
    "pypi" + ".org",
    "python" + "hosted",
    "npm" + "js",
    "conda." + "anaconda",
    "docker" + ".io",
]
MACHINE = [
    r"(?<![\w.])/" + folder + "/" for folder in ("work", "home", "root", "tmp", "Users", "mnt")
]
CODE = {".py", ".j2", ".css", ".typ"}
ONE_MEBIBYTE = 1 << 20


@pytest.mark.parametrize("pattern", [*map(re.escape, REGISTRIES), *MACHINE])
def test_no_file_names_a_registry_or_a_machine(pattern: str) -> None:
    found = [
        f"{shown(path)}: {match[0]}"
        for path in repository_files()
        if path.suffix in TEXT and shown(path) != HERE
        for match in [re.search(pattern, path.read_text(encoding="utf-8", errors="replace"))]
        if match
    ]
    assert not found


def test_requirements_are_locked_with_hashes_and_without_addresses() -> None:
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    lines = [line for line in text.replace("\\\n", " ").splitlines() if line.strip()]
    assert "://" not in text
    assert [line for line in lines if "==" not in line or "--hash=sha256:" not in line] == []


def test_every_dependency_declared_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"].values()
    declared = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    declared += [each for extra in extras for each in extra]
    locked = (ROOT / "requirements.txt").read_text(encoding="utf-8").lower()
    names = [re.split(r"[\[<>=~! ;]", each)[0].lower() for each in declared]
    assert [name for name in names if f"\n{name}==" not in f"\n{locked}"] == []


def test_the_changelog_tells_what_this_version_brings() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## (\S+)", changelog, re.MULTILINE)
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert newest is not None
    assert newest[1] == __version__ == declared
    assert "### Rules and thresholds" in changelog


def data_files() -> list[str]:
    return [
        shown(path)
        for path in repository_files()
        if path.is_relative_to(SOURCE) and path.suffix not in CODE and path.name != "py.typed"
    ]


NOTES = {".md", ".toml", ".txt"}
ORIGIN = re.compile(
    r"^(source|publisher)\b|^\[\[source\]\]|licen[cs]e|origin|come from",
    re.IGNORECASE | re.MULTILINE,
)


@pytest.mark.parametrize("name", data_files())
def test_each_data_file_says_where_it_comes_from(name: str) -> None:
    """In itself, in a note beside it that names it, or by a licence that its folder carries."""
    path = SOURCE / name
    notes = [each for each in path.parent.iterdir() if each.suffix in NOTES and each != path]
    named = [note.name for note in notes if path.stem in note.read_text(encoding="utf-8")]
    own = path.suffix in NOTES and ORIGIN.search(path.read_text(encoding="utf-8"))
    licence = (path.parent / "OFL.txt").is_file()
    assert named or own or licence


def test_data_that_ship_are_small() -> None:
    sizes = {name: (SOURCE / name).stat().st_size for name in data_files() if "fonts/" not in name}
    assert sum(sizes.values()) < ONE_MEBIBYTE, sizes


def test_decisions_are_numbered_dated_and_say_whether_they_stand() -> None:
    records = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [path.name[:4] for path in records] == [f"{n:04d}" for n in range(1, len(records) + 1)]
    for number, path in enumerate(records, start=1):
        title, _, state = path.read_text(encoding="utf-8").splitlines()[:3]
        assert title.startswith(f"# {number}. ")
        assert re.match(r"\d{4}-\d{2}-\d{2} · (in force|superseded by)", state)
