"""Hard gates: for what the service refuses to sign. That none was found never means lawful.

Give the history with the event that is about to be entered at its end: what would be wrong with it
then is found. Whether the belief was reasonable is no matter of form and is not judged.

Source: DOMAIN 1.7.43.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from rightplace.powers.law.keys import Key
from rightplace.powers.law.limits import limits_on
from rightplace.powers.section_60 import rules
from rightplace.powers.section_60.authorisation import authorisation_of
from rightplace.powers.section_60.defects import About, Defect, against
from rightplace.powers.section_60.grounds import Form
from rightplace.powers.section_60.settings import Section60Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from rightplace.powers.law.limits import Limits
    from rightplace.powers.law.policy import ForcePolicy
    from rightplace.powers.section_60.authorisation import Authorisation
    from rightplace.powers.section_60.history import History

NONE_FOUND = "None of the formal defects that are checked was found."
"""What the screen says where there is none; never that it is lawful."""


def limits_for(history: History, *, at: datetime, policy: ForcePolicy | None = None) -> Limits:
    """Return the limits of an authorisation: those on its start, or now where none is chosen.

    Parameters
    ----------
    history
        Its first draft at least, which names the force.
    at
        The moment that counts where no period is chosen yet.
    policy
        The force's own.
    """
    view = authorisation_of(history)
    force = "" if view.drafted is None else view.drafted.force
    return limits_on(at if view.period is None else view.period.starts, force=force, policy=policy)


def formal_defects(
    history: History,
    *,
    limits: Limits,
    at: datetime,
    settings: Section60Settings | None = None,
) -> tuple[Defect, ...]:
    """Return every formal defect, in the order of the questions; empty where none was found.

    Parameters
    ----------
    history
        What was entered, and at its end what is about to be (a signature, an extension). Rank and
        form are judged once it is given.
    limits
        Those on its start (``limits_for``).
    at
        Now: a period of the past is a late entry or a defect.
    settings
        How long before its signature a period may begin.
    """
    view = authorisation_of(history)
    chosen = Section60Settings() if settings is None else settings
    found = [
        *_given_found(view, limits),
        *rules.grounds_found(view, limits),
        *rules.locality_found(view, limits),
        *rules.period_found(view, limits),
        *_past_found(view, limits, at=at, grace=timedelta(minutes=chosen.sign_minutes)),
        *rules.fields_found(view),
        *rules.form_found(view, limits),
        *rules.extensions_found(view, limits),
    ]
    order = list(About)
    return tuple(sorted(found, key=lambda each: order.index(each.about)))


def _given_found(view: Authorisation, limits: Limits) -> Iterator[Defect]:
    if view.given is not None:
        yield from rules.rank_found(view.given.by, limits, key=Key.LOWEST_RANK, verb="given")


def _past_found(
    view: Authorisation, limits: Limits, *, at: datetime, grace: timedelta
) -> Iterator[Defect]:
    """Yield periods that lie before their authorisation: nothing is authorised backwards."""
    if view.period is None or (view.given is not None and view.given.form is not Form.WRITTEN):
        yield from _ended_before_given(view, limits)
        yield from _begun_before_given(view, limits, grace=grace)
        yield from _signed_later(view, limits, grace=grace)
        return
    signed = at if view.given is None else view.given.at
    if view.period.starts < signed - grace:
        finding = (
            f"starts {rules.clock(view.period.starts)}, in the past when it is signed at "
            f"{rules.clock(signed)}; what was given orally or on paper is a late entry"
        )
        yield against(limits, Key.IN_WRITING, finding, about=About.PERIOD)
    yield from _signed_later(view, limits, grace=grace)
    if view.given is not None and view.given.entered_late_by > grace:
        finding = (
            f"given {rules.clock(view.given.at)} and entered {rules.clock(view.given.entered_at)} "
            "as if it were signed here; enter it as given on paper or orally"
        )
        yield against(limits, Key.IN_WRITING, finding, about=About.FORM)


def _signed_later(view: Authorisation, limits: Limits, *, grace: timedelta) -> Iterator[Defect]:
    """Yield a signature long after it was given: until then it was not in writing."""
    given = view.given
    if given is None or given.form is Form.ORAL or given.signed_at is None:
        return
    if given.signed_at - given.at > grace:
        finding = (
            f"given {rules.clock(given.at)} and signed {rules.clock(given.signed_at)}: until then "
            "it was not in writing"
        )
        yield against(limits, Key.IN_WRITING, finding, about=About.FORM)


def _ended_before_given(view: Authorisation, limits: Limits) -> Iterator[Defect]:
    if view.period is None or view.given is None or view.given.at < view.period.ends:
        return
    finding = (
        f"given {rules.clock(view.given.at)}, after its period {rules.clock(view.period.ends)}"
    )
    yield against(limits, Key.IN_WRITING, finding, about=About.PERIOD)


def _begun_before_given(
    view: Authorisation, limits: Limits, *, grace: timedelta
) -> Iterator[Defect]:
    """Yield a period that began long before it was given: the powers run from then only."""
    if view.period is None or view.given is None or view.given.at >= view.period.ends:
        return
    if view.given.at - view.period.starts > grace:
        finding = (
            f"given {rules.clock(view.given.at)} for a period from "
            f"{rules.clock(view.period.starts)}, which is before it was given"
        )
        yield against(limits, Key.IN_WRITING, finding, about=About.PERIOD)
