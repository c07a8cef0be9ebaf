"""Settings of hot spots."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class HotSpotSettings:
    """How hot spots are fixed, returned and worked on.

    Parameters
    ----------
    visits_week
        Visits that each place of a term has at least in a week of a plan that takes the term. One
        of 15 minutes a day, as in Southend and Bedfordshire (DOMAIN 3.1.6, 3.1.7); a choice of
        ours.
    top
        So many first places of a month's forecast count as hot; Southend chose 20 (DOMAIN 3.1.6),
        a choice of ours.
    problem_months
        A place hot for so many months in a row is asked for a problem record (DOMAIN 3.4.24).
    return_fields
        Columns of the return, in order, each ``field`` or ``field=Heading``. The Home Office asks
        for patrols and hours, incidents and enforcement (DOMAIN 3.2.16); its exact template was
        not verified (DOMAIN 3.2.18), so that names and order are yours to set.
    """

    visits_week: int = 7
    top: int = 20
    problem_months: int = 3
    return_fields: str = (
        "hot_spot,cell_id,name,month,patrol_hours,officer_hours,visits,days_counted,days,"
        "incidents,arrests,stop_searches,weapons_seized"
    )
