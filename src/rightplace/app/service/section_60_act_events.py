"""What was typed into the page of an act, read as things that happened; every fault is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rightplace.app.service.section_60_act_fields import Act
from rightplace.app.service.section_60_words import IMPACT
from rightplace.powers.ranks import Rank, RankKind
from rightplace.powers.section_60.grounds import Form, ImpactPart
from rightplace.powers.section_60.happened import Officer
from rightplace.powers.section_60.history import (
    Authorised,
    Extended,
    HandedOver,
    ImpactNoted,
    NecessityAnswered,
    PublicTold,
    Published,
    ReasonGiven,
    Refused,
    Reviewed,
    Revoked,
    SuperintendentInformed,
    WrittenDown,
)
from rightplace.powers.section_60.questions import Gate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from rightplace.app.service.section_60_draft_typed import Typed60
    from rightplace.powers.section_60.happened import Happened

YES: Final = {"yes": "Yes", "no": "No"}
MOST_NUMBER = 20
"""Longest warrant or collar number; a choice of ours."""


def read_act(
    act: Act,
    typed: Typed60,
    *,
    due_at: datetime,
    officers: Mapping[str, Officer],
) -> Happened | None:
    """Return what an act makes happen; None where a field is wrong, which ``typed`` then says.

    Parameters
    ----------
    act
        Which.
    typed
        The form as it was sent.
    due_at
        The review point that an answer is about.
    officers
        To whom it may be handed over, by account.
    """
    if act is Act.NECESSITY:
        found = _necessity(typed, due_at)
    elif act is Act.HAND_OVER:
        found = _hand_over(typed, officers)
    else:
        found = _READ[act](typed)
    return None if typed.faults else found


def _own_number(typed: Typed60) -> Officer:
    """Return who sends the form, with the number that they typed."""
    by = typed.by
    number = _number(typed, "number")
    return Officer(id=by.id, name=by.name, number=number, rank=by.rank, kind=by.kind)


def _number(typed: Typed60, name: str) -> str:
    if not typed.fields.get(name, "").strip():
        typed.fault(name, "The number is missing: the warrant or collar number.")
        return ""
    number = typed.words(name, what="The number")
    if len(number) > MOST_NUMBER:
        typed.fault(name, f"A number has at most {MOST_NUMBER} characters.")
    return number


def _officer(typed: Typed60, prefix: str) -> Officer:
    """Return an officer who is named on the form."""
    ranks = {each.value: each.value for each in Rank}
    kinds = {each.value: each.value for each in RankKind}
    name = typed.words(f"{prefix}_name", what="The name")
    number = _number(typed, f"{prefix}_number")
    rank = typed.chosen(f"{prefix}_rank", ranks, ask="Choose the rank held at that moment.")
    kind = typed.chosen(f"{prefix}_kind", kinds, ask="Choose how the rank was held.")
    return Officer(
        id="",
        name=name,
        number=number,
        rank=Rank(rank) if rank else None,
        kind=RankKind(kind) if kind else None,
    )


def _past(typed: Typed60, name: str, *, what: str) -> datetime:
    """Return a moment that is not to come; the time now where a fault is noted."""
    moment = typed.moment(name, what=what)
    if moment is not None and moment > typed.at:
        typed.fault(f"{name}_day", f"{what}: that is to come. Enter what happened, once it did.")
    return typed.at if moment is None or moment > typed.at else moment


def _sign(typed: Typed60) -> Happened:
    by, at = _own_number(typed), typed.at
    return Authorised(at=at, entered_at=at, by=by, form=Form.WRITTEN, signed_at=at)


def _refuse(typed: Typed60) -> Happened:
    reason = typed.words("reason", what="The reason")
    return Refused(at=typed.at, entered_at=typed.at, by=typed.by, reason=reason)


def _reason(typed: Typed60) -> Happened:
    gates = {each.value: "" for each in Gate}
    gate = typed.chosen("gate", gates, ask="Choose what the reason is for.")
    reason = typed.words("reason", what="The reason")
    return ReasonGiven(at=typed.at, entered_at=typed.at, by=typed.by, gate=gate, reason=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Elsewhere:
    """How something was given that was not signed here, by whom and when."""

    form: Form
    by: Officer
    at: datetime
    signed_at: datetime | None


def _elsewhere(typed: Typed60) -> _Elsewhere:
    """Return how something was given orally or on paper, faults noted."""
    forms = {Form.ORAL.value: "", Form.PAPER.value: ""}
    form = typed.chosen("form", forms, ask="Choose how it was given.")
    giver = _officer(typed, "giver")
    given = _past(typed, "given", what="When it was given")
    signed = None
    if typed.fields.get("signed_day", "").strip() or typed.fields.get("signed_time", "").strip():
        signed = _past(typed, "signed", what="When it was signed")
        if not typed.faults and signed < given:
            typed.fault("signed_day", "It was signed before it was given: check the times.")
    elif form == Form.PAPER:
        typed.fault("signed_day", "On paper it was signed: give when.")
    kind = Form(form) if form else Form.PAPER
    return _Elsewhere(form=kind, by=giver, at=given, signed_at=signed)


def _late(typed: Typed60) -> Happened:
    how = _elsewhere(typed)
    return Authorised(
        at=how.at, entered_at=typed.at, by=how.by, form=how.form, signed_at=how.signed_at
    )


def _late_extension(typed: Typed60) -> Happened:
    how, until = _elsewhere(typed), typed.moment("until", what="The new end")
    return Extended(
        at=how.at,
        entered_at=typed.at,
        by=how.by,
        until=typed.at if until is None else until,
        offences=_lines(typed),
        words=typed.words("words", what="Why it was found expedient"),
        form=how.form,
        signed_at=how.signed_at,
    )


def _lines(typed: Typed60) -> tuple[str, ...]:
    """Return the offences that are named, one a line."""
    lines = typed.optional("offences", what="References of the offences").splitlines()
    return tuple(each.strip() for each in lines if each.strip())


def _write_down(typed: Typed60) -> Happened:
    return WrittenDown(at=typed.at, entered_at=typed.at, by=_own_number(typed))


def _inform(typed: Typed60) -> Happened:
    whom, at = _officer(typed, "whom"), _past(typed, "told", what="When they were informed")
    return SuperintendentInformed(at=at, entered_at=typed.at, by=typed.by, whom=whom)


def _tell(typed: Typed60) -> Happened:
    told = typed.chosen("public_told", YES, ask="Choose whether the public was told.")
    words = typed.words("words", what="How, or why not")
    return PublicTold(
        at=typed.at, entered_at=typed.at, by=typed.by, told=told == "yes", words=words
    )


def _extend(typed: Typed60) -> Happened:
    by, until = _own_number(typed), typed.moment("until", what="The new end")
    words = typed.words("words", what="Why it is expedient")
    return Extended(
        at=typed.at,
        entered_at=typed.at,
        by=by,
        until=typed.at if until is None else until,
        offences=_lines(typed),
        words=words,
        form=Form.WRITTEN,
        signed_at=typed.at,
    )


def _necessity(typed: Typed60, due_at: datetime) -> Happened:
    needed = typed.chosen("needed", YES, ask="Choose whether the belief still holds.")
    words = typed.words("words", what="Why")
    return NecessityAnswered(
        at=typed.at,
        entered_at=typed.at,
        by=typed.by,
        due_at=due_at,
        still_needed=needed == "yes",
        words=words,
    )


def _hand_over(typed: Typed60, officers: Mapping[str, Officer]) -> Happened:
    names = {each: officer.name for each, officer in officers.items()}
    to = typed.chosen("to", names, ask="Choose the oncoming duty officer.")
    words = typed.words("words", what="What they need to know")
    whom = officers.get(to, typed.by)
    return HandedOver(at=typed.at, entered_at=typed.at, by=typed.by, to=whom, words=words)


def _revoke(typed: Typed60) -> Happened:
    reason = typed.words("reason", what="The reason")
    return Revoked(at=typed.at, entered_at=typed.at, by=typed.by, reason=reason)


def _note(typed: Typed60) -> Happened:
    parts = {part.value: words for part, words in IMPACT.items()}
    part = typed.chosen("part", parts, ask="Choose what it is about.")
    words = typed.words("words", what="The note")
    who = typed.optional("who", what="The office")
    return ImpactNoted(
        at=typed.at,
        entered_at=typed.at,
        by=typed.by,
        part=ImpactPart(part) if part else ImpactPart.FEEDBACK,
        words=words,
        who=who,
    )


def _review(typed: Typed60) -> Happened:
    return Reviewed(
        at=typed.at,
        entered_at=typed.at,
        by=typed.by,
        violence=typed.words("violence", what="Whether the feared violence came"),
        weapons=typed.words("weapons", what="What was found"),
        complaints=typed.words("complaints", what="What was complained of"),
        feedback=typed.words("feedback", what="What the community was told, and said"),
        learning=typed.words("learning", what="What is decided for next time"),
        explanation=typed.words("explanation", what="The explanation of the searches by group"),
    )


def _publish(typed: Typed60) -> Happened:
    return Published(at=typed.at, entered_at=typed.at, by=typed.by)


_READ: dict[Act, Callable[[Typed60], Happened]] = {
    Act.SIGN: _sign,
    Act.REFUSE: _refuse,
    Act.REASON: _reason,
    Act.LATE_ENTRY: _late,
    Act.WRITE_DOWN: _write_down,
    Act.INFORM: _inform,
    Act.TELL: _tell,
    Act.EXTEND: _extend,
    Act.LATE_EXTENSION: _late_extension,
    Act.REVOKE: _revoke,
    Act.NOTE: _note,
    Act.REVIEW: _review,
    Act.PUBLISH: _publish,
}
