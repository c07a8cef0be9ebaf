"""A force's own policy: stricter than what binds it, never looser; its file read exactly."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from rightplace.errors import BadInputError, RefusedError
from rightplace.powers.law.keys import Key, Value, looser
from rightplace.powers.law.limits import limits_on
from rightplace.powers.law.policy import ForcePolicy, read_policy
from rightplace.powers.law.provisions import Layer, Provision
from rightplace.powers.ranks import Rank, RankKind
from tests.section_60_world import HOUR, NOON

if TYPE_CHECKING:
    from pathlib import Path


def rule(key: Key, value: Value, *, since: date = date(2026, 1, 1)) -> Provision:
    return Provision(
        regime="Ours",
        layer=Layer.POLICY,
        provision="Ours, rule 1",
        limits=key,
        value=value,
        in_force_from=since,
        source="Order 1",
        verified=True,
        dates_verified=True,
    )


def policy(*rules: Provision) -> ForcePolicy:
    return ForcePolicy(force="metropolitan", name="Ours", rules=rules)


def test_a_stricter_policy_is_in_force_from_its_day() -> None:
    own = policy(
        rule(Key.LONGEST_HOURS, 12),
        rule(Key.LOWEST_RANK, "superintendent"),
        rule(Key.EXTENSION_HOURS, (6,)),
        rule(Key.RANK_KINDS, ("substantive",)),
    )
    limits = limits_on(NOON, force="metropolitan", policy=own)
    assert limits.longest == 12 * HOUR
    assert limits.lowest_rank is Rank.SUPERINTENDENT
    assert limits.extension_steps == (6 * HOUR,)
    assert limits.rank_kinds == frozenset({RankKind.SUBSTANTIVE})
    before = limits_on(datetime(2025, 12, 31, 12, tzinfo=UTC), force="metropolitan", policy=own)
    assert before.longest == 24 * HOUR
    assert before.rank_kinds is None


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (Key.LONGEST_HOURS, 25),
        (Key.LOWEST_RANK, "sergeant"),
        (Key.EXTENSION_RANK, "chief inspector"),
        (Key.EXTENSION_HOURS, (25,)),
        (Key.EXTENSION_HOURS, (12, 12)),
        (Key.TOTAL_HOURS, 49),
        (Key.ORAL_GROUNDS, ("a", "aa")),
        (Key.STATEMENT_MONTHS, 11),
        (Key.RECORD_COPY_MONTHS, 2),
        (Key.COMMUNICATE, "not asked"),
    ],
)
def test_a_looser_policy_is_refused_with_what_it_is_looser_than(key: Key, value: Value) -> None:
    with pytest.raises(RefusedError, match="looser than what binds metropolitan"):
        policy(rule(key, value))


def test_a_policy_is_judged_by_the_rules_of_every_day_on_which_it_holds() -> None:
    policy(rule(Key.LONGEST_HOURS, 20))
    with pytest.raises(RefusedError, match="but 15 by Best Use"):
        policy(rule(Key.LONGEST_HOURS, 20, since=date(2019, 1, 1)))


def test_a_policy_is_that_of_its_force() -> None:
    with pytest.raises(BadInputError, match="'metropolis' is no force"):
        ForcePolicy(force="metropolis", name="Ours", rules=())
    with pytest.raises(BadInputError, match="of metropolitan, not of kent"):
        limits_on(NOON, force="kent", policy=policy())


def test_kinds_of_rank_have_no_order_so_that_none_is_looser() -> None:
    assert not looser(Key.RANK_KINDS, ("acting", "substantive"), than=("substantive",))


FILE = """
force = "metropolitan"
policy = "Ours"
[[rule]]
limits = "longest_hours"
value = 12
in_force_from = 2026-01-01
source = "Order 1"
"""


def test_a_policy_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(FILE, encoding="utf-8")
    (read,) = read_policy(file).rules
    assert (read.value, read.layer, read.provision) == (12, Layer.POLICY, "Ours, rule 1")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("value = 12", 'value = "12"', "'12', not a whole number above 0"),
        ('"longest_hours"', '"longest_hour"', "Did you mean 'longest_hours'"),
        ('source = "Order 1"', "", "source is missing"),
        ('source = "Order 1"', 'source = " "', "source is empty"),
        ('source = "Order 1"', 'source = "x"\ncolour = 1', "unknown key 'colour'"),
        ('source = "Order 1"', 'source = "x"\nverified = true', "sets 'verified'"),
        ("2026-01-01", "2026-01-01T00:00:00", "not a day"),
        ("2026-01-01", "2026-01-01\nin_force_to = 2025-01-01", "before it begins"),
        ('policy = "Ours"', 'policy = "Ours"\nmore = 1', "Unknown key 'more'"),
        ('policy = "Ours"', "", "does not name"),
        ("[[rule]]", "[[rule", "Not a TOML file"),
    ],
)
def test_what_is_wrong_with_a_policy_file_is_named(
    old: str, new: str, said: str, tmp_path: Path
) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(FILE.replace(old, new), encoding="utf-8")
    with pytest.raises(BadInputError) as refused:
        read_policy(file)
    assert said in str(refused.value)
    with pytest.raises(BadInputError, match="cannot be read"):
        read_policy(tmp_path / "none.toml")
