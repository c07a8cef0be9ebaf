"""What each column of the CSV files of plans, dosage and workforce means, their cells as text.

The readers own which columns there are; a test compares them with what stands here.
"""

from __future__ import annotations

from rightplace.deploy.replan import abstractions, done_file
from rightplace.deploy.workforce.first_postings import POSTING_MEANINGS

SET_BY = "Who set it; needed."
UNTIL = "Last day on which it holds, such as 2018-12-31; a row that has run out is refused."

COVER = {
    "bcu": "Command whose crews keep minutes for response.",
    "weekday": "mon to sun, of the policing day; empty for every day.",
    "shift": "Name of a shift of the study area.",
    "minutes": "Crew minutes that no visit may use, 0 or more.",
    "set_by": SET_BY,
    "until": UNTIL,
}
FAIRNESS = {
    "borough": "Name; empty for every borough that has crews.",
    "per": "1000_residents, or violent_crime (reported by victims over four weeks).",
    "least": "Patrol minutes in places over four weeks per unit, at least; empty for none.",
    "most": "The same at most; empty for none.",
    "set_by": SET_BY,
    "until": UNTIL,
}
RESIDENTS = {
    "cell_id": "Place of the study area.",
    "residents": "People who live there, 0 or more.",
}
PLACE_LIMITS = {
    "cell_id": "Place of the study area, once.",
    "day_least": "Visits on every policing day at least; empty sets none, here and below.",
    "day_most": "Visits on a policing day at most.",
    "plan_least": "Visits over the plan at least.",
    "plan_most": "Visits over the plan at most.",
    "specialist_share": "Share of the visits in a shift that specialists make, 0 to 1, rounded up.",
    "reason": "Why; needed.",
    "set_by": SET_BY,
    "until": UNTIL,
}
NOMINATED = {
    "cell_id": "Place that somebody wants visited; or lon and lat.",
    "lon": "Longitude in degrees, where no cell_id is given.",
    "lat": "Latitude in degrees.",
    "kind": "What kind of place or worry, in the author's word; may be empty.",
    "visits": "Visits asked for over the plan, 1 or more; or minutes.",
    "minutes": "Minutes in the place asked for over the plan; whole visits, rounded up.",
    "reason": "Why; crews read it.",
    "author": "Who nominates it; kept with the plan, not shown to crews.",
    "expires": "Last day on which it holds.",
}
NEVER_HELD_OUT = {
    "cell_id": "Place that keeps its visits whatever the lot.",
    "kind": "live_threat, aftermath, section_60, nominated or command.",
    "reason": "Why; needed.",
    "set_by": SET_BY,
    "until": UNTIL,
}
LOGS = {
    "crew_id": "Crew that made the visit.",
    "officers": "Officers of the crew who were there, 1 or more.",
    "cell_id": "Where.",
    "arrived": "When it began, ISO 8601 with offset.",
    "left": "When it ended, ISO 8601 with offset.",
    "activity": "engage, licensing, weapon_sweep, other; several with ; between; may be empty.",
}
EXCUSED = {
    "visit_id": "Visit of the plan that leaves the reckoning.",
    "reason": "urgent_call or unsafe.",
}
FILES = {
    "plan-cover": ("plan --cover", COVER),
    "plan-fairness": ("plan --fairness", FAIRNESS),
    "plan-residents": ("plan --residents", RESIDENTS),
    "plan-place-limits": ("plan --place-limits", PLACE_LIMITS),
    "plan-nominated": ("plan --nominated", NOMINATED),
    "plan-never-hold-out": ("plan --never-hold-out", NEVER_HELD_OUT),
    "replan-done": ("replan --done", done_file.MEANINGS),
    "replan-abstractions": ("replan --abstractions", abstractions.MEANINGS),
    "dosage-logs": ("dosage --logs", LOGS),
    "dosage-excused": ("dosage --excused", EXCUSED),
    "workforce-first-postings": ("workforce forecast --first-postings", POSTING_MEANINGS),
}
"""By name of the schema: the option that takes the file, and its columns."""
