"""Settings of dosage."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DosageSettings:
    """What counts as a visit, and which pings can be true.

    Parameters
    ----------
    gap_minutes
        Pings of a crew in a place so far apart, or less, belong to one visit (DOMAIN 3.4.20).
    visit_minutes
        A shorter stay is passing through and is not counted (DOMAIN 3.4.20).
    qualifying_minutes
        A visit so long, or longer, qualifies; however long, it is one visit (DOMAIN 3.4.20).
    speed_limit_kmh
        A ping that could be reached only faster than this is left out; a choice of ours.
    speed_slack_m
        Metres that a receiver may be out without being taken for movement; a choice of ours.
    most_accuracy_m
        Pings whose receiver states a wider radius are left out; a choice of ours.
    prune_by_today
        Whether pings older than 31 days are left out by today's date. Otherwise by the end of
        the plan, so that past weeks and invented data can be looked at; then a notice says that
        the file is past its retention.
    """

    gap_minutes: float = 5.0
    visit_minutes: float = 5.0
    qualifying_minutes: float = 10.0
    speed_limit_kmh: float = 200.0
    speed_slack_m: float = 100.0
    most_accuracy_m: float = 100.0
    prune_by_today: bool = False
