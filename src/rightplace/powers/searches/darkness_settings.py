"""What is set, and not known, about the veil of darkness."""

from __future__ import annotations

from dataclasses import dataclass

from rightplace.errors import BadInputError
from rightplace.powers.searches.columns import Power


@dataclass(frozen=True, slots=True, kw_only=True)
class DarknessSettings:
    """Which searches the veil of darkness takes, and when it gives no result.

    Parameters
    ----------
    powers
        Powers of the searches taken, separated by commas: those under which an officer chooses
        whom to search on what is seen. A choice of ours: section 60 is left out, because place
        and hours follow an authorisation, and so are searches led by intelligence.
    least_each
        Fewest searches in daylight, and in the dark, at the same clock times. A choice of ours.
    least_of_group
        Fewest searches of a group, and of all others, of which odds are told. A choice of ours.
    spline_terms
        Terms of the curve of clock time; 6 as in Grogger and Ridgeway (2006).
    weeks_around_change
        Take only days so many weeks before and after the clocks change, when the same clock time
        turns from light to dark within a day; 0 takes all days.
    lon, lat
        Where the sun is watched from, degrees; Charing Cross for London.
    """

    powers: str = "pace-1, mda-23, fa-47"
    least_each: int = 500
    least_of_group: int = 50
    spline_terms: int = 6
    weeks_around_change: int = 0
    lon: float = -0.1276
    lat: float = 51.5072

    def __post_init__(self) -> None:
        """Check that the powers are ours and the counts are counts.

        Raises
        ------
        BadInputError
            If one is not.
        """
        for name, least in (
            ("least_each", 1),
            ("least_of_group", 1),
            ("spline_terms", 1),
            ("weeks_around_change", 0),
        ):
            value = getattr(self, name)
            if value < least:
                msg = f"darkness.{name} must be {least} or more, not {value}."
                raise BadInputError(msg, value=value, remedy="Correct it in rightplace.toml.")
        known = set(Power)
        for power in self.chosen:
            if power not in known:
                msg = f"darkness.powers names {power!r}, which is no power."
                raise BadInputError(msg, value=power, remedy=f"Use {', '.join(sorted(known))}.")

    @property
    def chosen(self) -> tuple[str, ...]:
        """The powers, one by one."""
        return tuple(word.strip() for word in self.powers.split(",") if word.strip())
