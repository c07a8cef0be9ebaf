"""The part of a pack that a reader sees: one place, one kind of power, withheld or true counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from rightplace.app.searches.pack_counting import WHOLE, Counts, Key
from rightplace.app.searches.pack_withholding import is_hidden
from rightplace.powers.searches.rates import wilson

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rightplace.app.searches.pack_periods import PackMonths
    from rightplace.app.searches.pack_withholding import Figure

Span = Literal["now", "before", "series"]
NOW: Span = "now"
BEFORE: Span = "before"
SERIES: Span = "series"
SPANS: tuple[Span, ...] = (NOW, BEFORE, SERIES)
WITHHELD = "withheld"
TOO_FEW = "too few"
NO_DATA = "no data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Counts of one place and power in the spans of a pack.

    Parameters
    ----------
    months
        Which months each span is of.
    counts
        Every count, by span.
    hidden
        Figures that this reader does not see; empty inside the force.
    place, power
        Which searches; ``WHOLE`` for all.
    least_for_rate
        Fewest searches of which a rate is shown.
    smallest
        Smallest count above 0 that a panel sees.
    """

    months: PackMonths
    counts: Mapping[Span, Mapping[Key, Counts]]
    hidden: frozenset[Figure] = field(default_factory=frozenset)
    place: str = WHOLE
    power: str = WHOLE
    least_for_rate: int = 50
    smallest: int = 5

    @property
    def is_compared(self) -> bool:
        """Whether there are months to compare with."""
        return bool(self.months.before)

    def counted(
        self, characteristic: str = WHOLE, value: str = "", *, span: Span = NOW, power: str = ""
    ) -> Counts:
        """Return true counts, for sums that tell no single figure and for the force itself."""
        key = self.key(characteristic, value, power=power)
        where = SERIES if characteristic == "month" else span
        return self.counts[where].get(key, Counts())

    def key(self, characteristic: str, value: str, *, power: str = "") -> Key:
        """Return the key of a figure of this slice."""
        return Key(self.place, power or self.power, characteristic, value)

    def is_shown(
        self,
        characteristic: str = WHOLE,
        value: str = "",
        *,
        span: Span = NOW,
        power: str = "",
        measure: str = "searches",
    ) -> bool:
        """Return whether this reader may see a figure."""
        key = self.key(characteristic, value, power=power)
        where = SERIES if characteristic == "month" else span
        return not is_hidden(self.hidden, where, key, measure)

    def number(
        self,
        characteristic: str = WHOLE,
        value: str = "",
        *,
        span: Span = NOW,
        power: str = "",
        measure: str = "searches",
    ) -> int | None:
        """Return a count, or None where it is withheld from this reader."""
        if not self.is_shown(characteristic, value, span=span, power=power, measure=measure):
            return None
        counts = self.counted(characteristic, value, span=span, power=power)
        return int(getattr(counts, measure))

    def values(self, characteristic: str) -> list[str]:
        """Return the values of a characteristic that any span has, in order of their words."""
        found = {
            key.value
            for span in (NOW, BEFORE)
            for key in self.counts[span]
            if key.place == self.place and key.characteristic == characteristic
        }
        return sorted(found)

    def places(self) -> list[str]:
        """Return the boroughs counted in any span, in order of code."""
        return sorted({key.place for span in (NOW, BEFORE) for key in self.counts[span]} - {WHOLE})


def shown_number(n: int | None) -> str:
    """Return a count in words; withheld is no number."""
    return WITHHELD if n is None else f"{n:,}"


def shown_share(part: int | None, whole: int | None, *, least: int) -> str:
    """Return a share in percent; withheld where either is, and none of fewer than ``least``."""
    if part is None or whole is None:
        return WITHHELD
    if whole < least:
        return TOO_FEW
    return _percent(part, whole)


def shown_estimate(part: int | None, whole: int | None, *, least: int) -> str:
    """Return a share as ``shown_share`` does, with its 95 % interval (Wilson's) behind it."""
    told = shown_share(part, whole, least=least)
    if part is None or not whole or told in {WITHHELD, TOO_FEW}:
        return told
    low, high = wilson(part, whole)
    return f"{told} ({100 * low:.1f} to {100 * high:.1f})"


def _percent(part: int, whole: int) -> str:
    """Return a share in percent; a small one that is not 0 never reads 0.0 %."""
    share = f"{100 * part / whole:.1f} %"
    return "under 0.1 %" if part and share == "0.0 %" else share
