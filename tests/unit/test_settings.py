"""Settings: which value is in force, where it came from, and what is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from rightplace.core.settings import Setting, check_sections, load_file, resolve
from rightplace.core.suggest import did_you_mean
from rightplace.errors import BadInputError, NotHeldError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    wait_seconds: float = 10.0
    threads: int = 2
    name: str = "store"
    quick: bool = False


def in_force(content: dict[str, Any], flags: dict[str, Any]) -> dict[str, tuple[Any, str]]:
    section, found = resolve("store", Store, flags=flags, content=content, file="my.toml")
    assert [getattr(section, s.key.split(".")[1]) for s in found] == [s.value for s in found]
    return {s.key: (s.value, s.origin) for s in found}


def test_a_flag_beats_a_variable_beats_the_file_beats_the_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = {"store": {"wait_seconds": 3, "threads": 3}}
    assert in_force({}, {})["store.threads"] == (2, "default")
    assert in_force(content, {})["store.threads"] == (3, "my.toml")
    monkeypatch.setenv("RIGHTPLACE_STORE_THREADS", "4")
    assert in_force(content, {})["store.threads"] == (4, "RIGHTPLACE_STORE_THREADS")
    assert in_force(content, {"store.threads": 5})["store.threads"] == (5, "flag")
    assert in_force(content, {})["store.wait_seconds"] == (3, "my.toml")


@pytest.mark.parametrize(("text", "value"), [("yes", True), ("OFF", False), ("0", False)])
def test_a_variable_says_yes_or_no_in_words(
    text: str, *, value: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RIGHTPLACE_STORE_QUICK", text)
    assert in_force({}, {})["store.quick"][0] is value


@pytest.mark.parametrize(
    ("key", "text"), [("QUICK", "maybe"), ("THREADS", "two"), ("THREADS", "1.5")]
)
def test_a_variable_of_the_wrong_kind_is_refused(
    key: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"RIGHTPLACE_STORE_{key}", text)
    with pytest.raises(BadInputError, match=f"RIGHTPLACE_STORE_{key} must be"):
        in_force({}, {})


@pytest.mark.parametrize("value", ["ten", True, 1.5, [2]])
def test_a_value_of_the_wrong_kind_is_refused(value: object) -> None:
    with pytest.raises(BadInputError, match=r"store[.]threads must be a int"):
        in_force({"store": {"threads": value}}, {})


def test_an_unknown_key_or_section_suggests_the_nearest() -> None:
    known = {"store": Store}
    check_sections({"store": {"threads": 1}}, known, file="my.toml")
    with pytest.raises(BadInputError, match="Did you mean 'wait_seconds'"):
        check_sections({"store": {"wait_second": 1}}, known, file="my.toml")
    with pytest.raises(BadInputError, match="Did you mean 'store'"):
        check_sections({"stores": {}}, known, file="my.toml")
    with pytest.raises(BadInputError, match="store is a section, not a value"):
        check_sections({"store": 3}, known, file="my.toml")


def test_a_settings_file_is_toml_in_utf8_or_named_as_wrong(tmp_path: Path) -> None:
    file = tmp_path / "my.toml"
    assert load_file(None) == {}
    with pytest.raises(NotHeldError):
        load_file(file)
    file.write_bytes(b"[store]\nthreads = 1\n")
    assert load_file(file) == {"store": {"threads": 1}}
    for content in (b"[store", b'[store]\nname = "\xe9"\n'):
        file.write_bytes(content)
        with pytest.raises(BadInputError, match="not TOML"):
            load_file(file)


def test_a_setting_is_a_value_with_its_origin() -> None:
    assert Setting(key="a.b", value=1, origin="flag").origin == "flag"


def test_the_nearest_word_is_suggested_and_long_lists_are_cut() -> None:
    assert did_you_mean("Latitud", ["Longitude", "Latitude"]) == "Did you mean 'Latitude'?"
    assert did_you_mean("xyz", ["b", "a"]) == "Known: a, b."
    many = did_you_mean("xyz", [f"word{n:03d}" for n in range(100)])
    assert many.endswith("word039 and 60 more.")
