"""Breaches of what happened, as values with an owner: recorded, never mended, closed by a decision.

A history is kept whether or not it was lawful; what is wrong with it is found here each time anew.
That nothing was found does not mean that it was lawful: the belief is not judged.

Source: HOUSE_STYLE 13.2; DOMAIN 1.7.43; NEEDS B6 and D (part 5).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from rightplace.powers.law.keys import TELLINGS, Key
from rightplace.powers.law.provisions import Layer
from rightplace.powers.ranks import Rank
from rightplace.powers.section_60 import rules
from rightplace.powers.section_60.authorisation import Authorisation, authorisation_of
from rightplace.powers.section_60.defects import About, Defect, against, asked_here, defect
from rightplace.powers.section_60.gates import formal_defects
from rightplace.powers.section_60.grounds import Form
from rightplace.powers.section_60.prompts import (
    answers_to,
    review_due,
    review_points,
    tell_due,
)
from rightplace.powers.section_60.questions import is_superintendent, must_inform
from rightplace.powers.section_60.settings import Section60Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from rightplace.powers.law.limits import Limits
    from rightplace.powers.section_60.happened import Officer
    from rightplace.powers.section_60.history import History

MINUTE = timedelta(minutes=1)


class Owner(StrEnum):
    """Who has to answer for a breach and decide on it."""

    AUTHORISER = "authorising officer"
    SUPERINTENDENT = "superintendent"
    STANDARDS = "superintendent and professional standards"


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """Something that was done otherwise than a rule asks.

    Parameters
    ----------
    provision
        The rule, to the section.
    finding
        What was found, beside what is asked.
    owner
        Who decides on it.
    layer
        Whether law, code, scheme, the force's policy or this service asks for it.
    about
        Part of the record.
    verified
        Whether the text of the rule was read.
    """

    provision: str
    finding: str
    owner: Owner
    layer: Layer
    about: About
    verified: bool = True


def breaches(
    history: History,
    *,
    limits: Limits,
    at: datetime | None = None,
    settings: Section60Settings | None = None,
) -> tuple[Breach, ...]:
    """Return every breach found in what happened, most basic first; empty where none was found.

    Parameters
    ----------
    history
        All that was entered. One that was never given has no breaches.
    limits
        Those on its start.
    at
        Now, where it may still run: what can still be done in time is no breach yet. None for one
        that is over.
    settings
        Lengths of the clocks.
    """
    view = authorisation_of(history)
    if view.given is None:
        return ()
    chosen = Section60Settings() if settings is None else settings
    found = [
        *formal_defects(history, limits=limits, at=view.given.at, settings=chosen),
        *_entered_late(view, chosen),
        *_not_written(view, limits, chosen, at=at),
        *_not_informed(view, limits, chosen, at=at),
        *_not_told(view, limits, chosen, at=at),
        *_out_of_order(view),
        *_not_asked(view, chosen, at=at),
        *_reviewed_late(view, chosen),
    ]
    layers, parts = list(Layer), list(About)
    found.sort(key=lambda each: (layers.index(each.layer), parts.index(each.about)))
    return tuple(_owned(each) for each in found)


def _passed(due: datetime, at: datetime | None) -> bool:
    """Return whether a time has passed, as it has for whatever is over."""
    return at is None or due < at


def _owned(found: Defect) -> Breach:
    """Return a finding with its owner: nobody decides on their own act."""
    if found.layer is Layer.SERVICE:
        owner = Owner.AUTHORISER
    else:
        by_superintendent = found.about is About.EXTENSION
        owner = Owner.STANDARDS if by_superintendent else Owner.SUPERINTENDENT
    return Breach(
        provision=found.provision,
        finding=found.finding,
        owner=owner,
        layer=found.layer,
        about=found.about,
        verified=found.verified,
    )


def _entered_late(view: Authorisation, settings: Section60Settings) -> Iterator[Defect]:
    acts = (("given", view.given), *(("extended", each) for each in view.extensions))
    for verb, act in acts:
        if act is None or act.entered_late_by <= settings.sign_minutes * MINUTE:
            continue
        signed = "not signed" if act.signed_at is None else f"signed {rules.clock(act.signed_at)}"
        finding = (
            f"late entry: {verb} {rules.clock(act.at)}, {signed}, "
            f"entered {rules.clock(act.entered_at)}"
        )
        about = About.FORM if verb == "given" else About.EXTENSION
        yield asked_here("entered when it happens", finding, about=about)
    for each in view.informed:
        since = each.at if view.given is None else max(each.at, view.given.entered_at)
        if each.entered_at - since > settings.inform_minutes * MINUTE:
            finding = (
                f"late entry: a superintendent informed {rules.clock(each.at)}, "
                f"entered {rules.clock(each.entered_at)}"
            )
            yield asked_here("entered when it happens", finding, about=About.NOTICE)


def _not_written(
    view: Authorisation, limits: Limits, settings: Section60Settings, *, at: datetime | None
) -> Iterator[Defect]:
    spoken = [each for each in (view.given, *view.extensions) if each and each.form is Form.ORAL]
    for number, act in enumerate(spoken):
        is_first = act is view.given
        key = Key.ORAL_GROUNDS if is_first else Key.IN_WRITING
        about = About.FORM if is_first else About.EXTENSION
        verb = "given" if is_first else "extended"
        down = view.written_down[number] if number < len(view.written_down) else None
        if down is not None and _is_another(act.by, down.by):
            finding = (
                f"{verb} orally at {rules.clock(act.at)}, signed by {down.by.name} "
                f"({down.by.number}), not by {act.by.name} ({act.by.number}) who gave it"
            )
            yield against(limits, Key.IN_WRITING, finding, about=about)
        if down is None and not _passed(act.at + settings.write_minutes * MINUTE, at):
            continue
        if down is None:
            finding = f"{verb} orally at {rules.clock(act.at)} and not recorded in writing"
            yield against(limits, key, finding, about=about)
        elif down.at - act.at > settings.write_minutes * MINUTE:
            finding = (
                f"{verb} orally at {rules.clock(act.at)}, in writing at {rules.clock(down.at)}; "
                "the Act asks for it as soon as practicable"
            )
            yield asked_here("oral authority in writing", finding, about=about)


def _is_another(one: Officer, other: Officer) -> bool:
    """Return whether two officers are told apart by the numbers on the written authority."""
    first, second = one.number.strip().casefold(), other.number.strip().casefold()
    return bool(first and second) and first != second


def _not_informed(
    view: Authorisation, limits: Limits, settings: Section60Settings, *, at: datetime | None
) -> Iterator[Defect]:
    if view.given is None or not must_inform(view, limits):
        return
    told = [each.at for each in view.informed if is_superintendent(each.whom, limits)]
    due = view.given.at + settings.inform_minutes * MINUTE
    if not told and not _passed(due, at):
        return
    if not told:
        finding = "no superintendent is recorded as informed"
        if view.given.by.rank is Rank.INSPECTOR:
            yield against(limits, Key.INFORM_RANK, finding, about=About.NOTICE)
        else:
            yield asked_here("superintendent informed", finding, about=About.NOTICE)
    elif told[0] > due:
        finding = (
            f"a superintendent was informed at {rules.clock(told[0])}, "
            f"{(told[0] - view.given.at) / MINUTE:.0f} minutes after it was given; "
            "the Act asks for it as soon as practicable"
        )
        yield asked_here("superintendent informed", finding, about=About.NOTICE)


def _not_told(
    view: Authorisation, limits: Limits, settings: Section60Settings, *, at: datetime | None
) -> Iterator[Defect]:
    rule = limits.strictest(Key.COMMUNICATE)
    if rule is None or view.told or rule.value == TELLINGS[0]:
        return
    start = view.runs_from
    if start is not None and not _passed(tell_due(start, settings=settings), at):
        return
    finding = f"no word on whether the public was told; asked: {rule.value}"
    yield defect(rule, finding, about=About.NOTICE)


def _out_of_order(view: Authorisation) -> Iterator[Defect]:
    given, refused, revoked = view.given, view.refused, view.revoked
    if given is not None and refused is not None and refused.at <= given.at:
        finding = f"given {rules.clock(given.at)}, after it was refused {rules.clock(refused.at)}"
        yield asked_here("order of events", finding, about=About.FORM)
    if revoked is not None and view.ended_early is None and view.planned_end is not None:
        end = rules.clock(view.planned_end)
        finding = f"revoked {rules.clock(revoked.at)}, after it had ended {end}"
        yield asked_here("order of events", finding, about=About.FORM)


def _not_asked(
    view: Authorisation, settings: Section60Settings, *, at: datetime | None
) -> Iterator[Defect]:
    late = settings.escalate_minutes * MINUTE
    for point in review_points(view, settings=settings):
        answers = answers_to(view, point, settings=settings)
        if not answers and _passed(point + late, at):
            finding = f"nobody said at {rules.clock(point)} whether it was still needed"
            yield asked_here("necessity review", finding, about=About.NECESSITY)
        elif answers and min(answers) - point > late:
            finding = (
                f"whether it was still needed was asked for {rules.clock(point)} and answered "
                f"{rules.clock(min(answers))}"
            )
            yield asked_here("necessity review", finding, about=About.NECESSITY)


def _reviewed_late(view: Authorisation, settings: Section60Settings) -> Iterator[Defect]:
    if view.end is None or view.reviewed is None:
        return
    due = review_due(view.end, settings=settings)
    if view.reviewed.at > due:
        finding = f"reviewed {rules.clock(view.reviewed.at)}; it was due {rules.clock(due)}"
        yield asked_here("review", finding, about=About.REVIEW)
