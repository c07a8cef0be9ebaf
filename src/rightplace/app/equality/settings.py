"""Settings of the equality effect."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class EqualitySettings:
    """What every plan is audited by.

    Parameters
    ----------
    files
        Published tables of ethnic group and of deprivation by area, with ; between, taken by
        every plan that names none; relative paths start in the workspace.
    matched_share_least
        Smallest share, 0 to 1, of a plan's minutes in places that the tables know; below it the
        effect is refused, not shown for the rest. A choice of ours: of the areas of 2011 in
        London, 93 in 100 keep their code in 2021.
    """

    files: str = ""
    matched_share_least: float = 0.9
