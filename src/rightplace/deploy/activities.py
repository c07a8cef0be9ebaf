"""What to do at a place and what not, by the kind of place it is."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """What a crew does at a place, and what it leaves."""

    do: str
    avoid: str


@cache
def activities() -> dict[str, Activity]:
    """Return the activity for each kind of place; ``any`` serves all others."""
    text = (resources.files("rightplace.deploy") / "data" / "activities.toml").read_text("utf-8")
    return {kind: Activity(**words) for kind, words in tomllib.loads(text).items()}


def activity_for(kind: str | None) -> Activity:
    """Return what to do at a kind of place; None and unknown kinds get the general one."""
    known = activities()
    return known.get(kind or "any", known["any"])
