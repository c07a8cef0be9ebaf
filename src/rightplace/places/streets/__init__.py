"""Streets: a network read from a file, and how long it takes to get about on it.

The names are loaded when first used, because the map libraries beneath take a while.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rightplace.places.streets.network import StreetNetwork, build_network
    from rightplace.places.streets.settings import StreetSettings
    from rightplace.places.streets.street_file import read_streets
    from rightplace.places.streets.street_lines import StreetLines, Usage
    from rightplace.places.streets.street_travel import StreetTravel
    from rightplace.places.streets.travel import (
        DetourTravel,
        Journey,
        Mode,
        SnappedPoints,
        Stretch,
        TravelTimes,
        detour_travel,
        street_words,
    )

_HOMES = {
    "network": ("StreetNetwork", "build_network"),
    "settings": ("StreetSettings",),
    "street_file": ("read_streets",),
    "street_lines": ("StreetLines", "Usage"),
    "street_travel": ("StreetTravel",),
    "travel": (
        "DetourTravel",
        "Journey",
        "Mode",
        "SnappedPoints",
        "Stretch",
        "TravelTimes",
        "detour_travel",
        "street_words",
    ),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "DetourTravel",
    "Journey",
    "Mode",
    "SnappedPoints",
    "StreetLines",
    "StreetNetwork",
    "StreetSettings",
    "StreetTravel",
    "Stretch",
    "TravelTimes",
    "Usage",
    "build_network",
    "detour_travel",
    "read_streets",
    "street_words",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - names of every kind
    """Return a public name of the sub-package, loading its module.

    Raises
    ------
    AttributeError
        If there is no such name.
    """
    if name not in _HOME_OF:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
