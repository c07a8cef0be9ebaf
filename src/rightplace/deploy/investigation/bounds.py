"""Numbers above which a unit of detectives is refused as a slip of the pen.

All are choices of ours, far above what any force has, so that a slip ends in a message and not in
hours of reckoning. How much is simulated at once is a setting: see ``DetectiveSettings``.
"""

from __future__ import annotations

from typing import Final

MOST_TEAMS: Final = 200
"""Teams of a unit: London has had 31 homicide teams at most (DOMAIN 6.4.21)."""
MOST_OFFICERS: Final = 1_000
"""Officers of one role in a team, of one level who help, or at one piece of work."""
MOST_HOURS: Final = 100_000
"""Mean hours of a piece of work: fifty years of an officer."""
MOST_WAIT: Final = 3_650
"""Mean days of a wait, and days of a turn on call: ten years."""
MOST_SPREAD: Final = 10
"""Standard deviation over mean, of hours and of waits."""
MOST_A_MONTH: Final = 100_000
"""Cases of a unit in a month."""
MOST_DISPERSION: Final = 100
"""Variance over mean of the cases in a month."""
MOST_VICTIMS: Final = 100
"""Victims of a case."""
MOST_MORE: Final = 10
"""Hours that a further victim adds, as a share of those of a case."""
MOST_WHOLE: Final = 1_000_000_000
"""Any number in a setup file."""
