"""The words of an authorisation: its grounds with their limbs, its forms, parts of its impact.

Source: Criminal Justice and Public Order Act 1994, section 60(1); DOMAIN 1.1 and 1.8.
"""

from __future__ import annotations

from enum import StrEnum


class Ground(StrEnum):
    """On what an authorisation rests, section 60(1)."""

    ANTICIPATION = "a"
    AFTER_INCIDENT = "aa"
    CARRYING = "b"


class Limb(StrEnum):
    """What has to be believed for a ground; each limb is evidenced by itself."""

    VIOLENCE_MAY_COME = "violence-may-come"
    EXPEDIENT_TO_PREVENT = "expedient-to-prevent"
    VIOLENCE_TOOK_PLACE = "violence-took-place"
    WEAPON_CARRIED = "weapon-carried"
    EXPEDIENT_TO_FIND = "expedient-to-find"
    CARRIED_WITHOUT_REASON = "carried-without-reason"


LIMBS: dict[Ground, tuple[Limb, ...]] = {
    Ground.ANTICIPATION: (Limb.VIOLENCE_MAY_COME, Limb.EXPEDIENT_TO_PREVENT),
    Ground.AFTER_INCIDENT: (
        Limb.VIOLENCE_TOOK_PLACE,
        Limb.WEAPON_CARRIED,
        Limb.EXPEDIENT_TO_FIND,
    ),
    Ground.CARRYING: (Limb.CARRIED_WITHOUT_REASON,),
}
"""The limbs of each ground, all needed (DOMAIN 1.1.3-5)."""


class Form(StrEnum):
    """How an authorisation or a direction was first given."""

    WRITTEN = "written"
    """Typed and signed here."""
    ORAL = "oral"
    """Spoken; written down later."""
    PAPER = "paper"
    """Written and signed on paper; entered here later."""


class ImpactPart(StrEnum):
    """A part of the community impact assessment (DOMAIN 1.8.51)."""

    OWNER = "owner"
    CONTACT = "contact"
    TENSION = "tension"
    EVENTS_NEARBY = "events-nearby"
    YOUNG_PEOPLE = "young-people"
    TRUST = "trust"
    COMMUNICATION = "communication"
    ACTION = "action"
    FEEDBACK = "feedback"
