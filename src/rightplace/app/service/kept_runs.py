"""Parsed runs that stay in memory: so many, those asked for last."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock, RLock
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Made = TypeVar("Made")

MOST_KEPT = 16
"""Runs that stay parsed: the plans that a page looks at together, each with its forecast and study
area, and one more. About 10 MB each for London."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRuns:
    """Parsed runs by their key."""

    runs: OrderedDict[str, Any] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)
    parsing: RLock = field(default_factory=RLock)
    """Held while a run is parsed, with those it rests on: who asks meanwhile waits for it."""

    def get(self, key: str, parse: Callable[[], Made]) -> Made:
        """Return the run of a key, parsed once; what was asked for longest ago goes.

        Parameters
        ----------
        key
            Its id and digest.
        parse
            Parses it; reads the database and changes nothing.
        """
        held: Made | None = self._held(key)
        if held is None:
            with self.parsing:
                held = self._held(key)
                held = self._keep(key, parse()) if held is None else held
        return held

    def _held(self, key: str) -> Any:  # noqa: ANN401 - a run of whatever kind
        with self.lock:
            if key in self.runs:
                self.runs.move_to_end(key)
            return self.runs.get(key)

    def _keep(self, key: str, made: Made) -> Made:
        with self.lock:
            self.runs[key] = made
            while len(self.runs) > MOST_KEPT:
                self.runs.popitem(last=False)
        return made
