"""Use case: one section 60 authorisation on its page: how it stands, what it says, its log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.app.service.figures import moment_words
from rightplace.app.service.section_60_act_fields import PAGES, Act
from rightplace.app.service.section_60_found import found_of
from rightplace.app.service.section_60_held import (
    as_officer,
    check_not_panel,
    checked_held,
    may,
    view_held,
)
from rightplace.app.service.section_60_live import live_of
from rightplace.app.service.section_60_offered import offered
from rightplace.app.service.section_60_outline import outline_of
from rightplace.app.service.section_60_words import GROUNDS, IMPACT, LIMBS, log_lines
from rightplace.core.time import Clock
from rightplace.powers.law.keys import MEANINGS
from rightplace.powers.section_60.authorisation import authorisation_of
from rightplace.powers.section_60.grounds import LIMBS as NEEDED
from rightplace.powers.section_60.grounds import Ground
from rightplace.powers.section_60.questions import open_questions
from rightplace.powers.section_60.states import State, entered_by, state_of
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.section_60_found import Found
    from rightplace.app.service.section_60_held import Held
    from rightplace.app.service.section_60_live import Live
    from rightplace.app.service.section_60_outline import Outline
    from rightplace.app.service.section_60_rules import Section60Rules
    from rightplace.app.service.section_60_words import LogLine
    from rightplace.app.service.shelf import Shelf
    from rightplace.powers.law.limits import Limits
    from rightplace.powers.law.provisions import Provision
    from rightplace.powers.section_60.authorisation import Authorisation

ZONE = Clock().tzinfo
"""Civil time of the Act, in which its times are shown."""
PURPOSE = "Look at a section 60 authorisation."


@dataclass(frozen=True, slots=True, kw_only=True)
class LimbShown:
    """A limb of a ground: empty facts where nobody stated it."""

    words: str
    is_stated: bool
    fact: str = ""
    source: str = ""
    grade: str = ""
    learnt: str = ""
    why_here: str = ""
    why_this_long: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundShown:
    """A ground with each of its limbs, and of (aa) the incident and the weapon sought."""

    code: str
    words: str
    limbs: tuple[LimbShown, ...]
    named: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleShown:
    """A rule of the regime that was applied, with its source and how far it was verified."""

    what: str
    value: str
    provision: str
    regime: str
    source: str
    status: str
    is_verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ActOffered:
    """An act that somebody may turn to now."""

    key: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section60Page:
    """An authorisation as its page shows it.

    Parameters
    ----------
    live, mark
        How it stands now, with the time left; what changes when something happens.
    locality, period
        What it says of them, with a heading each.
    outline
        None where no locality is chosen.
    impact
        The community impact assessment.
    regime
        Rules that bind it.
    found
        Formal defects, questions, prompts, breaches.
    acts
        What this person may turn to now.
    sees_register
        Whether they may open its breaches in the register, to decide on them.
    """

    reference: str
    bcu: str
    force: str
    state: State
    live: Live
    mark: str
    grounds: tuple[GroundShown, ...]
    locality: tuple[tuple[str, str], ...]
    outline: Outline | None
    period: tuple[tuple[str, str], ...]
    other_powers: str
    impact: tuple[tuple[str, str], ...]
    briefing: tuple[tuple[str, str], ...]
    regime: tuple[RuleShown, ...]
    found: Found
    log: tuple[LogLine, ...]
    acts: tuple[ActOffered, ...]
    may_draft: bool
    sees_register: bool
    shows_review: bool


def read_section_60(
    shelf: Shelf, reference: str, *, person: Person, at: datetime, rules: Section60Rules
) -> Section60Page:
    """Return an authorisation; the look is written in the audit chain.

    Parameters
    ----------
    shelf
        Where it is kept.
    reference
        Which.
    person
        Who looks.
    at
        The time now.
    rules
        By which the service works.
    """
    from rightplace.records.audit.transaction import transaction

    with transaction(shelf.database, person.actor, purpose=PURPOSE, at=at) as tx:
        held = view_held(tx, reference, person=person)
        check_not_panel(person, held)
        view = authorisation_of(held.history)
        found = found_of(tx, held, person=person, at=at, rules=rules)
    return _page(held, view, found, person=person, at=at, limits=rules.limits(view, at=at))


def read_section_60_live(
    shelf: Shelf, reference: str, *, person: Person, at: datetime
) -> tuple[Live, str]:
    """Return how an authorisation stands, and a mark that changes when its page should load anew.

    No look is written: whoever asks has the page before them.

    Parameters
    ----------
    shelf, reference, person, at
        As in ``read_section_60``.
    """
    from rightplace.records.audit.transaction import reading

    with reading(shelf.database) as quiet:
        held = checked_held(quiet, reference, person=person, permission=Permission.SEE_SECTION_60)
    check_not_panel(person, held)
    state = state_of(held.history, at)
    live = live_of(authorisation_of(held.history), state, at=at)
    return live, mark_of(held, state)


def mark_of(held: Held, state: State) -> str:
    """Return what changes when something happens to an authorisation."""
    return f"{state.value}-{len(held.history)}"


def _page(
    held: Held,
    view: Authorisation,
    found: Found,
    *,
    person: Person,
    at: datetime,
    limits: Limits,
) -> Section60Page:
    state = state_of(held.history, at)
    return Section60Page(
        reference=held.reference,
        bcu=held.bcu,
        force=held.drafted.force,
        state=state,
        live=live_of(view, state, at=at),
        mark=mark_of(held, state),
        grounds=tuple(_ground(view, each) for each in view.grounds),
        locality=locality_rows(view),
        outline=None if view.locality is None else outline_of(view.locality.outline),
        period=_period(view),
        other_powers="" if view.other_powers is None else view.other_powers.words,
        impact=tuple(
            (IMPACT[each.part], f"{each.who}: {each.words}" if each.who else each.words)
            for each in view.impact
        ),
        briefing=_briefing(view),
        regime=tuple(_rule(each) for each in limits.rules),
        found=found,
        log=log_lines(entered_by(held.history, at), ZONE),
        acts=tuple(
            ActOffered(key=each.value, words=PAGES[each].offer)
            for each in offered(held, person=person, at=at)
            if each is not Act.REASON or open_questions(found.questions)
        ),
        sees_register=may(as_officer(person), Permission.EXTEND_SECTION_60, held),
        may_draft=state is State.DRAFT and may(person, Permission.DRAFT_SECTION_60, held),
        shows_review=view.given is not None
        and state not in {State.AUTHORISED, State.ACTIVE, State.EXTENDED},
    )


def _ground(view: Authorisation, ground: Ground) -> GroundShown:
    limbs = []
    for limb in NEEDED[ground]:
        stated, words = view.limb(ground, limb), LIMBS[limb]
        if stated is None:
            limbs.append(LimbShown(words=words, is_stated=False))
            continue
        limbs.append(
            LimbShown(
                words=words,
                is_stated=True,
                fact=stated.fact,
                source=stated.source,
                grade=stated.grade,
                learnt=moment_words(stated.learnt_at, ZONE),
                why_here=stated.why_here,
                why_this_long=stated.why_this_long,
            )
        )
    named: tuple[tuple[str, str], ...] = ()
    if ground is Ground.AFTER_INCIDENT and view.incident is not None:
        named = (("Incident", view.incident.incident), ("Weapon sought", view.incident.weapon))
    return GroundShown(code=ground.value, words=GROUNDS[ground], limbs=tuple(limbs), named=named)


def locality_rows(view: Authorisation) -> tuple[tuple[str, str], ...]:
    """Return what an authorisation says of its locality, with a heading each."""
    place = view.locality
    if place is None:
        return ()
    whole = f" All of {', '.join(place.whole_boroughs)}." if place.whole_boroughs else ""
    return (
        ("Streets", place.words),
        ("Boroughs", f"{', '.join(place.boroughs) or 'none named'}.{whole}"),
        ("Area", f"{place.area_km2:.2f} square kilometres"),
        ("Residents", _counted(place.residents)),
        ("Schools", _counted(place.schools)),
    )


def _counted(count: int | None) -> str:
    return "not known here" if count is None else f"{count:,}"


def _period(view: Authorisation) -> tuple[tuple[str, str], ...]:
    rows = []
    if view.period is not None:
        rows += [
            ("From", moment_words(view.period.starts, ZONE)),
            ("Until", moment_words(view.period.ends, ZONE)),
        ]
    for each in view.extensions:
        kept = "" if each in view.in_time else " (not given in time: it changes no end)"
        rows.append(("Extended until", f"{moment_words(each.until, ZONE)}{kept}"))
    if view.ended_early is not None:
        rows.append(("Revoked", moment_words(view.ended_early.at, ZONE)))
    return tuple(rows)


def _briefing(view: Authorisation) -> tuple[tuple[str, str], ...]:
    return tuple(
        row
        for each in view.briefings
        for row in (
            ("Told", each.words),
            ("Body-worn video", each.body_worn_video),
            ("People under 18", each.under_18),
        )
        if row[1]
    )


def _rule(rule: Provision) -> RuleShown:
    value = rule.value
    words = ", ".join(str(each) for each in value) if isinstance(value, tuple) else str(value)
    return RuleShown(
        what=MEANINGS[rule.limits],
        value="yes" if value is True else words or "none",
        provision=rule.provision,
        regime=rule.regime,
        source=rule.source,
        status=rule.status,
        is_verified=rule.verified and rule.dates_verified,
    )
