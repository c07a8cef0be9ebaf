"""A formal defect: which provision, what was found, and which part of the record it is about."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rightplace.powers.law.provisions import Layer

if TYPE_CHECKING:
    from rightplace.powers.law.keys import Key
    from rightplace.powers.law.limits import Limits
    from rightplace.powers.law.provisions import Provision


class About(StrEnum):
    """Part of the record that a finding is about, in the order in which they are asked."""

    RANK = "rank"
    GROUNDS = "grounds"
    INCIDENT = "incident"
    LOCALITY = "locality"
    PERIOD = "period"
    OTHER_POWERS = "other-powers"
    IMPACT = "impact"
    FORM = "form"
    NOTICE = "notice"
    EXTENSION = "extension"
    NECESSITY = "necessity"
    REVIEW = "review"


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """Something formal that is wrong: never whether the belief was reasonable.

    Parameters
    ----------
    provision
        What asks for it, to the section.
    finding
        What was found, beside what is asked.
    layer
        Whether law, code, scheme, the force's policy or this service asks for it.
    about
        Part of the record.
    verified
        Whether the text of the provision was read (see the tables of the law).
    """

    provision: str
    finding: str
    layer: Layer
    about: About
    verified: bool = True


def defect(rule: Provision, finding: str, *, about: About) -> Defect:
    """Return a defect against a rule."""
    return Defect(
        provision=rule.provision,
        finding=finding,
        layer=rule.layer,
        about=about,
        verified=rule.verified,
    )


def against(limits: Limits, key: Key, finding: str, *, about: About) -> Defect:
    """Return a defect against the first rule about something: the statute's, where it has one.

    Where no rule is about it on that day, it is asked by this service.
    """
    rules = limits.of(key)
    if rules:
        return defect(rules[0], finding, about=about)
    return asked_here(str(key).replace("_", " "), finding, about=about)


def asked_here(what: str, finding: str, *, about: About) -> Defect:
    """Return a defect that this service finds and no law asks about.

    Parameters
    ----------
    what
        Name of the field of the record (DOMAIN 1.8).
    finding
        What was found.
    about
        Part of the record.
    """
    provision = f"Full record of an authorisation: {what}"
    return Defect(provision=provision, finding=finding, layer=Layer.SERVICE, about=about)
