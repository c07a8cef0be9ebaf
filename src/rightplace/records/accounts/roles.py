"""Roles and what each may do: a closed table. Whoever has a role has it for an area and a time."""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """One thing that somebody may do."""

    SEE_PICTURE = "see-picture"
    SEE_FORECAST = "see-forecast"
    SEE_PLAN = "see-plan"
    SEE_BRIEF = "see-brief"
    SEE_DELIVERY = "see-delivery"
    SEE_DATA = "see-data"
    SEE_ROSTER = "see-roster"
    SEE_SURGE = "see-surge"
    SEE_PARTNER_PRODUCTS = "see-partner-products"
    SEE_PUBLISHED_FIGURES = "see-published-figures"
    INGEST = "ingest"
    RUN_JOBS = "run-jobs"
    PUBLISH = "publish"
    NOMINATE_PLACES = "nominate-places"
    CHANGE_PLAN = "change-plan"
    DECIDE = "decide"
    PUBLISH_ROSTER = "publish-roster"
    BRIEF_CREWS = "brief-crews"
    ACKNOWLEDGE = "acknowledge"
    LOG_VISITS = "log-visits"
    REQUEST_PRODUCTS = "request-products"
    APPROVE_SHARING = "approve-sharing"
    READ_AUDIT = "read-audit"
    STOP = "stop"
    RESTART = "restart"
    HOLD = "hold"
    ANSWER_SUBJECTS = "answer-subjects"
    ERASE = "erase"
    EXPORT_PERSONAL = "export-personal"
    MANAGE_ACCOUNTS = "manage-accounts"
    APPROVE_GRANTS = "approve-grants"
    SEAL_CODES = "seal-codes"
    APPROVE_BREAK_GLASS = "approve-break-glass"
    REVIEW_BREAK_GLASS = "review-break-glass"
    BACK_UP = "back-up"
    SEE_SECTION_60 = "see-section-60"
    DRAFT_SECTION_60 = "draft-section-60"
    AUTHORISE_SECTION_60 = "authorise-section-60"
    EXTEND_SECTION_60 = "extend-section-60"
    REVIEW_SECTION_60 = "review-section-60"
    PUBLISH_SECTION_60 = "publish-section-60"
    SEE_SEARCHES = "see-searches"
    RECORD_SEARCHES = "record-searches"
    GIVE_STATEMENTS = "give-statements"
    SCRUTINISE = "scrutinise"
    ANSWER_PANEL = "answer-panel"
    SEE_OPERATIONS = "see-operations"
    REGISTER_OPERATIONS = "register-operations"
    APPROVE_EFFECT = "approve-effect"
    SEE_INVESTIGATION = "see-investigation"
    SEE_WORKFORCE = "see-workforce"


class Role(StrEnum):
    """What somebody is to the service (CAPABILITIES, Users)."""

    AREA_COMMANDER = "area commander"
    TASKING_CHAIR = "tasking chair"
    SUPERINTENDENT = "superintendent"
    DUTY_INSPECTOR = "duty inspector"
    SERGEANT = "sergeant"
    OFFICER = "officer"
    DETECTIVE_MANAGER = "detective manager"
    RESOURCE_PLANNER = "resource planner"
    INTELLIGENCE_OFFICER = "intelligence officer"
    WANTED_PERSONS_UNIT = "wanted-persons unit"
    SAFEGUARDING_LEAD = "safeguarding lead"
    ANALYST = "analyst"
    DATA_PROTECTION_OFFICER = "data protection officer"
    PARTNER = "partner"
    SCRUTINY_PANEL = "scrutiny panel"
    ADMINISTRATOR = "administrator"


P = Permission
_PUBLIC = frozenset({P.SEE_PUBLISHED_FIGURES})
_PICTURE = _PUBLIC | {P.SEE_PICTURE, P.SEE_PARTNER_PRODUCTS}
_PLANS = (
    _PICTURE
    | {P.SEE_FORECAST, P.SEE_PLAN, P.SEE_BRIEF, P.SEE_DELIVERY, P.SEE_ROSTER}
    | {P.SEE_OPERATIONS}
)
_OFFICER = _PUBLIC | {P.SEE_BRIEF, P.ACKNOWLEDGE, P.LOG_VISITS, P.RECORD_SEARCHES}
_SUPERVISOR = frozenset({P.SEE_SECTION_60, P.DRAFT_SECTION_60, P.RECORD_SEARCHES, P.SEE_SEARCHES})
_INSPECTOR = (
    _PLANS
    | {P.BRIEF_CREWS, P.NOMINATE_PLACES, P.CHANGE_PLAN, P.APPROVE_BREAK_GLASS}
    | _SUPERVISOR
    | {P.AUTHORISE_SECTION_60, P.REVIEW_SECTION_60, P.GIVE_STATEMENTS}
)
_COMMAND = frozenset({P.EXTEND_SECTION_60, P.PUBLISH_SECTION_60, P.ANSWER_PANEL})
_CAPACITY = frozenset({P.SEE_INVESTIGATION, P.SEE_WORKFORCE})

