"""A force's own policy: dated rules of its own, stricter than law, code and scheme, never looser.

Which kinds of rank count (substantive, temporary, acting) is for the force to say, with its source
(NEEDS B8); nothing is assumed where it has not.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rightplace.core.suggest import did_you_mean
from rightplace.errors import BadInputError, RefusedError
from rightplace.powers.law.keys import MEANINGS, looser
from rightplace.powers.law.provisions import (
    Layer,
    Provision,
    check_force,
    provisions,
    read_provision,
)

if TYPE_CHECKING:
    from pathlib import Path

_OF_THE_FILE = {"force", "policy", "rule"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ForcePolicy:
    """Rules that a force has set for itself.

    Parameters
    ----------
    force
        Whose.
    name
        What the policy is called.
    rules
        Dated, each with its source.

    Raises
    ------
    RefusedError
        If a rule is looser than another that binds the force on a day on which both hold.
    BadInputError
        If no such force has the power.
    """

    force: str
    name: str
    rules: tuple[Provision, ...]

    def __post_init__(self) -> None:
        """Check that no rule is looser than law, code or scheme.

        Raises
        ------
        RefusedError
            If one is; every looser rule is named with what it is looser than.
        """
        check_force(self.force)
        loose = [
            f"{MEANINGS[own.limits]} is {_said(own)}, but {_said(other)} by "
            f"{other.provision} (from {other.in_force_from})"
            for own in self.rules
            for other in provisions()
            if own.limits is other.limits
            and other.binds(self.force)
            and own.meets(other)
            and looser(own.limits, own.value, than=other.value)
        ]
        if loose:
            msg = f"{self.name} is looser than what binds {self.force}: {'; '.join(loose)}."
            raise RefusedError(msg, remedy="Set the value of the rule named, or a stricter one.")


def read_policy(path: Path) -> ForcePolicy:
    """Return a force's policy from its file.

    The file names ``force`` and ``policy`` (what it is called) and holds a ``[[rule]]`` for each
    rule: ``limits``, ``value``, ``in_force_from``, perhaps ``in_force_to``, ``source``, ``note``.

    Raises
    ------
    BadInputError
        If it is no TOML in UTF-8, or a key is unknown, missing or unfit; all faults are named.
    """
    try:
        content = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        msg = f"Not a TOML file in UTF-8: {error}."
        raise BadInputError(msg, file=path, remedy="Correct the file.") from error
    except OSError as error:
        msg = f"The policy cannot be read: {error.strerror}."
        raise BadInputError(msg, file=path, remedy="Check the path in [section_60].") from error
    unknown = sorted(set(content) - _OF_THE_FILE)
    if unknown:
        msg = f"Unknown key {unknown[0]!r}."
        raise BadInputError(msg, file=path, remedy=did_you_mean(unknown[0], _OF_THE_FILE))
    force, name, rules = (content.get(key) for key in ("force", "policy", "rule"))
    if not isinstance(force, str) or not isinstance(name, str) or not isinstance(rules, list):
        msg = "The file does not name its force, the policy and at least one [[rule]]."
        raise BadInputError(msg, file=path, remedy="Write force, policy and [[rule]].")
    made = tuple(
        _rule(record, number, named=(name, path)) for number, record in enumerate(rules, 1)
    )
    return ForcePolicy(force=force, name=name, rules=made)


def _rule(record: dict[str, Any], number: int, *, named: tuple[str, Path]) -> Provision:
    name, path = named
    given = {
        "regime": name,
        "layer": Layer.POLICY,
        "provision": f"{name}, rule {number}",
        "verified": True,
        "dates_verified": True,
    }
    taken = sorted(set(record) & {*given, "forces"})
    if taken:
        msg = f"Rule {number} sets {taken[0]!r}, which a policy does not set."
        raise BadInputError(msg, file=path, row=number, value=taken[0], remedy="Leave it out.")
    try:
        return read_provision({**record, **given}, given=set(given))
    except BadInputError as error:
        fault = error.fault
        raise BadInputError(
            fault.message, file=path, row=number, value=fault.value, remedy=fault.remedy
        ) from error


def _said(rule: Provision) -> str:
    if isinstance(rule.value, tuple):
        return ", ".join(str(each) for each in rule.value) or "none"
    return str(rule.value)
