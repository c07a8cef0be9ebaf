"""Areas as figures name them: wards in boroughs in BCUs, and what lies in no ward."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

WHOLE = "area:"
"""Key of the whole study area."""
BETWEEN = "\x1f"
"""Between borough and ward in a ward's key: a character that no name holds."""
ELSEWHERE = "Not in the street, or in no ward"


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaName:
    """An area in words.

    Parameters
    ----------
    level
        ``ward``, ``borough``, ``bcu`` or ``area``.
    name
        What it is called.
    borough
        The borough of a ward, and of a borough its own name; empty otherwise.
    """

    level: str
    name: str
    borough: str


def ward_key(borough: str, ward: str) -> str:
    """Return the key of a ward; with an empty name, of what lies in no ward of the borough."""
    return f"ward:{borough}{BETWEEN}{ward}"


def borough_key(borough: str) -> str:
    """Return the key of a borough."""
    return f"borough:{borough}"


def bcu_key(bcu: str) -> str:
    """Return the key of a BCU."""
    return f"bcu:{bcu}"


def name_of(key: str) -> AreaName:
    """Return an area in words."""
    level, _, rest = key.partition(":")
    if level == "ward":
        borough, _, ward = rest.partition(BETWEEN)
        return AreaName(level=level, name=ward or ELSEWHERE, borough=borough)
    if level == "area":
        return AreaName(level=level, name="Whole area", borough="")
    return AreaName(level=level, name=rest, borough=rest if level == "borough" else "")


def parts_of(
    wards: Iterable[tuple[str, str]], bcus: Mapping[str, str], *, by_ward: bool
) -> dict[str, tuple[str, ...]]:
    """Return the parts of each wider area.

    Parameters
    ----------
    wards
        Borough and ward of each place; an empty ward is none.
    bcus
        BCU of each borough that has one.
    by_ward
        Whether boroughs come apart into wards.
    """
    pairs = sorted(set(wards))
    boroughs = sorted({borough for borough, _ in pairs})
    parts: dict[str, tuple[str, ...]] = {}
    if by_ward:
        for borough in boroughs:
            own = [ward for b, ward in pairs if b == borough and ward]
            parts[borough_key(borough)] = tuple(ward_key(borough, ward) for ward in (*own, ""))
    for bcu in sorted({bcus[b] for b in boroughs if b in bcus}):
        parts[bcu_key(bcu)] = tuple(borough_key(b) for b in boroughs if bcus.get(b) == bcu)
    top = [bcu_key(bcu) for bcu in sorted({bcus[b] for b in boroughs if b in bcus})]
    parts[WHOLE] = (*top, *(borough_key(b) for b in boroughs if b not in bcus))
    return parts