MAY: dict[Role, frozenset[Permission]] = {
    Role.AREA_COMMANDER: _INSPECTOR
    | _COMMAND
    | {P.SEE_SURGE, P.DECIDE, P.SEE_DATA, P.STOP, P.REVIEW_BREAK_GLASS, P.APPROVE_EFFECT}
    | _CAPACITY,
    Role.TASKING_CHAIR: _PLANS
    | {P.SEE_SURGE, P.DECIDE, P.CHANGE_PLAN, P.SEE_DATA, P.STOP, P.SEE_SEARCHES}
    | {P.APPROVE_EFFECT}
    | _CAPACITY,
    Role.SUPERINTENDENT: _INSPECTOR | _COMMAND | {P.SEE_SURGE, P.DECIDE, P.REVIEW_BREAK_GLASS},
    Role.DUTY_INSPECTOR: _INSPECTOR,
    Role.SERGEANT: _OFFICER
    | _SUPERVISOR
    | {P.SEE_PLAN, P.SEE_DELIVERY, P.SEE_ROSTER, P.BRIEF_CREWS, P.NOMINATE_PLACES},
    Role.OFFICER: _OFFICER,
    Role.DETECTIVE_MANAGER: _PICTURE | {P.SEE_PLAN, P.SEE_ROSTER} | _CAPACITY,
    Role.RESOURCE_PLANNER: _PUBLIC
    | {P.SEE_PLAN, P.SEE_ROSTER, P.SEE_SURGE, P.PUBLISH_ROSTER, P.SEE_WORKFORCE},
    Role.INTELLIGENCE_OFFICER: _PICTURE | {P.SEE_FORECAST, P.NOMINATE_PLACES, P.SEE_SECTION_60},
    Role.WANTED_PERSONS_UNIT: _PICTURE,
    Role.SAFEGUARDING_LEAD: _PICTURE,
    Role.ANALYST: _PLANS
    | {P.SEE_SURGE, P.SEE_DATA, P.INGEST, P.RUN_JOBS, P.PUBLISH, P.NOMINATE_PLACES}
    | {P.CHANGE_PLAN, P.SEE_SEARCHES, P.SEE_SECTION_60, P.REGISTER_OPERATIONS}
    | _CAPACITY,
    Role.DATA_PROTECTION_OFFICER: _PUBLIC
    | {P.SEE_DATA, P.READ_AUDIT, P.STOP, P.RESTART, P.HOLD, P.ANSWER_SUBJECTS, P.ERASE}
    | {P.SEE_SEARCHES, P.GIVE_STATEMENTS}
    | {P.EXPORT_PERSONAL, P.SEE_PARTNER_PRODUCTS, P.APPROVE_SHARING, P.APPROVE_GRANTS}
    | {P.REVIEW_BREAK_GLASS},
    Role.PARTNER: _PUBLIC | {P.SEE_PARTNER_PRODUCTS, P.REQUEST_PRODUCTS},
    Role.SCRUTINY_PANEL: _PUBLIC
    | {P.SEE_SECTION_60, P.SEE_SEARCHES, P.SCRUTINISE, P.SEE_OPERATIONS},
    Role.ADMINISTRATOR: _PUBLIC | {P.MANAGE_ACCOUNTS, P.APPROVE_GRANTS, P.SEAL_CODES, P.BACK_UP},
}
"""What each role may do, for the area and time of its grant. The administrator sees no plan; who
reads the audit chain grants nothing alone. A role is not a rank: whether an authorisation is given
by an officer of the rank is asked of the ranks they hold. A choice of ours after CAPABILITIES,
Users, and S7 to S9."""

SECOND_PERSON = frozenset({P.EXPORT_PERSONAL, P.ERASE, P.RESTART})
"""What two people who both may do it do together (DOMAIN 9.5.24, NEEDS A4)."""

GRANTED_BY_TWO = frozenset({Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER})
"""Roles that are in force only once a second person has approved the grant."""

NOT_BY_BREAK_GLASS = frozenset(
    {P.MANAGE_ACCOUNTS, P.APPROVE_GRANTS, P.SEAL_CODES, P.APPROVE_BREAK_GLASS}
    | {P.REVIEW_BREAK_GLASS, P.ERASE, P.EXPORT_PERSONAL, P.RESTART, P.APPROVE_SHARING}
    | {P.APPROVE_EFFECT}
)
"""What nobody may do who logged in by break-glass: it is for the shift, not for the service."""
