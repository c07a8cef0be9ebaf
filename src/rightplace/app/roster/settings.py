"""Settings of rosters."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterSettings:
    """Which rules rosters keep, what they weigh, and how long one is looked for.

    Values that the law limits may be stricter than it, never looser (exit 20).

    Parameters
    ----------
    rest_hours
        Least hours between shifts, elapsed (DOMAIN 6.3.12).
    weekly_hours
        Most hours a week on average over 17 weeks (DOMAIN 6.3.14, unverified).
    weekly_rest_hours
        Least hours without duty in each seven days (DOMAIN 6.3.14, unverified).
    shifts_in_row
        Most shifts on consecutive days (DOMAIN 6.3.11: good practice).
    nights_in_row
        Most night shifts on consecutive days (DOMAIN 6.3.11: good practice).
    rest_block
        Least days off together (DOMAIN 6.3.11: good practice).
    rotation
        ``hard``: from day to day the shift never goes back, as early after late (DOMAIN 6.3.11:
        forward rotating); ``weighed``: it costs; ``ignored``.
    notice_days
        Changes of a published shift with less notice are flagged (DOMAIN 6.3.12).
    contract_slack_hours
        Hours by which a whole roster may pass the contract; a choice of ours: half a shift, since
        contracts are seldom whole shifts.
    fixed_hours
        How long a day of training or court is; a choice of ours. It starts at 09:00.
    effort
        Work put into improving and proving a whole roster, in seconds of the solver's own clock,
        shared out among teams by their officers; a choice of ours: 500 officers take about half
        a minute on two cores.
    effort_each
        Most of it for each officer, so that small rosters are quick; a choice of ours.
    wish_weight
        Cost of a refused wish, for each unit of its weight; this and those below are ours.
    night_weight
        Cost of a night shift above an officer's fair share.
    weekend_weight
        Cost of a weekend shift above an officer's fair share.
    idle_weight
        Cost of a whole shift of contracted hours that is not rostered.
    back_weight
        Cost of a day on which the shift goes back, where the rotation is weighed.
    change_weight
        Cost of a shift changed with too little notice.
    uncovered_weight
        Cost of an officer lacking in a shift, where that is allowed.
    """

    rest_hours: float = 11.0
    weekly_hours: float = 48.0
    weekly_rest_hours: float = 24.0
    shifts_in_row: int = 6
    nights_in_row: int = 4
    rest_block: int = 2
    rotation: str = "hard"
    notice_days: int = 90
    contract_slack_hours: float = 4.0
    fixed_hours: float = 8.0
    effort: float = 20.0
    effort_each: float = 0.25
    wish_weight: int = 10
    night_weight: int = 5
    weekend_weight: int = 5
    idle_weight: int = 2
    back_weight: int = 5
    change_weight: int = 20
    uncovered_weight: int = 1000
