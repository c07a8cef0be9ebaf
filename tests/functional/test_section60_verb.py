"""``rightplace section60 check``: breaches of what happened, and files that are refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from rightplace.cli.main import cli
from rightplace.cli.schemas import section_60_schema, verb_schema
from rightplace.errors import BadInputError, RefusedError, RightplaceError
from rightplace.powers.section_60.file import example

if TYPE_CHECKING:
    from pathlib import Path

FALSE = "suspected to be false, it cannot support a ground"
Json = dict[str, Any]


def checked(tmp_path: Path, content: object, *, policy: str = "") -> Json:
    """Return the envelope of checking a file, written as JSON unless it is text."""
    file = tmp_path / "section60.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    if policy:
        (tmp_path / "policy.toml").write_text(policy, encoding="utf-8")
        (tmp_path / "rightplace.toml").write_text('[section_60]\npolicy = "policy.toml"\n')
    words = ["--workspace", str(tmp_path), "section60", "check", str(file), "--json"]
    done = CliRunner().invoke(cli, words, standalone_mode=False)
    if isinstance(done.exception, RightplaceError):
        raise done.exception
    assert done.exception is None, done.exception
    answer: Json = json.loads(done.output)
    return answer


def two() -> Json:
    content: Json = json.loads(example())
    return content


def only(reference: int = 0) -> Json:
    row: Json = two()["authorisations"][reference]
    return row


def test_the_example_that_ships_is_read_and_its_breaches_are_named(tmp_path: Path) -> None:
    answer = checked(tmp_path, example())
    Draft202012Validator(verb_schema("section60")).validate(answer)
    Draft202012Validator(section_60_schema()).validate(two())
    assert answer["schema"] == "rightplace/section60/1"
    assert answer["id"] is None
    assert answer["ok"] is True
    found = answer["result"]["breaches"]
    assert {each["authorisation"] for each in found} == {"EXAMPLE-2"}
    said = [(each["finding"], each["provision"].rpartition(", ")[2]) for each in found]
    assert said[:2] == [
        ("given by an acting sergeant; needs an inspector or above", "section 60(1)"),
        (
            f"ground (a), violence may come: its information is graded 2E P: {FALSE}",
            "section 60(1)",
        ),
    ]
    assert ("runs 25 hours; the limit is 24", "section 60(1)") in said
    assert ("made for drugs; the power is for weapons only", "section 60(4)") in said
    assert "does not mean that it was lawful" in answer["result"]["not_judged"]


def test_one_authorisation_alone_and_a_list_are_read_too(tmp_path: Path) -> None:
    for content in (only(), [only()]):
        answer = checked(tmp_path, content)
        assert answer["result"]["breaches"] == []
        (one,) = answer["result"]["authorisations"]
        assert one["starts"] == "2026-06-01T17:00:00+00:00"
        assert "PACE Code A of December 2023" in one["regimes"]


def test_the_law_is_that_of_the_start(tmp_path: Path) -> None:
    text = json.dumps(only()).replace("2026-06-0", "2016-06-0")
    found = checked(tmp_path, text)["result"]["breaches"]
    assert [(each["finding"], each["layer"]) for each in found] == [
        ("given by an inspector; needs a commander or above", "scheme")
    ]


def test_copied_grounds_and_one_soon_after_ask_for_a_reason(tmp_path: Path) -> None:
    first = only()
    again = json.loads(json.dumps(first).replace("2026-06-0", "2026-06-1"))
    again |= {"reference": "AGAIN", "starts": first["ends"], "ends": "2026-06-02T12:00:00+01:00"}
    again["given"] = first["given"]
    for limb, before in zip(again["grounds"], first["grounds"], strict=True):
        limb["learnt_at"] = before["learnt_at"]
    answer = checked(tmp_path, [first, again])
    gates = {each["gate"] for each in answer["result"]["questions"]}
    assert gates >= {"copied-grounds", "again-at-same-place"}
    assert {each["reason"] for each in answer["result"]["questions"]} == {None}


@pytest.mark.parametrize(
    ("change", "said", "remedy"),
    [
        (("given", "by", "rank", "inspecter"), "given.by.rank is 'inspecter'", "'inspector'"),
        (("given", "form", "spoken"), "given.form is 'spoken'", "oral"),
        (("grounds", 0, "limb", "fear"), "grounds.1.limb is 'fear'", "Known"),
        (("starts", "2026-06-01T18:00:00"), "starts is '2026-06-01T18:00:00'", "its offset"),
        (("startz", 1), "startz is no key", "Did you mean 'starts'"),
        (("given", "by", "grade", 1), "given.by.grade is no key", "Known"),
        (("searches", 0, "objekt", "x"), "searches.1.objekt is no key", "'object'"),
        (("searches", 0, "object", "guns"), "searches.1.object is 'guns'", "drugs"),
        (("force", "metropolis"), "'metropolis' is no force", "'metropolitan'"),
        (("given", "entered_at", "2026-05-31T00:00:00+01:00"), "after it was entered", "once"),
    ],
)
def test_a_file_that_says_what_nobody_knows_is_refused_by_name(
    change: tuple[Any, ...], said: str, remedy: str, tmp_path: Path
) -> None:
    content = two()
    here: Any = content["authorisations"][0]
    *path, key, value = change
    for part in path:
        here = here[part]
    here[key] = value
    with pytest.raises(BadInputError) as refused:
        checked(tmp_path, content)
    fault = refused.value.fault
    assert said in fault.message
    assert remedy in str(refused.value)
    assert fault.remedy


def test_every_fault_is_named_with_its_authorisation(tmp_path: Path) -> None:
    content = two()
    content["authorisations"][0]["colour"] = "red"
    del content["authorisations"][1]["given"]
    with pytest.raises(BadInputError) as refused:
        checked(tmp_path, content)
    assert "Authorisation EXAMPLE-1: colour is no key" in refused.value.fault.message
    assert "Authorisation EXAMPLE-2: given is missing" in refused.value.fault.message
    assert refused.value.fault.row == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "Not JSON"),
        ("[]", "holds no authorisation"),
        ('{"authorisations": [], "more": 1}', "Beside authorisations the file holds 'more'"),
        ("7", "holds no authorisation"),
        ("[7]", "is '7'"),
    ],
)
def test_what_is_no_such_file_is_refused(content: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=said):
        checked(tmp_path, content)


def test_a_reference_stands_once(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="EXAMPLE-1 stands in it twice"):
        checked(tmp_path, [only(), only()])


POLICY = """
force = "metropolitan"
policy = "Local policy"

