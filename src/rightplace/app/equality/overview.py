"""The equality effect as the commander's overview shows it, from the plan's record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rightplace.briefing import EqualityLine, EqualityTable

if TYPE_CHECKING:
    from collections.abc import Mapping

_NONE = "none"
TENTH = "deprivation_tenth"


def equality_table(result: Mapping[str, Any]) -> EqualityTable | None:
    """Return the table of a plan's kept answer; None where its effect is not known.

    Parameters
    ----------
    result
        What the plan answered, as its record holds it.
    """
    effect = result.get("equality")
    if effect is None:
        return None
    known = (
        f"{effect['minutes_known_share']:.0%} of the plan's {effect['minutes']:,.0f} patrol "
        f"minutes are in places whose residents are known. Recorded: what victims reported in "
        f"{effect['recorded_period']}."
    )
    return EqualityTable(
        lines=tuple(_line(row) for row in effect["rows"] if row["broad"]),
        finding=effect["finding"],
        notes=(known, effect["audit"]),
    )


def _line(row: Mapping[str, Any]) -> EqualityLine:
    each = row["minutes_per_recorded"]
    return EqualityLine(
        group=f"deprivation {row['group']}" if row["kind"] == TENTH else row["group"],
        residents=f"{row['residents']:,.0f}",
        minutes=_rate(row["minutes_per_1000_residents"], row["minutes_ratio"]),
        recorded=_rate(row["recorded_per_1000_residents"], row["recorded_ratio"]),
        minutes_per_recorded=_NONE if each is None else f"{each:,.1f}",
    )


def _rate(per_1000: float | None, ratio: float | None) -> str:
    if per_1000 is None:
        return _NONE
    return f"{per_1000:,.1f}" + ("" if ratio is None else f" ({ratio:.2f})")