[[rule]]
limits = "longest_hours"
value = {hours}
in_force_from = 2026-01-01
source = "Order 1 of 2026"

[[rule]]
limits = "rank_kinds"
value = ["substantive", "temporary"]
in_force_from = 2026-01-01
source = "Order 2 of 2026"
"""


def test_the_forces_own_stricter_policy_is_checked_too(tmp_path: Path) -> None:
    answer = checked(tmp_path, example(), policy=POLICY.format(hours=10))
    found = [each for each in answer["result"]["breaches"] if each["layer"] == "policy"]
    assert [each["finding"] for each in found] == [
        "runs 12 hours; the limit is 10",
        "given by an acting sergeant; of kinds of rank there count: substantive, temporary",
        "runs 25 hours; the limit is 10",
    ]
    gates = {each["gate"] for each in answer["result"]["questions"]}
    assert "rank-kind" not in gates


def test_a_looser_policy_is_refused_with_what_and_why(tmp_path: Path) -> None:
    with pytest.raises(RefusedError) as refused:
        checked(tmp_path, example(), policy=POLICY.format(hours=36))
    assert "hours of a first period, at most is 36, but 24 by Criminal" in str(refused.value)


def test_a_fault_is_not_followed_by_words_about_the_whole_file(tmp_path: Path) -> None:
    with pytest.raises(BadInputError) as refused:
        checked(tmp_path, only() | {"colour": "red"})
    assert "at least 1 item" not in refused.value.fault.message
    assert "the whole" not in refused.value.fault.message


def test_people_read_times_of_londons_clock(tmp_path: Path) -> None:
    file = tmp_path / "one.json"
    file.write_text(json.dumps(only()), encoding="utf-8")
    words = ["--workspace", str(tmp_path), "section60", "check", str(file)]
    said = CliRunner().invoke(cli, words, standalone_mode=False).output
    assert said.startswith("EXAMPLE-1 (metropolitan), 01 Jun 2026 18:00 BST to 02 Jun 2026 06:00")
